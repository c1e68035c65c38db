"""What hostile input costs, told by how the cost grows with it: a slow or busy machine slows the short one alike.

How many seconds the worst pages take stands in ``bench/worst.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

Input = TypeVar("Input")

#: how many times as long the inputs are: a bound that ends the longest early must not hide what the others cost
LENGTHS = (1, 8, 64)
LONGEST = LENGTHS[-1]
#: of its share of the shorter one's cost; between the 1 of what is linear and the 8 of what is quadratic
MOST_GROWTH = 3.0
#: below this, what is measured is the clock and the first call
_LEAST_SECONDS = 0.005
_ROUNDS = 4


def growth(read: Callable[[Input], object], made: Callable[[int], Input], lengths: Sequence[int] = LENGTHS) -> float:
    """How many times its share the longer input costs, at worst: about 1, or less, where the cost grows as the length.

    ``made(n)`` is input n times as long as ``made(1)``. The least processor time of a few readings counts, and there
    are more of them while what was measured is beyond :data:`MOST_GROWTH`, as another process may have taken the cache.
    """
    return max(_step(read, (made(short), made(long)), long / short) for short, long in pairwise(lengths))


def _step(read: Callable[[Input], object], inputs: tuple[Input, Input], times: float) -> float:
    shortest = longest = float("inf")
    for _ in range(_ROUNDS):
        shortest = min(shortest, *(_seconds(read, inputs[0]) for _ in range(2)))
        longest = min(longest, _seconds(read, inputs[1]))
        share = longest / max(shortest, _LEAST_SECONDS) / times
        if share <= MOST_GROWTH:
            break
    return share


def _seconds(read: Callable[[Input], object], given: Input) -> float:
    begun = time.process_time()
    read(given)
    return time.process_time() - begun
