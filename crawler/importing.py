"""Posts that users bring as files: the plain CSV of posts, saved pages, HAR recordings, web archives.

Every response in a file goes to the page object that a crawl would have used, in a worker process that can be killed.
What comes out are landing records like a crawl's. The crawl id is the file's hash: the same file twice is one import.
"""

from __future__ import annotations

import csv
import hashlib
import multiprocessing
import platform as machine
import shutil
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TaskTimeoutError
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from glob import glob, has_magic
from pathlib import Path
from typing import Protocol

from attrs import define, evolve, field, frozen
from pebble import ProcessExpired, ProcessPool
from web_poet import HttpResponse

from crawler.account_list import company_of
from crawler.extraction import _start_worker, software_version
from crawler.items import Platform, Post, PostList, Precision, Profile
from crawler.landing import CrawlRecord, Envelope, LandingWriter, encode_line, items_lines
from crawler.links import Addresses, Link, LinkError, PostLink, account_link, recognise_post
from crawler.pages import page_for
from crawler.pages.base import Capture, PageProblem
from crawler.platforms import platform_named
from crawler.reading.captured import Captured, CaptureError
from crawler.reading.har import read_har
from crawler.reading.hashtags import unique, written
from crawler.reading.plain_csv import COLUMNS, CsvError, PostRow, is_posts_header, read_posts
from crawler.reading.saved_page import is_mhtml, read_saved_page
from crawler.reading.urls import site_handle
from crawler.reading.warc import read_warc

_HEAD_BYTES = 4_096
_TIMEOUT_SECONDS = 8.0
_MEMORY_BYTES = 400 * 1024 * 1024
_IN_FLIGHT = 6
"""Responses handed to the workers at once, so that an archive of any size streams."""
_PUBLISHED_LATER = timedelta(days=1)
"""A post cannot be younger than its observation; clocks and zones may differ by this much."""
_TO_THE_CLOCK = (Precision.SECOND, Precision.MINUTE)

OnFile = Callable[[Path], None]


class ListedAccount(Protocol):
    """One entry of the user's list."""

    @property
    def link(self) -> Link: ...
    @property
    def company(self) -> str: ...


@frozen(kw_only=True)
class ImportProblem:
    """Something that was not imported."""

    where: str
    """``file:line``, ``file entry 12`` or ``file``."""
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@define(kw_only=True)
class ImportedFile:
    """What one file gave."""

    path: Path
    kind: str
    """``csv``, ``page``, ``har`` or ``warc``."""
    crawl_id: str
    is_repeated: bool = False
    """This very file was imported before; nothing was written."""
    entry_count: int = 0
    """Rows of a CSV, responses of an archive."""
    understood_count: int = 0
    post_count: int = 0
    """Distinct posts."""
    accounts: dict[str, int] = field(factory=dict)
    """Account link → distinct posts."""
    left_out: Counter[str] = field(factory=Counter)
    """Why → entries that are no posts of anybody (pictures, scripts, pages without a reader)."""
    notes: list[str] = field(factory=list)


@frozen(kw_only=True)
class ImportReport:
    """What an import brought."""

    files: tuple[ImportedFile, ...]
    problems: tuple[ImportProblem, ...]

    @property
    def post_count(self) -> int:
        """Distinct posts a file, over the files that are new."""
        return sum(file.post_count for file in self.files)


