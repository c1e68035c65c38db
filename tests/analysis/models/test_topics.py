"""What posts are about, by the words that several accounts use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab

TARGETS = (
    "staging.stg_posts",
    "intermediate.post_topics",
    "intermediate.post_traits",
    "intermediate.topic_terms",
    "marts.claims",
)
FILLER = ("Quiet window", "Grey sky", "Empty street", "Warm lamp", "Open door", "Old clock", "Soft rug", "Tall tree")
SAID: dict[str, list[str]] = {
    # every fourth post of four accounts, in the plural and in the singular
    "bean": ["The new beans are in", "Now more beans, and how", "One bean of many", "Beans!"],
    "cold brew": ["Cold brew for all", "We have our cold brew.", "cold brew for you", "More cold brew"],
    "café": ["Le café du matin est là", "Un bon café, c'est tout", "Nous avons du café pour vous", "L'heure du café"],
}


def _posts(lab: Lab) -> list[Any]:
    posts = []
    for number in range(240):
        account = number % 4
        kind = number // 4 % 4
        says = list(SAID.values())[kind][number // 16 % 4] if kind < 3 else f"{FILLER[number // 16 % 8]} {number}"
        always = "avec nous" if kind == 2 else "with our"
        text = f"{says} {always} #Spring2026 @someone https://shop.example/grinder shop{account}"
        posts.append(
            lab.post(
                account=f"shop{account}",
                native_id=str(number),
                published_at=lab.now - timedelta(days=5 + number % 30, hours=number),
                seen=[lab.seen(80, (300 if kind == 1 else 100) + number % 7, 0, 0)],
                text=text,
            )
        )
    posts += [
        lab.post("shop0", f"own-{n}", lab.now - timedelta(days=6, hours=n), text=f"Only we say zebra {n}", seen=())
        for n in range(20)
    ]
    posts.append(lab.post("shop0", "dutch", lab.now - timedelta(days=6), text="De cold brew is er", language="nl"))
    posts.append(lab.post("shop0", "no-text", lab.now - timedelta(days=6), text=None))
    return posts


@pytest.fixture(scope="module")
def built(lab: Lab) -> Built:
    return lab.build(lab.world(_posts(lab)))


@pytest.fixture(scope="module")
def topics(built: Built) -> dict[str, set[str]]:
    """Native id → what the post is about."""
    found: dict[str, set[str]] = {}
    for row in built.rows(
        "select native_id, level from intermediate.post_traits inner join staging.stg_posts using (post_id) "
        "where dimension = 'topic'"
    ):
        found.setdefault(row["native_id"], set()).add(row["level"])
    return found


def test_topics_are_words_that_several_accounts_use(built: Built) -> None:
    rows = built.rows("select distinct topic from intermediate.topic_terms")
    assert {row["topic"] for row in rows} == {"beans", "cold brew", "café"}


def test_singular_and_plural_are_one_topic_and_a_pair_takes_its_words_place(topics: dict[str, set[str]]) -> None:
    for number, topic in {0: "beans", 16: "beans", 32: "beans", 48: "beans", 4: "cold brew", 20: "cold brew"}.items():
        assert topics[str(number)] == {"*", topic}
    assert topics["12"] == {"*"}


def test_what_nobody_could_look_at_has_no_topic_at_all(topics: dict[str, set[str]]) -> None:
    assert "dutch" not in topics
    assert "no-text" not in topics


def test_a_topic_is_compared_with_every_other_post(built: Built) -> None:
    claim = built.claim("topic", "cold brew")
    assert claim["lift"] == pytest.approx(2.9, rel=0.1)
    assert claim["account_count"] == 4
    assert claim["sentence"].startswith("Posts about “cold brew” on Mastodon")
    assert built.claim("topic", "beans")["lift"] < 1


def test_a_word_of_an_accounts_own_name_is_no_topic_of_its(lab: Lab) -> None:
    world = lab.world()
    for number in range(120):
        account = f"oak{number % 4}"
        world.companies[account] = f"Oak Table {number % 4}" if number % 4 < 2 else f"Joiner {number % 4}"
        text = f"An oak {number} is here" if number // 4 % 2 else f"{FILLER[number % 8]} {number}"
        world.posts.append(
            lab.post(account, str(number), lab.now - timedelta(days=5, hours=number), text=text, seen=[lab.seen(80, 9)])
        )
    found = lab.build(world)
    # two accounts that are called so, and two that are not: too few are left
    assert not found.rows("from intermediate.post_topics")
