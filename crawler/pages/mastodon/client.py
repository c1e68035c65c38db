"""The client API's answers about an account: looked up, by its id or name, found by a search; and the server itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from crawler.items import NextRequest, Outcome, PostList, RequestKind
from crawler.pages.base import AccountRef, PageProblem
from crawler.pages.mastodon.accounts import account_flags, acct_of, handle_of, moved_to, profile_of
from crawler.pages.mastodon.addresses import (
    ID,
    account_request,
    has_actor_id,
    on_same_server,
    search_request,
    statuses_request,
)
from crawler.pages.mastodon.answers import ApiPage, is_json, software_of
from crawler.pages.open_page import name_of, server_of
from crawler.pages.walls import problem_of
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, sequence, string
from crawler.reading.urls import path_of

_LOOKUP = re.compile(r"/api/v1/accounts/lookup/?")
_ACCOUNT = re.compile(
    rf"/api/v1/accounts/(?!lookup\b|search\b|relationships\b|verify_credentials\b|update_credentials\b|familiar_followers\b)"
    rf"({ID})/?"
)
_OF_PEERTUBE = re.compile(
    rb'"(?:followersCount|hostRedundancyAllowed)"|docs\.joinpeertube\.org|"type"\s*:\s*"about:blank"'
)
_SEARCH = re.compile(r"/api/v1/accounts/search/?")
_INSTANCE = re.compile(r"/api/v[12]/instance/?")
_NODEINFO = re.compile(r"/\.well-known/nodeinfo/?|(?:/[^/]+){0,6}/nodeinfo/[12]\.[01](?:\.json)?/?")
_SCHEMA = re.compile(r"https?://nodeinfo\.diaspora\.software/ns/schema/[12]\.[01]")
_COMPATIBLE = re.compile(r"\((?:compatible; |not true; really )([A-Za-z][A-Za-z.-]{1,30})")
_NAMED = re.compile(r"([A-Za-z][A-Za-z.-]{1,30})[/ ]v?\d")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,40}")
_UNKNOWN_ENDPOINT = frozenset({400, 404, 405, 406, 422, 501})
"""How a server without the lookup endpoint answers it: with "no such page", or as if ``lookup`` were an id."""
_NO_SUCH_ACCOUNT = "record not found"
"""Mastodon's words, and those of the servers that copy it, for an account that is not there."""


