"""Telegram: the public previews of channels (``t.me/s/<channel>``), single posts as widgets, and landing pages.

Fact sheet
- Sources: t.me as its server sends it, read without a login. The address is a setting (``telegram.site``).
- robots.txt answers 404 (no rules); Telegram's terms on content licensing forbid scraping. So the crawl visits
  channels only where the user switched it on (``[platforms.telegram] enabled = true``); saved pages are read in any
  case.
- A channel: its landing page (``/<channel>``: subscribers, exact up to any number) → its preview (``/s/<channel>``,
  20 messages a page, newest page first, paged by ``?before=<id>``). Known posts: ``/<channel>/<id>?embed=1``, one by
  one.
- Public: views (three digits: "18.9M"), reactions by kind (three digits each), dates to the second, "edited".
  Not public: comments (so nobody can say which were answered), forwards, who reacted. Groups, private channels and
  channels that switched their preview off show nothing; ``/s/<channel>`` redirects to the landing page then.

Rules
- A post is named ``<channel>/<number>`` as ``data-post`` writes it. An album is one message: it carries the number,
  the views and the reactions of its first part.
- ``like_count`` is the sum of the reactions; paid stars are no reaction. Where the message shows none at all,
  reactions may be switched off: not observed, not 0. A custom emoji is named by its number.
- A message forwarded from elsewhere is a repost of it: its views are those of the original. One that answers another
  is a reply. What the service says (``service_message``: "Channel created", a pinned post) is no post.
- Every message hides a block "Please open Telegram to view this post": it says nothing. The text of an answered
  message stands inside a link and is not the post's; album captions stand in an element of the same name twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree

from crawler.items import (
    Absence,
    Format,
    Media,
    Metrics,
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
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.html_root import html_root
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute

SITE = "https://t.me"

_MAX_MESSAGES = 500
_MAX_PARTS = 100
_HOST = re.compile(r"(?:www\.)?(?:t\.me|telegram\.(?:me|dog))")
_OWN_WORDS = re.compile(rb"tgme_|//telegram\.org/(?:css|img|js)/|site_name[\"'] content=[\"']Telegram[\"']")
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_PREVIEW_PATH = re.compile(rf"/s/({_NAME})/?")
_POST_PATH = re.compile(rf"/(?:s/)?({_NAME})/([0-9]{{1,10}})/?")
_LANDING_PATH = re.compile(rf"/({_NAME})/?")
_POST_ID = re.compile(rf"({_NAME})/([0-9]{{1,10}})")
_BACKGROUND = re.compile(r"background-image\s*:\s*url\(\s*['\"]?([^'\")\s]+)")
_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*([0-9]{1,5})px")
_RATIO = re.compile(r"padding-top\s*:\s*([0-9]{1,4}(?:\.[0-9]{1,20})?)%")
_DURATION = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{2})")
_SUBSCRIBERS = re.compile(r"(.{1,30}?)\s*(subscribers?|members?)\b", re.IGNORECASE)
_GONE = re.compile(r"post not found|message not found|doesn.t exist|was deleted", re.IGNORECASE)
_UNSHOWN = ("location_wrap", "contact_wrap", "invoice", "game", "giveaway")
_METRICS_MISSING = {"comment_count": MissingReason.NOT_PUBLIC, "share_count": MissingReason.NOT_PUBLIC}


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The landing page, which says how many follow, and whether there is a preview."""
    return (NextRequest(url=f"{_site(base_urls)}/{ref.handle}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """One request a post, as the widget that other sites embed."""
    return tuple(
        NextRequest(url=f"{_site(base_urls)}/{native_id}?embed=1&mode=tme", kind=RequestKind.POST, native_id=native_id)
        for native_id, _ in posts
        if _POST_ID.fullmatch(native_id)
    )


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.TELEGRAM}.site", SITE).rstrip("/")


class _TelegramPage(PlatformPage):
    platform = Platform.TELEGRAM

    @property
    def path(self) -> str:
        return _path(str(self.response.url))

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Telegram channel {ref.handle}" if ref else "The Telegram channel of this page"

    def tree(self) -> etree._Element:
        """The page's root. Raises :class:`PageProblem` for errors and for what is no HTML at all."""
        body, status = bytes(self.response.body), self.response.status or 200
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        root = html_root(body)
        if root is None:
            raise problem_of(200, body, self.asked_for)
        return root

    def changed(self) -> PageProblem:
        return problem_of(200, bytes(self.response.body), self.asked_for)


class PreviewPage(_TelegramPage):
    """``/s/<channel>``: about twenty messages, the oldest of them first, and the channel beside them."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://t.me/s/acmechannel",
        "https://t.me/s/acmechannel?before=120",
        "https://telegram.me/s/acme_channel",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _PREVIEW_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        root = self.tree()
        history = _first(root, "tgme_channel_history")
        if history is None and _first(root, "tgme_page") is not None:
            return _landing(self, root)
        profile = _channel(root, str(self.response.url))
        messages = list(_messages(root))
        is_first_page = not {"before", "after", "q"} & self.query.keys()
        if history is None or profile is None or (not messages and is_first_page):
            raise self.changed()
        reader = _Reader(self.capture, str(self.response.url))
        for message in messages:
            reader.add(message)
        if messages and not reader.is_understood:
            raise self.changed()
        # the landing page has said more exactly how many follow
        stated = profile if self.capture.account is None else None
        return reader.result(profile=stated, next_requests=self._older(root, profile))

    @property
    def query(self) -> Mapping[str, list[str]]:
        try:
            return parse_qs(urlsplit(str(self.response.url)).query)
        except ValueError:
            return {}

    def _older(self, root: etree._Element, profile: Profile) -> tuple[NextRequest, ...]:
        here = next(iter(self.query.get("before", ())), "")
        for link in _all(root, "tme_messages_more"):
            before = link.get("data-before") or ""
            if before.isascii() and before.isdigit() and 0 < len(before) <= 10 and before != here:
                if here.isascii() and here.isdigit() and int(before) >= int(here):
                    continue
                url = f"{_site(self.capture.base_urls)}/s/{profile.handle}?before={int(before)}"
                return (NextRequest(url=url, kind=RequestKind.LISTING),)
        return ()


class PostPage(_TelegramPage):
    """``/<channel>/<id>?embed=1``: one message as a widget; without ``embed`` the page around it says only its text."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://t.me/acmechannel/120?embed=1&mode=tme",
        "https://t.me/acmechannel/120",
        "https://t.me/s/acmechannel/120",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _POST_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head)

    @property
    def asked_for(self) -> str:
        return "A post on Telegram"

    def read(self) -> PostList:
        found = _POST_PATH.fullmatch(self.path)
        native_id = f"{found.group(1)}/{found.group(2)}" if found else ""
        if self.response.status in (404, 410) and native_id:
            return PostList(absences=(_absence(native_id, self.response.status),))
        root = self.tree()
        reader = _Reader(self.capture, str(self.response.url))
        for message in _messages(root):
            reader.add(message)
        if reader.is_understood:
            return reader.result()
        error = _first(root, "tgme_widget_message_error")
        if error is not None and native_id:
            if _GONE.search(_text(error)):
                return PostList(absences=(_absence(native_id, None),))
            words = _text(error)[:200]
            sentence = f"{self.asked_for} cannot be seen without the app (“{words}”)."
            raise PageProblem(Outcome.LOGIN_WALL, sentence, Reason.NO_PUBLIC_PREVIEW)
        if found and _first(root, "tgme_page") is not None and (post := self._around(root, found)) is not None:
            return PostList(posts=(post,), flags=("text_only",))
        raise self.changed()

    def _around(self, root: etree._Element, found: re.Match[str]) -> Post | None:
        """What the page around the widget says of the post in its own head."""
        said = {one.get("property"): one.get("content") or "" for one in root.iter("meta") if one.get("property")}
        text = clean(said.get("og:description", "")).strip()
        if _first(root, "tgme_page_post") is None and _first(root, "tgme_page_widget_wrap") is None:
            return None
        channel, number = found.groups()
        picture = absolute(said.get("og:image", ""), SITE)
        missing = dict.fromkeys(("like_count", "view_count"), MissingReason.NOT_OBSERVED)
        return Post(
            platform=Platform.TELEGRAM,
            native_id=f"{channel}/{number}",
            account=channel,
            author=channel,
            url=f"{SITE}/{channel}/{number}",
            text=text,
            media=(Media(kind="unknown", url=picture),) if picture else (),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
            metrics=Metrics(missing=missing | _METRICS_MISSING),
        )


class LandingPage(_TelegramPage):
    """``/<channel>``: name, words and subscribers; leads to the preview where there is one."""

    examples: ClassVar[tuple[str, ...]] = ("https://t.me/acmechannel", "https://telegram.me/acme_channel")

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        # a path of one word is anybody's: without the network's own host, only its own words tell
        return _LANDING_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head) and _path(url) != "/login"

    def read(self) -> PostList:
        root = self.tree()
        if _first(root, "tgme_channel_history") is not None:
            return PreviewPage(self.response, self.capture).read()
        return _landing(self, root)


