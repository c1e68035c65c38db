"""``crawl``: what is due is asked for, and how it went is judged."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from crawler.clock import MEND, contradicted
from crawler.commands.doors import credential_notices, renew_credentials
from crawler.commands.session import current_time, held_credentials, list_contact_problem, locked, opened
from crawler.commands.terminal import (
    CONFIGURATION,
    DONE,
    NOTHING,
    STOPPED,
    UNDELIVERED,
    WORSE,
    err,
    fail,
    many,
    say,
    show_table,
)
from crawler.config import Account, Config
from crawler.items import Outcome, Platform, Reason
from crawler.platforms import FACTS, foretold
from crawler.project import Project
from crawler.reading.text import clean
from crawler.receivers import News
from crawler.run_lock import crawls_at_work
from crawler.whole_file import write_whole
from rivalscope_commands.budgets import metered_platforms, spent_so_far
from rivalscope_commands.deliveries import deliver_due
from rivalscope_commands.lists import left_out_accounts
from rivalscope_commands.loading import listed_accounts, load_landed
from rivalscope_commands.options import Wait
from rivalscope_commands.snapshots import build_snapshot, was_written_after

if TYPE_CHECKING:
    from crawler.plan import CrawlPlan, HostFacts
    from crawler.run import CrawlSummary, Event
    from crawler.run_report import AccountLine, ReportFile


_LOAD_EVERY_SECONDS = 30.0


_WRITE_EVERY_SECONDS = 2.0


GOOD = (Outcome.COMPLETE, Outcome.UNCHANGED)


# what a site decided about us or its account: seen once, it is expected until it changes
LASTING = (Outcome.LOGIN_WALL, Outcome.BLOCKED, Outcome.ROBOTS_DENIED, Outcome.NOT_FOUND, Outcome.GONE)


# as lasting, however the visit ended: the account goes on elsewhere
_ELSEWHERE = (Reason.MOVED, Reason.OFF_HOST)


def known_facts(project: Project) -> Path:
    """What the warehouse knows: the published snapshot, or a smaller file where something was loaded after it.

    So that two crawls without an analysis between them do not read everything twice. While somebody else holds the
    warehouse, the snapshot has to do.
    """
    from analysis.build import build_facts
    from analysis.warehouse import WarehouseBusyError

    if not project.warehouse.exists():
        return project.snapshot
    for path in (project.snapshot, project.known):
        if was_written_after(path, project.warehouse):
            return path
    with contextlib.suppress(WarehouseBusyError):
        build_facts(project.warehouse, project.known, now=current_time())
        return project.known
    return project.snapshot


def plan_of_crawl(project: Project, config: Config, *, without: Collection[str] = ()) -> CrawlPlan:
    """The plan for all active accounts but those whose keys are in ``without``."""
    from analysis.facts import plan_facts
    from crawler.credentials import usable
    from crawler.pauses import noted
    from crawler.plan import ListedAccount, make_plan

    now = current_time()
    facts = plan_facts(known_facts(project), now=now, horizon_days=config.horizon_days)
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
    """Visit every active account politely, and load what comes.

    \b
    Examples:
      rivalscope crawl
      rivalscope crawl --list coffee
    """
    from crawler.run_report import ReportFile, RunReport

    project, config = opened()
    left_out = left_out_accounts(config, lists or (), is_rest=rest)
    with locked(project, "crawl", wait_minutes=wait):
        begun = RunReport(command="crawl", started_at=current_time(), lists=list(lists or ()))
        report = ReportFile(project.runs, begun)
        summary = crawl_accounts(project, config, report, is_loaded=not no_load, left_out=left_out)
        if not no_load:
            load_landed(project, config)
            report.step("load")
            if config.deliver.wants(News.ALERTS):
                build_snapshot(project, config)
                report.step("analyze")
            deliver_due(project, config, report, {})
            tidy_up(project, config)
        exit_code = judge_run(project, summary, config, report, has_brief=False)
    raise typer.Exit(exit_code)


class _Watcher:
    """Shows a crawl's events, and loads what landed now and then."""

    def __init__(
        self, project: Project, config: Config, plan: CrawlPlan, report: ReportFile, *, is_loaded: bool
    ) -> None:
        self._project, self._config, self._plan, self._report = project, config, plan, report
        self._is_loaded = is_loaded
        self._loaded_at = self._written_at = time.monotonic()
        self._companies = {each.account_key: each.company for each in plan.accounts}
        # loading it takes as long as a tenth of starting any other command
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

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
                accounts=listed_accounts(self._config),
                live_crawl_ids={self._plan.crawl_id, *crawls_at_work(self._project.landing)},
                now=current_time(),
            )


