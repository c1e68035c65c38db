"""Stories in the answers that Facebook's pages carry: what belongs to which post, by ids.

One post's parts stand scattered over many objects: the story (``post_id``, a base-64 ``id``), its feedback (``id`` is
base 64 of ``feedback:<number>``; a comment's has ``<number>_<comment>``), its video. They are gathered first, then
joined.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from attrs import define, evolve, field

from crawler.items import Format, Platform, Post, Precision, Role
from crawler.pages.base import Capture
from crawler.pages.facebook.attachments import (
    film,
    film_in,
    format_of,
    is_film,
    is_photo,
    links_of,
    mentions_of,
    pictures,
)
from crawler.pages.facebook.feedback import COUNT_KEYS, metrics_of
from crawler.pages.facebook.ids import SITE, StoryId, feedback_number, handle_of, story_id, video_number
from crawler.reading import hashtags
from crawler.reading.dates import Moment, read_date
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.relay import objects

_ADDRESS_PARTS = re.compile(r"/(?:posts|videos|reel|photos|permalink|watch|permalink\.php|story\.php)/")
_CONTENT_KEYS = ("message", "comet_sections", "attachments", "short_form_video_context")
_STORY_KEYS = (*_CONTENT_KEYS, "creation_time", "post_id")
_TIMES = ("creation_time", "publish_time", "created_time")
_WORDS = ("savable_description", "message", "title_with_fallback", "savable_title", "title")
_ADDRESSES = ("wwwURL", "permalink_url", "canonical_uri_with_fallback", "url", "shareable_url")
_NOT_OWN = frozenset(
    ("attached_story", "interesting_top_level_comments", "comment_list_renderer", "top_level_comments", "comments")
)
_MAX_PARTS = 20_000
_MAX_STEPS = 400_000
"""Values looked at on one page, however its stories stand inside one another."""


@define(slots=False)
class _Subject:
    """One post before it is read: its objects, those of its video, and the ids that name it."""

    number: str
    parts: Sequence[Mapping[str, Any]]
    """The story's objects, without those of a story that it shares and of its comments."""
    films: Sequence[Mapping[str, Any]] = ()
    film_number: str | None = None
    story: StoryId | None = None
    asked: frozenset[str] = frozenset()

    @cached_property
    def everything(self) -> list[Mapping[str, Any]]:
        return [*self.parts, *self.films]

    def values(self, *names: str) -> Iterator[Any]:
        for part in self.everything:
            for name in names:
                if part.get(name) is not None:
                    yield part[name]

    @cached_property
    def feedback(self) -> str | None:
        stated = (feedback_number(mapping(one).get("id")) for one in self.values("feedback"))
        return next((number for number in stated if number), None)

    @cached_property
    def post_id(self) -> str | None:
        return next((number for one in self.values("post_id") if (number := identifier(one))), None)

    @cached_property
    def addresses(self) -> list[str]:
        found = (link(one) for one in self.values(*_ADDRESSES))
        return [url for url in found if url and _ADDRESS_PARTS.search(urlsplit(url).path + "/")]

    @cached_property
    def actor(self) -> Mapping[str, Any]:
        actors = [one for said in self.values("actors") for one in map(mapping, sequence(said))]
        actors += [mapping(one) for one in self.values("video_owner", "owner", "owning_profile")]
        return next((one for one in actors if handle_of(one)), actors[0] if actors else {})

    @cached_property
    def message(self) -> Mapping[str, Any]:
        stated = [mapping(one) for one in self.values("message") if mapping(one).get("text") is not None]
        # the one with ranges says where its links and mentions are
        return next((one for one in stated if sequence(one.get("ranges"))), stated[0] if stated else {})

    @cached_property
    def is_reel(self) -> bool:
        return self.film_number is not None and (
            any("/reel/" in url for url in self.addresses) or any(True for _ in self.values("short_form_video_context"))
        )

    @cached_property
    def native_id(self) -> str:
        """A film's own number where its address or the page's carries it, else the post's."""
        if self.film_number is not None and self.film_number in self.asked:
            return self.film_number
        if self.story is None or self.story.is_video:
            return self.number
        in_address = video_number(self.addresses[0]) if self.addresses else None
        return in_address or self.post_id or self.number

    def created(self, latest: datetime) -> Moment | None:
        for name in _TIMES:
            for one in self.values(name):
                if moment := read_date(one, latest=latest):
                    return moment
        return None

    def text(self) -> str | None:
        said = string(self.message.get("text"))
        if said is None and self.film_number is not None:
            said = next((words for one in self.values(*_WORDS) if (words := _words(one))), None)
        return said


