"""From an account as a file or a page names it to its link."""

from __future__ import annotations

import re
from urllib.parse import quote

from crawler.items import Platform
from crawler.links.link import Link, LinkError
from crawler.links.own_hosts import Addresses, is_private_host
from crawler.links.recognising import recognise
from crawler.platforms import FACTS

_PROFILE = {
    Platform.BLUESKY: "https://bsky.app/profile/{}",
    Platform.YOUTUBE: "https://www.youtube.com/@{}",
    Platform.TELEGRAM: "https://t.me/{}",
    Platform.REDDIT: "https://www.reddit.com/{}",
    Platform.FOREM: "https://dev.to/{}",
    Platform.TUMBLR: "https://{}.tumblr.com/",
    Platform.SUBSTACK: "https://{}.substack.com/",
    Platform.MEDIUM: "https://medium.com/@{}",
    Platform.INSTAGRAM: "https://www.instagram.com/{}/",
    Platform.FACEBOOK: "https://www.facebook.com/{}",
    Platform.X: "https://x.com/{}",
    Platform.LINKEDIN: "https://www.linkedin.com/company/{}/",
    Platform.TIKTOK: "https://www.tiktok.com/@{}",
    Platform.THREADS: "https://www.threads.com/@{}",
    Platform.PINTEREST: "https://www.pinterest.com/{}/",
}
_HOSTED_PROFILE = {Platform.MASTODON: "@{}", Platform.MISSKEY: "@{}", Platform.WEB: ""}


def account_link(platform: Platform, account: str, host: str = "", config: Addresses | None = None) -> Link:
    """The link of ``account`` as a file or a page names it: a handle, ``user@host``, a site, or its whole address.

    ``host`` is the home server where the name does not say it. A name that is no handle (a page's title) still gets a
    link of its own, so that its posts stay together. Raises :class:`LinkError` when the server is not known.
    """
    name = account.strip()
    if "://" in name or (platform == Platform.WEB and "." in name.partition("/")[0]):
        return recognise(name, config, platform)
    plain = name.removeprefix("@")
    is_elsewhere = platform == Platform.FOREM and bool(host)
    if FACTS[platform].has_one_address or (platform in _PROFILE and not is_elsewhere):
        if platform == Platform.YOUTUBE and re.fullmatch(r"UC[\w-]{22}", plain):
            return recognise(f"https://www.youtube.com/channel/{plain}", config, platform)
        url = _PROFILE[platform].format(plain)
        try:
            return recognise(url, config, platform)
        except LinkError:
            return Link(platform=platform, host="", handle=plain, url=_PROFILE[platform].format(quote(plain, safe="")))
    user, _, server = plain.partition("@")
    server = server or host
    if not server:
        raise LinkError(f"{account!r} does not say on which server; write it as {account}@server.example")
    scheme = "http" if is_private_host(server) or (config is not None and config.is_own_host(server)) else "https"
    if platform == Platform.DISCOURSE and user == server:
        user = "latest"  # the whole forum
    return recognise(f"{scheme}://{server}/{_HOSTED_PROFILE.get(platform, '{}').format(user)}", config, platform)
