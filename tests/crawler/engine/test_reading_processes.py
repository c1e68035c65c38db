"""Reading processes end without a word, whenever they are ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.reading_processes import ReadingProcesses

_CLOSED_WHILE_THEY_START = """
import os
from crawler.reading_processes import ReadingProcesses

if __name__ == "__main__":
    processes = ReadingProcesses(6, os.getpid, preload="os")
    assert processes.call(60, os.getpid).result() != os.getpid()
    processes.close()
"""


def test_processes_that_are_ended_while_they_start_say_nothing(tmp_path: Path) -> None:
    script = tmp_path / "closed.py"
    script.write_text(_CLOSED_WHILE_THEY_START, encoding="utf-8")
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_folder_of_temporary_files_with_a_long_name_is_no_hindrance(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 25)
    deep.mkdir()
    script = tmp_path / "read.py"
    script.write_text(_CLOSED_WHILE_THEY_START, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "TMPDIR": str(deep)},
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_is_closed_takes_no_call() -> None:
    processes = ReadingProcesses(1, int, preload="os")
    processes.close()
    with pytest.raises(RuntimeError):
        processes.call(1, int)
