"""The markets by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .first import first_run, never_crawled
from .hostile import hostile_list, hostile_market
from .marts import Rows
from .own_side import everything
from .rich import rich_market
from .variants import half_failed, many_companies, one_company
from .walled import walled_only

MARKETS: Mapping[str, Callable[[], Rows]] = {
    "rich": rich_market,
    "everything": everything,
    "walled": walled_only,
    "first-run": first_run,
    "never-crawled": never_crawled,
    "one-company": one_company,
    "half-failed": half_failed,
    "sixty-companies": many_companies,
    "hostile": hostile_market,
    "hostile-list": hostile_list,
}