class AccountPage(ApiPage):
    """An Account, looked up by name or asked for by id or name; leads to its statuses."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://mastodon.social/api/v1/accounts/lookup?acct=acme",
        "http://127.0.0.1:3000/api/v1/accounts/109302436954721982",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        path = path_of(url)
        return bool(_LOOKUP.fullmatch(path) or _ACCOUNT.fullmatch(path)) and not _OF_PEERTUBE.search(head)

    def read(self) -> PostList:
        try:
            account, native_id = self._account()
        except PageProblem as problem:
            return self._elsewhere(problem)
        return lead_on(self, account, native_id)

    def _account(self) -> tuple[Mapping[str, Any], str]:
        account = mapping(self.payload())
        native_id = identifier(account.get("id"))
        if native_id is None or acct_of(account) is None:
            raise self.moved("the answer holds no account")
        if account.get("suspended") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} is suspended by its server.")
        ref = self.capture.account
        if ref is not None and self._is_asked_by_name(ref) and not is_account(account, ref):
            # the name happens to be another account's id
            raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
        return account, native_id

    def _is_asked_by_name(self, ref: AccountRef) -> bool:
        asked = _ACCOUNT.fullmatch(path_of(str(self.response.url)))
        is_by_id = ref.native_account_id is not None and not has_actor_id(ref)
        return asked is not None and not is_by_id and unquote(asked.group(1)).lower() == name_of(ref).lower()

    def _elsewhere(self, problem: PageProblem) -> PostList:
        ref = self.capture.account
        if ref is None or self.capture.asked_as is None or self._is_final(problem):
            raise problem
        base = server_of(ref, self.capture.base_urls)
        is_api = is_json(bytes(self.response.body)) and self.response.status in _UNKNOWN_ENDPOINT
        if is_api and not has_actor_id(ref):
            missing = PageProblem(
                Outcome.NOT_FOUND, f"{self.asked_for} does not exist there; check the link in the list."
            )
            if self._is_asked_by_name(ref):
                return self.other_way(missing, search_request(ref, base))
            if _LOOKUP.fullmatch(path_of(str(self.response.url))):
                return self.other_way(missing, account_request(name_of(ref), base))
        return self.other_way(problem)

    def _is_final(self, problem: PageProblem) -> bool:
        """Whether the server knows such requests and says that there is no such account."""
        ref = self.capture.account
        said = string(_error_of(bytes(self.response.body))) or ""
        is_by_id = ref is not None and f"/{ref.native_account_id}" in unquote(path_of(str(self.response.url)))
        return problem.outcome == Outcome.NOT_FOUND and (is_by_id or said.strip(" .").lower() == _NO_SUCH_ACCOUNT)


class SearchPage(ApiPage):
    """Accounts that a search for a name found, on a server that cannot look one up: the one of exactly that name."""

    examples: ClassVar[tuple[str, ...]] = ("https://social.example/api/v1/accounts/search?q=acme&limit=20",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_SEARCH.fullmatch(path_of(url)))

    def read(self) -> PostList:
        try:
            found = self.payload()
        except PageProblem as problem:
            return self.other_way(problem)
        ref = self.capture.account
        if ref is None:
            # a search that somebody recorded: nobody in it was meant
            return PostList()
        for account in map(mapping, sequence(found)):
            native_id = identifier(account.get("id"))
            if native_id is not None and is_account(account, ref):
                return lead_on(self, account, native_id)
        missing = f"{self.asked_for} does not exist; check the link in the list."
        return self.other_way(PageProblem(Outcome.NOT_FOUND, missing))


class InstancePage(ApiPage):
    """What the server says of itself (client API, or NodeInfo): only its software."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://mastodon.social/api/v1/instance",
        "https://social.example/.well-known/nodeinfo",
        "https://social.example/nodeinfo/2.0.json",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        path = path_of(url)
        return bool(_INSTANCE.fullmatch(path) or _NODEINFO.fullmatch(path))

    def read(self) -> PostList:
        try:
            said = mapping(parse(bytes(self.response.body)))
        except NotJsonError:
            said = {}
        url = str(self.response.url)
        if (self.response.status or 200) < 400:
            if name := _server_software(said) if _INSTANCE.fullmatch(path_of(url)) else _nodeinfo_software(said):
                return PostList(software=name)
            if address := _nodeinfo_address(said):
                path = address.partition("://")[2].partition("/")[2]
                target = on_same_server(url, f"/{path}")
                return PostList(next_requests=(NextRequest(url=target, kind=RequestKind.PROFILE, is_guess=True),))
        if _INSTANCE.fullmatch(path_of(url)) and self.response.status not in (429, 500, 502, 503, 504):
            wellknown = on_same_server(url, "/.well-known/nodeinfo")
            return PostList(next_requests=(NextRequest(url=wellknown, kind=RequestKind.PROFILE, is_guess=True),))
        raise problem_of(self.response.status or 200, bytes(self.response.body), f"What {self.host} says of itself")


def lead_on(page: ApiPage, account: Mapping[str, Any], native_id: str) -> PostList:
    """The account's profile, and the request for its posts."""
    return PostList(
        profile=profile_of(account, page.host, software_of(page), page.capture.fetched_at),
        next_requests=(statuses_request(native_id, str(page.response.url)),),
        flags=tuple(account_flags(account, page.host)),
        moved_to=moved_to(account),
    )


def is_account(account: Mapping[str, Any], ref: AccountRef) -> bool:
    return handle_of(account, ref.host).lower() == f"{name_of(ref)}@{ref.host}".lower()


def _error_of(body: bytes) -> object:
    try:
        return mapping(parse(body)).get("error")
    except NotJsonError:
        return None


def _server_software(said: Mapping[str, Any]) -> str | None:
    """By ``version`` ("2.7.2 (compatible; Akkoma 3.10.4)", "takahe/0.10", "4.5.0"), and marks beside it."""
    version = string(said.get("version"))
    if version is None:
        return None
    if found := _COMPATIBLE.search(version) or _NAMED.match(version):
        return found.group(1).lower().rstrip(".-")
    source = string(said.get("source_url")) or ""
    for name in ("gotosocial", "akkoma", "pleroma"):
        if name in said or f"/{name}" in source.lower() or (name == "gotosocial" and "account_domain" in said):
            return name
    # Pleroma's kin say "compatible"; Mastodon and its forks give the number alone
    return "mastodon" if re.match(r"[1-9]\d*\.\d+", version) else None


def _nodeinfo_software(said: Mapping[str, Any]) -> str | None:
    name = (string(mapping(said.get("software")).get("name")) or "").strip().lower()
    return name if _NAME.fullmatch(name) else None


def _nodeinfo_address(said: Mapping[str, Any]) -> str | None:
    links = [mapping(one) for one in sequence(said.get("links"))]
    known = [one for one in links if _SCHEMA.fullmatch(string(one.get("rel")) or "")]
    return next((url for one in known if (url := link(one.get("href"))) and _NODEINFO.fullmatch(path_of(url))), None)
