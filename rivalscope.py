"""Rivalscope's command line: reads the configuration and composes collecting, understanding and telling.

Only this module knows all three packages. Heavy imports stand inside the commands, so that help, and a second run that
is turned away, answer at once.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
import webbrowser
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from crawler import account_list
from crawler.commands import accepting, contributing, delivering, doors, listing, scheduling
from crawler.commands.doors import credential_notices, door_lines, renew_credentials
from crawler.commands.session import (
    WAIT_SECONDS,
    Given,
    current_time,
    held_credentials,
    list_contact_problem,
    locked,
    opened,
)
from crawler.commands.terminal import (
    CONFIGURATION,
    DONE,
    LOCKED,
    NOTHING,
    STOPPED,
    UNDELIVERED,
    UNEXPECTED,
    USAGE,
    WORSE,
    CommandError,
    err,
    fail,
    many,
    say,
    show_table,
)
from crawler.config import FILE_NAME, Account, Config, ConfigError, load_config, nearest
from crawler.items import Outcome, Platform
from crawler.network.fence import contact_problem
from crawler.platforms import FACTS, foretold, has_spider, is_collected, platform_named, sight
from crawler.project import Project
from crawler.reading.column_dates import DateOrder
from crawler.reading.text import clean
from crawler.reading.urls import absolute
from crawler.receivers import News, open_receivers
from crawler.run_lock import RunLockedError, crawls_at_work
from reports.file_names import brief_stem

if TYPE_CHECKING:
    from analysis.ask import Answer
    from analysis.explanations import Explanation
    from analysis.labels import LabelledPost
    from crawler.findings import Finding
    from crawler.importing import ImportOptions, ImportReport
    from crawler.metering import Budget, Usage
    from crawler.plan import AccountEstimate, CrawlPlan, HostFacts
    from crawler.reading.table_layouts import ColumnChoice, Unmapped
    from crawler.run import CrawlSummary, Event
    from crawler.run_report import ReportFile, RunReport
    from reports.delivery import Attempt, Errand, Receiver


__all__ = [
    "CONFIGURATION",
    "DONE",
    "LOCKED",
    "NOTHING",
    "STOPPED",
    "UNDELIVERED",
    "UNEXPECTED",
    "USAGE",
    "WORSE",
    "app",
    "main",
]

_LOAD_EVERY_SECONDS = 30.0
_WRITE_EVERY_SECONDS = 2.0
_SHOWN_PROBLEMS = 20
_LONG_DAYS = 14
_LARGEST_SHEET = 10_000_000
_ASKED_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count")
_NAMES_OF_LINK = ("platform", "host", "handle", "account_key", "native_account_id")
_GOOD = (Outcome.COMPLETE, Outcome.UNCHANGED)
# what a site decided about us or its account: seen once, it is expected until it changes
_LASTING = (Outcome.LOGIN_WALL, Outcome.BLOCKED, Outcome.ROBOTS_DENIED, Outcome.NOT_FOUND, Outcome.GONE)

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


# ---------------------------------------------------------------- what several commands share


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-15") from None


def _day_or_all(text: str) -> Any:
    return "all" if text == "all" else _day(text)


def _week(text: str) -> date:
    """The Sunday of an ISO week."""
    try:
        return date.fromisoformat(f"{text}-7")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no week; write it like 2026-W47") from None


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no month; write it like 2026-12") from None


class BriefForm(StrEnum):
    """What a brief can be written as besides its page."""

    JSON = "json"
    MD = "md"
    MAIL = "mail"
    PDF = "pdf"


AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=_day, metavar="DATE", help="Only what was known at the end of that day."),
]


Since = Annotated[
    Any, typer.Option(parser=_day_or_all, metavar="DATE|all", help="First day of the window; else 26 weeks back.")
]
Wait = Annotated[
    int,
    typer.Option(
        metavar="MINUTES", min=0, max=1440, help="How long to wait for another run to end; else this one ends at once."
    ),
]
ListName = Annotated[
    str,
    typer.Option(
        "--list", metavar="NAME", show_default=False, help="Only accounts of this list, as if there were no others."
    ),
]
Until = Annotated[date | None, typer.Option(parser=_day, metavar="DATE", help="Last day of the window.")]


def _show_version(asked: bool) -> None:
    if asked:
        with contextlib.suppress(PackageNotFoundError):
            say(f"rivalscope {version('rivalscope')}")
        raise typer.Exit


@app.callback()
def everywhere(
    project: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The project, when it is not here or above.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the details of an unexpected error.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Watch competitors' public posts; learn what really performs, and how sure that is.

    --project and --debug may stand anywhere on the line.

    \b
    Example, a first brief:
      rivalscope init --contact https://example.org/who-asks
      rivalscope add --company Acme https://acme.example/blog
      rivalscope run
    """
    del show_version
    Given.project = project
    Given.is_debug = debug
    Given.known_hosts = _known_hosts


def _known_hosts(snapshot: Path) -> Sequence[HostFacts]:
    from analysis.facts import host_facts

    return host_facts(snapshot)


# ---------------------------------------------------------------- the list, and official doors


app.command()(listing.init)
app.command()(listing.add)
app.command(name="list")(listing.list_accounts)
app.command()(listing.rename)
app.command()(listing.pause)
app.command()(listing.resume)
app.command()(listing.remove)
app.command()(listing.platforms)
app.command()(accepting.accept)
app.command()(doors.connect)
app.command()(scheduling.schedule)


@app.command()
def status() -> None:
    """Say how things stand: runs, accounts, tokens, the disk.

    When it last ran and runs next, every account's last success, which posts are due, what takes the disk.

    \b
    Example:
      rivalscope status
    """
    project, config = opened()
    for line in (*scheduling.status_lines(project, config), *_doors_and_disk(project, config)):
        say(line)
    show_table(
        ("token", "from", "asks as", "ends", "days left"),
        [
            (
                FACTS[platform].label,
                credential.origin,
                credential.as_account,
                doors.day_of_end(credential),
                credential.days_left(current_time()),
            )
            for platform, credential in held_credentials(config).items()
        ],
    )
    if not project.snapshot.exists():
        say("Nothing was visited yet: rivalscope run")
        return
    visits = _coverage(project)
    due = {account.url: sum(post.is_due for post in account.known_posts) for account in _plan(project, config).accounts}
    show_table(
        ("company", "link", "last visit", "ended", "last success", "posts due", "walled", "why"),
        [
            (
                row["company"],
                row["url"],
                _moment(row["visited_at"]),
                row["outcome"],
                _moment(row["last_good_at"]),
                due.get(row["url"], ""),
                "yes" if row["is_walled"] else "no",
                row["message"],
            )
            for row in visits
        ],
    )
    for row in visits:
        if sentence := _long_without(row):
            say(sentence, err)


def _doors_and_disk(project: Project, config: Config) -> Iterator[str]:
    """What is to be said about credentials, and what the project takes of the disk."""
    from crawler import disk

    yield from (notice.sentence for notice in credential_notices(config))
    parts = [f"{name} {disk.in_words(size)}" for name, size in disk.used(project).items() if size]
    of_these = f" ({', '.join(parts)})" if parts else ""
    taken, left = disk.in_words(disk.size_of(project.data)), disk.in_words(disk.free(project))
    yield f"Disk: data/ takes {taken}{of_these}; {left} are free."


def _coverage(project: Project) -> list[dict[str, Any]]:
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(project.snapshot)
    try:
        return _rows(connection, "select * from marts.coverage order by is_walled, company, url")
    finally:
        connection.close()


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def _long_without(row: Mapping[str, Any]) -> str | None:
    """One sentence about an account that is visited and has brought nothing for two weeks."""
    if row["is_walled"] or row["state"] != "active" or row["visited_at"] is None:
        return None
    since = row["last_good_at"] or row["first_observed_at"]
    days = (current_time() - since) / timedelta(days=1)
    if days < _LONG_DAYS:
        return None
    return f"{row['company']}, {row['url']}: no visit went well for {days:.0f} days. {row['message'] or ''}".rstrip()


# ---------------------------------------------------------------- collecting


