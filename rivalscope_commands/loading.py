"""``load``: what was landed goes into the warehouse."""

from __future__ import annotations

from typing import Any

from crawler.commands.session import WAIT_SECONDS, current_time, locked, opened
from crawler.commands.terminal import UNEXPECTED, err, fail, many, say
from crawler.config import Account, Config
from crawler.project import Project
from crawler.run_lock import crawls_at_work

SHOWN_PROBLEMS = 20
"""More are kept in a file, and only counted."""


def load() -> None:
    """Load what crawls and imports brought; twice changes nothing.

    \b
    Example:
      rivalscope load
    """
    project, config = opened()
    with locked(project, "load"):
        load_landed(project, config)


def listed_accounts(config: Config) -> list[dict[str, Any]]:
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
        "former_keys": list(account.former_keys),
    }


def has_waiting(project: Project, prefix: str) -> bool:
    """Whether something landed in folders of that name that is not loaded: its loading failed."""
    return any(project.landing.glob(f"{prefix}*/*.jsonl*"))


def load_waiting(project: Project, config: Config, prefix: str) -> None:
    """Before something is said on top of what was said before: load that, where its loading failed."""
    if has_waiting(project, prefix):
        load_landed(project, config)


def load_landed(project: Project, config: Config) -> None:
    from analysis.load import load_landing

    report = load_landing(
        project.warehouse,
        project.landing,
        accounts=listed_accounts(config),
        plans_dir=project.plans,
        archive_dir=project.archive,
        live_crawl_ids=crawls_at_work(project.landing),
        wait_seconds=WAIT_SECONDS,
        on_wait=lambda sentence: say(sentence, err),
        now=current_time(),
    )
    for rejection in report.rejections[:SHOWN_PROBLEMS]:
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
