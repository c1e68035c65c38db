"""The user's own credentials for official interfaces: from the environment, or a file that only its owner may read.

They never stand in rivalscope.toml, a plan, a log, a landing record, an archive or the warehouse.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from attrs import field, frozen
from platformdirs import user_config_path

from crawler.items import Platform

WARNED_BEFORE = (timedelta(days=14), timedelta(days=3))
"""How long before its end a credential is talked about, first and again."""
_NEED_ACCOUNT = frozenset({Platform.INSTAGRAM})
"""Platforms whose interface wants the id of the user's own account in the address."""
_FILE = "credentials.toml"
_PATH_VARIABLE = "RIVALSCOPE_CREDENTIALS"
_TOKEN = re.compile(r"[\x21-\x7e]{8,4096}")
_IN_TEXT = re.compile(rb"((?:access_token|input_token)(?:=|%3D|\"\s*:\s*\"))[^&\"\\\s<>]+", re.IGNORECASE)


class CredentialError(ValueError):
    """A credential cannot be used; one sentence that says how to mend it."""


@frozen(kw_only=True)
class Credential:
    """What opens one platform's official interface."""

    platform: Platform
    token: str = field(repr=False)
    as_account: str | None = None
    """The user's own account on whose behalf is asked (Instagram's interface wants its id)."""
    expires_at: datetime | None = None
    """Time-zone aware, UTC; ``None`` = not known, or never."""
    origin: str
    """Where it was found, for people."""

    def days_left(self, now: datetime) -> int | None:
        """Whole days until it ends, negative afterwards; ``None`` when its end is not known."""
        return None if self.expires_at is None else (self.expires_at - now) // timedelta(days=1)


def credentials_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The file, whether it exists or not."""
    stated = environ.get(_PATH_VARIABLE)
    return Path(stated).expanduser() if stated else user_config_path("rivalscope") / _FILE


def find_credential(platform: Platform, environ: Mapping[str, str] = os.environ) -> Credential | None:
    """The credential for ``platform``: the environment's before the file's. Raises :class:`CredentialError`."""
    variable = f"RIVALSCOPE_{platform.upper()}_TOKEN"
    if stated := environ.get(variable, "").strip():
        return Credential(
            platform=platform,
            token=_token(stated, variable),
            as_account=environ.get(f"RIVALSCOPE_{platform.upper()}_ACCOUNT", "").strip() or None,
            origin=f"the environment ({variable})",
        )
    return _from_file(platform, credentials_path(environ))


def find_credentials(
    platforms: Iterable[Platform], environ: Mapping[str, str] = os.environ
) -> dict[Platform, Credential]:
    """Those of ``platforms`` for which there is one. Raises :class:`CredentialError`."""
    found = {platform: find_credential(platform, environ) for platform in platforms}
    return {platform: credential for platform, credential in found.items() if credential is not None}


def usable(found: Mapping[Platform, Credential]) -> dict[str, str | None]:
    """Platform → the own account that is asked for: what a plan says about credentials, as far as they open a door."""
    return {
        platform.value: credential.as_account
        for platform, credential in found.items()
        if credential.as_account is not None or platform not in _NEED_ACCOUNT
    }


def redacted(text: bytes, tokens: Iterable[str]) -> bytes:
    """``text`` without these tokens, however they are escaped, and without those that answers put into paging links."""
    for token in tokens:
        for spelling in _spellings(token):
            text = text.replace(spelling.encode(), b"redacted")
    return _IN_TEXT.sub(rb"\1redacted", text)


def _spellings(token: str) -> tuple[str, ...]:
    """The token as it may stand in JSON and in addresses, the longest first."""
    forms = {
        form
        for plain in (token, unquote(token))
        for form in (plain, quote(plain, safe=""), quote(quote(plain, safe=""), safe=""))
    }
    forms |= {form.replace("/", "\\/") for form in forms}
    return tuple(sorted((form for form in forms if len(form) >= 8), key=len, reverse=True))


def _from_file(platform: Platform, path: Path) -> Credential | None:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CredentialError(f"{path} cannot be read: {why}.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CredentialError(f"{path} can be read by others than its owner; mend it with: chmod 600 '{path}'")
    try:
        table = tomllib.loads(text).get(platform.value)
    except tomllib.TOMLDecodeError as error:
        raise CredentialError(f"{path} is no TOML: {str(error).splitlines()[0]}.") from None
    if table is None:
        return None
    where = f"{path}, [{platform.value}]"
    if not isinstance(table, dict) or not isinstance(table.get("token"), str):
        raise CredentialError(f'{where} has no token; write it as token = "…".')
    account = table.get("account")
    return Credential(
        platform=platform,
        token=_token(table["token"].strip(), where),
        as_account=str(account) if account else None,
        expires_at=_moment(table.get("expires_at"), where),
        origin=str(path),
    )


def _token(stated: str, where: str) -> str:
    if not _TOKEN.fullmatch(stated):
        raise CredentialError(f"The token in {where} is none: tokens have at least 8 letters or digits and no blanks.")
    return stated


def _moment(stated: object, where: str) -> datetime | None:
    if stated is None:
        return None
    if isinstance(stated, datetime):
        return stated.astimezone(UTC) if stated.tzinfo else stated.replace(tzinfo=UTC)
    if isinstance(stated, date):
        return datetime(stated.year, stated.month, stated.day, tzinfo=UTC)
    raise CredentialError(f"expires_at in {where} is no date; write it like 2027-01-31.")
