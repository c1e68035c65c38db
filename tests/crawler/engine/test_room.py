"""Many large answers at once: who brings more waits until something was read, and nobody waits for ever."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.network.room import Room


@pytest.fixture(scope="module", autouse=True)
def nothing_of_other_tests_is_looked_through() -> Iterator[None]:
    """A full room looks for what is needed no more, which takes long where other tests left a million things."""
    gc.freeze()
    yield
    gc.unfreeze()


class Answer:
    """One that comes in pieces of ten bytes."""

    def __init__(self, room: Room, pieces: int) -> None:
        self.room, self.left, self.came = room, pieces, 0
        self.is_waiting = False

    def bring(self) -> None:
        """All that there is room for; then it waits, or is whole."""
        self.is_waiting = False
        while self.left:
            if not self.room.is_open_to(self):
                self.is_waiting = True
                self.room.wait(self, self.bring)
                return
            self.room.take(10)
            self.came += 10
            self.left -= 1
        self.room.leave(self, self.came, is_whole=True)


def test_who_brings_more_than_there_is_room_for_waits_until_something_was_read() -> None:
    room = Room(most=50)
    first, second = Answer(room, 5), Answer(room, 3)
    first.bring()
    second.bring()
    assert (room.whole, second.is_waiting) == (50, True)
    room.give_back(50)
    assert (room.whole, room.unfinished, second.is_waiting) == (30, 0, False)


def test_where_only_unfinished_ones_take_the_room_one_goes_on() -> None:
    room = Room(most=20)
    one, other = Answer(room, 9), Answer(room, 9)
    for each in (one, other):
        room.take(10)
        each.came, each.left = 10, 8
    one.bring()
    assert not one.is_waiting
    other.bring()
    assert other.is_waiting, "the first one is whole now, and is read before"
    room.give_back(one.came)
    assert not other.is_waiting


def test_one_that_breaks_off_makes_room() -> None:
    room = Room(most=20)
    room.take(20)
    waiting = Answer(room, 1)
    room.wait(waiting, waiting.bring)  # nothing whole is held: it goes on
    assert room.whole == 10
    later = Answer(room, 1)
    later.bring()
    assert later.is_waiting
    room.leave(object(), 20, is_whole=False)
    assert not later.is_waiting


@given(st.lists(st.integers(1, 12), max_size=20), st.data())
def test_all_come_in_the_end_and_never_much_more_than_there_is_room_for(sizes: list[int], data: st.DataObject) -> None:
    room = Room(most=60)
    answers = [Answer(room, size) for size in sizes]
    unread: list[Answer] = []
    for answer in answers:
        answer.bring()
        assert room.whole + room.unfinished <= 60 + 120
    while room.whole or any(each.left for each in answers):
        unread = [each for each in answers if not each.left and each.came]
        chosen = data.draw(st.sampled_from(unread))
        came, chosen.came = chosen.came, 0
        room.give_back(came)
        assert room.whole + room.unfinished <= 60 + 120
    assert (room.whole, room.unfinished) == (0, 0)
