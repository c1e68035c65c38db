"""``rivalscope accept``: a person says that what looks unlike before is right."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.commands.session import accounts_named, current_time, locked, opened
from crawler.commands.terminal import fail, many, say
from crawler.config import nearest
from crawler.landing import Envelope, LandingWriter, acceptance_line
from crawler.plan import new_crawl_id
from crawler.platforms import platform_named


def accept(
    who: Annotated[
        str, typer.Argument(metavar="COMPANY|LINK|PLATFORM", help="All of a company, one account, or a whole network.")
    ],
) -> None:
    """Say that what was seen is right, however unlike before.

    A visit whose counts or number of posts are suddenly unlike the account's history is marked, and left out of
    comparisons. When you have looked and it is so, say it here: those visits count, and are what is usual from then on.

    \b
    Example:
      rivalscope accept https://mastodon.social/@acme
    """
    project, config = opened()
    platform = platform_named(who)
    found = accounts_named(config.accounts, who) or [each for each in config.accounts if each.link.platform == platform]
    if not found:
        known = [word for account in config.accounts for word in (account.company, account.link.url)]
        fail(f"The list has no account {who!r}{nearest(who, known) or '; see: rivalscope list'}")
    with locked(project, "accept"):
        now = current_time()
        crawl_id = f"accept-{new_crawl_id(now)}"
        with LandingWriter(project.landing, crawl_id, "accept") as writer:
            for account in found:
                envelope = Envelope(
                    crawl_id=crawl_id,
                    observed_at=now,
                    source="import",
                    account_key=account.link.account_key,
                    platform=account.link.platform,
                    host=account.link.host,
                )
                writer.write(acceptance_line(envelope))
    number = many(len(found), "account")
    say(f"What was seen of {number} until now is right; the next `rivalscope analyze` or `run` counts it.")
