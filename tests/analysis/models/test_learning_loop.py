"""Months of planning, posting by plan and planning again: what truly works is found, and the plan moves to it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from attrs import evolve

from reports.planning.evidence import Evidence, Level
from reports.planning.planner import Plan, make_plan
from reports.planning.slots import Basis, Experiment, Rules, Slot
from tests.analysis.models.test_plan_experiments import SQL
from tests.analysis.test_models import fill
from tests.reports.planning.conftest import MASTODON, evidence, thin

pytestmark = pytest.mark.method
SPREAD = 0.7
"""Of ln(1 + engagement) around what a post of its kind gets."""
USUAL = math.log(60)


@pytest.fixture
def built(empty_build: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    empty_build.execute("begin transaction")
    yield empty_build
    empty_build.execute("rollback")


class Brand:
    """A brand that posts what is planned; its videos truly get ``effect`` times what its other posts get."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, effect: float, seed: int) -> None:
        self.connection = connection
        self.effect = effect
        self.random = np.random.default_rng(seed)
        self.project = f"brand {seed}"
        self.slots: list[Slot] = []
        self.experiments: dict[str, Experiment] = {}
        self.engagement: dict[str, int] = {}
        self.verdicts: list[str] = []

    def month(self, number: int) -> Plan:
        """Plan a month from all that was seen before, and post it."""
        first = dt.date(2027 + (number - 1) // 12, (number - 1) % 12 + 1, 1)
        now = dt.datetime(first.year, first.month, 1, 1, tzinfo=dt.UTC)
        plan = make_plan(
            first,
            per_week=7,
            channels=[MASTODON],
            rules=Rules(timezone="UTC", quiet=((dt.time(21), dt.time(8)),)),
            evidence=self.seen(),
            known_slots=self.slots,
            known_experiments=list(self.experiments.values()),
            project=self.project,
            now=now,
        )
        self.experiments |= {each.experiment_id: each for each in plan.experiments}
        self.slots += plan.changes
        for slot in plan.changes:
            usual = USUAL + (math.log(self.effect) if slot.format == "video" else 0.0)
            self.engagement[slot.slot_id] = max(0, round(math.expm1(self.random.normal(usual, SPREAD))))
        return plan

    def seen(self) -> Evidence:
        """A market of which nothing can be told, and what the brand's own tests say."""
        rows = self.judged()
        self.verdicts = [str(row["verdict"]) for row in rows]
        won = {
            row["level_a"] if row["verdict"] == "a_better" else row["level_b"]
            for row in rows
            if "better" in str(row["verdict"])
        }
        levels: list[Level] = [
            evolve(each, is_own_result=each.dimension == "format" and each.level in won) for each in thin("mastodon")
        ]
        pairs = {(slot.experiment_id, slot.block) for slot in self.slots if slot.experiment_id and slot.block}
        return evidence(
            *levels,
            variance=SPREAD**2,
            experiments=rows,
            complete_pairs=frozenset((str(name), int(block or 0)) for name, block in pairs),
        )

    def judged(self) -> list[dict[str, object]]:
        if not self.experiments:
            return []
        stamp = {"started_at": "2027-01-01 00:00:00+00", "observed_at": "2027-01-01 00:00:00+00"}
        fill(
            self.connection,
            "staging.stg_experiments",
            [{**each.stated(), **stamp} for each in self.experiments.values()],
        )
        fill(
            self.connection,
            "marts.plan_slots",
            [
                {
                    "slot_id": slot.slot_id,
                    "experiment_id": slot.experiment_id,
                    "arm": slot.arm,
                    "block": slot.block,
                    "status": "draft",
                    "post_id": f"id({slot.slot_id})",
                    "engagement_at_age": self.engagement[slot.slot_id],
                }
                for slot in self.slots
                if slot.arm
            ],
        )
        answer = self.connection.execute(SQL)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def test_what_truly_works_is_found_and_the_plan_moves_to_it(built: duckdb.DuckDBPyConnection) -> None:
    found = 0
    for seed in range(3):
        brand = Brand(built, effect=2.5, seed=seed)
        plans = [brand.month(number) for number in range(1, 7)]
        assert plans[0].test.experiment is not None
        assert (plans[0].test.experiment.level_a, plans[0].test.experiment.level_b) == ("video", "image")
        if brand.verdicts[0] == "a_better":
            found += 1
            proven = [slot for slot in plans[-1].slots if slot.basis is Basis.PROVEN]
            assert len(proven) >= 0.6 * len(plans[-1].slots)
            assert {slot.format for slot in proven} == {"video"}
            assert sum(slot.format == "video" for slot in plans[0].slots) < 0.6 * len(plans[0].slots)
    assert found >= 2, "planned to be seen four times out of five, and larger than planned for"
