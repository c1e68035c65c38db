"""CSV files as spreadsheets write them, and the plain CSV of posts that users bring.

Format: RFC 4180 with what spreadsheets make of it (semicolons or tabs, a byte order mark, UTF-16, a ``sep=`` line).
The columns of the posts file are a contract: :data:`COLUMNS`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from crawler.items import Format, Metrics, MissingReason, Role
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.text import clean

COLUMNS = (
    *("platform", "account", "native_id", "url", "published_at", "observed_at", "role", "format", "post_type"),
    *("title", "text", "like_count", "comment_count", "share_count", "view_count", "save_count", "follower_count"),
    *("is_own", "company"),
)
"""The plain CSV of posts. Needed: platform, account, published_at, and native_id or url; what is absent is unknown."""
NEEDED = ("platform", "account", "published_at")
MAX_CELL = 1_000_000
"""Characters in one cell; a longer one is a quote that was never closed."""

_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count")
_UNKNOWN = frozenset({"", "-", "–", "—", "n/a", "na", "nan", "null", "none", "unknown", "?", "#n/a"})
_TRUE, _FALSE = frozenset({"true", "yes", "1", "y", "x"}), frozenset({"false", "no", "0", "n"})
_FORMAT_WORDS = {
    "photo": Format.IMAGE,
    "picture": Format.IMAGE,
    "album": Format.CAROUSEL,
    "gallery": Format.CAROUSEL,
    "reel": Format.SHORT_VIDEO,
    "reels": Format.SHORT_VIDEO,
    "short": Format.SHORT_VIDEO,
    "shorts": Format.SHORT_VIDEO,
    "status": Format.TEXT,
    "url": Format.LINK,
    "podcast": Format.AUDIO,
}
_ROLE_WORDS = {"retweet": Role.REPOST, "boost": Role.REPOST, "share": Role.REPOST, "post": Role.ORIGINAL}
_Vocabulary = TypeVar("_Vocabulary", Role, Format)


class CsvError(ValueError):
    """The file as a whole is no such table; one sentence."""


class RowError(ValueError):
    """One row cannot be used; one sentence without the file's name."""


@frozen(kw_only=True)
class PostRow:
    """One row of the posts file, read; who and where is still as the user wrote it."""

    line: int
    platform: str
    account: str
    native_id: str | None
    url: str | None
    published: Moment
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


