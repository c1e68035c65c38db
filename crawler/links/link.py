"""What a link is in the end: one account, or one post; else a mistake, in one sentence."""

from __future__ import annotations

from attrs import frozen

from crawler.items import Platform
from crawler.platforms import sight


class LinkError(ValueError):
    """A link that names no account. ``message`` is one sentence; ``suggestion`` a link that would do, or ``None``."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        # parts of what was pasted are in it, and a paste may hold anything
        self.message = "".join(char for char in message if char.isprintable())
        super().__init__(self.message)
        self.suggestion = suggestion


@frozen(kw_only=True)
class Link:
    """One account, as the link to it says."""

    platform: Platform
    host: str
    """``name[:port]`` of the home server or site; ``""`` for networks with one address."""
    handle: str
    """Without a leading ``@``; for a site its host and path."""
    url: str
    """The canonical link."""
    native_account_id: str | None = None
    """Where the link itself carries it (a DID, a channel id)."""
    note: str = ""
    """What was understood differently from what was pasted; ``""`` when nothing."""

    @property
    def account_key(self) -> str:
        """What landing records join on: the canonical link."""
        return self.url

    @property
    def sight(self) -> str:
        """One sentence: what we will be able to see there."""
        return sight(self.platform)

    @property
    def identity(self) -> tuple[str, str, str]:
        """Two links with the same identity are the same account."""
        return self.platform.value, self.host, self.handle.lower()

    def covers(self, other: Link) -> bool:
        """Whether ``other`` is this account, or part of this site, whatever software its server is taken for."""
        if self.native_account_id and self.native_account_id == other.native_account_id:
            return self.platform == other.platform
        mine, theirs = self.handle.lower(), other.handle.lower()
        if self.platform == other.platform == Platform.WEB:
            return self.host == other.host and (mine == theirs or theirs.startswith(f"{mine}/"))
        if self.host:
            return (self.host, mine) == (other.host, theirs)
        return self.identity == other.identity


@frozen(kw_only=True)
class PostLink:
    """One post, as the link to it says."""

    platform: Platform
    host: str
    native_id: str
    url: str
    handle: str | None = None
    """Whose post, where the link says so."""
