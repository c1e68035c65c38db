"""LinkedIn: public pages of companies and posts, as browsers keep them.

Fact sheet
- No official interface gives a competitor's posts. robots.txt forbids everything without permission. Read are pages
  that the user saved: a company page (up to ten cards), a post (JSON-LD), a pulse article (JSON-LD).
- Public counts: reactions, comments; followers of the company. Not public: impressions, clicks, reposts.

Rules
- A post is named by the number of its activity (a share's or ugcPost's where no activity is named). The number
  carries its time to the millisecond, so "18h" and "4d" are never read; "Edited" is.
- A repost's card has two numbers: the activity is the repost, the attributed one the original.
- Only counters of the post's own node count: an author's FollowAction is followers, a comment's LikeAction is no
  one's.
- A card without the comments element does not say whether there are none or they are switched off: unknown.
- A wall is a page without that payload; ``isAccessibleForFree: false`` stands in every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    Precision,
    Profile,
    RequestKind,
    Role,
)
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.counted import counted
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonld import JsonLd, Node, read_jsonld, strings, types, values
from crawler.reading.jsonvalue import link, mapping, positive, sequence, string
from crawler.reading.meta import Page, parse_page
from crawler.reading.relay import objects
from crawler.reading.snowflakes import linkedin_time
from crawler.reading.text import clean

_SITE = "https://www.linkedin.com"
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*linkedin\.com")
_POST_PATH = re.compile(r"/(?:posts/[^/]+|feed/update/urn(?::|%3A)li(?::|%3A)(?:activity|share|ugcPost)(?::|%3A)\d+|embed/feed/update/[^/]+)/?", re.IGNORECASE)  # fmt: skip  # noqa: E501
_PULSE_PATH = re.compile(r"/pulse/[^/]+(?:/[^/]+)?/?")
_COMPANY_PATH = re.compile(r"/(?:company|school|showcase)/([^/]+)(?:/(?:posts|about|life|jobs|people))?/?")
_WALL_PATH = re.compile(r"/(?:authwall|uas/login|login|checkpoint|signup|start|cold-join)\b.*")
_URN = re.compile(r"urn(?::|%3A)li(?::|%3A)(activity|share|ugcPost|linkedInArticle)(?::|%3A)(\d{10,25})", re.IGNORECASE)
_IN_SLUG = re.compile(r"-(activity|share|ugcPost)-(\d{10,25})(?:-|$)", re.IGNORECASE)
_OWN_WORDS = re.compile(rb"pageKey[\"']? content=[\"']d_|licdn\.com|urn:li:|lnkd:url")
_COMMENTS_IN_TITLE = re.compile(r"\|\s*([\d.,]+)\s+\w+\s*$")
_COUNT_COLUMNS = {
    "likeaction": "like_count", "commentaction": "comment_count", "replyaction": "comment_count",
    "shareaction": "share_count", "viewaction": "view_count", "watchaction": "view_count",
}  # fmt: skip
_POSTINGS = frozenset(
    {"socialmediaposting", "discussionforumposting", "videoobject", "article", "newsarticle", "blogposting"}
)
_MACHINE_ALT = re.compile(r"^No alternative text", re.IGNORECASE)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The public company page."""
    base = base_urls.get(f"{Platform.LINKEDIN}.site", _SITE).rstrip("/")
    kind = "school" if "/school/" in ref.url else "showcase" if "/showcase/" in ref.url else "company"
    return (NextRequest(url=f"{base}/{kind}/{ref.handle.rpartition('/')[2]}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """The public page of each post."""
    base = base_urls.get(f"{Platform.LINKEDIN}.site", _SITE).rstrip("/")
    return tuple(
        NextRequest(url=f"{base}/feed/update/urn:li:activity:{one}", kind=RequestKind.POST, native_id=one)
        for one, _ in posts
        if one.isdigit()
    )


class _LinkedinPage(PlatformPage):
    platform = Platform.LINKEDIN

    @property
    def path(self) -> str:
        return _path(str(self.response.url))

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The LinkedIn page {ref.handle}" if ref else "This page of LinkedIn"

    def parsed(self) -> Page:
        status, body = self.response.status or 200, bytes(self.response.body)
        if status == 999:
            raise PageProblem(Outcome.BLOCKED, f"{self.asked_for}: LinkedIn refuses programs (999).")
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        html = decode(body, self.response.headers.get("Content-Type", "")).text
        page = parse_page(html, str(self.response.url))
        if page is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page is empty.")
        return page

    def wall(self, page: Page) -> PageProblem:
        """Why there is nothing here, judged by what is missing."""
        key = page.first("pagekey") or ""
        if (
            _WALL_PATH.fullmatch(self.path)
            or "authwall" in key
            or "login" in key
            or not page.first("og:url", "lnkd:url")
        ):
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no posts where LinkedIn keeps them."
        )


class PostPage(_LinkedinPage):
    """A post or a pulse article: JSON-LD of the posting, comments beside it."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.linkedin.com/posts/acme_our-news-activity-7468765250281046016-5CCd",
        "https://de.linkedin.com/posts/acme_our-news-ugcPost-7468765250281046016-5CCd",
        "https://www.linkedin.com/feed/update/urn:li:activity:7468765250281046016/",
        "https://www.linkedin.com/pulse/how-we-bake-acme-bakery",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        return (_POST_PATH.fullmatch(path) or _PULSE_PATH.fullmatch(path)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        address = str(self.response.url)
        number = _number(address)
        if self.response.status in (404, 410):
            if number:
                absence = Absence(
                    platform=Platform.LINKEDIN, native_id=number, kind="gone", status=self.response.status
                )
                return PostList(absences=(absence,))
            raise problem_of(self.response.status, b"", self.asked_for)
        page = self.parsed()
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime)
        node = _posting(said, number)
        stated = page.first("lnkd:url") or page.first("og:url") or page.linked("canonical") or ""
        card = next((one for one in page.root.iter("article") if _URN.search(one.get("data-activity-urn") or "")), None)
        in_card = _URN.search(card.get("data-activity-urn") or "") if card is not None else None
        number = _number(stated) or number or (in_card.group(2) if in_card else None)
        is_article = _PULSE_PATH.fullmatch(self.path) is not None
        if node is None and (number is None or not page.first("og:description")):
            raise self.wall(page)
        if number is None and not is_article:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page does not say which post it is.")
        post = self._post(node or {}, said, page, number, is_article=is_article)
        return PostList(posts=(post,), profile=None)

    def _post(self, node: Node, said: JsonLd, page: Page, number: str | None, *, is_article: bool) -> Post:
        author = mapping(said.resolve(next(iter(values(node, "author", "creator")), {})))
        writer = link(next(iter(strings(author, "url")), None)) or ""
        handle = _handle(writer) or _slug_author(str(self.response.url)) or (
            self.capture.account.handle if self.capture.account else "")  # fmt: skip
        headline = next(iter(strings(node, "headline", "name")), None)
        text = next(iter(strings(node, "articlebody", "description", "text")), None)
        text = clean(text).strip() if text else _stated_text(page)
        dated = read_date(next(iter(strings(node, "datepublished", "uploaddate", "datecreated")), None))
        at = (linkedin_time(number) if number else None) or (dated.at if dated else None)
        if dated is not None and dated.precision == Precision.SECOND:
            at = dated.at
        media = tuple(_node_media(node, page))
        title = page.first("og:title") or ""
        kind = Format.ARTICLE if is_article else _kind_of(node, page, media)
        url = link(page.linked("canonical")) or link(page.first("og:url")) or str(self.response.url)
        values_, missing = _node_counts(node)
        if "comment_count" not in values_ and (found := _COMMENTS_IN_TITLE.search(title)):
            count = read_count(found.group(1))
            if count is not None and count.rounded is None:
                values_["comment_count"] = count.value
                missing.pop("comment_count", None)
        edited = read_date(next(iter(strings(node, "datemodified")), None))
        return Post(
            platform=Platform.LINKEDIN,
            native_id=number or _canonical_article(url),
            account=handle,
            author=handle or None,
            url=url,
            format=kind,
            title=clean(headline).strip() if headline and (is_article or kind == Format.LINK) else None,
            text=text,
            language=next(iter(strings(node, "inlanguage")), None),
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            edited_at=edited.at if edited and at and edited.at > at and is_article else None,
            media=media,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            links=_outward(text or ""),
            metrics=Metrics(**values_, missing=missing),
        )


class CompanyPage(_LinkedinPage):
    """A company's public page: the company, and up to ten of its posts as cards or as JSON-LD."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.linkedin.com/company/acme-bakery",
        "https://uk.linkedin.com/company/acme-bakery/posts/",
        "https://www.linkedin.com/school/acme-university/",
        "https://www.linkedin.com/authwall?trk=bf&sessionRedirect=https%3A%2F%2Fwww.linkedin.com%2Fcompany%2Facme",
        "https://www.linkedin.com/uas/login?session_redirect=%2Fcompany%2Facme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        return (_COMPANY_PATH.fullmatch(path) or _WALL_PATH.fullmatch(path)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        page = self.parsed()
        found = _COMPANY_PATH.fullmatch(self.path)
        handle = unquote(found.group(1)) if found else ""
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime)
        posts: dict[str, Post] = {}
        skipped: dict[str, int] = {}
        for card in page.root.iter("article", "li", "div"):
            if (urn := card.get("data-activity-urn")) and (post := self._card(card, urn, handle)) is not None:
                posts.setdefault(post.native_id, post)
        for node in said.nodes:
            if types(node) & {"discussionforumposting", "socialmediaposting"}:
                post = self._listed(node, said, handle)
                if post is None:
                    skipped["not_understood"] = skipped.get("not_understood", 0) + 1
                elif post.native_id not in posts:
                    posts[post.native_id] = post
        profile = self._profile(said, page, handle)
        if profile is None and not posts:
            raise self.wall(page)
        return PostList(
            posts=tuple(posts.values()),
            profile=profile,
            skipped=skipped,
            problem_outcome=Outcome.PARTIAL,  # ten posts at most are shown, never the whole list
            flags=() if posts else ("no_posts_in_page",),
        )

    def _card(self, card: etree._Element, urn: str, handle: str) -> Post | None:
        found = _URN.search(urn)
        if found is None:
            return None
        number = found.group(2)
        original = _URN.search(card.get("data-attributed-urn") or "")
        header = " ".join(
            " ".join(one.itertext())
            for one in card.iter("p", "a")
            if "feed-reaction-header" in (one.get("data-tracking-control-name") or "")
        )
        header_link = card.find(
            './/a[@data-tracking-control-name="organization_guest_main-feed-card_feed-reaction-header"]'
        )
        is_repost = header_link is not None or bool(header)
        commentary = card.find('.//*[@data-test-id="main-feed-activity-card__commentary"]')
        text = _card_text(commentary) if commentary is not None else None
        actor = next(
            (
                one
                for one in card.iter("a")
                if (one.get("data-tracking-control-name") or "").endswith("feed-actor-name")
            ),
            None,
        )
        author = _handle(link(actor.get("href")) or "") if actor is not None else None
        media = tuple(_card_media(card))
        when = card.find(".//time")
        edited = "edited" in "".join(when.itertext()).lower() if when is not None else False
        at = linkedin_time(number)
        original_at = linkedin_time(original.group(2)) if original else None
        counts: dict[str, Any] = {}
        missing = {
            "share_count": MissingReason.NOT_PUBLIC,
            "view_count": MissingReason.NOT_PUBLIC,
            "save_count": MissingReason.NOT_PUBLIC,
        }
        rounded: dict[str, int] = {}
        for column, attribute in (("like_count", "data-num-reactions"), ("comment_count", "data-num-comments")):
            holder = card.find(f".//*[@{attribute}]")
            count = read_count(holder.get(attribute)) if holder is not None else None
            if count is None:
                missing[column] = MissingReason.NOT_OBSERVED if holder is None else MissingReason.NOT_PARSED
            else:
                counts[column] = count.value
                if count.rounded is not None:
                    rounded[column] = count.rounded
        outward = [
            url
            for one in (commentary.iter("a") if commentary is not None else ())
            if (url := _leaving(one.get("href")))
        ]
        article = card.find('.//*[@data-test-id="article-content"]')
        if article is not None and (url := _leaving(article.get("href"))):
            outward.append(url)
        title = card.find('.//*[@data-test-id="article-content__title"]')
        company = handle or author or ""
        return Post(
            platform=Platform.LINKEDIN,
            native_id=number,
            account=company,
            author=author if is_repost else (author or company),
            url=f"{_SITE}/feed/update/urn:li:activity:{number}",
            role=Role.REPOST if is_repost else Role.ORIGINAL,
            format=_card_format(card, media),
            title=" ".join("".join(title.itertext()).split()) if title is not None else None,
            text=text if text is not None else "",
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=True if edited else None,
            original_native_id=original.group(2) if original and is_repost else None,
            original_published_at=original_at if is_repost else None,
            media=media,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            links=tuple(dict.fromkeys(outward)),
            metrics=Metrics(**counts, missing=missing, rounded=rounded),
        )

    def _listed(self, node: Node, said: JsonLd, handle: str) -> Post | None:
        url = link(next(iter(strings(node, "mainentityofpage", "url", "@id")), None))
        number = _number(url or "")
        if number is None:
            return None
        author = mapping(said.resolve(next(iter(values(node, "author")), {})))
        writer = _handle(link(next(iter(strings(author, "url")), None)) or "")
        text = next(iter(strings(node, "articlebody", "text", "headline")), None)
        dated = read_date(next(iter(strings(node, "datepublished")), None))
        counts, missing = _node_counts(node)
        at = dated.at if dated else linkedin_time(number)
        return Post(
            platform=Platform.LINKEDIN,
            native_id=number,
            account=handle,
            author=writer or handle,
            url=url,
            role=Role.REPOST if writer and handle and writer.casefold() != handle.casefold() else Role.ORIGINAL,
            format=None,
            text=clean(text).strip() if text else None,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            media=tuple(_node_media(node, None)),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            links=_outward(text or ""),
            metrics=Metrics(**counts, missing=missing),
        )

    def _profile(self, said: JsonLd, page: Page, handle: str) -> Profile | None:
        node = next(
            (
                one
                for one in said.nodes
                if types(one) & {"organization", "corporation", "educationalorganization", "collegeoruniversity"}
            ),
            None,
        )
        description = page.first("description", "og:description") or ""
        name = next(iter(strings(node, "name")), None) if node else None
        if not handle or (node is None and "|" not in description):
            return None
        # "Acme | 5,750 followers on LinkedIn. …": the first count behind the name, in any language
        followers = next((one.count for one in counted(description.partition("|")[2].partition(". ")[0])), None)
        logo = mapping(next(iter(values(node, "logo")), {})) if node else {}
        site = link(next(iter(strings(node, "sameas")), None)) if node else None
        bio = next(iter(strings(node, "description")), None) if node else None
        return Profile(
            platform=Platform.LINKEDIN,
            handle=handle,
            url=f"{_SITE}/company/{handle}",
            name=clean(name) if name else (page.first("og:title") or "").partition(" | ")[0] or None,
            bio=clean(bio).strip() if bio else None,
            links=(site,) if site and "linkedin.com" not in site else (),
            avatar_url=link(next(iter(strings(logo, "contenturl", "url")), None)),
            follower_count=followers.value if followers else None,
            missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
            rounded={"follower_count": followers.rounded} if followers and followers.rounded is not None else {},
        )


PAGES: tuple[type[PlatformPage], ...] = (PostPage, CompanyPage)


def read_captured(data: object, capture: Capture) -> PostList:
    """An update as LinkedIn's own interfaces answer it: ``commentary``, ``socialDetail``, ``updateMetadata``."""
    update = mapping(data)
    metadata = mapping(update.get("metadata"))
    names = (
        update.get("entityUrn"), update.get("urn"), mapping(update.get("updateMetadata")).get("urn"),
        metadata.get("backendUrn"), metadata.get("urn"), update.get("*socialDetail"), update.get("preDashEntityUrn"),
    )  # fmt: skip
    urn = next((found for one in names if (found := _URN.search(str(one or "")))), None)
    social = mapping(update.get("socialDetail"))
    counts = next((one for one in objects(social or update) if "numLikes" in one or "numComments" in one), None)
    words = mapping(update.get("commentary"))
    text = string(words.get("text")) or string(mapping(words.get("text")).get("text"))
    if urn is None or (counts is None and text is None):
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no post of LinkedIn in a shape that we know.")
    actor = mapping(update.get("actor"))
    address = next((url for one in objects(actor) for name in ("actionTarget", "url", "navigationUrl")
                    if (url := link(one.get(name))) and _handle(url)), "")  # fmt: skip
    number = urn.group(2)
    at = linkedin_time(number)
    stated: dict[str, Any] = {}
    missing = {"view_count": MissingReason.NOT_PUBLIC, "save_count": MissingReason.NOT_PUBLIC}
    for column, name in (("like_count", "numLikes"), ("comment_count", "numComments"), ("share_count", "numShares")):
        count = read_count((counts or {}).get(name))
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED
        else:
            stated[column] = count.value
    kinds = {
        str(one.get("reactionType")).lower(): count.value
        for one in map(mapping, sequence((counts or {}).get("reactionTypeCounts")))
        if (count := read_count(one.get("count"))) is not None
    }
    content = mapping(update.get("content"))
    is_repost = bool(update.get("resharedUpdate") or update.get("*resharedUpdate"))
    author = _handle(address) or ""
    post = Post(
        platform=Platform.LINKEDIN,
        native_id=number,
        account=author or (capture.account.handle if capture.account else ""),
        author=author or None,
        url=f"{_SITE}/feed/update/urn:li:activity:{number}",
        role=(Role.QUOTE if text else Role.REPOST) if is_repost else Role.ORIGINAL,
        format=_captured_format(content, text),
        text=text or "",
        published_at=at,
        published_precision=Precision.SECOND if at else None,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
        links=_outward(text or ""),
        metrics=Metrics(**stated, reactions=kinds, missing=missing),
    )
    return PostList(posts=(post,))


def _captured_format(content: Mapping[str, Any], text: str | None) -> Format | None:
    names = " ".join(name for name, value in content.items() if value).lower()
    for word, kind in (
        ("poll", Format.POLL), ("video", Format.VIDEO), ("document", Format.CAROUSEL), ("carousel", Format.CAROUSEL),
        ("image", Format.IMAGE), ("article", Format.LINK), ("external", Format.LINK), ("event", Format.OTHER),
    ):  # fmt: skip
        if word in names:
            if kind == Format.IMAGE:
                pictures = next(
                    (sequence(one["images"]) for one in objects(content) if sequence(one.get("images"))), ()
                )
                return Format.CAROUSEL if len(pictures) > 1 else Format.IMAGE
            return kind
    return Format.TEXT if text and not names else None


def _number(url: str) -> str | None:
    """The number of a post in its address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    found = _URN.search(parts.path) or _IN_SLUG.search(parts.path.rstrip("/")) or _URN.search(parts.query)
    return found.group(2) if found else None


def _posting(said: JsonLd, number: str | None) -> Node | None:
    found = [one for one in said.nodes if types(one) & _POSTINGS]
    own = [
        one
        for one in found
        if number and any(number in text for text in strings(one, "@id", "url", "mainentityofpage"))
    ]
    return next(iter(own or found), None)


def _node_counts(node: Node) -> tuple[dict[str, Any], dict[str, MissingReason]]:
    counts: dict[str, Any] = {}
    missing = {
        "share_count": MissingReason.NOT_PUBLIC,
        "view_count": MissingReason.NOT_PUBLIC,
        "save_count": MissingReason.NOT_PUBLIC,
    }
    for one in values(node, "interactionstatistic"):
        stated = next(iter(values(mapping(one), "interactiontype")), "")
        name = next(iter(types(stated)), "") if isinstance(stated, Mapping) else str(stated).rpartition("/")[2].lower()
        column = _COUNT_COLUMNS.get(name)
        count = read_count(next(iter(values(mapping(one), "userinteractioncount")), None))
        if column and count is not None and column not in counts:
            counts[column] = count.value
            missing.pop(column, None)
    if (
        "comment_count" not in counts
        and (count := read_count(next(iter(values(node, "commentcount")), None))) is not None
    ):
        counts["comment_count"] = count.value
    for column in ("like_count", "comment_count"):
        if column not in counts:
            missing[column] = MissingReason.NOT_OBSERVED
    return counts, missing


def _node_media(node: Node, page: Page | None) -> Iterator[Media]:
    videos = values(node, "video", "associatedmedia")
    is_video = bool(types(node) & {"videoobject"})
    for one in [*(videos or ()), *([node] if is_video else ())]:
        said = mapping(one)
        yield Media(
            kind="video",
            url=link(next(iter(strings(said, "contenturl", "embedurl", "thumbnailurl")), None)),
            width=_pixels(said, "width"),
            height=_pixels(said, "height"),
        )
    if videos or is_video:
        return
    for one in values(node, "image"):
        url = (
            link(next(iter(strings(mapping(one), "url", "contenturl")), None))
            if isinstance(one, Mapping)
            else link(one)
        )
        if url:
            yield Media(kind="image", url=url)
    if page is not None and not values(node, "image") and not node and (url := link(page.first("og:image"))):
        yield Media(kind="image", url=url)


def _pixels(node: Mapping[str, Any], name: str) -> int | None:
    said = next(iter(values(node, name)), None)
    return positive(int(said)) if isinstance(said, str) and said.isdigit() and len(said) < 6 else positive(said)


def _kind_of(node: Node, page: Page, media: Iterable[Media]) -> Format:
    """The medium, by the addresses that LinkedIn gives to attached pictures."""
    found = list(media)
    if any(one.kind == "video" for one in found):
        return Format.VIDEO
    addresses = " ".join(one.url or "" for one in found)
    if "articleshare" in addresses or "article-cover" in addresses:
        return Format.LINK
    if "document" in addresses or page.root.find('.//*[@data-test-id="feed-native-document-content"]') is not None:
        return Format.CAROUSEL
    # a picture of the author's own stands where a post has none
    pictures = [
        one for one in found if "profile-displayphoto" not in (one.url or "") and "company-logo" not in (one.url or "")
    ]
    if len(pictures) > 1:
        return Format.CAROUSEL
    has_title = (
        bool(strings(node, "text"))
        and bool(strings(node, "articlebody"))
        and strings(node, "text") != strings(node, "articlebody")
    )
    if pictures:
        return Format.LINK if has_title and "/sync/" in addresses else Format.IMAGE
    return Format.TEXT


def _stated_text(page: Page) -> str | None:
    said = page.first("og:description")
    if said is None:
        return None
    return clean(re.sub(r"\s*\|\s*[\d.,]+ \w+ on LinkedIn$", "", said)).strip()


def _card_text(element: etree._Element) -> str:
    pieces: list[str] = []
    for part in element.iter():
        if part.tag == "br":
            pieces.append("\n")
        if isinstance(part.tag, str) and part.text:
            pieces.append(part.text)
        if part is not element and part.tail:
            pieces.append(part.tail)
    lines = ("".join(pieces)).split("\n")
    return clean("\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in lines)).strip()


def _card_media(card: etree._Element) -> Iterator[Media]:
    if card.find('.//*[@data-test-id="feed-native-video-content"]') is not None:
        video = next(
            (one for one in card.iter("div", "video") if one.get("data-sources") or one.get("data-poster-url")), None
        )
        yield Media(kind="video", url=link(video.get("data-poster-url")) if video is not None else None)
        return
    pictures = card.find('.//*[@data-test-id="feed-images-content"]')
    for one in pictures.iter("img") if pictures is not None else ():
        alt = one.get("alt")
        yield Media(
            kind="image",
            url=link(one.get("data-delayed-url") or one.get("src")),
            alt_text=clean(alt) if alt and not _MACHINE_ALT.match(alt) else None,
        )


def _card_format(card: etree._Element, media: tuple[Media, ...]) -> Format:
    if any(one.kind == "video" for one in media):
        return Format.VIDEO
    if card.find('.//*[@data-test-id="feed-native-document-content"]') is not None:
        return Format.CAROUSEL
    if media:
        return Format.CAROUSEL if len(media) > 1 else Format.IMAGE
    if card.find('.//*[@data-test-id="feed-poll-content"]') is not None:
        return Format.POLL
    return Format.LINK if card.find('.//*[@data-test-id="article-content"]') is not None else Format.TEXT


def _leaving(href: str | None) -> str | None:
    """Where a link leads that leaves LinkedIn, through its counter or not."""
    url = link(href)
    if url is None:
        return None
    parts = urlsplit(url)
    if _HOST.fullmatch(parts.hostname or ""):
        return link(parse_qs(parts.query).get("url", [""])[0]) if parts.path.startswith("/redir/") else None
    return url


def _outward(text: str) -> tuple[str, ...]:
    found = (link(one) for one in re.findall(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]", text))
    return tuple(dict.fromkeys(url for url in found if url and not _HOST.fullmatch(urlsplit(url).hostname or "")))


def _handle(url: str) -> str | None:
    found = re.match(r"/(?:company|school|showcase|in)/([^/]+)", urlsplit(url).path) if url else None
    return unquote(found.group(1)) if found else None


def _slug_author(url: str) -> str | None:
    found = re.match(r"/posts/([^/_]+)_", urlsplit(url).path)
    return unquote(found.group(1)) if found else None


def _canonical_article(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2] or url


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def _is_ours(url: str, head: bytes) -> bool:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return _HOST.fullmatch(host) is not None or _OWN_WORDS.search(head) is not None
