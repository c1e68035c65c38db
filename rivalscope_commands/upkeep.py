"""``status``, ``backup``, ``restore``, ``forget`` and ``doctor``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler import account_list
from crawler.commands import doors, scheduling
from crawler.commands.doors import credential_notices
from crawler.commands.named_files import kept_while_read, to_make, to_read
from crawler.commands.session import (
    WAIT_SECONDS,
    Given,
    current_time,
    held_credentials,
    list_contact_problem,
    locked,
    opened,
)
from crawler.commands.terminal import UNEXPECTED, err, fail, many, say, show_table
from crawler.config import FILE_NAME, Config, load_config
from crawler.links import Link
from crawler.platforms import FACTS
from crawler.project import Project
from rivalscope_commands.crawling import plan_of_crawl
from rivalscope_commands.deliveries import all_receivers
from rivalscope_commands.loading import load_landed
from rivalscope_commands.options import Wait
from rivalscope_commands.snapshots import build_snapshot, rows_of

if TYPE_CHECKING:
    from crawler.findings import Finding


_LONG_DAYS = 14


_NAMES_OF_LINK = ("platform", "host", "handle", "account_key", "native_account_id")


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
    due = {
        account.url: sum(post.is_due for post in account.known_posts)
        for account in plan_of_crawl(project, config).accounts
    }
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
        return rows_of(connection, "select * from marts.coverage order by is_walled, company, url")
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


def backup(
    file: Annotated[
        Path, typer.Argument(parser=to_make, metavar="FILE", help="Where to write it, like market-2026-11.zip.")
    ],
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


def restore(
    file: Annotated[Path, typer.Argument(parser=to_read, metavar="FILE", help="What `rivalscope backup` wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the project that is here; it is kept in a folder beside.")
    ] = False,
) -> None:
    """Put a backup back: here, or where --project says.

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
    lock = locked(project, "restore") if project.data.is_dir() else contextlib.nullcontext()
    with lock, kept_while_read(file.expanduser()) as pack:
        report, kept = restore_backup(pack, root, now=current_time(), upgrade_warehouse=_upgraded, may_replace=force)
    if kept is not None:
        say(f"What was here before is in {kept}.")
    say(
        f"Restored {many(report.file_count, 'file')} of {report.made_at:%Y-%m-%d %H:%M} UTC into {root}."
        " Next: rivalscope analyze"
    )


def _upgraded(warehouse: Path) -> None:
    from analysis.warehouse import open_warehouse

    open_warehouse(warehouse, now=current_time()).close()


def forget(
    who: Annotated[str, typer.Argument(metavar="LINK|COMPANY", help="Which account, or whose.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    wait: Wait = 0,
) -> None:
    """Take an account out of all data, and never collect it again.

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
    links = _meant(project, config, who)
    with locked(project, "forget", wait_minutes=wait):
        load_landed(project, config)
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
        build_snapshot(project, load_config(project.config_path))
        for path in in_files.still_naming(project, traces):
            say(f"{path} names it still; it is yours: change or delete it yourself.", err)
    say("Forgotten. Backups made before hold it still; so does what was sent to others.")


def _meant(project: Project, config: Config, who: str) -> list[Link]:
    """As :func:`account_list.meant`; a company that a forgetting which was stopped took off the list is known still."""
    from analysis.forgetting import links_of_company

    try:
        return account_list.meant(config, who)
    except account_list.ListError:
        known = links_of_company(project.warehouse, who, wait_seconds=WAIT_SECONDS)
        links = [link for url in known for link in account_list.meant(config, url) if config.is_excluded(link)]
        if not links:
            raise
        return links


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
        for trouble in map(trouble_with, all_receivers(project, config)):
            if trouble:
                yield Finding(trouble, "Until then nothing reaches it.")
    except CredentialError as error:
        yield Finding(str(error), "")
