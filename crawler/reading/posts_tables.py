"""Tables of posts: our own columns, the exports that networks give to an account's owner, and anybody's spreadsheet.

Which column is which is decided once a table, by its header (:func:`layout_of`); rows are then read one by one
(:func:`read_posts`). The columns of our own file are a contract: :data:`COLUMNS`.

Exports: Meta Business Suite, Insights → Content → Export (a row a post; Instagram names accounts, Facebook pages; the
publish time is the account's wall clock); X Analytics → Content (a day only; the id carries the moment); LinkedIn page
analytics → Posts (an XLS with a sentence above the header; a day only); TikTok Studio → Content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import TypeVar

from attrs import field, frozen

from crawler.items import Format, Metrics, MissingReason, Platform, Role
from crawler.reading.column_dates import DateOrder, order_of, read_cell
from crawler.reading.column_names import COUNTS, FIELDS, FORMATS, LINKEDIN, NOT_KEPT, WORDS, plain_name
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import Moment
from crawler.reading.text import clean
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

_UNKNOWN = frozenset({"", "-", "–", "—", "n/a", "na", "nan", "null", "none", "unknown", "?", "#n/a"})
_ROLE_WORDS = {"retweet": Role.REPOST, "boost": Role.REPOST, "share": Role.REPOST, "post": Role.ORIGINAL}
_MANGLED = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]{2}")
_DECIMALS = re.compile(r"[.,]0{1,2}$")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[AaPp][Mm])?")
_NETWORK_WORDS = frozenset({"ig", "instagram", "fb", "facebook", "de", "do", "di", "van"})
_ADDRESS = re.compile(r"https?://\S+")
_Vocabulary = TypeVar("_Vocabulary", Role, Format)
Rows = Sequence[tuple[int, list[str]]]


class RowError(ValueError):
    """One row cannot be used; one sentence without the file's name."""


@frozen(kw_only=True)
class PostRow:
    """One row of a table of posts, read; who and where is still as the table has it."""

    line: int
    platform: str | None
    account: str | None
    account_name: str | None = None
    account_id: str | None = None
    native_id: str | None
    url: str | None
    published: Moment | None
    """``None`` only where the post's id will say it."""
    observed_at: datetime | None
    """``None`` when the row does not say: the file's time counts then."""
    role: Role
    format: Format | None
    post_type: str | None
    title: str | None
    text: str | None
    metrics: Metrics
    follower_count: Count | None
    is_own: bool | None
    company: str | None
    is_promoted_label: bool | None = None


@frozen(kw_only=True)
class SkippedRow:
    """A row that is no post, and need not be mended."""

    why: str
    """As the object of "N rows that are …"."""


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


# ---------------------------------------------------------------- which table it is


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


# ---------------------------------------------------------------- rows


def read_posts(
    rows: Rows, layout: Layout, zone: tzinfo | None = None
) -> Iterator[PostRow | SkippedRow | tuple[int, str]]:
    """The rows below the header; a bad row comes as its line and one sentence, and the others go on.

    ``zone`` is that of dates that state none.
    """
    below = [(line, cells) for line, cells in rows if line > layout.header_line]
    dates = layout.columns.get("published_at")
    order = layout.choice.date_order or order_of(
        cells[dates] for _, cells in below if dates is not None and dates < len(cells)
    )
    if order is None and layout.platform is not None:
        order = DateOrder.MONTH_FIRST  # as these exports write dates in English
    elif order is None and dates is not None and plain_name(layout.header[dates]) in WORDS["day_first"]:
        order = DateOrder.DAY_FIRST  # no language that calls the column so writes the month first
    reader = _RowReader(layout, order, zone)
    for line, cells in below:
        if not any(cell.strip() for cell in cells):
            if len(cells) > 1:
                yield SkippedRow(why="blank rows")
            continue
        if len(cells) > len(layout.header) and any(cell.strip() for cell in cells[len(layout.header) :]):
            yield (
                line,
                f"{len(cells)} cells under {len(layout.header)} columns; a text with a separator needs quotes round it",
            )
            continue
        try:
            yield reader.read(line, cells)
        except RowError as error:
            yield line, str(error)