def _landing(page: _TelegramPage, root: etree._Element) -> PostList:
    """A landing page: an account's first look, or what stands in the place of a preview that is not there."""
    title, extra = _first(root, "tgme_page_title"), _first(root, "tgme_page_extra")
    found = _LANDING_PATH.fullmatch(page.path) or _PREVIEW_PATH.fullmatch(page.path)
    if _first(root, "tgme_page") is None or found is None:
        raise page.changed()
    if title is None:
        sentence = f"{page.asked_for} does not exist; check the link in the list."
        raise PageProblem(Outcome.NOT_FOUND, sentence)
    counted = _SUBSCRIBERS.match(_text(extra)) if extra is not None else None
    if counted is None:
        # a person's name and face are not collected
        sentence = f"{page.asked_for} is a person or a bot, not a channel; check the link in the list."
        raise PageProblem(Outcome.LOGIN_WALL, sentence, Reason.NO_PUBLIC_PREVIEW)
    count = read_count(counted.group(1))
    is_channel = counted.group(2).lower().startswith("subscriber")
    about = _first(root, "tgme_page_description")
    picture = _first(root, "tgme_page_photo_image")
    profile = Profile(
        platform=Platform.TELEGRAM,
        handle=found.group(1),
        url=f"{SITE}/{found.group(1)}",
        name=_text(title) or None,
        bio=_html_text(about) if about is not None else "",
        links=_links(about, page) if about is not None else (),
        avatar_url=absolute(picture.get("src") or "", SITE) if picture is not None else None,
        is_verified=any(True for _ in _all(title, "verified-icon")),
        **_followers(count, is_stated=True),
    )
    preview = next(
        (link for link in _all(root, "tgme_page_context_link") if (link.get("href") or "").startswith("/s/")), None
    )
    if preview is not None:
        url = f"{_site(page.capture.base_urls)}/s/{profile.handle}"
        return PostList(profile=profile, next_requests=(NextRequest(url=url, kind=RequestKind.LISTING),))
    if is_channel:
        why = "has switched its public preview off: its posts are shown in the app only; import an export of it instead"
    else:
        why = "is a group: only channels are shown in public"
    return PostList(
        profile=profile,
        problem_outcome=Outcome.LOGIN_WALL,
        problem_reason=Reason.NO_PUBLIC_PREVIEW,
        problem_message=f"{page.asked_for} {why}.",
    )


