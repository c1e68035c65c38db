"""A newcomer's path: the skeleton of a platform, and a recorded page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

ROOT = Path(__file__).parent.parent.parent
PAGE = """<!doctype html>
<!-- saved from url=(0035)https://acme.example/blog/new-beans -->
<html lang="en"><head><title>New beans from Huila</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "BlogPosting",
"headline": "New beans from Huila", "datePublished": "2026-11-20T08:00:00Z", "commentCount": 4}</script></head>
<body><article><h1>New beans from Huila</h1><p>Jane Miller roasted them on Friday, and all liked them.</p></article>
</body></html>"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, to write into."""
    folder = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns(".*_cache", ".venv", ".git", "data", "demo")
    shutil.copytree(ROOT, folder / "source", ignore=ignored)
    return folder / "source"


def test_a_new_platform_stands_in_every_place_and_passes_the_tests(cli: Cli, checkout: Path) -> None:
    ran = cli("new", "vimeo", "--label", "Vimeo", "--checkout", str(checkout))
    assert ran.exit_code == 0
    places = [line.partition(":")[0] for line in ran.out.splitlines()[:-1]]
    assert all((checkout / place).exists() for place in places)
    modules = [place for place in places if place.endswith(".py")]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    checks = (
        ["pytest", "-q", "-x", "tests/crawler/test_pages_vimeo.py", "tests/crawler/test_router.py",
         "tests/crawler/test_fixtures.py", "tests/analysis/test_records.py",
         "tests/crawler/test_links.py", "tests/cli/test_commands.py",
         "-k", "vimeo or every or platform or vocabulary"],
        ["ruff", "check", *modules],
        ["ruff", "format", "--check", *modules],
    )  # fmt: skip
    for words in checks:
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=checkout, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    again = cli("new", "vimeo", "--checkout", str(checkout))
    assert (again.exit_code, "already" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [(["new", "Vi meo"], "no name for a platform"), (["new", "bluesky"], "already"), (["new", "web"], "already")],
)
def test_a_skeleton_that_cannot_be_written_is_refused(cli: Cli, words: list[str], said: str) -> None:
    ran = cli(*words, "--checkout", str(ROOT))
    assert ran.exit_code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_outside_of_a_checkout_there_is_nothing_to_extend(cli: Cli, tmp_path: Path) -> None:
    ran = cli("new", "vimeo", "--checkout", str(tmp_path))
    assert (ran.exit_code, "no checkout" in ran.err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_a_saved_page_becomes_a_fixture_without_its_words(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "fixtures").mkdir()
    saved = tmp_path / "page.html"
    saved.write_text(PAGE, encoding="utf-8")
    url = "https://acme.example/blog/new-beans"
    words = ["record", url, "--case", "article-with-comments", "--from", str(saved), "--rename", "acme=kettle"]
    ran = cli(*words, "--checkout", str(tmp_path))
    assert ran.exit_code == 0, ran.err
    folder = tmp_path / "fixtures" / "crawler.pages.web.html.WebArticle" / "article-with-comments"
    body = (folder / "inputs" / "HttpResponse-body.html").read_text(encoding="utf-8")
    assert "Huila" not in body
    assert "Jane" not in body
    (post,) = json.loads((folder / "output.json").read_text(encoding="utf-8"))["posts"]
    assert post["url"] == "https://kettle.example/blog/new-beans"
    assert post["metrics"]["comment_count"] == 4
    assert post["published_at"] == "2026-11-20T08:00:00Z"
    again = cli(*words, "--checkout", str(tmp_path))
    assert (again.exit_code, "exists" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--case", "Not A Name"], "no name for a case"),
        (["--case", "x", "--class", "web.html.WebArticel"], "is no page class"),
        (["--case", "x", "--rename", "acme"], "two names"),
    ],
)
def test_a_page_that_cannot_be_recorded_is_refused(cli: Cli, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "fixtures").mkdir()
    saved = tmp_path / "page.html"
    saved.write_text(PAGE, encoding="utf-8")
    url = "https://acme.example/blog/new-beans"
    ran = cli("record", url, "--from", str(saved), "--checkout", str(tmp_path), *words)
    assert ran.exit_code == 2
    assert said in ran.err
    assert not list((tmp_path / "fixtures").iterdir())
