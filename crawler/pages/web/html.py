"""Pages of a site in HTML: a post's own page, and the home or section page that leads to the feed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.items import NextRequest, Outcome, Platform, Post, PostList, RequestKind, SitePage, Way
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import is_html, problem_of
from crawler.pages.web.about import page_address
from crawler.pages.web.address import is_feed_address, is_site_address, is_sitemap_address
from crawler.pages.web.answer import site_of, text_of
from crawler.pages.web.article import Reading, Sources, read_article
from crawler.pages.web.share_ready import read_share_readiness
from crawler.pages.web.site import read_site
from crawler.pages.web.ways import feeds_of, ways_of_page
from crawler.reading.charset import decode
from crawler.reading.feeds import feed_kind
from crawler.reading.jsonld import JsonLd, read_jsonld
from crawler.reading.main_text import main_text
from crawler.reading.meta import Page, parse_page
from crawler.reading.microdata import microdata_items
from crawler.reading.microformats import microformat_entry
from crawler.reading.profile_links import own_profiles
from crawler.reading.rdfa import rdfa_items
from crawler.reading.urls import canonical, same_site, site_host

_WORD = re.compile(r"\w+")
_OPENING_WORDS = 8
_MAX_FORMS = 100
_FEDERATED = re.compile(r"@([\w.-]{1,100})@([\w.:-]{1,255})\b")


class _HtmlPage(PlatformPage):
    """What both have in common: which of the two a page is, its content decides."""

    platform = Platform.WEB
    is_last_resort = True

    def read(self) -> PostList:
        return self.read_with(find_main_text=True)

    def read_with(self, *, find_main_text: bool, find_share_readiness: bool = True) -> PostList:
        """As :meth:`read`, without the main text where only the visible page has it, or without share-readiness."""
        url = str(self.response.url)
        status = self.response.status or 200
        body = self.response.body
        if status >= 400:
            raise problem_of(status, body, url[:200])
        decoded = text_of(self.response)
        page = parse_page(decoded.utf8, url)
        if page is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{url[:200]} is an empty page.")
        jsonld = read_jsonld(script.text for script in page.scripts if "ld+json" in script.mime)
        flags = {
            "charset_mismatch": decoded.is_mislabelled,
            "too_deep": page.is_too_deep,
            "broken_jsonld": jsonld.broken_count > 0,
        }
        site = site_of(self.response, self.capture)
        profiles = cache(partial(own_profiles, page.root, page.base, jsonld))
        sources = _sources(page, jsonld)
        site_pages = partial(self._site_pages, sources, profiles) if find_share_readiness else lambda _: ()
        listed = self.capture.listed
        is_likely = listed is None and self.capture.asked_as is RequestKind.POST
        reading = read_article(
            sources,
            url,
            site,
            self._likely(page, url) if is_likely else listed,
            self.capture.fetched_at,
            partial(main_text, page.root, len(page.markup)) if find_main_text else None,
        )
        set_flags = tuple(flag for flag, is_set in flags.items() if is_set)
        has_payload = _has_payload(page, jsonld.nodes != ())
        if listed is not None and reading is not None:
            if not has_payload and not _shows(page, listed):
                raise problem_of(status, body, url[:200])
            return PostList(posts=(reading.post,), flags=set_flags, site_pages=site_pages("post"))
        if reading is not None and self._is_post(reading, url):
            return PostList(
                posts=(reading.post,), flags=set_flags, same_as=_other_forms(page), site_pages=site_pages("post")
            )
        if is_likely or self.capture.asked_as is RequestKind.CANDIDATE:
            return PostList(flags=set_flags)
        ways = self._ways(page, url)
        if not has_payload and not any(each.way is Way.FEED and not each.is_guess for each in ways):
            problem = problem_of(status, body, url[:200])
            is_expected = self.capture.asked_as is RequestKind.LISTING or self._is_account_itself(url)
            if problem.outcome is Outcome.BLOCKED or not is_expected:
                raise problem
        found = read_site(page, jsonld, site, profiles())
        return PostList(
            profile=found.profile if self.capture.asked_as in (None, RequestKind.PROFILE) else None,
            next_requests=ways,
            flags=(*set_flags, *(("too_many_links",) if found.is_cut else ())),
            site_pages=site_pages("home" if self._is_home(url) else "other"),
            remark=_federated_account(page, url) if self._is_account_itself(url) else None,
        )

    def _likely(self, page: Page, url: str) -> Post:
        """Says no more than that this is a post's page, and whose."""
        site = site_of(self.response, self.capture)
        address = page_address(page, url)
        return Post(
            platform=Platform.WEB, host=site.host, native_id=canonical(address), account=site.handle, url=address
        )

    def _is_post(self, reading: Reading, url: str) -> bool:
        if self.capture.asked_as is RequestKind.POST:
            return reading.post.published_at is not None
        if self.capture.asked_as is RequestKind.CANDIDATE:
            return reading.is_certain or reading.is_shown
        if self.capture.asked_as is RequestKind.LISTING:
            return False
        return not self._is_home(url) and (reading.is_certain or not is_site_address(url))

    def _ways(self, page: Page, url: str) -> tuple[NextRequest, ...]:
        """Where the posts are; of a saved page only the feed that it names, as nobody goes on from there."""
        account = self.capture.account
        if account is None:
            return tuple(
                NextRequest(url=feed, kind=RequestKind.LISTING, way=Way.FEED) for feed in feeds_of(page, url)[:1]
            )
        header = ", ".join(self.response.headers.getall("Link", ()))
        return ways_of_page(
            page,
            url,
            account.url,
            is_section=self.capture.asked_as is RequestKind.LISTING,
            link_header=header,
            sitemaps=self.capture.sitemaps,
            since=self.capture.since,
        )

    def _site_pages(self, sources: Sources, profiles: Callable[[], tuple[str, ...]], kind: str) -> tuple[SitePage, ...]:
        site = site_of(self.response, self.capture)
        return (read_share_readiness(sources, site, str(self.response.url), kind, profiles()),)

    def _is_home(self, url: str) -> bool:
        parts = urlsplit(url)
        return (parts.path in ("", "/") and not parts.query) or self._is_account_itself(url)

    def _is_account_itself(self, url: str) -> bool:
        """The account's link answered here, perhaps by way of a redirect inside the site."""
        account = self.capture.account
        if account is None:
            return False
        return canonical(account.url).rstrip("/") == canonical(url).rstrip("/") or (
            is_site_address(url) and same_site(account.url, url)
        )


