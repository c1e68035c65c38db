"""Whole crawls: real spiders in their own process, over HTTP on loopback."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from attrs import evolve

from crawler.items import Platform
from crawler.plan import CrawlPlan, KnownPost, ListedAccount, Validator, make_plan
from crawler.reading.captured import Captured
from crawler.reading.warc import read_warc
from crawler.run import CrawlSummary, run_crawl

ROOT = Path(__file__).parents[3]
Serve = Callable[[Any], AbstractContextManager[str]]


def listed(platform: Platform, address: str, name: str = "mill") -> ListedAccount:
    key, host, handle = {
        Platform.MASTODON: (f"http://{address}/@{name}", address, name),
        Platform.BLUESKY: (f"https://bsky.app/profile/{name}.example", "", f"{name}.example"),
        Platform.WEB: (f"http://{address}/", address, address),
        Platform.INSTAGRAM: (f"https://www.instagram.com/{name}/", "", name),
    }[platform]
    return ListedAccount(account_key=key, platform=platform, host=host, handle=handle, url=key, company=name)


def write_plan(folder: Path, accounts: list[ListedAccount], address: str, **more: Any) -> Path:
    plan = make_plan(
        accounts,
        now=datetime.now(UTC),
        contact="https://rivalscope.example/who",
        **{"own_hosts": [address], "base_urls": {"bluesky": f"http://{address}"}, **more},
    )
    path = folder / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    return path


def crawl(plan: Path, on_event: Callable[[Any], None] = lambda _: None, **more: Any) -> CrawlSummary:
    settings = {"EXTRACTION_WORKERS": "1", **more.pop("settings", {})}
    return run_crawl(plan, plan.parent / "landing", plan.parent / "archive", on_event, settings=settings, **more)


def landed(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "landing").glob("*/*.jsonl*"))
    return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]


def archived(path: Path) -> list[Captured]:
    return [each for each in read_warc(path) if isinstance(each, Captured)]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def fresh(new_village: Any) -> Any:
    """A village whose posts are as old as the clock of this machine says."""
    village = new_village(now=datetime.now(UTC))
    village.add(7)
    return village


def test_a_crawl_of_everything(fresh: Any, serve: Serve, tmp_path: Path) -> None:
    dead = f"127.0.0.1:{closed_port()}"
    events: list[Any] = []
    sockets: list[set[str]] = []

    def look(event: Any) -> None:
        events.append(event)
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # it may end while it is looked at
                sockets.append({each.status for each in child.net_connections()})

    with serve(fresh) as address:
        accounts = [listed(platform, address) for platform in (Platform.MASTODON, Platform.BLUESKY, Platform.WEB)]
        accounts += [listed(Platform.MASTODON, dead), listed(Platform.INSTAGRAM, "")]
        base_urls = {"bluesky": f"http://{address}", "instagram.site": f"http://{dead}"}
        plan = write_plan(tmp_path, accounts, address, own_hosts=[address, dead], base_urls=base_urls)
        summary = crawl(plan, look)

    outcomes = {key: visit["outcome"] for key, visit in summary.visits.items()}
    assert outcomes == {
        accounts[0].account_key: "complete",
        accounts[1].account_key: "complete",
        accounts[2].account_key: "complete",
        accounts[3].account_key: "robots_denied",
        accounts[4].account_key: "robots_denied",
    }
    assert summary.visits[accounts[3].account_key]["reason"] == "robots_unreachable"
    assert all(visit["message"] for visit in summary.visits.values())
    assert (summary.exit_code, summary.failure, summary.missing_account_keys) == (0, "", ())
    assert {event["event"] for event in events} == {"page", "visit", "finished"}
    assert len(sockets) > 10
    assert psutil.CONN_LISTEN not in set().union(*sockets), "a crawl listens to nobody"

    records = landed(tmp_path)
    visits = [record for record in records if record["record"] == "visit"]
    assert sorted(visit["account_key"] for visit in visits) == sorted(entry.account_key for entry in accounts)
    posts = [record for record in records if record["record"] == "post"]
    assert len(posts) == len({(post["platform"], post["native_id"]) for post in posts})
    assert [sum(post["platform"] == each for post in posts) for each in ("mastodon", "bluesky", "web")] == [7, 7, 5]
    start, end = (record for record in records if record["record"] == "crawl")
    assert "finished_at" not in start
    assert end["outcome_counts"] == {"complete": 3, "robots_denied": 2}
    assert end["request_count"] == summary.request_count
    assert {"host", "profile", "metrics"} <= {record["record"] for record in records}
    assert not list((tmp_path / "landing").glob("*/*.part"))

    archive = next((tmp_path / "archive").iterdir())
    answered = [record for record in records if record["record"] == "page" and record["status"] == 200]
    threads = [page for page in answered if page["url"].endswith("/context") or "getPostThread" in page["url"]]
    assert len(threads) == 2 * 5
    assert not [page for page in threads if "warc_file" in page], "other people's words are not kept"
    for page in (page for page in answered if page not in threads):
        assert page["warc_file"] == archive.name
        (tmp_path / "tail.warc.gz").write_bytes(archive.read_bytes()[page["warc_offset"] :])
        (kept, *_) = archived(tmp_path / "tail.warc.gz")
        assert kept.url == page["url"]
        assert kept.fetched_at == datetime.fromisoformat(page["fetched_at"])
    # all records of a page stand together, after the page's own
    at = [record["observed_at"] for record in records if record.get("account_key") and record["record"] != "visit"]
    assert len(set(at)) == sum(1 for one, other in zip(["", *at], at, strict=False) if one != other)


def test_accounts_of_one_host_take_turns_until_its_budget_is_spent(fresh: Any, serve: Serve, tmp_path: Path) -> None:
    fresh.page_size = 2
    with serve(fresh) as address:
        accounts = [listed(Platform.MASTODON, address, name) for name in ("mill", "bakery")]
        summary = crawl(write_plan(tmp_path, accounts, address, page_budget=6))
    assert [(visit["page_count"], visit["is_cut"]) for visit in summary.visits.values()] == [(3, True), (3, True)]
    assert summary.outcome_counts == {"partial": 2}


def test_a_landing_folder_that_cannot_be_written_is_one_sentence(fresh: Any, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "landing").write_text("a file stands in the way")
    with serve(fresh) as address:
        summary = crawl(write_plan(tmp_path, [listed(Platform.MASTODON, address)], address))
    assert str(tmp_path / "landing") in summary.failure
    assert "\n" not in summary.failure
    assert fresh.paths("/api/") == []


def test_an_archive_that_cannot_be_written_stops_the_crawl_and_keeps_what_was_read(
    fresh: Any, serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "archive").write_text("a file stands in the way")
    with serve(fresh) as address:
        summary = crawl(write_plan(tmp_path, [listed(Platform.MASTODON, address)], address))
    assert str(tmp_path / "archive") in summary.failure
    (visit,) = summary.visits.values()
    assert visit["reason"] == "interrupted"
    assert [record for record in landed(tmp_path) if record["record"] == "page"]


def test_the_second_crawl_of_an_unchanged_site_says_so(fresh: Any, serve: Serve, tmp_path: Path) -> None:
    with serve(fresh) as address:
        path = write_plan(tmp_path, [listed(Platform.WEB, address)], address)
        crawl(path)
        records = landed(tmp_path)
        plan = CrawlPlan.from_json(path.read_text())
        account = evolve(
            plan.accounts[0],
            last_complete_at=datetime.now(UTC),
            validators=tuple(
                Validator(url=record["url"], etag=record.get("etag"))
                for record in records
                if record["record"] == "page"
            ),
            known_posts=tuple(
                KnownPost(
                    native_id=record["native_id"],
                    url=record["url"],
                    published_at=datetime.fromisoformat(record["published_at"]),
                    observed_at=datetime.now(UTC),
                )
                for record in records
                if record["record"] == "post"
            ),
        )
        path.write_text(evolve(plan, crawl_id="20261122T060000Z-000002", accounts=(account,)).to_json())
        fresh.asked.clear()
        summary = crawl(path)
    assert summary.outcome_counts == {"unchanged": 1}
    assert fresh.paths("/posts/") == []


class Gate:
    """Holds back one answer until the test has looked."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()


