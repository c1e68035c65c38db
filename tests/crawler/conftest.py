"""Page fixtures in web-poet's layout: ``fixtures/<class>/<case>/{inputs/…, output.json | exception.json}``.

``inputs`` are the response as web-poet stores it and our Capture beside it. ``output.json`` is the page's PostList
without fields that have their default; ``exception.json`` the PageProblem's outcome, reason and message. A new case is
a folder; a test takes it by naming ``page_fixture`` (one after the other) or ``page_fixtures`` (all).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from web_poet import HttpResponse
from web_poet.serialization import SerializedDataFileStorage, deserialize_leaf, load_class

from crawler.items import Comment, Metrics, MissingReason, NextRequest, Platform, Post, RequestKind, Thread
from crawler.pages.base import Access, AccountRef, Capture, PlatformPage
from crawler.recording import outcome_of

# the same examples in every run
settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


class PageFixture:
    """One case of one page class."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"{folder.parent.name.removeprefix('crawler.pages.')}/{folder.name}"
        self.page_class: type[PlatformPage] = load_class(folder.parent.name)
        inputs = SerializedDataFileStorage(folder / "inputs").read()
        self.response = deserialize_leaf(HttpResponse, inputs["HttpResponse"])
        said = json.loads(inputs["crawler.pages.base.Capture"]["json"])
        account = said.get("account")
        self.capture = Capture(
            fetched_at=datetime.fromisoformat(said["fetched_at"]),
            account=_account(account) if account else None,
            base_urls=said.get("base_urls", {}),
            listing=tuple(_post(each) for each in said.get("listing", ())),
            asked_as=RequestKind(said["asked_as"]) if "asked_as" in said else None,
            since=datetime.fromisoformat(said["since"]) if "since" in said else None,
            sitemaps=tuple(said.get("sitemaps", ())),
            open_page=said.get("open_page"),
            thread=_thread(said["thread"]) if "thread" in said else None,
        )

    def outcome(self) -> tuple[str, Any]:
        """What the page gives now: ``("output", …)`` or ``("exception", …)``."""
        return outcome_of(self.page_class(self.response, self.capture))

    def expected(self) -> tuple[str, Any]:
        for kind in ("output", "exception"):
            if (path := self.folder / f"{kind}.json").is_file():
                return kind, json.loads(path.read_bytes())
        raise FileNotFoundError(f"{self.folder} has neither output.json nor exception.json")


def _account(said: Mapping[str, Any]) -> AccountRef:
    access = Access(**said["access"]) if "access" in said else None
    return AccountRef(**{**said, "platform": Platform(said["platform"]), "access": access})


def _thread(said: Mapping[str, Any]) -> Thread:
    comments = [{**one, "at": datetime.fromisoformat(one["at"])} for one in said.get("comments", ())]
    waiting = [NextRequest(url=url, kind=RequestKind.REPLIES) for url in said.get("waiting", ())]
    return Thread(**{**said, "comments": tuple(Comment(**one) for one in comments), "waiting": tuple(waiting)})


def _post(said: Mapping[str, Any]) -> Post:
    """A listed post as far as pages that complete it need it."""
    metrics = said.get("metrics")
    known = Metrics(missing={name: MissingReason(why) for name, why in metrics["missing"].items()}) if metrics else None
    return Post(**{**said, "platform": Platform(said["platform"]), "metrics": known})


def _folders() -> list[Path]:
    return [inputs.parent for inputs in sorted(FIXTURES.glob("*/*/inputs"))]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "page_fixture" in metafunc.fixturenames:
        folders = _folders()
        names = [f"{folder.parent.name.removeprefix('crawler.pages.')}/{folder.name}" for folder in folders]
        metafunc.parametrize("page_fixture", folders, ids=names, indirect=True)


@pytest.fixture
def page_fixture(request: pytest.FixtureRequest) -> PageFixture:
    """One recorded page after the other."""
    return PageFixture(request.param)


@pytest.fixture(scope="session")
def page_fixtures() -> list[PageFixture]:
    """All recorded pages."""
    return [PageFixture(folder) for folder in _folders()]
