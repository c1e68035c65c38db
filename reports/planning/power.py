"""How small an effect a test of own posts can see: the formula of the evidence planner, over pairs of posts.

``posts per arm = 2 · 7.85 · s² / ln(ratio)²``, 7.85 = (1.96 + 0.84)²: 80 % power at the 5 % level, s² the variance of
ln(1 + engagement) among the posts of one account. A pair gives one post to each arm, so that pairs are posts per arm;
two more of them make up for the variance being estimated (1.96² / 2; Guenther, The American Statistician 35, 1981).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from attrs import frozen

USUAL_VARIANCE: Final = 1.2**2
"""Where none was measured: that of a page in public data sets."""
WEEKS: Final = (4, 8, 12)
MOST_WEEKS: Final = 26
"""Six months: what is not seen by then is not tested."""
LARGEST_RATIO: Final = 2.0
TARGETS: Final = (1.3, 1.5, 2.0)
_LEAST_PAIRS: Final = 6
"""Below that no draw can be rarer than 1 in 20."""
_POWER: Final = 7.85
_FOR_ESTIMATED_VARIANCE: Final = 1.96**2 / 2


def pairs_needed(variance: float, ratio: float) -> int:
    """Pairs after which a true ``ratio`` is seen four times out of five."""
    return max(_LEAST_PAIRS, math.ceil(2 * _POWER * variance / math.log(ratio) ** 2 + _FOR_ESTIMATED_VARIANCE))


def smallest_ratio(variance: float, pairs: float) -> float | None:
    """The smallest ratio that so many pairs show; ``None`` where they are too few for any."""
    if pairs < _LEAST_PAIRS:
        return None
    exponent = math.sqrt(2 * _POWER * variance / (pairs - _FOR_ESTIMATED_VARIANCE))
    return math.exp(exponent) if exponent < 50 else None


@frozen(kw_only=True)
class Sight:
    """What a test on one network would show at a rhythm."""

    variance: float
    is_measured: bool
    """The variance is that of this market, not the usual one."""
    pairs_a_week: float

    def smallest_after(self, weeks: int) -> float | None:
        """The smallest ratio seen after so many weeks."""
        return smallest_ratio(self.variance, self.pairs_a_week * weeks)

    @property
    def by_weeks(self) -> Sequence[tuple[int, float | None]]:
        """The same after four, eight and twelve weeks."""
        return [(weeks, self.smallest_after(weeks)) for weeks in WEEKS]

    @property
    def is_out_of_reach(self) -> bool:
        """Whether not even a doubling would be seen in six months."""
        smallest = self.smallest_after(MOST_WEEKS)
        return smallest is None or smallest > LARGEST_RATIO

    @property
    def target(self) -> float | None:
        """The smallest of the usual targets that six months can show; ``None`` out of reach."""
        if self.is_out_of_reach:
            return None
        pairs = self.pairs_a_week * MOST_WEEKS
        return next(ratio for ratio in TARGETS if pairs_needed(self.variance, ratio) <= pairs or ratio == LARGEST_RATIO)
