"""Exports of web analytics and shops become rows of visits and sales, or one sentence each."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.config import ConfigError, parse_config
from crawler.importing.summary import summary_lines
from crawler.reading.amounts import AmountError, decimal_mark_of, read_amount
from crawler.reading.outcomes import OutcomeSettings, OutcomeTable, read_outcomes
from crawler.reading.text_tables import TableError, read_rows

from .conftest import NOW, Inbox, workbook

GA4_REPORT = """\
# ----------------------------------------
# Traffic acquisition: Session source / medium
# Account: Kettle & Co
# Property: kettle.example – GA4
# ----------------------------------------
#
# All Users
# Start date: 20261101
# End date: 20261126

Session source / medium,Sessions,Engaged sessions,Engagement rate,Events per session,Key events,Total revenue
instagram / social,1204,811,0.6736,7.1,31.5,1844.2
(direct) / (none),611,300,0.491,5.2,12,402
google / organic,455,290,0.6374,4.9,9,0
Grand total,2270,1401,0.6172,6.1,52.5,2246.2

# Start date: 20261101
# End date: 20261126
Nth day,Sessions
0000,88
0001,91
"""
GA4_EXPLORATION = """\
# ----------------------------------------
# Posts of the month
# Free form 1
# 20261101-20261126
# ----------------------------------------

Date,Session source / medium,Session manual ad content,Sessions,Key events,Ecommerce purchases,Total revenue
,,,36,3,2,81.4,Grand total
20261103,instagram / social,nov-07,21,2,2,81.4
20261104,instagram / social,(not set),15,1,0,0
"""
GERMAN = """\
# ----------------------------------------
# Neu generierte Zugriffe: Sitzung – Quelle/Medium
# Konto: Kettle & Co
# Property: kettle.example
# ----------------------------------------
#
# Alle Nutzer
# Startdatum: 20261101
# Enddatum: 20261126

