"""What an import brought, and what it did not understand."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path

from attrs import define, field, frozen

from crawler.reading.text import clean

_LONGEST = 600
"""Characters of a problem as it is shown."""


class Kind(StrEnum):
    """What a file is, by its content."""

    TABLE = "table"
    WORKBOOK = "workbook"
    PAGE = "page"
    ANSWER = "answer"
    HAR = "har"
    WARC = "warc"
    ZEESCHUIMER = "zeeschuimer"


@frozen(kw_only=True)
class ImportProblem:
    """Something that was not imported."""

    where: str
    """``file:line``, ``file entry 12`` or ``file``."""
    message: str

    def __str__(self) -> str:
        # names in archives and addresses in recordings are strangers' words
        said = " ".join(clean(f"{self.where}: {self.message}").split())
        return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


@define(kw_only=True)
class ImportedFile:
    """What one file gave."""

    path: Path
    """Where it is, or, inside an archive, where a copy of it was."""
    name: str
    """What to call it: its file name, behind that of its archive."""
    kind: Kind
    label: str
    """The kind in words (``saved page``, ``X analytics export``)."""
    crawl_id: str
    is_repeated: bool = False
    """This very file was imported before, as a whole; nothing was written."""
    entry_count: int = 0
    """Rows of a table, responses of an archive."""
    understood_count: int = 0
    post_count: int = 0
    """Distinct posts."""
    outcome_count: int = 0
    """Rows of the user's own visits and sales."""
    is_currency_unknown: bool = False
    """Money is in it of which nothing says the currency."""
    accounts: dict[str, int] = field(factory=dict)
    """Account link → distinct posts."""
    unlisted: Counter[str] = field(factory=Counter)
    """Link of an account that the list does not have → its posts, which were left out."""
    excluded_count: int = 0
    """Posts of accounts that the configuration excludes."""
    left_out: Counter[str] = field(factory=Counter)
    """Why → entries that are no posts of anybody (pictures, scripts, pages without a reader)."""
    wants_more_files: bool = False
    """Another file, imported at once with this one, would bring more of it."""
    undated_count: int = 0
    """Posts or pages that do not say when they were observed, so that the file's own time counts."""
    problem_count: int = 0
    notes: list[str] = field(factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether trying again could bring nothing more."""
        return self.problem_count == 0 and not self.unlisted and not self.is_currency_unknown


@frozen(kw_only=True)
class ImportReport:
    """What an import brought."""

    files: tuple[ImportedFile, ...]
    problems: tuple[ImportProblem, ...]
    side_file_count: int = 0
    """Files that browsers, systems and archives put beside others, which were passed over."""

    @property
    def post_count(self) -> int:
        """Distinct posts a file, over the files that are new."""
        return sum(file.post_count for file in self.files)

    @property
    def unlisted(self) -> Counter[str]:
        """Link of an account that the list does not have → its posts in all files."""
        return sum((file.unlisted for file in self.files), Counter())
