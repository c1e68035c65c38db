"""The installed tool as a user runs it: real commands in child processes, against the example market on loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pytest

from crawler.market import Market, MarketServer, write_project
from crawler.market.cast import CAST, Player

ROOT = Path(__file__).parent.parent.parent

#: a Sunday morning: the brief of this week is read on the next day
OPENED_AT = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


class Shop:
    """A project that watches the example market, and its own clock."""

    def __init__(self, server: MarketServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.now = server.market.now
        write_project(server, folder)

    def wait(self, **span: float) -> None:
        """Let time pass for market and tool, without anybody waiting."""
        self.now += timedelta(**span)
        self.server.market.now = self.now

    def environment(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "PYTHONPATH") if key in os.environ}
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, [kept.get("PYTHONPATH", ""), str(ROOT)]))
        return {**kept, "RIVALSCOPE_NOW": self.now.isoformat(), "NO_COLOR": "1", "COLUMNS": "160"}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "rivalscope", *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, exit_code: int | None = 0) -> str:
        """What the command printed, both streams; fails when it ended otherwise than expected (None: any end)."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=240)
        told = f"{out}{err}"
        assert exit_code is None or process.returncode == exit_code, f"{arguments} ended {process.returncode}:\n{told}"
        assert "Traceback" not in told
        return told

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the published snapshot."""
        with duckdb.connect(str(self.folder / "data" / "rivalscope.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()


class NewShop(Protocol):
    """Makes a shop, with its own market unless it is given one."""

    def __call__(
        self, server: MarketServer | None = None, folder: Path | None = None, cast: tuple[Player, ...] = CAST
    ) -> Shop: ...


@pytest.fixture(scope="module")
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewShop]:
    """All shops close with the module."""
    with ExitStack() as servers:

        def make(
            server: MarketServer | None = None, folder: Path | None = None, cast: tuple[Player, ...] = CAST
        ) -> Shop:
            server = server or servers.enter_context(MarketServer(Market(OPENED_AT, cast=cast)))
            return Shop(server, folder or tmp_path_factory.mktemp("shop"))

        yield make
