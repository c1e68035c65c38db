"""Bytes become the text that their writer saw, whatever the labels say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.charset import decode

WORDS = "Grüße aus Köln, прощай"


@pytest.mark.parametrize(
    ("body", "content_type", "text", "is_mislabelled"),
    [
        (WORDS.encode(), "text/html; charset=utf-8", WORDS, False),
        (WORDS.encode(), "text/html", WORDS, False),
        (WORDS.encode(), "text/html; charset=windows-1252", WORDS, True),
        (WORDS.encode(), "text/html; charset=utf-16", WORDS, True),
        (WORDS.encode(), "text/html; charset=rot13", WORDS, True),
        (b"plain", "text/html; charset=hex", "plain", False),
        ("Grüße".encode("latin-1"), "", "Grüße", False),
        ("Grüße".encode("latin-1"), "text/html; charset=utf-8", "Grüße", True),
        ("Grüße".encode("latin-1"), "text/html; charset=base64", "Grüße", True),
        ("прощай".encode("cp1251"), 'text/html; charset="windows-1251"', "прощай", False),
        (b'<meta charset="koi8-r">' + "прощай".encode("koi8-r"), "", '<meta charset="koi8-r">прощай', False),
        (
            b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>',
            "application/xml",
            '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
            False,
        ),
        (b"\xef\xbb\xbf" + WORDS.encode(), "text/html; charset=utf-8", WORDS, False),
        (b"\xff\xfe" + WORDS.encode("utf-16-le"), "", WORDS, False),
        (WORDS.encode("utf-16-be"), "text/html; charset=utf-16be", WORDS, False),
        (b'<meta charset="utf-16">' + WORDS.encode(), "", '<meta charset="utf-16">' + WORDS, False),
        ("日本".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "日本", False),
        (("Grüße " * 20).encode() + b"\xf0\x9f", "text/html; charset=utf-8", "Grüße " * 20 + "\ufffd", False),
        (b"", "", "", False),
    ],
)
def test_labels_are_believed_only_as_far_as_the_bytes_agree(
    body: bytes, content_type: str, text: str, is_mislabelled: bool
) -> None:
    decoded = decode(body, content_type)
    assert (decoded.text, decoded.is_mislabelled) == (text, is_mislabelled)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/html; charset=x-user-defined", "charset=utf-16", "charset=punycode"]),
)
def test_any_bytes_are_text(body: bytes, content_type: str) -> None:
    assert "\ud800" not in decode(body, content_type).text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_valid_utf8_survives_any_header(text: str) -> None:
    body = text.encode()
    if not body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        assert decode(body, "text/html; charset=shift_jis").text == text
