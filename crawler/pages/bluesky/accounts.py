"""What an account is called: its handle, or its DID where the handle points nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawler.pages.base import AccountRef
from crawler.reading.jsonvalue import identifier, string

HANDLE = re.compile(r"@?([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+)")
_NO_HANDLE = "handle.invalid"  # what the AppView says when a handle no longer points to its account


def handle_of(account: Mapping[str, Any], ref: AccountRef | None) -> str | None:
    """The handle; where it points nowhere any more, the one that was asked for, else the DID."""
    handle, did = string(account.get("handle")), identifier(account.get("did"))
    if handle and handle != _NO_HANDLE:
        return handle
    if ref is not None and did is not None and ref.native_account_id in (None, did):
        return ref.handle
    return did