PAGES: tuple[type[PlatformPage], ...] = (PreviewPage, PostPage, LandingPage)


class _Reader:
    """Messages of one page into posts, each number once."""

    def __init__(self, capture: Capture, url: str) -> None:
        self.capture = capture
        self.url = url
        self.is_understood = False
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def add(self, message: etree._Element) -> None:
        found = _POST_ID.fullmatch(message.get("data-post") or "")
        stamp = next((one for one in message.iter("time") if one.get("datetime")), None)
        if found is None or stamp is None:
            self._skip("unreadable")
            return
        self.is_understood = True
        if "service_message" in (message.get("class") or "").split():
            self._skip("service_message")
            return
        if found.group() not in self._posts:
            self._posts[found.group()] = self._post(message, found, stamp)

    def result(self, *, profile: Profile | None = None, next_requests: tuple[NextRequest, ...] = ()) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()),
            profile=profile,
            next_requests=next_requests,
            skipped=self._skipped,
            flags=tuple(self._flags),
        )

    def _skip(self, why: str) -> None:
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def _post(self, message: etree._Element, found: re.Match[str], stamp: etree._Element) -> Post:
        channel, number = found.groups()
        said = read_date(stamp.get("datetime"), latest=self.capture.fetched_at)
        if said is None:
            self._flags["implausible_date"] = None
        words = _words(message)
        text = _html_text(words) if words is not None else ""
        question = _first(message, "tgme_widget_message_poll_question")
        if question is not None and not text:
            text = _text(question)
        media = tuple(_media(message))
        card = _first(message, "tgme_widget_message_link_preview")
        form = _format(message, media, has_card=card is not None, has_text=bool(text))
        if form is None:
            self._flags["shown_in_the_app_only"] = None
        return Post(
            platform=Platform.TELEGRAM,
            native_id=found.group(),
            account=channel,
            format=form,
            text=text,
            published_at=said.at if said else None,
            published_precision=said.precision if said else None,
            published_text=None if said else clean(stamp.get("datetime") or "")[:100],
            is_edited=_is_edited(message),
            media=media,
            **_marks(words, text),
            links=_outward(message, words, card),
            metrics=_metrics(message),
            **_origin(message, channel, f"{SITE}/{channel}/{number}"),
        )


