"""Tokens that an app gets for its own id and secret (OAuth client credentials, RFC 6749 section 4.4; Reddit).

A token is asked for when it is first needed and again before it ends; it is kept in memory only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from attrs import define, field, frozen
from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.credentials import Credential
from crawler.failures import Refused
from crawler.items import Outcome, Reason
from crawler.network.download import ASKS_AS_APP
from crawler.network.host_keys import host_key

_RENEWED_BEFORE = timedelta(minutes=1)
_USUAL_LIFE = timedelta(hours=1)


@frozen
class AppToken:
    """A token in force."""

    value: str = field(repr=False)
    ends_at: datetime


@define
class AppTokens:
    """The tokens of one crawl."""

    download: Callable[[Request], Awaitable[Response]]
    now: Callable[[], datetime]
    _held: dict[str, AppToken] = field(init=False, factory=dict)
    _turn: asyncio.Lock = field(init=False, factory=asyncio.Lock)

    async def token(self, credential: Credential, url: str) -> str:
        """The token that ``url`` gives for the credential's id and secret. Raises :class:`Refused`."""
        async with self._turn:
            held = self._held.get(credential.platform)
            if held is None or held.ends_at - _RENEWED_BEFORE <= self.now():
                held = self._held[credential.platform] = await self._ask(credential, url)
            return held.value

    def forget(self, platform: str, value: str) -> bool:
        """Drop a token that was not accepted; whether it was the one in force."""
        held = self._held.get(platform)
        if held is None or held.value != value:
            return False
        del self._held[platform]
        return True

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(held.value for held in self._held.values())

    async def _ask(self, credential: Credential, url: str) -> AppToken:
        request = Request(
            url,
            NO_CALLBACK,
            "POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=b"grant_type=client_credentials",
            meta={ASKS_AS_APP: credential.platform, "dont_retry": True},
            dont_filter=True,
        )
        response = await self.download(request)
        label = str(credential.platform).capitalize()
        try:
            said = json.loads(response.body)
        except ValueError:
            said = None
        token = said.get("access_token") if isinstance(said, dict) else None
        if response.status in (400, 401, 403) or (isinstance(said, dict) and "error" in said):
            sentence = f"{label} does not accept the client id and secret of {credential.origin}; look at them again."
            raise Refused(Outcome.ERROR, Reason.TOKEN_EXPIRED, sentence, host_key(url))
        if response.status >= 400 or not isinstance(token, str) or not 8 <= len(token) <= 4096 or not token.isascii():
            sentence = f"{label} gave no token for the client id ({response.status}); tried again in the next crawl."
            raise Refused(Outcome.ERROR, Reason.HTTP_ERROR, sentence, host_key(url))
        seconds = said.get("expires_in")
        life = timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds < 10**8 else _USUAL_LIFE
        return AppToken(token, self.now() + life)
