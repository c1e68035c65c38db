"""What a brief of each market says, and that every number in it comes out of the SQL beside it."""

import base64
import datetime as dt
import functools
import hashlib
import itertools
import os
import re
import shutil
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lxml import html as markup

import reports
from analysis.ask import ask, saved_question
from crawler.items import Outcome, Reason
from reports import words
from reports.brief import SIZE_LIMIT_BYTES, BriefError, write_brief
from reports.filters import Formats, clean
from reports.page import write_whole

from .markets.hostile import hostile_market
from .markets.marts import write_snapshot
from .markets.rich import rich_market
from .markets.rows import build_row, claim
from .markets.variants import one_company

MARKETS = (
    "rich",
    "everything",
    "walled",
    "first-run",
    "never-crawled",
    "one-company",
    "half-failed",
    "sixty-companies",
    "hostile",
    "real",
)
FORMATS = Formats(locale="en", timezone="Europe/Berlin")
Make = Callable[[str], Path]

JARGON = (
    "p-value",
    "p value",
    "q-value",
    r"\btau\b",
    "heterogeneity",
    "confidence interval",
    "null hypothesis",
    "significan",
    "hartung",
    "dersimonian",
    "benjamini",
    "random effect",
    "standard error",
    "variance",
    "prediction interval",
    "log odds",
    "odds ratio",
    "regression",
    "bootstrap",
    "effect size",
    "shrunk",
    "shrink",
    "percentile",
    "outlier",
    "standard deviation",
    "hypothesis",
    "stratum",
    "strata",
    r"\bmedian\b",
    r"\bprior\b",
    "bayes",
    "cohort",
)


def page(path: Path) -> markup.HtmlElement:
    return markup.document_fromstring(path.read_text(encoding="utf-8"))


def prose(element: markup.HtmlElement) -> str:
    """Visible text without the SQL and the drawings; blocks and cells do not run into one another."""
    texts = element.xpath(".//text()[not(ancestor::pre or ancestor::svg or ancestor::script or ancestor::style)]")
    inline = {"a", "bdi", "strong", "span", "code", "time"}
    joined = "".join(
        text
        if (text.getparent().getparent() if text.is_tail else text.getparent()).tag in inline or text.is_tail
        else f" {text}"
        for text in texts
    )
    return " ".join(joined.split())


def drawn(element: markup.HtmlElement) -> str:
    """What the drawings say, and what is said of them; without the small numbers alone that stand along their axes."""
    told = element.xpath(".//*[local-name()='desc']/text()")
    letters = element.xpath(".//*[local-name()='svg']//*[local-name()='text']")
    small = {"f-muted", "12px"}
    return " ".join(
        [
            *told,
            *(
                each.text
                for each in letters
                if not (
                    small == {each.getparent().get("class"), each.getparent().get("font-size")}
                    and re.fullmatch(r"[\d.,]+ ?[×%]?", each.text)
                )
            ),
        ]
    )


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d(?:[\d.,]*\d)?", text))


def numbers_of(value: object) -> frozenset[str]:
    """The numbers in every way in which the brief may write a value from a query."""
    return frozenset() if isinstance(value, list | dict) else numbers_once(value)


@functools.cache
def numbers_once(value: object) -> frozenset[str]:
    return frozenset().union(*(numbers_in(written) for written in writings(value)))


def writings(value: object) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int | float):
        for write in (FORMATS.count, FORMATS.rate, FORMATS.share, FORMATS.small_share, FORMATS.times):
            yield write(value)
        yield f"{round(value)}"
        yield FORMATS.amount(value, "revenue", "EUR")
        yield FORMATS.change(value)
        yield FORMATS.points(value)
    elif isinstance(value, dt.datetime):
        yield from (FORMATS.day(value), FORMATS.moment(value), FORMATS.iso_day(value), FORMATS.week(value))
    elif isinstance(value, dt.date):
        yield FORMATS.day(value)
    else:
        yield clean(value)


# numbers that a template itself writes: the axis of ratios, the level of the intervals, ln(1 + y)
OWN_NUMBERS = {"1", "95", "1.3"}