@app.command()
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
    """Say what a crawl will do, how many requests and minutes; nothing is visited.

    Also how well the rhythm under [schedule] reads posts at the ages at which they are compared.

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
    plan = _plan(project, config)
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
    takes = "less than a minute" if minutes < 1 else f"about {minutes:.0f} minutes"
    for line in (*door_lines(config, plan), *(notice.sentence for notice in credential_notices(config))):
        say(line)
    for label, budget, used, price in _metered(project, plan):
        say(f"{label}: {_allowed(budget, used, price)}.")
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
    if planned.last_outcome in _LASTING:
        visit += f"; the last visit ended as {planned.last_outcome}, and this one may too"
    elif planned.last_message and link.platform is Platform.WEB:
        visit += f". Last time: {planned.last_message.removesuffix('.')}"
    elif link.platform is Platform.WEB:
        visit += "; `rivalscope check --online` shows how its posts are found, and how many to expect"
    if has_access and FACTS[link.platform].has_token_way:
        visit += ", through the official interface"
    words = f"{visit}. {sight(link.platform, has_access=has_access)}"
    return account.company, link.url, expected.request_count, _minutes(expected.minutes), words


def _allowed(budget: Budget, used: Usage, price: float | None) -> str:
    """What a crawl may use of a network that counts it."""
    from crawler.metering import units_left

    if budget.per_run is None or budget.per_month is None or price is None:
        return f"at most {units_left(budget, used):,} units of the day's quota, which cost nothing"
    left = max(0, budget.per_month - used.this_month)
    most = min(budget.per_run, left)
    return (
        f"at most {many(most, 'post')}, {left:,} left this month, about {_dollars(most, price)}; looking up an account"
        " counts as two posts, and pictures and films that come along may be billed besides"
    )


def _spent(budget: Budget, used: Usage, price: float | None) -> str:
    """What a crawl used of a network that counts it."""
    from crawler.metering import units_left

    if budget.per_month is None or price is None:
        return f"{used.this_run:,} units of its quota in this run; {units_left(budget, used):,} left today"
    left = max(0, budget.per_month - used.this_month)
    cost = _dollars(used.this_run, price)
    return f"{many(used.this_run, 'post')} in this run, about {cost}; {left:,} left this month"


def _dollars(posts: int, price: float) -> str:
    """What posts cost, in whole cents, rounded up."""
    return f"${math.ceil(round(posts * price * 100, 3)) / 100:,.2f}"


def _metered(project: Project, plan: CrawlPlan) -> Iterator[tuple[str, Budget, Usage, float | None]]:
    """Networks whose posts or requests are counted and are read by the plan: name, budget, what was used, dollars a
    post."""
    from crawler.metering import ledger_path, usage

    read = {account.platform.value for account in plan.accounts}
    for name, budget in plan.budgets.items():
        facts = FACTS[Platform(name)]
        if name in plan.access and (facts.price_usd is not None or name in read):
            used = usage(ledger_path(project.usage, name), plan.crawl_id, current_time())
            yield facts.label, budget, used, facts.price_usd


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
    if visit["page_count"] and (visit["is_cut"] or visit["outcome"] in _GOOD):
        found = visit["message"] if visit["message"].startswith("Posts are found") else ""
        return f"answers. {found}" if found else "answers"
    return "not asked: its host was asked for another account" if visit["is_cut"] else _why(visit)


def _minutes(minutes: float) -> str:
    return "<1" if 0 < minutes < 1 else f"{minutes:.0f}"


def _known(project: Project) -> Path:
    """What the warehouse knows: the published snapshot, or a smaller file where something was loaded after it.

    So that two crawls without an analysis between them do not read everything twice. While somebody else holds the
    warehouse, the snapshot has to do.
    """
    from analysis.build import build_facts
    from analysis.warehouse import WarehouseBusyError

    if not project.warehouse.exists():
        return project.snapshot
    loaded_at = project.warehouse.stat().st_mtime
    for path in (project.snapshot, project.known):
        if path.exists() and path.stat().st_mtime >= loaded_at:
            return path
    with contextlib.suppress(WarehouseBusyError):
        build_facts(project.warehouse, project.known, now=current_time())
        return project.known
    return project.snapshot


def _plan(project: Project, config: Config, *, without: Collection[str] = ()) -> CrawlPlan:
    """The plan for all active accounts but those whose keys are in ``without``."""
    from analysis.facts import plan_facts
    from crawler.credentials import usable
    from crawler.pauses import noted
    from crawler.plan import ListedAccount, make_plan

    now = current_time()
    facts = plan_facts(_known(project), now=now, horizon_days=config.horizon_days)
    return make_plan(
        [
            ListedAccount.of(account.link, account.company, is_own=account.own)
            for account in config.active_accounts
            if account.link.account_key not in without
        ],
        facts.accounts,
        facts.hosts,
        now=now,
        contact=config.contact,
        own_hosts=config.own_hosts,
        base_urls=config.base_urls,
        horizon_days=config.horizon_days,
        page_budget=config.network.page_budget,
        min_delay_seconds=config.network.min_delay_seconds,
        access=usable(held_credentials(config)) | {platform.value: None for platform in sorted(config.switched_on)},
        budgets=config.budgets,
        usage_dir=str(project.usage),
        pauses=noted(project.usage, now),
    )


@app.command()
def crawl(
    no_load: Annotated[bool, typer.Option("--no-load", help="Only land; load later with: rivalscope load")] = False,
    lists: Annotated[
        list[str] | None, typer.Option("--list", metavar="NAME", help="Only accounts of this list; repeat.")
    ] = None,
    rest: Annotated[
        bool, typer.Option("--rest", help="Only accounts whose lists have no times of their own under [schedule].")
    ] = False,
    wait: Wait = 0,
) -> None:
    """Visit every active account politely, and load what comes as it goes.

    \b
    Examples:
      rivalscope crawl
      rivalscope crawl --list coffee
    """
    from crawler.run_report import ReportFile, RunReport

    project, config = opened()
    left_out = _left_out(config, lists or (), is_rest=rest)
    with locked(project, "crawl", wait_minutes=wait):
        begun = RunReport(command="crawl", started_at=current_time(), lists=list(lists or ()))
        report = ReportFile(project.runs, begun)
        summary = _crawl(project, config, report, is_loaded=not no_load, left_out=left_out)
        if not no_load:
            _load(project, config)
            report.step("load")
            if config.deliver.wants(News.ALERTS):
                _analyze(project, config)
                report.step("analyze")
            _deliver_due(project, config, report, {})
            _tidy(project, config)
        exit_code = _judge(project, summary, config, report, has_brief=False)
    raise typer.Exit(exit_code)


def _left_out(config: Config, lists: Sequence[str], *, is_rest: bool) -> frozenset[str]:
    """Keys of active accounts that are not to be visited. Raises CommandError for a list that is none."""
    if lists and is_rest:
        fail("--list and --rest are two choices; give one of them.")
    _check_lists(config, lists)
    own = config.rhythm.lists.keys() if is_rest else set(lists)
    return frozenset(
        account.link.account_key
        for account in config.active_accounts
        if (is_rest or lists) and bool(own & set(account.lists)) is is_rest
    )


def _check_lists(config: Config, lists: Sequence[str]) -> None:
    for name in lists:
        if name not in config.list_names:
            fail(f"There is no list {name!r}{nearest(name, config.list_names)}")


class _Watcher:
    """Shows a crawl's events, and loads what landed now and then."""

    def __init__(
        self, project: Project, config: Config, plan: CrawlPlan, report: ReportFile, *, is_loaded: bool
    ) -> None:
        self._project, self._config, self._plan, self._report = project, config, plan, report
        self._is_loaded = is_loaded
        self._loaded_at = self._written_at = time.monotonic()
        self._companies = {each.account_key: each.company for each in plan.accounts}
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self.progress.add_task("accounts", total=len(plan.accounts))
        self._pages = 0

    def __call__(self, event: Event) -> None:
        self._report.report.take(event)
        if event["event"] == "page":
            self._pages += 1
            host = clean(urlsplit(event["url"]).netloc)
            self.progress.update(self._task, description=f"{many(self._pages, 'page')}, {host}")
        elif event["event"] == "visit":
            if time.monotonic() - self._written_at > _WRITE_EVERY_SECONDS:
                self._written_at = time.monotonic()
                self._report.write()
            self.progress.advance(self._task)
            company = self._companies.get(event["account_key"], "")
            message = event["message"] or f"Saw {many(event['post_count'], 'post')}."
            say(f"{company}  {event['account_key']}  {event['outcome']}: {message}", self.progress.console)
        if self._is_loaded and time.monotonic() - self._loaded_at > _LOAD_EVERY_SECONDS:
            self._loaded_at = time.monotonic()
            self._load_meanwhile()

    def _load_meanwhile(self) -> None:
        from analysis.load import load_landing
        from analysis.warehouse import WarehouseError

        # What cannot be loaded now stays in landing, and is loaded at the end.
        with contextlib.suppress(WarehouseError):
            load_landing(
                self._project.warehouse,
                self._project.landing,
                accounts=_listed(self._config),
                live_crawl_ids={self._plan.crawl_id, *crawls_at_work(self._project.landing)},
                now=current_time(),
            )


def _crawl(
    project: Project, config: Config, report: ReportFile, *, is_loaded: bool, left_out: Collection[str] = ()
) -> CrawlSummary | None:
    """Visit the accounts that the run has not visited yet; ``None`` when there are none left."""
    from crawler.run import run_crawl

    if not config.active_accounts:
        fail("The list has no active account; add links with: rivalscope add LINK…", CONFIGURATION)
    if problem := list_contact_problem(config):
        fail(problem, CONFIGURATION)
    for sentence in (*renew_credentials(config), *(notice.sentence for notice in credential_notices(config))):
        say(sentence, err)
    done = {line.account_key for line in report.report.accounts if line.is_done}
    plan = _plan(project, config, without={*done, *left_out})
    if not plan.accounts:
        return None
    report.report.expect(plan)
    report.write()
    project.plans.mkdir(parents=True, exist_ok=True)
    plan_path = project.plans / f"{plan.crawl_id}.json"
    part = plan_path.with_suffix(".part")
    part.write_text(plan.to_json(), encoding="utf-8")
    part.replace(plan_path)
    watcher = _Watcher(project, config, plan, report, is_loaded=is_loaded)
    with watcher.progress:
        summary = run_crawl(plan_path, project.landing, project.archive, watcher)
    report.write()
    for label, budget, used, price in _metered(project, plan):
        say(f"{label}: {_spent(budget, used, price)}.")
    if not summary.failure and not summary.is_interrupted:
        report.step("crawl")
    return summary


def _judge(
    project: Project, summary: CrawlSummary | None, config: Config, report: ReportFile, *, has_brief: bool
) -> int:
    """Say how the run went, expected against got, and which accounts did worse than foretold or than last time.

    The exit code, which ends the report. ``summary`` is of the run's last crawl.
    """
    from crawler.run_report import report_rows, summary_line

    problems = [summary.failure] if summary is not None and summary.failure else []
    exit_code = _judged(project, summary, config, report, problems, has_brief=has_brief)
    problems += report.report.undelivered
    if report.report.undelivered and exit_code in (DONE, WORSE):
        exit_code = UNDELIVERED
    for sentence in problems:
        say(sentence, err)
    report.report.problems = problems
    report.finish(current_time(), exit_code)
    if has_brief:
        show_table(("company", "link", "posts expected", "posts seen", "ended"), report_rows(report.report))
    say(f"{summary_line(report.report)} Kept in {report.path}")
    return exit_code


def _judged(
    project: Project,
    summary: CrawlSummary | None,
    config: Config,
    report: ReportFile,
    problems: list[str],
    *,
    has_brief: bool,
) -> int:
    from crawler.plan import CrawlPlan
    from crawler.run_report import outcomes_before

    asked = {line.account_key for line in report.report.accounts}
    by_key = {key: account for account in config.active_accounts if (key := account.link.account_key) in asked}
    if not by_key:
        why = "all of them are in lists with times of their own" if config.active_accounts else "the list has none"
        problems.append(f"No account was to be visited: {why}.")
        return DONE
    plan = CrawlPlan.from_json((project.plans / f"{report.report.crawl_ids[-1]}.json").read_text(encoding="utf-8"))
    visits = report.report.visits
    missing = [line for line in report.report.accounts if line.visit is None]
    walled = {key for key, visit in visits.items() if _is_foretold(visit, by_key[key].link.platform, plan)}
    failed = [
        visit
        for key, visit in visits.items()
        if visit["outcome"] not in _GOOD and not visit["is_cut"] and key not in walled
    ]
    before = outcomes_before(project.runs, report.report)
    worse = [
        visit
        for visit in failed
        if not visit.get("is_known_drift")
        and (visit["outcome"] not in _LASTING or visit["outcome"] != before.get(visit["account_key"]))
    ]
    for visit in worse:
        account = by_key[visit["account_key"]]
        problems.append(f"Worse than foretold: {account.company}, {account.link.url}: {_why(visit)}")
    problems += _after_new_layouts(worse, by_key)
    collected = [key for key in by_key if key not in walled]
    if not collected:
        problems.append("Every account is behind a wall or not collected yet. Bring files: rivalscope import PATH…")
    if summary is not None and summary.is_interrupted and not summary.failure:
        return STOPPED
    is_empty_handed = bool(collected) and len(failed) + len(missing) >= len(collected)
    if is_empty_handed and not has_brief:
        return NOTHING
    is_worse = worse or missing or is_empty_handed or not collected or (summary is not None and summary.failure)
    return WORSE if is_worse else DONE


def _after_new_layouts(visits: Sequence[Event], by_key: Mapping[str, Account]) -> Iterator[str]:
    """What helps where pages cannot be read any more, one sentence a network, unless a visit says it already."""
    from analysis.drift import upgrading

    changed = [each for each in visits if each["outcome"] == Outcome.LAYOUT_CHANGED]
    for platform in sorted({by_key[each["account_key"]].link.platform for each in changed}):
        sentence = upgrading(platform)
        if not any(sentence in (each["message"] or "") for each in changed):
            yield f"{FACTS[platform].label}: pages have changed. {sentence}"


def _is_foretold(visit: Event, platform: Platform, plan: CrawlPlan) -> bool:
    """Whether a visit ended at the wall that `check` told of."""
    told = foretold(platform, has_access=platform in plan.access)
    return told is not None and visit["outcome"] in (told.outcome, Outcome.LOGIN_WALL, Outcome.BLOCKED)


