"""What Reddit shows in the place of a page to whom it does not want: each gate by its own words."""

from __future__ import annotations

import re

from crawler.items import Outcome, Reason
from crawler.pages.base import PageProblem

_LOOKED_AT = 60_000
_OVER_18 = re.compile(
    rb"<title>[^<]{0,80}over 18\?|action=[\"'][^\"']{0,100}/over18|content-gate|over-18-(?:prompt|interstitial)"
    rb"|\"xpromo-nsfw"
)
_POLICY = re.compile(rb"blocked due to a network policy|whoa there, pardner|You've been blocked by network security")
_VERIFY = re.compile(rb"Please wait for verification|<title>Reddit - Prove your humanity|js_challenge")
_LOGIN = re.compile(rb"<title>[^<]{0,40}(?:Log in|log in)[^<]{0,40}reddit|/login/\?dest=", re.IGNORECASE)
_WAYS = "import a saved page, or use Reddit's API with credentials of your own (rivalscope connect reddit)"


def gate(body: bytes, asked_for: str) -> PageProblem | None:
    """The gate that ``body`` is; ``None`` where it is none."""
    if _POLICY.search(body, 0, _LOOKED_AT):
        return PageProblem(Outcome.BLOCKED, f"{asked_for}: Reddit blocks who is not signed in; {_WAYS}.")
    if _VERIFY.search(body, 0, _LOOKED_AT):
        return PageProblem(Outcome.BLOCKED, f"{asked_for}: Reddit wants a browser to prove itself; {_WAYS}.")
    if _OVER_18.search(body, 0, _LOOKED_AT) and b"<shreddit-post" not in body and b"data-fullname" not in body:
        sentence = f"{asked_for} is for adults: Reddit asks for their age before it shows anything."
        return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.PERMISSION_MISSING)
    return None


def login_wall(body: bytes, asked_for: str) -> PageProblem | None:
    """A page that only asks to sign in."""
    if _LOGIN.search(body, 0, _LOOKED_AT):
        return PageProblem(
            Outcome.LOGIN_WALL, f"{asked_for} is shown to signed-in people only; {_WAYS}.", Reason.TOKEN_MISSING
        )
    return None
