"""Who gets a parcel, and what is said when it does not arrive. Nothing said here holds a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote, unquote

from attrs import field, frozen

from reports.filters import clean

Way = Literal["mail", "service", "folder", "bucket"]
_LEAST_SECRET: Final = 4
_LONGEST_SAID: Final = 300


class DeliveryError(Exception):
    """A parcel did not arrive: one sentence, without a secret."""


@frozen(kw_only=True)
class Reply:
    """What a receiver said to a parcel that arrived."""

    remark: str = ""
    """What a person should know though it arrived; a sentence or nothing."""


@frozen(kw_only=True)
class Receiver:
    """One receiver of the user's, with what opens its door."""

    name: str
    way: Way
    mailboxes: tuple[str, ...] = ()
    service: str = ""
    folder: Path | None = None
    bucket: str = ""
    endpoint: str = ""
    region: str = ""
    address: str = field(default="", repr=False)
    access_key_id: str = field(default="", repr=False)
    secret_access_key: str = field(default="", repr=False)
    lists: tuple[str, ...] = ()
    """Whose briefs and alerts it gets; without any, those of the whole project."""
    attach: tuple[str, ...] = ()
    """Forms that come along, where it takes files."""
    timeout_seconds: float = 30.0

    @property
    def addressees(self) -> tuple[str, ...]:
        """Whoever gets a message of their own; one nameless one where there are no mailboxes."""
        return self.mailboxes or ("",)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Parts of the address and keys that must not be said, the longest first."""
        parts = re.split(r"[/?&=:@#,]+", self.address.partition("://")[2])
        return _spellings([self.address, *parts, self.access_key_id, self.secret_access_key], but=self._known)

    @property
    def _known(self) -> frozenset[str]:
        """Parts that stand in rivalscope.toml, or that everybody knows."""
        boxes = [part for box in self.mailboxes for part in (box, *box.split("@"))]
        return frozenset(
            {*boxes, "localhost", "mode", "starttls", "insecure", "from", "smtp", "name", "user", "verify"}
        )

    def redacted(self, text: str) -> str:
        """``text`` as one line of bounded length, without what opens the door."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return " ".join(clean(text).split())[:_LONGEST_SAID]


def _spellings(words: Iterable[str], *, but: frozenset[str]) -> tuple[str, ...]:
    found = {
        form
        for word in words
        for form in (word, unquote(word), quote(unquote(word), safe=""))
        if form and word not in but
    }
    return tuple(sorted((form for form in found if len(form) >= _LEAST_SECRET), key=len, reverse=True))
