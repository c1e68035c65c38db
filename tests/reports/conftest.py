"""Snapshots and briefs of the invented markets, each written once a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .markets.catalogue import MARKETS
from .markets.marts import write_snapshot
from .markets.real import build_real


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The snapshot of a named market, written once a session."""
    folder = tmp_path_factory.mktemp("snapshots")

    def make(name: str) -> Path:
        path = folder / f"{name}.duckdb"
        if path.exists():
            return path
        return build_real(folder) if name == "real" else write_snapshot(path, MARKETS[name]())

    return make


@pytest.fixture(scope="session")
def brief(snapshot: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The brief of a named market, written once a session."""
    from reports.brief import write_brief

    folder = tmp_path_factory.mktemp("briefs")

    def make(name: str) -> Path:
        path = folder / f"{name}.html"
        return path if path.exists() else write_brief(snapshot(name), path).path

    return make
