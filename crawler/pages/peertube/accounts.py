"""A channel or an account; it leads to its videos."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from crawler.items import NextRequest, Platform, PostList, Profile, RequestKind
from crawler.pages.open_page import with_query
from crawler.pages.peertube.answers import KINDS, NAME, PeerTubePage, handle_of
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.markdown import read_markdown
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

PAGE_SIZE = 100
_ACCOUNT = re.compile(rf"/api/v1/(video-channels|accounts)/({NAME})/?")
_OF_ACCOUNT = re.compile(rb'"(?:hostRedundancyAllowed|followersCount|ownerAccount)"')
_OF_PROBLEM = re.compile(rb"docs\.joinpeertube\.org|\"type\"\s*:\s*\"about:blank\"")


class AccountPage(PeerTubePage):
    """A channel or an account."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/video-channels/acme",
        "http://127.0.0.1:9000/api/v1/accounts/acme@tube.example",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        found = _ACCOUNT.fullmatch(path_of(url))
        if found is None:
            return False
        if found.group(1) == "video-channels":
            return True
        # Mastodon's accounts have the same address
        return "@" in found.group(2) if not head else bool(_OF_ACCOUNT.search(head) or _OF_PROBLEM.search(head))

    def read(self) -> PostList:
        said = mapping(self.answer())
        if not string(said.get("name")) or not string(said.get("host")):
            raise self.changed("the answer holds no channel or account")
        url = self.url
        found = _ACCOUNT.fullmatch(path_of(url))
        kind, name = (KINDS[found.group(1)], found.group(2)) if found else ("c", "")
        home = unquote(name).partition("@")[2].lower()
        is_remote = said.get("isLocal") is False or home not in ("", self.host)
        listing = with_query(
            f"{url.partition('?')[0].rstrip('/')}/videos",
            start="0",
            count=str(PAGE_SIZE),
            sort="-publishedAt",
            nsfw="both",
        )
        return PostList(
            profile=profile_of(said, kind, self),
            next_requests=(NextRequest(url=listing, kind=RequestKind.LISTING),),
            flags=("remote_copy",) if is_remote else (),
        )


def profile_of(said: Mapping[str, Any], kind: str, page: PeerTubePage) -> Profile:
    """``kind``: ``c`` of a channel, ``a`` of an account."""
    counts = columns(
        {
            "follower_count": said.get("followersCount"),
            "following_count": said.get("followingCount"),
            "post_count": said.get("videosCount"),
        }
    )
    bio, links = read_markdown(string(said.get("description")) or "", keeps_lines=True)
    _, support_links = read_markdown(string(said.get("support")) or "", keeps_lines=True)
    number = identifier(said.get("id"))
    created = read_date(said.get("createdAt"), latest=page.capture.fetched_at)
    url = str(page.response.url)
    return Profile(
        platform=Platform.PEERTUBE,
        host=page.host,
        native_account_id=f"{kind}/{number}" if number else None,
        handle=f"{kind}/{handle_of(said)}",
        url=link(said.get("url")),
        name=string(said.get("displayName")),
        bio=bio,
        links=tuple(dict.fromkeys((*links, *support_links))),
        avatar_url=_picture(said, "avatar", url),
        banner_url=_picture(said, "banner", url),
        software="peertube",
        created_at=created.at if created else None,
        **counts,
    )


def _picture(said: Mapping[str, Any], name: str, url: str) -> str | None:
    """The largest; servers before 4.0 have one."""
    several = [mapping(one) for one in sequence(said.get(f"{name}s"))[:50]] or [mapping(said.get(name))]
    largest = max(several, key=lambda one: positive(one.get("width")) or 0)
    return link(largest.get("fileUrl")) or link(largest.get("url")) or link(largest.get("path"), url)
