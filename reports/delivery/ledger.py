"""What was to be delivered to whom, and what came of it: one JSON line an event, written down before anything else is
done.

A parcel is sent again when nothing says that it arrived. So whoever is killed between the receiver's answer and the
line that notes it sends it twice (at least once, never not at all); that is a matter of milliseconds, and a mail keeps
its Message-ID.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from attrs import define, frozen

from reports.errors import BriefError

_FIRST_WAIT: Final = timedelta(minutes=15)
_LONGEST_WAIT: Final = timedelta(days=1)
MOST_ATTEMPTS: Final = 6
"""After as many, only a person's asking sends it again."""


class Event(StrEnum):
    """What happened to a parcel on its way to one addressee."""

    DUE = "due"
    BEGUN = "begun"
    DELIVERED = "delivered"
    FAILED = "failed"


@frozen
class Way:
    """One parcel on its way to one addressee."""

    parcel: str
    receiver: str
    addressee: str = ""


@define
class State:
    """How far it has come."""

    due_at: datetime | None = None
    """When it was first to be delivered."""
    delivered_at: datetime | None = None
    attempt_count: int = 0
    last_failure_at: datetime | None = None
    is_given_up: bool = False

    def may_be_tried(self, now: datetime) -> bool:
        """Whether it did not arrive, was not given up, and its wait is over: a quarter of an hour after the first
        failure, four times longer after each further one, a day at most."""
        if self.delivered_at is not None or self.is_given_up:
            return False
        waits = min(_LONGEST_WAIT, _FIRST_WAIT * 4 ** max(0, self.attempt_count - 1))
        return self.last_failure_at is None or now >= self.last_failure_at + waits


class Ledger:
    """The file, read once and appended to. The caller holds the project's lock, so that no two write.

    Raises BriefError, one sentence, when it cannot be read or written: nothing may be sent then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._states: dict[Way, State] = {}
        for entry in _entries(path):
            self._take(entry)

    def state(self, way: Way) -> State:
        return self._states.get(way, State())

    def due(self, since: datetime) -> list[Way]:
        """What was to be delivered, did not arrive, was not given up, and became due after ``since``; oldest first."""
        open_ones = [
            (state.due_at, way)
            for way, state in self._states.items()
            if state.due_at and state.delivered_at is None and not state.is_given_up and state.due_at >= since
        ]
        return [way for _, way in sorted(open_ones, key=lambda each: each[0])]

    def note(self, event: Event, way: Way, now: datetime, *, why: str = "", is_given_up: bool = False) -> None:
        """Write down one event, durably."""
        entry: dict[str, Any] = {
            "at": now.astimezone(UTC).isoformat(),
            "event": event.value,
            "parcel": way.parcel,
            "receiver": way.receiver,
            "addressee": way.addressee,
        }
        entry |= {"why": why} if why else {}
        entry |= {"is_given_up": True} if is_given_up else {}
        self._append(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self._take(entry)

    def _append(self, line: bytes) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+b") as file:
                if file.tell() and not _ends_whole(file):
                    line = b"\n" + line
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise BriefError(f"{self._path} cannot be written: {error.strerror}; nothing was delivered.") from error

    def _take(self, entry: Mapping[str, Any]) -> None:
        try:
            way = Way(str(entry["parcel"]), str(entry["receiver"]), str(entry["addressee"]))
            event, at = Event(entry["event"]), datetime.fromisoformat(entry["at"])
        except (KeyError, ValueError, TypeError):
            return  # a torn line, or one of a later version
        state = self._states.setdefault(way, State())
        match event:
            case Event.DUE:
                state.due_at = state.due_at or at
            case Event.BEGUN:
                state.attempt_count += 1
            case Event.DELIVERED:
                state.delivered_at, state.is_given_up = at, False
            case Event.FAILED:
                state.last_failure_at = at
                state.is_given_up = bool(entry.get("is_given_up"))


def _ends_whole(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")


def _entries(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise BriefError(f"{path} cannot be read: {error.strerror}; nothing was delivered.") from error
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry
