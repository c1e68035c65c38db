"""One visit to one account: what to ask for next, and when to stop.

Every platform is walked the same way; what differs is in its page objects. First the listing, from the newest post
back; then the posts that have a page of their own, and the known ones that are due and did not come by.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import define, evolve, field, frozen

from crawler.asking import Answer, Asking, Ways
from crawler.batches import VisitBatch
from crawler.conversations import Conversations
from crawler.door import Door
from crawler.extraction import PageReading, ReadPost
from crawler.failures import Problem, explain
from crawler.intake import LATER, Intake, on_one_post
from crawler.items import Absence, NextRequest, Outcome, Reason, RequestKind, Visit, Way
from crawler.known_posts import KnownPosts
from crawler.pages import first_requests, post_requests, post_search
from crawler.plan import KnownPost, PlannedAccount
from crawler.reading.urls import page_key
from crawler.survey import Survey
from crawler.trail import Trail
from crawler.verdict import NO_NEWS, Course, verdict

logger = logging.getLogger(__name__)

_ENDS_THE_ACCOUNT = frozenset(
    {Outcome.NOT_FOUND, Outcome.GONE, Outcome.LOGIN_WALL, Outcome.BLOCKED, Outcome.ROBOTS_DENIED}
)
_ENDS_BY_REASON = frozenset({Reason.TOKEN_EXPIRED, Reason.TOKEN_MISSING, Reason.PERMISSION_MISSING})
_ABSENT = frozenset({Outcome.NOT_FOUND, Outcome.GONE})
_OF_POSTS = frozenset({RequestKind.POST, RequestKind.COUNTS, RequestKind.REPLIES})
_TOO_MANY_CANDIDATES = (
    "The sitemap names more pages than one visit looks at; give the address of the feed, or of the section with the"
    " posts."
)
_TOO_MANY_DOCUMENTS = (
    "The site has more sitemaps, or pages of links, than one visit reads; give the address of its feed, or of the"
    " section with the posts."
)
_MAX_COUNT_PAGES = 60
"""Requests that complete the posts of one listing page."""
_CONFIRMED_AT_MOST = 25
"""Posts that vanished from a listing and are asked for by themselves, a visit."""


@frozen(kw_only=True)
class _Asked:
    """A post to be asked for by itself."""

    request: NextRequest
    entry: ReadPost | None = None
    """Its entry in the listing."""
    known: KnownPost | None = None
    place: tuple[str, int] | None = None
    """Address of the listing and place in it, for an entry that the listing does not date."""


@define
class AccountVisit:
    """Visits one account; :meth:`run` hands over every page, and at the end exactly one visit."""

    account: PlannedAccount
    ways: Ways
    counts_stand_in_listing: bool = True
    """The listing carries the counts, so that it is read whole when posts are due, changed or not."""
    lists_in_order: bool = True
    """The listing runs from the newest post back and leaves none out; else what it lacks says nothing."""
    door: Door | None = None
    """The official interface, when the user holds a credential for it; else public pages are asked for."""
    survey: Survey | None = None
    """Only find out by which ways posts can be had: no post is asked for."""
    wall: Visit | None = None
    """How the visit is expected to end without a credential (:func:`crawler.platforms.foretold`)."""
    _asking: Asking = field(init=False)
    _intake: Intake = field(init=False)
    _posts: KnownPosts = field(init=False)
    _conversations: Conversations = field(init=False)
    _trail: Trail = field(init=False, factory=Trail)
    _problems_of_ways: list[Problem] = field(init=False, factory=list)
    _listing_count: int = field(init=False, default=0)
    _last_listed: tuple[str, ...] = field(init=False, default=())
    """Native ids of the posts on the last page of a listing."""
    _listed_dates: list[datetime] = field(init=False, factory=list)
    """Of the posts in the listing, in its order."""
    _is_listing_whole: bool = field(init=False, default=False)
    _is_interrupted: bool = field(init=False, default=False)
    _indexed: list[ReadPost] = field(init=False, factory=list)
    """Posts that an index names and that are to be asked for, many at once."""
    _old_from: dict[str, int] = field(init=False, factory=dict)
    """Address of a listing → place from which on everything is older than the horizon."""

    def __attrs_post_init__(self) -> None:
        account = self.account
        self._asking = Asking(account=account, ways=self.ways, door=self.door, is_survey=self.survey is not None)
        self._intake = Intake(ways=self.ways, asking=self._asking)
        self._posts = KnownPosts(account=account, counts_stand_in_listing=self.counts_stand_in_listing)
        self._conversations = Conversations(intake=self._intake)

    async def run(self) -> None:
        """Never raises; a cancelled visit ends as interrupted."""
        started_at = self.ways.now()
        try:
            await self._walk()
        except asyncio.CancelledError:
            self._is_interrupted = True
        except Exception as error:
            logger.exception("the visit to %s broke off", self.account.url)
            self._intake.problems.append(Problem(*explain(error)))
        finished_at = self.ways.now()
        visit = evolve(
            verdict(self._course()),
            page_count=self._asking.page_count,
            post_count=len(self._posts.seen),
            oldest_at=self._posts.oldest_at,
            started_at=started_at,
            elapsed_seconds=round((finished_at - started_at).total_seconds(), 3),
        )
        await self.ways.emit(
            VisitBatch(envelope=self._asking.envelope(finished_at), visit=visit, finished_at=finished_at)
        )

    # --- the walk ---

    async def _walk(self) -> None:
        self._trail.add(first_requests(self._asking.ref, self.ways.base_urls))
        if self.survey is not None:
            await self._look_around(self.survey)
            return
        posts = await self._walk_listing()
        if posts is None:
            return
        if self._trail.is_cut and not self._trail.is_complete:
            self._intake.problems.append(Problem(Outcome.PARTIAL, Reason.BUDGET_SPENT, _TOO_MANY_DOCUMENTS))
        await self._ask_for(sorted(posts, key=_newest_first, reverse=True))
        await self._search()
        if self._indexed:
            await self._ask_for(self._single_requests(self._indexed))
        unlisted = self._vanished()
        due = self._posts.due
        await self._ask_for(self._single_requests([*due, *(post for post in unlisted if not post.is_due)]), unlisted)
        if self._listing_count:
            await self._conversations.ask(self._posts.talked_about.values())

    async def _look_around(self, survey: Survey) -> None:
        """Ask for the first page of each way, for no post, and keep nothing of it."""
        while (request := self._trail.next()) is not None:
            if not survey.is_worth_asking(request):
                continue
            answer = await self._intake.answer(request)
            survey.request_count += 1
            await self._intake.emit(answer)
            if answer.problem is not None:
                self._note_problem(request, answer.problem)
            survey.saw(request, answer.reading)
            self._listing_count += any(each.way is request.way for each in survey.seen) or bool(survey.linked_count)
            self._trail.add(answer.reading.next_requests)

    async def _walk_listing(self) -> list[_Asked] | None:
        """Read profile and listing; the posts with a page of their own come back. ``None``: the account ended here."""
        posts: list[_Asked] = []
        broken: set[Way | None] = set()
        while (request := self._trail.next()) is not None:
            if request.kind == RequestKind.POST:
                posts += self._wanted([request], {})
                continue
            is_spare = request.is_guess or request.way is Way.API
            if is_spare and request.url in self.account.dead_ends:
                continue
            answer = await self._intake.answer(request)
            if answer.problem is not None:
                broken.add(request.way)
                self._note_problem(request, answer.problem)
            if not answer.is_read:
                await self._intake.emit(answer)
                if answer.is_unchanged and request.way is not None:
                    self._trail.complete()
                if answer.problem is not None and self._is_needed(request) and self._ends_the_account(answer.problem):
                    return None
                continue
            seen_count = len(self._posts.seen)
            posts += await self._take_page(answer, request)
            is_new = len(self._posts.seen) > seen_count
            self._go_on(request, answer.reading, is_new=is_new, is_unbroken=request.way not in broken)
        return posts

    @staticmethod
    def _is_needed(request: NextRequest) -> bool:
        """Neither one of several ways, nor a question on the side."""
        return request.way is None and not request.is_guess

    def _note_problem(self, request: NextRequest, problem: Problem) -> None:
        if self._is_needed(request) or problem.reason in LATER:
            self._intake.problems.append(problem)
        elif request.way is not None and not (request.is_guess and problem.outcome in NO_NEWS):
            self._problems_of_ways.append(problem)

    def _go_on(self, request: NextRequest, reading: PageReading, *, is_new: bool, is_unbroken: bool) -> None:
        """Line up what the page leads to, as far as it can bring anything new."""
        more = [each for each in reading.next_requests if each.kind not in _OF_POSTS]
        # a site that knows no pages answers the next one with the first; a network's pages go on by their cursor
        is_repeated = not self.counts_stand_in_listing and bool(reading.posts) and not is_new
        is_listing = self._is_listing(request, reading)
        if is_listing and (is_repeated or self._ends_at(reading)):
            more = [each for each in more if each.kind != RequestKind.LISTING or each.way is not request.way]
        elif reading.end_note is not None:
            self._intake.remarks.append(reading.end_note)
        elif is_listing and not more and is_unbroken and request.way is None:
            # a feed holds the newest posts only; a network's listing that ends has shown everything
            self._is_listing_whole = self.counts_stand_in_listing and self.lists_in_order
        self._trail.add(more)
        if is_listing and request.way is not None:
            self._judge_way(request.way, reading, is_unbroken=is_unbroken)

    def _judge_way(self, way: Way, reading: PageReading, *, is_unbroken: bool) -> None:
        """Leave the other ways when this one has shown everything."""
        if reading.posts or reading.expected_count:
            self._trail.gave(way)
        has_shown_all = reading.is_whole and is_unbroken and not self._trail.has_more(way)
        if has_shown_all or self._posts.reaches_back(reading):
            self._trail.complete()

    def _ends_the_account(self, problem: Problem) -> bool:
        """Whether more requests for this account would only hear the same."""
        return problem.reason in _ENDS_BY_REASON or (problem.outcome in _ENDS_THE_ACCOUNT and not self._listing_count)

    def _is_listing(self, request: NextRequest, reading: PageReading) -> bool:
        """A network's profile page may carry the newest posts itself; one that says there are none lists them all."""
        if reading.is_detour:
            return False
        if request.kind == RequestKind.PROFILE and self.counts_stand_in_listing:
            leads_on = any(each.kind == RequestKind.LISTING for each in reading.next_requests)
            return bool(reading.posts) or (reading.stated_post_count == 0 and not leads_on)
        return request.kind == RequestKind.LISTING

    async def _take_page(self, answer: Answer, request: NextRequest) -> list[_Asked]:
        """Land what the page gave, but for posts whose own page is going to be read."""
        reading = evolve(answer.reading, posts=tuple(self._posts.under_known_id(post) for post in answer.reading.posts))
        entries = {post.native_id: post for post in reading.posts if post.listed is not None}
        singles = [each for each in reading.next_requests if each.kind == RequestKind.POST]
        wanted = self._wanted(singles, entries, listing=request.url)
        if reading.is_index:
            self._indexed += [post for post in reading.posts if self._posts.is_wanted(post)]
        held = {each.entry.native_id for each in wanted if each.entry is not None}
        landed = [
            post
            for post in reading.posts
            if not reading.is_index and post.native_id not in held and self._posts.is_landed_from_listing(post)
        ]
        if reading.native_account_id is not None:
            self._asking.ref = evolve(self._asking.ref, native_account_id=reading.native_account_id)
        if reading.software is not None:
            self._asking.ref = evolve(self._asking.ref, software=reading.software)
        if self._is_listing(request, reading) and (reading.posts or self._says_all(request, reading)):
            self._listing_count += 1
            self._listed_dates += [
                post.published_at
                for post in reading.posts
                if post.published_at and not post.is_pinned and not post.is_dated_roughly
            ]
        counts = _counts_request(reading)
        if counts is not None:
            await self._take_counted(answer, counts)
            return []
        if request.kind == RequestKind.LISTING:
            listed = tuple(post.native_id for post in reading.posts)
            # a server that knows no pages answers the next one with the first
            landed = [] if listed == self._last_listed else landed
            self._last_listed = listed
        self._posts.note(reading.posts)
        self._conversations.note(reading)
        await self._intake.emit(answer, posts=landed)
        return wanted

    def _says_all(self, request: NextRequest, reading: PageReading) -> bool:
        """Whether a listing without posts says that there are none."""
        if request.way is None:
            return not any(each.kind == RequestKind.LISTING for each in reading.next_requests)
        # a sitemap without posts says nothing of a site whose posts nobody has seen
        is_telling = request.way is not Way.SITEMAP or bool(self.account.known_posts)
        return reading.expected_count is not None and is_telling

    async def _take_counted(self, answer: Answer, counts: NextRequest | None, absences: Sequence[Absence] = ()) -> None:
        """Land posts whose counts another request brings, where one of them is new or due."""
        listed = [post for post in answer.reading.posts if not self._posts.is_other_spelling(post)]
        is_wanted = any(self._posts.is_wanted(post) for post in listed)
        self._posts.note(answer.reading.posts)
        if not is_wanted:
            await self._intake.emit(answer, posts=listed, absences=absences)
            return
        await self._intake.emit(answer, absences=absences)
        posts = answer.reading.posts
        kept = {post.native_id for post in listed}
        for _ in range(_MAX_COUNT_PAGES):
            if counts is None:
                break
            following = await self._intake.answer(counts, listing=tuple(post.listed for post in posts if post.listed))
            if following.batch is not None:
                # what completes posts may hold comments: other people's words are counted, never kept
                following.batch.record = b""
            if not following.is_read or len(following.reading.posts) != len(posts):
                if following.problem is not None:
                    self._intake.problems.append(following.problem)
                await self._intake.emit(following, posts=listed)
                return
            posts = following.reading.posts
            counts = _counts_request(following.reading)
            self._posts.note(posts)
            await self._intake.emit(
                following, posts=[post for post in posts if post.native_id in kept] if not counts else ()
            )

    def _wanted(
        self, requests: Iterable[NextRequest], entries: dict[str, ReadPost], *, listing: str = ""
    ) -> list[_Asked]:
        found = []
        for number, request in enumerate(requests):
            entry = entries.get(request.native_id or "")
            known = self._posts.find(request.native_id, entry.url if entry is not None else request.url)
            is_wanted = known.is_due if known is not None else not self._posts.is_before_horizon(request.published_at)
            address = entry.url if entry is not None and entry.url else request.url
            if is_wanted and page_key(address) not in self._posts.seen_pages:
                is_dated = request.published_at is not None or (entry is not None and entry.published_at is not None)
                place = (listing, number) if listing and not is_dated else None
                found.append(_Asked(request=request, entry=entry, known=known, place=place))
        return found

    def _ends_at(self, reading: PageReading) -> bool:
        """Whether everything behind this page is known or too old; pinned posts say nothing about their place."""
        regular = [post for post in reading.posts if not post.is_pinned]
        if regular and self.door is not None and self.door.counts_posts:
            # a further page would cost its posts; those of them that are due cost less by themselves
            return self._posts.is_before_horizon(regular[-1].published_at) or self._posts.was_read(regular[-1])
        return bool(regular) and all(self._posts.is_behind(post) for post in regular)

    # --- pages that may be posts ---

    async def _search(self) -> None:
        """Ask for pages that only an address speaks for, one after the other, as each teaches about the next."""
        search = post_search(self._asking.ref, self.account.horizon_at)
        candidates = self._trail.candidates()
        if search is None or not candidates:
            return
        search.show([*self._posts.shown_urls, *(post.url for post in self.account.known_posts if post.url)])
        asked = [url for url in self._asking.asked_urls if url != self._asking.ref.url]
        search.leave_out([*self.account.looked_at, *self.account.dead_ends, *asked])
        search.add(candidates)
        while (request := search.next()) is not None:
            answer = await self._intake.answer(request)
            posts = answer.reading.posts
            newest = posts[0].published_at if posts else None
            search.tell(request, is_post=bool(posts), published_at=newest, same_as=answer.reading.same_as)
            new = [post for post in posts if self._posts.is_new_candidate(post, answer.reading.same_as)]
            if new:
                self._listing_count += 1
                self._trail.gave(request.way)
            self._posts.note(new)
            await self._intake.emit(answer, posts=new)
            if answer.problem is not None and answer.problem.outcome not in NO_NEWS:
                self._intake.problems.append(on_one_post(answer.problem))
                if answer.problem.reason in LATER:
                    return
        if search.is_cut:
            self._intake.problems.append(Problem(Outcome.PARTIAL, Reason.BUDGET_SPENT, _TOO_MANY_CANDIDATES))

    def _vanished(self) -> list[KnownPost]:
        """Known posts that a listing should have shown and did not; the newest first."""
        if not self._listing_count or not self.lists_in_order:
            return []
        back_to = read_back_to(self._listed_dates)
        if not self._is_listing_whole and back_to is None:
            return []
        return [
            post
            for post in self.account.known_posts
            if post.native_id not in self._posts.seen
            and post.published_at is not None
            and (self._is_listing_whole or (back_to is not None and post.published_at > back_to))
        ][:_CONFIRMED_AT_MOST]

    def _single_requests(self, posts: Sequence[KnownPost | ReadPost]) -> list[_Asked]:
        pairs = [(post.native_id, post.url) for post in posts]
        requests = post_requests(self._asking.ref, pairs, self.ways.base_urls) if pairs else ()
        return [_Asked(request=each, known=self._posts.by_id.get(each.native_id or "")) for each in requests]

    # --- single posts ---

    async def _ask_for(self, posts: Sequence[_Asked], unlisted: Sequence[KnownPost] = ()) -> None:
        """Ask for each post, some at a time where the host is the user's own."""
        if not posts:
            return
        hidden = {post.native_id for post in unlisted}
        waiting = deque(posts)

        async def take_turns() -> None:
            while waiting:
                await self._ask_for_one(waiting.popleft(), hidden)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self.ways.width(posts[0].request.url), len(posts))):
                group.create_task(take_turns())

    async def _ask_for_one(self, asked: _Asked, hidden: set[str]) -> None:
        entry = asked.entry
        if asked.place is not None and asked.place[1] >= self._old_from.get(asked.place[0], asked.place[1] + 1):
            # a listing is newest first: what stands below a post from before the horizon is older still
            return
        native_id = asked.known.native_id if asked.known is not None else asked.request.native_id
        is_recount = entry is None and asked.known is not None and not self.counts_stand_in_listing
        listed = entry.listed if entry is not None else None
        answer = await self._intake.answer(asked.request, listed=listed, native_id=native_id, is_recount=is_recount)
        if answer.is_read:
            self._posts.note(answer.reading.posts)
            dates = [post.published_at for post in answer.reading.posts if post.published_at is not None]
            if asked.place is not None and dates and all(self._posts.is_before_horizon(date) for date in dates):
                listing, number = asked.place
                self._old_from[listing] = min(self._old_from.get(listing, number), number)
            shown = {post.native_id for post in answer.reading.posts} & hidden
            unlisted = [self._absence(each, "unlisted") for each in shown]
            self._conversations.note(answer.reading)
            counts = _counts_request(answer.reading)
            if counts is not None:
                await self._take_counted(answer, counts, unlisted)
            else:
                await self._intake.emit(answer, posts=answer.reading.posts, absences=unlisted)
            return
        problem = answer.problem
        is_absent = problem is not None and problem.outcome in _ABSENT
        if problem is not None and not (is_absent and asked.known is not None):
            self._intake.problems.append(on_one_post(problem))
        absences = []
        if is_absent and native_id is not None and asked.known is not None:
            status = answer.batch.status if answer.batch is not None else None
            absences.append(self._absence(native_id, "gone", status))
        # what the listing said of a new post is kept when its page cannot be had, but not when it was not its turn yet:
        # a post that is known would not be asked for in the next crawl
        is_later = problem is not None and problem.reason in LATER
        kept = [entry] if entry is not None and asked.known is None and not is_later else []
        await self._intake.emit(answer, posts=kept, absences=absences)

    def _absence(self, native_id: str, kind: str, status: int | None = None) -> Absence:
        return Absence(
            platform=self.account.platform, host=self.account.host, native_id=native_id, kind=kind, status=status
        )

    # --- how it ended ---

    def _course(self) -> Course:
        return Course(
            platform=self.account.platform,
            url=self.account.url,
            wall=self.wall,
            problems=self._intake.problems,
            problems_of_ways=self._problems_of_ways,
            detours=self._intake.detours,
            remarks=self._intake.remarks,
            moved_to=self._intake.moved_to,
            survey=self.survey.sentence() if self.survey is not None else None,
            walked=self._trail.walked,
            listing_count=self._listing_count,
            unchanged_count=self._asking.unchanged_count,
            post_count=len(self._posts.seen),
            oldest_at=self._posts.oldest_at,
            is_complete=self._trail.is_complete,
            is_interrupted=self._is_interrupted,
        )


def _counts_request(reading: PageReading) -> NextRequest | None:
    return next((each for each in reading.next_requests if each.kind == RequestKind.COUNTS), None)


def read_back_to(dates: Sequence[datetime]) -> datetime | None:
    """How far back a listing with these dates, in its order, leaves no post out.

    A server shows an account's own old post again, where the account reposted it: it stands out of its place in time,
    and says nothing of the posts between. Such a post may also be the last, so the last is not relied on.
    """
    in_place: list[datetime] = []
    for moment in reversed(dates):
        if not in_place or moment >= in_place[-1]:
            in_place.append(moment)
    return in_place[min(1, len(in_place) - 1)] if in_place else None


def _newest_first(asked: _Asked) -> tuple[bool, float]:
    moment = asked.request.published_at or (asked.entry.published_at if asked.entry is not None else None)
    return (moment is not None, moment.timestamp() if moment is not None else 0.0)
