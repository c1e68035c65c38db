"""Extraction in workers: what a hostile page costs is that page alone."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest

from crawler.archive import response_record
from crawler.extraction import Extraction, PageReading, PageTask, read_page
from crawler.items import Outcome, Platform, Reason
from crawler.pages.base import AccountRef

MOMENT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
BOMB = b"<html><body>" + b"<p>a" * 2_400_000


def task(name: str, body: bytes, **more: Any) -> PageTask:
    host = "village.example"
    ref = AccountRef(platform=Platform.WEB, host=host, handle=host, url=f"https://{host}/")
    values = {"status": 200, "headers": HTML, "fetched_at": MOMENT, "account": ref, "crawl_id": "c", **more}
    return PageTask(url=f"https://{host}/posts/{name}", body=body, **values)


def article(name: str) -> PageTask:
    data = {"@type": "BlogPosting", "headline": name, "datePublished": "2026-11-20T10:00:00Z"}
    text = f'<html><head><script type="application/ld+json">{json.dumps(data)}</script></head><body>x</body></html>'
    return task(name, text.encode())


def read_all(extraction: Extraction, tasks: list[PageTask]) -> list[PageReading]:
    async def together() -> list[PageReading]:
        return await asyncio.gather(*(extraction.read(each) for each in tasks))

    return asyncio.run(together())


@pytest.fixture
def extraction() -> Iterator[Extraction]:
    pool = Extraction(workers=2, timeout_seconds=8, memory_mb=200)
    yield pool
    pool.close()


def test_a_worker_reads_what_this_process_would(extraction: Extraction) -> None:
    (found,) = read_all(extraction, [article("rye-bread-of-2026")])
    here = read_page(article("rye-bread-of-2026"))
    assert found.posts == here.posts
    assert found.sha256 == here.sha256
    assert next(json.loads(line)["record"] for line in found.posts[0].lines.splitlines()) == "post"
    assert found.problem is None


def test_a_page_that_needs_too_much_memory_is_given_up_alone(extraction: Extraction) -> None:
    tasks = [article("bread-a"), task("bomb", BOMB), *(article(f"bread-{number}") for number in range(20))]
    found = read_all(extraction, tasks)
    problem = found[1].problem
    assert problem is not None
    assert problem.outcome == Outcome.SUSPECT
    assert problem.reason in {Reason.EXTRACTION_CRASHED, Reason.QUARANTINED}
    assert "archive" in problem.message
    # kept, so that a mended extractor can read it without asking again
    assert len(found[1].record) > 1_000
    assert all(each.problem is None and each.posts for number, each in enumerate(found) if number != 1)


def read_or_hang(asked: PageTask) -> PageReading:
    while asked.url.endswith("/slow"):
        pass
    return read_page(asked)


def test_a_page_that_hangs_is_given_up() -> None:
    extraction = Extraction(workers=2, timeout_seconds=3.0, reader=read_or_hang)
    try:
        read_all(extraction, [article("warm"), article("up")])
        found = read_all(extraction, [article("slow"), *(article(f"bread-{number}") for number in range(10))])
    finally:
        extraction.close()
    problem = found[0].problem
    assert problem is not None
    assert (problem.outcome, problem.reason) == (Outcome.SUSPECT, Reason.QUARANTINED)
    assert all(each.problem is None for each in found[1:])


def test_workers_killed_from_outside_are_replaced(extraction: Extraction) -> None:
    read_all(extraction, [article("warm"), article("up")])
    for worker in multiprocessing.active_children():
        psutil.Process(worker.pid).kill()
    # pebble may give up the pool over this: then one page is lost with it, and the next ones are read by new workers
    read_all(extraction, [article("lost")])
    (found,) = read_all(extraction, [article("next")])
    assert found.problem is None


def test_closing_ends_the_workers() -> None:
    extraction = Extraction(workers=2)
    read_all(extraction, [article("bread-a")])
    workers = [psutil.Process(worker.pid) for worker in multiprocessing.active_children()]
    assert workers
    extraction.close()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert alive == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 5_000,
        b"[" * 100_000,
        b"<" * 100_000,
        b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"9" * 5_000,
    ],
)
def test_garbage_is_no_exception(body: bytes) -> None:
    found = read_page(task("garbage", body))
    assert found.problem is not None or not found.is_recognised or found.posts == ()
    assert found.record


def test_a_page_of_another_platform_is_not_taken_for_ours() -> None:
    ref = AccountRef(
        platform=Platform.BLUESKY, host="", handle="mill.example", url="https://bsky.app/profile/mill.example"
    )
    found = read_page(task("rye-bread-of-2026", article("rye-bread-of-2026").body, account=ref))
    assert not found.is_recognised


def test_the_archive_record_is_that_of_the_answer() -> None:
    asked = article("rye-bread-of-2026")
    kept = read_page(asked).record
    assert len(kept) == pytest.approx(
        len(response_record(asked.url, 200, asked.headers, asked.body, asked.fetched_at)), abs=8
    )
