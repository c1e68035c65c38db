"""What came of the requests of a visit: it is handed on to be kept, and what it says of the visit is taken down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from crawler.asking import Answer, Asking, Ways
from crawler.batches import LinesBatch
from crawler.extraction import PageReading, ReadPost
from crawler.failures import Problem
from crawler.items import Absence, NextRequest, Outcome, Reason
from crawler.landing import absence_line

LATER = frozenset({Reason.BUDGET_SPENT, Reason.INTERRUPTED})
"""Why something was not asked for that the next visit may ask for."""
_SITE_PAGES_AT_MOST = 50
"""Pages of a site, a visit, whose share-readiness is kept: an audit wants the home page and the newest posts."""


@define(kw_only=True)
class Intake:
    """Asks by :class:`~crawler.asking.Asking`, and hands over what is to be kept."""

    ways: Ways
    asking: Asking
    problems: list[Problem] = field(init=False, factory=list)
    detours: list[Problem] = field(init=False, factory=list)
    """Doors that were closed, and that the visit went round."""
    remarks: list[str] = field(init=False, factory=list)
    """What the message says besides: why a listing ended, what is unknown there."""
    moved_to: str | None = field(init=False, default=None)
    _site_page_count: int = field(init=False, default=0)

    async def answer(self, asked: NextRequest, **aims: Any) -> Answer:
        """Ask, and keep what the answer says of the visit as a whole; ``aims`` as in :meth:`Asking.answer`."""
        answer = await self.asking.answer(asked, **aims)
        if answer.is_read:
            short, reading = answer.reading.shortcoming, answer.reading
            if short is not None:
                noted = self.detours if reading.is_detour else self.problems
                noted.append(Problem(short.outcome, short.reason, short.message))
            if reading.remark is not None:
                self.remarks.append(reading.remark)
            self.moved_to = reading.moved_to or self.moved_to
        return answer

    async def emit(self, answer: Answer, *, posts: Sequence[ReadPost] = (), absences: Sequence[Absence] = ()) -> None:
        """Hand over the answer with these posts and absences, each answer once."""
        envelope = answer.batch.envelope if answer.batch is not None else self.asking.envelope(self.ways.now())
        lines = b"".join(
            [
                answer.reading.other_lines,
                self._kept_site_lines(answer.reading),
                *(post.lines for post in posts),
                *(absence_line(each, envelope) for each in absences),
            ]
        )
        if answer.batch is not None:
            answer.batch.lines = lines
            answer.batch.post_count = len(posts)
            await self.ways.emit(answer.batch)
        elif lines:
            await self.ways.emit(LinesBatch(envelope=envelope, lines=lines))

    def _kept_site_lines(self, reading: PageReading) -> bytes:
        if not reading.site_lines or self._site_page_count >= _SITE_PAGES_AT_MOST:
            return b""
        self._site_page_count += 1
        return reading.site_lines


def on_one_post(problem: Problem) -> Problem:
    """A single post's page says nothing about the account."""
    return Problem(Outcome.PARTIAL, problem.reason, problem.message)
