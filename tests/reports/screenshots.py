"""Pictures of briefs to look at: ``python -m tests.reports.screenshots FOLDER [MARKET …]``.

Every market of ``markets.catalogue`` that a person should have seen, at three widths, light, dark and as on paper, and
a PDF; narrow and light also with everything but the queries unfolded. What is too tall for one picture is cut.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from reports.brief import write_brief
from reports.pdf import find_browser
from tests.reports.markets.catalogue import MARKETS
from tests.reports.markets.marts import write_snapshot

SHOWN: Final = ("everything", "first-run", "one-company", "sixty-companies", "half-failed")
WIDTHS: Final = (1280, 768, 390)
LOOKS: Final[Sequence[Literal["light", "dark"]]] = ("light", "dark")
PAPER_WIDTH: Final = 703
"""Pixels between the margins of an A4 page."""
TALLEST: Final = 3000
UNFOLD: Final = "document.querySelectorAll('details:not(.evidence)').forEach(one => { one.open = true; })"


def main(folder: Path, markets: Sequence[str]) -> None:
    """Write the briefs and their pictures into the folder."""
    chromium = find_browser()
    if chromium is None:
        raise SystemExit("There is no Chromium: install one, or name it in RIVALSCOPE_CHROMIUM.")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for market in markets:
            snapshot = folder / f"{market}.duckdb"
            snapshot.unlink(missing_ok=True)
            brief = write_brief(write_snapshot(snapshot, MARKETS[market]()), folder / f"{market}.html").path
            for name, page in _views(browser, brief):
                _shoot(page, folder / f"{market}-{name}")
                page.context.close()
        browser.close()


def _views(browser: Browser, brief: Path) -> Iterator[tuple[str, Page]]:
    for width, look in product(WIDTHS, LOOKS):
        page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=look).new_page()
        page.goto(brief.as_uri())
        yield f"{width}-{look}", page
    page = browser.new_context(viewport={"width": PAPER_WIDTH, "height": 900}).new_page()
    page.goto(brief.as_uri())
    brief.with_suffix(".pdf").write_bytes(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="print")
    yield "print", page


def _shoot(page: Page, stem: Path) -> None:
    """The page as it opens, then unfolded."""
    for name in ("", "-unfolded") if stem.name.endswith("390-light") else ("",):
        if name:
            page.evaluate(UNFOLD)
        width = page.viewport_size["width"] if page.viewport_size else PAPER_WIDTH
        page.set_viewport_size({"width": width, "height": TALLEST})
        height = page.evaluate("document.documentElement.scrollHeight")
        for place, top in enumerate(range(0, height, TALLEST)):
            page.evaluate("top => window.scrollTo({top, behavior: 'instant'})", top)
            page.screenshot(path=f"{stem}{name}-{place:02}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or SHOWN)
