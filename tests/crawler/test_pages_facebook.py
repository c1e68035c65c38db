"""Facebook's page objects where a recorded page says too little: which count is whose, whose post it is, what stands in
place of a page."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Post, PostList, Reason, Role
from crawler.pages import facebook
from crawler.pages.base import Access, AccountRef, Capture, PageProblem
from crawler.pages.facebook import PAGES
from crawler.pages.facebook.api import PagePostsPage
from crawler.pages.facebook.mobile import MobilePage
from crawler.pages.facebook.pages import AccountPage, AnswerPage, PostPage
from crawler.pages.facebook.plugins import PluginPage
from crawler.reading.graph import pause_until
from tests.growth import MOST_GROWTH, growth

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SITE = "https://www.facebook.com"
ACME, OTHER = "61550000000001", "61550000000002"
POST, FILM = "1580000000000001", "880000000000001"
CREATED = datetime(2026, 11, 20, 7, 31, tzinfo=UTC)
REF = AccountRef(platform=Platform.FACEBOOK, host="", handle="acme", url=f"{SITE}/acme")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def feedback(number: str = POST, **said: Any) -> dict[str, Any]:
    return {"id": encoded(f"feedback:{number}"), **said}


def story(number: str = POST, actor: str = ACME, name: str | None = "acme", **changes: Any) -> dict[str, Any]:
    said = {
        "__typename": "Story", "id": encoded(f"S:_I{actor}:{number}:{number}"), "post_id": number,
        "creation_time": int(CREATED.timestamp()), "message": {"text": "Bread", "ranges": []},
        "actors": [{"id": actor, "url": f"{SITE}/{name}" if name else None}], "feedback": feedback(number),
        "wwwURL": f"{SITE}/{name or actor}/posts/pfbid0{number}",
        "comet_sections": {"feedback": {"story": {"feedback": feedback(
            number, reaction_count={"count": 12}, comment_rendering_instance={"comments": {"total_count": 3}},
            share_count={"count": 1})}}},
    }  # fmt: skip
    return said | changes


def html_of(*documents: object, head: str = "") -> str:
    blocks = "".join(f'<script type="application/json" data-sjs>{json.dumps(one)}</script>' for one in documents)
    return f'<html id="facebook"><head>{head}</head><body>{blocks}</body></html>'


def read(body: object, *, page: Any = PostPage, url: str = "", code: int = 200, ref: Any = None) -> PostList:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    address = url or {
        PostPage: f"{SITE}/acme/posts/{POST}/", AccountPage: f"{SITE}/acme", AnswerPage: f"{SITE}/api/graphql/",
        MobilePage: "https://m.facebook.com/acme/", PagePostsPage: "https://graph.facebook.com/v24.0/acme/posts",
    }[page]  # fmt: skip
    response = HttpResponse(url=address, body=raw, status=code, headers={"Content-Type": "text/html; charset=utf-8"})
    result: PostList = page(response, Capture(fetched_at=NOW, account=ref)).read()
    return result


def problem(body: object, **arguments: Any) -> PageProblem:
    with pytest.raises(PageProblem) as caught:
        read(body, **arguments)
    return caught.value


def only(*documents: object, **arguments: Any) -> Post:
    (post,) = read(html_of(*documents, head=arguments.pop("head", "")), **arguments).posts
    return post


def counts(post: Post) -> list[Any]:
    """Likes, comments, shares and views, or the reason why there is none."""
    metrics = post.metrics
    assert metrics is not None
    return [
        metrics.missing[name] if (value := getattr(metrics, name)) is None else value
        for name in ("like_count", "comment_count", "share_count", "view_count")
    ]


def test_counts_are_bound_by_the_feedbacks_number_and_a_comments_are_not() -> None:
    comment = {
        "id": encoded(f"comment:{POST}_77"), "feedback": feedback(f"{POST}_77", reaction_count={"count": 900},
        top_reactions={"edges": [{"node": {"id": "1635855486666999"}, "reaction_count": 900}]}),
    }  # fmt: skip
    kinds = {"edges": [{"node": {"id": "1678524932434102", "localized_name": "Encanta"}, "reaction_count": 5}]}
    more = feedback(top_reactions=kinds, comments=[comment])
    post = only(story(), {"reaction_count": 5_000, "comments": [comment]}, more)
    assert counts(post) == [12, 3, 1, MissingReason.NOT_PUBLIC]
    assert post.metrics is not None
    assert post.metrics.reactions == {"love": 5}


def test_exact_numbers_stand_before_rounded_texts() -> None:
    rounded = feedback(i18n_reaction_count="12K", i18n_share_count="1.6K")
    assert counts(only(rounded, story())) == [12, 3, 1, MissingReason.NOT_PUBLIC]
    bare = story(comet_sections={"x": 1})
    post = only(bare, rounded)
    assert counts(post) == [12_000, MissingReason.NOT_OBSERVED, 1_600, MissingReason.NOT_PUBLIC]
    assert post.metrics is not None
    assert post.metrics.rounded == {"like_count": 2, "share_count": 2}


@pytest.mark.parametrize(
    ("said", "likes"),
    [
        ({"reaction_count": {"count": 0}}, 0),
        ({"unified_reactors": {"count": 8}}, 8),
        ({"likers": {"count": 9}}, 9),
        ({"reaction_count": {"count": -1}}, MissingReason.NOT_OBSERVED),
        ({"reaction_count": {"count": None}}, MissingReason.NOT_OBSERVED),
        ({"reaction_count": 900}, MissingReason.NOT_OBSERVED),
    ],
)
def test_reactions_are_counted_in_whichever_object_a_page_has_them(said: dict[str, Any], likes: Any) -> None:
    assert counts(only(story(comet_sections={"x": 1}), feedback(**said)))[0] == likes


def test_only_the_post_of_the_address_is_taken() -> None:
    found = read(html_of(story("1580000000000009", OTHER, "other"), story()))
    assert [post.native_id for post in found.posts] == [POST]
    assert found.skipped == {"foreign_post": 1}


def test_a_post_without_number_in_its_address_is_found_by_the_pages_own_word() -> None:
    stated = f'<meta property="og:url" content="{SITE}/acme/posts/bread/{POST}/">'
    other = story("1580000000000009", OTHER, "other")
    assert only(story(), other, url=f"{SITE}/acme/posts/pfbid0x", head=stated).native_id == POST
    assert only(story(), other, url=f"{SITE}/acme/posts/pfbid0{POST}").native_id == POST
    assert problem(html_of(story(), other), url=f"{SITE}/acme/posts/pfbid0unknown").outcome == Outcome.LOGIN_WALL


def test_a_film_is_named_by_its_own_number_and_a_reel_is_short() -> None:
    film = {"id": FILM, "__typename": "Video", "length_in_second": 20, "width": 720, "height": 1280}
    reel = {
        "id": encoded(f"S:_I{ACME}:VK:{FILM}"), "post_id": POST, "creation_time": int(CREATED.timestamp()),
        "message": {"text": "Kneading"}, "short_form_video_context": {"playback_video": film},
        "actors": [{"id": ACME, "url": f"{SITE}/acme"}], "feedback": feedback(),
    }  # fmt: skip
    numbers = feedback(likers={"count": 7}, total_comment_count=2, share_count_reduced="262")
    title = '<meta property="og:title" content="45.3K views · 7 reactions | Kneading">'
    post = only(reel, numbers, url=f"{SITE}/reel/{FILM}/", head=title)
    assert (post.native_id, post.format, post.url) == (FILM, Format.SHORT_VIDEO, f"{SITE}/reel/{FILM}")
    assert counts(post) == [7, 2, 262, 45_300]
    assert post.metrics is not None
    assert post.metrics.rounded == {"view_count": 3}
    assert (post.media[0].duration_seconds, post.media[0].height) == (20, 1280)


@pytest.mark.parametrize(
    "title",
    ["453K views · 5.9K reactions | x", "453 mil visualizaciones · 5,9 mil reacciones | x", "453K weergaven · 6K | x",
     "再生回数45.3万回 · リアクション5900件 | x", "453 тыс. просмотров · 5,9 тыс. реакций | x",
     "45,3 B görüntüleme · 9 tepki | x"],
)  # fmt: skip
def test_views_in_a_title_are_known_by_their_word_in_any_language(title: str) -> None:
    film = {"id": FILM, "publish_time": int(CREATED.timestamp()), "owner": {"url": f"{SITE}/acme"},
            "feedback": feedback(reaction_count={"count": 1})}  # fmt: skip
    head = f'<meta property="og:title" content="{title}">'
    views = counts(only(film, url=f"{SITE}/watch/?v={FILM}", head=head))[3]
    assert views in (453_000, 45_300)


def test_plays_are_the_views_that_a_watch_page_shows() -> None:
    film = {
        "id": FILM, "__typename": "Video", "play_count": 453_900, "owner": {"id": ACME, "url": f"{SITE}/acme"},
        "feedback": feedback(video_view_count=98_255, video_post_view_count=98_213, reaction_count={"count": 4}),
    }  # fmt: skip
    post = only(film, url=f"{SITE}/watch/?v={FILM}")
    assert counts(post) == [4, MissingReason.NOT_OBSERVED, MissingReason.NOT_OBSERVED, 453_900]
    assert (post.published_at, post.published_precision) == (None, None)


def test_a_film_that_a_post_carries_is_named_by_its_number_on_its_own_page() -> None:
    film = {"__typename": "Video", "id": FILM, "play_count": 9, "feedback": feedback()}
    carrying = story(attachments=[{"media": film}])
    assert only(carrying, url=f"{SITE}/watch/?v={FILM}").native_id == FILM
    assert only(carrying).native_id == POST
    assert counts(only(carrying))[3] == 9


def test_a_film_known_by_its_owners_number_gets_the_pages_name() -> None:
    film = {"id": FILM, "play_count": 9, "publish_time": int(CREATED.timestamp()), "owner": {"id": ACME}}
    by_address = f'<meta property="og:url" content="{SITE}/acme/videos/x/{FILM}/">'
    assert only(film, url=f"{SITE}/watch/?v={FILM}", head=by_address).account == "acme"
    link = f'<meta property="al:ios:url" content="fb://profile/{ACME}">'
    assert only(film, page=AccountPage, url=f"{SITE}/acme/videos", head=link).account == "acme"


def test_a_name_that_another_object_of_the_page_tells_is_taken_for_a_number() -> None:
    film = {"id": FILM, "play_count": 9, "publish_time": int(CREATED.timestamp()), "owner": {"id": ACME}}
    named = {"feedback": 1, "actor": {"__typename": "User", "id": ACME, "url": f"{SITE}/acme"}}
    assert only(film, named, url=f"{SITE}/watch/?v={FILM}").account == "acme"
    assert only(film, url=f"{SITE}/watch/?v={FILM}").account == ACME


def test_a_tab_of_reels_has_rounded_plays() -> None:
    reel = {"id": encoded(f"S:_I{ACME}:VK:{FILM}"), "creation_time": int(CREATED.timestamp()), "attachments": [
        {"media": {"__typename": "Video", "id": FILM, "play_count_reduced": "45.3K"}}],
        "short_form_video_context": {"video_owner": {"id": ACME, "url": f"{SITE}/acme"}}}  # fmt: skip
    post = only(reel, page=AccountPage, url=f"{SITE}/acme/reels")
    assert (post.native_id, counts(post)[3]) == (FILM, 45_300)


def test_a_page_keeps_its_own_posts_only_once_its_number_is_known() -> None:
    link = f'<meta property="al:ios:url" content="fb://profile/{ACME}"><meta property="og:title" content="Acme">'
    nameless = story("1580000000000002", ACME, None)
    strangers = [story("1580000000000003", OTHER, "other"), story("1580000000000004", OTHER, None)]
    found = read(html_of(story(), nameless, *strangers, head=link), page=AccountPage)
    assert {post.native_id for post in found.posts} == {POST, "1580000000000002"}
    assert found.skipped == {"foreign_post": 2}
    assert found.problem_outcome == Outcome.PARTIAL


def test_advertisements_are_left_out() -> None:
    found = read({"data": [story(), story("1580000000000005", sponsored_data={"ad_id": "1"})]}, page=AnswerPage)
    assert ([post.native_id for post in found.posts], found.skipped) == ([POST], {"advertisement": 1})


def test_a_shared_post_is_a_quote_with_words_and_a_repost_without() -> None:
    original = story("1590000000000001", OTHER, "mill")
    quote = only(story(attached_story=original))
    assert (quote.role, quote.account, quote.author) == (Role.QUOTE, "acme", "acme")
    assert (quote.original_native_id, quote.original_published_at) == ("1590000000000001", CREATED)
    repost = only(story(attached_story=original, message=None))
    assert (repost.role, repost.account, repost.author, repost.url) == (
        Role.REPOST, "acme", "mill", f"{SITE}/mill/posts/pfbid01590000000000001",
    )  # fmt: skip
    assert counts(repost)[:3] == [12, 3, 1]


def test_mentions_and_links_come_from_the_messages_ranges() -> None:
    ranges = [
        {"entity": {"__typename": "User", "id": "7", "url": f"{SITE}/mill", "profile_url": f"{SITE}/mill"}},
        {
            "entity": {
                "__typename": "ExternalUrl",
                "url": "https://l.facebook.com/l.php?u=https://bread.example/&h=1",
            }
        },
        {"entity": {"__typename": "Hashtag", "url": f"{SITE}/hashtag/rye"}},
    ]
    post = only(story(message={"text": "With @mill: bread.example #rye", "ranges": ranges}))
    assert (post.mentions, post.links, post.hashtags) == (("mill",), ("https://bread.example/",), ("rye",))


def test_a_photos_page_is_its_posts_and_an_albums_photo_its_own() -> None:
    photo = {"__typename": "Photo", "id": "5000000001", "photo_image": {"uri": "https://cdn.example/1.jpg"},
             "feedback": feedback(), "creation_story": story(),
             "owner": {"id": ACME, "url": f"{SITE}/acme"}}  # fmt: skip
    url = f"{SITE}/photo/?fbid=5000000001&set=a.1"
    single = only({"currMedia": photo}, url=url)
    assert (single.native_id, single.text, single.published_at) == (POST, "Bread", CREATED)
    assert (single.format, counts(single)[:3]) == (Format.IMAGE, [12, 3, 1])
    own = feedback("5000000001", reaction_count={"count": 2})
    part = only({"currMedia": photo | {"feedback": own, "message": {"text": "One of five"}}}, url=url)
    assert (part.native_id, counts(part)[0], part.text) == ("5000000001", 2, "One of five")


def test_a_photos_tab_has_no_counts_and_so_no_posts() -> None:
    link = f'<meta property="al:ios:url" content="fb://profile/{ACME}"><meta property="og:title" content="Acme">'
    tab = {"edges": [{"node": {"node": {"__typename": "Photo", "id": "500000001", "photo_image": {"uri": "x"}}}}]}
    found = read(html_of(tab, head=link), page=AccountPage, url=f"{SITE}/acme/photos")
    assert (found.posts, found.flags) == ((), ("no_posts_in_page",))
    assert found.profile is not None
    assert found.profile.missing == {"follower_count": MissingReason.NOT_OBSERVED}


@pytest.mark.parametrize(
    ("path", "body", "outcome", "reason"),
    [
        ("/login/?next=x", "<title>Log in</title>", Outcome.LOGIN_WALL, None),
        ("/checkpoint/block/", "<title>Facebook</title>", Outcome.BLOCKED, None),
        ("/directory/pages/A", "<title>Facebook</title>", Outcome.BLOCKED, None),
        ("/privacy/consent/?flow=x", "<title>Facebook</title>", Outcome.BLOCKED, Reason.CONSENT_PAGE),
        ("/groups/1000000000000001/", "<title>Friends</title>", Outcome.ERROR, Reason.NOT_SUPPORTED),
        ("/acme", "<title>Facebook</title>", Outcome.LOGIN_WALL, None),
        ("/acme", '<meta property="og:title" content="Log in or sign up to view">', Outcome.LOGIN_WALL, None),
        ("/acme", '<script>{"canonicalRouteName":"comet.fbweb.CometErrorRoute"}</script>', Outcome.NOT_FOUND, None),
        ("/acme", f'<meta property="og:title" content="Acme"><meta property="og:url" content="{SITE}/acme">',
         Outcome.LAYOUT_CHANGED, None),
        ("/acme", "", Outcome.LOGIN_WALL, None),
    ],
)  # fmt: skip
def test_a_page_without_payload_is_named_for_what_it_is(path: str, body: str, outcome: Any, reason: Any) -> None:
    found = problem(body, page=AccountPage, url=f"{SITE}{path}")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert str(found).endswith(".")


def test_a_good_page_may_talk_of_logins_and_checks() -> None:
    wall_words = '<form id="login_form"><input type="password"></form><p>captcha checkpoint login</p>'
    page = html_of(story(), {"__dr": "CometErrorRoot.react"}).replace("<body>", f"<body>{wall_words}")
    assert read(page).posts[0].text == "Bread"


def test_a_short_link_names_no_page() -> None:
    assert pages.page_for("https://fb.watch/aBcDeF123/", 200, "text/html", b"") not in PAGES
    assert pages.page_for(f"{SITE}/aBcDeF123/", 200, "text/html", b"") is AccountPage


def test_a_removed_post_is_an_absence() -> None:
    (absence,) = read("", code=404).absences
    assert (absence.native_id, absence.kind, absence.status) == (POST, "gone", 404)


@pytest.mark.parametrize("id_is", [encoded(f"S:_I{ACME}:{POST}:{POST}"), f"S:_I{ACME}:{POST}:{POST}"])
def test_a_captured_story_is_read_with_its_id_in_base_64_or_out_of_it(id_is: str) -> None:
    said = story(id=id_is)
    del said["__typename"]  # what the extension leaves out, as it does with everything that is empty
    attached = {"id": "5000000001", "photo_image": {"uri": "https://cdn.example/1.jpg", "height": 3, "width": 2}}
    said["attachments"] = [{"styles": {"attachment": {"media": attached}}}]
    (post,) = pages.read_captured(Platform.FACEBOOK, said, Capture(fetched_at=NOW)).posts
    assert (post.native_id, post.account, post.format) == (POST, "acme", Format.IMAGE)
    assert counts(post)[:3] == [12, 3, 1]


def test_a_captured_advertisement_is_counted_and_rubbish_is_a_problem() -> None:
    advertisement = pages.read_captured(Platform.FACEBOOK, story(sponsored_data={"x": 1}), Capture(fetched_at=NOW))
    assert (advertisement.posts, advertisement.skipped) == ((), {"advertisement": 1})
    rubbish: Any
    for rubbish in (None, 7, [], {}, {"id": POST}, "x", {"id": encoded("feedback:1580000000000001")}):
        with pytest.raises(PageProblem):
            pages.read_captured(Platform.FACEBOOK, rubbish, Capture(fetched_at=NOW))


def graph(**changes: Any) -> dict[str, Any]:
    return {"id": f"100900000_{POST}", "created_time": "2026-11-20T07:31:00+0000", "message": "Bread",
            "permalink_url": f"{SITE}/100900000/posts/{POST}"} | changes  # fmt: skip


@pytest.mark.parametrize(
    ("said", "query", "found"),
    [
        ({"reactions": {"summary": {"total_count": 9}}, "comments": {"summary": {"total_count": 0}},
          "shares": {"count": 2}}, "", [9, 0, 2]),
        ({}, "", [MissingReason.NOT_OBSERVED] * 3),
        ({}, "?fields=id,shares", [MissingReason.NOT_OBSERVED, MissingReason.NOT_OBSERVED, 0]),
        ({"likes": {"data": [{"id": "1"}]}, "comments": {"data": [{"id": "2"}]}}, "", [MissingReason.NOT_OBSERVED] * 3),
        ({"likes": {"count": 4}}, "", [4, MissingReason.NOT_OBSERVED, MissingReason.NOT_OBSERVED]),
    ],
)  # fmt: skip
def test_what_the_interface_leaves_out_is_unknown_but_for_shares_that_were_asked_for(
    said: dict[str, Any], query: str, found: list[Any]
) -> None:
    url = f"https://graph.facebook.com/v24.0/acme/posts{query}"
    (post,) = read({"data": [graph(**said)]}, page=PagePostsPage, url=url).posts
    assert counts(post)[:3] == found


def test_what_visitors_write_on_a_page_is_not_the_pages() -> None:
    by_visitor = graph(id="100900000_7000000001", **{"from": {"id": "42", "name": "Somebody"}})
    found = read({"data": [graph(**{"from": {"id": "100900000"}}), by_visitor]}, page=PagePostsPage)
    assert ([post.native_id for post in found.posts], found.skipped) == ([POST], {"foreign_post": 1})


def test_mobile_counts_are_told_apart_by_their_words() -> None:
    def article(footer: str) -> str:
        insights = {"100900000": {"post_context": {"publish_time": int(CREATED.timestamp())}}}
        ft = json.dumps({"top_level_post_id": POST, "page_insights": insights}).replace('"', "&quot;")
        photo = '<i aria-label="May contain: 2 people, 9 comments"></i>'
        body = f"<p>Bread</p>{photo}<footer>{footer}</footer>"
        return f'<div id="MRoot"><article data-ft="{ft}">{body}</article></div>'

    def mobile(footer: str) -> list[Any]:
        (post,) = read(article(footer), page=MobilePage).posts
        return counts(post)

    unknown, never = MissingReason.NOT_OBSERVED, MissingReason.NOT_PUBLIC
    label = '<a aria-label="1.2K reactions, including Like and Love"></a>'
    assert mobile(f"{label}<span>13 Comments</span><span>10 Shares</span>") == [1200, 13, 10, never]
    assert mobile('<div class="_1g06">119</div><span>1 comentario</span>') == [119, 1, unknown, never]
    assert mobile("<a>Like</a><a>Comment</a><span>2026</span>") == [unknown, unknown, unknown, never]


@given(st.text(alphabet='.:{}"01aé', max_size=40), st.text(alphabet='{}":[]0a', max_size=30))
def test_any_naming_of_a_mobile_post_is_borne(names: str, insights: str) -> None:
    said = json.dumps({"linkdata": f"top_level_post_id.{POST}:{names}:page_insights.{insights}"})
    escaped = said.replace("&", "&amp;").replace('"', "&quot;")
    body = f'<header><h3><a href="/acme/">Acme</a></h3><abbr data-utime="{int(CREATED.timestamp())}"></abbr></header>'
    html = f'<div id="MRoot"><article data-ft="{{}}" data-store="{escaped}">{body}</article></div>'
    (post,) = read(html, page=MobilePage).posts
    assert (post.native_id, post.account, post.published_at) == (POST, "acme", CREATED)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("like_count:96,reactioncount:119,comment_count:21,share_count:0", [119, 21, 0]),
        ('"comment_count":"7"', [MissingReason.NOT_OBSERVED, 7, MissingReason.NOT_OBSERVED]),
        ("reactioncount:999999999999999", [MissingReason.NOT_OBSERVED] * 3),
        ("", [MissingReason.NOT_OBSERVED] * 3),
    ],
)
def test_a_mobile_posts_script_keeps_counts_of_its_number_only(said: str, found: list[Any]) -> None:
    def page(number: str) -> str:
        state = json.dumps({"top_level_post_id": POST}).replace('"', "&quot;")
        drawn = f'<h3><a href="/acme/">Acme</a></h3><abbr data-utime="{int(CREATED.timestamp())}"></abbr>'
        script = f'<script>x(["MLiveData","setup",[],[{{ft_ent_identifier:"{number}",{said}}}]]);</script>'
        return f'<div id="MRoot"><div data-ft="{state}">{drawn}</div></div>{script}'

    (post,) = read(page(POST), page=MobilePage).posts
    assert counts(post)[:3] == found
    (post,) = read(page("100900000999"), page=MobilePage).posts
    assert counts(post)[:3] == [MissingReason.NOT_OBSERVED] * 3


def test_a_page_is_asked_for_by_its_address_or_with_a_token_by_the_interface() -> None:
    (public,) = facebook.first_requests(REF, {"facebook.site": "http://127.0.0.1:8001"})
    assert public.url == "http://127.0.0.1:8001/acme"
    known = facebook.post_requests(REF, [(POST, None), (FILM, f"{SITE}/reel/{FILM}")], {})
    assert [one.url for one in known] == [f"{SITE}/acme/posts/{POST}", f"{SITE}/reel/{FILM}/"]
    ref = AccountRef(platform=Platform.FACEBOOK, host="", handle="acme", url="", native_account_id="1009",
                     access=Access())  # fmt: skip
    (official,) = facebook.first_requests(ref, {"facebook": "http://127.0.0.1:8001/v24.0"})
    assert official.url.startswith("http://127.0.0.1:8001/v24.0/1009?fields=")
    known = facebook.post_requests(ref, [(POST, None), (FILM, f"{SITE}/reel/{FILM}")], {})
    assert [one.native_id for one in known] == [POST]


def test_stories_in_stories_and_scripts_without_end_are_borne() -> None:
    def nested(times: int) -> dict[str, Any]:
        inside: dict[str, Any] = {}
        for number in range(40 * times):
            inside = story(str(int(POST) + number), inside=inside, pad=[{"a": 1}] * 60)
        return inside

    def is_read(answer: dict[str, Any]) -> None:
        assert read(answer, page=AnswerPage).posts

    def is_a_wall(rubbish: str) -> None:
        assert problem(rubbish).outcome == Outcome.LOGIN_WALL

    def is_no_answer(rubbish: str) -> None:
        assert problem(rubbish, page=AnswerPage).outcome == Outcome.LAYOUT_CHANGED

    # what is looked at for stories in stories ends at a bound, which some eighty of them reach
    assert growth(is_read, nested, lengths=(1, 8)) <= MOST_GROWTH
    assert growth(is_a_wall, lambda times: '<script type="application/json">' * 625 * times) <= MOST_GROWTH
    assert growth(is_a_wall, lambda times: "<script " * 1_600 * times) <= MOST_GROWTH
    assert growth(is_a_wall, lambda times: "<script>" + "</script" * 625 * times) <= MOST_GROWTH
    assert growth(is_no_answer, lambda times: '{"x": 1}\n' * 750 * times) <= MOST_GROWTH


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


def test_a_post_in_a_box_that_speaks_of_followers_does_not_count_them() -> None:
    head = f'<a href="{SITE}/acme" title="Acme">Acme</a><div>168K people like this</div>'
    post = '<div data-ft="{}"><p><span>5 reasons to follow us</span></p></div>'
    box = f"{SITE}/plugins/page.php?href={SITE}/acme&tabs=timeline"
    profile = read(f"<html><body>{head}{post}</body></html>", page=PluginPage, url=box).profile
    assert profile is not None
    assert (profile.follower_count, profile.missing["follower_count"]) == (None, MissingReason.NOT_OBSERVED)
    for line in ("12,345 followers", "9K people like this · 12,345 people follow this"):
        counted = read(f"<html><body>{head}<div>{line}</div>{post}</body></html>", page=PluginPage, url=box).profile
        assert counted is not None
        assert (counted.follower_count, counted.rounded) == (12_345, {})


@pytest.mark.parametrize(("stated", "seconds"), [("90", 90), ("9" * 5_000, 3_600), ("\u00b2", 3_600), ("soon", 3_600)])
def test_a_limit_ends_when_the_answer_says_so_in_seconds_or_else_in_an_hour(stated: str, seconds: int) -> None:
    address = "https://graph.facebook.com/v24.0/acme/posts"
    body = json.dumps({"error": {"code": 4, "message": "limit"}}).encode()
    response = HttpResponse(url=address, body=body, status=429, headers={"Retry-After": stated})
    with pytest.raises(PageProblem) as caught:
        PagePostsPage(response, Capture(fetched_at=NOW)).read()
    assert caught.value.pause_until is not None
    assert (caught.value.pause_until - NOW).total_seconds() == seconds


@pytest.mark.parametrize(
    ("use", "minutes"),
    [
        ('{"call_count": 40}', None),
        ('{"call_count": 96}', 60),
        (f'{{"call_count": {10**400}}}', 60),
        (f'{{"estimated_time_to_regain_access": {10**400}}}', 48 * 60),
        ('{"estimated_time_to_regain_access": -5}', None),
    ],
)
def test_an_allowance_that_is_almost_spent_pauses_what_is_asked(use: str, minutes: int | None) -> None:
    until = pause_until({"X-App-Usage": use}, NOW)
    assert (until and (until - NOW).total_seconds()) == (minutes and minutes * 60)
