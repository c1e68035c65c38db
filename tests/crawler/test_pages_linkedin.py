"""LinkedIn: whose counters count, what an id says of time, and what came in place of a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Precision, Reason, Role
from crawler.pages.base import AccountRef, PageProblem
from tests.crawler.walled import capture_for, only, problem, read
from tests.growth import MOST_GROWTH, growth

ACTIVITY, SHARE = "7529457380229120001", "7529457262788608005"
"""An activity of 2026-11-20 08:15:30, and the share that it shows, 28 seconds older."""
AT = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
POST_URL = f"https://www.linkedin.com/posts/kettle_tea-activity-{ACTIVITY}-AbCd"
COMPANY_URL = "https://www.linkedin.com/company/kettle"
ORGANISATION = {"@type": "Organization", "name": "Kettle", "url": COMPANY_URL}


def counter(action: str, count: object, scheme: str = "http") -> dict[str, Any]:
    kind = f"{scheme}://schema.org/{action}"
    return {"@type": "InteractionCounter", "interactionType": kind, "userInteractionCount": count}


def posting(**more: Any) -> dict[str, Any]:
    return {
        "@context": "http://schema.org", "@type": "SocialMediaPosting", "@id": POST_URL, "articleBody": "Tea",
        "datePublished": "2026-11-20T08:15:30.000Z", "author": ORGANISATION, **more,
    }  # fmt: skip


def page(*nodes: object, body: str = "", head: str = "") -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in nodes)
    return f'<html><head><meta property="og:url" content="{POST_URL}">{head}{scripts}</head><body>{body}</body></html>'


def card(number: str = ACTIVITY, attributes: str = "", inner: str = "", time: str = "4d") -> str:
    return f"""<article data-activity-urn="urn:li:activity:{number}" {attributes}><time>{time}</time>
        <p data-test-id="main-feed-activity-card__commentary">Tea</p>{inner}</article>"""


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("action", ["LikeAction", {"@type": "LikeAction"}, {"@type": "http://schema.org/LikeAction"}])
def test_only_the_posts_own_counters_count(scheme: str, action: object) -> None:
    like = counter("LikeAction", 435, scheme)
    if action != "LikeAction":
        like["interactionType"] = action
    author = {**ORGANISATION, "interactionStatistic": counter("FollowAction", 559_497)}
    comment = {"@type": "Comment", "text": "Nice", "interactionStatistic": counter("LikeAction", 99)}
    node = posting(author=author, comment=[comment], interactionStatistic=[like, counter("CommentAction", 21, "https")])
    metrics = only(read(POST_URL, page(node))).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count) == (435, 21)
    assert metrics.missing == dict.fromkeys(("share_count", "view_count", "save_count"), MissingReason.NOT_PUBLIC)


def test_followers_alone_are_no_likes() -> None:
    author = {**ORGANISATION, "interactionStatistic": counter("FollowAction", 559_497)}
    metrics = only(read(POST_URL, page(posting(author=author)))).metrics
    assert metrics is not None
    assert metrics.like_count is None
    assert metrics.missing["like_count"] == MissingReason.NOT_OBSERVED


def test_a_post_whose_address_names_a_share_is_named_and_dated_by_its_activity() -> None:
    url = POST_URL.replace(f"activity-{ACTIVITY}", f"ugcPost-{SHARE}")
    node = posting(datePublished=None)
    by_card = read(url, page(node, body=card(attributes=f'data-attributed-urn="urn:li:ugcPost:{SHARE}"')).replace(
        POST_URL, url))  # fmt: skip
    assert (only(by_card).native_id, only(by_card).published_at) == (ACTIVITY, AT)
    alone = only(read(url, page(posting()).replace(POST_URL, url)))
    assert (alone.native_id, alone.published_at) == (SHARE, AT), "the stated time is the post's, not the share's"


def test_a_recommended_posts_card_gives_nothing_to_the_post() -> None:
    other = card("7525089725644800001", inner='<a data-num-reactions="5000"></a>', time="1w Edited")
    post = only(read(POST_URL, page(posting(), body=other)))
    assert post.metrics is not None
    assert (post.metrics.like_count, post.is_edited) == (None, None)


@pytest.mark.parametrize("word", ["Edited", "Bearbeitet", "Editado", "Modifié", "編集済み"])
def test_an_edited_mark_is_read_in_any_language_and_its_absence_says_nothing(word: str) -> None:
    assert only(read(COMPANY_URL, page(body=card(time=f"4d <span>{word}</span>")))).is_edited is True
    assert only(read(COMPANY_URL, page(body=card()))).is_edited is None


def test_a_card_without_the_element_of_its_comments_does_not_say_that_there_are_none() -> None:
    without = only(read(COMPANY_URL, page(body=card(inner='<a data-num-reactions="11"></a>')))).metrics
    assert without is not None
    assert (without.like_count, without.comment_count) == (11, None)
    assert without.missing["comment_count"] == MissingReason.NOT_OBSERVED
    zero = only(read(COMPANY_URL, page(body=card(inner='<a data-num-comments="0"></a>')))).metrics
    assert zero is not None
    assert zero.comment_count == 0


def test_a_reposts_card_is_the_activity_and_names_the_attributed_post() -> None:
    header = '<a data-tracking-control-name="x_feed-reaction-header" href="/company/kettle">Kettle</a> reposted this'
    actor = '<a data-tracking-control-name="x_feed-actor-name" href="https://uk.linkedin.com/in/ida?trk=x">Ida</a>'
    original = "7528381415424000005"
    drawn = card(attributes=f'data-attributed-urn="urn:li:share:{original}"', inner=header + actor)
    repost = only(read(COMPANY_URL, page(body=drawn)))
    assert (repost.role, repost.account, repost.author) == (Role.REPOST, "kettle", "ida")
    assert (repost.native_id, repost.published_at) == (ACTIVITY, AT)
    assert (repost.original_native_id, repost.original_published_at) == (
        original, datetime(2026, 11, 17, 9, tzinfo=UTC),
    )  # fmt: skip
    own = only(read(COMPANY_URL, page(body=card(attributes=f'data-attributed-urn="urn:li:share:{SHARE}"'))))
    assert (own.role, own.original_native_id) == (Role.ORIGINAL, None)


def test_a_link_keeps_neither_the_sites_mark_nor_its_detour() -> None:
    links = """<p data-test-id="main-feed-activity-card__commentary">
        <a href="https://tea.example/a?x=1&amp;trk=org_card">a</a> <a href="https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Ftea.example%2Fb&amp;trk=x">b</a>
        <a href="https://www.linkedin.com/signup?session_redirect=x">#tea</a></p>"""
    drawn = f'<article data-activity-urn="urn:li:activity:{ACTIVITY}">{links}</article>'
    found = only(read(COMPANY_URL, page(body=drawn)))
    assert found.links == ("https://tea.example/a?x=1", "https://tea.example/b")


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ("https://media.licdn.com/dms/image/v2/D1/feedshare-shrink_800/a", Format.IMAGE),
        ("https://media.licdn.com/dms/image/sync/v2/D1/articleshare-shrink_800/a", Format.LINK),
        ("https://media.licdn.com/dms/image/v2/D1/profile-displayphoto-shrink_400/a", Format.TEXT),
        ("https://media.licdn.com/dms/document/media/D1/feedshare-document-images_800/a", Format.CAROUSEL),
    ],
)
def test_the_address_of_a_picture_gives_the_medium_away(picture: str, expected: Format) -> None:
    assert only(read(POST_URL, page(posting(image={"@type": "ImageObject", "url": picture})))).format == expected


