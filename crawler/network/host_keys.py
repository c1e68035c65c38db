"""Which host an address belongs to, as delays, budgets, errors and connections name it."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """``name[:port]`` of an http(s) address: what delays, budgets and errors are counted for.

    Lower case, no trailing dot, default port dropped, so that http and https of one name share one turn. Raises
    :class:`ValueError` when there is no host or the port is no number.
    """
    parts = urlsplit(url)
    name, port = host_name(parts), parts.port
    shown = f"[{name}]" if ":" in name else name
    return shown if port is None or port in DEFAULT_PORTS.values() else f"{shown}:{port}"


def address_of(url: str) -> tuple[str, int]:
    """Name and port that a request to ``url`` connects to."""
    parts = urlsplit(url)
    return host_name(parts), parts.port or DEFAULT_PORTS[parts.scheme]


def host_name(parts: SplitResult) -> str:
    """Lower case, no trailing dot. Raises :class:`ValueError` when there is none."""
    name = (parts.hostname or "").rstrip(".")
    if not name:
        raise ValueError("an address without a host")
    return name
