"""A year of weekly runs over the example market, in simulated time: is every brief right for its week?

python bench/year.py [--weeks N]

The installed commands run as child processes, week after week, with a clock of their own (``RIVALSCOPE_NOW``). In the
course of it a whole network is down for a week, a changed layout makes Mastodon's likes read as zero for two weeks and
is then mended (``reparse``), and the machine is off for three weeks. After each run: the week has its brief, no post is
doubled, every post that the market published since the horizon is known, and what went wrong was said, once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from attrs import define, field

from crawler.items import Platform
from crawler.market import Market, MarketServer, write_project
from crawler.market.generator import HORIZON_WEEKS

ROOT = Path(__file__).parent.parent
OPENED_AT = datetime(2026, 1, 4, 6, 30, tzinfo=UTC)
OUTAGE, FOOLED_FROM, MENDED, OFF = 4, 6, 8, 11
"""Weeks of the first quarter; the following quarters have the same."""
QUARTER = 13
FOOLED = """
import crawler.pages.mastodon.statuses as statuses
from attrs import evolve
_metrics = statuses._metrics
statuses._metrics = lambda status: evolve(_metrics(status), like_count=0)
"""


@define
class Year:
    """One project that watches the market, and what was found wrong with it."""

    folder: Path
    market: Market
    stack: ExitStack
    server: MarketServer = field(init=False)
    ports: dict[str, int] = field(factory=dict)
    wrong: list[str] = field(factory=list)

    def open(self) -> None:
        self.server = self.stack.enter_context(MarketServer(self.market, self.ports))
        self.ports = {name: int(address.rpartition(":")[2]) for name, address in self.server.addresses.items()}

    def run(self, *words: str, is_fooled: bool = False) -> tuple[int, str]:
        paths = [str(ROOT), *([str(self.folder / "fooled")] if is_fooled else [])]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(reversed(paths)),
            "RIVALSCOPE_NOW": self.market.now.isoformat(),
            "NO_COLOR": "1",
        }
        ended = subprocess.run(
            [sys.executable, "-m", "rivalscope", *words],
            cwd=self.folder / "project", env=environment, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return ended.returncode, ended.stdout + ended.stderr

    def expect(self, is_so: bool, sentence: str) -> None:
        if not is_so:
            self.wrong.append(f"{self.market.now:%Y-%m-%d}: {sentence}")
            print(f"    WRONG: {sentence}")

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "project" / "data" / "rivalscope.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def problems(self) -> list[str]:
        """Of the newest run's report."""
        newest = max((self.folder / "project" / "data" / "runs").glob("*-run.json"))
        found: list[str] = json.loads(newest.read_text(encoding="utf-8"))["problems"]
        return found

    def look(self) -> None:
        """What must be so after every run."""
        brief = self.folder / "project" / "briefs" / f"{self.market.now:%G-W%V}.html"
        self.expect(brief.exists(), f"there is no {brief.name}")
        ((rows, posts),) = self.ask("select count(*), count(distinct (platform, host, native_id)) from marts.posts")
        self.expect(rows == posts, f"{rows - posts} posts are doubled")

    def look_for_lost_posts(self) -> None:
        since = self.market.now - timedelta(weeks=HORIZON_WEEKS)
        known = dict(
            self.ask(
                f"""
                select coverage.url, count(*) from marts.posts inner join marts.coverage using (account_id)
                where posts.published_at >= '{since.isoformat()}' and removed_at is null
                group by all
                """
            )
        )
        for player in self.market.cast:
            if not player.is_walled and player.platform != Platform.INSTAGRAM:
                published = sum(post.published_at >= since for post in self.market.posts(player))
                found = known.get(self.server.account_url(player), 0)
                self.expect(found == published, f"{player.handle} published {published} posts, {found} are known")


def weeks(year: Year, count: int) -> Iterator[None]:
    """One step a run."""
    for week in range(count):
        step = week % QUARTER
        if week:
            year.market.now += timedelta(weeks=4 if step == OFF else 1)
        is_down, is_fooled = step == OUTAGE, FOOLED_FROM <= step < MENDED
        if is_down:
            year.stack.close()
        begun = time.monotonic()
        code, told = year.run("run", is_fooled=is_fooled)
        print(
            f"{week + 1:>3}  {year.market.now:%Y-%m-%d}  exit {code:>2}  {time.monotonic() - begun:4.0f} s", flush=True
        )
        year.expect("Traceback" not in told, "a traceback was shown")
        year.look()
        if is_down:
            year.expect(code == 20, f"the network was down, and the run ended with {code}")
            year.open()
        elif is_fooled:
            look_at_drift(year, code, is_first=step == FOOLED_FROM)
        else:
            year.expect(code == (20 if week == 0 else 0), f"the run ended with {code}: {year.problems()}")
            year.look_for_lost_posts()
        if step == MENDED:
            year.run("reparse", "--platform", "mastodon", "--apply")
            year.run("analyze")
            year.expect(year.ask("select * from marts.drift where is_out") == [], "what was mended is still out")
        yield


def look_at_drift(year: Year, code: int, *, is_first: bool) -> None:
    out = year.ask("select distinct platform, field, outcome from marts.drift where is_out and is_newest")
    year.expect(("mastodon", "like_count", "layout_changed") in out, f"likes read as zero were not noticed: {out}")
    year.expect(len(out) == 1, f"more than that was taken for drift: {out}")
    said = [sentence for sentence in year.problems() if "likes are zero" in sentence]
    year.expect(bool(said) is is_first and code == (20 if is_first else 0), f"said {len(said)} times, exit {code}")
    zeros = year.ask("select count(*) from staging.stg_post_metrics where like_count = 0 and share_count > 3")
    year.expect(zeros == [(0,)], f"{zeros} zero likes are counted")


def main() -> int:
    count = int(sys.argv[sys.argv.index("--weeks") + 1]) if "--weeks" in sys.argv else 52
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rivalscope-year-") as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "fooled").mkdir()
        (folder / "fooled" / "sitecustomize.py").write_text(FOOLED, encoding="utf-8")
        year = Year(folder, Market(OPENED_AT), stack)
        year.open()
        write_project(year.server, folder / "project")
        for _ in weeks(year, count):
            pass
    print(f"\n{count} runs in {(time.monotonic() - begun) / 60:.1f} minutes; {len(year.wrong)} things wrong.")
    return 1 if year.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