def test_comments_are_read_from_the_title_only_where_it_counts_comments() -> None:
    for title, expected in (
        ("Tea | Kettle | 21 comments", 21),
        ("Tee | Kettle | 3 Kommentare", 3),
        ("Tea | 5 things to know", None),
        ("Tea | Kettle | 12 reactions", None),
    ):
        head = f'<meta property="og:title" content="{title}"><meta property="og:description" content="Tea">'
        metrics = only(read(POST_URL, page(head=head))).metrics
        assert metrics is not None
        assert metrics.comment_count == expected


@pytest.mark.parametrize(
    ("said", "followers"),
    [
        ("Kettle | 5,750 followers on LinkedIn. Tea.", 5750),
        ("Kettle | 5.750 Follower:innen auf LinkedIn. Tee.", 5750),
        ("Kettle | LinkedInのフォロワー5,750名. 茶", 5750),
        ("Kettle | LinkedIn. 25 years of tea", None),
        ("Kettle | 25 kettles and counting. Tea.", None),
    ],
)
def test_followers_are_what_stands_beside_the_networks_name(said: str, followers: int | None) -> None:
    head = f'<meta name="description" content="{said}">'
    profile = read(COMPANY_URL, page({"@context": "http://schema.org", **ORGANISATION}, head=head)).profile
    assert profile is not None
    assert profile.follower_count == followers
    assert ("follower_count" in profile.missing) == (followers is None)


