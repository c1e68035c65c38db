"""Makes the example market's posts and their counts at any moment, from a seed.

Every week of every account has its own random numbers, so that the market can be looked at week after week and always
tells the same story. Growth follows a half-life of 11.5 hours, as engagement on the open networks does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import TypeVar

from attrs import frozen

from crawler.items import Format, Platform, Role
from crawler.market import words
from crawler.market.cast import CAST, EFFECT_SPREAD, FORMAT_EFFECT, NOISE, Player

Choice = TypeVar("Choice", bound=str)

HALF_LIFE_HOURS = 11.5
HORIZON_WEEKS = 12
_FLOP_BELOW = -0.9 * NOISE
_FLOP_LIFETIME = timedelta(days=6)
_REPLY_SHARE = 0.08
_REPOST_SHARE = 0.05
_IMAGE_SIZES = ((1080, 1350), (1200, 675), (1080, 1080), (640, 480))
_TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


@frozen(kw_only=True)
class MarketPost:
    """One post of the example market, with everything that is true about it."""

    player: Player
    number: int
    """Order within the account, from 0."""
    published_at: datetime
    role: Role
    format: Format
    post_type: str
    text: str
    hashtags: tuple[str, ...]
    link: str | None
    image_sizes: tuple[tuple[int, int], ...]
    log_effect: float
    """What format and account add to the log of engagement; noise not included."""
    final_engagement: int
    """Likes + comments + shares once the post has stopped growing."""
    comment_share: float
    removed_at: datetime | None
    edited_at: datetime | None

    @property
    def mastodon_id(self) -> str:
        """Snowflake as Mastodon writes them: milliseconds in the upper 48 bits."""
        return str((int(self.published_at.timestamp() * 1000) << 16) | (self.number % 65_536))

    @property
    def record_key(self) -> str:
        """Timestamp identifier as Bluesky writes them: 13 characters that sort by time."""
        value = (int(self.published_at.timestamp() * 1_000_000) << 10) | (self.number % 1024)
        letters = []
        for _ in range(13):
            letters.append(_TID_LETTERS[value & 31])
            value >>= 5
        return "".join(reversed(letters))

    @property
    def at_uri(self) -> str:
        return f"at://{did(self.player.handle)}/app.bsky.feed.post/{self.record_key}"

    @property
    def slug(self) -> str:
        return f"{self.published_at:%Y-%m-%d}-{self.number}"

    @property
    def title(self) -> str:
        """First sentence of the text, as a blog would put it on top."""
        return self.text.split(". ")[0].rstrip(".!")

    def counts(self, now: datetime) -> tuple[int, int, int]:
        """Likes, comments, shares at ``now``. Old posts lose and regain a like from week to week."""
        age_hours = (now - self.published_at).total_seconds() / 3600
        grown = 1 - 2 ** (-max(age_hours, 0) / HALF_LIFE_HOURS)
        total = round(self.final_engagement * grown)
        comments = round(total * self.comment_share)
        shares = round((total - comments) * 0.17)
        likes = total - comments - shares
        if likes > 20 and age_hours > 240:
            likes += (self.number + int(age_hours // 168)) % 3 - 1
        return likes, comments, shares


def did(handle: str) -> str:
    """The invented account's permanent Bluesky identifier."""
    digest = sha256(handle.encode()).digest()
    return "did:plc:" + "".join(_TID_LETTERS[byte & 31] for byte in digest[:24])


