"""A year of weekly runs over the example market, in simulated time: is every brief right for its week?

python bench/year.py [--weeks N]

The commands run week after week in this process, with a clock of their own (``RIVALSCOPE_NOW``); crawls are processes
of their own, as always. In each quarter a whole network is down for a week, a changed layout makes Mastodon's likes
read as zero for two weeks and is then mended (``reparse``), and the machine is off for three weeks; in the course of
the year a handle is renamed, an account goes to another server, and a blog to another site, each followed two weeks
later (``rename``). After each run: the week has its brief, with the posts that each company published; no post is
doubled; every post that the market published since the horizon is known; and what went wrong was said, once.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from attrs import define, field, frozen

import rivalscope
from bench.moving_market import MovingMarket, MovingServer
from crawler.items import Platform, Role
from crawler.market import write_project
from crawler.market.cast import CAST, Player
from crawler.market.generator import HORIZON_WEEKS

ROOT = Path(__file__).parent.parent
OPENED_AT = datetime(2026, 1, 4, 6, 30, tzinfo=UTC)
FOLLOWED_AFTER = 2
"""Runs, until the user changes the link of an account that has moved."""
SAID_OF_A_MOVE = ("The account says that it moved to", "sends us on to")
FOOLED = """
import crawler.pages.mastodon.statuses as statuses
from attrs import evolve
_metrics = statuses._metrics
statuses._metrics = lambda status: evolve(_metrics(status), like_count=0)
"""


@frozen(kw_only=True)
class Troubles:
    """In which run (from 0) is what."""

    outages: Collection[int]
    """Nobody answers."""
    fooled: Collection[int]
    """Likes read as zero."""
    mended: Collection[int]
    """The pages are read right again, those of before by ``reparse``."""
    off_before: Collection[int]
    """The machine was off for three weeks."""
    moves: Mapping[int, str]
    """Which of :class:`~bench.moving_market.Moves` has happened since the run before."""


QUARTERS = (0, 13, 26, 39)
WHOLE_YEAR = Troubles(
    outages=[start + 4 for start in QUARTERS],
    fooled=[start + week for start in QUARTERS for week in (6, 7)],
    mended=[start + 8 for start in QUARTERS],
    off_before=[start + 11 for start in QUARTERS],
    moves={9: "renamed_at", 22: "moved_at", 35: "blog_moved_at"},
)


@define
class Year:
    """One project that watches the market, and what was found wrong with it."""

    folder: Path
    market: MovingMarket
    stack: ExitStack
    server: MovingServer = field(init=False)
    ports: dict[str, int] = field(factory=dict)
    followed: dict[str, str] = field(factory=dict)
    """Links that the user has changed since they moved: old → new."""
    ran_at: list[datetime] = field(factory=list)
    """Of runs that found the network up."""
    wrong: list[str] = field(factory=list)
    said: Counter[str] = field(factory=Counter)
    """What runs said was wrong: which of :data:`SAID_OF_A_MOVE` → in how many runs."""

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def open(self) -> None:
        self.server = self.stack.enter_context(MovingServer(self.market, self.ports))
        self.ports = {name: int(address.rpartition(":")[2]) for name, address in self.server.addresses.items()}

    def run(self, *words: str, is_fooled: bool = False, hours_later: int = 0) -> tuple[int, str]:
        """Exit code and all that was printed; ``hours_later`` than the week's run."""
        now = self.market.now + timedelta(hours=hours_later)
        paths = [*([str(self.folder / "fooled")] if is_fooled else []), str(ROOT)]
        given = {"PYTHONPATH": os.pathsep.join(paths), "RIVALSCOPE_NOW": now.isoformat(), "NO_COLOR": "1"}
        before = {name: os.environ.get(name) for name in given}
        printed = io.StringIO()
        os.environ.update(given)
        try:
            with chdir(self.project), redirect_stdout(printed), redirect_stderr(printed):
                code = rivalscope.main(words)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
        self.expect("Traceback" not in printed.getvalue(), f"a traceback was shown by {' '.join(words)}")
        return code, printed.getvalue()

    def expect(self, is_so: bool, sentence: str) -> None:
        if not is_so:
            self.wrong.append(f"{self.market.now:%Y-%m-%d}: {sentence}")
            print(f"    WRONG: {sentence}", flush=True)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.project / "data" / "rivalscope.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def problems(self) -> list[str]:
        """Of the newest run's report."""
        newest = max((self.project / "data" / "runs").glob("*-run.json"))
        found: list[str] = json.loads(newest.read_text(encoding="utf-8"))["problems"]
        return found

    def follow(self) -> None:
        """Change the links of whatever has moved, as the user is told to."""
        for old, new in self.server.renames().items():
            if old not in self.followed:
                code, told = self.run("rename", old, new)
                self.expect(code == 0, told)
                self.followed[old] = new

    # --- what must be so after a run ---

    def look(self) -> None:
        """After every run."""
        brief = self.project / "briefs" / f"{self.market.now:%G-W%V}.html"
        self.expect(brief.exists(), f"there is no {brief.name}")
        ((rows, posts),) = self.ask("select count(*), count(distinct (platform, host, native_id)) from marts.posts")
        self.expect(rows == posts, f"{rows - posts} posts are doubled")
        for said in SAID_OF_A_MOVE:
            self.said[said] += any(said in problem for problem in self.problems())

    def look_at_the_week(self) -> None:
        """The last whole week in the brief, company by company, is what runs could see of what they published."""
        midnight = self.market.now.replace(hour=0, minute=0, second=0)
        monday = midnight - timedelta(days=midnight.weekday() + 7)
        published: Counter[tuple[str, str]] = Counter()
        for player in self.players():
            seen = {post.number: post for at in self.ran_at[-3:] for post in self.market.posts(player, at)}
            published[player.platform, player.company] += sum(
                post.role == Role.ORIGINAL and monday <= post.published_at < monday + timedelta(weeks=1)
                for post in seen.values()
            )
        query = f"""
            select platform, company, post_count from marts.share_of_voice
            semi join marts.company_weeks using (week_start_date, platform, company)
            where week_start_date = '{monday:%Y-%m-%d}' and platform != 'instagram'
        """
        told = self.ask(query)
        self.expect(len(told) > 0, f"nothing is told of the week of {monday:%Y-%m-%d}")
        for platform, company, count in told:
            made = published[platform, company]
            self.expect(count == made, f"{company} on {platform}: {count} posts are told of, {made} were made")

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
        published: Counter[str] = Counter()
        for player in self.players():
            link = self.server.account_url(player)
            published[self.followed.get(link, link)] += sum(
                post.published_at >= since for post in self.market.posts(player)
            )
        for link, count in published.items():
            self.expect(known.get(link, 0) == count, f"{link} published {count} posts, {known.get(link, 0)} are known")

    def players(self) -> Iterator[Player]:
        """Accounts whose posts a crawl can see."""
        return (each for each in self.market.cast if not each.is_walled and each.platform != Platform.INSTAGRAM)