@pytest.mark.parametrize("kind", ["company", "school", "showcase"])
def test_a_profile_keeps_the_kind_of_its_page(kind: str) -> None:
    url = f"https://uk.linkedin.com/{kind}/kettle"
    profile = read(f"{url}/about/", page({"@context": "http://schema.org", **ORGANISATION})).profile
    assert profile is not None
    assert profile.url == f"https://www.linkedin.com/{kind}/kettle"


def test_a_page_is_never_the_whole_list() -> None:
    found = read(COMPANY_URL, page(body=card()))
    assert found.problem_outcome == Outcome.PARTIAL


def test_an_article_is_named_by_its_address_and_dated_by_what_it_states() -> None:
    url = "https://www.linkedin.com/pulse/how-we-brew-ida"
    node = posting(**{"@type": "Article", "@id": url, "headline": "How", "datePublished": "2026-10-02"})
    post = only(read(url, page(node, body=card(inner='<a data-num-reactions="5000"></a>'))))
    assert (post.native_id, post.format, post.title) == ("how-we-brew-ida", Format.ARTICLE, "How")
    assert post.published_precision == Precision.DAY
    assert post.metrics is not None
    assert post.metrics.like_count is None


def test_json_ld_alone_is_read_however_an_archive_wraps_it() -> None:
    url = "https://www.linkedin.com/pulse/how-we-brew-ida"
    node = posting(
        **{"@type": "Article", "@id": url, "commentCount": 4, "interactionStatistic": counter("LikeAction", 58)}
    )
    wrappings: tuple[object, ...] = (
        node,
        [node],
        [{"url": url, "jsonld": node}],
        {"@graph": [node]},
        {"items": [[node]]},
    )
    for wrapped in wrappings:
        post = only(read(url, wrapped))
        assert post.metrics is not None
        assert (post.native_id, post.metrics.like_count, post.metrics.comment_count) == ("how-we-brew-ida", 58, 4)


WALL = "<html><head><title>LinkedIn</title></head><body>{}</body></html>"
SIGNED_IN = "https://www.linkedin.com"
IN_PLACE: list[tuple[str, str, int, Outcome, Reason | None]] = [
    (POST_URL, WALL, 999, Outcome.BLOCKED, None),
    (COMPANY_URL, "", 999, Outcome.BLOCKED, None),
    (f"{SIGNED_IN}/authwall?trk=x", WALL, 200, Outcome.LOGIN_WALL, None),
    (f"{SIGNED_IN}/uas/login?session_redirect=x", WALL, 200, Outcome.LOGIN_WALL, None),
    (f"{SIGNED_IN}/checkpoint/lg/login", WALL, 200, Outcome.LOGIN_WALL, None),
    (f"{SIGNED_IN}/checkpoint/challenge/AgF", WALL, 200, Outcome.BLOCKED, None),
    (f"{SIGNED_IN}/signup", WALL, 200, Outcome.LOGIN_WALL, None),
    (COMPANY_URL, WALL.format("<script>location='/authwall'</script>"), 200, Outcome.LOGIN_WALL, None),
    (COMPANY_URL, WALL, 429, Outcome.ERROR, Reason.RATE_LIMITED),
    (COMPANY_URL, WALL, 404, Outcome.NOT_FOUND, None),
    (f"{SIGNED_IN}/company/unavailable/", WALL, 200, Outcome.NOT_FOUND, None),
    (COMPANY_URL, f'<meta property="og:url" content="{COMPANY_URL}"><p>new</p>', 200, Outcome.LAYOUT_CHANGED, None),
    (POST_URL, "", 200, Outcome.LAYOUT_CHANGED, None),
]