def _federated_account(page: Page, url: str) -> str | None:
    """What to do where the page of a server of the fediverse was taken for a site; such a page is called after the
    account (``Acme (@acme@social.example)``), and its address may show nothing of it."""
    named = _FEDERATED.search((page.first("og:title") or page.title)[:1_000])
    if named is None or named.group(2).lower() != site_host(url):
        return None
    parts = urlsplit(url)
    return (
        f"This page is the account {named.group(0)} of the fediverse: with {parts.scheme}://{parts.netloc}/@{named.group(1)}"
        " in the list, its likes, boosts and replies are seen too."
    )


def _sources(page: Page, jsonld: JsonLd) -> Sources:
    return Sources(
        page=page,
        jsonld=jsonld,
        microdata=microdata_items(page.root, page.base),
        rdfa=rdfa_items(page.root, page.base),
        microformat=microformat_entry(page.root, page.base),
    )


def _other_forms(page: Page) -> tuple[str, ...]:
    """The same piece in other languages, and as AMP."""
    links = (link for link in page.links if "amphtml" in link.rel or ("alternate" in link.rel and link.hreflang))
    return tuple(dict.fromkeys(link.href for link in links if link.href))[:_MAX_FORMS]


def _has_payload(page: Page, has_jsonld: bool) -> bool:
    """Block pages have neither canonical link, Open Graph nor structured data."""
    return has_jsonld or page.linked("canonical") is not None or any(name.startswith("og:") for name in page.metas)


def _shows(page: Page, listed: Post) -> bool:
    """Whether the listed post stands on this page: by its title in a heading, or by the opening of its text.

    Words are compared, as themes and feeds differ in spaces, quotation marks and capitals.
    """
    title, opening = _words(listed.title), " ".join(_words(listed.text).split()[:_OPENING_WORDS])
    if not title and not opening:
        return True
    headings = (_words(" ".join(heading.itertext())) for heading in page.root.iter("title", "h1", "h2"))
    if title and any(f" {title} " in f" {heading} " for heading in headings):
        return True
    return bool(opening) and f" {opening} " in f" {_words(' '.join(page.root.itertext()))} "


def _words(text: str | None) -> str:
    return " ".join(_WORD.findall((text or "").casefold()))


class WebArticle(_HtmlPage):
    """The page of one post: any HTML page whose address has more to it than a section's."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.example/blog/how-we-roast-coffee",
        "https://acme.example/2026/11/autumn-menu/",
        "https://acme.example/?p=270",
        "https://acme.example/news/4451133.html",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        return _accepts(url, status, content_type, head) and not is_site_address(url)


class WebSite(_HtmlPage):
    """A home or section page: who this is, and where the feed is."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.example/",
        "https://acme.example/blog",
        "https://acme.example/en/news/",
        "https://acme.example/index.html",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        return _accepts(url, status, content_type, head) and is_site_address(url)


def _accepts(url: str, status: int, content_type: str, head: bytes) -> bool:
    if is_feed_address(url) or is_sitemap_address(url) or not url.startswith(("http://", "https://")):
        return False
    if not head or status >= 400:
        return True
    kind = content_type.partition(";")[0].strip().lower()
    looks_html = is_html(content_type, head) or (kind == "" and b"<" in head)
    return looks_html and feed_kind(decode(head, content_type).text) is None
