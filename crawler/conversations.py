"""What was answered to an account's posts: which comments it answered itself, counted and never kept."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from crawler.extraction import PageReading, ReadPost
from crawler.intake import LATER, Intake, on_one_post
from crawler.items import NextRequest, RequestKind
from crawler.pages import reply_requests
from crawler.plan import THREADS_AT_MOST
from crawler.verdict import WALLS


@define(kw_only=True)
class Conversations:
    """Asks for the comments under posts, once all else is asked."""

    intake: Intake
    _threads: dict[str, NextRequest] = field(init=False, factory=dict)
    """Native id → what shows the comments under that post, where the post's own page says it."""

    async def ask(self, talked_about: Iterable[ReadPost]) -> None:
        """Count which comments the account answered, under its newest posts that have any. The last thing of a visit,
        and only one that met no wall: whoever closes a thread closes the others too."""
        is_closed = any(each.outcome in WALLS for each in self.intake.detours)
        if self.intake.problems or is_closed:
            return
        posts = sorted(talked_about, key=_published, reverse=True)[:THREADS_AT_MOST]
        named = [self._threads[post.native_id] for post in posts if post.native_id in self._threads]
        others = [post.native_id for post in posts if post.native_id not in self._threads]
        for request in (*named, *reply_requests(self.intake.asking.ref, others, self.intake.ways.base_urls)):
            if not await self._follow_thread(request):
                return

    def note(self, reading: PageReading) -> None:
        """What shows the comments under a post, as the page says."""
        self._threads |= {
            each.native_id: each for each in reading.next_requests if _is_of_thread(each) and each.native_id
        }

    async def _follow_thread(self, first: NextRequest) -> bool:
        """Ask for one thread, whose answers may lead to one another; ``False`` when no other shall be asked for."""
        request: NextRequest | None = first
        while request is not None:
            answer = await self.intake.answer(request)
            if answer.batch is not None:
                # other people's words are counted, never kept
                answer.batch.record = b""
            await self.intake.emit(answer)
            if answer.problem is not None:
                if answer.problem.reason in LATER:
                    self.intake.problems.append(on_one_post(answer.problem))
                return False
            request = next(filter(_is_of_thread, answer.reading.next_requests), None)
        return True


def _is_of_thread(request: NextRequest) -> bool:
    return request.kind == RequestKind.REPLIES


def _published(post: ReadPost) -> float:
    return post.published_at.timestamp() if post.published_at is not None else 0.0
