"""What reading costs where it costs money, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.commands.session import current_time
from crawler.commands.terminal import many
from crawler.items import Platform
from crawler.platforms import FACTS
from crawler.project import Project

if TYPE_CHECKING:
    from crawler.metering import Budget, Usage
    from crawler.plan import CrawlPlan


def allowed_reading(budget: Budget, used: Usage, price: float | None) -> str:
    """What a crawl may use of a network that counts it."""
    from crawler.metering import units_left

    if budget.per_run is None or budget.per_month is None or price is None:
        return f"at most {units_left(budget, used):,} units of the day's quota, which cost nothing"
    left = max(0, budget.per_month - used.this_month)
    most = min(budget.per_run, left)
    return (
        f"at most {many(most, 'post')}, {left:,} left this month, about {_dollars(most, price)}; looking up an account"
        " counts as two posts, and pictures and films that come along may be billed besides"
    )


def spent_so_far(budget: Budget, used: Usage, price: float | None) -> str:
    """What a crawl used of a network that counts it."""
    from crawler.metering import units_left

    if budget.per_month is None or price is None:
        return f"{used.this_run:,} units of its quota in this run; {units_left(budget, used):,} left today"
    left = max(0, budget.per_month - used.this_month)
    cost = _dollars(used.this_run, price)
    return f"{many(used.this_run, 'post')} in this run, about {cost}; {left:,} left this month"


def _dollars(posts: int, price: float) -> str:
    """What posts cost, in whole cents, rounded up."""
    return f"${math.ceil(round(posts * price * 100, 3)) / 100:,.2f}"


def metered_platforms(project: Project, plan: CrawlPlan) -> Iterator[tuple[str, Budget, Usage, float | None]]:
    """Networks whose posts or requests are counted and are read by the plan: name, budget, what was used, dollars a
    post."""
    from crawler.metering import ledger_path, usage

    read = {account.platform.value for account in plan.accounts}
    for name, budget in plan.budgets.items():
        facts = FACTS[Platform(name)]
        if name in plan.access and (facts.price_usd is not None or name in read):
            used = usage(ledger_path(project.usage, name), plan.crawl_id, current_time())
            yield facts.label, budget, used, facts.price_usd
