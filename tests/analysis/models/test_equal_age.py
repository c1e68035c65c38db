"""Counts are compared at equal age, and what is unknown is never a zero."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Seen, Written

TARGETS = ("marts.posts",)


@pytest.fixture(scope="module")
def found(lab: Lab) -> dict[str, dict[str, Any]]:
    """Every case as one post of Mastodon (compared at 72 hours) or of another platform; its row of marts.posts."""
    published_at = lab.now - timedelta(days=40)

    def case(name: str, *seen: Seen, **fields: Any) -> Written:
        return lab.post(fields.pop("account", "acorn"), name, fields.pop("at", published_at), seen=seen, **fields)

    posts = [
        case("interpolated", lab.seen(50, 80, 10, 10), lab.seen(100, 180, 10, 10)),
        case("exactly-at-72", lab.seen(50, 80, 10, 10), lab.seen(72, 90, 10, 10), lab.seen(100, 300, 0, 0)),
        case("gap-before", lab.seen(20, 80, 10, 10), lab.seen(100, 180, 10, 10)),
        case("gap-after", lab.seen(50, 80, 10, 10), lab.seen(150, 180, 10, 10)),
        case("seen-late-only", lab.seen(300, 40, 1, 1), lab.seen(400, 30, 1, 1)),
        case("went-down", lab.seen(80, 90, 0, 0), lab.seen(200, 70, 0, 0)),
        case("unknown-in-between", lab.seen(75, 90, 0, None), lab.seen(120, 110, 0, 5)),
        case("unknown-for-ever", lab.seen(75, 90, 0, None), lab.seen(120, 110, 0, None)),
        case("not-seen-again", lab.seen(10, 5, 0, 0)),
        case("too-young", lab.seen(10, 5, 0, 0), at=lab.now - timedelta(hours=71)),
        case("zero", lab.seen(80, 0, 0, 0)),
        case("negative-score", lab.seen(300, -3, 1, None), platform="reddit"),
        case("no-date", lab.seen(20, 5, 1, 1), at=None, precision=None),
        case("before-publishing", lab.seen(-5, 9, 9, 9), lab.seen(90, 1, 1, 1)),
        case("instagram-shares-are-not-shown", lab.seen(200, 9, 4, None), platform="instagram"),
        case("site-with-comments", lab.seen(700, None, 7, None), platform="web", account="blog"),
        case("site-with-comments-unknown", lab.seen(700, None, None, None), platform="web", account="blog"),
        case("site-with-a-stray-like", lab.seen(700, 3, 7, None), platform="web", account="blog"),
        case("site-with-comments-too", lab.seen(700, None, 0, None), platform="web", account="blog"),
        case("site-without-counts", lab.seen(700), platform="web", account="quiet"),
    ]
    built: Built = lab.build(lab.world(posts))
    return {row["native_id"]: row for row in built.rows("select * from marts.posts")}


def at_age(found: dict[str, dict[str, Any]], name: str) -> tuple[Any, Any]:
    """Value and reason."""
    return found[name]["engagement_at_age"], found[name]["engagement_at_age_missing"]


def test_between_two_close_observations_it_is_interpolated_in_logarithms(found: dict[str, dict[str, Any]]) -> None:
    share = math.log(72 / 50) / math.log(100 / 50)
    expected = math.exp(math.log(101) + share * (math.log(201) - math.log(101))) - 1
    assert found["interpolated"]["engagement_at_age"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exactly-at-72", 110),
        ("gap-before", 200),
        ("gap-after", 200),
        ("seen-late-only", 42),
        ("went-down", 90),
        ("unknown-in-between", 115),
        ("zero", 0),
        ("before-publishing", 3),
        ("instagram-shares-are-not-shown", 13),
        ("site-with-comments", 7),
        ("site-with-a-stray-like", 7),
    ],
)
def test_first_observation_at_or_after_the_age(found: dict[str, dict[str, Any]], name: str, value: int) -> None:
    assert at_age(found, name) == (value, None)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("unknown-for-ever", "unknown_count"),
        ("not-seen-again", "not_observed_in_time"),
        ("too-young", "too_young"),
        ("no-date", "no_date"),
        ("site-with-comments-unknown", "unknown_count"),
        ("site-without-counts", "no_public_counts"),
    ],
)
def test_what_cannot_be_compared_says_why(found: dict[str, dict[str, Any]], name: str, reason: str) -> None:
    assert at_age(found, name) == (None, reason)


def test_newest_counts_are_kept_as_they_are(found: dict[str, dict[str, Any]]) -> None:
    assert found["went-down"]["engagement"] == 70
    assert found["unknown-for-ever"]["engagement"] is None
    assert found["unknown-for-ever"]["like_count"] == 110
    assert found["negative-score"]["engagement"] == -2
    assert found["site-without-counts"]["engagement"] is None
    assert found["interpolated"]["age_hours"] == pytest.approx(100)
