"""Posts and accounts in the microdata of X's signed-out pages (schema.org, attributes in React's spelling)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.items import Media, Metrics, Platform, Post, Precision, Profile, Role
from crawler.pages.base import Capture
from crawler.pages.x.tweets import SITE, format_of, named, post_url, reposted_from
from crawler.reading import hashtags
from crawler.reading.dates import read_date
from crawler.reading.interactions import interactions
from crawler.reading.jsonld import Node, strings, types, values
from crawler.reading.jsonvalue import link, positive
from crawler.reading.meta import Page
from crawler.reading.microdata import microdata_items
from crawler.reading.snowflakes import x_time
from crawler.reading.stated import columns

STATUS = re.compile(r"/(?:@?([A-Za-z0-9_]{1,20})|i(?:/web)?)/status(?:es)?/(\d{1,20})")
"""Handle (missing in ``/i/status/…``) and number in the address of a post."""
_POSTINGS = frozenset({"socialmediaposting", "discussionforumposting", "comment"})
_PARTS = ("haspart", "mainentity", "comment", "itemlistelement", "item")
_MOST_ITEMS = 5_000


class Microdata:
    """What a page says as microdata."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._items = microdata_items(page.root, page.base)

    def posts(self, capture: Capture) -> Iterator[Post]:
        """Every posting in the order of the page: on a reply's page first what it answers, then it, then replies."""
        for item in _below(self._items):
            if types(item) & _POSTINGS and (post := self._post(item, capture)) is not None:
                yield post

    def profile(self, handle: str, capture: Capture) -> Profile | None:
        """The account that the page is about."""
        person = next((one for one in _below(self._items) if _is_account(one, handle)), None)
        if person is None:
            return None
        page_item = next((one for one in self._items if "datecreated" in one), {})
        created = read_date(_one(page_item, "datecreated"), latest=capture.fetched_at)
        named_as = (_one(person, "additionalname", "alternatename") or handle).lstrip("@")
        done, received = interactions(person, of_agent=True), interactions(person)
        outward = _addresses(values(person, "sameas") + values(person, "relatedlink"))
        return Profile(
            platform=Platform.X,
            native_account_id=_one(person, "identifier"),
            handle=named_as,
            url=f"{SITE}/{named_as}",
            name=_one(person, "name", "givenname"),
            bio=_one(person, "description"),
            links=tuple(dict.fromkeys(url for url in outward if "//t.co/" not in url)),
            avatar_url=next(iter(_addresses(values(person, "image"))), None),
            created_at=created.at if created else None,
            **columns({
                "follower_count": received.get("followaction"),
                "following_count": done.get("followaction"),
                "post_count": done.get("writeaction"),
                "pinned_native_id": None,
            }),
        )  # fmt: skip

    def _post(self, item: Node, capture: Capture) -> Post | None:
        address = STATUS.search(_one(item, "url", "mainentityofpage") or "")
        native_id = _one(item, "identifier") or (address.group(2) if address else None)
        if native_id is None or not (native_id.isascii() and native_id.isdigit()):
            return None
        author = next((one for one in values(item, "author") if isinstance(one, Mapping)), {})
        handle = (_one(author, "alternatename", "additionalname") or "").lstrip("@") or (
            address.group(1) if address else None)  # fmt: skip
        text = _one(item, "articlebody", "text", "headline") or ""
        media = tuple(self._media(item, native_id))
        published = read_date(_one(item, "datepublished", "datecreated"), latest=capture.fetched_at)
        at = published.at if published else x_time(native_id, capture.fetched_at)
        shared = _addresses(values(item, "sharedcontent"))
        outward = [url for url in shared if "//t.co/" not in url and not STATUS.search(url)]
        original, carried = reposted_from(text), _elsewhere(shared, native_id)
        role = Role.REPOST if original else Role.QUOTE if carried else Role.ORIGINAL
        # what a post is part of: the collection on the page, and the post that it answers
        if (answered := _elsewhere(strings(item, "ispartof"), native_id)) and not original:
            role, carried = Role.REPLY, answered
        return Post(
            platform=Platform.X,
            native_id=native_id,
            account=handle or "",
            author=original or handle,
            url=post_url(handle, native_id),
            role=role,
            format=format_of(media, has_poll=False, links=outward),
            text=text,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            original_native_id=carried.group(2) if carried else None,
            original_url=post_url(carried.group(1), carried.group(2)) if carried and carried.group(1) else None,
            original_published_at=x_time(carried.group(2), capture.fetched_at) if carried else None,
            media=media,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
            mentions=named(text),
            links=tuple(dict.fromkeys(outward)),
            metrics=post_metrics(item),
        )

    def _media(self, item: Node, native_id: str) -> Iterator[Media]:
        videos = values(item, "video")
        for one in videos:
            said = one if isinstance(one, Mapping) else {}
            url = _one(said, "contenturl", "embedurl", "thumbnailurl", "url") or one
            yield Media(kind="video", url=link(url), width=_pixels(said, "width"), height=_pixels(said, "height"))
        if videos:
            return
        if f"/status/{native_id}/video/" in " ".join(_addresses(values(item, "sharedcontent"))):
            yield Media(kind="video", url=None)
            return
        pictures: dict[str, Media] = {}
        for one in values(item, "image"):
            for url in _addresses([one]):
                found = _picture(url, one if isinstance(one, Mapping) else {})
                # the same picture stands there twice, once as an address and once with its size
                if found is not None and (one is not url or _name(url) not in pictures):
                    pictures[_name(url)] = found
        yield from pictures.values()


