"""Whose posts they are: the user's list, asked by what a file or page says about an account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from crawler.items import Platform
from crawler.links import Addresses, Link, LinkError, PostLink, account_link, recognise_post
from crawler.reading.urls import site_handle

_OTHER_KINDS = ("in/", "school/", "showcase/")
"""LinkedIn's accounts that are no companies, as the list has their handles; its answers name them without."""


class ListedAccount(Protocol):
    """One entry of the user's list."""

    @property
    def link(self) -> Link: ...
    @property
    def company(self) -> str: ...
    @property
    def own(self) -> bool: ...


class AccountBook:
    """The list, asked by what a file or page says about an account."""

    def __init__(
        self, accounts: Iterable[ListedAccount], config: Addresses | None, excluded: Iterable[Link] = ()
    ) -> None:
        self._config = config
        self._excluded = tuple(excluded)
        self._known: dict[tuple[str, str, str], Link] = {}
        self._by_id: dict[tuple[Platform, str], Link] = {}
        self._sites: dict[str, list[Link]] = {}
        self._own: dict[Platform, list[Link]] = {}
        for account in accounts:
            link = account.link
            self._known[link.identity] = link
            if link.native_account_id:
                self._by_id[link.platform, link.native_account_id] = link
            if link.platform == Platform.WEB:
                self._sites.setdefault(link.host, []).append(link)
            if account.own:
                self._own.setdefault(link.platform, []).append(link)

    @property
    def is_empty(self) -> bool:
        return not self._known

    @property
    def keys(self) -> tuple[str, ...]:
        """The links of all accounts, in order, and behind them those that are excluded."""
        known, excluded = (sorted(link.account_key for link in each) for each in (self._known.values(), self._excluded))
        return (*known, *(f"not {key}" for key in excluded))

    def is_excluded(self, link: Link) -> bool:
        """Whether nothing of this account may be taken."""
        return any(each.covers(link) for each in self._excluded)

    def find(self, platform: Platform, account: str, host: str, post_url: str | None = None) -> tuple[Link, bool]:
        """The account's link, and whether the list has it. Raises LinkError."""
        if not account.strip():
            raise LinkError("does not say whose post it is")
        if platform == Platform.WEB and not host:
            host = account.partition("://")[2].partition("/")[0] if "://" in account else account.partition("/")[0]
        if platform == Platform.WEB and (sites := self._sites.get(host.lower().removeprefix("www."))):
            page = site_handle(post_url) if post_url else account
            inside = [link for link in sites if page == link.handle or page.startswith(link.handle + "/")]
            return max(inside or sites, key=lambda link: len(link.handle)), True
        if known := self._by_id.get((platform, account)):
            return known, True
        link = account_link(platform, account, host, self._config)
        known = self._known.get(link.identity)
        if known is None and platform == Platform.LINKEDIN:
            others = (
                self._known.get((platform.value, link.host, f"{kind}{link.handle.lower()}")) for kind in _OTHER_KINDS
            )
            known = next((one for one in others if one is not None), None)
        return known or link, known is not None

    def only_own(self, platform: Platform) -> Link | None:
        """The user's own account there, when the list has exactly one."""
        own = self._own.get(platform, [])
        return own[0] if len(own) == 1 else None

    def has(self, link: Link) -> bool:
        """Whether the list has this very link."""
        return link.identity in self._known

    def post(self, url: str, platform: Platform | None) -> PostLink:
        """What a post's address says. Raises LinkError."""
        return recognise_post(url, self._config, platform)
