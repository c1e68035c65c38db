"""The model runner: order from the parser, seeds, macros, tests, and all or nothing."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analysis.build import build, build_as_of
from analysis.model_files import BuildError, CheckFailedError, ordered, read_checks, read_descriptions, read_models

if TYPE_CHECKING:
    from tests.analysis.conftest import Project

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


class Root:
    """A folder of models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def model(self, name: str, sql: str) -> None:
        self.write(f"models/{name}.sql", f"-- One row per test.\n{sql}\n")


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path / "root")


def built(project: Project, root: Root, table: str, **options: object) -> list[tuple[object, ...]]:
    build(project.warehouse, project.snapshot, now=NOW, root=root.folder, **options)  # type: ignore[arg-type]  # any option
    return project.rows(f"from {table}", project.snapshot)


def test_models_are_built_after_what_they_read(project: Project, root: Root) -> None:
    root.model("marts/b", "select number + 1 as number from staging.z")
    root.model("marts/a", "select number + 1 as number from marts.b")
    root.model("staging/z", "with one as (select 1 as number) select number from one")
    assert [model.table for model in ordered(read_models(root.folder), known=())] == ["staging.z", "marts.b", "marts.a"]
    assert built(project, root, "marts.a") == [(3,)]


def test_references_are_found_wherever_they_stand(root: Root) -> None:
    root.model(
        "staging/all",
        """with a as (select * from raw.posts)
        select (select max(x) from seeds.s) as x, 'from raw.no' as y
        from a left join lateral (select * from intermediate.i) as l on true
        where exists (from staging.e) and a.x in (select x from marts."M") -- from raw.comment
        union all select 1, 2 from config.run""",
    )
    [model] = read_models(root.folder)
    assert model.refs == ("config.run", "intermediate.i", "marts.m", "raw.posts", "seeds.s", "staging.e")


def test_an_unknown_table_is_told_with_the_nearest(project: Project, root: Root) -> None:
    root.model("staging/a", "select * from raw.post")
    with pytest.raises(BuildError, match=r"models/staging/a\.sql reads raw\.post, .*nearest is raw\.posts"):
        built(project, root, "staging.a")


def test_a_circle_is_told_whole(project: Project, root: Root) -> None:
    root.model("staging/a", "select * from staging.c")
    root.model("staging/b", "select * from staging.a")
    root.model("staging/c", "select * from staging.b")
    with pytest.raises(BuildError, match=r"circle: (staging\.\w → ){3}staging\.\w"):
        built(project, root, "staging.a")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("select 1 as a", "must begin with a comment"),
        ("-- One row per x.\nselect 1 from posts", "reads posts without its schema"),
        ("-- One row per x.\nselect 1; select 2", "exactly one select"),
        ("-- One row per x.\nselec 1", "cannot be parsed"),
        ("-- One row per x.\ndrop table raw.posts", "cannot be parsed"),
        ("-- One row per x.\nselect no_such_column from raw.posts", "no_such_column"),
    ],
)
def test_a_model_that_is_wrong_is_named(project: Project, root: Root, text: str, problem: str) -> None:
    root.write("models/staging/a.sql", text)
    with pytest.raises(BuildError, match=rf"(?s)models/staging/a\.sql.*{problem}"):
        built(project, root, "staging.a")


def test_seeds_have_their_types_and_macros_may_read_them(project: Project, root: Root) -> None:
    root.write("seeds/limits.csv", 'name,most,since\n"a, b",5,2026-01-01\nc,,\n')
    root.write(
        "seeds/schema.yml",
        "seeds:\n  - name: limits\n    columns:\n      - {name: name}\n      - {name: most, type: integer}\n"
        "      - {name: since, type: date}\n",
    )
    root.write("macros/m.sql", "create or replace macro most_of(x) as (select most from seeds.limits where name = x);")
    root.model("staging/a", "select name, most, since, most_of('a, b') as known from seeds.limits order by name")
    assert built(project, root, "staging.a") == [("a, b", 5, date(2026, 1, 1), 5), ("c", None, None, 5)]


def test_a_seed_and_its_description_must_agree(project: Project, root: Root) -> None:
    root.write("seeds/limits.csv", "name,most\na,1\n")
    root.write("seeds/schema.yml", "seeds:\n  - name: limits\n    columns:\n      - {name: name}\n")
    with pytest.raises(BuildError, match=r"seeds/limits\.csv .*same columns: most"):
        built(project, root, "seeds.limits")


