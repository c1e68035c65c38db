"""What a crawl or a run was to do and what came of it, written as it goes, so that a stopped run can be continued.

One JSON file a run in ``data/runs/``: docs/data-flow.md, "Run report".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from attrs import Factory, asdict, define, fields

from crawler.items import Reason
from crawler.landing import utc_text
from crawler.plan import CrawlPlan, expected_posts
from crawler.whole_file import write_whole

CONTINUED_FOR = timedelta(hours=12)
"""A run that was stopped longer ago is not continued: its visits are old."""
KEPT = 400


@define(kw_only=True)
class AccountLine:
    """One account of a run: what was expected of its visit, and what it gave."""

    account_key: str
    company: str = ""
    url: str = ""
    expected_count: int | None = None
    """New posts at the account's usual pace, and posts due for another look; ``None`` before the first whole visit."""
    last_outcome: str | None = None
    """How the newest visit before this run ended that reached anybody."""
    last_reason: str | None = None
    visit: Mapping[str, Any] | None = None
    """The event of :mod:`crawler.run`; ``None`` until the account was visited."""

    @property
    def is_done(self) -> bool:
        """Whether a run that goes on after an interruption can pass over it."""
        return self.visit is not None and self.visit["reason"] != Reason.INTERRUPTED


@define(kw_only=True)
class RunReport:
    """One run; moments are aware."""

    command: str
    started_at: datetime
    finished_at: datetime | None = None
    exit_code: int | None = None
    lists: list[str] = Factory(list)
    """Whose accounts it was limited to; without any, a run was for all, a crawl for those that no list's times
    cover."""
    crawl_ids: list[str] = Factory(list)
    steps: list[str] = Factory(list)
    """What is done: import, crawl, load, analyze, pictures, brief, deliver."""
    accounts: list[AccountLine] = Factory(list)
    request_count: int = 0
    undelivered: list[str] = Factory(list)
    """Sentences about what did not arrive."""
    problems: list[str] = Factory(list)
    """Sentences that a person should read."""

    @property
    def is_unfinished(self) -> bool:
        """Whether it was stopped before everything was done."""
        return self.finished_at is None or any(not line.is_done for line in self.accounts)

    @property
    def visits(self) -> dict[str, Mapping[str, Any]]:
        return {line.account_key: line.visit for line in self.accounts if line.visit is not None}

    def expect(self, plan: CrawlPlan) -> None:
        """Take in what a crawl is about to do; what is known of its accounts from before the run stays."""
        self.crawl_ids.append(plan.crawl_id)
        known = {line.account_key: line for line in self.accounts}
        for account in plan.accounts:
            line = known.get(account.account_key)
            if line is None:
                line = AccountLine(
                    account_key=account.account_key,
                    expected_count=expected_posts(account, plan.now),
                    last_outcome=account.last_outcome,
                    last_reason=account.last_reason,
                )
                self.accounts.append(line)
            line.company, line.url, line.visit = account.company, account.url, None

    def take(self, event: Mapping[str, Any]) -> None:
        """Note one event of the crawl."""
        if event["event"] == "visit":
            for line in self.accounts:
                if line.account_key == event["account_key"]:
                    line.visit = dict(event)
        elif event["event"] == "finished":
            self.request_count += event["request_count"]

    def judge(self, account_key: str, crawl_id: str, outcome: str, message: str, *, is_new: bool) -> None:
        """What a visit of this run is taken for, held against its account's history; ``is_new``: no run
        said so before."""
        for line in self.accounts:
            if line.account_key == account_key and line.visit is not None and crawl_id in self.crawl_ids:
                line.visit = {**line.visit, "outcome": outcome, "message": message, "is_known_drift": not is_new}


def summary_line(report: RunReport) -> str:
    """Expected against got, in one sentence."""
    visited = [line for line in report.accounts if line.visit is not None]
    foreseen = [line for line in visited if line.expected_count is not None]
    expected = sum(line.expected_count or 0 for line in foreseen)
    got = sum(line.visit["post_count"] for line in foreseen if line.visit is not None)
    first = sum(line.visit["post_count"] for line in visited if line.expected_count is None and line.visit is not None)
    parts = [f"visited {len(visited):,} of {len(report.accounts):,} accounts, {report.request_count:,} requests"]
    if foreseen:
        parts.append(f"about {expected:,} posts new or due were expected, and {got:,} posts were seen")
    if len(foreseen) < len(visited):
        parts.append(f"{first:,} posts came from first visits")
    return f"This run {'; '.join(parts)}."


def report_rows(report: RunReport) -> list[tuple[str, str, str, str, str]]:
    """Company, link, expected, seen, how it ended; one row an account."""
    return [
        (
            line.company,
            line.url,
            "first visit" if line.expected_count is None else f"{line.expected_count:,}",
            "" if line.visit is None else f"{line.visit['post_count']:,}",
            "not visited" if line.visit is None else str(line.visit["outcome"]),
        )
        for line in report.accounts
    ]


class ReportFile:
    """Keeps one report on disk up to date."""

    def __init__(self, folder: Path, report: RunReport) -> None:
        self._folder, self.report = folder, report
        self.path = folder / f"{report.started_at:%Y%m%dT%H%M%SZ}-{report.command}.json"

    def write(self) -> None:
        """Put the report's file in place as a whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self.report), ensure_ascii=False, indent=1, default=_value)
        write_whole(self.path, text.encode())

    def step(self, name: str) -> None:
        """Note that a step is done."""
        if name not in self.report.steps:
            self.report.steps.append(name)
        self.write()

    def finish(self, now: datetime, exit_code: int) -> None:
        """Note how the run ended, and delete reports that nobody will ask for again."""
        self.report.finished_at, self.report.exit_code = now, exit_code
        self.write()
        for old in sorted(self._folder.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    raise TypeError(f"{type(value).__name__} has no place in a run report")


def newest_reports(folder: Path, now: datetime, count: int = KEPT) -> Sequence[RunReport]:
    """Newest first; files that are no reports are passed over, and runs that a wrong clock began after ``now``."""
    found = (report for report in _reports(folder) if report.started_at <= now)
    return list(islice(found, count))


def latest_start(folder: Path) -> datetime | None:
    """When the newest run was begun by the clock of then; ``None`` before the first."""
    return next((report.started_at for report in _reports(folder)), None)


def _reports(folder: Path) -> Iterator[RunReport]:
    for path in sorted(folder.glob("*.json"), reverse=True):
        if (report := read_report(path)) is not None:
            yield report


def read_report(path: Path) -> RunReport | None:
    """``None`` for a file that is none."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        names = {each.name for each in fields(RunReport)}
        lines = {each.name for each in fields(AccountLine)}
        return RunReport(
            **{
                **{name: value for name, value in values.items() if name in names},
                "started_at": datetime.fromisoformat(values["started_at"]),
                "finished_at": datetime.fromisoformat(values["finished_at"]) if values.get("finished_at") else None,
                "accounts": [
                    AccountLine(**{name: value for name, value in each.items() if name in lines})
                    for each in values.get("accounts", ())
                ],
            }
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def to_continue(folder: Path, now: datetime, lists: Sequence[str] = ()) -> ReportFile | None:
    """The newest run of these lists (without: of all accounts), where it was stopped not long ago."""
    for report in newest_reports(folder, now):
        if report.command != "run" or report.lists != list(lists):
            continue
        is_recent = now - report.started_at <= CONTINUED_FOR
        return ReportFile(folder, report) if report.is_unfinished and is_recent else None
    return None
