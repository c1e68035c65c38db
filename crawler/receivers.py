"""Who is told, and when: ``[deliver]`` and ``[alerts]`` of rivalscope.toml, and the secrets that stand elsewhere.

A receiver's address at a mail server or a service holds a password or a token. It stands in the environment or in
credentials.toml (:mod:`crawler.credentials`), never in rivalscope.toml; no sentence here repeats what was written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import tomlkit
from attrs import field, frozen
from pydantic import AfterValidator, BeforeValidator, Field
from tomlkit.items import Table

from crawler.credentials import CredentialError, credentials_path, kept_document, kept_tables, replace_kept
from crawler.strict_table import PathText, StrictTable

SECRETS: Final = "deliver"
"""The table of credentials.toml in which every receiver's secrets are a table of their own."""
SHARED_MAIL: Final = "mail"
"""Whose address mail goes through where a receiver has none of its own."""
MAILBOX: Final = re.compile(r"[^\s@<>\",;:]+@[^\s@<>\",;:/]+\.[^\s@<>\",;:/.]+")


class News(StrEnum):
    """What a receiver may want to hear."""

    BRIEF = "brief"
    ALERTS = "alerts"


class Form(StrEnum):
    """What a brief may be attached as."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"


class Way(StrEnum):
    """How a receiver is reached; also the key that says so."""

    MAIL = "mail"
    SERVICE = "service"
    FOLDER = "folder"
    BUCKET = "bucket"


def _mailbox(value: str) -> str:
    if not MAILBOX.fullmatch(value.strip()):
        raise ValueError('must hold mailboxes only, like "anna@acme.example"; servers and passwords stand elsewhere')
    return value.strip()


def _service(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9+-]{1,30}", value):
        raise ValueError(
            'must be one word, like "slack"; its address holds secrets: store it with rivalscope deliver --connect NAME'
        )
    return value


def _bucket(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "s3" or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError('must be a bucket and perhaps a folder in it, without keys, like "s3://acme-briefs/market"')
    return value.rstrip("/")


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ValueError('must be an http(s) address without keys, like "https://s3.acme.example"')
    return value.rstrip("/")


def _news(value: object) -> object:
    if isinstance(value, str) and value not in set(News):
        raise ValueError(f"must hold some of {', '.join(News)}")
    return News(value) if isinstance(value, str) else value


def _form(value: object) -> object:
    if isinstance(value, str) and value not in set(Form):
        raise ValueError(f"must hold some of {', '.join(Form)}")
    return Form(value) if isinstance(value, str) else value


class ReceiverSettings(StrictTable):
    """One receiver: exactly one of mail, service, folder and bucket says how it is reached."""

    mail: tuple[Annotated[str, AfterValidator(_mailbox)], ...] = Field(default=(), strict=False, max_length=100)
    """Mailboxes; each gets a message of its own."""
    service: Annotated[str, AfterValidator(_service)] = ""
    """A service that Apprise knows, by the first word of its address."""
    folder: PathText = Field(default="", max_length=1_000)
    """A folder, from the project folder."""
    bucket: Annotated[str, AfterValidator(_bucket)] | None = None
    """``s3://name/folder``."""
    endpoint: Annotated[str, AfterValidator(_endpoint)] = ""
    """Where the bucket is, if not at Amazon."""
    region: str = Field(default="", max_length=60, pattern=r"^[A-Za-z0-9-]*$")
    tell: tuple[Annotated[News, BeforeValidator(_news)], ...] = Field(default=(News.BRIEF,), strict=False)
    lists: tuple[str, ...] = Field(default=(), strict=False)
    """It gets the briefs of these lists, and alerts about their accounts; without any, those of the whole project."""
    attach: tuple[Annotated[Form, BeforeValidator(_form)], ...] | None = Field(default=None, strict=False)
    """Else what [deliver] says."""

    @property
    def ways(self) -> tuple[Way, ...]:
        """Those that are given; one, where nothing is wrong."""
        return tuple(way for way in Way if getattr(self, way.value))


class DeliverSettings(StrictTable):
    """Where briefs and alerts go."""

    attach: tuple[Annotated[Form, BeforeValidator(_form)], ...] = Field(default=(Form.HTML,), strict=False)
    """Files that come along where a receiver takes files."""
    timeout_seconds: float = Field(default=30.0, ge=1, le=600)
    """How long a receiver may take for an answer."""
    to: dict[str, ReceiverSettings] = Field(default={})

    def wants(self, news: News) -> bool:
        """Whether anybody wants to hear such."""
        return any(news in receiver.tell for receiver in self.to.values())

    def mistakes(self, lists: frozenset[str]) -> Iterator[tuple[tuple[str, ...], str]]:
        """Where in the file, and a sentence, of everything that no single key shows. ``lists``: those that exist."""
        for name, receiver in self.to.items():
            place = ("deliver", "to", name)
            if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
                yield place, f"[deliver.to.{name}]: a receiver's name has small letters, digits, - and _ only."
            if len(receiver.ways) != 1:
                said = " and ".join(receiver.ways) or "none"
                yield place, f"[deliver.to.{name}] needs one of {', '.join(Way)} and has {said}."
            elif receiver.ways[0] in (Way.FOLDER, Way.BUCKET) and News.ALERTS in receiver.tell:
                yield (*place, "tell"), f"[deliver.to.{name}]: a {receiver.ways[0]} takes briefs and no alerts."
            if Way.BUCKET not in receiver.ways and (receiver.endpoint or receiver.region):
                yield place, f"[deliver.to.{name}]: endpoint and region go with a bucket; remove them."
            for each in receiver.lists:
                if each not in lists:
                    yield (*place, "lists"), f"[deliver.to.{name}]: no account is in the list {each!r}."


