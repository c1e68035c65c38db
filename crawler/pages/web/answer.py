"""What every page of a site has in common: the answer's status, its text, and whose site it is."""

from __future__ import annotations

import re

from attrs import frozen
from web_poet import HttpResponse

from crawler.items import Outcome, Platform, Reason
from crawler.pages.base import Capture, PageProblem
from crawler.reading.charset import Decoded, decode
from crawler.reading.urls import permalink, site_handle, site_host

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


@frozen(kw_only=True)
class Site:
    """Whose page this is."""

    handle: str
    """Host and path."""
    host: str
    url: str


def site_of(response: HttpResponse, capture: Capture, stated_home: str | None = None) -> Site:
    """The configured account, else the home that the page states, else the host that answered."""
    if capture.account is not None and capture.account.platform is Platform.WEB:
        account = capture.account
        return Site(handle=account.handle, host=account.host, url=account.url)
    url = str(response.url)
    home = permalink(stated_home or "", url) or permalink("/", url)
    if home is None:
        raise PageProblem(Outcome.ERROR, f"{url[:200]!r} is no http or https address.", Reason.FORBIDDEN_SCHEME)
    return Site(handle=site_handle(home), host=site_host(home), url=home)


def text_of(response: HttpResponse) -> Decoded:
    """The body as text; the header's label is the last thing believed."""
    return decode(bytes(response.body), response.headers.get("Content-Type") or "")


def language_tag(stated: str | None) -> str | None:
    """A BCP 47 tag as stated (``en_US`` becomes ``en-US``), ``None`` for anything else."""
    found = _LANGUAGE.fullmatch((stated or "").strip())
    return found.group().replace("_", "-") if found else None
