"""Addresses of a server: its client API, its ActivityPub objects, and what to ask next when one of them is closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef
from crawler.pages.open_page import name_of
from crawler.reading.jsonvalue import identifier

PAGE_SIZE = 40
ACCEPTS_ACTIVITIES: Mapping[str, str] = {"Accept": "application/activity+json"}

ID = r"[0-9A-Za-z_.-]{1,64}"
_SNAC_ID = re.compile(r"[0-9]{10}([0-9a-f]{32})")
_SNAC_LASTING_ID = re.compile(r"[0-9a-f]{32}")


def status_id(said: object) -> str | None:
    """The id of a status, as far as it lasts: snac's begins with the second in which the post was last touched, which
    an edit or a boost moves."""
    stated = identifier(said)
    found = _SNAC_ID.fullmatch(stated or "")
    return found.group(1) if found else stated


def is_snac_id(native_id: str) -> bool:
    """Whether a status is of a snac server, which shows single statuses and threads to its own users only."""
    return _SNAC_LASTING_ID.fullmatch(native_id) is not None


def on_same_server(url: str, path: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{path}"


def has_actor_id(ref: AccountRef) -> bool:
    """Whether the account is known by its ActivityPub address: earlier visits found the client API closed."""
    return (ref.native_account_id or "").startswith(("http://", "https://"))


def lookup_request(ref: AccountRef, base: str) -> NextRequest:
    return NextRequest(
        url=f"{base}/api/v1/accounts/lookup?{urlencode({'acct': name_of(ref)})}", kind=RequestKind.PROFILE
    )


def account_request(account_id: str, base: str) -> NextRequest:
    """The account by its id; Pleroma and its kin take the name in its place."""
    return NextRequest(url=f"{base}/api/v1/accounts/{quote(account_id, safe='')}", kind=RequestKind.PROFILE)


def search_request(ref: AccountRef, base: str) -> NextRequest:
    query = urlencode({"q": name_of(ref), "limit": 20})
    return NextRequest(url=f"{base}/api/v1/accounts/search?{query}", kind=RequestKind.PROFILE)


def instance_request(base: str) -> NextRequest:
    return NextRequest(url=f"{base}/api/v1/instance", kind=RequestKind.PROFILE, is_guess=True)


def statuses_request(account_id: str, asked: str) -> NextRequest:
    """The newest posts of an account, on the server whose answer at ``asked`` named its id."""
    path = f"/api/v1/accounts/{quote(account_id, safe='')}/statuses?limit={PAGE_SIZE}"
    return NextRequest(url=on_same_server(asked, path), kind=RequestKind.LISTING)


def actor_request(ref: AccountRef, base: str) -> NextRequest:
    """The account's ActivityPub object, or WebFinger, which says where that is."""
    if has_actor_id(ref):
        return activity_request(str(ref.native_account_id), RequestKind.PROFILE)
    query = urlencode({"resource": f"acct:{name_of(ref)}@{ref.host}"}, safe=":@")
    return NextRequest(url=f"{base}/.well-known/webfinger?{query}", kind=RequestKind.PROFILE)


def activity_request(url: str, kind: RequestKind, native_id: str | None = None) -> NextRequest:
    return NextRequest(url=url, kind=kind, headers=ACCEPTS_ACTIVITIES, native_id=native_id)
