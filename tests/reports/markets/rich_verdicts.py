"""What the rich market teaches: a claim of every verdict, and what is drawn from the claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from .marts import Rows
from .rows import (
    AS_OF,
    COMPANIES,
    DAYS,
    OPENINGS,
    Row,
    address,
    claim,
    evidence_needed,
    finding,
    opportunity,
    trait_trend,
    uuid,
    verdict_change,
)

LIFTS_BY_DAY = (1.04, 0.98, 1.1, 1.02, 0.93, 0.88, 1.05)
LIFTS_BY_HOURS = {"04-08": 1.31, "08-12": 1.09, "12-16": 0.97, "16-20": 1.02, "20-24": 0.9}


def add_verdicts(tables: Rows) -> None:
    """Claims, and all that rests on them."""
    tables["claims"] = [*claims_on_mastodon(), *claims_on_bluesky(), *exploratory_claims(), *claims_on_time()]
    tables["findings"] = findings_of(tables["claims"])
    tables["opportunities"] = openings_of(tables["claims"])
    tables["verdict_changes"] = changed_verdicts()
    tables["trait_trends"] = moving_traits()
    tables["evidence_planner"] = open_questions()
    add_myth(tables)
    add_examples(tables)


def claims_on_mastodon() -> list[Row]:
    """A format of every verdict, and post types, one of them also as it is here alone."""
    odds = {"top_decile_odds": 2.4, "top_decile_low": 1.3, "top_decile_high": 4.6}
    held = odds | {"definitions_held": 13, "definitions_tried": 13}
    shaken = {"definitions_held": 9, "definitions_tried": 13}
    here = {"scope": "here"}
    return [
        claim("mastodon", "format", "carousel", "works_on_average", (1.62, 1.21, 2.08), posts=84, accounts=6, up=5)
        | held,
        claim("mastodon", "format", "image", "no_difference", (1.03, 0.91, 1.17), posts=210, accounts=6, up=3),
        claim("mastodon", "format", "text", "mixed", (0.96, 0.62, 1.5), posts=88, accounts=6, up=3),
        claim("mastodon", "format", "link", "worse", (0.58, 0.44, 0.77), posts=97, accounts=6, up=0) | shaken,
        claim("mastodon", "format", "poll", "not_enough", (2.3, 0.4, 13.2), posts=7, accounts=2, up=2),
        claim("mastodon", "format", "audio", "not_enough", None, posts=2, accounts=0, up=0),
        claim("mastodon", "post_type", "how_to", "better_here", (1.38, 1.1, 1.72), posts=46, accounts=4, up=4),
        claim("mastodon", "post_type", "how_to", None, (1.31, 1.14, 1.51), posts=46, accounts=4, up=4) | here,
        claim("mastodon", "post_type", "behind_the_scenes", "not_enough", (1.2, 0.7, 2.05), posts=34, accounts=3, up=2),
        claim("mastodon", "post_type", "promotion", "worse_here", (0.71, 0.55, 0.92), posts=120, accounts=6, up=1),
    ]


def claims_on_bluesky() -> list[Row]:
    near = {"posts_needed": 40}
    return [
        claim("bluesky", "format", "video", "not_enough", (1.31, 0.82, 2.1), posts=52, accounts=5, up=4) | near,
        claim("bluesky", "format", "image", "works", (1.44, 1.22, 1.7), posts=164, accounts=6, up=6),
        claim("bluesky", "format", "link", "worse_on_average", (0.74, 0.6, 0.91), posts=90, accounts=6, up=1),
        claim("bluesky", "post_type", "question", "no_difference", (1.0, 0.88, 1.14), posts=71, accounts=6, up=3),
    ]


def exploratory_claims() -> list[Row]:
    """Traits that nobody asked about beforehand."""
    near = {"posts_needed": 40}
    return [
        claim("mastodon", "length", "81_to_200", "not_enough", (0.93, 0.8, 1.08), posts=301, accounts=6, up=2) | near,
        claim("mastodon", "hashtag_count", "1_to_2", "better_here", (1.19, 1.05, 1.35), posts=190, accounts=6, up=5),
        claim("mastodon", "has_link", "yes", "worse_on_average", (0.7, 0.56, 0.87), posts=140, accounts=6, up=1),
    ]


def claims_on_time() -> list[Row]:
    """Days that make no difference, and hours that are open."""
    days = [
        claim("mastodon", "weekday", day, "no_difference", (lift, lift * 0.85, lift * 1.18), posts=80, accounts=6, up=3)
        for day, lift in zip(DAYS, LIFTS_BY_DAY, strict=True)
    ]
    hours = [
        claim("mastodon", "hour_block", block, "not_enough", (lift, lift * 0.7, lift * 1.4), posts=60, accounts=5, up=3)
        | {"posts_needed": 88}
        for block, lift in LIFTS_BY_HOURS.items()
    ]
    return [*days, *hours]


def findings_of(claims: Sequence[Row]) -> list[Row]:
    """One finding of every kind, each resting on a claim about a format."""
    of = {(row["platform"], row["level"]): row for row in claims if row["dimension"] == "format"}
    return [
        finding(
            1,
            "do_more",
            of["mastodon", "carousel"],
            "On Mastodon carousels got 1.6 times the usual engagement, at 5 of 6 companies.",
            market=0.135,
            own=0.04,
        ),
        finding(
            2,
            "do_less",
            of["mastodon", "link"],
            "Link posts on Mastodon got about 0.58 times the usual; no company does better with them.",
            market=0.156,
            own=0.31,
        ),
        finding(
            3,
            "open",
            of["bluesky", "image"],
            "Single pictures work on Bluesky for all six companies, and you rarely post them.",
            market=0.4,
            own=0.11,
        ),
        finding(
            4,
            "watch",
            of["mastodon", "text"],
            "Text-only posts help some companies on Mastodon and hurt others.",
            market=0.14,
            own=0.2,
        ),
        finding(
            5,
            "best_bet",
            of["mastodon", "poll"],
            "Polls on Mastodon look promising, from 7 posts.",
            market=0.01,
            own=0.0,
            posts_missing=41,
        ),
    ]


def openings_of(claims: Sequence[Row]) -> list[Row]:
    """Everything that works among the claims, rarer and rarer in the market."""
    working = {"works", "works_on_average", "better_here"}
    found = [row for row in claims if row["scope"] == "general" and row["verdict"] in working]
    return [opportunity(rank, row) for rank, row in enumerate(found, 1)]


def changed_verdicts() -> list[Row]:
    """Verdicts that stand, one that is new, and one that the list of companies turned."""
    return [
        verdict_change("mastodon", "carousel", "still", None, "Carousels on Mastodon: still “Usually works”."),
        verdict_change(
            "mastodon",
            "link",
            "changed",
            "changed_market",
            "Link posts on Mastodon: now “Worse”, because of this: Filterhaus came into the list.",
        ),
        verdict_change(
            "bluesky",
            "image",
            "new",
            "new_posts",
            "Single pictures on Bluesky: now “Works”, before open, because of this: 14 new posts of this kind.",
        ),
        verdict_change("mastodon", "text", "still", None, "Text posts on Mastodon: still “Depends who”."),
    ]


def moving_traits() -> list[Row]:
    """Kinds of posts that became more, fewer, neither, and one too rare to tell."""
    return [
        trait_trend("carousel", "rising", before=0.12, recent=0.31, change=(0.08, 0.3)),
        trait_trend("link", "falling", before=0.33, recent=0.21, change=(-0.2, -0.04)),
        trait_trend("image", "steady", before=0.29, recent=0.3, change=(-0.03, 0.05)),
        trait_trend("poll", "cant_tell", before=0.02, recent=0.05, change=None),
        trait_trend("yes", "rising", before=0.4, recent=0.6, change=(0.1, 0.3), dimension="emoji"),
    ]


def open_questions() -> list[Row]:
    """How long it takes until an effect is seen: of any kind, of a rare one, and of one out of reach."""
    any_kind = "To see an effect of any kind of post that makes up half, about 12 more weeks."
    polls = "To see an effect of polls, about 34 more weeks: 229 such posts, 7 so far."
    audio = "An effect of audio posts is out of reach: 229 such posts, 2 so far."
    return [
        evidence_needed("all", "all", any_kind, weeks=12, posts=160),
        evidence_needed("format", "poll", polls, weeks=34, posts=7),
        evidence_needed("format", "audio", audio, weeks=None, posts=2),
    ]


def add_myth(tables: Rows) -> None:
    """A format that leads the plain averages because one account is large."""
    tables["myth"] = [
        {
            "platform": "mastodon",
            "dimension": "format",
            "level": "video",
            "plain_mean": 412.3,
            "runner_up_level": "carousel",
            "runner_up_mean": 139.9,
            "top_account": "kessel@mastodon.example",
            "top_account_share": 0.87,
            "lift": 0.97,
            "lift_low": 0.79,
            "lift_high": 1.19,
            "verdict": "no_difference",
            "sentence": "Videos lead the averages only because the biggest page posts nearly all of them.",
        }
    ]


def add_examples(tables: Rows) -> None:
    """The best carousels, one each of three companies."""
    tables["examples"] = [
        {
            "platform": "mastodon",
            "dimension": "format",
            "level": "carousel",
            "rank": rank,
            "post_id": uuid(rank),
            "company": COMPANIES[rank],
            "url": f"{address(rank)}/{rank}",
            "title": None,
            "text": OPENINGS[rank],
            "published_at": AS_OF - dt.timedelta(days=9 * rank),
            "engagement": 310 - rank * 40,
            "lift": 3.4 - rank * 0.6,
        }
        for rank in (1, 2, 3)
    ]
