"""Ideas of how a post may begin, by what it is for. Ours: competitors' posts are linked beside them, never copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reports.language import ENGLISH, Language, marked
from reports.planning.draw import shuffled

IDEAS: Final[Mapping[str, Sequence[str]]] = {
    "promotion": (
        marked("The price of %(topic)s today, and until when: the saving first, the terms in one line"),
        marked("One reason to choose %(topic)s this week, and the price without small print"),
        marked("The offer in seven words, then who it is for: %(topic)s"),
    ),
    "announcement": (
        marked("What is new about %(topic)s, said in the first line, and what it changes for the reader"),
        marked("%(topic)s: before and after, in one sentence each"),
        marked("The date, the place, the news: %(topic)s without a long way round"),
    ),
    "how_to": (
        marked("Three steps with %(topic)s that anybody can repeat at home"),
        marked("The mistake most people make with %(topic)s, and how to mend it"),
        marked("%(topic)s in one minute: what you need, what to do, how it looks when it is right"),
    ),
    "question": (
        marked("Which of two would you choose: %(topic)s this way or that way?"),
        marked("Ask for one word: what comes to mind first about %(topic)s?"),
        marked("What would you like to know about %(topic)s? The best question gets the next post"),
    ),
    "giveaway": (
        marked("What can be won around %(topic)s, how, and until when, in three lines"),
        marked("Name a friend to share %(topic)s with: the rule, the prize, the day of the draw"),
    ),
    "event": (
        marked("When, where, and the one thing that only happens there: %(topic)s"),
        marked("Meet us: what you can see and try about %(topic)s, and how to get a seat"),
    ),
    "testimonial": (
        marked("A customer's sentence about %(topic)s, with name and permission, and nothing added"),
        marked("What somebody used %(topic)s for, told by them in three lines"),
    ),
    "hiring": (
        marked("A day in the job, hour by hour, with %(topic)s in it"),
        marked("What we pay, what we ask, whom to write to: a job around %(topic)s"),
    ),
    "behind_the_scenes": (
        marked("The step nobody sees before %(topic)s is ready"),
        marked("Who makes %(topic)s: one face, one hand movement, one sentence"),
        marked("What went wrong with %(topic)s, and what we do since"),
    ),
    "news": (
        marked("What happened around %(topic)s, and what it means for those who buy it"),
        marked("One number about %(topic)s from this month, and where it comes from"),
    ),
    "holiday": (marked("A wish for the day that only you can send, with %(topic)s in the picture"),),
    "infographic": (
        marked("%(topic)s in one picture: five numbers, each with its source"),
        marked("How %(topic)s comes about, drawn from left to right"),
    ),
}
"""By type of post."""
_ANY: Final[Sequence[str]] = (
    marked("One thing about %(topic)s that people keep asking you, answered in the first line"),
    marked("%(topic)s: show it first, explain it after"),
    marked("The shortest true sentence about %(topic)s, then the reason"),
)
_NO_TOPIC: Final = marked("what you sell most")


def hook_ideas(
    post_type: str | None, topic: str | None, campaign: str | None, seed: str, language: Language = ENGLISH
) -> list[str]:
    """Ideas for a post, in ``language``, in the order in which they are to be tried.

    The topic is quoted as the market writes it, and a campaign is called what the user calls it.
    """
    ideas = shuffled(IDEAS.get(post_type or "", _ANY), seed)
    # a topic is a word or two of the market's posts, which rarely fits into a sentence as it is
    about = language.gettext("“%(name)s”", name=topic) if topic else campaign or language.gettext(_NO_TOPIC)
    said = [language.gettext(idea, topic=about) for idea in ideas]
    said = [idea[:1].upper() + idea[1:] for idea in said]
    return [f"{campaign}: {idea}" if campaign and campaign != about else idea for idea in said]
