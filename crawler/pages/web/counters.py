"""The counters of a post's node, in all their spellings: never those of its author, its comments or another post.

FollowAction, SubscribeAction and WriteAction count an author's readers and writings. They have no place in the table
below, and neither have nodes inside the post's node: only its own properties are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from crawler.items import Metrics, MissingReason
from crawler.reading.counts import read_count
from crawler.reading.interactions import action_of
from crawler.reading.jsonld import JsonLd, Node, types, values

COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")
_ACTIONS = {
    "likeaction": "like_count", "commentaction": "comment_count", "replyaction": "comment_count",
    "shareaction": "share_count", "watchaction": "view_count", "viewaction": "view_count", "readaction": "view_count",
    "listenaction": "view_count", "bookmarkaction": "save_count",
    # the legacy interactionCount: "UserComments:12"
    "usercomments": "comment_count", "userlikes": "like_count", "userplays": "view_count",
    "userpagevisits": "view_count", "userdownloads": "", "userblocks": "", "usercheckins": "",
    "usertweets": "share_count", "userplusones": "like_count",
}  # fmt: skip


@frozen(kw_only=True)
class Counters:
    """Counts by the names of :class:`crawler.items.Metrics`."""

    counts: Mapping[str, int] = field(factory=dict)
    rounded: Mapping[str, int] = field(factory=dict)
    reactions: Mapping[str, int] = field(factory=dict)


def read_counters(node: Node, jsonld: JsonLd) -> Counters:
    """What the node itself counts: ``interactionStatistic``, ``interactionCount``, ``commentCount`` and the like."""
    counts: dict[str, int] = {}
    rounded: dict[str, int] = {}
    reactions: dict[str, int] = {}

    def note(name: str, said: object) -> None:
        count = read_count(said.strip() if isinstance(said, str) else said)
        if name and count is not None and name not in counts:
            counts[name] = count.value
            if count.rounded is not None:
                rounded[name] = count.rounded

    for value in values(node, "interactionstatistic"):
        counter = jsonld.resolve(value)
        if isinstance(counter, Mapping):
            action = action_of(counter)
            said = next(iter(values(counter, "userinteractioncount", "interactioncount")), None)
            if action == "dislikeaction" and (count := read_count(said)) is not None:
                reactions["dislike"] = count.value
            note(_ACTIONS.get(action, ""), said)
    for value in values(node, "interactioncount"):
        kind, colon, said = str(value).rpartition(":")
        name = _ACTIONS.get(kind.rpartition("/")[2].strip().lower(), "")
        note(name if colon else "view_count" if "videoobject" in types(node) else "", said.strip())
    note("comment_count", next(iter(values(node, "commentcount", "num_replies")), None))
    note("like_count", next(iter(values(node, "upvotecount")), None))
    note("comment_count", next(iter(values(node, "answercount")), None))
    if reactions and "like_count" in counts:
        reactions = {"like": counts["like_count"], **reactions}
    return Counters(counts=counts, rounded=rounded, reactions=reactions)


def metrics_of(stated: Iterable[tuple[str, Counters]]) -> tuple[Metrics | None, dict[str, str]]:
    """Each count from the first source that states it, and which source that was; ``None`` when nothing is counted."""
    counts: dict[str, int] = {}
    rounded: dict[str, int] = {}
    reactions: dict[str, int] = {}
    sources: dict[str, str] = {}
    for source, counters in stated:
        for name, value in counters.counts.items():
            if name not in counts:
                counts[name] = value
                sources[name] = source
                if name in counters.rounded:
                    rounded[name] = counters.rounded[name]
        reactions = reactions or dict(counters.reactions)
    if not counts:
        return None, {}
    return Metrics(**counts, reactions=reactions, missing=not_public(counts), rounded=rounded), sources


def not_public(counts: Iterable[str]) -> dict[str, MissingReason]:
    """The reason of every count that is not among ``counts``: a page that shows one number does not show the others."""
    known = frozenset(counts)
    return {name: MissingReason.NOT_PUBLIC for name in COUNTS if name not in known}
