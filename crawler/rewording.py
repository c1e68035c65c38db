"""A recorded page with other words in it: its shape stays, what somebody wrote does not.

Fixtures carry invented content. Words of texts, titles and descriptions are exchanged for others of like length, the
same one for the same word everywhere; numbers, dates, addresses, ids, markup and the words of a network's own interface
stay. Whether a reader still sees the same in it is for the caller to compare.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from zlib import crc32

INVENTED_WORDS = (
    *("ash", "bay", "cup", "dew", "elm", "fig", "hay", "ivy", "jar", "oak", "pan", "rye", "sky", "tea"),
    *("barn", "clay", "dune", "fern", "gate", "hill", "iris", "lamp", "moss", "path", "reed", "sand", "tide", "wool"),
    *("amber", "birch", "cedar", "daisy", "ember", "field", "grove", "hazel", "lemon", "maple", "ocean", "river"),
    *("autumn", "basket", "candle", "garden", "harbor", "kettle", "meadow", "orchid", "pebble", "saddle", "willow"),
    *("blanket", "cottage", "feather", "lantern", "morning", "orchard", "pottery", "thistle", "village"),
    *("bluebell", "fireside", "hedgerow", "lavender", "moorland", "riverbed", "sunlight", "woodland"),
    *("blackbird", "bookshelf", "buttercup", "driftwood", "marmalade", "snowflake"),
)
_BY_LENGTH = {length: [word for word in INVENTED_WORDS if len(word) == length] for length in range(3, 10)}
_LONGEST = max(_BY_LENGTH)

INTERFACE_WORDS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun gmt utc
    like likes liked comment comments reply replies repost reposts retweet retweets share shares shared view views
    viewed follower followers following subscriber subscribers post posts video videos photo photos reaction reactions
    vote votes point points note notes boost boosts favourite favourites clap claps response responses
    thousand million lakh crore second seconds minute minutes hour hours day days week weeks month months year years ago
    edited pinned promoted sponsored log login sign signup private deleted removed unavailable
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
"""Words of networks' own interfaces, which readers of pages look for."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"(?i)\b(?:https?|at|acct)://?[^\s<>\"']+|\bwww\.[^\s<>\"']+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"(\s*:)?')
_KEY_BEFORE = re.compile(r'"((?:[^"\\\n]|\\.)*)"\s*:\s*$')
_TEXT_KEYS = frozenset(
    """
    name title text caption description summary bio display_name displayname full_name fullname content content_html
    content_text headline articlebody about location alt alt_text alternativeheadline note spoiler_text signature
    """.split()  # noqa: SIM905 - as above
)
_MARKUP = re.compile(
    r"(?is)(?P<comment><!--.*?-->)|(?P<cdata><!\[CDATA\[.*?\]\]>)"
    r"|(?P<script><script\b[^>]*>.*?</script\s*>)|(?P<style><style\b[^>]*>.*?</style\s*>)|(?P<tag><[^>]*>)"
)
_ATTRIBUTE = re.compile(r"""(?is)\b(content|alt|title|aria-label|label)\s*=\s*("[^"]*"|'[^']*')""")
_SECRET_IN_ADDRESS = re.compile(
    r"(?i)([?&;](?:access_token|token|sig|signature|auth|key|api_key|session|sid|code|oh|oe|_nc_[a-z]+|x-amz-[a-z-]+)=)"
    r"[^&\s\"'<>\\]+"
)
_SECRET_KEY = re.compile(r"(?i)(?:token|csrf|nonce|session|cookie|secret|signature|password)")

Replace = Callable[[str], str]


def reworded(
    text: str, content_type: str, *, renamed: Mapping[str, str] | None = None, kept: Iterable[str] = ()
) -> str:
    """``text`` of a JSON, HTML or XML answer with its words exchanged.

    ``renamed``: names (handles, companies) → what to write instead, wherever they stand, addresses included. ``kept``:
    further words to leave.
    """
    for name, other in (renamed or {}).items():
        text = re.sub(re.escape(name), other, text, flags=re.IGNORECASE)
    text = _SECRET_IN_ADDRESS.sub(r"\1redacted", _MAIL.sub("name@example.org", text))
    kept = {word.casefold() for word in (*kept, *(renamed or {}).values())}
    replace = _replacer(INTERFACE_WORDS | kept)
    if "json" in content_type:
        return _in_json(text, replace)
    return _in_markup(text, replace)


def _replacer(kept: frozenset[str]) -> Replace:
    def other(found: re.Match[str]) -> str:
        word = found.group()
        if word.casefold() in kept:
            return word
        choices = _BY_LENGTH[min(len(word), _LONGEST)]
        chosen = choices[crc32(word.casefold().encode()) % len(choices)]
        return chosen.upper() if word.isupper() else chosen.title() if word[0].isupper() else chosen

    def replace(prose: str) -> str:
        parts, end = [], 0
        for address in _ADDRESS.finditer(prose):
            parts += [_WORD.sub(other, prose[end : address.start()]), address.group()]
            end = address.end()
        return "".join([*parts, _WORD.sub(other, prose[end:])])

    return replace


def _in_json(text: str, replace: Replace) -> str:
    def literal(found: re.Match[str]) -> str:
        if found.group(2):
            return found.group()
        try:
            said = json.loads(f'"{found.group(1)}"')
        except ValueError:
            return found.group()
        key = _KEY_BEFORE.search(text, max(0, found.start() - 80), found.start())
        name = key.group(1) if key else ""
        if _SECRET_KEY.search(name):
            return '"redacted"'
        if not _is_prose(said, name.casefold()):
            return found.group()
        inside = _in_json if said.lstrip()[:1] in ("{", "[") else _in_markup
        other = inside(said, replace)
        return json.dumps(other, ensure_ascii="\\u" in found.group())

    return _LITERAL.sub(literal, text)


def _is_prose(said: str, key: str) -> bool:
    if _ADDRESS.fullmatch(said.strip()) or not _WORD.search(said):
        return False
    return key in _TEXT_KEYS or bool(re.search(r"[^\W\d_]\s+\S*[^\W\d_]", said)) or "</" in said


def _in_markup(text: str, replace: Replace) -> str:
    parts, end = [], 0
    for found in _MARKUP.finditer(text):
        parts.append(_between(text[end : found.start()], replace))
        parts.append(_marked(found, replace))
        end = found.end()
    return "".join([*parts, _between(text[end:], replace)])


def _marked(found: re.Match[str], replace: Replace) -> str:
    piece = found.group()
    match found.lastgroup:
        case "cdata":
            return f"<![CDATA[{_in_markup(piece[9:-3], replace)}]]>"
        case "script":
            return _in_json(piece, replace) if "{" in piece else piece
        case "tag":
            return _ATTRIBUTE.sub(lambda each: _attribute(each, replace), piece)
        case "comment":
            return "<!-- -->"
        case _:
            return piece


def _attribute(found: re.Match[str], replace: Replace) -> str:
    value = found.group(2)
    if not re.search(r"[^\W\d_]\s+\S*[^\W\d_]", value) or _ADDRESS.match(value[1:]):
        return found.group()
    return f"{found.group()[: -len(value)]}{value[0]}{_between(value[1:-1], replace)}{value[-1]}"


def _between(text: str, replace: Replace) -> str:
    """Text outside of tags; its entities stay what they are."""
    pieces = re.split(r"(&#?\w+;)", text)  # every second piece is an entity
    return "".join(piece if number % 2 else replace(piece) for number, piece in enumerate(pieces))