@define
class StoryReader:
    """Gathers a page's objects; :meth:`posts` joins them.

    ``owners``: the handle and the numbers, as far as they are known, of the account that the page is about; what others
    published is left out and counted. Empty: every post is taken. ``handle`` is the account of posts that do not say,
    ``asked`` are the numbers that the page's address carries.
    """

    capture: Capture
    owners: frozenset[str] = frozenset()
    handle: str | None = None
    asked: frozenset[str] = frozenset()
    skipped: Counter[str] = field(factory=Counter)
    _stories: dict[StoryId, list[Mapping[str, Any]]] = field(factory=dict)
    _shared: set[StoryId] = field(factory=set)
    _counts: dict[str, list[Mapping[str, Any]]] = field(factory=dict)
    _films: dict[str, list[Mapping[str, Any]]] = field(factory=dict)
    _photos: dict[str, list[Mapping[str, Any]]] = field(factory=dict)
    _names: dict[str, str] = field(factory=dict)
    """Number of an account → its handle, as far as any object of the page tells."""
    _steps_left: int = _MAX_STEPS

    def collect(self, document: object) -> None:
        """Take in one JSON document."""
        for one in objects(document):
            encoded = one.get("id")
            if (number := feedback_number(encoded)) and not COUNT_KEYS.isdisjoint(one):
                self._counts.setdefault(number, []).append(one)
            elif (story := story_id(encoded)) and any(name in one for name in _STORY_KEYS):
                self._stories.setdefault(story, []).append(one)
                if shared := story_id(mapping(one.get("attached_story")).get("id")):
                    self._shared.add(shared)
            elif (number := identifier(encoded)) and number.isdigit():
                if is_film(one):
                    self._films.setdefault(number, []).append(one)
                elif is_photo(one):
                    self._photos.setdefault(number, []).append(one)
                elif "url" in one and (name := handle_of(one)) and name != number and _is_actor(one):
                    self._names.setdefault(number, name)

    def posts(self) -> Iterator[Post]:
        """The posts of the page, in its order."""
        seen: set[str] = set()
        for subject in self._subjects():
            if subject.native_id in seen or (subject.story is None and subject.film_number in seen):
                continue
            seen |= {subject.native_id, subject.film_number or ""}
            if any(_is_sponsored(one) for one in subject.values("sponsored_data")):
                self.skipped["advertisement"] += 1
            elif not self._is_owners(subject):
                self.skipped["foreign_post"] += 1
            elif (post := self._post(subject)) is not None:
                yield post

    def photo(self, number: str) -> Post | None:
        """The post of a photo's own page. A photo of an album has counts of its own, and no story."""
        parts = self._photos.get(number, [])
        if not parts:
            return None
        own = _Subject(number, self._own(parts))
        own.number = own.feedback or number
        named = [mapping(one.get(name)).get("id") for one in parts for name in ("creation_story", "container_story")]
        wholes = [self._subject(ids) for one in named if (ids := story_id(one)) and ids in self._stories]
        whole = next((one for one in wholes if own.feedback in (None, one.feedback, one.post_id)), None)
        if whole is None and own.number not in self._counts:
            return None
        post = self._post(whole or own)
        if post is None:
            return None
        post = evolve(post, url=f"{SITE}/photo/?fbid={number}")
        return post if post.media else evolve(post, format=Format.IMAGE, media=tuple(pictures(parts)))

    def _subjects(self) -> Iterator[_Subject]:
        for ids, parts in self._stories.items():
            # other objects name a story only, and say nothing of it
            if ids not in self._shared and any(part.get(name) for part in parts for name in _CONTENT_KEYS):
                yield self._subject(ids)
        for number, parts in self._films.items():
            yield _Subject(number, (), self._own(parts), film_number=number)

    def _subject(self, ids: StoryId) -> _Subject:
        parts = self._own(self._stories[ids])
        film_number = ids.number if ids.is_video else film_in(parts)
        films = self._own(self._films.get(film_number or "", []))
        return _Subject(ids.number, parts, films, film_number=film_number, story=ids, asked=self.asked)

    def _own(self, parts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        steps = min(_MAX_PARTS, self._steps_left)
        found, left = _own_objects(parts, steps)
        self._steps_left -= steps - left
        return found

    def _is_owners(self, subject: _Subject) -> bool:
        if not self.owners:
            return True
        names = {handle_of(subject.actor), identifier(subject.actor.get("id"))}
        names |= {subject.story.account} if subject.story else set()
        known = {name.casefold() for name in names if name}
        if not known or known & self.owners:
            return True
        # who is known by a number only cannot be told from an owner whose number the page does not tell
        return not any(name.isdigit() for name in self.owners) and all(name.isdigit() for name in known)

    def _post(self, subject: _Subject) -> Post | None:
        created = subject.created(self.capture.fetched_at)
        stated = (subject.feedback, subject.post_id, subject.native_id)
        feedback = next((number for number in stated if number in self._counts), None)
        metrics = metrics_of(
            self._counts.get(feedback or "", []), subject.films, is_video=subject.film_number is not None
        )
        if created is None and feedback is None and metrics.view_count is None:
            return None
        handle = handle_of(subject.actor)
        if handle is not None and handle.isdigit():
            handle = (self.handle if handle in self.owners else None) or self._names.get(handle, handle)
        account = handle or self.handle or (subject.story.account if subject.story else None)
        if account is None:
            self.skipped["names_no_account"] += 1
            return None
        text = subject.text()
        photos = pictures(mapping(one) for one in subject.values("media") if is_photo(mapping(one)))
        clip = film(subject.films) if subject.film_number is not None else None
        is_promoted = any(mapping(one) for one in subject.values("branded_content_post_info"))
        return _shared_by(
            subject,
            Post(
                platform=Platform.FACEBOOK,
                native_id=subject.native_id,
                account=account,
                author=handle,
                url=_address(subject, handle),
                format=format_of(
                    subject.everything, len(photos), is_reel=subject.is_reel, is_video=subject.film_number is not None
                ),
                text=text if text is not None else ("" if photos or clip else None),
                published_at=created.at if created else None,
                published_precision=Precision.SECOND if created else None,
                is_promoted_label=True if is_promoted else None,
                media=(clip,) if clip else tuple(photos),
                hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
                mentions=tuple(mentions_of(subject.message)),
                links=links_of(subject.message, subject.parts),
                metrics=metrics,
            ),
            self.capture.fetched_at,
        )


def _own_objects(parts: Iterable[Mapping[str, Any]], steps: int) -> tuple[list[Mapping[str, Any]], int]:
    """The objects inside a post's, the outer ones first, without those of a post that it shares and of its comments.

    With them: how many of the ``steps`` are left.
    """
    found: list[Mapping[str, Any]] = []
    waiting: list[Any] = [*reversed(list(parts))]
    while waiting and steps:
        steps -= 1
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            inside = [part for name, part in one.items() if name not in _NOT_OWN]
        else:
            inside = one
        waiting.extend(part for part in reversed(inside) if isinstance(part, dict | list))
    return found, steps


def _shared_by(subject: _Subject, post: Post, latest: datetime) -> Post:
    """A post that passes on another one: with words of its own a quote, else a repost."""
    shared = next((mapping(one) for one in subject.values("attached_story") if mapping(one).get("id")), None)
    ids = story_id(shared.get("id")) if shared else None
    if shared is None or ids is None:
        return post
    whole = _Subject(ids.number, _own_objects([shared], _MAX_PARTS)[0], story=ids)
    author = handle_of(whole.actor)
    address = _address(whole, author)
    return evolve(
        post,
        role=Role.QUOTE if post.text else Role.REPOST,
        author=post.author if post.text else author or post.author,
        url=post.url if post.text else address,
        original_native_id=whole.native_id,
        original_url=address,
        original_published_at=created.at if (created := whole.created(latest)) else None,
    )


def _address(subject: _Subject, handle: str | None) -> str:
    if subject.is_reel:
        return f"{SITE}/reel/{subject.native_id}"
    if subject.native_id == subject.film_number:
        return f"{SITE}/watch/?v={subject.native_id}"
    if subject.addresses:
        parts = urlsplit(subject.addresses[0])
        return f"{SITE}{parts.path}" + (f"?{parts.query}" if "fbid" in parts.query else "")
    return f"{SITE}/{handle}/posts/{subject.native_id}" if handle else f"{SITE}/{subject.native_id}"


def _is_actor(value: Mapping[str, Any]) -> bool:
    return value.get("__typename") in ("User", "Page") or "__isActor" in value or "profile_url" in value


def _is_sponsored(value: object) -> bool:
    return bool(mapping(value))


def _words(value: object) -> str | None:
    said = string(mapping(value).get("text")) if isinstance(value, dict) else string(value)
    return said.strip() if said and said.strip() else None
