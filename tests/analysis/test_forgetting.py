"""Forgetting an account means all that it ever was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from analysis.forgetting import Named, holding

OLD, NEW = "https://social.example/@acorn", "https://new.example/@acorn"


@pytest.mark.parametrize("named", [(OLD, "social.example"), (NEW, "new.example")])
def test_an_account_that_moved_is_found_on_both_servers_by_either_name(project: Any, named: tuple[str, str]) -> None:
    listed = {"platform": "mastodon", "handle": "acorn", "company": "Acorn", "is_own": False, "lists": []}
    project.land(project.post("1"), project.post("2", account_key=NEW, host="new.example"))
    project.load(accounts=[{**listed, "account_key": OLD, "url": OLD, "host": "social.example"}])
    moved = {**listed, "account_key": NEW, "url": NEW, "host": "new.example", "former_keys": [OLD]}
    project.load(accounts=[moved], now=project.now + timedelta(hours=1))
    key, host = named
    found = holding(project.warehouse, [Named(account_key=key, platform="mastodon", host=host, handle="acorn")])
    assert found.account_keys == {OLD, NEW}
    assert len(found.post_ids) == 2
