"""PeerTube, Lemmy and Misskey: whole crawls against a loopback server, and what an archive of one gives again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve, frozen

from crawler.config import parse_config
from crawler.importing import import_paths
from crawler.items import Platform
from crawler.plan import ListedAccount
from crawler.run import CrawlSummary
from tests.crawler.engine.crawls import Crawls, visit_of
from tests.crawler.engine.federated_server import COUNT, WORDS, Federation, PieFed

HANDLES = {Platform.PEERTUBE: "c/loaves", Platform.LEMMY: "c/bread", Platform.MISSKEY: "baker"}


@frozen
class Crawled:
    """A server, its three accounts, and what a first crawl of them brought."""

    federation: Federation
    accounts: dict[Platform, ListedAccount]
    crawl: Crawls
    first: CrawlSummary
    archive: Path


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    federation = Federation(counts_comments=False)
    with federation.served():
        urls = {each: f"{federation.base}/{'@' if each == Platform.MISSKEY else ''}{HANDLES[each]}" for each in HANDLES}
        accounts = {
            each: ListedAccount(
                account_key=url, platform=each, host=federation.host, handle=HANDLES[each], url=url, company="Mill"
            )
            for each, url in urls.items()
        }
        folder = tmp_path_factory.mktemp("federation")
        crawl = Crawls(folder, federation)
        first = crawl(*accounts.values())
        (archive,) = (folder / "archive").glob("*.warc.gz")
        yield Crawled(federation, accounts, crawl, first, archive)


def test_an_archive_of_answers_is_read_like_a_crawl_also_of_those_to_questions_by_post(
    crawled: Crawled, tmp_path: Path
) -> None:
    entries = "".join(
        f'[[accounts]]\ncompany = "Mill"\nplatform = "{platform}"\nurl = "{account.url}"\n'
        for platform, account in crawled.accounts.items()
    )
    listed = parse_config(f'[network]\nown_hosts = ["{crawled.federation.host}"]\n{entries}')
    landing, recording = tmp_path / "landing", tmp_path / "browser.har"
    recording.write_text(_recording(crawled.federation), encoding="utf-8")
    files = [crawled.archive, recording]
    report = import_paths(files, landing, accounts=listed.accounts, config=listed, now=datetime.now(UTC))
    assert not report.problems
    assert WORDS.encode() not in gzip.decompress(crawled.archive.read_bytes()), "comments are counted, never kept"
    _, recorded = report.files
    assert (recorded.post_count, sum(recorded.unlisted.values())) == (1, 1), "of a timeline only who is on the list"
    lines = [json.loads(line) for path in landing.glob("*/*.jsonl") for line in path.read_bytes().splitlines()]
    for platform, account in crawled.accounts.items():
        posts = [each for each in lines if each["record"] == "post" and each["platform"] == platform]
        by_id = {each["native_id"]: each for each in posts}
        landed = {each["native_id"]: each for each in crawled.crawl.landed("post", platform)}
        assert set(landed) <= set(by_id)
        assert {each["account_key"] for each in posts} == {account.account_key}
        for name, each in landed.items():
            assert (by_id[name].get("text"), by_id[name]["url"]) == (each.get("text"), each["url"])


def _recording(federation: Federation) -> str:
    """What a browser asks for by POST when somebody reads a timeline."""
    strangers = {"id": "9other", "username": "stranger", "host": None}
    notes = [federation.note(0), federation.note(1, strangers)]
    entry = {
        "startedDateTime": federation.now.isoformat(),
        "request": {"method": "POST", "url": f"{federation.base}/api/notes/timeline", "postData": {"text": "{}"}},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"mimeType": "application/json", "text": json.dumps(notes)},
        },
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}})


def test_a_first_crawl_reads_all_pages_and_the_next_asks_for_little(crawled: Crawled) -> None:
    federation, accounts, crawl = crawled.federation, crawled.accounts, crawled.crawl
    _is_complete(crawled.first, accounts)
    for platform in accounts:
        assert len(crawl.landed("post", platform)) >= COUNT
        assert len(crawl.landed("profile", platform)) == 1
    assert len(federation.paths("video-channels/loaves/videos?")) == 3
    assert len(federation.paths("post/list")) == 3
    asked = [each for each in federation.questions if "userId" in each and "limit" in each]
    assert [each.get("untilId") for each in asked] == [None, "n2", "n5", "n7"]
    # of what is older than the horizon only the list was read
    *videos, older = sorted(crawl.landed("metrics", Platform.PEERTUBE), key=lambda each: str(each["native_id"]))
    assert {each["comment_count"] for each in videos} == {4}, "without the deleted one"
    assert older["missing"]["comment_count"] == "not_observed"
    assert len(videos) == COUNT
    assert len([path for path in federation.paths("comment-threads?") if path.endswith("count=1")]) == COUNT
    assert [each.get("hashtags") for each in crawl.landed("post", Platform.PEERTUBE)].count(["bread"]) == COUNT
    assert {each["like_count"] for each in crawl.landed("metrics", Platform.LEMMY)} == {6}
    assert crawl.landed("metrics", Platform.MISSKEY)[0]["reactions"] == {"❤": 3, ":loaf@.:": 1}

    for platform in accounts:
        replies = crawl.landed("replies", platform)
        assert len(replies) == 5, "the newest five"
        counted = {(each["comment_count"], each["answered_count"], each["median_seconds"]) for each in replies}
        assert counted == {(1, 1, 1800.0)}, platform
        assert {each["is_complete"] for each in replies} == {True}
    landing = b"".join(path.read_bytes() for path in (crawl.folder / "landing").rglob("*.jsonl*"))
    assert WORDS.encode() not in landing
    assert b"reader" not in landing

    federation.gone = {1}
    federation.questions.clear()
    landed = {each: len(crawl.landed("post", each)) for each in accounts}
    _is_complete(crawl(*accounts.values(), facts=[crawl.facts(each) for each in accounts.values()]), accounts)
    # profile, first page, and the one that vanished
    places = [path.partition("?")[0] for path in federation.paths("/api/v3/") + federation.paths("/api/v4/")]
    assert places == ["/api/v3/community", "/api/v3/post", "/api/v4/community", "/api/v4/post/list"]
    assert len(federation.questions) == 3
    assert federation.questions[-1] == {"noteId": "n1"}
    assert len(federation.paths("video-channels")) == 2
    for platform in accounts:
        (absence,) = crawl.landed("absence", platform)
        assert absence["kind"] == "gone"
        assert len(crawl.landed("post", platform)) - landed[platform] <= 3, "no more than the first page, once more"


def test_a_piefed_server_is_asked_in_its_own_words_at_once_from_the_second_visit_on(tmp_path: Path) -> None:
    server = PieFed()
    with server.served():
        url = f"{server.base}/c/bread"
        account = ListedAccount(
            account_key=url, platform=Platform.LEMMY, host=server.host, handle="c/bread", url=url, company="Mill"
        )
        crawl = Crawls(tmp_path, server)
        _is_complete(crawl(account), {Platform.LEMMY: account})
        assert [path.partition("?")[0] for path in server.paths("/community?")] == [
            f"/api/{version}/community" for version in ("v3", "v4", "alpha")
        ]
        posts = crawl.landed("post", Platform.LEMMY)
        assert {each["title"] for each in posts} >= {f"Loaf {number}" for number in range(COUNT)}
        (profile,) = crawl.landed("profile", Platform.LEMMY)
        assert (profile["software"], profile["follower_count"]) == ("piefed", 40)
        replies = crawl.landed("replies", Platform.LEMMY)
        assert {(each["comment_count"], each["answered_count"]) for each in replies} == {(1, 1)}

        server.gone = {1}
        known = evolve(crawl.facts(account), software=profile["software"])
        _is_complete(crawl(account, facts=[known]), {Platform.LEMMY: account})
        assert not server.paths("/api/v")
        assert [each["native_id"] for each in crawl.landed("absence", Platform.LEMMY)] == ["101"]


def _is_complete(summary: CrawlSummary, accounts: dict[Platform, ListedAccount]) -> None:
    for account in accounts.values():
        visit = visit_of(summary, account)
        assert visit["outcome"] == "complete", visit["message"]