@pytest.mark.parametrize(("url", "body", "status", "outcome", "reason"), IN_PLACE)
def test_what_comes_in_place_of_a_page_is_named(
    url: str, body: str, status: int, outcome: Outcome, reason: Reason | None
) -> None:
    found = problem(url, body, status=status, handle="kettle")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert str(found).startswith("The LinkedIn page kettle")


def test_a_good_page_full_of_the_words_of_walls_stays_good() -> None:
    words = '<a href="/login">Sign in</a> checkpoint captcha authwall <input type="password">'
    node = posting(hasPart={"@type": "WebPageElement", "isAccessibleForFree": False})
    assert only(read(POST_URL, page(node, body=words))).native_id == ACTIVITY


def captured(**more: Any) -> dict[str, Any]:
    """An update as the browser extension brings it: what was referred to stands under starred keys."""
    totals = {
        "numLikes": 12, "numComments": 3, "numShares": 1,
        "reactionTypeCounts": [{"reactionType": "LIKE", "count": 10}, {"reactionType": "PRAISE", "count": 2}],
    }  # fmt: skip
    return {
        "id": f"urn:li:fsd_update:(urn:li:activity:{ACTIVITY},MAIN_FEED,EMPTY,DEFAULT,false)",
        "actor": {
            "navigationContext": {"actionTarget": f"{COMPANY_URL}/posts?x=1"}, "subDescription": {"text": "18h •"},
        },
        "commentary": {"text": {"text": "Tea #Oolong https://tea.example/a"}}, "content": None,
        "*socialDetail": {"*totalSocialActivityCounts": totals}, **more,
    }  # fmt: skip


def test_a_captured_post_states_reposts_and_reactions_by_kind() -> None:
    post = only(pages.read_captured(Platform.LINKEDIN, captured(), capture_for(Platform.LINKEDIN)))
    assert post.metrics is not None
    assert (post.native_id, post.account, post.published_at, post.format) == (ACTIVITY, "kettle", AT, Format.TEXT)
    assert (post.metrics.like_count, post.metrics.comment_count, post.metrics.share_count) == (12, 3, 1)
    assert post.metrics.reactions == {"like": 10, "praise": 2}
    assert post.links == ("https://tea.example/a",)


def test_an_older_captured_post_has_no_stars_and_totals_of_pages() -> None:
    social = {"likes": {"paging": {"total": 7}}, "comments": {"paging": {"total": 0}}, "totalShares": 2}
    said = captured(**{"*socialDetail": None, "socialDetail": social, "commentary": {"text": "Tea"}})
    metrics = only(pages.read_captured(Platform.LINKEDIN, said, capture_for(Platform.LINKEDIN))).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count, metrics.share_count) == (7, 0, 2)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"images": [{}, {}]}, Format.CAROUSEL),
        ({"$type": "com.linkedin.voyager.feed.render.ImageComponent", "images": [{}]}, Format.IMAGE),
        ({"$type": "com.linkedin.voyager.feed.render.LinkedInVideoComponent"}, Format.VIDEO),
        ({"articleComponent": {"largeImage": {}}, "linkedInVideoComponent": None}, Format.LINK),
        ({"documentComponent": {"x": 1}}, Format.CAROUSEL),
        ({"pollComponent": {"x": 1}}, Format.POLL),
        ({"externalVideoComponent": {"x": 1}}, Format.LINK),
    ],
)
def test_the_component_of_a_captured_post_is_its_medium(content: dict[str, Any], expected: Format) -> None:
    found = pages.read_captured(Platform.LINKEDIN, captured(content=content), capture_for(Platform.LINKEDIN))
    assert only(found).format == expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"actor": {"subDescription": {"text": "Promoted"}}}, "promoted"),
        ({"actor": {"subDescription": {"text": "Gesponsert"}}}, "promoted"),
        ({"header": {"text": {"text": "Suggested"}}}, "suggested"),
    ],
)
def test_what_nobody_asked_for_is_only_counted(more: dict[str, Any], reason: str) -> None:
    found = pages.read_captured(Platform.LINKEDIN, captured(**more), capture_for(Platform.LINKEDIN))
    assert (found.posts, found.skipped) == ((), {reason: 1})


