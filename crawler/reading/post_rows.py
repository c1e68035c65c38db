"""The rows of a table of posts, read one by one under a layout that is known (:mod:`crawler.reading.table_layouts`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import TypeVar

from attrs import frozen

from crawler.items import Format, Metrics, MissingReason, Platform, Role
from crawler.reading.column_dates import DateOrder, order_of, read_cell
from crawler.reading.column_names import COUNTS, FORMATS, WORDS, plain_name
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import Moment
from crawler.reading.table_layouts import Layout, Rows
from crawler.reading.text import clean

_UNKNOWN = frozenset({"", "-", "–", "—", "n/a", "na", "nan", "null", "none", "unknown", "?", "#n/a"})
_ROLE_WORDS = {"retweet": Role.REPOST, "boost": Role.REPOST, "share": Role.REPOST, "post": Role.ORIGINAL}
_MANGLED = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]{2}")
_DECIMALS = re.compile(r"[.,]0{1,2}$")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[AaPp][Mm])?")
_NETWORK_WORDS = frozenset({"ig", "instagram", "fb", "facebook", "de", "do", "di", "van"})
_Vocabulary = TypeVar("_Vocabulary", Role, Format)


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
        if not self._layout.has_any_time and said.text("published_at") is None:
            return None
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
