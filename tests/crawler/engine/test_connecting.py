"""Renewing tokens: for which, when, and what is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import define, evolve, field

from crawler.connecting import GUIDES, Connector
from crawler.credentials import App, Credential, CredentialError, account_id, moment_of, notices, redacted
from crawler.items import Outcome, Platform, Reason
from crawler.network.official import OfficialAnswer
from crawler.pages.base import PageProblem

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
APIS = {"instagram": "https://graph.facebook.com/v24.0", "threads": "https://graph.threads.net/v1.0"}


@define
class Interface:
    """Says one thing to everybody."""

    said: Any
    status: int = 200
    asked: list[str] = field(factory=list)

    def __call__(
        self, url: str, token: str, headers: Mapping[str, str] | None = None, form: bytes | None = None
    ) -> OfficialAnswer:
        self.asked.append(url)
        body = self.said if isinstance(self.said, bytes) else json.dumps(self.said).encode()
        return OfficialAnswer(status=self.status, headers={"Content-Type": "application/json"}, body=body)


def connector(platform: Platform, interface: Interface | None = None) -> Connector:
    base_urls = {"facebook": "https://graph.facebook.com/v24.0", "x": "https://api.x.com", **APIS}
    return Connector(platform=platform, base_urls=base_urls, send=interface or Interface({}), now=NOW)


def credential(platform: Platform, **changes: Any) -> Credential:
    token = Credential(platform=platform, token="EAAB-a-token", expires_at=NOW + timedelta(days=5), origin="the test")
    return evolve(token, **changes)


APP = App(app_id="77", secret="hush-hush")


@pytest.mark.parametrize(
    ("platform", "changes", "is_due"),
    [
        (Platform.THREADS, {}, True),
        (Platform.THREADS, {"expires_at": NOW + timedelta(days=15)}, False),
        (Platform.THREADS, {"expires_at": NOW - timedelta(days=1)}, False),
        (Platform.THREADS, {"obtained_at": NOW - timedelta(hours=3)}, False),
        (Platform.THREADS, {"expires_at": None}, False),
        (Platform.THREADS, {"expires_at": None, "obtained_at": NOW - timedelta(days=31)}, True),
        (Platform.INSTAGRAM, {}, False),
        (Platform.INSTAGRAM, {"token": "IGAA-a-token"}, True),
        (Platform.INSTAGRAM, {"app": APP}, True),
        (Platform.FACEBOOK, {}, False),
        (Platform.FACEBOOK, {"app": APP}, True),
        (Platform.X, {}, False),
    ],
)
def test_a_token_is_renewed_in_its_last_two_weeks_where_the_network_does(
    platform: Platform, changes: dict[str, Any], is_due: bool
) -> None:
    assert connector(platform).is_due(credential(platform, **changes)) == is_due


@pytest.mark.parametrize(
    ("token", "address", "asked"),
    [
        (credential(Platform.THREADS), "https://graph.threads.net/refresh_access_token", "th_refresh_token"),
        (
            credential(Platform.INSTAGRAM, token="IGAA-a-token"),
            "https://graph.facebook.com/refresh_access_token",
            "ig_refresh_token",
        ),
        (
            credential(Platform.INSTAGRAM, app=APP),
            "https://graph.facebook.com/v24.0/oauth/access_token",
            "fb_exchange_token",
        ),
    ],
)
def test_each_network_is_asked_in_its_own_way(token: Credential, address: str, asked: str) -> None:
    interface = Interface({"access_token": "EAAB-a-fresh-one", "expires_in": 5_184_000})
    fresh = connector(token.platform, interface).renewed(token)
    assert (fresh.token, fresh.expires_at) == ("EAAB-a-fresh-one", NOW + timedelta(days=60))
    (url,) = interface.asked
    assert url.partition("?")[0] == address
    assert parse_qs(urlsplit(url).query)["grant_type"] == [asked]


@pytest.mark.parametrize(
    ("said", "status"),
    [({}, 200), (b"<html>", 200), (b"[" * 9_000, 200), ({"access_token": 7}, 200), ({"error": {"code": 190}}, 400)],
)
def test_an_answer_without_a_token_renews_nothing(said: Any, status: int) -> None:
    with pytest.raises(PageProblem):
        connector(Platform.THREADS, Interface(said, status)).renewed(credential(Platform.THREADS))


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"data": {"expires_at": 1_800_000_000}}, datetime.fromtimestamp(1_800_000_000, UTC)),
        (
            {"data": {"expires_at": 0, "data_access_expires_at": 1_790_000_000}},
            datetime.fromtimestamp(1_790_000_000, UTC),
        ),
        ({"data": {"expires_at": 0}}, None),
        ({"data": {"expires_at": 10**30}}, None),
        ({"data": "?"}, None),
        (b"", None),
    ],
)  # fmt: skip
def test_the_end_is_what_the_network_says(said: Any, ends: datetime | None) -> None:
    assert connector(Platform.FACEBOOK, Interface(said)).ends_at("EAAB-a-token") == ends


def test_a_token_in_the_networks_words_is_taken_out() -> None:
    words = {"error": {"code": 190, "message": "Malformed token EAAB-a-token"}}
    problem = connector(Platform.THREADS, Interface(words, 401)).tried(credential(Platform.THREADS), "acme")
    assert problem is not None
    assert (problem.outcome, problem.reason) == (Outcome.ERROR, Reason.TOKEN_EXPIRED)
    assert "EAAB-a-token" not in str(problem)
    assert "Malformed token" in str(problem)


@pytest.mark.parametrize("platform", GUIDES)
def test_every_guide_says_what_to_do_and_what_to_expect(platform: Platform) -> None:
    guide = GUIDES[platform]
    assert all(step.endswith(".") for step in guide.steps)
    assert any("https://" in step for step in guide.steps)
    assert not guide.reach.endswith(".")
    assert guide.is_within_reach == guide.reach.startswith("Within reach")


def test_a_credential_shows_no_token_and_no_secret() -> None:
    shown = repr(credential(Platform.FACEBOOK, app=APP))
    assert "EAAB" not in shown
    assert "hush" not in shown


def test_tokens_are_taken_out_however_they_are_written() -> None:
    token = "AAA%2Fb/c+d%3D0123"
    said = b'{"a": "AAA%2Fb\\/c+d%3D0123", "b": "AAA%252Fb%2Fc%2Bd%253D0123", "c": "AAA/b/c+d=0123"}'
    assert redacted(said, [token]) == b'{"a": "redacted", "b": "redacted", "c": "redacted"}'
    link = b"https://graph.example/x?Access_Token=someone-elses&after=1"
    assert redacted(link, []) == b"https://graph.example/x?Access_Token=redacted&after=1"


@pytest.mark.parametrize("stated", ["me", "../1", "1 2", "9" * 40])
def test_an_own_account_is_a_number(stated: str) -> None:
    with pytest.raises(CredentialError, match="digits"):
        account_id(stated, "the test")


def test_days_are_told_as_people_count_them() -> None:
    ends = {0.2: "today", 1.5: "tomorrow", 2.9: "in 2 days", 13.9: "in 13 days", -0.5: "ended on"}
    for days, said in ends.items():
        token = credential(Platform.X, expires_at=NOW + timedelta(days=days))
        (notice,) = notices({Platform.X: token}, NOW)
        assert said in notice.sentence
        assert notice.is_urgent == (days <= 3)
    assert notices({Platform.X: credential(Platform.X, expires_at=NOW + timedelta(days=14, seconds=1))}, NOW) == []
    assert moment_of("2027-01-31", "the test") == datetime(2027, 1, 31, tzinfo=UTC)
