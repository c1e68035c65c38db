"""Each parcel arrives once; what did not arrive is tried again later, not for ever."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from reports.delivery import Ledger, brief_errands, errands_of, go_round, waiting_briefs
from reports.delivery.ledger import MOST_ATTEMPTS, Event, Way
from reports.delivery.parcels import Parcel
from reports.delivery.places import put_into_bucket, put_into_folder
from reports.delivery.receivers import DeliveryError, Receiver
from reports.errors import BriefError
from reports.file_names import brief_stem
from tests.reports.delivery.conftest import NOW, Mailroom, Webroom, mail_receiver, mail_server, web_server

MINUTE = timedelta(minutes=1)


def shelf(folder: Path, **more: Any) -> Receiver:
    return evolve(Receiver(name="shelf", way="folder", folder=folder, attach=("html", "json")), **more)


def test_whoever_has_it_gets_it_no_more_and_whoever_was_refused_does(parcel: Parcel, tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    with mail_server(Mailroom(refused={"ben@acme.example"})) as room:
        receiver = mail_receiver(room.port, "anna@acme.example", "ben@acme.example", "cleo@acme.example")
        errands = errands_of(parcel, [receiver])
        first = list(go_round(errands, Ledger(path), lambda: NOW))
        assert [attempt.is_delivered for attempt in first] == [True, False, True]
        assert first[1].sentence.startswith("Not delivered: Kaffee & Tee: 2026-W47, to office: the mail server refuses")
        room.refused.clear()
        # a quarter of an hour is waited, unless a person asks
        assert list(go_round(errands, Ledger(path), lambda: NOW + 14 * MINUTE)) == []
        later = list(go_round(errands, Ledger(path), lambda: NOW + 15 * MINUTE))
        assert [(each.errand.addressee, each.is_delivered) for each in later] == [("ben@acme.example", True)]
        assert list(go_round(errands, Ledger(path), lambda: NOW + 60 * MINUTE, is_asked=True)) == []
        again = list(go_round(errands, Ledger(path), lambda: NOW + 60 * MINUTE, is_asked=True, is_again=True))
        assert len(again) == 3
    boxes = [mailbox for mailbox, _ in room.received]
    assert sorted(boxes) == sorted(receiver.mailboxes * 2)
    assert len({message["Message-ID"] for _, message in room.received}) == 6


def test_waits_grow_and_end_with_giving_up(parcel: Parcel, tmp_path: Path, closed_port: int) -> None:
    path = tmp_path / "deliveries.jsonl"
    errands = errands_of(parcel, [mail_receiver(closed_port)])
    moments = [NOW + 15 * MINUTE * quarter for quarter in range(3 * 24 * 4)]
    tried = [
        attempt for now in moments for attempt in go_round(errands, Ledger(path), partial(datetime.astimezone, now))
    ]
    assert [(attempt.at - NOW) / (15 * MINUTE) for attempt in tried] == [0, 1, 5, 21, 85, 181]
    assert len(tried) == MOST_ATTEMPTS
    assert "is given up" not in tried[-2].sentence
    assert "tried 6 times and is given up; when that is mended: rivalscope deliver" in tried[-1].sentence
    now = moments[-1]
    assert Ledger(path).due(NOW - MINUTE) == []
    with mail_server(Mailroom()) as room:
        errands = errands_of(parcel, [mail_receiver(room.port)])
        assert list(go_round(errands, Ledger(path), lambda: now)) == []
        (asked,) = go_round(errands, Ledger(path), lambda: now, is_asked=True)
    assert asked.is_delivered


def test_killed_before_it_was_noted_it_is_sent_again_as_the_same_mail(parcel: Parcel, tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    with mail_server(Mailroom()) as room:
        errands = errands_of(parcel, [mail_receiver(room.port)])
        list(go_round(errands, Ledger(path), lambda: NOW))
        lines = path.read_bytes().splitlines(keepends=True)
        assert [json.loads(line)["event"] for line in lines] == ["due", "begun", "delivered"]
        path.write_bytes(b"".join(lines[:2]) + lines[2][:20])  # torn while it was written
        (second,) = go_round(errands, Ledger(path), lambda: NOW + MINUTE)
        assert second.is_delivered
        assert list(go_round(errands, Ledger(path), lambda: NOW + 2 * MINUTE)) == []
    assert len({message["Message-ID"] for _, message in room.received}) == 1
    assert len(room.received) == 2


def test_a_receiver_that_fails_holds_up_no_other(parcel: Parcel, tmp_path: Path, closed_port: int) -> None:
    with mail_server(Mailroom()) as room:
        errands = errands_of(
            parcel, [mail_receiver(closed_port), shelf(tmp_path / "shelf"), evolve(mail_receiver(room.port), name="b")]
        )
        attempts = list(go_round(errands, Ledger(tmp_path / "d.jsonl"), lambda: NOW))
    assert [attempt.is_delivered for attempt in attempts] == [False, True, True]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_nothing_is_sent_that_cannot_be_written_down(parcel: Parcel, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with mail_server(Mailroom()) as room, pytest.raises(BriefError, match="nothing was delivered"):
        list(go_round(errands_of(parcel, [mail_receiver(room.port)]), Ledger(folder / "d.jsonl"), lambda: NOW))
    assert room.received == []


def test_a_ledger_that_is_a_folder_sends_nothing(parcel: Parcel, tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="nothing was delivered"):
        Ledger(tmp_path)


def test_lines_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(b'[]\n{"event": "read", "at": "x"}\n\xff\n{"event": "due", "parcel": 3}\n"due"\n')
    ledger = Ledger(path)
    ledger.note(Event.DUE, Way("brief 2026-W47", "office"), NOW)
    assert Ledger(path).due(NOW) == [Way("brief 2026-W47", "office")]


def test_a_missed_brief_waits_three_weeks_for_its_receivers(tmp_path: Path) -> None:
    pages = [tmp_path / f"{stem}.html" for stem in ("2026-W46", "2026-W47", "2026-W47_coffee", "2026-W48")]
    ledger = Ledger(tmp_path / "d.jsonl")
    for weeks, page in enumerate(pages[:3], start=-4):
        page.write_text("x")
        ledger.note(Event.DUE, Way(f"brief {page.stem}", "office"), NOW + timedelta(weeks=weeks))
    ledger.note(Event.DUE, Way("brief 2026-W45", "office"), NOW)  # whose page is gone
    ledger.note(Event.DUE, Way("alert x", "office"), NOW)
    assert waiting_briefs(tmp_path, ledger, NOW, ["coffee", "tea"]) == {pages[1]: "", pages[2]: "coffee"}


def test_each_list_has_its_own_receivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, coffee = tmp_path / "2026-W47.html", tmp_path / "2026-W47_coffee.html"
    for each in (page, coffee):
        each.write_text("x")
        each.with_suffix(".mail.html").write_text(f"<p>{each.stem}</p>")
    receivers = [shelf(tmp_path, name="all"), shelf(tmp_path, name="bar", lists=("coffee", "tea"))]
    errands, remarks = brief_errands({page: "", coffee: "coffee"}, receivers, issuer="i", name="Acme")
    assert [(each.receiver.name, each.parcel.subject) for each in errands] == [
        ("all", "Acme: 2026-W47"),
        ("bar", "Acme: coffee, 2026-W47"),
    ]
    assert remarks == []
    monkeypatch.setenv("PATH", str(tmp_path))  # where no browser is
    errands, remarks = brief_errands({page: ""}, [shelf(tmp_path, attach=("pdf",))], issuer="i", name="")
    assert len(errands) == 1
    assert remarks[0].startswith("The brief goes out without its PDF. A PDF is printed by Chromium")


def test_two_lists_never_share_a_file() -> None:
    names = ["coffee", "Coffee", "cof fee", "cof-fee", "☕", "🍵", "a/b", "../a"]
    stems = [brief_stem("2026-W47", name) for name in names]
    assert stems[0] == "2026-W47_coffee"
    assert len(set(stems)) == len(names)
    assert all("/" not in stem and "." not in stem for stem in stems)
    long = [brief_stem("2026-W47", "ä" * 300), brief_stem("2026-W47", "ä" * 301)]
    assert len(set(long)) == 2
    assert all(len(f".{stem}.html.new".encode()) < 200 for stem in long)


# ---------------------------------------------------------------- places


def test_a_folder_gets_whole_files_only(parcel: Parcel, tmp_path: Path) -> None:
    target = tmp_path / "share" / "briefs"
    put_into_folder(shelf(target), parcel)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {
        name: (tmp_path / name).read_bytes() for name in ("2026-W47.html", "2026-W47.json")
    }


def test_a_reader_of_the_folder_never_sees_half_a_brief(parcel: Parcel, tmp_path: Path) -> None:
    target, page = tmp_path / "share", parcel.files["html"]
    bodies = [bytes([letter]) * 400_000 for letter in b"ab"]
    page.write_bytes(bodies[0])
    put_into_folder(shelf(target), parcel)
    seen: set[bytes] = set()
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            seen.add((target / page.name).read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(30):
        page.write_bytes(bodies[turn % 2])
        put_into_folder(shelf(target, attach=()), parcel)
    is_over.set()
    reader.join()
    assert seen <= set(bodies)


def test_a_folder_that_is_none_is_one_sentence(parcel: Parcel, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"shelf: .*2026-W47.html could not be written"):
        put_into_folder(shelf(parcel.files["pdf"]), parcel)


def bucket(port: int) -> Receiver:
    return Receiver(
        name="store",
        way="bucket",
        bucket="s3://acme-briefs/market/weekly",
        endpoint=f"http://127.0.0.1:{port}",
        region="eu-central-1",
        access_key_id="AKIACANARY",
        secret_access_key="canary/secret+key",
        attach=("html", "json"),
        timeout_seconds=2,
    )


def test_a_bucket_gets_signed_objects(parcel: Parcel, signature_of: Callable[..., str]) -> None:
    with web_server(Webroom(headers={"ETag": '"1"'}, answer=b"")) as room:
        put_into_bucket(bucket(room.port), parcel)
    assert [(asked.method, asked.path) for asked in room.asked] == [
        ("PUT", "/acme-briefs/market/weekly/2026-W47.html"),
        ("PUT", "/acme-briefs/market/weekly/2026-W47.json"),
    ]
    for asked, form in zip(room.asked, ("html", "json"), strict=True):
        assert asked.body == parcel.files[form].read_bytes()
        headers = {name.lower(): value for name, value in asked.headers.items()}
        assert headers["authorization"].endswith(f"Signature={signature_of(asked, 'canary/secret+key')}")
    assert headers["content-type"] == "application/json"


def test_a_bucket_that_refuses_is_named_without_its_keys(parcel: Parcel, closed_port: int) -> None:
    with web_server(Webroom(status=403, answer=b"<Error><Code>AccessDenied</Code></Error>")) as room:
        for port in (room.port, closed_port):
            with pytest.raises(DeliveryError, match="store: the bucket did not take the brief") as refused:
                put_into_bucket(bucket(port), parcel)
            assert "CANARY" not in str(refused.value).upper()
    with pytest.raises(DeliveryError, match="rivalscope deliver --connect store"):
        put_into_bucket(evolve(bucket(1), access_key_id=""), parcel)


def test_without_its_library_a_bucket_says_how_to_get_it(parcel: Parcel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(DeliveryError, match=r"pip install 'rivalscope\[bucket\]'"):
        put_into_bucket(bucket(1), parcel)
