"""What users bring of a forum: pages of topics, as crawlers and as browsers get them, and feeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from lxml import etree

from crawler.items import Metrics, MissingReason, Post, PostList
from crawler.pages.discourse.answers import topic_in
from crawler.pages.discourse.topics import LIKES_OF_FIRST_POST, TOPIC_PATH, ForumPage, content_of
from crawler.pages.walls import is_html, problem_of
from crawler.reading.counts import Count, read_count
from crawler.reading.feeds import FeedEntry
from crawler.reading.interactions import interactions
from crawler.reading.jsonld import Node, strings, types, values
from crawler.reading.jsonvalue import NotJsonError, link, mapping, parse
from crawler.reading.meta import Page, parse_page
from crawler.reading.microdata import microdata_items
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of

_FEED_PATH = re.compile(
    r"(?:/[^/]{1,100})?/(?:latest|top|posts|c/[^?#]{1,300}|t/[^?#]{1,300}|u/[^?#]{1,100}|tag/[^?#]{1,200})\.rss"
)
_FEED_HEAD = re.compile(rb"xmlns:discourse=")
_PAGE_HEAD = re.compile(
    rb"<meta[^<>]{0,40}name=[\"'](?:generator[\"'][^<>]{0,40}content=[\"']Discourse |discourse_theme_ids?[\"'])"
)
_HOW_MANY = re.compile(r"\s*\b([0-9,.]{1,12}) posts? - [0-9,.]{1,12} participants?\s*(?:Read full topic)?\s*$")
_READ_ON = re.compile(r"\s*Read full topic\s*$")
_HANDLE = re.compile(r"@(\S{1,100})")
_HEART = "❤"


class FeedPage(ForumPage):
    """``/latest.rss`` and the like: topics with the text of their first post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://forum.acme.example/latest.rss",
        "https://forum.acme.example/c/support/5.rss",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if head and not (is_html(content_type, head) and status >= 400):
            return _FEED_HEAD.search(head) is not None
        return _FEED_PATH.fullmatch(path_of(url)) is not None

    def read(self) -> PostList:
        feed = self.feed()
        posts: dict[str, Post] = {}
        replies = 0
        for entry in feed.entries:
            post = self._post(entry)
            replies += post is None
            if post is not None:
                posts.setdefault(post.native_id, post)
        return PostList(posts=tuple(posts.values()), skipped={"other_author": replies} if replies else {})

    def _post(self, entry: FeedEntry) -> Post | None:
        """A topic; ``None`` for a reply."""
        url = link(entry.link or entry.guid or "", self.url)
        found = TOPIC_PATH.fullmatch(path_of(url or ""))
        if found is None or found.group(2) not in (None, "1"):
            return None
        content = content_of(entry.content, url)
        counted = _HOW_MANY.search(content["text"])
        count = read_count(counted.group(1)) if counted else None
        content["text"] = _READ_ON.sub("", _HOW_MANY.sub("", content["text"]))
        comments = count.value - 1 if count and count.value else None
        missing = dict.fromkeys(("like_count", "view_count"), MissingReason.NOT_OBSERVED)
        if comments is None:
            missing["comment_count"] = MissingReason.NOT_OBSERVED
        content["links"] = tuple(each for each in content["links"] if each != url)
        return Post(
            platform=self.platform,
            host=self.host,
            native_id=found.group(1),
            account=self.account_of(),
            author=_byline(entry),
            url=url,
            title=html_to_text(entry.title) if entry.is_html_title else clean(entry.title).strip(),
            **self.dates(entry.published),
            metrics=Metrics(comment_count=comments, missing=missing | {"share_count": MissingReason.NOT_PUBLIC}),
            **content,
        )