def _messages(root: etree._Element) -> Iterator[etree._Element]:
    """Message elements; a message inside another (a quotation) is no message of the channel."""
    for count, message in enumerate(_all(root, "tgme_widget_message")):
        if count >= _MAX_MESSAGES:
            return
        if message.get("data-post") is not None and not _is_inside(message, "tgme_widget_message"):
            yield message


def _words(message: etree._Element) -> etree._Element | None:
    """The message's own text: not that of the message it answers, and the outer of two nested ones."""
    for element in _all(message, "tgme_widget_message_text"):
        if "js-message_reply_text" not in (element.get("class") or "") and not _is_inside(
            element, "tgme_widget_message_reply"
        ):
            return element
    return None


def _origin(message: etree._Element, channel: str, own_url: str) -> dict[str, Any]:
    """Role, author, address, and the message that is forwarded or answered."""
    forwarded = _first(message, "tgme_widget_message_forwarded_from")
    if forwarded is not None:
        name = _first(forwarded, "tgme_widget_message_forwarded_from_name")
        url = absolute(name.get("href") or "", SITE) if name is not None else None
        found = _POST_PATH.fullmatch(_path(url)) if url and _HOST.fullmatch(_host(url)) else None
        whose = _LANDING_PATH.fullmatch(_path(url)) if url and found is None and _HOST.fullmatch(_host(url)) else None
        handle = found.group(1) if found else whose.group(1) if whose else None
        return {
            "role": Role.REPOST,
            "url": url if found else own_url,
            "author": handle or (_text(name)[:200] or None if name is not None else None),
            "original_native_id": f"{found.group(1)}/{found.group(2)}" if found else None,
            "original_url": url if found else None,
        }
    answered = _first(message, "tgme_widget_message_reply")
    if answered is not None:
        url = absolute(answered.get("href") or "", SITE)
        found = _POST_PATH.fullmatch(_path(url)) if url and _HOST.fullmatch(_host(url)) else None
        return {
            "role": Role.REPLY,
            "url": own_url,
            "author": channel,
            "original_native_id": f"{found.group(1)}/{found.group(2)}" if found else None,
            "original_url": url if found else None,
        }
    return {"role": Role.ORIGINAL, "url": own_url, "author": channel}


