"""Exports of networks and spreadsheets of people, in their languages and dialects, become posts or sentences."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.config import parse_config
from crawler.importing.summary import summary_lines
from crawler.reading.column_dates import DateOrder, order_of, read_cell
from crawler.reading.post_rows import PostRow, read_posts
from crawler.reading.table_layouts import ColumnChoice, Layout, Unmapped, layout_of
from crawler.reading.text_tables import TableError, read_rows

from .conftest import LIST, Inbox, workbook

INSTAGRAM = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,"
    "Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves"
)
GERMAN = (
    "Beitrags-ID;Konto-ID;Konto-Benutzername;Kontoname;Beschreibung;Dauer (Sek.);Veröffentlichungszeitpunkt;Permalink;"
    "Beitragstyp;Datenkommentar;Datum;Aufrufe;Reichweite;„Gefällt mir“-Angaben;Geteilte Inhalte;Follows;Kommentare;"
    "Gespeicherte Beiträge"
)
SPANISH = (
    "Identificador de la publicación\tIdentificador de la cuenta\tNombre de usuario de la cuenta\tNombre de la cuenta\t"
    "Descripción\tHora de publicación\tEnlace permanente\tTipo de publicación\tFecha\tVisualizaciones\tAlcance\t"
    "Me gusta\tVeces que se ha compartido\tSeguimientos\tComentarios\tVeces que se ha guardado"
)
PAGE = (
    "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Caption type,Permalink,Is crosspost,"
    "Is share,Post type,Languages,Custom labels,Funded content status,Data comment,Date,Views,Reach,"
    '"Reactions, Comments and Shares",Reactions,Comments,Shares,Total clicks'
)
X_POSTS = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
    "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks"
)
LINKEDIN = (
    *("Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date", "Audience", "Impressions"),
    *("Views", "Clicks", "Click through rate (CTR)", "Likes", "Comments", "Reposts", "Follows", "Content Type"),
)
CODE = "DPCXhCwkqEe"  # made on 2025-09-25 at 19:29:35 UTC, as its id says


def lines(*rows: Sequence[object], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def stated(post: dict[str, Any]) -> dict[str, int]:
    """The counts that a post's row stated."""
    return {name: value for name, value in post["metrics"].items() if name.endswith("_count")}


def test_metas_export_of_instagram_in_the_accounts_own_zone(inbox: Inbox) -> None:
    rows = lines(
        ["1801", "1784", "kettle.and.co", "Kettle & Co", "Slow #Coffee", 31, "09/25/2025 12:29",
         f"https://www.instagram.com/reel/{CODE}/", "IG reel", "", "Lifetime", "12,400", 9100, 610, 88, 41, 57, 230],
        ["1802", "1784", "kettle.and.co", "Kettle & Co", "Gone tomorrow", 0, "09/26/2025 20:08",
         "https://www.instagram.com/stories/kettle.and.co/99/", "IG story", "", "Lifetime", 10, 9, 0, 0, 0, 0, ""],
        ["1803", "1784", "kettle.and.co", "Kettle & Co", "One day", 0, "09/26/2025 20:08",
         "https://www.instagram.com/p/DPCXhCwkqEf/", "IG image", "", "09/27/2025", 10, 9, 1, 0, 0, 0, 0],
    )  # fmt: skip
    report = inbox.bring(inbox.file("export.csv", f"\ufeff{INSTAGRAM}\r\n{rows}"))
    assert report.problems == ()
    (post,) = inbox.posts()
    assert (post["account_key"], post["native_id"]) == (
        "https://www.instagram.com/kettle.and.co/",
        "3729646867191079198",
    )
    assert (post["format"], post["hashtags"], post["role"]) == ("short_video", ["Coffee"], "original")
    # 12:29 was seven hours behind the id's own clock: the account's zone, not the project's
    assert (post["published_at"], post["published_precision"]) == ("2025-09-25T19:29:00Z", "minute")
    assert stated(post) == {
        "view_count": 12_400,
        "like_count": 610,
        "share_count": 88,
        "comment_count": 57,
        "save_count": 230,
    }
    (file,) = report.files
    assert file.label == "Meta Business Suite export (Instagram)"
    assert file.left_out == {
        "rows that are stories, which are gone after a day": 1,
        "rows that are counts of one day, not of a post's whole life; export “Lifetime”": 1,
    }
    assert any("Reach, Follows" in note for note in file.notes)


