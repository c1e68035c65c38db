"""Official interfaces and walled networks: whole crawls against a loopback server that writes down what it hears."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from attrs import evolve

from crawler.items import Platform
from crawler.metering import Budget, usage
from crawler.plan import CrawlPlan, KnownPost, ListedAccount, make_plan
from crawler.run import CrawlSummary, Event, run_crawl
from tests.crawler.engine.api_server import (
    OWN_ID,
    TOKEN,
    USER_ID,
    Answer,
    Asked,
    Interfaces,
    graph_error,
    json_answer,
)

ROOT = Path(__file__).parents[3]
URLS = {
    Platform.INSTAGRAM: "https://www.instagram.com/{}/",
    Platform.FACEBOOK: "https://www.facebook.com/{}",
    Platform.THREADS: "https://www.threads.com/@{}",
    Platform.X: "https://x.com/{}",
    Platform.LINKEDIN: "https://www.linkedin.com/company/{}/",
    Platform.TIKTOK: "https://www.tiktok.com/@{}",
    Platform.PINTEREST: "https://www.pinterest.com/{}/",
}
OFFICIAL = (Platform.INSTAGRAM, Platform.FACEBOOK, Platform.THREADS, Platform.X)


@pytest.fixture
def network() -> Iterator[Interfaces]:
    with Interfaces().served() as interfaces:
        yield interfaces


class Crawls:
    """Crawls of one project folder."""

    def __init__(self, folder: Path, network: Interfaces) -> None:
        self.folder = folder
        self.network = network

    def __call__(self, *platforms: Platform, handles: tuple[str, ...] = ("mill",), **more: Any) -> CrawlSummary:
        return self.run([listed(platform, handle) for platform in platforms for handle in handles], **more)

    def run(self, accounts: list[ListedAccount], **more: Any) -> CrawlSummary:
        settings = {"EXTRACTION_WORKERS": "1"}
        plan = self.plan(accounts, **more)
        return run_crawl(plan, self.folder / "landing", self.folder / "archive", settings=settings)

    def plan(self, accounts: list[ListedAccount], **more: Any) -> Path:
        given: dict[str, Any] = {
            "now": datetime.now(UTC),
            "contact": "https://rivalscope.example/who",
            "own_hosts": [self.network.host],
            "base_urls": self.network.base_urls,
            "access": {name.value: OWN_ID if name is Platform.INSTAGRAM else None for name in OFFICIAL},
            "budgets": {"x": Budget(per_run=500, per_month=2000)},
            "usage_dir": str(self.folder / "usage"),
        }
        plan = make_plan(accounts, **{**given, **more})
        path = self.folder / "plans" / f"{plan.crawl_id}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(plan.to_json(), encoding="utf-8")
        return path

    def landed(self, kind: str) -> list[dict[str, Any]]:
        files = sorted((self.folder / "landing").glob("*/*.jsonl*"))
        records = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
        return [record for record in records if record["record"] == kind]


def listed(platform: Platform, handle: str = "mill") -> ListedAccount:
    url = URLS[platform].format(handle)
    return ListedAccount(account_key=url, platform=platform, handle=handle, url=url, company=handle)


@pytest.fixture
def crawl(network: Interfaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crawls:
    for platform in OFFICIAL:
        monkeypatch.setenv(f"RIVALSCOPE_{platform.upper()}_TOKEN", TOKEN)
    return Crawls(tmp_path, network)


def only(summary: CrawlSummary) -> Event:
    (visit,) = summary.visits.values()
    return visit


def test_with_a_credential_every_official_interface_is_read_to_its_end(crawl: Crawls, network: Interfaces) -> None:
    summary = crawl(*OFFICIAL)
    assert {visit["outcome"] for visit in summary.visits.values()} == {"complete"}, summary.visits
    posts = crawl.landed("post")
    for platform in OFFICIAL:
        mine = [post for post in posts if post["platform"] == platform]
        assert len({post["native_id"] for post in mine}) == len(mine) == 7, platform
    metrics = {record["platform"]: record for record in crawl.landed("metrics")}
    assert (metrics["x"]["like_count"], metrics["x"]["view_count"]) == (5, 90)
    assert (metrics["facebook"]["like_count"], metrics["facebook"]["comment_count"]) == (12, 3)
    assert (metrics["instagram"]["like_count"], metrics["instagram"]["comment_count"]) == (9, 2)
    followers = {record["platform"]: record["follower_count"] for record in crawl.landed("profile")}
    assert followers == {"instagram": 90, "facebook": 81, "threads": 300, "x": 120}
    # robots.txt is for crawlers; these requests go by the terms of whoever gave out the token
    assert [each.path for each in network.asked if each.path == "/robots.txt"] == []
    assert all(each.headers["Authorization"] == f"Bearer {TOKEN}" for each in network.asked)


def test_the_token_stands_nowhere_but_in_the_requests(crawl: Crawls, network: Interfaces, tmp_path: Path) -> None:
    network.extra_headers = {"X-Echo": TOKEN, "Link": f"<{network.base}/next?access_token={quote(TOKEN, safe='')}>"}
    network.overrides["profile_lookup"] = graph_error(10, f"The token {TOKEN} may not do that.", 403)
    network.overrides[r"/2/users/by"] = json_answer({"detail": f"bad {json.dumps(TOKEN)}"}, 403)
    summary = crawl(*OFFICIAL)
    assert summary.outcome_counts == {"complete": 2, "blocked": 2}
    assert sum(each.has_token for each in network.asked) == len(network.asked)
    secrets = {TOKEN, quote(TOKEN, safe=""), TOKEN.replace("/", "\\/"), TOKEN[6:20]}
    looked_at = 0
    for path in (each for each in tmp_path.rglob("*") if each.is_file()):
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
        looked_at += 1
        assert [secret for secret in secrets if secret in text] == [], path
    assert looked_at >= 4  # plan, log, landing, archive


def test_without_a_credential_a_forbidding_robots_txt_is_all_that_is_asked(crawl: Crawls, network: Interfaces) -> None:
    """The tokens that lie ready are for interfaces, not for the sites."""
    summary = crawl(*URLS, access={})
    assert [each.path for each in network.asked] == ["/robots.txt"]
    assert not network.asked[0].has_token
    reasons = {Platform.LINKEDIN: "no_public_preview", Platform.TIKTOK: "no_public_preview", Platform.PINTEREST: None}
    for platform, url in URLS.items():
        visit = summary.visits[url.format("mill")]
        assert (visit["outcome"], visit["reason"]) == ("robots_denied", reasons.get(platform, "token_missing"))
        assert ("import" in visit["message"]) == (platform is not Platform.PINTEREST)
        assert (f"rivalscope connect {platform}" in visit["message"]) == (platform in OFFICIAL)


def test_a_robots_txt_that_cannot_be_had_is_a_no(crawl: Crawls, network: Interfaces) -> None:
    network.robots_status = 500
    visit = only(crawl(Platform.X, access={}))
    assert {each.path for each in network.asked} == {"/robots.txt"}
    assert (visit["outcome"], visit["reason"]) == ("robots_denied", "robots_unreachable")
    assert "import" in visit["message"]


RECORDED: dict[Platform, tuple[str, str, int, tuple[str, ...]]] = {
    Platform.INSTAGRAM: ("rosa.linde", "complete", 6, ("instagram.pages.ProfilePage/posts-in-an-answer-kept-as-text",)),
    Platform.FACEBOOK: ("rosalinde", "partial", 1, ("facebook.pages.AccountPage/start-with-one-post",)),
    Platform.THREADS: ("rosa.linde", "complete", 5, ("threads.pages.ProfilePage/account-with-posts",)),
    Platform.X: ("kettleandleaf", "complete", 5, ("x.pages.ProfilePage/newest-posts",)),
    Platform.LINKEDIN: ("kettle-and-leaf", "partial", 6, ("linkedin.pages.CompanyPage/repost-card-and-every-medium",)),
    Platform.TIKTOK: (
        "kettle.leaf",
        "partial",  # the embed says less than the videos' own pages
        2,
        ("tiktok.pages.ProfilePage/account-with-exact-followers", "tiktok.embeds.EmbedPage/account-with-plays"),
    ),
    Platform.PINTEREST: (
        "kettleandleaf",
        "partial",  # the pins' own pages are not served
        4,
        (
            "pinterest.pages.ProfilePage/ten-pins-without-counts",
            "pinterest.pages.FeedPage/blank-titles-and-a-date-that-is-none",
        ),
    ),
}
"""Handle, how a visit ends, posts seen, and the fixtures of what a site shows to whom robots.txt lets in."""


def recorded(case: str) -> tuple[str, Answer]:
    """Path and answer of a fixture."""
    folder = ROOT / "fixtures" / f"crawler.pages.{case}" / "inputs"
    told = json.loads((folder / "HttpResponse-info.json").read_text(encoding="utf-8"))
    body = (folder / "HttpResponse-body.html").read_bytes()
    return urlsplit(told["url"]).path, Answer(body, told["status"], dict(told["headers"]))


def test_where_robots_txt_allows_it_the_public_pages_are_read(crawl: Crawls, network: Interfaces) -> None:
    network.robots = "User-agent: *\nAllow: /\n"
    for *_, cases in RECORDED.values():
        for path, said in map(recorded, cases):
            asked = path.replace("tins.rss", "feed.rss").replace("/rosa.linde/", "/rosa.linde/?")
            network.overrides[f"^{asked}$"] = said
    accounts = [listed(platform, handle) for platform, (handle, *_) in RECORDED.items()]
    summary = crawl.run(accounts, access={}, horizon_days=3000)
    posts = crawl.landed("post")
    for platform, (handle, outcome, count, _) in RECORDED.items():
        visit = summary.visits[URLS[platform].format(handle)]
        assert (visit["outcome"], visit["post_count"]) == (outcome, count), visit
        assert sum(post["platform"] == platform for post in posts) == count
    # what a page of a few posts leaves out is not taken for gone, and tokens stay at home
    assert crawl.landed("absence") == []
    assert not any(each.has_token for each in network.asked)


def test_a_page_that_asks_for_a_log_in_names_the_way_in(crawl: Crawls, network: Interfaces) -> None:
    network.robots = "User-agent: *\nAllow: /\n"
    page = "<html><head><title>Log in</title></head><body><a href='barcelona://'>Open</a></body></html>"
    network.overrides["^/@mill"] = Answer(page.encode(), headers={"Content-Type": "text/html"})
    visit = only(crawl(Platform.THREADS, access={}))
    assert visit["outcome"] == "login_wall"
    assert "what works now" in visit["message"]


# --- limits and errors ---

X_LIMIT = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}


def x_limited(asked: Asked) -> Answer:
    reset = int((datetime.now(UTC) + timedelta(minutes=9)).timestamp())
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
    return json_answer(X_LIMIT, 429, headers)


JSON = {"Content-Type": "application/json"}
ROUNDS: dict[str, dict[Platform, tuple[Answer | Callable[[Asked], Answer], str]]] = {
    "error rate_limited": {
        Platform.X: (x_limited, "Too Many Requests"),
        Platform.FACEBOOK: (graph_error(4, "(#4) Application request limit reached", 403), "(#4)"),
        Platform.INSTAGRAM: (graph_error(17, "(#17) User request limit reached"), "(#17)"),
        Platform.THREADS: (graph_error(613, "(#613) Calls have exceeded the limit", 503), "(#613)"),
    },
    "error rate_limited again": {
        Platform.FACEBOOK: (graph_error(32, "(#32) Page request limit reached"), "(#32)"),
        Platform.INSTAGRAM: (Answer(b"<html>slow down</html>", 429), "allowance"),
    },
    "error token_expired": {
        Platform.X: (json_answer({"title": "Unauthorized", "status": 401}, 401), "Unauthorized"),
        Platform.FACEBOOK: (graph_error(190, "Session has expired", 401), "Session has expired"),
    },
    "blocked permission_missing": {
        Platform.X: (json_answer({"title": "Forbidden", "status": 403}, 403), "Forbidden"),
        Platform.INSTAGRAM: (graph_error(10, "(#10) No permission", 403), "(#10)"),
        Platform.THREADS: (graph_error(200, "(#200) Requires threads_basic", 403), "(#200)"),
    },
    "layout_changed": {
        Platform.FACEBOOK: (Answer(b'{"id": "1", "na', headers=JSON), ""),
        Platform.INSTAGRAM: (Answer(b"[" * 100_000, headers=JSON), ""),
        Platform.X: (Answer(b"", headers=JSON), ""),
    },
    "partial budget_spent": {Platform.X: (json_answer({"title": "CreditsDepleted"}, 402), "CreditsDepleted")},
    "error http_error": {Platform.X: (Answer(b"", 503), "503")},
}


@pytest.mark.parametrize("ending", ROUNDS)
def test_an_error_is_an_outcome_with_a_message_and_asked_for_once(crawl: Crawls, ending: str) -> None:
    with ExitStack() as stack:
        servers = {platform: stack.enter_context(Interfaces().served()) for platform in ROUNDS[ending]}
        for platform, (said, _) in ROUNDS[ending].items():
            servers[platform].overrides["."] = said
        base_urls = {name.value: server.base_urls[name] for name, server in servers.items()}
        own_hosts = [server.host for server in servers.values()]
        summary = crawl(*servers, base_urls=base_urls, own_hosts=own_hosts)
    for platform, (_, words) in ROUNDS[ending].items():
        visit = summary.visits[URLS[platform].format("mill")]
        assert f"{visit['outcome']} {visit['reason'] or ''}".strip() == ending.removesuffix(" again"), visit["message"]
        assert words in visit["message"]
        assert len(visit["message"]) < 700
        assert len(servers[platform].asked) == 1


@pytest.mark.parametrize("platform", [Platform.X, Platform.FACEBOOK])
def test_a_limit_ends_the_asking_for_every_account_and_is_remembered(
    crawl: Crawls, network: Interfaces, platform: Platform
) -> None:
    network.overrides["."] = x_limited if platform is Platform.X else graph_error(4, "(#4) limit")
    crawl(platform)
    hosts = crawl.landed("host")
    until = datetime.fromisoformat(hosts[-1]["retry_after_at"])
    minutes = 9 if platform is Platform.X else 60
    assert abs(until - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(minutes=1)
    network.asked.clear()
    states = [Remembered(network.host, until)]
    summary = crawl(platform, handles=("mill", "bakery"), hosts=states)
    assert network.asked == []
    assert {visit["reason"] for visit in summary.visits.values()} == {"rate_limited"}


class Remembered:
    """What the warehouse knows of a host."""

    def __init__(self, host: str, retry_after_at: datetime) -> None:
        self.host = host
        self.retry_after_at = retry_after_at
        self.error_streak = 0
        self.crawl_delay_seconds = None


def test_an_allowance_that_is_nearly_spent_ends_the_paging(crawl: Crawls, network: Interfaces) -> None:
    usage_header = {"call_count": 96, "total_time": 10, "total_cputime": 5}
    network.extra_headers = {"x-app-usage": json.dumps(usage_header)}
    visit = only(crawl(Platform.INSTAGRAM))
    assert len(network.asked) == 1
    assert (visit["outcome"], visit["reason"], visit["post_count"]) == ("partial", "rate_limited", 3)
    assert crawl.landed("host")[-1]["retry_after_at"] > datetime.now(UTC).isoformat()


def test_an_expired_token_is_heard_once_for_all_accounts(crawl: Crawls, network: Interfaces) -> None:
    network.token = "another one"
    summary = crawl(Platform.X, handles=("mill", "bakery", "forge"))
    assert {visit["reason"] for visit in summary.visits.values()} == {"token_expired"}
    assert len(network.asked) == 1


def test_a_token_that_went_away_is_said_and_nothing_is_asked(
    crawl: Crawls, network: Interfaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RIVALSCOPE_THREADS_TOKEN")
    monkeypatch.setenv("RIVALSCOPE_CREDENTIALS", "/nonexistent/credentials.toml")
    visit = only(crawl(Platform.THREADS))
    assert (visit["outcome"], visit["reason"]) == ("error", "token_missing")
    assert network.asked == []


def test_a_redirect_takes_no_token_away(crawl: Crawls, network: Interfaces) -> None:
    with Interfaces(robots="User-agent: *\nAllow: /\n").served() as elsewhere:
        target = f"{elsewhere.base}/2/users/by/username/mill?access_token={quote(TOKEN, safe='')}"
        network.overrides["/2/users/by"] = Answer(b"", 302, {"Location": target})
        leads_out = {"Location": f"{network.base}/open?a={TOKEN}"}
        network.overrides["/v24.0/mill"] = Answer(b"", 302, leads_out)
        network.robots = "User-agent: *\nAllow: /\n"
        summary = crawl(Platform.X, Platform.FACEBOOK, own_hosts=[network.host, elsewhere.host])
    assert {each.path for each in elsewhere.asked} >= {"/robots.txt"}
    assert not any(each.has_token for each in elsewhere.asked)
    outside = [each for each in network.asked if "/open" in each.path]
    assert len(outside) == 1
    assert not outside[0].has_token
    assert {visit["outcome"] for visit in summary.visits.values()} != {"complete"}


def test_two_networks_behind_one_address_are_asked_each_with_its_own_token(
    crawl: Crawls, network: Interfaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIVALSCOPE_FACEBOOK_TOKEN", "page-token-of-the-mill")
    crawl(Platform.INSTAGRAM, Platform.FACEBOOK)
    given = {("business_discovery" in each.path, each.headers["Authorization"]) for each in network.asked}
    assert given == {(True, f"Bearer {TOKEN}"), (False, "Bearer page-token-of-the-mill")}


# --- what costs money ---


def test_the_budget_is_never_exceeded_by_several_accounts_at_once(crawl: Crawls, network: Interfaces) -> None:
    network.count = 60
    network.overrides["/2/users/by/username/"] = json_answer(
        {"data": {"id": USER_ID, "username": "mill", "public_metrics": {"followers_count": 1, "tweet_count": 60}}}
    )
    handles = tuple(f"mill{number}" for number in range(6))
    summary = crawl(Platform.X, handles=handles, budgets={"x": Budget(per_run=100, per_month=2000)})
    lookups = sum("by/username" in path for path in network.paths())
    assert network.x_posts_given + 2 * lookups <= 100
    assert network.x_posts_given >= 80
    assert any(visit["outcome"] == "complete" for visit in summary.visits.values())
    cut = [visit for visit in summary.visits.values() if visit["is_cut"]]
    assert {(visit["outcome"], visit["reason"]) for visit in cut} == {("partial", "budget_spent")}
    assert all("posts_per_run" in visit["message"] for visit in cut)


def test_the_month_counts_over_runs_and_over_a_kill(crawl: Crawls, network: Interfaces, tmp_path: Path) -> None:
    network.count = 40
    budgets = {"x": Budget(per_run=500, per_month=60)}
    ledger = tmp_path / "usage" / "x.jsonl"
    ledger.parent.mkdir()
    # a crawl that was killed between asking and hearing: its reservation, and a line that was torn
    killed = {"id": "aa", "at": datetime.now(UTC).isoformat(), "crawl_id": "earlier", "units": 10}
    ledger.write_text(json.dumps(killed) + '\n{"id": "bb", "at": "20', encoding="utf-8")
    for _ in range(3):
        crawl(Platform.X, budgets=budgets)
    used = usage(ledger, "none", datetime.now(UTC))
    assert used.this_month <= 60
    lookups = sum("by/username" in path for path in network.paths())
    assert network.x_posts_given + 2 * lookups + 10 == used.this_month
    assert 60 - used.this_month < 5  # the least that a page of posts may be
    sizes = [int(path.partition("max_results=")[2].partition("&")[0]) for path in network.paths("max_results")]
    assert sizes == [48, 6]


def test_what_is_known_is_not_paid_for_again(crawl: Crawls, network: Interfaces) -> None:
    network.count = 60
    now = datetime.now(UTC)
    known = tuple(
        KnownPost(
            native_id=network.tweet_id(number),
            url=f"https://x.com/mill/status/{network.tweet_id(number)}",
            published_at=network.now - timedelta(hours=2 + number),
            observed_at=now - timedelta(hours=6),
            is_due=number in (20, 30, 50),
        )
        for number in range(4, 60)
    )
    path = crawl.plan([listed(Platform.X)])
    plan = CrawlPlan.from_json(path.read_text(encoding="utf-8"))
    account = evolve(plan.accounts[0], last_complete_at=now - timedelta(hours=5), known_posts=known)
    path.write_text(evolve(plan, accounts=(account,)).to_json(), encoding="utf-8")
    summary = run_crawl(path, crawl.folder / "landing", crawl.folder / "archive", settings={"EXTRACTION_WORKERS": "1"})
    assert only(summary)["outcome"] == "complete"
    # four new posts are among the few that were listed, and the three that are due were asked for by their numbers
    posts = {post["native_id"] for post in crawl.landed("post")}
    assert {network.tweet_id(number) for number in (0, 1, 2, 3, 20, 30, 50)} <= posts
    assert network.x_posts_given <= 12
    assert crawl.landed("absence") == []


def test_a_crawl_that_is_killed_has_spent_what_was_on_its_way(
    crawl: Crawls, network: Interfaces, tmp_path: Path
) -> None:
    reached, opened = threading.Event(), threading.Event()

    def hold(_: Asked) -> Answer:
        reached.set()
        opened.wait(20)
        return Answer(b"", 503)

    network.overrides["/tweets"] = hold
    plan = crawl.plan([listed(Platform.X)], budgets={"x": Budget(per_run=80, per_month=100)})
    command = [sys.executable, "-m", "crawler.run", str(plan), "--landing", str(tmp_path / "landing")]
    command += ["--archive", str(tmp_path / "archive"), "--log", str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert reached.wait(60)
        process.kill()
    opened.set()
    # two for the account, and all the rest of the run for the page that nobody heard
    assert usage(tmp_path / "usage" / "x.jsonl", "none", datetime.now(UTC)).this_month == 80


def test_an_answer_that_brings_nothing_costs_nothing(crawl: Crawls, network: Interfaces, tmp_path: Path) -> None:
    network.overrides["/tweets"] = json_answer({"title": "Service Unavailable"}, 503)
    crawl(Platform.X)
    assert usage(tmp_path / "usage" / "x.jsonl", "none", datetime.now(UTC)).this_month == 2


def test_a_ledger_that_cannot_be_written_lets_nothing_leave(crawl: Crawls, network: Interfaces, tmp_path: Path) -> None:
    (tmp_path / "usage").write_text("a file where a folder should be")
    visit = only(crawl(Platform.X))
    assert network.asked == []
    assert visit["outcome"] == "error"
    assert "cannot be" in visit["message"]
