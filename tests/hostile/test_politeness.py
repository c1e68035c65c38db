"""One crawl of many hosts, each with manners or mischief of its own; judged by what the hosts saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import frozen

from tests.hostile.conftest import CrawlResult, Exchange, Site, answer, hang, raw, redirect, reset

CONTACT = "research@acme.example"


def many(pages: int) -> list[str]:
    return [f"/page/{number}" for number in range(pages)]


def then_fine(status: int, headers: dict[str, str]) -> Callable[[Exchange], bool | None]:
    """``status`` the first time, a good answer afterwards."""
    seen: list[Exchange] = []

    def behave(exchange: Exchange) -> bool | None:
        seen.append(exchange)
        return answer("busy", status, headers)(exchange) if len(seen) == 1 else answer()(exchange)

    return behave


@frozen
class Visited:
    """The crawl and the sites by name."""

    crawl: CrawlResult
    sites: dict[str, Site]


@pytest.fixture(scope="module")
def visited(sites: Callable[..., Site], crawl: Callable[..., CrawlResult]) -> Visited:
    robots = "/robots.txt"
    rules = "User-agent: Rivalscope\nDisallow: /page/1\n"
    long_rules = rules + "# padding padding padding padding padding padding padding\n" * 20_000
    opened: dict[str, Site] = {
        "no-robots": sites(),
        "forbidden-robots": sites({robots: answer("no", 403)}),
        "rules": sites({robots: answer(rules)}),
        "rules-with-mark": sites({robots: answer(b"\xef\xbb\xbf" + rules.encode())}),
        "long-rules": sites({robots: answer(long_rules)}),
        "other-group": sites({robots: answer("User-agent: Rival\nDisallow: /\n\nUser-agent: Mozilla\nDisallow: /\n")}),
        "robots-500": sites({robots: answer("broken", 500)}),
        "robots-503": sites({robots: answer("busy", 503, {"Retry-After": "1"})}),
        "robots-429": sites({robots: answer("slow", 429)}),
        "robots-hang": sites({robots: hang}),
        "robots-reset": sites({robots: reset}),
        "robots-garbage": sites({robots: raw(b"\x00\x01\x02 no HTTP at all\r\n\r\n")}),
        "robots-utf-16": sites({robots: answer(rules.encode("utf-16"))}),
        "robots-nul": sites({robots: answer(b"\0" * 100)}),
        "robots-loop": sites({robots: redirect(robots)}),
        "robots-5-hops": sites(
            {robots: redirect("/r1")} | {f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, 5)} | {"/r5": answer(rules)}
        ),
        "robots-6-hops": sites(
            {robots: redirect("/r1")} | {f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, 6)} | {"/r6": answer(rules)}
        ),
        "robots-elsewhere": sites({robots: redirect("https://elsewhere.example/robots.txt")}),
        "redirect-to-denied": sites({robots: answer(rules), "/page/0": redirect("/page/1")}),
        "crawl-delay": sites({robots: answer("User-agent: *\nCrawl-delay: 0.4\n")}),
        "crawl-delay-61": sites({robots: answer("User-agent: *\nCrawl-delay: 61\n")}),
        "busy-then-fine": sites({"/page/0": then_fine(429, {"Retry-After": "1"})}),
        "always-busy": sites({robots: answer(""), "/page/0": answer("busy", 503, {"Retry-After": "0"})}),
        "all-busy": sites(default=answer("busy", 429, {"Retry-After": "0"})),
        "come-back-tomorrow": sites(default=answer("busy", 429, {"Retry-After": "86400"})),
        "all-broken": sites(default=answer("broken", 500)),
        "budget": sites(),
        "remembered-pause": sites(),
        "remembered-errors": sites(default=answer("broken", 500)),
    }
    pages = {"budget": 40, "all-busy": 10, "all-broken": 10, "crawl-delay": 4}
    requests = {f"{name} {path}": site.url(path) for name, site in opened.items() for path in many(pages.get(name, 3))}
    settings = {
        "CONTACT": CONTACT,
        "OWN_HOSTS": [site.host for site in opened.values()],
        "DOWNLOAD_TIMEOUT": 4,  # a busy machine is no slow host
        "PAGE_BUDGET": 25,
        "HOST_STATES": [
            {
                "host": opened["remembered-pause"].host,
                "retry_after_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
                "error_streak": 1,
            },
            {"host": opened["remembered-errors"].host, "retry_after_at": None, "error_streak": 5},
        ],
    }
    return Visited(crawl(requests, settings), opened)


@pytest.mark.parametrize("name", ["no-robots", "forbidden-robots", "other-group"])
def test_without_rules_for_us_everything_is_read(visited: Visited, name: str) -> None:
    assert [visited.crawl.results[f"{name} {path}"]["status"] for path in many(3)] == [200] * 3


@pytest.mark.parametrize("name", ["rules", "rules-with-mark", "long-rules", "robots-5-hops"])
def test_rules_for_us_are_kept(visited: Visited, name: str) -> None:
    assert visited.crawl.reason(f"{name} /page/1") == ("robots_denied", None)
    assert visited.crawl.results[f"{name} /page/0"]["status"] == 200
    assert not visited.sites[name].asked("/page/1")
    assert visited.crawl.records[visited.sites[name].host]["robots_state"] == "denied"


@pytest.mark.parametrize(
    "name",
    [
        "robots-500",
        "robots-503",
        "robots-429",
        "robots-hang",
        "robots-reset",
        "robots-garbage",
        "robots-utf-16",
        "robots-nul",
        "robots-loop",
        "robots-6-hops",
        "robots-elsewhere",
    ],
)
def test_a_robots_txt_that_cannot_be_had_closes_the_host(visited: Visited, name: str) -> None:
    for path in many(3):
        reason = "off_host" if name == "robots-elsewhere" else "robots_unreachable"
        assert visited.crawl.reason(f"{name} {path}") == ("robots_denied", reason)
        assert not visited.sites[name].asked(path)
    assert len(visited.sites[name].asked("/robots.txt")) <= 6
    assert visited.crawl.records[visited.sites[name].host]["robots_state"] == "unreachable"
    said = visited.crawl.results[f"{name} /page/0"]["message"]
    assert said.endswith(".")
    assert visited.sites[name].host in said


def test_robots_txt_is_asked_once_a_crawl(visited: Visited) -> None:
    for name in ("no-robots", "rules", "budget", "robots-500"):
        assert len(visited.sites[name].asked("/robots.txt")) == 1
        assert visited.sites[name].arrivals[0].path == "/robots.txt"


def test_the_target_of_a_redirect_is_checked_too(visited: Visited) -> None:
    assert visited.crawl.reason("redirect-to-denied /page/0") == ("robots_denied", None)
    assert not visited.sites["redirect-to-denied"].asked("/page/1")


def test_every_request_says_who_asks(visited: Visited) -> None:
    for site in visited.sites.values():
        for exchange in site.arrivals:
            product, _, contact = exchange.headers["user-agent"].partition(" ")
            assert product.startswith("Rivalscope/")
            assert contact == f"(+{CONTACT})"
            assert exchange.headers["accept-language"] == "en-US,en"
            assert not {"referer", "cookie"} & set(exchange.headers)


def test_a_crawl_delay_is_kept_from_the_first_page_on(visited: Visited) -> None:
    site = visited.sites["crawl-delay"]
    assert len(site.arrivals) == 5
    assert min(site.gaps()) >= 0.4
    assert site.most_connections == 1
    assert visited.crawl.records[site.host]["crawl_delay_seconds"] == 0.4


def test_a_host_that_wants_too_long_a_delay_is_left_out(visited: Visited) -> None:
    assert visited.crawl.reason("crawl-delay-61 /page/0") == ("robots_denied", "crawl_delay_too_long")
    assert [exchange.path for exchange in visited.sites["crawl-delay-61"].arrivals] == ["/robots.txt"]


def test_nothing_is_asked_before_retry_after_and_then_the_page_is_had(visited: Visited) -> None:
    site = visited.sites["busy-then-fine"]
    assert visited.crawl.results["busy-then-fine /page/0"]["status"] == 200
    refused_at = site.asked("/page/0")[0].arrived_at
    later = [exchange.arrived_at for exchange in site.arrivals if exchange.arrived_at > refused_at]
    assert later
    assert min(later) - refused_at >= 1.0


def test_a_url_gets_three_tries(visited: Visited) -> None:
    assert len(visited.sites["always-busy"].asked("/page/0")) == 3
    assert visited.crawl.results["always-busy /page/0"]["status"] == 503


@pytest.mark.parametrize("name", ["all-busy", "all-broken"])
def test_a_host_is_dropped_after_five_errors_in_a_row(visited: Visited, name: str) -> None:
    site = visited.sites[name]
    assert 5 <= len([exchange for exchange in site.arrivals if exchange.path != "/robots.txt"]) <= 7
    reasons = [visited.crawl.results[f"{name} {path}"].get("reason") for path in many(10)]
    assert reasons.count("too_many_errors") >= 7
    assert visited.crawl.records[site.host]["error_streak"] >= 5


def test_a_host_that_wants_a_day_is_left_and_remembered(visited: Visited) -> None:
    site = visited.sites["come-back-tomorrow"]
    assert len(site.arrivals) == 2
    assert visited.crawl.reason("come-back-tomorrow /page/0") == ("error", "rate_limited")
    record = visited.crawl.records[site.host]
    assert record["retry_after_at"].endswith("Z")
    assert record in visited.crawl.host_records


def test_what_earlier_runs_learned_is_kept(visited: Visited) -> None:
    assert visited.sites["remembered-pause"].arrivals == []
    assert visited.crawl.reason("remembered-pause /page/0") == ("error", "rate_limited")
    # robots.txt is fine, and with it the row of errors has ended: the next ones count from the start.
    assert len(visited.sites["remembered-errors"].arrivals) <= 8


def test_a_budget_ends_a_host(visited: Visited) -> None:
    site = visited.sites["budget"]
    assert len(site.arrivals) == 26
    reasons = [visited.crawl.results[f"budget {path}"].get("reason") for path in many(40)]
    assert Counter(reasons) == {None: 25, "budget_spent": 15}


def test_no_door_is_open_while_we_crawl(visited: Visited) -> None:
    assert visited.crawl.listening == []


def test_every_request_ended_one_way_or_another(visited: Visited) -> None:
    assert len(visited.crawl.results) == sum(
        len(many({"budget": 40, "all-busy": 10, "all-broken": 10, "crawl-delay": 4}.get(name, 3)))
        for name in visited.sites
    )
    assert "Traceback" not in visited.crawl.log
