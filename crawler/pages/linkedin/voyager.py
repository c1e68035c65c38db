"""Answers of LinkedIn's own interface ("Voyager"), and the same answers inside the pages that signed-in people save.

They are flat: ``included`` holds every object once, and others name it (``"*socialDetail": "urn:li:…"``). The names
were read in public programs that use the interface; no capture was at hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from lxml import etree

from crawler.items import Outcome, Platform, Post, PostList, Profile
from crawler.pages.base import Capture, PageProblem
from crawler.pages.linkedin.captured import number_of_update, read_update
from crawler.pages.linkedin.page import SITE, LinkedinPage
from crawler.pages.walls import problem_of
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.relay import json_documents, json_in, objects
from crawler.reading.stated import columns
from crawler.reading.urls import host_of, path_of

_PATH = re.compile(r"/voyager/api/(?:graphql|(?:voyager)?feed/|organization/|identity/profileUpdates|search/).*")
_ASKED_FOR = re.compile(r"universalName[:=]([\w%.-]{1,120})")
_FOLLOWINGS = ("followingState", "followingInfo")


class AnswerPage(LinkedinPage):
    """``/voyager/api/…``: what a signed-in reader's browser was answered."""

    this_is = "This answer"
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.linkedin.com/voyager/api/graphql?variables=(start:0)&queryId=voyagerFeedDashOrganizationalPageUpdates.1",
        "https://www.linkedin.com/voyager/api/organization/updatesV2?companyIdOrUniversalName=acme&q=companyFeedByUniversalName",
        "https://www.linkedin.com/voyager/api/feed/updatesV2?q=chronFeed",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if cls.hosts.fullmatch(host_of(url)) and _PATH.fullmatch(path_of(url)):
            return True
        return head.lstrip()[:1] == b"{" and b"com.linkedin.voyager." in head

    def read(self) -> PostList:
        documents = json_documents(self.body)
        if self.status >= 400 or not documents:
            raise problem_of(self.status, self.body, self.asked_for)
        named = _ASKED_FOR.search(unquote(str(self.response.url)))
        ref = self.capture.account
        posts, skipped = updates_of(ref.handle if ref else None, documents, self.capture)
        profile = company_in(documents, ref.handle if ref else named.group(1) if named else None)
        if not posts and not skipped and profile is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for} holds no post and no company.")
        return PostList(posts=tuple(posts.values()), profile=profile, skipped=dict(skipped))


def documents_in(root: etree._Element) -> list[Any]:
    """The answers that a page for signed-in readers carries, each in a ``code`` element."""
    said = (one.text for one in root.iter("code") if one.text and '"included"' in one.text)
    return [document for text in said if (document := json_in(text)) is not None]


def updates_of(
    owner: str | None, documents: Iterable[object], capture: Capture
) -> tuple[dict[str, Post], Counter[str]]:
    """The posts of an account (of anybody, without ``owner``) in answers, by number; what is left out, by reason."""
    posts: dict[str, Post] = {}
    skipped: Counter[str] = Counter()
    for update in (one for document in documents for one in _updates(mapping(document))):
        read = read_update(update, capture, owner)
        if isinstance(read, Post) and read.account:
            posts.setdefault(read.native_id, read)
        elif read is not None:
            skipped[read if isinstance(read, str) else "names_no_account"] += 1
    return posts, skipped


def _updates(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every post of an answer, with what it names in its place; without those that others carry."""
    included = [mapping(one) for one in sequence(document.get("included"))]
    known = {urn: one for one in included if (urn := identifier(one.get("entityUrn")))}
    found = [one for one in objects(document) if _is_update(one)]
    carried = {number_of_update(_placed(one, "resharedUpdate", known)) for one in found}
    for one in found:
        if number_of_update(one) in carried:
            continue
        social = _placed(one, "socialDetail", known)
        counts = _placed(social, "totalSocialActivityCounts", known)
        yield {
            **one,
            "*socialDetail": {**social, "*totalSocialActivityCounts": counts} if social else None,
            "*resharedUpdate": _placed(one, "resharedUpdate", known),
        }


def _placed(holder: Mapping[str, Any], name: str, known: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """What stands under a name, or what is named there."""
    return mapping(holder.get(name)) or known.get(identifier(holder.get(f"*{name}")) or "", {})


def _is_update(one: Mapping[str, Any]) -> bool:
    kind = string(one.get("$type")) or ""
    is_whole = "actor" in one and not {"commentary", "socialDetail", "*socialDetail"}.isdisjoint(one)
    return is_whole and (not kind or kind.endswith(("Update", "UpdateV2"))) and number_of_update(one) is not None


def company_in(documents: Iterable[object], handle: str | None) -> Profile | None:
    """The company of that name, where an answer states how many follow it."""
    for document in documents:
        included = [mapping(one) for one in sequence(mapping(document).get("included"))]
        known = {urn: one for one in included if (urn := identifier(one.get("entityUrn")))}
        for one in objects(document):
            name = identifier(one.get("universalName"))
            following = next((found for key in _FOLLOWINGS if (found := _placed(one, key, known))), {})
            if handle is None or name is None or name.casefold() != handle.casefold() or not following:
                continue
            site = link(one.get("websiteUrl") or one.get("companyPageUrl"))
            bio = string(one.get("description"))
            return Profile(
                platform=Platform.LINKEDIN,
                handle=name,
                url=f"{SITE}/company/{name}",
                name=string(one.get("name")),
                bio=bio.strip() if bio is not None else None,
                links=(site,) if site else (),
                **columns({"follower_count": following.get("followerCount")}),
            )
    return None
