"""Small crawls beside the main one, for pictures and links: processes of their own, with all of a crawl's manners."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from scrapy import Spider


class Manners(Protocol):
    """What every such crawl is told, as a crawl's settings of the same names say."""

    @property
    def contact(self) -> str: ...
    @property
    def own_hosts(self) -> Sequence[str]: ...
    @property
    def min_delay_seconds(self) -> float: ...
    @property
    def hosts(self) -> Sequence[Mapping[str, Any]]: ...


def run_module(module: str, plan: Path, log: Path, *, timeout_seconds: float) -> None:
    """Run ``python -m module PLAN`` to its end; its output goes to ``log``.

    Raises :class:`subprocess.TimeoutExpired` when it had to be killed.
    """
    home = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))}
    with log.open("wb") as file:
        subprocess.run(  # noqa: S603 - our own module, by this interpreter
            [sys.executable, "-P", "-m", module, str(plan)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment,
            timeout=timeout_seconds,
        )


def crawl_with(spider: type[Spider], plan: Manners, settings: Mapping[str, Any]) -> None:
    """Run ``spider`` with ``plan`` in this process: nothing is retried, archived or landed but by itself."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    chosen = Settings()
    chosen.setmodule("crawler.settings", priority="project")
    chosen.update(
        {
            "CONTACT": plan.contact,
            "OWN_HOSTS": list(plan.own_hosts),
            "MIN_DELAY_SECONDS": plan.min_delay_seconds,
            "HOST_STATES": [dict(each) for each in plan.hosts],
            "ITEM_PIPELINES": {},
            "EXTENSIONS": {"scrapy.extensions.spiderstate.SpiderState": None},
            "RETRY_ENABLED": False,
            **settings,
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(chosen)
    process.crawl(spider, plan=plan)
    process.start()
