"""The user's own credentials for official interfaces: from the environment, or a file that only its owner may read.

``credentials.toml`` has a table for each platform: ``token``, and perhaps ``account`` (id of the own account),
``expires_at``, ``obtained_at``, ``app_id`` and ``app_secret`` (with which some tokens are renewed). What opens the
doors of who is told stands there too (:mod:`crawler.receivers`).

They never stand in rivalscope.toml, a plan, a log, a landing record, an archive or the warehouse.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import tomlkit
from attrs import field, frozen
from platformdirs import user_config_path
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from crawler.items import Platform
from crawler.platforms import FACTS

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
class App:
    """The user's own application at the network, with which it gives new tokens for old ones."""

    app_id: str
    secret: str = field(repr=False)


@frozen(kw_only=True)
class Credential:
    """What opens one platform's official interface."""

    platform: Platform
    token: str = field(repr=False)
    client_id: str | None = None
    """Of the user's own app, where the interface gives a token for id and secret (Reddit); ``token`` is the secret."""
    as_account: str | None = None
    """The user's own account on whose behalf is asked (Instagram's interface wants its id)."""
    expires_at: datetime | None = None
    """Time-zone aware, UTC; ``None`` = not known, or never."""
    obtained_at: datetime | None = None
    """Time-zone aware, UTC."""
    app: App | None = None
    is_stored: bool = False
    """It stands in the file, where a renewed one can take its place."""
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
            token=checked_token(stated, variable),
            client_id=client_id_of(environ.get(f"RIVALSCOPE_{platform.upper()}_CLIENT_ID"), variable),
            as_account=account_id(environ.get(f"RIVALSCOPE_{platform.upper()}_ACCOUNT", ""), variable),
            expires_at=moment_of(environ.get(f"RIVALSCOPE_{platform.upper()}_EXPIRES_AT", "").strip(), variable),
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


# --- keeping them ---


def store(credential: Credential, environ: Mapping[str, str] = os.environ) -> Path:
    """Write it into the file, in place of the platform's earlier one; other entries and comments stay.

    The file is replaced as a whole and only its owner can read it. Raises :class:`CredentialError`.
    """
    path, document = kept_document(environ)
    table = document.get(credential.platform.value)
    if not isinstance(table, Table):
        table = tomlkit.table()
        document[credential.platform.value] = table
    values = {
        "token": credential.token,
        "client_id": credential.client_id,
        "account": credential.as_account,
        "expires_at": credential.expires_at,
        "obtained_at": credential.obtained_at,
        "app_id": credential.app.app_id if credential.app is not None else None,
        "app_secret": credential.app.secret if credential.app is not None else None,
    }
    for name, value in values.items():
        if value is not None:
            table[name] = value.replace(microsecond=0) if isinstance(value, datetime) else value
        else:
            table.pop(name, None)
    replace_kept(path, tomlkit.dumps(document))
    return path