@pytest.mark.parametrize(
    ("header", "row", "encoding"),
    [
        (
            GERMAN,
            "1801;1784;kettle.and.co;Kettle;Guten Morgen;;25.09.2025 21:29;https://www.instagram.com/p/DPCXhCwkqEe/;"
            "IG Karussell;;Gesamte Laufzeit;1.234;900;1.077;31;6;9;96",
            "utf-16",
        ),
        (
            SPANISH,
            "1801\t1784\tkettle.and.co\tKettle\tBuenos días\t09/25/2025 21:29\thttps://www.instagram.com/p/DPCXhCwkqEe/\t"
            "Carrusel de IG\tTotal\t1234\t900\t1077\t31\t6\t9\t96",
            "cp1252",
        ),
    ],
)
def test_metas_export_in_other_languages(inbox: Inbox, header: str, row: str, encoding: str) -> None:
    report = inbox.bring(inbox.file("export.csv", f"{header}\r\n{row}\r\n".encode(encoding)))
    assert report.problems == ()
    (post,) = inbox.posts()
    assert post["account"] == "kettle.and.co"
    assert post["published_at"].startswith("2025-09-25T")
    assert [
        post["metrics"][name] for name in ("like_count", "share_count", "comment_count", "save_count", "view_count")
    ] == [*(1077, 31, 9, 96, 1234)]
    assert post["format"] == "carousel"


def test_metas_export_of_a_page_belongs_to_the_users_page(inbox: Inbox) -> None:
    rows = lines(
        ["1827720132094663", "10004", "Kettle & Co", "An autumn", "An autumn favourite is back!", 0, "09/28/2025 18:12",
         "N/A", "https://www.facebook.com/kettleandco/posts/pfbid0NEW1", 0, 0, "Photos", "", "", "", "", "Lifetime",
         27, 20, 4, 3, 1, 0, 2],
        ["1.82772E+15", "10004", "Kettle & Co", "A film", "", 27, "09/27/2025 21:00", "",
         "https://www.facebook.com/reel/778899001122", 0, 1, "Reels", "", "", "", "", "Lifetime", 5, 4, 1, 1, 0, 0, 0],
        ["Total", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", 32, 24, 5, 4, 1, 0, 2],
    )  # fmt: skip
    report = inbox.bring(inbox.file("page.csv", f"{PAGE}\r\n{rows}"))
    assert report.problems == ()
    photo, reel = inbox.posts()
    assert {photo["account_key"], reel["account_key"]} == {"https://www.facebook.com/kettleandco"}
    assert (photo["native_id"], photo["text"], photo["format"]) == (
        *("1827720132094663", "An autumn favourite is back!", "image"),
    )
    assert (reel["native_id"], reel["text"], reel["format"], reel["role"]) == (
        *("778899001122", "A film", "short_video", "repost"),
    )
    assert photo["metrics"]["like_count"] == 3
    assert "save_count" not in photo["metrics"]
    assert report.files[0].left_out == {"rows that are totals": 1}


def test_an_export_of_an_account_that_is_not_listed_is_the_users_own(inbox: Inbox) -> None:
    row = (
        "1801,1784,other.shop,Other Shop,Hi,0,09/25/2025 12:29,https://www.instagram.com/p/DPCXhCwkqEe/,IG image,,,1,1"
    )
    inbox.bring(inbox.file("export.csv", f"{INSTAGRAM}\n{row}\n"))
    (account,) = inbox.landed("account")
    assert (account["handle"], account["company"], account["is_own"]) == ("other.shop", "Other Shop", True)


def test_xs_export_has_days_and_the_ids_have_the_moment(inbox: Inbox) -> None:
    rows = lines(
        ["1990000000000000000", "Sun, Nov 16, 2025", "New #beans", "https://x.com/kettleandco/status/1990000000000000000",
         122978, 12, 300, 4, 9, 0, 1, 3, 66, 0, 0, 0, 0],
        ["1990000000000000001", "Sun, Nov 16, 2025", "@friend thanks!", "https://x.com/kettleandco/status/1990000000000000001",
         10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    )  # fmt: skip
    report = inbox.bring(inbox.file("account_analytics_content.csv", f"{X_POSTS}\n{rows}"))
    assert report.problems == ()
    post, answer = inbox.posts()
    assert post["account_key"] == "https://x.com/kettleandco"
    assert post["published_precision"] == "second"
    assert post["published_at"].startswith("2025-11-16T")
    # "Shares" are not reposts, and impressions are not views
    assert stated(post) == {"like_count": 12, "comment_count": 1, "share_count": 3, "save_count": 4}
    assert [post["role"], answer["role"]] == ["original", "reply"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits",
            '"Sun, Nov 16, 2025",398,0,0,0,0,0,0,0,0,0',
        ),
        ("Date,Video Views,Profile Views,Likes,Comments,Shares", "2025-11-16,10,2,3,1,1"),
    ],
)
def test_totals_of_days_are_no_posts(inbox: Inbox, header: str, row: str) -> None:
    report = inbox.bring(inbox.file("overview.csv", f"{header}\n{row}\n"))
    (problem,) = report.problems
    assert "totals of days, not posts" in problem.message
    assert inbox.posts() == []


