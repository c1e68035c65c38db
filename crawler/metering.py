"""Budgets for interfaces that cost money: what a request may cost is written down before it leaves.

The ledger is ``<folder>/<platform>.jsonl``: ``{"id", "at", "crawl_id", "units"}`` reserves, and ``{"id", "used"}``
settles. A reservation that was never settled counts in full: a crawl that is killed has spent it, as far as anybody
knows.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import define, field, frozen

_CALIFORNIA = ZoneInfo("America/Los_Angeles")


@frozen(kw_only=True)
class Budget:
    """Units (on X: posts read; on YouTube: of the Data API's quota) that may be used; ``None`` = no bound."""

    per_run: int | None = None
    per_month: int | None = None
    """A calendar month, UTC."""
    per_day: int | None = None
    """A day that begins at midnight in California, where Google's quotas do."""


@frozen(kw_only=True)
class Usage:
    """Units used, reservations that were never settled in full."""

    this_run: int
    this_month: int
    this_day: int = 0
    """The day of :attr:`Budget.per_day`."""


class LedgerError(OSError):
    """The ledger cannot be read or written: nothing may be asked then. One sentence."""


def ledger_path(folder: Path, platform: str) -> Path:
    """Where what was used of ``platform`` is written down."""
    return folder / f"{platform}.jsonl"


@define
class Meter:
    """One platform's budget in one crawl. The ledger is read again for each reservation, under a lock of its own, so
    that two crawls at once do not spend the same money."""

    path: Path
    budget: Budget
    crawl_id: str
    now: Callable[[], datetime]
    """Time-zone aware; its UTC month is the month that is counted."""
    label: str = "This interface"
    """Of the platform, for people."""
    _open: dict[str, int] = field(init=False, factory=dict)

    @property
    def used(self) -> Usage:
        """Raises :class:`LedgerError`."""
        return usage(self.path, self.crawl_id, self.now())

    @property
    def left(self) -> int:
        """Units that may still be asked for, in this run, month and day. Raises :class:`LedgerError`."""
        return units_left(self.budget, self.used)

    @property
    def spent(self) -> str:
        """The sentence for a visit that the budget ended."""
        used = self.used
        if self.budget.per_run is None or self.budget.per_month is None:
            return (
                f"The day's quota for {self.label} is used up: {used.this_day:,} of {self.budget.per_day:,} units"
                " (units_per_day in rivalscope.toml); the next day begins at midnight in California."
            )
        return (
            f"The budget for {self.label} does not reach further: {used.this_run:,} of {self.budget.per_run:,} posts"
            f" used in this run, {used.this_month:,} of {self.budget.per_month:,} this month (posts_per_run and"
            " posts_per_month in rivalscope.toml)."
        )

    def reserve(self, units: int) -> str | None:
        """Take ``units`` out of the budget, durably; ``None`` when it does not hold so many.

        Raises :class:`LedgerError` when that cannot be written down.
        """
        reservation = secrets.token_hex(6)
        with _Ledger(self.path) as ledger:
            if units > self.left:
                return None
            at = self.now().astimezone(UTC).isoformat()
            ledger.write({"id": reservation, "at": at, "crawl_id": self.crawl_id, "units": units})
        self._open[reservation] = units
        return reservation

    def settle(self, reservation: str, used: int | None) -> None:
        """Say what a request did cost; ``None`` = all that was reserved. Gives back the rest.

        An answer that held more than was asked for is counted as what it held. Raises :class:`LedgerError`.
        """
        units = self._open.pop(reservation)
        with _Ledger(self.path) as ledger:
            ledger.write({"id": reservation, "used": units if used is None else max(0, used)})


def units_left(budget: Budget, used: Usage) -> int:
    """Units that may still be asked for."""
    bounds = ((budget.per_run, used.this_run), (budget.per_month, used.this_month), (budget.per_day, used.this_day))
    return max(0, min((bound - spent for bound, spent in bounds if bound is not None), default=0))


def usage(path: Path, crawl_id: str, now: datetime) -> Usage:
    """What the ledger at ``path`` says was used by this crawl and in the UTC month of ``now``; without it nothing.

    Raises :class:`LedgerError` when it cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return Usage(this_run=0, this_month=0)
    except OSError as error:
        raise LedgerError(f"{path} cannot be read: {error.strerror}.") from error
    reserved: dict[str, tuple[datetime, str, int]] = {}
    for line in lines:
        try:
            entry = json.loads(line)
            if "units" in entry:
                at = datetime.fromisoformat(entry["at"]).astimezone(UTC)
                reserved[entry["id"]] = (at, entry["crawl_id"], int(entry["units"]))
            elif entry["id"] in reserved:
                at, crawl, _ = reserved[entry["id"]]
                reserved[entry["id"]] = (at, crawl, int(entry["used"]))
        except (ValueError, KeyError, TypeError, OverflowError):
            continue  # torn by a kill: its request never left
    month, day = f"{now.astimezone(UTC):%Y-%m}", now.astimezone(_CALIFORNIA).date()
    return Usage(
        this_run=sum(units for _, crawl, units in reserved.values() if crawl == crawl_id),
        this_month=sum(units for at, _, units in reserved.values() if f"{at:%Y-%m}" == month),
        this_day=sum(units for at, _, units in reserved.values() if at.astimezone(_CALIFORNIA).date() == day),
    )


class _Ledger:
    """The file, locked and open for appending."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> _Ledger:
        try:
            is_new = not self._path.exists()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if is_new:
                # a file whose name is not on the disk is not durable either
                folder = os.open(self._path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
        except OSError as error:
            self._close()
            raise self._failure(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def write(self, entry: dict[str, object]) -> None:
        """Append one line, durably."""
        # a torn last line of a crawl that was killed must not swallow this one
        line = b"\n" + json.dumps(entry).encode() + b"\n"
        try:
            written = os.write(self._descriptor, line)
            os.fsync(self._descriptor)
        except OSError as error:
            raise self._failure(error) from error
        if written < len(line):
            raise LedgerError(f"{self._path} cannot be written: the disk is full.")

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _failure(self, error: OSError) -> LedgerError:
        return LedgerError(f"{self._path} cannot be written: {error.strerror}.")
