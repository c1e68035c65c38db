"""What a channel's "About" says of it: a panel since 2023 (``aboutChannelViewModel``), a tab before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from attrs import evolve

from crawler.items import MissingReason, Platform, Profile
from crawler.pages.base import Capture
from crawler.pages.youtube.wording import CHANNEL_ID, SITE, count_among_words, date_in, handle_in, text_of
from crawler.reading.jsonvalue import link, mapping, sequence, string
from crawler.reading.relay import objects
from crawler.reading.wrapped_links import unwrapped

_LOOKED_AT = 100_000


def with_about(profile: Profile | None, tree: Mapping[str, Any], capture: Capture) -> Profile | None:
    """The channel with what its "About" adds to the header; the channel itself where only "About" is there."""
    about = _about(tree)
    channel_id, handle = string(about.get("channelId")) or "", handle_in(about.get("canonicalChannelUrl"))
    if profile is None and not CHANNEL_ID.fullmatch(channel_id):
        return None
    if profile is None:
        profile = Profile(
            platform=Platform.YOUTUBE,
            native_account_id=channel_id,
            handle=handle or channel_id,
            url=f"{SITE}/@{handle}" if handle else f"{SITE}/channel/{channel_id}",
            name=text_of(about.get("title")) or None,
            bio=text_of(about.get("description")).strip(),
            missing=dict.fromkeys(("follower_count", "post_count"), MissingReason.NOT_OBSERVED)
            | {"following_count": MissingReason.NOT_PUBLIC},
        )
    elif about and channel_id not in ("", profile.native_account_id):
        return profile
    joined = date_in(text_of(about.get("joinedDateText")), capture.fetched_at)
    return evolve(
        profile,
        links=tuple(dict.fromkeys([*profile.links, *_links(about)])),
        created_at=joined.at if joined else profile.created_at,
        **_counts(profile, about),
    )


def _about(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    for one in islice(objects(tree), _LOOKED_AT):
        for name in ("aboutChannelViewModel", "channelAboutFullMetadataRenderer"):
            if found := mapping(one.get(name)):
                return found
    return {}


def _links(about: Mapping[str, Any]) -> Iterator[str]:
    for one in map(mapping, sequence(about.get("links"))[:50]):
        shown = text_of(mapping(one.get("channelExternalLinkViewModel")).get("link")).strip()
        if shown and (url := link(shown if "://" in shown else f"https://{shown}")):
            yield url
    for one in map(mapping, sequence(about.get("primaryLinks"))[:50]):
        target = string(mapping(mapping(one.get("navigationEndpoint")).get("urlEndpoint")).get("url")) or ""
        if url := link(unwrapped(target)):
            yield url


def _counts(profile: Profile, about: Mapping[str, Any]) -> dict[str, Any]:
    """Counts that the header does not state."""
    values: dict[str, Any] = {}
    rounded, missing = dict(profile.rounded), dict(profile.missing)
    for column, name in (("follower_count", "subscriberCountText"), ("post_count", "videoCountText")):
        count = count_among_words(text_of(about.get(name)))
        if getattr(profile, column) is None and count is not None:
            values[column] = count.value
            missing.pop(column, None)
            if count.rounded is not None:
                rounded[column] = count.rounded
    return {**values, "rounded": rounded, "missing": missing}