def weeks(year: Year, troubles: Troubles, count: int) -> Iterator[int]:
    """One step a run; gives its number."""
    for week in range(count):
        if week:
            year.market.now += timedelta(weeks=4 if week in troubles.off_before else 1)
        if week - FOLLOWED_AFTER in troubles.moves:
            year.follow()
        if week in troubles.moves:
            year.market.move(**{troubles.moves[week]: year.market.now - timedelta(days=3)})
        if week in troubles.outages:
            year.stack.close()
        begun, burnt = time.monotonic(), cpu_seconds()
        code, told = year.run("run", is_fooled=week in troubles.fooled)
        spent = f"{time.monotonic() - begun:4.0f} s, {cpu_seconds() - burnt:4.0f} s of a processor"
        print(f"{week + 1:>3}  {year.market.now:%Y-%m-%d}  exit {code:>2}  {spent}", flush=True)
        year.expect(code != 1, told)
        year.look()
        if week in troubles.outages:
            year.expect(code == 20, f"the network was down, and the run ended with {code}")
            year.open()
        else:
            year.ran_at.append(year.market.now)
            look_at_run(year, troubles, week, code)
        if week in troubles.mended:
            year.run("reparse", "--platform", "mastodon", "--apply", hours_later=1)
            year.run("analyze", hours_later=2)
            year.expect(year.ask("select * from marts.drift where is_out") == [], "what was mended is still out")
        yield week


def look_at_run(year: Year, troubles: Troubles, week: int, code: int) -> None:
    if week in troubles.fooled:
        look_at_drift(year, code, is_first=week - 1 not in troubles.fooled)
        return
    is_news = week == 0 or troubles.moves.get(week) in ("moved_at", "blog_moved_at")
    year.expect(code == (20 if is_news else 0), f"the run ended with {code}: {year.problems()}")
    year.look_at_the_week()
    is_awaited = any(
        0 <= week - moved < FOLLOWED_AFTER and what != "renamed_at" for moved, what in troubles.moves.items()
    )
    if not is_awaited:
        year.look_for_lost_posts()


def cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def look_at_drift(year: Year, code: int, *, is_first: bool) -> None:
    out = year.ask("select distinct platform, field, outcome from marts.drift where is_out and is_newest")
    year.expect(("mastodon", "like_count", "layout_changed") in out, f"likes read as zero were not noticed: {out}")
    year.expect(len(out) == 1, f"more than that was taken for drift: {out}")
    said = [sentence for sentence in year.problems() if "likes are zero" in sentence]
    year.expect(bool(said) is is_first and code == (20 if is_first else 0), f"said {len(said)} times, exit {code}")
    noticed = year.ask("select count(*) from marts.notices where sentence like '%likes are zero%'")
    year.expect(noticed == [(int(is_first),)], f"{noticed} notices in the brief")
    zeros = year.ask("select count(*) from staging.stg_post_metrics where like_count = 0 and share_count > 3")
    year.expect(zeros == [(0,)], f"{zeros} zero likes are counted")


def opened_year(folder: Path, stack: ExitStack, cast: tuple[Player, ...] = CAST) -> Year:
    """A project beside an open market."""
    (folder / "fooled").mkdir()
    (folder / "fooled" / "sitecustomize.py").write_text(FOOLED, encoding="utf-8")
    year = Year(folder, MovingMarket(OPENED_AT, cast), stack)
    year.open()
    write_project(year.server, year.project)
    return year


def main() -> int:
    count = int(sys.argv[sys.argv.index("--weeks") + 1]) if "--weeks" in sys.argv else 52
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rivalscope-year-") as name, ExitStack() as stack:
        year = opened_year(Path(name), stack)
        for _ in weeks(year, WHOLE_YEAR, count):
            pass
        happened = sum(week < count and what != "renamed_at" for week, what in WHOLE_YEAR.moves.items())
        year.expect(sum(year.said.values()) == happened, f"of {happened} moves {dict(year.said)} runs told")
    print(f"\n{count} runs in {(time.monotonic() - begun) / 60:.1f} minutes; {len(year.wrong)} things wrong.")
    return 1 if year.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
