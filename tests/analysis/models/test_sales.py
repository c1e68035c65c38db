"""Own visits and sales: which export counts, which post they belong to, and what may be said of kinds of posts."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analysis.build import build
from analysis.warehouse import connect

from ..conftest import NOW, PACKAGE, Project, utc
from ..simulated_shop import Kind, Shop, poisson

pytestmark = pytest.mark.method
TARGETS = (
    "intermediate.compared_sales",
    "intermediate.outcome_matches",
    "intermediate.post_traits",
    "marts.likes_and_sales",
    "marts.outcome_ranks",
    "marts.posts",
    "marts.sales_by_trait",
    "marts.sales_files",
    "marts.sales_tools",
    "marts.sales_totals",
)
WEBSITE = "https://kettle.example"
EUR, USD = {"currency": "EUR"}, {"currency": "USD"}


class Books(Project):
    """A project of a shop with posts and imported files."""

    def posts(self, *posts: dict[str, Any]) -> list[dict[str, Any]]:
        """Own posts on Mastodon: ``day`` of November, text and links."""
        records = [
            self.record("account", company="Kettle", is_own=True, handle="kettle", url="https://social.example/@acorn")
        ]
        for number, post in enumerate(posts):
            native_id = post.get("native_id", str(number))
            at = f"2026-11-{post['day']:02d}T09:00:00Z"
            shown = {name: value for name, value in post.items() if name in ("text", "links", "format")}
            records.append(self.post(native_id, published_at=at, **shown))
            records.append(self.metrics(native_id, post.get("likes", 5)))
        return records

    def slot(self, slot_id: str) -> dict[str, Any]:
        """A planned slot, which a post became whose link carries its id."""
        said = {"version": 0, "plan": "plan-2026-11", "status": "approved", "basis": "proven", "timezone": "UTC"}
        return self.record("slot", slot_id=slot_id, planned_at="2026-11-07T09:00:00Z", **said)

    def sold(self, file_hash: str, *rows: dict[str, Any], **whole: Any) -> list[dict[str, Any]]:
        """Rows of one file; ``minutes`` after ``NOW`` is when it was saved."""
        records = []
        for number, row in enumerate(rows, 2):
            record = self.record(
                "outcome",
                **{
                    "kind": "ga4", "property_name": "", "is_additional": False, "file_hash": file_hash,
                    "file_name": f"{file_hash}.csv", "row_number": number, "period_start_date": "2026-11-01",
                    "period_end_date": "2026-11-20", **whole, **row,
                },
            )  # fmt: skip
            for name in ("account_key", "platform", "host"):
                del record[name]
            records.append(record)
        return records


def told_twice(project: Books) -> list[dict[str, Any]]:
    """A property for each case of overlap."""
    return [
        # the same day in two exports: the later one counts, on the days that it is about
        *project.sold("early", {"date": "2026-11-03", "session_count": 5}, {"date": "2026-11-10", "session_count": 7},
                      property_name="days", minutes=-60),
        *project.sold("late", {"date": "2026-11-10", "session_count": 8}, property_name="days",
                      period_start_date="2026-11-08"),
        # a total beside days, and totals that overlap in a chain
        *project.sold("total", {"session_count": 99}, property_name="mixed"),
        *project.sold("daily", {"date": "2026-11-03", "session_count": 1}, property_name="mixed",
                      period_end_date="2026-11-05"),
        *project.sold("oct", {"session_count": 30}, property_name="chain", minutes=-30, period_start_date="2026-10-01",
                      period_end_date="2026-10-31"),
        *project.sold("both", {"session_count": 50}, property_name="chain", minutes=-20, period_start_date="2026-10-15",
                      period_end_date="2026-11-10"),
        *project.sold("nov", {"session_count": 40}, property_name="chain", minutes=-10, period_end_date="2026-11-18"),
        # what tells ways in apart goes before what was saved later
        *project.sold("fine", {"date": "2026-11-03", "session_count": 4, "content": "x"}, property_name="fine",
                      minutes=-60),
        *project.sold("coarse", {"date": "2026-11-03", "session_count": 4, "traffic_source": "y"},
                      property_name="fine"),
        # an order that was refunded later, and one that only the first export has
        *project.sold("orders1", {"date": "2026-11-03", "order_key": "a", "order_count": 1, "revenue": "20", **EUR},
                      {"date": "2026-11-03", "order_key": "b", "order_count": 1, "revenue": "30", **EUR},
                      kind="shopify", minutes=-60),
        *project.sold("orders2", {"date": "2026-11-03", "order_key": "a", "order_count": 0, "revenue": "0", **EUR},
                      {"date": "2026-11-04", "order_key": "c", "order_count": 1, "revenue": "7", **USD},
                      kind="shopify"),
    ]  # fmt: skip


def ways_to_posts(project: Books) -> list[dict[str, Any]]:
    """Rows for each way to a post."""
    return [
        *project.sold(
            "ways",
            {"date": "2026-11-04", "content": "NOV-03", "revenue": "100", **EUR},
            {"date": "2026-11-02", "content": "nov-03", "revenue": "1", **EUR},
            {"date": "2026-11-12", "campaign": "November", "traffic_source": "mastodon", "revenue": "10", **EUR},
            {"date": "2026-11-06", "landing_page": "/beans", "medium": "social", "revenue": "20", **EUR},
            {"date": "2026-11-12", "landing_page": "/beans", "traffic_source": "google", "revenue": "40", **EUR},
            {"date": "2026-11-17", "traffic_source": "social.example", "revenue": "3", **EUR},
            {"date": "2026-11-14", "traffic_source": "m.facebook.com", "revenue": "5", **EUR},
            {"date": "2026-11-14", "revenue": "6", **EUR},
            property_name="ways",
        ),
        # the label of a report of campaigns is the slot's id where the tool was told so
        *project.sold("slots", {"date": "2026-11-08", "campaign": "P2611-K7F3", "session_count": 2}, kind="matomo"),
        *project.sold("till", {"date": "2026-11-18", "code": "fall10", "content": "FALL10", "revenue": "8",
                               "order_count": 1, **EUR}, kind="sheet", is_additional=True),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One warehouse with a property for each case of overlap, and rows for each way to a post."""
    project = Books(tmp_path_factory.mktemp("books") / "project")
    tagged = f"{WEBSITE}/shop?utm_source=mastodon&utm_campaign=november&utm_content="
    project.land(
        *project.posts(
            {"day": 3, "links": [f"{tagged}Nov-03"]},
            {"day": 5, "links": [f"{WEBSITE}/beans/"], "text": "Use fall10 at the till."},
            {"day": 9, "links": [f"{tagged}nov-09", f"{WEBSITE}/beans"]},
            {"day": 16, "text": "No link at all"},
            {"day": 7, "links": [f"{WEBSITE}/?utm_content=p2611-k7f3"]},
        ),
        project.slot("p2611-k7f3"),
        *told_twice(project),
        *ways_to_posts(project),
    )
    assert not project.load().rejections
    build(project.warehouse, project.snapshot, now=NOW + timedelta(days=1), targets=TARGETS)
    with connect(project.snapshot, read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


class TestOverlaps:
    def test_what_of_each_file_counts_is_told(self, books: duckdb.DuckDBPyConnection) -> None:
        assert dict(rows(books, "select file_hash, status from marts.sales_files")) == {
            "early": "counts_in_part",
            "late": "counts",
            "total": "told_by_day",
            "daily": "counts",
            "oct": "counts",
            "both": "overlaps",
            "nov": "counts",
            "fine": "counts",
            "coarse": "replaced",
            "orders1": "counts_in_part",
            "orders2": "counts",
            "ways": "counts",
            "slots": "counts",
            "till": "counts",
        }

    @pytest.mark.parametrize(("name", "sessions"), [("days", 5 + 8), ("mixed", 1), ("chain", 70), ("fine", 4)])
    def test_no_day_is_counted_twice(self, books: duckdb.DuckDBPyConnection, name: str, sessions: int) -> None:
        counted = f"select sum(session_count) from intermediate.counted_outcomes where property_name = '{name}'"
        assert rows(books, counted) == [(sessions,)]

    def test_an_order_is_what_was_said_of_it_last(self, books: duckdb.DuckDBPyConnection) -> None:
        kept = "select order_key, revenue::int from intermediate.counted_outcomes where kind = 'shopify' order by all"
        assert rows(books, kept) == [("a", 0), ("b", 30), ("c", 7)]

    def test_two_tools_count_the_same_once_and_currencies_stay_apart(self, books: duckdb.DuckDBPyConnection) -> None:
        tools = """
            select currency, tool, total::int, is_counted from marts.sales_tools where measure = 'revenue' order by all
        """
        assert rows(books, tools) == [
            ("EUR", "ga4", 185, True),
            ("EUR", "sheet", 8, True),
            ("EUR", "shopify", 30, False),
            ("USD", "shopify", 7, True),
        ]
        totals = "select currency, total::int from marts.sales_totals where measure = 'revenue' order by all"
        assert rows(books, totals) == [("EUR", 193), ("USD", 7)]


class TestWays:
    def test_each_sale_finds_its_post_by_the_surest_way(self, books: duckdb.DuckDBPyConnection) -> None:
        matched = """
            select matches.revenue::int, posts.native_id, matches.matched_by, matches.candidate_count, matches.platform
            from intermediate.outcome_matches as matches
            left join marts.posts as posts using (post_id)
            where file_hash in ('ways', 'till')
            order by matches.revenue
        """
        assert rows(books, matched) == [
            (1, None, None, 0, None),  # before the post was there
            (3, "3", "day", 1, "mastodon"),
            (5, None, None, 0, "facebook"),
            (6, None, None, 0, None),
            (8, "1", "code", 1, "mastodon"),
            (10, "2", "campaign", 2, "mastodon"),
            (20, "1", "landing_page", 1, "mastodon"),
            (40, None, None, 0, None),  # a search engine's visit is no post's
            (100, "0", "content", 1, "mastodon"),
        ]

    def test_a_planned_slot_is_known_by_its_id_wherever_a_tool_writes_it(
        self, books: duckdb.DuckDBPyConnection
    ) -> None:
        matched = """
            select posts.native_id, matches.matched_by
            from intermediate.outcome_matches as matches
            inner join marts.posts as posts using (post_id)
            where file_hash = 'slots'
        """
        assert rows(books, matched) == [("4", "slot")]

    def test_the_share_that_nothing_ties_to_a_post_is_told(self, books: duckdb.DuckDBPyConnection) -> None:
        [row] = rows(
            books,
            """
            select tied_by_mark::int, tied_by_campaign::int, tied_by_page::int, tied_by_day::int, network_total::int,
                untied_total::int, round(untied_share, 3), is_main
            from marts.sales_totals
            where currency = 'EUR'
            """,
        )
        assert row == (108, 10, 20, 3, 5, 52, 0.269, True)

    def test_a_post_whose_sales_nothing_could_show_is_not_a_post_without_sales(
        self, books: duckdb.DuckDBPyConnection
    ) -> None:
        compared = """
            select posts.native_id, compared.value::int, compared.is_marked
            from intermediate.compared_sales as compared
            inner join marts.posts as posts using (post_id)
            where compared.measure = 'revenue' and compared.currency = 'EUR'
            order by all
        """
        # the one of the 16th is four days before the end of what the exports are about, and so too young
        assert rows(books, compared) == [("0", 100, True), ("1", 20, True), ("2", 10, True), ("4", 0, True)]


def test_a_file_that_names_no_property_is_about_the_one_that_is_named(project: Project) -> None:
    books = Books(project.folder / "own")
    day, total = {"date": "2026-11-03", "session_count": 4}, {"session_count": 90}
    books.land(*books.posts(), *books.sold("daily", day), *books.sold("report", total, property_name="kettle.example"))
    books.load()
    build(books.warehouse, books.snapshot, now=NOW, targets=TARGETS)
    counted = "select file_hash, status, property_name from marts.sales_files order by all"
    assert books.rows(counted, books.snapshot) == [
        ("daily", "counts", "kettle.example"),
        ("report", "told_by_day", "kettle.example"),
    ]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A year of a shop whose most liked format sells least, and whose least liked one sells most."""
    shop = Shop(
        kinds={
            "carousel": Kind(share=0.3, likes=150, orders=0.25),
            "image": Kind(share=0.3, likes=60, orders=0.6),
            "text": Kind(share=0.2, likes=40, orders=0.6),
            "video": Kind(share=0.2, likes=20, orders=2.0),
        },
        now=NOW,
        posts_per_week=6,
        weeks=52,
    )
    yield from _opened(shop, tmp_path_factory.mktemp("year"), since=NOW - timedelta(weeks=52))


@pytest.fixture(scope="module")
def corner_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Four posts and three sales a week, and no format sells better than another."""
    same = {name: Kind(share=0.25, likes=likes, orders=0.75) for name, likes in
            (("carousel", 90), ("image", 60), ("text", 30), ("video", 20))}  # fmt: skip
    shop = Shop(kinds=same, now=NOW, posts_per_week=4, weeks=20, other_orders_per_day=0.0)
    yield from _opened(shop, tmp_path_factory.mktemp("corner"))


def _opened(shop: Shop, folder: Path, **window: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    project = Project(folder / "project")
    project.land(*shop.records())
    assert not project.load().rejections
    build(project.warehouse, project.snapshot, now=NOW, targets=TARGETS, **window)
    with connect(project.snapshot, read_only=True) as connection:
        yield connection


class TestWhatSells:
    def test_in_a_year_the_format_that_sells_is_found_whatever_is_liked(self, year: duckdb.DuckDBPyConnection) -> None:
        found = dict(rows(year, """
            select level, verdict from marts.sales_by_trait where measure = 'orders' and dimension = 'format'
        """))  # fmt: skip
        assert (found["video"], found["carousel"]) == ("sells_more", "sells_less")

    def test_the_intervals_hold_the_truth(self, year: duckdb.DuckDBPyConnection) -> None:
        true = {"carousel": 0.25, "image": 0.6, "text": 0.6, "video": 2.0}
        share = {"carousel": 0.3, "image": 0.3, "text": 0.2, "video": 0.2}
        found = rows(year, """
            select level, ratio_low, ratio_high, per_post_low, per_post_high
            from marts.sales_by_trait where measure = 'orders' and dimension = 'format'
        """)  # fmt: skip
        held = []
        for level, ratio_low, ratio_high, low, high in found:
            rest = sum(true[name] * share[name] for name in true if name != level) / (1 - share[level])
            held.append(ratio_low <= true[level] / rest <= ratio_high and low <= true[level] <= high)
        assert sum(held) >= 3  # of four formats, where each interval holds 95 times of 100

    def test_the_cost_of_vanity_is_told(self, year: duckdb.DuckDBPyConnection) -> None:
        [row] = rows(year, """
            select most_liked_format, most_liked_share_of_posts, most_liked_share_of_sales, best_selling_format, verdict
            from marts.likes_and_sales where measure = 'orders'
        """)  # fmt: skip
        assert (row[0], row[3]) == ("carousel", "video")
        assert row[2] < 0.2 < row[1]
        assert row[4] == "apart"

    def test_posts_are_ranked_by_likes_and_by_sales_and_those_that_differ_are_named(
        self, year: duckdb.DuckDBPyConnection
    ) -> None:
        [(posts, sum_likes, sum_sales)] = rows(year, """
            select count(*), sum(likes_rank), sum(sales_rank) from marts.outcome_ranks where measure = 'orders'
        """)  # fmt: skip
        assert sum_likes == sum_sales == posts * (posts + 1) / 2
        formats = dict(rows(year, """
            select kind, mode(format) from marts.outcome_ranks where measure = 'orders' group by kind
        """))  # fmt: skip
        assert (formats["liked_not_bought"], formats["bought_not_liked"]) == ("carousel", "video")

    def test_a_corner_shop_is_promised_nothing(self, corner_shop: duckdb.DuckDBPyConnection) -> None:
        found = rows(corner_shop, """
            select verdict, posts_needed, weeks_needed from marts.sales_by_trait where measure in ('orders', 'revenue')
        """)  # fmt: skip
        assert {verdict for verdict, _, _ in found} == {"not_enough"}
        assert all(posts > 20 and weeks > 10 for _, posts, weeks in found)
        assert {kind for (kind,) in rows(corner_shop, "select verdict from marts.likes_and_sales")} <= {
            "not_enough",
            "unrelated",
        }


class TestCalibration:
    """Many shops at once, as platforms of one table: how often the intervals hold, and how often nothing is called
    something."""

    SHOPS = 120

    def ask(self, effects: dict[str, float], *, rate: float, spread: float, posts: int, measure: str) -> Any:
        chance = random.Random(11)
        sales, traits = [], []
        names = list(effects)
        for shop in range(self.SHOPS):
            for number in range(posts):
                name = chance.choices(names, (0.3, 0.3, 0.2, 0.2))[0]
                typical = rate * effects[name] * math.exp(chance.gauss(0, spread) - spread**2 / 2)
                orders = poisson(chance, typical)
                value = orders if measure == "orders" else sum(chance.lognormvariate(3.3, 0.6) for _ in range(orders))
                post_id, at = f"{shop}-{number}", NOW + timedelta(days=182 * number / posts)
                sales.append((post_id, "a", f"shop {shop}", measure, "", value, True, at.strftime("%Y-%m-01"), utc(at)))
                traits.append((post_id, "format", name))
        connection = duckdb.connect()
        for macros in ("statistics", "metrics", "outcomes"):
            connection.execute((PACKAGE / "macros" / f"{macros}.sql").read_text(encoding="utf-8"))
        connection.execute("create schema intermediate; create schema marts")
        self._table(connection, "intermediate.compared_sales", sales, (
            "post_id", "account_id", "platform", "measure", "currency", "value", "is_marked", "month_start_date",
            "published_at",
        ))  # fmt: skip
        self._table(connection, "intermediate.post_traits", traits, ("post_id", "dimension", "level"))
        for layer, name in (("intermediate", "sales_contrasts"), ("marts", "sales_by_trait")):
            sql = (PACKAGE / "models" / layer / f"{name}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table {layer}.{name} as {sql}")
        return connection

    @staticmethod
    def _table(connection: Any, name: str, content: list[tuple[Any, ...]], columns: tuple[str, ...]) -> None:
        lines = json.dumps([dict(zip(columns, row, strict=True)) for row in content])
        connection.execute(
            f"create table {name} as select unnest(from_json(?, '[{{{', '.join(map(_json_type, columns))}}}]'), "
            "max_depth := 2)",
            [lines],
        )

    @pytest.mark.parametrize("measure", ["orders", "revenue"])
    def test_of_shops_where_no_format_sells_more_few_are_told_that_one_does(self, measure: str) -> None:
        same = dict.fromkeys(("carousel", "image", "video", "text"), 1.0)
        shops = self.ask(same, rate=0.75, spread=1.0, posts=104, measure=measure)
        [(claimed,)] = rows(shops, """
            select count(distinct platform) from marts.sales_by_trait where verdict in ('sells_more', 'sells_less')
        """)  # fmt: skip
        assert claimed <= 0.1 * self.SHOPS
        [(held,)] = rows(shops, "select avg((ratio_low <= 1 and ratio_high >= 1)::int) from marts.sales_by_trait")
        assert held >= 0.93

    @pytest.mark.parametrize("measure", ["orders", "revenue"])
    def test_a_large_effect_is_found_and_its_interval_holds_the_truth(self, measure: str) -> None:
        true = {"carousel": 0.4, "image": 1.0, "video": 3.0, "text": 1.0}
        shops = self.ask(true, rate=1.0, spread=0.8, posts=156, measure=measure)
        rest = (0.3 * 0.4 + 0.3 + 0.2) / 0.8
        [(held, found, ratio)] = rows(shops, f"""
            select avg((ratio_low <= {3 / rest} and ratio_high >= {3 / rest})::int), avg((verdict = 'sells_more')::int),
                median(ratio)
            from marts.sales_by_trait where level = 'video'
        """)  # fmt: skip
        assert held >= 0.9
        assert found >= 0.9
        assert ratio == pytest.approx(3 / rest, rel=0.1)


def _json_type(name: str) -> str:
    types = {"value": "DOUBLE", "is_marked": "BOOLEAN", "month_start_date": "DATE", "published_at": "TIMESTAMPTZ"}
    return f'"{name}": "{types.get(name, "VARCHAR")}"'
