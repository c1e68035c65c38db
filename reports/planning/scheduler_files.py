"""Files for Buffer's bulk upload and Hootsuite's bulk composer; what does not fit their rules is left out and named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import field, frozen

from reports.language import marked
from reports.planning.cells import csv_text, uploaded
from reports.planning.evidence import Limits
from reports.planning.notes import Note
from reports.planning.slots import Slot, Status
from reports.post_length import counted_length

BUFFER_HEADER: Final = ("Text", "Image URL", "Tags", "Posting Time")
BUFFER_BOARD: Final = "Board Name"
BUFFER_MOST_ROWS: Final = 100
HOOTSUITE_MOST_ROWS: Final = 350
HOOTSUITE_DATES: Final[Mapping[str, str]] = {
    "mm/dd/yyyy": "%m/%d/%Y %H:%M",
    "dd/mm/yyyy": "%d/%m/%Y %H:%M",
    "yyyy/mm/dd": "%Y/%m/%d %H:%M",
    "yyyy-mm-dd": "%Y-%m-%d %H:%M",
}
"""What may be chosen in Hootsuite's upload dialog → how it is written."""
_MINUTES: Final = 5
_NEEDS_MEDIA: Final = frozenset({"instagram", "pinterest", "tiktok", "youtube"})
"""Networks that take no post without a picture or film, which a plan does not have."""


@frozen(kw_only=True)
class SchedulerRules:
    """What a user sets about these files."""

    buffer_rows: int = BUFFER_MOST_ROWS
    """10 on the free plan."""
    hootsuite_dates: str = "mm/dd/yyyy"
    pinterest_board: str = ""


@frozen(kw_only=True)
class Prepared:
    """Files by name, and what is not in them."""

    files: Mapping[str, str] = field(factory=dict)
    left_out: Sequence[Note] = ()
    """One sentence a slot and reason, and one a file that is not all that its network asks for."""


def buffer_files(
    slots: Sequence[Slot],
    *,
    rules: SchedulerRules,
    limits: Mapping[str, Limits],
    channels: Mapping[tuple[str, str | None], str],
    now: dt.datetime,
) -> Prepared:
    """``buffer-<channel>.csv`` by channel, several where one would be too long. Times are those of the user's clock,
    which must be the channel's in Buffer. ``channels``: platform and account → how its files are called."""
    by_channel, left_out = _fitting(slots, limits=limits, channels=channels, now=now, tool="Buffer")
    files: dict[str, str] = {}
    for channel, rows in by_channel.items():
        is_board = rows[0].platform == "pinterest"
        header = (*BUFFER_HEADER, BUFFER_BOARD) if is_board else BUFFER_HEADER
        cells = [
            (slot.text, "", "", f"{slot.local:%Y-%m-%d %H:%M}", *((rules.pinterest_board,) if is_board else ()))
            for slot in rows
        ]
        files |= _split(f"buffer-{channel}", cells, min(rules.buffer_rows, BUFFER_MOST_ROWS), header)
        left_out += _without_media(rows[0].platform, f"buffer-{channel}")
        if is_board and not rules.pinterest_board:
            asked = marked('Buffer asks for a board on Pinterest: set pinterest_board = "…" under [plan].')
            left_out.append(Note(asked))
    return Prepared(files=files, left_out=left_out)


def hootsuite_files(
    slots: Sequence[Slot],
    *,
    rules: SchedulerRules,
    limits: Mapping[str, Limits],
    channels: Mapping[tuple[str, str | None], str],
    now: dt.datetime,
) -> Prepared:
    """``hootsuite-<account>.csv`` by account: no header, date and time in the pattern chosen, message, link."""
    by_channel, left_out = _fitting(slots, limits=limits, channels=channels, now=now, tool="Hootsuite")
    pattern = HOOTSUITE_DATES[rules.hootsuite_dates]
    files: dict[str, str] = {}
    for channel, rows in by_channel.items():
        cells = [(slot.local.strftime(pattern), _without_link(slot), slot.link or "") for slot in rows]
        files |= _split(f"hootsuite-{channel}", cells, HOOTSUITE_MOST_ROWS, None)
        left_out += _without_media(rows[0].platform, f"hootsuite-{channel}")
    return Prepared(files=files, left_out=left_out)


