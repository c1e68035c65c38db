"""What one row of a table of visits and sales says, and what is known about the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from attrs import define, field, frozen

from crawler.reading.column_dates import DateOrder

MEASURES = ("sessions", "key_events", "orders", "revenue")
NAMEABLE = ("date", "source", "medium", "campaign", "content", "code", "landing_page", *MEASURES, "currency")
"""What a column of a table can be said to be in ``[import.<name>]``."""


class OutcomeKind(StrEnum):
    """Which tool counted. Two kinds may count the same visits and sales once more."""

    GA4 = "ga4"
    PLAUSIBLE = "plausible"
    PLAUSIBLE_EVENTS = "plausible_events"
    MATOMO = "matomo"
    SHOPIFY = "shopify"
    SHEET = "sheet"
    MAPPED = "mapped"


@frozen(kw_only=True)
class OutcomeMapping:
    """What a user said about a kind of table, once, in the configuration."""

    name: str
    columns: Mapping[str, str]
    """One of :data:`NAMEABLE` → the table's own name of the column."""
    currency: str | None = None
    date_order: DateOrder | None = None
    decimal_mark: str | None = None
    is_additional: bool = False
    """Its numbers come on top of those of other tools (a second shop), and do not count the same again."""


@frozen(kw_only=True)
class OutcomeSettings:
    """What is known before a table is opened."""

    zone: tzinfo = UTC
    """The days of the rows are days there."""
    now: datetime
    currency: str | None = None
    """That of exports that state none."""
    date_order: DateOrder | None = None
    mappings: Sequence[OutcomeMapping] = ()


@frozen(kw_only=True)
class OutcomeRow:
    """Visits and sales of one day or period and one way in. ``None`` = not stated."""

    line: int
    day: date | None
    """``None``: of the table's whole period."""
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    """``utm_content``: the slot id of a planned post."""
    code: str | None = None
    """A discount code, lower case."""
    landing_page: str | None = None
    """Path only."""
    session_count: int | None = None
    key_event_count: Decimal | None = None
    """Analytics tools share one event out over several ways in."""
    order_count: int | None = None
    revenue: Decimal | None = None
    currency: str | None = None
    order_key: str | None = None
    """A hash of the order's number, so that one order in two exports is one."""


@define(kw_only=True)
class OutcomeTable:
    """What was read of one table."""

    kind: OutcomeKind
    label: str
    """The kind in words."""
    property_name: str = ""
    """Which site, shop or mapping was counted, as far as the file says."""
    is_additional: bool = False
    period_start: date | None = None
    period_end: date | None = None
    """The days it covers, both included."""
    rows: list[OutcomeRow] = field(factory=list)
    entry_count: int = 0
    skipped: Counter[str] = field(factory=Counter)
    """Why → rows that are meant to be passed over (totals, further lines of an order)."""
    problems: list[tuple[int, str]] = field(factory=list)
    """Line and sentence of each row that could not be read."""
    notes: list[str] = field(factory=list)

    @property
    def is_currency_unknown(self) -> bool:
        """Whether money is in it of which nothing says the currency."""
        return any(row.revenue and row.currency is None for row in self.rows)

    def settle_period(self) -> None:
        """Let the days that the file is about hold all days of its rows."""
        days = [row.day for row in self.rows if row.day is not None]
        if days:
            self.period_start = min(*days, self.period_start or days[0])
            self.period_end = max(*days, self.period_end or days[0])
