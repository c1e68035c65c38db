"""Simulated markets through the real analysis: as raw rows of made-up platforms, or as a table of posts.

Claims are made and corrected platform by platform, so one warehouse carries hundreds of replicates, each as a platform
of its own; :func:`root_for` gives the analysis a list with them. The other way is a user's: :func:`write_table` writes
the columns that ``rivalscope import`` takes.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import yaml

from analysis.build import build
from analysis.model_files import read_models
from analysis.warehouse import open_snapshot, open_warehouse
from bench.simulated_market import COMPARE_AGE_HOURS, FORMATS, TOPICS, Array, Markets

LAST_DAY = date(2025, 6, 29)
"""The brief's day; a Sunday that lies behind every clock, so that an import finds no time that is yet to come."""
NOW = datetime(2025, 6, 30, tzinfo=UTC)
"""The moment from which the markets' hours are counted back: the end of that day."""
DIMENSIONS = ("format", "post_type")
"""Traits that are compared: the primary family. What is left out changes no primary verdict, and takes longer."""


def platform_names(replicate_count: int) -> list[str]:
    """A made-up platform for each replicate."""
    return [f"sim{number:05}" for number in range(replicate_count)]


def root_for(folder: Path, platforms: Sequence[str]) -> Path:
    """A copy of the analysis that knows these platforms and builds what ``marts.claims`` needs, by the same SQL."""
    source, root = Path(str(files("analysis"))), folder / "analysis"
    for name in ("seeds", "macros", "schema"):
        shutil.copytree(source / name, root / name)
    (root / "checks").mkdir()
    kept = _needed(source, "marts.claims")
    for layer in ("staging", "intermediate", "marts"):
        target = root / "models" / layer
        target.mkdir(parents=True)
        for path in (source / "models" / layer).glob("*.sql"):
            if f"{layer}.{path.stem}" in kept:
                shutil.copy(path, target)
        _copy_descriptions(source / "models" / layer / "schema.yml", target / "schema.yml", layer, kept)
    _replace_rows(root / "seeds" / "platforms.csv", _platform_rows(platforms))
    _replace_rows(root / "seeds" / "limits.csv", [])  # it names networks that are not there
    for name in ("dimensions.csv", "levels.csv"):
        with (source / "seeds" / name).open(encoding="utf-8") as file:
            _replace_rows(root / "seeds" / name, [row for row in csv.reader(file) if row[0] in DIMENSIONS])
    return root


def _needed(source: Path, table: str) -> set[str]:
    """The table and everything that it is made of."""
    refs = {model.table: model.refs for model in read_models(source)}
    found: set[str] = set()
    waiting = [table]
    while waiting:
        name = waiting.pop()
        if name not in found and name in refs:
            found.add(name)
            waiting += refs[name]
    return found


def _copy_descriptions(source: Path, target: Path, layer: str, kept: set[str]) -> None:
    """How tables are stored; their tests belong to the full build."""
    described = yaml.safe_load(source.read_text(encoding="utf-8"))["models"]
    models = [
        {name: value for name, value in entry.items() if name not in ("columns", "tests")}
        for entry in described
        if f"{layer}.{entry['name']}" in kept
    ]
    target.write_text(yaml.safe_dump({"models": models}), encoding="utf-8")


def _platform_rows(platforms: Sequence[str]) -> list[list[str]]:
    """Rows of ``seeds.platforms``: engagement is likes + comments + shares, compared at 72 hours, as on Facebook."""
    shown = [str(COMPARE_AGE_HOURS), "true", "true", "true", "false", "false", "likes + comments + shares", ""]
    return [[platform, platform, *shown] for platform in platforms]


def _replace_rows(path: Path, rows: Sequence[Sequence[str]]) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_warehouse(path: Path, markets: Markets, platforms: Sequence[str]) -> None:
    """Create a warehouse with the markets' raw rows."""
    posts, seen = post_frame(markets, platforms), seen_frame(markets)
    connection = open_warehouse(path, now=NOW)
    try:
        connection.register("posts", posts)
        connection.register("seen", seen)
        for statement in _INSERTS:
            connection.execute(statement)
    finally:
        connection.close()


