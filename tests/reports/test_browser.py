"""The brief in a real browser: silent, alone, whole, and readable at every width, theme and without its script."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from reports.brief import write_brief

Make = Callable[[str], Path]

# lines of text that lie on one another, or reach out of the window or of their drawing
CROWDED = """() => {
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest('script, style, title, desc, .vh, .skip, .stack thead')) continue;
    if (!parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const drawing = parent.closest('svg')?.getBoundingClientRect();
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 2) continue;
      lines.push({text: node.textContent.trim().slice(0, 60), left: box.left, right: box.right,
        top: box.top + box.height * 0.2, bottom: box.bottom - box.height * 0.2, drawing});
    }
  }
  const faults = [];
  const width = document.documentElement.clientWidth;
  for (const line of lines) {
    const from = line.drawing ? line.drawing.left : 0, to = line.drawing ? line.drawing.right : width;
    if (line.left < from - 1 || line.right > to + 1) faults.push(`cut off: ${line.text}`);
  }
  lines.sort((a, b) => a.top - b.top);
  for (let i = 0; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length && lines[j].top < lines[i].bottom - 1; j++) {
      const across = Math.min(lines[i].right, lines[j].right) - Math.max(lines[i].left, lines[j].left);
      if (across > 2) faults.push(`on one another: ${lines[i].text} | ${lines[j].text}`);
    }
  }
  return faults;
}"""
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, wherever it is; without one the tests are skipped in one line, but fail where CI is set."""
    found = os.environ.get("RIVALSCOPE_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
    )
    if found is None:
        sentence = "no Chromium: install one, or name it in RIVALSCOPE_CHROMIUM, to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file; whatever the page says, asks for or pops up lands in ``page.faults`` of the returned page."""
    contexts = []

    def open_file(path: Path, *, width: int = 1280, allowed: str | None = None, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: faults.append(f"request: {request.url}"))
        page.goto(path.as_uri())
        own = f"request: {path.as_uri()}"
        page.faults = lambda: [fault for fault in faults if fault != own]  # type: ignore[attr-defined]
        return page

    yield open_file
    for context in contexts:
        context.close()


SIGHTS = [
    *[(market, width) for market in ("everything", "hostile") for width in (1280, 768, 390)],
    *[("walled", width) for width in (1280, 390)],
    ("everything", 640),  # a window of 1280 at 200 %
    *[("one-company", 1280), ("half-failed", 390), ("first-run", 390), ("never-crawled", 390)],
]


@pytest.mark.parametrize(("market", "width"), SIGHTS)
def test_silent_alone_and_uncrowded(market: str, width: int, brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief(market), width=width, color_scheme="dark" if width == 390 else "light")
    assert page.evaluate(CROWDED) == []
    assert page.evaluate(WIDER) is False
    page.evaluate(OPEN_ALL)
    assert page.evaluate(CROWDED) == []
    assert page.evaluate(WIDER) is False
    assert page.faults() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [1280, 1000, 390])
def test_longer_words_of_another_language_crowd_nothing(
    width: int, snapshot: Make, tmp_path: Path, visit: Callable[..., Page]
) -> None:
    page = visit(write_brief(snapshot("everything"), tmp_path / "brief.html", language="de").path, width=width)
    page.evaluate(OPEN_ALL)
    assert page.evaluate(WIDER) is False
    if width == 1000:  # where wide tables are moved by themselves
        return
    assert page.evaluate(CROWDED) == []
    inside = "[...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)"
    assert page.evaluate(inside)


# what passes is only counted: to say which of thousands of elements did takes axe longer than to look at them
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# rules that ask for places and colours, which width and theme change, and strangers' words do not
LOOK = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
BY_LOOK = {**RULES, "runOnly": {"type": "rule", "values": LOOK}}
BY_WORDS = {**RULES, "rules": {"color-contrast": {"enabled": False}}}
# rows of a table are alike to the eye: the first few of each show its colours
THIN_OUT = """document.querySelectorAll('tbody tr:nth-child(n+4):not(.own), pre, .companies details:nth-child(n+3)')
  .forEach(one => one.remove())"""