def read_table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not blank.

    Raises OSError, and :class:`CsvError` for what is no text (a spreadsheet saved as XLSX, a picture).
    """
    text = _decode(path.read_bytes())
    first, _, rest = text.partition("\n")
    skipped = 0
    if stated := re.fullmatch(r"sep=(.)\s*", first):
        text, skipped = rest, 1
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=stated.group(1) if stated else _delimiter(text))
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise CsvError(f"line {line}: a cell never ends; close its quotation mark") from None
        if any(cell.strip() for cell in cells):
            yield line, cells


def read_posts(path: Path, zone: tzinfo | None = None) -> Iterator[PostRow | tuple[int, str]]:
    """Rows of the plain CSV of posts; a bad row comes as its line and one sentence, and the others go on.

    ``zone`` is that of dates that state none. Raises :class:`CsvError` when the header lacks a needed column.
    """
    rows = read_table(path)
    header_line, header = next(rows, (1, []))
    names = _header(header, header_line)
    for line, cells in rows:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            yield (
                line,
                f"{len(cells)} cells under {len(header)} columns; a text with a separator needs quotes around it",
            )
            continue
        values = {name: cells[index] for name, index in names.items() if index < len(cells)}
        try:
            yield _row(line, values, zone)
        except RowError as error:
            yield line, str(error)


def _decode(data: bytes) -> str:
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise CsvError("is a spreadsheet file; export it as CSV first")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:4_096]:
        zeros_at_odd = data[1:4_096:2].count(0) > data[0:4_096:2].count(0)
        if data[:4_096].count(0) < len(data[:4_096]) // 4:
            raise CsvError("is no text file; export it as CSV first")
        return data.decode("utf-16-le" if zeros_at_odd else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    head = re.sub(r'"(?:[^"]|"")*"', "", text[:20_000]).lstrip("\r\n").split("\n", 1)[0]
    return max((",", ";", "\t"), key=head.count)


def _header(cells: list[str], line: int) -> dict[str, int]:
    names: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = re.sub(r"[\s-]+", "_", cell.strip().lower())
        if name in COLUMNS:
            names.setdefault(name, index)
    missing = [name for name in NEEDED if name not in names]
    if missing or not {"native_id", "url"} & names.keys():
        wanted = missing or ["native_id or url"]
        raise CsvError(
            f"line {line}: the header has no column {', '.join(wanted)}; `rivalscope import --template` writes one"
        )
    return names


def _row(line: int, values: Mapping[str, str], zone: tzinfo | None) -> PostRow:
    def text(name: str) -> str | None:
        value = clean(values.get(name, "")).strip()
        return None if value.lower() in _UNKNOWN else value

    def needed(name: str) -> str:
        value = text(name)
        if value is None:
            raise RowError(f"{name} is empty")
        return value

    def moment(name: str, value: str) -> Moment:
        found = read_date(value, zone=zone)
        if found is None:
            raise RowError(f"{name} {value!r} is no date that can be read for sure; write it like 2026-11-22T09:30:00Z")
        return found

    published = moment("published_at", needed("published_at"))
    observed = text("observed_at")
    native_id, url = text("native_id"), text("url")
    if native_id is None and url is None:
        raise RowError("native_id and url are both empty; one of them must say which post this is")
    counts = {name: _count(name, text(name)) for name in (*_COUNTS, "follower_count")}
    return PostRow(
        line=line,
        platform=needed("platform"),
        account=needed("account"),
        native_id=native_id,
        url=url,
        published=published,
        observed_at=moment("observed_at", observed).at if observed else None,
        role=_word("role", text("role"), Role, _ROLE_WORDS) or Role.ORIGINAL,
        format=_word("format", text("format"), Format, _FORMAT_WORDS),
        post_type=(text("post_type") or "").lower().replace(" ", "_") or None,
        title=text("title"),
        text=clean(values.get("text", "")).strip() or None,
        metrics=_metrics(counts),
        follower_count=counts["follower_count"],
        is_own=_truth(text("is_own")),
        company=text("company"),
    )


def _count(name: str, value: str | None) -> Count | None:
    if value is None:
        return None
    found = read_count(re.sub(r"\.0+$", "", value))
    if found is None:
        raise RowError(f"{name} {value!r} is no count; write a whole number, or leave it empty when it is not known")
    return found


def _metrics(counts: Mapping[str, Count | None]) -> Metrics:
    known = {name: count for name in _COUNTS if (count := counts[name]) is not None}
    return Metrics(
        like_count=known["like_count"].value if "like_count" in known else None,
        comment_count=known["comment_count"].value if "comment_count" in known else None,
        share_count=known["share_count"].value if "share_count" in known else None,
        view_count=known["view_count"].value if "view_count" in known else None,
        save_count=known["save_count"].value if "save_count" in known else None,
        missing={name: MissingReason.NOT_OBSERVED for name in _COUNTS if name not in known},
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
    if plain.replace("_", " ") in other_words:
        return other_words[plain.replace("_", " ")]
    near = get_close_matches(plain, [each.value for each in vocabulary], n=1)
    hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(vocabulary)}"
    raise RowError(f"{name} {value!r} is not known; {hint}")


def _truth(value: str | None) -> bool | None:
    if value is None:
        return None
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise RowError(f"is_own {value!r} is neither true nor false")


def is_posts_header(head: str) -> bool:
    """Whether a text file that begins with ``head`` looks like the plain CSV of posts."""
    first = head.lstrip("\ufeff").split("\n", 1)[0].lower()
    words = {word.strip(' "\r').replace(" ", "_") for word in re.split(r"[,;\t]", first)}
    return len(words & set(COLUMNS)) >= 2
