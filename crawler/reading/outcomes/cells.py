"""Cells of a table of visits and sales: days, counts, amounts, ways in; what a column shows decides for its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from attrs import define, field, frozen

from crawler.items import Precision
from crawler.reading.amounts import Amount, AmountError, currency_code, decimal_mark_of, read_amount
from crawler.reading.column_dates import DateOrder, order_of, read_cell
from crawler.reading.column_names import plain_name
from crawler.reading.counts import read_count
from crawler.reading.outcomes.names import GA4_WORDS
from crawler.reading.outcomes.row import OutcomeSettings
from crawler.reading.text import clean

_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})(?:\d{2})?")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|%40", re.IGNORECASE)
_PRIVATE_PAGE = re.compile(
    r"/(?:accounts?|orders?|checkouts?|customers?|customer_authentication|users?)(?:/|$)", re.IGNORECASE
)
"""Pages that are one customer's own: their addresses hold keys and names."""
_LONGEST = 300
_LATE = timedelta(days=1)
_MONEY = ("revenue", "refunded")
_COUNTED = ("sessions", "key_events", "orders")


class CellError(ValueError):
    """One row cannot be used; one sentence that begins with what stands there."""


@frozen(kw_only=True)
class WayIn:
    """Where visits came from, as an address or a label says."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    landing_page: str | None = None


@define
class Cells:
    """The cells of one table, read by the names of its fields."""

    columns: Mapping[str, int]
    settings: OutcomeSettings
    date_order: DateOrder | None = None
    marks: dict[str, str | None] = field(factory=dict)
    """Field → the mark before decimals in its column."""
    currency: str | None = None
    is_private: bool = False
    """Cells may hold what is a customer's own, so that no sentence repeats one."""

    @classmethod
    def of(
        cls,
        columns: Mapping[str, int],
        rows: Sequence[Sequence[str]],
        settings: OutcomeSettings,
        *,
        usual_mark: str | None,
        date_order: DateOrder | None = None,
        currency: str | None = None,
        is_private: bool = False,
    ) -> Cells:
        """``usual_mark`` is the mark before decimals where no cell of a column shows it: that of the tool's exports."""

        def column(name: str) -> list[str]:
            index = columns[name]
            return [row[index] for row in rows if index < len(row)]

        shown = order_of(column("date")) if "date" in columns else None
        money = decimal_mark_of([cell for name in _MONEY if name in columns for cell in column(name)])
        marks = dict.fromkeys(_MONEY, money or usual_mark)
        marks |= {name: decimal_mark_of(column(name)) or money or usual_mark for name in _COUNTED if name in columns}
        return cls(
            columns,
            settings,
            settings.date_order or date_order or shown,
            marks,
            currency or settings.currency,
            is_private,
        )

    def text(self, row: Sequence[str], name: str) -> str:
        """The cell of a field, trimmed; ``""`` where the table or the row has none."""
        index = self.columns.get(name)
        return row[index].strip() if index is not None and index < len(row) else ""

    def quoted(self, said: str) -> str:
        """A cell as a sentence about it begins."""
        return "a cell" if self.is_private else _quoted(said)

    def label(self, row: Sequence[str], name: str) -> str | None:
        """A name that a person or tool gave; ``None`` for what is not set or is somebody's mail address."""
        return cleaned(self.text(row, name))

    def day(self, row: Sequence[str], name: str = "date") -> date:
        """The day of a row in the user's zone. Raises :class:`CellError`."""
        return read_day(self.text(row, name), self.date_order, self.settings, self.quoted)

    def count(self, row: Sequence[str], name: str) -> int | None:
        """A whole count; ``None`` where there is no such column or the cell is empty. Raises :class:`CellError`."""
        said = self.text(row, name)
        if not said:
            return None
        counted = read_count(said)
        if counted is None or counted.rounded is not None:
            raise CellError(f"{self.quoted(said)} is no count of {name.replace('_', ' ')}")
        return counted.value

    def amount(self, row: Sequence[str], name: str) -> Amount | None:
        """A decimal number with its currency; ``None`` as :meth:`count`. Raises :class:`CellError`."""
        said = self.text(row, name)
        if not said:
            return None
        try:
            return read_amount(said, decimal_mark=self.marks.get(name), currency=self.currency)
        except AmountError as error:
            hint = '; write it with decimals, like "1234.00"' if "two numbers" in str(error) else ""
            raise CellError(f"{self.quoted(said)} {error}{hint}") from None

    def number(self, row: Sequence[str], name: str) -> Decimal | None:
        """A count that a tool shares out, so that it may have decimals. Raises :class:`CellError`."""
        found = self.amount(row, name)
        if found is None:
            return None
        if found.currency is not None or found.value < 0:
            raise CellError(f"{self.quoted(self.text(row, name))} is no count of {name.replace('_', ' ')}")
        return found.value

    def money(self, row: Sequence[str], name: str = "revenue") -> tuple[Decimal | None, str | None]:
        """An amount and its currency: that beside it, in the column of currencies, or of the whole table.

        Raises :class:`CellError`.
        """
        found = self.amount(row, name)
        if found is None:
            return None, None
        said = self.text(row, "currency")
        stated = currency_code(said) if said else None
        if said and stated is None:
            raise CellError(f"{self.quoted(said)} is no currency; write its code, like EUR")
        return found.value, found.currency or stated or self.currency


