"""The landing records of one imported file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import define, field, frozen

from crawler.account_list import company_of
from crawler.importing.account_book import AccountBook
from crawler.importing.outcome import ImportedFile, ImportProblem
from crawler.items import PostList
from crawler.landing import Envelope, LandingWriter, encode_line, items_lines
from crawler.links import Link

LATER = timedelta(days=1)
"""A post cannot be younger than its observation, nor that than now; clocks and zones may differ by this much."""


def saved_moment(path: Path, now: datetime) -> datetime:
    """When a file was last written: when its posts were observed, if nothing in it says so."""
    return min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)


@frozen(kw_only=True)
class Owner:
    """Whose posts some items are."""

    link: Link
    is_listed: bool
    company: str | None = None
    is_own: bool = False


@define(kw_only=True)
class LandingFile:
    """Takes what was understood of one file."""

    writer: LandingWriter
    result: ImportedFile
    book: AccountBook
    now: datetime
    problems: list[ImportProblem]
    _posts: set[int] = field(factory=set)
    """Hashes, so that an archive of a million posts needs some megabytes and not some hundred."""
    _announced: set[str] = field(factory=set)

    def items(self, items: PostList, owner: Owner, observed_at: datetime) -> None:
        link = owner.link
        if self.book.is_excluded(link):
            self.result.excluded_count += len(items.posts)
            return
        if not owner.is_listed:
            self._announce(owner, observed_at)
        self.writer.write(items_lines(items, self._envelope(link, observed_at)))
        for post in items.posts:
            key = hash((link.account_key, post.native_id))
            if key not in self._posts:
                self._posts.add(key)
                self.result.accounts[link.account_key] = self.result.accounts.get(link.account_key, 0) + 1
                self.result.post_count += 1

    def say(self, where: str, message: str) -> None:
        """Something was not understood; ``where`` is inside the file (``line 7``, ``entry 12``, ``""``)."""
        place = f"{self.result.name}:{where}" if where.isdigit() else f"{self.result.name} {where}".strip()
        self.problems.append(ImportProblem(where=place, message=message))
        self.result.problem_count += 1

    def say_of_rows(self, said: Sequence[tuple[int, str]]) -> None:
        """Line and sentence of rows that were not understood; the same fault of many rows is said once."""
        by_message: dict[str, list[int]] = {}
        for line, message in said:
            by_message.setdefault(message, []).append(line)
        for message, lines in sorted(by_message.items(), key=lambda each: each[1][0]):
            more = f" (and {len(lines) - 1:,} more rows)" if len(lines) > 1 else ""
            self.say(str(lines[0]), f"{message}{more}")

    def _announce(self, owner: Owner, observed_at: datetime) -> None:
        """Write the ``account`` record of an account that the list does not have, once a file."""
        link = owner.link
        if link.account_key in self._announced:
            return
        self._announced.add(link.account_key)
        said = {
            "company": owner.company or company_of(link),
            "is_own": owner.is_own,
            "handle": link.handle,
            "url": link.url,
            "native_account_id": link.native_account_id,
        }
        self.writer.write(encode_line(self._envelope(link, observed_at).record("account", said)))

    def _envelope(self, link: Link, observed_at: datetime) -> Envelope:
        return Envelope(
            crawl_id=self.result.crawl_id,
            observed_at=observed_at,
            source="import",
            account_key=link.account_key,
            platform=link.platform,
            host=link.host,
        )
