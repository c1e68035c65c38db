"""Small doors for tests of the walled networks' pages: a response in one line, its answer, or its problem."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Platform, Post, PostList
from crawler.pages.base import Access, AccountRef, Capture, PageProblem

FETCHED_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def capture_for(platform: Platform, handle: str | None = None, access: Access | None = None) -> Capture:
    """A capture of now, for an account when ``handle`` is given."""
    if handle is None:
        return Capture(fetched_at=FETCHED_AT)
    url = f"https://{platform}.example/{handle}"
    ref = AccountRef(platform=platform, host="", handle=handle, url=url, access=access)
    return Capture(fetched_at=FETCHED_AT, account=ref)


def read(
    url: str,
    body: object,
    *,
    status: int = 200,
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
    handle: str | None = None,
    access: Access | None = None,
) -> PostList:
    """What the class that the router chooses reads; ``body`` is text, bytes, or JSON to be."""
    is_text = isinstance(body, str | bytes)
    raw = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else json.dumps(body).encode()
    mime = content_type or ("text/html; charset=utf-8" if is_text else "application/json; charset=utf-8")
    page = pages.page_for(url, status, mime, raw[:4096])
    assert page is not None, f"nobody reads {url}"
    response = HttpResponse(url, raw, status=status, headers={"Content-Type": mime, **(headers or {})})
    return page(response, capture_for(page.platform, handle, access)).read()


def only(found: PostList) -> Post:
    """The one post of an answer."""
    (post,) = found.posts
    return post


def problem(url: str, body: object, **more: object) -> PageProblem:
    """The problem that a page is; its sentence names what was asked for, and ends."""
    with pytest.raises(PageProblem) as caught:
        read(url, body, **more)  # type: ignore[arg-type] # handed on as given
    assert 20 < len(str(caught.value)) < 400
    assert str(caught.value).rstrip("”)").endswith(".")
    return caught.value
