"""LinkedIn's public pages: a post, a pulse article, a company."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar
from urllib.parse import unquote

from attrs import evolve

from crawler.items import Format, Metrics, Outcome, Platform, Post, PostList, Precision, Profile, Role
from crawler.pages.base import PageProblem
from crawler.pages.linkedin.cards import Card, cards_of
from crawler.pages.linkedin.page import SITE, WALL_PATH, LinkedinPage, number_of, outward, post_url, slug_author
from crawler.pages.linkedin.signed_in import drawn_updates
from crawler.pages.linkedin.structured import (
    author_of,
    kind_of,
    language_of,
    post_media,
    post_metrics,
    posting,
    postings_in,
)
from crawler.pages.linkedin.voyager import company_in, documents_in, updates_of
from crawler.reading import count_words, hashtags
from crawler.reading.charset import decode
from crawler.reading.counted import counted
from crawler.reading.counts import Count
from crawler.reading.dates import read_date
from crawler.reading.jsonld import JsonLd, Node, read_jsonld, strings, types, values
from crawler.reading.jsonvalue import link, mapping
from crawler.reading.meta import Page
from crawler.reading.snowflakes import linkedin_time
from crawler.reading.stated import columns
from crawler.reading.text import clean
from crawler.reading.urls import path_of

_POST_PATH = re.compile(
    r"/(?:posts/[^/]+|feed/update/urn(?::|%3A)li(?::|%3A)(?:activity|share|ugcPost)(?::|%3A)\d+"
    r"|embed/feed/update/[^/]+)/?",
    re.IGNORECASE,
)
_PULSE_PATH = re.compile(r"/pulse/[^/]+(?:/[^/]+)?/?")
_COMPANY_PATH = re.compile(r"/(?:company|school|showcase)/([^/]+)(?:/(?:posts|about|life|jobs|people))?/?")
_LAST_PART = re.compile(r"\|\s*(\d[\d.,]*\s?[^|\d]{1,30})$")
_LONGEST_NAME = 1_000
_NAMES_SHARE = re.compile(r"[-:](?:share|ugcPost)[-:]", re.IGNORECASE)
_OWN_POST = re.compile(rb"linkedin\.com\\?/(?:pulse|posts)\\?/")
_ORGANISATIONS = frozenset({"organization", "corporation", "educationalorganization", "collegeoruniversity"})


class PostPage(LinkedinPage):
    """A post or a pulse article: JSON-LD of the posting, comments beside it; or JSON-LD alone, as archives keep it."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.linkedin.com/posts/acme_our-news-activity-7468765250281046016-5CCd",
        "https://de.linkedin.com/posts/acme_our-news-ugcPost-7468765250281046016-5CCd",
        "https://www.linkedin.com/feed/update/urn:li:activity:7468765250281046016/",
        "https://www.linkedin.com/pulse/how-we-bake-acme-bakery",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        if (_POST_PATH.fullmatch(path) or _PULSE_PATH.fullmatch(path)) and cls.is_ours(url, head):
            return True
        return _is_json(head) and b"schema.org" in head and _OWN_POST.search(head) is not None

    def read(self) -> PostList:
        address = str(self.response.url)
        number = number_of(address)
        if self.status in (404, 410) and number:
            return self.gone(number, self.status)
        if self.status < 400 and _is_json(self.body[:200]):
            return self._structured_only()
        page = self.parsed()
        if (signed_in := self._signed_in(page, number)) is not None:
            return PostList(posts=(signed_in,))
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime)
        if _PULSE_PATH.fullmatch(self.path):
            node = posting(said, None)
            if node is None:
                raise self.wall(page)
            return PostList(posts=(self._article(node, said, page),))
        # an address may name the share that is shown; the activity stands beside it
        stated, named = number_of(page.first("lnkd:url") or ""), number_of(page.first("og:url") or "") or number
        card = _own_card(page, {stated, named, number} - {None})
        number = stated or (card.number if card else None) or named
        node = posting(said, number)
        if node is None and not (number and page.first("og:description")):
            raise self.wall(page)
        if number is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page does not say which post it is.")
        return PostList(posts=(self._post(node or {}, said, page, number, card),))

    def _signed_in(self, page: Page, number: str | None) -> Post | None:
        """The post of a page that somebody signed in saved: as answered, else as drawn."""
        answered, _ = updates_of(None, documents_in(page.root), self.capture)
        drawn = {one.native_id: one for one in drawn_updates(page.root, "", self.capture.fetched_at)}
        found = {**drawn, **answered}
        if number in found:
            return found[number]
        # a share's number is not its activity's: the post that the address names is drawn first
        is_first = len(found) == 1 or (_NAMES_SHARE.search(self.path) is not None and bool(drawn))
        return found[next(iter(drawn or answered))] if is_first else None

    def _post(self, node: Node, said: JsonLd, page: Page, number: str, card: Card | None) -> Post:
        drawn = card.post("", self.capture.fetched_at) if card else None
        handle = author_of(node, said) or (drawn.author if drawn else None) or slug_author(str(self.response.url))
        account = handle or (self.capture.account.handle if self.capture.account else "")
        text = next(iter(strings(node, "articlebody", "description", "text")), None)
        text = clean(text).strip() if text else _stated_text(page)
        media = tuple(post_media(node)) or (drawn.media if drawn else ())
        if any("videoobject" in types(one) for one in said.nodes) and not any(one.kind == "video" for one in media):
            media = tuple(medium for one in said.nodes if "videoobject" in types(one) for medium in post_media(one))
        kind = kind_of(node, media, has_document=card is not None and card.has("feed-native-document-content"))
        if drawn is not None and drawn.format != Format.TEXT and kind in (Format.TEXT, Format.IMAGE):
            kind = drawn.format or kind
        title = next(iter(strings(node, "text")), None) if kind == Format.LINK else None
        is_repost = drawn is not None and drawn.role == Role.REPOST
        dates = strings(node, "datepublished", "uploaddate", "datecreated")
        published = read_date(next(iter(dates), None), latest=self.capture.fetched_at)
        # where the address names a share, its number is some seconds older than the post
        is_exact = published is not None and published.precision == Precision.SECOND
        at = published.at if published and is_exact else linkedin_time(number, self.capture.fetched_at)
        return Post(
            platform=Platform.LINKEDIN,
            native_id=number,
            account=account,
            author=handle,
            url=link(page.linked("canonical")) or link(page.first("og:url")) or post_url(number),
            role=Role.REPOST if is_repost else Role.ORIGINAL,
            format=kind,
            title=clean(title).strip() if title and title != text else None,
            text=text,
            language=language_of(node),
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=card.is_edited if card else None,
            original_native_id=drawn.original_native_id if drawn else None,
            original_published_at=drawn.original_published_at if drawn else None,
            media=media,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            links=outward(text or ""),
            metrics=_completed(
                post_metrics(node, _comments_behind(page.first("og:title") or "")), card.metrics() if card else None
            ),
        )

    def _article(self, node: Node, said: JsonLd, page: Page | None) -> Post:
        """A pulse article, which has no number: its address names it."""
        stated = next(iter(strings(node, "url", "@id", "mainentityofpage")), None)
        url = link(page.linked("canonical") if page else None) or link(stated) or str(self.response.url)
        text = next(iter(strings(node, "articlebody", "description", "text")), None)
        headline = next(iter(strings(node, "headline", "name")), None)
        latest = self.capture.fetched_at
        published = read_date(next(iter(strings(node, "datepublished", "datecreated")), None), latest=latest)
        edited = read_date(next(iter(strings(node, "datemodified")), None), latest=latest)
        handle = author_of(node, said) or (self.capture.account.handle if self.capture.account else "")
        words = clean(text).strip() if text else _stated_text(page) if page else None
        return Post(
            platform=Platform.LINKEDIN,
            native_id=path_of(url).rstrip("/").rpartition("/")[2][:_LONGEST_NAME] or url,
            account=handle,
            author=handle or None,
            url=url,
            format=Format.ARTICLE,
            title=clean(headline).strip() if headline else None,
            text=words,
            language=language_of(node),
            published_at=published.at if published else None,
            published_precision=published.precision if published else None,
            edited_at=edited.at if edited and published and edited.at > published.at else None,
            media=tuple(post_media(node)),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(words or "")),
            links=outward(words or ""),
            metrics=post_metrics(node),
        )

    def _structured_only(self) -> PostList:
        said = read_jsonld([decode(self.body, self.response.headers.get("Content-Type", "")).text])
        posts: dict[str, Post] = {}
        for node in postings_in(said.nodes):
            address = next(iter(strings(node, "url", "@id", "mainentityofpage")), "")
            if "article" in types(node) or _PULSE_PATH.fullmatch(path_of(address)):
                post: Post | None = self._article(node, said, None)
            else:
                post = listed_post(node, said, "", self.capture.fetched_at)
            if post is not None:
                posts.setdefault(post.native_id, post)
        if not posts:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no post.")
        return PostList(posts=tuple(posts.values()))


