"""Page fixtures in web-poet's layout: ``fixtures/<class>/<case>/{inputs/…, output.json | exception.json}``.

``inputs`` are the response as web-poet stores it and our Capture beside it. ``output.json`` is the page's PostList
without fields that have their default; ``exception.json`` the PageProblem's outcome, reason and message. A new case is
a folder; a test takes it by naming ``page_fixture`` (one after the other) or ``page_fixtures`` (all).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import settings
from web_poet import HttpResponse
from web_poet.serialization import SerializedDataFileStorage, deserialize_leaf, load_class

from crawler.items import Platform
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage

# the same examples in every run
settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


def compact(value: object) -> Any:
    """An item as JSON values, without what has its default (unknown, empty, no)."""
    kind: type[Any] = type(value)
    if attrs.has(kind):
        said = {one.name: (one.default, compact(getattr(value, one.name))) for one in attrs.fields(kind)}
        return {
            name: one
            for name, (default, one) in said.items()
            if not (one is None or one in ({}, []) or (isinstance(default, int) and one == default == 0))
        }
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(compact(name)): compact(said) for name, said in value.items()}
    if isinstance(value, tuple | list):
        return [compact(one) for one in value]
    if isinstance(value, bytes):
        return value.decode() or None
    return value


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
            account=AccountRef(**{**account, "platform": Platform(account["platform"])}) if account else None,
            base_urls=said.get("base_urls", {}),
        )

    def outcome(self) -> tuple[str, Any]:
        """What the page gives now: ``("output", …)`` or ``("exception", …)``."""
        try:
            return "output", compact(self.page_class(self.response, self.capture).read())
        except PageProblem as problem:
            said = {"outcome": problem.outcome, "reason": problem.reason, "message": problem.message}
            return "exception", {name: compact(one) for name, one in said.items() if one is not None}

    def expected(self) -> tuple[str, Any]:
        for kind in ("output", "exception"):
            if (path := self.folder / f"{kind}.json").is_file():
                return kind, json.loads(path.read_bytes())
        raise FileNotFoundError(f"{self.folder} has neither output.json nor exception.json")


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
