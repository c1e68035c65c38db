"""YouTube, Telegram and Reddit: whole crawls against a loopback server that writes down what it hears."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from crawler.items import Platform
from crawler.metering import Budget, usage
from crawler.plan import ListedAccount, make_plan
from crawler.run import CrawlSummary, Event, run_crawl
from tests.crawler.engine.open_server import CLIENT_ID, KEY, SECRET, OpenNetworks

YOUTUBE = ListedAccount(
    account_key="https://www.youtube.com/@mill", platform=Platform.YOUTUBE, handle="mill",
    url="https://www.youtube.com/@mill", company="Mill",
)  # fmt: skip
TELEGRAM = ListedAccount(
    account_key="https://t.me/mill", platform=Platform.TELEGRAM, handle="mill", url="https://t.me/mill", company="Mill"
)
REDDIT = ListedAccount(
    account_key="https://www.reddit.com/r/mill/", platform=Platform.REDDIT, handle="r/mill",
    url="https://www.reddit.com/r/mill/", company="Mill",
)  # fmt: skip


@frozen(kw_only=True)
class Known:
    native_id: str
    url: str | None
    published_at: datetime | None
    observed_at: datetime
    role: str = "original"


@frozen(kw_only=True)
class Facts:
    account_key: str
    known_posts: Sequence[Known]
    last_complete_at: datetime
    native_account_id: str | None = None
    last_outcome: str = "complete"
    was_cut: bool = False
    validators: tuple[()] = ()


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenNetworks]:
    monkeypatch.setenv("RIVALSCOPE_YOUTUBE_TOKEN", KEY)
    monkeypatch.setenv("RIVALSCOPE_REDDIT_TOKEN", SECRET)
    monkeypatch.setenv("RIVALSCOPE_REDDIT_CLIENT_ID", CLIENT_ID)
    with OpenNetworks().served() as served:
        yield served


class Crawls:
    def __init__(self, folder: Path, networks: OpenNetworks) -> None:
        self.folder = folder
        self.networks = networks

    def __call__(self, *accounts: ListedAccount, **more: Any) -> CrawlSummary:
        given: dict[str, Any] = {
            "now": self.networks.now,
            "contact": "https://rivalscope.example/who",
            "own_hosts": [self.networks.host],
            "base_urls": self.networks.base_urls,
            "usage_dir": str(self.folder / "usage"),
        }
        plan = make_plan(accounts, **{**given, **more})
        path = self.folder / "plans" / f"{plan.crawl_id}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(plan.to_json(), encoding="utf-8")
        self.networks.asked.clear()
        settings = {"EXTRACTION_WORKERS": "1"}
        return run_crawl(path, self.folder / "landing", self.folder / "archive", settings=settings)

    def landed(self, kind: str, platform: Platform) -> list[dict[str, Any]]:
        files = sorted((self.folder / "landing").glob("*/*.jsonl*"))
        records = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
        return [each for each in records if each["record"] == kind and each.get("platform") == platform]

    def facts(self, account: ListedAccount) -> Facts:
        """What a warehouse would know after the crawls so far."""
        posts = {each["native_id"]: each for each in self.landed("post", account.platform)}
        known = [
            Known(
                native_id=native_id,
                url=each.get("url"),
                published_at=datetime.fromisoformat(each["published_at"]) if each.get("published_at") else None,
                observed_at=datetime.fromisoformat(each["observed_at"]),
            )
            for native_id, each in posts.items()
        ]
        return Facts(account_key=account.account_key, known_posts=known, last_complete_at=self.networks.now)


@pytest.fixture
def crawl(networks: OpenNetworks, tmp_path: Path) -> Crawls:
    return Crawls(tmp_path, networks)


def visit_of(summary: CrawlSummary, account: ListedAccount) -> Event:
    return summary.visits[account.account_key]


def test_a_channel_is_walked_through_its_tabs_to_each_new_video_and_cheaply_the_second_time(
    crawl: Crawls, networks: OpenNetworks
) -> None:
    visit = visit_of(crawl(YOUTUBE), YOUTUBE)
    assert visit["outcome"] == "complete"
    assert "shows its newest 4 only" in visit["message"]
    assert "RIVALSCOPE_YOUTUBE_TOKEN" in visit["message"]
    posts = {each["native_id"]: each for each in crawl.landed("post", Platform.YOUTUBE)}
    assert {each["published_precision"] for each in posts.values()} == {"second"}, (
        "the watch page's date, not the tab's"
    )
    assert posts["MillShort01"]["format"] == "short_video"
    counts = {each["native_id"]: each for each in crawl.landed("metrics", Platform.YOUTUBE)}
    assert (counts["MillVideo00"]["view_count"], counts["MillVideo00"]["like_count"]) == (1234, 7)
    # Shorts have no date in their tab: the first that is older than the horizon ends the asking
    assert len(networks.paths("MillShort")) < 15, "of 32"
    assert all("hl=en&gl=US" in path for path in networks.paths())
    assert not [path for path in networks.paths() if "youtubei" in path or "feeds" in path]
    assert not [each for each in networks.asked if "x-goog-api-key" in each.headers], "no key without access"

    crawl(YOUTUBE, facts=[crawl.facts(YOUTUBE)])
    again = networks.paths()
    assert [path.partition("?")[0] for path in again[:3]] == [
        "/@mill", "/channel/UCmillmillmillmillmillmi/videos", "/channel/UCmillmillmillmillmillmi/shorts",
    ]  # fmt: skip
    assert networks.paths("watch?v=MillVideo") == []
    assert len(networks.paths("watch?v=MillShort")) <= 8, "as many at once as a host of one's own is asked"


def test_whoever_holds_a_key_reads_all_uploads_in_few_units(
    crawl: Crawls, networks: OpenNetworks, tmp_path: Path
) -> None:
    quota = {"access": {"youtube": None}, "budgets": {"youtube": Budget(per_day=10_000)}}
    visit = visit_of(crawl(YOUTUBE, **quota), YOUTUBE)
    assert (visit["outcome"], visit["post_count"]) == ("complete", 6), visit["message"]
    assert [path.partition("?")[0].rpartition("/")[2] for path in networks.paths()] == [
        "channels", "playlistItems", "playlistItems", "videos",
    ]  # fmt: skip
    used = usage(tmp_path / "usage" / "youtube.jsonl", "", networks.now)
    assert used.this_day == 4
    posts = crawl.landed("post", Platform.YOUTUBE)
    assert len(posts) == len({each["native_id"] for each in posts}) == 6, "the index is not landed beside the videos"
    assert {each["format"] for each in posts} == {"video"}
    for path in (each for each in tmp_path.rglob("*") if each.is_file()):
        raw = path.read_bytes()
        assert KEY.encode() not in (gzip.decompress(raw) if path.suffix == ".gz" else raw), path

    later = visit_of(crawl(YOUTUBE, **{**quota, "budgets": {"youtube": Budget(per_day=5)}}), YOUTUBE)
    assert (later["outcome"], later["reason"]) == ("partial", "budget_spent")
    assert "day's quota" in later["message"]
    assert len(networks.paths()) == 1, "one unit was left of the day"


def test_a_telegram_channel_is_paged_to_its_first_message_once_it_is_switched_on(
    crawl: Crawls, networks: OpenNetworks
) -> None:
    off = visit_of(crawl(TELEGRAM), TELEGRAM)
    assert (off["outcome"], off["reason"]) == ("robots_denied", "switched_off")
    assert "enabled = true" in off["message"]
    assert networks.asked == []

    on = visit_of(crawl(TELEGRAM, access={"telegram": None}), TELEGRAM)
    assert (on["outcome"], on["post_count"]) == ("complete", 5)
    assert networks.paths() == ["/mill", "/s/mill", "/s/mill?before=4", "/s/mill?before=2"]
    assert [each["follower_count"] for each in crawl.landed("profile", Platform.TELEGRAM)] == [1_234]
    (first, *_) = crawl.landed("metrics", Platform.TELEGRAM)
    assert (first["view_count"], first["rounded"], first["missing"]["share_count"]) == (
        1_200, {"view_count": 2}, "not_public",
    )  # fmt: skip

    crawl(TELEGRAM, access={"telegram": None}, facts=[crawl.facts(TELEGRAM)])
    assert networks.paths() == ["/mill", "/s/mill"]

    networks.has_preview = False
    gone = visit_of(crawl(TELEGRAM, access={"telegram": None}), TELEGRAM)
    assert (gone["outcome"], gone["reason"]) == ("login_wall", "no_public_preview")
    assert networks.paths() == ["/mill"]
    assert len(crawl.landed("profile", Platform.TELEGRAM)) >= 3, "what a wall still says is kept"


def test_reddit_is_read_with_a_token_that_the_users_app_is_given(
    crawl: Crawls, networks: OpenNetworks, tmp_path: Path
) -> None:
    denied = visit_of(crawl(REDDIT), REDDIT)
    assert (denied["outcome"], denied["reason"]) == ("robots_denied", "token_missing")
    assert [each.path for each in networks.asked] == ["/robots.txt"]

    visit = visit_of(crawl(REDDIT, access={"reddit": None}), REDDIT)
    assert (visit["outcome"], visit["post_count"]) == ("complete", 5)
    assert [each.method for each in networks.asked].count("POST") == 1
    assert [path.partition("?")[0] for path in networks.paths("/r/")] == ["/r/mill/about", *["/r/mill/new"] * 3]
    counts = {each["native_id"]: each for each in crawl.landed("metrics", Platform.REDDIT)}
    assert counts["t3_1"]["missing"]["like_count"] == "hidden"
    assert "like_count" not in counts["t3_1"]
    assert (counts["t3_2"]["like_count"], counts["t3_2"]["comment_count"]) == (9, 2)
    for path in (each for each in tmp_path.rglob("*") if each.is_file()):
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        assert SECRET.encode() not in text, path
        assert networks.tokens[-1].encode() not in text, path


def test_a_token_of_reddit_that_ended_early_is_got_anew(crawl: Crawls, networks: OpenNetworks) -> None:
    networks.ends_early = True
    visit = visit_of(crawl(REDDIT, access={"reddit": None}), REDDIT)
    assert visit["outcome"] == "complete"
    assert [each.method for each in networks.asked].count("POST") == 2


def test_a_client_id_that_reddit_does_not_know_ends_every_visit_with_one_sentence(
    crawl: Crawls, networks: OpenNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIVALSCOPE_REDDIT_CLIENT_ID", "another-client-id")
    visit = visit_of(crawl(REDDIT, access={"reddit": None}), REDDIT)
    assert (visit["outcome"], visit["reason"]) == ("error", "token_expired")
    assert visit["message"].count(".") <= 2
    assert len(networks.asked) == 1