def _why(visit: Mapping[str, Any]) -> str:
    return visit["message"] or f"{visit['outcome']}{', ' + visit['reason'] if visit['reason'] else ''}."


@app.command(name="import")
def import_files(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Files, folders, archives, or patterns in quotes.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Write an empty CSV of posts (to PATH, else posts.csv), and stop.")
    ] = False,
    column_map: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="What a table's column is; said once, it is remembered."),
    ] = None,
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help="The network of a table's posts, where it does not say so.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose posts a table holds, where it does not say so.")
    ] = None,
    date_order: Annotated[
        DateOrder | None, typer.Option(help="Which comes first in a table's dates like 03/04/2026.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(metavar="LINK", help="Where a saved page or answer came from, when it does not say so."),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="From recordings, also take accounts that are not on the list.")
    ] = False,
    no_load: Annotated[bool, typer.Option("--no-load", help="Only land; load later with: rivalscope load")] = False,
) -> None:
    """Bring posts as files, and your own visits and sales.

    What a file is, is recognised by its content: HTML and MHTML pages, HAR, WARC and WACZ, Zeeschuimer captures,
    exports of Meta Business Suite, X, LinkedIn and TikTok, other tables (CSV, XLSX, XLS, ODS), and zip files of these.
    From recordings of a browser only accounts on the list are taken. Visits and sales come from exports of Google
    Analytics, Plausible, Matomo and Shopify (no customer is kept), from a sheet with date, slot_or_code and amount, or
    from any table that [import.NAME] in rivalscope.toml explains. The same file twice changes nothing.

    \b
    Examples:
      rivalscope import --template
      rivalscope import saved-pages/ session.har export.csv
      rivalscope import analytics.csv orders_export.csv
      rivalscope import sheet.csv --map published_at="Posted on" --map url=Link --account acme
      rivalscope import answer.json --url https://social.example/api/v1/accounts/1/statuses
    """
    if template:
        _write_template(Path(paths[0]) if paths else Path("posts.csv"))
        return
    if not paths:
        fail("There is nothing to import; name files or folders, like: rivalscope import posts.csv")
    if url is not None:
        _check_origin(url, paths)
    given = _column_choice(column_map or (), platform, account, date_order)
    project, config = opened()
    with locked(project, "import"):
        report = _import(project, config, paths, given=given, is_asked=True, is_everybody=everybody, url=url)
        if not no_load:
            _load(project, config)
    if not any(file.understood_count or file.is_repeated for file in report.files):
        raise typer.Exit(NOTHING)
    if report.problems:
        raise typer.Exit(WORSE)


def _check_origin(url: str, paths: Sequence[str]) -> None:
    """One file came from ``url``, not several."""
    if absolute(url) is None:
        fail(f"--url {url!r} is no address; write it whole, like https://www.instagram.com/p/ABC/")
    if len(paths) > 1 or Path(paths[0]).is_dir():
        fail("--url says where one file came from; name that one file.")


def _column_choice(
    pairs: Sequence[str], platform: str | None, account: str | None, date_order: DateOrder | None
) -> ColumnChoice | None:
    """What the command line says about tables. Raises CommandError for what cannot be meant."""
    from crawler.reading.table_layouts import MAPPABLE, ColumnChoice

    columns: dict[str, str] = {}
    for pair in pairs:
        ours, mark, theirs = pair.partition("=")
        if not mark or not theirs.strip():
            fail(f'--map {pair!r} names no column; write it like --map published_at="Posted on"')
        if ours.strip() not in MAPPABLE:
            hint = nearest(ours, MAPPABLE) or f"; write one of {', '.join(MAPPABLE)}"
            fail(f"--map {pair!r}: {ours!r} is none of our columns{hint}")
        columns[ours.strip()] = theirs.strip()
    if platform and platform_named(platform) is None:
        fail(f"{platform!r} is no platform{nearest(platform, Platform)}")
    if not (columns or platform or account or date_order):
        return None
    return ColumnChoice(columns=columns, platform=platform, account=account, date_order=date_order)


def _write_template(path: Path) -> None:
    from crawler.importing import write_template

    try:
        write_template(path)
    except FileExistsError:
        fail(f"{path} exists already; name another file: rivalscope import --template other.csv")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    say(f"Wrote {path}. Needed in each row: platform, account, published_at, and native_id or url; empty is unknown.")


def _import(
    project: Project,
    config: Config,
    paths: Sequence[str | Path],
    *,
    given: ColumnChoice | None = None,
    is_asked: bool = False,
    is_everybody: bool = False,
    url: str | None = None,
) -> ImportReport:
    """Import, and tell what came of it; ``is_asked``: a person may be asked about columns."""
    from crawler.importing import import_paths
    from crawler.importing.summary import summary_lines, write_full_report

    options = _import_options(
        project,
        config,
        given=given,
        choose=_choose_columns if is_asked else lambda _name, _table: None,
        is_everybody=is_everybody,
        url=url,
        on_file=_shown_file,
    )
    report = import_paths(
        paths,
        project.landing,
        accounts=config.accounts,
        excluded=config.excluded_links,
        config=config,
        now=current_time(),
        options=options,
    )
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        say(str(problem), err)
    if len(report.problems) > _SHOWN_PROBLEMS:
        path = write_full_report(report, project.data, current_time())
        say(f"… and {len(report.problems) - _SHOWN_PROBLEMS:,} more in {path}", err)
    for line in summary_lines(report):
        say(line)
    return report


def _shown_file(name: str) -> None:
    if err.is_terminal:
        say(f"Reading {name}", err)


def _choose_columns(name: str, table: Unmapped) -> ColumnChoice | None:
    """Ask which column of ``table`` is which; ``None`` when nobody is there, or they do not want to say."""
    from crawler.reading.table_layouts import MAPPABLE, ColumnChoice

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    say(f"{name}: it is not clear which column is which. Say it once, and it is remembered in rivalscope.toml.")
    if not typer.confirm("Is it a table of posts?", default=True):
        return None
    guessed = {index: ours for ours, index in table.guesses.items() if ours in MAPPABLE}
    show_table(
        ("", "column", "holds", "looks like"),
        [
            (number, column, " · ".join(row[number - 1][:30] for row in table.samples[:3] if number <= len(row)), ours)
            for number, column in enumerate(table.header, start=1)
            for ours in (guessed.get(number - 1, ""),)
        ],
    )
    chosen = {ours: index + 1 for index, ours in guessed.items()}
    is_complete = {"published_at"} <= chosen.keys() and bool({"url", "native_id"} & chosen.keys())
    if not (is_complete and typer.confirm("Is that right?", default=True)):
        for ours in ("published_at", "url", "native_id", "text", "format", "account", "platform", *_ASKED_COUNTS):
            number = typer.prompt(f"Number of the column with {ours} (0: none)", default=chosen.get(ours, 0), type=int)
            chosen.pop(ours, None)
            if 0 < number <= len(table.header):
                chosen[ours] = number
    columns = {ours: table.header[number - 1] for ours, number in chosen.items()}
    said: dict[str, str | None] = {}
    for ours, what in (("platform", "On which network are they"), ("account", "Whose posts are they (handle)")):
        if ours not in columns:
            said[ours] = typer.prompt(f"{what}? (empty: their links say it)", default="", show_default=False) or None
    if said.get("platform") and platform_named(said["platform"] or "") is None:
        say(f"{said['platform']!r} is no platform{nearest(said['platform'] or '', Platform)}", err)
        return None
    return ColumnChoice(columns=columns, platform=said.get("platform"), account=said.get("account"))


# ---------------------------------------------------------------- understanding


def _import_options(
    project: Project, config: Config, *, given: ColumnChoice | None = None, choose: Any = None, **more: Any
) -> ImportOptions:
    from crawler.importing import ImportOptions, TableSettings

    tables = TableSettings(
        zone=ZoneInfo(config.timezone),
        given=given,
        remembered=config.explained_tables,
        choose=choose or (lambda _name, _table: None),
        remember=lambda header, choice: account_list.remember_table(project.config_path, header, choice),
        currency=config.analysis.currency,
        mappings=config.explained_outcomes,
    )
    return ImportOptions(tables=tables, **more)


@app.command()
def load() -> None:
    """Load what crawls and imports landed; loading twice changes nothing.

    \b
    Example:
      rivalscope load
    """
    project, config = opened()
    with locked(project, "load"):
        _load(project, config)


@app.command()
def reparse(
    platform: Annotated[str, typer.Option(metavar="NAME", help="Whose pages to read again.")],
    account: Annotated[
        list[str] | None, typer.Option(metavar="LINK", help="Only this account, by its link or company; repeat.")
    ] = None,
    since: Annotated[
        date | None, typer.Option(parser=_day, metavar="DATE", help="Only what was collected on this day or later.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Take over what is shown; without it nothing changes.")
    ] = False,
) -> None:
    """Read kept pages again with the page objects of today, and show what differs.

    For the time after a mended or upgraded page object: no request is made. What a page said keeps the time at which it
    was fetched, and your labels stay. Imported files are read again while they lie in the inbox.

    \b
    Examples:
      rivalscope reparse --platform mastodon
      rivalscope reparse --platform web --account https://acme.example/blog --since 2026-11-01 --apply
    """
    from crawler.commands.reparsing import read_kept, say_what_is_gone
    from crawler.reparsing import land

    project, config = opened()
    if not project.warehouse.exists():
        fail("Nothing was loaded yet: run `rivalscope crawl` or `rivalscope import` first.", NOTHING)
    with locked(project, "reparse"):
        from analysis.reparsed import differences, unkept

        now = current_time()
        _load(project, config)
        wanted, found = read_kept(
            project, config, platform, account or (), since, now, _import_options(project, config)
        )
        archives = [path.name for path in project.archive.glob("*.warc.gz")]
        gone = unkept(
            project.warehouse, archives, platform=wanted.platform, account_keys=wanted.account_keys,
            since=wanted.since, now=now, wait_seconds=WAIT_SECONDS,
        )  # fmt: skip
        say_what_is_gone(found, gone.count, gone.newest_at)
        found_now = differences(project.warehouse, found.segments, now=now, wait_seconds=WAIT_SECONDS)
        if found_now.is_empty:
            say("Nothing would change: the pages say what is known already.")
            return
        show_table(("field", "changes for", "from → to, for example"), found_now.rows)
        if not apply:
            say("Nothing was changed. Take it over with the same command and --apply.")
            return
        land(found, project.landing, posts=found_now.post_moments, accounts=found_now.account_moments)
        _load(project, config)
        say("Taken over; the next `rivalscope analyze`, `brief` or `run` counts it.")


def _listed(config: Config) -> list[dict[str, Any]]:
    return [_listed_account(account) for account in config.accounts]


def _listed_account(account: Account) -> dict[str, Any]:
    link = account.link
    return {
        "account_key": link.account_key,
        "platform": link.platform.value,
        "host": link.host,
        "handle": link.handle,
        "url": link.url,
        "native_account_id": link.native_account_id,
        "company": account.company,
        "is_own": account.own,
        "lists": list(account.lists),
        "state": account.state,
    }


