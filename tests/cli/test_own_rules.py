"""Rules of the user's own come before ours, and say why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rivalscope

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

POSTS = """\
platform,account,url,published_at,format,text,company
mastodon,acme@social.example,https://acme.example/1,2026-11-01T10:00:00Z,text,20% off at the Coffee-Fair!,Acme
mastodon,acme@social.example,https://acme.example/2,2026-11-02T10:00:00Z,text,Batch #0712 is in the roaster,Acme
mastodon,acme@social.example,https://acme.example/3,2026-11-03T10:00:00Z,text,Die Messe beginnt,Acme
mastodon,acme@social.example,https://acme.example/4,2026-11-04T10:00:00Z,text,The roaster is off,Acme
"""
RULES = """\
post_type;phrase;weight;language
Trade fair;coffee fair;;
Trade fair;Messe;1;de
Batch note;/batch #\\d+/;;
promotion;roaster;0.5;
"""


def test_own_rules_come_first_and_are_the_reason(cli: Cli, project: Path) -> None:
    (project / "posts.csv").write_text(POSTS, encoding="utf-8")
    (project / "post_types.csv").write_text(RULES, encoding="utf-8")
    cli("import", "posts.csv")
    assert cli("analyze").exit_code == 0
    query = "select url, post_type, post_type_source, post_type_reason from marts.posts order by url"
    rows = json.loads(cli("sql", query, "--format", "json").out)
    assert [(row["post_type"], row["post_type_source"], row["post_type_reason"]) for row in rows] == [
        ("trade_fair", "own_rules", "coffee fair"),
        ("batch_note", "own_rules", "Batch #0712"),
        ("trade_fair", "own_rules", "messe"),
        ("other", "none", None),
    ]
    ran = cli("analyze", "--explain", "https://acme.example/1")
    assert ran.out.splitlines()[0] == "https://acme.example/1: trade_fair, by your rules (coffee fair)."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type,words\nx,y\n", "post_types.csv:1: the columns are"),
        ("post_type,phrase\nfair,/(/\n", "post_types.csv:2: /(/ is no regular expression"),
        ("post_type,phrase\nfair,/x*/\n", "post_types.csv:2: /x*/ fits every post"),
        ("post_type,phrase\nfair,!!\n", "post_types.csv:2: the phrase '!!' holds no word"),
        ("post_type,phrase\nfair,½ ①\n", "post_types.csv:2: the phrase '½ ①' holds no word"),
        ("post_type,phrase,weight\n\nfair,x,much\n", "post_types.csv:3: the weight 'much' is no number"),
        ("post_type,phrase\nfair,coffee, tea\n", "post_types.csv:2: has more cells than there are columns"),
        (f"post_type,phrase\nfair,{'x' * 2_000_000}\n", "post_types.csv: what follows line 1 is no row of a CSV file"),
        ("post_type,phrase\n?,x\n", "post_types.csv:2: '?' is no name"),
    ],
)
def test_a_wrong_rule_is_named_with_its_line(cli: Cli, project: Path, text: str, said: str) -> None:
    (project / "posts.csv").write_text(POSTS, encoding="utf-8")
    cli("import", "posts.csv")
    (project / "post_types.csv").write_text(text, encoding="utf-8")
    ran = cli("analyze")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_rules_that_are_a_folder_are_named(cli: Cli, project: Path) -> None:
    (project / "posts.csv").write_text(POSTS, encoding="utf-8")
    cli("import", "posts.csv")
    (project / "post_types.csv").mkdir()
    ran = cli("analyze")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "post_types.csv cannot be read: Is a directory; make it a CSV file" in ran.err


def test_a_post_is_explained_with_all_its_traits_and_why(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIVALSCOPE_NOW", "2026-11-22T06:00:00+00:00")
    (project / "posts.csv").write_text(POSTS, encoding="utf-8")
    cli("import", "posts.csv")
    assert cli("analyze").exit_code == 0
    lines = [" ".join(line.split()) for line in cli("analyze", "--explain", "https://acme.example/1").out.splitlines()]
    assert lines[0].startswith("https://acme.example/1: promotion, by the rules (")
    assert "weekday posts on Sundays Sunday 2026-11-01" in lines
    assert "text length posts of up to 80 characters 27 characters" in lines
    assert "prices posts that name a price or discount 20% off" in lines
    # as people write an address again, and as they mistype it
    assert cli("analyze", "--explain", "http://www.ACME.example/1/#top").out.splitlines()[0].startswith("https://acme")
    ran = cli("analyze", "--explain", "https://acme.exmple/1")
    assert ran.exit_code == rivalscope.USAGE
    assert "is no post that was collected" in ran.err
    assert "the nearest is https://acme.example/1." in ran.err
    assert "the nearest" not in cli("analyze", "--explain", "zebra").err
