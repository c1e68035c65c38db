"""A real mail server on loopback gets what was promised, and one that fails is named without a secret."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from attrs import evolve
from lxml import html as markup

from reports.brief import write_brief
from reports.delivery.mail import send_mail
from reports.delivery.parcels import Parcel, brief_parcel, plain_text
from reports.delivery.receivers import DeliveryError
from reports.look import Look
from tests.reports.delivery.conftest import NOW, Mailroom, knows, mail_receiver, mail_server

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CANARY = "canary-5f0c-secret"


def parts(message: EmailMessage) -> dict[str, EmailMessage]:
    """The first part of each kind."""
    found: dict[str, EmailMessage] = {}
    for part in message.walk():
        assert isinstance(part, EmailMessage)
        found.setdefault(part.get_content_type(), part)
    return found


def test_a_brief_arrives_as_text_and_page_with_its_picture_and_files(
    snapshot: Callable[[str], Path], tmp_path: Path
) -> None:
    page, logo = tmp_path / "2026-W47.html", tmp_path / "logo.png"
    logo.write_bytes(PIXEL)
    write_brief(snapshot("rich"), page, also=["mail"], look=Look(name="Kaffee & Tee", logo=logo))
    page.with_suffix(".pdf").write_bytes(b"%PDF-1.7 printed elsewhere")
    parcel = brief_parcel(page, key="brief 2026-W47", issuer="/srv/market", name="Kaffee & Tee")
    with mail_server(Mailroom()) as room:
        send_mail(mail_receiver(room.port), parcel, "anna@acme.example", NOW)
    ((mailbox, message),) = room.received
    assert mailbox == "anna@acme.example"
    assert message["Subject"] == "Kaffee & Tee: 2026-W47"
    assert (message["From"].addresses[0].display_name, message["From"].addresses[0].addr_spec) == (
        "Kaffee & Tee",
        "briefs@kettle.example",
    )
    assert message["To"] == "anna@acme.example"
    assert message["Date"].datetime == NOW
    assert message.get_content_type() == "multipart/mixed"
    found = parts(message)
    assert [part.get_content_type() for part in found["multipart/alternative"].iter_parts()] == [
        "text/plain",
        "multipart/related",
    ]

    text, shown = found["text/plain"].get_content(), found["text/html"].get_content()
    sentences = [item.text_content() for item in markup.document_fromstring(shown).iter("li")]
    assert len(sentences) >= 3
    for number, sentence in enumerate(sentences, start=1):
        assert f"{number}. {' '.join(sentence.split())}" in text
    assert "<" not in text
    assert "Seen in full" in text

    (picture,) = markup.document_fromstring(shown).iter("img")
    inline = found["image/png"]
    assert picture.get("src") == f"cid:{inline['Content-ID'].strip('<>')}"
    assert inline.get_content_disposition() == "inline"
    assert inline.get_content() == PIXEL

    files = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert files["2026-W47.html"].replace("\r\n", "\n") == page.read_text(encoding="utf-8")
    assert files["2026-W47.pdf"].startswith(b"%PDF-")
    assert markup.document_fromstring(files["2026-W47.html"]).find(".//title") is not None


def test_the_same_parcel_is_the_same_mail_and_another_project_sends_another(parcel: Parcel) -> None:
    with mail_server(Mailroom()) as room:
        receiver = mail_receiver(room.port)
        for each, nonce in ((parcel, ""), (parcel, ""), (parcel, "1"), (evolve(parcel, issuer="/srv/other"), "")):
            send_mail(receiver, each, "anna@acme.example", NOW, nonce=nonce)
    ids = [message["Message-ID"] for _, message in room.received]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_a_subject_never_becomes_a_header(parcel: Parcel, tmp_path: Path) -> None:
    page = tmp_path / "2026-W48.html"
    page.write_text("x")
    page.with_suffix(".mail.html").write_text("<p>x</p>")
    odd = brief_parcel(page, key="k", issuer="i", name="Tea\r\nBcc: all@acme.example")
    with mail_server(Mailroom()) as room:
        send_mail(mail_receiver(room.port), odd, "anna@acme.example", NOW)
    ((_, message),) = room.received
    assert message["Bcc"] is None
    assert message["Subject"] == "Tea Bcc: all@acme.example: 2026-W48"


def test_name_and_password_are_used_and_a_wrong_one_is_said_without_it(parcel: Parcel) -> None:
    room = Mailroom()
    settings = {"auth_require_tls": False, "authenticator": knows(room, CANARY.encode())}
    with mail_server(room, **settings):
        send_mail(mail_receiver(room.port, user=f"anna:{CANARY}"), parcel, "anna@acme.example", NOW)
        with pytest.raises(DeliveryError, match="does not accept the name and password") as refused:
            send_mail(mail_receiver(room.port, user=f"anna:{CANARY}x"), parcel, "anna@acme.example", NOW)
    assert len(room.received) == 1
    assert room.logins[0][1] == CANARY.encode()
    assert CANARY not in str(refused.value)


def test_a_password_is_not_sent_in_the_open(parcel: Parcel) -> None:
    receiver = evolve(mail_receiver(25), address=f"mailto://anna:{CANARY}@mail.acme.example")
    with pytest.raises(DeliveryError, match="in the open; begin it with mailtos://") as refused:
        send_mail(receiver, parcel, "anna@acme.example", NOW)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("mode", ["ssl", "starttls"])
def test_a_certificate_that_nobody_signed_is_not_accepted(parcel: Parcel, tls: ssl.SSLContext, mode: str) -> None:
    settings = {"ssl_context": tls} if mode == "ssl" else {"tls_context": tls, "require_starttls": True}
    with mail_server(Mailroom(), **settings) as room:
        receiver = mail_receiver(room.port, scheme="mailtos", more=f"&mode={mode}")
        with pytest.raises(DeliveryError, match=r"encrypted connection .* failed .*CERTIFICATE_VERIFY_FAILED"):
            send_mail(receiver, parcel, "anna@acme.example", NOW)
        assert room.received == []
        trusting = mail_receiver(room.port, scheme="mailtos", more=f"&mode={mode}&verify=no")
        send_mail(trusting, parcel, "anna@acme.example", NOW)
        assert len(room.received) == 1


def test_a_server_without_encryption_gets_nothing_where_it_was_asked_for(parcel: Parcel) -> None:
    with mail_server(Mailroom()) as room:
        with pytest.raises(DeliveryError, match="does not offer what the address asks for"):
            send_mail(mail_receiver(room.port, scheme="mailtos"), parcel, "anna@acme.example", NOW)
        with pytest.raises(DeliveryError, match="encrypted connection"):
            send_mail(mail_receiver(room.port, scheme="mailtos", more="&mode=ssl"), parcel, "anna@acme.example", NOW)
    assert room.received == []


def test_a_server_that_refuses_is_quoted(parcel: Parcel) -> None:
    with mail_server(Mailroom(refused={"gone@acme.example"})) as room:
        receiver = mail_receiver(room.port)
        with pytest.raises(DeliveryError, match=r"refuses gone@acme.example \(550 5.1.1 no such mailbox here\)"):
            send_mail(receiver, parcel, "gone@acme.example", NOW)
        room.reply_to_data = "552 5.3.4 too large"
        with pytest.raises(DeliveryError, match=r"did not take the message \(552 5.3.4 too large\)"):
            send_mail(receiver, parcel, "anna@acme.example", NOW)
    assert room.received == []


def test_a_server_that_is_not_there_or_says_nothing_is_one_sentence(
    parcel: Parcel, closed_port: int, silent_port: int
) -> None:
    with pytest.raises(DeliveryError, match="cannot be reached"):
        send_mail(mail_receiver(closed_port), parcel, "anna@acme.example", NOW)
    hurried = evolve(mail_receiver(silent_port), timeout_seconds=0.3)
    with pytest.raises(DeliveryError, match=r"broke off|did not answer"):
        send_mail(hurried, parcel, "anna@acme.example", NOW)


@pytest.mark.parametrize("address", ["", "mailto://", "slack://a/b/c", "mailtos://not an address", "nothing"])
def test_an_address_that_is_none_says_how_to_mend_it(parcel: Parcel, address: str) -> None:
    with pytest.raises(DeliveryError, match="rivalscope deliver --connect office") as refused:
        send_mail(evolve(mail_receiver(1), address=address), parcel, "anna@acme.example", NOW)
    assert "\n" not in str(refused.value)


def test_the_text_of_a_page_keeps_its_blocks_apart_and_leaves_out_what_is_not_seen() -> None:
    page = (
        "<head><title>no</title><style>p{}</style></head><h1>Week\n 47</h1><ol><li>One &amp; <b>two</b></li><li>Three"
        "</li></ol><ul><li>dot</li></ul><p>A<br>B</p><p><img alt='Kettle' src='cid:x'></p>"
    )
    assert plain_text(page) == "Week 47\n\n1. One & two\n\n2. Three\n\n- dot\n\nA\nB\n\nKettle\n"
