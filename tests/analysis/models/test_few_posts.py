"""An interval stays honest when few posts share a month."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Lab

TARGETS = ("marts.claims",)


def test_posts_that_happen_to_agree_inside_a_month_do_not_shrink_the_interval(lab: Lab) -> None:
    """Three polls an account, two of them in one month with the same count: the difference says little about spread."""
    random = np.random.default_rng(3)
    posts = []
    for account in ("ada", "bo", "cy"):
        ages = [(10, "poll", 300), (12, "poll", 300), (60, "poll", 700)]
        ages += [(7 + 2 * index, "text", round(200 * math.exp(0.7 * random.standard_normal()))) for index in range(45)]
        posts += [
            lab.post(
                account,
                f"{account}-{index}",
                lab.now - timedelta(days=days),
                format=media,
                text=None,
                seen=[lab.seen(100, likes, 0, 0)],
            )
            for index, (days, media, likes) in enumerate(ages)
        ]
    built = lab.build(lab.world(posts=posts))
    (row,) = built.rows(
        """
        select lift_low, lift_high, stratified_low, stratified_high
        from marts.claims
        where dimension = 'format' and level = 'poll' and scope = 'here' and outcome = 'engagement'
        """
    )
    plain = math.log(row["lift_high"] / row["lift_low"])
    stratified = math.log(row["stratified_high"] / row["stratified_low"])
    assert stratified > 0.8 * plain
