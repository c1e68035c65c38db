"""X: whose counts a page's numbers are, what a post is, and what came in place of a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Reason, RequestKind, Role
from crawler.pages.base import Access, AccountRef, PageProblem
from crawler.pages.x.rendered import read_label
from crawler.pages.x.store import Store
from crawler.reading.seroval import values_after
from tests.crawler.walled import FETCHED_AT, capture_for, only, problem, read

ID, OTHER = "2123691690685366273", "2122555327902646279"
POST_URL = f"https://x.com/kettle/status/{ID}"
RESULT_URL = f"https://cdn.syndication.twimg.com/tweet-result?id={ID}&token=a"
TIMELINE_URL = "https://api.x.com/2/users/1/tweets?max_results=100"
LABELS = {
    "en": "3 replies, 1 repost, 7 likes, 2 bookmarks, 3692 views",
    "es": "3 respuestas, 1 republicación, 7 Me gusta, 2 guardados, 3692 reproducciones",
    "de": "3 Antworten, 1 Repost, 7 „Gefällt mir“-Angaben, 2 Lesezeichen, 3692 Mal angezeigt",
    "fr": "3 réponses, 1 repost, 7 J’aime, 2 signets, 3 692 vues",
    "pt": "3 respostas, 1 repost, 7 curtidas, 2 itens salvos, 3.692 visualizações",
    "it": "3 risposte, 1 repost, 7 Mi piace, 2 segnalibri, 3692 visualizzazioni",
    "nl": "3 antwoorden, 1 repost, 7 vind-ik-leuks, 2 bladwijzers, 3692 weergaven",
    "ja": "3件の返信、1件のリポスト、7件のいいね、2件のブックマーク、3692件の表示",
    "ko": "답글 3개, 재게시 1개, 마음에 들어요 7개, 북마크 2개, 조회수 3692회",
    "ru": "3 ответа, 1 репост, 7 отметок «Нравится», 2 закладки, 3692 просмотра",
    "tr": "3 yanıt, 1 yeniden gönderi, 7 beğeni, 2 yer işareti, 3692 görüntülenme",
    "zh": "3 回复、1 次转帖、7 喜欢、2 书签、3692 次查看",
}


def tweet(**more: Any) -> dict[str, Any]:
    """A ``tweet-result``."""
    return {
        "__typename": "Tweet", "id_str": ID, "created_at": "2026-11-20T08:15:30.000Z", "text": "Tea",
        "user": {"screen_name": "kettle"}, "favorite_count": 7, "conversation_count": 3, **more,
    }  # fmt: skip


def graphql(legacy: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A post as GraphQL answers it."""
    said = {"full_text": "Tea", "favorite_count": 7, "created_at": "Fri Nov 20 08:15:30 +0000 2026", **(legacy or {})}
    user = {"user_results": {"result": {"core": {"screen_name": "kettle"}}}}
    return {"__typename": "Tweet", "rest_id": ID, "core": user, "legacy": said, **more}


def answered(result: object, number: str = ID) -> tuple[str, dict[str, Any]]:
    variables = json.dumps({"tweetId": number}).replace('"', "%22").replace(" ", "")
    return (
        f"https://x.com/i/api/graphql/abc/TweetResultByRestId?variables={variables}",
        {"data": {"tweetResult": {"result": result}}},
    )


def drawn(label: str | None, inner: str = "", above: str = "") -> str:
    group = "" if label is None else f'<div role="group" aria-label="{label}"></div>'
    return f"""<html><body><article data-testid="tweet">{above}<div data-testid="User-Name">Kettle</div>
        <a href="/kettle/status/{ID}"><time datetime="2026-11-20T08:15:30.000Z">1d</time></a>
        <div data-testid="tweetText">Tea</div>{inner}{group}</article></body></html>"""


@pytest.mark.parametrize("language", LABELS)
def test_counts_of_a_drawn_post_are_read_in_any_language(language: str) -> None:
    metrics = only(read(POST_URL, drawn(LABELS[language]))).metrics
    assert metrics is not None
    assert (metrics.comment_count, metrics.share_count, metrics.like_count) == (3, 1, 7)
    assert (metrics.save_count, metrics.view_count) == (2, 3692)


