"""What a post is for: who says so, by which words, and how often that is right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bench.post_types import Told, read_sample, score, score_types, tell

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab

TARGETS = ("intermediate.post_languages", "staging.stg_posts", "marts.posts")
LANGUAGES = ("en", "es", "de", "fr", "pt", "it", "hi")


@pytest.fixture(scope="module")
def built(lab: Lab) -> Built:
    when = lab.now - timedelta(days=10)
    posts = [
        lab.post("acorn", "stated", when, text="Giveaway! Win a mug.", stated_post_type="Promotion"),
        lab.post("acorn", "stated-synonym", when, text="Giveaway! Win a mug.", stated_post_type="Job posting"),
        lab.post("acorn", "stated-nonsense", when, text="Giveaway! Win a mug.", stated_post_type="BlogPosting"),
        lab.post("acorn", "other-language", when, text="Enter to win a mug.", language="de"),
        lab.post("acorn", "british", when, text="Giveaway! Win a mug.", language="en-GB"),
        lab.post("acorn", "in-the-title", when, title="How to descale a kettle", text=""),
        lab.post("acorn", "no-text", when, text=None),
        lab.post("acorn", "numbers", when, text="40% off everything"),
        lab.post("acorn", "inside-a-word", when, text="The hotspot is wholesale only"),
        lab.post("acorn", "pattern", when, text="New jacket, -40% all week"),
        lab.post(
            "acorn", "question-in-an-offer", when, text="What are you waiting for? Rugs at half price. Which one?"
        ),
        lab.post("acorn", "coloured-pictures", when, text="Mountains or sea? 🏔️🌊"),
        lab.post("acorn", "other-speech", when, text="Wir stellen die Gäste vor: sie sind da, und das ist gut"),
        lab.post("acorn", "language-in-words", when, text="Das ist ein Bild von der Mühle mit Schild"),
        lab.post("acorn", "language-in-doubt", when, text="no"),
    ]
    return lab.build(lab.world(posts))


@pytest.fixture(scope="module")
def types(built: Built) -> dict[str, dict[str, Any]]:
    """Rows of marts.posts by native id."""
    return {row["native_id"]: row for row in built.rows("select * from marts.posts")}


@pytest.fixture(scope="module")
def told() -> list[Told]:
    """What the rules say of the labelled sample."""
    return tell(read_sample())


@pytest.mark.parametrize("is_stated", [True, False], ids=["stated", "unstated"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_fit_the_texts_they_were_written_for(told: list[Told], language: str, is_stated: bool) -> None:
    chosen = _chosen(told, "tuned", language, is_stated)
    assert len(chosen) >= 100
    assert score(chosen).precision >= 0.95
    assert score(chosen).recall >= 0.95


@pytest.mark.parametrize("is_stated", [True, False], ids=["stated", "unstated"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_are_mostly_right_on_other_texts(told: list[Told], language: str, is_stated: bool) -> None:
    chosen = _chosen(told, "held_out", language, is_stated)
    assert len(chosen) >= 30
    assert score(chosen).precision >= 0.85
    assert score(chosen).recall >= 0.7


def _chosen(told: list[Told], part: str, language: str, is_stated: bool) -> list[Told]:
    return [one for one in told if (one.part, one.language, one.is_stated) == (part, language, is_stated)]


def test_every_type_is_found_with_few_mistakes(told: list[Told]) -> None:
    types = score_types(one for one in told if one.part == "tuned" and one.is_stated)
    assert len(types) == 13
    for post_type, measured in types.items():
        assert measured.precision >= 0.95, f"precision of {post_type}"
        assert measured.recall >= 0.95, f"recall of {post_type}"


def test_what_the_source_states_stands_before_the_rules(types: dict[str, dict[str, Any]]) -> None:
    row = types["stated"]
    assert (row["post_type"], row["post_type_source"], row["post_type_reason"]) == ("promotion", "stated", "Promotion")
    assert types["stated-synonym"]["post_type"] == "hiring"
    row = types["stated-nonsense"]
    assert (row["post_type"], row["post_type_source"]) == ("giveaway", "rules")


def test_rules_are_of_a_language(types: dict[str, dict[str, Any]]) -> None:
    assert types["other-language"]["post_type"] == "other"
    assert types["british"]["post_type"] == "giveaway"


def test_a_type_is_explained_by_its_words(types: dict[str, dict[str, Any]]) -> None:
    row = types["british"]
    assert "giveaway" in row["post_type_reason"]
    assert types["in-the-title"]["post_type"] == "how_to"
    assert "% off" in types["numbers"]["post_type_reason"]


def test_words_are_whole_words(types: dict[str, dict[str, Any]]) -> None:
    assert types["inside-a-word"]["post_type_source"] == "none"
    assert (types["no-text"]["post_type"], types["no-text"]["post_type_reason"]) == ("other", None)


def test_a_pattern_is_explained_by_what_it_found(types: dict[str, dict[str, Any]]) -> None:
    row = types["pattern"]
    assert row["post_type"] == "promotion"
    assert "-40%" in row["post_type_reason"]


def test_a_question_inside_an_offer_is_an_offer(types: dict[str, dict[str, Any]]) -> None:
    assert types["question-in-an-offer"]["post_type"] == "promotion"
    assert types["coloured-pictures"]["post_type"] == "question"


def test_the_language_is_told_by_the_words_where_nobody_states_it(built: Built) -> None:
    rows = built.rows(
        "select native_id, languages.language, is_stated from intermediate.post_languages as languages "
        "inner join staging.stg_posts using (post_id)"
    )
    told = {row["native_id"]: (row["language"], row["is_stated"]) for row in rows}
    assert told["british"] == ("en", True)
    assert told["other-speech"] == ("de", False)
    assert told["language-in-words"] == ("de", False)
    assert "language-in-doubt" not in told  # no is English, Spanish and Italian
    assert "no-text" not in told
