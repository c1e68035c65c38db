"""Strings that strangers may write to harm a reader, and markets full of them."""

from __future__ import annotations

from itertools import cycle

from .marts import Rows
from .own_side import everything
from .rows import claim, picture

PAYLOADS = (
    "<script>window.pwned = 1</script>",
    '"><img src=x onerror=window.pwned=1>',
    "'-alert(1)-'",
    "</style><style>body{display:none}</style>",
    "</title></script><svg onload=window.pwned=1>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.pwned=1",
    "\u202egnp.exe\u2066\u2067 reversed",
    "zero\u200b\u200b\u200b\ufeffwidth\u2060\u00ad",
    "\u0000\u0007\u001b[31mcontrol\ud7ff",
    "Z" + "\u0351\u0489\u0337\u030d\u0315" * 40 + "algo",
    "W" * 10_000,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 300,
    "مرحبا بالعالم שלום עולם",
    "<!-- --><![CDATA[ ]]>&lt;b&gt;&#x202e;",
    "background:url(https://tracker.example/x.png)",
    "expression(alert(1))\\22\\3e",
    "",
    "   \u3164\u2800   ",
)
# where a payload may stand when it arrives: what it breaks out of, and what it leaves open
PLACES = (
    *('"', "'", "`", "-->", "]]>", "&quot;&gt;", "&#34;&#62;", "</a>", "</bdi>", "</td></tr></table>"),
    *("</textarea>", "</svg>", "</noscript>", "<math><mtext>", "<svg><style>", "<!--", "\u2067", "{{ ", "${", "\n\n# "),
    "%3C",
)
HOSTILE = (*PAYLOADS, *(place + payload for place in PLACES for payload in PAYLOADS))
HOSTILE_URLS = (
    "javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1",
    " \tjavascript:window.pwned=1",
    "java\nscript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//tracker.example/x",
    "",
    'https://good.example/" onmouseover="window.pwned=1',
    "https://user:pass@evil.example/",
    "http://",
    "https://good.example/a?b=<script>",
    "https://\u202eelpmaxe.example/",
    "blob:https://x.example/1",
)
OPEN_TO_STRANGERS = {
    "posts": ("account", "company", "title", "text", "language", "author"),
    "league": ("company", "engagement_definition"),
    "share_of_voice": ("company",),
    "coverage": ("company", "account", "message", "reason", "counted_at"),
    "notices": ("sentence",),
    "doors": ("company", "way", "shows", "hides", "sentence"),
    "open_doors": ("company", "what_it_shows", "sentence", "source"),
    "examples": ("company", "title", "text"),
    "claims": ("sentence",),
    "findings": ("sentence", "shown_as"),
    "opportunities": ("sentence", "shown_as"),
    "verdict_changes": ("sentence",),
    "trait_trends": ("sentence",),
    "evidence_planner": ("sentence",),
    "myth": ("top_account", "sentence", "runner_up_level"),
    "community": ("company", "account"),
    "audit": ("company", "account"),
    "threads": ("account",),
    "profile_changes": ("company", "account", "old_value", "new_value"),
    "follower_changes": ("company", "account"),
    "fresh_posts": ("company", "account", "title", "text", "language"),
    "hashtags": ("hashtag",),
    "plan_slots": ("company", "topic", "hook", "caption", "why", "link"),
    "outcome_ranks": ("company", "text"),
    "sales_files": ("file_name", "property_name"),
}
"""The text columns of each mart that a stranger can fill, or that repeat what one filled."""


def hostile_market(first: int = 0) -> Rows:
    """Every section, with a hostile string in every text column that a stranger can fill, from the ``first`` on."""
    tables = everything()
    tables["hashtags"] *= 6
    tables["fresh_posts"] *= 6
    tables["profile_changes"] *= 12
    fill_columns(tables, first)
    fill_lists(tables)
    fill_levels(tables)
    return tables


def fill_columns(tables: Rows, first: int) -> None:
    """Another string in each column of each row, and another address."""
    number = first
    for table, names in OPEN_TO_STRANGERS.items():
        tables[table] = [dict(row) for row in tables[table]]
        for row in tables[table]:
            for name in names:
                row[name] = HOSTILE[number % len(HOSTILE)]
                number += 1
            for name in ("url", "candidate_url"):
                if name in row:
                    row[name] = HOSTILE_URLS[number % len(HOSTILE_URLS)]


def fill_lists(tables: Rows) -> None:
    """Strings and addresses inside of values: the pictures of posts, the evidence of audits."""
    for row, text, url in zip(tables["posts"], cycle(HOSTILE), cycle(HOSTILE_URLS), strict=False):
        row["media"] = [picture(0, url, text)]
    for row, text, url in zip(tables["audit"], cycle(HOSTILE), cycle(HOSTILE_URLS), strict=False):
        row["evidence"] = [{"url": url, "text": text, "said": text}] * len(row["evidence"])


def fill_levels(tables: Rows) -> None:
    """Strings as the kinds of posts that claims are about; hashtags are the one kind that strangers name."""
    for row, text in zip(tables["claims"], cycle(HOSTILE), strict=False):
        if row["dimension"] == "hashtag_count":
            row["level"] = text
    tables["claims"] += [
        claim("mastodon", "hashtag", text, "not_enough", (1.1, 0.2, 40.0), posts=12, accounts=3, up=2)
        for text in PAYLOADS
        if text.strip()
    ]


def hostile_list() -> Rows:
    """An account for every hostile string, which is its name, its company's and what its visit said."""
    tables = hostile_market()
    row = tables["coverage"][0]
    names = ("account", "company", "message", "counted_at")
    tables["coverage"] = [row | {"doubled_count": 2} | dict.fromkeys(names, text) for text in HOSTILE]
    return tables
