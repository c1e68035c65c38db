"""Which accounts a command is about, where lists are named."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.commands.terminal import fail
from crawler.config import Config, nearest


def left_out_accounts(config: Config, lists: Sequence[str], *, is_rest: bool) -> frozenset[str]:
    """Keys of active accounts that are not to be visited. Raises CommandError for a list that is none."""
    if lists and is_rest:
        fail("--list and --rest are two choices; give one of them.")
    check_lists(config, lists)
    own = config.rhythm.lists.keys() if is_rest else set(lists)
    return frozenset(
        account.link.account_key
        for account in config.active_accounts
        if (is_rest or lists) and bool(own & set(account.lists)) is is_rest
    )


def check_lists(config: Config, lists: Sequence[str]) -> None:
    for name in lists:
        if name not in config.list_names:
            fail(f"There is no list {name!r}{nearest(name, config.list_names) or '; see: rivalscope list'}")