class CompanyPage(LinkedinPage):
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
        path = path_of(url)
        return (_COMPANY_PATH.fullmatch(path) or WALL_PATH.fullmatch(path)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        page = self.parsed()
        found = _COMPANY_PATH.fullmatch(self.path)
        handle = unquote(found.group(1)) if found else ""
        if handle == "unavailable":
            raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
        said = read_jsonld(one.text for one in page.scripts if "ld+json" in one.mime)
        documents = documents_in(page.root)
        posts, left_out = updates_of(handle, documents, self.capture)
        for post in drawn_updates(page.root, handle, self.capture.fetched_at):
            posts.setdefault(post.native_id, post)
        for card in cards_of(page.root):
            if (carded := card.post(handle, self.capture.fetched_at)) is not None:
                posts.setdefault(carded.native_id, carded)
        for node in said.nodes:
            if types(node) & {"discussionforumposting", "socialmediaposting"}:
                listed = listed_post(node, said, handle, self.capture.fetched_at)
                if listed is None:
                    left_out["not_understood"] += 1
                elif (drawn := posts.setdefault(listed.native_id, listed)) is not listed and drawn.metrics:
                    posts[listed.native_id] = evolve(drawn, metrics=_completed(drawn.metrics, listed.metrics))
        profile = company_in(documents, handle) or self._profile(said, page, handle)
        if profile is None and not posts:
            raise self.wall(page)
        return PostList(
            posts=tuple(posts.values()),
            profile=profile,
            skipped=dict(left_out),
            problem_outcome=Outcome.PARTIAL,  # ten posts at most are shown, never the whole list
            flags=() if posts else ("no_posts_in_page",),
        )

    def _profile(self, said: JsonLd, page: Page, handle: str) -> Profile | None:
        node: Node = next((one for one in said.nodes if types(one) & _ORGANISATIONS), {})
        description = page.first("description", "og:description") or ""
        # "Acme | 5,750 followers on LinkedIn. …", in any language: the first count behind the name
        sentence = description.partition("|")[2].partition(". ")[0]
        followers = next((one.count for one in counted(sentence) if "linkedin" in sentence.lower()), None)
        if not handle or not (node or followers):
            return None
        name = next(iter(strings(node, "name")), None) or (page.first("og:title") or "").partition(" | ")[0]
        logo = mapping(next(iter(values(node, "logo")), {}))
        site = link(next(iter(strings(node, "sameas")), None))
        bio = next(iter(strings(node, "description")), None)
        return Profile(
            platform=Platform.LINKEDIN,
            handle=handle,
            url=f"{SITE}/{self.path.split('/')[1]}/{handle}",
            name=clean(name) or None,
            bio=clean(bio).strip() if bio else None,
            links=(site,) if site and "linkedin.com" not in site else (),
            avatar_url=link(next(iter(strings(logo, "contenturl", "url")), None)),
            **columns({"follower_count": followers}),
        )


def listed_post(node: Node, said: JsonLd, owner: str, latest: datetime) -> Post | None:
    """A post in the JSON-LD of a page that lists several; ``owner`` is whose page it is, ``""`` when nobody's."""
    url = link(next(iter(strings(node, "mainentityofpage", "url", "@id")), None))
    number = number_of(url or "")
    if number is None:
        return None
    writer = author_of(node, said) or slug_author(url or "")
    text = next(iter(strings(node, "articlebody", "text", "headline")), None)
    media = tuple(post_media(node))
    at = linkedin_time(number, latest)
    # of what the page's owner repeats, such a list names the original only: when it was repeated is not said
    is_repost = bool(writer and owner) and (writer or "").casefold() != owner.casefold()
    return Post(
        platform=Platform.LINKEDIN,
        native_id=f"{number}#repost:{owner}" if is_repost else number,
        account=owner or writer or "",
        author=writer or owner or None,
        url=url,
        role=Role.REPOST if is_repost else Role.ORIGINAL,
        # such a list does not state every medium: without one it may be a text, a poll, a document
        format=kind_of(node, media) if media else None,
        text=clean(text).strip() if text else None,
        published_at=None if is_repost else at,
        published_precision=None if is_repost or at is None else Precision.SECOND,
        original_native_id=number if is_repost else None,
        original_url=url if is_repost else None,
        original_published_at=at if is_repost else None,
        media=media,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
        links=outward(text or ""),
        metrics=post_metrics(node),
    )


def _own_card(page: Page, numbers: set[str | None]) -> Card | None:
    """The post's own card among those of other posts that its page recommends."""
    cards = list(cards_of(page.root))
    own = (one for one in cards if numbers & {one.number, one.carried})
    return next(own, cards[0] if cards and not numbers else None)


def _completed(metrics: Metrics, others: Metrics | None) -> Metrics:
    """Counts with those of another part of the page where they are missing."""
    if others is None:
        return metrics
    fill = {
        name: getattr(others, name)
        for name in ("like_count", "comment_count", "share_count", "view_count")
        if getattr(metrics, name) is None and getattr(others, name) is not None
    }
    return evolve(
        metrics,
        **fill,
        missing={name: why for name, why in metrics.missing.items() if name not in fill},
        rounded={**metrics.rounded, **{name: others.rounded[name] for name in fill if name in others.rounded}},
    )


def _comments_behind(said: str) -> Count | None:
    """How many comments the last part of a title states ("… | Acme | 21 comments")."""
    found = _LAST_PART.search(said)
    if found is None or count_words.COMMENTS.search(found.group(1)) is None:
        return None
    return next((one.count for one in counted(found.group(1))), None)


def _stated_text(page: Page) -> str | None:
    """The description without the comments that LinkedIn counts behind it ("… | 21 comments on LinkedIn")."""
    said = page.first("og:description")
    if said is not None and "linkedin" in said[-30:].lower() and _comments_behind(said) is not None:
        said = said.rpartition("|")[0]
    return None if said is None else clean(said).strip()


def _is_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
