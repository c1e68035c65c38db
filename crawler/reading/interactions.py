"""schema.org's InteractionCounter as pages write it, in JSON-LD and in microdata.

``interactionType`` is ``LikeAction``, ``http(s)://schema.org/LikeAction`` or ``{"@type": "LikeAction"}``; the number
is ``userInteractionCount`` or, on some pages, ``InteractionCount``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.reading.jsonld import Node, types, values


def interactions(node: Node, *, of_agent: bool = False) -> dict[str, object]:
    """Action (``likeaction``) → what ``node`` itself states of it, of several counters the first.

    Never counters of other nodes inside it (its author's, its comments'). ``of_agent``: what the account did rather
    than what was done to it.
    """
    found: dict[str, object] = {}
    for counter in values(node, "agentinteractionstatistic" if of_agent else "interactionstatistic"):
        if isinstance(counter, Mapping) and (action := action_of(counter)):
            found.setdefault(action, next(iter(values(counter, "userinteractioncount", "interactioncount")), None))
    return found


def action_of(counter: Node) -> str:
    """The action that a counter counts, lower case, without its vocabulary; ``""`` when it names none."""
    for value in values(counter, "interactiontype"):
        said: object = value
        if isinstance(value, Mapping):
            kinds = types(value)
            said = next(iter(sorted(kinds)), value.get("@id"))
        if isinstance(said, str):
            return re.split(r"[/#:]", said.rstrip("/"))[-1].strip().lower()
    return ""
