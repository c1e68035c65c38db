"""The account by ActivityPub, where a server has no open client API: WebFinger, the actor, its outbox page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crawler.items import (
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Profile,
    Reason,
    RequestKind,
    Role,
)
from crawler.pages.base import PageProblem
from crawler.pages.mastodon.activities import (
    ActivityPage,
    as_list,
    first_url,
    home_of,
    object_id_of,
    read_note,
    type_of,
)
from crawler.pages.mastodon.addresses import activity_request, has_actor_id
from crawler.pages.mastodon.answers import ApiPage
from crawler.pages.mastodon.wording import outward_links
from crawler.pages.open_page import name_of, published_fields
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import link, mapping, sequence, string
from crawler.reading.text import html_to_text
from crawler.reading.urls import path_of

_WEBFINGER = re.compile(r"/\.well-known/webfinger/?")
_ACTIVITY_TYPES = ("application/activity+json", "application/ld+json")
_NO_COUNTS = (
    "Its server shows this account by ActivityPub only, where likes, shares, comments and followers are mostly unknown."
)


class WebFingerPage(ApiPage):
    """WebFinger: where the account's ActivityPub object is."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://social.example/.well-known/webfinger?resource=acct:acme@social.example",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_WEBFINGER.fullmatch(path_of(url)))

    def read(self) -> PostList:
        links = [mapping(one) for one in sequence(mapping(self.payload()).get("links"))]
        for one in links:
            kind = (string(one.get("type")) or "").partition(";")[0].strip().lower()
            if one.get("rel") == "self" and kind in _ACTIVITY_TYPES and (actor := link(one.get("href"))):
                return PostList(next_requests=(activity_request(actor, RequestKind.PROFILE),))
        raise self.moved("the answer names no ActivityPub account")


class ActorPage(ActivityPage):
    """An actor: the account without its counts; a crawl goes on to its outbox."""

    examples: ClassVar[tuple[str, ...]] = ("https://mastodon.example/users/acme", "http://127.0.0.1:3000/ap/users/115")

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        return cls._kind(url, status, content_type, head) == "actor"

    def read(self) -> PostList:
        actor = mapping(self.payload())
        actor_id, name = string(actor.get("id")), string(actor.get("preferredUsername"))
        if actor_id is None or not name:
            raise self.moved("the answer holds no account")
        if actor.get("suspended") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} is suspended by its server.")
        fields = [mapping(one) for one in as_list(actor.get("attachment"))]
        created = read_date(actor.get("published"), latest=self.capture.fetched_at)
        summary = string(actor.get("summary")) or ""
        home = home_of(actor_id, self.host)
        ref = self.capture.account
        profile = Profile(
            platform=Platform.MASTODON,
            host=home,
            native_account_id=actor_id if ref is not None and link(actor_id) else None,
            handle=f"{name}@{ref.host if ref is not None else home}",
            url=first_url(actor.get("url")) or link(actor_id),
            name=string(actor.get("name")),
            bio=html_to_text(summary),
            links=outward_links(summary + "".join(f"<p>{string(one.get('value')) or ''}</p>" for one in fields), ()),
            avatar_url=first_url(actor.get("icon")),
            banner_url=first_url(actor.get("image")),
            software=ref.software if ref is not None else None,
            created_at=created.at if created else None,
            missing=dict.fromkeys(
                ("follower_count", "following_count", "post_count", "pinned_native_id"), MissingReason.NOT_OBSERVED
            ),
        )
        moved_to = link(actor.get("movedTo"))
        flags = ("account_moved",) if actor.get("movedTo") else ()
        if ref is None or self.capture.asked_as is not RequestKind.PROFILE:
            return PostList(profile=profile, flags=flags, moved_to=moved_to)
        outbox = link(actor.get("outbox"))
        if outbox is None:
            raise self.moved("the account names no outbox")
        following = activity_request(self.on_server(outbox, actor_id), RequestKind.LISTING)
        # what the client API said of the account, before it was closed, is more than this
        is_known_better = ref.native_account_id is not None and not has_actor_id(ref)
        return PostList(
            profile=None if is_known_better else profile,
            native_account_id=profile.native_account_id,
            next_requests=(following,),
            flags=flags,
            moved_to=moved_to,
            remark=_NO_COUNTS,
        )


