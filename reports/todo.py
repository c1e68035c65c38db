"""The list of what to save by hand this week: one HTML file with links to open, written from a published snapshot."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from reports.language import SOURCE_LANGUAGE
from reports.page import opened_desk, rendered, write_whole


@frozen(kw_only=True)
class TodoReport:
    """What was written."""

    path: Path
    account_count: int
    """Accounts to save this week."""
    minutes: int
    """What they take together."""

    @property
    def url(self) -> str:
        """``file://`` link."""
        return self.path.as_uri()


def write_todo(
    snapshot: str | Path,
    out_path: str | Path,
    *,
    inbox: str,
    timezone: str | None = None,
    language: str = SOURCE_LANGUAGE,
    locale: str = "",
    catalogues: Path | None = None,
) -> TodoReport:
    """Write the list to ``out_path``, whole or not at all. ``inbox`` is the folder where saved files go, as shown.

    The moment of the list is the snapshot's ``as_of``, never the clock. Raises BriefError as :func:`write_brief` does.
    """
    target = Path(out_path)
    with opened_desk(Path(snapshot), timezone=timezone, language=language, locale=locale, catalogues=catalogues) as (
        desk,
        _,
    ):
        rows = desk.ask("todo").rows
        now = [row for row in rows if row["is_this_week"]]
        minutes = sum(row["effort_minutes"] for row in now)
        html = rendered(
            desk,
            "todo.html",
            now=now,
            minutes=minutes,
            later=[row for row in rows if row["is_due"] and not row["is_this_week"]],
            done=[row for row in rows if not row["is_due"]],
            has_recording=any(row["way"] == "recording" for row in now),
            inbox=inbox,
        )
    write_whole(target, html.encode("utf-8", "replace"))
    return TodoReport(path=target.resolve(), account_count=len(now), minutes=minutes)
