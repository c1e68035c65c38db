"""Adds the user's own credential to requests that go to the configured interface, and to no other."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.credentials import CredentialError, find_credentials, redacted
from crawler.failures import Refused
from crawler.items import Outcome, Platform, Reason
from crawler.network.download import IS_ROBOTS
from crawler.network.fence import host_key
from crawler.spiders.base import PlatformSpider

BY_CREDENTIAL = "by_credential"
"""Request meta: asked with the user's own credential, under the interface's own terms; robots.txt is for crawlers."""


class CredentialsMiddleware:
    """Comes before robots.txt is asked, and again behind every redirect: the address decides, not the request."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._doors: list[tuple[str, str]] | None = None
        """Address of an interface → token."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.meta.pop(BY_CREDENTIAL, None)
        request.headers.pop("Authorization", None)
        if request.meta.get(IS_ROBOTS):
            return
        for base, token in self._known(request.url):
            if _lies_under(request.url, base):
                request.headers["Authorization"] = f"Bearer {token}"
                request.meta[BY_CREDENTIAL] = True
                return

    def process_response(self, request: Request, response: Response) -> Response:
        """Answers repeat the token in their paging links: nothing behind this point gets to see it."""
        if not request.meta.get(BY_CREDENTIAL):
            return response
        body = redacted(response.body, (token for _, token in self._known(request.url)))
        return response.replace(body=body) if body != response.body else response

    def _known(self, url: str) -> list[tuple[str, str]]:
        if self._doors is None:
            spider = self._crawler.spider
            plan = spider.plan if isinstance(spider, PlatformSpider) else None
            try:
                found = find_credentials(Platform(name) for name in plan.access) if plan is not None else {}
            except CredentialError as error:
                raise Refused(Outcome.ERROR, Reason.TOKEN_MISSING, str(error), host_key(url)) from None
            self._doors = [
                (plan.base_urls[platform], credential.token)
                for platform, credential in found.items()
                if plan is not None and platform in plan.base_urls
            ]
        return self._doors


def _lies_under(url: str, base: str) -> bool:
    """Same scheme, host and port, and a path below the base's."""
    asked, door = urlsplit(url), urlsplit(base)
    if (asked.scheme, asked.hostname, asked.port) != (door.scheme, door.hostname, door.port):
        return False
    path = door.path.rstrip("/")
    return "/../" not in asked.path and (asked.path == path or asked.path.startswith(f"{path}/"))
