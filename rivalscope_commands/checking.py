"""``check``: what a crawl will do, before it does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.commands import scheduling
from crawler.commands.doors import credential_notices, door_lines
from crawler.commands.session import list_contact_problem, opened
from crawler.commands.terminal import CONFIGURATION, UNEXPECTED, fail, many, say, show_table
from crawler.config import Account, Config
from crawler.items import Platform
from crawler.platforms import FACTS, foretold, has_spider, is_collected, sight
from rivalscope_commands.budgets import allowed_reading, metered_platforms
from rivalscope_commands.crawling import GOOD, LASTING, plan_of_crawl, why_of_visit

if TYPE_CHECKING:
    from crawler.plan import AccountEstimate, CrawlPlan


def check(
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Also ask each host for its robots.txt and a page, of a site by which ways its posts are found.",
        ),
    ] = False,
    off: Annotated[
        Any,
        typer.Option(
            parser=scheduling.hours_off, metavar="HH:MM-HH:MM", help="Hours of every day at which this machine is off."
        ),
    ] = None,
) -> None:
    """Say what a crawl will do, and how long; nothing is visited.

    How many requests and minutes, link by link; also how well the rhythm under [schedule] reads posts at the ages at
    which they are compared.

    \b
    Examples:
      rivalscope check
      rivalscope check --online
      rivalscope check --off 22:00-08:00
    """
    from crawler.plan import estimate

    project, config = opened()
    say(f"{project.config_path} is correct: {many(len(config.accounts), 'account')}.")
    if problem := list_contact_problem(config):
        say(problem)
    if not config.accounts:
        say("The list is empty. Add links with: rivalscope add LINK…")
        return
    plan = plan_of_crawl(project, config)
    estimates = {each.account_key: each for each in estimate(plan)}
    show_table(
        ("company", "link", "requests", "minutes", "what will happen"),
        [_foreseen(account, plan, estimates.get(account.link.account_key)) for account in config.accounts],
    )
    visited = [each for each in plan.accounts if is_collected(each.platform, has_access=each.platform in plan.access)]
    requests = sum(estimates[each.account_key].request_count for each in visited)
    by_host: dict[str, float] = {}
    for each in visited:
        host = each.host or each.platform.value
        by_host[host] = by_host.get(host, 0.0) + estimates[each.account_key].minutes
    minutes = max(by_host.values(), default=0.0)
    takes = "less than a minute" if minutes < 1 else f"about {many(round(minutes), 'minute')}"
    for line in (*door_lines(config, plan), *(notice.sentence for notice in credential_notices(config))):
        say(line)
    for label, budget, used, price in metered_platforms(project, plan):
        say(f"{label}: {allowed_reading(budget, used, price)}.")
    say(f"Together about {many(requests, 'request')} to {many(len(by_host), 'host')}, in {takes}.")
    for line in scheduling.rhythm_lines(project, config, off=off):
        say(line)
    if online:
        _check_online(config, plan)


def _foreseen(account: Account, plan: CrawlPlan, expected: AccountEstimate | None) -> tuple[object, ...]:
    """One account's row in what `check` shows."""
    link = account.link
    has_access = link.platform in plan.access
    if expected is None:
        return account.company, link.url, 0, 0, "paused: not visited"
    if told := foretold(link.platform, has_access=has_access):
        return account.company, link.url, 0, 0, told.message
    visit = "first visit, back to the horizon" if expected.is_first_visit else "what is new, and posts due again"
    planned = next(each for each in plan.accounts if each.account_key == link.account_key)
    if planned.last_outcome in LASTING:
        visit += f"; the last visit ended as {planned.last_outcome}, and this one may too"
    elif planned.last_message and link.platform is Platform.WEB:
        visit += f". Last time: {planned.last_message.removesuffix('.')}"
    elif link.platform is Platform.WEB:
        visit += "; `rivalscope check --online` shows how its posts are found, and how many to expect"
    if has_access and FACTS[link.platform].has_token_way:
        visit += ", through the official interface"
    words = f"{visit}. {sight(link.platform, has_access=has_access)}"
    return account.company, link.url, expected.request_count, _minutes(expected.minutes), words


def _check_online(config: Config, plan: CrawlPlan) -> None:
    """Crawls that are thrown away, so that the manners are those of a crawl: one page a host, of sites a few."""
    from attrs import evolve

    from crawler.one_page import ask_one_page, survey_sites

    if problem := list_contact_problem(config):
        fail(problem, CONFIGURATION)
    asked = [each for each in plan.accounts if has_spider(each.platform)]
    say(f"Asked {many(len({each.host or each.platform for each in asked}), 'host')}:")
    visits: dict[str, Mapping[str, Any]] = {}
    failures = []
    sites = tuple(each for each in asked if each.platform is Platform.WEB)
    others = tuple(each for each in asked if each.platform is not Platform.WEB)
    for accounts, ask in ((others, ask_one_page), (sites, survey_sites)):
        if accounts:
            summary = ask(evolve(plan, accounts=accounts)).summary
            visits |= summary.visits
            failures += [summary.failure] if summary.failure else []
    for account in asked:
        say(f"  {account.url}: {_answered(visits.get(account.account_key))}")
    if failures:
        fail(failures[0], UNEXPECTED)


def _answered(visit: Mapping[str, Any] | None) -> str:
    """What asking one account for a page or two came to."""
    if visit is None:
        return "could not be asked"
    if visit["page_count"] and (visit["is_cut"] or visit["outcome"] in GOOD):
        found = visit["message"] if visit["message"].startswith("Posts are found") else ""
        return f"answers. {found}" if found else "answers"
    return "not asked: its host was asked for another account" if visit["is_cut"] else why_of_visit(visit)


def _minutes(minutes: float) -> str:
    return "<1" if 0 < minutes < 1 else f"{minutes:.0f}"
