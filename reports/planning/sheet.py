"""The neutral sheet, ``plan.csv``: opens in any spreadsheet, and comes back with what a person wrote into it."""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from reports.errors import PlanningError
from reports.planning.cells import as_written, csv_text, neutral
from reports.planning.links import is_web_link, slot_of, tracked_link
from reports.planning.slot_ids import is_id
from reports.planning.slots import Slot, Status

COLUMNS: Final = (
    "week",
    "date",
    "time",
    "platform",
    "format",
    "post_type",
    "hook",
    "caption",
    "hashtags",
    "link",
    "evidence",
    "status",
    "topic",
    "campaign",
    "why",
    "post_url",
    "slot_id",
)
_FORMATS: Final = frozenset(
    ("text", "image", "carousel", "video", "short_video", "audio", "link", "poll", "article", "live", "other")
)
_LONGEST: Final = 20_000
"""Characters of a text; no network takes more."""
_LONGEST_CELL = 100_000
_FARTHEST: Final = dt.timedelta(days=183)
"""A slot stays near its month; a day that is farther away is a slip of the pen."""
_MOST_ROWS: Final = 5_000
_STATUS_WORDS: Final = {"": "draft", "ok": "approved", "approve": "approved", "drop": "dropped", "draft": "draft"}


@frozen(kw_only=True)
class Edits:
    """What a sheet changes."""

    changes: Sequence[Slot]
    """New versions."""
    warnings: Sequence[str]


def sheet_text(slots: Iterable[Slot]) -> str:
    """The sheet, with a mark that tells spreadsheets that it is UTF-8."""
    rows = [
        (
            f"{slot.local:%G-W%V}",
            f"{slot.local:%Y-%m-%d}",
            f"{slot.local:%H:%M}",
            slot.platform,
            slot.format or "",
            slot.post_type or "",
            slot.hook or "",
            slot.caption or "",
            " ".join(f"#{tag}" for tag in slot.hashtags),
            slot.link or "",
            " ".join(slot.evidence),
            slot.status.value,
            slot.topic or "",
            slot.campaign or "",
            slot.why or "",
            slot.post_url or "",
            slot.slot_id,
        )
        for slot in slots
    ]
    return "\ufeff" + csv_text([COLUMNS, *(map(neutral, row) for row in rows)])


def read_sheet(content: bytes, name: str, known: Mapping[str, Slot], *, now: dt.datetime) -> Edits:
    """What an edited sheet says of ``known`` slots (by id). Columns that are not there are left as they are.

    Any separator and encoding that spreadsheets write; dates as ``2026-12-01``, ``1.12.2026`` or with slashes, in the
    order that fits the sheet. Raises PlanningError, a sentence a line that is wrong; then nothing of it counts.
    """
    rows, columns = _rows(content, name)
    if "slot_id" not in columns and "link" not in columns:
        raise PlanningError(
            f"{name} has no column slot_id: import the plan.csv that `rivalscope plan` wrote, with its first row."
        )
    if unknown := sorted(columns - set(COLUMNS) - {""}):
        near = difflib.get_close_matches(unknown[0], COLUMNS, n=1)
        hint = f"; did you mean {near[0]}?" if near else "; remove it."
        raise PlanningError(f"{name} has a column {unknown[0]!r} that a plan has not{hint}")
    is_month_first = _is_month_first(rows, known)
    problems: list[str] = []
    warnings: list[str] = []
    seen: dict[str, str] = {}
    changes = []
    for place, cells in rows:
        try:
            before = _slot_of(cells, known, seen)
            seen[before.slot_id] = place
            after = _edited(before, cells, is_month_first)
        except PlanningError as error:
            problems.append(f"{place}: {error}")
            continue
        new = after.after(before)
        if new is not None:
            changes.append(new)
            warnings += [f"{place}: {sentence}" for sentence in _warnings(before, new, now)]
    if problems:
        raise PlanningError("\n".join(problems))
    return Edits(changes=changes, warnings=warnings)


