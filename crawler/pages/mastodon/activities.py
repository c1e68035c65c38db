"""ActivityPub objects into posts: a note by itself, and what notes in an outbox have in common with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crawler.items import Format, Media, Metrics, MissingReason, Outcome, Platform, Post, PostList, Reason, Role
from crawler.pages.base import PageProblem
from crawler.pages.mastodon.addresses import ID
from crawler.pages.mastodon.answers import ApiPage
from crawler.pages.mastodon.wording import (
    QUOTE_FALLBACK,
    format_of,
    join_warning,
    kind_of_type,
    outward_links,
    seconds_of,
)
from crawler.pages.open_page import edited_fields, published_fields
from crawler.pages.walls import is_html
from crawler.reading import hashtags
from crawler.reading.activity import object_type
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import link, mapping, positive, string
from crawler.reading.markdown import read_markdown
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of, site_host

POST_TYPES = frozenset({"Note", "Question", "Article", "Page", "Image", "Video", "Audio", "Event"})
_NOTE_PATH = re.compile(rf"/(?:users/[^/]+/statuses|ap/users/[0-9]+/statuses|p/[^/]+)/({ID})(?:/activity)?/?")
_ACTOR_PATH = re.compile(r"/(?:users/([^/]+)|ap/users/[0-9]+)/?")
_FOLLOWERS = re.compile(r"/follow(?:ers|ing)\b")
_OUTBOX = re.compile(r"\boutbox\b")
_UNSIGNED = re.compile(rb"(?:not|n't) signed|http signature|signature (?:is )?(?:required|missing)", re.IGNORECASE)
"""How a server says that it answers only other servers, at an address that does not show whose it is."""
_NOTES = POST_TYPES - {"Page", "Video"}
"""A page is read where Lemmy's are, a video where PeerTube's are."""
_KINDS = {
    "note": _NOTES,
    "actor": frozenset({"Person", "Service", "Group", "Organization", "Application"}),
    "sent": frozenset({"Create", "Announce"}),
}
_COLLECTIONS = frozenset({"OrderedCollection", "OrderedCollectionPage"})


class ActivityPage(ApiPage):
    """An ActivityPub object, as servers give it for ``Accept: application/activity+json``."""

    @classmethod
    def _kind(cls, url: str, status: int, content_type: str, head: bytes) -> str | None:
        """``note``, ``actor``, ``outbox`` or ``sent``, by what the object says of itself, else by the shape of its
        address."""
        refused = status in (401, 403)
        is_page = is_html(content_type, head) or not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        if head and is_page and not refused:
            return None
        if (kind := object_type(head)) is not None:
            if kind in _COLLECTIONS:
                return "outbox" if _OUTBOX.search(url) else None
            return next((name for name, kinds in _KINDS.items() if kind in kinds), None)
        path = path_of(url)
        if _NOTE_PATH.fullmatch(path) and path.rstrip("/").endswith("/activity"):
            return "sent"
        if _NOTE_PATH.fullmatch(path):
            # Pixelfed's pages stand at the same address
            return None if is_page and head and path.startswith("/p/") else "note"
        if path.rstrip("/").endswith("/outbox"):
            return "outbox"
        is_unsigned = refused and not is_html(content_type, head) and _UNSIGNED.search(head)
        return "actor" if is_unsigned or _ACTOR_PATH.fullmatch(path) else None

    def payload(self) -> Any:
        if self.response.status in (401, 403):
            raise self.signature_wanted()
        return super().payload()

    def signature_wanted(self) -> PageProblem:
        """Authorized fetch: the server answers only servers that sign what they ask."""
        sentence = (
            f"{self.asked_for} is shown to other servers only, which sign their requests; look whether it has a feed,"
            " and add its address."
        )
        return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.PERMISSION_MISSING)


class NotePage(ActivityPage):
    """A Note, Question, Article, Event, Image or Audio."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://mastodon.example/users/acme/statuses/107224289116410645",
        "https://mastodon.example/ap/users/115/statuses/115224289116410645",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        return cls._kind(url, status, content_type, head) == "note"

    @property
    def asked_for(self) -> str:
        return f"A post on {self.host}"

    def read(self) -> PostList:
        post, flags = read_note(self, mapping(self.payload()))
        return PostList(posts=(post,), flags=flags) if post is not None else PostList(skipped={"not_public": 1})


def type_of(said: Mapping[str, Any]) -> str | None:
    """What an object is: its first type, as JSON-LD lets it have several."""
    return next((one for one in as_list(said.get("type")) if isinstance(one, str)), None)


def read_note(
    page: ApiPage, note: Mapping[str, Any], account: str | None = None
) -> tuple[Post | None, tuple[str, ...]]:
    """The post that an object is, and what is odd about it; ``None`` for what was not sent to the public.

    ``account`` is whose outbox it stands in. Raises :class:`PageProblem` when it is no post.
    """
    object_id, author = string(note.get("id")), first_url(note.get("attributedTo"))
    if not object_id or author is None or type_of(note) not in POST_TYPES:
        raise page.moved("the answer holds no post")
    audience = [*as_list(note.get("to")), *as_list(note.get("cc"))]
    # Discourse names nobody but its category, as the audience
    place = first_url(note.get("audience"))
    is_open = not audience and place is not None and not _FOLLOWERS.search(path_of(place))
    if not is_open and not any(isinstance(name, str) and name.endswith("Public") for name in audience):
        return None, ()
    name = _actor_name(author)
    host = home_of(object_id, page.host)
    whose = account or (f"{name}@{host}" if name else author)
    return _post(page, note, object_id, host, whose)


