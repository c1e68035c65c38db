"""Ids of planned slots: short, stable, and a slip of the finger does not give another one."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.planning.slot_ids import ALPHABET, EXPERIMENT, SLOT, is_id, new_id

IDS = st.builds(
    new_id, st.sampled_from([SLOT, EXPERIMENT]), st.integers(2000, 2099), st.integers(1, 12), st.text(max_size=20)
)


def test_the_same_seed_gives_the_same_id_and_a_taken_one_another() -> None:
    first = new_id(SLOT, 2026, 12, "acme/1")
    assert first == new_id(SLOT, 2026, 12, "acme/1")
    assert first.startswith("p2612-")
    second = new_id(SLOT, 2026, 12, "acme/1", {first})
    assert second != first
    assert is_id(second)


def test_a_month_has_room_for_as_many_slots_as_anybody_plans() -> None:
    taken: set[str] = set()
    for number in range(2_000):
        taken.add(new_id(SLOT, 2026, 12, f"{number % 7}", taken))
    assert len(taken) == 2_000


def test_when_all_ids_are_taken_it_says_so() -> None:
    class Everything:
        def __contains__(self, each: object) -> bool:
            return True

    with pytest.raises(ValueError, match="2026-12"):
        new_id(SLOT, 2026, 12, "x", Everything())


@settings(deadline=None)
@given(IDS)
def test_ids_travel_in_links_as_they_are(planned: str) -> None:
    assert is_id(planned)
    assert quote(planned, safe="") == planned == planned.lower()
    assert len(planned) == 10


@settings(deadline=None)
@given(IDS, st.integers(0, 9), st.sampled_from("p0123456789" + ALPHABET))
def test_one_wrong_sign_gives_no_id(planned: str, place: int, sign: str) -> None:
    wrong = planned[:place] + sign + planned[place + 1 :]
    assert is_id(wrong) == (wrong == planned)


@settings(deadline=None)
@given(IDS, st.integers(0, 8))
def test_neighbours_that_changed_places_give_no_id(planned: str, place: int) -> None:
    wrong = planned[:place] + planned[place + 1] + planned[place] + planned[place + 2 :]
    assert is_id(wrong) == (wrong == planned)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_other_text_is_no_id(text: str) -> None:
    assert not is_id(text) or len(text) == 10
