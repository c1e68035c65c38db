"""One self-contained HTML page from a published snapshot: opening, rendering under a policy, writing whole."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Final

import duckdb
import pytz
from babel import Locale, UnknownLocaleError
from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
)
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from reports.charts import Draw
from reports.columns import Columns
from reports.desk import Asker, Desk
from reports.errors import BriefError, LookError
from reports.filters import Formats
from reports.language import SOURCE_LANGUAGE, read_language
from reports.look import PLAIN, Look
from reports.narrowing import WHOLE, narrowing
from reports.pictures import embedder
from reports.sentences import Sentences


class _Compiled(BytecodeCache):
    """What templates were compiled to, for as long as the process lives: compiling takes a third of a short brief.

    Jinja asks under the template's name and place, and forgets what was compiled from another text.
    """

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over what is kept."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_LONGEST_WRITING_SECONDS: Final = 3_600.0
_COMPILED: Final = _Compiled()


def environment(formats: Formats, thumbnails: Path | None = None, look: Look = PLAIN) -> Environment:
    """The template environment: everything escaped, every unknown name an error, no clock, no database."""
    if look.templates and not look.templates.is_dir():
        raise LookError(f"There is no folder {look.templates} to take templates from: make it, or remove the setting.")
    own = [FileSystemLoader(look.templates)] if look.templates else []
    made = Environment(
        loader=ChoiceLoader([*own, PackageLoader("reports")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
    )
    made.policies["ext.i18n.trimmed"] = True
    messages = formats.language.messages
    # a translation is a template's text: what stands in it is trusted, what is filled in is escaped
    made.install_gettext_callables(messages.gettext, messages.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(formats.filters())
    made.filters["said"] = Sentences(formats).said
    made.globals["number_marks"] = formats.number_marks()
    made.globals["language"] = formats.language
    made.globals["not_known"] = formats.not_known()
    made.globals["columns"] = columns = Columns()
    made.globals["column_class"] = columns.named
    made.filters["picture"] = embedder(thumbnails)
    made.filters["logo"] = lambda shown: shown.logo_address()
    return made


@contextmanager
def opened_desk(
    snapshot: Path,
    *,
    timezone: str | None,
    language: str = SOURCE_LANGUAGE,
    locale: str = "",
    catalogues: Path | None = None,
    platforms: Sequence[str] = (),
    companies: Sequence[str] = (),
) -> Iterator[tuple[Desk, str]]:
    """A desk over a published snapshot, and the reader's zone (by default the one that the snapshot was built for).

    With ``platforms`` or ``companies`` the desk's queries see no others. ``language``, ``locale`` and ``catalogues`` as
    in :func:`formats_of`. Raises BriefError, one sentence, when the snapshot is missing or unreadable, when zone,
    language or locale are unknown, or the list has no such platform or company.
    """
    if not snapshot.is_file():
        raise BriefError(f"There is no snapshot at {snapshot}: run `rivalscope analyze` first.")
    try:
        connection = duckdb.connect(str(snapshot), read_only=True)
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise BriefError(
            f"{snapshot} cannot be read ({first_line}). "
            "Close the program that holds it, or run `rivalscope analyze` again."
        ) from error
    try:
        connection.execute("set timezone = 'UTC'")
        narrowed = narrowing(connection, platforms, companies) if platforms or companies else WHOLE
        ask = Asker(connection, narrow=narrowed.applied)
        zone = timezone or _built_for(ask)
        formats = formats_of(language=language, locale=locale, timezone=zone, catalogues=catalogues)
        yield Desk(ask=ask, draw=Draw(formats), formats=formats, narrowed=narrowed), zone
    finally:
        connection.close()


def rendered(
    desk: Desk,
    template: str,
    *,
    script: str | None = None,
    thumbnails: Path | None = None,
    look: Look = PLAIN,
    **values: Any,
) -> str:
    """The page, whose policy names its stylesheet and ``script`` (files of ours) by their hashes, and nothing else.

    ``thumbnails``: the folder with the pictures of posts. Raises LookError when a template of the user's own is wrong.
    """
    try:
        return composed(
            environment(desk.formats, thumbnails, look), template, script=script, look=look, build=desk.build, **values
        )
    except TemplateError as error:
        if look.templates is None:
            raise
        raise LookError(f"A template in {look.templates} is wrong: {_place_of(error)}{error.message}.") from error


def composed(
    made: Environment,
    template: str,
    *,
    script: str | None = None,
    look: Look = PLAIN,
    form: str = "'none'",
    **values: Any,
) -> str:
    """A page without a desk: the template with our stylesheet and the policy. ``form``: where its forms may be sent."""
    own_script = own_source(script) if script else None
    scripts = _hash(own_script) if own_script else "'none'"

    def style() -> Markup:
        columns: Columns = made.globals["columns"]  # type: ignore[assignment]
        return own_source("brief.css") + look.css() + Markup(columns.css())  # noqa: S704 (quoted there)

    def policy() -> str:
        return (
            f"default-src 'none'; style-src {_hash(style())}; script-src {scripts}; img-src data:; "
            f"base-uri 'none'; form-action {form}"
        )

    return made.get_template(template).render(
        style=_Late(style), script=own_script, policy=_Late(policy), look=look, **{"build": None, **values}
    )


class _Late:
    """A text that is made when it is written into the page: the stylesheet knows only then which tables there are."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __str__(self) -> str:
        return self._make()

    def __html__(self) -> str:
        return escape(self._make())