def post_metrics(item: Node) -> Metrics:
    """The counters of a posting itself; old posts have none for views."""
    said = interactions(item)
    answers = said.get("replyaction", said.get("commentaction"))
    return Metrics(**columns({
        "like_count": said.get("likeaction"),
        "comment_count": _one(item, "commentcount") if answers is None else answers,
        "share_count": said.get("shareaction"),
        "view_count": said.get("viewaction", said.get("watchaction")),
        "save_count": said.get("bookmarkaction"),
        "quote_count": said.get("interactaction"),
    }))  # fmt: skip


def _below(items: Iterable[Node]) -> Iterator[Node]:
    """Items and those that are parts of them, outer before inner, in order."""
    waiting = list(reversed(list(items)))
    left = _MOST_ITEMS
    while waiting and left:
        left -= 1
        one = waiting.pop()
        yield one
        parts = [part for name in _PARTS for part in values(one, name) if isinstance(part, dict)]
        waiting.extend(reversed(parts))


def _is_account(item: Node, handle: str) -> bool:
    said = (_one(item, "additionalname", "alternatename") or "").lstrip("@")
    return bool(types(item) & {"person", "organization"}) and said.casefold() == handle.casefold()


def _elsewhere(addresses: Iterable[str], native_id: str) -> re.Match[str] | None:
    """The address of another post that is linked to."""
    found = (STATUS.search(url) for url in addresses)
    return next((one for one in found if one and one.group(2) != native_id), None)


def _one(item: Node, *names: str) -> str | None:
    for name in names:
        if said := next(iter(strings(item, name)), "").strip():
            return said
    return None


def _addresses(said: Iterable[Any]) -> list[str]:
    """The addresses that values state, as texts or as items."""
    stated = (_one(one, "contenturl", "url") if isinstance(one, Mapping) else one for one in said)
    return [url for one in stated if (url := link(one))]


def _picture(url: str, said: Node) -> Media | None:
    if "profile_images" in url or "/card_img/" in url:
        return None
    if "video_thumb" in url:
        return Media(kind="video", url=url)
    return Media(
        kind="image", url=url, width=_pixels(said, "width"), height=_pixels(said, "height"),
        alt_text=_one(said, "description"),
    )  # fmt: skip


def _name(url: str) -> str:
    """The file of a picture, of whatever size: ``…/media/Abc.jpg:large`` and ``…/media/Abc?format=jpg`` are one."""
    return re.split(r"[:?.]", url.rpartition("/")[2])[0]


def _pixels(item: Node, name: str) -> int | None:
    said = _one(item, name) or ""
    return positive(int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else None