class _RowReader:
    def __init__(self, layout: Layout, order: DateOrder | None, zone: tzinfo | None) -> None:
        self._layout = layout
        self._order = order
        self._zone = zone

    def read(self, line: int, cells: Sequence[str]) -> PostRow | SkippedRow:
        values = {name: cells[index] for name, index in self._layout.columns.items() if index < len(cells)}
        said = _Cells(values)
        if why := self._is_no_post(cells, said):
            return SkippedRow(why=why)
        published, observed = self._published(said), said.text("observed_at")
        native_id, url = said.text("native_id"), said.text("url")
        if native_id is not None and _MANGLED.fullmatch(native_id):
            if url is None:
                raise RowError(f"native_id {native_id} was rounded by a spreadsheet; keep that column as text")
            native_id = None
        if native_id is None and url is None:
            raise RowError("native_id and url are both empty; one of them must say which post this is")
        counts = {name: _count(name, said.text(name)) for name in (*COUNTS, "follower_count")}
        format_, post_type = self._kinds(said)
        return PostRow(
            line=line,
            platform=self._platform(said),
            account=self._account(said),
            account_name=said.text("account_name"),
            account_id=said.text("account_id"),
            native_id=native_id,
            url=url,
            published=published,
            observed_at=self._moment("observed_at", observed).at if observed else None,
            role=self._role(said),
            format=format_,
            post_type=post_type,
            title=said.text("title"),
            text=self._words(said),
            metrics=_metrics(counts),
            follower_count=counts["follower_count"],
            is_own=True if self._layout.platform else _truth(said.text("is_own")),
            company=said.text("company"),
            is_promoted_label=self._is_promoted(said),
        )  # fmt: skip

    def _is_no_post(self, cells: Sequence[str], said: _Cells) -> str:
        first = next((plain_name(cell) for cell in cells if cell.strip()), "")
        is_sum = first in WORDS["totals"] and said.text("url") is None
        if is_sum or not any(map(said.text, ("native_id", "url", "published_at", "text", "account"))):
            return "totals"
        if self._layout.platform in (Platform.FACEBOOK, Platform.INSTAGRAM):
            if _meta_kind(said.text("kind")) in WORDS["story"]:
                return "stories, which are gone after a day"
            if plain_name(said.text("day") or "") not in WORDS["lifetime"] and read_cell(
                said.raw("day"), self._order, None
            ):
                return "counts of one day, not of a post's whole life; export “Lifetime”"
        return ""

    def _platform(self, said: _Cells) -> str | None:
        if self._layout.platform is not None:
            return self._layout.platform.value
        return (
            said.needed("platform")
            if self._layout.is_template
            else said.text("platform") or self._layout.choice.platform
        )

    def _account(self, said: _Cells) -> str | None:
        if self._layout.is_template:
            return said.needed("account")
        return said.text("account") or self._layout.choice.account

    def _published(self, said: _Cells) -> Moment | None:
        value = said.needed("published_at")
        clock = said.text("clock")
        if (
            clock is not None
            and re.fullmatch(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[AaPp][Mm])?", clock)
            and ":" not in value
        ):
            value = f"{value} {clock}"
        return self._moment("published_at", value)

    def _moment(self, name: str, value: str) -> Moment:
        found = read_cell(value, self._order, self._zone)
        if found is None:
            hint = "write it like 2026-11-22T09:30:00Z"
            if self._order is None and read_cell(value, DateOrder.DAY_FIRST, self._zone) is not None:
                hint = "say which number is the day: --date-order day_first, or month_first"
            raise RowError(f"{name} {value!r} is no date that can be read for sure; {hint}")
        return found

    def _role(self, said: _Cells) -> Role:
        if self._layout.platform is None:
            return _word("role", said.text("role"), Role, _ROLE_WORDS) or Role.ORIGINAL
        if plain_name(said.raw("is_share")) in WORDS["yes"]:
            return Role.REPOST
        # the export has no column for it; on X a post that begins with a handle is an answer to that account
        is_answer = self._layout.platform == Platform.X and (said.text("text") or "").startswith("@")
        return Role.REPLY if is_answer else Role.ORIGINAL

    def _kinds(self, said: _Cells) -> tuple[Format | None, str | None]:
        """Format and stated post type."""
        if self._layout.is_template:
            post_type = (said.text("post_type") or "").lower().replace(" ", "_") or None
            return _word("format", said.text("format"), Format, {}), post_type
        words = [_meta_kind(said.text(name)) for name in ("format", "kind")]
        format_ = next((found for word in words if (found := _format(word))), None)
        if self._layout.platform is not None:
            return format_, None
        stated = said.text("post_type") or (said.text("kind") if _format(words[1]) is None else None)
        return format_, (stated or "").lower().replace(" ", "_") or None

    def _words(self, said: _Cells) -> str | None:
        text, title = (clean(said.raw(name)).strip() or None for name in ("text", "title"))
        # Facebook's export has the words of a post in one column or the other, cut off in the shorter
        return (
            max((text, title), key=lambda one: len(one or "")) if self._layout.platform == Platform.FACEBOOK else text
        )

    def _is_promoted(self, said: _Cells) -> bool | None:
        is_stated = self._layout.platform == Platform.LINKEDIN and said.text("kind")
        return plain_name(said.raw("kind")) in WORDS["sponsored"] or None if is_stated else None