class Market:
    """The example market, looked at from one moment that can be moved forward.

    ``now``: time-zone aware; the market opens twelve weeks and up to a week before the first ``now`` it is given.
    ``cast``: who plays, when it is not everybody.
    """

    def __init__(self, now: datetime, seed: int = 12, cast: tuple[Player, ...] = CAST) -> None:
        self.now = now
        self.seed = seed
        self.cast = cast
        self.opened_on_at = now
        monday = (now - timedelta(weeks=HORIZON_WEEKS)).astimezone(UTC)
        monday -= timedelta(days=monday.weekday())
        self.first_week_at = monday.replace(hour=0, minute=0, second=0, microsecond=0)
        self._weeks: dict[tuple[str, int], tuple[MarketPost, ...]] = {}

    def posts(self, player: Player, now: datetime | None = None) -> list[MarketPost]:
        """The account's posts that can be seen at ``now``, newest first."""
        now = now or self.now
        seen = [
            post
            for post in self._all_posts(player, now)
            if post.published_at <= now and (post.removed_at is None or post.removed_at > now)
        ]
        return sorted(seen, key=lambda post: post.published_at, reverse=True)

    def follower_count(self, player: Player) -> int:
        """Grows by 0.4 % a week."""
        weeks = (self.now - self.opened_on_at) / timedelta(weeks=1)
        return round(player.follower_count * math.exp(0.004 * weeks))

    def bio(self, player: Player) -> str:
        ended = self.opened_on_at - timedelta(weeks=6)
        return player.bio.replace("{ended}", f"{ended.day} {ended:%B %Y}")

    def format_effect(self, player: Player, media: Format) -> float:
        """What this format really adds for this account, in logs."""
        rng = Random(f"{self.seed}|effect|{player.platform}|{player.handle}|{media}")
        return FORMAT_EFFECT.get(media, 0.0) + rng.gauss(0, EFFECT_SPREAD)

    def _all_posts(self, player: Player, now: datetime) -> Iterator[MarketPost]:
        weeks = math.ceil((now - self.first_week_at) / timedelta(weeks=1))
        for week in range(weeks):
            key = (f"{player.platform}|{player.handle}", week)
            if key not in self._weeks:
                self._weeks[key] = tuple(self._week(player, week))
            yield from self._weeks[key]

    def _week(self, player: Player, week: int) -> Iterator[MarketPost]:
        rng = Random(f"{self.seed}|{player.platform}|{player.handle}|{week}")
        start = self.first_week_at + timedelta(weeks=week)
        formats = rng.choices(*_choices(player.format_weights), k=player.posts_per_week)
        if player.polls_every_weeks and week % player.polls_every_weeks == 1:
            formats[0] = Format.POLL
        moments = sorted(rng.sample(range(6 * 60, 7 * 24 * 60 - 60), k=len(formats)))
        for index, (media, minute) in enumerate(zip(formats, moments, strict=True)):
            published_at = start + timedelta(
                minutes=minute, seconds=rng.randrange(60), milliseconds=rng.randrange(1000)
            )
            yield self._post(rng, player, week * 100 + index, published_at, media)

    def _post(self, rng: Random, player: Player, number: int, published_at: datetime, media: Format) -> MarketPost:
        post_type = rng.choices(*_choices(words.WEIGHTS))[0]
        noise = rng.gauss(0, NOISE)
        effect = self.format_effect(player, media)
        role_draw = rng.random()
        tags = tuple(rng.sample(words.HASHTAGS, k=rng.choice((0, 1, 1, 2, 3))))
        is_social = player.platform in (Platform.MASTODON, Platform.BLUESKY)
        role = Role.ORIGINAL
        if is_social and media == Format.TEXT and role_draw < _REPLY_SHARE * 3:
            role = Role.REPLY
        elif is_social and media == Format.IMAGE and role_draw < _REPOST_SHARE * 3:
            role = Role.REPOST
        flops = player.deletes_flops and noise < _FLOP_BELOW and role == Role.ORIGINAL
        return MarketPost(
            player=player,
            number=number,
            published_at=published_at,
            role=role,
            format=media,
            post_type=post_type,
            text=words.write(rng, post_type),
            hashtags=tags,
            link=f"https://{player.handle.split('.')[0]}.example/shop/{number}" if media == Format.LINK else None,
            image_sizes=tuple(rng.choice(_IMAGE_SIZES) for _ in range(_image_count(rng, media))),
            log_effect=effect,
            final_engagement=round(math.exp(math.log(player.typical_engagement) + effect + noise)),
            comment_share=1.0 if player.platform == Platform.WEB else rng.uniform(0.06, 0.14),
            removed_at=published_at + _FLOP_LIFETIME if flops else None,
            edited_at=published_at + timedelta(minutes=40) if rng.random() < 0.04 else None,
        )


def _choices(weights: Mapping[Choice, float]) -> tuple[list[Choice], list[float]]:
    return list(weights), list(weights.values())


def _image_count(rng: Random, media: Format) -> int:
    if media == Format.CAROUSEL:
        return rng.randint(2, 4)
    return 1 if media in (Format.IMAGE, Format.VIDEO, Format.SHORT_VIDEO) else 0