def test_a_captured_repost_with_words_is_a_quote_and_one_without_a_repost() -> None:
    shared = {
        "updateMetadata": {"urn": f"urn:li:activity:{SHARE}"},
        "actor": {"url": "https://www.linkedin.com/in/ida"},
    }
    quote = only(
        pages.read_captured(Platform.LINKEDIN, captured(**{"*resharedUpdate": shared}), capture_for(Platform.LINKEDIN))
    )
    assert (quote.role, quote.author, quote.original_native_id) == (Role.QUOTE, "kettle", SHARE)
    said = captured(commentary=None, resharedUpdate=shared)
    repost = only(pages.read_captured(Platform.LINKEDIN, said, capture_for(Platform.LINKEDIN)))
    assert (repost.role, repost.account, repost.author) == (Role.REPOST, "kettle", "ida")


def test_a_captured_thing_that_is_no_post_is_a_problem() -> None:
    things: tuple[object, ...] = ({}, [], "x", {"id": "urn:li:fsd_profile:1"}, captured(id="x"))
    for thing in things:
        with pytest.raises(PageProblem):
            pages.read_captured(Platform.LINKEDIN, thing, capture_for(Platform.LINKEDIN))


@pytest.mark.parametrize("kind", ["company", "school", "showcase"])
def test_a_crawl_starts_at_the_page_of_the_kind_that_the_list_names(kind: str) -> None:
    url = f"https://www.linkedin.com/{kind}/kettle"
    ref = AccountRef(platform=Platform.LINKEDIN, host="", handle="kettle", url=url)
    (first,) = pages.first_requests(ref, {})
    assert first.url == url
    (known,) = pages.post_requests(ref, [(ACTIVITY, None), ("how-we-brew-ida", None)], {})
    assert known.url == f"https://www.linkedin.com/feed/update/urn:li:activity:{ACTIVITY}"


VOYAGER_URL = "https://www.linkedin.com/voyager/api/feed/updatesV2?q=companyFeedByUniversalName"
COUNTS_URN, SOCIAL_URN = "urn:li:fs_socialActivityCounts:1", "urn:li:fs_socialDetail:1"


def update(**more: Any) -> dict[str, Any]:
    return {
        "$type": "com.linkedin.voyager.feed.render.UpdateV2", "updateMetadata": {"urn": f"urn:li:activity:{ACTIVITY}"},
        "actor": {"navigationContext": {"actionTarget": f"{COMPANY_URL}/posts"}}, "*socialDetail": SOCIAL_URN,
        "commentary": {"text": {"text": "Tea"}}, **more,
    }  # fmt: skip


def flat(*objects: dict[str, Any], counts: dict[str, Any] | None = None) -> dict[str, Any]:
    social = {"entityUrn": SOCIAL_URN, "*totalSocialActivityCounts": COUNTS_URN}
    stated = {"numLikes": 7, "numComments": 3, "numShares": 2} if counts is None else counts
    return {"data": {}, "included": [*objects, social, {"entityUrn": COUNTS_URN, **stated}]}


def test_what_an_update_names_is_put_in_its_place() -> None:
    post = only(read(VOYAGER_URL, flat(update())))
    assert (post.native_id, post.account, post.published_at) == (ACTIVITY, "kettle", AT)
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count, post.metrics.share_count) == (7, 3, 2)


def test_counts_that_an_update_names_and_that_are_not_there_are_unknown() -> None:
    metrics = only(read(VOYAGER_URL, {"included": [update()]})).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.missing["like_count"]) == (None, MissingReason.NOT_OBSERVED)


