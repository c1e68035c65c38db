"""The brief: one HTML file that needs nothing but itself, written from a published snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from attrs import evolve, frozen

from reports.desk import Desk, Section
from reports.errors import BriefError
from reports.exports import as_json, as_mail, as_markdown
from reports.filters import clean
from reports.language import SOURCE_LANGUAGE
from reports.look import KEPT, PLAIN, Look
from reports.page import environment, opened_desk, rendered, write_whole
from reports.pdf import print_pdf
from reports.sections import sections

__all__ = ["BriefError", "BriefReport", "environment", "write_brief"]

SIZE_LIMIT_BYTES = 1_500_000

Form = Literal["json", "md", "mail", "pdf"]


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
    others: tuple[Path, ...]
    """The same brief in the other forms that were asked for."""

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
    language: str = SOURCE_LANGUAGE,
    locale: str = "",
    catalogues: Path | None = None,
    thumbnails: Path | None = None,
    also: Iterable[Form] = (),
    look: Look = PLAIN,
    platforms: Sequence[str] = (),
    companies: Sequence[str] = (),
) -> BriefReport:
    """Write the brief of a published snapshot to ``out_path``, whole or not at all; ``also`` in other forms beside it.

    These bear the same name: ``.json`` with all numbers, ``.md`` with the main points, ``.mail.html`` with the first
    screen for a mail program, ``.pdf`` printed by a browser.

    ``timezone`` (IANA name) is the reader's; by default the one the snapshot was built for. ``language``: that of the
    words, one with a catalogue in ``locale/`` or in ``catalogues``, a folder of the user's own. ``locale`` (a Babel
    name) decides how numbers and dates look, by default as the language has them. ``thumbnails`` is the folder with
    pictures of posts, ``<post_id>.webp``. The moment of the brief is the snapshot's ``as_of``, never the clock.
    ``platforms`` and ``companies`` limit it to these.

    Raises BriefError, one sentence, when the snapshot is missing, unreadable, or of another version, when the zone,
    language or locale is unknown, when a file cannot be written, and when no browser is there to print with.
    """
    target, asked = Path(out_path), set(also)
    with opened_desk(
        Path(snapshot),
        timezone=timezone,
        language=language,
        locale=locale,
        catalogues=catalogues,
        platforms=platforms,
        companies=companies,
    ) as (desk, zone):
        name = clean(title or look.name)[:120] or desk.gettext("Rivalscope brief")
        made = _made(desk, look)
        shown = [section for section in made if not section.is_hidden]
        html = _render(desk, shown, title=name, timezone=zone, thumbnails=thumbnails, look=look)
        build, finding_count = desk.build, len(desk.ask("findings").rows)
        others = _other_forms(desk, made, asked, title=name, timezone=zone, look=look)
    encoded = html.encode("utf-8", "replace")
    paths = _written(target, encoded, others, has_pdf="pdf" in asked)
    return BriefReport(
        path=target.resolve(),
        byte_count=len(encoded),
        company_count=build["company_count"] or 0,
        account_count=build["account_count"] or 0,
        post_count=build["post_count"] or 0,
        finding_count=finding_count,
        empty_sections=tuple(section.title for section in shown if section.is_empty),
        warnings=_warnings(len(encoded)),
        others=tuple(path.resolve() for path in paths),
    )


def _written(target: Path, page: bytes, others: Mapping[str, str], *, has_pdf: bool) -> list[Path]:
    """Write the page and its other forms, by their endings; the paths of these."""
    write_whole(target, page)
    paths = [target.with_suffix(ending) for ending in others]
    for path, text in zip(paths, others.values(), strict=True):
        write_whole(path, text.encode("utf-8", "replace"))
    if has_pdf:
        paths.append(target.with_suffix(".pdf"))
        print_pdf(target, paths[-1])
    return paths


def _other_forms(
    desk: Desk, made: Sequence[Section], asked: Collection[Form], *, title: str, timezone: str, look: Look
) -> dict[str, str]:
    """The texts of the forms that were asked for, by the endings of their files; JSON has what is hidden, too."""
    shown = [section for section in made if not section.is_hidden]
    texts = {}
    if "json" in asked:
        texts[".json"] = as_json(desk, made, title=title, timezone=timezone)
    if "md" in asked:
        texts[".md"] = as_markdown(desk, shown, title=title, timezone=timezone)
    if "mail" in asked:
        texts[".mail.html"] = as_mail(desk, shown, title=title, timezone=timezone, look=look)
    return texts


def _warnings(byte_count: int) -> tuple[str, ...]:
    if byte_count <= SIZE_LIMIT_BYTES:
        return ()
    return (f"The brief has {byte_count:,} bytes, more than the {SIZE_LIMIT_BYTES:,} it should have.",)


def _made(desk: Desk, look: Look) -> list[Section]:
    """Every section, with whether it is hidden."""
    hidden = set(look.hidden) - set(KEPT)
    return [evolve(section, is_hidden=section.key in hidden) for section in sections(desk)]


def _render(
    desk: Desk, made: Sequence[Section], *, title: str, timezone: str, thumbnails: Path | None, look: Look
) -> str:
    is_first = bool(desk.build["is_first_crawl"]) or not desk.ask("sample").rows
    shown = [section for section in made if is_first or not section.is_empty]
    return rendered(
        desk,
        "brief.html",
        script="brief.js",
        thumbnails=thumbnails,
        look=look,
        title=title,
        timezone=timezone,
        sections=shown,
        folded=[section for section in made if section not in shown],
        narrowed=desk.narrowed,
    )