class OutboxPage(ActivityPage):
    """An outbox, or one page of it: what the account published, newest first, and what it boosted."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://social.example/users/acme/outbox?page=true",
        "https://write.example/api/collections/acme/outbox",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        return cls._kind(url, status, content_type, head) == "outbox"

    def read(self) -> PostList:
        said = mapping(self.payload())
        if not str(said.get("type", "")).startswith("OrderedCollection"):
            raise self.moved("the answer holds no outbox")
        first = said.get("first")
        page = said if "orderedItems" in said or not mapping(first) else mapping(first)
        items = page.get("orderedItems")
        if not isinstance(items, list):
            return self._leading_to(said)
        following = first_url(page.get("next"))
        return self._read(items, self._onward(following, page) if items and following else ())

    def _leading_to(self, said: Mapping[str, Any]) -> PostList:
        first, total = first_url(said.get("first")), read_count(said.get("totalItems"))
        if first is not None:
            return PostList(next_requests=self._onward(first, said))
        if total is not None and total.value == 0:
            return PostList()
        many = f" of its {total.value} posts" if total is not None else " of its posts"
        sentence = f"{self.asked_for}: its server names none{many}; look whether it has a feed, and add its address."
        raise PageProblem(Outcome.LOGIN_WALL, sentence, Reason.NO_PUBLIC_PREVIEW)

    def _onward(self, address: str, said: Mapping[str, Any]) -> tuple[NextRequest, ...]:
        target = self.on_server(address, string(said.get("id")))
        return (activity_request(target, RequestKind.LISTING),) if target != str(self.response.url) else ()

    def _read(self, items: Sequence[Any], following: tuple[NextRequest, ...]) -> PostList:
        posts: dict[str, Post] = {}
        skipped: dict[str, int] = {}
        flags: dict[str, None] = {}
        for item in items:
            post, why, odd = self._item(mapping(item))
            flags |= dict.fromkeys(odd)
            if post is not None:
                posts.setdefault(post.native_id, post)
            else:
                skipped[why] = skipped.get(why, 0) + 1
        if items and not posts and skipped.get("unreadable") == len(items):
            raise self.moved("the answer holds no posts")
        return PostList(posts=tuple(posts.values()), next_requests=following, skipped=skipped, flags=tuple(flags))

    def _item(self, activity: Mapping[str, Any]) -> tuple[Post | None, str, tuple[str, ...]]:
        """A post, or why there is none, and what is odd about it."""
        ref = self.capture.account
        account = f"{name_of(ref)}@{ref.host}" if ref is not None else None
        kind, said = type_of(activity), activity.get("object")
        if kind == "Announce":
            return (*self._repost(activity, account), ())
        if kind != "Create":
            return None, "no_post" if kind is not None else "unreadable", ()
        if isinstance(said, str):
            return None, "named_only", ()
        try:
            post, odd = read_note(self, mapping(said), account)
        except PageProblem:
            return None, "unreadable", ()
        return post, "not_public", odd

    def _repost(self, activity: Mapping[str, Any], account: str | None) -> tuple[Post | None, str]:
        inner = mapping(activity.get("object"))
        if inner.get("actor") and inner.get("object"):
            # a group hands on what somebody sent to it: posts, and who likes or deletes them
            if type_of(inner) != "Create":
                return None, "no_post"
            inner = mapping(inner.get("object")) or {"id": inner.get("object")}
        activity_id, original = string(activity.get("id")), first_url(inner or activity.get("object"))
        actor = first_url(activity.get("actor"))
        if not activity_id or original is None or actor is None:
            return None, "unreadable"
        author = first_url(inner.get("attributedTo"))
        if author == actor or (author is None and original.startswith(f"{actor}/")):
            # its own post, which stands in this outbox by itself
            return None, "own_boost"
        moment = read_date(activity.get("published"), latest=self.capture.fetched_at)
        host = home_of(activity_id, self.host)
        return Post(
            platform=Platform.MASTODON,
            host=host,
            native_id=object_id_of(activity_id),
            account=account or f"{path_of(actor).rstrip('/').rpartition('/')[2] or actor}@{host}",
            author=author,
            url=original,
            role=Role.REPOST,
            **published_fields(moment, activity.get("published")),
            original_url=original,
        ), ""


class SentPage(OutboxPage):
    """One activity by itself, as an outbox lists them: a post that was sent, or a boost."""

    examples: ClassVar[tuple[str, ...]] = ("https://social.example/users/acme/statuses/107224289116410645/activity",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        return cls._kind(url, status, content_type, head) == "sent"

    @property
    def asked_for(self) -> str:
        return f"A post on {self.host}"

    def read(self) -> PostList:
        return self._read([self.payload()], ())
