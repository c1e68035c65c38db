"""Messages of a page into posts: whose words they are, what is marked in them, where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawler.items import NextRequest, Platform, Post, PostList, Profile, Role
from crawler.pages.base import Capture
from crawler.pages.telegram.addresses import HOST, LANDING_PATH, NAME, POST_ID, POST_PATH, SITE, plain_path
from crawler.pages.telegram.counted import metrics_of
from crawler.pages.telegram.elements import all_of, first_of, html_text_of, is_inside, text_of
from crawler.pages.telegram.media import format_of, media_in
from crawler.reading import hashtags
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.text import clean
from crawler.reading.urls import absolute, host_of

_MAX_MESSAGES = 500
_MAX_PARTS = 100


class MessageReader:
    """Messages of one page into posts, each number once."""

    def __init__(self, capture: Capture, url: str) -> None:
        self.capture = capture
        self.url = url
        self.is_understood = False
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def add(self, message: etree._Element) -> None:
        found = POST_ID.fullmatch(message.get("data-post") or "")
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
        text = html_text_of(words) if words is not None else ""
        question = first_of(message, "tgme_widget_message_poll_question")
        if question is not None and not text:
            text = text_of(question)
        media = tuple(media_in(message))
        card = first_of(message, "tgme_widget_message_link_preview")
        form = format_of(message, media, has_card=card is not None, has_text=bool(text))
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
            metrics=metrics_of(message),
            **_origin(message, channel, f"{SITE}/{channel}/{number}"),
        )


def messages_in(root: etree._Element) -> Iterator[etree._Element]:
    """Message elements; a message inside another (a quotation) is no message of the channel."""
    for count, message in enumerate(all_of(root, "tgme_widget_message")):
        if count >= _MAX_MESSAGES:
            return
        if message.get("data-post") is not None and not is_inside(message, "tgme_widget_message"):
            yield message


def _words(message: etree._Element) -> etree._Element | None:
    """The message's own text: not that of the message it answers, and the outer of two nested ones."""
    for element in all_of(message, "tgme_widget_message_text"):
        if "js-message_reply_text" not in (element.get("class") or "") and not is_inside(
            element, "tgme_widget_message_reply"
        ):
            return element
    return None


def _origin(message: etree._Element, channel: str, own_url: str) -> dict[str, Any]:
    """Role, author, address, and the message that is forwarded or answered."""
    forwarded = first_of(message, "tgme_widget_message_forwarded_from")
    if forwarded is not None:
        name = first_of(forwarded, "tgme_widget_message_forwarded_from_name")
        url = absolute(name.get("href") or "", SITE) if name is not None else None
        found, whose = _on_telegram(POST_PATH, url), _on_telegram(LANDING_PATH, url)
        handle = found.group(1) if found else whose.group(1) if whose else None
        return {
            "role": Role.REPOST,
            "url": url if found else own_url,
            "author": handle or (text_of(name)[:200] or None if name is not None else None),
            **_carried(found, url),
        }
    answered = first_of(message, "tgme_widget_message_reply")
    if answered is not None:
        url = absolute(answered.get("href") or "", SITE)
        return {"role": Role.REPLY, "url": own_url, "author": channel, **_carried(_on_telegram(POST_PATH, url), url)}
    return {"role": Role.ORIGINAL, "url": own_url, "author": channel}


def _on_telegram(path: re.Pattern[str], url: str | None) -> re.Match[str] | None:
    """What an address of the network's own host names, as far as it has such a path."""
    return path.fullmatch(plain_path(url)) if url and HOST.fullmatch(host_of(url)) else None


def _carried(found: re.Match[str] | None, url: str | None) -> dict[str, str | None]:
    """The message that another one carries or answers, where its address names one."""
    return {
        "original_native_id": f"{found.group(1)}/{found.group(2)}" if found else None,
        "original_url": url if found else None,
    }


def _marks(words: etree._Element | None, text: str) -> dict[str, Any]:
    tags: list[str] = []
    mentions: list[str] = []
    for link in list(words.iter("a"))[:_MAX_MESSAGES] if words is not None else ():
        shown = text_of(link)
        if (link.get("href") or "").startswith("?q=") and shown.startswith("#"):
            tags.append(shown[1:].partition("@")[0])
        elif shown.startswith("@") and re.fullmatch(rf"@{NAME}", shown):
            mentions.append(shown[1:])
    return {
        "hashtags": hashtags.unique(tags or (tag for _, tag in hashtags.written(text))),
        "mentions": hashtags.unique(mentions),
    }


def _outward(message: etree._Element, words: etree._Element | None, card: etree._Element | None) -> tuple[str, ...]:
    stated = [link.get("href") for link in words.iter("a")][:_MAX_MESSAGES] if words is not None else []
    stated += [card.get("href")] if card is not None else []
    stated += [link.get("href") for link in all_of(message, "tgme_widget_message_inline_button")][:_MAX_PARTS]
    return distinct(absolute(href) for href in stated if href and not href.startswith("?"))


def _is_edited(message: etree._Element) -> bool:
    meta = first_of(message, "tgme_widget_message_meta")
    return (
        meta is not None
        and re.search(r"\bedited\b", "".join([meta.text or "", *(one.tail or "" for one in meta)])) is not None
    )
