"""The brief on paper: printed to PDF by a browser of the machine, without network and without a profile."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from reports.errors import BriefError

BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
LONGEST_SECONDS: Final = 120


def print_pdf(page: Path, target: Path, *, browser: str | None = None) -> None:
    """Print a page of ours to ``target``. ``browser``: the program to use, by default the first of BROWSERS there is.

    Raises BriefError, one sentence, when there is no such browser or it made no PDF.
    """
    program = _found(browser)
    with TemporaryDirectory(prefix="rivalscope-pdf-") as profile:
        made = Path(profile) / "brief.pdf"
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-background-networking",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made}",
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=LONGEST_SECONDS, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BriefError(f"{program} could not print the brief ({error}); the page itself is at {page}.") from error
        if not made.is_file() or not made.read_bytes().startswith(b"%PDF-"):
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [
                f"it ended with {done.returncode}"
            ]
            raise BriefError(f"{program} made no PDF ({said[0][:200]}); the page itself is at {page}.")
        shutil.move(made, target)


def find_browser(browser: str | None = None) -> str | None:
    """The program that would print: ``browser``, or the first of BROWSERS there is; ``None`` when there is none."""
    return next((program for name in ([browser] if browser else BROWSERS) if (program := shutil.which(name))), None)


def _found(browser: str | None) -> str:
    if program := find_browser(browser):
        return program
    if browser:
        raise BriefError(f"There is no program {browser} to print with: name one like chromium or google-chrome.")
    raise BriefError(
        "A PDF is printed by Chromium, Chrome or Edge, and none of them is here: install one, "
        "or open the brief in any browser and print it to a file."
    )
