"""The market's accounts and posts in the shapes of Bluesky's AppView (lexicons app.bsky.actor and app.bsky.feed)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crawler.items import Format, Role
from crawler.market.cast import Player
from crawler.market.generator import Market, MarketPost, did
from crawler.market.threads import exchanges

Json = dict[str, Any]


def profile(market: Market, player: Player) -> Json:
    """``app.bsky.actor.defs#profileViewDetailed``."""
    return {
        **_author(player),
        "description": market.bio(player),
        "indexedAt": "2024-02-08T17:32:25.044Z",
        "createdAt": "2023-07-01T09:00:00.000Z",
        "followersCount": market.follower_count(player),
        "followsCount": 80,
        "postsCount": len(market.posts(player)),
    }


def feed_entry(market: Market, post: MarketPost, base: str) -> Json:
    """``app.bsky.feed.defs#feedViewPost``; a repost carries a post of somebody outside the market.

    Pictures lie at ``base``.
    """
    if post.role != Role.REPOST:
        return {"post": post_view(market, post, base)}
    stranger = {"did": did("beanpaper.example"), "handle": "beanpaper.example", "displayName": "Bean Paper"}
    view = post_view(market, post, base)
    earlier = _iso(post.published_at - timedelta(hours=1))
    view |= {
        "uri": f"at://{stranger['did']}/app.bsky.feed.post/{post.record_key}",
        "author": stranger,
        "indexedAt": earlier,
        "record": {**view["record"], "createdAt": earlier},
    }
    return {
        "post": view,
        "reason": {
            "$type": "app.bsky.feed.defs#reasonRepost",
            "by": _author(post.player),
            "indexedAt": _iso(post.published_at),
        },
    }


def post_view(market: Market, post: MarketPost, base: str) -> Json:
    """``app.bsky.feed.defs#postView``."""
    likes, comments, shares = post.counts(market.now)
    text, facets = _text(post)
    record: Json = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": _iso(post.published_at),
        "langs": ["en"],
        "facets": facets,
    }
    if post.role == Role.REPLY:
        parent = {"uri": f"at://{did('guest.example')}/app.bsky.feed.post/{post.record_key}", "cid": "bafyparent"}
        record["reply"] = {"root": parent, "parent": parent}
    view: Json = {
        "uri": post.at_uri,
        "cid": f"bafy{post.record_key}",
        "author": _author(post.player),
        "record": record,
        "replyCount": comments,
        "repostCount": shares,
        "likeCount": likes,
        "quoteCount": 0,
        "bookmarkCount": 0,
        "indexedAt": _iso(post.published_at + timedelta(seconds=1)),
        "labels": [],
    }
    embed = _embed(post, base)
    if embed:
        view["embed"] = embed
    return view


def thread(market: Market, post: MarketPost, base: str) -> Json:
    """``app.bsky.feed.defs#threadViewPost``: the post and what stands below it; guests have no names."""

    def below(key: str, at: datetime, author: str, replies: list[Json]) -> Json:
        view = {
            "uri": f"at://{author}/app.bsky.feed.post/{key}",
            "author": {"did": author, "handle": "guest.example"},
            "record": {"$type": "app.bsky.feed.post", "text": "…", "createdAt": _iso(at)},
            "replyCount": len(replies),
            "indexedAt": _iso(at),
        }
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": view, "replies": replies}

    own, guest, found = did(post.player.handle), did("guest.example"), []
    for number, each in enumerate(exchanges(market, post)):
        key = f"{post.record_key}{number}"
        answers = [below(f"{key}a", each.answered_at, own, [])] if each.answered_at is not None else []
        found.append(below(key, each.at, guest, answers))
    view = post_view(market, post, base)
    return {"$type": "app.bsky.feed.defs#threadViewPost", "post": view, "replies": found}


def _author(player: Player) -> Json:
    return {
        "did": did(player.handle),
        "handle": player.handle,
        "displayName": player.company,
        "avatar": f"https://images.example/{player.handle}.png",
    }


def _text(post: MarketPost) -> tuple[str, list[Json]]:
    text, facets = post.text, []
    if post.link:
        text, facet = _append(text, post.link, {"$type": "app.bsky.richtext.facet#link", "uri": post.link})
        facets.append(facet)
    for tag in post.hashtags:
        text, facet = _append(text, f"#{tag}", {"$type": "app.bsky.richtext.facet#tag", "tag": tag})
        facets.append(facet)
    return text, facets


def _append(text: str, piece: str, feature: Json) -> tuple[str, Json]:
    start = len(f"{text} ".encode())
    span = {"byteStart": start, "byteEnd": start + len(piece.encode())}
    return f"{text} {piece}", {"index": span, "features": [feature]}


def _embed(post: MarketPost, base: str) -> Json | None:
    base = f"{base}/media/{post.record_key}"
    if post.format in (Format.IMAGE, Format.CAROUSEL):
        images = [
            {
                "thumb": f"{base}-{index}-small.png",
                "fullsize": f"{base}-{index}.png",
                "alt": f"Picture {index + 1}" if index % 2 == 0 else "",
                "aspectRatio": {"width": width, "height": height},
            }
            for index, (width, height) in enumerate(post.image_sizes)
        ]
        return {"$type": "app.bsky.embed.images#view", "images": images}
    if post.format == Format.VIDEO:
        width, height = post.image_sizes[0]
        return {
            "$type": "app.bsky.embed.video#view",
            "cid": f"bafyvideo{post.record_key}",
            "playlist": f"{base}/playlist.m3u8",
            "thumbnail": f"{base}-video.png",
            "aspectRatio": {"width": width, "height": height},
        }
    if post.link:
        return {
            "$type": "app.bsky.embed.external#view",
            "external": {"uri": post.link, "title": post.title, "description": post.text},
        }
    return None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