@pytest.mark.parametrize(
    ("market", "width", "theme", "asked"),
    [
        ("everything", 1280, "light", (BY_WORDS, BY_LOOK)),
        ("everything", 390, "dark", (BY_LOOK,)),
        ("walled", 1280, "dark", (BY_WORDS, BY_LOOK)),
        ("hostile", 390, "light", (BY_WORDS,)),
    ],
    ids=["everything-wide-light", "everything-narrow-dark", "walled-wide-dark", "hostile-narrow-light"],
)
def test_axe_finds_no_barrier(
    market: str, width: int, theme: Any, asked: tuple[Any, ...], brief: Make, visit: Callable[..., Page]
) -> None:
    page = visit(brief(market), width=width, color_scheme=theme)
    page.evaluate(OPEN_ALL)
    for rules in asked:
        if rules is BY_LOOK:
            page.evaluate(THIN_OUT)
        found = Axe().run(page, options=rules).response
        assert found["testEngine"]["name"] == "axe-core"
        assert len(found["passes"]) >= (2 if rules is BY_LOOK else 40)
        barriers = [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found["violations"]]
        assert barriers == []


def test_sixty_companies_fit_a_phone(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("sixty-companies"), width=390)
    assert page.evaluate(WIDER) is False
    assert page.faults() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("market", ["rich", "walled"])
def test_whole_without_its_script(market: str, brief: Make, visit: Callable[..., Page]) -> None:
    with_script = visit(brief(market)).inner_text("main")
    page = visit(brief(market), java_script_enabled=False)
    assert page.inner_text("main") == with_script
    page.locator("section#league details.evidence > summary").click()
    assert "marts.league" in page.locator("section#league details.evidence").inner_text()


@pytest.mark.parametrize("has_policy", [True, False], ids=["policy", "no-policy"])
def test_hostile_words_never_run(has_policy: bool, brief: Make, visit: Callable[..., Page], tmp_path: Path) -> None:
    path = brief("hostile")
    if not has_policy:
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", path.read_text(encoding="utf-8"))
        path = tmp_path / "open.html"
        path.write_text(text, encoding="utf-8")
    page = visit(path)
    page.evaluate(OPEN_ALL)
    for event in ("mouseover", "focus", "click"):
        page.evaluate(
            "event => document.querySelectorAll('main *:not(a)').forEach(one => one.dispatchEvent(new Event(event)))",
            event,
        )
    assert page.evaluate("window.pwned") is None
    assert page.faults() == []  # type: ignore[attr-defined]
    assert page.evaluate("getComputedStyle(document.body).display") == "block"


