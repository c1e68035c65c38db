"""Threads' page objects where a recorded page says too little: whose posts, hidden likes, rounded replies, what stands
in place of a page."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Post, PostList, Reason, Role
from crawler.pages import threads
from crawler.pages.base import Access, AccountRef, Capture, PageProblem
from crawler.pages.threads import PAGES
from crawler.pages.threads.discovery import PostsPage
from crawler.pages.threads.pages import AnswerPage, PostPage, ProfilePage
from crawler.reading.snowflakes import instagram_code
from tests.crawler.walled import read as read_routed

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SITE = "https://www.threads.com"
MADE_AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
NUMBER = (int(MADE_AT.timestamp() * 1000) - 1_314_220_021_721) << 23
REF = AccountRef(platform=Platform.THREADS, host="", handle="acme", url=f"{SITE}/@acme")


def code_of(number: int) -> str:
    return instagram_code(str(number)) or ""


def post(low: int = 0, user: str | None = "acme", info: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    number = NUMBER + low
    said = {
        "pk": str(number), "code": code_of(number), "user": {"username": user}, "caption": {"text": "Bread"},
        "taken_at": int(MADE_AT.timestamp()), "media_type": 19, "like_count": 40, "image_versions2": {"candidates": []},
        "text_post_app_info": {"direct_reply_count": 3, "repost_count": 2, "quote_count": 1, "reply_to_author": None,
                               "share_info": {}} | (info or {}),
    }  # fmt: skip
    return said | changes


def thread(*posts: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"thread_items": [{"post": one, **extra} for one in posts]}


def html_of(*documents: object, head: str = "") -> str:
    blocks = "".join(f'<script type="application/json" data-sjs>{json.dumps(one)}</script>' for one in documents)
    return f"<html><head>{head}</head><body>{blocks}</body></html>"


def read(body: object, *, page: Any = PostPage, url: str = "", code: int = 200, ref: Any = None) -> PostList:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    address = url or {
        PostPage: f"{SITE}/@acme/post/{code_of(NUMBER)}", ProfilePage: f"{SITE}/@acme",
        AnswerPage: f"{SITE}/graphql/query", PostsPage: "https://graph.threads.net/v1.0/profile_posts?username=acme",
    }[page]  # fmt: skip
    response = HttpResponse(url=address, body=raw, status=code, headers={"Content-Type": "text/html; charset=utf-8"})
    result: PostList = page(response, Capture(fetched_at=NOW, account=ref)).read()
    return result


def problem(body: object, **arguments: Any) -> PageProblem:
    with pytest.raises(PageProblem) as caught:
        read(body, **arguments)
    return caught.value


def only(**changes: Any) -> Post:
    (found,) = read(html_of(thread(post(**changes)))).posts
    return found


def counts(found: Post) -> list[Any]:
    """Likes, replies, reposts and quotes, or the reason why there is none."""
    metrics = found.metrics
    assert metrics is not None
    return [
        metrics.missing[name] if (value := getattr(metrics, name)) is None else value
        for name in ("like_count", "comment_count", "share_count", "quote_count")
    ]


def test_the_posts_of_the_account_are_found_wherever_they_stand_and_nobody_elses_is_kept() -> None:
    suggested = thread(post(9, "ads.house", like_count=9_999))
    conversation = thread(post(1, "cat"), post(0), post(2))
    reply = thread(post(3, "dog", info={"reply_to_author": {"username": "acme"}}))
    found = read(html_of(suggested, conversation, reply))
    assert [one.native_id for one in found.posts] == [str(NUMBER), str(NUMBER + 2)]
    assert found.skipped == {"foreign_post": 3}


def test_the_short_address_is_about_whoever_wrote_the_post() -> None:
    found = read(html_of(thread(post(1, "cat"), post())), url=f"{SITE}/t/{code_of(NUMBER)}")
    assert [one.account for one in found.posts] == ["acme"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, [40, 3, 2, 1]),
        ({"like_count": 0, "info": {"direct_reply_count": 0, "repost_count": 0, "quote_count": 0}}, [0, 0, 0, 0]),
        ({"like_and_view_counts_disabled": True}, [MissingReason.HIDDEN, 3, 2, 1]),
        ({"like_count": None}, [MissingReason.NOT_OBSERVED, 3, 2, 1]),
        ({"info": {"repost_count": None, "reshare_count": 366}}, [40, 3, MissingReason.NOT_OBSERVED, 1]),
        ({"info": {"reshare_count": 0}}, [40, 3, 2, 1]),
    ],
)
def test_null_is_unknown_zero_is_zero_and_shares_out_of_the_app_are_not_added(
    changes: dict[str, Any], found: list[Any]
) -> None:
    assert counts(only(**changes)) == found


@pytest.mark.parametrize(
    ("sentence", "replies", "digits"),
    [("2,839 replies", 2839, None), ("1,114 replies", 1114, None), ("2.8K replies", 2800, 2), ("1 reply", 1, None),
     ("2,8 mil respuestas", 2800, 2), ("View replies", MissingReason.NOT_OBSERVED, None),
     (None, MissingReason.NOT_OBSERVED, None)],
)  # fmt: skip
def test_older_answers_say_the_replies_in_a_sentence(sentence: str | None, replies: Any, digits: int | None) -> None:
    said = thread(post(info={"direct_reply_count": None}), view_replies_cta_string=sentence)
    (found,) = read(said, page=AnswerPage).posts
    assert counts(found)[1] == replies
    assert found.metrics is not None
    assert found.metrics.rounded.get("comment_count") == digits


def test_a_number_of_its_own_stands_before_the_sentence() -> None:
    said = thread(post(info={"direct_reply_count": 5}), view_replies_cta_string="2.8K replies")
    assert counts(read(said, page=AnswerPage).posts[0])[1] == 5


def test_a_text_loses_the_invisible_mark_at_its_beginning() -> None:
    assert only(caption={"text": "\u2060Bread #rye"}).text == "Bread #rye"
    assert only(caption=None).text == ""


def test_roles_replies_quotes_and_reposts() -> None:
    mill = {"pk": str(NUMBER + 7), "code": code_of(NUMBER + 7), "user": {"username": "mill"}}
    assert only().role == Role.ORIGINAL
    assert only(info={"reply_to_author": {"username": "acme"}}).role == Role.REPLY
    quote = only(info={"share_info": {"quoted_post": mill}})
    assert (quote.role, quote.author, quote.original_native_id) == (Role.QUOTE, "acme", str(NUMBER + 7))
    repost = only(info={"share_info": {"reposted_post": mill}}, caption=None)
    assert (repost.role, repost.account, repost.author) == (Role.REPOST, "acme", "mill")
    assert repost.url == repost.original_url == f"{SITE}/@mill/post/{code_of(NUMBER + 7)}"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, Format.TEXT),
        ({"image_versions2": {"candidates": [{"url": "https://cdn.example/1.jpg"}]}}, Format.IMAGE),
        ({"video_versions": [{"url": "https://cdn.example/1.mp4"}]}, Format.VIDEO),
        ({"media_type": 8, "carousel_media": [{"video_versions": [{"url": "https://cdn.example/1.mp4"}]}]},
         Format.CAROUSEL),
        ({"info": {"poll": {"id": 1}}}, Format.POLL),
        ({"audio": {"audio_src": "https://cdn.example/1.mp3"}}, Format.AUDIO),
        ({"info": {"link_preview_attachment": {"url": "https://l.threads.com/?u=https%3A%2F%2Fbread.example%2F"}}},
         Format.LINK),
    ],
)  # fmt: skip
def test_the_medium_is_known_by_what_a_post_carries(changes: dict[str, Any], kind: Format) -> None:
    found = only(**changes)
    assert found.format == kind
    assert found.links == (("https://bread.example/",) if kind == Format.LINK else ())


def test_a_list_of_replies_is_its_writers_though_somebody_else_begins_each_thread() -> None:
    said = {"data": {"mediaData": {"threads": [thread(post(1, "cat"), post(2)), thread(post(3, "dog"), post(4))]}}}
    found = read(said, page=AnswerPage)
    assert ({one.account for one in found.posts}, found.skipped) == ({"acme"}, {"foreign_post": 2})


def test_a_thread_is_whoever_began_it() -> None:
    said = {"data": {"containing_thread": thread(post(1)), "reply_threads": [thread(post(2, "cat"))]}}
    assert [one.account for one in read(said, page=AnswerPage).posts] == ["acme"]
    assert read(said, page=AnswerPage, ref=REF).skipped == {"foreign_post": 1}


def test_lists_of_people_are_nobodys_posts_and_nothing_of_them_is_kept() -> None:
    found = problem({"data": {"likers": {"users": [{"username": "cat", "pk": "1"}]}}}, page=AnswerPage)
    assert found.outcome == Outcome.LAYOUT_CHANGED


def test_an_account_is_read_from_its_answer_and_from_its_page() -> None:
    user = {"username": "acme", "pk": "5", "follower_count": 310, "biography": "Bread", "bio_links": [{"url": "x"}]}
    answered = read({"data": {"userData": {"user": user}}}, page=AnswerPage).profile
    assert answered is not None
    assert (answered.handle, answered.follower_count, answered.links) == ("acme", 310, ())
    for sentence, followers in (("5.3M Followers • 1.2K Threads • Bread.", 5_300_000),
                                ("5,3 mil seguidores • 12 hilos • Pan", 5_300)):  # fmt: skip
        page = f'<meta property="og:description" content="{sentence}"><meta property="og:title" content="Acme (@acme)">'
        found = read(page, page=ProfilePage)
        assert found.profile is not None
        assert (found.profile.follower_count, found.profile.rounded) == (followers, {"follower_count": 2})
        assert (found.profile.name, found.problem_outcome) == ("Acme", Outcome.PARTIAL)


@pytest.mark.parametrize(
    ("path", "body", "outcome", "reason"),
    [
        ("/login/?next=x", '<meta property="og:title" content="Threads">', Outcome.LOGIN_WALL, None),
        ("/challenge/", "<title>Threads</title>", Outcome.BLOCKED, None),
        ("/consent/?flow=x", "<title>Threads</title>", Outcome.BLOCKED, Reason.CONSENT_PAGE),
        ("/@acme", "<title>Threads • Log in</title>", Outcome.LOGIN_WALL, None),
        ("/@acme", "<title>Page not found</title>", Outcome.NOT_FOUND, None),
        ("/@acme", '<meta property="og:title" content="Acme"><body></body>', Outcome.LAYOUT_CHANGED, None),
        ("/@acme", "", Outcome.LOGIN_WALL, None),
    ],
)  # fmt: skip
def test_a_page_without_payload_is_named_for_what_it_is(path: str, body: str, outcome: Any, reason: Any) -> None:
    found = problem(body, page=ProfilePage, url=f"{SITE}{path}")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert str(found).endswith(".")


def test_a_good_page_may_talk_of_logins() -> None:
    page = html_of(thread(post(caption={"text": "log in, captcha, page not found"})), head="<title>Log in</title>")
    assert read(page).posts[0].text == "log in, captcha, page not found"


def test_a_removed_post_is_an_absence() -> None:
    (absence,) = read("", code=404).absences
    assert (absence.native_id, absence.status) == (str(NUMBER), 404)


def test_an_id_of_the_interface_alone_gives_no_time() -> None:
    said = {"data": [{"id": "18000000000000001", "text": "x", "media_type": "TEXT_POST", "username": "acme"}]}
    (found,) = read(said, page=PostsPage).posts
    assert (found.native_id, found.published_at, found.published_precision) == ("18000000000000001", None, None)


def test_a_captured_post_is_read_bare_or_in_its_threads_entry() -> None:
    bare = pages.read_captured(Platform.THREADS, post(), Capture(fetched_at=NOW)).posts[0]
    entry = {"post": post(info={"direct_reply_count": None}), "view_replies_cta_string": "7 replies"}
    inside = pages.read_captured(Platform.THREADS, entry, Capture(fetched_at=NOW)).posts[0]
    assert (bare.native_id, bare.account, counts(bare)) == (str(NUMBER), "acme", [40, 3, 2, 1])
    assert counts(inside)[1] == 7


def test_a_captured_advertisement_is_counted_and_rubbish_is_a_problem() -> None:
    advertisement = pages.read_captured(Platform.THREADS, post(ad_id="9"), Capture(fetched_at=NOW))
    assert (advertisement.posts, advertisement.skipped) == ((), {"advertisement": 1})
    nobody = pages.read_captured(Platform.THREADS, post(user=None), Capture(fetched_at=NOW))
    assert (nobody.posts, nobody.skipped) == ((), {"names_no_account": 1})
    rubbish: Any
    for rubbish in (None, 7, [], {}, {"code": "x"}, "x", {"text_post_app_info": {}}):
        with pytest.raises(PageProblem):
            pages.read_captured(Platform.THREADS, rubbish, Capture(fetched_at=NOW))


def test_an_account_is_asked_for_by_its_page_or_with_a_token_by_discovery() -> None:
    (public,) = threads.first_requests(REF, {"threads.site": "http://127.0.0.1:8001"})
    assert public.url == "http://127.0.0.1:8001/@acme"
    (known,) = threads.post_requests(REF, [(str(NUMBER), None), ("no number", None)], {})
    assert known.url == f"{SITE}/@acme/post/{code_of(NUMBER)}"
    ref = AccountRef(platform=Platform.THREADS, host="", handle="acme", url="", access=Access())
    (official,) = threads.first_requests(ref, {"threads": "http://127.0.0.1:8001/v1.0"})
    assert official.url == "http://127.0.0.1:8001/v1.0/profile_lookup?username=acme"
    assert threads.post_requests(ref, [(str(NUMBER), None)], {}) == ()


def test_every_class_says_so_when_a_page_is_something_else() -> None:
    for page in PAGES:
        for body in (b"", b"\x00\xff", b"{}", b"[]", b"null", b"<html></html>", b'{"data": {"x": ' * 3_000):
            for status in (200, 404, 429, 500):
                response = HttpResponse(url=page.examples[0], body=body, status=status)
                try:
                    found = page(response, Capture(fetched_at=NOW)).read()
                except PageProblem as said:
                    assert str(said).endswith((".", "”).")), (page, said)
                else:
                    assert found.absences, (page, body)


def test_a_stream_of_many_peoples_posts_is_each_authors_and_replies_below_a_post_are_not_taken() -> None:
    stream = {"data": {"edges": [thread(post(user="oven")), thread(post(8)), thread(post(16, user="mill"))]}}
    found = read(stream, page=AnswerPage)
    assert [one.account for one in found.posts] == ["oven", "acme", "mill"]
    answer = {"reply_to_author": {"username": "acme"}}
    below = {"data": {"edges": [thread(post()), thread(post(8, user="oven", info=answer)),
                                thread(post(16, user="mill", info=answer))]}}  # fmt: skip
    found = read(below, page=AnswerPage)
    assert [one.account for one in found.posts] == ["acme"]
    assert found.skipped == {"foreign_post": 2}


def test_a_page_made_for_link_previews_says_who_wrote_what_and_nothing_of_counts() -> None:
    code = code_of(NUMBER)
    head = '<meta property="og:title" content="Acme Bakery (@acme) on Threads">'
    said = f'<meta property="og:url" content="{SITE}/@acme/post/{code}">'
    said += '<meta property="og:description" content="Bread #bread">'
    (found,) = read(html_of(head=head + said)).posts
    assert (found.native_id, found.account, found.text, found.hashtags) == (
        str(NUMBER),
        "acme",
        "Bread #bread",
        ("bread",),
    )
    assert (found.published_at, found.format) == (MADE_AT, None)
    assert found.metrics is not None
    assert found.metrics.missing["like_count"] == MissingReason.NOT_OBSERVED
    for other in (head, said, said.replace(code, code_of(NUMBER + 8)) + head):
        with pytest.raises(PageProblem):
            read(html_of(head=other))


def frame(inner: str) -> str:
    """A post's frame for other sites."""
    heading = '<div class="NameContainer"><a class="HeaderLink" href="https://www.threads.com/@kettle">kettle</a></div>'
    post = f'<div class="OuterContainer OuterContainerFull">{heading}{inner}</div>'
    return f'<html><script>BarcelonaEmbedHelper</script><div class="EmbedContainer">{post}</div></html>'