class HtmlPage(ForumPage):
    """The page of a topic."""

    examples: ClassVar[tuple[str, ...]] = ("https://forum.acme.example/t/our-new-kettle/12483",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if TOPIC_PATH.fullmatch(path_of(url)) is None or path_of(url).endswith((".json", ".rss")):
            return False
        return not head or (is_html(content_type, head) and (_PAGE_HEAD.search(head) is not None or status >= 400))

    def read(self) -> PostList:
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        page = parse_page(self.text, self.url)
        if page is None:
            raise self.changed("the page is empty")
        if preloaded := self._preloaded(page):
            return topic_in(self, preloaded)
        address = page.linked("canonical") or page.first("og:url") or self.url
        found = TOPIC_PATH.fullmatch(path_of(address))
        title = page.first("og:title")
        if found is None or not title:
            raise problem_of(200, self.body, self.asked_for)
        return self._from_view(page, found.group(1), link(address) or self.url, title)

    def _preloaded(self, page: Page) -> Mapping[str, Any]:
        """The topic as the page brings it for its own script; empty where it does not, or what it brings is broken."""
        for element in page.root.iterfind(".//*[@data-preloaded]"):
            try:
                stored = mapping(parse(element.get("data-preloaded") or ""))
                topic = next((said for name, said in stored.items() if name.startswith("topic_")), None)
                said = mapping(parse(topic)) if isinstance(topic, str) else mapping(topic)
            except NotJsonError:
                return {}
            return said if "post_stream" in said else {}
        return {}

    def _from_view(self, page: Page, native_id: str, url: str, title: str) -> PostList:
        items = microdata_items(page.root, page.base)
        node: Node = next((one for one in items if "discussionforumposting" in types(one)), {})
        # further pages of a topic begin with another post, and say which
        is_first = next(iter(strings(node, "position")), "1").strip().lstrip("#") == "1"
        first: Node = node if is_first else {}
        likes, stated = _topic_likes(page), interactions(first)
        own = read_count(stated.get("likeaction"))
        count = likes if likes is not None else own
        text = next(iter(strings(first, "articlebody", "text")), None)
        written = page.first("article:published_time") or next(iter(strings(first, "datepublished")), None)
        missing = dict.fromkeys(("comment_count", "view_count"), MissingReason.NOT_OBSERVED)
        if count is None:
            missing["like_count"] = MissingReason.NOT_OBSERVED
        post = Post(
            platform=self.platform,
            host=self.host,
            native_id=native_id,
            account=self.account_of(),
            author=_author(first),
            url=url,
            title=clean(title).strip(),
            **self.dates(written),
            metrics=Metrics(
                like_count=count.value if count else None, missing=missing | {"share_count": MissingReason.NOT_PUBLIC}
            ),
            **_content(page, text, url),
        )
        return PostList(posts=(post,), flags=(LIKES_OF_FIRST_POST,) if likes is None and own is not None else ())


def _content(page: Page, text: str | None, url: str) -> dict[str, Any]:
    """What stands in the first post; without a crawler's view the page's description is all there is."""
    bodies = page.root.xpath("//*[@itemprop='articleBody' or @itemprop='text']") if text is not None else []
    if not bodies:
        content = content_of("", url)
        return content | {"text": page.first("og:description", "description")}
    return content_of(etree.tostring(bodies[0], encoding="unicode", method="html", with_tail=False)[:300_000], url)


def _topic_likes(page: Page) -> Count | None:
    """ "9 ❤" in one of the two facts for link previews."""
    for element in page.root.iter("meta"):
        if (element.get("name") or "").startswith("twitter:data"):
            said = element.get("value") or element.get("content") or ""
            if _HEART in said and (count := read_count(said.replace(_HEART, "").replace("\ufe0f", "").strip())):
                return count
    return None


def _byline(entry: FeedEntry) -> str | None:
    """``@name Full Name``, or a name alone where the forum shows no others."""
    said = html_to_text(", ".join(entry.authors))
    found = _HANDLE.match(said)
    return found.group(1) if found else said or None


def _author(node: Node) -> str | None:
    for one in values(node, "author"):
        if name := next(iter(strings(mapping(one), "name")), None):
            return clean(name).strip() or None
    return None
