"""Says who asks: product and contact on every request, and nothing that tells where a reader came from."""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.failures import Refused
from crawler.items import Outcome, Reason
from crawler.network.contact import contact_problem
from crawler.network.host_keys import host_key
from crawler.robots import PRODUCT_TOKEN

_LOG = logging.getLogger(__name__)


def user_agent(contact: str) -> str:
    """``Rivalscope/<version> (+contact)``."""
    try:
        number = version("rivalscope")
    except PackageNotFoundError:  # run from a checkout that is not installed
        number = "0"
    product = f"{PRODUCT_TOKEN}/{number}"
    return f"{product} (+{contact})" if contact else product


class IdentityMiddleware:
    """Sets the user agent, drops Referer and Cookie; without a contact (CONTACT) nothing leaves this machine.

    A crawl whose contact is neither mail address nor link ends before its first request, with one sentence in the log.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._contact: str = (crawler.settings["CONTACT"] or "").strip()
        self._user_agent = user_agent(self._contact)
        self._has_complained = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.check_contact, signal=signals.spider_opened)
        return middleware

    def check_contact(self) -> None:
        if problem := contact_problem(self._contact):
            _LOG.error(problem)
            raise CloseSpider("usage")

    def process_request(self, request: Request) -> None:
        if problem := contact_problem(self._contact, [request.url]):
            if not self._has_complained:
                self._has_complained = True
                _LOG.error(problem)
            raise Refused(Outcome.ERROR, Reason.PERMISSION_MISSING, problem, host_key(request.url))
        request.headers["User-Agent"] = self._user_agent
        request.headers.setdefault("Accept-Language", "en-US,en")
        for name in ("Referer", "Cookie"):
            request.headers.pop(name, None)
