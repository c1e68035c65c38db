"""Links of websites: a blog, a newsroom, a section of a site, or a post under a dated path."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.links.address import Address
from crawler.links.found import LOGIN, Account, Found, Single
from crawler.links.link import LinkError
from crawler.reading.urls import site_handle

_DATED_POST = re.compile(r"(.*?)/?(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/\d{1,2})?/[^/]{4,}/?")


def read(address: Address) -> Found:
    last = address.segments[-1].lower() if address.segments else ""
    root = f"{address.scheme}://{urlsplit(address.url).netloc}/"
    if last.removesuffix(".php") in (*LOGIN, "wp-login", "log-in"):
        raise LinkError(f"{address.url} is a login page; paste the address of the blog or newsroom, or {root}", root)
    if (last in ("search", "suche") and address.query) or (not address.segments and "s" in address.query):
        raise LinkError(f"{address.url} is a search page; paste the address of the blog or newsroom, or {root}", root)
    handle = site_handle(address.url)
    query = urlsplit(address.url).query
    whole = Account(f"{handle}?{query}" if query else handle, address.url)
    path = urlsplit(address.url).path
    if dated := _DATED_POST.fullmatch(path):
        section = f"{root.rstrip('/')}{dated.group(1)}/"
        return Single(address.url, Account(site_handle(section), section))
    return whole