def _media(message: etree._Element) -> Iterator[Media]:
    """Pictures, videos and sounds in the order in which they stand; not the thumbnail of a link or of an answer."""
    for count, element in enumerate(message.iter("a", "div", "audio", "i")):
        classes = (element.get("class") or "").split()
        if count >= _MAX_MESSAGES * 10:
            return
        if "tgme_widget_message_photo_wrap" in classes:
            width, height = _size(element, _first(element, "tgme_widget_message_photo"))
            yield Media(kind="image", url=_background(element), width=width, height=height)
        elif {"tgme_widget_message_video_player", "tgme_widget_message_roundvideo_player"} & set(classes):
            yield _video(element, is_round="tgme_widget_message_roundvideo_player" in classes)
        elif "tgme_widget_message_voice" in classes and element.tag == "audio":
            player = next(
                (one for one in element.iterancestors() if "voice_player" in (one.get("class") or "")), element
            )
            yield Media(kind="audio", url=absolute(element.get("src") or "", SITE), duration_seconds=_seconds(player))
        elif "tgme_widget_message_sticker" in classes and element.tag == "i":
            yield Media(kind="image", url=absolute(element.get("data-webp") or "", SITE) or _background(element))


def _video(player: etree._Element, *, is_round: bool) -> Media:
    video = next(player.iter("video"), None)
    thumb = next((one for one in player.iter("i") if "_thumb" in (one.get("class") or "")), None)
    wrap = _first(player, "tgme_widget_message_video_wrap")
    width, height = _size(wrap, wrap)
    duration = _seconds(player)
    # a looping picture plays by itself and has no length
    is_loop = (
        video is not None and not is_round and duration is None and {"autoplay", "loop", "muted"} <= set(video.keys())
    )
    address = absolute(video.get("src") or "", SITE) if video is not None else None
    return Media(
        kind="gifv" if is_loop else "video",
        url=address.partition("?")[0] if address else (_background(thumb) if thumb is not None else None),
        width=width,
        height=height,
        duration_seconds=duration,
    )


def _format(message: etree._Element, media: tuple[Media, ...], *, has_card: bool, has_text: bool) -> Format | None:
    if _first(message, "tgme_widget_message_poll") is not None:
        return Format.POLL
    icon = _first(message, "tgme_widget_message_document_icon")
    if icon is not None:
        return Format.AUDIO if "audio" in (icon.get("class") or "").split() else Format.OTHER
    if _first(message, "tgme_widget_message_sticker_wrap") is not None or any(
        _first(message, f"tgme_widget_message_{name}") is not None for name in _UNSHOWN
    ):
        return Format.OTHER
    if len(media) > 1:
        return Format.CAROUSEL
    if media:
        return {"image": Format.IMAGE, "audio": Format.AUDIO}.get(media[0].kind, Format.VIDEO)
    if has_card:
        return Format.LINK
    return Format.TEXT if has_text else None