Datum;Sitzung – Quelle/Medium;Sitzung – Manueller Anzeigeninhalt;Sitzungen;Schlüsselereignisse;Gesamtumsatz
20261103;instagram / social;nov-07;1.021;2;1.281,40
20261104;(nicht festgelegt);(nicht festgelegt);15;0;0,00
Gesamtsumme;;;1.036;2;1.281,40
"""
LOCALISED = {
    "es": "Fecha,Fuente/medio de la sesión,Contenido de anuncio manual de la sesión,"
    "Sesiones,Eventos clave,Ingresos totales",
    "fr": "Date,Source/Support de la session,Contenu d'annonce manuel de la session,"
    "Sessions,Événements clés,Revenus totaux",
    "pt": "Data,Origem/mídia da sessão,Conteúdo do anúncio manual da sessão,Sessões,Eventos principais,Receita total",
    "it": "Data,Sorgente/mezzo sessione,Contenuto annuncio manuale sessione,Sessioni,Eventi chiave,Entrate totali",
    "en": "Date,Session source / medium,Session manual ad content,Sessions,Conversions,Total revenue",
    "nl": "Datum,Sessiebron/medium,Handmatige advertentiecontent van sessie,Sessies,Belangrijke gebeurtenissen,"
    "Totale opbrengst",
    "pl": "Data,Źródło/medium sesji,Treść reklamy sesji dodana ręcznie,Sesje,Kluczowe zdarzenia,Łączne przychody",
    "ja": "日付,セッションの参照元 / メディア,セッションの手動広告コンテンツ,セッション,キーイベント,合計収益",
}
FIRST_VISITS = {
    "en": "First user source / medium",
    "de": "Erste Nutzerinteraktion – Quelle/Medium",
    "es": "Primera fuente/medio del usuario",
    "fr": "Première source/support de l'utilisateur",
    "it": "Sorgente/mezzo primo utente",
    "pt": "Primeira origem/mídia do usuário",
    "ja": "ユーザーの最初の参照元 / メディア",
}
PLAUSIBLE = """\
"date","source","referrer","utm_source","utm_medium","utm_campaign","utm_content","utm_term","pageviews","visitors",\
"visits","visit_duration","bounces"
"2026-11-03","Instagram","l.instagram.com","instagram","social","november","nov-07","",44,19,21,380,9
"2026-11-03","Google","google.com","","","","","",12,8,8,120,5
"""
PLAUSIBLE_EVENTS = """\
"date","name","link_url","path","visitors","events"
"2026-11-03","Purchase","","/checkout",3,4
"2026-11-03","Outbound Link: Click","https://elsewhere.example/","/",7,9
"""
MATOMO = "Label\tVisits\tActions\tConversions\tRevenue\nnovember\t31\t99\t2\t$81.4\nwinter-sale\t11\t20\t0\t$0\n"
SHOPIFY_HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Billing Name,Billing Street,Billing Phone,Shipping Name,Notes,Cancelled at,Refunded Amount,Id,Tags,"
    "Source,Landing Page,Referring Site"
)
CANARY = "Canary Customer"
CANARY_MAIL = "canary.customer@mail.example"


def order(
    number: int, status: str, total: str, *, line: str = "Beans", refunded: str = "0.00", landing: str = "", **more: str
) -> str:
    """The first row of an order, with a customer who must not be kept."""
    at = more.get("at", "2026-11-03 23:30:00 -0500")
    return (
        f"#{number},{CANARY_MAIL},{status},{at},fulfilled,,yes,{more.get('currency', 'EUR')},{total},0.00,0.00,{total},"
        f"{more.get('code', '')},0.00,Post,{at},1,{line},{total},{CANARY},1 Canary Road,+49 111 222333,{CANARY},"
        f"call {CANARY},,{refunded},77{number},,web,{landing},{more.get('referrer', '')}"
    )


def further_line(number: int | str, line: str = "Filter papers") -> str:
    name = f"#{number}" if number else ""
    return f"{name},{CANARY_MAIL},,,,,,,,,,,,,,,2,{line},4.00" + "," * 12


def read(content: str | bytes, tmp_path: Path, name: str = "export.csv", **more: Any) -> OutcomeTable:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    said = OutcomeSettings(zone=ZoneInfo("Europe/Berlin"), now=NOW, **more)
    table = read_outcomes(list(read_rows(path)), name, said)
    assert table is not None
    return table


class TestGoogleAnalytics:
    def test_a_report_counts_for_its_whole_period_and_its_totals_and_second_table_do_not_count_again(
        self, tmp_path: Path
    ) -> None:
        table = read(GA4_REPORT, tmp_path)
        assert (table.period_start, table.period_end) == (date(2026, 11, 1), date(2026, 11, 26))
        assert table.property_name == "kettle.example – GA4"
        assert [(row.day, row.source, row.medium, row.session_count) for row in table.rows] == [
            (None, "instagram", "social", 1204),
            (None, "(direct)", None, 611),
            (None, "google", "organic", 455),
        ]
        assert (table.rows[0].key_event_count, table.rows[0].revenue) == (Decimal("31.5"), Decimal("1844.2"))
        assert table.skipped == {"rows of totals": 1, "rows of another table in the same file": 2}
        assert table.is_currency_unknown

    def test_an_exploration_tells_days_and_slots(self, tmp_path: Path) -> None:
        table = read(GA4_EXPLORATION, tmp_path, currency="EUR")
        assert [(row.day, row.content, row.session_count, row.order_count, row.revenue) for row in table.rows] == [
            (date(2026, 11, 3), "nov-07", 21, 2, Decimal("81.4")),
            (date(2026, 11, 4), None, 15, 0, Decimal("0.0")),
        ]
        assert (table.period_start, table.period_end) == (date(2026, 11, 1), date(2026, 11, 26))
        assert not table.is_currency_unknown

    def test_german_words_and_numbers_of_a_spreadsheet_program(self, tmp_path: Path) -> None:
        table = read(GERMAN.encode("utf-8-sig"), tmp_path)
        assert [(row.source, row.content, row.session_count, row.revenue) for row in table.rows] == [
            ("instagram", "nov-07", 1021, Decimal("1281.40")),
            (None, None, 15, Decimal("0.00")),
        ]
        assert table.property_name == "kettle.example"

    @pytest.mark.parametrize("language", LOCALISED)
    def test_headers_of_other_languages(self, language: str, tmp_path: Path) -> None:
        text = f"# 20261101-20261126\n\n{LOCALISED[language]}\n20261103,instagram / social,nov-07,21,2,81.4\n"
        [row] = read(text, tmp_path).rows
        assert (row.source, row.medium, row.content) == ("instagram", "social", "nov-07")
        assert (row.session_count, row.key_event_count, row.revenue) == (21, Decimal(2), Decimal("81.4"))

    @pytest.mark.parametrize("language", FIRST_VISITS)
    def test_the_way_in_of_the_first_visit_is_another(self, language: str, tmp_path: Path) -> None:
        text = f"Date,{FIRST_VISITS[language]},Session source / medium,Sessions\n20261103,b / c,a / d,4\n"
        assert [(row.source, row.medium) for row in read(text, tmp_path).rows] == [("a", "d")]

    def test_a_row_that_comes_again_in_every_cell_is_a_copy(self, tmp_path: Path) -> None:
        rows = GA4_EXPLORATION.splitlines()[-2:]
        other = "20261104,instagram / social,(not set),9,1,0,0"
        table = read("\n".join([GA4_EXPLORATION, *rows, other]).replace("\n\n2026", "\n2026"), tmp_path)
        assert [row.session_count for row in table.rows] == [21, 15, 9]
        assert table.skipped == {"rows of totals": 1, "rows that come again": 2}

    def test_numbered_days_are_counted_from_the_start(self, tmp_path: Path) -> None:
        text = (
            "# Start date: 20261101\n# End date: 20261102\n\n"
            "Nth day,Session source / medium,Sessions\n0001,a / b,4\nx,c / d,1\n"
        )
        table = read(text, tmp_path)
        assert [row.day for row in table.rows] == [date(2026, 11, 2)]
        assert table.problems == [(6, "“x” is no number of a day")]

    def test_channels_are_a_way_in_and_a_header_behind_a_number_sign_is_none(self, tmp_path: Path) -> None:
        text = (
            "# Start date: 20261101\n# End date: 20261126\n\n"
            "Session primary channel group (Default Channel Group),Sessions,Key events\nOrganic Social,40,2\n"
        )
        [row] = read(text, tmp_path).rows
        assert (row.medium, row.session_count) == ("Organic Social", 40)
        path = tmp_path / "commented.csv"
        path.write_text("#Date,Session source / medium,Sessions\n20261103,a / b,4\n")
        assert read_outcomes(list(read_rows(path)), "x.csv", OutcomeSettings(now=NOW)) is None

    def test_visits_told_apart_by_events_are_not_counted_twice(self, tmp_path: Path) -> None:
        text = (
            "Date,Session source / medium,Event name,Sessions,Key events\n"
            "20261103,a / b,scroll,4,0\n20261103,a / b,buy,4,1\n"
        )
        assert [row.session_count for row in read(text, tmp_path).rows] == [None, None]

    def test_a_report_without_its_days_says_how_to_mend_it(self, tmp_path: Path) -> None:
        text = "Session source / medium,Sessions,Key events\ninstagram / social,4,0\n"
        with pytest.raises(TableError, match=r"which days it is about; .* into its name"):
            read(text, tmp_path)
        table = read(text, tmp_path, "ga4 2026-11-01 2026-11-26.csv")
        assert (table.period_start, table.period_end) == (date(2026, 11, 1), date(2026, 11, 26))

    def test_the_address_of_a_landing_page_is_its_path_and_tags(self, tmp_path: Path) -> None:
        text = (
            "Date,Landing page + query string,Sessions\n"
            "20261103,/shop/beans/?utm_content=nov-07&email=canary@mail.example,3\n"
        )
        [row] = read(text, tmp_path).rows
        assert (row.landing_page, row.content) == ("/shop/beans", "nov-07")


class TestOtherTools:
    def test_plausible_names_ways_in(self, tmp_path: Path) -> None:
        table = read(PLAUSIBLE, tmp_path, "imported_sources_20261101_20261126.csv")
        assert [(row.source, row.content, row.session_count) for row in table.rows] == [
            ("instagram", "nov-07", 21),
            ("Google", None, 8),
        ]
        assert (table.period_start, table.period_end) == (date(2026, 11, 1), date(2026, 11, 26))

    def test_plausibles_own_events_are_no_goals(self, tmp_path: Path) -> None:
        table = read(PLAUSIBLE_EVENTS, tmp_path, "imported_custom_events_20261101_20261126.csv")
        assert [row.key_event_count for row in table.rows] == [4]
        assert table.skipped == {"rows of events that Plausible sends by itself": 1}

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8", "utf-8-sig"])
    def test_matomo_in_every_encoding_that_it_writes(self, encoding: str, tmp_path: Path) -> None:
        table = read(MATOMO.encode(encoding), tmp_path, "Export _ Campaigns _ 2026-11-01,2026-11-26.csv")
        assert [(row.campaign, row.session_count, row.key_event_count, row.revenue) for row in table.rows] == [
            ("november", 31, Decimal(2), Decimal("81.4")),
            ("winter-sale", 11, Decimal(0), Decimal(0)),
        ]
        assert {row.currency for row in table.rows} == {"USD"}

    def test_matomo_by_day_in_german_with_content(self, tmp_path: Path) -> None:
        text = 'date,Bezeichnung,Besuche,Konversionen,Einnahmen\n2026-11-03,nov-07,31,2,"1.081,40 €"\n'
        [row] = read(text, tmp_path, "Export _ Kampagnen-Inhalt.csv").rows
        assert (row.day, row.content, row.campaign) == (date(2026, 11, 3), "nov-07", None)
        assert (row.revenue, row.currency) == (Decimal("1081.40"), "EUR")

    def test_matomos_segment_says_what_a_label_is(self, tmp_path: Path) -> None:
        text = "date,label,nb_visits,metadata: segment\n2026-11-03,x,3,campaignName==november;campaignContent==nov-07\n"
        [row] = read(text, tmp_path).rows
        assert (row.campaign, row.content) == ("november", "nov-07")


class TestShopify:
    def test_an_order_of_several_lines_is_one_sale_less_what_was_refunded(self, tmp_path: Path) -> None:
        rows = [
            SHOPIFY_HEADER,
            order(1001, "paid", "32.50", landing="/products/beans?utm_content=nov-07&utm_source=instagram"),
            further_line(1001),
            further_line(""),
            order(1002, "partially_refunded", "50.00", refunded="20.00", referrer="https://l.instagram.com/"),
            order(1003, "refunded", "9.00", refunded="9.00"),
            order(1004, "voided", "9.00"),
            order(1005, "pending", "70.00"),
            order(1006, "paid", "10.00", currency="USD"),
            order(1001, "paid", "32.50"),
        ]
        table = read("\n".join(rows), tmp_path)
        assert [(row.order_count, row.revenue, row.currency) for row in table.rows] == [
            (1, Decimal("32.50"), "EUR"),
            (1, Decimal("30.00"), "EUR"),
            (0, Decimal(0), "EUR"),
            (0, Decimal(0), "EUR"),
            (0, Decimal(0), "EUR"),
            (1, Decimal("10.00"), "USD"),
        ]
        first, second = table.rows[:2]
        assert (first.content, first.source, first.landing_page) == ("nov-07", "instagram", "/products/beans")
        assert second.source == "l.instagram.com"
        assert first.day == date(2026, 11, 4)  # half past eleven in New York is the next day in Berlin
        assert table.skipped == {"further lines of orders": 2, "orders that come again": 1}
        assert table.notes == [
            "1 of the orders is not paid yet: no sale.",
            "2 of the orders are refunded or voided: no sale.",
        ]

    def test_a_code_of_one_order_alone_is_not_kept(self, tmp_path: Path) -> None:
        rows = [
            SHOPIFY_HEADER,
            *(order(n, "paid", "5.00", code=code) for n, code in enumerate(("FALL", "fall", "FOR-ANNA"), 1)),
        ]
        assert [row.code for row in read("\n".join(rows), tmp_path).rows] == ["fall", "fall", None]

    def test_nothing_of_a_customer_is_kept_anywhere(self, inbox: Inbox, tmp_path: Path) -> None:
        rows = [
            SHOPIFY_HEADER,
            order(1001, "paid", "32.50", landing=f"/account/{CANARY_MAIL}?utm_content={CANARY_MAIL}", code=CANARY_MAIL),
            further_line(1001),
            order(1002, CANARY_MAIL, "oops"),
            order(1003, "paid", CANARY),
        ]
        report = inbox.bring(inbox.file("orders_export.csv", "\n".join(rows)))
        assert report.files[0].outcome_count == 1
        said = "\n".join([*map(str, report.problems), *summary_lines(report)])
        for path in tmp_path.rglob("*"):
            if path.is_file() and "inbox" not in path.parts:
                said += path.read_text(encoding="utf-8")
        for secret in ("canary", "mail.example", "222333", "#1001"):
            assert secret not in said.lower()

    def test_a_customer_in_the_wrong_column_is_repeated_nowhere(self, inbox: Inbox, tmp_path: Path) -> None:
        columns = SHOPIFY_HEADER.split(",")
        rows = [SHOPIFY_HEADER]
        for place in range(len(columns)):
            cells = order(
                2000 + place, "paid", "5.00", landing="/orders/canary-key", referrer="https://a.example/"
            ).split(",")
            cells[place] = "Canary Street 5" if place % 2 else "canary@mail.example"
            rows.append(",".join(cells))
        report = inbox.bring(inbox.file("orders_export.csv", "\n".join(rows)))
        said = "\n".join([*map(str, report.problems), *summary_lines(report)]).lower()
        assert report.problems
        for record in inbox.landed("outcome"):
            said += json.dumps(
                {name: value for name, value in record.items() if name not in ("code", "order_key")}
            ).lower()
            assert record.get("code") is None
        assert "canary" not in said


class TestSheets:
    def test_three_columns_of_a_market_stall(self, tmp_path: Path) -> None:
        table = read("date,slot_or_code,amount\n2026-11-03,nov-07,$12.50\n2026-11-04,FALL10,-3\n", tmp_path)
        assert [(row.content, row.code, row.revenue, row.order_count, row.currency) for row in table.rows] == [
            ("nov-07", "nov-07", Decimal("12.50"), 1, "USD"),
            ("FALL10", "fall10", Decimal(-3), 0, None),
        ]
        assert table.is_additional

    def test_two_sales_alike_are_two(self, tmp_path: Path) -> None:
        table = read("date,code,amount\n2026-11-03,A,5\n2026-11-03,A,5\n", tmp_path)
        assert [row.revenue for row in table.rows] == [5, 5]

    def test_the_column_says_day_and_decimals(self, tmp_path: Path) -> None:
        table = read("Datum;Rabattcode;Betrag in €\n03.11.2026;A1;1.234\n17.11.2026;;12,50\n", tmp_path)
        assert [(row.day, row.revenue, row.currency) for row in table.rows] == [
            (date(2026, 11, 3), Decimal(1234), "EUR"),
            (date(2026, 11, 17), Decimal("12.50"), "EUR"),
        ]

    def test_days_and_numbers_that_could_be_two_are_asked_back_and_the_others_go_on(self, tmp_path: Path) -> None:
        text = "date,code,amount\n03/04/2026,A,5\n05/04/2026,B,6\n2026-11-03,C,1.234\n2026-11-04,D,7\n"
        table = read(text, tmp_path)
        assert [row.code for row in table.rows] == ["d"]
        assert table.problems == [
            (2, "“03/04/2026” could be two days; say which comes first: --date-order day_first (or month_first)"),
            (3, "“05/04/2026” could be two days; say which comes first: --date-order day_first (or month_first)"),
            (4, '“1.234” could be two numbers; write it with decimals, like "1234.00"'),
        ]

    def test_a_table_explained_in_the_configuration(self, inbox: Inbox) -> None:
        config = '[import.etsy]\ncolumns = { date = "Sale date", revenue = "Order value", code = "Coupon" }\n'
        config += 'currency = "GBP"\ndecimal_mark = ","\nadds = true\n'
        parsed = parse_config(config)
        path = inbox.file("etsy.csv", "Sale date;Buyer;Order value;Coupon\n3 November 2026;Ann;1.234;FALL\n")
        report = inbox.bring(path, config=parsed, mappings=parsed.explained_outcomes)
        [record] = inbox.landed("outcome")
        assert (record["kind"], record["property_name"], record["is_additional"]) == ("mapped", "etsy", True)
        assert (record["date"], record["revenue"], record["currency"], record["code"]) == (
            "2026-11-03",
            "1234.0",
            "GBP",
            "fall",
        )
        assert report.files[0].label == "table explained as [import.etsy]"

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ('[import.x]\ncolumns = { dat = "Day", revenue = "R" }', "did you mean date"),
            ('[import.x]\ncolumns = { revenue = "R" }', "has no date; add the column"),
            ('[import.x]\ncolumns = { date = "D" }', "counts nothing; add one of sessions"),
            ('[import.x]\ncurrency = "EUR"', "[import.x] has no columns; add"),
            ('[import.x]\ncolumns = { date = "D", revenue = "R" }\ncurrency = "euro"', "'euro' is no currency"),
            ('[import.x]\ncolumns = { date = "D", revenue = "R" }\ndecimal = ","', "did you mean decimal_mark"),
            ('[import.x]\ncolumns = { date = "D", revenue = "R" }\ndecimal_mark = ";"', "stands before no decimals"),
            ('[analysis]\ncurrency = "€"', "is no currency; write its code"),
        ],
    )
    def test_each_mistake_of_an_explanation_is_named(self, text: str, sentence: str) -> None:
        with pytest.raises(ConfigError) as raised:
            parse_config(text)
        assert sentence in str(raised.value)
        assert " line " in str(raised.value)


class TestImport:
    def test_rows_land_once_and_the_same_file_again_changes_nothing(self, inbox: Inbox) -> None:
        path = inbox.file("analytics.csv", GA4_EXPLORATION)
        report = inbox.bring(path, currency="EUR")
        records = inbox.landed("outcome")
        assert [record["row_number"] for record in records] == [9, 10]
        assert records[0] | {"crawl_id": ""} == {
            "record": "outcome",
            "crawl_id": "",
            "observed_at": "2026-11-27T09:30:00Z",
            "source": "import",
            "file_hash": records[0]["crawl_id"].removeprefix("import-"),
            "file_name": "analytics.csv",
            "kind": "ga4",
            "property_name": "",
            "is_additional": False,
            "period_start_date": "2026-11-01",
            "period_end_date": "2026-11-26",
            "row_number": 9,
            "date": "2026-11-03",
            "traffic_source": "instagram",
            "medium": "social",
            "content": "nov-07",
            "session_count": 21,
            "key_event_count": 2.0,
            "order_count": 2,
            "revenue": "81.4",
            "currency": "EUR",
        }
        assert list(summary_lines(report)) == [
            "analytics.csv: Google Analytics export, 2 of 2 rows understood, rows of totals: 1; "
            "2 rows of visits and sales."
        ]
        assert inbox.bring(path, currency="EUR").files[0].is_repeated

    def test_a_zip_as_plausible_makes_it(self, inbox: Inbox) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as bundle:
            bundle.writestr("imported_sources_20261101_20261126.csv", PLAUSIBLE)
            bundle.writestr("imported_custom_events_20261101_20261126.csv", PLAUSIBLE_EVENTS)
            bundle.writestr("imported_pages_20261101_20261126.csv", "date,visits,page\n2026-11-03,1,/\n")
        report = inbox.bring(inbox.file("kettle_example_20261127.zip", file.getvalue()))
        assert not report.problems
        assert [(record["kind"], record["period_start_date"]) for record in inbox.landed("outcome")] == [
            ("plausible", "2026-11-01"),
            ("plausible", "2026-11-01"),
            ("plausible_events", "2026-11-01"),
        ]

    def test_a_sheet_of_a_workbook(self, inbox: Inbox) -> None:
        inbox.bring(inbox.file("till.xlsx", workbook(Nov=[("date", "code", "amount"), ("2026-11-03", "A1", 12.5)])))
        [record] = inbox.landed("outcome")
        assert (record["revenue"], record["file_hash"][-4:]) == ("12.5", "/Nov")

    def test_a_file_half_wrong_says_which_rows(self, inbox: Inbox) -> None:
        text = (
            GA4_EXPLORATION
            + "20261105,instagram\n20261131,a / b,c,1,0,0,0\n20261105,a / b,c,many,0,0,0\n20361105,a / b,c,1,0,0,0\n"
        )
        report = inbox.bring(inbox.file("half.csv", text))
        assert len(inbox.landed("outcome")) == 2
        assert [str(problem) for problem in report.problems] == [
            "half.csv:11: has 2 of 7 cells; it is torn, so export it again",
            "half.csv:12: “20261131” is no date",
            "half.csv:13: “many” is no count of sessions",
            "half.csv:14: “20361105” is a day that is yet to come; check the date",
        ]
        assert "like [analysis] currency" in "\n".join(summary_lines(report))

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("empty.csv", "", "empty.csv: is empty"),
            (
                "header.csv",
                SHOPIFY_HEADER + "\n",
                "header.csv: is a Shopify export of orders without a row; choose days",
            ),
            ("binary.csv", b"\x01\x02\x03" * 200, "binary.csv: is no text file"),
            ("quote.csv", 'date,code,amount\n2026-11-03,"never closed' + "x" * 1_000_001, "a cell never ends"),
        ],
    )
    def test_what_cannot_be_used_is_one_sentence(
        self, name: str, content: str | bytes, sentence: str, inbox: Inbox
    ) -> None:
        [problem] = inbox.bring(inbox.file(name, content)).problems
        assert sentence in str(problem)
        assert not inbox.landed("outcome")

    def test_an_amount_that_is_torn_over_two_cells_is_no_smaller_amount(self, tmp_path: Path) -> None:
        text = "date,slot_or_code,amount\n2026-11-03,A,1.234,56\n2026-11-04,B,6.5,\n2026-11-05,C,7,,\n"
        table = read(text, tmp_path)
        assert [row.revenue for row in table.rows] == [Decimal("6.5"), Decimal(7)]
        assert table.problems == [
            (2, "has 4 cells under 3 columns; an amount or text with a separator needs quotes round it")
        ]

    def test_of_a_report_whose_first_day_cannot_be_read_the_last_is_not_taken_for_all(self, tmp_path: Path) -> None:
        text = GA4_REPORT.replace("# Start date: 2026", "# Start date: 9926")
        assert text != GA4_REPORT
        with pytest.raises(TableError, match="does not say which days"):
            read(text, tmp_path)

    def test_doubled_headers_are_passed_over(self, tmp_path: Path) -> None:
        text = "date,code,amount\n2026-11-03,A,5\ndate,code,amount\n2026-11-04,B,6\n"
        table = read(text, tmp_path)
        assert len(table.rows) == 2
        assert table.skipped == {"headers that come again": 1}


class TestAmounts:
    @pytest.mark.parametrize(
        ("said", "value", "currency"),
        [
            ("1.234,56", "1234.56", None),
            ("1 234,56 €", "1234.56", "EUR"),
            ("$1,234.56", "1234.56", "USD"),
            ("₹12,34,567.50", "1234567.50", "INR"),
            ("CHF 1’234.50", "1234.50", "CHF"),
            ("(12.50)", "-12.50", None),
            ("12,50-", "-12.50", None),
            ("-€3", "-3", "EUR"),
            ("R$ 1.000.000", "1000000", "BRL"),
            ("0,500", "0.500", None),
            ("१२", "12", None),
        ],
    )
    def test_written_in_many_countries(self, said: str, value: str, currency: str | None) -> None:
        found = read_amount(said)
        assert (found.value, found.currency) == (Decimal(value), currency)

    @pytest.mark.parametrize(
        "said", ["", "abc", "1.2.3", "1,23,4", "12 apples", "1.234", "$ 5 EUR", "1e9", "9" * 15, "1 2 3"]
    )
    def test_what_is_none_is_refused(self, said: str) -> None:
        with pytest.raises(AmountError):
            read_amount(said)

    def test_a_shared_symbol_is_the_currency_that_the_user_named(self) -> None:
        assert read_amount("$5", currency="CAD").currency == "CAD"
        assert read_amount("5 kr", currency="SEK").currency == "SEK"
        assert read_amount("5 kr").currency is None

    @given(st.decimals(0, 10**9, places=2), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]))
    def test_every_number_comes_back_from_every_way_of_writing_it(self, value: Decimal, marks: tuple[str, str]) -> None:
        group, decimal = marks
        written = f"{value:,.2f}".replace(",", "G").replace(".", decimal).replace("G", group)
        assert read_amount(written, decimal_mark=decimal).value == value
        assert decimal_mark_of([written]) == decimal

    @given(st.text(max_size=30))
    def test_any_text_is_an_amount_or_an_error(self, said: str) -> None:
        try:
            found = read_amount(said)
        except AmountError:
            return
        assert found.value.is_finite()


class TestAnyBytes:
    BASES = (GA4_REPORT, GA4_EXPLORATION, GERMAN, PLAUSIBLE, PLAUSIBLE_EVENTS, MATOMO,
             "\n".join([SHOPIFY_HEADER, order(1, "paid", "5.00"), further_line(1)]),
             "date,code,amount\n2026-11-03,A,5\n")  # fmt: skip

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(base=st.sampled_from(BASES), data=st.data())
    def test_a_torn_or_tampered_export_is_a_table_or_one_error(
        self, base: str, data: st.DataObject, tmp_path: Path
    ) -> None:
        content = bytearray(base.encode(data.draw(st.sampled_from(["utf-8", "utf-16", "cp1252"])), "replace"))
        for _ in range(data.draw(st.integers(0, 12))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place : place + data.draw(st.integers(0, 3))] = data.draw(
                st.sampled_from(
                    [b",", b"\n", b'"', b"#", b"\x00", b"-", b"9", b"/", b"\xff", b"utm_content=%", b"[", b"//["]
                )
            )
        path = tmp_path / "fuzzed.csv"
        path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
        try:
            table = read_outcomes(list(read_rows(path)), "x 2026-11-01.csv", OutcomeSettings(now=NOW))
        except TableError:
            return
        if table is not None:
            assert table.entry_count == len(table.rows) + len(table.problems)
            assert all(row.revenue is None or row.revenue.is_finite() for row in table.rows)

    @settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(cells=st.lists(st.tuples(st.text(max_size=15), st.text(max_size=15), st.text(max_size=15)), max_size=8))
    def test_any_cells_under_a_known_header(self, cells: list[tuple[str, str, str]]) -> None:
        rows = [(1, ["Date", "Code", "Amount"]), *((line, list(row)) for line, row in enumerate(cells, 2))]
        try:
            table = read_outcomes(rows, "sheet.csv", OutcomeSettings(now=NOW))
        except TableError:
            return
        assert table is None or all(row.day is not None for row in table.rows)
