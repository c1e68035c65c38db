"""Which table of visits and sales a file holds, and its rows."""

from __future__ import annotations

from crawler.reading.outcomes import ga4, matomo, plausible, sheet, shopify
from crawler.reading.outcomes.layouts import Rows
from crawler.reading.outcomes.row import OutcomeKind, OutcomeSettings, OutcomeTable
from crawler.reading.text_tables import TableError


def read_outcomes(rows: Rows, name: str, settings: OutcomeSettings) -> OutcomeTable | None:
    """The table that ``rows`` (line and cells, blank ones too) hold; ``None`` when it is none of visits and sales.

    ``name`` is the file's, which may say the days. Raises :class:`TableError`, one sentence without the file's name,
    for such a table that cannot be used as a whole.
    """
    if plausible.is_other_table(name):
        table = OutcomeTable(kind=OutcomeKind.PLAUSIBLE, label="Plausible export of something else")
        table.skipped["rows that say nothing of ways in"] = max(len(rows) - 1, 0)
        return table
    found = _read(rows, name, settings)
    if found is not None and not found.entry_count:
        raise TableError(f"is a {found.label} without a row; choose days with visits or sales, and export it again")
    if found is not None:
        found.settle_period()
    return found


def looks_like_outcomes(text: str) -> bool:
    """Whether a text that begins like this is such a table, by the names in its first lines."""
    for line in text.lstrip("\ufeff").splitlines()[:40]:
        for mark in (",", ";", "\t"):
            cells = [cell.strip(' "') for cell in line.split(mark)]
            if len(cells) > 1 and any(columns_of(cells) is not None for columns_of in _HEADERS):
                return True
    return False


_HEADERS = (
    plausible.columns_of,
    plausible.event_columns_of,
    shopify.columns_of,
    matomo.columns_of,
    ga4.columns_of,
    sheet.columns_of,
)


def _read(rows: Rows, name: str, settings: OutcomeSettings) -> OutcomeTable | None:
    for mapping in settings.mappings:
        if (mapped := sheet.read_mapped(rows, mapping, settings)) is not None:
            return mapped
    found = (
        plausible.read_plausible(rows, name, settings)
        or shopify.read_shopify(rows, settings)
        or matomo.read_matomo(rows, name, settings)
    )
    if found is not None:
        return found
    if ga4.is_ga4(rows):
        return ga4.read_ga4(rows, name, settings)
    return sheet.read_sheet(rows, settings)
