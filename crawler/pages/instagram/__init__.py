"""Instagram: the Graph API's business discovery, and the public pages as browsers and archives keep them.

Fact sheet
- With a token (a professional account of one's own, linked to a Page; permissions ``ACCESS``):
  ``GET {api}/{own id}?fields=business_discovery.username(x){…}``, 50 media a page, paged by a cursor inside the field.
  Only professional accounts are shown. Likes and comments are exact; likes are left out where their owner hides them.
  developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/business-discovery
- Without one: robots.txt forbids everything to unnamed crawlers. Pages that the user saved: Open Graph text of
  ``/p/``, ``/reel/``, ``/tv/`` and of a profile, the JSON inside pages and embeds, the answers of the site's own
  interfaces (``web_profile_info``, ``/api/v1/``, GraphQL, and ``__a=1`` and ``_sharedData`` until about 2021).
- Not public: reach, saves, shares, stories, private accounts.

Rules
- A post is named by the decimal id that its short code spells, however it came; the Graph API's own media ids are other
  numbers and are used only where there is no permalink. The id gives the second at which it was made.
- Likes that are hidden are unknown (``hidden``): switched off, absent from the text, -1, or the 3 that some answers put
  in their place unless they say that likes are shown.
- The text in a page's head comes in the language of whoever asked; which count is which, its words say.
- Views are ``play_count`` (what the network shows as views), else a video's view count; 0 on a picture says nothing.
- Alternative text that Instagram wrote by itself ("May be an image of …") is none.
- Posts of others on the same page (suggestions, comments) are left out and counted as ``foreign_post``, advertisements
  as ``advertisement``, stories as ``story``, and what does not say whose it is as ``names_no_account``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, Outcome, Platform, PostList, RequestKind
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.instagram.answers import AnswerPage
from crawler.pages.instagram.discovery import DiscoveryPage, HashtagPage, discovery_request
from crawler.pages.instagram.embed import EmbedPage
from crawler.pages.instagram.media import MediaReader
from crawler.pages.instagram.oembed import OembedPage
from crawler.pages.instagram.pages import PostPage, ProfilePage
from crawler.pages.instagram.state import media_in
from crawler.reading.snowflakes import instagram_code

PAGES: tuple[type[PlatformPage], ...] = (
    DiscoveryPage,
    HashtagPage,
    OembedPage,
    AnswerPage,
    EmbedPage,
    PostPage,
    ProfilePage,
)

_SITE = "https://www.instagram.com"


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """Business discovery for whoever holds a token, else the public profile page."""
    if ref.access is not None and ref.access.as_account:
        return (discovery_request(ref.handle, ref.access, base_urls),)
    return (NextRequest(url=f"{_site(base_urls)}/{ref.handle}/", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """The public page of each post; with a token none, because discovery shows no single post of others."""
    if ref.access is not None:
        return ()
    codes = [(native_id, instagram_code(native_id)) for native_id, _ in posts]
    return tuple(
        NextRequest(url=f"{_site(base_urls)}/p/{code}/", kind=RequestKind.POST, native_id=native_id)
        for native_id, code in codes
        if code
    )


def read_captured(data: object, capture: Capture) -> PostList:
    """A media object as the site's own interfaces answer it, in any shape, bare or inside a list's entry.

    An advertisement gives no post and is counted in ``skipped``; so is a reel out of a list that does not say whose it
    is, unless ``capture.account`` does.
    """
    media = next(media_in(iter((data,))), None)
    if media is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no post of Instagram in a shape that we know.")
    reader = MediaReader(capture, owner=None)
    reader.add(media)
    return reader.result()


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.INSTAGRAM}.site", _SITE).rstrip("/")
