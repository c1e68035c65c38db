"""Answered comments: what counts as one, and what can never come out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Comment, NextRequest, Platform, Replies, RequestKind, Thread
from crawler.reading.answered import ANSWERS_AT_MOST, following, replies_of

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


def test_what_others_answer_one_another_is_no_answer_of_the_account() -> None:
    replies = counted(said("question", "post", 10), said("between others", "question", 30))
    assert (replies.comment_count, replies.answered_count, replies.median_seconds) == (2, 0, None)


def test_an_answer_in_the_same_second_took_none() -> None:
    assert counted(said("question", "post", 10), said("answer", "question", 10, is_by_account=True)).median_seconds == 0


def test_a_thread_is_asked_for_one_request_after_the_other_and_then_told() -> None:
    first, second = (NextRequest(url=f"https://a.example/{n}", kind=RequestKind.REPLIES) for n in (1, 2))
    thread = Thread(native_id="post", comments=(said("question", "post", 10),), waiting=(first, second))
    (asked,) = following(thread, platform=Platform.LEMMY).next_requests
    assert asked.url == first.url
    assert asked.thread is not None
    assert (asked.thread.waiting, asked.thread.asked_count) == ((second,), 1)
    told = following(Thread(native_id="post", comments=thread.comments), platform=Platform.LEMMY)
    assert not told.next_requests
    assert [(each.comment_count, each.is_complete) for each in told.replies] == [(1, True)]


def test_a_long_thread_is_told_in_part_once_it_took_its_requests() -> None:
    waiting = (NextRequest(url="https://a.example/1", kind=RequestKind.REPLIES),)
    last = Thread(native_id="post", waiting=waiting, asked_count=ANSWERS_AT_MOST - 1)
    assert following(last, platform=Platform.LEMMY).next_requests
    spent = following(Thread(native_id="post", waiting=waiting, asked_count=ANSWERS_AT_MOST), platform=Platform.LEMMY)
    assert not spent.next_requests
    assert [each.is_complete for each in spent.replies] == [False]
    left_out = following(Thread(native_id="post", is_complete=False), platform=Platform.LEMMY)
    assert [each.is_complete for each in left_out.replies] == [False]


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