@pytest.fixture
def gated(fresh: Any, answer: Any) -> tuple[Any, Gate]:
    gate = Gate()

    def hold() -> Any:
        gate.reached.set()
        gate.opened.wait(20)
        return answer(503, {"Content-Type": "text/plain"}, b"later")

    fresh.overrides["/api/v1/accounts/77/statuses?limit=40&max_id"] = hold
    return fresh, gate


def start(plan: Path) -> subprocess.Popen[bytes]:
    folder = plan.parent
    command = [sys.executable, "-m", "crawler.run", str(plan)]
    command += [
        "--landing",
        str(folder / "landing"),
        "--archive",
        str(folder / "archive"),
        "--log",
        str(folder / "log"),
    ]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.mark.parametrize("how", ["SIGTERM", "the starter is gone"])
def test_a_stopped_crawl_ends_each_visit(gated: tuple[Any, Gate], serve: Serve, tmp_path: Path, how: str) -> None:
    village, gate = gated
    with serve(village) as address:
        plan = write_plan(tmp_path, [listed(Platform.MASTODON, address)], address)
        with start(plan) as process:
            assert gate.reached.wait(30)
            if how == "the starter is gone":
                assert process.stdin is not None
                process.stdin.close()
            else:
                process.send_signal(signal.SIGTERM)
            out = process.stdout.read() if process.stdout else b""
            assert process.wait(timeout=15) == 0
        gate.opened.set()
    events = [json.loads(line) for line in out.splitlines()]
    assert events[-1]["is_interrupted"]
    records = landed(tmp_path)
    (visit,) = [record for record in records if record["record"] == "visit"]
    assert (visit["outcome"], visit["reason"], visit["post_count"]) == ("partial", "interrupted", 5)
    assert [record for record in records if record["record"] == "crawl"][-1]["finished_at"]


