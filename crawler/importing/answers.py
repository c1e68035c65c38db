"""Pages, answers and captured objects out of files: each read as a crawl reads it, and landed under its account.

A saved page, a web archive and a table were brought on purpose: an account that is not on the list is taken from them.
A recording of a browser (HAR, Zeeschuimer) holds whatever went by, friends and suggestions too: from it only accounts
on the list are taken, and the others counted, unless the list is empty or everybody is asked for; and of those on the
list only what their own server showed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TaskTimeoutError
from pathlib import Path

from attrs import evolve, frozen
from pebble import ProcessExpired
from web_poet import HttpResponse

from crawler.importing.landing_file import LATER, LandingFile, Owner, saved_moment
from crawler.importing.lone_answers import page_by_content, read_lone_answer
from crawler.importing.outcome import Kind
from crawler.importing.recognising import HEAD_BYTES
from crawler.items import OWN_EXPORT, Outcome, Platform, Post, PostList, Profile
from crawler.links import Link, LinkError
from crawler.pages import page_for, read_captured
from crawler.pages.base import Capture, PageProblem
from crawler.pages.walls import is_html
from crawler.platforms import FACTS
from crawler.reading.captured import NOWHERE, Captured, CapturedObject, CaptureError, LeftOutError
from crawler.reading.har import read_har
from crawler.reading.jsonvalue import NotJsonError, parse
from crawler.reading.saved_page import read_saved_page
from crawler.reading.warc import Archives, MissingOriginalError
from crawler.reading.wayback import as_of_then
from crawler.reading.x_export import is_x_export, read_x_export
from crawler.reading.zeeschuimer import read_zeeschuimer
from crawler.reading_processes import ReadingProcesses

_TIMEOUT_SECONDS = 8.0
_IN_FLIGHT = 6
"""Responses handed to the workers at once, so that an archive of any size streams."""
RECORDINGS = (Kind.HAR, Kind.ZEESCHUIMER)
"""Files that hold whatever a browser came by."""
_FEDERATED = frozenset({Platform.MASTODON, Platform.MISSKEY, Platform.PEERTUBE, Platform.LEMMY})
_SESSIONS = (Kind.HAR, Kind.WARC)
"""Files that hold the answers to all that a page asked for."""
_TOLD = {
    "promoted": "advertisements",
    "advertisement": "advertisements",
    "not_public": "posts that not everybody sees",
}
"""Reasons for which a reader leaves posts out that somebody may look for, in words."""
_WITHOUT_POST = "answers without a post"
_SCRIPT = re.compile(rb"<script(?![^<>]{0,300}ld\+json)", re.IGNORECASE)
_WITHOUT_SCRIPTS = (
    "The file holds no scripts (MHTML and SingleFile leave them out), and most networks keep their figures there: save"
    " it as “web page, complete”, or record the session as HAR."
)

Found = Captured | CapturedObject


@frozen(kw_only=True)
class Unread:
    """What a response did not give."""

    why: str
    """``""``: told already."""
    is_problem: bool = True
    interface: Platform | None = None
    """Whose own interface answered something that holds no post: one of the many other things that a site asks it for,
    or posts in a shape that has changed. Which of the two, the rest of the file tells."""


def read_found(found: Found, base_urls: Mapping[str, str]) -> PostList | Unread:
    """Route and read one response or object as a crawl would, in a worker. Never raises but for want of memory."""
    page = None
    try:
        open_page = found.open_page if isinstance(found, Captured) else None
        capture = Capture(fetched_at=found.fetched_at, base_urls=base_urls, open_page=open_page)
        if isinstance(found, CapturedObject):
            return read_captured(found.platform, parse(found.data), capture)
        content_type = found.content_type
        is_somewhere = found.url != NOWHERE
        page = (
            page_for(found.url, found.status, content_type, found.body[:HEAD_BYTES])
            if is_somewhere
            else page_by_content(found)
        )
        if page is None:
            return Unread(why=_nature(found), is_problem=False)
        response = HttpResponse(found.url, found.body, status=found.status, headers=found.headers)
        return page(response, capture).read()
    except PageProblem as problem:
        is_answer = page is not None and isinstance(found, Captured) and not is_html("", found.body[:HEAD_BYTES])
        is_empty = is_answer and problem.outcome == Outcome.LAYOUT_CHANGED
        why = f"{problem.message} {_WITHOUT_SCRIPTS}" if _lacks_scripts(found, problem) else problem.message
        return Unread(why=why, interface=page.platform if is_empty and page is not None else None)
    except LookupError as error:
        return Unread(why=str(error))
    except NotJsonError:
        return Unread(why="is broken JSON")
    except MemoryError:
        raise
    except Exception as error:
        return Unread(why=f"{found.url} could not be read ({type(error).__name__}: {error})")


def _lacks_scripts(found: Found, problem: PageProblem) -> bool:
    """Whether a page was saved by itself in a way that leaves out the scripts in which networks keep their figures."""
    is_saved = isinstance(found, Captured) and not found.where and is_html(found.content_type, found.body[:HEAD_BYTES])
    is_about_content = problem.outcome in (Outcome.LOGIN_WALL, Outcome.LAYOUT_CHANGED, Outcome.BLOCKED)
    return is_saved and is_about_content and isinstance(found, Captured) and not _SCRIPT.search(found.body)


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


def import_answers(
    path: Path,
    landing: LandingFile,
    processes: ReadingProcesses,
    base_urls: Mapping[str, str],
    archives: Archives,
    *,
    is_everybody: bool,
    url: str | None = None,
) -> None:
    """Read and land all that a page, recording or archive holds; ``url`` is where a page or answer came from,
    ``archives`` are all that were given.

    Raises OSError, and :class:`CaptureError` when the file as a whole cannot be read.
    """
    taker = _Taker(landing, takes_everybody=is_everybody or landing.book.is_empty)
    # what is broken waits in the same line, so that everything is told in the file's order
    waiting: deque[tuple[Found, Future[PostList | Unread]] | CaptureError] = deque()
    base_urls = dict(base_urls)
    for found in _entries(path, landing, archives, url):
        if isinstance(found, CaptureError):
            waiting.append(found)
        else:
            found = as_of_then(found) if isinstance(found, Captured) else found
            waiting.append((found, processes.call(_TIMEOUT_SECONDS, read_found, found, base_urls)))
        if len(waiting) >= _IN_FLIGHT:
            taker.take(waiting.popleft())
    while waiting:
        taker.take(waiting.popleft())
    taker.finish()


def _entries(path: Path, landing: LandingFile, archives: Archives, url: str | None) -> Iterator[Found | CaptureError]:
    saved_at = saved_moment(path, landing.now)
    match landing.result.kind:
        case Kind.HAR:
            return read_har(path)
        case Kind.WARC:
            return archives.read(path)
        case Kind.ZEESCHUIMER:
            return read_zeeschuimer(path, saved_at)
        case Kind.ANSWER if is_x_export(path):
            return read_x_export(path, saved_at)
        case Kind.ANSWER:
            return iter((read_lone_answer(path, saved_at, url),))
        case _:
            return iter((read_saved_page(path, saved_at, url),))


class _Taker:
    """Lands what a worker read; :meth:`finish` tells what only the whole file can tell."""

    def __init__(self, landing: LandingFile, *, takes_everybody: bool) -> None:
        self._landing = landing
        self._is_recording = landing.result.kind in RECORDINGS
        # of a saved page or an archive one unknown account is whose page it is, several are a feed
        self._most_unlisted = 10**9 if takes_everybody else 0 if self._is_recording else 1
        self._understood: set[Platform] = set()
        self._without_post: dict[tuple[Platform, str], list[str]] = {}
        """Interface and sentence → where in the file."""
        self._misses_owner = False

    def take(self, entry: tuple[Found, Future[PostList | Unread]] | CaptureError) -> None:
        result = self._landing.result
        result.entry_count += 1
        if isinstance(entry, LeftOutError):
            result.left_out[entry.message] += 1
            result.wants_more_files |= isinstance(entry, MissingOriginalError)
            return
        if isinstance(entry, CaptureError):
            self._landing.say(entry.where, entry.message)
            return
        found, future = entry
        try:
            read = future.result()
        except TaskTimeoutError:
            read = Unread(why=f"{found.url} took longer than {_TIMEOUT_SECONDS:g} s to read and was left out")
        except (ProcessExpired, OSError) as error:
            read = Unread(why=f"{found.url} needs more memory than a page should and was left out ({error})")
        if isinstance(read, PostList) and found.fetched_at > self._landing.now + LATER:
            read = Unread(why=f"{found.url} says it was recorded on {found.fetched_at:%Y-%m-%d}, which is yet to come")
        if isinstance(read, PostList):
            self._understood.update(one.platform for one in (*read.posts, read.profile) if one is not None)
            for why, count in read.skipped.items():
                if why in _TOLD:
                    result.left_out[_TOLD[why]] += count
            read = self._land(read, found)
        if isinstance(read, Unread) and read.interface is not None and result.kind in _SESSIONS:
            self._without_post.setdefault((read.interface, read.why), []).append(found.where)
        elif isinstance(read, Unread) and read.is_problem:
            self._landing.say(found.where, read.why)
        elif isinstance(read, Unread):
            result.left_out.update([read.why] if read.why else [])
        else:
            result.understood_count += 1
            result.undated_count += not found.is_dated

    def finish(self) -> None:
        """Say what interfaces answered without a post: once, and as trouble only where no answer of theirs had one."""
        for (platform, why), places in self._without_post.items():
            if platform in self._understood:
                self._landing.result.left_out[_WITHOUT_POST] += len(places)
            else:
                more = f" (and {len(places) - 1:,} more like it)" if len(places) > 1 else ""
                self._landing.say(places[0], f"{why}{more}")

    def _land(self, items: PostList, found: Found) -> PostList | Unread:
        groups = self._by_account(self._with_owner(items, found.where), found.where)
        profile = items.profile
        owner = self._owner_of(profile, found.where) if profile is not None else None
        if owner is not None and profile is not None:
            key = owner.link.account_key
            if owner.is_listed or key in groups or profile.platform != Platform.WEB:
                groups.setdefault(key, (owner, []))
        is_theirs = sum(not each.is_listed for each, _ in groups.values()) <= self._most_unlisted
        landed = False
        for key, (each, posts) in groups.items():
            is_unasked = not each.is_listed and not is_theirs
            if is_unasked and not self._landing.book.is_excluded(each.link):
                self._landing.result.unlisted.update({key: len(posts)} if posts else {})
                continue
            theirs = profile if owner is not None and owner.link.account_key == key else None
            part = evolve(items, posts=tuple(posts), profile=theirs, absences=())
            self._landing.items(part, each, found.fetched_at)
            landed = True
        if landed:
            return items
        # what there was instead of a post is told already
        is_told = not items.posts and not _TOLD.keys().isdisjoint(items.skipped)
        why = "without anybody who is on the list" if groups else "" if is_told else "pages without a post"
        return Unread(why=why, is_problem=False)

    def _with_owner(self, items: PostList, where: str) -> PostList:
        """The posts under the user's own account, where they came from an export of it that names nobody."""
        platform = next((post.platform for post in items.posts if not post.account), None)
        if platform is None or OWN_EXPORT not in items.flags:
            return items
        own = self._landing.book.only_own(platform)
        if own is None:
            if not self._misses_owner:  # a long export comes in pieces
                self._misses_owner = True
                self._landing.say(
                    where,
                    f"is an export of your own account on {FACTS[platform].label}, and the list has no such account, or"
                    " several; add it with rivalscope add --own LINK",
                )
            return evolve(items, posts=())
        return evolve(
            items,
            posts=tuple(evolve(post, account=own.handle, author=post.author or own.handle) for post in items.posts),
        )

    def _by_account(self, items: PostList, where: str) -> dict[str, tuple[Owner, list[Post]]]:
        groups: dict[str, tuple[Owner, list[Post]]] = {}
        for post in items.posts:
            if not post.account:
                self._landing.result.left_out["posts that do not say whose they are"] += 1
                continue
            try:
                link, is_listed = self._landing.book.find(post.platform, post.account, post.host, post.url)
            except LinkError as error:
                self._landing.say(where, error.message)
                continue
            if not is_listed and post.platform == Platform.WEB and post.published_at is None:
                continue  # any page of the web, not somebody's post
            if is_listed and self._is_copy(link, post.host):
                self._landing.result.left_out["copies of posts on a server that is not the account's own"] += 1
                continue
            groups.setdefault(link.account_key, (Owner(link=link, is_listed=is_listed), []))[1].append(post)
        return groups

    def _owner_of(self, profile: Profile, where: str) -> Owner | None:
        try:
            link, is_listed = self._landing.book.find(profile.platform, profile.handle, profile.host, profile.url)
        except LinkError as error:
            self._landing.say(where, error.message)
            return None
        return None if is_listed and self._is_copy(link, profile.host) else Owner(link=link, is_listed=is_listed)

    def _is_copy(self, link: Link, host: str) -> bool:
        """Whether another server than the account's own showed it: what that one counted is only what it saw, and its
        ids would make second posts of the same ones."""
        return self._is_recording and link.platform in _FEDERATED and bool(host) and host != link.host
