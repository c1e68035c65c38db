"""How a visit walks: page objects of the real shapes, answered by the village of conftest.py without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define, evolve, field
from scrapy import Request
from scrapy.http import Response

from crawler.asking import Batch
from crawler.batches import LinesBatch, PageBatch, VisitBatch
from crawler.extraction import PageReading, PageTask, read_page
from crawler.failures import Refused
from crawler.items import Outcome, Platform, Reason, Visit
from crawler.plan import KnownPost, ListedAccount, PlannedAccount, Validator, make_plan
from crawler.visit import AccountVisit, read_back_to

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
KEYS = {
    Platform.MASTODON: ("http://village.example/@mill", "village.example", "mill"),
    Platform.BLUESKY: ("https://bsky.app/profile/mill.example", "", "mill.example"),
    Platform.WEB: ("http://village.example/", "village.example", "village.example"),
}


@define
class Ways:
    """The crawl around a visit: the village answers, pages are read in this process."""

    village: Any
    crawl_id: str = "20261122T060000Z-abcdef"
    base_urls: dict[str, str] = field(factory=lambda: {"bluesky": "http://village.example"})
    source: str = "crawl"
    batches: list[Batch] = field(factory=list)
    budget: int = 1_000
    stop_at: str = ""

    def now(self) -> datetime:
        return NOW

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return ()

    def width(self, url: str) -> int:
        return 1

    def pause(self, url: str, until: datetime) -> None:
        raise AssertionError("nobody here asks for a pause")

    async def download(self, request: Request) -> Response:
        if self.stop_at and self.stop_at in request.url:
            raise asyncio.CancelledError
        if len(self.village.asked) >= self.budget:
            raise Refused(Outcome.PARTIAL, Reason.BUDGET_SPENT, "The budget is spent.", "village.example")
        path = request.url.removeprefix("http://village.example")
        headers = {name.decode(): values[0].decode() for name, values in request.headers.items()}
        found = self.village.answer(path or "/", headers)
        return Response(request.url, status=found.status, headers=dict(found.headers), body=found.body, request=request)

    async def read(self, task: PageTask) -> PageReading:
        return read_page(task)

    async def emit(self, batch: Batch) -> None:
        self.batches.append(batch)

    @property
    def visit(self) -> Visit:
        (found,) = [batch.visit for batch in self.batches if isinstance(batch, VisitBatch)]
        return found

    def records(self, kind: str) -> list[dict[str, Any]]:
        lines = b"".join(each.lines for each in self.batches if isinstance(each, PageBatch | LinesBatch))
        return [record for line in lines.splitlines() if (record := json.loads(line))["record"] == kind]

    def ids(self, kind: str = "post") -> list[str]:
        """Last part of each native id, in landing order."""
        return [record["native_id"].rpartition("/")[2] for record in self.records(kind)]


def account(platform: Platform, **changes: Any) -> PlannedAccount:
    key, host, handle = KEYS[platform]
    listed = ListedAccount(account_key=key, platform=platform, host=host, handle=handle, url=key, company="Mill")
    return evolve(make_plan([listed], now=NOW).accounts[0], **changes)


def known(platform: Platform, pieces: Sequence[Any], due: Sequence[str] = ()) -> tuple[KnownPost, ...]:
    prefix = {
        Platform.MASTODON: ("", "http://village.example/@mill/"),
        Platform.BLUESKY: (
            "at://did:plc:villagemill/app.bsky.feed.post/",
            "https://bsky.app/profile/mill.example/post/",
        ),
        Platform.WEB: ("http://village.example/posts/", "http://village.example/posts/"),
    }[platform]
    return tuple(
        KnownPost(
            native_id=prefix[0] + piece.name,
            url=prefix[1] + piece.name,
            published_at=piece.at,
            observed_at=piece.at + timedelta(minutes=30),
            is_due=piece.name in due,
        )
        for piece in pieces
    )


def walk(ways: Ways, planned: PlannedAccount) -> Visit:
    counts_stand_in_listing = planned.platform != Platform.WEB
    asyncio.run(AccountVisit(planned, ways, counts_stand_in_listing).run())
    return ways.visit


@pytest.mark.parametrize("platform", list(KEYS))
def test_first_sight_reads_everything_back_to_the_horizon(village: Any, platform: Platform) -> None:
    village.page_size = 10
    village.add(9)
    ways = Ways(village)
    visit = walk(ways, account(platform))
    assert visit.outcome == Outcome.COMPLETE
    assert (visit.post_count, visit.is_cut) == (9, False)
    assert visit.oldest_at == NOW - timedelta(days=8, hours=1)
    assert sorted(ways.ids()) == sorted(piece.name for piece in village.pieces)
    assert len(set(ways.ids())) == 9
    assert len(ways.records("profile")) >= 1
    assert {record["account_key"] for record in ways.records("post")} == {KEYS[platform][0]}


@pytest.mark.parametrize(("horizon_days", "post_count", "page_count"), [(12, 15, 3), (84, 27, 7)])
def test_a_wordpress_feed_is_paged_to_the_horizon_or_its_end(
    village: Any, horizon_days: int, post_count: int, page_count: int
) -> None:
    village.add(27)
    village.blog_software = "https://wordpress.org/?v=6.9"
    village.knows_feed_pages = True
    visit = walk(ways := Ways(village), account(Platform.WEB, horizon_at=NOW - timedelta(days=horizon_days)))
    assert (visit.outcome, visit.post_count) == (Outcome.COMPLETE, post_count), visit.message
    assert len(village.paths("/feed.xml")) == page_count
    assert ways.records("absence") == []


def test_a_server_that_gives_the_first_page_again_is_not_asked_for_ever(village: Any) -> None:
    village.add(17)
    village.blog_software = "https://wordpress.org/?v=6.9"
    visit = walk(Ways(village), account(Platform.WEB))
    assert (visit.outcome, visit.post_count) == (Outcome.COMPLETE, village.page_size)
    assert len(village.paths("/feed.xml")) == 2


@pytest.mark.parametrize(
    ("moved_to", "following"),
    [
        ("https://new.example/@mill", "rivalscope rename http://village.example/@mill https://new.example/@mill"),
        ("https://new.example/@a$(b)", "rename http://village.example/@mill 'https://new.example/@a$(b)'"),
        ("javascript:alert(1)", None),
    ],
)
def test_an_account_that_moved_says_where_to_and_how_to_follow(
    village: Any, moved_to: str, following: str | None
) -> None:
    village.moved_to = moved_to
    village.add(4)
    visit = walk(Ways(village), account(Platform.MASTODON))
    assert (visit.outcome, visit.reason) == (Outcome.COMPLETE, Reason.MOVED if following else None)
    assert visit.post_count == 4
    assert following is None or visit.message.endswith(following)


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.BLUESKY])
def test_paging_stops_at_the_horizon(village: Any, platform: Platform) -> None:
    village.add(40)
    ways = Ways(village)
    visit = walk(ways, account(platform, horizon_at=NOW - timedelta(days=12)))
    # 12 posts are newer; the page of posts 11 to 15 holds the last of them, the next is wholly older and ends it
    assert visit.outcome == Outcome.COMPLETE
    assert len(village.paths("statuses?")) + len(village.paths("getAuthorFeed")) == 4


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.BLUESKY])
def test_paging_stops_at_the_first_page_that_is_wholly_known(village: Any, platform: Platform) -> None:
    pieces = village.add(30)
    ways = Ways(village)
    planned = account(platform, known_posts=known(platform, pieces[3:]), last_complete_at=NOW - timedelta(hours=12))
    visit = walk(ways, planned)
    assert visit.outcome == Outcome.COMPLETE
    assert len(village.paths("statuses?")) + len(village.paths("getAuthorFeed")) == 2
    assert {piece.name for piece in pieces[:3]} <= set(ways.ids())


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.BLUESKY])
def test_known_posts_of_a_visit_that_broke_off_do_not_stop_the_paging(village: Any, platform: Platform) -> None:
    pieces = village.add(30)
    ways = Ways(village)
    # the visit before was killed after its first page: what lies below was never seen
    planned = account(platform, known_posts=known(platform, pieces[:5]), last_complete_at=None)
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    assert {piece.name for piece in pieces} == set(ways.ids())


def test_a_pinned_post_says_nothing_about_where_the_listing_stands(village: Any) -> None:
    pieces = village.add(12)
    pieces[11].is_pinned = True
    ways = Ways(village)
    planned = account(
        Platform.BLUESKY, known_posts=known(Platform.BLUESKY, pieces[5:]), last_complete_at=NOW - timedelta(days=4)
    )
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    assert {piece.name for piece in pieces[:5]} <= set(ways.ids())
    assert len(village.paths("getAuthorFeed")) == 2


@pytest.mark.parametrize("platform", list(KEYS))
def test_a_due_post_that_did_not_come_by_is_asked_for_by_itself(village: Any, platform: Platform) -> None:
    pieces = village.add(30)
    pieces[20].likes = 99
    ways = Ways(village)
    due = [pieces[20].name]
    planned = account(platform, known_posts=known(platform, pieces, due), last_complete_at=NOW - timedelta(minutes=5))
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    assert pieces[20].name in ways.ids("metrics")
    asked = [
        path
        for path in village.paths()
        if path.endswith(f"statuses/{due[0]}") or "getPosts" in path or "/posts/" in path
    ]
    assert len(asked) == 1


@pytest.mark.parametrize("platform", list(KEYS))
def test_a_due_post_that_is_gone_is_an_absence(village: Any, platform: Platform) -> None:
    pieces = village.add(30)
    village.remove(pieces[20].name)
    ways = Ways(village)
    planned = account(
        platform, known_posts=known(platform, pieces, [pieces[20].name]), last_complete_at=NOW - timedelta(minutes=5)
    )
    visit = walk(ways, planned)
    assert visit.outcome == Outcome.COMPLETE, visit.message
    assert [(record["native_id"].rpartition("/")[2], record["kind"]) for record in ways.records("absence")] == [
        (pieces[20].name, "gone")
    ]


@pytest.mark.parametrize("platform", list(KEYS))
@pytest.mark.parametrize("is_alive", [True, False])
def test_a_known_post_missing_from_the_listed_range_is_confirmed(
    village: Any, platform: Platform, is_alive: bool
) -> None:
    pieces = village.add(5)
    if is_alive:
        pieces[2].is_hidden = True
    else:
        village.remove(pieces[2].name)
    ways = Ways(village)
    planned = account(platform, known_posts=known(platform, pieces), last_complete_at=NOW - timedelta(minutes=5))
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    (absence,) = ways.records("absence")
    assert absence["native_id"].rpartition("/")[2] == pieces[2].name
    assert absence["kind"] == ("unlisted" if is_alive else "gone")


def test_posts_beyond_a_feeds_end_are_not_taken_for_unlisted(village: Any) -> None:
    pieces = village.add(30)
    ways = Ways(village)
    planned = account(
        Platform.WEB, known_posts=known(Platform.WEB, pieces), last_complete_at=NOW - timedelta(minutes=5)
    )
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    assert village.paths("/posts/") == []
    assert ways.records("absence") == []


def test_only_new_and_due_posts_of_a_feed_are_opened(village: Any) -> None:
    pieces = village.add(5)
    ways = Ways(village)
    planned = account(
        Platform.WEB,
        known_posts=known(Platform.WEB, pieces[1:], [pieces[3].name]),
        last_complete_at=NOW - timedelta(hours=5),
    )
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    assert village.paths("/posts/") == [f"/posts/{pieces[0].name}", f"/posts/{pieces[3].name}"]
    assert sorted(ways.ids()) == sorted([pieces[0].name, pieces[3].name])


def test_a_page_alone_brings_counts_and_no_second_content(village: Any) -> None:
    """Feed and page together made the content; the page alone would look like an edit."""
    pieces = village.add(30)
    ways = Ways(village)
    planned = account(
        Platform.WEB,
        known_posts=known(Platform.WEB, pieces, [pieces[20].name]),
        last_complete_at=NOW - timedelta(minutes=5),
    )
    walk(ways, planned)
    assert ways.ids("metrics") == [pieces[20].name]
    assert pieces[20].name not in ways.ids("post")


def test_feed_and_page_make_one_post(village: Any) -> None:
    (piece,) = village.add(1)
    ways = Ways(village)
    walk(ways, account(Platform.WEB))
    (post,) = ways.records("post")
    assert post["native_id"] == f"http://village.example/posts/{piece.name}"
    assert post["title"] == f"Loaf {piece.name}"
    assert post["published_at"] == "2026-11-22T05:00:00Z"
    (metrics,) = ways.records("metrics")
    assert metrics["comment_count"] == 4


def test_home_page_and_posts_of_a_site_say_how_ready_they_are_to_be_shared(village: Any) -> None:
    village.add(2)
    ways = Ways(village)
    walk(ways, account(Platform.WEB))
    pages = {page["url"]: page["kind"] for page in ways.records("site")}
    assert pages == {
        "http://village.example/": "home",
        **{f"http://village.example/posts/{piece.name}": "post" for piece in village.pieces},
    }


def test_a_visit_keeps_so_many_pages_of_a_site_and_no_more(village: Any) -> None:
    village.page_size = 70
    pieces = village.add(70)
    ways = Ways(village)
    walk(ways, account(Platform.WEB))
    assert len(ways.ids()) == 70
    kept = [page["url"].rpartition("/")[2] for page in ways.records("site")]
    assert kept == ["", *(piece.name for piece in pieces[:49])]


def test_a_new_post_whose_page_cannot_be_had_is_kept_as_the_feed_has_it(village: Any, answer: Any) -> None:
    (piece,) = village.add(1)
    village.overrides["/posts/"] = lambda: answer(500, {"Content-Type": "text/html"}, b"oops")
    ways = Ways(village)
    visit = walk(ways, account(Platform.WEB))
    assert (visit.outcome, visit.reason) == (Outcome.PARTIAL, Reason.HTTP_ERROR)
    assert ways.ids() == [piece.name]


@pytest.mark.parametrize("platform", list(KEYS))
def test_nothing_changed(village: Any, platform: Platform) -> None:
    village.add(4)
    first = Ways(village)
    walk(first, account(platform))
    validators = [
        Validator(url=batch.url, etag=batch.etag, last_modified=batch.last_modified)
        for batch in first.batches
        if isinstance(batch, PageBatch)
    ]
    village.asked.clear()
    second = Ways(village)
    planned = account(
        platform,
        known_posts=known(platform, village.pieces),
        validators=tuple(validators),
        last_complete_at=NOW - timedelta(minutes=1),
    )
    visit = walk(second, planned)
    assert visit.outcome == Outcome.UNCHANGED
    assert [batch.status for batch in second.batches if isinstance(batch, PageBatch)][-1] == 304
    assert second.records("post") == []
    assert second.records("absence") == []


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.BLUESKY])
def test_an_unchanged_listing_is_read_all_the_same_when_its_posts_are_due(village: Any, platform: Platform) -> None:
    pieces = village.add(4)
    first = Ways(village)
    walk(first, account(platform))
    batches = [batch for batch in first.batches if isinstance(batch, PageBatch)]
    second = Ways(village)
    planned = account(
        platform,
        known_posts=known(platform, pieces, [piece.name for piece in pieces]),
        validators=tuple(Validator(url=batch.url, etag=batch.etag) for batch in batches),
        last_complete_at=NOW - timedelta(minutes=1),
    )
    assert walk(second, planned).outcome == Outcome.COMPLETE
    assert len(second.ids("metrics")) == 4


def test_a_spent_budget_cuts_the_visit_and_keeps_what_was_read(village: Any) -> None:
    village.add(30)
    ways = Ways(village, budget=4)
    visit = walk(ways, account(Platform.MASTODON))
    assert (visit.outcome, visit.reason, visit.is_cut) == (Outcome.PARTIAL, Reason.BUDGET_SPENT, True)
    assert len(ways.ids()) == 10


def test_a_post_that_the_budget_left_out_stays_new(village: Any) -> None:
    village.add(5)
    ways = Ways(village, budget=5)
    visit = walk(ways, account(Platform.WEB))
    assert visit.is_cut
    # home page, feed, sitemap and two posts; the other three are not noted, or the next crawl would take them for read
    assert len(ways.ids()) == 2


def test_a_stopped_visit_says_so(village: Any) -> None:
    village.add(30)
    ways = Ways(village, stop_at="max_id")
    visit = walk(ways, account(Platform.MASTODON))
    assert (visit.outcome, visit.reason) == (Outcome.PARTIAL, Reason.INTERRUPTED)
    assert visit.post_count == 5


@pytest.mark.parametrize(
    ("status", "outcome", "requests"),
    [
        (404, Outcome.NOT_FOUND, 1),
        (410, Outcome.GONE, 1),
        (401, Outcome.LOGIN_WALL, 2),  # and WebFinger, for the way round
        (500, Outcome.ERROR, 1),
    ],
)
def test_an_account_that_does_not_answer_well_ends_with_its_outcome(
    village: Any, answer: Any, status: int, outcome: Outcome, requests: int
) -> None:
    body = b'{"error": "Record not found"}' if status == 404 else b'{"error": "no"}'
    village.overrides["/api/v1/accounts"] = lambda: answer(status, {"Content-Type": "application/json"}, body)
    ways = Ways(village)
    visit = walk(ways, account(Platform.MASTODON))
    assert visit.outcome == outcome
    assert visit.message
    assert visit.page_count == 1 + requests, "and once what the server is"
    about_server, page, *_ = [batch for batch in ways.batches if isinstance(batch, PageBatch)]
    assert (about_server.outcome, page.outcome) == (Outcome.COMPLETE, outcome)


def test_a_page_in_the_middle_that_fails_leaves_the_rest(village: Any, answer: Any) -> None:
    village.add(12)
    failing = answer(502, {"Content-Type": "text/html"}, b"<html>bad gateway</html>")
    village.overrides["/api/v1/accounts/77/statuses?limit=40&max_id=996"] = lambda: failing
    ways = Ways(village)
    visit = walk(ways, account(Platform.MASTODON))
    assert visit.outcome == Outcome.PARTIAL
    assert visit.post_count == 5
    assert ways.records("absence") == []


def test_a_site_that_answers_an_api_address_with_a_page_is_no_empty_account(village: Any, answer: Any) -> None:
    village.overrides["/api/"] = lambda: answer(
        200, {"Content-Type": "text/html"}, b"<html><body>Welcome</body></html>"
    )
    visit = walk(Ways(village), account(Platform.MASTODON))
    assert visit.outcome not in {Outcome.COMPLETE, Outcome.UNCHANGED}
    assert visit.message


def test_an_account_id_is_learnt_from_the_profile(village: Any) -> None:
    village.add(1)
    ways = Ways(village)
    walk(ways, account(Platform.BLUESKY))
    (profile,) = ways.records("profile")
    assert profile["native_account_id"] == "did:plc:villagemill"
    # and asked for by it when the plan knows it, so that a changed handle continues the same account
    village.asked.clear()
    walk(Ways(village), account(Platform.BLUESKY, native_account_id="did:plc:villagemill"))
    assert all("villagemill" in path for path in village.paths("actor="))


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.BLUESKY])
def test_threads_are_asked_for_last_and_only_below_the_newest_posts_that_are_due(
    village: Any, platform: Platform
) -> None:
    pieces = village.add(12)
    ways = Ways(village)
    due = [piece.name for piece in pieces[3:10]]
    planned = account(platform, known_posts=known(platform, pieces[1:], due), last_complete_at=NOW - timedelta(hours=2))
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    below = [path for path in village.paths() if path.endswith("/context") or "getPostThread" in path]
    assert village.paths()[-5:] == below, "nothing is asked after them"
    expected = [pieces[0].name, *due[:4]]
    assert [next(name for name in expected if name in path) for path in below] == expected
    assert ways.ids("replies") == expected
    batches = [batch for batch in ways.batches if isinstance(batch, PageBatch)]
    assert all(batch.record == b"" for batch in batches[-5:])
    assert all(batch.record for batch in batches[:-5])


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.BLUESKY])
def test_threads_that_a_visit_cut_short_did_not_come_to_are_asked_for_by_the_next(
    village: Any, platform: Platform
) -> None:
    pieces = village.add(4)
    seen_since = known(platform, pieces, [])
    ways = Ways(village)
    ended = min(post.observed_at for post in seen_since) - timedelta(days=7)
    walk(ways, account(platform, known_posts=seen_since, last_complete_at=ended))
    assert ways.ids("replies") == [piece.name for piece in pieces]
    ways = Ways(village)
    ended = max(post.observed_at for post in seen_since)
    walk(ways, account(platform, known_posts=seen_since, last_complete_at=ended))
    assert ways.ids("replies") == []


def test_a_closed_thread_ends_the_asking_and_is_no_fault_of_the_visit(village: Any, answer: Any) -> None:
    pieces = village.add(4)
    closed = answer(401, {"Content-Type": "application/json"}, b'{"error": "Authentication required"}')
    village.overrides[f"/api/v1/statuses/{pieces[0].name}/context"] = lambda: closed
    ways = Ways(village)
    assert walk(ways, account(Platform.MASTODON)).outcome == Outcome.COMPLETE
    assert len(village.paths("/context")) == 1
    assert ways.records("replies") == []


def test_posts_that_are_read_elsewhere_when_their_listing_is_closed_leave_the_profile_as_it_was(
    village: Any, answer: Any
) -> None:
    kind = {"Content-Type": "application/activity+json"}
    actor = {
        "@context": "https://www.w3.org/ns/activitystreams", "id": "http://village.example/users/mill",
        "type": "Person", "preferredUsername": "mill", "outbox": "http://village.example/users/mill/outbox",
    }  # fmt: skip
    box = {"@context": actor["@context"], "id": actor["outbox"], "type": "OrderedCollection", "totalItems": 0}
    finger = {"links": [{"rel": "self", "type": "application/activity+json", "href": actor["id"]}]}
    closed = answer(401, {"Content-Type": "application/json"}, b'{"error": "Authentication required"}')
    village.overrides |= {
        "/api/v1/accounts/77/statuses": lambda: closed,
        "/.well-known/webfinger": lambda: answer(200, kind, json.dumps(finger).encode()),
        "/users/mill/outbox": lambda: answer(200, kind, json.dumps(box).encode()),
        "/users/mill": lambda: answer(200, kind, json.dumps(actor).encode()),
    }
    ways = Ways(village)
    visit = walk(ways, account(Platform.MASTODON))
    assert visit.outcome == Outcome.COMPLETE, visit.message
    assert "mostly unknown" in visit.message
    [profile] = ways.records("profile")
    assert profile["native_account_id"] == "77"


def test_an_own_old_post_shown_again_does_not_lengthen_the_listing() -> None:
    """Posts between it and the listing's end are not missing: they were never reached."""
    days = [NOW - timedelta(days=number) for number in range(10)]
    old = NOW - timedelta(days=300)
    assert read_back_to(days) == days[8]
    assert read_back_to([*days[:4], old, *days[4:]]) == days[8]
    assert read_back_to([*days, old]) == days[9]
    assert read_back_to([]) is None
    assert read_back_to([old]) == old


