"""A sheet kept by hand (``date,slot_or_code,amount``), and tables that the user explained in the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.reading.amounts import AmountError, currency_code, read_amount
from crawler.reading.column_names import plain_name
from crawler.reading.outcomes.cells import CellError, Cells, host_in, way_in
from crawler.reading.outcomes.layouts import Rows, Skipped, find_header, has_all, take_rows
from crawler.reading.outcomes.names import GA4_WORDS, by_name
from crawler.reading.outcomes.row import OutcomeKind, OutcomeMapping, OutcomeRow, OutcomeSettings, OutcomeTable

_MOST_COLUMNS = 6
"""Of a sheet kept by hand; a wider table is something else."""


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Date, slot or code, and amount, under the names that people give them; a currency may stand behind the amount's
    name ("amount (EUR)", "Betrag in €")."""
    found = by_name(cells, "sheet")
    if "revenue" not in found:
        bare = [" ".join(plain_name(cell).split()[:-1]).removesuffix(" in") for cell in cells]
        found |= {name: place for name, place in by_name(bare, "sheet").items() if name == "revenue"}
    filled = [cell for cell in cells if cell.strip()]
    return found if has_all(found, "date", "code", "revenue") and len(filled) <= _MOST_COLUMNS else None


def read_sheet(rows: Rows, settings: OutcomeSettings) -> OutcomeTable | None:
    """``None`` for what is no such sheet."""
    header = find_header(rows, columns_of)
    if header is None:
        return None
    place, columns = header
    table = OutcomeTable(kind=OutcomeKind.SHEET, label="sheet of sales", is_additional=True)
    body = rows[place + 1 :]
    currency = _currency_in(rows[place][1][columns["revenue"]])
    cells = Cells.of(columns, [row for _, row in body], settings, usual_mark=None, currency=currency)

    def read(line: int, row: Sequence[str]) -> OutcomeRow | Skipped:
        label = cells.label(row, "code")
        if label is not None and plain_name(label) in GA4_WORDS["totals"]:
            return Skipped("rows of totals")
        amount, stated = cells.money(row)
        if amount is None:
            raise CellError("has no amount")
        return OutcomeRow(
            line=line,
            day=cells.day(row),
            content=label,
            code=label.lower() if label else None,
            order_count=1 if amount > 0 else 0,
            revenue=amount,
            currency=stated,
        )

    take_rows(table, rows[place][1], body, read)
    return table


def _currency_in(header: str) -> str | None:
    """The currency that a column's name ends with: ``amount (EUR)``, ``Betrag in €``."""
    last = plain_name(header).split()[-1:]
    if not last:
        return None
    try:
        return currency_code(last[0]) or read_amount(f"1 {last[0]}").currency
    except AmountError:
        return None


def read_mapped(rows: Rows, mapping: OutcomeMapping, settings: OutcomeSettings) -> OutcomeTable | None:
    """The table as ``mapping`` explains it; ``None`` when it does not have all the columns that the mapping names."""
    wanted = {field: plain_name(column) for field, column in mapping.columns.items()}

    def columns(cells: Sequence[str]) -> dict[str, int] | None:
        names = [plain_name(cell) for cell in cells]
        has_them = set(wanted.values()) <= set(names)
        return {field: names.index(name) for field, name in wanted.items()} if has_them else None

    header = find_header(rows, columns)
    if header is None:
        return None
    place, found = header
    table = OutcomeTable(
        kind=OutcomeKind.MAPPED,
        label=f"table explained as [import.{mapping.name}]",
        property_name=mapping.name,
        is_additional=mapping.is_additional,
    )
    body = rows[place + 1 :]
    cells = Cells.of(
        found,
        [row for _, row in body],
        settings,
        usual_mark=mapping.decimal_mark,
        date_order=mapping.date_order,
        currency=mapping.currency,
        is_private=True,
    )
    if mapping.decimal_mark is not None:
        cells.marks = dict.fromkeys((*cells.marks, "revenue"), mapping.decimal_mark)

    def read(line: int, row: Sequence[str]) -> OutcomeRow:
        way = way_in(cells.text(row, "landing_page"))
        source = cells.label(row, "source")
        amount, currency = cells.money(row)
        return OutcomeRow(
            line=line,
            day=cells.day(row),
            source=(host_in(source) if source and "//" in source else source) or way.source,
            medium=cells.label(row, "medium") or way.medium,
            campaign=cells.label(row, "campaign") or way.campaign,
            content=cells.label(row, "content") or way.content,
            code=(cells.label(row, "code") or "").lower() or None,
            landing_page=way.landing_page,
            session_count=cells.count(row, "sessions"),
            key_event_count=cells.number(row, "key_events"),
            order_count=cells.count(row, "orders"),
            revenue=amount,
            currency=currency,
        )

    take_rows(table, rows[place][1], body, read)
    return table