def crawl_accounts(
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
    if doubt := contradicted(project.runs, current_time()):
        say(f"{doubt} What was seen at a time to come counts from then on. {MEND}", err)
    done = {line.account_key for line in report.report.accounts if line.is_done}
    plan = plan_of_crawl(project, config, without={*done, *left_out})
    if not plan.accounts:
        return None
    report.report.expect(plan)
    report.write()
    project.plans.mkdir(parents=True, exist_ok=True)
    plan_path = project.plans / f"{plan.crawl_id}.json"
    write_whole(plan_path, plan.to_json().encode())
    watcher = _Watcher(project, config, plan, report, is_loaded=is_loaded)
    with watcher.progress:
        summary = run_crawl(plan_path, project.landing, project.archive, watcher)
    report.write()
    for label, budget, used, price in metered_platforms(project, plan):
        say(f"{label}: {spent_so_far(budget, used, price)}.")
    if not summary.failure and not summary.is_interrupted:
        report.step("crawl")
    return summary


def judge_run(
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
        if visit["outcome"] not in GOOD and not visit["is_cut"] and key not in walled
    ]
    lines = {line.account_key: line for line in report.report.accounts}
    worse = [visit for visit in failed if _is_news(visit, lines[visit["account_key"]])]
    moved = [visit for key, visit in visits.items() if visit["reason"] == Reason.MOVED and _is_news(visit, lines[key])]
    for visit in (*worse, *moved):
        account = by_key[visit["account_key"]]
        said = f"{account.company}, {account.link.url}: {why_of_visit(visit)}"
        problems.append(said if visit in moved else f"Worse than foretold: {said}")
    problems += _after_new_layouts(worse, by_key)
    collected = [key for key in by_key if key not in walled]
    if not collected:
        problems.append("Every account is behind a wall or not collected yet. Bring files: rivalscope import PATH…")
    if summary is not None and summary.is_interrupted and not summary.failure:
        return STOPPED
    is_empty_handed = bool(collected) and len(failed) + len(missing) >= len(collected)
    if is_empty_handed and not has_brief:
        return NOTHING
    is_worse = (
        worse or moved or missing or is_empty_handed or not collected or (summary is not None and summary.failure)
    )
    return WORSE if is_worse else DONE


def _is_news(visit: Event, line: AccountLine) -> bool:
    """Whether the visit before did not already end so: what a site or an account decided holds until it changes."""
    if visit.get("is_known_drift"):
        return False
    if visit["reason"] in _ELSEWHERE:
        return bool(visit["reason"] != line.last_reason)
    return visit["outcome"] not in LASTING or visit["outcome"] != line.last_outcome


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


def why_of_visit(visit: Mapping[str, Any]) -> str:
    return visit["message"] or f"{visit['outcome']}{', ' + visit['reason'] if visit['reason'] else ''}."


def tidy_up(project: Project, config: Config) -> None:
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


def host_states(hosts: Sequence[HostFacts]) -> tuple[dict[str, Any], ...]:
    """What a small crawl beside the main one is told of hosts."""
    return tuple(
        {
            "host": each.host,
            "retry_after_at": each.retry_after_at.isoformat() if each.retry_after_at else None,
            "error_streak": each.error_streak or 0,
        }
        for each in hosts
    )
