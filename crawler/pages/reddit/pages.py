"""Reddit's feeds and HTML pages, as users save them: three generations of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlsplit

from attrs import frozen
from lxml import etree

from crawler.items import Format, Media, Metrics, MissingReason, Outcome, Platform, Post, PostList, Role
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.reddit.gates import gate, login_wall
from crawler.pages.reddit.submissions import POST_ID, SITE, Submissions, is_reddit, permalink_of
from crawler.pages.walls import is_html, problem_of
from crawler.reading.charset import decode
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.feeds import FeedEntry, feed_kind, read_feed
from crawler.reading.html_root import html_root
from crawler.reading.jsonvalue import identifier, link, mapping, string
from crawler.reading.relay import json_after
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute

_FEED_PATH = re.compile(r"(?:/[\w+-]{1,100}){0,6}/?\.rss|/.*/\.rss")
_FEED_WORDS = re.compile(rb"redditstatic\.com/icon|label=\"(?:r|u)/[\w-]+\"|<id>/r/|reddit\.com/r/[\w-]+/[^\"<]*\.rss")
_PAGE_WORDS = re.compile(rb"redditstatic\.com|<shreddit-|whoa there, pardner")
_PAGE_PATH = re.compile(r"/(?:r|u|user|comments|over18|gallery)(?:/.*)?")
_MARKDOWN = re.compile(r'<div class="md">(.*?)</div><!-- SC_ON -->', re.DOTALL)
_TYPES = {
    "image": Format.IMAGE, "gallery": Format.CAROUSEL, "video": Format.VIDEO, "gif": Format.VIDEO, "link": Format.LINK,
    "text": Format.TEXT, "self": Format.TEXT, "poll": Format.POLL, "rtjson": Format.TEXT, "embed": Format.VIDEO,
    "multi_media": None, "crosspost": None, "liveVideo": Format.LIVE,
}  # fmt: skip
_DOMAINS = {"v.redd.it": Format.VIDEO, "i.redd.it": Format.IMAGE, "i.imgur.com": Format.IMAGE}
_THINGS = etree.XPath("//div[contains(concat(' ', normalize-space(@class), ' '), ' thing ')][@data-fullname]")
_ABOUT = re.compile(r"/(?:r|user|u)/[\w-]+/about(?:\.json)?/?")
_MAX_POSTS = 1_000
_HIDDEN_SCORE = "•"


class FeedPage(PlatformPage):
    """``….rss``: an Atom feed of submissions, without any counts."""

    platform = Platform.REDDIT
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.reddit.com/r/acme/new.rss",
        "https://www.reddit.com/user/acme/submitted.rss?sort=new",
        "https://www.reddit.com/r/acme/.rss",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if is_reddit(url) and _FEED_PATH.fullmatch(_path(url)):
            return True
        return b"<feed" in head and b"http://www.w3.org/2005/Atom" in head and _FEED_WORDS.search(head) is not None

    def read(self) -> PostList:
        status, body = self.response.status or 200, bytes(self.response.body)
        asked_for = "This feed of Reddit"
        if problem := gate(body, asked_for):
            raise problem
        text = decode(body, self.response.headers.get("Content-Type", "")).text
        feed = read_feed(text) if status < 400 and feed_kind(text[:4_096]) == "atom" else None
        if feed is None:
            raise problem_of(status, body, asked_for)
        reader = Submissions(self.capture)
        for entry in feed.entries:
            self._add(entry, reader)
        if (
            feed.entries
            and not reader.is_understood
            and not any((one.guid or "").startswith("t1_") for one in feed.entries)
        ):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{asked_for} holds no posts in a shape that we know.")
        return reader.result()

    def _add(self, entry: FeedEntry, reader: Submissions) -> None:
        native_id = (entry.guid or "").strip().rpartition("/")[2]
        url = absolute(entry.link or "", SITE)
        if not POST_ID.fullmatch(native_id) or url is None:
            reader.skip("comment" if native_id.startswith("t1_") else "unreadable")
            return
        author = next((name.strip().removeprefix("/u/") for name in entry.authors), None)
        published = read_date(entry.published, latest=self.capture.fetched_at)
        words = _MARKDOWN.search(entry.content)
        picture = link(entry.thumbnail.url) if entry.thumbnail else None
        missing = dict.fromkeys(("like_count", "comment_count", "quote_count"), MissingReason.NOT_OBSERVED)
        missing |= dict.fromkeys(("share_count", "view_count"), MissingReason.NOT_PUBLIC)
        reader.keep(
            Post(
                platform=Platform.REDDIT,
                native_id=native_id,
                account=reader.account({"subreddit": _place_in(url)}, author),
                author=author,
                url=url,
                title=clean(html_to_text(entry.title) if entry.is_html_title else entry.title).strip(),
                text=html_to_text(words.group(1)) if words else None,
                published_at=published.at if published else None,
                published_precision=published.precision if published else None,
                media=(Media(kind="unknown", url=picture),) if picture else (),
                metrics=Metrics(missing=missing),
            )
        )


class HtmlPage(PlatformPage):
    """A page of www.reddit.com or old.reddit.com: ``shreddit-post`` elements, ``window.___r``, ``.thing`` elements."""

    platform = Platform.REDDIT
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.reddit.com/r/acme/",
        "https://old.reddit.com/r/acme/new/",
        "https://www.reddit.com/r/acme/comments/1abcde/a_title/",
        "https://www.reddit.com/user/acme/submitted/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        path = _path(url)
        if is_reddit(url):
            if not head:
                return not (path.endswith((".json", ".rss")) or "oauth." in url or _ABOUT.fullmatch(path)) and (
                    _PAGE_PATH.fullmatch(path) is not None or path == "/"
                )
            return is_html(content_type, head)
        return (
            is_html(content_type, head)
            and _PAGE_PATH.fullmatch(path) is not None
            and (_PAGE_WORDS.search(head) is not None)
        )

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"{ref.handle} on Reddit" if ref else "This page of Reddit"

    def read(self) -> PostList:
        status, body = self.response.status or 200, bytes(self.response.body)
        if problem := gate(body, self.asked_for):
            raise problem
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        reader = Submissions(self.capture)
        html = body.decode("utf-8", "replace")
        root = html_root(body)
        stated: Iterator[_Stated | str] = iter(())
        if "<shreddit-post" in html and root is not None:
            stated = _from_elements(root)
        elif "___r" in html:
            stated = (one for state in json_after(html, "window.___r") for one in _from_state(mapping(state)))
        elif "data-fullname" in html and root is not None:
            stated = _from_things(root)
        for one in stated:
            if isinstance(one, str):
                reader.skip(one)
            else:
                reader.keep(one.post(reader))
        if not reader.is_understood:
            raise login_wall(body, self.asked_for) or problem_of(200, body, self.asked_for)
        return reader.result()


@frozen(kw_only=True)
class _Stated:
    """What one generation of the site says of one post."""

    native_id: str
    path: str
    title: str | None
    author: str | None
    place: str
    """Subreddit, or ``u_name``."""
    form: Format | None
    text: str | None
    created: object
    score: Count | MissingReason | None
    comments: Count | None
    crossposts: Count | None = None
    is_pinned: bool = False
    is_quote: bool = False
    outside: str | None = None
    """What it points at."""

    def post(self, reader: Submissions) -> Post:
        published = read_date(self.created, latest=reader.capture.fetched_at)
        author = clean(self.author).strip() if self.author and not self.author.startswith("[") else None
        values: dict[str, Any] = {}
        rounded: dict[str, int] = {}
        missing = dict.fromkeys(("share_count", "view_count"), MissingReason.NOT_PUBLIC)
        for name, count in (
            ("like_count", self.score),
            ("comment_count", self.comments),
            ("quote_count", self.crossposts),
        ):
            if isinstance(count, Count):
                values[name] = count.value
                rounded |= {name: count.rounded} if count.rounded is not None else {}
            else:
                missing[name] = count or MissingReason.NOT_OBSERVED
        is_link = self.outside is not None and not is_reddit(self.outside) and ".redd.it/" not in self.outside
        kinds = {Format.IMAGE: "image", Format.CAROUSEL: "image", Format.VIDEO: "video"}
        is_own_medium = self.outside is not None and ".redd.it/" in self.outside and self.form in kinds
        return Post(
            platform=Platform.REDDIT,
            native_id=self.native_id,
            account=reader.account({"subreddit": self.place}, author),
            author=author,
            url=permalink_of(self.path) if self.path.startswith("/") else link(self.path),
            role=Role.QUOTE if self.is_quote else Role.ORIGINAL,
            format=self.form,
            title=clean(self.title).strip() if self.title is not None else None,
            text=clean(self.text).strip() if self.text is not None else None,
            published_at=published.at if published else None,
            published_precision=published.precision if published else None,
            is_pinned=self.is_pinned,
            media=(Media(kind=kinds[self.form], url=self.outside),) if is_own_medium and self.form else (),
            links=(self.outside,) if is_link and self.outside else (),
            metrics=Metrics(**values, missing=missing, rounded=rounded),
        )


def _from_elements(root: etree._Element) -> Iterator[_Stated | str]:
    """Since 2023: a custom element whose attributes say everything."""
    for element in list(islice(root.iter("shreddit-post"), _MAX_POSTS)):
        get = element.get
        native_id, path, kind = get("id") or "", get("permalink"), get("post-type") or ""
        if not POST_ID.fullmatch(native_id) or not path:
            yield "unreadable"
            continue
        body = next((one for one in element.iter() if one.get("slot") == "text-body"), None)
        place = get("subreddit-prefixed-name") or ""
        is_hidden = get("score-hidden") is not None or get("is-score-hidden") is not None
        yield _Stated(
            native_id=native_id,
            path=path,
            title=get("post-title"),
            author=get("author"),
            place=f"u_{place[2:]}" if place.startswith("u/") else place.removeprefix("r/"),
            form=_TYPES.get(kind),
            text=_words(body),
            created=get("created-timestamp"),
            score=MissingReason.HIDDEN if is_hidden else read_count(get("score")),
            comments=read_count(get("comment-count")),
            is_pinned=get("pinned") is not None or get("stickied") is not None,
            is_quote=kind == "crosspost",
            outside=absolute(get("content-href") or "", SITE),
        )


def _from_state(state: Mapping[str, Any]) -> Iterator[_Stated | str]:
    """2018 to 2023: the state of the page's program."""
    subreddits = mapping(mapping(state.get("subreddits")).get("models"))
    for key, said in islice(mapping(mapping(state.get("posts")).get("models")).items(), _MAX_POSTS):
        one = mapping(said)
        native_id, url = identifier(one.get("id")) or str(key), link(one.get("permalink"))
        if one.get("isSponsored") is True:
            yield "advertisement"
            continue
        if not POST_ID.fullmatch(native_id) or url is None:
            yield "unreadable"
            continue
        media = mapping(one.get("media"))
        outside = link(mapping(one.get("source")).get("url"))
        whose = mapping(subreddits.get(str(mapping(one.get("belongsTo")).get("id"))))
        is_hidden = one.get("isScoreHidden") is True or one.get("hideScore") is True
        yield _Stated(
            native_id=native_id,
            path=url,
            title=string(one.get("title")),
            author=string(one.get("author")),
            place=string(whose.get("name")) or _place_in(url),
            form=_TYPES.get(string(media.get("type")) or "", Format.LINK if outside else Format.TEXT),
            text=string(media.get("markdownContent")),
            created=one.get("created"),
            score=MissingReason.HIDDEN if is_hidden else read_count(one.get("score")),
            comments=read_count(one.get("numComments")),
            crossposts=read_count(one.get("numCrossposts")),
            is_pinned=one.get("isStickied") is True or one.get("isPinned") is True,
            is_quote=bool(one.get("crosspostParentId")),
            outside=outside or link(media.get("content")),
        )


