"""Addresses: which spellings are one page, and what is no address at all."""

from urllib.parse import urljoin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.reading.urls import absolute, canonical, permalink, same_site, site_handle, site_host


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("HTTP://Shop.Example:80", "http://shop.example/"),
        ("https://shop.example:443/a#top", "https://shop.example/a"),
        ("https://shop.example:8443/a", "https://shop.example:8443/a"),
        ("https://shop.example/a?utm_source=rss&utm_medium=feed&utm_campaign=RSS%20Feed", "https://shop.example/a"),
        ("https://shop.example/?p=12&fbclid=Iw_x&gclid=1&mc_cid=2&mc_eid=3", "https://shop.example/?p=12"),
        ("https://shop.example/?UTM_Source=x&b=2&a=1", "https://shop.example/?b=2&a=1"),
        ("https://shop.example/a?source=rss----7f2------2", "https://shop.example/a"),
        ("https://shop.example/a?source=catalogue", "https://shop.example/a?source=catalogue"),
        ("https://shop.example/a?ref=rss&at_medium=RSS&at_campaign=KAR", "https://shop.example/a"),
        ("https://shop.example/a?at_page=2", "https://shop.example/a?at_page=2"),
        ("https://user:secret@shop.example/a", "https://shop.example/a"),
        ("https://shop.example/a/../b/./c/..", "https://shop.example/b/"),
        ("https://shop.example/%d0%bf/%7eme", "https://shop.example/%D0%BF/~me"),
        ("https://shop.example/п", "https://shop.example/%D0%BF"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        (" https://shop.example/a\n", "https://shop.example/a"),
        ("https://shop.example/a/", "https://shop.example/a/"),
        ("https://shop.example/a?", "https://shop.example/a"),
        ("http://[::1]:8001/x", "http://[::1]:8001/x"),
    ],
)
def test_one_page_has_one_spelling(written: str, one: str) -> None:
    assert canonical(written) == one


def test_relative_addresses_are_resolved() -> None:
    assert canonical("/news/1?utm_source=x", "https://shop.example/blog/") == "https://shop.example/news/1"
    assert canonical("//cdn.example/x", "https://shop.example/") == "https://cdn.example/x"


@pytest.mark.parametrize(
    "written",
    ["", "shop.example", "mailto:a@b.example", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://",
     "http://[::1", "https://shop.example:99999/", "ftp://shop.example/", "https:///a", "http://%zz/", "http://sh\x7fop.example/",
     "x" * 9_000],
)  # fmt: skip
def test_what_is_no_http_address_is_refused(written: str) -> None:
    assert absolute(written) is None
    with pytest.raises(ValueError, match="no http or https address"):
        canonical(written)


def test_permalink_keeps_the_spelling_of_the_site() -> None:
    assert permalink("https://shop.example/%d0%bf?utm_id=1&x=%2f#c2") == "https://shop.example/%d0%bf?x=%2f"


def test_absolute_keeps_query_and_fragment() -> None:
    assert absolute("/i.jpg?sig=a%2Bb&utm_source=x#f", "https://shop.example") == (
        "https://shop.example/i.jpg?sig=a%2Bb&utm_source=x#f"
    )


def test_hosts_and_sites() -> None:
    assert site_host("https://WWW.Shop.example:443/x") == "shop.example"
    assert site_host("http://127.0.0.1:8001/feed") == "127.0.0.1:8001"
    assert site_handle("https://www.shop.example/blog/") == "shop.example/blog"
    assert site_handle("https://shop.example") == "shop.example"
    assert same_site("https://blog.acme.com/a", "http://www.acme.com")
    assert same_site("http://127.0.0.1:8001/a", "http://127.0.0.1:8001/b")
    assert not same_site("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a")
    assert not same_site("https://one.github.io/", "https://two.github.io/")
    assert not same_site("https://acme.co.uk/", "https://other.co.uk/")
    assert not same_site("not an address", "not an address")


@given(st.text(max_size=60))
@example("\x00")
@example("//[")
@example("?a\ud800")
def test_any_text_gives_an_address_or_nothing(text: str) -> None:
    for written in (text, "https://shop.example/" + text, "https://shop.example?" + text, "http://" + text):
        whole = absolute(written, "https://base.example/dir/")
        assert whole is None or whole.startswith(("http://", "https://"))
        try:
            one = canonical(written, "https://base.example/dir/")
        except ValueError:
            continue
        assert canonical(one) == one
        assert permalink(one) == one
        assert "#" not in one
        assert one.isascii()
        assert same_site(one, one)


@given(st.lists(st.sampled_from([".", "..", "a", "", "%2e%2e", "%2E", "b%2fc"]), max_size=8))
def test_dot_segments_never_escape_and_settle_at_once(segments: list[str]) -> None:
    one = canonical("https://shop.example/" + "/".join(segments))
    assert canonical(one) == one
    assert "/../" not in one + "/"
    assert "/./" not in one + "/"


@given(
    st.lists(
        st.sampled_from(["a", "B", "9", ".", "..", "/", "//", "%2f", "%", "~", "=", "&", "?", "-", "_", ":80", "#"]),
        max_size=9,
    )
)
def test_plain_addresses_come_out_as_the_long_way_has_them(parts: list[str]) -> None:
    for written in ("https://shop.example/" + "".join(parts), "http://" + "".join(parts) + ".example/x"):
        assert absolute(written) == absolute(f" {written}")


@given(
    st.from_regex(r"/[A-Za-z0-9_~=./%?&-]{0,40}", fullmatch=True),
    st.sampled_from(
        [
            "https://Acme.example/blog/kettle?x=1#y", "http://acme.example:80/a/b", "https://acme.example:8443/",
            "https://ann:secret@acme.example/x/", "https://bücher.example/", "file:///etc/passwd", "http://[::1]:80/x",
            "http://[",
        ]
    ),
)  # fmt: skip
def test_a_path_is_resolved_as_the_long_way_would(path: str, base: str) -> None:
    try:
        expected = absolute(urljoin(base, path))
    except ValueError:
        expected = None
    assert absolute(path, base) == expected
