"""Commands are run as a user runs them: in a folder, with words, giving lines and an exit code."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

import rivalscope
from crawler.commands import session


class Ran(NamedTuple):
    """How a command ended."""

    exit_code: int
    out: str
    err: str


class Cli(Protocol):
    """Runs one command in the current folder."""

    def __call__(self, *words: str) -> Ran: ...


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    # a clock of one's own goes on from where a process first asked it: an earlier test's must not be this one's
    session._first_asked.cache_clear()

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = rivalscope.main(words)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert "\x1b" not in said.out + said.err
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def project(cli: Cli, tmp_path: Path) -> Path:
    """A fresh project in the current folder."""
    assert cli("init", "--contact", "https://example.org/who-asks", "--timezone", "UTC").exit_code == 0
    return tmp_path


class Analysed(Protocol):
    """Makes the current project one that imported a table of posts at a moment, and analysed them."""

    def __call__(self, posts: str, *, now: str) -> Path: ...


@pytest.fixture(scope="session")
def analysed_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where projects of :func:`analysed` are kept."""
    return tmp_path_factory.mktemp("analysed")


@pytest.fixture
def analysed(cli: Cli, project: Path, analysed_before: Path, monkeypatch: pytest.MonkeyPatch) -> Analysed:
    """The commands run once a session; the next project with the same posts is a copy."""

    def make(posts: str, *, now: str) -> Path:
        monkeypatch.setenv("RIVALSCOPE_NOW", now)
        kept = analysed_before / sha256(f"{now} {posts}".encode()).hexdigest()
        if kept.exists():
            return Path(shutil.copytree(kept, project, dirs_exist_ok=True))
        (project / "posts.csv").write_text(posts, encoding="utf-8")
        assert cli("import", "posts.csv").exit_code == 0
        assert cli("analyze").exit_code == 0
        shutil.copytree(project, kept)
        return project

    return make
