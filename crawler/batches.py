"""What a spider hands to the pipelines: everything of one page, or of one visit's end, at once.

A batch is written as a whole or not at all, so that a crawl that is killed never leaves half a page.
"""

from __future__ import annotations

from datetime import datetime

from attrs import define, frozen

from crawler.items import Visit
from crawler.landing import Envelope, encode_line


@define(kw_only=True)
class PageBatch:
    """One answered request."""

    envelope: Envelope
    url: str
    status: int
    outcome: str
    """``complete`` when the page was read whole, else the outcome it would give a visit alone."""
    byte_count: int
    post_count: int = 0
    lines: bytes = b""
    """Landing lines of everything on the page."""
    record: bytes = b""
    """The WARC record; empty for an answer without a body of its own (304)."""
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    parser_version: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None

    def page_line(self) -> bytes:
        """The ``page`` landing record."""
        fields = {
            "url": self.url,
            "fetched_at": self.envelope.observed_at,
            "status": self.status,
            "sha256": self.sha256,
            "warc_file": self.warc_file,
            "warc_offset": self.warc_offset,
            "etag": self.etag,
            "last_modified": self.last_modified,
            "parser_version": self.parser_version,
            "outcome": self.outcome,
        }
        return encode_line(self.envelope.record("page", fields))


@frozen(kw_only=True)
class LinesBatch:
    """Landing lines that no answer of their own brought: a feed's entry whose page could not be had."""

    envelope: Envelope
    lines: bytes


@frozen(kw_only=True)
class VisitBatch:
    """The end of one visit."""

    envelope: Envelope
    visit: Visit
    finished_at: datetime