def channel_names(channels: Sequence[tuple[str, str | None, str]]) -> dict[tuple[str, str | None], str]:
    """How the files of each channel (platform, account, handle) are called: its network, and its handle where there are
    several accounts there. No two are called alike."""
    platforms = [platform for platform, _, _ in channels]
    names: dict[tuple[str, str | None], str] = {}
    for platform, account, handle in channels:
        name = platform
        if platforms.count(platform) > 1:
            name = f"{platform}-{re.sub(r'[^a-z0-9]+', '-', handle.lower()).strip('-') or 'account'}"[:60]
        number, unique = 1, name
        while unique in names.values():
            number += 1
            unique = f"{name}-{number}"
        names[platform, account] = unique
    return names


def _without_media(platform: str, name: str) -> list[Note]:
    """What is still to be done by hand after the upload."""
    if platform not in _NEEDS_MEDIA:
        return []
    bare = marked(
        "%(platform)s takes no post without a picture or film, and %(file)s has none: add them after the upload, before"
        " the first post is due."
    )
    return [Note(bare, values={"platform": platform, "file": name})]


def _without_link(slot: Slot) -> str:
    """Hootsuite puts the link below by itself."""
    return slot.text.removesuffix(slot.link or "").rstrip() if slot.link else slot.text


def _fitting(
    slots: Sequence[Slot],
    *,
    limits: Mapping[str, Limits],
    channels: Mapping[tuple[str, str | None], str],
    now: dt.datetime,
    tool: str,
) -> tuple[dict[str, list[Slot]], list[Note]]:
    """The slots that the tool and the network take, by channel, and a sentence for each other one."""
    by_channel: dict[str, list[Slot]] = {}
    left_out: list[Note] = []
    for slot in slots:
        if slot.status is Status.DROPPED or slot.post_url:
            continue
        if why := _misfit(slot, limits.get(slot.platform), now):
            missed = marked("%(slot)s is not in the %(tool)s file: %(why)s")
            left_out.append(Note(missed, values={"slot": slot.slot_id, "tool": tool, "why": why}))
        else:
            name = channels.get((slot.platform, slot.account_key), slot.platform)
            by_channel.setdefault(name, []).append(slot)
    return by_channel, left_out


def _misfit(slot: Slot, limits: Limits | None, now: dt.datetime) -> Note | None:
    """Why a slot cannot be uploaded."""
    where = {"platform": slot.platform}
    if slot.planned_at <= now:
        over = {"day": slot.local.date(), "time": f"{slot.local:%H:%M}"}
        return Note(marked("its time, %(day)s, %(time)s, is over."), values=over)
    if slot.local.minute % _MINUTES:
        odd = {"time": f"{slot.local:%H:%M}"}
        return Note(marked("its time, %(time)s, does not end in 0 or 5."), values=odd)
    if not (slot.caption or slot.hook or "").strip():
        return Note(marked("it has no text; write one in the caption column of plan.csv."))
    if limits and limits.text is not None and (length := counted_length(slot.platform, slot.text)) > limits.text:
        long = marked(
            "its text with hashtags and link is %(length)s long as %(platform)s counts it, and %(most)s is the most."
        )
        return Note(long, values={"length": length, "most": limits.text, **where})
    if limits and limits.hashtags is not None and len(slot.hashtags) > limits.hashtags:
        many = marked("it has %(number)s hashtags, and %(platform)s takes %(most)s (%(since)s).")
        values = {"number": len(slot.hashtags), "most": limits.hashtags, "since": limits.since or "", **where}
        return Note(many, values=values)
    return None


def _split(name: str, cells: Sequence[Sequence[str]], most: int, header: Sequence[str] | None) -> dict[str, str]:
    """One file, or several numbered ones where there are more rows than a file may have."""
    parts = [cells[start : start + most] for start in range(0, len(cells), most)]
    head = [header] if header else []
    return {
        f"{name}.csv" if len(parts) == 1 else f"{name}-{number}.csv": csv_text(
            [*head, *(map(uploaded, row) for row in part)]
        )
        for number, part in enumerate(parts, start=1)
    }
