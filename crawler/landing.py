"""Landing files: append-only JSON lines, one record an observation (docs/data-flow.md, "Landing records").

A segment is ``<worker>-0001.jsonl.part`` while it grows and ``.jsonl`` when it is whole. Whoever is killed loses at
most the batch being written: every batch goes to the file in one write.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
from attrs import asdict, field, fields, frozen

from crawler.items import Absence, Media, Metrics, Post, PostList, Profile, Replies, SitePage, Statement, Visit

Record = Mapping[str, Any]


class LandingError(Exception):
    """A segment could not be written; one sentence with the file's name. Nothing written before is lost."""


@frozen(kw_only=True)
class Envelope:
    """What every record about an account carries: who observed it, when, and whose page it was."""

    crawl_id: str
    observed_at: datetime
    """Time-zone aware."""
    source: str = "crawl"
    """``crawl``, ``import`` or ``reparse``."""
    account_key: str
    platform: str
    host: str = ""

    @cached_property
    def _fields(self) -> dict[str, str]:
        return {
            "crawl_id": self.crawl_id,
            "observed_at": utc_text(self.observed_at),
            "source": self.source,
            "account_key": self.account_key,
            "platform": self.platform,
            "host": self.host,
        }

    def record(self, kind: str, rest: Record) -> dict[str, Any]:
        return {"record": kind, **self._fields, **rest}


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with ``Z``. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone cannot be landed: {moment.isoformat()}")
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, Media):
        return {name: item for name in _MEDIA if (item := getattr(value, name)) is not None}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Statement):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} cannot be landed")


_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATETIME
_encode_slowly = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def encode_line(record: Record) -> bytes:
    """One line of UTF-8 JSON, newline included; fields that are ``None`` are left out, lone surrogates become ``?``.

    Raises ValueError for a moment without a zone.
    """
    return _encode({name: value for name, value in record.items() if value is not None})


def _encode(present: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(present, _plain, _OPTIONS)
    except orjson.JSONEncodeError as error:
        if isinstance(error.__cause__, ValueError):
            raise error.__cause__ from None
        # strings that are no Unicode, integers beyond 64 bits
        return _encode_slowly(present).encode("utf-8", "replace") + b"\n"


def _names(item: type[Any], *without: str) -> tuple[str, ...]:
    return tuple(each.name for each in fields(item) if each.name not in without)


_MEDIA = _names(Media)
_POST = _names(Post, "platform", "host", "metrics")
_METRICS = _names(Metrics)
_PROFILE = _names(Profile, "platform", "host")
_ABSENCE = _names(Absence, "platform", "host")
_REPLIES = _names(Replies, "platform", "host")
_SITE_PAGE = _names(SitePage, "host")


def post_lines(post: Post, envelope: Envelope) -> bytes:
    """The ``post`` record, and its ``metrics`` record when the page stated any counts."""
    return _item_line("post", post, _stated(post, _POST), envelope) + metrics_line(post, envelope)


def metrics_line(post: Post, envelope: Envelope) -> bytes:
    """The ``metrics`` record; nothing when the page stated no counts of any kind."""
    if post.metrics is None:
        return b""
    return _item_line("metrics", post, {"native_id": post.native_id, **_stated(post.metrics, _METRICS)}, envelope)


def counts_under(native_id: str, lines: bytes) -> bytes:
    """Of a post's lines the ``metrics`` record, under another id of that post; nothing when it holds no count."""
    records = [record for line in lines.splitlines() if (record := json.loads(line))["record"] == "metrics"]
    kept = [record for record in records if any(name.endswith("_count") for name in record)]
    return b"".join(_encode({**record, "native_id": native_id}) for record in kept)


def profile_line(profile: Profile, envelope: Envelope) -> bytes:
    return _item_line("profile", profile, _stated(profile, _PROFILE), envelope)


def absence_line(absence: Absence, envelope: Envelope) -> bytes:
    return _item_line("absence", absence, _stated(absence, _ABSENCE), envelope)


def replies_line(replies: Replies, envelope: Envelope) -> bytes:
    """The ``replies`` record: how the account answered the comments under one post."""
    return _item_line("replies", replies, _stated(replies, _REPLIES), envelope)


def site_line(page: SitePage, envelope: Envelope) -> bytes:
    """The ``site`` record; what is empty on the page is left out."""
    stated = {name: value for name, value in _stated(page, _SITE_PAGE).items() if value}
    return encode_line(envelope.record("site", {**stated, "host": page.host}))


def link_line(url: str, answer: Record, envelope: Envelope) -> bytes:
    """The ``link`` record: what came of asking for one link of an own profile, post or page."""
    return encode_line(envelope.record("link", {"url": url, **answer}))


def label_line(native_id: str, post_type: str | None, tags: Sequence[str], envelope: Envelope) -> bytes:
    """The ``label`` record: all that a person says of one post from now on."""
    return encode_line(envelope.record("label", {"native_id": native_id, "post_type": post_type, "tags": list(tags)}))


def own_line(kind: str, stated: Record, *, crawl_id: str, observed_at: datetime) -> bytes:
    """A record about no account: a planned ``slot``, an ``experiment`` that slots are part of, an ``outcome``, a
    ``delivery``."""
    head = {"record": kind, "crawl_id": crawl_id, "observed_at": utc_text(observed_at), "source": "import"}
    return encode_line({**head, **stated})


def acceptance_line(envelope: Envelope) -> bytes:
    """The ``acceptance`` record: all that was seen of this account until now is right."""
    return encode_line(envelope.record("acceptance", {}))


def visit_line(visit: Visit, envelope: Envelope) -> bytes:
    return encode_line(envelope.record("visit", asdict(visit)))


def items_lines(items: PostList, envelope: Envelope) -> bytes:
    """All records of one page: profile, posts with their metrics, absences, answered comments,
    share-readiness."""
    lines = [profile_line(items.profile, envelope)] if items.profile is not None else []
    lines += [post_lines(post, envelope) for post in items.posts]
    lines += [absence_line(absence, envelope) for absence in items.absences]
    lines += [replies_line(replies, envelope) for replies in items.replies]
    lines += [site_line(page, envelope) for page in items.site_pages]
    return b"".join(lines)


def _stated(item: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(item, name)) is not None}


