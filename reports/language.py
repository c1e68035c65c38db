"""The language of a brief: its messages, read from a catalogue.

Messages are written in English where they are used, and are themselves the keys of the catalogues
(``locale/LANGUAGE/LC_MESSAGES/reports.po``, https://www.gnu.org/software/gettext/manual/). A catalogue is compiled when
it is read, so that no compiled file can be older than its source.
"""

from __future__ import annotations

import io
import re
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from attrs import field, frozen
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from reports.errors import LanguageError

SOURCE_LANGUAGE: Final = "en"
CATALOGUE: Final = "LC_MESSAGES/reports.po"


@frozen(kw_only=True)
class Language:
    """Looks messages up; what a catalogue lacks is said in English."""

    code: str = SOURCE_LANGUAGE
    """Of the words, as Babel writes it: ``de``, ``pt_BR``."""
    messages: NullTranslations = field(factory=NullTranslations)

    @property
    def locale(self) -> Locale:
        """Babel's knowledge of the language."""
        return Locale.parse(self.code)

    @property
    def tag(self) -> str:
        """For a ``lang`` attribute (BCP 47)."""
        return self.code.replace("_", "-")

    @property
    def direction(self) -> str:
        """For a ``dir`` attribute: ``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    def gettext(self, message: str, **values: object) -> str:
        """The message in this language, with ``%(name)s`` filled in from ``values``."""
        return _filled(self.messages.gettext(message), values)

    def ngettext(self, one: str, many: str, count: float, **values: object) -> str:
        """As :meth:`gettext`, in the form that goes with ``count``."""
        number = round(count)
        # a part of a whole is counted as many are: 1.5 posts
        return _filled(self.messages.ngettext(one, many, number if number == count else 2), values)


ENGLISH: Final = Language()


def marked(message: str) -> str:
    """The message itself: marks one for the catalogues where it is written down and not yet said."""
    return message


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """As :func:`marked`, of a message in two numbers."""
    return one, many


def read_language(name: str, catalogues: Path | None = None) -> Language:
    """The language of that name (``de``, ``pt-BR``); a region falls back to its language.

    ``catalogues``: a folder of the user's own, ``LANGUAGE/LC_MESSAGES/reports.po``, whose messages go before ours.

    Raises LanguageError, one sentence, when there is no such catalogue, or one cannot be read.
    """
    if catalogues and not catalogues.is_dir():
        raise LanguageError(f"There is no folder {catalogues} with catalogues: make it, or remove the setting.")
    try:
        locale = Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise LanguageError(f"There is no language {name!r}: write one like en or de.") from None
    codes = list(dict.fromkeys([str(locale), locale.language]))
    paths = [(code, home.joinpath(code, CATALOGUE)) for home in _homes(catalogues) for code in codes]
    found = [(code, path) for code, path in paths if path.is_file()]
    if not found:
        if locale.language == SOURCE_LANGUAGE:
            return ENGLISH
        known = ", ".join(sorted({SOURCE_LANGUAGE, *known_languages(catalogues)}))
        raise LanguageError(
            f"There is no catalogue for the language {name!r}, only for {known}: choose one of them "
            f"(the locale may still be {name}), or write LANGUAGE/{CATALOGUE} into the folder that [brief] catalogues "
            "names."
        )
    messages, *fallbacks = [_read(path, code) for code, path in found]
    for fallback in fallbacks:
        messages.add_fallback(fallback)
    return Language(code=found[0][0], messages=messages)


def known_languages(catalogues: Path | None = None) -> list[str]:
    """Languages with a catalogue, besides English."""
    entries = [each for home in _homes(catalogues) for each in home.iterdir()]
    return sorted({each.name for each in entries if each.joinpath(CATALOGUE).is_file()})


def _homes(catalogues: Path | None) -> list[Traversable]:
    """Where catalogues are: the user's own folder, then ours."""
    return [*([catalogues] if catalogues else []), resources.files("reports").joinpath("locale")]


def _read(path: Traversable, code: str) -> GNUTranslations:
    """A catalogue, checked and compiled. Raises LanguageError that names the first wrong message."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=code, abort_invalid=True)
    except (OSError, PoFileError, UnicodeError, ValueError, LookupError) as error:
        raise LanguageError(f"The catalogue {path} cannot be read: {error}.") from error
    for message in catalogue:
        if message.id and (wrong := _wrong(message)):
            raise LanguageError(f"The catalogue {path} is wrong, line {message.lineno}: {wrong}.")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _wrong(message: Message) -> str:
    """What of a translation cannot be filled in with the values of the message itself; empty when all can."""
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    translations = [message.string] if isinstance(message.string, str) else list(message.string or ())
    values: dict[str, object] = {name: "" for source in sources for name in re.findall(r"%\((\w+)\)s", source)}
    for text in (*sources, *translations):
        try:
            text % values
        except KeyError as unknown:
            return f"{text!r} names {unknown}, and {sources[0]!r} does not"
        except (ValueError, TypeError) as error:
            return f"{text!r} cannot be filled in ({error}); a plain % is written %%"
    return ""


def _filled(text: str, values: dict[str, object]) -> str:
    return text % values if values else text
