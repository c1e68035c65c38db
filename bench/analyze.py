"""How fast the models build: a market of any size, the seconds of each model, and the same with pandas and Polars.

python bench/analyze.py [POSTS…] [--weeks 26] [--accounts 1000] [--models] [--no-pandas] [--polars]

A market has four snapshots a post and, unless ``--weeks`` says otherwise, all of its posts inside the window of 26
weeks: the dearest case, as everything that is compared lies there. Claims are made about the default outcome. Given
several sizes, the cost a post is printed beside each, which shows how it grows. pandas and Polars get the same raw
tables in memory, reading not counted, and do a part of the work only: posts at equal age, the primary claims' cells and
the contrast inside accounts, and the league; the time of our models for that part stands beside theirs.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from analysis.build import build
from bench import frames
from bench.big_market import NOW, BigMarket

# What the part that pandas and Polars do takes here, models that only other claims need left out.
SAME_PART = (
    "staging.stg_repeated_posts",
    "staging.stg_post_keys",
    "intermediate.shown_counts",
    "intermediate.post_observations",
    "intermediate.post_equal_age",
    "intermediate.counted_posts",
    "intermediate.trait_cells",
    "intermediate.account_contrasts",
    "marts.league",
)


@dataclass(kw_only=True)
class Clock:
    """Notes wall and processor seconds whenever something begins."""

    marks: list[tuple[str, float, float]] = field(default_factory=list)

    def begin(self, name: str) -> None:
        """Something begins, and what ran before has ended."""
        self.marks.append((name, time.monotonic(), cpu_seconds()))

    def spans(self) -> list[tuple[str, float, float]]:
        """Name, wall seconds and processor seconds of all that has ended."""
        return [
            (name, later[1] - wall, later[2] - cpu)
            for (name, wall, cpu), later in zip(self.marks, self.marks[1:], strict=False)
        ]


def cpu_seconds() -> float:
    """Of this process so far, all its threads, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_gib() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def built(warehouse: Path, snapshot: Path) -> Clock:
    """A whole build, its models and what comes around them noted."""
    clock = Clock()
    clock.begin("copy of the warehouse")
    build(warehouse, snapshot, now=NOW, threads=2, outcomes=["engagement"], on_model=clock.begin)
    # checks and publishing follow the last model without a call
    clock.begin("end")
    return clock


def measure(folder: Path, post_count: int, options: argparse.Namespace) -> None:
    """Make a market, build it, and print what that took."""
    market = BigMarket(post_count=post_count, account_count=options.accounts, weeks=options.weeks)
    warehouse, snapshot = folder / "warehouse.duckdb", folder / "rivalscope.duckdb"
    market.write(warehouse)
    spans = built(warehouse, snapshot).spans()
    wall, cpu = sum(span[1] for span in spans), sum(span[2] for span in spans)
    print(
        f"{post_count:,} posts over {options.weeks} weeks: {wall:.1f} s ({cpu:.1f} s of two processors), "
        f"{1e6 * cpu / post_count:.0f} µs a post, at most {peak_gib():.1f} GiB, "
        f"{warehouse.stat().st_size / 1e6:.0f} MB loaded, {snapshot.stat().st_size / 1e6:.0f} MB published"
    )
    if options.models:
        for name, model_wall, model_cpu in sorted(spans, key=lambda span: -span[2])[:40]:
            print(f"  {model_wall:8.2f} s {model_cpu:8.2f} s processor  {name}")
    part = [span for span in spans if span[0] in SAME_PART]
    ours = sum(span[1] for span in part), sum(span[2] for span in part)
    print(f"  equal age, primary cells and league: {ours[0]:.2f} s ({ours[1]:.2f} s processor)")
    others: list[tuple[str, Callable[[duckdb.DuckDBPyConnection], float]]] = []
    if not options.no_pandas:
        others.append(("pandas", frames.seconds_of_pandas))
    if options.polars:
        others.append(("Polars", frames.seconds_of_polars))
    for name, seconds_of in others:
        with duckdb.connect(str(snapshot), read_only=True) as connection:
            seconds = seconds_of(connection)
        print(f"  the same in {name}: {seconds:.2f} s, {seconds / ours[0]:.1f} times as long")
    warehouse.unlink()
    snapshot.unlink()


def main() -> None:
    """Measure each size that was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("posts", nargs="*", type=int, default=[100_000])
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--models", action="store_true", help="the seconds of each model")
    parser.add_argument("--no-pandas", action="store_true")
    parser.add_argument("--polars", action="store_true", help="needs the extra `bench`")
    options = parser.parse_args()
    for post_count in options.posts:
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), post_count, options)


if __name__ == "__main__":
    main()
