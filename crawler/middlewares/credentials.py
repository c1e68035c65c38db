"""Adds the user's own credential to requests that go to the configured interface, and to no other."""

from __future__ import annotations

from base64 import b64encode
from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.app_tokens import AppTokens
from crawler.credentials import Credential, CredentialError, find_credentials
from crawler.door import ACCESS_TO
from crawler.failures import Refused
from crawler.items import Outcome, Platform, Reason
from crawler.network.download import ASKS_AS_APP, BY_CREDENTIAL, IS_ROBOTS
from crawler.network.host_keys import host_key
from crawler.platforms import FACTS
from crawler.spiders.base import PlatformSpider

_HEADERS = ("Authorization", *(facts.key_header for facts in FACTS.values() if facts.key_header))
_RENEWED = "token_renewed"


class CredentialsMiddleware:
    """Comes before robots.txt is asked, and again behind every redirect: the address decides, not the request.

    Raises :class:`~crawler.failures.Refused` when the credential that the plan counts on is not there any more.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._credentials: dict[Platform, Credential] | None = None
        self._app_tokens: AppTokens | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        request.meta.pop(BY_CREDENTIAL, None)
        for name in _HEADERS:
            request.headers.pop(name, None)
        spider = self._crawler.spider
        if request.meta.get(IS_ROBOTS) or not isinstance(spider, PlatformSpider):
            return
        if (asked := request.meta.get(ASKS_AS_APP)) is not None:
            self._sign(request, asked, spider)
            return
        platform: Platform | None = request.meta.get(ACCESS_TO)
        base = spider.plan.base_urls.get(platform) if platform is not None else None
        if platform is None or base is None or not _lies_under(request.url, base):
            return
        credential = self._credential(platform, spider, request.url)
        token = credential.token
        if FACTS[platform].app_sign_in_path is not None:
            token = await self._tokens(spider).token(credential, _token_url(platform, spider))
        if key_header := FACTS[platform].key_header:
            request.headers[key_header] = token
        else:
            request.headers["Authorization"] = f"Bearer {token}"
        secrets = (each.token for each in (self._credentials or {}).values())
        request.meta[BY_CREDENTIAL] = (*secrets, *(self._app_tokens.values if self._app_tokens else ()))
        # a limit or a refusal is not asked for a second time, and what costs money was reserved once
        request.meta["dont_retry"] = True

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """An app's token that ended early is got anew, once a request."""
        platform, tokens = request.meta.get(ACCESS_TO), self._app_tokens
        said = (request.headers.get("Authorization") or b"").decode("latin-1").removeprefix("Bearer ")
        if response.status != 401 or platform is None or tokens is None or request.meta.get(_RENEWED):
            return response
        if not tokens.forget(platform, said):
            return response
        return request.replace(meta={**request.meta, _RENEWED: True}, dont_filter=True)

    def _sign(self, request: Request, platform: Platform, spider: PlatformSpider) -> None:
        """A request for an app's token carries the app's id and secret, to the one address that gives it."""
        if request.url == _token_url(platform, spider) and request.method == "POST":
            credential = self._credential(platform, spider, request.url)
            pair = f"{credential.client_id}:{credential.token}".encode()
            request.headers["Authorization"] = b"Basic " + b64encode(pair)

    def _tokens(self, spider: PlatformSpider) -> AppTokens:
        if self._app_tokens is None:
            self._app_tokens = AppTokens(spider.download, spider.now)
        return self._app_tokens

    def _credential(self, platform: Platform, spider: PlatformSpider, url: str) -> Credential:
        if self._credentials is None:
            try:
                self._credentials = find_credentials(Platform(name) for name in spider.plan.access)
            except CredentialError as error:
                raise Refused(Outcome.ERROR, Reason.TOKEN_MISSING, str(error), host_key(url)) from None
        credential = self._credentials.get(platform)
        sentence = ""
        if credential is None:
            sentence = f"The token for {platform} is gone; bring it back with rivalscope connect {platform}."
        elif FACTS[platform].app_sign_in_path is not None and credential.client_id is None:
            sentence = (
                f"{FACTS[platform].label} wants the id of your app beside its secret: set"
                f" RIVALSCOPE_{platform.upper()}_CLIENT_ID, or client_id in {credential.origin}."
            )
        if credential is None or sentence:
            raise Refused(Outcome.ERROR, Reason.TOKEN_MISSING, sentence, host_key(url))
        return credential


def _token_url(platform: Platform, spider: PlatformSpider) -> str:
    site = spider.plan.base_urls.get(f"{platform}.site") or FACTS[platform].default_site_url or ""
    return f"{site.rstrip('/')}{FACTS[platform].app_sign_in_path}"


def _lies_under(url: str, base: str) -> bool:
    """Same scheme, host and port, and a path below the base's."""
    asked, door = urlsplit(url), urlsplit(base)
    if (asked.scheme, asked.hostname, asked.port) != (door.scheme, door.hostname, door.port):
        return False
    path = door.path.rstrip("/")
    steps = unquote(asked.path).replace("\\", "/").split("/")
    return ".." not in steps and (asked.path == path or asked.path.startswith(f"{path}/"))