class _Cells:
    """The cells of one row, by field."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def raw(self, name: str) -> str:
        return self._values.get(name, "")

    def text(self, name: str) -> str | None:
        value = clean(self.raw(name)).strip()
        return None if value.lower() in _UNKNOWN else value

    def needed(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise RowError(f"{name} is empty")
        return value


def _meta_kind(word: str | None) -> str:
    """A kind of post without the network's name beside it ("IG reel", "Carrusel de IG")."""
    return " ".join(part for part in plain_name(word or "").split() if part not in _NETWORK_WORDS)


def _format(word: str) -> Format | None:
    if word.replace(" ", "_") in set(Format):
        return Format(word.replace(" ", "_"))
    return FORMATS.get(word)


def _count(name: str, value: str | None) -> Count | None:
    if value is None:
        return None
    found = read_count(_DECIMALS.sub("", value))
    if found is None:
        raise RowError(f"{name} {value!r} is no count; write a whole number, or leave it empty when it is not known")
    return found


def _metrics(counts: Mapping[str, Count | None]) -> Metrics:
    known = {name: count for name in COUNTS if (count := counts[name]) is not None}
    # quotes are a column of their own only where the table has one
    columns = [name for name in COUNTS if name != "quote_count" or name in known]
    return Metrics(
        like_count=known["like_count"].value if "like_count" in known else None,
        comment_count=known["comment_count"].value if "comment_count" in known else None,
        share_count=known["share_count"].value if "share_count" in known else None,
        view_count=known["view_count"].value if "view_count" in known else None,
        save_count=known["save_count"].value if "save_count" in known else None,
        quote_count=known["quote_count"].value if "quote_count" in known else None,
        missing={name: MissingReason.NOT_OBSERVED for name in columns if name not in known},
        rounded={name: count.rounded for name, count in known.items() if count.rounded is not None},
    )


def _word(
    name: str, value: str | None, vocabulary: type[_Vocabulary], other_words: Mapping[str, _Vocabulary]
) -> _Vocabulary | None:
    if value is None:
        return None
    plain = value.lower().replace("-", "_")
    for spelling in (plain, plain.replace(" ", "_")):
        if spelling in set(vocabulary):
            return vocabulary(spelling)
    other = other_words.get(plain.replace("_", " ")) or FORMATS.get(plain_name(value))
    if isinstance(other, vocabulary):
        return other
    near = get_close_matches(plain, [each.value for each in vocabulary], n=1)
    hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(vocabulary)}"
    raise RowError(f"{name} {value!r} is not known; {hint}")


def _truth(value: str | None) -> bool | None:
    if value is None:
        return None
    if (plain := plain_name(value)) in WORDS["yes"] | WORDS["no"]:
        return plain in WORDS["yes"]
    raise RowError(f"is_own {value!r} is neither true nor false")