def test_linkedins_workbook_has_a_sentence_above_its_header(inbox: Inbox) -> None:
    link = "https://www.linkedin.com/feed/update/urn:li:activity:7395000000000000000"
    data = workbook(
        Metrics=[
            ["Daily totals"],
            ["Date", "Impressions (total)", "Clicks (total)", "Reactions (total)"],
            ["11/16/2025", 9, 1, 0],
        ],
        **{
            "All posts": [
                ["Posts that were published within the chosen time. Counts are of all time."],
                LINKEDIN,
                [
                    "We are hiring",
                    link,
                    "Sponsored",
                    "",
                    "Ada",
                    "11/14/2025",
                    "All",
                    900,
                    55,
                    3,
                    0.01,
                    41,
                    2,
                    5,
                    7,
                    "Image",
                ],
            ]
        },
    )
    report = inbox.bring(inbox.file("kettle_content.xlsx", data))
    assert report.problems == ()
    (post,) = inbox.posts()
    assert (post["account_key"], post["native_id"]) == (
        "https://www.linkedin.com/company/kettle-and-co/",
        "7395000000000000000",
    )
    assert (post["text"], post["format"], post["is_promoted_label"]) == ("We are hiring", "image", True)
    assert (post["published_at"][:10], post["published_precision"]) == ("2025-11-14", "second")
    assert stated(post) == {"view_count": 55, "like_count": 41, "comment_count": 2, "share_count": 5}
    assert "Ada" not in str(inbox.landed("post"))


def test_tiktok_studios_export_names_the_account_in_its_links(inbox: Inbox) -> None:
    header = "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views,Add to favorites"
    row = "Chair test,https://www.tiktok.com/@acme/video/7400000000000000001,2024-08-06 09:10,300,22,15,5000,40"
    assert inbox.bring(inbox.file("tiktok.csv", f"{header}\n{row}\n")).problems == ()
    (post,) = inbox.posts()
    assert (post["account_key"], post["text"]) == ("https://www.tiktok.com/@acme", "Chair test")
    assert post["metrics"]["save_count"] == 40


# --- anybody's table ---

POST = "https://x.com/acme/status/1990000000000000000"