def test_kill_9_loses_the_page_in_flight_only_and_leaves_no_worker(
    gated: tuple[Any, Gate], serve: Serve, tmp_path: Path
) -> None:
    village, gate = gated
    with serve(village) as address:
        plan = write_plan(tmp_path, [listed(Platform.MASTODON, address)], address)
        with start(plan) as process:
            assert gate.reached.wait(30)
            workers = psutil.Process(process.pid).children(recursive=True)
            process.kill()
        gate.opened.set()
        _, alive = psutil.wait_procs(workers, timeout=10)
    assert workers
    assert alive == []
    records = landed(tmp_path)
    assert len([record for record in records if record["record"] == "post"]) == 5
    assert len(archived(next((tmp_path / "archive").iterdir()))) == 3


def test_whoever_started_it_learns_of_a_crash(gated: tuple[Any, Gate], serve: Serve, tmp_path: Path) -> None:
    village, gate = gated

    def kill(event: Any) -> None:
        if event["event"] == "page" and "statuses" in event["url"]:
            gate.reached.wait(30)
            (child,) = (each for each in psutil.Process().children() if "crawler.run" in each.cmdline())
            child.kill()

    with serve(village) as address:
        entry = listed(Platform.MASTODON, address)
        summary = crawl(write_plan(tmp_path, [entry], address), kill)
        gate.opened.set()
    assert summary.exit_code == -signal.SIGKILL
    assert summary.missing_account_keys == (entry.account_key,)
    assert "kept" in summary.failure
    assert "Traceback" not in summary.failure


def test_a_page_that_takes_a_worker_down_does_not_take_the_crawl(
    fresh: Any, serve: Serve, tmp_path: Path, answer: Any
) -> None:
    bomb = b"<html><body>" + b"<p>a" * 2_000_000
    name = fresh.pieces[2].name
    fresh.overrides[f"/posts/{name}"] = lambda: answer(200, {"Content-Type": "text/html"}, bomb)
    with serve(fresh) as address:
        plan = write_plan(tmp_path, [listed(Platform.WEB, address), listed(Platform.MASTODON, address)], address)
        summary = crawl(plan, settings={"EXTRACTION_MEMORY_MB": "150"})
    web, mastodon = (summary.visits[f"http://{address}{path}"] for path in ("/", "/@mill"))
    assert mastodon["outcome"] == "complete"
    assert web["outcome"] == "partial"
    assert web["reason"] in {"extraction_crashed", "quarantined"}
    posts = [record for record in landed(tmp_path) if record["record"] == "post" and record["platform"] == "web"]
    # the feed's entry stands in for the page that could not be read
    assert len(posts) == 5
    assert any(bomb == kept.body for kept in archived(next((tmp_path / "archive").iterdir())))


def test_scrapy_lists_and_crawls_one_account(fresh: Any, serve: Serve, tmp_path: Path) -> None:
    scrapy = [sys.executable, "-m", "scrapy"]
    names = subprocess.run([*scrapy, "list"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {"bluesky", "mastodon", "web", "instagram", "x", "tiktok"} <= set(names) <= set(Platform)
    with serve(fresh) as address:
        command = [*scrapy, "crawl", "bluesky", "-a", "account=https://bsky.app/profile/mill.example"]
        command += ["-s", f"OWN_HOSTS={address}", "-s", f'BASE_URLS={{"bluesky": "http://{address}"}}']
        command += ["-s", f"LANDING_DIR={tmp_path / 'landing'}", "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}"]
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (visit,) = [record for record in landed(tmp_path) if record["record"] == "visit"]
    assert (visit["outcome"], visit["post_count"]) == ("complete", 7)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-a", "plan=/nowhere.json"], "/nowhere.json cannot be read"),
        (["-a", "account=hello"], "hello"),
    ],
)
def test_a_wrong_argument_is_one_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    command = [sys.executable, "-m", "scrapy", "crawl", "bluesky", *arguments, "-s", f"LANDING_DIR={tmp_path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
