"""What an import brought, in lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from crawler.importing.outcome import ImportedFile, ImportReport, Kind

_FEW_FILES = 12
"""Up to so many files each gets its own line."""
_FEW_ACCOUNTS = 5


def many(number: int, noun: str) -> str:
    """A number with its noun: ``1 post``, ``2,000 posts``, ``3 tables of posts``."""
    if number == 1:
        return f"1 {noun}"
    head, preposition, rest = noun.partition(" of " if " of " in noun else " in ")
    plural = f"{head[:-1]}ies" if head.endswith("ry") else f"{head}s"
    bracket = head.find(" (")
    if bracket > 0:
        plural = f"{head[:bracket]}s{head[bracket:]}"
    return f"{number:,} {plural}{preposition}{rest}"


def summary_lines(report: ImportReport) -> Iterator[str]:
    """What was recognised, what was left out, and why; problems are listed apart."""
    new = [file for file in report.files if not file.is_repeated]
    repeated = [file for file in report.files if file.is_repeated]
    if len(report.files) <= _FEW_FILES:
        for file in report.files:
            yield from _file_lines(file)
    elif repeated:
        yield f"{many(len(repeated), 'file')} were imported before; nothing to do there."
    if len(report.files) > 1 and new:
        kinds = Counter(file.label for file in new)
        yield f"Recognised: {', '.join(many(number, label) for label, number in kinds.most_common())}."
        accounts = {url for file in new for url in file.accounts}
        yield f"Understood: {many(report.post_count, 'post')} of {many(len(accounts), 'account')}, each file by itself."
    if report.side_file_count:
        files = many(report.side_file_count, "file")
        yield f"{files} that browsers, systems and archives put beside others were passed over."
    yield from _left_out(report, new)


def _file_lines(file: ImportedFile) -> Iterator[str]:
    if file.is_repeated:
        yield f"{file.name}: imported before, nothing to do."
        return
    left_out = "".join(f", {why}: {number:,}" for why, number in file.left_out.most_common())
    is_table = file.kind in (Kind.TABLE, Kind.WORKBOOK)
    what = "row" if is_table else "item" if file.kind == Kind.ZEESCHUIMER else "response"
    understood = f"{file.understood_count:,} of {many(file.entry_count, what)} understood"
    brought = many(file.post_count, "post")
    if file.outcome_count or not (file.post_count or file.entry_count):
        of_outcomes = many(file.outcome_count, "row of visits and sales")
        brought = f"{brought}, {of_outcomes}" if file.post_count else of_outcomes
    yield f"{file.name}: {file.label}, {understood}{left_out}; {brought}."
    for url, count in file.accounts.items():
        yield f"  {url}: {many(count, 'post')}"
    for note in file.notes:
        yield f"  {note}"


def _left_out(report: ImportReport, new: list[ImportedFile]) -> Iterator[str]:
    undated = [file for file in new if file.undated_count]
    if undated:
        names = ", ".join(file.name for file in undated[:3]) + (" …" if len(undated) > 3 else "")
        number = sum(file.undated_count for file in undated)
        yield (
            f"When the counts were read is not said (no observed_at) in {number:,} of these; the time of their file"
            f" counts for them: {names}."
        )
    excluded = sum(file.excluded_count for file in new)
    if excluded:
        yield f"{many(excluded, 'post')} of accounts that rivalscope.toml excludes were left out."
    unlisted = report.unlisted
    if unlisted:
        most = ", ".join(f"{url} ({count:,})" for url, count in unlisted.most_common(_FEW_ACCOUNTS))
        more = f" and {many(len(unlisted) - _FEW_ACCOUNTS, 'more account')}" if len(unlisted) > _FEW_ACCOUNTS else ""
        yield (
            f"Not on your list: {many(unlisted.total(), 'post')} of {many(len(unlisted), 'account')} went by and were"
            f" left out: {most}{more}. To follow one: rivalscope add LINK, then import the same file again."
            " To take all: --everybody."
        )


def write_full_report(report: ImportReport, folder: Path, now: datetime) -> Path:
    """Write every problem, one a line, and where posts of unlisted accounts came by. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"import-report-{now:%Y%m%dT%H%M%S}.txt"
    lines = [*summary_lines(report), "", "Not understood:", *map(str, report.problems)]
    if report.unlisted:
        lines += ["", "Not on your list:", *(f"{count} {url}" for url, count in report.unlisted.most_common())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")
    return path


def changes_line(counts: Mapping[str, int]) -> str:
    """What the load made of the imported posts."""
    return f"Imported posts: {counts['new']:,} new, {counts['updated']:,} updated, {counts['unchanged']:,} unchanged."
