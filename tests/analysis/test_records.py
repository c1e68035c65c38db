"""The loader's shapes are the crawler's items, and whatever a reader lets in DuckDB can hold."""

from __future__ import annotations

import enum
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.load import load_landing, records
from analysis.warehouse import connect
from crawler import items

VOCABULARIES = {
    items.Platform: records.Platform,
    items.Format: records.Format,
    items.Role: records.Role,
    items.Precision: records.Precision,
    items.MissingReason: records.MissingReason,
    items.Outcome: records.Outcome,
    items.Reason: records.Reason,
}
ENVELOPE = {"crawl_id", "observed_at", "source", "account_key", "platform", "host"}


@pytest.mark.parametrize(("crawled", "loaded"), VOCABULARIES.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_vocabulary_is_the_same_on_both_sides(crawled: type[enum.StrEnum], loaded: Any) -> None:
    assert [each.value for each in crawled] == list(get_args(loaded))


@pytest.mark.parametrize(
    ("item", "record", "apart"),
    [
        (items.Post, records.Post, {"metrics"}),
        (items.Metrics, records.Metrics, set()),
        (items.Profile, records.Profile, set()),
        (items.Absence, records.Absence, set()),
        (items.SitePage, records.Site, set()),
        (items.Visit, records.Visit, set()),
        (items.Media, records.Media, set()),
    ],
)
def test_a_record_has_every_field_of_its_item(item: type[Any], record: type[Any], apart: set[str]) -> None:
    fields = {each.name for each in attrs.fields(item)} - apart - ENVELOPE
    loaded = set(record.__struct_fields__) - ENVELOPE
    identified = {"native_id"} if record is records.Metrics else set()
    assert loaded - identified == fields


# What a page may hold; NUL and lone surrogates are refused and tested by themselves.
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
MOMENT = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat())
COUNT = st.none() | st.integers(0, 10**12)
POST = st.fixed_dictionaries(
    {"text": TEXT, "title": TEXT, "published_at": st.none() | MOMENT, "observed_at": MOMENT},
    optional={
        "hashtags": st.lists(TEXT),
        "media": st.lists(st.fixed_dictionaries({"kind": TEXT}, optional={"duration_seconds": st.floats(0, 1e300)})),
        "url": TEXT,
        "account": TEXT,
        "sources": st.dictionaries(TEXT, TEXT),
    },
)
METRICS = st.fixed_dictionaries(
    {"like_count": COUNT, "observed_at": MOMENT},
    optional={"reactions": st.dictionaries(TEXT, st.integers(0, 10**12))},
)


SITE = st.fixed_dictionaries(
    {"title": st.none() | TEXT, "og": st.dictionaries(TEXT, TEXT), "feed_urls": st.lists(TEXT), "observed_at": MOMENT},
    optional={"card": st.dictionaries(TEXT, TEXT), "image_width": st.integers(0, 2**31 - 1)},
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    posts=st.lists(POST, min_size=1, max_size=20),
    metrics=st.lists(METRICS, min_size=1, max_size=20),
    sites=st.lists(SITE, min_size=1, max_size=20),
)
def test_whatever_a_reader_lets_in_is_stored_as_it_is(
    posts: list[dict[str, Any]], metrics: list[dict[str, Any]], sites: list[dict[str, Any]]
) -> None:
    envelope = {"crawl_id": "c", "source": "crawl", "account_key": "k", "platform": "web", "host": "a.example"}
    lines = [
        {"record": kind, **envelope, **required, **each, "url" if kind == "site" else "native_id": str(n)}
        for kind, required, group in (
            ("post", {"account": "a", "role": "original"}, posts),
            ("metrics", {}, metrics),
            ("site", {"kind": "other"}, sites),
        )
        for n, each in enumerate(group)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        segment = folder / "landing" / "c" / "crawl-0001.jsonl"
        segment.parent.mkdir(parents=True)
        segment.write_text("".join(json.dumps(line) + "\n" for line in lines))
        report = load_landing(folder / "warehouse.duckdb", folder / "landing", now=datetime(2026, 1, 1, tzinfo=UTC))
        assert (report.rejections, report.failures) == ([], [])
        with connect(folder / "warehouse.duckdb", read_only=True) as connection:
            stored = connection.execute(
                "select text, title, hashtags, published_at, sources from raw.posts order by native_id::integer"
            ).fetchall()
            counted = connection.execute("select like_count, reactions from raw.post_metrics").fetchall()
            stated = connection.execute(
                "select title, og, feed_urls, card, image_width from raw.sites order by url::integer"
            ).fetchall()
    assert stored == [
        (
            post["text"],
            post["title"],
            post.get("hashtags", []),
            post["published_at"] and datetime.fromisoformat(post["published_at"]),
            post.get("sources"),
        )
        for post in posts
    ]
    assert stated == [
        (page["title"], page["og"], page["feed_urls"], page.get("card", {}), page.get("image_width")) for page in sites
    ]
    expected = [(each["like_count"], each.get("reactions")) for each in metrics]
    assert sorted(counted, key=repr) == sorted(expected, key=repr)
