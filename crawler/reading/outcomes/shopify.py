"""Shopify: orders exported as CSV (Orders → Export → plain CSV).

One order spans a row for each of its lines; only the first has the totals, the date and the way in. An order is a sale
when it was paid, less what was refunded; refunded, voided and unpaid orders are kept as no sale, so that a later export
corrects an earlier one. Of the customer nothing is taken: names, addresses, mail addresses, telephone numbers and notes
are not even looked at. ``Landing Page`` and ``Referring Site`` are in the exports of many shops, not of all.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from attrs import define, evolve, field

from crawler.reading.column_names import plain_name
from crawler.reading.outcomes.cells import CellError, Cells, cleaned, host_in, way_in
from crawler.reading.outcomes.layouts import Rows, Skipped, find_header, has_all, take_rows
from crawler.reading.outcomes.names import by_name
from crawler.reading.outcomes.row import OutcomeKind, OutcomeRow, OutcomeSettings, OutcomeTable

_PAID = frozenset({"paid", "partially refunded"})
_NO_SALE = frozenset({"refunded", "voided"})
_NOT_YET = frozenset({"pending", "authorized", "partially paid", "expired", "unpaid"})


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    found = by_name(cells, "shopify")
    return found if has_all(found, "order", "date", "status", "revenue") else None


def read_shopify(rows: Rows, settings: OutcomeSettings) -> OutcomeTable | None:
    """``None`` for what is no such table."""
    header = find_header(rows, columns_of)
    if header is None:
        return None
    place, columns = header
    table = OutcomeTable(kind=OutcomeKind.SHOPIFY, label="Shopify export of orders")
    body = rows[place + 1 :]
    cells = Cells.of(columns, [row for _, row in body], settings, usual_mark=".", is_private=True)
    orders = _Orders(cells)
    take_rows(table, rows[place][1], body, orders.row)
    table.rows = [_without_lone_code(row, orders.codes) for row in table.rows]
    table.notes += orders.notes()
    return table


def _without_lone_code(row: OutcomeRow, codes: Counter[str]) -> OutcomeRow:
    """A code that one order alone used may have been made for that customer, so it is not kept."""
    return evolve(row, code=None) if row.code is not None and codes[row.code] < 2 else row


@define
class _Orders:
    _cells: Cells
    codes: Counter[str] = field(factory=Counter)
    _seen: set[str] = field(factory=set)
    _unsold: Counter[str] = field(factory=Counter)

    def row(self, line: int, row: Sequence[str]) -> OutcomeRow | Skipped:
        cells = self._cells
        number = cells.text(row, "order")
        status = plain_name(cells.text(row, "status"))
        has_totals = bool(status or cells.text(row, "revenue"))
        key = hashlib.sha256(f"order {number}".encode()).hexdigest()[:16]
        if not has_totals and (not number or key in self._seen):
            return Skipped("further lines of orders")
        if key in self._seen:
            return Skipped("orders that come again")
        if not number:
            raise CellError("has no order number")
        if status not in _PAID | _NO_SALE | _NOT_YET:
            raise CellError(
                "has no financial status that is known; export the orders again, with nothing changed in the file"
            )
        is_sale = status in _PAID
        paid, currency = cells.money(row)
        refunded = cells.amount(row, "refunded")
        if paid is None:
            raise CellError("has no total")
        day = cells.day(row)
        self._seen.add(key)
        if not is_sale:
            self._unsold["refunded or voided" if status in _NO_SALE else "not paid yet"] += 1
        way = way_in(cells.text(row, "landing_page"))
        code = (cleaned(cells.text(row, "code")) or "").lower() or None
        if code is not None:
            self.codes[code] += 1
        return OutcomeRow(
            line=line,
            day=day,
            source=way.source or host_in(cells.text(row, "referrer")),
            medium=way.medium,
            campaign=way.campaign,
            content=way.content,
            code=code,
            landing_page=way.landing_page,
            order_count=1 if is_sale else 0,
            revenue=paid - (refunded.value if refunded else 0) if is_sale else Decimal(0),
            currency=currency,
            order_key=key,
        )

    def notes(self) -> list[str]:
        return [f"{number:,} of the orders {'is' if number == 1 else 'are'} {why}: no sale."
                for why, number in sorted(self._unsold.items())]  # fmt: skip