def _metrics(message: etree._Element) -> Metrics:
    values: dict[str, int] = {}
    missing = dict(_METRICS_MISSING)
    rounded: dict[str, int] = {}
    shown = _first(message, "tgme_widget_message_views")
    views = read_count(_text(shown)) if shown is not None else None
    if views is None:
        missing["view_count"] = MissingReason.NOT_OBSERVED if shown is None else MissingReason.NOT_PARSED
    else:
        values["view_count"] = views.value
        if views.rounded is not None:
            rounded["view_count"] = views.rounded
    reactions = _reactions(message)
    counts = [count for count in reactions.values() if count is not None]
    if not counts or len(counts) < len(reactions):
        missing["like_count"] = MissingReason.NOT_PARSED if reactions else MissingReason.NOT_OBSERVED
    else:
        total = sum(count.value for count in counts)
        values["like_count"] = total
        # a sum is known no more finely than the coarsest of its parts
        unit = max(
            (10 ** (len(str(count.value)) - count.rounded) for count in counts if count.rounded is not None), default=1
        )
        if unit > 1:
            rounded["like_count"] = max(1, len(str(total)) - len(str(unit)) + 1)
    by_kind = {kind: count.value for kind, count in reactions.items() if count is not None}
    return Metrics(**values, reactions=by_kind, missing=missing, rounded=rounded)


def _reactions(message: etree._Element) -> dict[str, Count | None]:
    """Emoji, or number of a custom emoji → count; without paid stars."""
    found: dict[str, Count | None] = {}
    for number, element in enumerate(_all(message, "tgme_reaction")):
        if number >= _MAX_PARTS:
            break
        if "tgme_reaction_paid" in (element.get("class") or "").split():
            continue
        custom = next(element.iter("tg-emoji"), None)
        shown = "".join(part for child in element.iterchildren("*") for part in child.itertext()).strip()
        kind = clean(shown)[:40] or (clean(custom.get("emoji-id") or "")[:40] if custom is not None else "")
        written = "".join([element.text or "", *(child.tail or "" for child in element)])
        # two custom emoji may look the same as text
        if kind in found and custom is not None:
            kind = clean(custom.get("emoji-id") or "")[:40]
        found.setdefault(kind, read_count(written))
    return found


def _marks(words: etree._Element | None, text: str) -> dict[str, Any]:
    tags: list[str] = []
    mentions: list[str] = []
    for link in list(words.iter("a"))[:_MAX_MESSAGES] if words is not None else ():
        shown = _text(link)
        if (link.get("href") or "").startswith("?q=") and shown.startswith("#"):
            tags.append(shown[1:].partition("@")[0])
        elif shown.startswith("@") and re.fullmatch(rf"@{_NAME}", shown):
            mentions.append(shown[1:])
    return {
        "hashtags": hashtags.unique(tags or (tag for _, tag in hashtags.written(text))),
        "mentions": hashtags.unique(mentions),
    }


def _outward(message: etree._Element, words: etree._Element | None, card: etree._Element | None) -> tuple[str, ...]:
    stated = [link.get("href") for link in words.iter("a")][:_MAX_MESSAGES] if words is not None else []
    stated += [card.get("href")] if card is not None else []
    stated += [link.get("href") for link in _all(message, "tgme_widget_message_inline_button")][:_MAX_PARTS]
    links = [absolute(href) for href in stated if href and not href.startswith("?")]
    return tuple(dict.fromkeys(link for link in links if link))


def _is_edited(message: etree._Element) -> bool:
    meta = _first(message, "tgme_widget_message_meta")
    return (
        meta is not None
        and re.search(r"\bedited\b", "".join([meta.text or "", *(one.tail or "" for one in meta)])) is not None
    )


