"""PeerTube: channels and accounts of any server, by its REST interface.

Fact sheet
- Sources: docs.joinpeertube.org/api-rest-reference.html (Video, VideoDetails, VideoChannel, Account, comment threads;
  errors as RFC 7807). No key is needed; robots.txt and terms are each server's own. A server allows 50 requests in
  10 seconds.
- An account: ``/api/v1/video-channels/:name`` or ``/api/v1/accounts/:name`` → ``…/videos?start=0&count=100``, newest
  first, paged by ``total`` and ``start`` → ``/api/v1/videos/:uuid`` of each new or due video: only there are its tags
  and its whole description.
- Public counts: views, likes, dislikes (kept apart, in the reactions), comments; nobody counts shares. ``viewers`` is
  who watches now and is no count of a post. Followers are those of channel and account.
- ``comments`` stands in a video on newer servers. Older ones say it in ``…/comment-threads``:
  ``totalNotDeletedComments``, as ``total`` still holds the deleted ones; it is asked for once a look at a new or due
  video, never for a whole list.
- Who commented stands in ``…/comment-threads``, where each thread says how many of its replies are the video's author's
  (``totalRepliesFromVideoAuthor``), and by ``…/comment-threads/:id`` as a tree (cut off where ``totalChildren`` is more
  than its children). A channel is answered for by the account that owns it, which the video names. Replies in a thread
  where the author wrote nothing are counted without being asked for.
- Feeds (``/feeds/videos.xml?videoChannelId=``) say titles, texts and views, and neither likes, comments nor tags; a
  video's address there ends with its short name, which is its ``uuid`` in other digits.
- ActivityPub ``Video`` objects say views, tags and the whole description, and mostly no likes and comments.
- A server also shows videos of other servers, with what itself saw of their counts: ``isLocal`` is false (flag
  ``remote_copy``). The home server is asked.

Rules
- A video is named by its ``uuid``, on every server the same; it stands on its channel (``c/name@host``), or on the
  account (``a/name@host``) when that is what is followed. Its author is the account, ``name@host``.
- It was published at ``publishedAt``, when this network first showed it; ``originallyPublishedAt``, a date that the
  uploader may set, says when it first stood somewhere else (``original_published_at``): nobody here could like it then.
- A broadcast (``isLive``) is ``live``; its replay is a video. Private, internal and password-protected videos are not
  public; unlisted ones are, for whoever brings their link.
- Hashtags are the uploader's ``tags``; what is written in a description is not indexed.
- Comments that are switched off, and not counted, are ``hidden``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.open_page import name_of, server_of
from crawler.pages.peertube.accounts import AccountPage
from crawler.pages.peertube.answers import UUID, video_request
from crawler.pages.peertube.comments import CommentThreadsPage, CommentTreePage
from crawler.pages.peertube.feed import FeedPage
from crawler.pages.peertube.video_object import VideoObject
from crawler.pages.peertube.videos import VideoPage, VideosPage

PAGES: tuple[type[PlatformPage], ...] = (
    AccountPage,
    VideosPage,
    VideoPage,
    CommentThreadsPage,
    CommentTreePage,
    FeedPage,
    VideoObject,
)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The channel or account itself; it leads to its videos."""
    kind, _, name = name_of(ref).partition("/")
    place = "accounts" if kind == "a" else "video-channels"
    url = f"{server_of(ref, base_urls)}/api/v1/{place}/{quote(name, safe='@')}"
    return (NextRequest(url=url, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """Each video by itself."""
    base = server_of(ref, base_urls)
    return tuple(video_request(base, native_id) for native_id, _ in posts if UUID.fullmatch(native_id))
