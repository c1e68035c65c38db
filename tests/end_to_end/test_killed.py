"""kill -9 at any moment of a run: the next run ends where an undisturbed one would have ended."""

import os
import random
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
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
KILLS = int(os.environ.get("RIVALSCOPE_KILLS", "2"))


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
    shop.run("analyze")
    for name, query in CONTENT.items():
        assert shop.ask(query) == undisturbed.ask(query), name
    assert shop.ask(DOUBLED) == [(0,)]
