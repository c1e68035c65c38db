"""Which outcomes claims are made about is a setting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import rivalscope

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

POSTS = """\
platform,account,url,published_at,observed_at,format,text,like_count,comment_count,company
mastodon,acme@social.example,https://acme.example/1,2026-11-01T10:00:00Z,2026-11-08T10:00:00Z,text,Rain,12,3,Acme
"""


def test_outcomes_are_those_of_the_configuration_and_engagement(cli: Cli, project: Path) -> None:
    (project / "posts.csv").write_text(POSTS, encoding="utf-8")
    cli("import", "posts.csv")
    with (project / "rivalscope.toml").open("a", encoding="utf-8") as file:
        file.write('\n[analysis]\noutcomes = ["weighted"]\n')
    assert cli("analyze").exit_code == 0
    rows = json.loads(cli("sql", "select outcomes from marts.build", "--format", "json").out)
    assert rows == [{"outcomes": ["engagement", "weighted"]}]


def test_an_outcome_that_is_none_is_named_with_its_line(cli: Cli, project: Path) -> None:
    with (project / "rivalscope.toml").open("a", encoding="utf-8") as file:
        file.write('\n[analysis]\noutcomes = ["reach"]\n')
    ran = cli("analyze")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "'reach' is no outcome; write some of engagement, engagement_per_follower" in ran.err
