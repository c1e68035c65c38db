"""What the invented companies say: sentence patterns by post type, filled from small word lists.

Each pattern carries the wording that a reader would recognise its post type by, and no wording of another type.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

PATTERNS: Mapping[str, tuple[str, ...]] = {
    "promotion": (
        "Save 15% on {thing} this week with code {code}.",
        "Until Sunday {thing} is 20% off. Use code {code} at checkout.",
        "Free shipping on every bag of {thing} today. Shop now.",
    ),
    "announcement": (
        "We are proud to announce {thing}, now available in all our shops.",
        "Introducing {thing}: {taste}, roasted in small batches.",
        "Big news: {thing} has arrived. New in the shop from today.",
    ),
    "how_to": (
        "How to brew {thing} in a {tool}: 16 g, 250 ml, three minutes. Step by step.",
        "Three tips for a better {tool}: grind later, pour slower, taste sooner.",
        "A short guide to cleaning your {tool}, step by step.",
    ),
    "question": (
        "Which do you drink first in the morning: {thing} or water?",
        "What is your favourite way to use a {tool}? Tell us below.",
        "Milk in {thing}, yes or no? What do you think?",
    ),
    "giveaway": (
        "Giveaway! Win a year of {thing}. Follow and comment to enter.",
        "Prize draw: we are giving away five bags of {thing}. Enter by Friday.",
    ),
    "event": (
        "Join us on Saturday for an open tasting of {thing} at the {place}.",
        "Our {tool} workshop takes place at the {place} on Thursday. Save your seat.",
    ),
    "testimonial": (
        "\u201cThe best {thing} I have ever had\u201d, writes a customer from the {place}. Thank you for the review!",
        "Five stars from a customer review: \u201c{taste}, every single time.\u201d",
    ),
    "hiring": (
        "We're hiring: a barista for the {place}. Apply by the end of the month.",
        "Join our team! Open position: roaster, full time, at the {place}.",
    ),
    "behind_the_scenes": (
        "Behind the scenes: how {thing} gets its {taste} character.",
        "A look inside the roastery while {thing} cools down. Meet the team.",
    ),
    "other": (
        "{thing}. {taste}. That is all.",
        "Rain on the roof, {thing} in the cup.",
        "A quiet morning at the {place} with {thing}.",
        "Some days a {tool} is all the machinery one needs.",
    ),
}

#: how often each post type is used
WEIGHTS: Mapping[str, float] = {
    "promotion": 0.18, "announcement": 0.12, "how_to": 0.12, "question": 0.12, "giveaway": 0.04, "event": 0.08,
    "testimonial": 0.05, "hiring": 0.03, "behind_the_scenes": 0.10, "other": 0.16,
}  # fmt: skip

_THINGS = ("Ember Ridge", "Foxglove espresso", "the Moorland blend", "Saint Odo decaf", "Juniper light roast",
           "our Sunday filter", "Marrow Lane", "the Lantern blend")  # fmt: skip
_TOOLS = ("moka pot", "French press", "siphon", "hand grinder", "paper filter")
_TASTES = ("plum and smoke", "honey and walnut", "bright as cider", "dark chocolate", "soft and round")
_PLACES = ("Canal Street shop", "old mill", "harbour stall", "North Gate corner")
_CODES = ("BEANS15", "MORNING", "SLOWCUP")

HASHTAGS = ("coffee", "specialtycoffee", "espresso", "coffeelovers", "roastery", "filtercoffee", "barista")

ENDINGS = (
    "",
    "",
    " We have been thinking about this one for a long while, and we would rather say it plainly than say it twice.",
    " More of this on our site.",
)


def write(rng: Random, post_type: str) -> str:
    """One invented text of the given post type."""
    pattern = rng.choice(PATTERNS[post_type])
    return pattern.format(
        thing=rng.choice(_THINGS),
        tool=rng.choice(_TOOLS),
        taste=rng.choice(_TASTES),
        place=rng.choice(_PLACES),
        code=rng.choice(_CODES),
    ) + rng.choice(ENDINGS)
