"""Visits and sales of one's own, as analytics tools, shops and people write them down in tables.

Which table is which is decided by its header. What comes out is one :class:`OutcomeRow` a row, whatever the tool; a row
that cannot be read is one sentence with its line, and the others go on. Names and addresses of customers are never
taken out of a file.
"""

from crawler.reading.outcomes.reader import looks_like_outcomes, read_outcomes
from crawler.reading.outcomes.row import (
    MEASURES,
    NAMEABLE,
    OutcomeKind,
    OutcomeMapping,
    OutcomeRow,
    OutcomeSettings,
    OutcomeTable,
)

__all__ = [
    "MEASURES",
    "NAMEABLE",
    "OutcomeKind",
    "OutcomeMapping",
    "OutcomeRow",
    "OutcomeSettings",
    "OutcomeTable",
    "looks_like_outcomes",
    "read_outcomes",
]
