"""What every command starts from: the project it is for, its configuration, its lock and its clock."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.clock import MEND, impossible
from crawler.commands import journal
from crawler.commands.terminal import UNEXPECTED, err, fail, say
from crawler.config import Account, Config, load_config
from crawler.items import Platform
from crawler.network.contact import contact_problem
from crawler.platforms import FACTS, has_spider
from crawler.project import Project
from crawler.run_lock import RunLock

if TYPE_CHECKING:
    from crawler.credentials import Credential
    from crawler.plan import HostFacts

WAIT_SECONDS = 60.0
"""How long a command waits for another program that holds the warehouse."""


class Given:
    """What was given for all commands."""

    project: Path | None = None
    is_debug = False
    known_hosts: Callable[[Path], Sequence[HostFacts]] | None = None
    """What the warehouse knows of hosts. The front door says how it is asked: the crawler opens no database."""


def opened() -> tuple[Project, Config]:
    project = Project.find(Given.project)
    return project, load_config(project.config_path)


@contextmanager
def locked(project: Project, doing: str, *, wait_minutes: float = 0) -> Iterator[None]:
    """Hold the project's lock, and keep what is said meanwhile. Raises RunLockedError, and CommandError under a clock
    that cannot be right: what is written then would be dated by it."""
    now = current_time()
    if sentence := impossible(now):
        fail(f"{sentence} {MEND} Nothing was done.", UNEXPECTED)
    lock = RunLock(
        project.lock,
        doing,
        now,
        wait_seconds=wait_minutes * 60,
        on_wait=lambda sentence: say(sentence, err),
    )
    with lock, journal.kept(project.logs, doing, current_time):
        yield


@cache
def _first_asked(given: str) -> float:  # noqa: ARG001 - what it is kept by
    """When this process first met this time; it runs on from there, over however many commands."""
    return time.monotonic()


def current_time() -> datetime:
    """The clock of every command: the real one, or one that starts at ``RIVALSCOPE_NOW`` when that is first asked.

    So a year of weeks can be tried in minutes.
    """
    given = os.environ.get("RIVALSCOPE_NOW")
    if not given:
        return datetime.now(UTC)
    try:
        start = datetime.fromisoformat(given)
    except ValueError:
        fail(f"RIVALSCOPE_NOW says {given!r}, which is no time; write it as 2026-11-22T06:30:00+00:00, or unset it.")
    start = start.astimezone(UTC) if start.tzinfo else start.replace(tzinfo=UTC)
    return start + timedelta(seconds=time.monotonic() - _first_asked(given))


def accounts_named(accounts: Iterable[Account], name: str) -> list[Account]:
    """Those that a person calls ``name``: a company, or a link with or without its scheme."""
    return [
        account
        for account in accounts
        if _bare(name) in {_bare(each) for each in (account.company, account.link.url, account.link.account_key)}
    ]


def _bare(name: str) -> str:
    plain = name.strip().lower().removeprefix("https://").removeprefix("http://")
    return plain.removeprefix("www.").rstrip("/")


def list_contact_problem(config: Config) -> str | None:
    asked = [
        config.base_urls.get(f"{account.link.platform}.site")
        or config.base_urls.get(account.link.platform, account.link.url)
        for account in config.active_accounts
        if has_spider(account.link.platform)
    ]
    return contact_problem(config.contact, asked)


def held_credentials(config: Config) -> dict[Platform, Credential]:
    """Those of platforms that the list has accounts on."""
    from crawler.credentials import find_credentials

    asked = {account.link.platform for account in config.active_accounts}
    return find_credentials(platform for platform in sorted(asked) if FACTS[platform].has_token_way)


def has_access(platform: Platform) -> bool:
    from crawler.credentials import find_credentials, usable

    return FACTS[platform].has_token_way and platform in usable(find_credentials([platform]))
