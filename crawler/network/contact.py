"""Whether those who are asked can reach the one who asks."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.network.addresses import is_loopback
from crawler.network.host_keys import host_key, host_name


def contact_problem(contact: str, urls: Iterable[str] = ()) -> str | None:
    """One sentence when ``contact`` does not do for asking ``urls``, else ``None``.

    Without a contact only this machine may be asked. A contact is a mail address or an http(s) link.
    """
    if not contact:
        beyond = next((url for url in urls if not is_loopback(host_name(urlsplit(url)))), None)
        if beyond is None:
            return None
        return (
            f"No contact is configured, so {host_key(beyond)} is not asked: set contact in rivalscope.toml to a mail"
            " address or page where the sites we visit can reach you."
        )
    is_mail = "@" in contact and "/" not in contact
    if not contact.isascii() or not contact.isprintable() or any(char in contact for char in ' ()<>"'):
        return f"The contact {contact!r} must be plain ASCII without spaces, brackets and quotes."
    if not is_mail and not contact.startswith(("http://", "https://")):
        return f"The contact {contact!r} is neither a mail address nor a link that starts with https://."
    return None
