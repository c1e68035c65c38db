"""Tokens for an app's id and secret: asked for once, renewed before they end, refused in one sentence."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.app_tokens import AppTokens
from crawler.credentials import Credential, CredentialError, find_credential
from crawler.failures import Refused
from crawler.items import Platform, Reason

URL = "https://www.reddit.com/api/v1/access_token"
CREDENTIAL = Credential(
    platform=Platform.REDDIT, token="mill-secret", client_id="mill-client", origin="the environment"
)


class Network:
    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.now = datetime(2026, 11, 22, tzinfo=UTC)
        self.tokens = AppTokens(self.download, lambda: self.now)

    async def download(self, request: Request) -> Response:
        self.asked.append(request)
        status, said = self.answers.pop(0)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        return TextResponse(request.url, status=status, body=body)

    def token(self) -> str:
        return asyncio.run(self.tokens.token(CREDENTIAL, URL))


def granted(name: str, **more: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"access_token": name, "token_type": "bearer", **more}


def test_a_token_is_kept_until_a_minute_before_its_end() -> None:
    network = Network(granted("first-token", expires_in=600), granted("second-token", expires_in=600))
    assert [network.token(), network.token()] == ["first-token"] * 2
    network.now += timedelta(seconds=541)
    assert network.token() == "second-token"
    assert [request.method for request in network.asked] == ["POST", "POST"]
    assert network.asked[0].body == b"grant_type=client_credentials"


def test_only_the_token_in_force_is_forgotten() -> None:
    network = Network(granted("first-token"), granted("second-token"))
    network.token()
    assert not network.tokens.forget(Platform.REDDIT, "an older one")
    assert network.tokens.forget(Platform.REDDIT, "first-token")
    assert network.token() == "second-token"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((401, {"message": "Unauthorized", "error": 401}), Reason.TOKEN_EXPIRED),
        ((200, {"error": "invalid_grant"}), Reason.TOKEN_EXPIRED),
        ((500, b"<html>"), Reason.HTTP_ERROR),
        ((200, b"[1, 2]"), Reason.HTTP_ERROR),
        ((200, {"access_token": "short"}), Reason.HTTP_ERROR),
        ((200, {"access_token": ["a list"]}), Reason.HTTP_ERROR),
    ],
)
def test_what_is_no_token_is_refused_in_one_sentence(answer: tuple[int, Any], reason: Reason) -> None:
    with pytest.raises(Refused) as caught:
        Network(answer).token()
    assert caught.value.reason == reason
    assert "mill-secret" not in str(caught.value)


def test_id_and_secret_come_from_the_environment_or_the_file(tmp_path: Path) -> None:
    environ = {"RIVALSCOPE_REDDIT_TOKEN": "mill-secret", "RIVALSCOPE_REDDIT_CLIENT_ID": " mill-client "}
    found = find_credential(Platform.REDDIT, environ)
    assert found is not None
    assert (found.client_id, found.token) == ("mill-client", "mill-secret")
    path = tmp_path / "credentials.toml"
    path.write_text('[reddit]\nclient_id = "mill-client"\ntoken = "mill-secret"\n')
    path.chmod(0o600)
    found = find_credential(Platform.REDDIT, {"RIVALSCOPE_CREDENTIALS": str(path)})
    assert found is not None
    assert (found.client_id, found.token) == ("mill-client", "mill-secret")
    with pytest.raises(CredentialError, match="client id"):
        find_credential(Platform.REDDIT, environ | {"RIVALSCOPE_REDDIT_CLIENT_ID": "id:secret"})
