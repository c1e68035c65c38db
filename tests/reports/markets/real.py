"""A market that went the whole way: imported, loaded and built by the real parts."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

from analysis.build import build
from analysis.load import load_landing
from crawler.importing import import_paths

from .rows import AS_OF, COMPANIES, OPENINGS, OWN

HEADER = (
    "platform,account,native_id,url,published_at,observed_at,format,text,like_count,comment_count,share_count,"
    "company,is_own"
)


def build_real(folder: Path) -> Path:
    """A snapshot that the real import, load and build made: four companies on two networks, carousels really better."""
    sheet = folder / "posts.csv"
    sheet.write_text("\n".join([HEADER, *lines()]), encoding="utf-8")
    report = import_paths([sheet], folder / "landing", now=AS_OF)
    assert not report.problems
    load_landing(folder / "warehouse.duckdb", folder / "landing", now=AS_OF)
    build(folder / "warehouse.duckdb", folder / "real.duckdb", now=AS_OF, timezone="Europe/Berlin")
    return folder / "real.duckdb"


def lines() -> Iterator[str]:
    """Seventy posts of each account, one a line."""
    generator = random.Random(7)
    for index, company in enumerate(COMPANIES[:4]):
        for platform in ("instagram", "x"):
            for number in range(70):
                published = AS_OF - dt.timedelta(days=9 + number, hours=(number * 5 + index) % 24)
                kind = ("image", "carousel", "video", "text")[(number * 3 + index + number // 4) % 4]
                boost = 2.6 if kind == "carousel" else 1.0
                likes = round(boost * 60 * (index + 1) * generator.lognormvariate(0, 0.5))
                name = f"{platform}{index}"
                url = f"https://{platform}.example/{name}/{number}"
                text = f"{OPENINGS[number % 6]} #bean{number % 4}"
                own = "true" if index == OWN else "false"
                yield (
                    f'{platform},{name},{index}-{number},{url},{published.isoformat()},{AS_OF.isoformat()},{kind},"{text}",'
                    f'{likes},{likes // 9},{likes // 15},"{company}",{own}'
                )
