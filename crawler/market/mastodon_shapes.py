"""The market's accounts and posts in the shapes of Mastodon's API (docs.joinmastodon.org/entities)."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from crawler.items import Format, Role
from crawler.market.cast import Player
from crawler.market.generator import Market, MarketPost
from crawler.market.threads import exchanges

Json = dict[str, Any]


def account_id(player: Player) -> str:
    return str(int.from_bytes(sha256(player.handle.encode()).digest()[:7], "big") | (1 << 55))


def account(market: Market, player: Player, base: str) -> Json:
    """An Account entity."""
    return {
        "id": account_id(player),
        "username": player.handle,
        "acct": player.handle,
        "display_name": player.company,
        "locked": False,
        "bot": False,
        "created_at": "2022-11-07T00:00:00.000Z",
        "note": f"<p>{escape(market.bio(player))}</p>",
        "url": f"{base}/@{player.handle}",
        "uri": f"{base}/users/{player.handle}",
        "avatar": f"{base}/avatars/{player.handle}.png",
        "header": f"{base}/headers/missing.png",
        "followers_count": market.follower_count(player),
        "following_count": 120,
        "statuses_count": len(market.posts(player)),
        "emojis": [],
        "fields": [],
    }


def status(market: Market, post: MarketPost, base: str) -> Json:
    """A Status entity; a repost is a wrapper whose inner post belongs to somebody outside the market."""
    player = post.player
    own = account(market, player, base)
    entity = _entity(market, post, base, own)
    if post.role == Role.REPOST:
        stranger = {**own, "id": "1", "username": "beanpaper", "acct": "beanpaper@elsewhere.example",
                    "display_name": "Bean Paper", "url": "https://elsewhere.example/@beanpaper"}  # fmt: skip
        inner_id = str(int(post.mastodon_id) - (3_600_000 << 16))
        inner = {
            **entity,
            "id": inner_id,
            "created_at": _iso(post.published_at, hours_before=1),
            "account": stranger,
            "uri": f"https://elsewhere.example/users/beanpaper/statuses/{inner_id}",
            "url": f"https://elsewhere.example/@beanpaper/{inner_id}",
        }
        entity |= {
            "content": "",
            "media_attachments": [],
            "tags": [],
            "favourites_count": 0,
            "replies_count": 0,
            "reblogs_count": 0,
            "reblog": inner,
            "url": f"{base}/users/{player.handle}/statuses/{post.mastodon_id}/activity",
        }
    return entity


def _entity(market: Market, post: MarketPost, base: str, own: Json) -> Json:
    likes, comments, shares = post.counts(market.now)
    text = escape(post.text)
    if post.role == Role.REPLY:
        guest = '<a href="https://elsewhere.example/@guest" class="u-url mention">@<span>guest</span></a>'
        text = f'<span class="h-card">{guest}</span> {text}'
    if post.link:
        spans = f'<span class="invisible">https://</span><span class="">{escape(post.link[8:])}</span>'
        text += f' <a href="{post.link}" rel="nofollow noopener" target="_blank">{spans}</a>'
    for tag in post.hashtags:
        text += f' <a href="{base}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    return {
        "id": post.mastodon_id,
        "created_at": _iso(post.published_at),
        "in_reply_to_id": "99" if post.role == Role.REPLY else None,
        "in_reply_to_account_id": "98" if post.role == Role.REPLY else None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"{base}/users/{post.player.handle}/statuses/{post.mastodon_id}",
        "url": f"{base}/@{post.player.handle}/{post.mastodon_id}",
        "replies_count": comments,
        "reblogs_count": shares,
        "favourites_count": likes,
        "edited_at": _iso(post.edited_at) if post.edited_at and post.edited_at <= market.now else None,
        "content": f"<p>{text}</p>",
        "reblog": None,
        "account": own,
        "media_attachments": _attachments(post, base),
        "mentions": [],
        "tags": [{"name": tag, "url": f"{base}/tags/{tag}"} for tag in post.hashtags],
        "emojis": [],
        "card": {"url": post.link, "title": post.title, "type": "link"} if post.link else None,
        "poll": _poll(market, post) if post.format == Format.POLL else None,
    }


def context(market: Market, post: MarketPost) -> Json:
    """What stands below a status; guests have no names."""

    def below(name: str, at: datetime, parent: str, author: str, answered: str) -> Json:
        return {
            "id": f"{post.mastodon_id}{name}",
            "created_at": _iso(at),
            "in_reply_to_id": parent,
            "in_reply_to_account_id": answered,
            "visibility": "public",
            "content": "<p>…</p>",
            "account": {"id": author, "username": "guest", "acct": "guest@elsewhere.example"},
        }

    own, found = account_id(post.player), []
    for number, each in enumerate(exchanges(market, post)):
        found.append(below(f"{number}0", each.at, post.mastodon_id, "98", own))
        if each.answered_at is not None:
            found.append(below(f"{number}1", each.answered_at, f"{post.mastodon_id}{number}0", own, "98"))
    return {"ancestors": [], "descendants": found}


def _attachments(post: MarketPost, base: str) -> list[Json]:
    kind = "video" if post.format == Format.VIDEO else "image"
    return [
        {
            "id": f"{post.mastodon_id}{index}",
            "type": kind,
            "url": f"{base}/media/{post.mastodon_id}-{index}.{'mp4' if kind == 'video' else 'png'}",
            "description": f"Picture {index + 1}" if index % 2 == 0 else None,
            "meta": {"original": {"width": width, "height": height, **({"duration": 21.5} if kind == "video" else {})}},
        }
        for index, (width, height) in enumerate(post.image_sizes)
    ]


def _poll(market: Market, post: MarketPost) -> Json:
    votes = post.counts(market.now)[0] * 2
    return {
        "id": post.mastodon_id,
        "expires_at": _iso(post.published_at, hours_before=-24),
        "expired": (market.now - post.published_at).days >= 1,
        "multiple": False,
        "votes_count": votes,
        "options": [{"title": "Yes", "votes_count": votes // 2}, {"title": "No", "votes_count": votes - votes // 2}],
    }


def _iso(moment: datetime, hours_before: int = 0) -> str:
    stamp = moment.timestamp() - hours_before * 3600
    return datetime.fromtimestamp(stamp, tz=moment.tzinfo).isoformat(timespec="milliseconds").replace("+00:00", "Z")