def test_a_part_left_out_of_a_drawn_label_is_zero_but_for_views() -> None:
    metrics = only(read(POST_URL, drawn("7 likes"))).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count, metrics.share_count, metrics.save_count) == (7, 0, 0, 0)
    assert metrics.view_count is None
    assert metrics.missing["view_count"] == MissingReason.NOT_OBSERVED
    everything_zero = only(read(POST_URL, drawn(""))).metrics
    assert everything_zero is not None
    assert everything_zero.like_count == 0


@pytest.mark.parametrize("label", ["7 likes, 2 gizmos", "7 likes, una respuesta", "siete Me gusta"])
def test_nothing_is_zero_where_a_part_of_the_label_is_not_understood(label: str) -> None:
    metrics = only(read(POST_URL, drawn(label))).metrics
    assert metrics is not None
    assert metrics.share_count is None
    assert metrics.save_count is None


def test_without_its_group_a_drawn_post_states_no_counts() -> None:
    metrics = only(read(POST_URL, drawn(None))).metrics
    assert metrics is not None
    assert metrics.like_count is None
    assert metrics.missing["like_count"] == MissingReason.NOT_OBSERVED


@given(st.text(max_size=200))
def test_any_label_is_borne(label: str) -> None:
    assert all(count.value >= 0 for count in read_label(label).counts.values())


def test_the_controls_of_a_video_are_no_counts() -> None:
    controls = '<div role="group" aria-label="Video player"></div>'
    metrics = only(read(POST_URL, drawn("7 likes", controls))).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count) == (7, 0)
    without = only(read(POST_URL, drawn(None, controls))).metrics
    assert without is not None
    assert without.comment_count is None


def test_pictures_and_words_of_a_quoted_post_are_not_the_posts_own() -> None:
    inner = """<div role="link"><div data-testid="User-Name">Leaf</div><time datetime="2026-11-01T00:00:00Z">x</time>
        <div data-testid="tweetText">Others #words</div>
        <div data-testid="tweetPhoto"><img src="https://pbs.twimg.com/media/Q.jpg"></div></div>"""
    post = only(read(POST_URL, drawn("7 likes", inner)))
    assert (post.role, post.format, post.media, post.hashtags) == (Role.QUOTE, Format.TEXT, (), ())


@pytest.mark.parametrize("said", ["Kettle reposted", "Kettle reposteó", "Kettleさんがリポスト", "Kettle hat repostet"])
def test_a_drawn_repost_is_named_by_its_original_and_not_dated_by_it(said: str) -> None:
    above = f'<a href="/leaf"><span data-testid="socialContext">{said}</span></a>'
    post = only(read("https://x.com/leaf", drawn("7 likes", above=above)))
    assert post.native_id == f"{ID}#repost:leaf"
    assert (post.account, post.author, post.role) == ("leaf", "kettle", Role.REPOST)
    assert (post.original_native_id, post.published_at) == (ID, None)
    assert post.original_published_at == datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["Pinned", "Fijado", "Épinglé", "Angeheftet", "固定されたポスト", "Закреплено"])
def test_a_pinned_post_is_no_repost(said: str) -> None:
    above = f'<div data-testid="socialContext">{said}</div>'
    post = only(read("https://x.com/kettle", drawn("7 likes", above=above)))
    assert post.is_pinned
    assert post.role == Role.ORIGINAL


@pytest.mark.parametrize("entities", [{}, [], None, "missing"])
def test_entities_that_are_empty_in_any_way_are_none(entities: object) -> None:
    said = tweet(text="Tea #Oolong with @leaf")
    if entities != "missing":
        said["entities"] = entities
    post = only(read(RESULT_URL, said))
    assert post.hashtags == ("Oolong",)
    assert post.mentions == ("leaf",)
    assert post.links == ()


def test_an_embed_states_no_reposts_and_no_views_whatever_its_video_says() -> None:
    metrics = only(read(RESULT_URL, tweet(video={"viewCount": 0}))).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count) == (7, 3)
    assert (metrics.share_count, metrics.view_count) == (None, None)
    assert metrics.missing["view_count"] == MissingReason.NOT_OBSERVED