def forget(platform: Platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Take the platform's credential out of the file; ``False`` when there was none.

    Raises :class:`CredentialError`.
    """
    path, document = kept_document(environ)
    if platform.value not in document:
        return False
    del document[platform.value]
    replace_kept(path, tomlkit.dumps(document))
    return True


def kept_document(environ: Mapping[str, str] = os.environ) -> tuple[Path, tomlkit.TOMLDocument]:
    """Where the file is, and what it holds, to be changed. Raises :class:`CredentialError`."""
    path = credentials_path(environ)
    try:
        return path, tomlkit.parse(_read(path))
    except TOMLKitError as error:
        raise CredentialError(f"{path} is no TOML: {str(error).splitlines()[0]}.") from None


def replace_kept(path: Path, text: str) -> None:
    """Put the file in place as a whole; only its owner can read it. Raises :class:`CredentialError`."""
    path = path.resolve()  # the file behind a link is replaced, not the link
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CredentialError(f"{path} cannot be written: {error.strerror}.") from None


# --- talking about them ---


@frozen(kw_only=True)
class Notice:
    """Something about a credential that its owner should know."""

    platform: Platform
    is_urgent: bool
    """It has ended, or will within three days."""
    ends_at: datetime
    days_left: int
    """Whole days; negative when it has ended."""
    sentence: str


def notices(found: Mapping[Platform, Credential], now: datetime) -> list[Notice]:
    """What is to be said about credentials that end within two weeks, or have ended; the nearest end first."""
    told = []
    ending = [(each.expires_at, each) for each in found.values() if each.expires_at is not None]
    for ends, credential in sorted(ending, key=lambda pair: pair[0]):
        early, late = WARNED_BEFORE
        left = ends - now
        if left > early:
            continue
        days = left // timedelta(days=1) if left > timedelta() else -1
        when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
        label = FACTS[credential.platform].label
        ends_so = f"ended on {ends:%Y-%m-%d}" if days < 0 else f"ends on {ends:%Y-%m-%d}, {when}"
        sentence = f"The token for {label} {ends_so}: get a new one with rivalscope connect {credential.platform}."
        told.append(
            Notice(
                platform=credential.platform,
                is_urgent=left <= late,
                ends_at=ends,
                days_left=days,
                sentence=sentence,
            )
        )
    return told


def _spellings(token: str) -> tuple[str, ...]:
    """The token as it may stand in JSON and in addresses, the longest first."""
    forms = {
        form
        for plain in (token, unquote(token))
        for form in (plain, quote(plain, safe=""), quote(quote(plain, safe=""), safe=""))
    }
    forms |= {form.replace("/", "\\/") for form in forms}
    return tuple(sorted((form for form in forms if len(form) >= 8), key=len, reverse=True))


def kept_tables(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All that the file holds. Raises :class:`CredentialError`."""
    return _tables(credentials_path(environ))


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise CredentialError(f"{path} is no TOML: {str(error).splitlines()[0]}.") from None


def _from_file(platform: Platform, path: Path) -> Credential | None:
    table = _tables(path).get(platform.value)
    if table is None:
        return None
    where = f"{path}, [{platform.value}]"
    if not isinstance(table, dict) or not isinstance(table.get("token"), str):
        raise CredentialError(f'{where} has no token; write it as token = "…".')
    return Credential(
        platform=platform,
        token=checked_token(table["token"], where),
        client_id=client_id_of(table.get("client_id"), where),
        as_account=account_id(str(table.get("account") or ""), where),
        expires_at=_moment(table.get("expires_at"), "expires_at", where),
        obtained_at=_moment(table.get("obtained_at"), "obtained_at", where),
        app=_app(table),
        is_stored=True,
        origin=str(path),
    )


def checked_token(stated: str, where: str) -> str:
    """``stated`` without blanks around it, and without the word "Bearer" that is shown with tokens.

    Raises :class:`CredentialError` for what can be no token.
    """
    stated = stated.strip().removeprefix("Bearer ").strip()
    if not _TOKEN.fullmatch(stated):
        raise CredentialError(f"There is no token in {where}: tokens have at least 8 letters or digits and no blanks.")
    return stated


def account_id(stated: str, where: str) -> str | None:
    """The id of an own account, which becomes part of addresses; ``None`` for ``""``.

    Raises :class:`CredentialError`.
    """
    if not (plain := stated.strip()):
        return None
    if not re.fullmatch(r"[0-9]{1,32}", plain):
        raise CredentialError(f"The account beside {where} is no id: ids have digits only, like 17841400000000000.")
    return plain


def _read(path: Path) -> str:
    """The file's text, ``""`` where there is none."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CredentialError(f"{path} cannot be read: {why}.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CredentialError(f"{path} can be read by others than its owner; mend it with: chmod 600 '{path}'")
    return text


def _app(table: Mapping[str, object]) -> App | None:
    app_id, secret = table.get("app_id"), table.get("app_secret")
    return App(app_id=str(app_id), secret=secret) if app_id and isinstance(secret, str) and secret else None


def moment_of(stated: str, where: str) -> datetime | None:
    """A date as a person writes it; ``None`` for ``""``. Raises :class:`CredentialError`."""
    try:
        return _moment(datetime.fromisoformat(stated), "the end", where) if stated else None
    except ValueError:
        raise CredentialError(f"The end of {where} is no date; write it like 2027-01-31.") from None


def client_id_of(stated: object, where: str) -> str | None:
    if not isinstance(stated, str) or not stated.strip():
        return None
    if ":" in stated or not _TOKEN.fullmatch(stated.strip()):
        raise CredentialError(f"The client id beside {where} is none: ids have at least 8 letters or digits.")
    return stated.strip()


def _moment(stated: object, key: str, where: str) -> datetime | None:
    if stated is None:
        return None
    if isinstance(stated, datetime):
        return stated.astimezone(UTC) if stated.tzinfo else stated.replace(tzinfo=UTC)
    if isinstance(stated, date):
        return datetime(stated.year, stated.month, stated.day, tzinfo=UTC)
    if isinstance(stated, str):  # in quotes, as the token is
        return moment_of(stated.strip(), f"the token in {where}")
    raise CredentialError(f"{key} in {where} is no date; write it like 2027-01-31.")