def test_a_post_that_another_one_carries_is_no_post_of_the_answer() -> None:
    carried = {"urn": "urn:li:activity:7528381415424000005"}
    original = update(entityUrn="urn:li:fs_updateV2:2", updateMetadata=carried)
    quoting = update(**{"*resharedUpdate": "urn:li:fs_updateV2:2"})
    post = only(read(VOYAGER_URL, flat(quoting, original)))
    assert (post.native_id, post.role, post.original_native_id) == (ACTIVITY, Role.QUOTE, "7528381415424000005")


@pytest.mark.parametrize("line", ["Kettle reposted this", "Kettle hat dies geteilt", "Kettle a republié ceci"])
def test_a_post_that_was_passed_on_without_a_word_is_of_who_passed_it_on(line: str) -> None:
    header = {"text": {"text": line}, "navigationContext": {"actionTarget": COMPANY_URL}}
    ida = {"navigationContext": {"actionTarget": "https://www.linkedin.com/in/ida"}}
    post = only(read(VOYAGER_URL, flat(update(header=header, actor=ida)), handle="kettle"))
    assert (post.role, post.account, post.author) == (Role.REPOST, "kettle", "ida")
    liked = {**header, "text": {"text": "Kettle likes this"}}
    others = read(VOYAGER_URL, flat(update(header=liked, actor=ida)), handle="kettle")
    assert others.skipped == {"foreign_post": 1}


def test_a_page_for_signed_in_readers_gives_the_post_of_its_address() -> None:
    other = "7525089725644800001"
    drawn = "".join(
        f"""<div data-urn="urn:li:activity:{number}">
        <div class="update-components-actor"><a href="/company/kettle/"></a></div>
        <span class="social-details-social-counts__reactions-count">{likes}</span></div>"""
        for number, likes in ((other, "5,000"), (ACTIVITY, "1,204"))
    )
    post = only(read(POST_URL, f"<html><body>{drawn}</body></html>"))
    assert (post.native_id, post.account, post.published_at) == (ACTIVITY, "kettle", AT)
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count) == (1204, None)
    by_share = only(
        read(POST_URL.replace(f"activity-{ACTIVITY}", f"share-{SHARE}"), f"<html><body>{drawn}</body></html>")
    )
    assert by_share.native_id == other, "the first one that is drawn"
    nobodys = problem(POST_URL.replace(ACTIVITY, "7528381415424000005"), f"<html><body>{drawn}</body></html>")
    assert nobodys.outcome == Outcome.LOGIN_WALL


@pytest.mark.parametrize(("poster", "found"), [("company/kettle", 1), ("in/ida", 0), ("", 1)])
def test_what_somebody_else_passed_on_is_none_of_a_companys_posts(poster: str, found: int) -> None:
    link = f'<a href="/{poster}">x</a>' if poster else ""
    drawn = f"""<div data-urn="urn:li:activity:{ACTIVITY}">
        <div class="update-components-header">{link} reposted this</div>
        <div class="update-components-actor"><a href="/in/someone"></a></div></div>"""
    card_beside = card("7525089725644800001")
    posts = read(COMPANY_URL, f"<html><body>{drawn}{card_beside}</body></html>").posts
    assert [post.role for post in posts if post.native_id == ACTIVITY] == [Role.REPOST] * found
    assert len(posts) == found + 1


def test_drawn_posts_inside_one_another_cost_no_more_than_their_page() -> None:
    def nested(times: int) -> str:
        opened = "".join(
            f'<div data-urn="urn:li:activity:75294573802291200{number:02d}">'
            '<div class="update-components-actor"><a href="/company/kettle/"></a></div>'
            for number in range(times)
        )
        return f"<html><body>{opened}{'<div><i>x</i></div>' * 600 * times}</body></html>"

    assert len(read(COMPANY_URL, nested(64)).posts) == 64
    assert growth(lambda body: read(COMPANY_URL, body), nested) < MOST_GROWTH


@pytest.mark.parametrize(("said", "pixels"), [("720", 720), ("\u00b2", None), ("7" * 6, None), (720, 720)])
def test_a_width_is_a_number_of_pixels_or_not_known(said: object, pixels: int | None) -> None:
    video = {"@type": "VideoObject", "contentUrl": "https://media.licdn.com/v.mp4", "width": said}
    (media,) = only(read(POST_URL, page(posting(video=video)))).media
    assert media.width == pixels
