"""The reading room shows briefs and compares them, to this machine only, and offers nothing else."""

from __future__ import annotations

import http.client
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html as markup

from reports.brief import write_brief
from reports.comparison import compared
from reports.filters import Formats
from reports.serve import server
from reports.words import Words

Make = Callable[[str], Path]
Ask = Callable[..., tuple[int, str, dict[str, str]]]


@pytest.fixture(scope="module")
def folder(snapshot: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks with numbers, one without, a list to save, and files that are none of the reading room's business."""
    briefs = tmp_path_factory.mktemp("briefs")
    write_brief(snapshot("rich"), briefs / "2026-W47.html", also=["json", "md", "mail"])
    write_brief(snapshot("half-failed"), briefs / "2026-W46.html", also=["json"])
    late = briefs / "2026-W46.json"
    late.write_text(
        late.read_text(encoding="utf-8").replace("2026-11-22T20:00:00", "2026-11-15T23:30:00"), encoding="utf-8"
    )
    shutil.copy(briefs / "2026-W46.html", briefs / "2026-W45 old & odd.html")
    (briefs / "todo.html").write_text("x", encoding="utf-8")
    (briefs / "secret.toml").write_text("x", encoding="utf-8")
    (briefs.parent / "outside.html").write_text("x", encoding="utf-8")
    return briefs


@pytest.fixture(scope="module")
def ask(folder: Path) -> Iterator[Ask]:
    room = server(folder, port=0, formats=Formats(locale="en", timezone="Europe/Berlin"))
    thread = threading.Thread(target=room.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def get(path: str, *, method: str = "GET", host: str | None = None) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", room.server_address[1], timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or f"127.0.0.1:{room.server_address[1]}")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    yield get
    room.shutdown()
    room.server_close()
    thread.join()


def test_it_lists_the_newest_first_and_every_link_leads_somewhere(ask: Ask) -> None:
    status, text, headers = ask("/")
    assert status == 200
    page = markup.document_fromstring(text)
    assert page.xpath("//ul[@class='shelf']/li/strong/a/text()") == ["2026-W47", "2026-W46", "2026-W45 old & odd"]
    for address in page.xpath("//main//a/@href"):
        assert ask(address)[0] == 200
    assert page.xpath("//select[@id='later']/option/text()") == ["2026-W47", "2026-W46"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_two_weeks_stand_side_by_side(ask: Ask) -> None:
    status, text, _ = ask("/compare?earlier=2026-W46&later=2026-W47")
    assert status == 200
    page = markup.document_fromstring(text)
    assert page.findtext(".//h1") == "2026-W46 and 2026-W47"
    assert "As of 16 Nov 2026 and as of 22 Nov 2026." in text, "days of the reader's zone"
    assert len(page.xpath("//section[2]//tbody/tr")) == 6


@pytest.mark.parametrize(
    "path",
    [
        "/secret.toml",
        "/../outside.html",
        "/%2e%2e/outside.html",
        "/..%2foutside.html",
        "/nothing.html",
        "/compare?earlier=2026-W46&later=2026-W45%20old%20%26%20odd",
        "/compare?earlier=../x&later=2026-W47",
        "/compare",
    ],
)
def test_what_is_not_offered_is_not_there(path: str, ask: Ask) -> None:
    status, text, _ = ask(path)
    assert status == 404
    assert "There is no such brief" in text


def test_another_name_for_this_machine_is_turned_away(ask: Ask) -> None:
    assert ask("/", host="evil.example")[0] == 421
    assert ask("/", host="localhost:80")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_only_reads(method: str, ask: Ask) -> None:
    assert ask("/", method=method)[0] == 501


def test_a_head_has_no_body(ask: Ask) -> None:
    status, text, headers = ask("/2026-W47.html", method="HEAD")
    assert (status, text) == (200, "")
    assert int(headers["content-length"]) > 10_000


def test_a_verdict_that_changed_or_came_or_went_is_a_row() -> None:
    def export(**verdicts: str) -> dict[str, Any]:
        rows = [
            {"platform": "mastodon", "dimension": "format", "level": level, "shown_verdict": verdict, "lift": None}
            for level, verdict in verdicts.items()
        ]
        return {"sections": [{"queries": [{"name": "claims", "rows": rows}]}]}

    found = compared(
        export(video="works", image="not_enough", text="worse"),
        export(video="better_here", image="not_enough", poll="mixed"),
        words=Words(),
    )
    assert [(then and then["label"], now and now["label"]) for then, now in found.verdicts] == [
        ("Videos", "Videos"),
        (None, "Polls"),
        ("Text only", None),
    ]
    assert found.kept_count == 1