FRAME_URL = "https://www.threads.com/@kettle/post/DPCXhCwkqEe/embed"
ICON = '<span class="ActionBarIcon">{}</span>'
COUNT = '<span class="ActionBarCount">{}</span>'


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ("".join(ICON.format(COUNT.format(said)) for said in ("1.2K", "3", "4", "5")), (1200, 3, 4)),
        # none are not written, and likes that are hidden look the same
        (ICON.format("") * 4, (None, 0, 0)),
        # in another order, or fewer, they say nothing for sure
        (ICON.format(COUNT.format("9")) * 2, (None, None, None)),
        ('<div class="MetadataContainer">12 replies · 1,034 likes</div>', (1034, 12, None)),
        ('<div class="MetadataContainer">34 Likes</div>', (34, None, None)),
        ("", (None, None, None)),
    ],
)
def test_a_frames_counts_stand_in_its_bar_or_in_its_last_line(inner: str, found: tuple[int | None, ...]) -> None:
    (found_post,) = read_routed(FRAME_URL, frame(inner)).posts
    metrics = found_post.metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count, metrics.share_count) == found
    assert metrics.view_count is None


FRAME_CLASSES = """
    OuterContainer QuotePostContainer BodyTextContainer MediaContainer ErrorText ActionBarIcon TopicTagWrapper
    HeaderLink
"""


@given(st.lists(st.sampled_from(FRAME_CLASSES.split()), max_size=12), st.text(max_size=10))
def test_any_frame_is_borne(classes: list[str], words: str) -> None:
    said = "".join(f'<div class="{one}">{words}' for one in classes)
    with contextlib.suppress(PageProblem):
        assert len(read_routed(FRAME_URL, f"<html>{said}</html>").posts) <= 1
