"""What every page of a site has in common: the answer's status, its text, and whose site it is."""

from __future__ import annotations

from attrs import frozen
from web_poet import HttpResponse

from crawler.items import Outcome, Platform, Reason
from crawler.pages.base import Capture, PageProblem
from crawler.reading.charset import Decoded, decode
from crawler.reading.urls import permalink, site_handle, site_host


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
    return decode(response.body, response.headers.get("Content-Type") or "")
