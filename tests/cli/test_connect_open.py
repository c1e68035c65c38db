"""Doors of open networks from the command line: a key in a header of its own, an app's id and secret."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.crawler.engine.open_server import CLIENT_ID, KEY, SECRET, OpenNetworks


@pytest.fixture
def networks(project: Path) -> Iterator[OpenNetworks]:
    with OpenNetworks().served() as networks, (project / "rivalscope.toml").open("a", encoding="utf-8") as file:
        for name in ("youtube", "reddit"):
            urls = networks.base_urls
            file.write(f'\n[platforms.{name}]\napi_url = "{urls[name]}"\nsite_url = "{urls[f"{name}.site"]}"\n')
        file.flush()
        yield networks


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where credentials go."""
    path = tmp_path / "configuration" / "credentials.toml"
    monkeypatch.setenv("RIVALSCOPE_CREDENTIALS", str(path))
    return path


def test_a_key_is_tested_in_its_own_header(
    cli: Cli, networks: OpenNetworks, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("add", "--company", "Mill", "youtube.com/@mill")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    ran = cli("connect", "youtube", "--token-stdin")
    assert ran.exit_code == 0, ran.err
    assert KEY not in ran.out + ran.err
    assert tomllib.loads(kept.read_text(encoding="utf-8"))["youtube"]["token"] == KEY
    assert all("authorization" not in each.headers and KEY not in each.path for each in networks.asked)


def test_a_key_that_is_not_valid_is_not_stored(
    cli: Cli, networks: OpenNetworks, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("some-other-key\n"))
    ran = cli("connect", "youtube", "--token-stdin")
    assert ran.exit_code != 0
    assert "Nothing was stored" in ran.err
    assert not kept.exists()
    assert networks.asked


def test_an_app_is_stored_when_it_is_given_a_token(
    cli: Cli, networks: OpenNetworks, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("add", "--company", "Mill", "reddit.com/r/mill")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    assert "--client-id" in cli("connect", "reddit", "--token-stdin").err
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    refused = cli("connect", "reddit", "--token-stdin", "--client-id", "not-that-client")
    assert "look at them again" in refused.err
    assert not kept.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    ran = cli("connect", "reddit", "--token-stdin", "--client-id", CLIENT_ID)
    assert ran.exit_code == 0, ran.err
    assert SECRET not in ran.out + ran.err + refused.err
    assert len(networks.tokens) == 1
    entry = tomllib.loads(kept.read_text(encoding="utf-8"))["reddit"]
    assert (entry["client_id"], entry["token"]) == (CLIENT_ID, SECRET)