def _post(
    page: ApiPage, note: Mapping[str, Any], object_id: str, host: str, account: str
) -> tuple[Post, tuple[str, ...]]:
    answered, quoted = first_url(note.get("inReplyTo")), _quoted_url(note)
    shown, links = _written(note, quoted)
    is_article = type_of(note) == "Article"
    # an article's summary is its excerpt, a note's a content warning
    text = shown if is_article else join_warning(string(note.get("summary")), shown)
    media = tuple(_activity_media(one) for one in map(mapping, as_list(note.get("attachment"))) if one.get("url"))
    tags = [mapping(tag) for tag in as_list(note.get("tag"))]
    published = read_date(note.get("published"), latest=page.capture.fetched_at)
    edited = read_date(note.get("updated"), latest=page.capture.fetched_at)
    is_poll = type_of(note) == "Question" or "oneOf" in note or "anyOf" in note
    return (
        Post(
            platform=Platform.MASTODON,
            host=host,
            native_id=object_id_of(object_id),
            account=account,
            author=account,
            url=first_url(note.get("url")) or link(object_id),
            role=Role.REPLY if answered else Role.QUOTE if quoted else Role.ORIGINAL,
            format=Format.ARTICLE if is_article else format_of(media, is_poll=is_poll, has_card=False),
            title=string(note.get("name")),
            text=text,
            language=_language(note),
            **published_fields(published, note.get("published")),
            **edited_fields(edited, published),
            original_native_id=_same_home_id(answered or quoted, object_id),
            original_url=answered or quoted,
            media=media,
            hashtags=hashtags.unique(
                (string(tag.get("name")) or "").lstrip("#") for tag in tags if tag.get("type") == "Hashtag"
            ),
            mentions=distinct(
                (string(tag.get("name")) or "").lstrip("@") for tag in tags if tag.get("type") == "Mention"
            ),
            links=links,
            metrics=_activity_metrics(note),
        ),
        () if published or note.get("published") is None else ("implausible_date",),
    )


def _written(note: Mapping[str, Any], quoted: str | None) -> tuple[str, tuple[str, ...]]:
    """The text as a reader sees it, and its links."""
    content = string(note.get("content")) or string(next(iter(mapping(note.get("contentMap")).values()), None)) or ""
    if note.get("mediaType") == "text/markdown":
        return read_markdown(content, keeps_lines=True)
    text = html_to_text(content, without_classes=QUOTE_FALLBACK if quoted else ())
    return text, outward_links(content, (quoted,))


def _language(note: Mapping[str, Any]) -> str | None:
    """As Mastodon says it, else Lemmy or Mobilizon."""
    languages = list(mapping(note.get("contentMap")))
    if languages:
        return clean(languages[0]) if len(languages) == 1 else None
    return string(mapping(note.get("language")).get("identifier")) or string(note.get("inLanguage"))


def home_of(object_id: str, host: str) -> str:
    """The server that an object's address names; ``host`` when it names none."""
    try:
        return site_host(object_id)
    except ValueError:
        return host


def _activity_metrics(note: Mapping[str, Any]) -> Metrics:
    said = {
        "like_count": mapping(note.get("likes")).get("totalItems"),
        "share_count": mapping(note.get("shares")).get("totalItems"),
        "comment_count": mapping(note.get("replies")).get("totalItems"),
    }
    counts: dict[str, Any] = {column: count.value for column, value in said.items() if (count := read_count(value))}
    unstated = [column for column in (*said, "quote_count") if column not in counts]
    missing = dict.fromkeys(unstated, MissingReason.NOT_OBSERVED)
    return Metrics(
        **counts,
        missing=missing | {"view_count": MissingReason.NOT_PUBLIC, "save_count": MissingReason.NOT_PUBLIC},
    )


def _activity_media(said: Mapping[str, Any]) -> Media:
    return Media(
        kind=kind_of_type(string(said.get("mediaType"))) if said.get("type") != "Image" else "image",
        url=first_url(said.get("url")),
        width=positive(said.get("width")),
        height=positive(said.get("height")),
        duration_seconds=seconds_of(said.get("duration")),
        alt_text=string(said.get("name")),
    )


def _quoted_url(note: Mapping[str, Any]) -> str | None:
    for key in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        if url := first_url(note.get(key)):
            return url
    return None


def as_list(said: object) -> Sequence[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def first_url(said: object) -> str | None:
    """An address where ActivityPub allows a string, a Link, an object, or a list of those; HTML is preferred."""
    candidates = [mapping(one) or {"href": one} for one in as_list(said)]
    candidates.sort(key=lambda one: one.get("mediaType") != "text/html")
    for one in candidates:
        if url := link(one.get("href")) or link(one.get("url")) or link(one.get("id")):
            return url
    return None


def _actor_name(actor: str) -> str | None:
    last = path_of(actor).rstrip("/").rpartition("/")[2].removeprefix("@")
    return last or None


def object_id_of(object_id: str) -> str:
    """The status id where the address shows it, so that a post is the same by either interface; else the address."""
    found = _NOTE_PATH.fullmatch(path_of(object_id))
    return found.group(1) if found else object_id


def _same_home_id(other: str | None, object_id: str) -> str | None:
    if other is None:
        return None
    try:
        return object_id_of(other) if site_host(other) == site_host(object_id) else None
    except ValueError:
        return None
