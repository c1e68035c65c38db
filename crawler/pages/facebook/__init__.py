"""Facebook Pages: the Graph API, and public pages as browsers keep them.

Fact sheet
- With a token (one's own Page, or any Page with the reviewed feature "Page Public Content Access"):
  ``GET {api}/{page}?fields=…`` and ``/{page}/posts``, 100 a page, paged by cursors. Reactions, comments, shares;
  developers.facebook.com/docs/pages-api/posts
- Without one: robots.txt forbids everything to unnamed crawlers. Pages that the user saved: all numbers stand in JSON
  blocks (Relay's answers) of page, post, photo, reel, watch and videos tab. A page's signed-out start shows one post.
- Not public: reach, impressions, personal profiles, the whole timeline to signed-out readers; views but of videos.

Rules
- A post is named by its number: the part of a Graph id behind the underscore, the feedback's number in a page; a reel
  or video by the video's number, which its address carries.
- ``like_count`` is all reactions together; ``reactions`` has them by kind. Counts are bound by the feedback's id,
  because every comment and every kind of reaction has keys of the same names.
- Exact numbers stand before the page's "12K". What an answer leaves out is unknown, not zero.
- A wall is a page without those blocks, whatever it says: good pages say "log in" and "captcha" as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, Outcome, Platform, PostList, RequestKind
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.facebook.api import PageInfoPage, PagePostsPage, info_request, post_request
from crawler.pages.facebook.mobile import MobilePage
from crawler.pages.facebook.pages import AccountPage, AnswerPage, PostPage
from crawler.pages.facebook.plugins import PluginPage
from crawler.pages.facebook.stories import StoryReader

PAGES: tuple[type[PlatformPage], ...] = (
    PageInfoPage, PagePostsPage, AnswerPage, PluginPage, MobilePage, PostPage, AccountPage,
)  # fmt: skip

_SITE = "https://www.facebook.com"


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The Graph API's page and posts for whoever holds a token, else the public page."""
    if ref.access is not None:
        return (info_request(ref, base_urls),)
    return (NextRequest(url=f"{_site(base_urls)}/{ref.handle}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """Each post by itself: by the Graph API, else its public page."""
    if ref.access is not None:
        return tuple(
            request for native_id, url in posts if (request := post_request(ref, native_id, url, base_urls)) is not None
        )
    return tuple(
        NextRequest(
            url=f"{_site(base_urls)}/reel/{native_id}/" if url and "/reel/" in url
            else f"{_site(base_urls)}/{ref.handle}/posts/{native_id}",
            kind=RequestKind.POST, native_id=native_id,
        )
        for native_id, url in posts
    )  # fmt: skip


def read_captured(data: object, capture: Capture) -> PostList:
    """A story as the site's own interfaces answer it; its id may be out of base 64 already, its empty parts left out.

    An advertisement gives no post and is counted in ``skipped``.
    """
    reader = StoryReader(capture, handle=capture.account.handle if capture.account else None)
    reader.collect(data)
    posts = tuple(reader.posts())
    if not posts and not reader.skipped:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no post of Facebook in a shape that we know.")
    return PostList(posts=posts, skipped=dict(reader.skipped))


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.FACEBOOK}.site", _SITE).rstrip("/")
