"""Counts inside sentences: each has its own unit and its words; nothing is made up where a letter may be a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading import count_words
from crawler.reading.counted import counted


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("298K likes, 553 comments", [298_000, 553]),
        ("7 Mi piace, 1,2 Mln visualizzazioni", [7, 1_200_000]),
        ("1,2 mi curtidas e 43 comentários", [1_200_000, 43]),
        ("1,2 mil Me gusta, 43 comentarios", [1200, 43]),
        ("답글 3개, 재게시 1개", [3, 1]),
        ("「いいね！」1.2万件、コメント43件", [12_000, 43]),
        ("2 839 J’aime", [2839]),
        ("12,34,567 likes", [1_234_567]),
        ("298 B beğenme", [298_000]),
        ("298 B likes", []),
        ("5 M vues", [5_000_000]),
        ("1,5 E kedvelés, 3 hozzászólás", [1500, 3]),
        ("298 E likes, 3 comments", [3]),
        ("1,2 mil. zhlédnutí, 3 komentáře", [1_200_000, 3]),
        ("1,2\u00a0mil. de aprecieri", [1_200_000]),
        ("Gustó a 12 mil. Comentarios: 3", [12_000, 3]),
        ("12 t. näyttökertaa", [12_000]),
        ("12,3 tn prenumeranter", [12_300]),
        ("มีการดู 1.2 หมื่น ครั้ง", [12_000]),
        ("3.14159 likes", []),
        ("Since 2024 298 likes", [2024, 298]),
        ("12 34567 likes", [12, 34_567]),
        ("no number", []),
        ("", []),
    ],
)
def test_every_count_comes_with_its_unit_and_doubtful_ones_are_left_out(sentence: str, values: list[int]) -> None:
    assert [one.count.value for one in counted(sentence)] == values


def test_the_words_of_a_count_end_at_the_next_comma_or_dash() -> None:
    likes, comments, year = counted("Gefällt 1.234 Mal, 56 Kommentare – acme am 5. Mai, 2024")[:3]
    assert count_words.REACTIONS.search(likes.words)
    assert not count_words.COMMENTS.search(likes.words)
    assert count_words.COMMENTS.search(comments.words)
    assert not count_words.COMMENTS.search(year.words)
    views, reactions = counted("45.3K views · 597 reactions")
    assert count_words.VIEWS.search(views.words)
    assert not count_words.VIEWS.search(reactions.words)


@given(st.text(max_size=300))
def test_any_sentence_is_borne(sentence: str) -> None:
    assert all(one.count.value >= 0 for one in counted(sentence))


@given(st.text(alphabet="0123456789.,'’ \u00a0\u0660\u0966KMBEtn万件 ملقхAa•-", max_size=200))
def test_any_sentence_is_read_in_order_without_overlap(sentence: str) -> None:
    found = counted(sentence)
    assert all(0 <= one.count.value <= 10**12 for one in found)
    assert sum(len(one.before) for one in found) <= len(sentence)
    assert counted(sentence) == found


def test_a_long_sentence_is_read_in_part() -> None:
    assert len(counted("1 like, " * 100_000)) <= 2_000 / len("1 like, ") + 1
