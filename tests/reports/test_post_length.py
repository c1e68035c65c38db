"""Lengths as the networks count them, against examples from their own documentation and counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.post_length import counted_length

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
GERMANY = "\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E}"
LONG = "https://acme.example/a/very/long/way/to/a/page?utm_source=x&utm_content=p2612-k7f3"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Tea and cake", 12),
        ("Grüße", 5),
        ("Gru\u0308ße", 5),
        ("こんにちは", 10),
        ("Привет", 6),
        (FAMILY, 2),
        (GERMANY, 2),
        ("❤️", 2),
        ("“quoted” – yes…", 16),
        (f"Look: {LONG}", 29),
        (f"Look ({LONG}).", 31),
        ("Look at acme.com/page!", 32),
        ("Look at acme.notatld", 20),
        ("me@acme.com", 11),
        ("1.5 and 2.0.", 12),
    ],
)
def test_x_weighs_its_characters(text: str, length: int) -> None:
    assert counted_length("x", text) == length


@pytest.mark.parametrize(
    ("text", "length"), [("Grüße", 5), ("Gru\u0308ße", 5), (FAMILY, 1), (GERMANY, 1), ("नि", 1), (LONG, len(LONG))]
)
def test_bluesky_counts_what_a_reader_sees_as_one_sign(text: str, length: int) -> None:
    assert counted_length("bluesky", text) == length


@pytest.mark.parametrize(
    ("text", "length"), [("Grüße", 5), ("ok 👍", 7), ("❤️", 6), (FAMILY, 18), ("#1 © 2026", 9), ("日本", 2)]
)
def test_threads_counts_the_bytes_of_emojis_only(text: str, length: int) -> None:
    assert counted_length("threads", text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Tea", 3),
        (f"Look: {LONG}", 29),
        ("acme.com/page", 13),
        ("@maple@tree.example hi", 9),
        (f"{FAMILY} x", 3),
    ],
)
def test_mastodon_counts_every_address_alike(text: str, length: int) -> None:
    assert counted_length("mastodon", text) == length


def test_other_networks_count_characters() -> None:
    assert counted_length("linkedin", f"{LONG} 👍") == len(LONG) + 2


@settings(deadline=None)
@given(st.sampled_from(["x", "bluesky", "threads", "mastodon", "instagram"]), st.text(max_size=200))
def test_any_text_has_a_length(platform: str, text: str) -> None:
    assert 0 <= counted_length(platform, text) <= 25 * max(1, len(text)) * 2
