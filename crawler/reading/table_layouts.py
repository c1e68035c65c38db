"""Which table of posts a file holds: our own columns, a network's export to an account's owner, or any spreadsheet.

Which column is which is decided once a table, by its header. The columns of our own file are a contract:
:data:`COLUMNS`.

Exports: Meta Business Suite, Insights → Content → Export (a row a post; Instagram names accounts, Facebook pages; the
publish time is the account's wall clock); X Analytics → Content (a day only; the id carries the moment); LinkedIn page
analytics → Posts (an XLS with a sentence above the header; a day only); TikTok Studio → Content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from attrs import field, frozen

from crawler.items import Platform
from crawler.reading.column_dates import DateOrder, read_cell
from crawler.reading.column_names import FIELDS, LINKEDIN, NOT_KEPT, WORDS, plain_name
from crawler.reading.text_tables import TableError

COLUMNS = (
    *("platform", "account", "native_id", "url", "published_at", "observed_at", "role", "format", "post_type"),
    *("title", "text", "like_count", "comment_count", "share_count", "view_count", "save_count", "follower_count"),
    *("is_own", "company"),
)
"""Our own table of posts. Needed: platform, account, published_at, and native_id or url; what is absent is unknown."""
MAPPABLE = (*COLUMNS[:-4], "quote_count", *COLUMNS[-4:])
"""What a column of another table can be said to be."""
NEEDED = ("platform", "account", "published_at")
HEAD_ROWS = 40
"""Rows in which a header is looked for; exports have sentences above theirs."""

_ADDRESS = re.compile(r"https?://\S+")
Rows = Sequence[tuple[int, list[str]]]
"""Line number and cells of each row."""


@frozen(kw_only=True)
class ColumnChoice:
    """What a user said about a table's columns."""

    columns: Mapping[str, str] = field(factory=dict)
    """Field → the table's own name of the column."""
    platform: str | None = None
    account: str | None = None
    date_order: DateOrder | None = None


@frozen(kw_only=True)
class Layout:
    """Which column of one table is which."""

    label: str
    """What kind of table it is, for people."""
    header: tuple[str, ...]
    header_line: int
    columns: Mapping[str, int]
    choice: ColumnChoice = ColumnChoice()
    platform: Platform | None = None
    """The network whose export it is."""
    is_template: bool = False
    not_kept: tuple[str, ...] = ()
    """Figures of the table that are none of our counts."""
    has_any_time: bool = True
    """``False`` where only the post's id tells the moment, for the table has no more than the day."""


@frozen(kw_only=True)
class NotPosts:
    """A table that holds something else than posts; one sentence."""

    why: str


@frozen(kw_only=True)
class Unmapped:
    """A table whose needed columns are not known by their names."""

    header: tuple[str, ...]
    header_line: int
    samples: tuple[tuple[str, ...], ...]
    """The first rows below the header, as many cells as the header has."""
    guesses: Mapping[str, int]
    """Field → index of the column that it might be; sure ones by name, others by what stands in them."""
    missing: tuple[str, ...]
    """Needed fields that no column is sure to be."""

    @property
    def names(self) -> frozenset[str]:
        """What the answer is remembered under."""
        return header_names(self.header)


def header_names(header: Iterable[str]) -> frozenset[str]:
    """A header as a set, compared whatever the order of its columns and the case of its letters."""
    return frozenset(name for cell in header if (name := plain_name(cell)))


def layout_of(rows: Rows, choice: ColumnChoice | None = None) -> Layout | NotPosts | Unmapped:
    """What the table is that begins with ``rows``. Raises :class:`TableError` when ``choice`` names no column of it."""
    head = [(line, cells) for line, cells in rows[:HEAD_ROWS] if sum(1 for cell in cells if cell.strip()) > 1]
    if not head:
        return NotPosts(why="holds no table: no row has two cells")
    line, cells = max(head, key=lambda row: len(_by_name(row[1])) + (2 if _is_template(row[1]) else 0))
    header = tuple(cell.strip() for cell in cells)
    if choice is None or not choice.columns:
        if _is_template(cells):
            columns = {
                name: index for index, cell in reversed(list(enumerate(cells))) if (name := _own(cell)) in COLUMNS
            }
            return Layout(
                label="table in our own columns", header=header, header_line=line, columns=columns, is_template=True,
                choice=choice or ColumnChoice(),
            )  # fmt: skip
        if known := _export(header, line, choice or ColumnChoice()):
            return known
    columns = _by_name(cells)
    if choice is not None and choice.columns:
        columns = _chosen(header, columns, choice.columns)
    missing = tuple(name for name in ("published_at",) if name not in columns)
    if not {"url", "native_id"} & columns.keys():
        missing += ("url",)
    if missing:
        below = tuple(tuple(row[1]) for row in rows if row[0] > line)[:5]
        return Unmapped(
            header=header, header_line=line, samples=below, guesses=_guesses(header, below, columns), missing=missing
        )
    return Layout(
        label="table of posts", header=header, header_line=line, columns=columns, choice=choice or ColumnChoice(),
        not_kept=_not_kept(header),
    )  # fmt: skip


def looks_like_posts(text: str) -> bool:
    """Whether a text that begins like this is a table of posts, by the names in its first lines."""
    for line in text.lstrip("\ufeff").splitlines()[:12]:
        for mark in (",", ";", "\t"):
            cells = [cell.strip(' "') for cell in line.split(mark)]
            if len(_by_name(cells)) >= 3 or sum(_own(cell) in COLUMNS for cell in cells) >= 2:
                return True
    return False


