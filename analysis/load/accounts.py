"""Keep ``raw.accounts`` in step with the list, and know which account a record belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

import duckdb

from analysis.load import records


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the list says about one account; a row of ``raw.accounts`` without id and times, in column order."""

    account_key: str
    native_account_id: str | None
    platform: str
    host: str
    software: str | None
    handle: str
    url: str | None
    company: str
    lists: tuple[str, ...]
    state: str
    source: str
    is_own: bool
    former_keys: tuple[str, ...]


class Accounts:
    """The newest entry of every account key, mirrored in the temporary table ``account_ids`` for the load queries."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self.read()

    def read(self) -> None:
        """Read the entries again, as after a transaction that did not happen."""
        self._entries: dict[str, Entry] = {}
        self._ids: dict[str, UUID] = {}
        self._noted_at: dict[str, datetime] = {}
        rows = self._connection.execute(
            """
            select
                first_value(account_id) over (
                    partition by account_key order by observed_at asc, account_id asc
                ) as account_id,
                account_key,
                native_account_id,
                platform,
                host,
                software,
                handle,
                url,
                company,
                lists,
                state,
                source,
                is_own,
                former_keys,
                observed_at
            from raw.accounts
            qualify row_number() over (
                partition by account_key order by observed_at desc, loaded_at desc
            ) = 1
            """
        ).fetchall()
        for account_id, *values, noted_at in rows:
            entry = _entry(dict(zip(Entry.__dataclass_fields__, values, strict=True)))
            self._entries[entry.account_key] = entry
            self._ids[entry.account_key] = account_id
            self._noted_at[entry.account_key] = noted_at
        self._connection.execute("create or replace temporary table account_ids (account_key text, account_id uuid)")
        for key, account_id in self._ids.items():
            self._mirror(key, account_id)

    def sync(self, listed: Iterable[Mapping[str, Any]]) -> int:
        """Note what changed in the list: new and changed entries, and entries that are gone (state ``removed``).

        ``listed``: per account ``account_key, platform, host, handle, url, company, is_own, lists, state`` and, where
        known, ``software``, ``native_account_id`` and ``former_keys``. Returns how many rows were written.
        """
        entries = {entry.account_key: entry for entry in (_entry({**each, "source": "list"}) for each in listed)}
        for key, known in self._entries.items():
            if key not in entries and known.source == "list":
                entries[key] = _entry({**_plain(known), "state": "removed"})
        return sum(self._note(entry) for entry in entries.values())

    def admit(self, seen: Mapping[str, Any]) -> None:
        """Make sure that every account of a landing file has an id.

        ``seen``: account key → the record that says most about it. An account that the list does not have gets an entry
        of its own, from its ``account`` record or, failing that, from what the record shows.
        """
        for key, record in seen.items():
            known = self._entries.get(key)
            if known is not None and (known.source == "list" or not isinstance(record, records.Account)):
                continue
            handle = getattr(record, "handle", None) or getattr(record, "account", None) or key
            self._note(
                _entry(
                    {
                        "account_key": key,
                        "platform": record.platform,
                        "host": record.host,
                        "handle": handle,
                        "url": getattr(record, "url", None) if not isinstance(record, records.Post) else None,
                        "company": getattr(record, "company", None) or handle,
                        "is_own": getattr(record, "is_own", None) or False,
                        "lists": (),
                        "state": "active",
                        "source": "landing",
                    }
                )
            )

    def account_id(self, key: str) -> UUID | None:
        """The id of an account key that was synced or admitted."""
        return self._ids.get(key)

    def _note(self, entry: Entry) -> int:
        if self._entries.get(entry.account_key) == entry:
            return 0
        key = entry.account_key
        if key not in self._ids:
            self._ids[key] = account_id(entry.platform, entry.host, entry.handle)
            self._mirror(key, self._ids[key])
        # Two changes in one load must not look like one moment: the newest entry is the later one.
        before = self._noted_at.get(key)
        noted_at = self._now if before is None else max(self._now, before + timedelta(microseconds=1))
        columns = ("account_id", *Entry.__dataclass_fields__, "observed_at", "loaded_at")
        values = [list(value) if isinstance(value, tuple) else value for value in astuple(entry)]
        self._connection.execute(
            f"insert into raw.accounts ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",  # noqa: S608  # our own names
            [self._ids[key], *values, noted_at, self._now],
        )
        self._entries[key] = entry
        self._noted_at[key] = noted_at
        return 1

    def _mirror(self, key: str, account_id: UUID) -> None:
        self._connection.execute("insert into account_ids values (?, ?)", [key, account_id])


def account_id(platform: str, host: str, handle: str) -> UUID:
    """The id of an account by its first entry; the formula of docs/data-flow.md, "Identities"."""
    text = "\x1f".join((platform, host, handle.lower()))
    return UUID(md5(text.encode(), usedforsecurity=False).hexdigest())


def _entry(values: Mapping[str, Any]) -> Entry:
    return Entry(
        account_key=values["account_key"],
        native_account_id=values.get("native_account_id"),
        platform=str(values["platform"]),
        host=values.get("host") or "",
        software=values.get("software"),
        handle=values.get("handle") or values.get("url") or values["account_key"],
        url=values.get("url"),
        company=values["company"],
        lists=tuple(values.get("lists") or ()),
        state=str(values.get("state") or "active"),
        source=values["source"],
        is_own=bool(values.get("is_own")),
        former_keys=tuple(values.get("former_keys") or ()),
    )


def _plain(entry: Entry) -> dict[str, Any]:
    return dict(zip(Entry.__dataclass_fields__, astuple(entry), strict=True))
