"""The words of ``rivalscope reparse``: which accounts are meant, what was read again, and what cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.commands.session import accounts_named
from crawler.commands.terminal import NOTHING, err, fail, many, say
from crawler.config import Config, nearest
from crawler.items import Platform
from crawler.platforms import FACTS, platform_named
from crawler.project import Project

if TYPE_CHECKING:
    from crawler.importing import ImportOptions
    from crawler.reparsing import ReadAgain
    from crawler.replay import Wanted

_SHOWN_NAMES = 5


def wanted_pages(config: Config, platform: str, accounts: Sequence[str], since: date | None) -> Wanted:
    """What the words of the command line mean. Raises CommandError for names that mean nothing."""
    from crawler.replay import Wanted

    chosen = platform_named(platform)
    if chosen is None:
        fail(f"There is no platform {platform!r}{nearest(platform, list(Platform)) or '; see: rivalscope platforms'}")
    return Wanted(
        platform=chosen,
        account_keys=_account_keys(config, chosen, accounts) if accounts else None,
        since=datetime.combine(since, time(), ZoneInfo(config.timezone)) if since is not None else None,
    )


def read_kept(project: Project, config: Config, wanted: Wanted, now: datetime, options: ImportOptions) -> ReadAgain:
    """Read what is kept, and say how much that was. Raises CommandError where nothing is kept."""
    from crawler.reparsing import read_again

    found = read_again(
        project,
        wanted,
        now=now,
        accounts=config.accounts,
        excluded=config.excluded_links,
        config=config,
        options=options,
        on_crawl=lambda crawl_id: say(f"Reading the pages of {crawl_id} …", err),
    )
    if not found.crawls.page_count and not found.import_count:
        say_what_is_gone(found, 0, None)
        label = FACTS[wanted.platform].label
        fail(f"No page of {label} is kept that could be read again ([retention] says how long they are).", NOTHING)
    told = [f"{many(found.crawls.page_count, 'page')} of {many(found.crawls.crawl_count, 'crawl')}"]
    if found.import_count:
        told.append(many(found.import_count, "imported file"))
    say(f"Read {' and '.join(told)} again; nothing was asked for.")
    return found


def _account_keys(config: Config, platform: Platform, names: Sequence[str]) -> frozenset[str]:
    of_platform = [account for account in config.accounts if account.link.platform == platform]
    keys: set[str] = set()
    for name in names:
        found = {account.link.account_key for account in accounts_named(of_platform, name)}
        if not found:
            known = [word for account in of_platform for word in (account.company, account.link.url)]
            fail(f"The list has no account {name!r} on {FACTS[platform].label}{nearest(name, known)}")
        keys |= found
    return frozenset(keys)


def say_what_is_gone(found: ReadAgain, page_count: int, newest_at: datetime | None) -> None:
    """Name what cannot be read again."""
    crawls = found.crawls
    if crawls.unplanned:
        say(
            f"The pages of {many(len(crawls.unplanned), 'crawl')} are kept, but not what was asked for (data/plans/):"
            f" {_some(crawls.unplanned)}. They are left as they are.",
            err,
        )
    for sentence in crawls.broken:
        say(sentence, err)
    if page_count:
        until = f", the newest of {newest_at:%Y-%m-%d}" if newest_at is not None else ""
        say(
            f"{many(page_count, 'page')} cannot be read again{until}: they are kept for a time only ([retention])."
            " What was read of them stays.",
            err,
        )
    if found.lost_imports:
        say(
            f"{many(len(found.lost_imports), 'imported file')} no longer in the inbox cannot be read again:"
            f" {_some(found.lost_imports)}.",
            err,
        )


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more:,} more" if more > 0 else "")
