"""Answered comments: what counts as one, and what can never come out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Comment, Platform, Replies
from crawler.reading.answered import replies_of

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def said(name: str, above: str | None, minute: float | None, *, is_by_account: bool = False) -> Comment:
    at = START + timedelta(minutes=minute) if minute is not None else None
    return Comment(native_id=name, answers=above, is_by_account=is_by_account, at=at)


def counted(*comments: Comment) -> Replies:
    return replies_of(comments, platform=Platform.LEMMY, native_id="post", is_complete=True)


def test_only_direct_answers_to_others_count_and_the_first_is_the_fast_one() -> None:
    replies = counted(
        said("own", "post", 0, is_by_account=True),
        said("own again", "own", 1, is_by_account=True),
        said("question", "post", 10),
        said("second answer", "question", 50, is_by_account=True),
        said("first answer", "question", 20, is_by_account=True),
        said("between others", "question", 30),
        said("unanswered", "post", 40),
    )
    assert (replies.comment_count, replies.answered_count, replies.median_seconds) == (3, 1, 600.0)


def test_an_answer_from_before_its_comment_or_without_a_date_has_no_speed() -> None:
    early = counted(said("question", "post", 10), said("answer", "question", 5, is_by_account=True))
    undated = counted(said("question", "post", None), said("answer", "question", 5, is_by_account=True))
    for replies in (early, undated):
        assert (replies.comment_count, replies.answered_count, replies.median_seconds) == (1, 1, None)


NAMES = st.sampled_from(["a", "b", "c", "d", "e", "post"])


@given(
    st.lists(
        st.builds(said, NAMES, st.none() | NAMES, st.none() | st.floats(-1000, 1000), is_by_account=st.booleans()),
        max_size=12,
    )
)
def test_no_thread_however_knotted_has_more_answers_than_comments(comments: list[Comment]) -> None:
    replies = counted(*comments)
    assert 0 <= replies.answered_count <= replies.comment_count
    assert replies.median_seconds is None or (replies.answered_count > 0 and replies.median_seconds >= 0)
