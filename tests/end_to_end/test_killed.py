"""kill -9 at any moment of a run, and a full disk: the next run ends where an undisturbed one would have ended."""

import json
import os
import random
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from crawler.market import Market, MarketServer
from crawler.market.cast import CAST
from tests.disks import remount, small_disk
from tests.end_to_end.conftest import OPENED_AT

#: what must not depend on how often a run was killed; observation times do, so they are left out
CONTENT = {
    "posts": "select platform, native_id, role, format, text, published_at, hashtags from marts.posts order by all",
    "counts": """
        select platform, native_id, like_count, comment_count, share_count, missing
        from marts.posts
        order by all
    """,
    "accounts": """
        select company, platform, account, post_count, if(outcome = 'unchanged', 'complete', outcome)
        from marts.coverage
        order by all
    """,
    "claims": """
        select platform, dimension, level, scope, post_count, lift, lift_low, lift_high, verdict
        from marts.claims
        order by all
    """,
    "sales": "select date, source, campaign, session_count, revenue from raw.outcomes order by all",
}
DOUBLED = """
    select count(*) from (select post_id, observed_at from raw.post_metrics group by all having count(*) > 1)
"""
#: one account of each kind: own, with media, a feed of articles, walled, and one that comes as a file
SMALL = tuple(
    player
    for player in CAST
    if (player.company, player.server)
    in {
        ("Larkspur & Loam", "mastodon-a"),
        ("Tessaly Roasters", "appview"),
        ("Hollowfen Coffee", "blog-hollowfen"),
        ("Brindlewick", "mastodon-b"),
        ("Tessaly Roasters", "instagram"),
    }
)
STAGES = {"crawl": ("crawl", "--no-load"), "load": ("load",), "analyze": ("analyze",), "brief": ("brief",)}
#: the market stands still meanwhile, so that every look sees the same counts, and no post comes of age
BETWEEN_STAGES = timedelta(minutes=10)
BEGINS_AT = {stage: OPENED_AT + number * BETWEEN_STAGES for number, stage in enumerate(STAGES, start=1)}
#: so many at each stage
KILLS = int(os.environ.get("RIVALSCOPE_KILLS", "1"))
#: kB of a project's disk; a crawl runs out of room at 400, a load at 1200, a build at 2500, 6000 and 14000
DISKS = [int(size) for size in os.environ.get("RIVALSCOPE_DISKS", "400").split(",")]


@pytest.fixture(scope="module")
def server() -> Iterator[MarketServer]:
    with MarketServer(Market(OPENED_AT, cast=SMALL)) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(new_shop: Callable[..., Any], server: MarketServer) -> Any:
    """A project after all stages; ``seconds`` says how long each took."""
    shop = new_shop(server)
    shop.run("import", "inbox")
    shop.seconds = run_stages(shop)
    return shop


def run_stages(shop: Any) -> dict[str, float]:
    """All stages, each at its moment; how many seconds each took."""
    seconds = {}
    for stage, words in STAGES.items():
        shop.now = BEGINS_AT[stage]
        started = time.monotonic()
        shop.run(*words, exit_code=None)
        seconds[stage] = time.monotonic() - started
    return seconds


def killed(shop: Any, stage: str, seconds: float, *, is_all: bool) -> bool:
    """Start a command and kill it after so long, with all its children or alone; False when it ended before."""
    with shop.start(*STAGES[stage]) as process:
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            front = psutil.Process(process.pid)
            for victim in [front, *(front.children(recursive=True) if is_all else ())]:
                with suppress(psutil.NoSuchProcess):
                    victim.kill()
            process.communicate()
            return True
    return False


def what_is_there_is_whole(shop: Any) -> bool:
    """Whoever looks between two kills sees a whole snapshot and a whole brief, or none."""
    snapshot = shop.folder / "data" / "rivalscope.duckdb"
    pages = list((shop.folder / "briefs").glob("*.html"))
    is_whole = not snapshot.exists() or shop.ask("select count(*) >= 0 from marts.coverage") == [(True,)]
    return is_whole and all(page.read_text(encoding="utf-8").rstrip().endswith("</html>") for page in pages)


def landed_observations(folder: Path) -> set[tuple[str, ...]]:
    """Of every whole line that any crawl landed: which post's counts, and when."""
    found = set()
    for path in (folder / "data" / "landing").rglob("*.jsonl*"):
        for line in path.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n") and (record := json.loads(line))["record"] == "metrics":
                found.add(tuple(record[name] for name in ("platform", "host", "native_id", "observed_at")))
    return found


def test_stages_killed_again_and_again_end_as_if_nothing_had_happened(
    new_shop: Callable[..., Any], server: MarketServer, undisturbed: Any
) -> None:
    shop = new_shop(server)
    shop.run("import", "inbox")
    moments = random.Random(20)
    for stage in STAGES:
        kills = 0
        shop.now = BEGINS_AT[stage] - BETWEEN_STAGES / 2
        for _ in range(4 * KILLS):
            moment, is_all = moments.uniform(0, undisturbed.seconds[stage]), moments.random() < 0.5
            kills += killed(shop, stage, moment, is_all=is_all)
            assert what_is_there_is_whole(shop)
            shop.now += BETWEEN_STAGES / (16 * KILLS)
            if kills == KILLS:
                break
        assert kills == KILLS, f"{stage} always ended before it was killed"
        shop.now = BEGINS_AT[stage]
        shop.run(*STAGES[stage], exit_code=None)
    for name, query in CONTENT.items():
        assert shop.ask(query) == undisturbed.ask(query), name
    assert shop.ask(DOUBLED) == [(0,)]
    with duckdb.connect(str(shop.folder / "data" / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from raw.post_metrics").fetchall() == [
            (len(landed_observations(shop.folder)),)
        ]
    assert sorted(path.name for path in (shop.folder / "data").iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("size", DISKS)
def test_a_run_whose_disk_is_full_says_so_and_is_done_when_there_is_room(
    new_shop: Callable[..., Any], server: MarketServer, undisturbed: Any, tmp_path: Path, size: int
) -> None:
    with small_disk(tmp_path, size) as folder:
        shop = new_shop(server, folder)
        process = shop.start("run")
        out, err = process.communicate(timeout=240)
        assert process.returncode not in (0, 20)
        assert "Traceback" not in out + err
        assert re.search(r"No space left|No room left", err), err
        assert not re.search(r"unexpected|Error|Exception", err), err
        remount(folder, "size=1g")
        shop.run("import", "inbox")
        run_stages(shop)
        for name, query in CONTENT.items():
            assert shop.ask(query) == undisturbed.ask(query), name
        assert shop.ask(DOUBLED) == [(0,)]
