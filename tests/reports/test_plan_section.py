"""Next month's plan in the brief: what, when, why, the test, and the way to make one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from reports.brief import BriefReport, write_brief

from .markets.hostile import HOSTILE, HOSTILE_URLS
from .markets.marts import Rows, write_snapshot
from .markets.own_side import experiment, planned, slot
from .markets.rich import rich_market


def told(tables: Rows, folder: Path, **options: Any) -> tuple[BriefReport, Any]:
    snapshot = write_snapshot(folder / "rivalscope.duckdb", tables)
    report = write_brief(snapshot, folder / "brief.html", timezone="Europe/Berlin", **options)
    return report, lxml.html.fromstring((folder / "brief.html").read_text(encoding="utf-8"))


def words(document: Any) -> str:
    [section] = document.xpath("//section[@id='plan']")
    return " ".join(section.text_content().split())


def test_coming_slots_are_shown_by_week_with_their_reason(tmp_path: Path) -> None:
    _, document = told(planned(), tmp_path)
    said = words(document)
    assert "Our own words" in said and "Three steps with kettles" in said
    assert "approved · p2612-0004" in said
    assert "Works, and is rarely used" in said and "Drawn by lot, to learn" in said
    assert "below 2026-12" in said
    assert "Never shown" not in said and "Long ago" not in said
    assert len(document.xpath("//section[@id='plan']//ul[@class='plan']/li")) == 18
    assert "Slots of the last four weeks that were found as posts: 1 of 2" in said
    assert "engagement 77" in said


def test_a_running_test_says_what_it_can_see_and_nothing_else(tmp_path: Path) -> None:
    _, document = told(planned(), tmp_path)
    said = words(document)
    assert "Your test on Mastodon: Videos against Single pictures" in said
    assert "7 of 19 pairs are complete" in said
    assert "1.9" not in said.partition("Your test")[2].partition("week")[0], "no ratio before its time"
    assert "in 4 weeks 3.1 ×, in 8 weeks 2.1 ×, in 12 weeks 1.8 ×" in said
    assert "Posts of the kind that was drawn: 15 of 16" in said


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("a_better", "Videos did better: 1.9 × the engagement"),
        ("b_better", "Single pictures did better"),
        ("no_difference", "no difference that matters"),
        ("not_enough", "from the pairs that are complete (7)"),
    ],
)
def test_a_test_that_is_over_has_a_verdict_in_plain_words(tmp_path: Path, verdict: str, said: str) -> None:
    tables = planned()
    tables["plan_experiments"] = [experiment(verdict)]
    _, document = told(tables, tmp_path)
    assert said in words(document)


def test_without_a_plan_it_says_how_to_make_one(tmp_path: Path) -> None:
    report, document = told(rich_market(), tmp_path, also=["json"])
    assert "Next month’s plan" in report.empty_sections
    assert document.xpath("//section[@id='plan']") == []
    numbers = json.loads((tmp_path / "brief.json").read_text(encoding="utf-8"))
    [section] = [each for each in numbers["sections"] if each["key"] == "plan"]
    assert [query["name"] for query in section["queries"]] == ["plan_slots", "plan_experiments"]


def test_words_and_addresses_of_others_stay_words(tmp_path: Path) -> None:
    tables = planned()
    tables["plan_slots"] = [
        slot(number, 2, hook=text, topic=text, why=text, hashtags=[text], link=address, evidence=[address])
        for number, (text, address) in enumerate(zip(HOSTILE * 3, HOSTILE_URLS * 9, strict=False))
    ]
    _, document = told(tables, tmp_path)
    [section] = document.xpath("//section[@id='plan']")
    assert section.xpath(".//script | .//img | .//*[@onerror]") == []
    assert all(link.startswith(("http://", "https://")) for link in section.xpath(".//a/@href"))