def _load(project: Project, config: Config) -> None:
    from analysis.load import load_landing

    report = load_landing(
        project.warehouse,
        project.landing,
        accounts=_listed(config),
        plans_dir=project.plans,
        archive_dir=project.archive,
        live_crawl_ids=crawls_at_work(project.landing),
        wait_seconds=WAIT_SECONDS,
        on_wait=lambda sentence: say(sentence, err),
        now=current_time(),
    )
    for rejection in report.rejections[:_SHOWN_PROBLEMS]:
        say(f"{rejection.file}:{rejection.line}: {rejection.why}; kept aside in {project.landing / 'rejected'}", err)
    posts = report.row_counts.get("posts", 0)
    snapshots = report.row_counts.get("post_metrics", 0)
    say(
        f"Loaded {many(report.file_count, 'file')}: {many(posts, 'new or changed post')}, "
        f"{many(snapshots, 'new count snapshot')}."
    )
    if report.imported_post_counts:
        from crawler.importing.summary import changes_line

        say(changes_line(report.imported_post_counts))
    if outcomes := report.row_counts.get("outcomes", 0):
        say(f"Your own visits and sales: {many(outcomes, 'new or changed row')}.")
    if report.failures:
        fail("\n".join(report.failures), UNEXPECTED)


@app.command()
def analyze(
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --as-of: only what had been loaded by then, too.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="POST", help="Say why a post is of its type, and which traits it has, and stop."),
    ] = None,
) -> None:
    """Build the models from all that was loaded, check and publish them.

    Rules of your own for post types stand in post_types.csv beside the configuration, with the columns post_type and
    phrase (words, or /a regular expression/), and if wanted weight and language; they come before ours.

    \b
    Examples:
      rivalscope analyze
      rivalscope analyze --as-of 2026-11-15
      rivalscope analyze --explain https://acme.example/fair
    """
    project, config = opened()
    if explain is not None:
        from analysis import explanations

        explanation = explanations.explain(_snapshot(project, config, as_of), explain)
        _explain_type(explanation.post)
        _explain_traits(explanation)
        return
    with locked(project, "analyze"):
        _analyze(project, config, as_of=as_of, since=since, until=until, strict=strict)


def _analyze(
    project: Project, config: Config, *, as_of: date | None = None, snapshot: Path | None = None, **window: Any
) -> Path:
    from analysis.build import build
    from analysis.own_rules import read_rules

    if not project.warehouse.exists():
        fail("Nothing was loaded yet: run `rivalscope crawl` or `rivalscope import` first.", NOTHING)
    if snapshot is None:
        snapshot = project.snapshot if as_of is None else project.asof / f"{as_of}.duckdb"
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    report = build(
        project.warehouse,
        snapshot,
        now=current_time(),
        as_of=as_of,
        timezone=config.timezone,
        notices=credential_notices(config) if as_of is None else (),
        alert_limits=config.alerts.model_dump() if as_of is None else None,
        wait_seconds=WAIT_SECONDS,
        on_wait=lambda sentence: say(sentence, err),
        own_rules=read_rules(project.own_rules),
        outcomes=config.analysis.outcomes,
        audience_timezone=config.analysis.audience_timezone,
        **window,
    )
    posts = report.row_counts.get("intermediate.post_results", 0)
    say(f"Built {snapshot}: {many(posts, 'post')}, {many(report.check_count, 'check')} passed.")
    return snapshot


@app.command()
def label(
    posts: Annotated[
        list[str] | None, typer.Argument(metavar="POST", help="Addresses or post_ids of posts that were collected.")
    ] = None,
    post_type: Annotated[
        str | None,
        typer.Option("--type", metavar="TYPE", help="What the posts are for; a new name is a type of your own."),
    ] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Add a tag of your own; repeat.")
    ] = None,
    untags: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help="Take a tag away; repeat.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what you set before.")] = False,
    export: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the labels as CSV, and stop.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="With --export: every post, to fill in.")] = False,
    source: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="Take labels from such a CSV.")] = None,
) -> None:
    """Say what posts are: you know better than the rules.

    Your word stands before what a source states and before the rules, in every analysis from now on. Tags are traits of
    their own. Without an option it shows what is known of the posts, and why.

    \b
    Examples:
      rivalscope label https://acme.example/blog/kettle --type announcement --tag spring
      rivalscope label --export labels.csv --all
      rivalscope label --from labels.csv
    """
    from analysis import labels

    project, config = opened()
    snapshot = _snapshot(project, config, None)
    if export is not None:
        count = labels.write_labels(labels.labelled_posts(snapshot, all_posts=everything), export)
        say(f"Wrote {many(count, 'post')} to {export}.")
        return
    if source is None and not posts:
        fail("There is no post to label; paste its address, like: rivalscope label https://acme.example/a --type event")
    found = labels.find_posts(snapshot, posts or ())
    if source is None and not (post_type or tags or untags or clear):
        for post in found:
            _explain_type(post)
        return
    chosen = [
        labels.relabelled(post, post_type=post_type, tags=tags or (), untags=untags or (), is_cleared=clear)
        for post in found
    ]
    if source is not None:
        chosen += labels.read_labels(source, snapshot)
    with locked(project, "label"):
        _land_labels(project, chosen)
        _load(project, config)
    known = labels.known_types(snapshot)
    for own_type in sorted({post.label_type for post in chosen if post.label_type} - set(known)):
        say(f"{own_type} is a post type of your own{nearest(own_type, known)}")
    say(f"Labelled {many(len(chosen), 'post')}. It counts from the next analysis on: rivalscope analyze")


def _explain_type(post: LabelledPost) -> None:
    why = f" ({post.post_type_reason})" if post.post_type_reason and post.label_type is None else ""
    own = f"; your tags: {', '.join(post.label_tags)}" if post.label_tags else ""
    say(f"{post.url or post.native_id}: {post.post_type}, {_TYPE_SOURCES[post.post_type_source]}{why}{own}.")


def _explain_traits(explanation: Explanation) -> None:
    if not explanation.traits:
        say("It is not compared: reposts, replies, posts outside the window and those of removed accounts are not.")
        return
    dimension_width = max(len(trait.dimension) for trait in explanation.traits)
    level_width = max(len(trait.level) for trait in explanation.traits)
    for trait in explanation.traits:
        say(f"  {trait.dimension:{dimension_width}}  {trait.level:{level_width}}  {trait.reason}".rstrip())


_TYPE_SOURCES = {
    "label": "set by you",
    "stated": "stated by the source",
    "own_rules": "by your rules",
    "rules": "by the rules",
    "none": "no rule fits",
}


def _land_labels(project: Project, posts: Sequence[LabelledPost]) -> None:
    from crawler.landing import Envelope, LandingWriter, label_line
    from crawler.plan import new_crawl_id

    now = current_time()
    crawl_id = f"label-{new_crawl_id(now)}"
    with LandingWriter(project.landing, crawl_id, "label") as writer:
        for post in posts:
            envelope = Envelope(
                crawl_id=crawl_id,
                observed_at=now,
                source="import",
                account_key=post.account_key,
                platform=post.platform,
                host=post.host,
            )
            writer.write(label_line(post.native_id, post.label_type, post.label_tags, envelope))


# ---------------------------------------------------------------- telling


