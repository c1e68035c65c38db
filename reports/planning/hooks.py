"""Ideas of how a post may begin, by what it is for. Ours: competitors' posts are linked beside them, never copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reports.planning.draw import shuffled

_IDEAS: Final[Mapping[str, Sequence[str]]] = {
    "promotion": (
        "The price of {topic} today, and until when: the saving first, the terms in one line",
        "One reason to choose {topic} this week, and the price without small print",
        "The offer in seven words, then who it is for: {topic}",
    ),
    "announcement": (
        "What is new about {topic}, said in the first line, and what it changes for the reader",
        "{topic}: before and after, in one sentence each",
        "The date, the place, the news: {topic} without a long way round",
    ),
    "how_to": (
        "Three steps with {topic} that anybody can repeat at home",
        "The mistake most people make with {topic}, and how to mend it",
        "{topic} in one minute: what you need, what to do, how it looks when it is right",
    ),
    "question": (
        "Which of two would you choose: {topic} this way or that way?",
        "Ask for one word: what comes to mind first about {topic}?",
        "What would you like to know about {topic}? The best question gets the next post",
    ),
    "giveaway": (
        "What can be won around {topic}, how, and until when, in three lines",
        "Name a friend to share {topic} with: the rule, the prize, the day of the draw",
    ),
    "event": (
        "When, where, and the one thing that only happens there: {topic}",
        "Meet us: what you can see and try about {topic}, and how to get a seat",
    ),
    "testimonial": (
        "A customer's sentence about {topic}, with name and permission, and nothing added",
        "What somebody used {topic} for, told by them in three lines",
    ),
    "hiring": (
        "A day in the job, hour by hour, with {topic} in it",
        "What we pay, what we ask, whom to write to: a job around {topic}",
    ),
    "behind_the_scenes": (
        "The step nobody sees before {topic} is ready",
        "Who makes {topic}: one face, one hand movement, one sentence",
        "What went wrong with {topic}, and what we do since",
    ),
    "news": (
        "What happened around {topic}, and what it means for those who buy it",
        "One number about {topic} from this month, and where it comes from",
    ),
    "holiday": ("A wish for the day that only you can send, with {topic} in the picture",),
    "infographic": (
        "{topic} in one picture: five numbers, each with its source",
        "How {topic} comes about, drawn from left to right",
    ),
}
_ANY: Final[Sequence[str]] = (
    "One thing about {topic} that people keep asking you, answered in the first line",
    "{topic}: show it first, explain it after",
    "The shortest true sentence about {topic}, then the reason",
)
_NO_TOPIC: Final = "what you sell most"


def hook_ideas(post_type: str | None, topic: str | None, campaign: str | None, seed: str) -> list[str]:
    """Ideas for a post in the order in which they are to be tried."""
    ideas = shuffled(_IDEAS.get(post_type or "", _ANY), seed)
    # a topic is a word or two of the market's posts, which rarely fits into a sentence as it is
    about = f"“{topic}”" if topic else campaign or _NO_TOPIC
    said = [idea.replace("{topic}", about) for idea in ideas]
    said = [idea[:1].upper() + idea[1:] for idea in said]
    return [f"{campaign}: {idea}" if campaign and campaign != about else idea for idea in said]