def _item_line(
    kind: str, item: Post | Profile | Absence | Replies, stated: dict[str, Any], envelope: Envelope
) -> bytes:
    record = envelope.record(kind, stated)
    # an item knows its home server better than the account that led to it
    record["platform"], record["host"] = item.platform, item.host
    return _encode(record)


@frozen(kw_only=True)
class CrawlRecord:
    """The ``crawl`` record, written at the start and again at the end."""

    crawl_id: str
    observed_at: datetime
    kind: str = "crawl"
    """``crawl`` or ``import``."""
    source: str = "crawl"
    version: str
    machine: str
    request_count: int = 0
    byte_count: int = 0
    outcome_counts: Mapping[str, int] = field(factory=dict)
    started_at: datetime
    finished_at: datetime | None = None

    def line(self) -> bytes:
        return encode_line({"record": "crawl", **asdict(self)})


class LandingWriter:
    """Writes one worker's segments of one crawl; a context manager.

    A segment is renamed after ``max_records`` records or ``max_age_seconds`` seconds, whichever comes first (the age is
    looked at by :meth:`write` and :meth:`rotate_if_old`), and is fsynced before that. Batches are never split over
    segments. Raises LandingError when the disk does not take a batch; the segment then ends before that batch.
    """

    def __init__(
        self,
        landing_dir: Path,
        crawl_id: str,
        worker: str = "crawl",
        *,
        max_records: int = 1_000,
        max_age_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = landing_dir / crawl_id
        self._worker = worker
        self._max_records = max_records
        self._max_age = max_age_seconds
        self._clock = clock
        self._number = 0
        self._path: Path | None = None
        self._file = -1
        self._size = 0
        self._records = 0
        self._opened_at = 0.0
        self.record_count = 0

    def write(self, lines: bytes) -> None:
        """Append one batch of whole lines."""
        if not lines:
            return
        if self._path is None:
            self._open()
        try:
            self._append(lines)
        except OSError as error:
            os.ftruncate(self._file, self._size)
            raise LandingError(
                f"{self._path} cannot be written: {error.strerror}. Free some space and crawl again."
            ) from error
        self._size += len(lines)
        self._records += lines.count(b"\n")
        self.record_count += lines.count(b"\n")
        if self._records >= self._max_records:
            self._finish()
        else:
            self.rotate_if_old()

    def rotate_if_old(self) -> None:
        """Rename the open segment when it is older than ``max_age_seconds``."""
        if self._path is not None and self._clock() - self._opened_at >= self._max_age:
            self._finish()

    def close(self) -> None:
        if self._path is not None:
            self._finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, lines: bytes) -> None:
        view = memoryview(lines)
        while view:
            view = view[os.write(self._file, view) :]

    def _open(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in self._free_names():
                try:
                    self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
                except FileExistsError:
                    continue
                self._path = path
                break
        except OSError as error:
            raise LandingError(f"{self.folder} cannot be written: {error.strerror}.") from error
        self._size = self._records = 0
        self._opened_at = self._clock()

    def _free_names(self) -> Iterator[Path]:
        while True:
            self._number += 1
            whole = self.folder / f"{self._worker}-{self._number:04d}.jsonl"
            if not whole.exists():
                yield whole.with_name(whole.name + ".part")

    def _finish(self) -> None:
        path = self._path
        if path is None:
            return
        os.fsync(self._file)
        os.close(self._file)
        path.rename(path.with_suffix(""))
        self._path, self._file = None, -1
