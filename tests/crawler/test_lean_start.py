"""A library that is left out is there again afterwards, and one that is loaded stays."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from crawler.lean_start import without


def test_what_is_not_loaded_is_not_there_within_and_is_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with pytest.raises(ImportError), without("this"):
        __import__("this")
    assert "this" not in sys.modules


def test_what_is_loaded_stays() -> None:
    with without("json"):
        assert __import__("json") is json


def test_what_reads_pages_begins_without_what_no_page_gives() -> None:
    code = "import sys, crawler.pages_loaded; print(sorted({'scrapy', 'pydantic', 'web_poet'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "['web_poet']"
