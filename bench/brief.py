"""How large a brief is and how long it takes: invented markets of 10, 20 and 60 companies, and one on every network.

python bench/brief.py [--companies 10 20 60] [--everywhere 8] [--posts-per-account 100] [--keep FOLDER]

The markets are those of ``bench/big_market.py``: two or three accounts a company on nine platforms, texts of very
different length in eight languages, and a thumbnail of every picture that a run would fetch for the brief. Writing is
timed in a process of its own, whose memory is its own too. First paint is what
Chromium says of the file, at 1280 pixels, the best of three. The companies of ``--everywhere`` have an account on each
of 18 networks, with a quarter of the posts.

Goals: at most 1.5 MB for 20 companies, and for 8 on 18 networks; at most 10 s and 500 MB for 60; first paint within
1 s on 10.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from analysis.build import build
from bench.big_market import NOW, PLATFORMS, BigMarket
from crawler.pictures import thumbnail
from reports.brief import write_brief
from reports.pdf import find_browser
from reports.pictures import wanted_pictures

ACCOUNTS_PER_COMPANY: Final = 2.5
MB: Final = 1_000_000
SIZE_GOAL: Final = (20, 1.5)
"""Companies, and megabytes at most."""
SIZE_GOAL_EVERYWHERE: Final = (8, 1.5)
"""The same where each company is on every network."""
WRITING_GOAL: Final = (60, 10.0, 500.0)
"""Companies, seconds and megabytes of memory at most."""
PAINT_GOAL: Final = (10, 1.0)
"""Companies, and seconds at most."""


def write_market(folder: Path, company_count: int, posts_per_account: int, *, is_everywhere: bool = False) -> Path:
    """Build the market's snapshot and fetch its thumbnails; the snapshot's path."""
    accounts = round(company_count * (len(PLATFORMS) if is_everywhere else ACCOUNTS_PER_COMPANY))
    warehouse, snapshot = folder / "warehouse.duckdb", folder / "rivalscope.duckdb"
    BigMarket(
        post_count=accounts * posts_per_account, account_count=accounts, pool_size=4_000, is_everywhere=is_everywhere
    ).write(warehouse)
    build(warehouse, snapshot, now=NOW, threads=2)
    thumbnails = folder / "thumbnails"
    thumbnails.mkdir()
    for number, (post_id, _) in enumerate(wanted_pictures(snapshot)):
        (thumbnails / f"{post_id}.webp").write_bytes(thumbnail(_photograph(number)) or b"")
    return snapshot


def _photograph(number: int) -> bytes:
    """Soft patches with some grain, about as hard to compress as photographs are."""
    generator = np.random.default_rng(number)
    patches = Image.fromarray(generator.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    soft = np.asarray(patches.resize((1080, 810), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = generator.normal(0, 6, soft.shape)
    encoded = io.BytesIO()
    Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8)).save(encoded, "JPEG", quality=85)
    return encoded.getvalue()


def written(snapshot: Path) -> dict[str, float]:
    """Seconds, megabytes of the file and of memory that writing takes in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "bench.brief", "--write", str(snapshot)], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"The brief was not written: {ran.stderr.strip()}")
    figures: dict[str, float] = json.loads(ran.stdout)
    return figures


def _write(snapshot: Path) -> None:
    begun = time.monotonic()
    report = write_brief(snapshot, snapshot.with_suffix(".html"), thumbnails=snapshot.parent / "thumbnails")
    seconds = time.monotonic() - begun
    processor = time.process_time()
    memory = _peak_memory()
    json.dump(
        {"seconds": seconds, "size": report.byte_count / MB, "memory": memory, "processor": processor}, sys.stdout
    )


def _peak_memory() -> float:
    """Megabytes that this process ever held; what its parent held, which getrusage counts on Linux, is not in it."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def first_paint(page_file: Path) -> float | None:
    """Seconds until the first words stand on the screen, the best of three; ``None`` without a browser."""
    browser_path = find_browser()
    if browser_path is None:
        return None
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(3):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(page_file.as_uri())
            page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
            times.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            page.close()
        browser.close()
    return float(min(times)) / 1000


def _against(value: float, goal: float, unit: str) -> str:
    return f"{value:.2f} {unit} (goal {goal:g}: {'reached' if value <= goal else 'MISSED'})"


def measure(folder: Path, company_count: int, posts_per_account: int, *, is_everywhere: bool = False) -> bool:
    """Print the figures of one market; whether every goal that is set for its size was reached."""
    figures = written(write_market(folder, company_count, posts_per_account, is_everywhere=is_everywhere))
    paint = first_paint(folder / "rivalscope.html")
    said, reached = [f"{company_count} companies{f' on {len(PLATFORMS)} networks' if is_everywhere else ''}:"], True
    size_goal = SIZE_GOAL_EVERYWHERE if is_everywhere else SIZE_GOAL
    for name, unit, goal in (
        ("size", "MB", size_goal[1] if company_count == size_goal[0] else None),
        ("seconds", "s", WRITING_GOAL[1] if company_count == WRITING_GOAL[0] else None),
        ("memory", "MB of memory", WRITING_GOAL[2] if company_count == WRITING_GOAL[0] else None),
    ):
        said.append(f"{figures[name]:.2f} {unit}" if goal is None else _against(figures[name], goal, unit))
        reached &= goal is None or figures[name] <= goal
    said.append(f"{figures['processor']:.2f} s of a processor, starting included")
    if paint is None:
        said.append("first paint not measured, no browser")
    elif company_count == PAINT_GOAL[0]:
        said.append("first paint " + _against(paint, PAINT_GOAL[1], "s"))
        reached &= paint <= PAINT_GOAL[1]
    else:
        said.append(f"first paint {paint:.2f} s")
    print(" ".join([said[0], ", ".join(said[1:])]), flush=True)
    return reached


def main() -> int:
    """Measure each market; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--companies", nargs="+", type=int, default=[10, 20, 60])
    parser.add_argument("--everywhere", nargs="*", type=int, default=[8], help="companies on every network")
    parser.add_argument("--posts-per-account", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="write markets and briefs here, and leave them")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        _write(options.write)
        return 0
    reached = True
    markets = [(count, options.posts_per_account, False) for count in options.companies]
    markets += [(count, options.posts_per_account // 4, True) for count in options.everywhere]
    for company_count, posts_per_account, is_everywhere in markets:
        with tempfile.TemporaryDirectory() as name:
            own = f"{company_count}-everywhere" if is_everywhere else str(company_count)
            folder = options.keep / own if options.keep else Path(name)
            folder.mkdir(parents=True, exist_ok=True)
            reached &= measure(folder, company_count, posts_per_account, is_everywhere=is_everywhere)
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