def write_template(path: Path) -> None:
    """Write an empty CSV of posts. Raises FileExistsError when there is something at ``path``."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(COLUMNS)


def import_paths(
    paths: Sequence[str | Path],
    landing_dir: Path,
    *,
    accounts: Iterable[ListedAccount] = (),
    config: Addresses | None = None,
    now: datetime,
    on_file: OnFile | None = None,
) -> ImportReport:
    """Import files, folders and globs into ``landing_dir``; what cannot be read is a problem, and the others go on.

    Posts of accounts on the list are attached to them; for others an ``account`` record is written. Raises
    :class:`crawler.landing.LandingError` when the disk does not take it.
    """
    files: list[ImportedFile] = []
    problems: list[ImportProblem] = []
    with ExitStack() as stack:
        reader = _Reader(config.base_urls if config else {}, stack)
        for path in _files(paths, problems):
            if on_file is not None:
                on_file(path)
            book = _AccountBook(accounts, config)
            try:
                files.append(_import_file(path, landing_dir, book, reader, now, problems))
            except (CsvError, CaptureError) as error:
                problems.append(ImportProblem(where=path.name, message=str(error)))
            except OSError as error:
                problems.append(ImportProblem(where=str(path), message=f"cannot be read: {error.strerror}"))
    return ImportReport(files=tuple(files), problems=tuple(problems))


# ---------------------------------------------------------------- which files, and what they are


def _files(paths: Sequence[str | Path], problems: list[ImportProblem]) -> Iterator[Path]:
    for given in paths:
        path = Path(given).expanduser()
        if path.is_dir():
            found = [each for each in sorted(path.rglob("*")) if each.is_file() and not _is_side_file(each, path)]
        elif path.exists():
            found = [path]
        else:
            matches = glob(str(path), recursive=True) if has_magic(str(path)) else []  # noqa: PTH207 - may be absolute
            found = [Path(each) for each in sorted(matches)]
            found = [each for each in found if each.is_file()]
        if not found:
            what = "is an empty folder" if path.is_dir() else "does not exist; check the spelling"
            problems.append(ImportProblem(where=str(given), message=what))
        yield from found


def _is_side_file(path: Path, root: Path) -> bool:
    inside = path.relative_to(root).parts
    return any(part.startswith(".") for part in inside) or any(part.endswith("_files") for part in inside[:-1])


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head[:2] == b"\x1f\x8b":
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 100)
        except zlib.error:
            head = b""
        if not head.startswith(b"WARC/"):
            raise CaptureError("is compressed, but no web archive; unpack it first")
    if head.startswith(b"WARC/") or (head[:4] == b"PK\x03\x04" and path.suffix.lower() in (".wacz", ".zip")):
        return "warc"
    if is_mhtml(head):
        return "page"
    text = _head_text(head)
    start = text.lstrip()[:200].lower()
    if start.startswith("{"):
        return "har"
    if start.startswith("<"):
        if start.startswith("<?xml") and "<html" not in text.lower():
            raise CaptureError("is XML, not a saved page; add the feed's address as a link instead")
        return "page"
    if is_posts_header(text) or path.suffix.lower() in (".csv", ".tsv"):
        return "csv"
    raise CaptureError(
        "is not recognised; bring the plain CSV of posts (rivalscope import --template), a saved page, a HAR or a WARC"
    )


def _head_text(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:64]:
        little = head[:2] == b"\xff\xfe" or (head[:2] != b"\xfe\xff" and head[1:2] == b"\0")
        return head[: len(head) // 2 * 2].decode("utf-16-le" if little else "utf-16-be", "replace").lstrip("\ufeff")
    return head.decode("utf-8-sig", "replace")


def _import_file(
    path: Path, landing_dir: Path, book: _AccountBook, reader: _Reader, now: datetime, problems: list[ImportProblem]
) -> ImportedFile:
    with path.open("rb") as file:
        crawl_id = f"import-{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
    kind = _kind(path)
    result = ImportedFile(path=path, kind=kind, crawl_id=crawl_id)
    if any((folder / crawl_id).exists() for folder in (landing_dir, landing_dir / "loaded")):
        result.is_repeated = True
        return result
    saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    # Written aside and moved as a whole: an import that is killed leaves nothing half done behind.
    aside = landing_dir.parent / "importing"
    shutil.rmtree(aside / crawl_id, ignore_errors=True)
    with LandingWriter(aside, crawl_id, "import") as writer:
        landing = _Landing(writer, result, book, crawl_id)
        writer.write(_crawl_record(crawl_id, now))
        if kind == "csv":
            _import_csv(path, landing, saved_at, problems)
        else:
            _import_responses(_responses(path, kind, saved_at), landing, reader, problems)
        writer.write(_crawl_record(crawl_id, now, result.entry_count))
    if result.understood_count:
        landing_dir.mkdir(parents=True, exist_ok=True)
        (aside / crawl_id).rename(landing_dir / crawl_id)
    shutil.rmtree(aside, ignore_errors=True)
    return result


def _crawl_record(crawl_id: str, now: datetime, request_count: int = 0) -> bytes:
    return CrawlRecord(
        crawl_id=crawl_id,
        observed_at=now,
        kind="import",
        source="import",
        version=software_version(),
        machine=machine.node(),
        request_count=request_count,
        started_at=now,
        finished_at=now,
    ).line()


# ---------------------------------------------------------------- whose posts they are


class _AccountBook:
    """The list, asked by what a file or page says about an account."""

    def __init__(self, accounts: Iterable[ListedAccount], config: Addresses | None) -> None:
        self._config = config
        self._known: dict[tuple[str, str, str], Link] = {}
        self._sites: dict[str, list[Link]] = {}
        for account in accounts:
            link = account.link
            self._known[link.identity] = link
            if link.platform == Platform.WEB:
                self._sites.setdefault(link.host, []).append(link)

    def find(self, platform: Platform, account: str, host: str, post_url: str | None = None) -> tuple[Link, bool]:
        """The account's link, and whether the list has it. Raises LinkError."""
        if platform == Platform.WEB and not host:
            host = account.partition("://")[2].partition("/")[0] if "://" in account else account.partition("/")[0]
        if platform == Platform.WEB and (sites := self._sites.get(host.lower().removeprefix("www."))):
            page = site_handle(post_url) if post_url else account
            inside = [link for link in sites if page == link.handle or page.startswith(link.handle + "/")]
            return max(inside or sites, key=lambda link: len(link.handle)), True
        link = account_link(platform, account, host, self._config)
        known = self._known.get(link.identity)
        return known or link, known is not None

    def post(self, url: str, platform: Platform) -> PostLink:
        """What a post's address says. Raises LinkError."""
        return recognise_post(url, self._config, platform)


