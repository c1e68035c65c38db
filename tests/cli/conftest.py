"""Commands are run as a user runs them: in a folder, with words, giving lines and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

import rivalscope


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
