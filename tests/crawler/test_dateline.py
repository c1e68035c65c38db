"""Dates that only readers see: beside the heading, in a line about the post, in the address; and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Post, Precision
from crawler.pages.base import Capture, PageProblem
from crawler.pages.web.html import WebArticle
from crawler.reading.dateline import address_date, written_dates
from crawler.reading.dates import read_date

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = datetime(2026, 5, 3, tzinfo=UTC)
BODY = (
    "<p>" + "The kettle on the stove was older than the house, and it whistled before the water was hot. " * 5 + "</p>"
)
HEADING = "<h1>Kettle notes for cooks</h1>"


def post_of(body: str, *, language: str = "de", url: str = "https://acme.example/blog/kettle-notes") -> Post | None:
    page = f"<html lang={language}><title>Kettle notes for cooks | Acme</title><body>{body}".encode()
    try:
        posts = WebArticle(HttpResponse(url, page, status=200), Capture(fetched_at=NOW)).read().posts
    except PageProblem:
        return None
    return posts[0] if posts else None


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("de", f"{HEADING}<small>03.05.2026 von Ann</small>{BODY}"),
        ("de", f"<div>am <span>3. Mai 2026</span>{HEADING}</div>{BODY}"),
        ("fr", f"{HEADING}<div><time pubdate>Publié le 3 mai 2026</time></div>{BODY}"),
        ("es", f"{HEADING}<ul><li>Por Ana</li><li>3 de mayo de 2026</li></ul>{BODY}"),
        ("pt-BR", f"{HEADING}<p>03/05/2026</p>{BODY}"),
        ("it", f"{HEADING}{BODY}<div class=post-footer>Pubblicato il 3 maggio 2026 da Anna</div>"),
        ("ru", f"{HEADING}<span>3 мая 2026</span>{BODY}"),
        ("ja", f"{HEADING}<span>2026年5月3日</span>{BODY}"),
        ("ar", f"{HEADING}<span>٣ مايو 2026</span>{BODY}"),
        ("hi", f"{HEADING}<span>3 मई 2026</span>{BODY}"),
        ("en", f"{HEADING}<span>May</span> <span>3,</span> <span>2026</span>{BODY}"),
        ("en", f"{HEADING}{BODY}<p>This was written on 3 May 2026 by Ann.</p>"),
        ("nl", f"<h2>Acme</h2><article>{HEADING}<p class=byline>Ann, 3 mei 2026</p>{BODY}</article>"),
    ],
)
def test_a_date_beside_the_heading_or_in_a_line_about_the_post(language: str, body: str) -> None:
    post = post_of(body, language=language)
    assert post is not None
    assert (post.published_at, post.published_precision) == (DAY, Precision.DAY)
    assert post.sources is not None
    assert post.sources["published_at"] == "page"
    assert post.title == "Kettle notes for cooks"


def test_a_time_of_day_beside_the_date_is_a_wall_clock() -> None:
    post = post_of(f"{HEADING}<p>Sonntag, 3.5.2026, 19:51</p>{BODY}")
    assert post is not None
    assert (post.published_at, post.published_precision) == (DAY.replace(hour=19, minute=51), Precision.LOCAL)


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", f"{HEADING}<p>03/05/2026</p>{BODY}"),  # two days, as English is written both ways
        ("de", f"{HEADING}<p>Zuletzt aktualisiert: 03.05.2026</p>{BODY}"),
        ("en", f"{HEADING}<p>Updated on May 3, 2026</p>{BODY}"),
        ("en", f"{HEADING}{BODY}<p>The fair opened on 3 May 2026.</p>"),
        ("en", f"{HEADING}{BODY}<div class=comments><p>Posted on May 3, 2026 by Bob</p></div>"),
        ("en", f"<h1>Shop</h1><p>3 May 2026</p>{BODY}"),
        ("en", f"{HEADING}<p>3 May 1926</p>{BODY}"),
        ("en", HEADING + "".join(f"<b class=d>{n} May 2026</b><h2>Part {n}</h2>" for n in range(1, 9))),
    ],
)
def test_what_is_no_date_of_a_post(language: str, body: str) -> None:
    assert post_of(body, language=language) is None


def test_readers_are_believed_when_a_machine_is_told_another_day() -> None:
    changed = '<time datetime="2026-07-03T10:18:46Z">Publié le 3 mai 2026</time>'
    post = post_of(f"<article>{HEADING}{changed}{BODY}</article>", language="fr")
    assert post is not None
    assert (post.published_at, post.published_precision) == (DAY, Precision.DAY)
    agreed = changed.replace("2026-07-03", "2026-05-03")
    post = post_of(f"<article>{HEADING}{agreed}{BODY}</article>", language="fr")
    assert post is not None
    assert post.published_precision is Precision.SECOND


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://acme.example/2026/05/03/kettle-notes/", "2026-05-03"),
        ("https://acme.example/blog/2026/5/3/kettle-notes", "2026-05-03"),
        ("https://acme.example/posts/2026-05-03-kettle-notes/", "2026-05-03"),
        ("https://acme.example/news/2026-05-03/kettle/464454", "2026-05-03"),
        ("https://acme.example/2026/05/kettle-notes.html", "2026-05"),
        ("https://acme.example/2026/05/03/", None),
        ("https://acme.example/2026/05/page/2/", None),
        ("https://acme.example/2026/05/", None),
        ("https://acme.example/2026/13/kettle", None),
        ("https://acme.example/kettle-notes", None),
        ("https://acme.example/p/20260503/kettle", None),
    ],
)
def test_the_date_of_an_address(url: str, said: str | None) -> None:
    assert address_date(url) == said


def test_the_address_stands_in_where_the_page_shows_no_date_and_overrules_a_far_one() -> None:
    address = "https://acme.example/2026/05/03/kettle-notes"
    for body in (HEADING + BODY, f"{HEADING}<p>Fair: 9. Juni 2026</p>{BODY}"):
        post = post_of(body, url=address)
        assert post is not None
        assert (post.published_at, post.published_precision) == (DAY, Precision.DAY)
        assert post.sources is not None
        assert post.sources["published_at"] == "address"


def test_a_syntax_that_states_a_date_is_believed_before_what_readers_see() -> None:
    meta = '<meta property="article:published_time" content="2026-05-04T07:00:00+02:00">'
    post = post_of(f"{meta}{HEADING}<p>03.05.2026</p>{BODY}")
    assert post is not None
    assert post.published_at == datetime(2026, 5, 4, 5, tzinfo=UTC)


@given(st.text(alphabet="0123456789./-: ,JanuaryMaiдемая年月日TZ+|", max_size=400))
def test_any_text_gives_dates_that_can_be_read_or_refused(text: str) -> None:
    for said in written_dates(text):
        moment = read_date(said, latest=NOW, is_day_first=True)
        assert moment is None or moment.precision in (Precision.DAY, Precision.LOCAL)