@pytest.mark.parametrize(
    ("views", "expected"), [({"count": "824381"}, 824_381), ({"state": "Enabled"}, None), (None, None)]
)
def test_views_are_a_text_and_may_be_missing(views: object, expected: int | None) -> None:
    url, answer = answered(graphql(views=views))
    metrics = only(read(url, answer)).metrics
    assert metrics is not None
    assert metrics.view_count == expected


def test_of_a_long_post_the_note_is_the_text_and_has_the_hashtags() -> None:
    note = {"text": "Tea and a long story #Water", "entity_set": {"hashtags": [{"text": "Water"}]}}
    url, answer = answered(graphql(note_tweet={"note_tweet_results": {"result": note}}))
    post = only(read(url, answer))
    assert post.text == "Tea and a long story #Water"
    assert post.hashtags == ("Water",)


def old_tweet(number: str = ID, **more: Any) -> dict[str, Any]:
    """A post as the API v1.1 states it."""
    return {
        "created_at": "Fri Nov 20 08:15:30 +0000 2026", "id_str": number, "full_text": "Tea",
        "in_reply_to_status_id_str": None, "user": {"screen_name": "kettle", "id_str": "1", "followers_count": 8},
        "favorite_count": 7, "retweet_count": 2, **more,
    }  # fmt: skip


SEARCH_URL = "https://api.twitter.com/1.1/search/tweets.json?q=tea"
OLD_ANSWERS: dict[str, object] = {
    "a list": [old_tweet(), old_tweet(OTHER)],
    "a search": {"statuses": [old_tweet(), old_tweet(OTHER)], "search_metadata": {}},
    "a premium search": {"results": [old_tweet(), old_tweet(OTHER)]},
    "lines": "\n".join(map(json.dumps, (old_tweet(), old_tweet(OTHER)))).encode(),
}


@pytest.mark.parametrize("answer", OLD_ANSWERS.values(), ids=OLD_ANSWERS.keys())
@pytest.mark.parametrize("url", [SEARCH_URL, "https://address.invalid/"])
def test_an_answer_of_the_old_interface_is_known_by_its_address_and_by_its_content(answer: object, url: str) -> None:
    found = read(url, answer)
    assert [(post.native_id, post.account) for post in found.posts] == [(ID, "kettle"), (OTHER, "kettle")]
    assert found.profile is not None
    assert (found.profile.handle, found.profile.follower_count) == ("kettle", 8)
    metrics = found.posts[0].metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count, metrics.view_count) == (7, None, None)


def test_a_search_of_several_people_is_nobodys_page() -> None:
    other = old_tweet(OTHER, user={"screen_name": "leaf", "followers_count": 1})
    found = read(SEARCH_URL, {"statuses": [old_tweet(), other]})
    assert [post.account for post in found.posts] == ["kettle", "leaf"]
    assert found.profile is None
    found = read(SEARCH_URL, {"statuses": [old_tweet(), other]}, handle="leaf")
    assert ([post.native_id for post in found.posts], found.skipped) == ([OTHER], {"foreign_post": 1})


def test_of_the_sites_old_search_only_what_has_an_entry_and_is_no_advertisement_is_taken() -> None:
    def stated(number: str, **more: Any) -> dict[str, Any]:
        return (
            {name: value for name, value in old_tweet(number).items() if name != "user"} | {"user_id_str": "1"} | more
        )

    def entry(number: str, **more: Any) -> dict[str, Any]:
        return {"content": {"item": {"content": {"tweet": {"id": number, **more}}}}}

    tweets = {ID: stated(ID, quoted_status_id_str=OTHER, is_quote_status=True), OTHER: stated(OTHER), "9": stated("9")}
    answer: dict[str, Any] = {"globalObjects": {"tweets": tweets, "users": {"1": old_tweet()["user"]}}}
    url = "https://twitter.com/i/api/2/search/adaptive.json?q=tea"
    assert [post.native_id for post in read(url, answer).posts] == [ID, "9"]
    entries = [entry(ID), entry(OTHER), entry("9", promotedMetadata={"advertiserId": "1"})]
    answer["timeline"] = {"instructions": [{"addEntries": {"entries": entries}}]}
    found = read(url, answer)
    assert ([post.native_id for post in found.posts], found.skipped) == ([ID, OTHER], {"promoted": 1})
    assert found.posts[0].original_native_id == OTHER


