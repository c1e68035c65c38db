"""Asks each account for one page, or a few, with all the manners of a crawl, and throws the crawl away.

For questions that come before a crawl: does a host answer, whom does a site link to, does a profile link back.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from crawler.plan import CrawlPlan
from crawler.run import CrawlSummary, run_crawl


@frozen(kw_only=True)
class Answers:
    """What came back."""

    summary: CrawlSummary
    records: tuple[dict[str, Any], ...]
    """Landing records about accounts (docs/data-flow.md), but for visits."""


def ask_one_page(plan: CrawlPlan) -> Answers:
    """One page of each account of ``plan``, as far as no other account of it shares the host; nothing is kept.

    robots.txt, fence, delays and limits are those of any crawl; it runs in a process of its own.
    """
    return _thrown_away(evolve(plan, page_budget=1))


def survey_sites(plan: CrawlPlan) -> Answers:
    """By which ways the posts of each site of ``plan`` can be had, in the messages of its visits; nothing is kept."""
    return _thrown_away(evolve(plan, is_survey=True))


def _thrown_away(plan: CrawlPlan) -> Answers:
    with tempfile.TemporaryDirectory(prefix="rivalscope-") as folder:
        path = Path(folder) / f"{plan.crawl_id}.json"
        path.write_text(plan.to_json(), encoding="utf-8")
        landing = Path(folder) / "landing"
        # a second reader would take longer to start than so few pages take to read
        summary = run_crawl(path, landing, Path(folder) / "archive", settings={"EXTRACTION_WORKERS": "1"})
        return Answers(summary=summary, records=tuple(_records(landing)))


def _records(landing: Path) -> Iterator[dict[str, Any]]:
    for segment in sorted(landing.glob("*/*.jsonl*")):
        for line in segment.read_bytes().splitlines():
            try:
                record = json.loads(line)
            except ValueError:  # the last line of a crawl that was killed
                continue
            if record.get("account_key") and record.get("record") != "visit":
                yield record