class AlertSettings(StrictTable):
    """From which number on something is told at once, between briefs."""

    breakout_lift: float = Field(default=5.0, ge=1.5, le=10_000)
    """A post that stands out from its account's earlier ones, and has at least so many times its usual engagement."""
    breakout_days: int = Field(default=14, ge=1, le=365)
    """Only posts that were published so many days ago at most."""
    follower_jump_share: float = Field(default=0.1, ge=0.001, le=100)
    """Growth against the last count of the week before, 0.1 = 10 %, of a competitor's account that grew unusually."""
    follower_jump_least: int = Field(default=100, ge=1, le=1_000_000_000)
    """And at least so many followers."""
    gone_visits: int = Field(default=1, ge=1, le=100)
    """Visits in a row that found the account gone."""
    failed_visits: int = Field(default=3, ge=1, le=100)
    """Visits in a row that failed."""


@frozen(kw_only=True)
class Secrets:
    """What opens one receiver's door."""

    address: str = field(default="", repr=False)
    access_key_id: str = field(default="", repr=False)
    secret_access_key: str = field(default="", repr=False)
    origin: str = ""
    """Where it was found, for people; empty where there is nothing."""


def find_secrets(name: str, way: Way, environ: Mapping[str, str] = os.environ) -> Secrets:
    """The environment's before the file's; for mail, else what all mail goes through. Raises CredentialError."""
    if way is Way.FOLDER:
        return Secrets()
    for each in (name, SHARED_MAIL) if way is Way.MAIL else (name,):
        if stated := environ.get(variable_of(each), "").strip():
            return _parsed(stated, way, f"the environment ({variable_of(each)})")
        table = kept_tables(environ).get(SECRETS, {})
        kept = table.get(each) if isinstance(table, dict) else None
        if isinstance(kept, dict):
            given = {key: str(kept.get(key) or "") for key in ("address", "access_key_id", "secret_access_key")}
            return Secrets(**given, origin=str(credentials_path(environ)))
    if way is Way.BUCKET and environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"):
        return Secrets(
            access_key_id=environ["AWS_ACCESS_KEY_ID"],
            secret_access_key=environ["AWS_SECRET_ACCESS_KEY"],
            origin="the environment (AWS_ACCESS_KEY_ID)",
        )
    return Secrets()


def open_receivers(
    settings: DeliverSettings, root: Path, news: News, environ: Mapping[str, str] = os.environ
) -> Iterator[dict[str, Any]]:
    """What is needed to reach everybody who wants such news, as plain values; secrets among them.

    ``root`` is the project's folder. Raises CredentialError.
    """
    for name, receiver in settings.to.items():
        if news not in receiver.tell:
            continue
        (way,) = receiver.ways
        secrets = find_secrets(name, way, environ)
        yield {
            "name": name,
            "way": way.value,
            "mailboxes": receiver.mail,
            "service": receiver.service,
            "folder": root / Path(receiver.folder).expanduser() if receiver.folder else None,
            "bucket": receiver.bucket or "",
            "endpoint": receiver.endpoint,
            "region": receiver.region,
            "address": secrets.address,
            "access_key_id": secrets.access_key_id,
            "secret_access_key": secrets.secret_access_key,
            "lists": receiver.lists,
            "attach": tuple(form.value for form in (settings.attach if receiver.attach is None else receiver.attach)),
            "timeout_seconds": settings.timeout_seconds,
        }


def store_secrets(name: str, way: Way, stated: str, environ: Mapping[str, str] = os.environ) -> str:
    """Keep them in credentials.toml, in place of the receiver's earlier ones; where that is.

    ``stated`` is an address, for a bucket ``KEY_ID:SECRET``. Raises CredentialError.
    """
    secrets = _parsed(stated, way, "what you gave")
    path, document = kept_document(environ)
    tables = document.get(SECRETS)
    if not isinstance(tables, Table):
        tables = tomlkit.table(is_super_table=True)
        document[SECRETS] = tables
    values = {
        "address": secrets.address,
        "access_key_id": secrets.access_key_id,
        "secret_access_key": secrets.secret_access_key,
    }
    table = tomlkit.table()
    for key, value in values.items():
        if value:
            table[key] = value
    tables[name] = table
    replace_kept(path, tomlkit.dumps(document))
    return str(path)


def variable_of(name: str) -> str:
    """The environment variable in which a receiver's address may stand."""
    return f"RIVALSCOPE_DELIVER_{name.upper().replace('-', '_')}"


def _parsed(stated: str, way: Way, where: str) -> Secrets:
    stated = stated.strip()
    if way is Way.BUCKET:
        key_id, mark, secret = stated.partition(":")
        if not (mark and key_id and secret) or re.search(r"\s", stated):
            raise CredentialError(f"{where} are no keys of a bucket; write them as KEY_ID:SECRET.")
        return Secrets(access_key_id=key_id, secret_access_key=secret, origin=where)
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", stated, re.IGNORECASE):
        raise CredentialError(f"{where} is no address; it begins like mailtos:// or slack:// and holds no blanks.")
    return Secrets(address=stated, origin=where)
