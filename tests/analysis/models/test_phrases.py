"""Which phrases stand in a text: found by one telling word of each, as looking for every phrase in every text finds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.build import build
from analysis.own_rules import OwnRule
from analysis.warehouse import open_snapshot
from bench.post_types import read_sample

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Lab

SIGNS = "aZzéßÄñçøКид’'?%0159१ 　।,.…“”#-–/:!¿\n\t\ufe0f🎉🏔दीछूかー東اב\u0301"
OWN_RULES = (
    ("fitted kitchens", "Fitted kitchens", None, 1.0, False),
    ("numbers", "2024", None, 0.5, False),
    ("numbers", "mp3", "en", 0.5, False),
    ("asking", "Why not?", None, 0.5, False),
    ("common words", "It is what it is", None, 0.5, False),
    ("patterns", r"kettle(s|n)?", None, 0.5, True),
    ("patterns", r"(?P<word>\d+ litres)", "en", 0.5, True),
    ("patterns", r"(?P<word>\d+ Liter)", "de", 0.5, True),
)
TEXTS = (
    "",
    " ",
    "…",
    "Why not? Why… not?! It is what it is — in 2024, 2x1 on MP3s and mp3-players, 10am/5pm, 18h30, G20.",
    "50%off everything, 50 % off,up to 70%!",
    "don’t miss lire l’article • hier geht’s weiter|lire l'article(lire l'article)",
    "Coffee or tea? ☕\ufe0f🍵",
    "LINK\u00a0IN\tBIO\n\nlink in\nbio",
    "Two kettles, three Kettlen: 2 litres, 3 Liter",
    "a" * 590 + " link in bio " + "b " * 300 + " fitted kitchens " + "c " * 80 + " 10% off " + "kettle",
    "é" * 590 + " link in bio " + "ü " * 300 + " fitted kitchens " + "ß " * 80 + " 10% off " + "kettle",
    "x " * 2490 + "kettle " * 5,
)
# Every phrase and every pattern is looked for in every text.
PLAIN_WAY = """
    with posts as (
        select
            posts.post_id, languages.language,
            plain_words(concat_ws(
                ' . ', title, left(text, 600), right(text, least(200, greatest(0, length(text) - 600))::bigint)
            )) as words,
            concat_ws(' . ', title, left(text, 5000)) as content,
        from raw.posts
        left join intermediate.post_languages as languages using (post_id)
    ),
    rules as (
        select
            'post_type' as list, post_type as name, nullif(language, '*') as language,
            starts_with(phrase, '/') as is_pattern, if(is_pattern, phrase[2:-2], phrase) as phrase, weight,
        from seeds.post_type_rules
        union all
        select
            'own_post_type', post_type, language, is_pattern, if(is_pattern, phrase, plain_words(phrase)[10:-8]), weight
        from config.own_post_types
        union all
        select 'call_to_action', 'yes', language, false, phrase, 1 from seeds.call_to_action_phrases
    ),
    candidates as (from posts inner join rules on coalesce(posts.language = rules.language, true))
    select distinct post_id, list, name, phrase, weight from candidates
    where not is_pattern and contains(words, ' ' || phrase || ' ')
    union all
    select post_id, list, name, left(regexp_extract(content, phrase, 0, 'i'), 60) as found, sum(weight) from candidates
    where is_pattern and found != ''
    group by all
    order by all
"""


@pytest.fixture(scope="module")
def words() -> Iterator[duckdb.DuckDBPyConnection]:
    """The macros for words."""
    with duckdb.connect(":memory:") as connection:
        connection.execute((Path(__file__).parents[3] / "analysis" / "macros" / "words.sql").read_text("utf-8"))
        yield connection


def spelt_out(text: str) -> str:
    """What plain_words gives, sign by sign."""
    found = [""]
    for sign in text.lower().replace("\ufe0f", ""):
        if sign in "?%":
            found += [sign, ""]
        elif sign in "0123456789":
            found[-1] += "" if found[-1].endswith("0") else "0"
        elif sign in "'’" or unicodedata.category(sign)[0] in "LM":
            found[-1] += "'" if sign == "’" else sign
        else:
            found.append("")
    return " ".join(["", "<start>", *filter(None, found), "<end>", ""])


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=SIGNS, max_size=40))
def test_words_are_the_letters_numbers_and_asking_signs_of_a_text(words: duckdb.DuckDBPyConnection, text: str) -> None:
    assert words.execute("select plain_words(?)", [text]).fetchall() == [(spelt_out(text),)]


def test_phrases_are_found_by_one_of_their_words_as_by_all(lab: Lab, tmp_path: Path) -> None:
    sample = [(row["text"], row["language"]) for row in read_sample()[::4]]
    texts = [
        *sample,
        *((text, None) for text, _ in sample[::5]),
        *((text, None) for text in TEXTS),
        ("3 Liter, zwei Kettlen", "de"),
    ]
    when = lab.now - timedelta(days=10)
    posts = [
        lab.post("acorn", str(number), when, text=text, language=language, title=f"{text}"[:30] if number % 3 else None)
        for number, (text, language) in enumerate(chain(texts, [(None, None)]))
    ]
    lab.world(posts).write(tmp_path / "warehouse.duckdb", now=lab.now)
    rules = [
        OwnRule(post_type=post_type, phrase=phrase, language=language, weight=weight, is_pattern=is_pattern)
        for post_type, phrase, language, weight, is_pattern in OWN_RULES
    ]
    snapshot = tmp_path / "rivalscope.duckdb"
    targets = ["intermediate.phrase_hits", "intermediate.post_languages"]
    build(tmp_path / "warehouse.duckdb", snapshot, now=lab.now, own_rules=rules, targets=targets)
    with open_snapshot(snapshot) as connection:
        expected = connection.execute(PLAIN_WAY).fetchall()
        found = connection.execute("from intermediate.phrase_hits order by all").fetchall()
    assert found == expected
    by_name = {name: {row[3] for row in found if row[2] == name} for name, *_ in OWN_RULES}
    assert by_name == {
        "fitted kitchens": {"fitted kitchens"},
        "numbers": {"0", "mp0"},
        "asking": {"why not ?"},
        "common words": {"it is what it is"},
        "patterns": {"kettle", "kettles", "Kettlen", "2 litres", "3 Liter"},
    }
