"""The brief: one HTML file that needs nothing but itself, written from a published snapshot."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from reports.desk import BriefError, Desk, Section
from reports.filters import clean
from reports.page import environment, opened_desk, rendered, write_whole
from reports.sections import sections

__all__ = ["BriefError", "BriefReport", "environment", "write_brief"]

SIZE_LIMIT_BYTES = 1_500_000


@frozen(kw_only=True)
class BriefReport:
    """What was written."""

    path: Path
    byte_count: int
    company_count: int
    account_count: int
    post_count: int
    finding_count: int
    empty_sections: tuple[str, ...]
    """Titles of the sections that had nothing to say."""
    warnings: tuple[str, ...]
    """Sentences for the person who asked for the brief."""

    @property
    def url(self) -> str:
        """``file://`` link."""
        return self.path.as_uri()


def write_brief(
    snapshot: str | Path,
    out_path: str | Path,
    *,
    title: str | None = None,
    timezone: str | None = None,
    locale: str = "en",
    thumbnails: Path | None = None,
) -> BriefReport:
    """Write the brief of a published snapshot to ``out_path``, whole or not at all.

    ``timezone`` (IANA name) is the reader's; by default the one the snapshot was built for. ``locale`` (a Babel name)
    decides how numbers and dates look. ``thumbnails`` is the folder with pictures of posts, ``<post_id>.webp``. The
    moment of the brief is the snapshot's ``as_of``, never the clock.

    Raises BriefError, one sentence, when the snapshot is missing, unreadable, or of another version, when the zone or
    locale is unknown, and when the file cannot be written.
    """
    target = Path(out_path)
    with opened_desk(Path(snapshot), timezone=timezone, locale=locale) as (desk, zone):
        name = clean(title or "")[:120] or "Rivalscope brief"
        html, made = _render(desk, title=name, timezone=zone, thumbnails=thumbnails)
        build, finding_count = desk.build, len(desk.ask("findings").rows)
    encoded = html.encode("utf-8", "replace")
    write_whole(target, encoded)
    warnings = []
    if len(encoded) > SIZE_LIMIT_BYTES:
        warnings.append(f"The brief has {len(encoded):,} bytes, more than the {SIZE_LIMIT_BYTES:,} it should have.")
    return BriefReport(
        path=target.resolve(),
        byte_count=len(encoded),
        company_count=build["company_count"] or 0,
        account_count=build["account_count"] or 0,
        post_count=build["post_count"] or 0,
        finding_count=finding_count,
        empty_sections=tuple(section.title for section in made if section.is_empty),
        warnings=tuple(warnings),
    )


def _render(desk: Desk, *, title: str, timezone: str, thumbnails: Path | None) -> tuple[str, list[Section]]:
    made = sections(desk)
    is_first = bool(desk.build["is_first_crawl"]) or not desk.ask("sample").rows
    shown = [section for section in made if is_first or not section.is_empty]
    html = rendered(
        desk,
        "brief.html",
        script="brief.js",
        thumbnails=thumbnails,
        title=title,
        timezone=timezone,
        sections=shown,
        folded=[section for section in made if section not in shown],
    )
    return html, made
