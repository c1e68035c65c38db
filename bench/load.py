"""Rows a second of a load against DuckDB reading the same file into a table, in one run.

python bench/load.py [POSTS]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from analysis.load import load_landing

WORDS = ("roast", "grinder", "autumn", "launch", "ceramic", "kettle", "harvest", "morning", "offer", "paper", "steam")
ROUNDS = 3
START = datetime(2026, 11, 1, 6, tzinfo=UTC)


def write_segment(path: Path, post_count: int) -> int:
    """A landing file with that many posts, each with its counts, and a page for every twenty; returns its records."""
    rng = random.Random(7)
    record_count = 0
    with path.open("w", encoding="utf-8") as file:
        for number in range(post_count):
            observed_at = (START + timedelta(seconds=number // 20)).isoformat().replace("+00:00", "Z")
            envelope = {
                "crawl_id": "20261101T060000Z-abcdef",
                "observed_at": observed_at,
                "source": "crawl",
                "account_key": f"https://social.example/@shop{number % 50}",
                "platform": "mastodon",
                "host": "social.example",
            }
            post = {
                "native_id": str(10**17 + number),
                "account": f"shop{number % 50}@social.example",
                "url": f"https://social.example/@shop{number % 50}/{10**17 + number}",
                "role": "original",
                "format": rng.choice(["text", "image", "video"]),
                "text": " ".join(rng.choices(WORDS, k=rng.randint(5, 60))),
                "language": "en",
                "published_at": (START - timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
                "published_precision": "second",
                "is_edited": False,
                "is_pinned": False,
                "media": [
                    {"kind": "image", "url": f"https://social.example/{number}.jpg", "width": 1080, "height": 1350}
                ],
                "hashtags": rng.sample(WORDS, k=2),
                "mentions": [],
                "links": [f"https://shop.example/{number}"],
            }
            metrics = {
                "native_id": post["native_id"],
                "like_count": rng.randrange(900),
                "comment_count": rng.randrange(40),
                "share_count": rng.randrange(60),
                "quote_count": 0,
                "reactions": {},
                "missing": {"view_count": "not_public", "save_count": "not_public"},
                "rounded": {},
            }
            page = {"url": f"https://social.example/api/{number}", "fetched_at": observed_at, "status": 200}
            rows = [("post", post), ("metrics", metrics)] + ([("page", page)] if number % 20 == 0 else [])
            for kind, fields in rows:
                file.write(json.dumps({"record": kind, **envelope, **fields}) + "\n")
            record_count += len(rows)
    return record_count


def seconds_of_duckdb(segment: Path, folder: Path) -> float:
    """DuckDB by itself: the file into a table of a database file."""
    database = folder / "plain.duckdb"
    database.unlink(missing_ok=True)
    started = time.perf_counter()
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table records as select * from read_json('{segment}')")
    return time.perf_counter() - started


def seconds_of_load(segment: Path, folder: Path) -> float:
    """The loader: the same file into a new warehouse."""
    with tempfile.TemporaryDirectory(dir=folder) as project:
        target = Path(project, "landing", "20261101T060000Z-abcdef", "crawl-0001.jsonl")
        target.parent.mkdir(parents=True)
        target.hardlink_to(segment)
        started = time.perf_counter()
        report = load_landing(Path(project, "warehouse.duckdb"), Path(project, "landing"))
        elapsed = time.perf_counter() - started
        assert not report.rejected_count
        assert not report.failures
    return elapsed


def main() -> None:
    """Print both rates and their ratio, each the best of three rounds that take turns."""
    post_count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        segment = folder / "segment.jsonl"
        record_count = write_segment(segment, post_count)
        plain, load = [], []
        for _ in range(ROUNDS):
            plain.append(seconds_of_duckdb(segment, folder))
            load.append(seconds_of_load(segment, folder))
    print(f"records: {record_count}")
    print(f"DuckDB {duckdb.__version__} create table: {record_count / min(plain):,.0f} rows/s")
    print(f"load_landing: {record_count / min(load):,.0f} rows/s")
    print(f"ratio: {min(plain) / min(load):.2f} (goal: 0.5)")


if __name__ == "__main__":
    main()
