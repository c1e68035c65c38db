"""TikTok: public pages, embeds and oEmbed, as browsers and archives keep them.

Fact sheet
- No official interface gives a company its competitors' numbers (the Research API is for non-profit researchers, the
  Display API for one's own account). Read are pages that the user saved, and what a browser extension captured.
- A video's page carries ``__UNIVERSAL_DATA_FOR_REHYDRATION__`` (until 2023 ``SIGI_STATE``): likes, comments, shares,
  plays, saves. A profile's page carries the account only, and plays where a browser drew the grid; its embed a list
  with plays. The whole list comes from ``/api/post/item_list/``, which is read where a recording brings it and never
  asked for. oEmbed has no counts and no date.
- Not public: watch time, who watched.

Rules
- A post is named by the video's number; ``createTime`` dates it. The number's own time is up to a minute early and is
  used only where nothing else is stated (precision ``minute``).
- ``statsV2`` (text) stands before ``stats``: it is exact where that is rounded. Where both are one and end in zeros
  from 10,000 up as TikTok rounds them ("25500", "192100"), the count is marked as rounded to what it shows.
- Hashtags are those of ``challenges`` and ``textExtra``; the description in the page's head is written by a machine.
- A page without state is a check for browsers; a state without the page's data is a shell; ``statusCode`` says removed
  (10204), private (10216, 10222), no such account (10202), where ``statusMsg`` gives no other reason for it (only its
  owner sees it, not here, under review). What its owner's own list marks as not for all is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.items import NextRequest, Outcome, Platform, PostList, RequestKind
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.tiktok.answers import AnswerPage, wanted_post
from crawler.pages.tiktok.embeds import EmbedPage, OembedPage
from crawler.pages.tiktok.items import SITE, is_item
from crawler.pages.tiktok.pages import ProfilePage, VideoPage
from crawler.reading.jsonvalue import mapping
from crawler.reading.relay import objects

PAGES: tuple[type[PlatformPage], ...] = (OembedPage, EmbedPage, AnswerPage, VideoPage, ProfilePage)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The profile, and its embed, which lists videos."""
    base = _site(base_urls)
    return (
        NextRequest(url=f"{base}/@{ref.handle}", kind=RequestKind.PROFILE),
        NextRequest(url=f"{base}/embed/@{ref.handle}", kind=RequestKind.LISTING),
    )


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """The public page of each video."""
    return tuple(
        NextRequest(url=f"{_site(base_urls)}/@{ref.handle}/video/{one}", kind=RequestKind.POST, native_id=one)
        for one, _ in posts
        if one.isdigit()
    )


def read_captured(data: object, capture: Capture) -> PostList:
    """An ``itemStruct`` as the site's own interfaces answer it. Advertisements and live streams are only counted, and
    so are other accounts' posts where it is known whose are wanted."""
    said = mapping(data)
    if said.get("liveRoomInfo"):
        return PostList(skipped={"live_stream": 1})
    found = next((one for one in objects(said) if is_item(one)), None)
    read = wanted_post(found, capture) if found is not None else "not_understood"
    if read == "not_understood":
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no video of TikTok in a shape that we know.")
    return PostList(skipped={read: 1}) if isinstance(read, str) else PostList(posts=(read,))


def _site(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(f"{Platform.TIKTOK}.site", SITE).rstrip("/")
