"""YouTube: channel tabs and watch pages, the Data API for whoever holds a key, and what users save of the site.

Fact sheet
- Without a key: ``/@name`` (or ``/channel/UC…``) → the tabs ``/videos``, ``/shorts``, ``/streams``, each with its
  newest thirty or so → the watch page of each new video, once, and of known ones when they are due. robots.txt (2026)
  allows these; it forbids ``/feeds/videos.xml``, ``/youtubei/``, ``/api/``, ``/comment``, ``/results``, so the rest
  of a tab, which the page loads from ``/youtubei/v1/browse``, is not asked for. Such answers and feeds are read where
  a user brings them.
- With a key (``RIVALSCOPE_YOUTUBE_TOKEN``): Data API v3, 10,000 units a day; ``channels.list`` →
  ``playlistItems.list`` of the uploads (50 a page, exact dates) → ``videos.list`` (50 at once), one unit each.
  developers.google.com/youtube/v3
- Where the numbers are: ``ytInitialPlayerResponse`` has the exact views (``videoDetails.viewCount``) and the date
  with its zone (``microformat…publishDate``; a day only before 2023); likes in ``microformat…likeCount`` since 2024,
  before in what the like button says to screen readers; comments in the header of their panel, rounded from a
  thousand on.
- In lists: views ("28 views" exact, "895K views" rounded) and how long ago ("13 days ago", precision ``relative``);
  Shorts have no date there. Layouts: ``gridVideoRenderer``/``videoRenderer`` to 2024, ``richItemRenderer`` around
  them from 2022, ``reelItemRenderer`` and since 2024 ``shortsLockupViewModel`` for Shorts, ``lockupViewModel`` since
  2025.
- What a channel writes in its posts tab is read where a user brings that tab or one post (``backstagePostRenderer``):
  likes exact, comments, dates relative; how many voted in a poll goes into no column. A playlist's videos are their
  channels'; a list of playlists holds no post.
- Which comments were answered is not counted: a page loads them from ``/youtubei/``, and the Data API shows no more
  than five replies of a thread, among which the channel's own may be missing.
- Not public: shares, dislikes, watch time. An owner may hide likes and subscribers and switch comments off
  (``hidden``).

Rules
- A video is named by its id, a channel by its handle, which may change while its id (``UC…``) stays. A video with
  several owners is the first one's.
- The second title of a like button counts the reader too and is not read. What a running or announced broadcast shows
  is who is watching or waiting: its views are not known yet.
- A list's date is replaced by the watch page's; what a list says of a known video is not landed again.
- In Europe the pages may be a demand to accept cookies: nothing is accepted for anybody, the visit ends
  ``consent_page``.
- The Data API does not say what is a Short: up to three minutes with #shorts in its words is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.youtube.api import ChannelsAnswer, PlaylistAnswer, VideosAnswer, channel_request, videos_request
from crawler.pages.youtube.channel import LOCALE, ChannelPage
from crawler.pages.youtube.feed import FeedPage
from crawler.pages.youtube.lists import CommunityPostPage, PlaylistPage
from crawler.pages.youtube.oembed import OembedPage
from crawler.pages.youtube.watch import AnswerPage, WatchPage
from crawler.pages.youtube.wording import CHANNEL_ID, VIDEO_ID, site_of

PAGES: tuple[type[PlatformPage], ...] = (
    ChannelsAnswer, PlaylistAnswer, VideosAnswer, AnswerPage, FeedPage, OembedPage, WatchPage,
    CommunityPostPage, PlaylistPage, ChannelPage,
)  # fmt: skip

_AT_ONCE = 50


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The channel at the Data API for whoever holds a key, else its home page, which says what tabs it has."""
    if ref.access is not None:
        return (channel_request(ref, base_urls),)
    url = f"{site_of(base_urls)}/{_place(ref)}?{LOCALE}"
    return (NextRequest(url=url, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """The watch page of each video; with a key one answer for fifty."""
    ids = [native_id for native_id, _ in posts if VIDEO_ID.fullmatch(native_id)]
    if ref.access is not None:
        batches = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
        return tuple(videos_request(batch, base_urls) for batch in batches)
    return tuple(
        NextRequest(url=f"{site_of(base_urls)}/watch?v={video_id}&{LOCALE}", kind=RequestKind.POST, native_id=video_id)
        for video_id in ids
    )


def _place(ref: AccountRef) -> str:
    known = ref.native_account_id or ref.handle
    if CHANNEL_ID.fullmatch(known):
        return f"channel/{known}"
    return ref.handle if ref.handle.startswith(("c/", "user/")) else f"@{ref.handle}"
