"""Tables of posts: our own columns, exports of an account's owner, and spreadsheets that a user explains once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as TaskTimeoutError
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from attrs import define, evolve, field, frozen
from pebble import ProcessExpired

from crawler.importing.bundles import check_workbook
from crawler.importing.landing_file import LATER, LandingFile, Owner, saved_moment
from crawler.importing.outcome import Kind
from crawler.importing.outcome_rows import import_outcomes
from crawler.items import MissingReason, Platform, Post, PostList, Precision, Profile
from crawler.links import Link, LinkError, PostLink
from crawler.platforms import platform_named
from crawler.reading.dates import Moment
from crawler.reading.hashtags import unique, written
from crawler.reading.outcomes import OutcomeMapping, OutcomeSettings
from crawler.reading.post_rows import PostRow, SkippedRow, read_posts
from crawler.reading.snowflakes import instagram_time, linkedin_time, tiktok_time, x_time
from crawler.reading.table_layouts import ColumnChoice, Layout, NotPosts, Rows, Unmapped, header_names, layout_of
from crawler.reading.text_tables import TableError, read_rows
from crawler.reading.workbooks import Row, read_sheets
from crawler.reading_processes import ReadingProcesses

Chooser = Callable[[str, Unmapped], ColumnChoice | None]
"""Asks a person which columns of a file (its name) are which; ``None`` when nobody can be asked or knows."""

_TO_THE_CLOCK = (Precision.SECOND, Precision.MINUTE)
_ID_TIMES: Mapping[Platform, Callable[[str], datetime | None]] = {
    Platform.X: x_time,
    Platform.LINKEDIN: linkedin_time,
    Platform.TIKTOK: tiktok_time,
}
_WORKBOOK_SECONDS = 60.0
_QUARTER = timedelta(minutes=15)
_NEAR = timedelta(minutes=5)
"""How far a publish time to the minute and the time in a post's id may lie apart."""


@frozen(kw_only=True)
class TableSettings:
    """What an import knows about tables before it opens one."""

    zone: tzinfo | None = None
    """The zone of the user's own accounts, for exports that write wall clocks."""
    given: ColumnChoice | None = None
    """What the command line says."""
    remembered: Mapping[frozenset[str], ColumnChoice] = field(factory=dict)
    """Names of a header → what was said about such a table before."""
    choose: Chooser = lambda _name, _table: None
    remember: Callable[[Sequence[str], ColumnChoice], None] = lambda _header, _choice: None
    """Called with a table's header and what was said about it now."""
    currency: str | None = None
    """That of the user's own exports that state none."""
    mappings: Sequence[OutcomeMapping] = ()
    """Tables of visits and sales that the user explained."""

    def of_outcomes(self, now: datetime) -> OutcomeSettings:
        """What is known about tables of visits and sales."""
        return OutcomeSettings(
            zone=self.zone or UTC,
            now=now,
            currency=self.currency,
            date_order=self.given.date_order if self.given else None,
            mappings=self.mappings,
        )


def import_table(path: Path, landing: LandingFile, processes: ReadingProcesses, settings: TableSettings) -> None:
    """Read and land every table of posts, or of visits and sales, in a text file or workbook.

    Raises OSError, and :class:`TableError` when there is none.
    """
    refusals: list[str] = []
    labels: list[str] = []
    saved_at = saved_moment(path, landing.now)
    for name, rows in (
        _sheets(path, processes) if landing.result.kind == Kind.WORKBOOK else [("", list(read_rows(path)))]
    ):
        label = import_outcomes(name, rows, landing, saved_at, settings.of_outcomes(landing.now))
        if label is not None:
            labels.append(label)
            continue
        layout = _layout(rows, landing, settings)
        if isinstance(layout, str):
            refusals.append(f"sheet “{name}” {layout}" if name else layout)
            continue
        labels.append(layout.label)
        _Table(layout, landing, saved_at, settings.zone).take(rows)
    if not labels:
        raise TableError("; ".join(refusals))
    landing.result.label = ", ".join(dict.fromkeys(labels))


def _sheets(path: Path, processes: ReadingProcesses) -> list[tuple[str, list[Row]]]:
    """The sheets of a workbook. Raises :class:`TableError` and CaptureError."""
    check_workbook(path)
    try:
        return processes.call(_WORKBOOK_SECONDS, read_quietly, path).result()
    except TaskTimeoutError:
        raise TableError("takes too long to read as a spreadsheet; open it and save it as CSV") from None
    except ProcessExpired:
        raise TableError("cannot be read as a spreadsheet; open it and save it as CSV") from None


def read_quietly(path: Path) -> list[tuple[str, list[Row]]]:
    """As :func:`read_sheets`, in a worker: the native code prints its own despair, which is nobody's business."""
    errors, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        return read_sheets(path)
    finally:
        os.dup2(errors, 2)
        os.close(errors)
        os.close(nowhere)


