"""Where a command is told to read and write: files, links, pipes, and ``-``; wrong names are one sentence."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rivalscope
from tests.cli.test_labels import POSTS

if TYPE_CHECKING:
    from tests.cli.conftest import Analysed, Cli

WRITING = (
    ("sql", "select 1 as a", "-o"),
    ("sql", "select 1 as a", "--format", "csv", "-o"),
    ("sql", "select 1 as a", "--format", "parquet", "-o"),
    ("audit", "-o"),
    ("audit", "--format", "csv", "-o"),
    ("label", "--all", "--export"),
    ("brief", "-o"),
    ("todo", "-o"),
    ("backup", "--force"),
)
PRINTING = (("sql", "select 1 as a", "-o"), ("audit", "-o"), ("label", "--export"), ("import", "--template"))
RUN = [sys.executable, "-m", "rivalscope"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(rivalscope.__file__).parent)}


@pytest.fixture
def market(analysed: Analysed) -> Path:
    return analysed(POSTS, now="2026-11-22T06:00:00+00:00")


def test_where_nothing_can_be_written_is_one_sentence_and_nothing_is_left_there(cli: Cli, market: Path) -> None:
    (market / "folder").mkdir()
    for words in WRITING:
        for name in ("folder", "", "x" * 300):
            ran = cli(*words, name)
            assert ran.exit_code in (rivalscope.USAGE, rivalscope.UNEXPECTED), (words, name)
            assert len(ran.err.splitlines()) == 1, (words, ran.err)
            assert "unexpected" not in ran.err, (words, name, ran.err)
    assert list((market / "folder").iterdir()) == []
    assert not (market / "rows.parquet").exists()


def test_of_a_link_the_file_behind_it_is_written(cli: Cli, market: Path) -> None:
    kept, link = market / "kept", market / "link"
    link.symlink_to(kept)
    for words in WRITING:
        kept.write_text("before")
        ran = cli(*words, "link")
        assert ran.exit_code == 0, (words, ran.err)
        assert link.is_symlink(), words
        assert kept.read_bytes() != b"before", words


def test_a_pipe_is_written_to_and_not_replaced(cli: Cli, market: Path) -> None:
    pipe = market / "pipe"
    os.mkfifo(pipe)
    for words in WRITING[:-1]:
        with subprocess.Popen(["timeout", "30", "cat", str(pipe)], stdout=subprocess.PIPE) as reader:
            ran = cli(*words, "pipe")
            assert ran.exit_code == 0, (words, ran.err)
            assert reader.communicate()[0] != b"", words
        assert stat.S_ISFIFO(pipe.stat().st_mode), words
    assert "is no file" in cli("backup", "--force", "pipe").err


def test_a_dash_is_standard_output_and_never_a_file(cli: Cli, market: Path) -> None:
    for words in PRINTING:
        ran = cli(*words, "-")
        assert (ran.exit_code, ran.err) == (0, ""), words
        assert ran.out.strip(), words
    assert json.loads(cli("sql", "select 1 as a", "--format", "json", "-o", "-").out) == [{"a": 1}]
    for line in ("brief -o -", "todo -o -", "plan -o -", "backup -"):
        ran = cli(*line.split())
        assert ran.exit_code == rivalscope.USAGE
        assert "would be standard output" in ran.err
    assert "say which: -o rows.parquet" in cli("sql", "select 1", "--format", "parquet", "-o", "-").err
    assert "would be standard input" in cli("import", "-").err
    assert not (market / "-").exists()


def test_a_dash_is_standard_input(project: Path) -> None:
    ran = subprocess.run(
        [*RUN, "add", "--offline", "--from", "-"],
        input="competitor,url\nAcme,https://acme.example/blog\nAcme,@acme\n",
        capture_output=True,
        check=False,
        text=True,
        env=ENVIRONMENT,
    )
    assert ran.returncode == rivalscope.USAGE
    assert "Added https://acme.example/blog" in ran.stdout
    assert ran.stderr.startswith("stdin:3: ")


def test_a_backup_is_restored_out_of_a_pipe(cli: Cli, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert cli("backup", str(elsewhere / "market.zip")).exit_code == 0
    place = elsewhere / "restored"
    place.mkdir()
    for content, code, said in (
        (b"PK, and no zip", rivalscope.USAGE, "standard-input is no backup, or is damaged"),
        ((elsewhere / "market.zip").read_bytes(), 0, ""),
    ):
        ran = subprocess.run(
            [*RUN, "restore", "-"], input=content, capture_output=True, check=False, env=ENVIRONMENT, cwd=place
        )
        assert (ran.returncode, said in ran.stderr.decode()) == (code, True), ran.stderr
    assert (place / "rivalscope.toml").read_bytes() == (project / "rivalscope.toml").read_bytes()


def test_two_who_edit_the_list_at_once_lose_nothing(cli: Cli, project: Path) -> None:
    adding = [
        subprocess.Popen(
            [*RUN, "add", "--offline", f"https://site{n}.example/"], stdout=subprocess.PIPE, env=ENVIRONMENT
        )
        for n in range(6)
    ]
    for each in adding:
        each.communicate(timeout=120)
        assert each.returncode == 0
    assert len(cli("list").out.splitlines()) == 1 + len(adding)


def test_a_list_that_is_kept_elsewhere_stays_there_and_keeps_its_line_ends(cli: Cli, project: Path) -> None:
    path, elsewhere = project / "rivalscope.toml", project / "elsewhere.toml"
    elsewhere.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    path.unlink()
    path.symlink_to(elsewhere)
    assert cli("add", "--offline", "https://acme.example/").exit_code == 0
    assert path.is_symlink()
    content = elsewhere.read_bytes()
    assert b"acme.example" in content
    assert content.count(b"\n") == content.count(b"\r\n")