_POST_ID = "md5(concat(platform, chr(31), '', chr(31), number))::uuid"
_ACCOUNT_ID = "md5(concat(platform, chr(31), '', chr(31), account))::uuid"
_URL = "'https://' || platform || '.example/' || account"
_INSERTS = (
    f"""
    insert into raw.accounts by name
    select distinct
        {_ACCOUNT_ID} as account_id, {_URL} as account_key, platform, '' as host, account as handle, {_URL} as url,
        account as company, []::text[] as lists, 'active' as state, 'list' as source, false as is_own,
        timestamptz '2000-01-01 00:00:00+00' as observed_at, timestamptz '2000-01-01 00:00:00+00' as loaded_at,
    from posts
    """,
    f"""
    insert into raw.posts by name
    select
        {_POST_ID} as post_id, {_ACCOUNT_ID} as account_id, platform, '' as host, number::text as native_id, account,
        {_URL} || '/' || number as url, 'original' as role, format, post_type as stated_post_type, '' as text,
        'second' as published_precision, [] as media, []::text[] as hashtags, []::text[] as mentions,
        []::text[] as links, 'crawl' as source, '' as content_hash, is_labelled as is_promoted_label, published_at,
        first_seen_at as observed_at, first_seen_at as loaded_at,
    from posts
    """,
    f"""
    insert into raw.post_metrics by name
    select
        {_POST_ID} as post_id, like_count, comment_count, share_count, 'crawl' as source, observed_at,
        observed_at as loaded_at,
    from seen inner join posts on seen.post = posts.row
    """,
    f"""
    insert into raw.absences by name
    select
        {_POST_ID} as post_id, {_ACCOUNT_ID} as account_id, 'gone' as kind, 404 as status, gone_at as observed_at,
        gone_at as loaded_at,
    from posts where gone_at is not null
    """,
)


def _stamps(hours_before_now: Array) -> pd.Series[Any]:
    """Moments to the second, as a page says them."""
    now = np.datetime64(NOW.replace(tzinfo=None), "s")
    return pd.Series(now - np.rint(hours_before_now * 3600).astype("timedelta64[s]")).dt.tz_localize(UTC)


def post_frame(markets: Markets, platforms: Sequence[str]) -> pd.DataFrame:
    """One row a post that was ever seen. ``row`` is its number in the markets."""
    posts = len(markets.account)
    first = np.full(posts, np.inf)
    np.minimum.at(first, markets.seen_post, markets.seen_age)
    # a post that nobody measured in time is known all the same, unless it was gone before
    first = np.where(np.isinf(first), np.minimum(1.0, markets.hours_ago / 2), first)
    is_known = markets.gone_hours > first
    is_gone = np.isfinite(markets.gone_hours) & (markets.gone_hours + 24 < markets.hours_ago)
    frame = pd.DataFrame(
        {
            "row": np.arange(posts),
            "number": np.arange(posts) + 1,
            "platform": np.array(platforms)[markets.replicate],
            "account": np.char.add("account", (markets.account % markets.cell.account_count + 1).astype(str)),
            "format": np.array(FORMATS)[markets.format],
            "post_type": np.array(TOPICS)[markets.topic],
            "is_labelled": markets.is_labelled,
            "published_at": _stamps(markets.hours_ago),
            "first_seen_at": _stamps(markets.hours_ago - first),
            "gone_at": _stamps(markets.hours_ago - np.where(is_gone, markets.gone_hours + 24, 0)).where(is_gone),
        }
    )
    return frame[is_known]


def seen_frame(markets: Markets) -> pd.DataFrame:
    """One row an observation: ``post`` is the row of ``post_frame``."""
    engagement = markets.seen_engagement
    rate = markets.comment_rate[markets.seen_post]
    likes = np.rint(engagement / (1 + 1.5 * rate)).astype(np.int64)
    comments = np.minimum(np.rint(likes * rate).astype(np.int64), engagement - likes)
    hours_ago = markets.hours_ago[markets.seen_post] - markets.seen_age
    return pd.DataFrame(
        {
            "post": markets.seen_post,
            "like_count": likes,
            "comment_count": comments,
            "share_count": engagement - likes - comments,
            "observed_at": _stamps(hours_ago),
        }
    )


def write_table(path: Path, markets: Markets, platforms: Sequence[str]) -> None:
    """The same markets as a table of posts for ``rivalscope import``: one row an observation."""
    posts, seen = post_frame(markets, platforms), seen_frame(markets)
    rows = posts.merge(seen, how="left", left_on="row", right_on="post")
    rows["observed_at"] = rows["observed_at"].fillna(rows["first_seen_at"])
    with path.open("w", encoding="utf-8", newline="") as file:
        columns = ("platform", "account", "native_id", "url", "published_at", "observed_at", "role", "format")
        counts = ("like_count", "comment_count", "share_count")
        writer = csv.writer(file)
        writer.writerow([*columns, "post_type", *counts])
        for row in rows.to_dict("records"):
            writer.writerow(
                [
                    row["platform"],
                    row["account"],
                    row["number"],
                    "",
                    _written(row["published_at"]),
                    _written(row["observed_at"]),
                    "original",
                    row["format"],
                    row["post_type"],
                    *("" if pd.isna(row[name]) else int(row[name]) for name in counts),
                ]
            )


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@contextmanager
def built(folder: Path, root: Path, *, weeks_ago: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """The claims over ``warehouse.duckdb`` in the folder as they stood so many weeks before the end."""
    snapshot = folder / "rivalscope.duckdb"
    build(
        folder / "warehouse.duckdb",
        snapshot,
        now=NOW,
        as_of=LAST_DAY - timedelta(weeks=weeks_ago),
        outcomes=("engagement",),
        root=root,
    )
    connection = open_snapshot(snapshot)
    try:
        yield connection
    finally:
        connection.close()
