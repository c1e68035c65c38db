"""Links whose visits can be counted by slot."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def tracked_link(address: str, *, platform: str, plan: str, slot_id: str) -> str:
    """``address`` with the four marks that analytics read, lower case (they compare case-sensitively).

    Marks that it bears already are replaced; the rest of its query stays as it is.
    """
    parts = urlsplit(address)
    kept = [pair for pair in parts.query.split("&") if pair and not pair.lower().startswith("utm_")]
    marks = urlencode(
        {"utm_source": platform, "utm_medium": "social", "utm_campaign": plan, "utm_content": slot_id}
    ).lower()
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", "&".join([*kept, marks]), parts.fragment))


def slot_of(address: str) -> str | None:
    """The slot id in a tracked link."""
    try:
        return dict(parse_qsl(urlsplit(address).query.lower())).get("utm_content")
    except ValueError:
        return None


def is_web_link(address: str) -> bool:
    """Whether it is an http(s) address with a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