@pytest.mark.parametrize("market", [name for name in MARKETS if name != "hostile"])
def test_every_number_comes_out_of_the_sql_beside_it(market: str, brief: Make, snapshot: Make) -> None:
    document = page(brief(market))
    shown_queries = 0
    with duckdb.connect(str(snapshot(market)), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        for section in document.xpath("//main/section"):
            allowed = set(OWN_NUMBERS)
            for block in section.xpath(".//pre"):
                rows = connection.execute(block.text_content()).fetchall()
                shown_queries += 1
                allowed |= numbers_in(FORMATS.count(len(rows)))
                for row in rows:
                    values = (str(value) if isinstance(value, list) else value for value in row)
                    allowed = allowed.union(*map(numbers_of, values))
            strangers = numbers_in(prose(section)) - allowed
            assert not strangers, f"{market}, {section.get('id')}: {strangers} are in no query shown there"
            strangers = numbers_in(drawn(section)) - allowed
            assert not strangers, f"{market}, {section.get('id')}: {strangers} are drawn, and in no query shown there"
    assert shown_queries >= 15


def test_every_ratio_of_the_forest_plot_is_printed(brief: Make, snapshot: Make) -> None:
    section = page(brief("rich")).get_element_by_id("performs")
    rows_shown = [" ".join(cell.text_content().strip() for cell in row) for row in section.xpath(".//tbody/tr")]
    sql = section.xpath(".//pre[@data-query='claims']")[0].text_content()
    with duckdb.connect(str(snapshot("rich")), read_only=True) as connection:
        result = connection.execute(sql)
        names = [column[0] for column in result.description or []]
        rows = [dict(zip(names, values, strict=True)) for values in result.fetchall()]
    assert len(rows) == 13
    for row in rows:
        label = FORMATS.words.level(row["level"], row["dimension"])
        [shown] = [text for text in rows_shown if text.startswith(label) and f" {row['post_count']} " in text]
        if row["lift"] is None:
            assert "not compared" in shown
        else:
            assert f"{FORMATS.times(row['lift'])} ×" in shown
            assert f"{FORMATS.times(row['lift_low'])} and {FORMATS.times(row['lift_high'])} ×" in shown
            assert f"{row['accounts_up']} of {row['account_count']}" in shown
        assert FORMATS.words.verdict(row["shown_verdict"]) in shown


def test_the_saved_question_of_what_works_has_the_numbers_of_the_brief(snapshot: Make) -> None:
    answer = ask(snapshot("real"), saved_question("what_works").sql)
    found = [dict(zip(dict(answer.columns), row, strict=True)) for row in answer.rows]
    told = [row for row in found if row["shown_verdict"] != "mixed"]
    assert len(told) > 3
    for row in told:
        shown = [FORMATS.times(row[name]) for name in ("lift", "lift_low", "lift_high")]
        assert f"{shown[0]} times" in row["sentence"]
        assert f"between {shown[1]} and {shown[2]} times" in row["sentence"]


@pytest.mark.parametrize("market", MARKETS)
def test_plain_words_only_outside_method(market: str, brief: Make) -> None:
    document = page(brief(market))
    for method in document.xpath("//section[@id='method']"):
        method.drop_tree()
    text = prose(document.body).lower()
    codes = [rf"\b{code}\b" for code in words.VERDICTS if "_" in code]
    for word in (*JARGON, *codes):
        assert not re.search(word, text), f"{word!r} is not a plain word"
    sql = " ".join(block.text_content() for block in document.xpath("//pre"))
    for word in ("p_value", "q_value", r"\btau\b", *codes):
        assert not re.search(word, sql), f"{word!r} stands in a query outside Method"


@pytest.mark.parametrize("market", MARKETS)
def test_nothing_leaves_the_file_and_all_of_it_is_named_in_the_policy(market: str, brief: Make) -> None:
    text = brief(market).read_text(encoding="utf-8")
    document = page(brief(market))
    [policy] = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        [content] = re.findall(rf"<{tag}(?: data-[^<>]*)?>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert document.xpath("//@style | //*[starts-with(name(@*), 'on')]") == []
    assert document.xpath("//img | //link | //iframe | //object | //embed | //form | //base | //video | //audio") == []
    assert not re.search(r"@import|url\(|@font-face", (Path(reports.__file__).parent / "brief.css").read_text())
    for anchor in document.xpath("//a"):
        href = anchor.get("href")
        assert href.startswith(("https://", "http://", "#"))
        assert anchor.get("target") is None
    # said once for all links: nobody learns where they were followed from, and nobody is recommended
    assert document.xpath("//meta[@name='referrer']/@content") == ["no-referrer"]
    assert document.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow"]
    assert len(text.encode()) <= SIZE_LIMIT_BYTES


@pytest.mark.parametrize("market", MARKETS)
def test_structure_reads_in_order(market: str, brief: Make) -> None:
    document = page(brief(market))
    assert document.get("lang") == "en"
    levels = [int(heading.tag[1]) for heading in document.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    for before, after in itertools.pairwise(levels):
        assert after - before <= 1, f"a heading of level {after} follows one of level {before}"
    for landmark in ("header", "nav", "main", "footer"):
        assert len(document.xpath(f"//{landmark}")) == 1
    for table in document.xpath("//table"):
        assert table.xpath("./caption")
        # headings by where they stand (HTML, 4.9.12): all of the first row, and the first of every other
        [head] = [[cell.tag for cell in row] for row in table.xpath("./thead/tr")]
        assert set(head) == {"th"}
        for row in table.xpath("./tbody/tr"):
            assert [cell.tag for cell in row] == ["th"] + ["td"] * (len(head) - 1)
    identities = document.xpath("//@id")
    assert len(identities) == len(set(identities))
    for link in document.xpath("//a[starts-with(@href, '#')]/@href"):
        assert link[1:] in identities
    for drawing in document.xpath("//*[local-name()='svg']"):
        title, description = drawing.get("aria-labelledby").split()
        assert drawing.get("role") == "img"
        # a chart in two widths tells its words once, in the wide one
        told = document.get_element_by_id(title).getparent()
        assert [child.get("id") for child in told[:2]] == [title, description]
        assert told[0].text
        assert told is drawing or told.getparent().get("class") == "chart-wide"
    for section in document.xpath("//main/section"):
        assert section.xpath("./details[contains(@class, 'evidence')]"), f"{section.get('id')} shows no SQL"


def test_a_rich_market_leads_with_its_strongest_evidence(brief: Make) -> None:
    document = page(brief("rich"))
    card = prose(document.xpath("//article")[0])
    assert "Carousels on Mastodon" in card
    assert "1.6 ×" in card
    assert "probably between 1.2 and 2.1 times" in card
    assert "Better at 5 of 6 companies, counted on 84 posts" in card
    assert "The market uses it in 14% of its posts there; you in 4%" in card
    assert len(document.xpath("//article//ol[@class='examples']/li//a")) == 3
    assert len(document.xpath("//article//p[@class='action']")) == 1
    assert "Best bet" not in card
    myth = prose(document.xpath("//div[@class='myth']")[0])
    assert "Videos win on Mastodon" in myth
    assert "0.97 ×, between 0.79 and 1.2 times" in myth
    assert len(document.xpath("//ol[@class='findings']/li")) == 5
    assert "These numbers are attention, not sales." in prose(document.get_element_by_id("first_screen"))
    assert [section.get("id") for section in document.xpath("//main/section")] == [
        "first_screen",
        "league",
        "performs",
        "openings",
        "timing",
        "making",
        "trends",
        "top_posts",
        "fresh_posts",
        "moves",
        "audience",
        "sharing",
        "doors",
        "coverage",
        "method",
    ]


def test_a_verdict_that_hangs_on_how_success_is_counted_says_so_where_it_leads(tmp_path: Path) -> None:
    tables = rich_market()
    [lead] = [row for row in tables["findings"] if row["rank"] == 1]
    place = [lead[name] for name in ("platform", "dimension", "level")]
    for row in tables["claims"]:
        if [row[name] for name in ("platform", "dimension", "level")] == place and row["scope"] == "general":
            row |= {"definitions_held": 9, "definitions_tried": 14}
    report = write_brief(write_snapshot(tmp_path / "x.duckdb", tables), tmp_path / "x.html", also=["md", "mail"])
    document = page(report.path)
    said = "9 of 14 ways to count success say so"
    assert f"Fragile: {said}." in prose(document.xpath("//article")[0])
    first, *others = document.xpath("//ol[@class='findings']/li")
    assert f"fragile: {said}" in prose(first)
    assert not any(said in prose(each) for each in others)
    assert [other.read_text(encoding="utf-8").count(f"(fragile: {said})") for other in report.others] == [1, 1]
    robust = page(write_brief(write_snapshot(tmp_path / "y.duckdb", rich_market()), tmp_path / "y.html").path)
    assert said not in prose(robust)


@pytest.mark.parametrize("market", ["first-run", "never-crawled"])
def test_what_was_looked_at_once_is_not_said_to_be_unchanged(market: str, brief: Make) -> None:
    moves = page(brief(market)).get_element_by_id("moves")
    assert "told for seven days, once an account was looked at twice" in prose(moves)
    assert not re.search(r"\bno (?:profile|post|account)\b", prose(moves), re.IGNORECASE)


@pytest.mark.parametrize(
    ("market", "sentence"),
    [
        ("rich", "13 collections, the first 30 Aug 2026, 22:00, the last 22 Nov 2026, 21:00."),
        ("first-run", "Collected once, 30 Aug 2026, 22:00."),
        ("never-crawled", "No account was visited so far: all that is known was imported."),
    ],
)
def test_collections_are_told_by_how_many_there_were(market: str, sentence: str, brief: Make) -> None:
    method = page(brief(market)).get_element_by_id("method")
    assert sentence in prose(method)
    assert "not known" not in prose(method.xpath("./p")[0])


def test_posts_of_all_years_are_not_said_to_be_of_the_window(tmp_path: Path) -> None:
    tables = rich_market()
    tables["build"] = [build_row(post_count=48_210)]
    report = write_brief(write_snapshot(tmp_path / "a.duckdb", tables), tmp_path / "brief.html", also=["md"])
    told = "48,210 posts known. Compared are those from 24 May 2026 to 22 Nov 2026."
    assert told in prose(page(report.path).xpath("//header")[0])
    assert told in report.path.with_suffix(".md").read_text(encoding="utf-8")


def test_a_kind_that_every_post_is_of_lacks_others_and_not_more_of_it(tmp_path: Path) -> None:
    tables = rich_market()
    alone = claim("web", "format", "article", "not_enough", None, posts=42, accounts=0, up=0, share_of_posts=1.0)
    tables["claims"] = [row for row in tables["claims"] if row["platform"] != "web"] + [alone]
    shown = page(write_brief(write_snapshot(tmp_path / "a.duckdb", tables), tmp_path / "brief.html").path)
    performs = prose(shown.get_element_by_id("performs"))
    assert "Too few to compare at all: Articles (there are no others)." in performs
    assert "Can’t tell yet: there are no others" in performs


def test_a_bet_that_was_judged_for_these_companies_lacks_no_posts(tmp_path: Path) -> None:
    tables = one_company()
    tables["findings"] = [row | {"verdict": "better_here", "posts_missing": 1} for row in tables["findings"]]
    shown = page(write_brief(write_snapshot(tmp_path / "a.duckdb", tables), tmp_path / "brief.html").path)
    card = prose(shown.xpath("//article")[0])
    assert "Not shown to carry over to other companies." in card
    assert "missing before this can be judged" not in card


def test_the_age_of_comparison_is_told_in_days_from_a_week_on(brief: Make) -> None:
    method = page(brief("rich")).get_element_by_id("method")
    ages = {
        row.xpath("string(./th)"): row.xpath("string(./td[last()])")
        for row in method.xpath(".//table[contains(caption, 'the age at which')]/tbody/tr")
    }
    assert ages["Mastodon"] == "72 hours"
    assert ages["Blogs and sites"] == "28 days"


def test_the_audit_of_the_own_brand_says_what_where_why_and_what_others_do(brief: Make) -> None:
    section = page(brief("rich")).get_element_by_id("sharing")
    [account] = section.xpath("./details[contains(@class, 'leaf')]")
    assert "1 of 9 rules kept, 6 to mend, 1 not confirmed, 1 not visible here." in prose(account)
    found = [prose(item) for item in account.xpath("./ul/li")]
    assert "less than advised. Found: 38 characters; cap 500. Others: 2 of 3 others keep it" in found[0]
    assert "6.5 hashtags; advised 1-3 (of 20 looked at)" in found[1]
    assert "7 hashtags" in found[1]
    assert "25% (of 16 looked at). Others: 2 of 3 others keep it; in the middle 12%" in found[3]
    assert "26.0 hours" in found[4]
    assert "does not answer. Found: 2 of 40" in found[5]
    assert "Source: help page; looked at on 22 Nov 2026." in found[0]
    assert account.xpath("./ul/li[1]//a/@href") == ["https://mastodon.example/@acct2/8"]
    assert len(section.xpath(".//table//tbody/tr")) == 7, "rules of which others are known"


def test_a_real_build_finds_what_is_really_better(brief: Make) -> None:
    document = page(brief("real"))
    card = prose(document.xpath("//article")[0])
    assert re.match(r"The strongest evidence Carousels on (Instagram|X) ", card)
    assert re.search(r"Better at 4 of 4 companies, counted on \d+ posts", card)
    assert len(document.xpath("//article//ol[@class='examples']/li//a")) == 3
    assert document.xpath("//section[@id='league']//tr[@class='own']")
    assert document.xpath("//section[@id='performs']//*[local-name()='svg']")


def test_each_finding_says_whether_it_is_new_and_a_changed_one_says_why(brief: Make) -> None:
    first = page(brief("rich")).get_element_by_id("first_screen")
    found = [prose(item) for item in first.xpath(".//ol[@class='findings']/li")]
    starts = [re.match(r"(New|Changed|Still so|No longer)?", text)[0] for text in found]  # type: ignore[index]
    assert starts == ["Still so", "Changed", "", "", ""]
    assert "because of this: Filterhaus came into the list." in found[1]
    assert not any("because" in found[place] for place in (0, 2, 3, 4))
    assert "The strongest evidence Still so" in prose(first.xpath(".//article")[0])


def test_five_sentences_say_what_to_do_more_of_what_less_what_is_new_what_to_test_and_what_was_not_seen(
    brief: Make,
) -> None:
    first = page(brief("rich")).get_element_by_id("first_screen")
    found = first.xpath(".//ol[@class='findings']/li")
    more, less, new, test, unseen = (prose(item) for item in found)
    assert "On Mastodon carousels got 1.6 times the usual" in more
    assert "Link posts on Mastodon got about 0.58 times the usual" in less
    assert new.startswith("Rising Carousel")
    assert "2.3 ×, between 0.40 and 13 times" in test
    assert unseen.startswith("Not seen in full: 4 of 14 accounts (Filterhaus on Mastodon, ")
    assert [link for item in found for link in item.xpath(".//a/@href")] == [
        *("#performs", "#performs", "#trends", "#performs", "#coverage", "#doors")
    ]


def test_where_all_was_seen_the_fifth_sentence_is_one_more_finding(tmp_path: Path, snapshot: Make) -> None:
    path = tmp_path / "seen.duckdb"
    shutil.copy(snapshot("rich"), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.coverage set outcome = 'complete'")
    found = [
        prose(item) for item in page(write_brief(path, tmp_path / "seen.html").path).xpath("//ol[@class='findings']/li")
    ]
    assert len(found) == 5
    assert not any("Not seen" in text for text in found)


def test_at_most_two_of_the_five_only_say_it_again_and_what_is_lost_is_said(tmp_path: Path, snapshot: Make) -> None:
    path = tmp_path / "still.duckdb"
    shutil.copy(snapshot("rich"), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.verdict_changes set mark = 'still', cause = null")
        connection.execute(
            """
            insert into marts.verdict_changes by name
            select
                'mastodon' as platform, 'format' as dimension, 'audio' as level, 'no_longer' as mark,
                'new_posts' as cause, 'not_enough' as verdict,
                'Audio posts on Mastodon: no longer “Works”, because of this: 3 new posts of this kind.' as sentence,
            """
        )
    document = page(write_brief(path, tmp_path / "still.html").path)
    found = [prose(item) for item in document.xpath("//ol[@class='findings']/li")]
    assert [text.split(" ")[0] for text in found] == ["Still", "Still", "No", "Polls", "Not"]
    assert found[2].count("because of this") == 1


def test_a_changed_list_is_named_and_no_line_leads_across_it(brief: Make) -> None:
    document = page(brief("rich"))
    trends = document.get_element_by_id("trends")
    assert "The list changed in the week from 12 Oct 2026: came Mokka Manufaktur, went Teehaus <Alt>." in prose(trends)
    drawn = {
        platform: trends.xpath(
            f".//*[local-name()='svg'][starts-with(@aria-labelledby, 'trend-posts-{platform}')]"
            "/*[local-name()='path'][contains(@class, 's-own')][not(@transform)]/@d"
        )[0]
        for platform in ("mastodon", "bluesky")
    }
    lines = {platform: path.count(",") for platform, path in drawn.items()}
    starts = {platform: path.count("M") for platform, path in drawn.items()}
    # twelve weeks, the last not over: one line of eleven corners, or two of as many together where the list changed
    assert lines == {"mastodon": 11, "bluesky": 11}
    assert starts == {"mastodon": 1, "bluesky": 2}


def test_what_rises_and_falls_is_said_with_its_range(brief: Make) -> None:
    document = page(brief("rich"))
    trends = document.get_element_by_id("trends")
    said = [prose(line) for line in trends.xpath(".//p[span[contains(@class, 'mark-week')]]")]
    assert [line.split(" ")[0] for line in said] == ["Rising", "Falling", "Rising"]
    assert said[2].startswith("Rising exploratory")
    rows = [prose(row) for row in trends.xpath(".//table[caption[contains(., 'Share of an account')]]/tbody/tr")]
    assert "Carousels 12% 31% +19.0 +8.0 and +30.0" in rows[0]
    assert "Steady" in rows[2]
    assert "Can’t tell yet" in rows[3]


def test_what_cannot_be_told_says_what_it_takes(brief: Make) -> None:
    text = prose(page(brief("rich")).get_element_by_id("performs"))
    assert "about 12 more weeks" in text
    assert "An effect of audio posts is out of reach" in text


def test_the_league_says_how_shares_moved(brief: Make) -> None:
    rows = [prose(row) for row in page(brief("rich")).get_element_by_id("league").xpath("(.//table)[1]/tbody/tr")]
    assert [row for row in rows if row.startswith("Bohnenbude you 14%")]
    [last] = [row for row in rows if row.startswith("Mokka Manufaktur 3%")]
    assert "Mokka Manufaktur 3% +3.0 not known" in last


def test_the_league_stands_against_last_week_and_four_weeks(brief: Make, snapshot: Make) -> None:
    (table,) = page(brief("rich")).get_element_by_id("league").xpath("(.//table)[1]")
    heads = [prose(head) for head in table.xpath("./thead//th")]
    row = next(row for row in table.xpath("./tbody/tr") if prose(row).startswith("Bohnenbude"))
    shown = dict(zip(heads, (prose(cell) for cell in row.xpath("./th | ./td")), strict=True))
    with duckdb.connect(str(snapshot("rich")), read_only=True) as connection:
        (week,) = connection.execute(
            "select 100 * arg_max(engagement_share_change, week_start_date) from marts.share_of_voice "
            "where platform = 'all' and company = 'Bohnenbude' and is_comparable"
        ).fetchone() or (None,)
        (followers,) = connection.execute(
            "select sum(follower_change) from marts.follower_changes where company = 'Bohnenbude'"
        ).fetchone() or (None,)
    assert shown["Points, last week"] == FORMATS.points(week)
    assert shown["Points, four weeks"] == "0.0"
    assert shown["Since last week"] == FORMATS.change(followers)


def test_each_company_shows_its_five_best_and_three_weakest_posts(brief: Make, snapshot: Make) -> None:
    with duckdb.connect(str(snapshot("real")), read_only=True) as connection:
        found = connection.execute(
            "select platform, company, url, lift from marts.posts where is_counted and lift is not null"
        ).fetchall()
    section = page(brief("real")).get_element_by_id("top_posts")
    shown = 0
    for fold in section.xpath(".//details[@data-company]"):
        platform = fold.xpath("ancestor::*[@data-platform]")[0].get("data-platform")
        lifts = {url: lift for *whose, url, lift in found if whose == [platform, fold.get("data-company")]}
        ranked = sorted(lifts.values(), reverse=True)
        weakest = ranked[-3:] if len(ranked) >= 10 else []
        links = list(dict.fromkeys(fold.xpath(".//a/@href")))
        assert [lifts[url] for url in links] == ranked[:5] + weakest, (platform, fold.get("data-company"))
        shown += bool(weakest)
    assert shown


def test_who_came_into_the_list_late_is_marked(brief: Make) -> None:
    assert "since 12 Oct 2026" in prose(page(brief("rich")).get_element_by_id("league"))


def test_the_own_brand_is_marked(brief: Make) -> None:
    document = page(brief("rich"))
    rows = document.xpath("//section[@id='league']//tr[@class='own']")
    assert len(rows) == 4
    assert all("Bohnenbude you" in " ".join(row.text_content().split()) for row in rows)


@pytest.mark.parametrize("market", ["one-company", "first-run", "never-crawled", "walled"])
def test_nothing_proven_is_a_bet_and_never_works(market: str, brief: Make) -> None:
    card = prose(page(brief(market)).xpath("//article")[0])
    assert "Best bet to test" in card
    assert not re.search(r"\bworks?\b", card, re.IGNORECASE)


def test_a_bet_says_how_many_posts_are_missing(tmp_path: Path, snapshot: Make) -> None:
    path = tmp_path / "bet.duckdb"
    shutil.copy(snapshot("rich"), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from marts.findings where kind = 'do_more'")
    card = prose(page(write_brief(path, tmp_path / "bet.html").path).xpath("//article")[0])
    assert "Best bet to test" in card
    assert "Polls on Mastodon" in card
    assert "41 more posts are missing before this can be judged" in card


def test_too_few_says_how_many_more(brief: Make) -> None:
    section = prose(page(brief("rich")).get_element_by_id("performs"))
    assert "Can’t tell yet: 41 more posts" in section


def test_a_verdict_says_whether_it_hangs_on_how_it_is_counted(brief: Make) -> None:
    section = prose(page(brief("rich")).get_element_by_id("performs"))
    assert "Robust, much the same however it is counted: Carousels (13 of 13 ways)." in section
    assert "Fragile, hangs on how it is counted: Link posts (9 of 13 ways)." in section


def test_single_posts_have_a_floor_and_a_ceiling(brief: Make, snapshot: Make) -> None:
    section = page(brief("rich")).get_element_by_id("performs")
    tables = section.xpath(".//table[caption[contains(., 'Floor and ceiling on Mastodon')]]")
    rows = [[prose(cell) for cell in row] for row in tables[0].xpath("./tbody/tr")]
    with duckdb.connect(str(snapshot("rich")), read_only=True) as connection:
        lifts = connection.execute(
            "select lift from marts.posts "
            "where platform = 'mastodon' and format = 'carousel' and is_counted and lift is not null"
        ).fetchall()
    low, *_, high = statistics.quantiles([lift for (lift,) in lifts], n=10, method="inclusive")
    row = next(row for row in rows if row[0] == "Carousels")
    assert row[1:3] == [f"{FORMATS.times(low)} ×", f"{FORMATS.times(high)} ×"]
    assert row[4:] == ["2.4 ×", "1.3 and 4.6 ×", "13 of 13 ways"]


def test_time_stands_beside_the_format(brief: Make) -> None:
    section = page(brief("rich")).get_element_by_id("timing")
    text = prose(section)
    assert "Time matters less than the format." in text
    assert "goes with the format: 19%; with the time of day: 1%; with the day of the week: nothing" in text
    assert "(587 posts, 6 accounts)" in text
    assert "Days and hours are those of Europe/Berlin." in text


def test_the_week_is_a_map_that_says_where_too_little_was_seen(brief: Make, snapshot: Make) -> None:
    section = page(brief("rich")).get_element_by_id("timing")
    (wide,) = section.xpath(".//figure[contains(@class, 'week-map')]/div[@class='chart-wide']/*[local-name()='svg']")
    shown = wide.xpath(".//*[local-name()='text']/text()")
    fills = [
        path.get("class")
        for path in wide.xpath("./*[local-name()='path'][starts-with(@class, 'f-')]")
        for _ in range(path.get("d").count("Z"))
    ]
    [hatched] = wide.xpath("./*[local-name()='path'][starts-with(@fill, 'url(#')]")
    assert hatched.get("fill") == f"url(#{wide.xpath('./*[local-name()=$name]/@id', name='pattern')[0]})"
    with duckdb.connect(str(snapshot("rich")), read_only=True) as connection:
        enough, thin = (
            connection.execute(
                "select lift, measured_post_count from marts.timing where is_enough = ? and measured_post_count > 0",
                [is_],
            ).fetchall()
            for is_ in (True, False)
        )
    assert len(fills) == len(enough)
    assert {fill: fills.count(fill) for fill in set(fills)} == {
        "f-even": len(enough) - 4,
        "f-more": 1,
        "f-much-more": 1,
        "f-less": 1,
        "f-much-less": 1,
    }
    assert len([text for text in shown if text.endswith(" ×")]) == len(enough)
    assert len([text for text in shown if re.search(r"posts?$", text)]) == len(enough) + len(thin)
    assert hatched.get("d").count("Z") == len(thin) > 0
    # what passed the correction is framed
    assert len(wide.xpath("./*[local-name()='path'][@class='s-up']")) == 1
    rows = section.xpath(".//figure[contains(@class, 'week-map')]//table/tbody/tr")
    assert [prose(row.xpath("./th")[0]) for row in rows][::6] == ["Monday", "Sunday"]
    assert "1.9 × (1.4 to 2.6), " in prose(rows[4])


def test_how_posts_are_made_says_what_stands_out_and_what_cannot_be_told(brief: Make) -> None:
    section = page(brief("rich")).get_element_by_id("making")
    text = prose(section)
    assert "exploratory" in text
    assert "Links: With a link: Usually worse (0.70 ×, between 0.56 and 0.87 times, 140 posts)." in text
    assert "Links: of the differences between one account’s posts, this much goes with it: 5%." in text
    assert "Number of hashtags: 1 or 2 hashtags: Worked for these" in text
    assert "Can’t tell yet: Length of the text." in text
    rows = section.xpath(".//table[caption[. = 'Hashtags on Mastodon']]/tbody/tr")
    assert [prose(row).split(" ")[:4] for row in rows] == [
        ["#kaffee", "91", "12", "6"],
        ["#specialtycoffee", "64", "0", "4"],
        ["#neu", "7", "1", "2"],
    ]


def test_what_a_network_allows_is_dated_and_what_is_not_confirmed_says_so(brief: Make) -> None:
    section = page(brief("rich")).get_element_by_id("making")
    allowed = [prose(item) for item in section.xpath(".//ul[@class='said']/li[span[contains(., 'looked up')]]")]
    (cap,) = [item for item in allowed if item.startswith("Hashtags allowed")]
    assert re.match(
        r"Hashtags allowed: 4 hashtags \(since 1 Mar 2026\)\. More than that: \d+ of \d+ posts here\. ", cap
    )
    assert "Not confirmed" not in cap
    assert [item[:31] for item in allowed if "Not confirmed." in item] == ["Hashtags advised: 1–2 hashtags."]
    assert "Longest text allowed: 500 characters. the server's own rules; looked up on 2 Nov 2026" in allowed


def test_a_large_limit_is_written_like_any_other_number(tmp_path: Path, snapshot: Make) -> None:
    path = tmp_path / "long.duckdb"
    shutil.copy(snapshot("rich"), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.limits set value = '2200', highest = 2200 where what = 'text_max'")
    section = page(write_brief(path, tmp_path / "long.html").path).get_element_by_id("making")
    assert "Longest text allowed: 2,200 characters." in prose(section)


def test_floor_and_ceiling_say_of_which_posts_they_are(brief: Make) -> None:
    section = page(brief("rich")).get_element_by_id("performs")
    [note] = {prose(each) for each in section.xpath(".//caption[contains(., 'Floor and ceiling')]/span[@class='note']")}
    assert note.endswith("also where its month has no others to compare it with.")


def test_accounts_are_not_called_companies_where_one_has_two(tmp_path: Path, snapshot: Make) -> None:
    path = tmp_path / "two.duckdb"
    shutil.copy(snapshot("rich"), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.coverage set company = 'Filterhaus' where company = 'Bohnenbude'")
    card = prose(page(write_brief(path, tmp_path / "two.html").path).xpath("//article")[0])
    assert "Better at 5 of 6 accounts" in card


def test_walled_accounts_alone_still_make_a_useful_brief(brief: Make) -> None:
    document = page(brief("walled"))
    keys = [section.get("id") for section in document.xpath("//main/section")]
    assert keys[:3] == ["first_screen", "doors", "coverage"]
    doors = document.get_element_by_id("doors")
    text = prose(doors)
    for company in ("Kessel & Korn", "Röstwerk Nord", "Bohnenbude"):
        assert company in text
    for index in range(3):
        assert doors.xpath(f".//a[@href='https://www.instagram.com/walled{index}/']")
        assert doors.xpath(f".//a[@href='https://company{index}.example/']")
    assert "Save the page in your browser, about 3 minutes" in text
    assert "Will show" in text
    assert "Will not show" in text
    assert "Behind a login" in prose(document.get_element_by_id("coverage"))
    assert "Stories" in prose(document.get_element_by_id("coverage"))


def test_a_first_run_writes_why_a_section_is_empty(brief: Make) -> None:
    document = page(brief("first-run"))
    for key in ("performs", "openings", "timing", "trends", "top_posts"):
        [sentence] = document.get_element_by_id(key).xpath("./p[@class='empty']")
        assert len(sentence.text_content()) > 30
    assert document.xpath("//p[@class='folded']") == []


def test_later_sections_with_nothing_to_say_fold_into_one_line(brief: Make) -> None:
    document = page(brief("one-company"))
    [line] = document.xpath("//p[@class='folded']")
    said = "Nothing to say this week: Openings; When; How it is made; Next month’s plan; Visits and sales."
    assert line.text_content() == said
    assert document.xpath("//section[@id='timing']") == []


def test_what_failed_is_said_in_words(brief: Make) -> None:
    text = prose(page(brief("half-failed")).get_element_by_id("coverage"))
    for outcome in ("error", "blocked", "robots_denied", "not_found", "gone", "layout_changed", "suspect", None):
        assert FORMATS.words.outcome(outcome) in text


def test_every_outcome_and_reason_of_a_visit_has_words_and_a_next_step() -> None:
    for outcome in Outcome:
        assert outcome in words.OUTCOMES
        if words.outcome_tone(outcome) != "good":
            assert FORMATS.words.step(outcome)
    for reason in Reason:
        assert reason in words.REASONS
        assert FORMATS.words.step("error", reason)
    assert FORMATS.words.step("partial", "unheard_of") == FORMATS.words.step("partial")
    assert FORMATS.words.step(None) == ""


def test_commands_in_sentences_are_code_and_what_strangers_wrote_between_them_is_text(
    tmp_path: Path, snapshot: Make
) -> None:
    path = tmp_path / "ticks.duckdb"
    shutil.copy(snapshot("walled"), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update marts.doors set sentence = 'Run `rivalscope connect x`, <b>then</b> `<i>look</i>`', phrases = null"
        )
    section = page(write_brief(path, tmp_path / "ticks.html").path).get_element_by_id("doors")
    codes = {code.text_content() for code in section.xpath(".//p//code")}
    assert {"rivalscope connect x", "<i>look</i>"} <= codes
    assert "`" not in prose(section)
    assert section.xpath(".//b | .//i") == []


def test_four_hundred_hostile_strings_reach_the_page_and_none_becomes_markup(brief: Make) -> None:
    shown = page(brief("hostile-list")).xpath("//section[@id='coverage']//tbody/tr")
    assert len(shown) >= 400
    assert {element.tag for row in shown for element in row.iter()} <= {
        "tr",
        "th",
        "td",
        "span",
        "bdi",
        "a",
        "code",
        "details",
        "summary",
    }
    known = {
        "role",
        "scope",
        "class",
        "href",
        "rel",
        "lang",
        "data-platform",
        "data-company",
        "aria-hidden",
    }
    assert {name for row in shown for element in row.iter() for name in element.attrib} <= known


@pytest.mark.parametrize("first", range(83, 418, 83))
def test_whatever_hostile_string_stands_in_a_field_the_page_is_made_of_our_own_parts(
    first: int, brief: Make, tmp_path: Path
) -> None:
    """Each field of each shown row gets other strings than in the market of the other tests."""
    path = write_brief(write_snapshot(tmp_path / "h.duckdb", hostile_market(first)), tmp_path / "h.html").path
    made, calm = page(path), page(brief("everything"))
    known = {name for element in calm.iter() for name in element.attrib}
    assert {element.tag for element in made.iter()} <= {element.tag for element in calm.iter()}
    assert {name for element in made.iter() for name in element.attrib} <= known | {"lang"}
    assert [len(made.xpath(f"//{tag}")) for tag in ("script", "style", "html", "body", "main")] == [1] * 5
    assert all(re.match(r"https?://|#", href) for href in made.xpath("//@href"))
    assert [section.get("id") for section in made.xpath("//main/section")] == [
        section.get("id") for section in calm.xpath("//main/section")
    ]


def test_hostile_words_are_shown_as_words(brief: Make) -> None:
    raw = brief("hostile").read_text(encoding="utf-8")
    assert "<script>window" not in raw
    assert "<img" not in raw
    assert "&lt;script&gt;window.pwned = 1&lt;/script&gt;" in raw
    assert "{{ 7 * 7 }}" in raw
    assert not set(raw) & set("\u202e\u2066\u2067\u200b\ufeff\x00\x1b\x07")
    assert "W" * 700 not in raw
    assert not re.search(r"href=\"(?!https?://|#)", raw)


def test_the_same_snapshot_gives_the_same_bytes(brief: Make, snapshot: Make, tmp_path: Path) -> None:
    again = write_brief(snapshot("rich"), tmp_path / "again.html").path
    assert again.read_bytes() == brief("rich").read_bytes()


def test_the_report_counts_what_was_written(snapshot: Make, tmp_path: Path) -> None:
    report = write_brief(
        snapshot("rich"), tmp_path / "new" / "brief.html", title="Coffee <in> Kiel", timezone="Asia/Tokyo"
    )
    assert report.path.read_bytes()
    assert (report.company_count, report.account_count, report.post_count, report.finding_count) == (6, 14, 1187, 4)
    assert report.byte_count == report.path.stat().st_size
    assert report.url.startswith("file://")
    assert report.warnings == ()
    assert list(report.path.parent.iterdir()) == [report.path]
    header = prose(page(report.path).xpath("//header")[0])
    assert "Coffee <in> Kiel" in header
    assert "23 Nov 2026, 05:00 (Asia/Tokyo)" in header


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"timezone": "Mars/Olympus"}, "There is no time zone 'Mars/Olympus'"),
        ({"locale": "xx_NOWHERE"}, "There is no locale 'xx_NOWHERE'"),
    ],
)
def test_a_wrong_option_is_one_sentence(options: dict[str, Any], sentence: str, snapshot: Make, tmp_path: Path) -> None:
    with pytest.raises(BriefError, match=re.escape(sentence)):
        write_brief(snapshot("walled"), tmp_path / "x.html", **options)
    assert not (tmp_path / "x.html").exists()


def test_a_missing_or_broken_snapshot_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="run `rivalscope analyze` first"):
        write_brief(tmp_path / "none.duckdb", tmp_path / "x.html")
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(BriefError, match="cannot be read") as caught:
        write_brief(broken, tmp_path / "x.html")
    assert "\n" not in str(caught.value)


def test_a_snapshot_of_another_version_is_one_sentence(tmp_path: Path, snapshot: Make) -> None:
    path = tmp_path / "old.duckdb"
    shutil.copy(snapshot("walled"), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table marts.findings drop column posts_missing")
    with pytest.raises(BriefError, match="another version: run `rivalscope analyze`") as caught:
        write_brief(path, tmp_path / "x.html")
    assert "\n" not in str(caught.value)


def test_what_a_killed_writer_left_goes_and_what_one_at_work_writes_stays(tmp_path: Path) -> None:
    killed, at_work, others = (tmp_path / name for name in (".week.html.abc", ".week.html.def", ".other.html.abc"))
    for each in (killed, at_work, others):
        each.write_bytes(b"half")
    for each in (killed, others):
        os.utime(each, (0, 0))
    write_whole(tmp_path / "week.html", b"whole")
    assert sorted(each.name for each in tmp_path.iterdir()) == [others.name, at_work.name, "week.html"]
    (tmp_path / "folder").mkdir()
    with pytest.raises(BriefError, match="folder"):
        write_whole(tmp_path / "folder", b"whole")
    assert not list(tmp_path.glob(".folder.*"))


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, snapshot: Make) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(BriefError, match="could not be written"):
        write_brief(snapshot("walled"), blocker / "brief.html")


def test_an_old_brief_is_replaced_whole(tmp_path: Path, snapshot: Make) -> None:
    target = tmp_path / "brief.html"
    target.write_text("last week's")
    write_brief(snapshot("walled"), target)
    assert target.read_text(encoding="utf-8").endswith("</html>")
