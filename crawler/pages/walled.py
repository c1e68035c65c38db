"""What the public pages of networks with walls have in common: whose they are, and their text or what came instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from crawler.items import Absence, Outcome, PostList
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.reading.charset import decode
from crawler.reading.jsonvalue import NotJsonError, mapping, parse
from crawler.reading.meta import Page, parse_page
from crawler.reading.own_address import names_itself
from crawler.reading.urls import host_of, path_of


class WalledPage(PlatformPage):
    """One kind of page of one such network. Sentences begin with :attr:`asked_for`."""

    network: ClassVar[str]
    """The network's name in sentences."""
    account_is: ClassVar[str] = "account"
    """What the network calls an account, in sentences."""
    this_is: ClassVar[str] = "This page"
    """How a sentence begins that is about no account."""
    hosts: ClassVar[re.Pattern[str]]
    """Names of the network's own hosts, whole."""
    own_words: ClassVar[re.Pattern[bytes]]
    """What stands in the head of its pages and answers wherever they are served from."""

    @classmethod
    def is_ours(cls, url: str, head: bytes) -> bool:
        """By the address, whose path the caller has looked at; elsewhere by the page's own words, which many a site has
        too that shows something from there."""
        if cls.hosts.fullmatch(host_of(url)) is not None:
            return True
        return cls.own_words.search(head) is not None and not names_itself(url, head)

    @property
    def path(self) -> str:
        return path_of(str(self.response.url))

    @property
    def status(self) -> int:
        return self.response.status or 200

    @property
    def body(self) -> bytes:
        return bytes(self.response.body)

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The {self.network} {self.account_is} {ref.handle}" if ref else f"{self.this_is} of {self.network}"

    def html(self) -> str:
        """The page's text. Raises :class:`PageProblem` for an error status."""
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        return self._text

    @cached_property
    def _text(self) -> str:
        return decode(self.body, self.response.headers.get("Content-Type", "")).text

    def parsed(self) -> Page:
        """The page's tree. Raises :class:`PageProblem` for an error status and for a page without an element."""
        page = parse_page(self.html(), str(self.response.url))
        if page is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page is empty.")
        return page

    def answer(self) -> Mapping[str, Any]:
        """The JSON object that was answered. Raises :class:`PageProblem` for an error status and for anything else."""
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        try:
            return mapping(parse(self.body))
        except NotJsonError:
            raise problem_of(self.status, self.body, self.asked_for) from None

    def gone(self, native_id: str, status: int | None = None) -> PostList:
        """That the one post which was asked for is not there any more."""
        absence = Absence(platform=self.platform, native_id=native_id, kind="gone", status=status)
        return PostList(absences=(absence,))
