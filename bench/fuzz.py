"""Break recorded pages and importable files for as long as you like, and say what should not have happened.

python bench/fuzz.py [NAME…] [--minutes 10] [--jobs 2] [--seed 0]

NAME: a page class (``mastodon.StatusesPage``), a platform (``mastodon``) or ``import``; without any all of them, each
for ``--minutes``. A page may give items or its declared problem; anything else, an answer that breaks what
``tests/crawler/mutations.py`` forbids, two different answers to one page, or more than ten seconds for one, is printed
with the seed that makes it again. ``import`` gives the same treatment to files of every kind that is imported, through
the real importer. Ends with 1 when anything was found.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from web_poet import HttpResponse

from crawler.archive import response_record
from crawler.importing import ImportOptions, import_paths
from tests.crawler.conftest import FIXTURES, PageFixture
from tests.crawler.importing.test_outcomes import (
    GA4_EXPLORATION,
    GA4_REPORT,
    MATOMO,
    PLAUSIBLE,
    SHOPIFY_HEADER,
    further_line,
    order,
)
from tests.crawler.importing.test_web_archives import REFERRING, original
from tests.crawler.importing.test_x_export import script, tweet
from tests.crawler.mutations import faults, mutated, outcome_of

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
SLOW_SECONDS = 10.0
SHOWN = 5
FILES_AT_A_TIME = 40
TABLE = """\
platform,account,url,published_at,format,text,like_count,comment_count
instagram,kettle,https://www.instagram.com/p/BAAAAAAAAAA/,2026-11-01T10:00:00Z,image,"One, two",12,3
mastodon,kettle@social.example,https://social.example/@kettle/5,01.11.2026,text,Drei,"1.234",0
"""
ZEESCHUIMER = {
    "source_platform": "tiktok.com",
    "data": {
        "id": "7710164331584815105",
        "desc": "Tea",
        "createTime": "1795162530",
        "author": {"uniqueId": "kettle"},
        "stats": {"diggCount": 3, "playCount": 9},
    },
}


def page_cases() -> dict[str, list[PageFixture]]:
    """Page class → its recorded pages."""
    found: defaultdict[str, list[PageFixture]] = defaultdict(list)
    for folder in sorted(FIXTURES.glob("crawler.pages.*/*/inputs")):
        case = PageFixture(folder.parent)
        found[case.folder.parent.name.removeprefix("crawler.pages.")].append(case)
    return dict(found)


def broken_pages(name: str, seconds: float, seed: int) -> tuple[int, Counter[str]]:
    """Tries, and what went wrong in how many of them."""
    cases = page_cases()[name]
    wrong: Counter[str] = Counter()
    for tried in _numbered(seconds):
        random = Random(f"{name} {seed} {tried}")
        case = random.choice(cases)
        body = bytes(case.response.body)
        for _ in range(random.randint(1, 4)):
            body = mutated(body, random)
        response = HttpResponse(case.response.url, body, status=200, headers=case.response.headers)
        started = time.monotonic()
        try:
            given = outcome_of(case.page_class, response, case.capture)
            found = faults(given, case.capture.fetched_at)
            if given != outcome_of(case.page_class, response, case.capture):
                found.append("not the same answer twice")
        except Exception as error:
            found = [_place(error)]
        if (took := time.monotonic() - started) > SLOW_SECONDS:
            found.append(f"took {took:.0f} s")
        wrong.update(f"{case.name}: {one[:160]} (seed {seed}, try {tried})" for one in found)
    return tried, wrong


def broken_files(seconds: float, seed: int) -> tuple[int, Counter[str]]:
    """As :func:`broken_pages`, with files through the importer, some at a time: it starts processes of its own."""
    wrong: Counter[str] = Counter()
    whole = importable_files()
    tried = 0
    with tempfile.TemporaryDirectory() as name:
        for number in _numbered(seconds):
            folder = Path(name) / f"{number}"
            folder.mkdir()
            for _ in range(FILES_AT_A_TIME):
                tried += 1
                _write_broken(folder, whole, Random(f"import {seed} {tried}"), tried)
            started = time.monotonic()
            try:
                options = ImportOptions(is_everybody=True)
                report = import_paths([folder], folder / "landing", now=NOW, options=options)
                found = [str(one) for one in report.problems if "could not be read (" in str(one)]
            except Exception as error:
                found = [f"one of {tried - FILES_AT_A_TIME + 1} to {tried}: {_place(error)}"]
            if (took := time.monotonic() - started) > FILES_AT_A_TIME * SLOW_SECONDS:
                found.append(f"up to {tried}: took {took:.0f} s")
            wrong.update(f"{one[:160]} (seed {seed}; a file's folder is its try)" for one in found)
            shutil.rmtree(folder)
    return tried, wrong


def _write_broken(folder: Path, whole: dict[str, bytes], random: Random, tried: int) -> None:
    name = random.choice(sorted(whole))
    content = whole[name]
    for _ in range(random.randint(1, 4)):
        content = mutated(content, random)
    place = folder / f"{tried}"  # some are known by their names
    place.mkdir()
    (place / name).write_bytes(content)


def importable_files() -> dict[str, bytes]:
    """A sound file of every kind: name → content."""
    case = next(case for cases in page_cases().values() for case in cases if case.name.startswith("instagram."))
    url, body = str(case.response.url), bytes(case.response.body)
    entry = {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "text/html"}],
            "content": {"mimeType": "text/html", "text": body.decode("utf-8", "replace")},
        },
    }
    return {
        "ga4.csv": GA4_REPORT.encode(),
        "ga4 by day.csv": GA4_EXPLORATION.encode(),
        "imported_sources_20261101_20261126.csv": PLAUSIBLE.encode(),
        "matomo 2026-11-01.csv": MATOMO.encode("utf-16"),
        "orders.csv": "\n".join((SHOPIFY_HEADER, order(1, "paid", "5.00", code="FALL"), further_line(1))).encode(),
        "posts.csv": TABLE.encode(),
        "posts16.csv": TABLE.replace(",", "\t").encode("utf-16"),
        "page.html": body,
        "capture.har": json.dumps({"log": {"version": "1.2", "entries": [entry, entry]}}).encode(),
        "pages.warc": response_record(url, 200, [("Content-Type", "text/html")], body, NOW),
        "repeats.warc": original() + b"".join(REFERRING.values()),
        "tweets.js": script("tweets", [tweet(1), tweet(2)]).encode(),
        "capture.ndjson": b"".join(json.dumps(ZEESCHUIMER).encode() + b"\n" for _ in range(3)),
    }


def _numbered(seconds: float) -> Iterator[int]:
    end = time.monotonic() + seconds
    for tried in itertools.count(1):
        yield tried
        if time.monotonic() >= end:
            return


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} at {Path(last.filename).name}:{last.lineno}"


def _job(name: str, seconds: float, seed: int) -> tuple[str, int, Counter[str]]:
    warnings.simplefilter("ignore")
    tried, wrong = broken_files(seconds, seed) if name == "import" else broken_pages(name, seconds, seed)
    return name, tried, wrong


def main() -> int:
    """Fuzz what was asked for; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="page classes, platforms, or import")
    parser.add_argument("--minutes", type=float, default=10.0, help="for each of them")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    every = [*page_cases(), "import"]
    chosen = [name for name in every if not options.names or {name, name.partition(".")[0]} & set(options.names)]
    if not chosen:
        parser.error(f"nothing is called so; there are {', '.join(every)}")
    has_found = False
    with ProcessPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(_job, name, 60 * options.minutes, options.seed) for name in chosen]
        for job in jobs:
            name, tried, wrong = job.result()
            has_found = has_found or bool(wrong)
            print(f"{name}: {tried:,} broken ones, {len(wrong)} wrong", flush=True)
            for one, _ in wrong.most_common(SHOWN):
                print(f"  {one}")
    return 1 if has_found else 0


if __name__ == "__main__":
    sys.exit(main())