@pytest.mark.parametrize(
    "text",
    [
        f"Datum;Uhrzeit;Link;Text;Gefällt mir;Kommentare\n16.11.2025;09:30;{POST};Hallo;1.077;12,0\n",
        f"Fecha\tEnlace\tTexto\tMe gusta\tComentarios\n16/11/2025 09:30\t{POST}\tHallo\t1 077\t12\n",
        f'Posted on,Permalink,Caption,Likes,Comments\n2025-11-16 09:30,{POST},Hallo,"1,077.00",12\n',
    ],
)
def test_a_table_with_columns_that_are_known_by_their_names_needs_no_question(inbox: Inbox, text: str) -> None:
    report = inbox.bring(inbox.file("sheet.csv", text))
    assert report.problems == ()
    (post,) = inbox.posts()
    assert (post["platform"], post["account"], post["text"]) == ("x", "acme", "Hallo")
    assert (post["published_at"], post["published_precision"]) == ("2025-11-16T09:30:00Z", "local")
    assert (post["metrics"]["like_count"], post["metrics"]["comment_count"]) == (1077, 12)


OTHER = "Wann,Wohin,Was,Herzen\n2025-11-16,https://www.instagram.com/p/DPCXhCwkqEe/,Hallo,5\n"
CHOICE = ColumnChoice(
    columns={"published_at": "Wann", "url": "Wohin", "text": "Was", "like_count": "Herzen"}, account="acme"
)


def test_unknown_columns_are_asked_for_in_one_sentence(inbox: Inbox) -> None:
    path = inbox.file("sheet.csv", OTHER)
    (problem,) = inbox.bring(path).problems
    assert '--map published_at="Wann" --map url="Wohin"' in problem.message
    assert inbox.posts() == []
    # said once on the command line, it is handed on to be remembered
    assert inbox.bring(path, given=CHOICE).problems == ()
    assert inbox.remembered == [(("Wann", "Wohin", "Was", "Herzen"), CHOICE)]
    (post,) = inbox.posts()
    assert (post["account"], post["text"], post["metrics"]["like_count"]) == ("acme", "Hallo", 5)


def test_an_answer_is_remembered_by_the_set_of_names(inbox: Inbox) -> None:
    asked: list[Unmapped] = []

    def choose(name: str, table: Unmapped) -> ColumnChoice:
        asked.append(table)
        return CHOICE

    assert inbox.bring(inbox.file("a.csv", OTHER), choose=choose).problems == ()
    (table,) = asked
    assert {name: table.header[index] for name, index in table.guesses.items()} == {
        "published_at": "Wann",
        "url": "Wohin",
    }
    config = LIST + (
        '[[imports]]\nheaders = ["WAS", "herzen", "Wohin", "Wann"]\naccount = "acme"\n'
        'columns = { published_at = "Wann", url = "Wohin", like_count = "Herzen" }\n'
    )
    moved = "Herzen;Was;Wohin;Wann\n6;Neu;https://www.instagram.com/p/DPCXhCwkqEf/;2025-11-17\n"
    assert inbox.bring(inbox.file("b.csv", moved), config=config, choose=choose).problems == ()
    assert len(asked) == 1
    assert [post["metrics"]["like_count"] for post in inbox.posts()].count(6) == 1


def test_a_column_that_is_not_there_is_named(inbox: Inbox) -> None:
    given_ = ColumnChoice(columns={"published_at": "Wan", "url": "Wohin"})
    (problem,) = inbox.bring(inbox.file("sheet.csv", OTHER), given=given_).problems
    assert "did you mean “Wann”?" in problem.message


def test_the_same_fault_of_many_rows_is_said_once(inbox: Inbox) -> None:
    text = "Date,Link,Likes\n" + "".join(
        f"2025-11-16,https://www.instagram.com/p/DPCXhCwkq{n:02}/,1\n" for n in range(40)
    )
    (problem,) = inbox.bring(inbox.file("sheet.csv", text)).problems
    assert problem.where == "sheet.csv:2"
    assert "--account" in problem.message
    assert "39 more rows" in problem.message


