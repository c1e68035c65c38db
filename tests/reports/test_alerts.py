"""An alert is one sentence with its number, a link and what to do; it is told once until it has ended."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.alerts import Alert, alert_errands, current_alerts, known_since, noticed
from reports.delivery import Ledger, Receiver, go_round
from reports.errors import BriefError
from tests.reports.delivery.conftest import NOW, Mailroom, mail_receiver, mail_server
from tests.reports.markets.marts import write_snapshot
from tests.reports.markets.rows import AS_OF, build_row

DAY = timedelta(days=1)


def row(kind: str, number: int, ratio: float | None = None, **more: Any) -> dict[str, Any]:
    made = {
        "alert_key": f"{kind} 1",
        "kind": kind,
        "company": "Acme <b>",
        "platform": "mastodon",
        "lists": ["tea"],
        "url": "https://social.example/@acme",
        "words": "Tea for two",
        "outcome": None,
        "number": number,
        "ratio": ratio,
        "is_own": False,
        "observed_at": AS_OF,
    }
    return made | more


def sentence(tmp_path: Path, told: dict[str, Any]) -> str:
    path = write_snapshot(tmp_path / "s.duckdb", {"build": [build_row()], "alerts": [told]})
    (alert,) = current_alerts(path, timezone="UTC")
    assert alert.lists == ("tea",)
    return alert.sentence


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            row("breakout", 1240, 8.34),
            "Acme <b> on Mastodon: “Tea for two” has 8.3 times the engagement of its usual posts (1,240). Look at what"
            " it does differently. https://social.example/@acme",
        ),
        (row("breakout", 1240, 8.34, words=None), "a post without words"),
        (
            row("follower_jump", 1200, 0.14),
            "gained 1,200 followers within a week, 14% more and far more than it usually",
        ),
        (row("account_gone", 1), "was gone at the last visit. If it moved, follow it with `rivalscope rename`"),
        (row("account_gone", 3), "was gone at the last 3 visits."),
        (
            row("account_moved", 1, words=f"Saw 12 posts. It moved: rivalscope rename {'old' * 40} new"),
            f"goes on elsewhere (Saw 12 posts. It moved: rivalscope rename {'old' * 40} new).",
        ),
        (
            row("failed_visits", 3, words="No answer.", outcome="error"),
            "the last 3 visits failed (No answer). If it opens",
        ),
        (row("failed_visits", 3, words=None, outcome="error"), "visits failed ("),
        (
            row("failed_visits", 3, words="No posts found.", outcome="layout_changed"),
            "Update Rivalscope; what was kept can then be read again with `rivalscope reparse`.",
        ),
        (row("breakout", 5, 6.0, words="x\n" * 500, url="javascript:alert(1)"), "Look at what it does differently."),
    ],
)
def test_each_kind_says_its_number_and_what_to_do(tmp_path: Path, told: dict[str, Any], said: str) -> None:
    whole = sentence(tmp_path, told)
    assert said in whole
    assert "\n" not in whole
    assert "javascript" not in whole
    assert len(whole) < 500
    assert "None" not in whole


def alert(key: str, *lists: str) -> Alert:
    return Alert(key=key, sentence=f"{key} is so. https://acme.example/{key}", lists=lists)


def test_what_ended_and_comes_again_is_another_alert(tmp_path: Path) -> None:
    path = tmp_path / "alerts.json"
    (first,) = noticed(path, [alert("a")], NOW)
    (same,) = noticed(path, [alert("a")], NOW + DAY)
    assert first == same
    assert known_since(path, [alert("a"), alert("b")])[1].since is None
    assert noticed(path, [], NOW + 2 * DAY) == []
    (again,) = noticed(path, [alert("a")], NOW + 3 * DAY)
    assert again.parcel_key != first.parcel_key


def test_a_state_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "alerts.json"
    for content in ("{", "[1]", '{"a": "yesterday"}', '{"a": 3}'):
        path.write_text(content)
        with pytest.raises(BriefError, match="delete it, and every alert is told once more"):
            known_since(path, [alert("a")])


def tell(path: Path, alerts: list[Alert], receivers: list[Receiver], days: float) -> list[tuple[str, list[str]]]:
    """Whom what was told."""
    now = NOW + days * DAY
    ledger = Ledger(path / "d.jsonl")
    errands = alert_errands(noticed(path / "a.json", alerts, now), receivers, ledger, now, issuer="i", name="Acme")
    done = list(go_round(errands, ledger, lambda: now))
    return [
        (each.errand.receiver.name, re.findall(r"(\S+) is so", each.errand.parcel.text))
        for each in done
        if each.is_delivered
    ]


def test_each_alert_is_told_once_to_each_and_new_ones_together(tmp_path: Path) -> None:
    with mail_server(Mailroom()) as room:
        everybody = mail_receiver(room.port)
        tea = Receiver(
            name="tea", way="mail", mailboxes=("ben@acme.example",), address=everybody.address, lists=("tea",)
        )
        both = [everybody, tea]
        assert tell(tmp_path, [], both, 0) == []
        assert tell(tmp_path, [alert("a", "tea"), alert("b")], both, 1) == [("office", ["a", "b"]), ("tea", ["a"])]
        assert tell(tmp_path, [alert("a", "tea"), alert("b")], both, 2) == []
        assert tell(tmp_path, [alert("b"), alert("c", "tea")], both, 3) == [("office", ["c"]), ("tea", ["c"])]
        room.refused.add("ben@acme.example")
        assert tell(tmp_path, [alert("a", "tea"), alert("b")], both, 4) == [("office", ["a"])]
        room.refused.clear()
        assert tell(tmp_path, [alert("a", "tea"), alert("b")], both, 5) == [("tea", ["a"])]
        # of what ended before it could be told, nobody hears
        room.refused.add("anna@acme.example")
        assert tell(tmp_path, [alert("d")], both, 6) == []
        room.refused.clear()
        assert tell(tmp_path, [], both, 7) == []
    subjects = [message["Subject"] for mailbox, message in room.received if mailbox == "anna@acme.example"]
    assert subjects[:2] == [
        "Acme: a is so. https://acme.example/a (+1)",
        "Acme: c is so. https://acme.example/c",
    ]
    shown = room.received[0][1].get_body(("html",))
    assert shown is not None
    assert '<a href="https://acme.example/a">https://acme.example/a</a>' in shown.get_content()