def _rows(content: bytes, name: str) -> tuple[list[tuple[str, dict[str, str]]], set[str]]:
    """Place and cells of every row that is not empty, and the names of the columns."""
    text = _decoded(content)
    try:
        separator = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t").delimiter
    except csv.Error:
        separator = ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        for row in itertools.islice(reader, _MOST_ROWS + 1):
            if max(map(len, row), default=0) > _LONGEST_CELL:
                raise PlanningError(
                    f"{name}:{reader.line_num}: this is no sheet of a plan: a cell has more than {_LONGEST_CELL:,}"
                    " characters; was a quotation mark lost?"
                )
            cells = {column: _cell(cell) for column, cell in zip(header, row, strict=False) if column}
            if any(cells.values()):
                rows.append((f"{name}:{reader.line_num}", cells))
    except csv.Error as error:
        raise PlanningError(
            f"{name}:{reader.line_num}: this is no CSV ({error}); save it as CSV and try again."
        ) from None
    if len(rows) > _MOST_ROWS:
        raise PlanningError(f"{name} has more than {_MOST_ROWS:,} rows, which no plan has.")
    return rows, set(header)


def _cell(cell: str) -> str:
    return as_written(cell.strip().replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace").replace("\0", "")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return text.replace("\0", "")


def _slot_of(cells: Mapping[str, str], known: Mapping[str, Slot], seen: Mapping[str, str]) -> Slot:
    """The slot of a row, by its id, else by the id in its link; each once."""
    named = cells.get("slot_id", "").lower() or slot_of(cells.get("link", "")) or ""
    if named in seen:
        raise PlanningError(f"{named} stands in {seen[named]} already; keep one of the two.")
    if named in known:
        return known[named]
    if not named:
        raise PlanningError("this row names no slot: its slot_id is empty. Slots are added by `rivalscope plan`.")
    near = difflib.get_close_matches(named, known, n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]}?" if near else "; `rivalscope plan` writes the ones there are."
    why = "is no slot of this project" if is_id(named) else "is no slot: a sign of it is wrong"
    raise PlanningError(f"{named[:40]} {why}{hint}")


def _edited(before: Slot, cells: Mapping[str, str], is_month_first: bool) -> Slot:
    """``before`` with what the row says."""
    said: dict[str, Any] = {}
    for column in ("post_type", "hook", "caption", "topic", "campaign"):
        if column in cells:
            if len(cells[column]) > _LONGEST:
                size = len(cells[column])
                raise PlanningError(f"its {column} has {size:,} characters, and {_LONGEST:,} is the most.")
            said[column] = cells[column] or None
    if said.get("post_type"):
        said["post_type"] = _code(said["post_type"])
    if "format" in cells:
        said["format"] = _one_of(_code(cells["format"]), sorted(_FORMATS), "format") if cells["format"] else None
    if "platform" in cells and cells["platform"].lower() != before.platform:
        raise PlanningError(f"the platform of a slot stays {before.platform}: set its status to dropped instead.")
    if "status" in cells:
        word = cells["status"].lower()
        said["status"] = Status(_one_of(_STATUS_WORDS.get(word, word), [each.value for each in Status], "status"))
    if "hashtags" in cells:
        said["hashtags"] = tuple(dict.fromkeys(re.findall(r"[^\s,;#]+", cells["hashtags"])))
    if "link" in cells:
        said["link"] = _link(cells["link"], before)
    if "post_url" in cells:
        said["post_url"] = cells["post_url"] or None
        if said["post_url"] and not is_web_link(said["post_url"]):
            raise PlanningError(f"{said['post_url'][:80]!r} is no address; paste that of the post, with https://")
    if cells.get("date") or cells.get("time"):
        said["planned_at"] = _moment(before, cells, is_month_first)
    return evolve(before, **said)


def _code(text: str) -> str:
    return "_".join(re.findall(r"\w+", text.lower()))[:60]


