"""X: the official API v2, and signed-out pages, embeds and answers as browsers and archives keep them.

Fact sheet
- With a token (an app's bearer token; pay per use since February 2026): ``/2/users/by/username/:name``, then
  ``/2/users/:id/tweets``, 100 a page; known posts by ``/2/tweets?ids=``, 100 at once. docs.x.com/x-api
- Without one: robots.txt of x.com forbids everything to unnamed crawlers. Pages that the user saved: signed-out post
  and profile pages (a Relay store, which alone has bookmarks, and microdata), pages a browser rendered
  (``data-testid``), syndication timelines, ``tweet-result``, oEmbed, GraphQL answers, the API v1.1.
- Public counts: likes, replies, reposts, quotes, views; bookmarks where a source states them. ``tweet-result`` has no
  reposts and no views, oEmbed no counts at all.

Rules
- A post is named by its number; numbers since November 2010 carry its time to the millisecond.
- A repost is named by its wrapper, carries what the wrapper states (its text begins with "RT @", its likes are no
  one's, its medium is its own), and names the original. Drawn in a browser it has no wrapper: it is the original's
  number and who reposted it, without a date. A post that quotes is a quote, one that answers is a reply, to oneself
  too.
- In a drawn post a count that its label leaves out is zero, but for views, where every part of the label is
  understood.
- The text stays as X gives it, short links and all (each counts 23 characters there), so that every source gives the
  same; ``links`` holds where they lead.
- Views are impressions; where an older API answer has none, the plays of the post's video.
- Counts belong to the post's own node: never its author's followers, never a reply's on the same page. Of a
  conversation only the author's own posts are kept.
- A syndication timeline is not in order of time, and one without entries is empty or closed, not changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, Outcome, Platform, PostList, RequestKind
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.x.answers import GraphqlPage, OembedPage, TimelinePage, TweetResultPage
from crawler.pages.x.api import LookupPage, TweetsPage, lookup_request, posts_request
from crawler.pages.x.api import fitted as fitted
from crawler.pages.x.pages import PostPage, ProfilePage
from crawler.pages.x.tweets import TweetReader, is_tweet, read_tweet
from crawler.pages.x.v1 import StatusesPage
from crawler.reading.jsonvalue import mapping
from crawler.reading.relay import objects

PAGES: tuple[type[PlatformPage], ...] = (
    LookupPage, TweetsPage, StatusesPage, TimelinePage, TweetResultPage, OembedPage, GraphqlPage, PostPage, ProfilePage,
)  # fmt: skip

POSTS_AT_ONCE = 100
_SITE = "https://x.com"


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The API's user lookup for whoever holds a token, else the public profile page."""
    if ref.access is not None:
        return (lookup_request(ref, base_urls),)
    return (NextRequest(url=f"{_site(base_urls)}/{ref.handle}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """One API request for each ``POSTS_AT_ONCE`` posts, else the public page of each."""
    ids = [native_id for native_id, _ in posts if native_id.isdigit()]
    if ref.access is not None:
        size = min(ref.access.page_size or POSTS_AT_ONCE, POSTS_AT_ONCE)
        return tuple(posts_request(ids[start : start + size], base_urls) for start in range(0, len(ids), size))
    return tuple(
        NextRequest(url=f"{_site(base_urls)}/{ref.handle}/status/{one}", kind=RequestKind.POST, native_id=one)
        for one in ids
    )


def read_captured(data: object, capture: Capture) -> PostList:
    """A post as the site's GraphQL or, until 2023, its adaptive search answers it. Advertisements are only counted, and
    so are other accounts' posts where it is known whose are wanted."""
    said = mapping(data)
    reader = TweetReader(capture, owner=capture.account.handle if capture.account else None)
    found = next((one for one in objects(said) if is_tweet(one)), None)
    post = read_tweet(found, capture) if found is not None else None
    if post is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no post of X in a shape that we know.")
    if said.get("promoted") is True or said.get("promotedMetadata"):
        reader.skip("promoted")
    else:
        reader.put(post)
    return reader.result()


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.X}.site", _SITE).rstrip("/")
