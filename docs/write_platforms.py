"""Writes the README's table of platforms from what the code knows of them: ``python docs/write_platforms.py``.

A test compares the two.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from crawler.platforms import FACTS, has_spider  # noqa: E402 - found only now

README = ROOT / "README.md"
_TABLE = re.compile(r"(<!-- platforms: [^\n]*-->\n).*?(<!-- end of platforms -->)", re.DOTALL)


def table() -> str:
    """The table, a row a platform that is collected or imported."""
    rows = ["| platform | how | shows | hides |", "|---|---|---|---|"]
    rows += [
        f"| {facts.label} | {facts.how} | {facts.shows} | {facts.hides} |"
        for platform, facts in FACTS.items()
        if has_spider(platform)
    ]
    return "\n".join(rows) + "\n"


def page() -> str:
    """The README with that table."""
    return _TABLE.sub(lambda found: found.group(1) + table() + found.group(2), README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    README.write_text(page(), encoding="utf-8")
