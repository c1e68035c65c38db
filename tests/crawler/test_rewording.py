"""A recorded page keeps its shape and loses its words."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.rewording import INTERFACE_WORDS, INVENTED_WORDS, reworded

STATUS = {
    "id": "113", "created_at": "2026-11-20T08:00:00.000Z", "visibility": "public", "favourites_count": 12,
    "content": '<p>Our new <a href="https://acme.example/p?utm_source=x">espresso machine</a> has 12 likes &amp; x</p>',
    "account": {"acct": "acme", "display_name": "Acme Coffee Roasters", "url": "https://social.example/@acme"},
    "card": {"title": "Visit the roastery", "url": "https://acme.example/visit?access_token=abc123"},
    "csrf_token": "zzz", "mail": "write to jane.doe@acme.example today",
}  # fmt: skip


def _json(value: Any, **how: Any) -> Any:
    return json.loads(reworded(json.dumps(value), "application/json", **how))


def test_texts_are_exchanged_and_what_a_reader_counts_on_stays() -> None:
    other = _json(STATUS)
    for name in ("id", "created_at", "visibility", "favourites_count"):
        assert other[name] == STATUS[name]
    assert "espresso" not in other["content"]
    assert "12 likes &amp; " in other["content"]
    assert 'href="https://acme.example/p?utm_source=x"' in other["content"]
    assert other["account"]["url"] == "https://social.example/@acme"
    assert other["account"]["display_name"] != STATUS["account"]["display_name"]  # type: ignore[index]


def test_tokens_and_mail_addresses_are_taken_out() -> None:
    said = json.dumps(_json(STATUS))
    assert "abc123" not in said
    assert "zzz" not in said
    assert "jane.doe" not in said


def test_a_name_is_exchanged_everywhere_and_words_may_be_kept() -> None:
    other = _json(STATUS, renamed={"acme": "kettle"}, kept=["espresso"])
    assert "acme" not in json.dumps(other).lower()
    assert other["account"]["url"] == "https://social.example/@kettle"
    assert "espresso" in other["content"]


def test_the_same_word_becomes_the_same_word() -> None:
    words = reworded("<p>roast the roast, Roast!</p>", "text/html").removeprefix("<p>").split()
    assert words[0].lower() == words[2].lower().strip(",") == words[3].lower().strip("!</p>")


def test_a_page_keeps_its_markup_and_the_json_inside() -> None:
    page = (
        '<html><head><meta property="og:title" content="Three ways to brew"><style>p { color: red }</style>'
        '<script type="application/ld+json">{"@type": "BlogPosting", "headline": "Three ways to brew",'
        ' "datePublished": "2026-11-20"}</script></head><body class="post single"><p>Three ways to brew &copy; 2026</p>'
        "<!-- written by Jane --></body></html>"
    )
    other = reworded(page, "text/html")
    tags = re.compile(r"<[^>!]*>")
    assert [tag for tag in tags.findall(other) if "content" not in tag] == [
        tag for tag in tags.findall(page) if "content" not in tag
    ]
    assert "&copy; 2026" in other
    assert '"datePublished": "2026-11-20"' in other
    assert "brew" not in other
    assert "Jane" not in other
    title = re.search(r'content="([^"]*)"', other)
    assert title is not None
    assert f'"headline": "{title.group(1)}"' in other


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


def _frame(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _frame(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_frame(inner) for inner in value]
    return "text" if isinstance(value, str) else value


@given(VALUES)
def test_any_json_stays_the_same_but_for_its_texts(value: Any) -> None:
    assert _frame(_json(value)) == _frame(value)


@given(st.lists(st.from_regex(r"[a-z]{4,12}", fullmatch=True), min_size=2, max_size=12))
def test_no_word_of_a_text_is_left(words: list[str]) -> None:
    other = reworded(f"<p>{' '.join(words)}</p>", "text/html")
    assert set(re.findall(r"[a-z]{4,}", other)) & set(words) <= INTERFACE_WORDS | set(INVENTED_WORDS)


@given(st.text(max_size=300), st.sampled_from(["text/html", "application/json", "application/xml", ""]))
def test_any_text_is_taken(text: str, content_type: str) -> None:
    reworded(text, content_type)
