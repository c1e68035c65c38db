"""``rivalscope audit`` over posts that were imported: what it says, in every form."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Analysed, Cli

CLAY = "https://www.instagram.com/p/Ca1/"
KILN = "https://www.instagram.com/p/Ca2/"
TAGS = " ".join(f"#tag{number}" for number in range(8))
POSTS = f"""\
platform,account,url,published_at,observed_at,format,text,like_count,comment_count,company
instagram,clay,{CLAY},2026-11-01T10:00:00Z,2026-11-08T10:00:00Z,image,=Cups | {TAGS},12,3,Clay
instagram,kiln,{KILN},2026-11-02T10:00:00Z,2026-11-09T10:00:00Z,image,#kiln #cup #mug,5,0,Kiln
"""


@pytest.fixture
def market(analysed: Analysed) -> Path:
    return analysed(POSTS, now="2026-11-22T06:00:00+00:00")


def test_an_audit_says_what_where_why_how_and_what_others_do(cli: Cli, market: Path) -> None:
    ran = cli("audit", "--company", "clay")
    assert (ran.exit_code, ran.err) == (0, "")
    assert "Kiln" not in ran.out
    text = ran.out[ran.out.index("No more hashtags than the network takes") :]
    assert text.startswith("No more hashtags than the network takes: more than allowed or advised")
    for line in (
        "found   8 hashtags; cap 5",
        "where   https://www.instagram.com/p/Ca1/  8 hashtags  “=Cups | #tag0",
        "mend    Take out the hashtags that say least",
        "others  1 of 1 others keep it; in the middle 3 hashtags",
        "looked at on 28 Nov 2026",
    ):
        assert line in text

    rows = json.loads(cli("audit", "--company", "Clay", "--format", "json").out)
    [cap] = [row for row in rows if row["rule"] == "hashtags_cap"]
    assert (cap["state"], cap["value"], cap["limit_value"], cap["field_ok_count"]) == ("over", 8, "5", 1)
    assert cap["evidence"][0]["url"] == "https://www.instagram.com/p/Ca1/"

    assert cli("audit", "--format", "csv", "-o", "audit.csv").exit_code == 0
    with (market / "audit.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert {row["company"] for row in written} == {"Clay", "Kiln"}, "all, where there is no own brand"

    assert cli("audit", "--format", "md", "-o", "audit.md").exit_code == 0
    table = (market / "audit.md").read_text(encoding="utf-8")
    [line] = [line for line in table.splitlines() if line.startswith("| No more hashtags")]
    assert line.replace("\\|", "").count("|") == 9, "a stranger's bar makes no cell"


def test_an_unknown_company_or_form_is_a_mistake_of_usage(cli: Cli, market: Path) -> None:
    ran = cli("audit", "--company", "Clai")
    assert ran.exit_code != 0
    assert "did you mean Clay?" in ran.err
    assert cli("audit", "--format", "xls").exit_code == 2


def test_before_anything_was_analysed_an_audit_says_what_to_do(cli: Cli, project: Path) -> None:
    ran = cli("audit")
    assert ran.exit_code == 30
    assert "rivalscope run" in ran.err
