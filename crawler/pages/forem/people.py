"""Users and organisations, who are asked for when a name has no articles."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import quote, urlsplit

from crawler.items import NextRequest, Outcome, PostList, RequestKind
from crawler.pages.base import PageProblem
from crawler.pages.forem.answers import ForemPage, is_ours
from crawler.reading.jsonvalue import mapping, string
from crawler.reading.urls import path_of

_USER_PATH = re.compile(r"/api/users/(?:by_username|[0-9]{1,18})/?")
_ORGANIZATION_PATH = re.compile(r"/api/organizations/([^/]{1,100})/?")


class UserPage(ForemPage):
    """A user; asked for when a name has no articles."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://dev.to/api/users/by_username?url=acme",
        "https://dev.to/api/users/41",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return is_ours(_USER_PATH.fullmatch(path_of(url)), head, b"{", b"user")

    def read(self) -> PostList:
        try:
            said = mapping(self.answer())
        except PageProblem as problem:
            name = self.query.get("url")
            if problem.outcome is not Outcome.NOT_FOUND or not name:
                raise
            parts = urlsplit(self.url)
            url = f"{parts.scheme}://{parts.netloc}/api/organizations/{quote(name, safe='')}"
            return PostList(next_requests=(NextRequest(url=url, kind=RequestKind.PROFILE),))
        name = string(said.get("username"))
        if not name:
            raise self.changed("the answer holds no user")
        return PostList(profile=self.profile_of(said, name))


class OrganizationPage(ForemPage):
    """An organisation; asked for when no user has the name."""

    examples: ClassVar[tuple[str, ...]] = ("https://dev.to/api/organizations/acme",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return is_ours(_ORGANIZATION_PATH.fullmatch(path_of(url)), head, b"{", b"organization")

    def read(self) -> PostList:
        said = mapping(self.answer())
        name = string(said.get("username")) or string(said.get("slug"))
        if not name:
            raise self.changed("the answer holds no organisation")
        return PostList(profile=self.profile_of(said, name))
