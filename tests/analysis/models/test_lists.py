"""What is built for one list is what would be built if there were no other accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.analysis.models.conftest import NOW, Lab, World

pytestmark = pytest.mark.method
TARGETS = ("marts.build", "marts.posts")
TEA = ("acorn", "beech", "cedar")
COFFEE = ("cedar", "daisy", "elder")


def market(lab: Lab) -> World:
    posts = [
        lab.post(
            account,
            f"{account}-{number}",
            NOW - timedelta(days=60) + timedelta(hours=30 * number),
            format="image" if number % 3 else "video",
            text=f"Post {number} about kettles",
            seen=[lab.seen(72, like=(5 + number % 7) * (2 if number % 3 == 0 else 1), comment=place)],
        )
        for place, account in enumerate(dict.fromkeys((*TEA, *COFFEE)), start=1)
        for number in range(40)
    ]
    return lab.world(
        posts,
        lists={
            name: [*(["tea"] if name in TEA else []), *(["coffee"] if name in COFFEE else [])]
            for name in {*TEA, *COFFEE}
        },
        own={"acorn"},
        followers=[
            ("mastodon", name, NOW - timedelta(days=7 * week), 1000 + 10 * week)
            for name in sorted({*TEA, *COFFEE})
            for week in (1, 2)
        ],
    )


def alone(world: World, names: tuple[str, ...]) -> World:
    return replace(
        world,
        posts=[post for post in world.posts if post.account in names],
        followers=[row for row in world.followers if row[1] in names],
    )


def test_a_list_is_a_market_of_its_own(lab: Lab) -> None:
    world = market(lab)
    listed = lab.build(world, lists=["tea"], is_whole=True)
    expected = lab.build(alone(world, TEA), is_whole=True)
    tables: list[dict[str, Any]] = listed.rows(
        "select table_name as name from information_schema.tables where table_schema = 'marts' order by all"
    )
    assert len(tables) > 30
    compared = 0
    for table in tables:
        rows = [built.rows(f"select * from marts.{table['name']} order by all") for built in (listed, expected)]
        assert rows[0] == rows[1], table["name"]
        compared += len(rows[0])
    assert compared > 200
    assert [row["company"] for row in listed.rows("select company from marts.coverage order by all")] == [
        "Acorn",
        "Beech",
        "Cedar",
    ]
    assert lab.build(listed.warehouse, lists=["tea", "coffee"]).rows("from marts.build")[0]["account_count"] == 5


def test_an_account_that_left_a_list_is_no_part_of_it(lab: Lab) -> None:
    world = market(lab)
    world.lists["acorn"] = ["coffee"]
    built = lab.build(world, lists=["tea"])
    assert built.rows("select distinct company from marts.posts order by all") == [
        {"company": "Beech"},
        {"company": "Cedar"},
    ]
