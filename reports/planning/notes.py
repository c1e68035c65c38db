"""What a plan tells a person: in English on the terminal, in the language of the brief on its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from reports.filters import Formats

ENGLISH: Final = Formats(locale="en", timezone="UTC")
"""Of the terminal."""


@frozen(kw_only=True)
class Note:
    """A sentence, said when it is known in which language."""

    message: str = field(kw_only=False)
    """A key of the catalogues, with ``%(name)s`` for each of ``values``."""
    several: str = ""
    """As ``message``, where ``values`` has another ``number`` than one."""
    values: Mapping[str, Any] = field(factory=dict)
    """Codes of networks are named ``platform``, several of them ``platforms``."""

    def said(self, formats: Formats) -> str:
        """It in the language of ``formats``."""
        values = {name: _written(name, value, formats) for name, value in self.values.items()}
        if self.several:
            return formats.ngettext(self.message, self.several, self.values["number"], **values)
        return formats.gettext(self.message, **values)

    def __str__(self) -> str:
        return self.said(ENGLISH)


def _written(name: str, value: Any, formats: Formats) -> str:
    match value:
        case Note():
            return value.said(formats)
        case int():
            return formats.count(value)
        case dt.date():
            return formats.day(value)
        case _ if name == "platform":
            return formats.words.platform(value)
        case _ if name == "platforms":
            return ", ".join(map(formats.words.platform, value))
    return str(value)
