"""Medium: users and publications by their feeds; claps and responses by the page of each story.

Fact sheet
- ``https://medium.com/feed/@user`` and ``/feed/PUBLICATION``: the newest ten stories with texts, tags and first
  publication, no counts. Of stories for members it has the opening only.
- The page of a story carries its counts in ``__APOLLO_STATE__``: ``clapCount``, and ``postResponses``, itself or by
  reference (``__ref``, before that ``{"type": "id", "id": …}``). Pages before 2017 have no state, and state no counts.
- ``like_count`` is claps (docs/reading-pages.md): one reader may clap fifty times; ``voterCount`` counts people.
- JSON-LD ``datePublished`` and ``firstPublishedAt`` are the first publication, the meta ``article:published_time`` is
  the latest one. A story is named by the hexadecimal number that ends its address.
- Not public: views, reads. No interface is open to others; robots.txt decides at run time.
- A publication under a domain of its own is collected as a site (:mod:`crawler.reading.embedded` reads its counts). A
  story that a feed leads to on such a domain keeps what the feed says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote

import attrs

from crawler.items import (
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
    RequestKind,
    Role,
)
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.open_page import OpenPage
from crawler.pages.walls import is_html, problem_of
from crawler.reading import hashtags
from crawler.reading.content import distinct_media, read_content
from crawler.reading.counts import read_count
from crawler.reading.dates import Moment, read_date
from crawler.reading.feeds import Feed, FeedEntry
from crawler.reading.jsonld import Node, read_jsonld, strings, types, values
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.language import language_tag
from crawler.reading.main_text import main_text
from crawler.reading.meta import Page, open_graph_media, parse_page
from crawler.reading.relay import json_after
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import host_of, path_of, permalink

FEED_SIZE = 10
"""Stories that a feed shows at most."""
_SITE = "https://medium.com"
_HOST = re.compile(r"(?:www\.)?medium\.com|(?P<name>[a-z0-9-]{1,63})(?:\.[a-z0-9-]{1,63})?\.medium\.com")
_FEED_PATH = re.compile(r"/feed(?:/(?P<name>@?[A-Za-z0-9_.-]{1,100}))?/?|/(?P<user>@[A-Za-z0-9_.-]{1,100})/feed/?")
_STORY_ID = re.compile(r"(?:^|-)([0-9a-f]{10,12})$")
_STORY_PATH = re.compile(r"(?:/p|(?:/@?[^/]{1,100})?)/[^/]{0,300}?[0-9a-f]{10,12}/?")
_PERSONS_STORY = re.compile(r"/@[^/]{1,100}/[^/]{0,300}-[0-9a-f]{10,12}/?")
_MARK = re.compile(rb"com\.medium\.reader|medium://p/")
_NEVER_ACCOUNTS = frozenset({"feed", "p", "m", "me", "s", "tag", "search"})
_STORIES_BY = re.compile(r"Stories by (.+) on Medium")
_SNIPPET = re.compile(r"<p class=\"medium-feed-snippet\">(.*?)</p>", re.DOTALL)
_CREDIT = re.compile(
    r"(?:<hr\s*/?>\s*)?<p>\s*<a\b[^<>]{1,500}>[^<>]{0,500}</a> was originally published in"
    r" <a\b[^<>]{1,500}>[^<>]{0,200}</a> on Medium\b[^<>]{0,300}</p>\s*\Z"
)
"""What a feed adds under the stories of publications; it speaks English to everybody."""
_SHOWN_BESIDE = frozenset({"IMG", "IFRAME", "MIXTAPE_EMBED"})
_ARTICLES = frozenset({"article", "newsarticle", "blogposting", "socialmediaposting"})
_COUNTS = ("like_count", "comment_count")
_NOT_PUBLIC = dict.fromkeys(("share_count", "view_count", "save_count", "quote_count"), MissingReason.NOT_PUBLIC)
_MAX_PARAGRAPHS = 2_000
_MAX_TAGS = 50


class FeedPage(OpenPage):
    """The newest stories of a user or publication."""

    platform = Platform.MEDIUM
    network = "Medium"
    examples: ClassVar[tuple[str, ...]] = (
        "https://medium.com/feed/@acme",
        "https://medium.com/feed/acme-notes",
        "https://acme.medium.com/feed",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — an error too is ours
        found = _FEED_PATH.fullmatch(path_of(url))
        if found is None:
            return False
        return _HOST.fullmatch(host_of(url)) is not None or (found["name"] or found["user"] or "").startswith("@")

    def read(self) -> PostList:
        if self.status >= 400:
            raise self._refused()
        feed = self.feed()
        account = self.ref.handle if self.ref else _account_in(feed.link) or _account_in(self.url)
        if not account:
            raise self.changed("the feed does not say whose it is")
        posts: dict[str, Post] = {}
        for entry in feed.entries:
            if (post := self._post(entry, account)) is not None:
                posts.setdefault(post.native_id, post)
        unnamed = sum(1 for entry in feed.entries if _story_in(entry.guid, entry.link) is None)
        return PostList(
            posts=tuple(posts.values()),
            profile=self._profile(feed, account),
            next_requests=tuple(self._pages(posts.values())),
            skipped={"without_address": unnamed} if unnamed else {},
            end_note=f"Medium's feed shows the newest {FEED_SIZE} stories only." if len(posts) >= FEED_SIZE else None,
        )

    def _refused(self) -> PageProblem:
        problem = problem_of(self.status, self.body, self.asked_for)
        if problem.outcome is not Outcome.NOT_FOUND or self.ref is None or not self.ref.handle.startswith("@"):
            return problem
        # NAME.medium.com may be a person or a publication, and only the person's feed was asked for
        name = self.ref.handle[1:]
        sentence = f"{self.asked_for} is no user (404); the link of a publication is {_SITE}/{name}"
        return PageProblem(Outcome.NOT_FOUND, f"{sentence}, or its own domain.")

    def _post(self, entry: FeedEntry, account: str) -> Post | None:
        native_id, url = _story_in(entry.guid, entry.link), permalink(entry.link or entry.guid or "")
        if native_id is None or url is None:
            return None
        written = _CREDIT.sub("", entry.content)
        snippet = _SNIPPET.search(written)
        said = snippet.group(1) if snippet else written
        content = read_content(written, url)
        return Post(
            platform=Platform.MEDIUM,
            native_id=native_id,
            account=account,
            author=clean(", ".join(entry.authors)).strip() or None,
            url=url,
            format=Format.ARTICLE,
            title=" ".join((html_to_text(entry.title) if entry.is_html_title else clean(entry.title)).split()) or None,
            text=html_to_text(said).strip() or None,
            **_dates(read_date(entry.published, latest=self.capture.fetched_at), entry.published, None),
            media=content.media,
            hashtags=hashtags.unique(clean(tag).strip() for tag in entry.tags),
            links=() if snippet else tuple(each for each in content.links if permalink(each) != url),
            metrics=_metrics(None, None),
        )

    def _profile(self, feed: Feed, account: str) -> Profile:
        title = " ".join(html_to_text(feed.title).split())
        person = _STORIES_BY.fullmatch(title)
        bio = html_to_text(feed.description).strip().removesuffix("- Medium").strip()
        return Profile(
            platform=Platform.MEDIUM,
            handle=account,
            url=self.ref.url if self.ref else f"{_SITE}/{account}",
            name=(person.group(1) if person else title.removesuffix("- Medium").strip()) or None,
            bio=None if person else bio or None,
            avatar_url=link(feed.image_url),
            missing={"follower_count": MissingReason.NOT_OBSERVED, "post_count": MissingReason.NOT_PUBLIC},
        )

    def _pages(self, posts: Iterable[Post]) -> Iterator[NextRequest]:
        """The pages of stories that stand where this feed does."""
        for post in posts:
            host = host_of(post.url or "")
            if _HOST.fullmatch(host) or host == host_of(self.url):
                yield NextRequest(
                    url=post.url or "",
                    kind=RequestKind.POST,
                    native_id=post.native_id,
                    published_at=post.published_at,
                )


class StoryPage(OpenPage):
    """The page of one story: its counts, and all else where no feed listed it."""

    platform = Platform.MEDIUM
    network = "Medium"
    examples: ClassVar[tuple[str, ...]] = (
        "https://medium.com/@acme/how-we-roast-3262b158cba2",
        "https://medium.com/acme-notes/how-we-roast-3262b158cba2",
        "https://acme.medium.com/how-we-roast-3262b158cba2",
        "https://medium.com/p/3262b158cba2",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        path = path_of(url)
        if status < 400 and head and not is_html(content_type, head):
            return False
        if _HOST.fullmatch(host_of(url)):
            return _STORY_PATH.fullmatch(path) is not None
        return _PERSONS_STORY.fullmatch(path) is not None and (not head or status >= 400 or bool(_MARK.search(head)))

    def read(self) -> PostList:
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        page = parse_page(self.text, self.url)
        if page is None:
            raise self.changed("the page is empty")
        shown = _story_in(page.linked("canonical"), page.first("og:url"), self.url)
        wanted = self.capture.listed.native_id if self.capture.listed is not None else shown
        state = _State(self.text, wanted or "")
        jsonld = read_jsonld(script.text for script in page.scripts if "ld+json" in script.mime)
        node = next((one for one in jsonld.nodes if not _ARTICLES.isdisjoint(types(one))), None)
        is_story = bool(state.post) or node is not None or page.first("article:published_time") is not None
        if wanted is None or wanted != shown or not is_story:
            raise problem_of(self.status, self.body, self.asked_for)
        post = self._post(page, state, node or {}, wanted)
        listed = self.capture.listed
        return PostList(posts=(post if listed is None else _completed(listed, post),))

    @property
    def asked_for(self) -> str:
        return self.url[:200]

    def _post(self, page: Page, state: _State, node: Node, native_id: str) -> Post:
        address = link(page.linked("canonical") or page.first("og:url") or self.url, self.url)
        ours = address if _story_in(address) == native_id else self.url
        stated = [state.post.get("firstPublishedAt"), *strings(node, "datepublished")]
        first = next((said for one in stated if (said := _date_text(one)) is not None), None)
        latest = next(
            (said for one in (state.post.get("latestPublishedAt"), page.first("article:published_time"))
             if (said := _date_text(one)) is not None),
            None,
        )  # fmt: skip
        published, edited = (read_date(said, latest=self.capture.fetched_at) for said in (first, latest))
        title = string(state.post.get("title")) or page.first("og:title") or next(iter(strings(node, "headline")), None)
        answered = state.resolve(state.post.get("inResponseToPostResult"))
        original = identifier(answered.get("id"))
        persons = [mapping(each) for each in values(node, "author")]
        name = next((said for one in persons for said in strings(one, "name")), None) or page.first("author")
        return Post(
            platform=Platform.MEDIUM,
            native_id=native_id,
            account=self._account(page, state, persons),
            author=clean(name).strip() or None if name else None,
            url=permalink(ours or self.url),
            role=Role.REPLY if original else Role.ORIGINAL,
            format=Format.ARTICLE,
            title=" ".join(clean(title).split()) if title else None,
            text=state.text(title) or (main_text(page.root, len(page.markup)) if self.capture.listed is None else None),
            language=language_tag(string(state.post.get("detectedLanguage"))),
            **_dates(published, first, edited),
            original_native_id=original,
            media=distinct_media(open_graph_media(page)),
            hashtags=state.tags or hashtags.unique(_keywords(node)),
            metrics=_metrics(state.post.get("clapCount"), state.response_count),
        )

    def _account(self, page: Page, state: _State, persons: Sequence[Mapping[str, Any]]) -> str:
        """Whose the story is; where nobody asked on an account's behalf, its writer's."""
        if self.ref is not None:
            return self.ref.handle
        username = string(state.resolve(state.post.get("creator")).get("username"))
        if username:
            return f"@{username}"
        stated = [page.first("article:author"), *(said for one in persons for said in strings(one, "url")), self.url]
        return next((name for one in stated if (name := _account_in(one))), "")


class _State:
    """The story in the page's ``__APOLLO_STATE__``, where it has one. Other stories stand there too."""

    def __init__(self, html: str, native_id: str) -> None:
        states = (mapping(said) for said in json_after(html, "__APOLLO_STATE__"))
        key = f"Post:{native_id}"
        self._all = next((state for state in states if key in state), {})
        self.post = mapping(self._all.get(key))

    def resolve(self, value: object) -> Mapping[str, Any]:
        """What ``value`` is, or refers to."""
        said = mapping(value)
        name = said.get("__ref") or (said.get("id") if said.get("type") == "id" else None)
        return mapping(self._all.get(name)) if isinstance(name, str) else said

    @property
    def response_count(self) -> object:
        return self.resolve(self.post.get("postResponses")).get("count")

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """As feeds spell them."""
        found = (self.resolve(each) for each in sequence(self.post.get("tags"))[:_MAX_TAGS])
        names = (string(tag.get("id")) or string(tag.get("normalizedTagSlug")) for tag in found)
        return hashtags.unique(clean(name).strip() for name in names if name)

    def text(self, title: str | None) -> str | None:
        """The paragraphs, without the title and what stands under pictures."""
        contents = (self.resolve(value) for key, value in self.post.items() if key.partition("(")[0] == "content")
        body = next((found for one in contents if (found := self.resolve(one.get("bodyModel")))), {})
        said: list[str] = []
        for each in sequence(body.get("paragraphs"))[:_MAX_PARAGRAPHS]:
            paragraph = self.resolve(each)
            text = string(paragraph.get("text"))
            is_title = not said and text is not None and text == title
            if text and not is_title and paragraph.get("type") not in _SHOWN_BESIDE:
                said.append(clean(text).strip())
        return "\n".join(said) or None