def _one_of(word: str, known: Sequence[str], what: str) -> str:
    if word in known:
        return word
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}."
    raise PlanningError(f"{word!r} is no {what}; {hint}")


def _link(address: str, before: Slot) -> str | None:
    """The address with the slot's marks, which a new one does not have."""
    if not address or address == before.link:
        return address or None
    if not is_web_link(address):
        raise PlanningError(f"{address[:80]!r} is no link; write it whole, with https://")
    return tracked_link(address, platform=before.platform, plan=before.plan, slot_id=before.slot_id)


def _moment(before: Slot, cells: Mapping[str, str], is_month_first: bool) -> dt.datetime:
    """Date and time of the row by the slot's clock, in UTC; what was not changed stays to the second."""
    local = before.local
    day, clock = local.date(), local.time()
    if date := cells.get("date"):
        found = _dates(date)
        if not found:
            raise PlanningError(f"{date[:40]!r} is no date; write it like {local:%Y-%m-%d}.")
        day = found[-1] if is_month_first else found[0]
        if abs(day - local.date()) > _FARTHEST:
            raise PlanningError(
                f"{date[:40]!r} is far from {local:%Y-%m-%d}, where the slot stands; check the year and month."
            )
    if text := cells.get("time"):
        match = re.fullmatch(r"(\d{1,2})[:.h](\d{2})(?::\d{2})?\s*([ap]m)?", text.lower())
        hour = int(match[1]) if match else 99
        if match and match[3] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if match[3] == "pm" else 0)
        if match is None or hour > 23 or int(match[2]) > 59:
            raise PlanningError(f"{text[:40]!r} is no time of day; write it like {local:%H:%M}.")
        clock = dt.time(hour, int(match[2]))
    if (day, clock) == (local.date(), local.time().replace(second=0, microsecond=0)):
        return before.planned_at
    zone = ZoneInfo(before.timezone)
    moment = dt.datetime.combine(day, clock, tzinfo=zone)
    if moment.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise PlanningError(f"{day} has no {clock:%H:%M} in {before.timezone}: the clocks go forward then.")
    return moment.astimezone(dt.UTC)


def _dates(text: str) -> list[dt.date]:
    """What a date may mean: one, or with slashes two (day first, month first)."""
    numbers = [int(each) for each in re.findall(r"\d+", text)[:3]]
    if not re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(?:\d{4}|\d{2})", text):
        return []
    if len(text.split(text.strip("0123456789")[0])[0]) == 4:
        return _valid(numbers[0], numbers[1], numbers[2])
    year = numbers[2] + (2000 if numbers[2] < 100 else 0)
    first, second = _valid(year, numbers[1], numbers[0]), _valid(year, numbers[0], numbers[1])
    return first if "." in text else [*first, *second] if "/" in text or "-" in text else first


def _valid(year: int, month: int, day: int) -> list[dt.date]:
    try:
        return [dt.date(year, month, day)]
    except ValueError:
        return []


def _is_month_first(rows: Sequence[tuple[str, Mapping[str, str]]], known: Mapping[str, Slot]) -> bool:
    """Whether dates with slashes are meant so: where more of them are those of the slots that way."""
    fits = [0, 0]
    for _, cells in rows:
        slot, found = known.get(cells.get("slot_id", "").lower()), _dates(cells.get("date", ""))
        if slot is not None and len(found) == 2:
            for order in (0, 1):
                fits[order] += found[order] == slot.local.date()
    return fits[1] > fits[0]


def _warnings(before: Slot, after: Slot, now: dt.datetime) -> list[str]:
    found = []
    if after.arm and (after.format, after.post_type) != (before.format, before.post_type):
        found.append(
            f"{after.slot_id} is part of a test, and was drawn as {before.format}, {before.post_type}; what is posted"
            " instead counts as what was drawn."
        )
    if after.status is Status.DRAFT and not after.is_kept(now):
        found.append(f"{after.slot_id} is still a draft: planning again may change it. Set its status to approved.")
    return found
