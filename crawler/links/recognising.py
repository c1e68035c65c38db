"""From a pasted link to its account, or to its post."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address, address_of
from crawler.links.found import Account, Single
from crawler.links.hosts import platform_of
from crawler.links.link import Link, LinkError, PostLink
from crawler.links.own_hosts import Addresses
from crawler.links.readers import reader_of
from crawler.platforms import FACTS


def recognise(pasted: str, config: Addresses | None = None, platform: Platform | None = None) -> Link:
    """The account that ``pasted`` means, however messily it was copied.

    ``config`` tells which hosts are the user's own and where APIs were moved to; ``platform`` overrides what the shape
    of the address says (a Misskey or snac server looks like others). Raises :class:`LinkError` with one sentence, and
    with the account's link as ``suggestion`` when a single post was pasted.
    """
    address = address_of(pasted, config)
    chosen = platform or platform_of(address, config)
    found = reader_of(chosen)(address)
    if isinstance(found, Single):
        what = "is a single post" if chosen == Platform.WEB else f"is a single post on {FACTS[chosen].label}"
        if found.account is None:
            raise LinkError(f"{address.url} {what}; paste the link of the account that posted it.")
        whose = "to follow the site it is on" if chosen == Platform.WEB else "to follow its account"
        raise LinkError(f"{address.url} {what}; {whose} add {found.account.url}", found.account.url)
    return Link(
        platform=chosen,
        host=_host_of(chosen, address, found),
        handle=found.handle,
        url=found.url,
        native_account_id=found.native_account_id,
        note=found.note,
    )


def recognise_post(url: str, config: Addresses | None = None, platform: Platform | None = None) -> PostLink:
    """The post that ``url`` means: its native id by the platform's own pattern, else its canonical address.

    Raises :class:`LinkError` when ``url`` is no http(s) address.
    """
    address = address_of(url, config)
    chosen = platform or platform_of(address, config)
    try:
        found = reader_of(chosen)(address)
    except LinkError:
        found = Single()
    single = found if isinstance(found, Single) else Single()
    return PostLink(
        platform=chosen,
        host=_host_of(chosen, address, single.account),
        native_id=single.native_id or address.url,
        url=address.url,
        handle=single.account.handle if single.account else None,
    )


def _host_of(platform: Platform, address: Address, found: Account | None) -> str:
    if found is not None and found.host is not None:
        return found.host
    return "" if FACTS[platform].has_one_address else address.host
