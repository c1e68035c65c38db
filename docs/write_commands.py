"""Writes docs/commands.md from the commands' own help: ``python docs/write_commands.py``. A test compares the two."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import typer

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import rivalscope  # noqa: E402 - found only now

PAGE = ROOT / "docs" / "commands.md"
WIDTH = 100

_HEAD = """\
# Commands

Written from the commands' own help by `docs/write_commands.py`; change the help, not this page.

A **project** is the folder with `rivalscope.toml`; commands find it from where you stand, upwards, or by
`--project FOLDER`, which may stand anywhere on the line. On a terminal there are tables and progress; elsewhere plain
lines, with tabs between columns. `NO_COLOR` is honoured. One crawl, load or analysis runs in a project at a time.

| exit code | meaning |
|---|---|
| 0 | all done; `demo`: what was found is what is true |
| 1 | unexpected; one sentence says what, and where the details are |
| 2 | the command line, a link or a query cannot be understood |
| 4 | the configuration is wrong or incomplete; every mistake is named with its line |
| 20 | done, but an account did worse than `check` foretold, all are walled, or part of an import was left out |
| 21 | done, but a brief or an alert was not delivered; the next run tries again |
| 30 | nothing was collected, understood or built, so there is nothing to tell |
| 75 | another run, or another program, holds the project's data; try again when it is done |
| 130 | stopped by Ctrl-C, or by whoever ends processes; what was collected is kept |
"""


def page() -> str:
    """The whole page."""
    group = typer.main.get_command(rivalscope.app)
    parts = [_HEAD, _block("rivalscope", [])]
    for name, command in group.commands.items():  # type: ignore[attr-defined]  # a group
        parts.append(_block(f"rivalscope {name}", [name]))
        below = getattr(command, "commands", {})
        parts += [_block(f"rivalscope {name} {each}", [name, each]) for each in below]
    return "\n".join(parts)


def _block(title: str, words: list[str]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        typer.main.get_command(rivalscope.app).main(
            args=[*words, "--help"], prog_name="rivalscope", standalone_mode=False, terminal_width=WIDTH
        )
    return f"## {title}\n\n```text\n{said.getvalue().rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