@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(st.sampled_from(["globalObjects", "tweets", "users", "statuses", "timeline", "id_str", "user",
                                          "full_text", "created_at", "errors", "extended_tweet"]), inner, max_size=4),
       max_leaves=20))  # fmt: skip
def test_any_old_answer_is_borne(answer: object) -> None:
    try:
        read(SEARCH_URL, answer if isinstance(answer, dict | list) else [answer])
    except PageProblem as error:
        assert str(error)


def test_a_repost_carries_what_its_wrapper_states_and_names_the_original() -> None:
    inner = {**graphql({"full_text": "Warm the pot", "favorite_count": 410}), "rest_id": OTHER}
    inner["core"] = {"user_results": {"result": {"legacy": {"screen_name": "leaf"}}}}
    legacy = {
        "full_text": "RT @leaf: Warm…",
        "favorite_count": 0,
        "retweet_count": 31,
        "retweeted_status_result": {"result": inner},
    }
    url, answer = answered(graphql(legacy))
    found = read(url, answer)
    post = only(found)
    assert post.metrics is not None
    assert (post.native_id, post.role, post.account, post.author) == (ID, Role.REPOST, "kettle", "leaf")
    assert (post.metrics.like_count, post.metrics.share_count) == (0, 31)
    assert post.original_url == f"https://x.com/leaf/status/{OTHER}"


def test_an_answer_of_2021_names_the_author_in_another_place() -> None:
    quoted = {**graphql(), "rest_id": OTHER, "core": {"user": {"legacy": {"screen_name": "leaf"}}}}
    old = graphql({"is_quote_status": True}, quoted_status=quoted, core={"user": {"legacy": {"screen_name": "kettle"}}})
    entries = [{"content": {"itemContent": {"tweet": old}}}]
    found = read("https://twitter.com/i/api/graphql/abc/UserTweets", {"data": {"entries": entries}}, handle="kettle")
    post = only(found)
    assert (post.account, post.role, post.original_url) == ("kettle", Role.QUOTE, f"https://x.com/leaf/status/{OTHER}")
    assert not found.skipped


def test_a_post_with_limited_visibility_is_read_through_its_wrapper() -> None:
    url, answer = answered({"__typename": "TweetWithVisibilityResults", "tweet": graphql()})
    assert only(read(url, answer)).native_id == ID


def test_the_best_file_of_a_video_is_kept_with_its_length() -> None:
    files = [
        {"content_type": "video/mp4", "bitrate": rate, "url": f"https://video.twimg.com/{rate}.mp4"}
        for rate in (632_000, 10_368_000, 950_000)
    ]
    video = {"type": "video", "video_info": {"variants": files, "duration_millis": 24_781}}
    (medium,) = only(read(RESULT_URL, tweet(mediaDetails=[video]))).media
    assert medium.url == "https://video.twimg.com/10368000.mp4"
    assert medium.duration_seconds == 24.781


def test_an_id_from_before_snowflakes_dates_nothing() -> None:
    url, answer = answered({**graphql({"created_at": None}), "rest_id": "20"}, "20")
    post = only(read(url, answer))
    assert (post.published_at, post.published_precision) == (None, None)


def test_what_others_say_below_a_post_is_not_kept_whether_the_question_is_known_or_not() -> None:
    def entry(name: str, handle: str, number: str) -> dict[str, Any]:
        post = {**graphql(), "rest_id": number}
        post["core"] = {"user_results": {"result": {"core": {"screen_name": handle}}}}
        return {"entryId": f"{name}-{number}", "content": {"itemContent": {"tweet_results": {"result": post}}}}

    entries = [
        entry("tweet", "kettle", ID),
        entry("conversationthread", "kettle", OTHER),
        entry("conversationthread", "teafan", "2122404332958646279"),
    ]
    answer = {"data": {"threaded_conversation_with_injections_v2": {"instructions": [{"entries": entries}]}}}
    for variables in ("", f"?variables=%7B%22focalTweetId%22%3A%22{ID}%22%7D"):
        found = read(f"https://x.com/i/api/graphql/abc/TweetDetail{variables}", answer)
        assert [post.native_id for post in found.posts] == [ID, OTHER]
        assert found.skipped == {"conversation": 1}


