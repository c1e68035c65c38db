"""Own links are asked for as politely as pages, and whatever a server does is landed as what a person can use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.link_checks import LinkPlan, WantedLink, check_links
from tests.hostile.conftest import Exchange, Site, answer, hang, raw, redirect, reset
from tests.hostile.test_fence_crawl import Authority

Records = dict[str, dict[str, Any]]


def only_get(exchange: Exchange) -> bool | None:
    """A server that knows no HEAD."""
    return answer("fine")(exchange) if exchange.method == "GET" else answer(b"", 405)(exchange)


@pytest.fixture(scope="module")
def opened(sites: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Site], Path]:
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    elsewhere = sites()
    return {
        "elsewhere": elsewhere,
        "plain": sites(
            {
                "/missing": answer(b"", 404),
                "/gone": answer(b"", 410),
                "/only-get": only_get,
                "/login": answer(b"", 401),
                "/broken": answer(b"", 500),
                "/one": redirect("/end", 301),
                "/three": redirect("/two"),
                "/two": redirect("/one"),
                "/loop": redirect("/loop"),
                "/to-missing": redirect("/missing"),
                "/large": answer(b"x" * 3_000_000),
            }
        ),
        "closed": sites({"/robots.txt": answer("User-agent: *\nDisallow: /")}),
        "hangs": sites({"/": hang}),
        "resets": sites({"/": reset}),
        "rubbish": sites({"/": raw(b"\x00\xff nonsense\r\n\r\n")}),
        "expired": sites(tls=authority.context("127.0.0.1", days=-1)),
        "wrong-name": sites(tls=authority.context("shop.example")),
        "secure": sites(tls=authority.context("127.0.0.1")),
    }, authority.path


@pytest.fixture(scope="module")
def landed(opened: tuple[dict[str, Site], Path], tmp_path_factory: pytest.TempPathFactory) -> Records:
    there, authority = opened
    folder = tmp_path_factory.mktemp("links")
    urls = [there["plain"].url(path) for path in ("/", *there["plain"].paths)]
    urls += [there[name].url("/") for name in ("closed", "hangs", "resets", "rubbish")]
    urls += [there[name].url("/", "https") for name in ("expired", "wrong-name", "secure")]
    urls += [there["expired"].url(f"/{number}", "https") for number in range(40)]  # until it is asked nothing more
    urls += ["http://192.168.1.1/router", "http://nowhere.invalid/", "ftp://files.example/a", "http://[broken"]
    plan = LinkPlan(
        crawl_id="links-20261122T060000Z-aaaaaa",
        now="2026-11-22T06:00:00+00:00",
        landing=str(folder / "landing"),
        contact="https://example.org/who-asks",
        own_hosts=tuple(site.host for name, site in there.items() if name != "elsewhere"),
        answer_seconds=2.0,
        links=tuple(
            WantedLink(account_key="https://a.example/", platform="web", host="a.example", url=url) for url in urls
        ),
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(authority))
        check_links(plan, folder / "log")
    records = [
        json.loads(line) for file in (folder / "landing").glob("*/*.jsonl") for line in file.read_text().splitlines()
    ]
    assert sorted(record["url"] for record in records) == sorted(urls), (folder / "log" / "plan.log").read_text()
    return {record["url"]: record for record in records}


@pytest.mark.parametrize(
    ("name", "path", "outcome", "status"),
    [
        ("plain", "/", "complete", 200),
        ("plain", "/missing", "not_found", 404),
        ("plain", "/gone", "gone", 410),
        ("plain", "/only-get", "complete", 200),
        ("plain", "/login", "login_wall", 401),
        ("plain", "/one", "complete", 200),
        ("plain", "/to-missing", "not_found", 404),
        ("plain", "/large", "complete", 200),
        ("closed", "/", "robots_denied", None),
        ("hangs", "/", "error", None),
        ("resets", "/", "error", None),
        ("rubbish", "/", "error", None),
    ],
)
def test_what_a_link_gives_is_landed(
    landed: Records, opened: tuple[dict[str, Site], Path], name: str, path: str, outcome: str, status: int | None
) -> None:
    record = landed[opened[0][name].url(path)]
    assert (record["record"], record["outcome"], record.get("status")) == ("link", outcome, status)
    assert outcome == "complete" or record["message"]


def test_a_chain_of_redirects_is_known_address_by_address(
    landed: Records, opened: tuple[dict[str, Site], Path]
) -> None:
    site = opened[0]["plain"]
    record = landed[site.url("/three")]
    assert record["hops"] == [site.url(path) for path in ("/three", "/two", "/one")]
    assert (record["final_url"], record["status"]) == (site.url("/end"), 200)
    assert "redirects more than 5 times" in landed[site.url("/loop")]["message"]


def test_an_expired_certificate_is_told_from_another_that_does_not_fit(
    landed: Records, opened: tuple[dict[str, Site], Path]
) -> None:
    expired, wrong, good = (landed[opened[0][name].url("/", "https")] for name in ("expired", "wrong-name", "secure"))
    assert (expired["reason"], wrong["reason"], good["outcome"]) == ("tls_error", "tls_error", "complete")
    assert "has expired on 20" in expired["message"]
    others = [landed[opened[0]["expired"].url(f"/{number}", "https")]["message"] for number in range(6)]
    assert others == [expired["message"]] * 6
    assert "could not be verified" in wrong["message"]


def test_what_the_fence_keeps_out_is_not_asked_but_said(landed: Records, opened: tuple[dict[str, Site], Path]) -> None:
    assert landed["http://192.168.1.1/router"]["reason"] == "private_address"
    assert landed["http://nowhere.invalid/"]["reason"] == "dns_error"
    assert landed["ftp://files.example/a"]["reason"] == "forbidden_scheme"
    assert landed["http://[broken"]["outcome"] == "error"
    assert opened[0]["closed"].asked("/") == []


def test_a_link_is_asked_for_by_its_head_and_read_no_further_than_needed(
    landed: Records, opened: tuple[dict[str, Site], Path]
) -> None:
    site = opened[0]["plain"]
    assert [each.method for each in site.asked("/large")] == ["HEAD"]
    assert [each.method for each in site.asked("/only-get")] == ["HEAD", "GET"]
    assert len(site.asked("/robots.txt")) == 1
