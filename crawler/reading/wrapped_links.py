"""Where a link leads that goes by way of a click counter, a warning page or a web archive.

Sources: the networks' own way out (l.facebook.com, youtube.com/redirect, vk.com/away.php), href.li and nullrefer, the
paths that shop and blog software gives such pages (``/out?url=``, ``/redirect?to=``), and the Wayback Machine's
address form (``/web/20260101000000/https://…``).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

_MOST = 4_000
_MOST_FIELDS = 50
_ARCHIVED = re.compile(r"/web/\d{4,14}(?:[a-z]{2}_)?/(https?:/{1,2}.+)", re.IGNORECASE)
_WAYS_OUT = re.compile(
    r"//(?:l|lm)\.(?:facebook|instagram|threads)\.(?:com|net)/|//(?:www\.)?youtube\.com/redirect|//t\.umblr\.com/redirect"
    r"|//out\.reddit\.com/|//(?:www\.)?linkedin\.com/(?:redir|safety)/|//(?:m\.)?vk\.(?:com|ru)/away\.php"
    r"|//(?:www\.)?google\.[a-z.]{2,6}/url|//(?:www\.)?(?:href\.li|nullrefer\.com|anonym\.to|dereferer\.me)/"
    r"|safelinks\.protection\.outlook\.com/"
    r"|^[^?#]*/(?:out|outbound|go|away|goto|redir|redirect|exit|leave|link|external|extern|click|jump|r)(?:\.php|/)?[?]",
    re.IGNORECASE,
)
_INNER = re.compile(r"https?://", re.IGNORECASE)


def unwrapped(target: str) -> str:
    """The address that ``target`` (as written) leads on to, or ``target`` itself; never asks anybody."""
    if len(target) > _MOST or target.lower().rfind("http") < 1:
        return target
    if archived := _ARCHIVED.search(target):
        return re.sub(r"^(https?:)/+", r"\1//", archived.group(1), flags=re.IGNORECASE)
    if not _WAYS_OUT.search(target):
        return target
    query = target.partition("?")[2].partition("#")[0]
    if _INNER.match(unquote(query)):
        return unquote(query)
    try:
        values = [value for _, value in parse_qsl(query, max_num_fields=_MOST_FIELDS)]
    except ValueError:
        return target
    return next((value for value in values if _INNER.match(value)), target)