def test_rounded_ids_are_no_ids(inbox: Inbox) -> None:
    text = "platform,account,native_id,published_at\ninstagram,acme,1.22158E+17,2025-11-16\n"
    (problem,) = inbox.bring(inbox.file("sheet.csv", text)).problems
    assert "rounded by a spreadsheet" in problem.message
    data = workbook(
        Posts=[
            ["platform", "account", "native_id", "published_at"],
            ["instagram", "acme", 122158000000000017, "2025-11-16"],
        ]
    )
    (problem,) = inbox.bring(inbox.file("sheet.xlsx", data)).problems
    assert "rounded by a spreadsheet" in problem.message


def test_blank_rows_and_totals_are_counted(inbox: Inbox) -> None:
    text = "Date;Link;Likes\n2025-11-16;https://x.com/acme/status/1990000000000000000;1\n;;\n;;\nSumme;;1\n"
    report = inbox.bring(inbox.file("sheet.csv", text))
    assert report.problems == ()
    assert report.files[0].left_out == {"blank rows": 2, "rows that are totals": 1}
    assert any("blank rows: 2" in line for line in summary_lines(report))


def test_a_mended_file_brings_what_the_first_try_left_out(inbox: Inbox) -> None:
    good = "2025-11-16T08:00:00Z,2025-11-20T08:00:00Z,https://x.com/acme/status/1990000000000000000,7\n"
    bad = "yesterday,2025-11-20T08:00:00Z,https://x.com/acme/status/1990000000000000001,8\n"
    head = "published_at,observed_at,url,likes\n"
    first = inbox.bring(inbox.file("sheet.csv", head + good + bad))
    assert [problem.where for problem in first.problems] == ["sheet.csv:3"]
    assert inbox.bring(inbox.folder / "inbox" / "sheet.csv").files[0].is_repeated
    mended = inbox.bring(inbox.file("sheet.csv", head + good + bad.replace("yesterday", "2025-11-17T08:00:00Z")))
    assert mended.problems == ()
    assert mended.files[0].post_count == 2


def test_a_file_is_read_again_when_the_list_has_grown(inbox: Inbox) -> None:
    path = inbox.file("sheet.csv", "Date,Link,Likes\n2025-11-16,https://www.instagram.com/p/DPCXhCwkqEe/,1\n")
    assert len(inbox.bring(path).problems) == 1
    assert inbox.bring(path, given=ColumnChoice(account="acme")).problems == ()
    assert len(inbox.posts()) == 1


# --- dates of a column ---


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["03/04/2026", "13/04/2026"], DateOrder.DAY_FIRST),
        (["03/04/2026", "04/13/2026 10:00"], DateOrder.MONTH_FIRST),
        (["03.04.2026", "04.04.2026"], DateOrder.DAY_FIRST),
        (["11/09/2026", "10/10/2026", "09/11/2026"], None),
        (["01/05/2026", "02/02/2026", "03/03/2026"], DateOrder.MONTH_FIRST),
        (["03/04/2026", "03/05/2026"], None),
        (["2026-04-03", ""], None),
    ],
)
def test_a_column_says_which_number_is_the_day(column: list[str], order: DateOrder | None) -> None:
    assert order_of(column) == order


def test_a_date_that_could_be_two_days_is_none_and_can_be_said(inbox: Inbox) -> None:
    text = "Date,Link\n03/04/2026,https://x.com/acme/status/1990000000000000000\n"
    path = inbox.file("sheet.csv", text)
    (problem,) = inbox.bring(path).problems
    assert "no date that can be read for sure" in problem.message
    assert "--date-order day_first" in problem.message
    assert inbox.bring(path, given=ColumnChoice(date_order=DateOrder.DAY_FIRST)).problems == ()
    assert inbox.posts()[0]["published_at"] == "2026-04-03T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        f"Plattform;Konto;Link;Veröffentlicht am;Gefällt mir\nInstagram;acme;{POST};03/04/2026;1.077\n",
        f"Plateforme;Compte;Lien;Date de publication;J’aime\nInstagram;acme;{POST};03/04/2026;1 077\n",
        f"Rede;Conta;Link do post;Data da publicação;Curtidas\nInstagram;acme;{POST};03/04/2026;1.077\n",
        f"Piattaforma;Account;Collegamento;Pubblicato il;Mi piace\nInstagram;acme;{POST};03/04/2026;1077\n",
    ],
)
def test_languages_that_write_the_day_first_are_read_so(inbox: Inbox, text: str) -> None:
    text = text.replace(POST, "https://www.instagram.com/p/DPCXhCwkqEe/")
    assert inbox.bring(inbox.file("sheet.csv", text)).problems == ()
    (post,) = inbox.posts()
    assert post["account_key"] == "https://www.instagram.com/acme/"
    assert (post["published_at"], post["published_precision"]) == ("2026-04-03T00:00:00Z", "day")
    assert stated(post) == {"like_count": 1077}