PAGES: tuple[type[PlatformPage], ...] = (FeedPage, StoryPage)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The feed; it also says whose it is."""
    url = f"{_base(base_urls)}/feed/{quote(ref.handle, safe='@')}"
    return (NextRequest(url=url, kind=RequestKind.LISTING),)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — a story's address says all
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """The page of each story that stands on Medium's own hosts."""
    own = {host_of(_base(base_urls)), host_of(_SITE)}
    return tuple(
        NextRequest(url=url, kind=RequestKind.POST, native_id=native_id)
        for native_id, url in posts
        if url and (host_of(url) in own or _HOST.fullmatch(host_of(url)))
    )


def _base(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(Platform.MEDIUM, _SITE).rstrip("/")


def _story_in(*addresses: str | None) -> str | None:
    """The number of the first story that one of the addresses leads to."""
    for address in addresses:
        found = _STORY_ID.search(path_of(address or "").rstrip("/").rpartition("/")[2])
        if found is not None:
            return found.group(1)
    return None


def _account_in(address: str | None) -> str | None:
    """``@user`` or the publication that an address on Medium names; spelled as there."""
    if not address:
        return None
    host = _HOST.fullmatch(host_of(address))
    if host is not None and host["name"] and host["name"] not in ("www", "link", "policy", "help"):
        return f"@{host['name']}"
    feed = _FEED_PATH.fullmatch(path_of(address))
    name = (feed["name"] or feed["user"] if feed else path_of(address).strip("/").partition("/")[0]) or ""
    is_ours = host is not None or name.startswith("@")
    return name if is_ours and name and name.lower() not in _NEVER_ACCOUNTS else None


def _dates(published: Moment | None, written: str | None, edited: Moment | None) -> dict[str, Any]:
    is_later = edited is not None and published is not None and edited.at > published.at
    return {
        "published_at": published.at if published else None,
        "published_precision": published.precision if published else None,
        "published_text": None if published else written,
        "edited_at": edited.at if is_later and edited else None,
    }


def _date_text(stated: object) -> str | None:
    if isinstance(stated, int) and not isinstance(stated, bool) and stated > 0:
        return str(stated)  # milliseconds
    return clean(stated)[:200].strip() or None if isinstance(stated, str) else None


def _metrics(claps: object, responses: object) -> Metrics:
    stated = zip(_COUNTS, (read_count(claps), read_count(responses)), strict=True)
    known = {name: count for name, count in stated if count is not None}
    missing = {name: MissingReason.NOT_OBSERVED for name in _COUNTS if name not in known}
    like_count, comment_count = (known[name].value if name in known else None for name in _COUNTS)
    return Metrics(
        like_count=like_count,
        comment_count=comment_count,
        missing={**_NOT_PUBLIC, **missing},
        rounded={name: count.rounded for name, count in known.items() if count.rounded is not None},
    )


def _keywords(node: Node) -> Iterator[str]:
    """JSON-LD has the tags as ``Tag:Apple Silicon`` among other marks; feeds spell that ``apple-silicon``."""
    for said in strings(node, "keywords")[:_MAX_TAGS]:
        if said.startswith("Tag:"):
            yield "-".join(clean(said.removeprefix("Tag:")).lower().split())


def _completed(listed: Post, page: Post) -> Post:
    """The story as its feed has it, with what only its page says."""
    return attrs.evolve(
        listed,
        title=listed.title or page.title,
        text=listed.text or page.text,
        role=page.role,
        original_native_id=page.original_native_id,
        language=page.language,
        published_at=listed.published_at or page.published_at,
        published_precision=listed.published_precision or page.published_precision,
        published_text=listed.published_text if listed.published_at or not page.published_at else None,
        edited_at=page.edited_at,
        media=listed.media or tuple(Media(kind=one.kind, url=one.url) for one in page.media),
        hashtags=listed.hashtags or page.hashtags,
        metrics=page.metrics,
    )
