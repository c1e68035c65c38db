"""The brief's vocabulary: every code that marts may hold, in plain words for a reader who runs a shop.

Codes are those of the crawl's vocabularies and of the verdict rules. A code that is not here is shown as its own words
with underscores taken out, so that a new trait needs no change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel import Locale

PLATFORMS: Final[Mapping[str, str]] = {
    "all": "All platforms",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "web": "Blogs and sites",
    "youtube": "YouTube",
    "telegram": "Telegram",
    "reddit": "Reddit",
    "peertube": "PeerTube",
    "lemmy": "Lemmy",
    "misskey": "Misskey",
    "discourse": "Discourse forums",
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
    ("format", "text"): "Text only",
    ("format", "image"): "Single pictures",
    ("format", "carousel"): "Carousels",
    ("format", "video"): "Videos",
    ("format", "short_video"): "Short videos",
    ("format", "audio"): "Audio",
    ("format", "link"): "Link posts",
    ("format", "poll"): "Polls",
    ("format", "article"): "Articles",
    ("format", "live"): "Live streams",
    ("format", "other"): "Other formats",
    ("post_type", "promotion"): "Offers and promotions",
    ("post_type", "announcement"): "Announcements",
    ("post_type", "how_to"): "How-to posts",
    ("post_type", "question"): "Questions",
    ("post_type", "giveaway"): "Giveaways",
    ("post_type", "event"): "Event posts",
    ("post_type", "testimonial"): "Customer voices",
    ("post_type", "hiring"): "Job posts",
    ("post_type", "behind_the_scenes"): "Behind the scenes",
    ("post_type", "news"): "News",
    ("post_type", "holiday"): "Holiday greetings",
    ("post_type", "infographic"): "Infographics",
    ("post_type", "other"): "Posts of no known type",
    ("has_link", "yes"): "With a link",
    ("has_link", "no"): "Without a link",
    ("length", "none"): "No text",
    ("length", "up_to_80"): "Up to 80 characters",
    ("length", "81_to_200"): "81 to 200 characters",
    ("length", "201_to_500"): "201 to 500 characters",
    ("length", "501_to_2000"): "501 to 2000 characters",
    ("length", "over_2000"): "Over 2000 characters",
    ("hashtag_count", "0"): "No hashtags",
    ("hashtag_count", "1_to_2"): "1 or 2 hashtags",
    ("hashtag_count", "3_to_5"): "3 to 5 hashtags",
    ("hashtag_count", "6_to_10"): "6 to 10 hashtags",
    ("hashtag_count", "over_10"): "Over 10 hashtags",
    ("link_target", "own_shop"): "Link into the company’s own shop",
    ("link_target", "own_site"): "Link to the company’s own site",
    ("link_target", "other_shop"): "Link to a shop elsewhere",
    ("link_target", "elsewhere"): "Links to other sites only",
    ("link_target", "profile"): "Sends to the link in the profile",
    ("answered", "yes"): "Comments answered",
    ("answered", "no"): "Comments left unanswered",
    ("question", "yes"): "With a question",
    ("question", "no"): "Without a question",
    ("call_to_action", "yes"): "With a call to action",
    ("call_to_action", "no"): "Without a call to action",
    ("price", "yes"): "With a price or discount",
    ("price", "no"): "Without a price",
    ("emoji", "yes"): "With emojis",
    ("emoji", "no"): "Without emojis",
    ("mention", "yes"): "Mentioning somebody",
    ("mention", "no"): "Mentioning nobody",
    ("media_count", "2_to_4"): "Carousels of 2 to 4",
    ("media_count", "over_4"): "Carousels of over 4",
    ("image_size", "large"): "At least 1080 pixels",
    ("image_size", "small"): "Less than 1080 pixels",
    ("image_shape", "upright"): "Upright pictures",
    ("image_shape", "square"): "Square pictures",
    ("image_shape", "wide"): "Wide pictures",
    ("video_length", "up_to_15"): "Up to 15 seconds",
    ("video_length", "16_to_60"): "16 to 60 seconds",
    ("video_length", "61_to_180"): "1 to 3 minutes",
    ("video_length", "181_to_600"): "3 to 10 minutes",
    ("video_length", "over_600"): "Over 10 minutes",
    ("alt_text", "yes"): "With a described picture",
    ("alt_text", "no"): "Pictures without description",
    ("hour_block", "00-04"): "00 to 04 h",
    ("hour_block", "04-08"): "04 to 08 h",
    ("hour_block", "08-12"): "08 to 12 h",
    ("hour_block", "12-16"): "12 to 16 h",
    ("hour_block", "16-20"): "16 to 20 h",
    ("hour_block", "20-24"): "20 to 24 h",
}

DIMENSIONS: Final[Mapping[str, str]] = {
    "format": "Formats",
    "post_type": "Post types",
    "weekday": "Days of the week",
    "hour_block": "Time of day",
    "length": "Length of the text",
    "hashtag_count": "Number of hashtags",
    "has_link": "Links",
    "link_target": "Where links lead",
    "question": "Questions",
    "call_to_action": "Calls to action",
    "price": "Prices and discounts",
    "emoji": "Emojis",
    "mention": "Mentions",
    "media_count": "Length of carousels",
    "image_size": "Picture size",
    "image_shape": "Picture shape",
    "video_length": "Video length",
    "alt_text": "Picture descriptions",
    "language": "Language",
    "hashtag": "Single hashtags",
    "tag": "Your own tags",
    "topic": "Topics, by their words",
    "answered": "Answered comments",
}

# the words of each verdict, and how it is drawn: (shown as, what to do, tone)
VERDICTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "works": ("Works", "Do more", "up"),
    "works_on_average": ("Usually works", "Do more, and watch", "up"),
    "better_here": ("Worked for these", "Try it", "up-here"),
    "mixed": ("Depends who", "Look at the examples", "mixed"),
    "no_difference": ("Doesn’t matter", "Choose what is easy", "flat"),
    "not_enough": ("Can’t tell yet", "", "open"),
    "worse_here": ("Didn’t work for these", "", "down-here"),
    "worse_on_average": ("Usually worse", "Do less, and watch", "down"),
    "worse": ("Worse", "Do less", "down"),
}

# how a verdict stands to last week's
MARKS: Final[Mapping[str, str]] = {
    "new": "New",
    "changed": "Changed",
    "still": "Still so",
    "no_longer": "No longer",
}

# whether a kind of post is on the rise
TRENDS: Final[Mapping[str, str]] = {
    "rising": "Rising",
    "falling": "Falling",
    "steady": "Steady",
    "cant_tell": "Can’t tell yet",
}

# what a visit came to: (words, tone)
OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "complete": ("Seen in full", "good"),
    "unchanged": ("Seen, nothing new", "good"),
    "partial": ("Seen in part", "part"),
    "suspect": ("Seen, but it looks wrong", "part"),
    "login_wall": ("Behind a login", "wall"),
    "blocked": ("The site turned us away", "bad"),
    "robots_denied": ("Robots are not welcome there, so we stayed out", "wall"),
    "not_found": ("Nothing at this address", "bad"),
    "gone": ("The account is gone", "bad"),
    "layout_changed": ("The page changed and could not be read", "bad"),
    "error": ("Could not be reached", "bad"),
}

REASONS: Final[Mapping[str, str]] = {
    "timeout": "no answer in time",
    "tls_error": "its certificate is not valid",
    "dns_error": "the name could not be found",
    "connection_error": "the connection broke",
    "http_error": "the server answered with an error",
    "too_large": "the answer was too big",
    "too_deep": "the page was built too deep to read",
    "rate_limited": "it asked us to slow down",
    "crawl_delay_too_long": "it asks for a longer pause than one visit has",
    "budget_spent": "this visit’s share of requests was used up; it comes first next time",
    "too_many_errors": "too many errors in a row",
    "token_expired": "the access key ran out",
    "token_missing": "no access key is set",
    "permission_missing": "the access key lacks a permission",
    "no_public_preview": "nothing is shown without logging in",
    "consent_page": "a consent page stood in front",
    "robots_unreachable": "its rules for robots could not be read, which counts as no",
    "private_address": "the address is inside a private network",
    "forbidden_scheme": "the link is not a web address",
    "off_host": "it sent us to another site",
    "quarantined": "a page was set aside because it could not be read safely",
    "extraction_crashed": "a page could not be read",
    "no_feed": "no feed was found",
    "not_supported": "this network cannot be collected yet",
    "switched_off": "switched off in the settings",
    "interrupted": "the visit was interrupted",
    "too_young": "too young to judge",
    "not_observed_in_time": "not looked at in time",
    "hidden": "the account hides its counts",
    "not_public": "the counts are not public there",
    "not_parsed": "a count could not be read",
    "not_observed": "the counts were not seen",
    "unknown": "a count is not known",
}

# ways into a walled account
WAYS: Final[Mapping[str, str]] = {
    "csv": "Note the newest posts in a spreadsheet",
    "own_export": "Export your own statistics",
    "token": "Open the official door with a token of your own",
    "saved_page": "Save the page in your browser",
    "recording": "Record it with a browser extension",
}

PROFILE_FIELDS: Final[Mapping[str, str]] = {
    "handle": "Handle",
    "name": "Name",
    "bio": "Words about themselves",
    "links": "Links",
    "category": "Kind of business",
    "avatar": "Picture",
    "banner": "Banner",
    "pinned_post": "Pinned post",
}

# stories, ads, reach: what no visitor of a public page can see, whatever the tool
UNSEEN: Final = (
    ("Stories and live streams that are over", "they vanish before a visit can find them"),
    ("Ads and posts shown only to chosen people", "they never appear on the public page"),
    ("Reach and impressions", "only the account’s owner sees how many people were shown a post"),
    ("Saves, and sharing in private messages", "the networks keep them to themselves"),
    ("Private groups and closed accounts", "they are not public, and are never entered"),
    ("Visits to the shop, and sales", "no public page tells"),
)


def _own_words(code: str) -> str:
    spaced = code.replace("_", " ").strip()
    return spaced[:1].upper() + spaced[1:]


def platform(code: str) -> str:
    """Name of a platform."""
    return PLATFORMS.get(code, _own_words(code))


def level(code: str, dimension: str) -> str:
    """Name of a trait's level, as a plural or phrase that can head a row."""
    if dimension == "hashtag":
        return f"#{code}"
    if dimension in ("tag", "topic"):
        return f"“{code}”"
    if dimension == "language":
        return str(Locale("en").languages.get(code, code))
    return LEVELS.get((dimension, code), _own_words(code))


