"""Reddit: its official API with the user's own credentials, and the pages, feeds and answers that users save.

Fact sheet
- robots.txt forbids everything to everybody, and who is not signed in gets a gate instead of a page. So without
  credentials nothing is asked. With them (an app of type "script": client id and secret; reddit.com/prefs/apps):
  OAuth at ``www.reddit.com/api/v1/access_token``, then ``oauth.reddit.com``, about 100 requests a minute, said in
  ``x-ratelimit-*``.
- An account: a company's subreddit (``r/name``) or user (``u/name``). ``about`` → ``/r/<name>/new`` or
  ``/user/<name>/submitted``, 100 a page, paged by ``after``; known posts: ``/api/info``, 100 at once.
- Public: score (fuzzed by Reddit), comments, crossposts. Hidden by the subreddit in the first hours: the score
  (``hide_score``). Not public: views, upvotes apart from downvotes, shares.
- Which comments were answered is not counted: those who run a subreddit mostly write without the mark that says so.
- What users bring: listings as JSON, feeds (``.rss``: no counts), pages of 2018–2023 (``window.___r``), of today
  (``<shreddit-post>``) and of old.reddit.com (``data-`` attributes of ``.thing``).
- Without ``raw_json=1`` texts and addresses come escaped for HTML.

Rules
- A post is named ``t3_…``. ``like_count`` is the score, ``quote_count`` the crossposts, which are quotes of it: they
  have a title and counts of their own.
- A score that is hidden is unknown (``hidden``), whatever number stands in its place.
- ``[deleted]`` is no author and ``[removed]`` no text; a post that was taken away is absent, though a listing shows
  its place.
- Comments are other people's, but for those on a user's own page: they are that account's replies.
- Advertisements between the posts are nobody's posts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.reddit.answers import AboutAnswer, ListingAnswer, api_of
from crawler.pages.reddit.pages import FeedPage, HtmlPage
from crawler.pages.reddit.submissions import POST_ID, site_of

PAGES: tuple[type[PlatformPage], ...] = (AboutAnswer, ListingAnswer, FeedPage, HtmlPage)

_AT_ONCE = 100


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """What the account says of itself, at the API; without credentials its public page, which robots.txt forbids."""
    kind, _, name = ref.handle.partition("/")
    if ref.access is None:
        return (
            NextRequest(url=f"{site_of(base_urls)}/{'r' if kind == 'r' else 'user'}/{name}/", kind=RequestKind.PROFILE),
        )
    place = f"r/{name}" if kind == "r" else f"user/{name}"
    return (NextRequest(url=f"{api_of(base_urls)}/{place}/about?raw_json=1", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """One answer for a hundred posts; without credentials none."""
    ids = [native_id for native_id, _ in posts if POST_ID.fullmatch(native_id)]
    if ref.access is None:
        return ()
    batches = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
    return tuple(
        NextRequest(
            url=f"{api_of(base_urls)}/api/info?{urlencode({'id': ','.join(batch), 'raw_json': 1})}",
            kind=RequestKind.POST,
            native_id=batch[0] if len(batch) == 1 else None,
        )
        for batch in batches
    )