def _layout(rows: Rows, landing: LandingFile, settings: TableSettings) -> Layout | str:
    """What the table is, or one sentence why it is none."""
    given = settings.given
    found = _said(rows, given)
    if isinstance(found, Layout) and (found.is_template or found.platform is not None or _has_columns(found.choice)):
        if given is not None and found.choice.columns:
            settings.remember(found.header, given)
        return found
    if isinstance(found, NotPosts):
        return found.why
    remembered = settings.remembered.get(header_names(found.header))
    if remembered is not None:
        found = layout_of(rows, _both(remembered, given))
    elif isinstance(found, Unmapped) and (chosen := settings.choose(landing.result.name, found)) is not None:
        found = layout_of(rows, chosen)
        settings.remember(found.header, chosen) if isinstance(found, Layout) else None
    if isinstance(found, Layout):
        return found
    return found.why if isinstance(found, NotPosts) else _how_to_say(found)


def _said(rows: Rows, given: ColumnChoice | None) -> Layout | NotPosts | Unmapped:
    """By the command line's columns where the table has them: of many tables, they may be meant for one."""
    try:
        return layout_of(rows, given)
    except TableError:
        found = layout_of(rows, evolve(given or ColumnChoice(), columns={}))
        if not isinstance(found, Layout):
            raise
        return found


def _has_columns(choice: ColumnChoice | None) -> bool:
    return choice is not None and bool(choice.columns)


def _both(remembered: ColumnChoice, given: ColumnChoice | None) -> ColumnChoice:
    """What was said before, unless the command line says otherwise."""
    if given is None:
        return remembered
    return evolve(
        remembered,
        platform=given.platform or remembered.platform,
        account=given.account or remembered.account,
        date_order=given.date_order or remembered.date_order,
    )


def _how_to_say(table: Unmapped) -> str:
    has = ", ".join(name for name in table.header[:12] if name)
    words = " ".join(
        f'--map {name}="{table.header[table.guesses[name]]}"' if name in table.guesses else f'--map {name}="…"'
        for name in table.missing
    )
    wanted = " and which is ".join("native_id or url" if name == "url" else name for name in table.missing)
    return (
        f"line {table.header_line}: which column is {wanted}? It has {has}. Say it once,"
        f" and it is remembered: {words} (or give the columns the names that `rivalscope import --template` writes);"
        " if it holds your visits or sales, explain its columns as [import.NAME] in rivalscope.toml"
    )


