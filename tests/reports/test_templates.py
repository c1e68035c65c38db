"""What templates may hold: they format and choose, and everything that strangers wrote is escaped."""

import re
from pathlib import Path

import pytest

import reports
from reports import words
from reports.brief import environment
from reports.filters import Formats

HOME = Path(reports.__file__).parent
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))
QUERIES = sorted((HOME / "queries").glob("*.sql"))

FORBIDDEN = {
    r"\|\s*safe\b": "escapes are never taken off",
    r"Markup\s*\(": "escapes are never taken off",
    r"autoescape": "escaping is never switched",
    r"\son\w+\s*=": "no script in attributes",
    r"\sstyle\s*=": "the policy blocks style attributes",
    r"javascript:": "no script in links",
    r"\b(?:now|today)\s*\(": "no clock",
    r"(?i)\bselect\b[^%}]*\bfrom\b": "no SQL",
    r"\{\{[^}]*[^-\s]\s+[*/+]\s+\w[^}]*\}\}": "no arithmetic",
    r"""href="\{\{(?![^}]*\|\s*(?:safe_url|local_url))""": "links go through safe_url",
    r"""(?:formaction|srcset)=|action=(?!"/compare" method="get")""": "nothing is loaded or sent",
    r"""\bsrc=(?!"\{\{ [\w.]+ \| (?:picture|logo) \}\}")""": "a picture is part of the file",
}


def has_unquoted_attribute(text: str) -> bool:
    without_values = re.sub(r'"[^"]*"', '""', re.sub(r"\{[{%].*?[%}]\}", "J", text))
    return re.search(r"""<[a-z][^<>]*\s[\w-]+=(?!")""", without_values) is not None


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_only_formats_and_chooses(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for pattern, why in FORBIDDEN.items():
        found = re.search(pattern, text)
        assert found is None, f"{template.name}: {found}: {why}"
    assert not has_unquoted_attribute(text)


@pytest.mark.parametrize(
    "bad",
    [
        "{{ x|safe }}",
        "<p onclick='x'>",
        "<p class={{ x }}>",
        "<p class=x>",
        '<a href="{{ url }}">',
        "{{ a + b }}",
        '<img src="x">',
        '<p style="color:red">',
        "{% autoescape false %}",
    ],
)
def test_the_lint_finds_what_it_forbids(bad: str) -> None:
    assert has_unquoted_attribute(bad) or any(re.search(pattern, bad) for pattern in FORBIDDEN)


def test_templates_compile_with_every_filter_they_name() -> None:
    made = environment(Formats(locale="en", timezone="UTC"))
    assert made.autoescape is True
    for template in TEMPLATES:
        made.get_template(template.relative_to(HOME / "templates").as_posix())


def test_only_drawn_shapes_and_own_sources_go_in_unescaped() -> None:
    uses = {
        path.name: len(re.findall(r"(?<![\w.])Markup\(", path.read_text(encoding="utf-8")))
        for path in HOME.rglob("*.py")
    }
    assert {name: count for name, count in uses.items() if count} == {"drawing.py": 1, "page.py": 2}


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_a_query_reads_marts_only_and_says_what_a_row_is(query: Path) -> None:
    sql = query.read_text(encoding="utf-8")
    assert re.match(r"-- (One row|At most|Five rows)", sql)
    body = re.sub(r"--.*", "", sql)
    own = set(re.findall(r"(\w+) as \(", body))
    for source in re.findall(r"(?:from|join)\s+([\w.]+)", body):
        assert source.startswith("marts.") or source in own, f"{query.name} reads {source}"
    for table in re.findall(r"(\w+)\.\w+ as ", body):
        assert table != "raw"


def test_every_query_is_used() -> None:
    source = "".join(module.read_text(encoding="utf-8") for module in HOME.rglob("*.py"))
    assert [query.stem for query in QUERIES if f'"{query.stem}"' not in source] == []


def test_no_code_is_shown_where_words_are_known() -> None:
    english = words.Words()
    for verdict, (shown, tone) in words.VERDICTS.items():
        assert "_" not in shown
        assert english.verdict(verdict) == shown
        assert words.tone(verdict) == tone
    assert english.verdict("a_new_code") == "Can’t tell yet"
    assert english.platform("some_network") == "Some network"
    assert english.outcome(None) == "Not visited yet"


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_letters_stand_out_from_every_ground(theme: int) -> None:
    """WCAG 2.2 contrast: 4.5 to 1 for text, 3 to 1 for marks of a chart."""
    css = (HOME / "brief.css").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r":root\s*\{([^}]*)\}", css) if "--paper" in block]
    assert len(blocks) == 3
    colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", blocks[theme]))
    for ground in ("paper", "sheet", "own-tint", "bet-tint"):
        for ink, least in [(name, 4.5) for name in ("ink", "muted", "up", "down", "mixed", "flat")] + [("open", 3.0)]:
            light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
            ratio = (light + 0.05) / (dark + 0.05)
            assert ratio >= least, f"{ink} on {ground}: {ratio:.2f}"
