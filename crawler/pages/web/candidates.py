"""Which of the pages that a sitemap or a list of links names are worth a request: posts, each once, the newest first.

A sitemap names everything: posts, tags, products, the imprint, often in several languages and without dates. Only
content tells what is a post, and content costs a request, so the addresses are grouped by their shape
(``/blog/*``, ``/#/#/*``): where other ways gave posts already, addresses of their shape are asked for, and others only
where they look like news; a group whose first pages are no posts is given up, and one in order of time is left where it
reaches the horizon.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from attrs import define, evolve, field

from crawler.items import NextRequest, RequestKind
from crawler.reading.dates import LATEST
from crawler.reading.urls import page_key

MAX_ASKED = 300
"""Pages asked for in one visit."""
_MISSES_BEFORE_A_POST = 3
_MISSES_OF_A_KNOWN_SHAPE = 12
_OLD_IN_A_ROW = 5
_ENOUGH_SHOWN = 3
_SAME_DAY_SHARE = 0.9

LISTS = frozenset(
    """
    tag tags category categories kategorie kategorien categorie rubrik rubriken author authors autor autoren auteur
    topic topics label labels series search suche page pages seite archives archive archiv feed feeds rss wp-json
    wp-content wp-admin wp-login.php cart checkout basket warenkorb kasse account my-account login register signup
    sign-up product products produkt produkte shop store collections collection imprint impressum datenschutz
    privacy privacy-policy terms agb legal cookies sitemap 404 404.html
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
"""Folders of lists, shops and legal pages: no post lies in one, unless posts were seen there."""
_NEWS = re.compile(
    r"(?:^|[-_])(?:blogs?|news|newsroom|press|presse|articles?|artikel|stories|story|posts?|journal|magazine?|magazin"
    r"|insights?|updates?|announcements?|aktuelles|aktuell|meldungen|actualites?|noticias|notizie|nyheter|changelog"
    r"|releases?|media)(?:[-_]|$)",
    re.IGNORECASE,
)
_FRONT = re.compile(r"/?(?:(?:index|default|home)\.\w{3,5})?", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|pdf|zip|gz|mp[34]|m4a|webm|css|js|json|xml|txt|rss|atom|docx?|xlsx?|pptx?)$",
    re.IGNORECASE,
)
_DATED_PATH = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/-]|$)")
_ARCHIVE_PATH = re.compile(
    r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}/?$|/(?:page|seite)[/-]?\d+/?$|/archives/\d{4}(?:/\d{1,2})?/?$"
)
_PAGE_QUERY = frozenset({"page", "paged", "offset", "s", "q", "sort", "filter", "cat", "tag", "author", "replytocom"})
_NUMBER = re.compile(r"\d+")


def dated(url: str) -> datetime | None:
    """The last moment of the day or month that stands in the path (``/2026/11/``); nothing there is newer."""
    found = _DATED_PATH.search(urlsplit(url).path)
    if found is None:
        return None
    year, month, day = int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)
    try:
        if day:
            return datetime(year, month, day, 23, 59, 59, tzinfo=UTC)
        return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    except ValueError:
        return None


def may_be_post(url: str) -> bool:
    """Whether the address alone does not rule out that a post is behind it."""
    parts = urlsplit(url)
    if _FRONT.fullmatch(parts.path) and not parts.query:
        return False
    if _NO_PAGE.search(parts.path) or _ARCHIVE_PATH.search(parts.path):
        return False
    return not any(name.lower() in _PAGE_QUERY for name, _ in parse_qsl(parts.query))


def shape(url: str) -> str:
    """What addresses of one kind of page have in common: ``acme.example/blog/#/*`` (``#`` = a number)."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    folders = ["#" if _NUMBER.fullmatch(segment) else segment.lower() for segment in segments[:-1]]
    ending = "." + segments[-1].rpartition(".")[2].lower() if segments and "." in segments[-1] else ""
    names = "&".join(sorted(name for name, _ in parse_qsl(parts.query)))
    last = f"*{ending}" if segments else ""
    return "/".join([parts.netloc.removeprefix("www."), *folders, last]) + (f"?{names}" if names else "")


@define
class _Group:
    """Addresses of one shape, in the order in which they are asked for."""

    rank: int
    waiting: list[NextRequest]
    is_shown: bool
    """Posts of this shape came by another way."""
    is_ordered: bool
    """In order of time as far as the addresses tell, so that what follows an old post is old."""
    hits: int = 0
    misses: int = 0
    old_in_a_row: int = 0

    @property
    def is_closed(self) -> bool:
        allowed = _MISSES_OF_A_KNOWN_SHAPE if self.is_shown else _MISSES_BEFORE_A_POST
        if not self.hits and self.misses >= allowed:
            return True
        return self.is_ordered and self.old_in_a_row >= _OLD_IN_A_ROW


@define
class CandidateSearch:
    """Hands out one page after the other, and learns from what each turned out to be. Pure: the visit asks."""

    account_url: str
    since: datetime
    is_cut: bool = field(default=False, init=False)
    """:data:`MAX_ASKED` was reached with pages left."""
    _known: set[str] = field(factory=set, init=False)
    _shown: dict[str, int] = field(factory=dict, init=False)
    _added: list[NextRequest] = field(factory=list, init=False)
    _groups: list[_Group] | None = field(default=None, init=False)
    _asked_of: dict[str, _Group] = field(factory=dict, init=False)
    _asked_count: int = field(default=0, init=False)

    def show(self, urls: Iterable[str]) -> None:
        """Posts that came by another way, or are known: never handed out, and patterns for the others."""
        for url in urls:
            key = page_key(url)
            if key not in self._known:
                self._known.add(key)
                name = shape(url)
                self._shown[name] = self._shown.get(name, 0) + 1

    def leave_out(self, urls: Iterable[str]) -> None:
        """Pages that were looked at before and gave no post."""
        self._known.update(page_key(url) for url in urls)

    def add(self, candidates: Iterable[NextRequest]) -> None:
        """Pages to choose from."""
        self._added += candidates
        self._groups = None

    def next(self) -> NextRequest | None:
        """The next page to ask for; ``None`` when nothing is left that is worth it."""
        if self._groups is None:
            self._groups = self._grouped()
        for group in self._groups:
            while group.waiting and not group.is_closed:
                request = group.waiting.pop(0)
                key = page_key(request.url)
                if key in self._known or any(page_key(url) in self._known for url in request.same_as):
                    continue
                if self._asked_count >= MAX_ASKED:
                    self.is_cut = True
                    return None
                self._known.add(key)
                self._asked_count += 1
                self._asked_of[key] = group
                # an address like those of known posts needs no other word for it
                return evolve(request, kind=RequestKind.POST) if group.is_shown else request
        return None

    def tell(
        self, request: NextRequest, *, is_post: bool, published_at: datetime | None, same_as: Sequence[str] = ()
    ) -> None:
        """What ``request`` turned out to be; ``same_as``: other addresses of the same piece."""
        group = self._asked_of[page_key(request.url)]
        if not is_post:
            group.misses += 1
            return
        group.hits += 1
        is_old = published_at is not None and published_at < self.since
        group.old_in_a_row = group.old_in_a_row + 1 if is_old else 0
        self._known.update(page_key(url) for url in same_as)

    @property
    def expected_count(self) -> int:
        """Pages that would be handed out if each turned out to be a post."""
        if self._groups is None:
            self._groups = self._grouped()
        return sum(page_key(request.url) not in self._known for group in self._groups for request in group.waiting)

    def _grouped(self) -> list[_Group]:
        found: defaultdict[str, dict[str, NextRequest]] = defaultdict(dict)
        for request in self._in_scope(self._one_of_each()):
            found[shape(request.url)].setdefault(page_key(request.url), request)
        is_taught = sum(self._shown.values()) >= _ENOUGH_SHOWN
        allowed = {part for name in self._shown for part in name.split("/")[1:]}
        groups: list[_Group] = []
        for name, requests in found.items():
            rank = self._rank(name, next(iter(requests.values())).url, allowed)
            if rank is not None and not (is_taught and rank == 0):
                waiting, is_ordered = _newest_first(list(requests.values()))
                groups.append(_Group(rank=rank, waiting=waiting, is_shown=name in self._shown, is_ordered=is_ordered))
        return sorted(groups, key=lambda group: (-group.rank, -len(group.waiting)))

    def _rank(self, name: str, url: str, allowed: set[str]) -> int | None:
        if name in self._shown:
            return 2
        folders = name.split("/")[1:-1]
        if any(folder in LISTS and folder not in allowed for folder in folders):
            return None
        return 1 if dated(url) is not None or any(_NEWS.search(folder) for folder in folders) else 0

    def _one_of_each(self) -> list[NextRequest]:
        """Of the same page in several languages the one whose like was shown, or that the account's link means."""
        chosen: dict[str, NextRequest] = {}
        for request in self._added:
            if self._is_old(request) or not may_be_post(request.url) or self._is_list(request.url):
                continue
            names = [page_key(url) for url in (request.url, *request.same_as)]
            if any(name in self._known for name in names):
                continue
            name = min(names)
            if name not in chosen or self._preference(request) > self._preference(chosen[name]):
                chosen[name] = request
        return list(chosen.values())

    def _is_list(self, url: str) -> bool:
        last = urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()
        return last in LISTS and shape(url) not in self._shown

    def _is_old(self, request: NextRequest) -> bool:
        return any(moment is not None and moment < self.since for moment in (request.changed_at, dated(request.url)))

    def _preference(self, request: NextRequest) -> tuple[bool, bool, bool]:
        return (
            shape(request.url) in self._shown,
            _is_below(request.url, self.account_url),
            bool(request.same_as) and request.url == request.same_as[0],
        )

    def _in_scope(self, requests: list[NextRequest]) -> list[NextRequest]:
        """A link to a section means what lies below it, unless its posts lie elsewhere."""
        if self._shown or urlsplit(self.account_url).path in ("", "/"):
            return requests
        below = [request for request in requests if _is_below(request.url, self.account_url)]
        return below or requests


def _is_below(url: str, section: str) -> bool:
    path = urlsplit(section).path.rstrip("/")
    return bool(path) and urlsplit(url).path.rstrip("/").startswith(f"{path}/")


def _newest_first(requests: list[NextRequest]) -> tuple[list[NextRequest], bool]:
    """By the date that the sitemap or the address gives, and whether that order can be trusted."""
    stated = [request.published_at or dated(request.url) or request.changed_at for request in requests]
    days = [moment.date() for moment in stated if moment is not None]
    is_telling = len(days) == len(requests) and (
        len(set(days)) > 1 and max(days.count(day) for day in set(days)) < len(days) * _SAME_DAY_SHARE
    )
    if is_telling:
        pairs = sorted(zip(stated, requests, strict=True), key=lambda pair: pair[0] or LATEST, reverse=True)
        return [request for _, request in pairs], True
    # longer names with more words are posts rather than pages
    return sorted(requests, key=lambda request: -min(request.url.rstrip("/").rpartition("/")[2].count("-"), 3)), False
