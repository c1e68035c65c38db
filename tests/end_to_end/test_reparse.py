"""Pages are read again after a page object was mended: real archive and warehouse, and only what it got wrong changes.

The crawls run with a reader of Mastodon that a changed layout fools; when they are read again, it is as it should be.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.items import Platform
from crawler.market.cast import CAST

LOST = "tessaly"
#: likes are read as zero, polls lose their text, and the pages of one account cannot be read at all
FOOLED = f"""
import crawler.pages.mastodon.statuses as statuses
from attrs import evolve

_metrics, _own = statuses._metrics, statuses.StatusReader._own

def _without_likes(status):
    return evolve(_metrics(status), like_count=0)

def _fooled(self, status, native_id):
    if status["account"]["acct"] == "{LOST}":
        raise ValueError("this looks different")
    post = _own(self, status, native_id)
    return evolve(post, text=None) if status.get("poll") else post

statuses._metrics, statuses.StatusReader._own = _without_likes, _fooled
"""
#: what is read again, and something else of every kind
CAST_HERE = tuple(
    player
    for player in CAST
    if player.handle in {"larkspur", LOST, "quillmoor", "tessaly.example", "blog-quillmoor", "blog-hollowfen"}
    or player.server == "instagram"
)
KINDS = ("post", "metrics", "profile", "absence", "page")


@pytest.fixture(scope="module")
def shop(new_shop: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """After two fooled weeks; ``shop.shown`` is what reparse said, ``shop.raw`` what stood before it was applied."""
    shop = new_shop(cast=CAST_HERE)
    fooled = tmp_path_factory.mktemp("fooled")
    (fooled / "sitecustomize.py").write_text(FOOLED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(fooled))
        shop.run("crawl", exit_code=20)
        shop.wait(weeks=1)
        shop.run("crawl", exit_code=20)
        shop.run("analyze")
    shop.labelled = shop.ask("select url from marts.posts where platform = 'mastodon' and is_counted order by url")[0][
        0
    ]
    shop.run("label", shop.labelled, "--type", "event", "--tag", "mine")
    shop.run("load")
    shop.wait(hours=1)
    shop.raw = raw(shop)
    shop.shown = shop.run("reparse", "--platform", "mastodon")
    shop.raw_when_shown = raw(shop)
    shop.applied = shop.run("reparse", "--platform", "mastodon", "--apply")
    shop.raw_when_applied = raw(shop)
    shop.run("analyze")
    return shop


def raw(shop: Any) -> dict[str, Counter[str]]:
    """Every row of the warehouse's raw tables."""
    with duckdb.connect(str(shop.folder / "data" / "warehouse.duckdb"), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
        return {
            name: Counter(map(repr, connection.execute(f"select * from raw.{name}").fetchall())) for (name,) in names
        }


def landed(folder: Path, platform: str) -> Counter[str]:
    """Landing records of a platform's posts, accounts and pages that are in the archive, but for their source."""
    found: Counter[str] = Counter()
    for path in folder.glob("*/*.jsonl"):
        for line in path.read_bytes().splitlines():
            record = json.loads(line)
            is_kept = record["record"] != "page" or "warc_file" in record
            if record["record"] in KINDS and record["platform"] == platform and is_kept:
                found[json.dumps({**record, "source": ""}, sort_keys=True)] += 1
    return found


def test_what_would_change_is_shown_and_nothing_changes(shop: Any) -> None:
    assert "like_count" in shop.shown
    assert "0 → " in shop.shown
    assert "text" in shop.shown
    assert "new posts" in shop.shown
    assert "--apply" in shop.shown
    assert shop.raw_when_shown == shop.raw


def test_rows_are_only_added_and_only_where_pages_say_something_else(shop: Any) -> None:
    for table, rows in shop.raw.items():
        assert not rows - shop.raw_when_applied[table], f"a row of {table} went"
    added = {table: rows - shop.raw[table] for table, rows in shop.raw_when_applied.items()}
    changed = {table for table, rows in added.items() if rows}
    assert changed == {"posts", "post_metrics", "pages", "loaded_files"}
    assert all("'reparse'" in row for table in ("posts", "post_metrics") for row in added[table])


def test_every_count_is_what_the_network_said_at_that_moment(shop: Any) -> None:
    market = shop.server.market
    truth = {
        (post.mastodon_id, weeks): post.counts(shop.now - timedelta(hours=1, weeks=weeks))[0]
        for player in market.cast
        if player.platform == Platform.MASTODON
        for post in market.posts(player)
        for weeks in (0, 1)
    }
    query = """
        select posts.native_id, (metrics.observed_at < posts_newest.observed_at - interval 3 day)::int, like_count
        from staging.stg_post_metrics as metrics
        inner join staging.stg_posts as posts on metrics.post_id = posts.post_id
        cross join (select max(observed_at) as observed_at from staging.stg_post_metrics) as posts_newest
        where posts.platform = 'mastodon' and posts.role = 'original'
    """
    rows = shop.ask(query)
    assert len(rows) > 300
    assert sum(likes for _, _, likes in rows) > 0
    wrong = [row for row in rows if truth[row[0], row[1]] != row[2]]
    assert wrong == []


def test_posts_of_pages_that_could_not_be_read_are_there(shop: Any) -> None:
    assert not any(LOST in row for row in shop.raw["posts"] if "'mastodon'" in row)
    ((count, measured),) = shop.ask(
        f"select count(*), count(like_count) from marts.posts where platform = 'mastodon' and account ilike '{LOST}@%'"
    )
    assert count >= 20
    assert measured == count


def test_a_repaired_text_is_no_edit(shop: Any) -> None:
    ((repaired, versions),) = shop.ask(
        "select count(*), max(version_count) from staging.stg_posts where format = 'poll' and platform = 'mastodon'"
    )
    ((unknown,),) = shop.ask("select count(*) from marts.posts where format = 'poll' and text is null")
    assert repaired > 0
    assert (versions, unknown) == (1, 0)


def test_labels_stay(shop: Any) -> None:
    assert shop.ask(f"select post_type, tags from marts.posts where url = '{shop.labelled}'") == [("event", ["mine"])]


def test_what_was_known_then_is_still_known(shop: Any) -> None:
    """``--strict`` asks what had been loaded by that day: no repair."""
    yesterday = (shop.now - timedelta(days=1)).date().isoformat()
    shop.run("analyze", "--as-of", yesterday, "--strict")
    query = "select sum(like_count) as likes from marts.posts where platform = 'mastodon'"
    told = shop.run("sql", "--as-of", yesterday, "--format", "json", query)
    assert json.loads(told) == [{"likes": 0}]


def test_a_second_time_changes_nothing(shop: Any) -> None:
    assert "Nothing would change" in shop.run("reparse", "--platform", "mastodon", "--apply")
    assert raw(shop) == shop.raw_when_applied


@pytest.mark.parametrize("platform", ["bluesky", "web"])
def test_a_page_object_that_did_not_change_gives_the_same_byte_for_byte(shop: Any, platform: str) -> None:
    shop.run("reparse", "--platform", platform)
    again = landed(shop.folder / "data" / "reparsing", platform)
    assert again == landed(shop.folder / "data" / "landing" / "loaded", platform)
    assert raw(shop) == shop.raw_when_applied
    assert sum(again.values()) > 200


def test_one_account_alone_can_be_read_again(shop: Any) -> None:
    player = next(each for each in shop.server.market.cast if each.platform == Platform.WEB)
    shop.run("reparse", "--platform", "web", "--account", shop.server.account_url(player))
    keys = {json.loads(line)["account_key"] for line in landed(shop.folder / "data" / "reparsing", "web")}
    assert keys == {f"{shop.server.account_url(player)}"}


def test_what_the_archive_no_longer_holds_is_said_and_its_name_is_taken_back(shop: Any) -> None:
    oldest = min((shop.folder / "data" / "archive").glob("*.warc.gz"))
    oldest.unlink()
    told = shop.run("reparse", "--platform", "mastodon")
    assert "cannot be read again" in told
    assert "Nothing would change" in told
    ((named,),) = [(sum(oldest.name in row for row in raw(shop)["pages"]),)]
    assert named == 0
    assert any("retention" in row for row in raw(shop)["deletions"])
    for path in (shop.folder / "data" / "archive").glob("*.warc.gz"):
        path.unlink()
    assert "No page of Mastodon is kept" in shop.run("reparse", "--platform", "mastodon", exit_code=30)
