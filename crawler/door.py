"""The official interface of one platform in one crawl: whether it is open, and what a request may cost.

All visits to the platform's accounts share it, so that what one of them hears holds for the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import define, field

from crawler.failures import Problem, Refused
from crawler.items import NextRequest, Outcome, Platform, Reason
from crawler.metering import LedgerError, Meter
from crawler.pages import fitted
from crawler.pages.base import Access

ACCESS_TO = "access_to"
"""Request meta: the platform whose credential belongs to the request, as far as its address is the interface's."""
_SHUTS = frozenset({Reason.TOKEN_EXPIRED, Reason.TOKEN_MISSING, Reason.BUDGET_SPENT})
"""What concerns every account: whoever asked next would hear the same."""


@define
class Bill:
    """One request at a door, and what came of it."""

    request: NextRequest
    """As far as the budget goes."""
    used_units: int | None = None
    """What it did cost; ``None`` = all that was reserved, as nobody knows better."""
    problem: Problem | None = None


@define
class Door:
    """What a visit asks through when the user holds a credential."""

    platform: Platform
    access: Access
    meter: Meter | None = None
    """Of requests that cost money; without one none of them is made."""
    counts_posts: bool = False
    """Each post in an answer costs a unit, so that no more of them are listed than are wanted."""
    _shut: Problem | None = field(init=False, default=None)
    _turn: asyncio.Lock = field(init=False, factory=asyncio.Lock)

    @asynccontextmanager
    async def admitted(self, asked: NextRequest) -> AsyncIterator[Bill]:
        """The request, its cost reserved before the block and settled after it.

        One request that costs money at a time, so that what it leaves over is there for the next. Raises
        :class:`~crawler.failures.Refused` before anything has left.
        """
        if not asked.cost:
            self._check()
            bill = Bill(asked)
            yield bill
            self._hear(bill.problem)
            return
        async with self._turn:
            self._check()
            bill, reservation = self._reserve(asked)
            yield bill
            self._hear(bill.problem)
            self._settle(reservation, bill.used_units)

    def _check(self) -> None:
        if self._shut is not None:
            message = f"Not asked, because of what the interface said before: {self._shut.message}"
            raise Refused(self._shut.outcome, self._shut.reason, message, "")

    def _hear(self, problem: Problem | None) -> None:
        if problem is not None and problem.reason in _SHUTS:
            self._shut = self._shut or problem

    def _reserve(self, asked: NextRequest) -> tuple[Bill, str]:
        if self.meter is None:
            raise Refused(Outcome.ERROR, None, "Without a ledger nothing that costs money is asked.", "")
        try:
            while (smaller := fitted(self.platform, asked, self.meter.left)) is not None:
                reservation = self.meter.reserve(smaller.cost)
                if reservation is not None:
                    return Bill(smaller), reservation
            raise Refused(Outcome.PARTIAL, Reason.BUDGET_SPENT, self.meter.spent, "")
        except LedgerError as error:
            raise Refused(Outcome.ERROR, None, f"Nothing that costs money is asked: {error}", "") from None

    def _settle(self, reservation: str, used_units: int | None) -> None:
        if self.meter is None:
            return
        try:
            self.meter.settle(reservation, used_units)
        except LedgerError as error:
            # the reservation stands in full
            self._shut = Problem(Outcome.ERROR, None, f"Nothing that costs money is asked: {error}")
