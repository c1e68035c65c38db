"""Pages of bsky.app, as its server sends them to whoever runs no scripts: a post's, a profile's."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from crawler.items import Media, Metrics, MissingReason, Platform, Post, PostList, Profile
from crawler.pages.base import PlatformPage
from crawler.pages.bluesky.addresses import POST_URI, SITE, WEB_POST, path_of
from crawler.pages.bluesky.web_app import WebApp, as_list, unescaped
from crawler.pages.bluesky.wording import text_links
from crawler.pages.walls import is_html
from crawler.reading import hashtags
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, string

_WEB_PROFILE = re.compile(r"/profile/([^/]+)/?")
_OWN_WORDS = re.compile(
    rb"bsky_(?:post|profile)_summary|web-cdn\.bsky\.app|embed\.bsky\.app|content=[\"']Bluesky Social"
)


class WebPostPage(PlatformPage):
    """A post's page on bsky.app (or another host of the same web app), as its server sends it."""

    platform = Platform.BLUESKY
    examples: ClassVar[tuple[str, ...]] = ("https://bsky.app/profile/acme.example/post/3mddvy5bv6k27",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(WEB_POST.fullmatch(path_of(url))) and _is_web_app(url, content_type, head)

    def read(self) -> PostList:
        page = WebApp(self, "A post on Bluesky")
        said = page.linked_data("DiscussionForumPosting", "SocialMediaPosting") or page.labelled_post()
        address = WEB_POST.fullmatch(path_of(str(self.response.url)))
        author = mapping(said.get("author"))
        handle = page.handle(author) or (unquote(address.group(1)) if address else None)
        uri = page.own_uri("app.bsky.feed.post")
        if uri is None and address and unquote(address.group(1)).startswith("did:"):
            uri = f"at://{unquote(address.group(1))}/app.bsky.feed.post/{address.group(2)}"
        if handle is None or uri is None or not POST_URI.fullmatch(uri) or "datePublished" not in said:
            raise page.missing()
        moment = read_date(said.get("datePublished"), latest=self.capture.fetched_at)
        counts = page.counts(said.get("interactionStatistic"))
        text = unescaped(said.get("text")) or ""
        pictures = [url for one in as_list(said.get("image")) if (url := link(one) or link(mapping(one).get("url")))]
        metrics = Metrics(
            like_count=counts.get("LikeAction"),
            comment_count=counts.get("CommentAction"),
            share_count=counts.get("ShareAction"),
            missing={
                column: MissingReason.NOT_OBSERVED
                for column, action in (("like_count", "LikeAction"), ("comment_count", "CommentAction"),
                                       ("share_count", "ShareAction"), ("quote_count", ""), ("save_count", ""))
                if action not in counts
            } | {"view_count": MissingReason.NOT_PUBLIC},
        )  # fmt: skip
        post = Post(
            platform=Platform.BLUESKY,
            native_id=uri,
            account=handle,
            author=handle,
            url=f"{SITE}/profile/{handle}/post/{uri.rpartition('/')[2]}",
            text=text,
            published_at=moment.at if moment else None,
            published_precision=moment.precision if moment else None,
            published_text=None if moment else string(said.get("datePublished")),
            media=tuple(Media(kind="image", url=url) for url in pictures),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
            metrics=metrics,
        )
        flags = [*page.flags, *(() if moment else ("implausible_date",))]
        if "@type" in said and "ShareAction" in counts:
            flags.append("shares_include_quotes")
        return PostList(posts=(post,), flags=tuple(flags))


class WebProfilePage(PlatformPage):
    """A profile's page on bsky.app (or another host of the same web app), as its server sends it."""

    platform = Platform.BLUESKY
    examples: ClassVar[tuple[str, ...]] = ("https://bsky.app/profile/acme.example",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_WEB_PROFILE.fullmatch(path_of(url))) and _is_web_app(url, content_type, head)

    def read(self) -> PostList:
        page = WebApp(self, "The Bluesky account of this page")
        said = page.linked_data("ProfilePage") or page.labelled_profile()
        person = mapping(said.get("mainEntity"))
        handle = page.handle(person)
        if handle is None:
            raise page.changed()
        of_others, own = (
            page.counts(person.get("interactionStatistic")),
            page.counts(person.get("agentInteractionStatistic")),
        )
        counts = {
            "follower_count": of_others.get("FollowAction"),
            "following_count": own.get("FollowAction"),
            "post_count": own.get("WriteAction"),
        }
        created = read_date(said.get("dateCreated"), latest=self.capture.fetched_at)
        bio = (unescaped(person.get("description")) or "").strip()
        known: dict[str, Any] = {column: count for column, count in counts.items() if count is not None}
        profile = Profile(
            platform=Platform.BLUESKY,
            native_account_id=identifier(person.get("identifier")),
            handle=handle,
            url=f"{SITE}/profile/{handle}",
            name=unescaped(person.get("name")),
            bio=bio,
            links=distinct(text_links(bio)),
            avatar_url=link(person.get("image")),
            created_at=created.at if created else None,
            **known,
            missing=dict.fromkeys(
                (*(column for column, count in counts.items() if count is None), "pinned_native_id"),
                MissingReason.NOT_OBSERVED,
            ),
        )
        return PostList(profile=profile, flags=tuple(page.flags))


def _is_web_app(url: str, content_type: str, head: bytes) -> bool:
    is_known_host = urlsplit(url).netloc in ("bsky.app", "www.bsky.app", "main.bsky.dev")
    if not head:
        return is_known_host
    return is_html(content_type, head) and (is_known_host or bool(_OWN_WORDS.search(head)))
