"""Which briefs go to whom: the whole project's, and those of single lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from reports.delivery.ledger import Ledger
from reports.delivery.parcels import brief_parcel
from reports.delivery.receivers import Receiver
from reports.delivery.rounds import Errand, errands_of
from reports.errors import BriefError
from reports.file_names import brief_stem
from reports.pdf import print_pdf

MADE_UP_FOR: Final = timedelta(days=21)
"""A brief that did not arrive is brought by later runs for so long."""
_KEY: Final = "brief "


def waiting_briefs(folder: Path, ledger: Ledger, now: datetime, lists: Iterable[str]) -> dict[Path, str]:
    """Pages that are still due to somebody, and whose list's each is; oldest first."""
    stems = dict.fromkeys(
        way.parcel[len(_KEY) :] for way in ledger.due(now - MADE_UP_FOR) if way.parcel.startswith(_KEY)
    )
    names = ("", *lists)
    found = {}
    for stem in stems:
        page = folder / f"{stem}.html"
        if page.is_file():
            period = stem.partition("_")[0]
            found[page] = next((name for name in names if brief_stem(period, name) == stem), "")
    return found


def brief_errands(
    pages: Mapping[Path, str], receivers: Sequence[Receiver], *, issuer: str, name: str
) -> tuple[list[Errand], list[str]]:
    """Each page (its list's name, or "") for the receivers of that list; and sentences about what cannot come along.

    A PDF is printed where a receiver wants one. Raises BriefError for a page that cannot be read.
    """
    errands: list[Errand] = []
    remarks: list[str] = []
    for page, list_name in pages.items():
        wanting = [each for each in receivers if (list_name in each.lists if list_name else not each.lists)]
        if not wanting:
            continue
        if any("pdf" in each.attach for each in wanting) and not _is_printed(page):
            try:
                print_pdf(page, page.with_suffix(".pdf"))
            except BriefError as error:
                remarks.append(f"The brief goes out without its PDF. {error}")
        parcel = brief_parcel(page, key=f"{_KEY}{page.stem}", issuer=issuer, name=name, list_name=list_name)
        errands += errands_of(parcel, wanting)
    return errands, remarks


def _is_printed(page: Path) -> bool:
    printed = page.with_suffix(".pdf")
    return printed.is_file() and printed.stat().st_mtime >= page.stat().st_mtime
