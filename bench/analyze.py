"""How fast the models build: a market of any size, the seconds of each model, and the same with pandas and Polars.

python bench/analyze.py [POSTS…] [--weeks W] [--accounts 1000] [--increment ROWS] [--models] [--no-whole] [--no-pandas]
    [--polars]

A market has four snapshots a post, all of its posts evenly over the weeks. Unless ``--weeks`` says otherwise, these are
the 26 weeks of the window, the dearest case, as everything that is compared lies there; from ten million posts on five
years, as a thousand accounts do not write ten thousand posts each in half a year. Which it was is printed.

Timed are first the models that people ask for most (``ASKED``) with all that they are made of, claims about every
dimension and the default outcome; then a whole build, which is what ``rivalscope analyze`` does. ``--models`` builds
the first once more, one model after the other. Given several sizes, the cost a post is printed beside each, which
shows how it grows. ``--increment`` builds as things were before the newest so many rows were seen, then whole over
that snapshot.

pandas (bench/frames.py) does a part of the work, and our models do the same part once more, to stand beside it: from
the loaded posts and snapshots of the warehouse to which content of a post holds, which of its snapshots count, its
counts at equal age in six definitions and why it has none, the own posts of both evaluations with the accounts' top
deciles, the primary claims up to pooled estimates and intervals (contrasts inside accounts and months, plain and for
the top decile; without p-values), and the league. Both are given which accounts there are, the traits of posts, the
followers when they were published, and who was present. All that pandas finds must be what our tables say. It gets the
tables as frames, ids as texts; what reading them takes is told apart. pandas has one thread, DuckDB two. Polars
(bench/polars_frames.py) does less: equal age, differences inside accounts and a league of three columns. A machine that
others use too makes wall seconds longer, and processor seconds less so.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from analysis.build import build
from analysis.model_files import Model, ordered, read_models
from analysis.warehouse import connect
from bench import frames, polars_frames
from bench.big_market import NOW, BigMarket

ASKED = (
    "marts.posts",
    "marts.claims",
    "marts.league",
    "marts.weekly_trends",
    "marts.share_of_voice",
    "intermediate.post_breakouts",
)
LARGE = 10_000_000
# The part that pandas does, too (bench/frames.py), ends in these ...
PART = ("intermediate.pooled_effects", "marts.league")
# ... and begins with these, which pandas gets as well.
GIVEN = (
    "staging.stg_account_ids",
    "staging.stg_accounts",
    "staging.stg_account_metrics",
    "intermediate.evaluations",
    "intermediate.outcomes",
    "intermediate.trait_levels",
    "intermediate.post_breakouts",
    "intermediate.promoted_suspects",
    "intermediate.post_results",
    "marts.company_weeks",
    "marts.presence",
)
# What only checks a claim, and other traits, is no part of it.
LEFT_OUT = (
    "intermediate.post_tags",
    "intermediate.definition_cells",
    "intermediate.adjusted_cells",
    "intermediate.median_contrasts",
    "intermediate.left_out_effects",
    "intermediate.share_shifts",
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


def built(
    warehouse: Path,
    snapshot: Path,
    *,
    now: datetime = NOW,
    targets: Sequence[str] | None = None,
    on_model: Callable[[str], None] | None = None,
) -> tuple[float, float]:
    """Wall and processor seconds of a build. Over a snapshot that is there it takes over what it can."""
    wall, cpu = time.monotonic(), cpu_seconds()
    build(warehouse, snapshot, now=now, outcomes=["engagement"], targets=targets, on_model=on_model)
    return time.monotonic() - wall, cpu_seconds() - cpu


def told(what: str, seconds: tuple[float, float], post_count: int) -> float:
    """Print what a build took; its processor seconds."""
    wall, cpu = seconds
    print(
        f"  {what}: {wall:.1f} s ({cpu:.1f} s of two processors), {1e6 * cpu / post_count:.0f} µs a post, "
        f"so far at most {peak_gib():.1f} GiB",
        flush=True,
    )
    return cpu


def tell_models(warehouse: Path, snapshot: Path) -> None:
    """Print what each model takes where they are built one after the other."""
    clock = Clock()
    clock.begin("copy of the warehouse")
    built(warehouse, snapshot, targets=ASKED, on_model=clock.begin)
    clock.begin("end")  # checks and publishing follow the last model without a call
    for name, wall, cpu in sorted(clock.spans(), key=lambda span: -span[2])[:40]:
        print(f"  {wall:8.2f} s {cpu:8.2f} s processor  {name}")


def measure(folder: Path, post_count: int, options: argparse.Namespace) -> None:
    """Make a market, build it, and print what that took."""
    weeks = options.weeks or (260 if post_count >= LARGE else 26)
    market = BigMarket(post_count=post_count, account_count=options.accounts, weeks=weeks)
    warehouse, snapshot = folder / "warehouse.duckdb", folder / "rivalscope.duckdb"
    market.write(warehouse)
    print(f"{post_count:,} posts over {weeks} weeks, {warehouse.stat().st_size / 1e6:.0f} MB loaded", flush=True)
    told("asked for most", built(warehouse, snapshot, targets=ASKED), post_count)
    if options.models:
        snapshot.unlink()
        tell_models(warehouse, snapshot)
    compare(snapshot, options)
    if not options.no_whole:
        snapshot.unlink()
        whole = told("whole build", built(warehouse, snapshot), post_count)
        print(f"  {snapshot.stat().st_size / 1e6:.0f} MB published")
        if options.increment:
            snapshot.unlink()
            built(warehouse, snapshot, now=before_newest(warehouse, options.increment))
            over = told(f"{options.increment:,} rows later", built(warehouse, snapshot), post_count)
            print(f"  that is {100 * over / whole:.0f} % of a whole build")
    warehouse.unlink()
    snapshot.unlink()


def before_newest(warehouse: Path, row_count: int) -> datetime:
    """The moment before the newest so many posts and snapshots were seen."""
    with connect(warehouse, read_only=True) as connection:
        [(moment,)] = connection.execute(
            """
            select min(observed_at) - interval 1 second
            from (
                select observed_at
                from (select observed_at from raw.posts union all select observed_at from raw.post_metrics)
                order by observed_at desc
                limit ?
            )
            """,
            [row_count],
        ).fetchall()
    return moment  # type: ignore[no-any-return]  # a timestamp


def part_models() -> list[Model]:
    """What ``PART`` is made of from ``GIVEN`` on, each after those it reads."""
    models = read_models(Path(str(files("analysis"))))
    by_table = {model.table: model for model in models}
    wanted: set[str] = set()
    waiting = list(PART)
    while waiting:
        table = waiting.pop()
        if table in by_table and table not in {*wanted, *GIVEN, *LEFT_OUT}:
            wanted.add(table)
            waiting += by_table[table].refs
    known = {ref for model in models for ref in model.refs}
    return [model for model in ordered(models, known=known) if model.table in wanted]


def seconds_of_ours(connection: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """Wall and processor seconds of our models for the part; the snapshot has only primary traits then."""
    connection.execute("delete from seeds.dimensions where family != 'primary'")
    connection.execute(
        "create or replace table intermediate.trait_levels as "
        "select post_id, format, post_type from intermediate.trait_levels"
    )
    tables = {
        table
        for (table,) in connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    }
    for table in tables & set(LEFT_OUT):
        connection.execute(f"delete from {table}")
    models = [model for model in part_models() if model.table in tables]  # views are there
    wall, cpu = time.monotonic(), cpu_seconds()
    for model in models:
        connection.execute(f"create or replace table {model.table} as {model.sql}")
    return time.monotonic() - wall, cpu_seconds() - cpu


def compare(snapshot: Path, options: argparse.Namespace) -> None:
    """Print what a part of the work takes here, and what it takes in data frames, which must find the same."""
    with connect(snapshot, threads=2) as connection:
        ours = seconds_of_ours(connection)
        print(f"  equal age, primary claims and league: {ours[0]:.2f} s ({ours[1]:.2f} s processor)", flush=True)
        if not options.no_pandas:
            clock = Clock()
            clock.begin("reading")
            tables = frames.read(connection)
            clock.begin("pandas")
            found = frames.part(tables)
            clock.begin("end")
            differing = frames.disagreements(connection, found)
            assert not differing, differing
            (_, reading, _), (_, wall, cpu) = clock.spans()
            print(
                f"  the same in pandas: {wall:.2f} s ({cpu:.2f} s processor), {wall / ours[0]:.1f} times as long; "
                f"reading takes {reading:.2f} s more, in all {(wall + reading) / ours[0]:.1f} times as long",
                flush=True,
            )
        if options.polars:
            seconds = polars_frames.seconds_of_polars(connection)
            print(f"  a smaller part in Polars: {seconds:.2f} s", flush=True)


def main() -> None:
    """Measure each size that was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("posts", nargs="*", type=int, default=[100_000])
    parser.add_argument("--weeks", type=int, help="default: 26, from ten million posts on 260")
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--increment", type=int, metavar="ROWS", help="build over a snapshot without the newest rows")
    parser.add_argument("--models", action="store_true", help="build once more, and print the seconds of each model")
    parser.add_argument("--no-whole", action="store_true", help="only the models that are asked for most")
    parser.add_argument("--no-pandas", action="store_true")
    parser.add_argument("--polars", action="store_true", help="needs the extra `bench`")
    options = parser.parse_args()
    for post_count in options.posts:
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), post_count, options)


if __name__ == "__main__":
    main()