def test_a_seed_with_a_value_of_the_wrong_type_is_named(project: Project, root: Root) -> None:
    root.write("seeds/limits.csv", "most\nmany\n")
    root.write("seeds/schema.yml", "seeds:\n  - name: limits\n    columns:\n      - {name: most, type: integer}\n")
    with pytest.raises(BuildError, match=r"seeds/limits\.csv.*many"):
        built(project, root, "seeds.limits")


BROKEN_TESTS = {
    "not_null": ("tests: [not_null]", "not_null of staging.a.x"),
    "unique": ("tests: [unique]", "unique of staging.a.x"),
    "accepted_values": ("tests: [{accepted_values: [1, 2]}]", "accepted_values of staging.a.x"),
    "relationships": (
        "tests: [{relationships: {to: raw.posts, field: native_id}}]",
        "relationships of staging.a.x",
    ),
}


@pytest.mark.parametrize(("declared", "named"), BROKEN_TESTS.values(), ids=BROKEN_TESTS)
def test_a_test_that_does_not_hold_keeps_the_old_snapshot(
    project: Project, root: Root, declared: str, named: str
) -> None:
    root.model("staging/a", "select '1' as x")
    assert built(project, root, "staging.a") == [("1",)]
    root.model("staging/a", "select unnest(['3', '3', null]) as x")
    root.write("models/staging/schema.yml", f"models:\n  - name: a\n    columns:\n      - {{name: x, {declared}}}\n")
    with pytest.raises(CheckFailedError, match=rf"Nothing was published.*{named} \(first row: x?"):
        built(project, root, "staging.a")
    assert project.rows("from staging.a", project.snapshot) == [("1",)]
    assert not [path for path in project.folder.iterdir() if "building" in path.name]


ONE_FOR_EACH = "models:\n  - name: a\n    tests: [{one_for_each: {of: staging.b, by: x, where: y > 0}}]\n"


@pytest.mark.parametrize(
    ("numbers", "row"),
    [
        ("[1, 2, 2]", "x=2, rows_here=2, rows_there=1"),
        ("[1]", "x=2, rows_here=None, rows_there=1"),
        ("[1, 2, 3]", "x=3, rows_here=1, rows_there=None"),
        ("[1, 4]", r"x=[24], rows_here=\w+, rows_there=\w+"),
    ],
    ids=["one twice", "one missing", "one more", "another one"],
)
def test_rows_that_are_not_one_for_each_keep_the_old_snapshot(
    project: Project, root: Root, numbers: str, row: str
) -> None:
    root.model("staging/b", "select unnest([1, 2, 3]) as x, unnest([1, 1, 0]) as y")
    root.model("staging/a", "select unnest([2, 1]) as x")
    root.write("models/staging/schema.yml", ONE_FOR_EACH)
    assert built(project, root, "staging.a") == [(2,), (1,)]
    root.model("staging/a", f"select unnest({numbers}) as x")
    with pytest.raises(CheckFailedError, match=rf"one_for_each of staging.a.x in staging.b \(first row: {row}\)"):
        built(project, root, "staging.a")


def test_tests_that_hold_publish(project: Project, root: Root) -> None:
    root.model("staging/b", "select '1' as x")
    root.model("staging/a", "select '1' as x, 2 as y")
    tests = "[not_null, unique, {accepted_values: [1]}, {relationships: {to: staging.b, field: x}}]"
    root.write(
        "models/staging/schema.yml",
        f"models:\n  - name: a\n    columns: [{{name: x, tests: {tests}}}]\n    tests: [{{unique: [x, y]}}]\n",
    )
    report = build(project.warehouse, project.snapshot, now=NOW, root=root.folder)
    assert report.check_count == 5
    assert report.row_counts == {"staging.a": 1, "staging.b": 1}


@pytest.mark.parametrize("test", ["{positive: yes}", "sometimes", "{accepted_values: 3}"])
def test_a_test_of_an_unknown_kind_is_named(root: Root, test: str) -> None:
    root.write(
        "models/staging/schema.yml", f"models:\n  - name: a\n    columns:\n      - {{name: x, tests: [{test}]}}\n"
    )
    with pytest.raises(BuildError, match=r"staging\.a\.x has a test that is not known"):
        list(read_checks(root.folder))


@pytest.mark.parametrize(
    "test", ["{one_for_each: {of: staging.b}}", "{one_for_each: {of: b, by: x, were: y}}", "{unique: x}", "sometimes"]
)
def test_a_test_of_a_table_of_an_unknown_kind_is_named(root: Root, test: str) -> None:
    root.write("models/staging/schema.yml", f"models:\n  - name: a\n    tests: [{test}]\n")
    with pytest.raises(BuildError, match=r"staging\.a has a test that is not known"):
        list(read_checks(root.folder))


