"""What an import of very many pages costs: time, and the memory of the process that imports.

    python bench/imports.py [--pages 10000]

Writes a WARC and a HAR of pages as a server would answer them (fifty kilobytes each, one post a page), imports each in
a process of its own, and prints pages a second, and that process's memory after a fifth of the time, and at most after
that. Memory that grew with the pages would show as the difference.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil

from crawler.archive import response_record
from crawler.config import parse_config
from crawler.importing import import_paths

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIST = parse_config('[[accounts]]\ncompany = "Acme"\nurl = "https://www.acme.example/blog"\n')
WORDS = "The first beans of the year are in, and they are better than last year's, says everybody who tasted them. "
PAGE = """<!doctype html><html lang="en"><head><title>Harvest {0}</title>
<link rel="canonical" href="https://www.acme.example/blog/harvest-{0}"><meta property="og:type" content="article">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "BlogPosting",
"headline": "Harvest {0}", "datePublished": "2026-11-05T08:00:00Z", "url": "https://www.acme.example/blog/harvest-{0}"}}</script></head>
<body><article><h1>Harvest {0}</h1><p>{1}</p></article></body></html>"""


def pages(number: int) -> Iterator[tuple[str, str]]:
    """Address and HTML of ``number`` different pages."""
    for each in range(number):
        yield f"https://www.acme.example/blog/harvest-{each}", PAGE.format(each, WORDS * 450)


def write_warc(path: Path, number: int) -> None:
    with path.open("wb") as file:
        for url, page in pages(number):
            headers = (("Content-Type", "text/html; charset=utf-8"),)
            file.write(response_record(url, 200, headers, page.encode(), NOW, level=1))


def write_har(path: Path, number: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "entries": [')
        for count, (url, page) in enumerate(pages(number)):
            content = {"mimeType": "text/html; charset=utf-8", "text": page}
            entry = {
                "startedDateTime": "2026-11-22T12:00:00Z",
                "request": {"method": "GET", "url": url},
                "response": {"status": 200, "headers": [], "content": content},
            }
            file.write(("," if count else "") + json.dumps(entry))
        file.write("]}}")


def watch(path: Path) -> tuple[int, float, float, float]:
    """Import ``path`` in a process of its own: posts, seconds, MiB after a fifth of the time, most MiB after that."""
    started = time.monotonic()
    command = [sys.executable, __file__, "--import", str(path)]
    samples: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        importing = psutil.Process(process.pid)
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                samples.append(importing.memory_info().rss / 2**20)
            time.sleep(0.2)
        assert process.stdout is not None
        posts = int(process.stdout.read())
    fifth = len(samples) // 5
    return posts, time.monotonic() - started, samples[fifth], max(samples[fifth:])


def main() -> None:
    """Measure both kinds of files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--import", dest="path", type=Path)
    given = parser.parse_args()
    if given.path is not None:
        landing = given.path.parent / "landing"
        print(import_paths([given.path], landing, accounts=LIST.accounts, config=LIST, now=NOW).post_count)
        return
    for name, write in (("pages.warc.gz", write_warc), ("pages.har", write_har)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(path, given.pages)
            posts, seconds, early, late = watch(path)
            print(
                f"{name}: {path.stat().st_size / 2**20:,.0f} MiB, {posts:,} posts, {posts / seconds:,.0f} a second,"
                f" {early:.0f} MiB after a fifth of the time, {late:.0f} MiB at most from there on"
            )


if __name__ == "__main__":
    main()
