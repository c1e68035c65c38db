"""Plain text: what a reader sees, no control characters, addresses in one piece."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading import hashtags, jsonvalue
from crawler.reading.text import clean, html_links, html_to_text
from tests.growth import MOST_GROWTH, growth

CUT_LINK = (
    '<a href="https://kettle.example/journal/a-long-story"><span class="invisible">https://</span>'
    '<span class="ellipsis">kettle.example/jour</span><span class="invisible">nal/a-long-story</span></a>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a &amp; b", "a & b"),
        ("a  b\n c", "a b c"),
        ("a < b & c > d", "a < b & c > d"),
        ("<p>one<br>two<br />three</p><p>four</p>", "one\ntwo\nthree\n\nfour"),
        (f"<p>See {CUT_LINK}.</p>", "See https://kettle.example/journal/a-long-story."),
        ('<p><a class="mention hashtag">#<span>Tea</span></a> <b>bold</b>face</p>', "#Tea boldface"),
        ("<div>a</div><div>b <div>c</div></div>d", "a\nb\nc\nd"),
        ("<ul><li>a</li><li>b</li></ul>after", "a\nb\n\nafter"),
        ("<pre>x  y\n  z</pre>", "x  y\n  z"),
        ("<p>a</p>\n\n<p>b</p>\n", "a\n\nb"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<script>alert(1)</script>ok<style>p{}</style><template>no</template>", "ok"),
        ("<!-- no -->yes<!-- no", "yes"),
        ("<p>x</body></html><p>y", "x\n\ny"),
        ('<?xml version="1.0" encoding="utf-16"?><p>ü', "ü"),
        ("&lt;b&gt;", "<b>"),
        ("<p>&#x202e;x&#7;&#0;</p>", "x\ufffd"),
    ],
)
def test_html_becomes_the_text_that_is_seen(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_elements_of_a_class_can_be_left_out() -> None:
    html = '<p class="quote-inline x">RE: <a href="u">u</a></p><p>mine</p> tail'
    assert html_to_text(html, without_classes={"quote-inline"}) == "mine\n\ntail"


def test_links_come_with_their_classes() -> None:
    html = (
        '<p><a class="u-url mention" href="https://a.example/@x">@x</a> <A HREF="https://b.example/">b</A> <a>none</a>'
    )
    assert html_links(html) == [
        ("https://a.example/@x", frozenset({"u-url", "mention"})),
        ("https://b.example/", frozenset()),
    ]


def test_clean_takes_away_what_a_terminal_or_a_reader_could_be_fooled_with() -> None:
    assert clean("a\x00b\x1b[31mc\x9bd\u202ee\u2066f\ud800g\ufeff") == "ab[31mcdefg"
    assert clean("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd\te"
    assert clean("👩‍👩‍👧 ‌ไทย") == "👩‍👩‍👧 ‌ไทย"  # joiners carry meaning


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=())))
def test_cleaned_text_holds_no_control_and_cleaning_twice_changes_nothing(text: str) -> None:
    done = clean(text)
    assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in done)
    assert not set(done) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean(done) == done


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<br>",
                "<a href='x'>",
                "<pre>",
                "</div>",
                "<",
                ">",
                "&",
                "&amp;",
                "x",
                " ",
                "\n",
                "é",
                "\x00",
                "\ud800",
            ]
        ),
        max_size=60,
    )
)
def test_any_markup_gives_clean_text(parts: list[str]) -> None:
    text = html_to_text("".join(parts))
    assert text == text.strip() == clean(text)
    assert "\n\n\n" not in text or "<pre>" in parts
    html_links("".join(parts))


@pytest.mark.parametrize("unit", ["<div>", "<a ", "<p>", " <br> \n", "<", "&"])
@pytest.mark.parametrize("read", [html_to_text, html_links])
def test_hostile_markup_costs_no_more_than_its_length(read: Callable[[str], object], unit: str) -> None:
    assert growth(read, lambda times: unit * 1_600 * times + "x") <= MOST_GROWTH


def test_text_nested_too_deep_for_the_parser_is_still_read() -> None:
    assert html_to_text("<div>" * 5_000 + "x" + "</div>" * 5_000) == "x"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Hello #Tea", ["Tea"]),
        ("#a #b-c #d_e #f.", ["a", "b-c", "d_e", "f"]),
        ("(#x) “#y” #z!", ["x", "y", "z"]),
        ("#1 #2026 #2026plan C# a#b ## # #️⃣", ["2026plan"]),
        ("#日本 #чай #café #🍵", ["日本", "чай", "café", "🍵"]),
        ("＃全角", ["全角"]),
        ("#one#two", ["one"]),
        ("https://x.example/#frag", []),
    ],
)
def test_hashtags_as_people_write_them(text: str, tags: list[str]) -> None:
    assert [tag for _, tag in hashtags.written(text)] == tags


def test_a_hashtag_counts_once_as_first_spelled() -> None:
    assert hashtags.unique(["Tea", "tea", "", "TEA", "Pot"]) == ("Tea", "Pot")


@given(st.text())
def test_hashtags_never_raise_and_stand_where_they_say(text: str) -> None:
    for position, tag in hashtags.written(text):
        assert text[position] in "#＃"
        assert text[position + 1 :].startswith(tag)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 200_000, b"1" * 100_000, b"\xff\xfe{", b"nul", b'{"a": tru}'])
def test_what_is_no_json_is_told_in_one_way(body: bytes) -> None:
    with pytest.raises(jsonvalue.NotJsonError):
        jsonvalue.parse(body)


def test_json_in_other_encodings_and_with_faults_of_encoding_is_read() -> None:
    assert jsonvalue.parse(b'\xef\xbb\xbf{"a": 1}') == jsonvalue.parse('{"a": 1}'.encode("utf-16")) == {"a": 1}
    assert jsonvalue.parse(b'{"a": "\xff"}') == {"a": "\ufffd"}
    assert jsonvalue.parse('{"a": "x\ny"}', strict=False) == {"a": "x\ny"}


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("HTTPS://A.example", "https://a.example/"),
        ("javascript:alert(1)", None),
        ("//a.example/x", None),
        ("", None),
        ("ftp://a.example/", None),
        ("https://user:secret@a.example/", "https://a.example/"),
        (7, None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links(said: object, url: str | None) -> None:
    assert jsonvalue.link(said) == url


@given(
    st.one_of(
        st.text(), st.integers(), st.floats(), st.none(), st.lists(st.integers()), st.dictionaries(st.text(), st.text())
    )
)
def test_values_of_the_wrong_kind_are_nothing(said: object) -> None:
    jsonvalue.link(said)
    assert isinstance(jsonvalue.identifier(said), str | None)
    size = jsonvalue.positive(said)
    assert size is None or 0 < size <= 10**6
    assert jsonvalue.string(said) is None or isinstance(said, str)
    assert not jsonvalue.mapping(said) or isinstance(said, dict)
    assert not jsonvalue.sequence(said) or isinstance(said, list)