@app.command()
def brief(
    as_of: AsOf = None,
    week: Annotated[
        Any, typer.Option(parser=_week, metavar="WEEK", help="What was known at the end of that week, like 2026-W47.")
    ] = None,
    since: Since = None,
    until: Until = None,
    platforms: Annotated[
        list[str] | None, typer.Option("--platform", metavar="PLATFORM", help="Only this one; repeat.")
    ] = None,
    companies: Annotated[
        list[str] | None, typer.Option("--company", metavar="COMPANY", help="Only this one; repeat.")
    ] = None,
    list_name: ListName = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")] = None,
    also: Annotated[
        list[BriefForm] | None,
        typer.Option(
            "--also",
            metavar="FORM",
            help="Write it beside the page as json (all numbers), md (the main points), mail (the first screen for a "
            "mail program) or pdf (printed by Chromium, Chrome or Edge); repeat.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write the brief: one HTML file that needs nothing but itself.

    How it looks is set under [brief] in rivalscope.toml: name, logo, accent, hide, templates, language, locale.

    \b
    Examples:
      rivalscope brief --open
      rivalscope brief --week 2026-W47
      rivalscope brief --since 2026-09-01 --platform mastodon
      rivalscope brief --list coffee
      rivalscope brief --also json --also pdf
    """
    project, config = opened()
    if as_of is not None and week is not None:
        fail("--week and --as-of both name a day: give one of them.", USAGE)
    today = current_time().astimezone(ZoneInfo(config.timezone)).date()
    day = as_of or (week if week is not None and week < today else None)
    _check_lists(config, [list_name] if list_name else [])
    snapshot = _snapshot(project, config, day, since=since, until=until, list_name=list_name)
    if output is None:
        stem = brief_stem(f"{as_of}" if as_of else f"{week or today:%G-W%V}", list_name)
        output = project.briefs / _page_name(stem, since, until, (*(platforms or ()), *(companies or ())))
    link = _brief(
        project,
        config,
        snapshot,
        output,
        list_name=list_name,
        also=also or (),
        platforms=platforms or (),
        companies=companies or (),
    )
    if show:
        webbrowser.open(link)


def _page_name(stem: str, since: object, until: object, chosen: Sequence[str]) -> str:
    """What a brief's page is called that is limited to a window, platforms or companies."""
    bounds = [*([f"since-{since}"] if since else []), *([f"until-{until}"] if until else [])]
    names = (re.sub(r"\W+", "-", name.casefold()).strip("-") for name in chosen)
    return f"{'_'.join([stem, *bounds, *names])}.html"


def _snapshot(
    project: Project,
    config: Config,
    as_of: date | None,
    *,
    since: date | str | None = None,
    until: date | None = None,
    list_name: str = "",
) -> Path:
    """What to read: the published snapshot, or one of a day, window or list, built when missing or out of date."""
    lists = [list_name] if list_name else []
    if as_of is None and since is None and until is None and lists:
        snapshot = _list_snapshot(project, list_name)
        if not _is_newest(project, snapshot):
            with locked(project, f"analyze {list_name}"):
                _analyze(project, config, snapshot=snapshot, lists=lists)
        return snapshot
    if as_of is None and since is None and until is None:
        if not project.snapshot.exists():
            fail("Nothing was analysed yet, so there is nothing to tell: run `rivalscope run` first.", NOTHING)
        return project.snapshot
    bounds = [*([f"since-{since}"] if since else []), *([f"until-{until}"] if until else [])]
    stem = brief_stem("_".join([f"{as_of}" if as_of else "now", *bounds]), list_name)
    snapshot = project.asof / f"{stem}.duckdb"
    built_at = snapshot.stat().st_mtime if snapshot.exists() else 0.0
    if not project.warehouse.exists() or built_at < project.warehouse.stat().st_mtime:
        with locked(project, f"analyze --as-of {as_of}"):
            _analyze(project, config, as_of=as_of, snapshot=snapshot, since=since, until=until, lists=lists)
    return snapshot


def _list_snapshot(project: Project, list_name: str) -> Path:
    """Where what is known of one list is, as if there were no other accounts."""
    return project.lists / f"{brief_stem('list', list_name)}.duckdb"


def _current_snapshot(project: Project, config: Config) -> Path:
    """The published snapshot, built anew when the list or what was loaded has changed since."""
    if not _is_newest(project) or not _knows_list(project.snapshot, config):
        with locked(project, "todo"):
            _load(project, config)
            _analyze(project, config)
    return project.snapshot


def _knows_list(snapshot: Path, config: Config) -> bool:
    """Whether every active account of the list was there when the snapshot was built."""
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(snapshot)
    try:
        known = {row["url"] for row in _rows(connection, "select url from marts.coverage")}
    finally:
        connection.close()
    return known.issuperset(account.link.url for account in config.active_accounts)


def _brief(
    project: Project,
    config: Config,
    snapshot: Path,
    path: Path,
    *,
    list_name: str = "",
    also: Sequence[BriefForm] = (),
    platforms: Sequence[str] = (),
    companies: Sequence[str] = (),
) -> str:
    from reports.brief import write_brief
    from reports.look import Look

    settings = config.brief
    title = f"{settings.name or 'Rivalscope brief'}: {list_name}" if list_name else None
    path.parent.mkdir(parents=True, exist_ok=True)
    report = write_brief(
        snapshot,
        path,
        title=title,
        timezone=config.timezone,
        **_language(project, config),
        thumbnails=project.thumbnails,
        also=[form.value for form in also],
        look=Look(
            name=settings.name,
            logo=project.root / settings.logo if settings.logo else None,
            accent=settings.accent,
            hidden=settings.hide,
            templates=project.root / settings.templates if settings.templates else None,
        ),
        platforms=platforms,
        companies=companies,
    )
    for warning in report.warnings:
        say(warning, err)
    for other in report.others:
        say(f"Wrote {other}")
    say(f"Wrote {report.path}")
    say(report.url)
    return report.url


class _Spoken(TypedDict):
    """What a page of ours is written in."""

    language: str
    locale: str
    catalogues: Path | None


def _language(project: Project, config: Config) -> _Spoken:
    settings = config.brief
    return {
        "language": settings.language,
        "locale": settings.locale or "",
        "catalogues": project.root / settings.catalogues if settings.catalogues else None,
    }


@app.command()
def serve(
    port: Annotated[
        int, typer.Option(metavar="PORT", help="Where to listen; 0 takes a free one.", min=0, max=65535)
    ] = 8787,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Show past briefs, and any two of them side by side.

    It answers this machine only, changes nothing, and ends with Ctrl-C.

    \b
    Examples:
      rivalscope serve --open
      rivalscope serve --port 0
    """
    from reports.page import formats_of
    from reports.serve import server

    project, config = opened()
    project.briefs.mkdir(parents=True, exist_ok=True)
    try:
        room = server(
            project.briefs, port=port, formats=formats_of(timezone=config.timezone, **_language(project, config))
        )
    except OSError as error:
        fail(f"Port {port} cannot be used ({error.strerror or error}): name another, or 0 for a free one.", USAGE)
    address = f"http://127.0.0.1:{room.server_address[1]}/"
    say(f"Briefs at {address} until Ctrl-C.")
    if show:
        webbrowser.open(address)
    with room, contextlib.suppress(KeyboardInterrupt):
        room.serve_forever()


@app.command()
def todo(
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a page of what to save by hand this week, for accounts behind walls.

    Ten minutes of work at most, the account with the oldest data first, with a link to open, what to press, and what
    came of the last imports.

    \b
    Examples:
      rivalscope todo --open
      rivalscope todo --output todo.html
    """
    from reports.todo import write_todo

    project, config = opened()
    snapshot = _current_snapshot(project, config)
    path = output or project.briefs / "todo.html"
    report = write_todo(
        snapshot, path, inbox=str(project.inbox), timezone=config.timezone, **_language(project, config)
    )
    if report.account_count:
        say(f"{many(report.account_count, 'account')} to save this week, about {many(report.minutes, 'minute')}.")
    else:
        say("Nothing to save this week.")
    say(f"Wrote {report.path}")
    say(report.url)
    if show:
        webbrowser.open(report.url)


plan_app = typer.Typer(invoke_without_command=True)
app.add_typer(plan_app, name="plan")


@plan_app.callback()
def plan(
    context: typer.Context,
    month: Annotated[
        date | None, typer.Option(parser=_month, metavar="MONTH", help="Like 2026-12; else the next one.")
    ] = None,
    per_week: Annotated[
        int, typer.Option(metavar="POSTS", min=1, max=100, help="Posts a week, on all networks together.")
    ] = 4,
    platforms: Annotated[
        list[str] | None,
        typer.Option("--platform", metavar="PLATFORM", help="Only for this one, the others stay; repeat."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where the files go; else plans/MONTH.")
    ] = None,
) -> None:
    """Plan a month of posts: most on what is shown to work, some to learn.

    Writes a calendar, upload files for Buffer and Hootsuite, a sheet to edit, and a page to read. Planned again, a
    month keeps what was approved. Days, quiet hours, holidays, campaigns and capacity stand under [plan] in
    rivalscope.toml. Calendars can subscribe to plans/calendar.ics, which holds every month.

    \b
    Examples:
      rivalscope plan import plan.csv
      rivalscope plan --month 2026-12 --per-week 4 -o december
    """
    if context.invoked_subcommand is not None:
        return
    project, config = opened()
    now = current_time()
    today = now.astimezone(ZoneInfo(config.timezone)).date()
    month = month or (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    if month < today.replace(day=1):
        fail(f"{month:%Y-%m} is over; name this month or a later one: rivalscope plan --month {today:%Y-%m}")
    if month.year > today.year + 1:
        fail(f"{month:%Y-%m} is too far away to know anything of it; name a month of this year or the next.")
    named = [_platform_or_fail(name) for name in platforms or ()]
    _plan_month(project, config, month, per_week, named, output or project.content_plans / f"{month:%Y-%m}", now)


def _plan_month(
    project: Project,
    config: Config,
    month: date,
    per_week: int,
    named: Sequence[str],
    folder: Path,
    now: datetime,
) -> None:
    """Plan a month, keep it, and write its files; ``named`` networks only, where there are any."""
    from reports.planning.door import plan_month, write_month

    with locked(project, "plan"):
        made = plan_month(
            _snapshot(project, config, None),
            month=month,
            per_week=per_week,
            accounts=[
                {
                    "platform": link.platform.value,
                    "account_key": link.account_key,
                    "host": link.host,
                    "handle": link.handle,
                }
                for link in (account.link for account in config.active_accounts if account.own)
            ],
            platforms=named or [each.value for each in config.plan.platforms],
            is_partial=bool(named),
            rules=_plan_rules(config),
            known=_planned(project),
            project=_plan_name(project, config),
            now=now,
        )
        _land_plan(project, config, made.records, now)
    scheduler = config.plan.model_dump(include={"buffer_rows", "hootsuite_dates", "pinterest_board"})
    written = write_month(made, folder, subscribed=_subscribed(project), scheduler=scheduler, now=now)
    for line in (*made.lines, *written.left_out):
        say(line)
    for path in written.paths:
        say(f"Wrote {path}")
    address = written.subscribed.resolve().as_uri()
    say(f"A calendar program can subscribe to all months at {address}, or where you publish that file.")
    say("The brief shows it from the next analysis on: rivalscope analyze")


@plan_app.command(name="import")
def import_plan(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plan.csv that `rivalscope plan` wrote, edited.")],
) -> None:
    """Take over what was edited in a plan's sheet.

    Dates, times, captions, hashtags, links, the status (draft, approved, dropped) and post_url, the address of what was
    posted, count; a sheet with a mistake changes nothing. Any spreadsheet's CSV will do.

    \b
    Example:
      rivalscope plan import plans/2026-12/plan.csv
    """
    from reports.planning.door import read_edits, write_subscribed

    project, config = opened()
    now = current_time()
    try:
        if file.stat().st_size > _LARGEST_SHEET:
            fail(f"{file} is too large for a plan's sheet; name the plan.csv that `rivalscope plan` wrote.")
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    with locked(project, "plan import"):
        known, _ = _planned(project)
        edits = read_edits(content, file.name, known, now=now)
        _land_plan(project, config, [("slot", slot.stated()) for slot in edits.changes], now)
    write_subscribed(known, edits, _subscribed(project), project=_plan_name(project, config), now=now)
    for warning in edits.warnings:
        say(warning, err)
    say(f"Took over {many(len(edits.changes), 'changed slot')}.")
    for name in sorted({slot.plan.removeprefix("plan-") for slot in edits.changes}):
        say(f"Its other files follow with: rivalscope plan --month {name}")


def _plan_rules(config: Config) -> dict[str, Any]:
    """What a plan keeps to, in plain values."""
    settings = config.plan
    own_sites = [each.link.url for each in config.active_accounts if each.own and each.link.platform is Platform.WEB]
    return {
        "timezone": config.timezone,
        "audience_timezone": config.analysis.audience_timezone,
        "days": settings.weekdays,
        "quiet": settings.quiet,
        "campaigns": [each.model_dump() for each in settings.campaigns],
        "link": settings.link or next(iter(own_sites), None),
        **settings.model_dump(include={"country", "subdivision", "most_a_day", "most_a_week", "hashtags"}),
    }


def _plan_name(project: Project, config: Config) -> str:
    """What calendar entries of the project are called by: as long as it stays, they are the same entries."""
    from reports.planning.door import project_name

    own = [account.company for account in config.accounts if account.own]
    return project_name(config.plan.name, *own[:1], project.root.name)


def _subscribed(project: Project) -> Path:
    return project.content_plans / "calendar.ics"


def _planned(project: Project) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Slots and tests as they are now. Raises WarehouseBusyError: an older state would be planned over."""
    from analysis.build import build_facts
    from analysis.planned import planned

    path = _known(project)
    if project.warehouse.exists() and path.stat().st_mtime < project.warehouse.stat().st_mtime:
        build_facts(project.warehouse, project.known, now=current_time(), wait_seconds=WAIT_SECONDS)
        path = project.known
    return planned(path)


def _land_plan(project: Project, config: Config, records: Sequence[tuple[str, dict[str, Any]]], now: datetime) -> None:
    from crawler.landing import LandingWriter, own_line
    from crawler.plan import new_crawl_id

    if not records:
        return
    crawl_id = f"plan-{new_crawl_id(now)}"
    with LandingWriter(project.landing, crawl_id, "plan") as writer:
        for kind, stated in records:
            writer.write(own_line(kind, stated, crawl_id=crawl_id, observed_at=now))
    _load(project, config)


def _platform_or_fail(name: str) -> str:
    found = platform_named(name)
    if found is None:
        fail(f"{name!r} is no platform{nearest(name, Platform)}")
    return found.value


@app.command()
def run(
    anew: Annotated[
        bool, typer.Option("--anew", help="Visit every account, though the last run was stopped half way.")
    ] = False,
    list_name: ListName = "",
    wait: Wait = 0,
) -> None:
    """Do all of it: import, crawl, load, analyze, write the brief and deliver it.

    A run that was stopped in the last twelve hours is continued: only accounts that it did not visit are visited. What
    was expected of each account and what came is kept in data/runs/.

    With --list it visits the accounts of one list, and writes and delivers its brief.

    \b
    Examples:
      rivalscope run
      rivalscope run --list coffee
    """
    project, config = opened()
    lists = [list_name] if list_name else []
    left_out = _left_out(config, lists, is_rest=False)
    with locked(project, "run", wait_minutes=wait):
        report = _report_of_run(project, config, lists, is_anew=anew)
        summary = _run(project, config, report, left_out=left_out)
        exit_code = _judge(project, summary, config, report, has_brief=True)
    raise typer.Exit(exit_code)


def _report_of_run(project: Project, config: Config, lists: Sequence[str] = (), *, is_anew: bool) -> ReportFile:
    """The report of a new run, or of the stopped one that is continued."""
    from crawler.run_report import ReportFile, RunReport, to_continue

    now = current_time()
    stopped = None if is_anew else to_continue(project.runs, now, lists)
    if stopped is None:
        return ReportFile(project.runs, RunReport(command="run", started_at=now, lists=list(lists)))
    left_out = _left_out(config, lists, is_rest=False)
    listed = {account.link.account_key for account in config.active_accounts} - left_out
    stopped.report.accounts = [line for line in stopped.report.accounts if line.account_key in listed]
    done = sum(line.is_done for line in stopped.report.accounts)
    say(
        f"Going on with the run of {stopped.report.started_at:%Y-%m-%d %H:%M} UTC, which was stopped: it had visited"
        f" {done:,} of {many(len(listed), 'account')}. (All of them again: rivalscope run --anew)"
    )
    return stopped


def _run(
    project: Project, config: Config, report: ReportFile, *, left_out: Collection[str] = ()
) -> CrawlSummary | None:
    """Every step that is not done yet; the summary of the crawl, where there was one."""
    if project.inbox.is_dir() and any(project.inbox.iterdir()):
        _import(project, config, [project.inbox])
        report.step("import")
    # whoever only brings files has a brief of them, too
    is_only_imported = not config.active_accounts and "import" in report.report.steps
    summary = None if is_only_imported else _crawl(project, config, report, is_loaded=True, left_out=left_out)
    _load(project, config)
    report.step("load")
    snapshot = project.snapshot
    if "analyze" not in report.report.steps or not _is_newest(project):
        snapshot = _analyze(project, config)
        report.step("analyze")
    _take_drift(snapshot, report.report)
    _fetch_pictures(project, config, snapshot)
    report.step("pictures")
    pages = _briefs_of_run(project, config, report.report.lists or ["", *config.lists_told_together])
    report.step("brief")
    _deliver_due(project, config, report, pages)
    _tidy(project, config)
    return summary


def _briefs_of_run(project: Project, config: Config, names: Sequence[str]) -> dict[Path, str]:
    """This week's brief of each list ("" is all accounts), as page → list. The caller holds the lock."""
    week = current_time().astimezone(ZoneInfo(config.timezone)).strftime("%G-W%V")
    also = [BriefForm.JSON, *([BriefForm.MAIL] if config.deliver.to else [])]
    pages = {}
    for name in names:
        page = project.briefs / f"{brief_stem(week, name)}.html"
        snapshot = project.snapshot
        if name:
            snapshot = _analyze(project, config, snapshot=_list_snapshot(project, name), lists=[name])
        _brief(project, config, snapshot, page, list_name=name, also=also)
        pages[page] = name
    return pages


def _deliver_due(project: Project, config: Config, report: ReportFile, written: Mapping[Path, str]) -> None:
    """Bring what was written now (page → its list's name), what did not arrive before, and alerts to whoever wants it.

    What does not arrive goes into the report; nothing ends the run.
    """
    from crawler.credentials import CredentialError
    from reports.delivery import Ledger, waiting_briefs
    from reports.errors import BriefError

    if not config.deliver.to:
        return
    try:
        pages = waiting_briefs(project.briefs, Ledger(project.deliveries), current_time(), config.list_names)
        report.report.undelivered = _deliver_briefs(project, config, {**pages, **written})
        report.report.undelivered += _deliver_alerts(project, config)
    except (BriefError, CredentialError) as error:
        report.report.undelivered = [f"Nothing was delivered: {error}"]
    report.step("deliver")


def _deliver_briefs(
    project: Project,
    config: Config,
    pages: Mapping[Path, str],
    *,
    only: Collection[str] | None = None,
    is_asked: bool = False,
    is_again: bool = False,
) -> list[str]:
    """Pages (and whose list's each is) to whoever wants them; a sentence for each that did not arrive.

    Raises BriefError and CredentialError where nothing can be delivered at all.
    """
    from reports.delivery import Receiver, brief_errands

    receivers = [Receiver(**each) for each in open_receivers(config.deliver, project.root, News.BRIEF)]
    wanted = [each for each in receivers if only is None or each.name in only]
    errands, remarks = brief_errands(pages, wanted, issuer=str(project.root), name=config.brief.name)
    for remark in remarks:
        say(remark, err)
    return _hand_out(project, errands, is_asked=is_asked, is_again=is_again)


def _deliver_alerts(project: Project, config: Config) -> list[str]:
    """What holds now and was not told yet, to whoever wants alerts; a sentence for each that did not arrive."""
    from reports.alerts import alert_errands, current_alerts, noticed
    from reports.delivery import Ledger, Receiver

    receivers = [Receiver(**each) for each in open_receivers(config.deliver, project.root, News.ALERTS)]
    if not receivers or not project.snapshot.exists():
        return []
    now = current_time()
    alerts = current_alerts(project.snapshot, timezone=config.timezone, **_language(project, config))
    errands = alert_errands(
        noticed(project.alerts, alerts, now),
        receivers,
        Ledger(project.deliveries),
        now,
        issuer=str(project.root),
        name=config.brief.name,
    )
    return _hand_out(project, errands)


def _hand_out(
    project: Project, errands: Sequence[Errand], *, is_asked: bool = False, is_again: bool = False
) -> list[str]:
    """Deliver, say and land what came of it; a sentence for each errand that failed. The caller holds the lock."""
    from reports.delivery import Ledger, go_round

    failures = []
    attempts = []
    ledger = Ledger(project.deliveries)
    for attempt in go_round(errands, ledger, current_time, is_asked=is_asked, is_again=is_again):
        attempts.append(attempt)
        if attempt.is_delivered:
            remark = f" {attempt.sentence}" if attempt.sentence else ""
            say(f"Delivered {attempt.errand.parcel.subject!r} to {attempt.errand.whom}.{remark}")
        else:
            failures.append(attempt.sentence)
    if attempts:
        _land_deliveries(project, attempts)
    return failures


def _land_deliveries(project: Project, attempts: Sequence[Attempt]) -> None:
    from crawler.landing import LandingWriter, own_line
    from crawler.plan import new_crawl_id

    crawl_id = f"deliver-{new_crawl_id(current_time())}"
    with LandingWriter(project.landing, crawl_id, "deliver") as writer:
        for attempt in attempts:
            stated = {
                "receiver": attempt.errand.receiver.name,
                "way": attempt.errand.receiver.way,
                "addressee": attempt.errand.addressee or None,
                "is_delivered": attempt.is_delivered,
                "message": attempt.sentence or None,
            }
            for parcel in attempt.errand.parcel.keys:
                record = own_line("delivery", {"parcel": parcel, **stated}, crawl_id=crawl_id, observed_at=attempt.at)
                writer.write(record)


@app.command()
def alerts() -> None:
    """Show what should be known before the next brief.

    Posts that break out, competitors' followers that jump, accounts that are gone, visits that fail again and again.
    From which numbers on, stands under [alerts] in rivalscope.toml. Each is told once to those whose [deliver.to.NAME]
    has tell = ["brief", "alerts"], after each crawl and run.

    \b
    Example:
      rivalscope alerts
    """
    from reports.alerts import current_alerts, known_since

    project, config = opened()
    snapshot = _snapshot(project, config, None)
    now = known_since(project.alerts, current_alerts(snapshot, timezone=config.timezone, **_language(project, config)))
    if not now:
        say("Nothing needs telling before the next brief.")
    for alert in now:
        say(alert.sentence if alert.since is None else f"{alert.since:%Y-%m-%d}  {alert.sentence}")


@app.command()
def deliver(
    week: Annotated[
        Any, typer.Option(parser=_week, metavar="WEEK", help="The brief of that week, like 2026-W47; else the newest.")
    ] = None,
    list_name: ListName = "",
    to: Annotated[list[str] | None, typer.Option("--to", metavar="NAME", help="Only to this receiver; repeat.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also to those who have it already.")] = False,
    test: Annotated[bool, typer.Option("--test", help="Send a test message in place of a brief.")] = False,
    connect: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Store a receiver's address or keys, and stop; `mail` for all mail."),
    ] = None,
    wait: Wait = 0,
) -> None:
    """Bring the brief to people: mailboxes, Slack and others, a folder, a bucket.

    Who gets it stands under [deliver.to.NAME] in rivalscope.toml. Addresses with a password or token are stored apart:
    --connect asks for one without showing it. A run delivers by itself; nobody gets a brief twice unasked.

    \b
    Examples:
      rivalscope deliver --connect team
      rivalscope deliver --test
      rivalscope deliver --week 2026-W47 --to office
    """
    project, config = opened()
    if connect is not None:
        delivering.connect_receiver(config, connect)
        return
    only = delivering.checked_receivers(config, to)
    _check_lists(config, [list_name] if list_name else [])
    with locked(project, "deliver", wait_minutes=wait):
        if test:
            failures = _send_test(project, config, only)
        else:
            pages = _pages_to_deliver(project, config, f"{week:%G-W%V}" if week else None, list_name)
            failures = _deliver_briefs(project, config, pages, only=only, is_asked=True, is_again=again)
            if not failures and not again:
                say(f"Everybody has {' and '.join(page.name for page in pages)}.")
    for sentence in failures:
        say(sentence, err)
    if failures:
        raise typer.Exit(UNDELIVERED)


def _pages_to_deliver(project: Project, config: Config, week: str | None, list_name: str) -> dict[Path, str]:
    """The brief of ``week``, or the newest one, of that list, or of all that are there; page → list.

    Raises CommandError when there is none that can be mailed.
    """
    found: dict[Path, str] = {}
    for name in [list_name] if list_name else ["", *sorted(config.list_names)]:
        pages = sorted(project.briefs.glob(f"{brief_stem(week or '????-W??', name)}.html"))
        found |= {pages[-1]: name} if pages else {}
    if not found:
        what = " ".join(["no brief", *([f"of {week}"] if week else []), *([f"of {list_name}"] if list_name else [])])
        fail(f"There is {what} in {project.briefs}; write it first: rivalscope run", NOTHING)
    for page in found:
        if not page.with_suffix(".mail.html").is_file():
            fail(f"{page.name} was written without its short version; write it again: rivalscope brief --also mail")
    return found


def _all_receivers(project: Project, config: Config) -> list[Receiver]:
    """Whatever they want to hear. Raises CredentialError."""
    from reports.delivery import Receiver

    known = {each["name"]: each for news in News for each in open_receivers(config.deliver, project.root, news)}
    return [Receiver(**each) for each in known.values()]


def _send_test(project: Project, config: Config, only: Collection[str]) -> list[str]:
    """A message to each receiver that says that it is a test; nothing is written down."""
    from reports.delivery import DeliveryError, errands_of, hand_over, trial_parcel

    receivers = [each for each in _all_receivers(project, config) if each.name in only]
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        parcel = trial_parcel(Path(folder), issuer=str(project.root), name=config.brief.name, now=current_time())
        for errand in errands_of(parcel, receivers):
            try:
                reply = hand_over(errand, current_time())
            except DeliveryError as error:
                failures.append(f"Not delivered: {error}")
            else:
                say(f"A test message went to {errand.whom}. {reply.remark}".rstrip())
    return failures


def _tidy(project: Project, config: Config) -> None:
    """Delete what is kept longer than the configuration says."""
    from crawler.disk import in_words
    from crawler.retention import tidy

    kept = config.retention
    for gone in tidy(
        project,
        current_time(),
        archive_days=kept.archive_days,
        archive_bytes=round(kept.archive_gb * 1_000_000_000),
        landing_days=kept.landing_days,
    ):
        say(f"Deleted {gone.count:,} outdated {gone.what} ({in_words(gone.size)}), as [retention] says.")


def _is_newest(project: Project, snapshot: Path | None = None) -> bool:
    """Whether the snapshot (else the published one) was built after the list and what was loaded last changed."""
    changes = [path.stat().st_mtime for path in (project.config_path, project.warehouse) if path.exists()]
    built = snapshot or project.snapshot
    return built.exists() and built.stat().st_mtime >= max(changes)


def _take_drift(snapshot: Path, report: RunReport) -> None:
    """Visits of this run that are unlike their account's history end as the analysis judged them."""
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(snapshot)
    try:
        query = """
            select
                drift.account_key, drift.crawl_id, coverage.outcome, coverage.message,
                bool_or(drift.is_new) as is_new
            from marts.drift inner join marts.coverage using (account_id)
            where drift.is_out and drift.is_newest
            group by all
        """
        for row in _rows(connection, query):
            report.judge(**row)
    finally:
        connection.close()


def _fetch_pictures(project: Project, config: Config, snapshot: Path) -> None:
    """Thumbnails of the posts that the brief shows; without them it is whole, too."""
    from analysis.facts import plan_facts
    from crawler.pictures import Picture, PicturePlan, fetch_pictures, missing_pictures
    from reports.pictures import wanted_pictures

    now = current_time()
    wanted = [Picture(name=post_id, url=url) for post_id, url in wanted_pictures(snapshot)]
    pictures = missing_pictures(project.thumbnails, wanted, now)
    pictures = [each for each in pictures if contact_problem(config.contact, [each.url]) is None]
    facts = plan_facts(snapshot, now=now, horizon_days=config.horizon_days)
    plan = PicturePlan(
        folder=str(project.thumbnails),
        contact=config.contact,
        own_hosts=config.own_hosts,
        min_delay_seconds=config.network.min_delay_seconds,
        hosts=_host_states(facts.hosts),
        pictures=tuple(pictures),
    )
    if pictures:
        say(f"Fetched {fetch_pictures(plan, now=now)} of {many(len(pictures), 'picture')} for the brief.")


# ---------------------------------------------------------------- asking


class AnswerFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


@app.command()
def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY|NAME", help="SQL in quotes, or the name of a saved question.")
    ] = None,
    tables: Annotated[bool, typer.Option("--tables", help="Say what tables and columns mean, and stop.")] = False,
    saved: Annotated[bool, typer.Option("--list", help="Name the saved questions, and stop.")] = False,
    form: Annotated[AnswerFormat, typer.Option("--format", help="How to write the rows.")] = AnswerFormat.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write them there.")] = None,
    as_of: AsOf = None,
) -> None:
    """Ask the published data anything, in SQL or by a saved question's name.

    \b
    Examples:
      rivalscope sql "select company, posts_per_week from marts.league where platform = 'all'"
      rivalscope sql --list
      rivalscope sql "select * from marts.posts" --format parquet -o posts.parquet
    """
    from analysis.ask import ask, ask_parquet, saved_question

    if tables or saved or query is None:
        _show_what_there_is(is_tables=tables)
        return
    project, config = opened()
    snapshot = _snapshot(project, config, as_of)
    text = query if len(query.split()) > 1 else saved_question(query.replace("-", "_")).sql
    if form is AnswerFormat.PARQUET:
        if output is None:
            fail("Parquet goes to a file; say which: -o rows.parquet")
        ask_parquet(snapshot, text, output)
        say(f"Wrote {output}.", err)
        return
    answer = ask(snapshot, text)
    _write_answer(answer, form, output)
    if answer.is_cut and form is not AnswerFormat.TABLE:
        say(f"There are more rows than these {len(answer.rows):,}; --format parquet takes a million.", err)


def _write_text(output: Path, text: str) -> None:
    try:
        output.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.")
    say(f"Wrote {output}.", err)


def _write_answer(answer: Answer, form: AnswerFormat, output: Path | None) -> None:
    from analysis.ask import write_answer

    if output is None:
        write_answer(answer, form.value, sys.stdout)  # type: ignore[arg-type]  # all but parquet are its forms
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            write_answer(answer, form.value, file)  # type: ignore[arg-type]  # as above
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.")
    say(f"Wrote {output}.", err)


def _show_what_there_is(*, is_tables: bool) -> None:
    from analysis.ask import saved_questions
    from analysis.ask import tables as described

    if not is_tables:
        show_table(("name", "question"), [(question.name, question.question) for question in saved_questions()])
        return
    rows: list[tuple[str, str]] = []
    for table in described():
        rows.append((table.name, table.description))
        rows += [(f"  {name}", description) for name, description in table.columns]
    show_table(("table and columns", "meaning"), rows)


class AuditFormat(StrEnum):
    """How an audit is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MD = "md"


@app.command()
def audit(
    company: Annotated[
        list[str] | None, typer.Option("--company", metavar="NAME", help="Of that company; may be given several times.")
    ] = None,
    form: Annotated[AuditFormat, typer.Option("--format", help="How to write it.")] = AuditFormat.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
    online: Annotated[bool, typer.Option("--online", help="First ask whether the own brand's links answer.")] = False,
    as_of: AsOf = None,
) -> None:
    """Say what to mend in profiles, posts and pages, and what competitors do.

    Without --company the own brand is looked at. Caps and advice are those of the day; each is shown with its source.

    \b
    Examples:
      rivalscope audit
      rivalscope audit --online
      rivalscope audit --company Acme --format csv -o acme.csv
      rivalscope audit --as-of 2025-12-01
    """
    from analysis.ask import ask
    from reports.audit import audit_query, audit_text

    project, config = opened()
    if online and as_of:
        fail("--online asks how links are now, which is not known of an earlier day: leave one of both out.")
    snapshot = _snapshot(project, config, as_of)
    if online:
        with locked(project, "audit"):
            _check_links(project, config, snapshot)
    if form in (AuditFormat.TEXT, AuditFormat.MD):
        text = audit_text(snapshot, form=form.value, companies=company or (), timezone=config.timezone)
        if output is None:
            say(text)
        else:
            _write_text(output, text)
        return
    answer = ask(snapshot, audit_query(snapshot, companies=company or ()))
    _write_answer(answer, AnswerFormat(form.value), output)


def _check_links(project: Project, config: Config, snapshot: Path) -> None:
    from analysis.facts import host_facts, own_links
    from crawler.link_checks import MAX_LINKS, LinkPlan, WantedLink, check_links
    from crawler.plan import new_crawl_id

    links = [each for each in own_links(snapshot) if contact_problem(config.contact, [each.url]) is None]
    if not links:
        say(
            "There is no link of an own account to ask for; rivalscope add --own URL says which accounts are yours.",
            err,
        )
        return
    now = current_time()
    plan = LinkPlan(
        crawl_id=f"links-{new_crawl_id(now)}",
        now=now.isoformat(),
        landing=str(project.landing),
        contact=config.contact,
        own_hosts=config.own_hosts,
        min_delay_seconds=config.network.min_delay_seconds,
        hosts=_host_states(host_facts(snapshot)),
        links=tuple(
            WantedLink(account_key=each.account_key, platform=each.platform, host=each.host, url=each.url)
            for each in links[:MAX_LINKS]
        ),
    )
    say(
        f"Asking for {many(len(plan.links), 'link')} of {len(links)}, two seconds or more between two to one host.", err
    )
    check_links(plan, project.link_checks)
    _load(project, config)
    _analyze(project, config)


def _host_states(hosts: Sequence[HostFacts]) -> tuple[dict[str, Any], ...]:
    """What a small crawl beside the main one is told of hosts."""
    return tuple(
        {
            "host": each.host,
            "retry_after_at": each.retry_after_at.isoformat() if each.retry_after_at else None,
            "error_streak": each.error_streak or 0,
        }
        for each in hosts
    )


# ---------------------------------------------------------------- upkeep


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it, like market-2026-11.zip.")],
    archive: Annotated[
        bool, typer.Option("--archive", help="With the archive of pages, from which everything could be read again.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE when it exists.")] = False,
    wait: Wait = 0,
) -> None:
    """Write the whole project into one file.

    Configuration, warehouse, landing files, inbox and briefs; no credentials, which stand elsewhere. It is read back
    when it is written. `rivalscope restore` puts it back, also with a later version.

    \b
    Example:
      rivalscope backup ~/backups/market-2026-11.zip
    """
    from analysis.warehouse import copy_warehouse
    from crawler.backup import write_backup
    from crawler.disk import in_words, size_of

    project, config = opened()
    with locked(project, "backup", wait_minutes=wait):
        report = write_backup(
            project,
            config,
            file.expanduser(),
            now=current_time(),
            copy_warehouse=lambda target: copy_warehouse(project.warehouse, target, wait_seconds=WAIT_SECONDS),
            has_archive=archive,
            may_replace=force,
        )
    size = in_words(size_of(report.path))
    say(f"Wrote {report.path}, and read it back: {many(report.file_count, 'file')}, {size}.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `rivalscope backup` wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the project that is here; it is kept in a folder beside.")
    ] = False,
) -> None:
    """Put a backup back: into the current folder, or the one that --project names.

    Everything is unpacked and checked before anything is changed. What an older version wrote is brought up to date.

    \b
    Examples:
      mkdir market && cd market && rivalscope restore ~/backups/market-2026-11.zip
      rivalscope restore ~/backups/market-2026-11.zip --force
    """
    from crawler.backup import restore_backup

    root = (Given.project or Path.cwd()).expanduser().resolve()
    root = root.parent if root.suffix == ".toml" else root
    project = Project(root / FILE_NAME)
    with locked(project, "restore") if project.data.is_dir() else contextlib.nullcontext():
        report, kept = restore_backup(
            file.expanduser(), root, now=current_time(), upgrade_warehouse=_upgraded, may_replace=force
        )
    if kept is not None:
        say(f"What was here before is in {kept}.")
    say(
        f"Restored {many(report.file_count, 'file')} of {report.made_at:%Y-%m-%d %H:%M} UTC into {root}."
        " Next: rivalscope analyze"
    )


def _upgraded(warehouse: Path) -> None:
    from analysis.warehouse import open_warehouse

    open_warehouse(warehouse, now=current_time()).close()


@app.command()
def forget(
    who: Annotated[str, typer.Argument(metavar="LINK|COMPANY", help="Which account, or whose.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    wait: Wait = 0,
) -> None:
    """Take an account out of all that was collected, and never collect it again.

    Its rows, its pages in the archive, its lines in landing files and logs, its pictures, and the briefs that show it.
    What you brought yourself stays, and is named. Backups, and what was sent to others, cannot be reached.

    \b
    Examples:
      rivalscope forget https://mastodon.example/@somebody
      rivalscope forget "Acme" --yes
    """
    from analysis import forgetting as in_warehouse
    from crawler import forgetting as in_files

    project, config = opened()
    links = account_list.meant(config, who)
    with locked(project, "forget", wait_minutes=wait):
        _load(project, config)
        named = [in_warehouse.Named(**{name: getattr(link, name) for name in _NAMES_OF_LINK}) for link in links]
        found = in_warehouse.holding(project.warehouse, named, wait_seconds=WAIT_SECONDS)
        traces = in_files.Traces(
            account_keys=found.account_keys | {link.account_key for link in links},
            names=found.names | {link.url for link in links},
            post_ids=frozenset(map(str, found.post_ids)),
            pages=found.pages,
        )
        say(f"Everything of {', '.join(link.url for link in links)} goes, and it is excluded from now on:")
        rows, pages = sum(found.row_counts.values()), sum(map(len, found.pages.values()))
        briefs = len(in_files.briefs_naming(project, traces))
        counts = {"post": len(found.post_ids), "row": rows, "kept page": pages, "brief file": briefs}
        say(", ".join(many(count, what) for what, count in counts.items()) + ".")
        if not (yes or (sys.stdin.isatty() and typer.confirm("Forget it, for good?"))):
            fail("Nothing was forgotten; say --yes to do it.")
        account_list.exclude(project.config_path, links)
        for erased in in_files.erase(project, traces):
            say(f"Erased: {many(erased.count, erased.what)}")
        in_warehouse.forget(project.warehouse, found, now=current_time(), wait_seconds=WAIT_SECONDS)
        _analyze(project, load_config(project.config_path))
        for path in in_files.still_naming(project, traces):
            say(f"{path} names it still; it is yours: change or delete it yourself.", err)
    say("Forgotten. Backups made before hold it still; so does what was sent to others.")


@app.command()
def doctor(
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every value of the warehouse, so that damage anywhere shows.")
    ] = False,
) -> None:
    """Find what is wrong with a project, and say how to mend it.

    Nothing is changed. Ends with 1 when something is wrong. Hints are no faults.

    \b
    Examples:
      rivalscope doctor
      rivalscope doctor --thorough
    """
    from analysis.health import troubles
    from crawler.findings import Finding, about_configuration, findings

    project = Project.find(Given.project)
    config, found = about_configuration(project)
    found += findings(project, current_time())
    found += (
        Finding(trouble.sentence, trouble.mend)
        for trouble in troubles(project.warehouse, project.snapshot, is_thorough=thorough)
    )
    found += _findings_about_surroundings(project, config)
    for each in sorted(found, key=lambda finding: finding.is_hint):
        say(f"{'Hint: ' if each.is_hint else ''}{each.sentence} {each.mend}")
    wrong = sum(not each.is_hint for each in found)
    if wrong:
        say(f"{many(wrong, 'thing')} to mend in {project.root}.")
        raise typer.Exit(UNEXPECTED)
    say(f"Nothing is wrong in {project.root}.")


def _findings_about_surroundings(project: Project, config: Config | None) -> Iterator[Finding]:
    """Tokens, timers, and the browser that prints."""
    from crawler.credentials import CredentialError
    from crawler.findings import Finding
    from reports.pdf import find_browser

    if config is not None:
        if problem := list_contact_problem(config):
            yield Finding(problem, "")
        try:
            for notice in credential_notices(config):
                yield Finding(notice.sentence, "", is_hint=not notice.is_urgent)
        except CredentialError as error:
            yield Finding(str(error), "")
        yield from scheduling.timer_findings(project, config)
        yield from _findings_about_receivers(project, config)
    if find_browser() is None:
        yield Finding(
            "There is no Chromium, Chrome or Edge, so that `brief --also pdf` cannot print.",
            "Install one, or print the brief from any browser.",
            is_hint=True,
        )


def _findings_about_receivers(project: Project, config: Config) -> Iterator[Finding]:
    from crawler.credentials import CredentialError
    from crawler.findings import Finding
    from reports.delivery import trouble_with

    if not config.deliver.to:
        return
    try:
        for trouble in map(trouble_with, _all_receivers(project, config)):
            if trouble:
                yield Finding(trouble, "Until then nothing reaches it.")
    except CredentialError as error:
        yield Finding(str(error), "")


# ---------------------------------------------------------------- for contributors

app.command()(contributing.new)
app.command()(contributing.record)


# ---------------------------------------------------------------- the example market


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="FOLDER", help="Where the demo's project goes; made anew each time.")
    ] = Path("demo"),
) -> None:
    """Crawl a bundled example market on this machine, and write its brief.

    Six invented companies with known truths, served on loopback: nothing leaves this machine. Ends with 0 when what was
    found is what is true.

    \b
    Example:
      rivalscope demo
    """
    from crawler.market import Market, MarketServer, misses, truth, write_project

    root = folder.expanduser().resolve()
    if root.exists() and any(root.iterdir()) and not (root / _DEMO_MARK).exists():
        fail(f"{root} is not an earlier demo; name an empty folder: rivalscope demo --folder FOLDER")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    (root / _DEMO_MARK).touch()
    with MarketServer(Market(current_time())) as server:
        project = Project(write_project(server, root))
        config = load_config(project.config_path)
        say(f"The example market: {many(len(config.accounts), 'account')} on this machine, project in {root}.")
        with locked(project, "demo"):
            report = _report_of_run(project, config, is_anew=True)
            _run(project, config, report)
            report.finish(current_time(), DONE)
        told = truth(server)
    horizon_at = datetime.fromisoformat(told["now"]) - timedelta(days=config.horizon_days)
    wrong = misses(told, *_found(project, horizon_at))
    for sentence in wrong:
        say(f"Not as the truth says: {sentence}", err)
    if wrong:
        raise typer.Exit(UNEXPECTED)
    say("Everything came out as the market's truth says; the account behind a wall is part of it.")


_DEMO_MARK = ".rivalscope-demo"


def _found(project: Project, horizon_at: datetime) -> tuple[list[dict[str, Any]], dict[str, int], list[dict[str, Any]]]:
    """What the warehouse says about the example market: coverage, posts by account link, claims about formats."""
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(project.snapshot)
    try:
        coverage = _rows(connection, "select url, outcome from marts.coverage")
        posts = _rows(
            connection,
            """
            select
                coverage.url,
                count(*) as post_count,
            from marts.posts
            inner join marts.coverage using (account_id)
            where published_at >= ?
            group by all
            """,
            horizon_at,
        )
        claims = _rows(
            connection,
            """
            select *
            from marts.claims
            where dimension = 'format' and scope = 'general' and outcome = 'engagement'
            """,
        )
    finally:
        connection.close()
    return coverage, {row["url"]: row["post_count"] for row in posts}, claims


def _rows(connection: Any, query: str, *values: object) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


# ---------------------------------------------------------------- the way in


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Never raises for what a user can do wrong."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    given = _hoisted(list(sys.argv[1:] if arguments is None else arguments))
    try:
        code = typer.main.get_command(app).main(args=given, prog_name="rivalscope", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        say("Stopped. What was collected is kept.", err)
        return STOPPED
    except (BrokenPipeError, SystemExit):
        # whoever read our output has seen enough (Typer and rich make a SystemExit of it)
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _explain(error)
    return code if isinstance(code, int) else DONE


def _hoisted(arguments: list[str]) -> list[str]:
    """The options for all commands in front of the command, wherever they were written."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--debug" or word.startswith("--project="):
            front.append(word)
        elif word == "--project":
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        else:
            rest.append(word)
    return front + rest


def _explain(error: Exception) -> int:
    from crawler.backup import BackupError
    from crawler.credentials import CredentialError
    from crawler.landing import LandingError
    from crawler.metering import LedgerError
    from crawler.plan import PlanError
    from crawler.reading.captured import CaptureError
    from crawler.recording import RecordingError
    from crawler.scaffold import ScaffoldError
    from crawler.timers import TimerError

    match error:
        case CommandError():
            code = error.exit_code
        case (
            account_list.ListError()
            | CaptureError()
            | RecordingError()
            | ScaffoldError()
            | TimerError()
            | BackupError()
        ):
            code = USAGE
        case ConfigError() | CredentialError():
            code = CONFIGURATION
        case RunLockedError():
            code = LOCKED
        case LandingError() | PlanError() | LedgerError():
            code = UNEXPECTED
        case _ if hasattr(error, "format_message"):  # Typer's own: a mistake on the command line
            return _explain_usage(error)
        case OSError() if sentence := _about_disk(error):
            say(sentence, err)
            return UNEXPECTED
        case _:
            known = _of_analysis_or_reports(error)
            if known is None:
                return _explain_unexpected(error)
            code = known
    for sentence in str(error).splitlines():
        say(sentence, err)
    if Given.is_debug:
        err.print(Text("".join(traceback.format_exception(error))))
    return code


def _explain_usage(error: Any) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        say(error.format_message())
        return USAGE
    near = f"; did you mean {' or '.join(near)}?" if (near := getattr(error, "possibilities", None)) else "."
    message = str(error.message if near != "." else error.format_message()).strip().rstrip(".")
    near = "" if message.endswith("?") else near
    path = context.command_path if context is not None else "rivalscope"
    if path.endswith(" connect") and "extra argument" in message:
        # what was typed too much is likely the token itself
        say(f"Name the network only; you are asked for the token without it being shown. See: {path} --help", err)
        return USAGE
    say(f"{message}{near} See: {path} --help", err)
    return USAGE


def _about_disk(error: OSError) -> str | None:
    """One sentence, where it is the disk that does not take what is written."""
    name = f" of {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"No room left on the disk{name}: what was collected is kept; free some space, then do it again."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and error.filename:
        return f"{error.filename} cannot be written ({error.strerror}): check who owns it and its folder."
    return None


def _of_analysis_or_reports(error: Exception) -> int | None:
    package = type(error).__module__.partition(".")[0]
    if package not in ("analysis", "reports"):
        return None
    names = {cls.__name__ for cls in type(error).__mro__}
    if names & {"RulesError", "LookError"}:
        return CONFIGURATION
    if "WarehouseBusyError" in names:
        return LOCKED
    if "SnapshotMissingError" in names:
        return NOTHING
    if names & {"AskError", "LabelError", "UnknownNameError", "PlanningError"}:
        return USAGE
    return UNEXPECTED


def _explain_unexpected(error: Exception) -> int:
    details = "".join(traceback.format_exception(error))
    if Given.is_debug:
        err.print(Text(details))
        return UNEXPECTED
    try:
        log = Project.find(Given.project).log
        log.parent.mkdir(parents=True, exist_ok=True)
    except (ConfigError, OSError):
        log = Path(tempfile.gettempdir()) / "rivalscope.log"
    said = " ".join(str(error).split())[:200]
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{current_time():%Y-%m-%d %H:%M:%S} {' '.join(sys.argv[1:])}\n{details}\n")
    except OSError:
        say(f"Something unexpected went wrong ({type(error).__name__}: {said}); see it with --debug.", err)
        return UNEXPECTED
    say(f"Something unexpected went wrong ({type(error).__name__}: {said}); the details are in {log}.", err)
    return UNEXPECTED


if __name__ == "__main__":
    sys.exit(main())
