"""Mail, by the user's own server.

Apprise reads the address (it knows the servers of the large providers). The message is written here: its text is the
brief's own, its pictures are parts of it, and its Message-ID is the same whenever it is sent again, so that a mail
program which gets it twice can tell.
"""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from mimetypes import guess_type
from typing import Any, Final

from reports.delivery.parcels import Parcel
from reports.delivery.receivers import DeliveryError, Receiver, Reply
from reports.delivery.services import door

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


def send_mail(receiver: Receiver, parcel: Parcel, mailbox: str, now: datetime, *, nonce: str = "") -> Reply:
    """One message to one mailbox. ``nonce`` makes of the same parcel another message.

    Raises DeliveryError.
    """
    server = door(receiver, parcel.sender)
    host = str(server.smtp_host)
    if server.password and server.secure_mode == "insecure" and host not in _HERE:
        raise DeliveryError(
            f"{receiver.name}: the address would send a password to the mail server in the open; begin it with mailtos://"
        )
    try:
        message = _message(receiver, parcel, mailbox, server, now, nonce)
    except (MessageError, ValueError, OSError) as error:
        raise DeliveryError(
            f"{receiver.name}: the message could not be made ({receiver.redacted(str(error))})."
        ) from None
    try:
        with _connected(server, receiver.timeout_seconds) as smtp:
            if server.user and server.password:
                smtp.login(server.user, server.password)
            smtp.send_message(message, server.from_addr[1], [mailbox])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        sentence = _explained(error, mailbox, receiver.timeout_seconds)
        raise DeliveryError(f"{receiver.name}: {receiver.redacted(sentence)}") from None
    return Reply()


def _connected(server: Any, timeout: float) -> smtplib.SMTP:
    """A connection, encrypted as the address says, closed when what it is used for fails."""
    context = ssl.create_default_context()
    if not server.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if server.secure_mode == "ssl":
        return smtplib.SMTP_SSL(server.smtp_host, server.port, timeout=timeout, context=context)
    smtp = smtplib.SMTP(server.smtp_host, server.port, timeout=timeout)
    if server.secure_mode == "starttls":
        try:
            smtp.starttls(context=context)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _message(receiver: Receiver, parcel: Parcel, mailbox: str, server: Any, now: datetime, nonce: str) -> EmailMessage:
    sender_name, sender = server.from_addr
    message = EmailMessage(policy=SMTP)
    message["Subject"] = parcel.subject
    message["From"] = formataddr((str(sender_name or parcel.sender), sender))
    message["To"] = mailbox
    message["Date"] = format_datetime(now)
    identity = hashlib.sha256(
        "\x1f".join((*parcel.keys, parcel.issuer, receiver.name, mailbox, sender, nonce)).encode()
    ).hexdigest()[:32]
    message["Message-ID"] = f"<{identity}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(parcel.text)
    message.add_alternative(parcel.html, subtype="html")
    shown = message.get_body(("html",))
    for picture in parcel.pictures:
        if isinstance(shown, EmailMessage):
            shown.add_related(picture.content, "image", picture.kind, cid=f"<{picture.name}>", disposition="inline")
    for path in parcel.chosen(receiver.attach):
        kind, _, subkind = (guess_type(path.name)[0] or "application/octet-stream").partition("/")
        charset = {"charset": "utf-8"} if kind == "text" else {}
        message.add_attachment(path.read_bytes(), maintype=kind, subtype=subkind, filename=path.name, params=charset)
    return message


def _explained(error: Exception, mailbox: str, timeout: float) -> str:
    """What went wrong."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()), (0, b""))
            return f"the mail server refuses {mailbox} ({code} {_text(said)})."
        case smtplib.SMTPAuthenticationError():
            return f"the mail server does not accept the name and password ({error.smtp_code})."
        case smtplib.SMTPNotSupportedError():
            return f"the mail server does not offer what the address asks for ({error})."
        case smtplib.SMTPResponseException():
            return f"the mail server did not take the message ({error.smtp_code} {_text(error.smtp_error)})."
        case ssl.SSLError():
            return f"the encrypted connection to the mail server failed ({error.reason or error})."
        case TimeoutError():
            return f"the mail server did not answer within {timeout:g} seconds."
        case socket.gaierror():
            return "the mail server's name is not known; see that it is written rightly, and the network."
        case smtplib.SMTPServerDisconnected():
            return f"the mail server broke off ({error})."
        case OSError():
            return f"the mail server cannot be reached ({error.strerror or error})."
    return f"the mail server did not take the message ({error})."


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