@define
class _Landing:
    writer: LandingWriter
    result: ImportedFile
    book: _AccountBook
    crawl_id: str
    _posts: set[tuple[str, str]] = field(factory=set)
    _announced: set[str] = field(factory=set)

    def items(self, items: PostList, link: Link, observed_at: datetime) -> None:
        envelope = Envelope(
            crawl_id=self.crawl_id,
            observed_at=observed_at,
            source="import",
            account_key=link.account_key,
            platform=link.platform,
            host=link.host,
        )
        self.writer.write(items_lines(items, envelope))
        for post in items.posts:
            if (link.account_key, post.native_id) not in self._posts:
                self._posts.add((link.account_key, post.native_id))
                self.result.accounts[link.account_key] = self.result.accounts.get(link.account_key, 0) + 1
                self.result.post_count += 1

    def announce(self, link: Link, observed_at: datetime, company: str | None, is_own: bool | None) -> None:
        """Write the ``account`` record of an account that the list does not have, once a file."""
        if link.account_key in self._announced:
            return
        self._announced.add(link.account_key)
        envelope = Envelope(
            crawl_id=self.crawl_id,
            observed_at=observed_at,
            source="import",
            account_key=link.account_key,
            platform=link.platform,
            host=link.host,
        )
        said = {
            "company": company or company_of(link),
            "is_own": bool(is_own),
            "handle": link.handle,
            "url": link.url,
            "native_account_id": link.native_account_id,
        }
        self.writer.write(encode_line(envelope.record("account", said)))


# ---------------------------------------------------------------- the plain CSV of posts


def _import_csv(path: Path, landing: _Landing, saved_at: datetime, problems: list[ImportProblem]) -> None:
    seen: dict[tuple[str, str, datetime], int] = {}
    profiles: set[tuple[str, datetime, int]] = set()
    dateless = 0
    for row in read_posts(path):
        landing.result.entry_count += 1
        line, problem = row if isinstance(row, tuple) else (row.line, "")
        if not isinstance(row, tuple):
            try:
                observed_at = row.observed_at or saved_at
                post, link, is_listed = _post_of(row, landing.book, observed_at)
            except LinkError as error:
                problem = error.message
            else:
                key = (link.account_key, post.native_id, observed_at)
                if key in seen:
                    problem = f"the same post at the same time as line {seen[key]}; it was taken once"
        if problem or isinstance(row, tuple):
            problems.append(ImportProblem(where=f"{path.name}:{line}", message=problem))
            continue
        seen[key] = line
        dateless += row.observed_at is None
        if not is_listed:
            landing.announce(link, observed_at, row.company, row.is_own)
        items = PostList(posts=(post,), profile=_profile_of(row, link, observed_at, profiles))
        landing.items(items, link, observed_at)
        landing.result.understood_count += 1
    if dateless:
        landing.result.notes.append(
            f"{path.name}: {dateless} rows do not say when their counts were read (observed_at), so the file's own "
            f"time counts: {saved_at:%Y-%m-%d %H:%M} UTC."
        )


