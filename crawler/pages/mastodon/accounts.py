"""An account as the client API states it: its name, its profile, and which software keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from crawler.items import MissingReason, Platform, Profile
from crawler.pages.mastodon.wording import outward_links
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.text import html_to_text

_SAYS_ZERO = {
    "snac": frozenset({"follower_count", "following_count", "post_count"}),
    "pixelfed": frozenset({"follower_count", "following_count"}),
}
"""Counts that a server's software writes as 0 where they are not shown, or not kept at all."""


def acct_of(account: Mapping[str, Any]) -> str | None:
    said = string(account.get("acct")) or string(account.get("username"))
    return said.strip().lstrip("@") or None if said else None


def handle_of(account: Mapping[str, Any], host: str) -> str:
    """``user@host``: a name without host belongs to the server that was asked."""
    acct = acct_of(account) or ""
    return acct if "@" in acct else f"{acct}@{host}"


def account_flags(account: Mapping[str, Any], host: str) -> Iterable[str]:
    if not handle_of(account, host).lower().endswith(f"@{host}"):
        yield "remote_copy"
    if mapping(account.get("moved")):
        yield "account_moved"
    if account.get("limited") is True:
        yield "account_limited"


def moved_to(account: Mapping[str, Any]) -> str | None:
    """Where the account says that it goes on (Account#moved)."""
    return link(mapping(account.get("moved")).get("url"))


def profile_of(account: Mapping[str, Any], host: str, software: str | None, fetched_at: datetime) -> Profile:
    """The account as the client API stated it then; ``software`` is what is known of its server besides."""
    software = _software(account) or software
    fields = [mapping(one) for one in sequence(account.get("fields"))]
    note = string(account.get("note")) or ""
    pleroma = mapping(account.get("pleroma"))
    counts: dict[str, Any] = {}
    # pinned posts have a listing of their own, which is not asked
    missing: dict[str, MissingReason] = {"pinned_native_id": MissingReason.NOT_OBSERVED}
    for column, key, hidden in (
        ("follower_count", "followers_count", "hide_followers_count"),
        ("following_count", "following_count", "hide_follows_count"),
        ("post_count", "statuses_count", ""),
    ):
        said = account.get(key)
        if said == 0 and column in _SAYS_ZERO.get(software or "", ()):
            said = None
        count = None if pleroma.get(hidden) is True else read_count(said)
        counts[column] = count.value if count else None
        if count is None:
            is_hidden = pleroma.get(hidden) is True or (isinstance(said, int) and said < 0)
            missing[column] = (
                MissingReason.HIDDEN if is_hidden else
                MissingReason.NOT_OBSERVED if said is None else MissingReason.NOT_PARSED
            )  # fmt: skip
    created = read_date(account.get("created_at"), latest=fetched_at)
    return Profile(
        platform=Platform.MASTODON,
        host=host,
        native_account_id=identifier(account.get("id")),
        handle=handle_of(account, host),
        url=link(account.get("url")) or link(account.get("uri")),
        name=string(account.get("display_name")),
        bio=html_to_text(note),
        links=outward_links(note + "".join(f"<p>{string(one.get('value')) or ''}</p>" for one in fields), ()),
        avatar_url=_picture(account.get("avatar")),
        banner_url=_picture(account.get("header")),
        is_verified=any(one.get("verified_at") for one in fields) if "fields" in account else None,
        category="group" if account.get("group") is True else "bot" if account.get("bot") is True else None,
        software=software,
        created_at=created.at if created else None,
        **counts,
        missing=missing,
    )


def _picture(said: object) -> str | None:
    url = link(said)
    return None if url is None or url.endswith("/missing.png") else url


def _software(account: Mapping[str, Any]) -> str | None:
    """Only where the answer itself tells; Mastodon's own answers carry no mark but the header."""
    if "akkoma" in account:
        return "akkoma"
    if "pleroma" in account:
        return "pleroma"
    if "note_text" in account or "pronouns" in account:
        return "pixelfed"
    return None
