"""The brief: one HTML file that needs nothing but itself, written from a published snapshot."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from importlib import resources
from pathlib import Path

import duckdb
import pytz
from attrs import frozen
from babel import Locale, UnknownLocaleError
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.charts import Draw
from reports.filters import Formats, clean
from reports.sections import Asker, BriefError, Desk, Section, sections

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


def _own_source(name: str) -> Markup:
    """Our own stylesheet or script, whose text goes into the file as it is and is named in the policy by its hash."""
    return Markup(resources.files("reports").joinpath(name).read_text(encoding="utf-8"))  # noqa: S704 (our own file)


def _hash(source: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() + "'"


def environment(formats: Formats) -> Environment:
    """The template environment: everything escaped, every unknown name an error, no clock, no database."""
    made = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(formats.filters())
    return made


def write_brief(
    snapshot: str | Path,
    out_path: str | Path,
    *,
    title: str | None = None,
    timezone: str | None = None,
    locale: str = "en",
) -> BriefReport:
    """Write the brief of a published snapshot to ``out_path``, whole or not at all.

    ``timezone`` (IANA name) is the reader's; by default the one the snapshot was built for. ``locale`` (a Babel name)
    decides how numbers and dates look. The moment of the brief is the snapshot's ``as_of``, never the clock.

    Raises BriefError, one sentence, when the snapshot is missing, unreadable, or of another version, when the zone or
    locale is unknown, and when the file cannot be written.
    """
    source, target = Path(snapshot), Path(out_path)
    if not source.is_file():
        raise BriefError(f"There is no snapshot at {source}: run `rivalscope analyze` first.")
    try:
        connection = duckdb.connect(str(source), read_only=True)
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise BriefError(
            f"{source} cannot be read ({first_line}). "
            "Close the program that holds it, or run `rivalscope analyze` again."
        ) from error
    try:
        connection.execute("set timezone = 'UTC'")
        ask = Asker(connection)
        zone = timezone or _built_for(ask)
        formats = _formats(locale=locale, timezone=zone)
        desk = Desk(ask=ask, draw=Draw(formats), formats=formats)
        html, made = _render(desk, title=clean(title or "")[:120] or "Rivalscope brief", timezone=zone)
        build = desk.build
    finally:
        connection.close()
    encoded = html.encode("utf-8", "replace")
    _write_whole(target, encoded)
    warnings = []
    if len(encoded) > SIZE_LIMIT_BYTES:
        warnings.append(f"The brief has {len(encoded):,} bytes, more than the {SIZE_LIMIT_BYTES:,} it should have.")
    return BriefReport(
        path=target.resolve(),
        byte_count=len(encoded),
        company_count=build["company_count"] or 0,
        account_count=build["account_count"] or 0,
        post_count=build["post_count"] or 0,
        finding_count=len(ask("findings").rows),
        empty_sections=tuple(section.title for section in made if section.is_empty),
        warnings=tuple(warnings),
    )


def _built_for(ask: Asker) -> str:
    rows = ask("build").rows
    return str(rows[0]["timezone"]) if rows else "UTC"


def _formats(*, locale: str, timezone: str) -> Formats:
    try:
        Locale.parse(locale.replace("-", "_"))
        return Formats(locale=locale.replace("-", "_"), timezone=timezone)
    except pytz.UnknownTimeZoneError as error:
        raise BriefError(f"There is no time zone {timezone!r}: write one like Europe/Berlin.") from error
    except (UnknownLocaleError, ValueError) as error:
        raise BriefError(f"There is no locale {locale!r}: write one like en or de_AT.") from error


def _render(desk: Desk, *, title: str, timezone: str) -> tuple[str, list[Section]]:
    made = sections(desk)
    is_first = bool(desk.build["is_first_crawl"]) or not desk.ask("sample").rows
    shown = [section for section in made if is_first or not section.is_empty]
    style, script = _own_source("brief.css"), _own_source("brief.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    html = (
        environment(desk.formats)
        .get_template("brief.html")
        .render(
            title=title,
            timezone=timezone,
            build=desk.build,
            sections=shown,
            folded=[section for section in made if section not in shown],
            style=style,
            script=script,
            policy=policy,
        )
    )
    return html, made


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, then move over it: a reader sees the old file or the new one, never half."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as part:
            part.write(content)
        Path(part.name).chmod(0o644)
        os.replace(part.name, target)  # noqa: PTH105 (atomic on both systems)
    except OSError as error:
        raise BriefError(f"The brief could not be written to {target}: {error.strerror or error}.") from error
