"""Page objects: one module a platform, one registry, one router for crawl, import and reparse.

A platform module states ``PAGES`` (its page classes), ``first_requests(ref, base_urls)`` and
``post_requests(ref, posts, base_urls)``; it is found by being in this package and carrying the name of a platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from urllib.parse import urlsplit

from crawler.items import NextRequest, Platform, PostList
from crawler.pages.base import AccountRef, Capture, PlatformPage, PostSearch


@cache
def page_classes() -> tuple[type[PlatformPage], ...]:
    """Every page class, in the order in which the router asks them: those of last resort come last."""
    found = [page for platform in Platform if (module := _module(platform)) is not None for page in module.PAGES]
    return tuple(sorted(found, key=lambda page: page.is_last_resort))


def page_for(
    url: str, status: int, content_type: str, head: bytes, platform: Platform | None = None
) -> type[PlatformPage] | None:
    """The class that reads such a response, or ``None`` when none does.

    ``head`` is the first 4,096 bytes of the body, or ``b""`` when only the address is known. Status and content are
    looked at too, so that an error answer or a wall reaches the class that can say what it means. ``platform``: whose
    account was asked for, when that is known: only its classes are looked at, because a site may well run the software
    of another (a forum, a blog with a domain of its own). Never raises.
    """
    try:
        urlsplit(url)
    except ValueError:  # "http://[": no class need think of that
        return None
    asked = (page for page in page_classes() if platform in (None, page.platform))
    return next((page for page in asked if page.accepts(url, status, content_type, head)), None)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """What to ask for first, to read all of an account. Raises :class:`LookupError` for a platform without a module."""
    requests: tuple[NextRequest, ...] = _require(ref.platform).first_requests(ref, base_urls)
    return requests


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """What to ask for, to see known posts again.

    ``posts`` are pairs of native id and URL. A platform that answers for many posts at once gives fewer requests than
    posts, then without ``native_id``. Posts that cannot be asked for by themselves are left out.
    """
    requests: tuple[NextRequest, ...] = _require(ref.platform).post_requests(ref, posts, base_urls)
    return requests


def reply_requests(ref: AccountRef, posts: Sequence[str], base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """What to ask for, to count which comments under these posts (native ids) the account answered.

    Empty where threads are not public, or not read yet: a platform module that can states the same function.
    """
    make = getattr(_require(ref.platform), "reply_requests", None)
    requests: tuple[NextRequest, ...] = make(ref, posts, base_urls) if make is not None else ()
    return requests


def fitted(platform: Platform, request: NextRequest, units: int) -> NextRequest | None:
    """The same request for no more than ``units`` metered units; ``None`` when so few cannot be asked for.

    A platform module whose requests cost something states ``fitted(request, units)``; without it a request is asked
    whole or not at all.
    """
    if request.cost <= units:
        return request
    shrink = getattr(_require(platform), "fitted", None)
    smaller: NextRequest | None = shrink(request, units) if shrink is not None else None
    return smaller


def post_search(ref: AccountRef, since: datetime) -> PostSearch | None:
    """Chooses among ``CANDIDATE`` requests; ``None`` where a platform's listings never give any."""
    make = getattr(_require(ref.platform), "post_search", None)
    search: PostSearch | None = make(ref, since) if make is not None else None
    return search


def read_captured(platform: Platform, data: object, capture: Capture) -> PostList:
    """Read one object that a browser extension captured out of a platform's traffic (a Zeeschuimer line's ``data``).

    ``data`` is plain JSON. A platform module that can states ``read_captured(data, capture)``. Raises
    :class:`PageProblem` when it is no post of that platform, :class:`LookupError` for a platform without a reader.
    """
    reader = getattr(_require(platform), "read_captured", None)
    if reader is None:
        raise LookupError(f"captured objects of {platform.value} are not read")
    posts: PostList = reader(data, capture)
    return posts


def _require(platform: Platform) -> ModuleType:
    module = _module(platform)
    if module is None:
        raise LookupError(f"there are no page objects for {platform.value} yet")
    return module


@cache
def _module(platform: Platform) -> ModuleType | None:
    name = f"{__name__}.{platform.value}"
    return import_module(name) if find_spec(name) is not None else None
