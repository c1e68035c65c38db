"""Which posts of an account are known, and what a visit has seen of them and of new ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from attrs import define, evolve, field

from crawler.extraction import PageReading, ReadPost
from crawler.landing import counts_under
from crawler.plan import KnownPost, PlannedAccount
from crawler.reading.urls import page_key


@define(kw_only=True)
class KnownPosts:
    """Says of a post whether it is new, due or old; :meth:`note` takes down what was seen."""

    account: PlannedAccount
    counts_stand_in_listing: bool
    """As in :class:`~crawler.visit.AccountVisit`."""
    by_id: dict[str, KnownPost] = field(init=False)
    _by_page: dict[str, KnownPost] = field(init=False)
    seen: set[str] = field(init=False, factory=set)
    """Native ids of posts seen in this visit."""
    seen_pages: set[str] = field(init=False, factory=set)
    """The same posts, as :func:`~crawler.reading.urls.page_key` has their addresses."""
    shown_urls: list[str] = field(init=False, factory=list)
    oldest_at: datetime | None = field(init=False, default=None)
    talked_about: dict[str, ReadPost] = field(init=False, factory=dict)
    """Own posts with comments that are new or due."""

    def __attrs_post_init__(self) -> None:
        self.by_id = {post.native_id: post for post in self.account.known_posts}
        self._by_page = {page_key(post.url): post for post in self.account.known_posts if post.url}

    @property
    def due(self) -> list[KnownPost]:
        """Known posts that are due and did not come by."""
        return [post for post in self.account.known_posts if post.is_due and post.native_id not in self.seen]

    def note(self, posts: Iterable[ReadPost]) -> None:
        """What was seen, in the order in which it came."""
        for post in posts:
            if post.is_own and post.comment_count and self._is_thread_wanted(post):
                self.talked_about[post.native_id] = post
            known = self.find(post.native_id, post.url)
            self.seen.add(known.native_id if known is not None else post.native_id)
            if post.url is not None and page_key(post.url) not in self.seen_pages:
                self.seen_pages.add(page_key(post.url))
                self.shown_urls.append(post.url)
            if post.published_at is not None and not post.is_pinned:
                self.oldest_at = min(self.oldest_at or post.published_at, post.published_at)

    def find(self, native_id: str | None, url: str | None) -> KnownPost | None:
        """The known post of that id, or of that page."""
        return self.by_id.get(native_id or "") or (self._by_page.get(page_key(url)) if url else None)

    def is_behind(self, post: ReadPost) -> bool:
        """Too old to be wanted, or read by a whole visit and not due."""
        if self.is_before_horizon(post.published_at):
            return True
        known = self.find(post.native_id, post.url)
        return known is not None and not known.is_due and self.was_read(post)

    def was_read(self, post: ReadPost) -> bool:
        """Whether a whole visit saw the post, and so all that is older."""
        ended = self.account.last_complete_at
        if self.find(post.native_id, post.url) is None or ended is None:
            return False
        return post.published_at is None or post.published_at <= ended

    def is_before_horizon(self, published_at: datetime | None) -> bool:
        """Older than what is collected; a post without a date is not."""
        return published_at is not None and published_at < self.account.horizon_at

    def is_wanted(self, post: ReadPost) -> bool:
        """New or due."""
        known = self.find(post.native_id, post.url)
        return known.is_due if known is not None else not self.is_before_horizon(post.published_at)

    def _is_thread_wanted(self, post: ReadPost) -> bool:
        """New, due, or seen last by a visit that was cut short, and so before its threads were looked at."""
        known = self.find(post.native_id, post.url)
        ended = self.account.last_complete_at
        return self.is_wanted(post) or (known is not None and (ended is None or known.observed_at > ended))

    def is_landed_from_listing(self, post: ReadPost) -> bool:
        """A listing's entry of a post with a page of its own says less than the page did, or will when it is due."""
        if post.listed is None:
            return True
        if post.url is not None and page_key(post.url) in self.seen_pages:
            return False
        return self.find(post.native_id, post.url) is None and self.account.last_complete_at is None

    def is_new_candidate(self, post: ReadPost, same_as: Sequence[str]) -> bool:
        """A post that nobody knows, and that none of the addresses ``same_as`` has shown in this visit."""
        if self.is_before_horizon(post.published_at) or self.find(post.native_id, post.url) is not None:
            return False
        pages = [page_key(url) for url in (post.native_id, post.url or "", *same_as) if url]
        return self.seen_pages.isdisjoint(pages)

    def is_other_spelling(self, post: ReadPost) -> bool:
        """The post is known under another address of the same page."""
        known = self.find(post.native_id, post.url)
        return known is not None and known.native_id != post.native_id

    def under_known_id(self, post: ReadPost) -> ReadPost:
        """A network that was read by another door names its posts otherwise, by a number here and an address there: the
        post that is known keeps its name and its content, and gets the counts."""
        known = self.find(post.native_id, post.url)
        if (
            known is None
            or _is_address(known.native_id) == _is_address(post.native_id)
            or not self.counts_stand_in_listing
        ):
            return post
        return evolve(post, native_id=known.native_id, lines=counts_under(known.native_id, post.lines))

    def reaches_back(self, reading: PageReading) -> bool:
        """Whether the page stands in order of time, and reaches back to the horizon, or to a post that was seen by a
        visit that reached everything: then no post is missing between this page and what is known."""
        regular = [post for post in reading.posts if not post.is_pinned and not post.is_dated_roughly]
        dates = [post.published_at for post in regular if post.published_at is not None]
        ended = self.account.last_complete_at
        if not dates:
            return ended is not None and bool(regular) and all(self.find(one.native_id, one.url) for one in regular)
        if any(later > earlier for earlier, later in pairwise(dates)):
            return False
        if self.is_before_horizon(dates[-1]):
            return True
        return ended is not None and any(
            post.published_at is not None and post.published_at <= ended and self.find(post.native_id, post.url)
            for post in regular
        )


def _is_address(native_id: str) -> bool:
    return native_id.startswith(("http://", "https://"))
