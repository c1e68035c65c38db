"""Imported files are read again while they are there; whoever has nothing to read again is told."""

from __future__ import annotations

from pathlib import Path

import rivalscope
from tests.cli.conftest import Cli

TABLE = """platform,account,native_id,url,published_at,observed_at,text,like_count
instagram,acorn,1,https://www.instagram.com/p/A1/,2026-11-01T10:00:00Z,2026-11-20T10:00:00Z,Bread,12
instagram,acorn,2,https://www.instagram.com/p/A2/,2026-11-02T10:00:00Z,2026-11-20T10:00:00Z,Cake,9
"""


def test_an_imported_file_is_read_again_while_it_is_in_the_inbox(cli: Cli, project: Path) -> None:
    cli("add", "https://www.instagram.com/acorn/", "--company", "Acorn")
    (project / "inbox").mkdir(exist_ok=True)
    file = project / "inbox" / "acorn.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert cli("import", str(file)).exit_code == 0
    found = cli("reparse", "--platform", "instagram", "--apply")
    assert found.exit_code == 0
    assert "1 imported file again" in found.out
    assert "Nothing would change" in found.out
    file.unlink()
    gone = cli("reparse", "--platform", "instagram")
    assert gone.exit_code == 30
    assert "acorn.csv" in gone.err


def test_before_anything_was_loaded_there_is_nothing_to_read_again(cli: Cli, project: Path) -> None:
    found = cli("reparse", "--platform", "mastodon")
    assert found.exit_code == 30
    assert "Nothing was loaded yet" in found.err
    assert "--platform" in cli("reparse").err


def test_words_that_mean_nothing_are_said_before_anything_is_touched(cli: Cli, project: Path) -> None:
    cli("add", "https://www.instagram.com/acorn/", "--company", "Acorn")
    landed = project / "data" / "landing" / "20261120T100000Z-abcdef" / "crawl-0001.jsonl"
    landed.parent.mkdir(parents=True)
    landed.write_bytes(b"{}\n")
    for words, sentence in (
        (("reparse", "--platform", "instagra"), "There is no platform 'instagra'"),
        (("reparse", "--platform", "instagra"), "did you mean instagram"),
        (("reparse", "--platform", "instagram", "--since", "soon"), "is no date"),
        (("reparse", "--platform", "instagram", "--account", "Akorn"), "The list has no account 'Akorn'"),
        (("forget", "Akorn", "--yes"), "'Akorn' is no company"),
    ):
        refused = cli(*words)
        assert refused.exit_code == rivalscope.USAGE
        assert sentence in refused.err
        assert "Loaded" not in refused.out
    assert landed.exists()
    assert not (project / "data" / "warehouse.duckdb").exists()
