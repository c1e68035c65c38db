"""Posts written straight into the raw tables, and the models built over them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import duckdb
import pandas as pd
import pytest

from analysis.build import build
from analysis.warehouse import open_snapshot, open_warehouse

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
MEDIUM = ("kind", "url", "width", "height", "duration_seconds", "alt_text")


def identity(*parts: str) -> UUID:
    """The warehouse's own way to make an id of texts."""
    return UUID(hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One observation of a post's counts."""

    age_hours: float
    like_count: int | None = None
    comment_count: int | None = None
    share_count: int | None = None
    view_count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """One post with its observations."""

    account: str
    native_id: str
    published_at: datetime | None
    seen: Sequence[Seen] = ()
    platform: str = "mastodon"
    role: str = "original"
    format: str | None = "text"
    text: str | None = ""
    title: str | None = None
    url: str | None = None
    precision: str | None = "second"
    language: str | None = None
    stated_post_type: str | None = None
    hashtags: Sequence[str] = ()
    mentions: Sequence[str] = ()
    links: Sequence[str] = ()
    media: Sequence[Mapping[str, Any]] = ()
    is_promoted_label: bool | None = None

    @property
    def post_id(self) -> UUID:
        """As load would compute it."""
        return identity(self.platform, "", self.native_id)


@dataclass(kw_only=True)
class World:
    """Everything that goes into the raw tables. Times are UTC."""

    posts: list[Written] = field(default_factory=list)
    companies: dict[str, str] = field(default_factory=dict)
    """Account → company, where it is not the account's own name."""
    own: set[str] = field(default_factory=set)
    """Accounts of the user's own company."""
    removed: set[str] = field(default_factory=set)
    lists: dict[str, list[str]] = field(default_factory=dict)
    """Account → lists that it is in."""
    noted_at: dict[str, datetime] = field(default_factory=dict)
    """Account → when its one entry in the list was made; long ago where it is not named."""
    watched: list[tuple[str, str]] = field(default_factory=list)
    """Further accounts as (platform, account), without a post."""
    visits: list[dict[str, Any]] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    followers: list[tuple[str, str, datetime, int]] = field(default_factory=list)
    """(platform, account, observed_at, follower_count)."""
    absences: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)

    def account_id(self, platform: str, account: str) -> UUID:
        """As load would compute it."""
        return identity(platform, "", account)

    def write(self, path: Path, *, now: datetime) -> None:
        """Create the warehouse and fill its raw tables."""
        connection = open_warehouse(path, now=now)
        try:
            self._write_accounts(connection)
            self._write_posts(connection, now)
            for table, rows in (
                ("visits", self.visits),
                ("profiles", self.profiles),
                ("absences", self.absences),
                ("replies", self.replies),
                (
                    "account_metrics",
                    [
                        {"account_id": identity(platform, "", account), "follower_count": count, "observed_at": at}
                        for platform, account, at, count in self.followers
                    ],
                ),
            ):
                for row in rows:
                    _insert(connection, table, [{"loaded_at": row["observed_at"], **row}])
        finally:
            connection.close()

    def _write_accounts(self, connection: duckdb.DuckDBPyConnection) -> None:
        accounts = dict.fromkeys([*((post.platform, post.account) for post in self.posts), *self.watched])
        _insert(
            connection,
            "accounts",
            [
                {
                    "account_id": identity(platform, "", account),
                    "account_key": f"https://{platform}.example/{account}",
                    "platform": platform,
                    "host": "",
                    "handle": account,
                    "url": f"https://{platform}.example/{account}",
                    "company": self.companies.get(account, account.title()),
                    "lists": self.lists.get(account, []),
                    "state": "removed" if account in self.removed else "active",
                    "source": "list",
                    "is_own": account in self.own,
                    "observed_at": self.noted_at.get(account, datetime(2000, 1, 1, tzinfo=UTC)),
                    "loaded_at": self.noted_at.get(account, datetime(2000, 1, 1, tzinfo=UTC)),
                }
                for platform, account in accounts
            ],
        )

    def _write_posts(self, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        posts, metrics = [], []
        for post in self.posts:
            moments = [
                (post.published_at or now - timedelta(days=1)) + timedelta(hours=seen.age_hours) for seen in post.seen
            ] or [post.published_at or now - timedelta(days=1)]
            posts.append(
                {
                    "post_id": post.post_id,
                    "account_id": identity(post.platform, "", post.account),
                    "platform": post.platform,
                    "host": "",
                    "native_id": post.native_id,
                    "account": post.account,
                    "url": post.url or f"https://{post.platform}.example/{post.account}/{post.native_id}",
                    "role": post.role,
                    "format": post.format,
                    "stated_post_type": post.stated_post_type,
                    "title": post.title,
                    "text": post.text,
                    "language": post.language,
                    "published_precision": post.precision,
                    "media": [dict.fromkeys(MEDIUM, None) | dict(medium) for medium in post.media],
                    "hashtags": list(post.hashtags),
                    "mentions": list(post.mentions),
                    "links": list(post.links),
                    "source": "crawl",
                    "content_hash": "",
                    "is_promoted_label": post.is_promoted_label,
                    "published_at": post.published_at,
                    "observed_at": min(moments),
                    "loaded_at": min(moments),
                }
            )
            metrics += [
                {
                    "post_id": post.post_id,
                    "like_count": seen.like_count,
                    "comment_count": seen.comment_count,
                    "share_count": seen.share_count,
                    "view_count": seen.view_count,
                    "source": "crawl",
                    "observed_at": moment,
                    "loaded_at": moment,
                }
                for seen, moment in zip(post.seen, moments, strict=False)
            ]
        _insert(connection, "posts", posts)
        _insert(connection, "post_metrics", metrics)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert through a data frame: row by row would take minutes for a public data set."""
    if not rows:
        return
    columns = connection.execute("select * from duckdb_columns() where schema_name = 'raw' and table_name = ?", [table])
    known = {row["column_name"] for row in _dictionaries(columns)}
    frame = pd.DataFrame([{name: value for name, value in row.items() if name in known} for row in rows])
    for name in frame.columns:
        if frame[name].dtype == float and (frame[name].dropna() % 1 == 0).all():
            frame[name] = frame[name].astype("Int64")
        if frame[name].map(lambda value: isinstance(value, UUID)).any():
            frame[name] = frame[name].astype(str)
    connection.register("frame", frame)
    names = ", ".join(f'"{name}"' for name in frame.columns)
    connection.execute(f"insert into raw.{table} ({names}) select {names} from frame")
    connection.unregister("frame")


def _dictionaries(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@dataclass(frozen=True, kw_only=True)
class Built:
    """A published snapshot, open for questions."""

    path: Path
    warehouse: Path
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries."""
        return _dictionaries(self.connection.execute(sql))

    def claim(
        self,
        dimension: str,
        level: str,
        *,
        scope: str = "general",
        platform: str | None = None,
        outcome: str = "engagement",
    ) -> dict[str, Any]:
        """The one claim about a trait."""
        where = f" and platform = '{platform}'" if platform else ""
        (row,) = self.rows(
            f"select * from marts.claims where outcome = '{outcome}' and dimension = '{dimension}' "
            f"and level = '{level}' and scope = '{scope}'{where}"
        )
        return row


Since = date | datetime | Literal["all"] | None


class Lab:
    """Where worlds are made and built; everything is closed when the tests end."""

    now = NOW

    def __init__(self, folder: Path, stack: ExitStack, targets: Sequence[str] | None = None) -> None:
        self.folder = folder
        self._stack = stack
        self._targets = targets
        self._count = 0

    def seen(
        self, age_hours: float, like: int | None = None, comment: int | None = None, share: int | None = None
    ) -> Seen:
        """One observation."""
        return Seen(age_hours=age_hours, like_count=like, comment_count=comment, share_count=share)

    def post(self, account: str, native_id: str, published_at: datetime | None, **fields: Any) -> Written:
        """One post; ``fields`` as in ``Written``."""
        return Written(account=account, native_id=native_id, published_at=published_at, **fields)

    def world(self, posts: Sequence[Written] = (), **fields: Any) -> World:
        """A world; ``fields`` as in ``World``."""
        return World(posts=list(posts), **fields)

    def build(
        self,
        world: World | Path,
        *,
        now: datetime = NOW,
        since: Since = None,
        until: date | datetime | None = None,
        timezone: str = "UTC",
        audience_timezone: str | None = None,
        threads: int | None = None,
        root: Path | None = None,
        outcomes: Sequence[str] | None = None,
        lists: Sequence[str] = (),
        is_whole: bool = False,
    ) -> Built:
        """Build the models over a world, or over a warehouse that is there: all, or what the file's tests ask for."""
        self._count += 1
        folder = self.folder / str(self._count)
        folder.mkdir()
        if isinstance(world, Path):
            warehouse = world
        else:
            warehouse = folder / "warehouse.duckdb"
            world.write(warehouse, now=now)
        snapshot = folder / "rivalscope.duckdb"
        build(
            warehouse,
            snapshot,
            now=now,
            since=since,
            until=until,
            timezone=timezone,
            audience_timezone=audience_timezone,
            threads=threads,
            root=root,
            outcomes=outcomes,
            lists=lists,
            targets=None if is_whole else self._targets,
        )
        connection = open_snapshot(snapshot)
        self._stack.callback(connection.close)
        return Built(path=snapshot, warehouse=warehouse, connection=connection)


@pytest.fixture(scope="module")
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Makes and builds worlds; a file that asks for a few marts only names them in its ``TARGETS``."""
    with ExitStack() as stack:
        yield Lab(tmp_path_factory.mktemp("lab"), stack, getattr(request.module, "TARGETS", None))
