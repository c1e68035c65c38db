"""Plain text and links of what people write in Markdown (CommonMark, with tables and strikethrough)."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt

from crawler.reading.captions import linked
from crawler.reading.jsonvalue import link
from crawler.reading.text import clean, html_links, html_to_text

_MARKUP = re.compile(r"[*_`~\[\]<>#|&\\\n]|^\s*(?:[-+=:]|\d+[.)])|^(?: {4}|\t)")
_SPOILER = re.compile(r"^[ \t]*:::[ \t]*(?:spoiler\b[ \t]*(.{0,300}))?$", re.MULTILINE)
_LONGEST = 20_000
_MOST_BRACKETS = 1_000
"""Finding out what each bracket belongs to takes time with the square of their number."""


def read_markdown(said: str, *, keeps_lines: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text as a reader sees it, and its absolute http(s) links, in order, each once.

    HTML in it is text, as the networks show it; ``::: spoiler Title`` blocks (Lemmy) open. ``keeps_lines``: a line
    break within a paragraph is one, as PeerTube has it. Text of more than 20,000 characters, or with absurdly many
    brackets, is taken as it is.
    """
    text = clean(said).strip()
    if not _MARKUP.search(text) or len(text) > _LONGEST or text.count("[") > _MOST_BRACKETS:
        return text, linked(text[:_LONGEST])
    rendered = _parser(keeps_lines).render(_SPOILER.sub(lambda found: f"\n{found.group(1) or ''}\n", text))
    shown = html_to_text(rendered)
    stated = (link(address) for address, _ in html_links(rendered))
    return shown, tuple(dict.fromkeys([*(each for each in stated if each), *linked(shown)]))


@cache
def _parser(keeps_lines: bool) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": keeps_lines}).enable(["table", "strikethrough"])
