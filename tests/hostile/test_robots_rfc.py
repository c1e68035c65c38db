"""robots.txt read as RFC 9309 says, in cases of our own making, one section after another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import READ_BYTES, Robots, UnreadableRobotsError

SITE = "https://shop.example"


def allows(text: str | bytes, path: str) -> bool:
    body = text.encode() if isinstance(text, str) else text
    return Robots.read(body).allows(SITE + path)


def for_us(*rules: str) -> str:
    return "User-agent: Rivalscope\n" + "\n".join(rules) + "\n"


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("Rivalscope", True),
        ("rivalscope", True),
        ("RIVALSCOPE", True),
        ("Rivalscope/1.0", True),
        ("Rivalscope the collector", True),
        ("Rival", False),
        ("scope", False),
        ("Rivalscopebot", False),
        ("Rivalscope-bot", False),
        ("Mozilla", False),
        ("Mozilla/5.0 (compatible; Rivalscope)", False),
        ("", False),
    ],
)
def test_a_group_is_ours_when_it_names_our_whole_product_token(name: str, is_ours: bool) -> None:
    assert allows(f"User-agent: {name}\nDisallow: /\n", "/menu") is not is_ours


def test_a_group_that_names_us_replaces_the_group_for_everybody() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Rivalscope\nDisallow: /private\n"
    assert allows(text, "/menu")
    assert not allows(text, "/private/x")


def test_a_group_that_names_us_and_has_no_rules_allows_everything() -> None:
    assert allows("User-agent: *\nDisallow: /\n\nUser-agent: Rivalscope\n", "/menu")


def test_the_group_for_everybody_holds_when_none_names_us() -> None:
    text = "User-agent: otherbot\nAllow: /\n\nUser-agent: *\nDisallow: /private\n"
    assert not allows(text, "/private")
    assert allows(text, "/menu")


def test_without_any_group_for_us_or_everybody_all_is_allowed() -> None:
    assert allows("User-agent: otherbot\nDisallow: /\n", "/menu")
    assert allows("", "/menu")
    assert allows("<html><body>Not found</body></html>", "/menu")


def test_all_groups_that_name_us_are_one_group() -> None:
    text = (
        "User-agent: Rivalscope\nDisallow: /a\n\nUser-agent: otherbot\nDisallow: /b\n\n"
        "User-agent: rivalscope\nDisallow: /c\n"
    )
    assert [allows(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_all_groups_for_everybody_are_one_group() -> None:
    text = "User-agent: *\nDisallow: /a\n\nUser-agent: otherbot\nDisallow: /b\n\nUser-agent: *\nDisallow: /c\n"
    assert [allows(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_several_user_agents_share_the_rules_below_them() -> None:
    text = "User-agent: otherbot\nUser-agent: Rivalscope\n\nDisallow: /a\n"
    assert not allows(text, "/a")


@pytest.mark.parametrize(
    "line", ["Sitemap: https://shop.example/map.xml", "Colour: green", "Crawl-delay: 5", "nonsense"]
)
def test_other_lines_do_not_end_a_list_of_user_agents(line: str) -> None:
    assert not allows(f"User-agent: Rivalscope\n{line}\nUser-agent: otherbot\nDisallow: /\n", "/menu")


@pytest.mark.parametrize(
    "line", ["Sitemap: https://shop.example/map.xml", "Colour: green", "\N{SNOWMAN}", ":", "# remark"]
)
def test_other_lines_do_not_end_a_group(line: str) -> None:
    assert not allows(for_us("Allow: /open", line, "Disallow: /shut"), "/shut")


def test_rules_before_any_user_agent_belong_to_nobody() -> None:
    assert allows("Disallow: /\nUser-agent: otherbot\nDisallow: /\n", "/menu")


@pytest.mark.parametrize(
    "text",
    [
        "user-agent: Rivalscope\ndisallow: /a\n",
        "USER-AGENT: Rivalscope\nDISALLOW: /a\n",
        "  User-Agent :  Rivalscope  \n\tDisallow\t:\t/a\t\n",
        "User-agent: Rivalscope # that is us\nDisallow: /a # not this\n",
        "User-agent: Rivalscope\r\nDisallow: /a\r\n",
        "User-agent: Rivalscope\rDisallow: /a\r",
        "User-agent: Rivalscope\n\n\nDisallow: /a",
        "User-agent Rivalscope\nDisallow /a\n",
    ],
    ids=["lower", "upper", "spaces", "remarks", "crlf", "cr", "no-end", "no-colons"],
)
def test_spellings_of_the_same_lines(text: str) -> None:
    assert not allows(text, "/a")
    assert allows(text, "/b")


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        # 2.2.2: the most specific match, by length, wins; on a tie allow.
        (["Allow: /shop/", "Disallow: /shop/cart"], "/shop/cart", False),
        (["Disallow: /shop/cart", "Allow: /shop/"], "/shop/cart", False),
        (["Disallow: /shop/", "Allow: /shop/list"], "/shop/list", True),
        (["Allow: /shop/list", "Disallow: /shop/"], "/shop/other", False),
        (["Disallow: /shop", "Allow: /shop"], "/shop", True),
        (["Disallow: /", "Allow: /"], "/shop", True),
        (["Disallow: /shop", "Allow: /shop/"], "/shop", False),
        (["Disallow: /shop", "Allow: /shop/"], "/shop/", True),
        (["Disallow: /*.json", "Allow: /feed"], "/feed.json", False),
        (["Disallow: /*.json", "Allow: /feed."], "/feed.json", False),
        (["Disallow: /*.json", "Allow: /feed.j"], "/feed.json", True),
        (["Disallow:", "Allow:"], "/shop", True),
        (["Disallow: "], "/shop", True),
        # Paths start from the first character and are case-sensitive.
        (["Disallow: /shop"], "/my/shop", True),
        (["Disallow: /shop"], "/shopping", False),
        (["Disallow: /Shop"], "/shop", True),
        (["Disallow: /SHOP"], "/SHOP/x", False),
        (["Disallow: shop"], "/shop", True),
        # The query belongs to what is matched.
        (["Disallow: /search?q="], "/search?q=tea", False),
        (["Disallow: /search?q="], "/search?p=tea", True),
        (["Disallow: /*?sort="], "/list?sort=price", False),
        # 2.2.3: $ anchors at the end, * stands for any characters.
        (["Disallow: /shop$"], "/shop", False),
        (["Disallow: /shop$"], "/shop/", True),
        (["Disallow: /shop$"], "/shopping", True),
        (["Disallow: /*.pdf$"], "/menu.pdf", False),
        (["Disallow: /*.pdf$"], "/menu.pdf?dl=1", True),
        (["Disallow: /*.pdf"], "/menu.pdf?dl=1", False),
        (["Disallow: /a*b"], "/ab", False),
        (["Disallow: /a*b"], "/a-long-way-to-b/and-on", False),
        (["Disallow: /a*b"], "/ac", True),
        (["Disallow: /*/draft"], "/de/draft", False),
        (["Disallow: /*/draft"], "/draft", True),
        (["Disallow: /a**b"], "/axb", False),
        (["Disallow: *"], "/anything", False),
        (["Disallow: *.gif$"], "/x.gif", False),
        (["Disallow: /", "Allow: /$"], "/", True),
        (["Disallow: /", "Allow: /$"], "/shop", False),
        (["Disallow: /a$b"], "/a$b", False),
        (["Disallow: /shop#menu"], "/shop", False),
        # 2.2.2: percent-encoding is undone or done before comparing.
        (["Disallow: /caf\u00e9"], "/caf%C3%A9", False),
        (["Disallow: /caf%C3%A9"], "/caf%C3%A9/menu", False),
        (["Disallow: /caf%c3%a9"], "/caf%C3%A9", False),
        (["Disallow: /\N{SNOWMAN}/x"], "/%E2%98%83/x", False),
        (["Disallow: /%73hop"], "/shop", False),
        (["Disallow: /shop"], "/%73hop", False),
        (["Disallow: /a%2Fb"], "/a/b", True),
        (["Disallow: /a%2Fb"], "/a%2Fb", False),
        (["Disallow: /x%2A"], "/x%2A", False),
        (["Disallow: /x%2A"], "/xy", True),
        (["Disallow: /x%24"], "/x%24", False),
        (["Disallow: /go?to=http://a.example?b&c"], "/go?to=http://a.example?b&c", False),
        # 2.2.2: robots.txt itself may always be asked.
        (["Disallow: /"], "/robots.txt", True),
    ],
)
def test_paths(rules: list[str], path: str, expected: bool) -> None:
    assert allows(for_us(*rules), path) is expected


def test_an_address_without_a_path_is_the_root() -> None:
    assert not Robots.read(for_us("Disallow: /").encode()).allows("https://shop.example")
    assert Robots.read(for_us("Disallow: /a").encode()).allows("https://shop.example?x=1")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xef\xbb", b"\xef"])
def test_a_byte_order_mark_is_passed_over(mark: bytes) -> None:
    assert not allows(mark + for_us("Disallow: /").encode(), "/menu")


def test_a_byte_order_mark_elsewhere_spoils_its_line() -> None:
    assert allows("User-agent: Rivalscope\n\ufeffDisallow: /\n", "/menu")


@pytest.mark.parametrize(
    "body",
    [
        for_us("Disallow: /").encode("utf-16"),
        for_us("Disallow: /").encode("utf-16-le"),
        for_us("Disallow: /").encode("utf-16-be"),
        b"User-agent: *\nAllow: /\n\0",
        b"\0" * 1000,
    ],
    ids=["utf-16", "utf-16-le", "utf-16-be", "nul", "nuls"],
)
def test_what_is_no_text_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableRobotsError):
        Robots.read(body)


def test_bytes_of_another_encoding_spoil_only_their_line() -> None:
    body = "# für alle\nUser-agent: *\nDisallow: /kühl\nDisallow: /privat\n".encode("latin-1")
    assert not allows(body, "/privat")
    assert allows(body, "/menu")


def test_a_line_that_was_cut_is_not_read() -> None:
    filling = "# " + "x" * 100 + "\n"
    body = (for_us("Disallow: /a") + filling * 6000).encode()[: READ_BYTES - 8] + b"\nAllow: "
    robots = Robots.read(body, is_cut=True)
    assert not robots.allows(SITE + "/a")
    # Half of "Allow: /ab" would have allowed all of it.
    shorter = (for_us("Disallow: /", "Allow: /") + "open/door").encode()
    assert not Robots.read(b"User-agent: *\nDisallow: /\nAllow: /", is_cut=True).allows(SITE + "/x")
    assert Robots.read(shorter, is_cut=True).allows(SITE + "/x")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Crawl-delay: 5"], 5.0),
        (["Crawl-delay: 0.5"], 0.5),
        (["crawl-delay:10"], 10.0),
        (["Crawl-delay: 5", "Disallow: /a", "Crawl-delay: 20"], 20.0),
        (["Crawl-delay: soon"], None),
        (["Crawl-delay: -1"], None),
        (["Crawl-delay: inf"], None),
        (["Crawl-delay: nan"], None),
        (["Crawl-delay: 1e9"], 1e9),
        (["Disallow: /a"], None),
    ],
)
def test_crawl_delay(lines: list[str], expected: float | None) -> None:
    assert Robots.read(for_us(*lines).encode()).crawl_delay_seconds == expected


def test_a_crawl_delay_for_somebody_else_is_not_ours() -> None:
    text = "User-agent: otherbot\nCrawl-delay: 50\n\nUser-agent: *\nCrawl-delay: 3\n"
    assert Robots.read(text.encode()).crawl_delay_seconds == 3.0
    assert Robots.read((text + for_us("Disallow: /a")).encode()).crawl_delay_seconds is None


def test_what_cannot_be_had_disallows_everything_and_what_is_missing_nothing() -> None:
    assert not Robots.unreachable("it hung").allows(SITE + "/")
    assert Robots.none().allows(SITE + "/")


@given(st.binary(max_size=2_000), st.text(max_size=50))
def test_any_bytes_are_read_or_refused(body: bytes, path: str) -> None:
    try:
        robots = Robots.read(body)
    except UnreadableRobotsError:
        return
    assert robots.allows(f"{SITE}/{path}") in {True, False}


@given(
    st.lists(st.sampled_from(["User-agent: *", "User-agent: Rivalscope", "Disallow: /a", "Allow: /a/b", "x: y", ""]))
)
def test_line_ends_do_not_matter(lines: list[str]) -> None:
    answers = {
        end: [Robots.read(end.join(lines).encode()).allows(SITE + path) for path in ("/a", "/a/b", "/c")]
        for end in ("\n", "\r\n", "\r")
    }
    assert answers["\n"] == answers["\r\n"] == answers["\r"]
