"""The list of what to save: whole, silent, in order, and safe whatever strangers wrote."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from reports.errors import BriefError
from reports.todo import write_todo

from .markets.hostile import HOSTILE, HOSTILE_URLS
from .markets.marts import Rows, no_rows, write_snapshot
from .markets.rows import AS_OF, build_row, uuid
from .test_browser import CROWDED, WIDER, browser, visit  # noqa: F401 - fixtures


def task(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "account_id": uuid(number),
        "company": f"Company {number}",
        "platform": "instagram",
        "account": f"acct{number}",
        "url": f"https://www.instagram.com/acct{number}/",
        "way": "recording",
        "how": "open its profile while the extension records, and download the file",
        "shows": "likes and comments",
        "effort_minutes": 2,
        "minutes_so_far": 2 * number,
        "post_count": 7 * number,
        "imported_post_count": 0,
        "rank": number,
        "is_own": False,
        "is_due": True,
        "is_this_week": True,
    } | changes


def market(*rows: dict[str, Any]) -> Rows:
    tables = no_rows()
    tables["build"] = [build_row()]
    tables["todo"] = list(rows)
    return tables


LAST_WEEK = AS_OF - dt.timedelta(days=9)
SEEN = {"observed_at": LAST_WEEK, "imported_at": LAST_WEEK, "imported_post_count": 12}
USUAL = market(
    task(1),
    task(2, platform="x", way="saved_page", effort_minutes=1, **SEEN),
    task(3, is_this_week=False),
    task(4, is_due=False, is_this_week=False, is_own=True, observed_at=AS_OF, imported_at=AS_OF, imported_post_count=3),
)
HOSTILE_ROWS = market(
    *(
        task(index + 1, company=HOSTILE[index], account=HOSTILE[-1 - index], how=HOSTILE[index], shows=HOSTILE[index],
             url=HOSTILE_URLS[index % len(HOSTILE_URLS)])
        for index in range(len(HOSTILE))
    )
)  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Rows], Path]:
    def write(rows: Rows, inbox: str = "/markets/my market/inbox") -> Path:
        snapshot = write_snapshot(tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb", rows)
        return write_todo(snapshot, tmp_path / f"{snapshot.stem}.html", inbox=inbox).path

    return write


def test_it_says_where_to_go_what_to_press_and_what_came_of_it(written: Callable[[Rows], Path]) -> None:
    page = written(USUAL).read_text(encoding="utf-8").partition("</style>")[2]
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "2 accounts, about 3 minutes of work" in text
    assert text.index("acct1") < text.index("acct2") < text.index("beyond ten minutes") < text.index("acct3")
    assert "Nothing was ever seen of it" in text
    assert "Last import: 12 posts" in text
    assert "/markets/my market/inbox" in text
    assert "Zeeschuimer" in text
    assert text.index("What came of the last imports") < text.index("acct4")


def test_the_report_counts_this_week(tmp_path: Path) -> None:
    report = write_todo(write_snapshot(tmp_path / "s.duckdb", USUAL), tmp_path / "todo.html", inbox="inbox")
    assert (report.account_count, report.minutes) == (2, 3)
    assert report.url == report.path.as_uri()


def test_an_empty_week_is_said(written: Callable[[Rows], Path]) -> None:
    page = written(market()).read_text(encoding="utf-8")
    assert "Nothing to save this week" in page
    assert 'class="tasks"' not in page


def test_every_link_is_a_web_address(written: Callable[[Rows], Path]) -> None:
    page = written(market(*HOSTILE_ROWS["todo"], task(99))).read_text(encoding="utf-8")
    links = [link for link in re.findall(r'href="([^"]*)"', page) if not link.startswith("#")]
    assert links == ["https://www.instagram.com/acct99/"]
    assert "<script" not in page
    assert "script-src &#39;none&#39;" in page


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("rows", [USUAL, HOSTILE_ROWS], ids=["usual", "hostile"])
def test_it_is_silent_and_uncrowded(
    rows: Rows,
    width: int,
    written: Callable[[Rows], Path],
    visit: Callable[..., Page],  # noqa: F811 - the fixture
) -> None:
    page = visit(written(rows), width=width)
    assert page.evaluate(CROWDED) == []
    assert page.evaluate(WIDER) is False
    assert page.evaluate("window.pwned") is None
    assert page.faults() == []  # type: ignore[attr-defined]


def test_no_snapshot_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="rivalscope analyze"):
        write_todo(tmp_path / "none.duckdb", tmp_path / "todo.html", inbox="inbox")
