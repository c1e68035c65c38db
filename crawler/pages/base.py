"""What every page object is: a pure reading of one HTTP response.

The style is web-poet's (inputs → one ``@field`` a column → item). A page object has no clock, no network, no Scrapy:
the moment of fetching and the configured base addresses come in with the :class:`Capture`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from attrs import field, frozen
from web_poet import HttpResponse

from crawler.items import NextRequest, Outcome, Platform, Post, PostList, Reason, RequestKind, Thread


@frozen(kw_only=True)
class Access:
    """That the user holds a credential for this platform's official interface. The credential itself never comes here:
    the engine adds it to requests that go to the configured API address, and to no other."""

    as_account: str | None = None
    """Id of the user's own account on whose behalf is asked, where the interface wants it in the path (Instagram)."""
    page_size: int | None = None
    """At most so many posts an answer, when the budget left asks for less than the platform's best page."""


@frozen(kw_only=True)
class AccountRef:
    """The account on whose behalf a page was asked for; absent when a saved page is imported."""

    platform: Platform
    host: str
    """``name[:port]`` of the home server or site; ``""`` for one-address networks."""
    handle: str
    """As in the configured link, without a leading ``@``; for a site its host and path."""
    url: str
    """The configured link, canonical; also the ``account_key`` of landing records."""
    native_account_id: str | None = None
    """DID, channel id, numeric id, when already known."""
    software: str | None = None
    """What its server runs, when already known."""
    access: Access | None = None
    """``None``: no credential; then only public pages may be asked for."""


@frozen(kw_only=True)
class Capture:
    """What is known about a response besides the response itself."""

    fetched_at: datetime
    """Time-zone aware, UTC."""
    account: AccountRef | None = None
    base_urls: Mapping[str, str] = field(factory=dict)
    """Platform → configured API address, no trailing slash (``{"bluesky": "http://127.0.0.1:8001"}``);
    ``<platform>.site`` → where its public pages live (``{"instagram.site": "https://www.instagram.com"}``)."""
    listed: Post | None = None
    """The post as the listing gave it, when this response is the page of that post: the page fills what the listing
    lacks and keeps its ``native_id``, so that a feed and a page never make two posts, or two contents, of one."""
    listing: tuple[Post, ...] = ()
    """All posts of the page that proposed this request, in its order, when the request completes them
    (``RequestKind.COUNTS``)."""
    asked_as: RequestKind | None = None
    """What the request expected. Nothing but its address spoke for a ``CANDIDATE``: it is a post only if it says so
    itself. A ``POST`` that no listing gave has an address like the account's other posts: it is one if it has a date.
    Only what was asked as ``PROFILE`` says who the account is."""
    since: datetime | None = None
    """Nothing that was published, or last changed, before is wanted."""
    sitemaps: tuple[str, ...] = ()
    """Sitemaps that robots.txt of the answering host names."""
    open_page: str | None = None
    """The page that a browser showed while it asked for this, as a recording says it: whose list an answer without a
    name goes on with."""
    thread: Thread | None = None
    """What earlier answers showed of the same comments (``RequestKind.REPLIES``)."""


class PageProblem(Exception):  # noqa: N818 — a wall is news, not an error
    """The page is not what it should be: a wall, a removed account, a changed layout.

    Attributes: ``outcome`` and ``reason`` as in the visit they lead to, ``message`` one sentence for a person,
    ``pause_until`` (time-zone aware) before which the door must not be asked again, for anybody.
    """

    def __init__(
        self, outcome: Outcome, message: str, reason: Reason | None = None, *, pause_until: datetime | None = None
    ) -> None:
        super().__init__(outcome, message, reason)
        self.outcome = outcome
        self.message = message
        self.reason = reason
        self.pause_until = pause_until

    def __str__(self) -> str:
        return self.message


class PostSearch(Protocol):
    """Chooses among pages that may be posts, and learns from what each turned out to be. Pure: the visit asks."""

    @property
    def is_cut(self) -> bool:
        """There was more than one visit may look at."""

    @property
    def expected_count(self) -> int:
        """Pages that would be handed out if each turned out to be a post."""

    def show(self, urls: Iterable[str]) -> None:
        """Posts that came by another way, or are known: never handed out, and patterns for the others."""

    def leave_out(self, urls: Iterable[str]) -> None:
        """Pages that earlier visits looked at."""

    def add(self, candidates: Iterable[NextRequest]) -> None:
        """Pages to choose from."""

    def next(self) -> NextRequest | None:
        """The next page to ask for; ``None`` when nothing is left that is worth it."""

    def tell(
        self, request: NextRequest, *, is_post: bool, published_at: datetime | None, same_as: Sequence[str] = ()
    ) -> None:
        """What ``request`` turned out to be; ``same_as``: other addresses of the same piece."""


class PlatformPage(ABC):
    """One kind of page of one platform."""

    platform: ClassVar[Platform]
    examples: ClassVar[tuple[str, ...]]
    """URLs that belong to this class and to no other; a test proves it."""
    is_last_resort: ClassVar[bool] = False
    """Takes what no other class knows (any web page). The router asks these after all others."""

    def __init__(self, response: HttpResponse, capture: Capture) -> None:
        self.response = response
        self.capture = capture

    @classmethod
    @abstractmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        """Whether this class reads such a response.

        ``head`` is the first 4,096 bytes of the decoded body, or ``b""`` when only the URL is known (routing an
        example): then the URL's shape decides. Looks at path and content, never at the host alone.
        """

    @abstractmethod
    def read(self) -> PostList:
        """Everything on the page.

        Raises :class:`PageProblem` for walls, missing accounts and a payload that is not there. Never raises anything
        else for any bytes.
        """
