"""Simulated markets as a user would bring them: a table, ``rivalscope import``, ``analyze`` and ``sql``.

What comes out must be what the raw rows of the same markets give, to the last digit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.simulated_market import Markets
from bench.simulated_warehouse import LAST_DAY, built, root_for, write_table, write_warehouse

NETWORKS = ("facebook", "threads", "x")
"""Real networks where posts are compared as in the simulation: likes, comments and shares at 72 hours."""
QUERY = """
select * from marts.claims
where outcome = 'engagement' and dimension in ('format', 'post_type')
order by platform, dimension, level, scope
"""


def differences(markets: Markets) -> tuple[int, list[str]]:
    """Number of claims, and a line for each that is not the same both ways; as many markets as ``NETWORKS``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_warehouse(folder / "warehouse.duckdb", markets, NETWORKS)
        with built(folder, root_for(folder, NETWORKS)) as connection:
            result = connection.execute(f"select to_json(claims) from ({QUERY}) as claims")
            ours = {_key(claim): claim for (text,) in result.fetchall() for claim in [json.loads(text)]}
        theirs = {_key(claim): claim for claim in _by_commands(folder / "project", markets)}
    lines = [f"{' '.join(key)} is made only one way" for key in sorted(ours.keys() ^ theirs.keys())]
    for key in sorted(ours.keys() & theirs.keys()):
        names = sorted(name for name in ours[key] if not _is_same(name, ours[key][name], theirs[key][name]))
        if names:
            name = names[0]
            lines.append(f"{' '.join(key)}: {name} is {ours[key][name]} and {theirs[key][name]}")
    return len(ours), lines


def _key(claim: dict[str, Any]) -> tuple[str, ...]:
    return tuple(claim[name] for name in ("platform", "dimension", "level", "scope"))


def _is_same(name: str, ours: object, theirs: object) -> bool:
    """Times are written differently; sentences and their phrases name a network as it writes itself."""
    return name in ("as_of", "window_start", "window_end", "sentence", "phrases") or ours == theirs


def _by_commands(project: Path, markets: Markets) -> list[dict[str, Any]]:
    """The claims that a user gets."""
    project.mkdir()
    write_table(project / "markets.csv", markets, NETWORKS)
    _run(project, "init", "--contact", "https://example.org/who-asks", "--timezone", "UTC")
    _run(project, "import", "markets.csv")
    _run(project, "analyze", "--as-of", str(LAST_DAY))
    _run(project, "sql", QUERY, "--as-of", str(LAST_DAY), "--format", "json", "--output", "claims.json")
    claims: list[dict[str, Any]] = json.loads((project / "claims.json").read_text(encoding="utf-8"))
    return claims


def _run(project: Path, *words: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "rivalscope", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"rivalscope {words[0]} ended with {ran.returncode}: {ran.stderr.strip()}")