def _place_of(error: TemplateError) -> str:
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    return f"{name}, line {line}: " if name and line else f"{name}: " if name else ""


def write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, then move over it: a reader sees the old file or the new one, never half.

    Of a link the file behind it is replaced; a pipe or a device is written to. Raises BriefError when it cannot be
    written.
    """
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(content)
            return
        target = Path(os.path.realpath(target))
        prefix = f".{target.name}."
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent, prefix)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=prefix, delete=False) as part:
            try:
                part.write(content)
                part.flush()
                Path(part.name).chmod(0o644)
                os.replace(part.name, target)  # noqa: PTH105 (atomic on both systems)
            except OSError:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BriefError(f"{target} could not be written: {error.strerror or error}.") from error


def _sweep(folder: Path, prefix: str) -> None:
    """Remove what was being written there when its writer was killed: nobody writes for an hour."""
    for left in folder.iterdir():
        if left.name.startswith(prefix) and time.time() - left.stat().st_mtime > _LONGEST_WRITING_SECONDS:
            left.unlink(missing_ok=True)


def own_source(name: str) -> Markup:
    """Our own stylesheet or script, whose text goes into the file as it is and is named in the policy by its hash."""
    return Markup(resources.files("reports").joinpath(name).read_text(encoding="utf-8"))  # noqa: S704 (our own file)


def _hash(source: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() + "'"


def _built_for(ask: Asker) -> str:
    rows = ask("build").rows
    return str(rows[0]["timezone"]) if rows else "UTC"


def formats_of(
    *, timezone: str, language: str = SOURCE_LANGUAGE, locale: str = "", catalogues: Path | None = None
) -> Formats:
    """The formats of a language, a locale (by default that of the language) and a zone.

    ``catalogues``: a folder of the user's own with messages, see :func:`reports.language.read_language`. Raises
    BriefError when there is no such language, locale or zone.
    """
    spoken = read_language(language, catalogues)
    name = (locale or language).replace("-", "_")
    try:
        Locale.parse(name)
        return Formats(locale=name, timezone=timezone, language=spoken)
    except pytz.UnknownTimeZoneError as error:
        raise BriefError(f"There is no time zone {timezone!r}: write one like Europe/Berlin.") from error
    except (UnknownLocaleError, ValueError) as error:
        raise BriefError(f"There is no locale {locale!r}: write one like en or de_AT.") from error