def test_partial_errors_beside_data_do_not_hide_it() -> None:
    url, answer = answered(graphql())
    assert only(read(url, {**answer, "errors": [{"code": 131, "message": "Dependency: Timeout"}]})).native_id == ID


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        (88, Outcome.ERROR, Reason.RATE_LIMITED),
        (50, Outcome.NOT_FOUND, None),
        (63, Outcome.GONE, None),
        (179, Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (215, Outcome.LOGIN_WALL, Reason.TOKEN_MISSING),
        (9999, Outcome.LAYOUT_CHANGED, None),
    ],
)
def test_each_error_code_of_graphql_has_its_outcome(code: int, outcome: Outcome, reason: Reason | None) -> None:
    url, _ = answered({})
    found = problem(url, {"errors": [{"code": code, "message": "No tea"}]})
    assert (found.outcome, found.reason) == (outcome, reason)


@pytest.mark.parametrize("status", [200, 403, 429])
def test_a_used_up_allowance_is_told_from_a_limit_whatever_its_status(status: int) -> None:
    said = {"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap", "type": "x/usage-capped"}
    found = problem(TIMELINE_URL, said, status=status, handle="kettle", access=Access())
    assert (found.outcome, found.reason) == (Outcome.PARTIAL, Reason.BUDGET_SPENT)


def test_a_limit_of_the_interface_pauses_until_it_starts_anew() -> None:
    reset = FETCHED_AT + timedelta(minutes=7)
    headers = {"x-rate-limit-reset": str(int(reset.timestamp()))}
    found = problem(TIMELINE_URL, {"title": "Too Many Requests"}, status=429, headers=headers, handle="kettle")
    assert (found.reason, found.pause_until) == (Reason.RATE_LIMITED, reset)
    last = read(TIMELINE_URL, {"meta": {"result_count": 0}}, headers={**headers, "x-rate-limit-remaining": "0"})
    assert last.pause_until == reset


@pytest.mark.parametrize("reset", ["", "soon", "99999999999", "0", "-5", "1" * 40])
def test_a_reset_that_is_no_near_moment_is_a_quarter_of_an_hour(reset: str) -> None:
    found = problem(TIMELINE_URL, {}, status=429, headers={"x-rate-limit-reset": reset})
    assert found.pause_until == FETCHED_AT + timedelta(minutes=15)


def test_every_post_that_an_answer_holds_is_charged_once_and_none_is_asked_for_besides() -> None:
    post = {"id": ID, "text": "Tea", "public_metrics": {"like_count": 1}}
    carried = {"tweets": [{"id": OTHER, "text": "Milk"}, post], "users": [{"id": "7", "username": "leaf"}]}
    answer = {"data": [post], "includes": carried, "meta": {"result_count": 1, "next_token": "abc"}}
    found = read(TIMELINE_URL, answer, handle="kettle", access=Access())
    assert found.used_units == 2
    ref = AccountRef(platform=Platform.X, host="", handle="kettle", url="https://x.com/kettle", access=Access())
    (asked,) = pages.post_requests(ref, [(ID, None)], {})
    assert "&expansions=attachments.media_keys&" in asked.url


def test_a_quoted_post_is_found_by_the_link_to_it() -> None:
    link = {"expanded_url": f"https://twitter.com/leaf/status/{OTHER}"}
    post = {
        "id": ID, "text": "So true https://t.co/x", "public_metrics": {"like_count": 1}, "entities": {"urls": [link]},
        "referenced_tweets": [{"type": "quoted", "id": OTHER}],
    }  # fmt: skip
    found = only(read(TIMELINE_URL, {"data": [post]}, handle="kettle"))
    assert (found.role, found.author, found.links) == (Role.QUOTE, "kettle", ())
    assert (found.original_native_id, found.original_url) == (OTHER, f"https://x.com/leaf/status/{OTHER}")


