"""Pinterest: public pin, profile and feed pages.

Fact sheet
- robots.txt lets everyone read pin and profile pages and feeds. No official interface gives a competitor's numbers.
- A pin's page carries Relay answers (``data-relay-response``): saves, comments, reactions by kind, exact time, size. A
  profile's page carries JSON-LD with about ten pins (date, picture, no counts), and where somebody signed in saved it
  a state with counts, as a board's does; ``/<user>/feed.rss`` up to 26 pins; the widgets' ``/v3/pidgets/…/pins/`` up to
  50, with saves and without dates.
- Public counts: saves, reactions, comments; plays of a video. Not public: impressions, clicks, closeups.

Rules
- A pin is named by its number from the address or ``entityId``. ``og:url``, canonical, ``og:title`` and the JSON-LD's
  text often belong to another pin of the same picture, in another language: they name nothing. A page that was saved
  with such an address is the pin that its links to the apps name.
- ``save_count`` is ``aggregatedStats.saves``, what people see: all saves of the picture; ``repinCount`` (this pin's
  own) where that is missing. ``like_count`` is the sum of all reactions. ``shareCount`` counts a button, not shares:
  left out.
- The text is the pinner's own description, else what Pinterest shows under the picture, without the date that search
  engines get before it ("Sep 2, 2024 - …").
- A feed is in no order, has blank titles and dates that are none ("Invalid Date"): the pin stays, its date is unknown.
- A page without an answer about its pin or account is an empty shell; an answer without a pin says that it is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, PostList, RequestKind
from crawler.pages.base import AccountRef, Capture, PlatformPage
from crawler.pages.pinterest.answers import ResourcePage, read_captured_pin
from crawler.pages.pinterest.boards import BoardPage
from crawler.pages.pinterest.page import site
from crawler.pages.pinterest.pages import FeedPage, PinPage, ProfilePage

PAGES: tuple[type[PlatformPage], ...] = (ResourcePage, FeedPage, PinPage, ProfilePage, BoardPage)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The profile page, and the feed of the newest pins."""
    base = site(base_urls)
    return (
        NextRequest(url=f"{base}/{ref.handle}/", kind=RequestKind.PROFILE),
        NextRequest(url=f"{base}/{ref.handle}/feed.rss", kind=RequestKind.LISTING),
    )


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """The page of each pin."""
    return tuple(
        NextRequest(url=f"{site(base_urls)}/pin/{one}/", kind=RequestKind.POST, native_id=one) for one, _ in posts
    )


def read_captured(data: object, capture: Capture) -> PostList:
    """A pin as the site's own interfaces answer it. Advertisements are only counted, and so are other accounts' pins
    where it is known whose are wanted, and pins that were read off a page and name no account."""
    return read_captured_pin(data, capture)
