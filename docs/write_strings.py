"""Writes what there is to translate, and brings the catalogues up to it: ``python docs/write_strings.py``.

``reports/locale/reports.pot`` has every string of the brief: those of templates and modules, and those of the seeds
that a reader sees. Each ``reports/locale/LANGUAGE/LC_MESSAGES/reports.po`` keeps its translations and gets what is new.
``python docs/write_strings.py de`` begins a catalogue. A test compares the template with the code.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "reports" / "locale"
TEMPLATE = LOCALE / "reports.pot"

# the columns of the seeds that are shown to a reader
SEED_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "audit_rules.csv": ("title", "why", "how"),
    "doors.csv": ("shows", "hides", "how"),
    "flag_rules.csv": ("words",),
    "levels.csv": ("label",),
    "open_platforms.csv": ("what_it_shows", "how"),
    "outcomes.csv": ("noun", "definition"),
    "platforms.csv": ("label", "engagement_definition"),
    "verdicts.csv": ("shown_as", "words"),
}


def seed_words(
    file: IO[bytes], _keywords: object, _comment_tags: object, options: Mapping[str, Any]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The shown words of a seed, as an extraction method of Babel."""
    rows = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8"))
    for row in rows:
        for column in options["columns"]:
            if row[column]:
                yield rows.line_num, "", row[column], []


_SPOKEN = re.compile(r"\b(?:phrase|own_words)\(\s*((?:'(?:[^']|'')*'(?:\s*\|\|\s*)?)+)")


def spoken_phrases(
    file: IO[bytes],
    _keywords: object,
    _comment_tags: object,
    options: object,  # noqa: ARG001 (Babel names them)
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The messages of a model: ``phrase('…')`` and ``own_words('…')``, as an extraction method of Babel."""
    sql = file.read().decode("utf-8")
    for found in _SPOKEN.finditer(sql):
        message = "".join(part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')*)'", found[1]))
        yield sql.count("\n", 0, found.start()) + 1, "", message, []


_METHODS: Final[list[tuple[str, Any]]] = [
    ("reports/templates/**", "jinja2"),
    ("reports/**.py", "python"),
    ("analysis/m*/**.sql", spoken_phrases),
    *((f"analysis/seeds/{name}", seed_words) for name in SEED_WORDS),
]
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "reports/templates/**": {
        "extensions": "jinja2.ext.i18n",
        "trimmed": "true",
        "newstyle_gettext": "true",
        "silent": "false",
    },
    **{f"analysis/seeds/{name}": {"columns": columns} for name, columns in SEED_WORDS.items()},
}


def template() -> Catalog:
    """Every string of the brief, sorted, with the files it stands in."""
    found = Catalog(project="Rivalscope", charset="utf-8")
    keywords = {**DEFAULT_KEYWORDS, "marked": None, "marked_plural": (1, 2)}
    for folder in ("reports", "analysis"):
        for name, _, message, comments, context in extract_from_dir(
            ROOT / folder,
            method_map=[
                (pattern.removeprefix(f"{folder}/"), method)
                for pattern, method in _METHODS
                if pattern.startswith(folder)
            ],
            options_map={pattern.removeprefix(f"{folder}/"): options for pattern, options in _OPTIONS.items()},
            keywords=keywords,
            comment_tags=("translators:",),
            strip_comment_tags=True,
        ):
            found.add(message, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


def written(catalogue: Catalog) -> str:
    """A catalogue as a file: without line numbers, so that a line more elsewhere changes nothing here."""
    content = io.BytesIO()
    write_po(
        content,
        catalogue,
        width=120,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
        omit_header=catalogue.locale is None,
    )
    return content.getvalue().decode("utf-8")


def updated(path: Path, found: Catalog) -> str:
    """The catalogue of one language with the strings there are now; what no longer exists is dropped."""
    language = path.parts[-3]
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = Catalog(locale=Locale.parse(language), project="Rivalscope", charset="utf-8", fuzzy=False)
    catalogue.update(found, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    return written(catalogue)


if __name__ == "__main__":
    strings = template()
    LOCALE.mkdir(exist_ok=True)
    TEMPLATE.write_text(written(strings), encoding="utf-8")
    asked = [LOCALE / name / "LC_MESSAGES" / "reports.po" for name in sys.argv[1:]]
    for path in {*LOCALE.glob("*/LC_MESSAGES/reports.po"), *asked}:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(updated(path, strings), encoding="utf-8")
