"""Instagram's page objects where a recorded page says too little: languages, hidden likes, whose posts, what stands in
their place."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Post, PostList, Precision, Reason
from crawler.pages import instagram
from crawler.pages.base import Access, AccountRef, Capture, PageProblem
from crawler.pages.instagram import PAGES
from crawler.pages.instagram.answers import AnswerPage
from crawler.pages.instagram.description import read_post
from crawler.pages.instagram.embed import EmbedPage
from crawler.pages.instagram.pages import PostPage, ProfilePage
from crawler.reading.snowflakes import instagram_code

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SITE = "https://www.instagram.com"
MADE_AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
NUMBER = str((int(MADE_AT.timestamp() * 1000) - 1_314_220_021_721) << 23 | 5)
CODE = instagram_code(NUMBER) or ""
REF = AccountRef(platform=Platform.INSTAGRAM, host="", handle="acme", url=f"{SITE}/acme/")


def media(**changes: Any) -> dict[str, Any]:
    said = {
        "pk": NUMBER, "code": CODE, "taken_at": int(MADE_AT.timestamp()), "media_type": 1, "like_count": 40,
        "comment_count": 5, "caption": {"text": "Bread"}, "user": {"pk": "7", "username": "acme"},
        "image_versions2": {"candidates": [{"url": "https://cdn.example/1.jpg", "width": 10, "height": 20}]},
        "like_and_view_counts_disabled": False,
    }  # fmt: skip
    return said | changes


def read(body: object, *, page: Any = AnswerPage, url: str = "", code: int = 200, ref: Any = None) -> PostList:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    address = url or (f"{SITE}/p/{CODE}/" if page is PostPage else f"{SITE}/graphql/query")
    response = HttpResponse(url=address, body=raw, status=code, headers={"Content-Type": "text/html; charset=utf-8"})
    result: PostList = page(response, Capture(fetched_at=NOW, account=ref)).read()
    return result


def problem(body: object, **arguments: Any) -> PageProblem:
    with pytest.raises(PageProblem) as caught:
        read(body, **arguments)
    return caught.value


def only(**changes: Any) -> Post:
    (post,) = read({"items": [media(**changes)]}).posts
    return post


def count(column: str, **changes: Any) -> Any:
    """A count, or the reason why there is none."""
    metrics = only(**changes).metrics
    assert metrics is not None
    value = getattr(metrics, column)
    return metrics.missing[column] if value is None else value


def head(description: str, **more: str) -> str:
    metas = {"og:description": description, "og:url": f"{SITE}/acme/p/{CODE}/", **more}
    return "<html><head>{}</head><body></body></html>".format(
        "".join(f'<meta property="{name}" content="{html.escape(value)}">' for name, value in metas.items())
    )


def stated(description: str, **more: str) -> Post:
    (post,) = read(head(description, **more), page=PostPage).posts
    return post


SENTENCES = {
    "en": ("1,234 likes, 56 comments - acme on November 20, 2026", 1234, 56),
    "en-k": ("12.6K likes, 1,204 comments - acme on November 20, 2026", 12_600, 1204),
    "en-in": ("12.6 lakh likes, 1,204 comments - acme on November 20, 2026", 1_260_000, 1204),
    "es": ("1,2 mil Me gusta, 43 comentarios - acme el November 20, 2026", 1200, 43),
    "de": ("Gefällt 1.234 Mal, 56 Kommentare – acme am 20. November 2026", 1234, 56),
    "de-tsd": ("298 Tsd. „Gefällt mir“-Angaben, 56 Kommentare – acme am 20. November 2026", 298_000, 56),
    "fr": ("1\u202f234 J’aime, 56 commentaires - acme le 20 novembre 2026", 1234, 56),
    "fr-k": ("298 k J’aime, 56 commentaires - acme le November 20, 2026", 298_000, 56),
    "pt": ("298 mil curtidas, 553 comentários - acme em November 20, 2026", 298_000, 553),
    "it": ('298 mila "Mi piace", 553 commenti - acme su November 20, 2026', 298_000, 553),
    "ru": ('1,2 тыс. отметок "Нравится", 43 комментария — acme в November 20, 2026', 1200, 43),
    "uk": ("298 тис. вподобань, 553 коментарі - acme, November 20, 2026", 298_000, 553),
    "pl": ("298 tys. polubień, 553 komentarze - acme, November 20, 2026", 298_000, 553),
    "nl": ("298K likes, 553 reacties - acme op November 20, 2026", 298_000, 553),
    "tr": ("298 B beğenme, 1,5 B yorum - acme, November 20, 2026", 298_000, 1500),
    "hu": ("298 E kedvelés, 553 hozzászólás - acme, November 20, 2026", 298_000, 553),
    "sv": ("298 tn gilla-markeringar, 553 kommentarer - acme den November 20, 2026", 298_000, 553),
    "da": ("298 t synes godt om, 553 kommentarer - acme, November 20, 2026", 298_000, 553),
    "fi": ("298 t. tykkäystä, 553 kommenttia - acme, November 20, 2026", 298_000, 553),
    "cs": ("298 tis. To se mi líbí, 553 komentářů - acme, November 20, 2026", 298_000, 553),
    "el": ("298 χιλ. επισημάνσεις, 553 σχόλια - acme, November 20, 2026", 298_000, 553),
    "id": ("298 rb suka, 553 komentar - acme pada November 20, 2026", 298_000, 553),
    "vi": ("298 N lượt thích, 553 bình luận - acme, November 20, 2026", 298_000, 553),
    "th": ("ถูกใจ 2.9 แสน คน, ความคิดเห็น 553 รายการ - acme, November 20, 2026", 290_000, 553),
    "ja": ("「いいね！」1.2万件、コメント43件 - acme、November 20, 2026", 12_000, 43),
    "ko": ("좋아요 1.2만개, 댓글 553개 - acme님의 November 20, 2026", 12_000, 553),
    "zh": ("29.8万 次赞、553 条评论 - acme 于 November 20, 2026", 298_000, 553),
    "zh-tw": ("298K 個讚，553 則留言 - acme 於 November 20, 2026", 298_000, 553),
    "ar": ("٢٩٨ ألف تسجيل إعجاب، و٥٥٣ تعليقًا - acme في November 20, 2026", 298_000, 553),
    "he": ("298K לייקים, 553 תגובות - acme, November 20, 2026", 298_000, 553),
    "fa": ("298 هزار پسند، 553 نظر - acme, November 20, 2026", 298_000, 553),
    "hi": ("1.2 लाख लाइक, 553 कमेंट - acme, November 20, 2026", 120_000, 553),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_likes_and_comments_are_read_in_the_language_of_whoever_asked(language: str) -> None:
    sentence, likes, comments = SENTENCES[language]
    said = read_post(f'{sentence}: "Bread". ')
    assert said is not None
    assert said.likes is not None
    assert said.comments is not None
    assert (said.likes.value, said.comments.value) == (likes, comments)
    assert (said.author, said.caption) == ("acme", "Bread")


def test_a_letter_that_may_be_a_thousand_or_a_billion_is_no_count() -> None:
    post = stated('5 B Likes, 12 comments - acme on November 20, 2026: "Bread"')
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count) == (None, 12)


@pytest.mark.parametrize(
    ("sentence", "likes", "comments"),
    [
        ("43 comments - acme on November 20, 2026", MissingReason.HIDDEN, 43),
        ("43 Kommentare – acme am 20. November 2026", MissingReason.HIDDEN, 43),
        ("コメント43件 - acme、November 20, 2026", MissingReason.HIDDEN, 43),
        ("40 likes - acme on November 20, 2026", 40, MissingReason.NOT_OBSERVED),
        ("0 likes, 0 comments - acme on November 20, 2026", 0, 0),
        ("acme on November 20, 2026", MissingReason.HIDDEN, MissingReason.NOT_OBSERVED),
    ],
)
def test_what_a_sentence_leaves_out_is_unknown(sentence: str, likes: Any, comments: Any) -> None:
    metrics = stated(f'{sentence}: "Bread"').metrics
    assert metrics is not None
    found = [
        metrics.missing[name] if (value := getattr(metrics, name)) is None else value
        for name in ("like_count", "comment_count")
    ]
    assert found == [likes, comments]


def test_a_sentence_about_something_else_is_no_post() -> None:
    assert read_post("2,362 Followers, 136 Following, 224 Posts - See photos from acme") is None
    assert read_post("Acme shared a picture - have a look") is None
    assert problem(head("Welcome back to Instagram."), page=PostPage).outcome == Outcome.LAYOUT_CHANGED


def test_the_handle_stands_in_brackets_behind_a_name() -> None:
    address = {"og:url": f"{SITE}/p/{CODE}/"}
    post = stated("3 Likes, 1 Comments - Acme Bakery (@acme.bakery) on Instagram: “Rye”", **address)
    assert (post.account, post.text) == ("acme.bakery", "Rye")
    assert stated("3 Likes, 1 Comments - Бухара on Instagram: “Rye”").account == "acme"
    assert stated("3 Likes, 1 Comments - Bread Shop on Instagram: “Rye”").account == "acme"


def test_a_caption_keeps_its_quotes_lines_and_symbols() -> None:
    post = stated('3 likes, 1 comments - acme on November 20, 2026: "He said: "rye"\n\nand left 🩷 #Rye @oven.co". ')
    assert post.text == 'He said: "rye"\n\nand left 🩷 #Rye @oven.co'
    assert (post.hashtags, post.mentions) == (("Rye",), ("oven.co",))
    assert stated("3 likes, 1 comments - acme on November 20, 2026").text == ""


def test_the_second_comes_from_the_id_and_the_day_from_the_page_only_where_they_differ() -> None:
    post = stated('3 likes, 1 comments - acme on November 20, 2026: "x"')
    assert (post.published_at, post.published_precision) == (MADE_AT, Precision.SECOND)
    planned = stated('3 likes, 1 comments - acme on November 23, 2026: "x"')
    assert (planned.published_at, planned.published_precision) == (
        datetime(2026, 11, 23, tzinfo=UTC), Precision.DAY,
    )  # fmt: skip
    impossible = stated('3 likes, 1 comments - acme on November 28, 2027: "x"')
    assert (impossible.published_at, impossible.published_precision) == (MADE_AT, Precision.SECOND)


def test_a_page_about_another_post_is_not_taken_for_the_one_asked_for() -> None:
    other = head('3 likes, 1 comments - acme on November 20, 2026: "x"', **{"og:url": f"{SITE}/p/CAbCdEfGhIj/"})
    assert problem(other, page=PostPage).outcome == Outcome.LAYOUT_CHANGED


@pytest.mark.parametrize(
    ("changes", "likes"),
    [
        ({}, 40),
        ({"like_count": 0}, 0),
        ({"like_count": 3}, 3),
        ({"like_count": 3, "like_and_view_counts_disabled": None}, MissingReason.HIDDEN),
        ({"like_count": -1}, MissingReason.HIDDEN),
        ({"like_count": 900, "like_and_view_counts_disabled": True}, MissingReason.HIDDEN),
        ({"like_count": None}, MissingReason.NOT_OBSERVED),
        ({"like_count": "12K"}, MissingReason.NOT_PARSED),
        ({"like_count": None, "edge_media_preview_like": {"count": -1}}, MissingReason.HIDDEN),
        ({"like_count": None, "edge_liked_by": {"count": 12}}, 12),
    ],
)
def test_hidden_likes_stay_hidden(changes: dict[str, Any], likes: Any) -> None:
    assert count("like_count", **changes) == likes


@pytest.mark.parametrize(
    ("changes", "views"),
    [
        ({"media_type": 2, "play_count": 401, "view_count": 100}, 401),
        ({"media_type": 2, "view_count": 100}, 100),
        ({"media_type": 2, "video_view_count": 0}, MissingReason.NOT_OBSERVED),
        ({"media_type": 2, "play_count": 5, "like_and_view_counts_disabled": True}, MissingReason.HIDDEN),
        ({"media_type": 1, "video_view_count": 0}, MissingReason.NOT_PUBLIC),
        ({"media_type": 8, "video_view_count": 0}, MissingReason.NOT_PUBLIC),
    ],
)
def test_views_are_plays_and_none_for_pictures(changes: dict[str, Any], views: Any) -> None:
    assert count("view_count", **changes) == views


def test_comments_that_are_switched_off_are_not_zero() -> None:
    assert count("comment_count", comment_count=0, comments_disabled=True) == MissingReason.HIDDEN
    assert count("comment_count", comment_count=0) == 0
    assert count("comment_count", comment_count=None, comments=[{"text": "hm"}]) == MissingReason.NOT_OBSERVED


def test_a_label_says_that_a_post_is_paid_for_and_a_pin_that_it_is_pinned() -> None:
    assert only().is_promoted_label is None
    assert only(is_paid_partnership=False).is_promoted_label is False
    assert only(is_paid_partnership=True).is_promoted_label is True
    assert only(sponsor_tags=[{"username": "mill"}]).is_promoted_label is True
    assert only(timeline_pinned_user_ids=[7]).is_pinned
    assert not only(pinned_for_users=[]).is_pinned


def test_alternative_text_is_a_persons_not_a_machines() -> None:
    assert only(accessibility_caption="Photo by Acme. May be an image of bread.").media[0].alt_text is None
    assert only(accessibility_caption="A round loaf on oak").media[0].alt_text == "A round loaf on oak"


def test_a_carousels_pictures_are_no_posts_of_their_own() -> None:
    parts = [media(code=instagram_code(str(int(NUMBER) + n)), media_type=n) for n in (1, 2)]
    post = only(media_type=8, carousel_media=parts)
    assert (post.format, len(post.media)) == (Format.CAROUSEL, 2)


def test_only_the_accounts_posts_are_taken_with_those_it_made_together_with_others() -> None:
    def by(name: str, low: int, **more: Any) -> dict[str, Any]:
        return media(pk=str(int(NUMBER) + low), code=instagram_code(str(int(NUMBER) + low)),
                     user={"pk": name, "username": name}, **more)  # fmt: skip

    said = {
        "items": [
            by("acme", 1), by("other", 2), by("mill", 3, coauthor_producers=[{"username": "acme"}]),
            by("shop", 4, product_type="ad"), by("shop", 5, link="https://www.facebook.com/ads/ig_redirect/?x"),
        ]
    }  # fmt: skip
    found = read(said, ref=REF)
    assert [(post.account, post.author) for post in found.posts] == [("acme", "acme"), ("acme", "mill")]
    assert found.skipped == {"foreign_post": 1, "advertisement": 2}


def timeline(*made_by: tuple[str, ...]) -> list[dict[str, Any]]:
    """Posts, each with who published it and who made it with them."""
    said = []
    for low, (name, *others) in enumerate(made_by):
        number = str(int(NUMBER) + low)
        more = {"coauthor_producers": [{"username": other} for other in others]} if others else {}
        said.append(media(pk=number, code=instagram_code(number), user={"pk": name, "username": name}, **more))
    return said


@pytest.mark.parametrize(
    ("made_by", "accounts"),
    [
        ([("acme",), ("mill", "acme"), ("acme", "mill")], ["acme", "acme", "acme"]),
        ([("acme",), ("acme",)], ["acme", "acme"]),
        # which of two it is about, nothing tells: each stands under who published it
        ([("mill", "acme"), ("acme", "mill")], ["mill", "acme"]),
        ([("acme",), ("mill",)], ["acme", "mill"]),
    ],
)
def test_an_accounts_timeline_is_its_own_with_what_it_made_together_with_others(
    made_by: list[tuple[str, ...]], accounts: list[str]
) -> None:
    edges = [{"node": one} for one in timeline(*made_by)]
    answer = {"data": {"xdt_api__v1__feed__user_timeline_graphql_connection": {"edges": edges}}}
    assert [post.account for post in read(answer).posts] == accounts
    other = {"data": {"xdt_api__v1__feed__saved": {"edges": edges}}}
    assert [post.account for post in read(other).posts] == [name for name, *_ in made_by]


def test_the_apps_timeline_says_whose_it_is() -> None:
    items = timeline(("mill", "acme"), ("acme", "mill"))
    answer = {"items": items, "user": {"pk": "7", "username": "acme"}, "num_results": 2}
    found = read(answer, url="https://i.instagram.com/api/v1/feed/user/7/?count=12")
    assert [post.account for post in found.posts] == ["acme", "acme"]


@pytest.mark.parametrize(
    ("said", "code", "outcome", "reason"),
    [
        ({"message": "Please wait a few minutes before you try again.", "require_login": True, "status": "fail"}, 401,
         Outcome.BLOCKED, Reason.RATE_LIMITED),
        ({"message": "login_required", "status": "fail"}, 403, Outcome.LOGIN_WALL, None),
        ({"message": "", "require_login": True}, 200, Outcome.LOGIN_WALL, None),
        ({"message": "challenge_required", "status": "fail"}, 400, Outcome.BLOCKED, None),
        ({"message": "feedback_required", "spam": True}, 400, Outcome.BLOCKED, None),
        ({"message": "consent_required"}, 400, Outcome.BLOCKED, Reason.CONSENT_PAGE),
        ("too many", 429, Outcome.ERROR, Reason.RATE_LIMITED),
        ({"data": {"user": None}}, 200, Outcome.NOT_FOUND, None),
        ({"data": {"xdt_shortcode_media": None}}, 200, Outcome.NOT_FOUND, None),
        ({"data": {"xdt_api__v1__media__shortcode__web_info": {"items": []}}}, 200, Outcome.NOT_FOUND, None),
        ({"items": []}, 200, Outcome.NOT_FOUND, None),
        ({"status": "ok"}, 200, Outcome.LAYOUT_CHANGED, None),
        ("<html><title>Login</title></html>", 200, Outcome.LOGIN_WALL, None),
    ],
)  # fmt: skip
def test_an_answer_without_posts_is_named_for_what_it_is(said: object, code: int, outcome: Any, reason: Any) -> None:
    found = problem(said, code=code)
    assert (found.outcome, found.reason) == (outcome, reason)
    assert str(found).endswith((".", "”"))


@pytest.mark.parametrize(
    ("path", "body", "outcome", "reason"),
    [
        ("/accounts/login/?next=/acme/", "<title>Login</title>", Outcome.LOGIN_WALL, None),
        ("/accounts/suspended/", "<title>Instagram</title>", Outcome.LOGIN_WALL, None),
        ("/challenge/?next=/acme/", "<title>Instagram</title>", Outcome.BLOCKED, None),
        ("/consent/?flow=x", "<title>Instagram</title>", Outcome.BLOCKED, Reason.CONSENT_PAGE),
        ("/acme/", "<title>Login • Instagram</title><div id=loginForm></div>", Outcome.LOGIN_WALL, None),
        ("/acme/", "", Outcome.LOGIN_WALL, None),
        ("/acme/", "Please wait a few minutes before you try again.", Outcome.BLOCKED, Reason.RATE_LIMITED),
        ("/acme/", '<script>window._sharedData = {"entry_data": {"HttpErrorPage": [{}]}};</script>',
         Outcome.NOT_FOUND, None),
    ],
)  # fmt: skip
def test_a_page_without_payload_is_named_for_what_it_is(path: str, body: str, outcome: Any, reason: Any) -> None:
    found = problem(body, page=ProfilePage, url=f"{SITE}{path}")
    assert (found.outcome, found.reason) == (outcome, reason)


def test_a_good_page_may_talk_of_logins_and_checks() -> None:
    page = head('3 likes, 1 comments - acme on November 20, 2026: "login captcha checkpoint challenge"')
    page = page.replace(
        "<body>", '<body><a href="/accounts/login/">Log in</a><p>Sorry, this page isn\'t available.</p>'
    )
    assert read(page, page=PostPage).posts[0].text == "login captcha checkpoint challenge"


def test_an_embed_that_is_switched_off_is_no_proof_that_a_post_is_gone() -> None:
    found = problem('<div class="EmbedIsBroken"></div>', page=EmbedPage, url=f"{SITE}/p/{CODE}/embed/captioned/")
    assert (found.outcome, found.reason) == (Outcome.LOGIN_WALL, Reason.NO_PUBLIC_PREVIEW)


def test_the_json_of_a_page_is_completed_by_its_head_but_hidden_likes_stay_hidden() -> None:
    def page_of(**changes: Any) -> str:
        state = json.dumps({"items": [media(**changes)]})
        return head('12K likes, 7 comments - acme on November 20, 2026: "From the head"').replace(
            "</body>", f'<script type="application/json" data-sjs>{state}</script></body>'
        )

    (filled,) = read(page_of(like_count=None, comment_count=None), page=PostPage).posts
    assert filled.metrics is not None
    assert (filled.metrics.like_count, filled.metrics.comment_count, filled.metrics.rounded) == (
        12_000, 7, {"like_count": 2},
    )  # fmt: skip
    (hidden,) = read(page_of(like_and_view_counts_disabled=True), page=PostPage).posts
    assert hidden.metrics is not None
    assert hidden.metrics.missing["like_count"] == MissingReason.HIDDEN


@pytest.mark.parametrize("wrapped", [lambda one: one, lambda one: {"media": one}, lambda one: {"node": {"media": one}}])
def test_a_captured_object_is_read_bare_or_wrapped(wrapped: Any) -> None:
    (post,) = pages.read_captured(Platform.INSTAGRAM, wrapped(media()), Capture(fetched_at=NOW)).posts
    assert (post.native_id, post.account) == (NUMBER, "acme")


def test_a_captured_object_of_the_old_shape_is_read() -> None:
    said = {
        "__typename": "GraphVideo", "id": NUMBER, "shortcode": CODE, "taken_at_timestamp": int(MADE_AT.timestamp()),
        "edge_media_to_caption": {"edges": []}, "edge_media_preview_like": {"count": 9}, "is_video": True,
        "edge_media_to_comment": {"count": 1}, "video_view_count": 70, "owner": {"id": "7", "username": "acme"},
    }  # fmt: skip
    (post,) = pages.read_captured(Platform.INSTAGRAM, said, Capture(fetched_at=NOW)).posts
    assert post.metrics is not None
    assert (post.format, post.text, post.metrics.view_count) == (Format.VIDEO, "", 70)


def test_a_captured_reel_without_name_needs_to_know_whose_it_is() -> None:
    partial = {"pk": NUMBER, "code": CODE, "user": {"pk": "7"}, "play_count": 9, "like_count": 1, "_zs_partial": True}
    nobody = pages.read_captured(Platform.INSTAGRAM, partial, Capture(fetched_at=NOW))
    assert (nobody.posts, nobody.skipped) == ((), {"names_no_account": 1})
    (post,) = pages.read_captured(Platform.INSTAGRAM, partial, Capture(fetched_at=NOW, account=REF)).posts
    assert (post.account, post.published_at, post.text) == ("acme", MADE_AT, None)


@pytest.mark.parametrize("mark", [{"product_type": "story"}, {"expiring_at": 1_795_246_200}, {"is_reel_media": True}])
def test_a_story_is_no_post(mark: dict[str, Any]) -> None:
    found = pages.read_captured(Platform.INSTAGRAM, media(**mark), Capture(fetched_at=NOW))
    assert (found.posts, found.skipped) == ((), {"story": 1})


def test_a_captured_advertisement_is_counted_and_rubbish_is_a_problem() -> None:
    advertisement = pages.read_captured(Platform.INSTAGRAM, media(ad_id="9"), Capture(fetched_at=NOW))
    assert (advertisement.posts, advertisement.skipped) == ((), {"advertisement": 1})
    rubbish: Any
    for rubbish in (None, 7, [], {}, {"code": 5}, {"taken_at": 1}, "x", media(text_post_app_info={})):
        with pytest.raises(PageProblem):
            pages.read_captured(Platform.INSTAGRAM, rubbish, Capture(fetched_at=NOW))


def test_an_account_is_asked_for_by_its_page_or_with_a_token_by_discovery() -> None:
    (public,) = instagram.first_requests(REF, {"instagram.site": "http://127.0.0.1:8001"})
    assert public.url == "http://127.0.0.1:8001/acme/"
    ref = AccountRef(platform=Platform.INSTAGRAM, host="", handle="acme", url="", access=Access(as_account="1784"))
    (official,) = instagram.first_requests(ref, {"instagram": "http://127.0.0.1:8001/v24.0"})
    assert official.url.startswith("http://127.0.0.1:8001/v24.0/1784?fields=business_discovery.username%28acme%29")
    assert instagram.post_requests(ref, [(NUMBER, None)], {}) == ()
    (known,) = instagram.post_requests(REF, [(NUMBER, None), ("no number", None)], {})
    assert (known.url, known.native_id) == (f"{SITE}/p/{CODE}/", NUMBER)


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
                    assert found.absences or found.profile is None, (page, body)