def dimension(code: str) -> str:
    """Heading over the levels of one dimension."""
    return DIMENSIONS.get(code, _own_words(code))


def verdict(code: str) -> str:
    """What a verdict is shown as: never its code."""
    return VERDICTS.get(code, ("Can’t tell yet", "", "open"))[0]


def advice(code: str) -> str:
    """What to do about a verdict; empty when there is nothing to do."""
    return VERDICTS.get(code, ("", "", "open"))[1]


def tone(code: str) -> str:
    """How a verdict is drawn: ``up``, ``up-here``, ``down``, ``down-here``, ``mixed``, ``flat`` or ``open``."""
    return VERDICTS.get(code, ("", "", "open"))[2]


def kind_tone(kind: str, verdict_code: str) -> str:
    """How a finding is marked: by what it asks for, else by its verdict."""
    return {"do_more": "up", "do_less": "down", "open": "mixed", "best_bet": "open"}.get(kind, tone(verdict_code))


def mark(code: str | None) -> str:
    """How a verdict stands to last week's; empty where there is none, as in a first look."""
    return MARKS.get(code or "", "")


def trend(code: str) -> str:
    """Whether a kind of post is on the rise."""
    return TRENDS.get(code, "Can’t tell yet")


def outcome(code: str | None) -> str:
    """What a visit came to; ``None`` is an account that was never visited."""
    return "Not visited yet" if code is None else OUTCOMES.get(code, (_own_words(code), "bad"))[0]


def outcome_tone(code: str | None) -> str:
    """How an outcome is marked: ``good``, ``part``, ``wall``, ``bad`` or ``none``."""
    return "none" if code is None else OUTCOMES.get(code, ("", "bad"))[1]


def way(code: str) -> str:
    """What a way into a walled account is, as an instruction."""
    return WAYS.get(code, _own_words(code))


def profile_field(code: str) -> str:
    """What a part of a profile is called."""
    return PROFILE_FIELDS.get(code, _own_words(code))


def reason(code: str) -> str:
    """Why, as the end of a sentence."""
    return REASONS.get(code, code.replace("_", " "))
