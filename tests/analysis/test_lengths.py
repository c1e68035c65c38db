"""Lengths in SQL are those of ``reports.post_length``, which documents and tests how each network counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from reports.post_length import counted_length

MACROS = Path(analysis.__file__).parent / "macros" / "lengths.sql"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
PIECES = [
    "Tea",
    " ",
    "Grüße",
    "Gru\u0308ße",
    "こんにちは",
    "Привет",
    FAMILY,
    "🇩🇪",
    "❤️",
    "👍🏽",
    "1️⃣",
    "“quoted” – yes…",
    "https://acme.example/a/b?c=d",
    "(https://acme.example/way).",
    "@maple@tree.example",
    "#1 © 2026",
    "日本",
    "☺️",
    "a\u0301",
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(MACROS.read_text(encoding="utf-8"))
        yield opened


@settings(max_examples=200, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=8),
    platform=st.sampled_from(["x", "bluesky", "threads", "mastodon", "instagram"]),
)
def test_both_count_alike(connection: duckdb.DuckDBPyConnection, pieces: list[str], platform: str) -> None:
    text = " ".join(pieces)
    [[length]] = connection.execute("select counted_length($1, $2)", [platform, text]).fetchall()
    assert length == counted_length(platform, text)


@pytest.mark.parametrize(
    ("platform", "text", "length"),
    [
        ("x", "", 0),
        ("x", "こんにちは", 10),
        ("x", FAMILY, 2),
        ("x", "Look: https://acme.example/a/very/long/way", 29),
        ("bluesky", FAMILY, 1),
        ("threads", "ok 👍", 7),
        ("mastodon", "@maple@tree.example hi", 9),
        ("linkedin", "👍👍", 2),
    ],
)
def test_known_lengths(connection: duckdb.DuckDBPyConnection, platform: str, text: str, length: int) -> None:
    assert connection.execute("select counted_length($1, $2)", [platform, text]).fetchall() == [(length,)]
