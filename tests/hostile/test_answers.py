"""One crawl of answers that nobody should send, beside good ones: each gets its reason, the good ones all come."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from attrs import frozen

from crawler.reading.decoding import zstd
from tests.hostile.conftest import Behaviour, CrawlResult, Exchange, Site, answer, drip, hang, raw, redirect, reset

LIMIT = 1024 * 1024  # a tenth of what a crawl allows, so that the test is quick on a busy machine
GOOD_PAGES = 300
PAGE = b"<p>What we all came for.</p>" * 40


def zeros(count: int) -> bytes:
    return bytes(count)


def coded(body: bytes, encoding: str) -> Behaviour:
    return answer(body, headers={"Content-Encoding": encoding})


def without_length(body: bytes, times: int) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(times):
            exchange.send(body)

    return behave


def chunked_without_end(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while exchange.wait(0):
        exchange.send(b"10000\r\n" + zeros(65_536) + b"\r\n")


def headers_without_end(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    while exchange.wait(0):
        exchange.send(b"".join(b"X-%d: filling\r\n" % number for number in range(1_000)))


def interim_without_end(exchange: Exchange) -> None:
    while exchange.wait(0):
        exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)


GZIP_BOMB = gzip.compress(zeros(10 * LIMIT), 9)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

HOSTILE: dict[str, tuple[Behaviour, str]] = {
    "gzip-bomb": (coded(GZIP_BOMB, "gzip"), "too_large"),
    "gzip-paragraphs": (coded(gzip.compress(b"<p>a" * 2 * LIMIT), "gzip"), "too_large"),
    "deflate-bomb": (coded(zlib.compress(zeros(10 * LIMIT)), "deflate"), "too_large"),
    "brotli-bomb": (coded(brotli.compress(zeros(10 * LIMIT), quality=3), "br"), "too_large"),
    "zstd-bomb": (coded(zstd.compress(zeros(10 * LIMIT)), "zstd"), "too_large"),
    "double-gzip-bomb": (coded(gzip.compress(GZIP_BOMB), "gzip, gzip"), "too_large"),
    "four-codings": (coded(b"x", "gzip, gzip, br, gzip"), "too_large"),
    "long-length": (raw(HEAD + b"Content-Length: 99999999999\r\n\r\nstart"), "too_large"),
    "long-body": (answer(zeros(LIMIT + 1)), "too_large"),
    "long-body-without-length": (without_length(zeros(100_000), 11), "too_large"),
    "endless-chunks": (chunked_without_end, "too_large"),
    "endless-headers": (headers_without_end, "too_large"),
    "long-header": (drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 10_000, pause=0), "connection_error"),
    "endless-interim": (interim_without_end, "too_large"),
    "hang": (hang, "timeout"),
    "hang-after-head": (drip(HEAD + b"Content-Length: 100\r\n\r\n", b"", pause=60), "timeout"),
    "slow-head": (drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "timeout"),
    "slow-body": (drip(HEAD + b"Content-Length: 1000000\r\n\r\n", b"x"), "timeout"),
    "slow-chunks": (drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), "timeout"),
    "reset": (reset, "connection_error"),
    "no-answer": (raw(b""), "connection_error"),
    "garbage": (raw(b"\x16\x03\x01 this is no HTTP\r\n\r\n"), "connection_error"),
    "half-head": (raw(b"HTTP/1.1 200 OK\r\nContent-"), "connection_error"),
    "short-body": (raw(HEAD + b"Content-Length: 1000\r\n\r\nhalf"), "connection_error"),
    "two-lengths": (raw(HEAD + b"Content-Length: 4\r\nContent-Length: 8\r\n\r\nhalf"), "connection_error"),
    "odd-length": (raw(HEAD + b"Content-Length: many\r\n\r\nhalf"), "connection_error"),
    "broken-chunk": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhalf"), "connection_error"),
    "cut-chunks": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"), "connection_error"),
    "no-gzip": (coded(b"\x1f\x8bthis is no gzip at all", "gzip"), "connection_error"),
    "cut-gzip": (coded(gzip.compress(PAGE)[:-12], "gzip"), "connection_error"),
    "cut-brotli": (coded(brotli.compress(PAGE)[:-5], "br"), "connection_error"),
    "cut-zstd": (coded(zstd.compress(PAGE)[:-5], "zstd"), "connection_error"),
    "endless-redirect": (redirect("/hostile/endless-redirect"), "http_error"),
    "redirect-to-file": (redirect("file:///etc/passwd"), "forbidden_scheme"),
}

CODED: dict[str, Behaviour] = {
    "plain": answer(PAGE),
    "gzip": coded(gzip.compress(PAGE), "gzip"),
    "x-gzip": coded(gzip.compress(PAGE), "X-GZip"),
    "deflate": coded(zlib.compress(PAGE), "deflate"),
    "br": coded(brotli.compress(PAGE), "br"),
    "zstd": coded(zstd.compress(PAGE), "zstd"),
    "gzip-twice": coded(gzip.compress(gzip.compress(PAGE)), "gzip, gzip"),
    "identity": coded(PAGE, "identity"),
    "a-charset": coded(PAGE, "UTF-8"),
    "no-length": without_length(PAGE, 1),
    "chunked": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n"),
    "after-interim": raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + HEAD + b"\r\n" + PAGE),
}


@frozen
class Visited:
    """The crawl and its one site."""

    crawl: CrawlResult
    site: Site


@pytest.fixture(scope="module")
def visited(sites: Callable[..., Site], crawl: Callable[..., CrawlResult]) -> Visited:
    paths = {f"/hostile/{name}": behaviour for name, (behaviour, _) in HOSTILE.items()}
    paths |= {f"/coded/{name}": behaviour for name, behaviour in CODED.items()}
    paths |= {"/empty": answer(b""), "/no-content": raw(b"HTTP/1.1 204 No Content\r\n\r\n")}
    site = sites(paths | {"/full": answer(zeros(LIMIT))}, default=answer(PAGE))
    # The bad ones first: none may keep the good ones from coming.
    asked = [*paths, *(f"/good/{number}" for number in range(GOOD_PAGES)), "/full"]
    requests = {path: site.url(path) for path in asked}
    settings = {"OWN_HOSTS": [site.host], "DOWNLOAD_TIMEOUT": 5, "DOWNLOAD_MAXSIZE": LIMIT, "RETRY_ENABLED": False}
    settings["ANSWERS_HELD_BYTES"] = 2 * LIMIT  # so that large ones have to wait for one another
    return Visited(crawl(requests, settings), site)


@pytest.mark.parametrize("name", HOSTILE)
def test_each_bad_answer_has_its_reason(visited: Visited, name: str) -> None:
    outcome, reason = visited.crawl.reason(f"/hostile/{name}")
    assert (outcome, reason) == ("error", HOSTILE[name][1]), visited.crawl.results[f"/hostile/{name}"]["cause"]
    said = visited.crawl.results[f"/hostile/{name}"]["message"]
    assert said.endswith(".")
    assert "\n" not in said


def test_all_good_pages_come(visited: Visited) -> None:
    results = [visited.crawl.results[f"/good/{number}"] for number in range(GOOD_PAGES)]
    assert [result for result in results if result.get("length") != len(PAGE)] == []


@pytest.mark.parametrize("name", CODED)
def test_codings_are_undone(visited: Visited, name: str) -> None:
    result = visited.crawl.results[f"/coded/{name}"]
    assert result["status"] == 200
    assert result["length"] == len(PAGE)
    assert result["start"] == PAGE[:100].decode()


def test_bodies_at_the_edges(visited: Visited) -> None:
    assert visited.crawl.results["/empty"]["length"] == 0
    assert visited.crawl.results["/no-content"]["status"] == 204
    assert visited.crawl.results["/full"].get("length") == LIMIT, visited.crawl.results["/full"]


def test_memory_and_time_stay_small(visited: Visited) -> None:
    assert visited.crawl.peak_megabytes < 150
    assert visited.crawl.seconds < 60


def test_one_try_is_one_request(visited: Visited) -> None:
    asked = [exchange.path for exchange in visited.site.arrivals]
    twice = {path for path in asked if asked.count(path) > 1}
    assert twice == {"/hostile/endless-redirect"}
    assert asked.count("/hostile/endless-redirect") == 6


def test_nothing_unforeseen_was_logged(visited: Visited) -> None:
    assert "Traceback" not in visited.crawl.log
    assert "Unhandled" not in visited.crawl.log