@pytest.mark.parametrize(
    "text", ["models: 3", "models:\n  - nam: a", "- 1", "models: [", "models:\n  - {name: a, colour: red}"]
)
def test_a_description_of_another_shape_is_named(root: Root, text: str) -> None:
    root.write("models/staging/schema.yml", text)
    with pytest.raises(BuildError, match=r"staging/schema\.yml"):
        read_descriptions(root.folder / "models/staging/schema.yml")


def test_a_check_that_finds_a_row_is_a_failure(project: Project, root: Root) -> None:
    root.model("staging/a", "select 1 as x")
    root.write("checks/assert_small.sql", "-- x is small\nselect x from staging.a where x > 0;\n")
    with pytest.raises(CheckFailedError, match=r"checks/assert_small\.sql \(first row: x=1\)"):
        built(project, root, "staging.a")


def test_a_view_stays_a_view_wherever_the_file_goes(project: Project, root: Root, tmp_path: Path) -> None:
    root.model("staging/a", "select count(*) as number from raw.posts")
    root.write("models/staging/schema.yml", "models:\n  - {name: a, materialized: view}\n")
    assert built(project, root, "staging.a") == [(0,)]
    shutil.copy(project.snapshot, tmp_path / "other-name.duckdb")
    assert project.rows("from staging.a", tmp_path / "other-name.duckdb") == [(0,)]


def test_marts_are_stored_in_the_order_of_their_key(project: Project, root: Root) -> None:
    root.model("marts/a", "select unnest([3, 1, 2]) as x")
    root.write("models/marts/schema.yml", "models:\n  - name: a\n    columns: [{name: x, tests: [unique]}]\n")
    assert built(project, root, "marts.a") == [(1,), (2,), (3,)]


def test_models_see_what_the_run_was_asked(project: Project, root: Root) -> None:
    root.model("staging/a", "select as_of, since, until, timezone, is_strict, built_at from config.run")
    assert built(project, root, "staging.a") == [(NOW, None, NOW, "UTC", False, NOW)]
    assert built(
        project,
        root,
        "staging.a",
        as_of=date(2026, 11, 15),
        since=date(2026, 10, 1),
        until=date(2026, 12, 1),
        strict=True,
        timezone="Europe/Berlin",
    ) == [
        (
            datetime(2026, 11, 15, 22, 59, 59, 999999, tzinfo=UTC),
            datetime(2026, 9, 30, 22, tzinfo=UTC),
            datetime(2026, 11, 15, 22, 59, 59, 999999, tzinfo=UTC),
            "Europe/Berlin",
            True,
            NOW,
        )
    ]


def test_a_zone_that_is_none_is_named(project: Project, root: Root) -> None:
    with pytest.raises(BuildError, match="'Berlin' is no time zone"):
        built(project, root, "config.run", timezone="Berlin")


def test_since_all_reaches_back_to_the_beginning(project: Project, root: Root) -> None:
    root.model("staging/a", "select year(since) as year from config.run")
    assert built(project, root, "staging.a", since="all") == [(1,)]


def test_as_of_builds_a_file_of_its_own(project: Project, staging_root: Path) -> None:
    project.land(project.post("1", text="old"), project.metrics("1", 5), project.post("1", text="new", minutes=2880))
    project.load(now=NOW + timedelta(days=3))
    build(project.warehouse, project.snapshot, now=NOW + timedelta(days=3), root=staging_root)
    before = project.snapshot.read_bytes()
    folder = project.folder / "asof"
    report = build_as_of(project.warehouse, folder, as_of=date(2026, 11, 22), now=NOW, root=staging_root)
    assert report.snapshot == folder / "2026-11-22.duckdb"
    assert project.rows("select text from staging.stg_posts", report.snapshot) == [("old",)]
    assert project.rows("select text from staging.stg_posts", project.snapshot) == [("new",)]
    assert project.snapshot.read_bytes() == before
    strict = build_as_of(project.warehouse, folder, as_of=date(2026, 11, 22), now=NOW, strict=True, root=staging_root)
    assert project.rows("select text from staging.stg_posts", strict.snapshot) == []


def test_the_warehouse_holds_no_models(project: Project, staging_root: Path) -> None:
    build(project.warehouse, project.snapshot, now=NOW, root=staging_root)
    assert project.rows("select distinct schema_name from duckdb_tables() order by all") == [("raw",)]
