"""Dates of one column of a table: day or month first is decided for the column, never for one cell.

``03/04/2026`` alone could be two days. A column of such dates often says which: by a day beyond the twelfth, or because
an export is sorted by time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum

from crawler.reading.dates import Moment, read_date

_NUMERIC = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})"
    r"(?:,?[ T]+(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?: ?([AaPp])\.?\s?[Mm]\.?)?)?"
)


class DateOrder(StrEnum):
    """Which number of ``03/04/2026`` is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def order_of(column: Iterable[str]) -> DateOrder | None:
    """Which comes first in this column's dates; ``None`` when the column does not say."""
    found = [match for cell in column if (match := _NUMERIC.fullmatch(cell.strip()))]
    if any(int(match.group(1)) > 12 for match in found):
        return DateOrder.DAY_FIRST
    if any(int(match.group(3)) > 12 for match in found):
        return DateOrder.MONTH_FIRST
    if found and all(match.group(2) == "." for match in found):
        return DateOrder.DAY_FIRST  # no country writes the month first with full stops
    sorted_by = [order for order in DateOrder if _is_sorted([_iso(match, order) for match in found])]
    return sorted_by[0] if len(sorted_by) == 1 else None


def read_cell(said: str, order: DateOrder | None, zone: tzinfo | None, latest: datetime | None = None) -> Moment | None:
    """The moment in one cell; ``None`` when it is none, or could be two."""
    match = _NUMERIC.fullmatch(said.strip())
    if match is None or (order is None and match.group(5) is None):
        return read_date(said, zone=zone, latest=latest)
    if order is None:
        order = order_of([said])
        if order is None and match.group(1) != match.group(3):
            return None
    moment = read_date(_iso(match, order or DateOrder.DAY_FIRST), zone=zone, latest=latest)
    return None if moment is None else Moment(moment.at, moment.precision, said)


def _iso(match: re.Match[str], order: DateOrder) -> str:
    first, _, second, year, hour, minute, second_of, half = match.groups()
    day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    date = f"{year if len(year) == 4 else '20' + year}-{month:0>2}-{day:0>2}"
    if hour is None:
        return date
    if half:
        hour = str(int(hour) % 12 + (12 if half.lower() == "p" else 0))
    return f"{date} {hour:0>2}:{minute}" + (f":{second_of}" if second_of else "")


def _is_sorted(values: Sequence[str]) -> bool:
    """Whether at least three different moments stand in order, either way."""
    if len(set(values)) < 3:
        return False
    return list(values) == sorted(values) or list(values) == sorted(values, reverse=True)
