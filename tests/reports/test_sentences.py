"""Sentences of the marts: what SQL says in English, and what the brief says from their phrases, are the same."""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from reports.filters import Formats
from reports.language import read_language
from reports.sentences import Sentences
from reports.words import COUNTED

FORMATS = Formats(locale="en", timezone="UTC")
MACROS = Path(analysis.__file__).parent / "macros"
NUMBER_KINDS = ("ratio", "share", "change", "rate", "count", *COUNTED)
SPOKEN = ("claims", "findings", "trait_trends", "evidence_planner", "opportunities", "verdict_changes", "myth", "doors")


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for path in sorted(MACROS.glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    return connection


@pytest.mark.parametrize("mart", [*SPOKEN, "open_doors"])
def test_a_sentence_of_a_mart_is_what_its_phrases_say(mart: str, snapshot: Callable[[str], Path]) -> None:
    with duckdb.connect(str(snapshot("real")), read_only=True) as connection:
        rows = connection.execute(f"select sentence, phrases from marts.{mart} where sentence is not null").fetchall()
    assert rows or mart == "myth"
    sentences = Sentences(FORMATS)
    for sentence, phrases in rows:
        assert sentences.said(phrases) == sentence


@pytest.mark.parametrize("kind", NUMBER_KINDS)
def test_a_value_is_written_alike_in_sql_and_in_the_brief(kind: str, macros: duckdb.DuckDBPyConnection) -> None:
    counts = [0, 1, 2, 9, 10, 999, 1000, 12408, 1234567]
    parts = [0.0, 0.004, 0.01, 0.0549, 0.38, 0.5401, 0.991, 0.996, 1.0]
    numbers = {
        "ratio": [0.0, 0.004, 0.0123, 0.52, 0.994, 0.996, 1.04, 9.94, 9.96, 12.4, 999.2, 1000.0, 54321.5],
        "share": parts,
        "change": [-12.34, -0.04, 0.0, 0.04, 0.06, 6.66, 100.0],
        "rate": [0.0, 0.04, 4.46, 99.4, 123.4, 12345.6],
    }.get(kind, counts)
    for number in numbers:
        [(told,)] = macros.execute("select said_value(?, ?)", [kind, str(number)]).fetchall()
        assert Sentences(FORMATS).value(kind, str(number)) == told


@given(
    st.sampled_from(["subject", "Subject", "name", "words"]),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
)
def test_words_are_said_alike_whatever_they_are(macros: duckdb.DuckDBPyConnection, kind: str, text: str) -> None:
    subject = "posts about “%(name)s”\x1f" + text
    [(told,)] = macros.execute("select said_value(?, ?)", [kind, subject]).fetchall()
    assert Sentences(FORMATS).value(kind, subject) == told


def test_every_phrase_of_the_models_is_to_be_translated() -> None:
    template = (Path(__file__).parent.parent.parent / "reports" / "locale" / "reports.pot").read_text(encoding="utf-8")
    count = 0
    for path in (Path(analysis.__file__).parent / "models").rglob("*.sql"):
        for start in re.findall(r"\bphrase\(\s*(.*)", path.read_text(encoding="utf-8")):
            assert start.startswith("'"), f"{path.name}: a phrase is made of a text that stands there, not of {start!r}"
            assert start[1:18].replace("''", "'") in template
            count += 1
    assert count > 60


def test_a_language_puts_values_where_it_needs_them(tmp_path: Path) -> None:
    catalogue = tmp_path / "de" / "LC_MESSAGES" / "reports.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid "The market uses them in %(market)s of its posts, you in %(own)s."\n'
        'msgstr "Bei dir %(own)s, im Markt %(market)s."\n',
        encoding="utf-8",
    )
    formats = Formats(locale="de", timezone="UTC", language=read_language("de", tmp_path))
    phrase = {
        "message": "The market uses them in %(market)s of its posts, you in %(own)s.",
        "values": {"market:share": "0.25", "own:share": "0.004"},
    }
    assert Sentences(formats).said([phrase]).startswith("Bei dir ")
    assert "im Markt 25\xa0%." in Sentences(formats).said([phrase])


@pytest.mark.parametrize(
    "phrase",
    [
        {"message": "%(a)s", "values": {}},
        {"message": "100 %", "values": {"a:count": "1"}},
        {"message": "%(a)s", "values": {"a:nonsense": "1"}},
        {"message": "%(a)s", "values": {"a:count": "many"}},
        {"message": "%(a)s", "values": {"a:count": "inf"}},
        {"message": "%(a)s", "values": None},
        {"message": "%(a)s", "values": {"a:count": None}},
    ],
)
def test_what_cannot_be_said_is_said_in_english(phrase: dict[str, object]) -> None:
    assert Sentences(FORMATS).said([phrase], "As it was.") == "As it was."
