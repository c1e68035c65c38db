"""YouTube, Telegram and Reddit: whole crawls against a loopback server that writes down what it hears."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.items import Platform
from crawler.metering import Budget, usage
from crawler.plan import ListedAccount
from tests.crawler.engine.crawls import Crawls, visit_of
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


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenNetworks]:
    monkeypatch.setenv("RIVALSCOPE_YOUTUBE_TOKEN", KEY)
    monkeypatch.setenv("RIVALSCOPE_REDDIT_TOKEN", SECRET)
    monkeypatch.setenv("RIVALSCOPE_REDDIT_CLIENT_ID", CLIENT_ID)
    with OpenNetworks().served() as served:
        yield served


@pytest.fixture
def crawl(networks: OpenNetworks, tmp_path: Path) -> Crawls:
    return Crawls(tmp_path, networks)


def test_without_any_credential_only_what_is_open_is_asked(crawl: Crawls, networks: OpenNetworks) -> None:
    summary = crawl(YOUTUBE, TELEGRAM, REDDIT)
    visit = visit_of(summary, YOUTUBE)
    assert visit["outcome"] == "complete"
    assert "shows its newest 4 only" in visit["message"]
    assert "RIVALSCOPE_YOUTUBE_TOKEN" in visit["message"]
    posts = {each["native_id"]: each for each in crawl.landed("post", Platform.YOUTUBE)}
    assert {each["published_precision"] for each in posts.values()} == {"second"}, "not the tab's rough date"
    assert posts["MillShort01"]["format"] == "short_video"
    counts = {each["native_id"]: each for each in crawl.landed("metrics", Platform.YOUTUBE)}
    assert (counts["MillVideo00"]["view_count"], counts["MillVideo00"]["like_count"]) == (1234, 7)
    # Shorts have no date in their tab: the first that is older than the horizon ends the asking
    assert len(networks.paths("MillShort")) < 15, "of 32"
    assert all("hl=en&gl=US" in path for path in networks.paths())
    assert not [path for path in networks.paths() if "youtubei" in path or "feeds" in path]
    assert not [each for each in networks.asked if {"x-goog-api-key", "authorization"} & each.headers.keys()]

    off, denied = visit_of(summary, TELEGRAM), visit_of(summary, REDDIT)
    assert (off["outcome"], off["reason"]) == ("robots_denied", "switched_off")
    assert "enabled = true" in off["message"]
    assert (denied["outcome"], denied["reason"]) == ("robots_denied", "token_missing")
    assert all(path.startswith(("/@mill", "/channel/UC", "/watch")) for path in networks.paths())


def test_what_is_known_is_asked_for_cheaply_and_what_was_opened_is_read(
    crawl: Crawls, networks: OpenNetworks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks.ends_early = True
    opened = {"access": {"telegram": None, "reddit": None}}
    first = crawl(YOUTUBE, TELEGRAM, REDDIT, **opened)
    assert {visit["outcome"] for visit in first.visits.values()} == {"complete"}, first.visits
    assert networks.paths("/s/mill") == ["/s/mill", "/s/mill?before=4", "/s/mill?before=2"]
    assert [each["follower_count"] for each in crawl.landed("profile", Platform.TELEGRAM)] == [1_234]
    views = crawl.landed("metrics", Platform.TELEGRAM)[0]
    assert (views["view_count"], views["rounded"]) == (1_200, {"view_count": 2})
    assert views["missing"]["share_count"] == "not_public"
    # the first token ended while it was in use
    assert [each.method for each in networks.asked].count("POST") == 2
    assert [path.partition("?")[0] for path in networks.paths("/r/mill/new")] == ["/r/mill/new"] * 3
    counts = {each["native_id"]: each for each in crawl.landed("metrics", Platform.REDDIT)}
    assert counts["t3_1"]["missing"]["like_count"] == "hidden"
    assert "like_count" not in counts["t3_1"]
    assert (counts["t3_2"]["like_count"], counts["t3_2"]["comment_count"]) == (9, 2)
    nowhere_on_disk(tmp_path, SECRET, *networks.tokens)

    crawl(YOUTUBE, TELEGRAM, REDDIT, facts=[crawl.facts(each) for each in (YOUTUBE, TELEGRAM, REDDIT)], **opened)
    assert networks.paths("watch?v=MillVideo") == []
    assert len(networks.paths("watch?v=MillShort")) <= 8, "as many at once as a host of one's own is asked"
    assert networks.paths("/s/mill") == ["/s/mill"]
    assert len(networks.paths("/r/mill/new")) == 1

    networks.has_preview = False
    monkeypatch.setenv("RIVALSCOPE_REDDIT_CLIENT_ID", "another-client-id")
    walled = crawl(TELEGRAM, REDDIT, **opened)
    gone, refused = visit_of(walled, TELEGRAM), visit_of(walled, REDDIT)
    assert (gone["outcome"], gone["reason"]) == ("login_wall", "no_public_preview")
    assert len(crawl.landed("profile", Platform.TELEGRAM)) == 3, "what a wall still says is kept"
    assert (refused["outcome"], refused["reason"]) == ("error", "token_expired")
    assert "client id and secret" in refused["message"]
    assert sorted(networks.paths()) == ["/api/v1/access_token", "/mill"]


def test_whoever_holds_a_key_reads_all_uploads_in_few_units(
    crawl: Crawls, networks: OpenNetworks, tmp_path: Path
) -> None:
    access = {"youtube": None}
    visit = visit_of(crawl(YOUTUBE, access=access, budgets={"youtube": Budget(per_day=10_000)}), YOUTUBE)
    assert (visit["outcome"], visit["post_count"]) == ("complete", 6), visit["message"]
    asked = [path.partition("?")[0].rpartition("/")[2] for path in networks.paths()]
    assert asked == ["channels", "playlistItems", "playlistItems", "videos"]
    assert usage(tmp_path / "usage" / "youtube.jsonl", "", networks.now).this_day == 4
    posts = crawl.landed("post", Platform.YOUTUBE)
    assert len(posts) == len({each["native_id"] for each in posts}) == 6, "the index is not landed beside the videos"
    assert {each["format"] for each in posts} == {"video"}
    nowhere_on_disk(tmp_path, KEY)

    later = visit_of(crawl(YOUTUBE, access=access, budgets={"youtube": Budget(per_day=5)}), YOUTUBE)
    assert (later["outcome"], later["reason"]) == ("partial", "budget_spent")
    assert "day's quota" in later["message"]
    assert len(networks.paths()) == 1, "one unit was left of the day"


def nowhere_on_disk(folder: Path, *secrets: str) -> None:
    for path in (each for each in folder.rglob("*") if each.is_file()):
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        assert [secret for secret in secrets if secret.encode() in text] == [], path
