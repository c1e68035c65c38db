"""Adds the user's own credential to requests that go to the configured interface, and to no other."""

from __future__ import annotations

from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.credentials import CredentialError, find_credentials
from crawler.door import ACCESS_TO
from crawler.failures import Refused
from crawler.items import Outcome, Platform, Reason
from crawler.network.download import BY_CREDENTIAL, IS_ROBOTS
from crawler.network.fence import host_key
from crawler.spiders.base import PlatformSpider


class CredentialsMiddleware:
    """Comes before robots.txt is asked, and again behind every redirect: the address decides, not the request.

    Raises :class:`~crawler.failures.Refused` when the credential that the plan counts on is not there any more.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._tokens: dict[Platform, str] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.meta.pop(BY_CREDENTIAL, None)
        request.headers.pop("Authorization", None)
        platform = request.meta.get(ACCESS_TO)
        spider = self._crawler.spider
        if platform is None or request.meta.get(IS_ROBOTS) or not isinstance(spider, PlatformSpider):
            return
        base = spider.plan.base_urls.get(platform)
        if base is None or not _lies_under(request.url, base):
            return
        request.headers["Authorization"] = f"Bearer {self._token(platform, spider, request.url)}"
        request.meta[BY_CREDENTIAL] = self._all_tokens(spider, request.url)
        # a limit or a refusal is not asked for a second time, and what costs money was reserved once
        request.meta["dont_retry"] = True

    def _token(self, platform: Platform, spider: PlatformSpider, url: str) -> str:
        self._all_tokens(spider, url)
        token = (self._tokens or {}).get(platform)
        if token is None:
            sentence = f"The token for {platform} is gone; bring it back with rivalscope connect {platform}."
            raise Refused(Outcome.ERROR, Reason.TOKEN_MISSING, sentence, host_key(url))
        return token

    def _all_tokens(self, spider: PlatformSpider, url: str) -> tuple[str, ...]:
        if self._tokens is None:
            try:
                found = find_credentials(Platform(name) for name in spider.plan.access)
            except CredentialError as error:
                raise Refused(Outcome.ERROR, Reason.TOKEN_MISSING, str(error), host_key(url)) from None
            self._tokens = {platform: credential.token for platform, credential in found.items()}
        return tuple(self._tokens.values())


def _lies_under(url: str, base: str) -> bool:
    """Same scheme, host and port, and a path below the base's."""
    asked, door = urlsplit(url), urlsplit(base)
    if (asked.scheme, asked.hostname, asked.port) != (door.scheme, door.hostname, door.port):
        return False
    path = door.path.rstrip("/")
    steps = unquote(asked.path).replace("\\", "/").split("/")
    return ".." not in steps and (asked.path == path or asked.path.startswith(f"{path}/"))
