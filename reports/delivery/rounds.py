"""Taking parcels to their receivers, each once, those that did not arrive again later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from attrs import frozen

from reports.delivery.ledger import MOST_ATTEMPTS, Event, Ledger, Way
from reports.delivery.mail import send_mail
from reports.delivery.parcels import Parcel
from reports.delivery.places import opened_bucket, put_into_bucket, put_into_folder
from reports.delivery.receivers import DeliveryError, Receiver, Reply
from reports.delivery.services import door, send_to_service


@frozen(kw_only=True)
class Errand:
    """One parcel for one addressee of one receiver."""

    parcel: Parcel
    receiver: Receiver
    addressee: str = ""
    """A mailbox; empty where the receiver has none."""

    @property
    def whom(self) -> str:
        """For a person."""
        return f"{self.receiver.name} ({self.addressee or self.receiver.service or self.receiver.way})"

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(Way(key, self.receiver.name, self.addressee) for key in self.parcel.keys)


@frozen(kw_only=True)
class Attempt:
    """What came of one errand."""

    errand: Errand
    at: datetime
    is_delivered: bool
    sentence: str
    """For a person; without secrets. Empty where there is nothing to say."""


def errands_of(parcel: Parcel, receivers: Iterable[Receiver]) -> list[Errand]:
    """The parcel for every addressee of these receivers."""
    return [
        Errand(parcel=parcel, receiver=receiver, addressee=addressee)
        for receiver in receivers
        for addressee in receiver.addressees
    ]


def go_round(
    errands: Iterable[Errand],
    ledger: Ledger,
    clock: Callable[[], datetime],
    *,
    is_asked: bool = False,
    is_again: bool = False,
) -> Iterator[Attempt]:
    """Deliver what is not delivered yet; one attempt for each errand that may be tried now.

    ``is_asked``: a person waits, so that earlier failures hold nothing back. ``is_again``: also what arrived before.
    Raises BriefError when the ledger cannot be written.
    """
    errands = list(errands)
    for way in (way for errand in errands for way in errand.ways):
        if ledger.state(way).due_at is None:
            ledger.note(Event.DUE, way, clock())
    for errand in errands:
        states = [ledger.state(way) for way in errand.ways]
        now = clock()
        if not is_again and all(state.delivered_at is not None for state in states):
            continue
        if not is_asked and not any(state.may_be_tried(now) for state in states):
            continue
        for way in errand.ways:
            ledger.note(Event.BEGUN, way, now)
        yield _attempt(errand, ledger, clock, nonce=f"{states[0].attempt_count}" if is_again else "")


def _attempt(errand: Errand, ledger: Ledger, clock: Callable[[], datetime], *, nonce: str) -> Attempt:
    try:
        reply = hand_over(errand, clock(), nonce=nonce)
    except DeliveryError as error:
        now = clock()
        count = max(ledger.state(way).attempt_count for way in errand.ways)
        for way in errand.ways:
            ledger.note(Event.FAILED, way, now, why=str(error), is_given_up=count >= MOST_ATTEMPTS)
        sentence = f"Not delivered: {errand.parcel.subject}, to {error}"
        if count >= MOST_ATTEMPTS:
            sentence += f" It was tried {count} times and is given up; when that is mended: rivalscope deliver"
        return Attempt(errand=errand, at=now, is_delivered=False, sentence=sentence)
    now = clock()
    for way in errand.ways:
        ledger.note(Event.DELIVERED, way, now)
    return Attempt(errand=errand, at=now, is_delivered=True, sentence=reply.remark)


def trouble_with(receiver: Receiver) -> str:
    """What would keep anything from reaching it, as far as that shows without asking; empty where nothing does."""
    try:
        if receiver.way in ("mail", "service"):
            door(receiver)
        elif receiver.way == "bucket":
            opened_bucket(receiver)
    except DeliveryError as error:
        return str(error)
    return ""


def hand_over(errand: Errand, now: datetime, *, nonce: str = "") -> Reply:
    """Deliver without writing anything down. ``nonce`` makes of the same parcel another mail. Raises DeliveryError."""
    receiver, parcel = errand.receiver, errand.parcel
    match receiver.way:
        case "mail":
            return send_mail(receiver, parcel, errand.addressee, now, nonce=nonce)
        case "service":
            return send_to_service(receiver, parcel)
        case "folder":
            return put_into_folder(receiver, parcel)
        case "bucket":
            return put_into_bucket(receiver, parcel)
