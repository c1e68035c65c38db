"""Which listing request comes next: ways to the same posts are alternatives, walked in order until one is complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import define, field

from crawler.items import NextRequest, RequestKind, Way
from crawler.reading.urls import page_key

MAX_DOCUMENTS = 30
"""Sitemaps, and pages of links, read in one visit: they name no posts by themselves, and some never end."""

_ORDER: dict[Way | None, int] = {None: 0} | {way: number for number, way in enumerate(Way, 1)}
_BOUNDED = (Way.SITEMAP, Way.LINKS)


@define
class Trail:
    """The listing requests of one visit that wait for their turn.

    Each is handed out once, however often it was proposed. Requests without a way come first, in the order in which
    they were proposed. A way is followed to its end before the next begins. ``CANDIDATE`` requests are set aside: what
    is worth asking among them is only known once the ways that give posts were walked.
    """

    is_complete: bool = field(default=False, init=False)
    """A way has shown everything: the others were left."""
    is_cut: bool = field(default=False, init=False)
    """:data:`MAX_DOCUMENTS` was reached with some left."""
    walked: list[Way] = field(factory=list, init=False)
    """Ways that gave something, in order."""
    _waiting: list[NextRequest] = field(factory=list, init=False)
    _proposed: set[tuple[str, str, bytes, bool]] = field(factory=set, init=False)
    _candidates: dict[Way | None, list[NextRequest]] = field(factory=dict, init=False)
    _followed: Counter[Way | None] = field(factory=Counter, init=False)

    def add(self, requests: Iterable[NextRequest]) -> None:
        """What a page proposed; of one way, what was proposed last comes first, as it leads on from there."""
        proposed = list(requests)
        candidates = [each for each in proposed if each.kind == RequestKind.CANDIDATE and self._is_new(each)]
        for request in candidates:
            self._candidates.setdefault(request.way, []).append(request)
        further = [each for each in proposed if each.kind != RequestKind.CANDIDATE and self._is_new(each)]
        if not candidates:
            # a page of links that names nothing new: its further pages would not either
            further = [each for each in further if each.way is not Way.LINKS]
        if self.is_complete:
            further = [request for request in further if request.way is None]
        self._waiting[:0] = [request for request in further if request.way is not None]
        self._waiting += [request for request in further if request.way is None]

    def _is_new(self, request: NextRequest) -> bool:
        # a list links to its pages in every spelling
        url = page_key(request.url) if request.way is Way.LINKS else request.url
        key = (request.method, url, request.body, request.kind == RequestKind.CANDIDATE)
        is_new = key not in self._proposed
        self._proposed |= {key, (request.method, page_key(url), request.body, False)}
        return is_new

    def next(self) -> NextRequest | None:
        """The next request, ``None`` at the end of all ways."""
        while self._waiting:
            request = min(self._waiting, key=lambda each: _ORDER[each.way])
            self._waiting.remove(request)
            self._followed[request.way] += 1
            if request.way in _BOUNDED and self._followed[request.way] > MAX_DOCUMENTS:
                self.is_cut = True
                self._waiting = [each for each in self._waiting if each.way is not request.way]
                continue
            return request
        return None

    def has_more(self, way: Way | None) -> bool:
        """Whether requests of this way still wait."""
        return any(request.way is way for request in self._waiting)

    def gave(self, way: Way | None) -> None:
        """The way led to posts."""
        if way is not None and way not in self.walked:
            self.walked.append(way)

    def complete(self) -> None:
        """A way has shown everything: leave the others, and what they named."""
        self.is_complete = True
        self._waiting = [request for request in self._waiting if request.way is None]

    def candidates(self) -> list[NextRequest]:
        """Pages that may be posts, of the cheapest way that named any; links only for want of a sitemap."""
        if Way.SITEMAP in self._candidates:
            return self._candidates[Way.SITEMAP]
        if self.is_complete:
            return []
        return [request for requests in self._candidates.values() for request in requests]