def _from_things(root: etree._Element) -> Iterator[_Stated | str]:
    """old.reddit.com: a table of ``data-`` attributes, of which the site of before 2017 has fewer."""
    for element in list(islice(_THINGS(root), _MAX_POSTS)):
        get, classes = element.get, (element.get("class") or "").split()
        native_id, domain = get("data-fullname") or "", get("data-domain") or ""
        thread = next((one for one in element.iter("a") if "comments" in (one.get("class") or "").split()), None)
        path = get("data-permalink") or _path(thread.get("href") or "" if thread is not None else "")
        if native_id.startswith("t1_"):
            yield "comment"
            continue
        if get("data-promoted") == "true":
            yield "advertisement"
            continue
        if not POST_ID.fullmatch(native_id) or path == "/":
            yield "unreadable"
            continue
        when = element.find(".//time")
        shown = [one for one in element.iter("div") if {"score", "unvoted"} <= set((one.get("class") or "").split())]
        is_hidden = any("".join(one.itertext()).strip() == _HIDDEN_SCORE for one in shown)
        is_self = "self" in classes or domain.startswith("self.")
        yield _Stated(
            native_id=native_id,
            path=path,
            title=_line(next((one for one in element.iter("a") if "title" in (one.get("class") or "").split()), None)),
            author=get("data-author"),
            place=get("data-subreddit") or _place_in(path),
            form=Format.CAROUSEL if get("data-is-gallery") == "true" else Format.TEXT if is_self
            else _DOMAINS.get(domain, Format.LINK),
            text=_words(next((one for one in element.iter("div") if "md" in (one.get("class") or "").split()), None)),
            created=get("data-timestamp") or (when.get("datetime") if when is not None else None),
            score=MissingReason.HIDDEN if is_hidden else read_count(get("data-score") or _score(shown)),
            comments=read_count(get("data-comments-count") or _number(_line(thread))),
            crossposts=read_count(get("data-num-crossposts")),
            is_pinned="stickied" in classes,
            outside=absolute(get("data-url") or "", SITE),
        )  # fmt: skip


def _score(shown: list[etree._Element]) -> str | None:
    """The exact score stands in a title where the text is rounded ("12.3k")."""
    return next((said for one in shown if (said := one.get("title") or _line(one))), None)


def _number(said: str | None) -> str | None:
    """How many comments the link to them counts: "123 comments"; "comment" invites the first."""
    found = re.match(r"([0-9][0-9,]*) comments?$", said or "")
    return found.group(1) if found else "0" if said == "comment" else None


def _words(element: etree._Element | None) -> str | None:
    return html_to_text(etree.tostring(element, encoding="unicode", with_tail=False)) if element is not None else None


def _line(element: etree._Element | None) -> str | None:
    return " ".join("".join(element.itertext()).split()) if element is not None else None


def _place_in(address: str) -> str:
    found = re.match(r"/(r|u|user)/([\w-]{1,40})/", _path(address))
    return "" if found is None else found.group(2) if found.group(1) == "r" else f"u_{found.group(2)}"


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"
