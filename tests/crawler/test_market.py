"""The example market speaks the shapes of the real services: the page objects read from it exactly what it holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web_poet import HttpResponse, HttpResponseHeaders

from crawler.items import Format, Platform, Post, PostList, RequestKind, Role
from crawler.market import Market, MarketServer, misses, truth
from crawler.market.cast import Player
from crawler.market.generator import MarketPost
from crawler.market.sales import sold, write_sales_file
from crawler.pages import first_requests, page_for
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.reading.outcomes import OutcomeSettings, read_outcomes
from crawler.reading.text_tables import read_rows

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[MarketServer]:
    with MarketServer(Market(NOW)) as running:
        yield running


def fetch(url: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, dict(response.getheaders()), body


def read(server: MarketServer, player: Player, url: str) -> PostList:
    status, headers, body = fetch(url)
    page = page_for(url, status, headers["Content-Type"], body[:4096])
    assert page is not None, url
    ref = _ref(server, player)
    capture = Capture(fetched_at=NOW, account=ref, base_urls={"bluesky": server.base("appview")})
    response = HttpResponse(url, body, status=status, headers=HttpResponseHeaders(headers))
    return page(response, capture).read()


def _ref(server: MarketServer, player: Player) -> AccountRef:
    host = "" if player.platform == Platform.BLUESKY else server.addresses[player.server]
    handle = host if player.platform == Platform.WEB else player.handle
    return AccountRef(platform=player.platform, host=host, handle=handle, url=server.account_url(player))


def collect(server: MarketServer, player: Player) -> list[Post]:
    """Every post of the account, by following what its pages propose."""
    base_urls = {"bluesky": server.base("appview")}
    waiting = [request.url for request in first_requests(_ref(server, player), base_urls)]
    seen: dict[str, Post] = {}
    asked = set()
    while waiting:
        url = waiting.pop()
        asked.add(url)
        page = read(server, player, url)
        seen |= {post.native_id: post for post in page.posts}
        waiting += [
            request.url
            for request in page.next_requests
            if request.kind in (RequestKind.PROFILE, RequestKind.LISTING)
            and not request.is_guess
            and request.url not in asked
        ]
    return list(seen.values())


def visible(market: Market) -> list[Player]:
    return [player for player in market.cast if not player.is_walled and player.platform != Platform.INSTAGRAM]


def test_page_objects_find_every_post_with_its_date_role_and_format(server: MarketServer) -> None:
    for player in visible(server.market):
        published = {_moment(post): post for post in server.market.posts(player)}
        found = {post.published_at: post for post in collect(server, player)}
        assert found.keys() == published.keys(), player.handle
        for moment, post in found.items():
            assert moment is not None
            truth_of = published[moment]
            assert post.role == truth_of.role
            assert post.format == truth_of.format
            if truth_of.role == Role.ORIGINAL:
                assert post.hashtags == truth_of.hashtags
                assert _counts(post) == _true_counts(truth_of, server.market, player)


def _moment(post: MarketPost) -> datetime:
    if post.player.platform == Platform.WEB:
        has_micros = post.player.server != "blog-larkspur"
        return post.published_at if has_micros else post.published_at.replace(microsecond=0)
    return post.published_at.replace(microsecond=post.published_at.microsecond // 1000 * 1000)


def _counts(post: Post) -> tuple[int | None, int | None, int | None]:
    if post.metrics is None:
        return None, None, None
    return post.metrics.like_count, post.metrics.comment_count, post.metrics.share_count


def _true_counts(post: MarketPost, market: Market, player: Player) -> tuple[int | None, int | None, int | None]:
    likes, comments, shares = post.counts(market.now)
    if player.platform == Platform.WEB:
        return None, None if player.server == "blog-hollowfen" else comments, None
    return likes, comments, shares


def test_the_walled_account_is_a_wall(server: MarketServer) -> None:
    player = next(player for player in server.market.cast if player.is_walled)
    *_, request = first_requests(_ref(server, player), {})
    with pytest.raises(PageProblem) as problem:
        read(server, player, request.url)
    assert problem.value.outcome == "login_wall"


def test_the_same_seed_makes_the_same_market_and_weeks_only_add_to_it() -> None:
    first, again = Market(NOW), Market(NOW)
    for player in first.cast:
        before = first.posts(player)
        assert before == again.posts(player)
        later = {post.number: post for post in again.posts(player, NOW + timedelta(weeks=3))}
        kept = [post for post in before if post.removed_at is None]
        assert all(later[post.number] == post for post in kept)
        assert len(later) > len(kept)


def test_only_the_one_who_deletes_flops_loses_posts() -> None:
    market = Market(NOW)
    for player in market.cast:
        early = market.posts(player, NOW - timedelta(weeks=2))
        now = {post.number for post in market.posts(player)}
        removed = [post for post in early if post.number not in now]
        assert bool(removed) == player.deletes_flops, player.handle


def test_plain_averages_crown_the_myth() -> None:
    market = Market(NOW)
    totals: dict[Format, list[int]] = {}
    for player in market.cast:
        if player.platform == Platform.MASTODON and not player.is_walled:
            for post in market.posts(player):
                if post.role == Role.ORIGINAL:
                    totals.setdefault(post.format, []).append(sum(post.counts(NOW)))
    assert max(totals, key=lambda media: sum(totals[media]) / len(totals[media])) == Format.LINK


def test_truth_notices_what_went_wrong(server: MarketServer) -> None:
    told = truth(server)
    coverage = [{"url": row["url"], "outcome": row["outcomes"][0]} for row in told["accounts"]]
    posts = {row["url"]: row["post_count"] for row in told["accounts"]}
    claims = [
        {
            "platform": row["platform"],
            "level": row["level"],
            "verdict": row["verdicts"][0],
            "lift_low": row["true_lift"] * 0.9,
            "lift_high": row["true_lift"] * 1.1,
        }
        for row in told["formats"]
    ]
    assert misses(told, coverage, posts, claims) == []
    open_door = [{**row, "outcome": "complete"} if row["outcome"] == "login_wall" else row for row in coverage]
    assert len(misses(told, open_door, posts, claims)) == 1
    url = coverage[0]["url"]
    assert misses(told, coverage, {**posts, url: 1}, claims) == [
        f"{url}: 1 posts were collected, {posts[url]} were published."
    ]
    carousel = next(row for row in claims if row["level"] == "carousel")
    shifted = [{**row, "lift_low": 3.0, "lift_high": 4.0} if row is carousel else row for row in claims]
    assert "misses the true" in misses(told, coverage, posts, shifted)[0]
    crowned = [{**row, "verdict": "works"} if row["level"] == "link" else row for row in claims]
    assert len(misses(told, coverage, posts, crowned)) == 2


def test_the_own_shops_export_holds_what_was_sold_and_nothing_of_today(tmp_path: Path) -> None:
    market = Market(NOW)
    write_sales_file(market, tmp_path / "ga4.csv")
    table = read_outcomes(list(read_rows(tmp_path / "ga4.csv")), "ga4.csv", OutcomeSettings(now=NOW, currency="EUR"))
    assert table is not None
    assert not table.problems
    assert not table.skipped, "a report has one row for each day and way in"
    true = sold(market)
    assert sum(row.session_count or 0 for row in table.rows) == sum(row.session_count for row in true) > 500
    assert sum(row.order_count or 0 for row in table.rows) == sum(row.order_count for row in true) > 50
    assert float(sum(row.revenue or 0 for row in table.rows)) == pytest.approx(sum(row.revenue for row in true), abs=2)
    assert max(row.day for row in table.rows if row.day) < NOW.date()
    assert {row.source for row in table.rows} == {"mastodon", "bsky.app", "(direct)", "google"}


def test_what_was_sold_is_the_same_a_week_later() -> None:
    market = Market(NOW)
    first = sold(market)
    market.now = NOW + timedelta(weeks=1)
    later = [row for row in sold(market) if row.day < NOW.date()]
    assert later == first
