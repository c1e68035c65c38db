"""``run``: all of it, step by step, to be continued where it was stopped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crawler.commands.session import current_time, locked, opened
from crawler.commands.terminal import many, say
from crawler.config import Config
from crawler.network.contact import contact_problem
from crawler.project import Project
from reports.file_names import brief_stem
from rivalscope_commands.crawling import crawl_accounts, host_states, judge_run, tidy_up
from rivalscope_commands.deliveries import deliver_due
from rivalscope_commands.importing import import_given
from rivalscope_commands.lists import left_out_accounts
from rivalscope_commands.loading import load_landed
from rivalscope_commands.options import ListName, Wait
from rivalscope_commands.snapshots import build_snapshot, is_newest, list_snapshot, rows_of
from rivalscope_commands.telling import BriefForm, tell_brief

if TYPE_CHECKING:
    from crawler.run import CrawlSummary
    from crawler.run_report import ReportFile, RunReport


def run(
    anew: Annotated[
        bool, typer.Option("--anew", help="Visit every account, though the last run was stopped half way.")
    ] = False,
    list_name: ListName = "",
    wait: Wait = 0,
) -> None:
    """Do all of it: from the import to the delivered brief.

    Import, crawl, load, analyze, write the brief and deliver it.

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
    left_out = left_out_accounts(config, lists, is_rest=False)
    with locked(project, "run", wait_minutes=wait):
        report = report_of_run(project, config, lists, is_anew=anew)
        summary = run_steps(project, config, report, left_out=left_out)
        exit_code = judge_run(project, summary, config, report, has_brief=True)
    raise typer.Exit(exit_code)


def report_of_run(project: Project, config: Config, lists: Sequence[str] = (), *, is_anew: bool) -> ReportFile:
    """The report of a new run, or of the stopped one that is continued."""
    from crawler.run_report import ReportFile, RunReport, to_continue

    now = current_time()
    stopped = None if is_anew else to_continue(project.runs, now, lists)
    if stopped is None:
        return ReportFile(project.runs, RunReport(command="run", started_at=now, lists=list(lists)))
    left_out = left_out_accounts(config, lists, is_rest=False)
    listed = {account.link.account_key for account in config.active_accounts} - left_out
    stopped.report.accounts = [line for line in stopped.report.accounts if line.account_key in listed]
    done = sum(line.is_done for line in stopped.report.accounts)
    say(
        f"Going on with the run of {stopped.report.started_at:%Y-%m-%d %H:%M} UTC, which was stopped: it had visited"
        f" {done:,} of {many(len(listed), 'account')}. (All of them again: rivalscope run --anew)"
    )
    return stopped


def run_steps(
    project: Project, config: Config, report: ReportFile, *, left_out: Collection[str] = ()
) -> CrawlSummary | None:
    """Every step that is not done yet; the summary of the crawl, where there was one."""
    if project.inbox.is_dir() and any(project.inbox.iterdir()):
        import_given(project, config, [project.inbox])
        report.step("import")
    # whoever only brings files has a brief of them, too
    is_only_imported = not config.active_accounts and "import" in report.report.steps
    summary = None if is_only_imported else crawl_accounts(project, config, report, is_loaded=True, left_out=left_out)
    load_landed(project, config)
    report.step("load")
    snapshot = project.snapshot
    if "analyze" not in report.report.steps or not is_newest(project):
        snapshot = build_snapshot(project, config)
        report.step("analyze")
    _take_drift(snapshot, report.report, _told_until(project, report.report))
    _fetch_pictures(project, config, snapshot)
    report.step("pictures")
    pages = _briefs_of_run(project, config, report.report.lists or ["", *config.lists_told_together])
    report.step("brief")
    deliver_due(project, config, report, pages)
    tidy_up(project, config)
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
            snapshot = build_snapshot(project, config, snapshot=list_snapshot(project, name), lists=[name])
        tell_brief(project, config, snapshot, page, list_name=name, also=also)
        pages[page] = name
    return pages


def _told_until(project: Project, report: RunReport) -> datetime | None:
    """When the run before had said what was to be said; ``None`` where there was none."""
    from crawler.run_report import newest_reports

    for each in newest_reports(project.runs, report.started_at):
        is_before = each.started_at < report.started_at and each.finished_at is not None
        if is_before and each.command == "run" and each.lists == report.lists:
            return each.finished_at
    return None


def _take_drift(snapshot: Path, report: RunReport, told_until: datetime | None) -> None:
    """Visits of this run that are unlike their account's history end as the analysis judged them."""
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(snapshot)
    try:
        query = """
            select
                drift.account_key, drift.crawl_id, coverage.outcome, coverage.message,
                max(drift.begun_at) as begun_at
            from marts.drift inner join marts.coverage using (account_id)
            where drift.is_out and drift.is_newest
            group by all
        """
        for row in rows_of(connection, query):
            begun_at = row.pop("begun_at")
            report.judge(**row, is_new=told_until is None or begun_at > told_until)
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
        hosts=host_states(facts.hosts),
        pictures=tuple(pictures),
    )
    if pictures:
        say(f"Fetched {fetch_pictures(plan, now=now)} of {many(len(pictures), 'picture')} for the brief.")
