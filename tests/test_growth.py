"""The measure that the tests of hostile input use tells the square from the length."""

from __future__ import annotations

from tests.growth import MOST_GROWTH, growth


def rows(count: int) -> list[int]:
    return list(range(count))


def test_what_grows_with_the_square_is_noticed_and_what_grows_with_the_length_is_not() -> None:
    # long enough that the shorter one is no mere click of the clock on a fast machine either
    assert growth(lambda given: [sum(given) for _ in given], lambda times: rows(1_200 * times), (1, 8)) > MOST_GROWTH
    assert growth(sorted, lambda times: rows(5_000 * times)) <= MOST_GROWTH