def _channel(root: etree._Element, url: str) -> Profile | None:
    """The channel as the column beside its messages shows it; its counts are rounded."""
    info = _first(root, "tgme_channel_info")
    found = _PREVIEW_PATH.fullmatch(_path(url)) or _LANDING_PATH.fullmatch(_path(url))
    if info is None:
        return None
    username = _first(info, "tgme_channel_info_header_username")
    handle = _text(username).removeprefix("@") if username is not None else ""
    if not re.fullmatch(_NAME, handle):
        if found is None:
            return None
        handle = found.group(1)
    title, about = _first(info, "tgme_channel_info_header_title"), _first(info, "tgme_channel_info_description")
    labels = _first(info, "tgme_channel_info_header_labels")
    photo = _first(info, "tgme_page_photo_image")
    picture = next(photo.iter("img"), None) if photo is not None else None
    address = absolute(picture.get("src") or "", SITE) if picture is not None else None
    subscribers: Count | None = None
    is_stated = False
    for counter in _all(info, "tgme_channel_info_counter"):
        if counted := _SUBSCRIBERS.match(_text(counter)):
            subscribers, is_stated = read_count(counted.group(1)), True
    return Profile(
        platform=Platform.TELEGRAM,
        handle=handle,
        url=f"{SITE}/{handle}",
        name=_text(title) if title is not None else None,
        bio=_html_text(about) if about is not None else "",
        links=tuple(dict.fromkeys(link for one in about.iter("a") if (link := absolute(one.get("href") or ""))))
        if about is not None
        else (),
        avatar_url=address,
        is_verified=labels is not None and any(True for _ in _all(labels, "verified-icon")),
        **_followers(subscribers, is_stated=is_stated),
    )


def _followers(count: Count | None, *, is_stated: bool) -> dict[str, Any]:
    missing = {"following_count": MissingReason.NOT_PUBLIC, "post_count": MissingReason.NOT_PUBLIC}
    if count is None:
        missing["follower_count"] = MissingReason.NOT_PARSED if is_stated else MissingReason.NOT_OBSERVED
        return {"missing": missing}
    return {
        "follower_count": count.value,
        "rounded": {"follower_count": count.rounded} if count.rounded is not None else {},
        "missing": missing,
    }


def _links(about: etree._Element, page: _TelegramPage) -> tuple[str, ...]:
    found = [absolute(one.get("href") or "", str(page.response.url)) for one in about.iter("a")]
    return tuple(dict.fromkeys(link for link in found if link))


def _size(wide: etree._Element | None, tall: etree._Element | None) -> tuple[int | None, int | None]:
    """Pixels from ``width:600px`` and ``padding-top:133.3%`` (height as a part of the width)."""
    width = _WIDTH.search(wide.get("style") or "") if wide is not None else None
    ratio = _RATIO.search(tall.get("style") or "") if tall is not None else None
    if width is None or int(width.group(1)) == 0:
        return None, None
    pixels = int(width.group(1))
    return pixels, (round(pixels * float(ratio.group(1)) / 100) or None) if ratio is not None else None


def _background(element: etree._Element) -> str | None:
    found = _BACKGROUND.search(element.get("style") or "")
    return absolute(found.group(1), SITE) if found else None


def _seconds(player: etree._Element) -> float | None:
    for stamp in player.iter("time"):
        found = _DURATION.fullmatch((stamp.text or "").strip())
        if found:
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return float(hours * 3600 + minutes * 60 + seconds)
    return None


@cache
def _by_class(name: str) -> etree.XPath:
    return etree.XPath(f"descendant::*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    found: list[etree._Element] = _by_class(name)(element)
    return found


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_all(element, name)), None)


def _is_inside(element: etree._Element, name: str) -> bool:
    return any(name in (outer.get("class") or "").split() for outer in element.iterancestors())


def _text(element: etree._Element) -> str:
    """The words of an element on one line."""
    return " ".join(clean("".join(element.itertext())).split())


def _html_text(element: etree._Element) -> str:
    return html_to_text(etree.tostring(element, encoding="unicode", with_tail=False))


def _absence(native_id: str, status: int | None) -> Absence:
    return Absence(platform=Platform.TELEGRAM, native_id=native_id, kind="gone", status=status)


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path) or "/"
    except ValueError:
        return "/"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_ours(url: str, head: bytes) -> bool:
    """The network's own host, or its own words on a page from elsewhere (a copy, a test)."""
    return _HOST.fullmatch(_host(url)) is not None or _OWN_WORDS.search(head) is not None
