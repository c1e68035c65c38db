"""Reading post views: whose, when, in which role, with which counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.items import (
    Absence,
    Format,
    Metrics,
    MissingReason,
    NextRequest,
    Platform,
    Post,
    PostList,
    Precision,
    Replies,
    Role,
)
from crawler.pages.base import Capture
from crawler.pages.bluesky.accounts import handle_of
from crawler.pages.bluesky.addresses import POST_URI, post_url
from crawler.pages.bluesky.embeds import embedded_in, quoted_in
from crawler.pages.bluesky.marks import Marks
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, mapping, sequence, string
from crawler.reading.text import clean

FIRST_POSTS = datetime(2022, 11, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=5)
_COUNTS = {
    "like_count": "likeCount",
    "comment_count": "replyCount",
    "share_count": "repostCount",
    "quote_count": "quoteCount",
    "save_count": "bookmarkCount",
}


class PostReader:
    """Post views of one answer into posts, each id once."""

    def __init__(self, capture: Capture, owners: frozenset[str]) -> None:
        self.fetched_at = capture.fetched_at
        self.ref = capture.account
        self.owners = owners
        """DIDs of the account whose feed it is; empty when any author will do (handles change, so they do not tell)."""
        self.understood = False
        self.seen: set[str] = set()
        """URIs that the answer holds, whether or not as a readable post."""
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def is_stub(self, said: Mapping[str, Any]) -> bool:
        """Counts what stands for a post that is deleted or blocked."""
        kind = string(said.get("$type")) or ""
        for mark, suffix, why in (
            ("notFound", "#notFoundPost", "deleted_stub"), ("blocked", "#blockedPost", "blocked_stub"),
        ):  # fmt: skip
            if said.get(mark) is True or kind.endswith(suffix):
                self.skip(why)
                if mark == "blocked":
                    self.seen.add(identifier(said.get("uri")) or "")
                return True
        return False

    def add_entry(self, entry: Mapping[str, Any]) -> None:
        """One ``feedViewPost``: a post, perhaps with the reason why it stands in the feed."""
        post, reason = mapping(entry.get("post")), mapping(entry.get("reason"))
        kind = string(reason.get("$type")) or ""
        if kind.endswith("#reasonRepost") or (not kind and "by" in reason):
            self._add_repost(entry, post, reason)
            return
        reply = mapping(entry.get("reply"))
        self.add_post(post, is_pinned=kind.endswith("#reasonPin"), parent=mapping(reply.get("parent")))

    def add_post(
        self, view: Mapping[str, Any], *, is_pinned: bool = False, parent: Mapping[str, Any] | None = None
    ) -> None:
        if self.is_stub(view):
            return
        uri, author, record = self._parts(view)
        if uri is None:
            return
        if not self._is_owner(author):
            self.skip("other_author")
            return
        handle = handle_of(author, self.ref if self.owners else None) or uri.split("/")[2]
        self._keep(
            Post(
                **self._content(view, record, uri, handle),
                native_id=uri,
                account=handle,
                author=handle,
                **self._role(view, record, parent or {}),
                **self._published(record.get("createdAt"), view.get("indexedAt")),
                is_pinned=is_pinned,
            )
        )

    def result(
        self,
        *,
        next_requests: tuple[NextRequest, ...] = (),
        absences: tuple[Absence, ...] = (),
        replies: tuple[Replies, ...] = (),
    ) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()),
            absences=absences,
            replies=replies,
            next_requests=next_requests,
            skipped=self._skipped,
            flags=tuple(self._flags),
        )

    def _parts(self, view: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any], Mapping[str, Any]]:
        uri, author, record = identifier(view.get("uri")), mapping(view.get("author")), mapping(view.get("record"))
        self.seen.add(uri or "")
        if uri is None or not POST_URI.fullmatch(uri) or identifier(author.get("did")) is None or not record:
            self._skipped["unreadable"] = self._skipped.get("unreadable", 0) + 1
            return None, author, record
        self.understood = True
        return uri, author, record

    def _add_repost(self, entry: Mapping[str, Any], view: Mapping[str, Any], reason: Mapping[str, Any]) -> None:
        if self.is_stub(view):
            return
        by = mapping(reason.get("by"))
        if by.get("did") == mapping(view.get("author")).get("did") is not None:
            self.add_post(view, parent=mapping(mapping(entry.get("reply")).get("parent")))
            return
        uri, author, record = self._parts(view)
        if uri is None:
            return
        if not self._is_owner(by):
            self.skip("other_author")
            return
        account = handle_of(by, self.ref) or ""
        lasting_name = identifier(by.get("did")) or account
        handle = handle_of(author, None) or uri.split("/")[2]
        content = self._content(view, record, uri, handle)
        original = self._published(record.get("createdAt"), view.get("indexedAt"))
        self._keep(
            Post(
                **content,
                native_id=f"{uri}#repost:{lasting_name}",
                account=account,
                author=handle,
                role=Role.REPOST,
                **self._published(reason.get("indexedAt"), None),
                original_native_id=uri,
                original_url=content["url"],
                original_published_at=original["published_at"],
            )
        )

    def _keep(self, post: Post) -> None:
        known = self._posts.get(post.native_id)
        if known is None or (post.is_pinned and not known.is_pinned):
            self._posts[post.native_id] = post

    def skip(self, why: str) -> None:
        self.understood = True
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def _is_owner(self, account: Mapping[str, Any]) -> bool:
        return not self.owners or identifier(account.get("did")) in self.owners

    def _published(self, created: object, indexed: object) -> dict[str, Any]:
        claimed, seen = read_date(created, latest=self.fetched_at), read_date(indexed, latest=self.fetched_at)
        text = None if created is None else clean(str(created))[:100]
        if claimed is None and seen is None:
            self._flags["implausible_date"] = None
            return {"published_at": None, "published_text": text}
        if claimed is not None and (
            seen is None or (FIRST_POSTS <= claimed.at <= seen.at and claimed.precision == Precision.SECOND)
        ):
            is_exact = claimed.precision == Precision.SECOND
            return {
                "published_at": claimed.at,
                "published_precision": claimed.precision,
                "published_text": None if is_exact else text,
            }
        if seen is not None and claimed is not None and abs(claimed.at - seen.at) <= CLOCK_SKEW:
            text = None
        else:
            self._flags["date_from_index"] = None
        return {
            "published_at": seen.at if seen else None,
            "published_precision": seen.precision if seen else None,
            "published_text": text,
        }

    def _role(self, view: Mapping[str, Any], record: Mapping[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
        answered = identifier(mapping(mapping(record.get("reply")).get("parent")).get("uri"))
        if answered is not None:
            author = mapping(parent.get("author")) if identifier(parent.get("uri")) == answered else {}
            seen = read_date(mapping(parent.get("record")).get("createdAt"), latest=self.fetched_at) if author else None
            return {
                "role": Role.REPLY,
                "original_native_id": answered,
                "original_url": post_url(answered, handle_of(author, None)),
                "original_published_at": seen.at if seen else None,
            }
        quoted = quoted_in(mapping(view.get("embed"))) or quoted_in(mapping(record.get("embed")))
        if quoted is None:
            return {"role": Role.ORIGINAL}
        uri = identifier(quoted.get("uri"))
        author, value = mapping(quoted.get("author")), mapping(quoted.get("value"))
        made = read_date(value.get("createdAt"), latest=self.fetched_at) if value else None
        return {
            "role": Role.QUOTE,
            "original_native_id": uri,
            "original_url": post_url(uri, handle_of(author, None)),
            "original_published_at": made.at if made else None,
        }

    def _content(self, view: Mapping[str, Any], record: Mapping[str, Any], uri: str, handle: str) -> dict[str, Any]:
        """The fields that a post and a reposted post have in common."""
        stated = record.get("text")
        written = stated if isinstance(stated, str) else ""
        text = clean(written).strip()
        marks = Marks(written, record)
        embed = mapping(view.get("embed")) or mapping(record.get("embed"))
        media, embedded_format, card = embedded_in(embed)
        if embedded_format is Format.OTHER:
            self._flags["unknown_embed"] = None
        languages = [said for one in sequence(record.get("langs")) if (said := string(one))]
        return {
            "platform": Platform.BLUESKY,
            "url": post_url(uri, handle),
            "format": embedded_format or Format.TEXT,
            "text": text,
            "language": languages[0] if languages else None,
            "media": media,
            "hashtags": marks.hashtags,
            "mentions": marks.mentions,
            "links": distinct([*marks.links, card]),
            "metrics": _metrics(view),
        }


def _metrics(view: Mapping[str, Any]) -> Metrics:
    counts = {column: read_count(view.get(key)) for column, key in _COUNTS.items()}
    missing = {
        column: MissingReason.NOT_OBSERVED if view.get(_COUNTS[column]) is None else MissingReason.NOT_PARSED
        for column, count in counts.items()
        if count is None
    } | {"view_count": MissingReason.NOT_PUBLIC}
    known: dict[str, Any] = {column: count.value for column, count in counts.items() if count}
    return Metrics(**known, missing=missing)
