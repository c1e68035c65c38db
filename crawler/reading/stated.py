"""Counts that a source states, brought to the columns of a Metrics or a Profile, with a reason for each that is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crawler.items import MissingReason
from crawler.reading.counts import Count, read_count


def columns(stated: Mapping[str, object], *, not_public: Iterable[str] = ()) -> dict[str, Any]:
    """Keyword arguments for ``Metrics`` or ``Profile``: the counts, ``missing`` and ``rounded``.

    ``stated`` maps a column to what the source says: a text, a number, a :class:`Count` that was read before, ``None``
    where it says nothing (``not_observed``). What is said and is no count is ``not_parsed``. ``not_public`` are columns
    that this source never shows.
    """
    values: dict[str, int] = {}
    missing: dict[str, MissingReason] = {}
    rounded: dict[str, int] = {}
    for column, said in stated.items():
        count = said if isinstance(said, Count) else read_count(said)
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED if said is None else MissingReason.NOT_PARSED
            continue
        values[column] = count.value
        if count.rounded is not None:
            rounded[column] = count.rounded
    missing |= {column: MissingReason.NOT_PUBLIC for column in not_public if column not in values}
    return {**values, "missing": missing, "rounded": rounded}