@define
class _Table:
    """Lands the rows of one table."""

    _layout: Layout
    _landing: LandingFile
    _saved_at: datetime
    _zone: tzinfo | None
    _seen: dict[tuple[str, str, datetime], int] = field(factory=dict, init=False)
    _profiles: set[tuple[str, datetime, int]] = field(factory=set, init=False)
    _handles: dict[str, str] = field(factory=dict, init=False)
    """Id of a page → the handle that addresses of its posts show."""

    def take(self, rows: Rows) -> None:
        result = self._landing.result
        zone = self._zone if self._layout.platform is not None else None
        read = list(read_posts(rows, self._layout, zone))
        self._learn_handles(row for row in read if isinstance(row, PostRow))
        said: list[tuple[int, str]] = []
        for row in read:
            if isinstance(row, SkippedRow):
                result.left_out[f"rows that are {row.why}" if row.why != "blank rows" else row.why] += 1
                continue
            result.entry_count += 1
            line, problem = row if isinstance(row, tuple) else (row.line, self._row(row))
            if problem:
                said.append((line, problem))
            else:
                result.understood_count += 1
        self._landing.say_of_rows(said)
        self._note_what_was_assumed()

    def _note_what_was_assumed(self) -> None:
        notes = self._landing.result.notes
        if self._layout.not_kept and self._landing.result.understood_count:
            notes.append(f"Not kept, as no count of ours is the same thing: {', '.join(self._layout.not_kept)}.")

    def _learn_handles(self, rows: Iterator[PostRow]) -> None:
        for row in rows:
            if row.account_id and row.url and row.account_id not in self._handles:
                try:
                    handle = self._landing.book.post(row.url, self._layout.platform).handle
                except LinkError:
                    continue
                if handle:
                    self._handles[row.account_id] = handle

    def _row(self, row: PostRow) -> str:
        """Land one row; a sentence when it cannot be."""
        observed_at = row.observed_at or self._saved_at
        try:
            post, owner = self._post(row, observed_at)
        except LinkError as error:
            return error.message
        link = owner.link
        if observed_at > self._landing.now + LATER:
            return f"observed_at {observed_at:%Y-%m-%d} is yet to come; check the date"
        first = self._seen.setdefault((link.account_key, post.native_id, observed_at), row.line)
        if first != row.line:
            return f"the same post at the same time as line {first}; it was taken once"
        self._landing.result.undated_count += row.observed_at is None
        self._landing.items(PostList(posts=(post,), profile=self._profile(row, link, observed_at)), owner, observed_at)
        return ""

    def _post(self, row: PostRow, observed_at: datetime) -> tuple[Post, Owner]:
        said = self._address(row)
        platform = self._platform(row, said)
        owner = self._owner(row, platform, said)
        link = owner.link
        native_id = self._native_id(row, said)
        published = self._published(row, platform, native_id)
        if published.at > observed_at + LATER:
            raise LinkError(f"published_at {published.text} is later than it was observed; check the date")
        post = Post(
            platform=platform,
            host=link.host,
            native_id=native_id,
            account=f"{link.handle}@{link.host}" if platform == Platform.MASTODON else link.handle,
            url=said.url if said else None,
            role=row.role,
            format=row.format,
            stated_post_type=row.post_type,
            title=row.title,
            text=row.text,
            published_at=published.at,
            published_precision=published.precision,
            published_text=published.text if published.precision not in _TO_THE_CLOCK else None,
            is_promoted_label=row.is_promoted_label,
            hashtags=unique(tag for _, tag in written(row.text or "")),
            metrics=row.metrics,
        )
        return post, owner

    def _address(self, row: PostRow) -> PostLink | None:
        if not row.url:
            return None
        named = platform_named(row.platform) if row.platform else None
        return self._landing.book.post(row.url, named)

    def _platform(self, row: PostRow, said: PostLink | None) -> Platform:
        if row.platform:
            platform = platform_named(row.platform)
            if platform is None:
                raise LinkError(f"platform {row.platform!r} is not known; write one of {', '.join(Platform)}")
            return platform
        if said is None:
            raise LinkError("does not say on which network; say it for the whole table: --platform instagram")
        return said.platform

    def _owner(self, row: PostRow, platform: Platform, said: PostLink | None) -> Owner:
        """Whose post it is: as the row says, else as its address does, else the user's own account for its export."""
        book, choice = self._landing.book, self._layout.choice
        host, url = (said.host, said.url) if said else ("", None)
        is_export = self._layout.platform is not None
        handle = choice.account or row.account or (said.handle if said else None)
        others = (self._handles.get(row.account_id or ""), row.account_id if is_export else None, row.account_name)
        names = [name for name in dict.fromkeys((handle, *others)) if name]
        found: tuple[Link, bool] | None = None
        for name in names:
            link, is_listed = book.find(platform, name, host, url)
            if is_listed:
                return Owner(link=link, is_listed=True)
            # an id is no name to show, so it is only asked whether the list has it
            if found is None and not (is_export and name == row.account_id):
                found = link, False
        # an export that names no handle is of the user's own account, whatever its page is called
        own = book.only_own(platform) if is_export and handle is None else None
        if own is not None:
            return Owner(link=own, is_listed=True)
        if found is None:
            raise LinkError("does not say whose posts they are; say it for the whole table: --account NAME")
        company = row.company or (row.account_name if is_export else None)
        return Owner(link=found[0], is_listed=False, company=company, is_own=bool(row.is_own))

    def _native_id(self, row: PostRow, said: PostLink | None) -> str:
        in_address = said.native_id if said is not None and said.native_id != said.url else None
        if self._layout.is_template:
            return row.native_id or (said.native_id if said else "")
        # a network's own id, as its pages have it; Meta's exports number posts otherwise than Instagram's addresses do
        if in_address and (in_address.isdigit() or row.native_id is None):
            return in_address
        return row.native_id or (said.native_id if said else "")

    def _published(self, row: PostRow, platform: Platform, native_id: str) -> Moment:
        stated = row.published
        if not self._layout.has_any_time and (at := _ID_TIMES[platform](native_id)) is not None:
            return Moment(at, Precision.SECOND, stated.text if stated else "")
        if stated is None:
            raise LinkError("published_at is empty")
        if self._layout.platform == Platform.INSTAGRAM and stated.precision in _TO_THE_CLOCK:
            return _in_the_accounts_zone(stated, self._zone, instagram_time(native_id))
        return stated

    def _profile(self, row: PostRow, link: Link, observed_at: datetime) -> Profile | None:
        if row.follower_count is None:
            return None
        key = (link.account_key, observed_at, row.follower_count.value)
        if key in self._profiles:
            return None
        self._profiles.add(key)
        rounded = {"follower_count": row.follower_count.rounded} if row.follower_count.rounded is not None else {}
        return Profile(
            platform=link.platform,
            host=link.host,
            native_account_id=link.native_account_id,
            handle=link.handle,
            url=link.url,
            follower_count=row.follower_count.value,
            missing=dict.fromkeys(
                ("following_count", "post_count", "links", "pinned_native_id"), MissingReason.NOT_OBSERVED
            ),
            rounded=rounded,
        )


def _in_the_accounts_zone(stated: Moment, zone: tzinfo | None, made_at: datetime | None) -> Moment:
    """A wall clock in the zone of its account, which the export does not name but the post's id gives away.

    ``stated`` was read in ``zone``; the id says to the millisecond when the post was made. Where both differ by whole
    quarters of an hour, as zones do, the difference is the zone's.
    """
    if made_at is None:
        return stated
    wall = stated.at.astimezone(zone or UTC).replace(tzinfo=UTC)
    offset = _QUARTER * round((wall - made_at) / _QUARTER)
    at = wall - offset
    is_zone = timedelta(hours=-12) <= offset <= timedelta(hours=14)
    return Moment(at, stated.precision, stated.text) if is_zone and abs(at - made_at) <= _NEAR else stated
