"""How a visit to one account ended, told from what it went through: outcome, reason, one sentence for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from shlex import quote

from attrs import frozen

from crawler.failures import Problem
from crawler.items import Outcome, Platform, Reason, Visit, Way
from crawler.platforms import way_in
from crawler.survey import WAY_NAMES

NO_NEWS = frozenset(
    {
        Outcome.NOT_FOUND,
        Outcome.GONE,
        Outcome.LOGIN_WALL,
        Outcome.BLOCKED,
        Outcome.ROBOTS_DENIED,
        Outcome.LAYOUT_CHANGED,
    }
)
"""How a way may end without a word where another led to the posts: an interface that is switched off, a sitemap that is
not there."""
WALLS = frozenset({Outcome.ROBOTS_DENIED, Outcome.LOGIN_WALL, Outcome.BLOCKED, Outcome.LAYOUT_CHANGED})
"""How a site may keep a visit out."""
_LEADS_NOWHERE = frozenset({Outcome.NOT_FOUND, Outcome.LAYOUT_CHANGED})
"""How a way round a closed door may end, so that the door is what is worth telling."""


@frozen(kw_only=True)
class Course:
    """What a visit went through."""

    platform: Platform
    url: str
    """The account's link."""
    wall: Visit | None
    """How the visit was expected to end without a credential."""
    problems: Sequence[Problem]
    problems_of_ways: Sequence[Problem]
    """Of ways that another may have made up for."""
    detours: Sequence[Problem]
    """Doors that were closed, and that the visit went round."""
    remarks: Sequence[str]
    """What the message says besides."""
    moved_to: str | None
    """Address of the account that continues this one, as it says itself."""
    survey: str | None
    """What a survey found; ``None`` where posts were read."""
    walked: Sequence[Way]
    """Ways that gave something, in order."""
    listing_count: int
    """Pages that list posts, read."""
    unchanged_count: int
    """Answers that said that nothing changed."""
    post_count: int
    oldest_at: datetime | None
    is_complete: bool
    """A way has shown everything."""
    is_interrupted: bool


def verdict(course: Course) -> Visit:
    """Outcome, reason, message and whether the budget cut it; the rest of the visit is its counts."""
    problems = [*course.problems, *_problems_that_matter(course)]
    is_cut = any(each.reason == Reason.BUDGET_SPENT for each in problems)
    has_any = course.listing_count > 0 or course.unchanged_count > 0
    if course.is_interrupted:
        outcome = Outcome.PARTIAL if has_any else Outcome.ERROR
        message = "The crawl was stopped during this visit; the next crawl takes up where it ended."
        return Visit(outcome=outcome, reason=Reason.INTERRUPTED, message=message)
    if not has_any and course.detours and (not problems or problems[0].outcome in _LEADS_NOWHERE):
        problems = [course.detours[0], *problems]
    if problems and not has_any:
        worst = _behind_the_wall(course, problems[0])
        outcome = Outcome.PARTIAL if is_cut else worst.outcome
        return Visit(outcome=outcome, reason=worst.reason, message=worst.message, is_cut=is_cut)
    if problems:
        chosen = next((each for each in problems if each.reason == Reason.BUDGET_SPENT), problems[0])
        outcome = Outcome.SUSPECT if any(each.outcome == Outcome.SUSPECT for each in problems) else Outcome.PARTIAL
        more = f" ({len(problems)} requests ended badly in all.)" if len(problems) > 1 else ""
        message = f"Read in part: {chosen.message}{more}"
        return Visit(outcome=outcome, reason=chosen.reason, message=message, is_cut=is_cut)
    if course.unchanged_count and not course.listing_count and not course.post_count:
        return _gone_well(course, Outcome.UNCHANGED, "Nothing has changed since the last visit.")
    if not has_any:
        message = f"{course.url} led to no list of posts; look whether the site has a feed and add its address."
        return Visit(outcome=Outcome.LAYOUT_CHANGED, reason=Reason.NO_FEED, message=message)
    return _gone_well(course, Outcome.COMPLETE, _summary(course))


def _gone_well(course: Course, outcome: Outcome, message: str) -> Visit:
    if course.moved_to is None:
        return Visit(outcome=outcome, message=message)
    names = f"{quote(course.url)} {quote(course.moved_to)}"
    said = f"The account says that it moved to {course.moved_to}; follow it there: rivalscope rename {names}"
    return Visit(outcome=outcome, reason=Reason.MOVED, message=f"{message} {said}")


def _problems_that_matter(course: Course) -> Sequence[Problem]:
    """Of ways that failed: none where another was complete, else those that may go better next time."""
    if course.is_complete:
        return []
    if not course.listing_count and not course.unchanged_count:
        return course.problems_of_ways
    return [each for each in course.problems_of_ways if each.outcome not in NO_NEWS]


def _behind_the_wall(course: Course, problem: Problem) -> Problem:
    """With the cheapest way in, where the wall was expected."""
    wall = course.wall
    if wall is None or problem.outcome not in WALLS:
        return problem
    if problem.outcome == wall.outcome and problem.reason is None:
        return Problem(wall.outcome, wall.reason, wall.message)
    said = problem.message.removesuffix(".")
    return Problem(problem.outcome, problem.reason, f"{said}; what works now: {way_in(course.platform)}.")


def _summary(course: Course) -> str:
    if course.survey is not None:
        return course.survey
    posts = f"{course.post_count} posts" if course.post_count != 1 else "1 post"
    since = f", back to {course.oldest_at:%Y-%m-%d}" if course.oldest_at is not None else ""
    names = [WAY_NAMES[way] for way in course.walked]
    by = f" by {' and '.join(names)}" if names else ""
    return " ".join([f"Saw {posts}{by}{since}.", *dict.fromkeys(course.remarks)])
