"""YouTube's oEmbed: whether a video is there, its title and its channel; no counts, no date."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.items import Absence, Format, Media, Metrics, MissingReason, Outcome, Platform, Post, PostList, Reason
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.youtube.listed import post_url
from crawler.pages.youtube.watch import video_in
from crawler.pages.youtube.wording import count_values, handle_in, is_youtube, path_of
from crawler.reading import hashtags
from crawler.reading.jsonvalue import NotJsonError, link, mapping, parse, positive, string
from crawler.reading.oembed import provider_in
from crawler.reading.text import clean

_EMBEDDED = re.compile(r"/embed/([A-Za-z0-9_-]{11})")
_STILL = re.compile(r"/vi(?:_webp)?/([A-Za-z0-9_-]{11})/")
_CHANNEL = re.compile(r"/channel/(UC[A-Za-z0-9_-]{22})")


class OembedPage(PlatformPage):
    """``/oembed?url=…``."""

    platform = Platform.YOUTUBE
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.youtube.com/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DAcmeVideo01&format=json",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return (path_of(url).rstrip("/") == "/oembed" and is_youtube(url, b"")) or provider_in(head) == "YouTube"

    def read(self) -> PostList:
        status, body = self.response.status or 200, bytes(self.response.body)
        asked = video_in(parse_qs(urlsplit(str(self.response.url)).query).get("url", [""])[0])
        asked_for = f"The video {asked}" if asked else "The video of this answer"
        if status in (400, 404) and asked:
            return PostList(absences=(Absence(platform=self.platform, native_id=asked, kind="gone", status=status),))
        if status in (401, 403):
            raise PageProblem(
                Outcome.LOGIN_WALL, f"{asked_for} is private, or not shown on other sites ({status}).",
                Reason.NO_PUBLIC_PREVIEW,
            )  # fmt: skip
        try:
            answer = mapping(parse(body))
        except NotJsonError:
            raise problem_of(status, body, asked_for) from None
        html, still = string(answer.get("html")) or "", link(answer.get("thumbnail_url")) or ""
        found = _EMBEDDED.search(html) or _STILL.search(still)
        video_id, title = found.group(1) if found else asked, clean(string(answer.get("title")) or "").strip()
        if status >= 400 or video_id is None or not title:
            raise problem_of(status, body, asked_for)
        author = link(answer.get("author_url")) or ""
        channel = _CHANNEL.search(author)
        account = handle_in(author) or (channel.group(1) if channel else "")
        is_short = (positive(answer.get("height")) or 0) > (positive(answer.get("width")) or 0) > 0
        return PostList(
            posts=(
                Post(
                    platform=Platform.YOUTUBE,
                    native_id=video_id,
                    account=account,
                    author=account or clean(string(answer.get("author_name")) or "") or None,
                    url=post_url(video_id, is_short=is_short),
                    format=Format.SHORT_VIDEO if is_short else Format.VIDEO,
                    title=title,
                    media=(Media(kind="video", url=still or None),),
                    hashtags=hashtags.unique(tag for _, tag in hashtags.written(title)),
                    metrics=Metrics(
                        **count_values(
                            dict.fromkeys(("view_count", "like_count", "comment_count"))
                            | {"share_count": MissingReason.NOT_PUBLIC}
                        )
                    ),
                ),
            )
        )
