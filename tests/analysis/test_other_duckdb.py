"""Another major DuckDB says the same, bit for bit: both build one market, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).parent.parent.parent
#: of the DuckDB that these tests run with
LIBRARIES = Path(duckdb.__file__).parent.parent


def _begun(folder: Path, *libraries: Path) -> subprocess.Popen[str]:
    folder.mkdir()
    paths = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    others = [each for each in paths if Path(each).resolve() != LIBRARIES.resolve()]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.analysis.rows_of_marts", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*map(str, libraries), *others])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.skipif(
    LIBRARIES.resolve() == Path(sysconfig.get_path("platlib")).resolve(),
    reason="only one DuckDB here; make test-duckdb2 brings another",
)
def test_every_mart_holds_the_same_rows_with_another_duckdb(tmp_path: Path) -> None:
    with _begun(tmp_path / "pinned") as pinned, _begun(tmp_path / "other", LIBRARIES) as other:
        expected, found = _told(pinned), _told(other)
    assert found["duckdb"].split(".")[0] != expected["duckdb"].split(".")[0]
    assert sum(count > 0 for count, _ in expected["marts"].values()) > 40
    assert found["marts"] == expected["marts"]
