"""Budgets for interfaces that cost money: what a request may cost is written down before it leaves.

The ledger is ``<folder>/<platform>.jsonl``: ``{"id", "at", "crawl_id", "units"}`` reserves, and ``{"id", "used"}``
settles. A reservation that was never settled counts in full: a crawl that is killed has spent
it, as far as anybody knows.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime
from pathlib import Path

from attrs import define, field, frozen


@frozen(kw_only=True)
class Budget:
    """Units (on X: posts read) that may be used."""

    per_run: int
    per_month: int
    """A calendar month, UTC."""


@frozen(kw_only=True)
class Usage:
    """Units used, reservations that were never settled in full."""

    this_run: int
    this_month: int


class LedgerError(OSError):
    """The ledger cannot be written: nothing may be asked then."""


@define
class Meter:
    """One platform's budget in one crawl. One process at a time writes a ledger: the run's lock sees to that."""

    path: Path
    budget: Budget
    crawl_id: str
    now: datetime
    """Time-zone aware; its UTC month is the month that is counted."""
    _used: Usage = field(init=False)
    _open: dict[str, int] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._used = usage(self.path, self.crawl_id, self.now)

    @property
    def left(self) -> int:
        """Units that may still be asked for, in this run and in this month."""
        return max(0, min(self.budget.per_run - self._used.this_run, self.budget.per_month - self._used.this_month))

    @property
    def used(self) -> Usage:
        return self._used

    def reserve(self, units: int) -> str | None:
        """Take ``units`` out of the budget, durably; ``None`` when it does not hold so many.

        Raises :class:`LedgerError` when that cannot be written down.
        """
        if units > self.left:
            return None
        reservation = secrets.token_hex(6)
        self._write({"id": reservation, "at": self.now.isoformat(), "crawl_id": self.crawl_id, "units": units})
        self._open[reservation] = units
        self._add(units)
        return reservation

    def settle(self, reservation: str, used: int | None) -> None:
        """Say what a request did cost; ``None`` = all that was reserved. Gives back the rest."""
        units = self._open.pop(reservation)
        cost = units if used is None else max(0, min(used, units))
        self._write({"id": reservation, "used": cost})
        self._add(cost - units)

    def _add(self, units: int) -> None:
        self._used = Usage(this_run=self._used.this_run + units, this_month=self._used.this_month + units)

    def _write(self, entry: dict[str, object]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                # a torn last line of a crawl that was killed must not swallow this one
                os.write(descriptor, b"\n" + json.dumps(entry).encode() + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise LedgerError(f"{self.path} cannot be written: {error.strerror}.") from error


def usage(path: Path, crawl_id: str, now: datetime) -> Usage:
    """What the ledger at ``path`` says was used by this crawl and in the UTC month of ``now``; without it nothing."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return Usage(this_run=0, this_month=0)
    reserved: dict[str, tuple[str, str, int]] = {}
    for line in lines:
        try:
            entry = json.loads(line)
            if "units" in entry:
                reserved[entry["id"]] = (entry["at"][:7], entry["crawl_id"], int(entry["units"]))
            elif entry["id"] in reserved:
                month, crawl, _ = reserved[entry["id"]]
                reserved[entry["id"]] = (month, crawl, int(entry["used"]))
        except (ValueError, KeyError, TypeError):
            continue  # torn by a kill: its request never left
    month = now.isoformat()[:7]
    return Usage(
        this_run=sum(units for _, crawl, units in reserved.values() if crawl == crawl_id),
        this_month=sum(units for said, _, units in reserved.values() if said == month),
    )
