"""LinkedIn's addresses, and what all its pages have in common."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.items import Outcome, Platform
from crawler.pages.base import PageProblem
from crawler.pages.walled import WalledPage
from crawler.reading.jsonvalue import link
from crawler.reading.meta import Page
from crawler.reading.urls import host_of, path_of

SITE = "https://www.linkedin.com"
HOSTS = re.compile(r"(?:[a-z0-9-]+\.)*linkedin\.com")
WALL_PATH = re.compile(r"/(?:authwall|uas/login|login|checkpoint|signup|start|cold-join)\b.*")
_URN = re.compile(
    r"urn(?::|%3A)li(?::|%3A)(?:activity|share|ugcPost|linkedInArticle)(?::|%3A)(\d{10,25})", re.IGNORECASE
)
_IN_SLUG = re.compile(r"-(?:activity|share|ugcPost)-(\d{10,25})(?:-|$)", re.IGNORECASE)
_IN_TEXT = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")

# the site's own mark of where a link was clicked, which it puts last
_TRACKING = re.compile(r"[?&]trk=[\w-]*$")


class LinkedinPage(WalledPage):
    """One kind of page of the site."""

    platform = Platform.LINKEDIN
    network = "LinkedIn"
    account_is = "page"
    hosts = HOSTS
    own_words = re.compile(rb"pageKey[\"']? content=[\"']d_|licdn\.com|urn:li:|lnkd:url")

    def parsed(self) -> Page:
        if self.status == 999:
            raise PageProblem(
                Outcome.BLOCKED,
                f"{self.asked_for}: LinkedIn refuses programs (999); open it in a browser, save it, and import it.",
            )
        return super().parsed()

    def wall(self, page: Page) -> PageProblem:
        """Why there is nothing here, judged by what is missing."""
        key = page.first("pagekey") or ""
        if self.path.startswith("/checkpoint/challenge"):
            return PageProblem(
                Outcome.BLOCKED, f"{self.asked_for}: LinkedIn sent its check for programs in place of the page."
            )
        is_unnamed = not page.first("og:url", "lnkd:url")
        if WALL_PATH.fullmatch(self.path) or "authwall" in key or "login" in key or is_unnamed:
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no posts where LinkedIn keeps them."
        )


def post_url(number: str, site: str = SITE) -> str:
    """The permalink of a post."""
    return f"{site}/feed/update/urn:li:activity:{number}"


def number_in(urn: object) -> str | None:
    """The number in a name like ``urn:li:activity:7468765250281046016``."""
    found = _URN.search(str(urn or ""))
    return found.group(1) if found else None


def number_of(url: str) -> str | None:
    """The number of a post in its address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    in_slug = _IN_SLUG.search(parts.path.rstrip("/"))
    return number_in(parts.path) or (in_slug.group(1) if in_slug else None) or number_in(parts.query)


def handle_of(url: str | None) -> str | None:
    """The company or person whose page an address is."""
    found = re.match(r"/(?:company|school|showcase|in)/([^/]+)", path_of(url)) if url else None
    return unquote(found.group(1)) if found else None


def slug_author(url: str) -> str | None:
    """Who wrote a post, by its address (``/posts/acme_…``)."""
    found = re.match(r"/posts/([^/_]+)_", path_of(url))
    return unquote(found.group(1)) if found else None


def leaving(href: str | None) -> str | None:
    """Where a link leads that leaves LinkedIn, through its counter or not."""
    url = link(href)
    if url is None:
        return None
    if HOSTS.fullmatch(host_of(url)) is None:
        return _TRACKING.sub("", url)
    return link(parse_qs(urlsplit(url).query).get("url", [""])[0]) if path_of(url).startswith("/redir/") else None


def outward(text: str) -> tuple[str, ...]:
    """Addresses in a text that leave LinkedIn, each once."""
    return tuple(dict.fromkeys(url for one in _IN_TEXT.findall(text) if (url := leaving(one))))