def test_a_repost_is_found_by_the_name_that_it_begins_with() -> None:
    post = {
        "id": ID, "text": "RT @leaf: Milk first", "public_metrics": {"retweet_count": 1},
        "referenced_tweets": [{"type": "retweeted", "id": OTHER}],
    }  # fmt: skip
    found = only(read(TIMELINE_URL, {"data": [post]}, handle="kettle"))
    assert (found.role, found.account, found.author) == (Role.REPOST, "kettle", "leaf")
    assert found.original_url == f"https://x.com/leaf/status/{OTHER}"


def test_paging_ends_where_the_token_stays_the_same() -> None:
    answer = {"data": [{"id": ID, "text": "Tea", "public_metrics": {"like_count": 1}}],
              "meta": {"result_count": 1, "next_token": "abc"}}  # fmt: skip
    first = read(TIMELINE_URL, answer, handle="kettle", access=Access(page_size=3))
    (following,) = first.next_requests
    assert "pagination_token=abc" in following.url
    assert "max_results=5" in following.url
    assert following.cost == 5
    assert not read(following.url, answer, handle="kettle", access=Access()).next_requests
    assert not read(TIMELINE_URL, answer).next_requests, "an imported answer asks for nothing"


def test_counts_that_an_older_answer_does_not_have_are_not_observed() -> None:
    old = {"retweet_count": 1, "reply_count": 0, "like_count": 0, "quote_count": 0}
    metrics = only(read(TIMELINE_URL, {"data": [{"id": ID, "text": "Tea", "public_metrics": old}]})).metrics
    assert metrics is not None
    assert (metrics.share_count, metrics.view_count, metrics.save_count) == (1, None, None)
    assert metrics.missing == {
        "view_count": MissingReason.NOT_OBSERVED, "save_count": MissingReason.NOT_OBSERVED,
    }  # fmt: skip


def test_only_a_post_that_was_asked_for_is_absent() -> None:
    gone = {"resource_type": "tweet", "title": "Not Found Error", "type": "x/resource-not-found", "resource_id": OTHER}
    post = {"id": ID, "text": "Tea", "public_metrics": {}}
    asked = read("https://api.x.com/2/tweets?ids=1,2", {"data": [post], "errors": [{**gone, "parameter": "ids"}]})
    assert [one.native_id for one in asked.absences] == [OTHER]
    referred = read(TIMELINE_URL, {"data": [post], "errors": [{**gone, "parameter": "referenced_tweets.id"}]})
    assert not referred.absences


def test_the_state_of_a_page_is_read_with_escapes_and_in_pieces() -> None:
    script = (
        r'$R[1]={relayRecords:$R[2]={"a":$R[3]={__typename:"Tweet",'
        r'text:"\x3C/b> \"q\" \\x41",ok:!0,no:!1,'
        r'v:void 0,n:null,d:new Date("2026-11-20"),l:$R[4]=[1,-2.5,$R[3]]}}};'
        r'$R[9]={relayRecords:$R[10]={"b":$R[11]={x:1}}}'
    )
    first, second = values_after(script, "relayRecords")
    assert first["a"] == {
        "__typename": "Tweet", "text": '</b> "q" \\x41', "ok": True, "no": False, "v": None, "n": None,
        "d": "2026-11-20", "l": [1, -2.5, None],
    }  # fmt: skip
    assert second == {"b": {"x": 1}}


@given(st.text(alphabet='{}[]:,"\\$R[0]=!01void relayRecords', max_size=300))
def test_any_state_is_borne(text: str) -> None:
    list(Store(f"relayRecords:{text}").posts())
    list(values_after(text, "R"))


def test_a_record_that_links_to_itself_ends() -> None:
    ref = '{__ref:"t"}'
    state = (
        f'relayRecords:{{"t":{{__typename:"Tweet",rest_id:"{ID}",result:{ref},details:{ref},core:{ref},user_results:{ref},'
        f'quoted_tweet_results:{ref},legacy:{ref},retweeted_status_results:{ref},full_text:"Tea"}}}}'
    )
    assert len(list(Store(state).posts())) == 1