RUBBISH: dict[str, tuple[int, str, bytes]] = {
    "a portal's login page": (200, "text/html", b"<html><title>Hotel network</title><form action='/login'>Room</form>"),
    "an error page of a proxy": (502, "text/html", b"<html><h1>Bad gateway</h1></html>"),
    "a parked domain": (200, "text/html", b"<html><title>This domain is for sale</title><a href='/buy'>Buy</a></html>"),
    "nothing": (200, "application/json", b""),
    "half an answer": (200, "application/json", b'[{"id": "1000", "created_at": "2026-11-2'),
    "another shape": (200, "application/json", b'{"status": "ok", "data": [1, 2, 3]}'),
    "noise": (200, "application/octet-stream", bytes(range(256)) * 40),
    "a page of nothing": (404, "text/html", b"<html><h1>404</h1></html>"),
}


@pytest.mark.parametrize("platform", list(KEYS))
@pytest.mark.parametrize("rubbish", RUBBISH)
def test_a_week_of_rubbish_adds_nothing_takes_nothing_and_is_over_with_it(
    village: Any, answer: Any, platform: Platform, rubbish: str
) -> None:
    village.page_size = 10
    pieces = village.add(6)
    status, content_type, body = RUBBISH[rubbish]
    every_post = [piece.name for piece in pieces]
    planned = account(platform, known_posts=known(platform, pieces, due=every_post))
    for _ in range(7):
        village.overrides[""] = lambda: answer(status, {"Content-Type": content_type}, body)
        ways = Ways(village)
        visit = walk(ways, planned)
        assert visit.outcome not in {Outcome.COMPLETE, Outcome.UNCHANGED}
        assert visit.message
        assert visit.message.endswith(".")
        # a site calls itself what its home page says; the analysis keeps out what is unlike its history
        for kind in ("post", "absence", "replies", *(["profile"] if platform != Platform.WEB else [])):
            assert ways.records(kind) == [], kind
        assert not [record for record in ways.records("metrics") if any(name.endswith("_count") for name in record)]
    village.overrides.clear()
    ways = Ways(village)
    assert walk(ways, planned).outcome == Outcome.COMPLETE
    assert set(ways.ids("metrics")) == set(every_post)
    assert len(ways.ids("metrics")) == len(every_post)
    assert ways.records("absence") == []
