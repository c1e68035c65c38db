"""Telegram's pages: a channel's preview, one post, a landing page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from crawler.items import (
    Absence,
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
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.telegram.addresses import (
    LANDING_PATH,
    POST_PATH,
    PREVIEW_PATH,
    SITE,
    is_ours,
    plain_path,
    site_in,
)
from crawler.pages.telegram.channels import SUBSCRIBERS, channel_beside, followers_of, links_in
from crawler.pages.telegram.counted import NOT_PUBLIC
from crawler.pages.telegram.elements import all_of, first_of, html_text_of, text_of
from crawler.pages.telegram.messages import MessageReader, messages_in
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.html_root import html_root
from crawler.reading.text import clean
from crawler.reading.urls import absolute

_NUMBER = re.compile(r"[0-9]{1,10}")
_GONE = re.compile(r"post not found|message not found|doesn.t exist|was deleted", re.IGNORECASE)


class TelegramPage(PlatformPage):
    platform = Platform.TELEGRAM

    @property
    def path(self) -> str:
        return plain_path(str(self.response.url))

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


class PreviewPage(TelegramPage):
    """``/s/<channel>``: about twenty messages, the oldest of them first, and the channel beside them."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://t.me/s/acmechannel",
        "https://t.me/s/acmechannel?before=120",
        "https://telegram.me/s/acme_channel",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return PREVIEW_PATH.fullmatch(plain_path(url)) is not None and is_ours(url, head)

    def read(self) -> PostList:
        root = self.tree()
        history = first_of(root, "tgme_channel_history")
        if history is None and first_of(root, "tgme_page") is not None:
            return landing_in(self, root)
        profile = channel_beside(root, str(self.response.url))
        messages = list(messages_in(root))
        is_first_page = not {"before", "after", "q"} & self.query.keys()
        if history is None or profile is None or (not messages and is_first_page):
            raise self.changed()
        reader = MessageReader(self.capture, str(self.response.url))
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
        for link in all_of(root, "tme_messages_more"):
            before = link.get("data-before") or ""
            if _NUMBER.fullmatch(before) and before != here:
                if _NUMBER.fullmatch(here) and int(before) >= int(here):
                    continue
                url = f"{site_in(self.capture.base_urls)}/s/{profile.handle}?before={int(before)}"
                return (NextRequest(url=url, kind=RequestKind.LISTING),)
        return ()


class PostPage(TelegramPage):
    """``/<channel>/<id>?embed=1``: one message as a widget; without ``embed`` the page around it says only its text."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://t.me/acmechannel/120?embed=1&mode=tme",
        "https://t.me/acmechannel/120",
        "https://t.me/s/acmechannel/120",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return POST_PATH.fullmatch(plain_path(url)) is not None and is_ours(url, head)

    @property
    def asked_for(self) -> str:
        return "A post on Telegram"

    def read(self) -> PostList:
        found = POST_PATH.fullmatch(self.path)
        native_id = f"{found.group(1)}/{found.group(2)}" if found else ""
        if self.response.status in (404, 410) and native_id:
            return PostList(absences=(_absence(native_id, self.response.status),))
        root = self.tree()
        reader = MessageReader(self.capture, str(self.response.url))
        for message in messages_in(root):
            reader.add(message)
        if reader.is_understood:
            return reader.result()
        error = first_of(root, "tgme_widget_message_error")
        if error is not None and native_id:
            if _GONE.search(text_of(error)):
                return PostList(absences=(_absence(native_id, None),))
            words = text_of(error)[:200]
            sentence = f"{self.asked_for} cannot be seen without the app (“{words}”)."
            raise PageProblem(Outcome.LOGIN_WALL, sentence, Reason.NO_PUBLIC_PREVIEW)
        if found and first_of(root, "tgme_page") is not None and (post := self._around(root, found)) is not None:
            return PostList(posts=(post,), flags=("text_only",))
        raise self.changed()

    def _around(self, root: etree._Element, found: re.Match[str]) -> Post | None:
        """What the page around the widget says of the post in its own head."""
        said = {one.get("property"): one.get("content") or "" for one in root.iter("meta") if one.get("property")}
        text = clean(said.get("og:description", "")).strip()
        if first_of(root, "tgme_page_post") is None and first_of(root, "tgme_page_widget_wrap") is None:
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
            metrics=Metrics(missing=missing | NOT_PUBLIC),
        )


class LandingPage(TelegramPage):
    """``/<channel>``: name, words and subscribers; leads to the preview where there is one."""

    examples: ClassVar[tuple[str, ...]] = ("https://t.me/acmechannel", "https://telegram.me/acme_channel")

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        # a path of one word is anybody's: without the network's own host, only its own words tell
        return (
            LANDING_PATH.fullmatch(plain_path(url)) is not None and is_ours(url, head) and plain_path(url) != "/login"
        )

    def read(self) -> PostList:
        root = self.tree()
        if first_of(root, "tgme_channel_history") is not None:
            return PreviewPage(self.response, self.capture).read()
        return landing_in(self, root)


def landing_in(page: TelegramPage, root: etree._Element) -> PostList:
    """A landing page: an account's first look, or what stands in the place of a preview that is not there."""
    title, extra = first_of(root, "tgme_page_title"), first_of(root, "tgme_page_extra")
    found = LANDING_PATH.fullmatch(page.path) or PREVIEW_PATH.fullmatch(page.path)
    if first_of(root, "tgme_page") is None or found is None:
        raise page.changed()
    if title is None:
        sentence = f"{page.asked_for} does not exist; check the link in the list."
        raise PageProblem(Outcome.NOT_FOUND, sentence)
    counted = SUBSCRIBERS.match(text_of(extra)) if extra is not None else None
    if counted is None:
        # a person's name and face are not collected
        sentence = f"{page.asked_for} is a person or a bot, not a channel; check the link in the list."
        raise PageProblem(Outcome.LOGIN_WALL, sentence, Reason.NO_PUBLIC_PREVIEW)
    count = read_count(counted.group(1))
    is_channel = counted.group(2).lower().startswith("subscriber")
    about = first_of(root, "tgme_page_description")
    picture = first_of(root, "tgme_page_photo_image")
    profile = Profile(
        platform=Platform.TELEGRAM,
        handle=found.group(1),
        url=f"{SITE}/{found.group(1)}",
        name=text_of(title) or None,
        bio=html_text_of(about) if about is not None else "",
        links=links_in(about, str(page.response.url)),
        avatar_url=absolute(picture.get("src") or "", SITE) if picture is not None else None,
        is_verified=any(True for _ in all_of(title, "verified-icon")),
        **followers_of(count, is_stated=True),
    )
    preview = next(
        (link for link in all_of(root, "tgme_page_context_link") if (link.get("href") or "").startswith("/s/")), None
    )
    if preview is not None:
        url = f"{site_in(page.capture.base_urls)}/s/{profile.handle}"
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


def _absence(native_id: str, status: int | None) -> Absence:
    return Absence(platform=Platform.TELEGRAM, native_id=native_id, kind="gone", status=status)
