"""Slack, Teams, Telegram, Discord, webhooks and whatever else Apprise knows (https://appriseit.com/services/)."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from reports.delivery.parcels import Parcel
from reports.delivery.receivers import DeliveryError, Receiver, Reply

_LOGGERS: Final = (logging.getLogger("apprise"), logging.getLogger("urllib3"))


def door(receiver: Receiver, sender: str = "Rivalscope") -> Any:
    """What Apprise makes of the receiver's address; ``sender`` is the name that what it sends bears.

    Raises DeliveryError where there is none, or it is no such."""
    from apprise import Apprise, AppriseAsset
    from apprise.common import OverflowMode

    if not receiver.address:
        raise DeliveryError(f"{receiver.name} has no address yet: rivalscope deliver --connect {receiver.name}")
    asset = AppriseAsset(
        app_id=sender,
        app_desc="Rivalscope",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        http_redirects=False,  # only the address that the user gave is contacted
        storage_mode="memory",
        async_mode=False,
    )
    with _hushed(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of modules that its plugins load
        try:
            found = Apprise.instantiate(receiver.address, asset=asset, suppress_exceptions=True)
        except (TypeError, ValueError, AttributeError):  # what plugins raise for addresses that they did not foresee
            found = None
    expected = "mailto" if receiver.way == "mail" else receiver.service
    if found is None or expected not in _schemas(found):
        raise DeliveryError(
            f"The address of {receiver.name} is none that {expected} takes; see https://appriseit.com/services/ for how"
            f" it is written, and store it again: rivalscope deliver --connect {receiver.name}"
        )
    found.socket_connect_timeout = found.socket_read_timeout = receiver.timeout_seconds
    found.overflow_mode = OverflowMode.SPLIT  # nothing of a long message is lost
    return found


def _schemas(found: Any) -> set[str]:
    """First words by which the plugin's addresses may begin."""
    named = (found.protocol, found.secure_protocol)
    return {word for each in named if each for word in ((each,) if isinstance(each, str) else each)}


def send_to_service(receiver: Receiver, parcel: Parcel) -> Reply:
    """One message, with the files where the service takes any. Raises DeliveryError."""
    from apprise import AppriseAttachment, NotifyFormat, NotifyType

    service = door(receiver, parcel.sender)
    files = parcel.chosen(receiver.attach)
    takes_files = bool(service.attachment_support)
    with _hushed() as said:
        attached = AppriseAttachment([str(path) for path in files]) if files and takes_files else None
        try:
            is_taken = service.notify(
                body=parcel.text,
                title=parcel.subject,
                notify_type=NotifyType.INFO,
                body_format=NotifyFormat.TEXT,
                attach=attached,
            )
        except Exception as error:  # one of 150 plugins of others; the rest of the run goes on
            said.append(type(error).__name__)
            is_taken = False
    if not is_taken:
        why = receiver.redacted(" ".join(dict.fromkeys(said))) or "no reason was given"
        raise DeliveryError(f"{receiver.name}: {receiver.service} did not take the message ({why.rstrip('.')}).")
    left_out = f"{receiver.service} takes no files; {', '.join(path.name for path in files)} stayed here."
    return Reply(remark=left_out if files and not takes_files else "")


@contextmanager
def _hushed() -> Iterator[list[str]]:
    """What Apprise warns of is collected; nothing of it or its HTTP client reaches a log, for it may name addresses."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    before = [(logger, logger.propagate, logger.level) for logger in _LOGGERS]
    for logger in _LOGGERS:
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    _LOGGERS[0].addHandler(handler)
    try:
        yield said
    finally:
        _LOGGERS[0].removeHandler(handler)
        for logger, propagates, level in before:
            logger.propagate = propagates
            logger.setLevel(level)