@given(
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - wall clocks are meant
    mark=st.sampled_from("/.-"),
    order=st.sampled_from(DateOrder),
    clock=st.sampled_from(["", " %H:%M", ", %H:%M:%S", " %I:%M %p"]),
)
def test_dates_are_read_as_they_were_written(moment: datetime, mark: str, order: DateOrder, clock: str) -> None:
    parts = ["%d", "%m"] if order is DateOrder.DAY_FIRST else ["%m", "%d"]
    found = read_cell(moment.strftime(mark.join([*parts, "%Y"]) + clock), order, None)
    assert found is not None
    assert found.at.date() == moment.date()
    if clock:
        assert (found.at.hour, found.at.minute) == (moment.hour, moment.minute)


# --- any table at all ---

CELL = st.one_of(
    st.sampled_from(
        ["Date", "Link", "Likes", "2025-11-16", "1.077", "https://x.com/a/status/1", "Total", "", "03/04/2026", "\0"]
    ),
    st.text(max_size=12),
)


@given(
    table=st.lists(st.lists(CELL, max_size=6), max_size=8),
    mark=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_any_table_gives_rows_or_sentences(tmp_path: Path, table: list[list[str]], mark: str, encoding: str) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(lines(*table, delimiter=mark).encode(encoding, "replace"))
    try:
        rows = list(read_rows(path))
        layout = layout_of(rows)
    except TableError as error:
        assert "\n" not in str(error)
        return
    if isinstance(layout, Layout):
        for row in read_posts(rows, layout):
            if isinstance(row, PostRow):
                assert row.url or row.native_id
                counts = [getattr(row.metrics, name) for name in ("like_count", "comment_count", "share_count")]
                assert all(count is None or count >= 0 for count in counts)
            elif isinstance(row, tuple):
                assert row[1]
    elif isinstance(layout, Unmapped):
        assert layout.missing


@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "'", "\u202f"]))
def test_thousands_are_read_however_they_are_set_apart(number: int, mark: str) -> None:
    header = ["Date", "Link", "Likes"]
    cells = ["2025-11-16", "https://x.com/a/status/1", f"{number:,}".replace(",", mark)]
    layout = layout_of([(1, header), (2, cells)])
    assert isinstance(layout, Layout)
    (row,) = read_posts([(1, header), (2, cells)], layout)
    assert isinstance(row, PostRow)
    assert row.metrics.like_count == number


def test_a_mapping_in_the_configuration_is_checked(inbox: Inbox) -> None:
    table = parse_config(
        '[[imports]]\nheaders = ["A", "B"]\ncolumns = { url = "A", published_at = "B" }\nplatform = "ig"\n'
    )
    assert table.explained_tables[frozenset({"a", "b"})].platform == "instagram"


def test_an_export_without_a_date_is_dated_by_the_posts_id(inbox: Inbox) -> None:
    row = '1990000000000000000,,"New #beans",https://x.com/kettleandco/status/1990000000000000000,9,12,1,0,0,0,1,3,0,0,0,0,0'
    old = row.replace("1990000000000000000", "20")
    (problem,) = inbox.bring(inbox.file("x.csv", f"{X_POSTS}\n{row}\n{old}\n")).problems
    assert problem.where == "x.csv:3"
    assert "published_at is empty" in problem.message
    assert [post["published_precision"] for post in inbox.posts()] == ["second"]
