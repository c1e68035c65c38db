"""Links of LinkedIn."""

from __future__ import annotations

import re

from attrs import evolve

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    match address.segments:
        case ["company-beta" | "companies", slug, *_]:
            return read(evolve(address, segments=("company", slug)))
        case ["company" | "school" | "showcase" as kind, slug, *rest]:
            if rest[:1] == ["posts"] and (urn := re.search(r"(\d{15,})", "/".join(rest))):
                return Single(urn.group(1))
            name = slug.lower()
            handle = name if kind == "company" else f"{kind}/{name}"
            return Account(handle, f"https://www.linkedin.com/{kind}/{name}/", name if name.isdecimal() else None)
        case ["in", slug, *_]:
            return Account(f"in/{slug.lower()}", f"https://www.linkedin.com/in/{slug.lower()}/")
        case ["posts", slug, *_] if found := re.search(r"(?:activity|share|ugcPost)-(\d{15,})", slug):
            user = slug.split("_", maxsplit=1)[0].lower()
            return Single(found.group(1), Account(user, f"https://www.linkedin.com/company/{user}/"))
        case ["feed", "update", urn, *_] if found := re.search(r"(\d{15,})", urn):
            return Single(found.group(1))
        case ["pulse", *_]:
            return Single()
        case _:
            raise not_an_account(address, Platform.LINKEDIN)
