"""The brief's vocabulary: every code that marts may hold, in plain words for a reader who runs a shop.

Codes are those of the crawl's vocabularies and of the verdict rules. A code that is not here is shown as its own words
with underscores taken out, so that a new trait needs no change. What is written here is English, and marked for the
catalogues; :class:`Words` says it in the language of the brief.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel.dates import get_day_names

from reports.language import ENGLISH, Language, marked, marked_plural

PLATFORMS: Final[Mapping[str, str]] = {
    "all": marked("All platforms"),
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "web": marked("Blogs and sites"),
    "youtube": "YouTube",
    "telegram": "Telegram",
    "reddit": "Reddit",
    "peertube": "PeerTube",
    "lemmy": "Lemmy",
    "misskey": "Misskey",
    "discourse": marked("Discourse forums"),
    "forem": "Forem (dev.to)",
    "tumblr": "Tumblr",
    "substack": "Substack",
    "medium": "Medium",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "x": "X",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "threads": "Threads",
    "pinterest": "Pinterest",
}

LEVELS: Final[Mapping[tuple[str, str], str]] = {
    ("format", "text"): marked("Text only"),
    ("format", "image"): marked("Single pictures"),
    ("format", "carousel"): marked("Carousels"),
    ("format", "video"): marked("Videos"),
    ("format", "short_video"): marked("Short videos"),
    ("format", "audio"): marked("Audio"),
    ("format", "link"): marked("Link posts"),
    ("format", "poll"): marked("Polls"),
    ("format", "article"): marked("Articles"),
    ("format", "live"): marked("Live streams"),
    ("format", "other"): marked("Other formats"),
    ("post_type", "promotion"): marked("Offers and promotions"),
    ("post_type", "announcement"): marked("Announcements"),
    ("post_type", "how_to"): marked("How-to posts"),
    ("post_type", "question"): marked("Questions"),
    ("post_type", "giveaway"): marked("Giveaways"),
    ("post_type", "event"): marked("Event posts"),
    ("post_type", "testimonial"): marked("Customer voices"),
    ("post_type", "hiring"): marked("Job posts"),
    ("post_type", "behind_the_scenes"): marked("Behind the scenes"),
    ("post_type", "news"): marked("News"),
    ("post_type", "holiday"): marked("Holiday greetings"),
    ("post_type", "infographic"): marked("Infographics"),
    ("post_type", "other"): marked("Posts of no known type"),
    ("has_link", "yes"): marked("With a link"),
    ("has_link", "no"): marked("Without a link"),
    ("length", "none"): marked("No text"),
    ("length", "up_to_80"): marked("Up to 80 characters"),
    ("length", "81_to_200"): marked("81 to 200 characters"),
    ("length", "201_to_500"): marked("201 to 500 characters"),
    ("length", "501_to_2000"): marked("501 to 2000 characters"),
    ("length", "over_2000"): marked("Over 2000 characters"),
    ("hashtag_count", "0"): marked("No hashtags"),
    ("hashtag_count", "1_to_2"): marked("1 or 2 hashtags"),
    ("hashtag_count", "3_to_5"): marked("3 to 5 hashtags"),
    ("hashtag_count", "6_to_10"): marked("6 to 10 hashtags"),
    ("hashtag_count", "over_10"): marked("Over 10 hashtags"),
    ("link_target", "own_shop"): marked("Link into the company’s own shop"),
    ("link_target", "own_site"): marked("Link to the company’s own site"),
    ("link_target", "other_shop"): marked("Link to a shop elsewhere"),
    ("link_target", "elsewhere"): marked("Links to other sites only"),
    ("link_target", "profile"): marked("Sends to the link in the profile"),
    ("answered", "yes"): marked("Comments answered"),
    ("answered", "no"): marked("Comments left unanswered"),
    ("question", "yes"): marked("With a question"),
    ("question", "no"): marked("Without a question"),
    ("call_to_action", "yes"): marked("With a call to action"),
    ("call_to_action", "no"): marked("Without a call to action"),
    ("price", "yes"): marked("With a price or discount"),
    ("price", "no"): marked("Without a price"),
    ("emoji", "yes"): marked("With emojis"),
    ("emoji", "no"): marked("Without emojis"),
    ("mention", "yes"): marked("Mentioning somebody"),
    ("mention", "no"): marked("Mentioning nobody"),
    ("media_count", "2_to_4"): marked("Carousels of 2 to 4"),
    ("media_count", "over_4"): marked("Carousels of over 4"),
    ("image_size", "large"): marked("At least 1080 pixels"),
    ("image_size", "small"): marked("Less than 1080 pixels"),
    ("image_shape", "upright"): marked("Upright pictures"),
    ("image_shape", "square"): marked("Square pictures"),
    ("image_shape", "wide"): marked("Wide pictures"),
    ("video_length", "up_to_15"): marked("Up to 15 seconds"),
    ("video_length", "16_to_60"): marked("16 to 60 seconds"),
    ("video_length", "61_to_180"): marked("1 to 3 minutes"),
    ("video_length", "181_to_600"): marked("3 to 10 minutes"),
    ("video_length", "over_600"): marked("Over 10 minutes"),
    ("alt_text", "yes"): marked("With a described picture"),
    ("alt_text", "no"): marked("Pictures without description"),
    ("hour_block", "00-04"): marked("00 to 04 h"),
    ("hour_block", "04-08"): marked("04 to 08 h"),
    ("hour_block", "08-12"): marked("08 to 12 h"),
    ("hour_block", "12-16"): marked("12 to 16 h"),
    ("hour_block", "16-20"): marked("16 to 20 h"),
    ("hour_block", "20-24"): marked("20 to 24 h"),
}

DIMENSIONS: Final[Mapping[str, str]] = {
    "format": marked("Formats"),
    "post_type": marked("Post types"),
    "weekday": marked("Days of the week"),
    "hour_block": marked("Time of day"),
    "day_and_hour": marked("Day and time of day"),
    "length": marked("Length of the text"),
    "hashtag_count": marked("Number of hashtags"),
    "has_link": marked("Links"),
    "link_target": marked("Where links lead"),
    "question": marked("Questions"),
    "call_to_action": marked("Calls to action"),
    "price": marked("Prices and discounts"),
    "emoji": marked("Emojis"),
    "mention": marked("Mentions"),
    "media_count": marked("Length of carousels"),
    "image_size": marked("Picture size"),
    "image_shape": marked("Picture shape"),
    "video_length": marked("Video length"),
    "alt_text": marked("Picture descriptions"),
    "language": marked("Language"),
    "hashtag": marked("Single hashtags"),
    "tag": marked("Your own tags"),
    "topic": marked("Topics, by their words"),
    "answered": marked("Answered comments"),
}

# the words of each verdict, and how it is drawn: (shown as, tone)
VERDICTS: Final[Mapping[str, tuple[str, str]]] = {
    "works": (marked("Works"), "up"),
    "works_on_average": (marked("Usually works"), "up"),
    "better_here": (marked("Worked for these"), "up-here"),
    "mixed": (marked("Depends who"), "mixed"),
    "no_difference": (marked("Doesn’t matter"), "flat"),
    "not_enough": (marked("Can’t tell yet"), "open"),
    "worse_here": (marked("Didn’t work for these"), "down-here"),
    "worse_on_average": (marked("Usually worse"), "down"),
    "worse": (marked("Worse"), "down"),
    "sells_more": (marked("Sells more"), "up"),
    "sells_less": (marked("Sells less"), "down"),
}

# of what is no sale
_BRINGS: Final[Mapping[str, str]] = {"sells_more": marked("Brings more"), "sells_less": marked("Brings less")}

# what own visits and sales are counted in
MEASURES: Final[Mapping[str, str]] = {
    "sessions": marked("Visits to your site"),
    "key_events": marked("Key events"),
    "orders": marked("Orders"),
    "revenue": marked("Revenue"),
}
# what a post brings, inside a sentence
BROUGHT: Final[Mapping[str, str]] = {
    "sessions": marked("visits"),
    "key_events": marked("key events"),
    "orders": marked("orders"),
    "revenue": marked("sales"),
}
TOOLS: Final[Mapping[str, str]] = {
    "ga4": "Google Analytics",
    "plausible": "Plausible",
    "matomo": "Matomo",
    "shopify": "Shopify",
    "sheet": marked("your own sheet"),
}
# why a file of visits and sales does not count, or not all of it
FILE_STATUSES: Final[Mapping[str, str]] = {
    "counts_in_part": marked("for its other days a file tells more, or is newer"),
    "replaced": marked("a file that tells more, or is newer, counts for its days"),
    "told_by_day": marked("it has totals only, and other files have its days one by one"),
    "overlaps": marked("it has totals only, of days that are also in another file; export it by day"),
}

# how a verdict stands to last week's
MARKS: Final[Mapping[str, str]] = {
    "new": marked("New"),
    "changed": marked("Changed"),
    "still": marked("Still so"),
    "no_longer": marked("No longer"),
}

# whether a kind of post is on the rise
TRENDS: Final[Mapping[str, str]] = {
    "rising": marked("Rising"),
    "falling": marked("Falling"),
    "steady": marked("Steady"),
    "cant_tell": marked("Can’t tell yet"),
}

# what a visit came to: (words, tone)
OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "complete": (marked("Seen in full"), "good"),
    "unchanged": (marked("Seen, nothing new"), "good"),
    "partial": (marked("Seen in part"), "part"),
    "suspect": (marked("Seen, but it looks wrong"), "part"),
    "login_wall": (marked("Behind a login"), "wall"),
    "blocked": (marked("The site turned us away"), "bad"),
    "robots_denied": (marked("Programs are not welcome there, so we stayed out"), "wall"),
    "not_found": (marked("Nothing at this address"), "bad"),
    "gone": (marked("The account is gone"), "bad"),
    "layout_changed": (marked("The page changed and could not be read"), "bad"),
    "error": (marked("Could not be reached"), "bad"),
}

REASONS: Final[Mapping[str, str]] = {
    "timeout": marked("no answer in time"),
    "tls_error": marked("its security certificate is not valid"),
    "dns_error": marked("the name could not be found"),
    "connection_error": marked("the connection broke"),
    "http_error": marked("the server answered with an error"),
    "too_large": marked("the answer was too big"),
    "too_deep": marked("the page was built too deep to read"),
    "rate_limited": marked("it asked us to slow down"),
    "crawl_delay_too_long": marked("it asks for a longer pause than one visit has"),
    "budget_spent": marked("this visit’s share of requests was used up; it comes first next time"),
    "too_many_errors": marked("too many errors in a row"),
    "token_expired": marked("the official access ran out"),
    "token_missing": marked("official access is not set up"),
    "permission_missing": marked("the official access lacks a permission"),
    "no_public_preview": marked("nothing is shown without logging in"),
    "consent_page": marked("a consent page stood in front"),
    "robots_unreachable": marked("its rules for programs could not be read, which counts as no"),
    "private_address": marked("the address is inside a private network"),
    "forbidden_scheme": marked("the link is not a web address"),
    "off_host": marked("it sent us to another site"),
    "moved": marked("it says that it moved"),
    "quarantined": marked("a page was set aside because it could not be read safely"),
    "extraction_crashed": marked("a page could not be read"),
    "no_feed": marked("no feed was found"),
    "not_supported": marked("this network cannot be collected yet"),
    "switched_off": marked("switched off in the settings"),
    "interrupted": marked("the visit was interrupted"),
    "too_young": marked("too young to judge"),
    "not_observed_in_time": marked("not looked at in time"),
    "hidden": marked("the account hides its counts"),
    "not_public": marked("the counts are not public there"),
    "not_parsed": marked("a count could not be read"),
    "not_observed": marked("the counts were not seen"),
    "unknown": marked("a count is not known"),
}

# what to do after a visit that did not see all, by reason or else by outcome
_WAIT: Final = marked("Nothing is to be done: the next visit goes on from here.")
_LOOK: Final = marked("If it opens in a browser, ask `rivalscope check --online`; else look at its address.")
_WAYS_IN: Final = marked("The ways in stand under “Ways to see more”.")
_KEPT: Final = marked("What came is kept, and can be read again with `rivalscope reparse` after an update.")
_FOLLOW: Final = marked("If it goes on there, follow it with `rivalscope rename`.")
_KEY: Final = marked("Renew the official access with `rivalscope connect`.")
STEPS: Final[Mapping[str, str]] = {
    "timeout": _LOOK,
    "tls_error": _LOOK,
    "dns_error": _LOOK,
    "connection_error": _LOOK,
    "http_error": _LOOK,
    "off_host": _FOLLOW,
    "moved": _FOLLOW,
    "private_address": marked("A server of your own is named in `own_hosts` under [network]."),
    "forbidden_scheme": marked("Put its https:// address into the list."),
    "too_large": _KEPT,
    "too_deep": _KEPT,
    "quarantined": _KEPT,
    "extraction_crashed": _KEPT,
    "rate_limited": _WAIT,
    "crawl_delay_too_long": _WAIT,
    "budget_spent": _WAIT,
    "too_many_errors": _WAIT,
    "interrupted": _WAIT,
    "robots_unreachable": _WAIT,
    "token_expired": _KEY,
    "token_missing": _WAYS_IN,
    "permission_missing": _KEY,
    "no_public_preview": _WAYS_IN,
    "consent_page": _WAYS_IN,
    "no_feed": marked("If the site has a feed, add its address with `rivalscope add URL`."),
    "not_supported": _WAYS_IN,
    "switched_off": marked("It is visited once `enabled = true` stands in its part of rivalscope.toml."),
    "partial": _WAIT,
    "suspect": _KEPT,
    "login_wall": _WAYS_IN,
    "blocked": marked("It is left alone for a while, and asked again later."),
    "robots_denied": _WAYS_IN,
    "not_found": marked("Look at its address; if it moved, follow it with `rivalscope rename`."),
    "gone": marked("If it moved, follow it with `rivalscope rename`, else take it off with `rivalscope remove`."),
    "layout_changed": _KEPT,
    "error": _LOOK,
}

# ways into a walled account
WAYS: Final[Mapping[str, str]] = {
    "csv": marked("Note the newest posts in a spreadsheet"),
    "own_export": marked("Export your own statistics"),
    "token": marked("Ask the network for official access of your own"),
    "saved_page": marked("Save the page in your browser"),
    "recording": marked("Record it with a browser extension"),
}

# what networks allow and advise
LIMITS: Final[Mapping[str, str]] = {
    "hashtags_max": marked("Hashtags allowed"),
    "hashtags_advised": marked("Hashtags advised"),
    "text_max": marked("Longest text allowed"),
}
UNITS: Final[Mapping[str, str]] = {
    "hashtags": marked("hashtags"),
    "characters": marked("characters"),
    "graphemes": marked("characters"),
    "weighted": marked("characters, some of which count double"),
}

PROFILE_FIELDS: Final[Mapping[str, str]] = {
    "handle": marked("Handle"),
    "name": marked("Name"),
    "bio": marked("Words about themselves"),
    "links": marked("Links"),
    "category": marked("Kind of business"),
    "avatar": marked("Picture"),
    "banner": marked("Banner"),
    "pinned_post": marked("Pinned post"),
}

# stories, ads, reach: what no visitor of a public page can see, whatever the tool
UNSEEN: Final = (
    (marked("Stories and live streams that are over"), marked("they vanish before a visit can find them")),
    (marked("Ads and posts shown only to chosen people"), marked("they never appear on the public page")),
    (marked("Reach and impressions"), marked("only the account’s owner sees how many people were shown a post")),
    (marked("Saves, and sharing in private messages"), marked("the networks keep them to themselves")),
    (marked("Private groups and closed accounts"), marked("they are not public, and are never entered")),
    (marked("Visits to the shop, and sales"), marked("no public page tells")),
)


# what is counted in prose: (of one, of several); the number is written by the brief's formats
COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "account": marked_plural("%(number)s account", "%(number)s accounts"),
    "collection": marked_plural("%(number)s collection", "%(number)s collections"),
    "comment": marked_plural("%(number)s comment", "%(number)s comments"),
    "company": marked_plural("%(number)s company", "%(number)s companies"),
    "day": marked_plural("%(number)s day", "%(number)s days"),
    "earlier_week": marked_plural("%(number)s earlier week", "%(number)s earlier weeks"),
    "hour": marked_plural("%(number)s hour", "%(number)s hours"),
    "minute": marked_plural("%(number)s minute", "%(number)s minutes"),
    "more_account": marked_plural("%(number)s more account", "%(number)s more accounts"),
    "more_post": marked_plural("%(number)s more post", "%(number)s more posts"),
    "more_week": marked_plural("%(number)s more week", "%(number)s more weeks"),
    "new_post": marked_plural("%(number)s new post", "%(number)s new posts"),
    "older_post": marked_plural("%(number)s older post", "%(number)s older posts"),
    "other": marked_plural("%(number)s other", "%(number)s others"),
    "other_post": marked_plural("%(number)s other post", "%(number)s other posts"),
    "page": marked_plural("%(number)s page", "%(number)s pages"),
    "post": marked_plural("%(number)s post", "%(number)s posts"),
    "request": marked_plural("%(number)s request", "%(number)s requests"),
    "row": marked_plural("%(number)s row", "%(number)s rows"),
    "such_post": marked_plural("%(number)s such post", "%(number)s such posts"),
    "week": marked_plural("%(number)s week", "%(number)s weeks"),
}

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CANT_TELL: Final = (marked("Can’t tell yet"), "open")


def tone(code: str) -> str:
    """How a verdict is drawn: ``up``, ``up-here``, ``down``, ``down-here``, ``mixed``, ``flat`` or ``open``."""
    return VERDICTS.get(code, _CANT_TELL)[1]


def kind_tone(kind: str, verdict_code: str) -> str:
    """How a finding is marked: by what it asks for, else by its verdict."""
    return {"do_more": "up", "do_less": "down", "open": "mixed", "best_bet": "open"}.get(kind, tone(verdict_code))


def outcome_tone(code: str | None) -> str:
    """How an outcome is marked: ``good``, ``part``, ``wall``, ``bad`` or ``none``."""
    return "none" if code is None else OUTCOMES.get(code, ("", "bad"))[1]


def _own_words(code: str) -> str:
    spaced = code.replace("_", " ").strip()
    return spaced[:1].upper() + spaced[1:]


class Words:
    """The vocabulary in one language; most public methods are filters, named with ``_words`` at their end."""

    def __init__(self, language: Language = ENGLISH) -> None:
        self._language = language

    def _said(self, table: Mapping[str, str], code: str) -> str:
        return self._language.gettext(table[code]) if code in table else _own_words(code)

    def platform(self, code: str) -> str:
        """Name of a platform."""
        return self._said(PLATFORMS, code)

    def level(self, code: str, dimension: str) -> str:
        """Name of a trait's level, as a plural or phrase that can head a row."""
        if dimension == "hashtag":
            return f"#{code}"
        if dimension in ("tag", "topic"):
            return self._language.gettext("“%(name)s”", name=code)
        if dimension == "language":
            return str(self._language.locale.languages.get(code, code))
        if dimension == "weekday" and code in _WEEKDAYS:
            names = get_day_names("wide", context="stand-alone", locale=self._language.locale)
            return str(names[_WEEKDAYS.index(code)])
        if dimension == "day_and_hour":
            day, _, block = code.partition(" ")
            return f"{self.level(day, 'weekday')}, {block.replace('-', '–')}"
        known = LEVELS.get((dimension, code))
        return self._language.gettext(known) if known else _own_words(code)

    def dimension(self, code: str) -> str:
        """Heading over the levels of one dimension."""
        return self._said(DIMENSIONS, code)

    def verdict(self, code: str, measure: str = "") -> str:
        """What a verdict is shown as: never its code. ``measure``: what was brought, where it is of own posts."""
        if measure in ("sessions", "key_events") and code in _BRINGS:
            return self._language.gettext(_BRINGS[code])
        return self._language.gettext(VERDICTS.get(code, _CANT_TELL)[0])

    def mark(self, code: str | None) -> str:
        """How a verdict stands to last week's; empty where there is none, as in a first look."""
        return self._language.gettext(MARKS[code]) if code is not None and code in MARKS else ""

    def trend(self, code: str) -> str:
        """Whether a kind of post is on the rise."""
        return self._language.gettext(TRENDS.get(code, _CANT_TELL[0]))

    def outcome(self, code: str | None) -> str:
        """What a visit came to; ``None`` is an account that was never visited."""
        if code is None:
            return self._language.gettext("Not visited yet")
        return self._language.gettext(OUTCOMES[code][0]) if code in OUTCOMES else _own_words(code)

    def reason(self, code: str) -> str:
        """Why, as the end of a sentence."""
        return self._language.gettext(REASONS[code]) if code in REASONS else code.replace("_", " ")

    def step(self, outcome: str | None, reason: str | None = None) -> str:
        """What to do after a visit that did not see all; empty where nothing is known to help."""
        known = STEPS.get(reason or "") or STEPS.get(outcome or "")
        return self._language.gettext(known) if known else ""

    def measure(self, code: str, currency: str = "") -> str:
        """What visits or sales are counted in; money of a currency with its code."""
        said = self._said(MEASURES, code)
        return f"{said} ({currency})" if currency and currency != "unknown" else said

    def brought(self, measure: str) -> str:
        """What a post brings, as many and inside a sentence: ``visits``."""
        return self._said(BROUGHT, measure)

    def tool(self, code: str) -> str:
        """Which tool counted visits or sales."""
        return self._said(TOOLS, code) if code in TOOLS else code.removeprefix("mapped ")

    def file_status(self, code: str) -> str:
        """Why a file of visits and sales does not count, as the end of a sentence."""
        return self._said(FILE_STATUSES, code)

    def way(self, code: str) -> str:
        """What a way into a walled account is, as an instruction."""
        return self._said(WAYS, code)

    def limit(self, code: str) -> str:
        """What a network caps or advises."""
        return self._said(LIMITS, code)

    def unit(self, code: str) -> str:
        """What a limit counts, as the end of a sentence."""
        return self._language.gettext(UNITS[code]) if code in UNITS else code.replace("_", " ")

    def profile_field(self, code: str) -> str:
        """What a part of a profile is called."""
        return self._said(PROFILE_FIELDS, code)

    def unseen(self) -> list[tuple[str, str]]:
        """What no visitor of a public page can see, and why."""
        return [(self._language.gettext(what), self._language.gettext(why)) for what, why in UNSEEN]

    def counted(self, count: float, what: str, number: str) -> str:
        """A number, as it is ``number`` in writing, with its noun: one of COUNTED."""
        return self._language.ngettext(*COUNTED[what], count, number=number)