PROFILE_URL = "https://x.com/kettle"
EMPTY = '<div data-testid="emptyState">{}</div>'
IN_PLACE: list[tuple[str, str, int, Outcome, Reason | None]] = [
    (POST_URL, '<meta http-equiv="refresh" content="0; url=/x/migrate?tok=1">', 200, Outcome.BLOCKED, None),
    (POST_URL, "<p>JavaScript is not available.</p>", 200, Outcome.LOGIN_WALL, Reason.NO_PUBLIC_PREVIEW),
    ("https://x.com/i/flow/login", "<html><body>x</body></html>", 200, Outcome.LOGIN_WALL, None),
    (POST_URL, '<a data-testid="loginButton">Log in</a>', 200, Outcome.LOGIN_WALL, None),
    (POST_URL, "<html></html>", 429, Outcome.ERROR, Reason.RATE_LIMITED),
    (POST_URL, "<html></html>", 503, Outcome.ERROR, Reason.HTTP_ERROR),
    (POST_URL, "", 200, Outcome.LAYOUT_CHANGED, None),
    (PROFILE_URL, EMPTY.format("This account doesn’t exist"), 200, Outcome.NOT_FOUND, None),
    (PROFILE_URL, EMPTY.format("Nada por aquí"), 200, Outcome.PARTIAL, Reason.NO_PUBLIC_PREVIEW),
]


@pytest.mark.parametrize(("url", "body", "status", "outcome", "reason"), IN_PLACE)
def test_what_comes_in_place_of_a_page_is_named(
    url: str, body: str, status: int, outcome: Outcome, reason: Reason | None
) -> None:
    found = problem(url, body, status=status, handle="kettle")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert str(found).startswith("The X account kettle")


def test_a_good_page_full_of_the_words_of_walls_stays_good() -> None:
    walls = '<a href="/login">Log in</a> captcha checkpoint "cf-chl-" Just a moment... <input type="password">'
    assert only(read(POST_URL, drawn("7 likes") + walls)).native_id == ID


def test_a_captured_post_is_read_in_both_shapes_and_an_advertisement_is_only_counted() -> None:
    old = {
        "id": 1,
        "type": "adaptive",
        "legacy": {
            "id_str": ID,
            "full_text": "Tea",
            "favorite_count": 7,
            "created_at": "Fri Nov 20 08:15:30 +0000 2026",
        },
        "user": {"screen_name": "kettle"},
    }
    for shape in (old, graphql(), {"id": 7, "promoted": False, **graphql()}):
        assert only(pages.read_captured(Platform.X, shape, capture_for(Platform.X))).account == "kettle"
    promoted = pages.read_captured(Platform.X, {**graphql(), "promoted": True}, capture_for(Platform.X))
    assert (promoted.posts, promoted.skipped) == ((), {"promoted": 1})
    foreign = pages.read_captured(Platform.X, graphql(), capture_for(Platform.X, "leaf"))
    assert (foreign.posts, foreign.skipped) == ((), {"foreign_post": 1})
    with pytest.raises(PageProblem):
        pages.read_captured(Platform.X, {"__typename": "TweetTombstone"}, capture_for(Platform.X))


def test_known_posts_are_asked_for_a_hundred_at_once_with_a_token_and_one_by_one_without() -> None:
    posts = [(str(number), None) for number in range(1, 251)] + [("no-number", None)]
    ref = AccountRef(platform=Platform.X, host="", handle="kettle", url="https://x.com/kettle", access=Access())
    asked = pages.post_requests(ref, posts, {})
    assert [one.cost for one in asked] == [100, 100, 50]
    without = AccountRef(platform=Platform.X, host="", handle="kettle", url="https://x.com/kettle")
    assert len(pages.post_requests(without, posts, {})) == 250
    (first,) = pages.first_requests(without, {"x.site": "http://127.0.0.1:1"})
    assert (first.url, first.kind) == ("http://127.0.0.1:1/kettle", RequestKind.PROFILE)
