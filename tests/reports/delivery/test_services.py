"""Real web servers on loopback get what was promised; one that fails is named without a secret."""

from __future__ import annotations

import base64
import json
import logging

import pytest
from attrs import evolve

from reports.delivery.parcels import Parcel, sentences_parcel
from reports.delivery.receivers import DeliveryError, Receiver
from reports.delivery.services import send_to_service
from tests.reports.delivery.conftest import Webroom, web_server

CANARY = "canary5f0csecret"


def receiver(port: int, service: str = "json", path: str = f"/hook/{CANARY}", user: str = "") -> Receiver:
    return Receiver(
        name="team",
        way="service",
        service=service,
        address=f"{service}://{user}127.0.0.1:{port}{path}",
        attach=("html",),
        timeout_seconds=1,
    )


def test_a_webhook_gets_the_sentences_and_the_brief(parcel: Parcel) -> None:
    with web_server(Webroom()) as room:
        assert send_to_service(receiver(room.port), parcel).remark == ""
    (asked,) = room.asked
    assert (asked.method, asked.path) == ("POST", f"/hook/{CANARY}")
    said = json.loads(asked.body)
    assert said["title"] == "Kaffee & Tee: 2026-W47"
    assert said["message"] == "Carousels: 1.8 ×"
    (file,) = said["attachments"]
    assert file["filename"] == "2026-W47.html"
    assert base64.b64decode(file["base64"]) == parcel.files["html"].read_bytes()
    assert "github" not in json.dumps(said)


def test_a_chat_gets_the_sentences_and_is_told_what_stayed(parcel: Parcel) -> None:
    with web_server(Webroom(answer=b"ok")) as room:
        reply = send_to_service(receiver(room.port, "mmost", f"/{CANARY}"), parcel)
    (asked,) = room.asked
    assert asked.path == f"/hooks/{CANARY}"
    assert "Carousels: 1.8 ×" in json.loads(asked.body)["text"]
    assert reply.remark == "mmost takes no files; 2026-W47.html stayed here."


def test_a_long_message_is_split_and_nothing_of_it_is_lost() -> None:
    sentences = [f"Sentence {number} of many about kettles and cups." for number in range(400)]
    parcel = sentences_parcel("Long", sentences, keys=["k"], issuer="i")
    with web_server(Webroom(answer=b"ok")) as room:
        send_to_service(receiver(room.port, "mmost", f"/{CANARY}"), parcel)
    said = "".join(json.loads(asked.body)["text"] for asked in room.asked)
    assert len(room.asked) > 1
    assert [number for number in range(400) if f"Sentence {number} of" not in said] == []


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_a_service_that_refuses_is_named_without_its_secret(
    parcel: Parcel, status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        caplog.at_level(logging.DEBUG, logger=""),
        web_server(Webroom(status=status, answer=CANARY.encode())) as room,
        pytest.raises(DeliveryError, match=f"team: json did not take the message .*{status}") as refused,
    ):
        send_to_service(receiver(room.port, user=f"anna:{CANARY}pw@"), parcel)
    said = capfd.readouterr()
    assert CANARY not in str(refused.value) + said.out + said.err + repr(refused.value.__context__)
    assert CANARY not in caplog.text


def test_a_redirect_is_not_followed(parcel: Parcel) -> None:
    with web_server(Webroom()) as elsewhere, web_server(Webroom(status=307)) as room:
        room.headers["Location"] = f"http://127.0.0.1:{elsewhere.port}/stolen"
        with pytest.raises(DeliveryError):
            send_to_service(receiver(room.port), parcel)
    assert len(room.asked) == 1
    assert elsewhere.asked == []


def test_a_service_that_is_not_there_or_says_nothing_is_one_sentence(
    parcel: Parcel, closed_port: int, silent_port: int
) -> None:
    for each in (receiver(closed_port), evolve(receiver(silent_port), timeout_seconds=0.3)):
        with pytest.raises(DeliveryError, match="team: json did not take the message") as refused:
            send_to_service(each, parcel)
        assert CANARY not in str(refused.value)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("service", "address"),
    [("slack", ""), ("slack", "slack://"), ("slack", f"discord://{CANARY}/{CANARY}"), ("slack", f"none://{CANARY}")],
)
def test_an_address_that_is_none_says_how_to_mend_it(parcel: Parcel, service: str, address: str) -> None:
    with pytest.raises(DeliveryError, match="rivalscope deliver --connect team") as refused:
        send_to_service(evolve(receiver(1, service), address=address), parcel)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("slack", "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"),
        ("slack", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#briefs"),
        ("discord", "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"),
        ("tgram", "tgram://123456789:AAGu1Fcanary_canarycanarycanary12345/12315544"),
        ("workflows", "workflows://prod-1.westeurope.logic.azure.com:443/3e6d2a6cd17a4cbbab61a6d4bd0e1b3a/sig/"),
        ("ntfy", "ntfys://ntfy.acme.example/topic"),
    ],
)
def test_what_people_are_given_by_well_known_services_is_an_address(service: str, address: str) -> None:
    from reports.delivery.services import door

    assert door(evolve(receiver(1, service), address=address)) is not None


def test_a_receiver_shows_no_secret_of_its_own() -> None:
    secret = evolve(receiver(1), access_key_id=CANARY, secret_access_key=f"{CANARY}2")
    assert CANARY not in repr(secret)
    assert (
        secret.redacted(f"a {CANARY}2 b {CANARY.upper()} http://x/{CANARY}?q") == f"a … b {CANARY.upper()} http://x/…?q"
    )
