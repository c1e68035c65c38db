"""Who says that something is right names whom."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli


def test_an_account_a_company_or_a_network_can_be_accepted(cli: Cli, project: Path) -> None:
    cli(
        "add",
        "https://social.example/@acorn",
        "https://social.example/@bark",
        "--company",
        "Acorn",
        "--platform",
        "mastodon",
    )
    for who, count in (("https://social.example/@bark", 1), ("acorn", 2), ("Mastodon", 2)):
        told = cli("accept", who)
        assert told.exit_code == 0
        assert f"{count} account" in told.out
    records = [
        json.loads(line)
        for path in sorted((project / "data" / "landing").glob("accept-*/*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
    assert [each["record"] for each in records] == ["acceptance"] * 5
    assert cli("load").exit_code == 0


def test_nobody_is_accepted_by_a_wrong_name(cli: Cli, project: Path) -> None:
    cli("add", "https://social.example/@acorn", "--company", "Acorn", "--platform", "mastodon")
    told = cli("accept", "Akorn")
    assert told.exit_code == 2
    assert "did you mean Acorn" in told.err