def test_each_theme_has_its_own_ground(brief: Make, visit: Callable[..., Page]) -> None:
    grounds = {
        scheme: visit(brief("rich"), color_scheme=scheme).evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert grounds["light"] != grounds["dark"]


def test_every_mark_of_a_chart_has_a_colour(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"))
    colourless = page.evaluate(
        """() => [...document.querySelectorAll('svg [class]')].filter(one => {
          const style = getComputedStyle(one);
          const drawn = one.getAttribute('class').split(' ');
          return drawn.some(name => name.startsWith('s-') && style.stroke === 'none')
            || style.fill === 'rgb(0, 0, 0)';
        }).length"""
    )
    assert colourless == 0
    hatched = page.evaluate("[...document.querySelectorAll('svg > [fill]')].map(one => getComputedStyle(one).fill)")
    assert hatched
    assert all(re.fullmatch(r'url\("#[\w-]+-hatch"\)', fill) for fill in hatched)
    assert page.evaluate("document.querySelectorAll('svg').length") > 5


def test_paper_shows_what_matters(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"), width=703)
    page.emulate_media(media="print")
    assert page.evaluate(WIDER) is False
    assert page.evaluate(CROWDED) == []
    assert not page.locator("nav").is_visible()
    assert page.locator("#performs .chart-wide svg").first.is_visible()
    assert page.locator("#timing .week-map .chart-wide svg").first.is_visible()
    assert page.locator("#method dl.glossary").is_visible()
    assert page.locator("#timing details.quiet").count() > 0
    assert not page.locator("#timing details.quiet").first.is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000


def test_everything_is_reached_by_keyboard(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#league"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.locator("#league details.evidence > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#league details.evidence pre").first.is_visible()


def test_motion_is_only_for_those_who_want_it(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"), reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_a_query_is_copied_by_its_button(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"), permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(OPEN_ALL)
    figure = page.locator("#league figure.sql").first
    figure.get_by_role("button").click()
    page.wait_for_function("document.querySelector('#league figure.sql button').textContent !== 'Copy'")
    assert page.evaluate("navigator.clipboard.readText()") == figure.locator("pre code").text_content()
    assert page.faults() == []  # type: ignore[attr-defined]


def test_platforms_and_companies_can_be_singled_out(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"))
    platform, company = (page.get_by_label(f"All {kind}", exact=True) for kind in ("platforms", "companies"))
    platform.select_option(label="Mastodon")
    assert page.locator("#performs .of-platform:visible h3").all_inner_texts() == ["Mastodon"]
    company.select_option(label="Bohnenbude")
    assert page.locator("#league tbody tr:visible th").all_inner_texts()[0].startswith("Bohnenbude")
    page.get_by_role("button", name="Unfold all").click()
    page.locator("#coverage summary", has_text="Accounts that were seen in full").click()
    assert page.locator("#coverage tbody tr:visible").count() == 1
    platform.select_option("")
    company.select_option("")
    assert page.locator("[hidden]").count() == 0
    assert page.faults() == []  # type: ignore[attr-defined]


def test_all_that_is_folded_opens_at_once_and_folds_again(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"))
    leaves = page.locator("details.leaf")
    opened = page.locator("details.leaf[open]").count()
    assert 0 < opened < leaves.count()
    assert not page.locator("#timing .week-map").is_visible()
    page.get_by_role("button", name="Unfold all").click()
    assert page.locator("details.leaf[open]").count() == leaves.count()
    assert page.locator("#timing .week-map").is_visible()
    page.get_by_role("button", name="Fold again").click()
    assert page.locator("details.leaf[open]").count() == opened
    assert page.faults() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(("width", "highest"), [(1280, 14_000), (390, 22_000)])
def test_a_week_is_read_without_unfolding(width: int, highest: int, brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"), width=width)
    assert page.evaluate("document.documentElement.scrollHeight") < highest
    shown = page.inner_text("main")
    for answer in ("Do this:", "No day and no time of day stands out.", "Rising", "rules kept", "has 45% of all"):
        assert answer in shown


def test_a_table_is_sorted_by_its_heading(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"))
    table = page.locator("#league table").first
    followers = table.get_by_role("button", name="Followers")
    column = table.locator("thead th").all_inner_texts().index("Followers")

    def shown() -> list[str]:
        return [row.locator("th, td").nth(column).inner_text() for row in table.locator("tbody tr").all()]

    counts = [int(text.replace(",", "")) for text in shown()]
    assert len(set(counts)) > 3
    followers.click()
    assert [int(text.replace(",", "")) for text in shown()] == sorted(counts, reverse=True)
    followers.click()
    assert [int(text.replace(",", "")) for text in shown()] == sorted(counts)
    assert table.locator("thead th").nth(column).get_attribute("aria-sort") == "ascending"
    table.get_by_role("button", name="Company").click()
    names = [row.locator("th").inner_text() for row in table.locator("tbody tr").all()]
    assert names == sorted(names, key=str.casefold)


def test_dates_and_ages_are_sorted_by_what_they_are(brief: Make, visit: Callable[..., Page]) -> None:
    page = visit(brief("rich"))
    page.evaluate(OPEN_ALL)

    def sorted_by(table: Any, heading: str, place: str) -> list[str]:
        table.get_by_role("button", name=heading).first.click()
        return [str(text) for text in table.locator(f"tbody tr > {place}").all_inner_texts()]

    weeks = sorted_by(page.locator("#trends table", has_text="Weeks on").first, "Week from", "th")
    moments = [dt.datetime.strptime(f"{text} +0000", "%d %b %Y %z") for text in weeks]
    assert moments == sorted(moments)
    assert len({moment.month for moment in moments}) > 1
    ages = sorted_by(page.locator("#fresh_posts table").last, "Age", "td:nth-of-type(1)")
    hours = [float(text.split()[0]) * (24 if "day" in text else 1) for text in ages]
    assert hours == sorted(hours, reverse=True)
    assert len({text.split()[1] for text in ages}) == 2, "some in hours, some in days"


@pytest.mark.parametrize("locale", ["de_CH", "ar_EG", "fr"])
def test_a_table_is_sorted_as_its_locale_writes_numbers(
    locale: str, snapshot: Make, tmp_path: Path, visit: Callable[..., Page]
) -> None:
    page = visit(write_brief(snapshot("rich"), tmp_path / "brief.html", locale=locale).path)
    table = page.locator("#league table").first
    table.get_by_role("button", name="Since last week").click()
    column = table.locator("thead th").all_inner_texts().index("Since last week")
    shown = [row.locator("th, td").nth(column).inner_text() for row in table.locator("tbody tr").all()]
    counts = [int("".join(found)) for text in shown if (found := re.findall(r"\d", text))]
    assert counts == [1830, 37]
