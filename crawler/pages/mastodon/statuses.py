"""Statuses of the client API into posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.items import Media, Metrics, MissingReason, NextRequest, Platform, Post, PostList, Profile, Role
from crawler.pages.mastodon.accounts import account_flags, acct_of, handle_of
from crawler.pages.mastodon.addresses import status_id
from crawler.pages.mastodon.answers import ApiPage
from crawler.pages.mastodon.wording import (
    QUOTE_FALLBACK,
    format_of,
    join_warning,
    kind_of_type,
    outward_links,
    seconds_of,
)
from crawler.pages.open_page import published_fields, query_of
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.text import html_to_text

_PUBLIC = frozenset({None, "public", "unlisted", "local"})
_Quoted = tuple[str | None, str | None, datetime | None]
_COUNTS = {"like_count": "favourites_count", "comment_count": "replies_count", "share_count": "reblogs_count"}


class StatusReader:
    """Statuses of one page into posts, each id once."""

    def __init__(self, page: ApiPage, owner: str | None) -> None:
        """``owner``: id, or name, of the account whose page it is, where that is known."""
        self.host = page.host
        self._owner = owner
        self._is_pinned_list = query_of(str(page.response.url)).get("pinned") == "true"
        self.fetched_at = page.capture.fetched_at
        self.understood = False
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def skip(self, why: str) -> None:
        self.understood = True
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def add(self, said: object) -> None:
        status = mapping(said)
        native_id, account = status_id(status.get("id")), mapping(status.get("account"))
        if native_id is None or acct_of(account) is None or "content" not in status:
            self._skipped["unreadable"] = self._skipped.get("unreadable", 0) + 1
            return
        if string(status.get("visibility")) not in _PUBLIC:
            self.skip("not_public")
            return
        self.understood = True
        for flag in account_flags(account, self.host):
            self._flags[flag] = None
        inner = mapping(status.get("reblog"))
        if inner and status_id(inner.get("id")) and acct_of(mapping(inner.get("account"))):
            if not self._is_own_shown_again(status, inner):
                self._keep(self._repost(status, native_id, inner))
                return
            status, native_id = inner, status_id(inner.get("id")) or native_id
        self._keep(self._own(status, native_id))

    def _is_own_shown_again(self, wrapper: Mapping[str, Any], inner: Mapping[str, Any]) -> bool:
        """Whether it is the account's own post: boosted by itself, or, in snac's words, by whoever boosted it first."""
        writer, booster = mapping(inner.get("account")), mapping(wrapper.get("account"))
        if handle_of(writer, self.host) == handle_of(booster, self.host) or self._is_owner(writer):
            return True
        return self._owner is None and status_id(inner.get("id")) == status_id(wrapper.get("id"))

    def _is_owner(self, account: Mapping[str, Any]) -> bool:
        return self._owner is not None and self._owner in (identifier(account.get("id")), acct_of(account))

    def result(self, *, profile: Profile | None = None, next_requests: tuple[NextRequest, ...] = ()) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()),
            profile=profile,
            next_requests=next_requests,
            skipped=self._skipped,
            flags=tuple(self._flags),
        )

    def _keep(self, post: Post) -> None:
        self._posts.setdefault(post.native_id, post)

    def _own(self, status: Mapping[str, Any], native_id: str) -> Post:
        quoted = _quoted(status, self.fetched_at)
        answered = status_id(status.get("in_reply_to_id"))
        is_reply = answered is not None or identifier(status.get("in_reply_to_account_id")) is not None
        handle = handle_of(mapping(status.get("account")), self.host)
        edited = read_date(status.get("edited_at"), latest=self.fetched_at)
        return Post(
            **self._content(status, quoted),
            native_id=native_id,
            account=handle,
            author=handle,
            role=Role.REPLY if is_reply else Role.QUOTE if quoted is not None else Role.ORIGINAL,
            **self._dated(status.get("created_at")),
            edited_at=edited.at if edited else None,
            is_edited=edited is not None if "edited_at" in status else None,
            is_pinned=status.get("pinned") is True or self._is_pinned_list,
            original_native_id=answered if is_reply else quoted[0] if quoted else None,
            original_url=quoted[1] if quoted and not is_reply else None,
            original_published_at=quoted[2] if quoted and not is_reply else None,
        )

    def _repost(self, wrapper: Mapping[str, Any], native_id: str, inner: Mapping[str, Any]) -> Post:
        original = read_date(inner.get("created_at"), latest=self.fetched_at)
        edited = read_date(inner.get("edited_at"), latest=self.fetched_at)
        content = self._content(inner, _quoted(inner, self.fetched_at))
        account = handle_of(mapping(wrapper.get("account")), self.host)
        is_named_alike = status_id(inner.get("id")) == native_id
        return Post(
            **content,
            native_id=f"{native_id}#repost:{account}" if is_named_alike else native_id,
            account=account,
            author=handle_of(mapping(inner.get("account")), self.host),
            role=Role.REPOST,
            **self._dated(wrapper.get("created_at")),
            edited_at=edited.at if edited else None,
            is_edited=edited is not None if "edited_at" in inner else None,
            original_native_id=status_id(inner.get("id")),
            original_url=content["url"],
            original_published_at=original.at if original else None,
        )

    def _dated(self, said: object) -> dict[str, Any]:
        moment = read_date(said, latest=self.fetched_at)
        if moment is None:
            self._flags["implausible_date"] = None
        return published_fields(moment, said)

    def _content(self, status: Mapping[str, Any], quoted: _Quoted | None) -> dict[str, Any]:
        """The fields that a status and the status inside a reblog have in common."""
        content = string(status.get("content")) or ""
        shown = html_to_text(content, without_classes=QUOTE_FALLBACK if quoted is not None else ())
        title, warning = string(mapping(status.get("friendica")).get("title")), string(status.get("spoiler_text"))
        # Friendica has the title in the place of a warning
        text = join_warning(None if title == warning else warning, shown)
        media = tuple(_media(mapping(one)) for one in sequence(status.get("media_attachments")))
        card = mapping(status.get("card"))
        card_url = link(card.get("url"))
        tags = [string(mapping(tag).get("name")) or "" for tag in sequence(status.get("tags"))]
        mentions = [mapping(one) for one in sequence(status.get("mentions"))]
        return {
            "platform": Platform.MASTODON,
            "host": self.host,
            "url": link(status.get("url")) or link(status.get("uri")),
            "format": format_of(media, is_poll=bool(mapping(status.get("poll"))), has_card=card_url is not None),
            "title": title or None,
            "text": text,
            "language": string(status.get("language")) or None,
            "media": media,
            "hashtags": hashtags.unique(
                tags if isinstance(status.get("tags"), list) else (tag for _, tag in hashtags.written(text))
            ),
            "mentions": distinct(handle_of(one, self.host) for one in mentions if acct_of(one)),
            "links": outward_links(
                content, [quoted[1] if quoted else None, *(link(one.get("url")) for one in mentions)], card_url
            ),
            "metrics": _metrics(status),
        }


def _metrics(status: Mapping[str, Any]) -> Metrics:
    said: dict[str, object] = {column: status.get(key) for column, key in _COUNTS.items()}
    if said["comment_count"] is None:
        said["comment_count"] = status.get("reply_count")  # Pixelfed
    pleroma = mapping(status.get("pleroma"))
    said["quote_count"] = status.get("quotes_count", pleroma.get("quotes_count"))
    counts = {column: read_count(value) for column, value in said.items()}
    missing = {
        column: MissingReason.NOT_OBSERVED if said[column] is None else MissingReason.NOT_PARSED
        for column, count in counts.items()
        if count is None
    } | {"view_count": MissingReason.NOT_PUBLIC, "save_count": MissingReason.NOT_PUBLIC}
    reactions = {}
    for one in sequence(status.get("reactions")) or sequence(pleroma.get("emoji_reactions")):
        name, count = string(mapping(one).get("name")), read_count(mapping(one).get("count"))
        if name and count:
            reactions[name] = count.value
    if dislikes := read_count(mapping(status.get("friendica")).get("dislikes_count")):
        reactions["dislike"] = dislikes.value
    known: dict[str, Any] = {column: count.value for column, count in counts.items() if count}
    return Metrics(**known, reactions=reactions, missing=missing)


def _media(said: Mapping[str, Any]) -> Media:
    kind = (string(said.get("type")) or "unknown").lower()  # Pixelfed begins them with a capital
    if kind not in ("image", "video", "gifv", "audio"):
        kind = kind_of_type(string(said.get("mime")) or string(mapping(said.get("pleroma")).get("mime_type")))
    meta = mapping(said.get("meta"))
    original = mapping(meta.get("original"))
    return Media(
        kind=kind,
        url=link(said.get("url")) or link(said.get("remote_url")) or link(said.get("preview_url")),
        width=positive(original.get("width")) or positive(meta.get("width")),
        height=positive(original.get("height")) or positive(meta.get("height")),
        duration_seconds=seconds_of(original.get("duration"))
        or seconds_of(meta.get("duration"))
        or seconds_of(meta.get("length")),
        alt_text=string(said.get("description")),
    )


def _quoted(status: Mapping[str, Any], fetched_at: datetime) -> _Quoted | None:
    """Id, URL and date of the quoted post, as far as stated; ``None`` when nothing is quoted.

    Mastodon ≥ 4.4 wraps it (``{"state": …, "quoted_status": …}``); Akkoma and Fedibird hold a status, as does Pleroma
    among its own facts.
    """
    pleroma = mapping(status.get("pleroma"))
    said = mapping(status.get("quote")) or mapping(pleroma.get("quote"))
    shallow = status_id(status.get("quote_id")) or status_id(pleroma.get("quote_id"))
    if not said:
        return (shallow, link(pleroma.get("quote_url")), None) if shallow else None
    inner = mapping(said.get("quoted_status")) or (said if "content" in said else {})
    moment = read_date(inner.get("created_at"), latest=fetched_at)
    native_id = status_id(inner.get("id")) or status_id(said.get("quoted_status_id")) or shallow
    return native_id, link(inner.get("url")) or link(inner.get("uri")), moment.at if moment else None