def _post_of(row: PostRow, book: _AccountBook, observed_at: datetime) -> tuple[Post, Link, bool]:
    platform = platform_named(row.platform)
    if platform is None:
        raise LinkError(f"platform {row.platform!r} is not known; write one of {', '.join(Platform)}")
    if row.published.at > observed_at + _PUBLISHED_LATER:
        raise LinkError(f"published_at {row.published.text} is later than it was observed; check the date")
    said = book.post(row.url, platform) if row.url else None
    link, is_listed = book.find(platform, row.account, said.host if said else "", said.url if said else None)
    post = Post(
        platform=platform,
        host=link.host,
        native_id=row.native_id or (said.native_id if said else ""),
        account=f"{link.handle}@{link.host}" if platform == Platform.MASTODON else link.handle,
        url=said.url if said else None,
        role=row.role,
        format=row.format,
        stated_post_type=row.post_type,
        title=row.title,
        text=row.text,
        published_at=row.published.at,
        published_precision=row.published.precision,
        published_text=row.published.text if row.published.precision not in _TO_THE_CLOCK else None,
        hashtags=unique(tag for _, tag in written(row.text or "")),
        metrics=row.metrics,
    )
    return post, link, is_listed


def _profile_of(
    row: PostRow, link: Link, observed_at: datetime, written: set[tuple[str, datetime, int]]
) -> Profile | None:
    if row.follower_count is None:
        return None
    key = (link.account_key, observed_at, row.follower_count.value)
    if key in written:
        return None
    written.add(key)
    rounded = {"follower_count": row.follower_count.rounded} if row.follower_count.rounded is not None else {}
    return Profile(
        platform=link.platform,
        host=link.host,
        native_account_id=link.native_account_id,
        handle=link.handle,
        url=link.url,
        follower_count=row.follower_count.value,
        rounded=rounded,
    )


# ---------------------------------------------------------------- responses out of pages and archives


@frozen(kw_only=True)
class _Unread:
    why: str
    is_problem: bool = True


def read_response(captured: Captured, base_urls: Mapping[str, str]) -> PostList | _Unread:
    """Route and read one response, as a crawl would; runs in a worker. Never raises but for want of memory."""
    content_type = captured.content_type
    try:
        found = page_for(captured.url, captured.status, content_type, captured.body[:_HEAD_BYTES])
        if found is None:
            return _Unread(why=_nature(captured), is_problem=False)
        capture = Capture(fetched_at=captured.fetched_at, base_urls=base_urls)
        response = HttpResponse(captured.url, captured.body, status=captured.status, headers=captured.headers)
        return found(response, capture).read()
    except PageProblem as problem:
        return _Unread(why=problem.message)
    except MemoryError:
        raise
    except Exception as error:
        return _Unread(why=f"{captured.url} could not be read ({type(error).__name__}: {error})")


def _nature(captured: Captured) -> str:
    if captured.status in (204, 301, 302, 303, 304, 307, 308):
        return "redirects and empty answers"
    kind = captured.content_type.partition(";")[0].partition("/")[0]
    if kind in ("image", "font", "video", "audio"):
        return "pictures, fonts and films"
    if any(word in captured.content_type for word in ("javascript", "css", "wasm", "octet-stream")):
        return "scripts and styles"
    if captured.status >= 400:
        return "error answers"
    return "answers that no platform's reader knows"