def _own(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _is_template(cells: Sequence[str]) -> bool:
    names = {_own(cell) for cell in cells}
    return set(NEEDED) <= names and bool({"native_id", "url"} & names)


def _by_name(cells: Sequence[str]) -> dict[str, int]:
    """Field → column, for columns that are called as :data:`FIELDS` says; a column stands for one field."""
    named: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if name := plain_name(cell):
            named.setdefault(name, index)
    found: dict[str, int] = {}
    for name, spellings in FIELDS.items():
        free = [named[one] for one in spellings if one in named and named[one] not in found.values()]
        if free:
            found[name] = free[0]
    if "published_at" not in found and "clock" in found:
        found["published_at"] = found.pop("clock")
    return found


def _chosen(header: tuple[str, ...], by_name: Mapping[str, int], chosen: Mapping[str, str]) -> dict[str, int]:
    plain = [plain_name(cell) for cell in header]
    taken: dict[str, int] = {}
    for name, column in chosen.items():
        wanted = plain_name(column)
        if wanted not in plain:
            near = get_close_matches(wanted, plain, n=1)
            hint = f"did you mean “{header[plain.index(near[0])]}”?" if near else f"it has {', '.join(header[:12])}"
            raise TableError(f"has no column “{column}”; {hint}")
        taken[name] = plain.index(wanted)
    others = {name: index for name, index in by_name.items() if name not in taken and index not in taken.values()}
    return {**others, **taken}


def _export(header: tuple[str, ...], line: int, choice: ColumnChoice) -> Layout | NotPosts | None:
    """The known export with such a header."""
    columns = _by_name(header)
    names = [plain_name(cell) for cell in header]
    has_post = "url" in columns or "native_id" in columns
    if not has_post and "published_at" in columns and len(WORDS["daily"] & set(names)) >= 3:
        return NotPosts(why="holds totals of days, not posts; export the list of posts (“Content”, “Posts”) instead")
    if "url" not in columns or "published_at" not in columns:
        return None
    platform = None
    if "account_id" in columns and "kind" in columns:
        is_page = bool(WORDS["page_id"] & set(names))
        platform = Platform.FACEBOOK if is_page else Platform.INSTAGRAM
        columns = _meta(columns, names)
        label = f"Meta Business Suite export ({'Facebook' if is_page else 'Instagram'})"
    elif names[columns["url"]] in ("post link", "tweet permalink") and {"post id", "tweet id"} & set(names):
        platform, label = Platform.X, "X analytics export"
        columns = _without(columns, names, share_count=("reposts", "retweets"))
    elif "title" in columns and _is_linkedin(columns, names):
        platform, label = Platform.LINKEDIN, "LinkedIn page analytics export"
        columns = _without(columns, names, share_count=LINKEDIN["share_count"])
        columns = {name: index for name, index in columns.items() if name not in ("account", "account_name")}
        columns |= {"text": columns["title"]}
        del columns["title"]
    elif {"video link", "total likes"} <= set(names):
        platform, label = Platform.TIKTOK, "TikTok Studio export"
        if "title" in columns:
            columns["text"] = columns.pop("title")
    if platform is None:
        return None
    return Layout(
        label=label, header=header, header_line=line, columns=columns, choice=choice, platform=platform,
        not_kept=_not_kept(header), has_any_time=platform not in (Platform.X, Platform.LINKEDIN),
    )  # fmt: skip


def _is_linkedin(columns: Mapping[str, int], names: Sequence[str]) -> bool:
    is_dated = names[columns["published_at"]] in LINKEDIN["published_at"]
    return "title" in columns and is_dated and len(set(names) & set(LINKEDIN["beside"])) >= 2


def _meta(columns: dict[str, int], names: Sequence[str]) -> dict[str, int]:
    """Meta's column "Date" is that of its counts, not of the post."""
    for index, name in enumerate(names):
        if name in FIELDS["day"] and index != columns["published_at"]:
            columns["day"] = index
    return columns


def _without(columns: dict[str, int], names: Sequence[str], **only: tuple[str, ...]) -> dict[str, int]:
    """``columns`` where a field is only what ``only`` says: X counts "Shares" apart from reposts."""
    for name, spellings in only.items():
        columns.pop(name, None)
        index = next((names.index(one) for one in spellings if one in names), None)
        if index is not None:
            columns[name] = index
    return columns


def _not_kept(header: Iterable[str]) -> tuple[str, ...]:
    names = {plain_name(cell) for cell in header}
    return tuple(label for label, spellings in NOT_KEPT.items() if names & spellings)


def _guesses(header: tuple[str, ...], below: Rows | Sequence[Sequence[str]], sure: Mapping[str, int]) -> dict[str, int]:
    """What each column might be: by its name, a name like it, or by what stands in it."""
    found = dict(sure)
    cells = [[str(row[index]).strip() for row in below if index < len(row)] for index in range(len(header))]

    def free(test: object) -> int | None:
        for index, column in enumerate(cells):
            filled = [cell for cell in column if cell]
            if index not in found.values() and filled and callable(test) and all(test(cell) for cell in filled):
                return index
        return None

    if "url" not in found and (index := free(_ADDRESS.fullmatch)) is not None:
        found["url"] = index
    if "published_at" not in found:
        index = free(lambda cell: len(cell) >= 8 and not cell.isdigit() and read_cell(cell, DateOrder.DAY_FIRST, None))
        if index is not None:
            found["published_at"] = index
    for name, spellings in FIELDS.items():
        near = [index for index, cell in enumerate(header) if index not in found.values()
                and get_close_matches(plain_name(cell), spellings, n=1, cutoff=0.84)]  # fmt: skip
        if name not in found and near:
            found[name] = near[0]
    longest = max((index for index in range(len(header)) if index not in found.values()),
                  key=lambda index: sum(map(len, cells[index])), default=None)  # fmt: skip
    if "text" not in found and longest is not None and any(" " in cell for cell in cells[longest]):
        found["text"] = longest
    return found
