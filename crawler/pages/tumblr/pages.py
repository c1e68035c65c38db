"""What users bring of a blog: its feed, and the pages of its posts, by a theme or by today's own site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from crawler.items import Format, Media, Outcome, Post, PostList, Profile, Reason
from crawler.pages.base import PageProblem
from crawler.pages.tumblr.api import posts_in
from crawler.pages.tumblr.posts import TumblrPage, body_of, form_of, metrics_of, names_in, reblog_of, tags_of
from crawler.pages.walls import is_html, problem_of
from crawler.reading.feeds import FeedEntry
from crawler.reading.jsonld import read_jsonld, strings, types, values
from crawler.reading.jsonvalue import link, mapping
from crawler.reading.meta import Page, open_graph_media, parse_page
from crawler.reading.relay import json_after, objects
from crawler.reading.text import clean, html_links, html_to_text
from crawler.reading.urls import host_of, path_of

_FEED_PATH = re.compile(r"(?:/tagged/[^/]{1,200})?/rss/?")
_FEED_HEAD = re.compile(rb"<generator>\s*Tumblr\b")
_FEED_OF = re.compile(r"@([A-Za-z0-9-]{1,64})")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)?tumblr\.com")
_PAGE_HEAD = re.compile(
    rb"assets\.tumblr\.com|tumblr-feed:|tumblr://x-callback-url|<meta[^<>]{0,200}content=\"Tumblr\""
)
_GATE_PATH = re.compile(r"/(?:login_required/[^/]{1,100}|login|safe-mode|privacy/consent(?:/.*)?|explore)/?")
_STATE = re.compile(r"window\[['\"]___INITIAL_STATE___['\"]\]")
_FORMS = {
    "entry": None, "text": None, "photo": Format.IMAGE, "photoset": Format.CAROUSEL, "link": Format.LINK,
    "video": Format.VIDEO, "audio": Format.AUDIO, "quote": Format.TEXT, "chat": Format.TEXT,
    "conversation": Format.TEXT, "answer": Format.TEXT, "note": Format.TEXT,
}  # fmt: skip
_POSTINGS = {"socialmediaposting", "blogposting", "article", "newsarticle", "imageobject", "videoobject"}
_QUOTED = "tumblr_blog"


class FeedPage(TumblrPage):
    """``/rss``: the newest posts with their texts."""

    examples: ClassVar[tuple[str, ...]] = ("https://acme.tumblr.com/rss",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _FEED_HEAD.search(head):
            return True
        is_ours = names_in(url)[0] is not None and _FEED_PATH.fullmatch(path_of(url)) is not None
        return is_ours and not (head and is_html(content_type, head) and status < 400)

    def read(self) -> PostList:
        feed = self.feed()
        named = _FEED_OF.search(feed.generator or "")
        account = self.account_of(named.group(1) if named else names_in(feed.link)[0])
        profile = None
        if account and self.ref is None:
            about = body_of(feed.description, feed.link)
            profile = Profile(
                platform=self.platform,
                handle=account,
                url=link(feed.link or ""),
                name=html_to_text(feed.title) or None,
                bio=about.text,
                links=about.links,
            )
        return self.listed((self._post(entry, account) for entry in feed.entries), profile)

    def _post(self, entry: FeedEntry, account: str) -> Post | None:
        url = link(entry.link or "") or link(entry.guid or "")
        native_id = names_in(url)[1]
        if native_id is None or not account:
            return None
        body = body_of(entry.content, url)
        title = html_to_text(entry.title) if entry.is_html_title else clean(entry.title).strip()
        # a post without a title is listed under its type, or under its first words
        is_title = title not in ("", "Photo", "Video", "Audio") and not body.text.startswith(title.rstrip(".…"))
        sources = [href for href, classes in html_links(entry.content[:20_000]) if _QUOTED in classes]
        reblog = reblog_of((None, None), (None, sources[0])) if sources else None
        return Post(
            platform=self.platform,
            native_id=native_id,
            account=account,
            format=form_of(body.media, title if is_title else None),
            title=title if is_title else None,
            text=body.text,
            **self.dates(entry.published),
            **self.carried(reblog, account, url),
            media=body.media,
            hashtags=tags_of(entry.tags),
            mentions=body.mentions,
            links=body.links,
            metrics=metrics_of(None),
        )


class PostPage(TumblrPage):
    """The page of one post; and the pages that a reader gets instead of a blog."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.tumblr.com/post/96439224994/our-new-kettle",
        "https://www.tumblr.com/acme/96439224994/our-new-kettle",
        "https://www.tumblr.com/login_required/acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        is_post = names_in(url)[1] is not None
        is_here = _HOST.fullmatch(host_of(url)) is not None
        is_gate = is_here and _GATE_PATH.fullmatch(path_of(url)) is not None
        if not head:
            return is_here and (is_post or is_gate)
        is_known = is_here or _PAGE_HEAD.search(head) is not None
        return is_known and (is_post or is_gate) and (is_html(content_type, head) or status >= 400)

    def read(self) -> PostList:
        self._refuse_gates()
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        page = parse_page(self.text, self.url)
        if page is None:
            raise self.changed("the page is empty")
        if _STATE.search(self.text):
            return self._from_state()
        post = self._from_page(page)
        if post is None:
            raise problem_of(200, self.body, self.asked_for)
        return PostList(posts=(post,))

    def _refuse_gates(self) -> None:
        path = path_of(self.url)
        if _HOST.fullmatch(host_of(self.url)) is None or _GATE_PATH.fullmatch(path) is None:
            return
        if path.startswith("/privacy"):
            sentence = f"{self.asked_for}: Tumblr asks for consent to its cookies first."
            raise PageProblem(Outcome.BLOCKED, sentence, Reason.CONSENT_PAGE)
        sentence = f"{self.asked_for} is shown to signed-in people only; its owner or Tumblr decided so."
        raise PageProblem(Outcome.LOGIN_WALL, sentence, Reason.PERMISSION_MISSING)

    def _from_state(self) -> PostList:
        """Today's site shows other posts around the one: it is found by its number."""
        wanted = names_in(self.url)[1]
        states = (found for state in json_after(self.text, _STATE) for found in posts_in(self, objects(state)))
        found = {post.native_id: post for post in states if post is not None}
        if wanted not in found:
            raise self.changed("the page does not hold its post")
        others = len(found) - 1
        return PostList(posts=(found[wanted],), skipped={"other_post": others} if others else {})

    def _from_page(self, page: Page) -> Post | None:
        blocks = [script.text for script in page.scripts if script.mime == "application/ld+json"]
        node = next((one for one in read_jsonld(blocks).nodes if types(one) & _POSTINGS), None)
        stated = mapping(node)
        address = (
            next(iter(strings(stated, "url")), None) or page.first("og:url") or page.linked("canonical") or self.url
        )
        url = link(address, self.url)
        blog, native_id = names_in(url)
        form = (page.first("og:type") or "").removeprefix("tumblr-feed:")
        if native_id is None or (node is None and form not in _FORMS):
            return None
        author = next(iter(strings(stated, "author")), None)
        account = self.account_of(author or blog or names_in(self.url)[0])
        if not account:
            return None
        title = next(iter(strings(stated, "headline")), None) if node else page.first("og:title")
        text = next(iter(strings(stated, "articlebody")), None) if node else page.first("og:description")
        media = _media_of(stated, page) if node else open_graph_media(page)
        kind = _FORMS.get(form)
        return Post(
            platform=self.platform,
            native_id=native_id,
            account=account,
            author=account,
            url=url,
            format=kind or (Format.TEXT if form == "entry" else form_of(media, clean(title or ""))),
            title=clean(title).strip() if title else None,
            text=clean(text).strip() if text else None,
            **self.dates(*strings(stated, "datepublished"), page.first("article:published_time")),
            media=media,
            hashtags=tags_of(tag for said in strings(stated, "keywords") for tag in said.split(",")),
            metrics=metrics_of(None),
        )


def _media_of(node: Mapping[str, Any], page: Page) -> tuple[Media, ...]:
    """Pictures that the posting names; the picture of every shared page is not among them."""
    found: list[str] = []
    for value in values(node, "image"):
        said: object = value
        if isinstance(value, Mapping):
            said = value.get("@list", value.get("@id") or value.get("url"))
        found += [url for one in (said if isinstance(said, list) else [said]) if (url := link(one, page.base))]
    return tuple(Media(kind="image", url=url) for url in dict.fromkeys(found[:50]))
