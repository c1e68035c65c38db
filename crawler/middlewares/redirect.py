"""Follows redirects as far as the fence allows, and takes nothing secret along."""

from __future__ import annotations

from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.url import safe_url_string

from crawler.failures import Refused
from crawler.items import Outcome, Reason
from crawler.network.host_keys import host_key
from crawler.network.hosts import registry_of

MAX_REDIRECTS = 5
"""RFC 9309 2.3.1.2 asks for five for robots.txt; pages need no more."""
_FOLLOWED = {301, 302, 303, 307, 308}
_HARMLESS = {b"accept", b"accept-language", b"user-agent"}
REDIRECTED_FROM = "redirected_from"
"""Request meta: the addresses that led here, first one first."""
_COUNT = "redirect_times"
_SLOT = "download_slot"


class RedirectMiddleware:
    """Replaces Scrapy's, which copies nearly every header and follows to any host."""

    def __init__(self, crawler: Crawler) -> None:
        self._fence = registry_of(crawler).fence

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        location = response.headers.get(b"Location")
        if response.status not in _FOLLOWED or location is None:
            return response
        target = urljoin(request.url, safe_url_string(location))
        self._fence.check_redirect(request.url, target)
        count = request.meta.get(_COUNT, 0) + 1
        if count > MAX_REDIRECTS:
            raise Refused(
                Outcome.ERROR,
                Reason.HTTP_ERROR,
                f"{host_key(request.url)} redirects more than {MAX_REDIRECTS} times.",
                host_key(request.url),
            )
        meta = {name: value for name, value in request.meta.items() if name != _SLOT}
        meta |= {_COUNT: count, REDIRECTED_FROM: [*request.meta.get(REDIRECTED_FROM, ()), request.url]}
        # Two accounts may lead to one page: a duplicate that is dropped in silence would leave a visit without an end.
        followed = request.replace(url=target, dont_filter=True, meta=meta)
        if response.status == 303 or (response.status in {301, 302} and request.method == "POST"):
            followed = followed.replace(method="GET", body=b"")
            for name in (b"Content-Type", b"Content-Length"):
                followed.headers.pop(name, None)
        if _origin(request.url) != _origin(target):
            for name in list(followed.headers):
                if name.lower() not in _HARMLESS:
                    del followed.headers[name]
        return followed


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port
