"""Whether links answer: each asked once with a crawl's manners, and what came of it landed as a ``link`` record.

``python -m crawler.link_checks PLAN`` is the process that does it; :func:`check_links` starts it. The fence,
robots.txt and delays are those of any crawl, so a link that may not be asked is landed as just that.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen

from crawler.side_crawl import crawl_with, run_module

MAX_LINKS = 300
"""Asked for in one run."""
_ANSWER_SECONDS = 20
"""What a visitor would wait for a page at most; a crawl waits longer."""
_LOG = logging.getLogger(__name__)


@frozen(kw_only=True)
class WantedLink:
    """A link of an account, by the fields of its landing record."""

    account_key: str
    platform: str
    host: str
    url: str


@frozen(kw_only=True)
class LinkPlan:
    """What the process needs to know; a crawl's rules, and the links."""

    crawl_id: str
    now: str
    """ISO 8601: the clock of the run."""
    landing: str
    """Folder for landing files."""
    contact: str = ""
    own_hosts: tuple[str, ...] = ()
    min_delay_seconds: float = 2.0
    hosts: tuple[Mapping[str, Any], ...] = ()
    """As a crawl's HOST_STATES."""
    answer_seconds: float = _ANSWER_SECONDS
    links: tuple[WantedLink, ...] = field(default=())

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> LinkPlan:
        values = json.loads(text)
        return cls(
            **{
                **values,
                "own_hosts": tuple(values["own_hosts"]),
                "hosts": tuple(values["hosts"]),
                "links": tuple(WantedLink(**each) for each in values["links"]),
            }
        )


def check_links(plan: LinkPlan, folder: Path, *, timeout_seconds: float = 1_800.0) -> None:
    """Ask for the plan's links; plan and log stay in ``folder`` until the next time.

    What could not be asked for in time is left out.
    """
    if not plan.links:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    try:
        run_module("crawler.link_checks", path, path.with_suffix(".log"), timeout_seconds=timeout_seconds)
    except subprocess.TimeoutExpired:
        _LOG.warning("looking at links took longer than %g s; what came is kept", timeout_seconds)


def main(arguments: list[str] | None = None) -> int:
    """The process that asks."""
    from crawler.link_spider import LinkSpider

    path = Path((sys.argv[1:] if arguments is None else arguments)[0])
    plan = LinkPlan.from_json(path.read_text(encoding="utf-8"))
    settings = {"DOWNLOAD_TIMEOUT": plan.answer_seconds, "PAGE_BUDGET": 2 * MAX_LINKS}
    crawl_with(LinkSpider, plan, settings)
    return 0


if __name__ == "__main__":
    from crawler.link_checks import main as known_main  # as the spider knows this module, not as __main__

    sys.exit(known_main())