def _quoted(said: str) -> str:
    return f"“{clean(said)[:40]}”"


def read_day(
    said: str, order: DateOrder | None, settings: OutcomeSettings, quoted: Callable[[str], str] = _quoted
) -> date:
    """The day that a cell names, in the user's zone where it names a moment. Raises :class:`CellError`."""
    if not said:
        raise CellError("has no date")
    if found := _COMPACT.fullmatch(said):
        try:
            day = date(*map(int, found.groups()))
        except ValueError:
            raise CellError(f"{quoted(said)} is no date") from None
    else:
        moment = read_cell(said, order, settings.zone)
        if moment is None or moment.precision is Precision.MONTH:
            raise CellError(f"{quoted(said)} {_no_date(said)}")
        is_day = moment.precision in (Precision.DAY, Precision.LOCAL)
        day = (moment.at if is_day else moment.at.astimezone(settings.zone)).date()
    if day > (settings.now + _LATE).astimezone(UTC).date():
        raise CellError(f"{quoted(said)} is a day that is yet to come; check the date")
    return day


def _no_date(said: str) -> str:
    other = read_cell(said, DateOrder.DAY_FIRST, None), read_cell(said, DateOrder.MONTH_FIRST, None)
    if all(other):
        return "could be two days; say which comes first: --date-order day_first (or month_first)"
    return "is no date"


def cleaned(said: str | None) -> str | None:
    """A label without what tools write for nothing; ``None`` also for one that holds a mail address."""
    text = " ".join(clean(said or "").split())[:_LONGEST]
    if plain_name(text) in GA4_WORDS["unset"] or _MAIL.search(text):
        return None
    return text


def way_in(address: str) -> WayIn:
    """What an address of a landing page says: its path, and the tags that a link put there; nothing else is kept."""
    try:
        parts = urlsplit(address.strip()[:8_192])
        tags = parse_qs(parts.query, max_num_fields=200)
    except ValueError:
        return WayIn()

    def tag(name: str) -> str | None:
        found = [value for prefix in ("utm_", "mtm_", "pk_") for value in tags.get(prefix + name, ())]
        return cleaned(found[0]) if found else None

    return WayIn(
        source=tag("source"),
        medium=tag("medium"),
        campaign=tag("campaign"),
        content=tag("content"),
        landing_page=landing_path(parts.path),
    )


def landing_path(path: str) -> str | None:
    """A path as landing pages are compared: from the root, no trailing slash; ``None`` for what is none."""
    plain = cleaned(path)
    if plain is None or not plain.startswith("/") or _PRIVATE_PAGE.search(plain):
        return None
    return plain.rstrip("/") or "/"


def host_in(address: str) -> str | None:
    """The host of a referring address, without ``www.``; the text itself where it is a bare host."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return None
    return cleaned(host.removeprefix("www.")) if host and "." in host else None
