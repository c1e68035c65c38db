"""kill -9 at any moment of a run, and a full disk: the next run ends where an undisturbed one would have ended."""

import os
import random
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

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
}
DOUBLED = """
    select count(*) from (select post_id, observed_at from raw.post_metrics group by all having count(*) > 1)
"""
#: the market stands still meanwhile, so that every look sees the same counts, and no post comes of age
FINISHED_AFTER = timedelta(minutes=10)
#: so that what a run saw at its end is not in the future of the analysis that follows
LONGEST_RUN = timedelta(minutes=4)
KILLS = int(os.environ.get("RIVALSCOPE_KILLS", "1"))
#: kB of a project's disk; a crawl runs out of room at 400, a load at 3000, a build at 9000
DISKS = [int(size) for size in os.environ.get("RIVALSCOPE_DISKS", "400").split(",")]


@pytest.fixture(scope="module")
def undisturbed(new_shop: Callable[..., Any]) -> Any:
    shop = new_shop()
    shop.now += FINISHED_AFTER
    shop.run("run", exit_code=None)
    return shop


def test_a_run_killed_again_and_again_ends_as_if_nothing_had_happened(
    new_shop: Callable[..., Any], undisturbed: Any
) -> None:
    shop = new_shop(undisturbed.server)
    moments = random.Random(20)
    for _ in range(KILLS):
        process = shop.start("run")
        try:
            process.communicate(timeout=moments.uniform(0.5, 9))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        shop.now += FINISHED_AFTER / (KILLS + 1)
    shop.now = undisturbed.now
    shop.run("run", exit_code=None)
    # a run that was killed after its analysis keeps it, as of that moment
    shop.now += LONGEST_RUN
    shop.run("analyze")
    for name, query in CONTENT.items():
        assert shop.ask(query) == undisturbed.ask(query), name
    assert shop.ask(DOUBLED) == [(0,)]


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of ``size`` kB; skips where this machine does not let us mount one."""
    made = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", str(folder)]
    if subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes rights that are missing here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("size", DISKS)
def test_a_run_whose_disk_is_full_says_so_and_is_done_when_there_is_room(
    new_shop: Callable[..., Any], undisturbed: Any, tmp_path: Path, size: int
) -> None:
    with small_disk(tmp_path, size) as folder:
        shop = new_shop(undisturbed.server, folder)
        shop.now = undisturbed.now
        process = shop.start("run")
        out, err = process.communicate(timeout=240)
        assert process.returncode not in (0, 20)
        assert "Traceback" not in out + err
        assert re.search(r"No space left|No room left", err), err
        assert "unexpected" not in err
        larger = ["mount", "-o", "remount,size=1g", "none", str(folder)]
        subprocess.run(larger, check=True)
        shop.run("run", exit_code=None)
        shop.now += LONGEST_RUN
        shop.run("analyze")
        for name, query in CONTENT.items():
            assert shop.ask(query) == undisturbed.ask(query), name
        assert shop.ask(DOUBLED) == [(0,)]