class _Reader:
    """A worker process for :func:`read_response`, started when the first response comes."""

    def __init__(self, base_urls: Mapping[str, str], stack: ExitStack) -> None:
        self._base_urls = dict(base_urls)
        self._stack = stack
        self._pool: ProcessPool | None = None

    def submit(self, captured: Captured) -> Future[PostList | _Unread]:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,  # a page takes a few milliseconds: starting a second worker costs more than it brings
                initializer=_start_worker,
                initargs=(_MEMORY_BYTES,),
                context=multiprocessing.get_context("spawn"),
            )
            self._stack.callback(self._close, self._pool)
        submitted: Future[PostList | _Unread] = self._pool.schedule(
            read_response, args=(captured, self._base_urls), timeout=_TIMEOUT_SECONDS
        )
        return submitted

    @staticmethod
    def _close(pool: ProcessPool) -> None:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble types only part of itself
        pool.join()


def _responses(path: Path, kind: str, saved_at: datetime) -> Iterator[Captured | CaptureError]:
    if kind == "har":
        return read_har(path)
    if kind == "warc":
        return read_warc(path)
    return iter((read_saved_page(path, saved_at),))


def _import_responses(
    responses: Iterator[Captured | CaptureError], landing: _Landing, reader: _Reader, problems: list[ImportProblem]
) -> None:
    waiting: deque[tuple[Captured, Future[PostList | _Unread]]] = deque()
    for response in responses:
        if isinstance(response, CaptureError):
            where = f"{landing.result.path.name} {response.where}".strip()
            problems.append(ImportProblem(where=where, message=response.message))
            continue
        waiting.append((response, reader.submit(response)))
        if len(waiting) >= _IN_FLIGHT:
            _take(*waiting.popleft(), landing, problems)
    while waiting:
        _take(*waiting.popleft(), landing, problems)


def _take(
    captured: Captured, future: Future[PostList | _Unread], landing: _Landing, problems: list[ImportProblem]
) -> None:
    landing.result.entry_count += 1
    where = f"{landing.result.path.name} {captured.where}".strip()
    try:
        read = future.result()
    except TaskTimeoutError:
        read = _Unread(why=f"{captured.url} took longer than {_TIMEOUT_SECONDS:g} s to read and was left out")
    except (ProcessExpired, OSError) as error:
        read = _Unread(why=f"{captured.url} needs more memory than a page should and was left out ({error})")
    if isinstance(read, PostList):
        read = _land(read, captured, landing, problems, where)
    if isinstance(read, _Unread) and read.is_problem:
        problems.append(ImportProblem(where=where, message=read.why))
    elif isinstance(read, _Unread):
        landing.result.left_out[read.why] += 1
    else:
        landing.result.understood_count += 1


def _land(
    items: PostList, captured: Captured, landing: _Landing, problems: list[ImportProblem], where: str
) -> PostList | _Unread:
    landed = False
    groups: dict[str, tuple[Link, bool, list[Post]]] = {}
    for post in items.posts:
        if not post.account:
            landing.result.left_out["posts that do not say whose they are"] += 1
            continue
        try:
            link, is_listed = landing.book.find(post.platform, post.account, post.host, post.url)
        except LinkError as error:
            problems.append(ImportProblem(where=where, message=error.message))
            continue
        if not is_listed and post.platform == Platform.WEB and post.published_at is None:
            continue  # any page of the web, not somebody's post
        groups.setdefault(link.account_key, (link, is_listed, []))[2].append(post)
    profile = items.profile
    if profile is not None:
        try:
            link, is_listed = landing.book.find(profile.platform, profile.handle, profile.host, profile.url)
        except LinkError as error:
            problems.append(ImportProblem(where=where, message=error.message))
        else:
            if is_listed or link.account_key in groups or profile.platform != Platform.WEB:
                groups.setdefault(link.account_key, (link, is_listed, []))
    for link, is_listed, posts in groups.values():
        if not is_listed:
            landing.announce(link, captured.fetched_at, None, None)
        theirs = profile if profile is not None and _is_of(profile, link, landing.book) else None
        part = evolve(items, posts=tuple(posts), profile=theirs, absences=())
        landing.items(part, link, captured.fetched_at)
        landed = True
    return items if landed else _Unread(why="pages without a post", is_problem=False)


def _is_of(profile: Profile, link: Link, book: _AccountBook) -> bool:
    try:
        return book.find(profile.platform, profile.handle, profile.host, profile.url)[0].account_key == link.account_key
    except LinkError:
        return False
