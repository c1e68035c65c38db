"""YouTube's, Telegram's and Reddit's pages where a recorded one says too little, and mutilated ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Post, PostList, Reason, RequestKind, Role
from crawler.pages import telegram, youtube
from crawler.pages.base import Access, AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.reddit.answers import ListingAnswer
from crawler.pages.telegram.pages import PreviewPage
from crawler.pages.youtube.api import ChannelsAnswer, VideosAnswer
from crawler.pages.youtube.community import community_posts, parts_of_posts
from crawler.pages.youtube.feed import FeedPage
from crawler.pages.youtube.watch import AnswerPage, WatchPage, video_in
from crawler.pages.youtube.wording import seconds_of
from tests.growth import MOST_GROWTH, growth

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CHANNEL = "UCkettleandleaf000000000"
VIDEO = "KettleVid01"


def ref(platform: Platform, handle: str, **more: Any) -> AccountRef:
    return AccountRef(platform=platform, host="", handle=handle, url=f"https://acme.example/{handle}", **more)


def read(page: type[PlatformPage], url: str, body: object, status: int = 200, **capture: Any) -> PostList:
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return page(HttpResponse(url=url, body=raw, status=status), Capture(fetched_at=NOW, **capture)).read()


# ---------------------------------------------------------------- YouTube


def player(**details: Any) -> dict[str, Any]:
    said = {"videoId": VIDEO, "title": "How we brew", "channelId": CHANNEL, "viewCount": "12", "shortDescription": ""}
    micro = {"publishDate": "2026-11-01T09:00:00-07:00", "ownerProfileUrl": "http://www.youtube.com/@KettleAndLeaf"}
    return {"videoDetails": said | details, "microformat": {"playerMicroformatRenderer": micro}}


def watch(*states: tuple[str, object], url: str = f"https://www.youtube.com/watch?v={VIDEO}", **capture: Any) -> Post:
    scripts = "".join(f"<script>var {name} = {json.dumps(said)};</script>" for name, said in states)
    (post,) = read(WatchPage, url, f"<html>ytcfg{scripts}</html>", **capture).posts
    return post


def test_the_player_of_another_video_on_the_page_is_not_the_pages() -> None:
    other = player(videoId="OtherVideo1", title="An advertisement", viewCount="999999")
    post = watch(("ytInitialPlayerResponse", other), ("ytInitialPlayerResponse", player()))
    assert (post.native_id, post.title) == (VIDEO, "How we brew")
    assert post.metrics is not None
    assert post.metrics.view_count == 12


def test_the_state_of_the_mobile_site_is_read() -> None:
    escaped = json.dumps(player()).replace("\\", "\\\\").replace('"', "\\x22").replace("{", "\\x7b")
    html = f"<html>ytcfg<script>var ytInitialPlayerResponse = '{escaped}';</script></html>"
    (post,) = read(WatchPage, f"https://m.youtube.com/watch?v={VIDEO}", html).posts
    assert post.native_id == VIDEO


def test_a_list_entry_of_a_short_stays_a_short_on_its_watch_page() -> None:
    listed = Post(platform=Platform.YOUTUBE, native_id=VIDEO, account="x", format=Format.SHORT_VIDEO)
    assert watch(("ytInitialPlayerResponse", player()), listed=listed).format is Format.SHORT_VIDEO
    assert watch(("ytInitialPlayerResponse", player())).format is Format.VIDEO


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Streamed live on Mar 3, 2024", datetime(2024, 3, 3, tzinfo=UTC)),
        ("Estreno: 14 abr 2017", datetime(2017, 4, 14, tzinfo=UTC)),
        ("2024年3月3日", datetime(2024, 3, 3, tzinfo=UTC)),
        ("2024/03/03 にライブ配信", datetime(2024, 3, 3, tzinfo=UTC)),
        ("3 Mar 2024 tarihinde canlı yayınlandı", datetime(2024, 3, 3, tzinfo=UTC)),
        ("Live übertragen am 03.04.2024", datetime(2024, 4, 3, tzinfo=UTC)),
        ("실시간 스트리밍 시작일: 2024. 3. 3.", datetime(2024, 3, 3, tzinfo=UTC)),
        ("Premiered 3 days ago", datetime(2026, 11, 19, 9, tzinfo=UTC)),
        ("Premieres in 3 days", None),
        ("", None),
    ],
)
def test_the_date_is_what_the_sentence_ends_with(words: str, at: datetime | None) -> None:
    primary = {"title": {"simpleText": "How we brew"}, "dateText": {"simpleText": words}}
    said = {"contents": {"twoColumnWatchNextResults": {"results": [{"videoPrimaryInfoRenderer": primary}]}}}
    (post,) = read(AnswerPage, "https://www.youtube.com/youtubei/v1/next", said | {
        "currentVideoEndpoint": {"watchEndpoint": {"videoId": VIDEO}}}).posts  # fmt: skip
    assert post.published_at == at
    assert post.published_text == (words or None)


def test_only_what_goes_on_with_a_tab_and_names_nobody_is_the_tabs_channels() -> None:
    def entry(video: str, **more: Any) -> dict[str, Any]:
        return {"gridVideoRenderer": {"videoId": video, "title": {"simpleText": "Tea"}} | more}

    other = {"runs": [{"navigationEndpoint": {"browseEndpoint": {"browseId": CHANNEL}}}]}
    items = [entry(VIDEO), entry("OtherVideo1", shortBylineText=other)]
    more = {"onResponseReceivedActions": [{"appendContinuationItemsAction": {"continuationItems": items}}]}
    for page, accounts in (("@KettleAndLeaf/videos", ["KettleAndLeaf", CHANNEL]), ("watch?v=x", ["", CHANNEL])):
        found = read(
            AnswerPage, "https://www.youtube.com/youtubei/v1/browse", more, open_page=f"https://www.youtube.com/{page}"
        )
        assert [one.account for one in found.posts] == accounts
    whole = {"contents": {"items": items}, **more}
    found = read(
        AnswerPage,
        "https://www.youtube.com/youtubei/v1/browse",
        whole,
        open_page="https://www.youtube.com/@KettleAndLeaf",
    )
    assert [one.account for one in found.posts] == ["", CHANNEL]


@pytest.mark.parametrize(
    ("words", "views", "form"),
    [
        ("1.2K views", 1200, Format.VIDEO),
        ("1,2 тыс. просмотров", 1200, Format.VIDEO),
        ("1.2K watching", None, Format.LIVE),
        ("312 Zuschauer", None, Format.LIVE),
        ("Смотрят: 312", None, Format.LIVE),
        ("312 人が視聴中", None, Format.LIVE),
        ("12 waiting", None, Format.LIVE),
        ("12 en attente", None, Format.LIVE),
    ],
)
@pytest.mark.parametrize("is_lockup", [False, True])
def test_who_is_watching_now_is_no_count_of_views(words: str, views: int | None, form: Format, is_lockup: bool) -> None:
    entry: dict[str, Any] = {
        "videoRenderer": {"videoId": VIDEO, "title": {"simpleText": "Tea"}, "viewCountText": {"simpleText": words}}
    }
    if is_lockup:
        rows = {"contentMetadataViewModel": {"metadataRows": [{"metadataParts": [{"text": {"content": words}}]}]}}
        about = {"lockupMetadataViewModel": {"title": {"content": "Tea"}, "metadata": rows}}
        said = {"contentId": VIDEO, "contentType": "LOCKUP_CONTENT_TYPE_VIDEO", "metadata": about}
        entry = {"lockupViewModel": said}
    (post,) = read(AnswerPage, "https://www.youtube.com/youtubei/v1/browse", {"contents": [entry]}).posts
    assert post.metrics is not None
    assert (post.metrics.view_count, post.format) == (views, form)


def community_post(number: int, **more: Any) -> dict[str, Any]:
    button = {"accessibilityData": {"accessibilityData": {"label": "Like this post along with 1,204 other people"}}}
    said = {
        "postId": f"UgkxKettlePost{number:022d}",
        "authorEndpoint": {"browseEndpoint": {"browseId": CHANNEL, "canonicalBaseUrl": "/@KettleAndLeaf"}},
        "contentText": {"runs": [{"text": "Tea"}]},
        "publishedTimeText": {"runs": [{"text": "vor 3 Tagen (bearbeitet)"}]},
        "actionButtons": {"commentActionButtonsRenderer": {"likeButton": {"toggleButtonRenderer": button}}},
    }
    return {"backstagePostThreadRenderer": {"post": {"backstagePostRenderer": said | more}}}


def test_a_recording_of_the_posts_tab_is_read_and_what_posts_point_to_is_no_entry_of_it() -> None:
    video = {"videoRenderer": {"videoId": VIDEO, "title": {"simpleText": "Tea"}}}
    items = [community_post(1), community_post(1), community_post(2, backstageAttachment=video)]
    more = {"onResponseReceivedEndpoints": [{"appendContinuationItemsAction": {"continuationItems": items}}]}
    found = read(AnswerPage, "https://www.youtube.com/youtubei/v1/browse", more).posts
    assert [(one.native_id[-1], one.account, one.is_edited) for one in found] == [
        ("1", "KettleAndLeaf", True),
        ("2", "KettleAndLeaf", True),
    ]
    assert {one.metrics.like_count for one in found if one.metrics} == {1204}
    assert found[0].published_at == datetime(2026, 11, 19, 9, tzinfo=UTC)
    assert found[1].links == (f"https://www.youtube.com/watch?v={VIDEO}",)


@pytest.mark.parametrize("kind", ["backstagePostRenderer", "sharedPostRenderer"])
def test_posts_in_posts_cost_no_more_than_their_length(kind: str) -> None:
    def nested(times: int) -> dict[str, Any]:
        inner: dict[str, Any] = {"contents": [{"a": 1} for _ in range(1_000 * times)]}
        for number in range(min(20 * times, 160)):
            inner = {kind: {"postId": f"Ugkx{number:020d}", "originalPost": inner}}
        return {"contents": inner}

    def is_read(said: dict[str, Any]) -> None:
        list(community_posts(said, Capture(fetched_at=NOW), None))
        parts_of_posts(said)

    assert growth(is_read, nested, lengths=(1, 8)) <= MOST_GROWTH


def test_likes_are_exact_where_the_button_says_them_and_never_made_up() -> None:
    shown = {"simpleText": "1.2K", "accessibility": {"accessibilityData": {"label": "1.2K likes"}}}
    for more, likes, missing in (
        ({"voteCount": shown}, 1204, None),
        ({"voteCount": shown, "actionButtons": {}}, 1200, None),
        ({"actionButtons": {}}, None, MissingReason.NOT_OBSERVED),
        ({"voteCount": {"simpleText": "many"}, "actionButtons": {}}, None, MissingReason.NOT_PARSED),
    ):
        body = {"contents": [community_post(1, **more)]}
        (post,) = read(AnswerPage, "https://www.youtube.com/youtubei/v1/browse", body).posts
        assert post.metrics is not None
        assert (post.metrics.like_count, post.metrics.missing.get("like_count")) == (likes, missing)


@pytest.mark.parametrize(("said", "seconds"), [("1:07:34", 4054.0), ("0:09", 9.0), ("0:00", None), ("LIVE", None)])
def test_a_length_is_read_and_one_of_nothing_is_none(said: str, seconds: float | None) -> None:
    assert seconds_of(said) == seconds


def test_words_in_the_place_of_a_feeds_date_are_kept_without_control_characters() -> None:
    entry = f"<entry><id>yt:video:{VIDEO}</id><title>Tea</title><published>soon\x7f\u202e!</published></entry>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    (post,) = read(FeedPage, f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", feed).posts
    assert (post.published_at, post.published_text) == (None, "soon!")


@pytest.mark.parametrize(
    ("url", "video"),
    [
        ("https://www.youtube.com/watch?list=PL1&v=KettleVid01&t=3s", VIDEO),
        ("https://www.youtube.com/shorts/KettleVid01?feature=share", VIDEO),
        ("https://youtu.be/KettleVid01", VIDEO),
        ("https://acme.example/KettleVid01", None),
        ("https://www.youtube.com/watch?v=short", None),
        ("https://www.youtube.com/watch", None),
        ("https://www.youtube.com/shorts/", None),
        ("http://[", None),
    ],
)
def test_an_address_names_a_video_or_none(url: str, video: str | None) -> None:
    assert video_in(url) == video


@pytest.mark.parametrize(
    ("handle", "native_id", "place"),
    [
        ("acme", None, "@acme?"),
        ("c/acme", None, "c/acme?"),
        ("user/acme", None, "user/acme?"),
        (CHANNEL, CHANNEL, f"channel/{CHANNEL}?"),
        ("acme", CHANNEL, f"channel/{CHANNEL}?"),
    ],
)
def test_a_channel_is_asked_for_by_its_id_once_that_is_known(handle: str, native_id: str | None, place: str) -> None:
    account = ref(Platform.YOUTUBE, handle, native_account_id=native_id)
    (request,) = youtube.first_requests(account, {"youtube.site": "http://127.0.0.1:8001"})
    assert request.url.startswith(f"http://127.0.0.1:8001/{place}hl=en&gl=US")
    assert request.kind is RequestKind.PROFILE


def test_whoever_has_a_key_asks_the_data_api_in_fifties_and_says_what_it_costs() -> None:
    account = ref(Platform.YOUTUBE, "acme", access=Access())
    (first,) = youtube.first_requests(account, {"youtube": "http://127.0.0.1:8001/youtube/v3"})
    assert first.url.startswith("http://127.0.0.1:8001/youtube/v3/channels?")
    assert "forHandle=acme" in first.url
    assert first.cost == 1
    posts = [(f"KettleV{number:04}", None) for number in range(120)]
    requests = youtube.post_requests(account, posts, {})
    assert [request.cost for request in requests] == [1, 1, 1]
    assert all("key=" not in request.url for request in (first, *requests)), "the key travels in a header"


def test_nothing_that_robots_txt_of_youtube_forbids_is_proposed() -> None:
    account = ref(Platform.YOUTUBE, "acme")
    proposed = [*youtube.first_requests(account, {}), *youtube.post_requests(account, [(VIDEO, None)], {})]
    urls = [one.url for one in proposed]
    for folder in FIXTURES.glob("crawler.pages.youtube.*/*/output.json"):
        urls += [one["url"] for one in json.loads(folder.read_bytes()).get("next_requests", [])]
    assert len(urls) > 10
    assert not [url for url in urls if "/youtubei/" in url or "/feeds/" in url or "/results" in url]


def test_a_quota_that_is_used_up_pauses_until_midnight_in_california() -> None:
    error = {"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}], "message": "Quota."}}
    with pytest.raises(PageProblem) as caught:
        read(ChannelsAnswer, "https://www.googleapis.com/youtube/v3/channels", error, 403)
    assert (caught.value.reason, caught.value.pause_until) == (
        Reason.RATE_LIMITED,
        datetime(2026, 11, 23, 8, tzinfo=UTC),
    )


def test_what_an_owner_hides_is_unknown_and_a_stated_zero_is_zero() -> None:
    item = {"id": VIDEO, "snippet": {"title": "t", "publishedAt": "2026-11-01T09:00:00Z"}}
    url = f"https://www.googleapis.com/youtube/v3/videos?id={VIDEO}"
    hidden = read(VideosAnswer, url, {"items": [item | {"statistics": {"viewCount": "0"}}]}).posts[0].metrics
    shown = {"viewCount": "0", "likeCount": "0", "commentCount": "0"}
    zero = read(VideosAnswer, url, {"items": [item | {"statistics": shown}]}).posts[0].metrics
    assert hidden is not None
    assert zero is not None
    assert (hidden.view_count, hidden.like_count, hidden.comment_count) == (0, None, None)
    assert hidden.missing["like_count"] is hidden.missing["comment_count"] is MissingReason.HIDDEN
    assert (zero.view_count, zero.like_count, zero.comment_count) == (0, 0, 0)


# ---------------------------------------------------------------- Telegram


def message(inner: str = "", number: int = 5, classes: str = "") -> str:
    return (
        f'<div class="tgme_widget_message {classes}" data-post="kettle/{number}">{inner}<span class='
        f'"tgme_widget_message_meta"><time datetime="2026-11-20T09:00:00+00:00">9</time></span></div>'
    )


def preview(*messages: str, url: str = "https://t.me/s/kettle") -> PostList:
    info = '<div class="tgme_channel_info"></div><section class="tgme_channel_history">'
    return read(PreviewPage, url, f"<html>//telegram.org/css/{info}{''.join(messages)}</section></html>")


def reactions(*shown: str) -> str:
    return "".join(f'<span class="tgme_reaction">{one}</span>' for one in shown)


def test_a_sum_of_reactions_is_known_no_more_finely_than_its_coarsest_part() -> None:
    (post,) = preview(message(reactions("<b>a</b>132K", "<b>b</b>39.9K", "<b>c</b>771"))).posts
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.rounded["like_count"]) == (172_671, 3)
    (exact,) = preview(message(reactions("<b>a</b>7", "<b>b</b>771"))).posts
    assert exact.metrics is not None
    assert (exact.metrics.like_count, dict(exact.metrics.rounded)) == (778, {})


def test_custom_emoji_that_look_alike_are_told_apart_by_number() -> None:
    one, two = ('<tg-emoji emoji-id="1"><b>🔥</b></tg-emoji>3', '<tg-emoji emoji-id="2"><b>🔥</b></tg-emoji>4')
    (post,) = preview(message(reactions(one, two))).posts
    assert post.metrics is not None
    assert dict(post.metrics.reactions) == {"🔥": 3, "2": 4}
    assert post.metrics.like_count == 7


def test_a_reaction_that_cannot_be_read_leaves_the_sum_unknown() -> None:
    (post,) = preview(message(reactions("<b>a</b>7", "<b>b</b>some"))).posts
    assert post.metrics is not None
    assert post.metrics.like_count is None
    assert post.metrics.missing["like_count"] is MissingReason.NOT_PARSED


def test_a_text_that_stands_twice_in_itself_is_one_text() -> None:
    words = '<div class="tgme_widget_message_text js-message_text">'
    (post,) = preview(message(f"{words}{words}Tea &amp; time</div></div>")).posts
    assert post.text == "Tea & time"


def test_older_messages_are_asked_for_until_the_first() -> None:
    more = '<a class="tme_messages_more" data-before="{}"></a><a class="tme_messages_more" data-after="40"></a>'
    (request,) = preview(message(), more.format(21), url="https://t.me/s/kettle?before=41").next_requests
    assert request.url == "https://t.me/s/kettle?before=21"
    assert preview(message(), more.format(41), url="https://t.me/s/kettle?before=41").next_requests == ()
    assert preview(message(), more.format(60), url="https://t.me/s/kettle?before=41").next_requests == ()
    (request,) = preview(message(), more.format(21), url=f"https://t.me/s/kettle?before={'9' * 5_000}").next_requests
    assert request.url == "https://t.me/s/kettle?before=21", "a number that is none keeps nothing back"


def test_links_to_elsewhere_than_the_web_are_dropped() -> None:
    text = '<div class="tgme_widget_message_text"><a href="javascript:alert(1)">x</a><a href="tg://x">y</a></div>'
    hostile = "<a class='tgme_widget_message_photo_wrap' style=\"background-image:url('javascript:alert(3)')\"></a>"
    (post,) = preview(message(text + hostile)).posts
    assert post.links == ()
    assert [medium.url for medium in post.media] == [None]


def test_known_posts_are_asked_for_as_widgets() -> None:
    requests = telegram.post_requests(ref(Platform.TELEGRAM, "kettle"), [("kettle/5", None), ("nonsense", None)], {})
    assert [request.url for request in requests] == ["https://t.me/kettle/5?embed=1&mode=tme"]


def test_a_site_that_links_to_telegram_is_no_page_of_it() -> None:
    head = b'<!doctype html><html><head><link rel="me" href="https://telegram.org/"><a href="https://t.me/acme">'
    for url in ("https://acme.example/press", "https://acme.example/s/press", "https://acme.example/press/5"):
        found = pages.page_for(url, 200, "text/html", head)
        assert found is None or found.platform is Platform.WEB


# ---------------------------------------------------------------- Reddit


def submission(**changes: Any) -> dict[str, Any]:
    said = {
        "name": "t3_1abc", "title": "Tea", "selftext": "", "author": "ada", "subreddit": "kettle", "score": 7,
        "num_comments": 2, "num_crossposts": 0, "created_utc": 1_795_000_000.0, "is_self": True,
        "permalink": "/r/kettle/comments/1abc/tea/",
    }  # fmt: skip
    return {"kind": "t3", "data": said | changes}


def listing(*children: object, after: str | None = None, **capture: Any) -> PostList:
    said = {"kind": "Listing", "data": {"children": list(children), "after": after}}
    return read(ListingAnswer, "https://oauth.reddit.com/r/kettle/new?limit=100&raw_json=1", said, **capture)


def test_a_hidden_score_is_unknown_whatever_number_stands_there() -> None:
    (post,) = listing(submission(hide_score=True, score=1934)).posts
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.missing["like_count"]) == (None, MissingReason.HIDDEN)


def test_a_post_that_was_removed_is_absent_and_has_no_text() -> None:
    said = listing(submission(removed_by_category="moderator", selftext="[removed]", author="[deleted]"))
    assert [(one.native_id, one.kind) for one in said.absences] == [("t3_1abc", "gone")]
    assert (said.posts[0].text, said.posts[0].author) == (None, None)


def test_comments_of_other_people_are_never_kept() -> None:
    other = {"kind": "t1", "data": {"name": "t1_x", "body": "private words", "author": "somebody"}}
    for account in (None, ref(Platform.REDDIT, "r/kettle"), ref(Platform.REDDIT, "u/ada")):
        said = listing(submission(), other, account=account)
        assert [post.native_id for post in said.posts] == ["t3_1abc"]
        assert "private words" not in repr(said)


def test_paging_goes_on_only_with_credentials_and_never_in_a_circle() -> None:
    assert listing(submission(), after="t3_9", account=ref(Platform.REDDIT, "r/kettle")).next_requests == ()
    account = ref(Platform.REDDIT, "r/kettle", access=Access())
    base = {"reddit": "http://127.0.0.1:8001/api"}
    (request,) = listing(submission(), after="t3_9", account=account, base_urls=base).next_requests
    assert request.url == "http://127.0.0.1:8001/api/r/kettle/new?limit=100&raw_json=1&after=t3_9"
    said = {"kind": "Listing", "data": {"children": [submission()], "after": "t3_9"}}
    again = read(ListingAnswer, f"{request.url}", said, account=account, base_urls=base)
    assert again.next_requests == ()


@pytest.mark.parametrize(
    ("changes", "form"),
    [
        ({"is_gallery": True, "gallery_data": {"items": [{"media_id": "a"}]}}, Format.IMAGE),
        ({"is_self": False, "url": "https://acme.example/a.PNG?x=1"}, Format.IMAGE),
        ({"is_self": False, "url": "https://acme.example/"}, Format.LINK),
        ({"is_self": False, "post_hint": "hosted:video"}, Format.VIDEO),
        ({"poll_data": {"total_vote_count": 3}}, Format.POLL),
        ({}, Format.TEXT),
    ],
)
def test_the_medium_of_a_submission_is_what_it_carries(changes: dict[str, Any], form: Format) -> None:
    (post,) = listing(submission(**changes)).posts
    assert (post.format, post.role) == (form, Role.ORIGINAL)


def test_a_site_that_links_to_reddit_or_youtube_is_no_page_of_theirs() -> None:
    head = b'<!doctype html><html><script type="application/ld+json">{"sameAs":["https://www.reddit.com/r/acme/",'
    head += b'"https://www.youtube.com/@acme"]}</script>'
    for path in ("r/acme", "user/acme", "@acme", "c/acme/videos", "watch?v=KettleVid01", "comments/1"):
        found = pages.page_for(f"https://acme.example/{path}", 200, "text/html", head)
        assert found is None or found.platform not in (Platform.REDDIT, Platform.YOUTUBE), path


# ---------------------------------------------------------------- pages that hate us

CASES = sorted(
    folder.parent
    for name in ("youtube", "telegram", "reddit")
    for folder in FIXTURES.glob(f"crawler.pages.{name}*/*/inputs")
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def attempt(folder: Path, body: bytes) -> None:
    info = json.loads((folder / "inputs/HttpResponse-info.json").read_bytes())
    capture = json.loads((folder / "inputs/crawler.pages.base.Capture.json").read_bytes())
    page = pages.page_for(info["url"], info["status"], dict(info["headers"])["Content-Type"], body[:4096])
    account = capture.get("account")
    known = ref(Platform(account["platform"]), account["handle"], access=Access()) if account else None
    response = HttpResponse(url=info["url"], body=body, status=info["status"], headers=dict(info["headers"]))
    if page is None or page.platform is Platform.WEB:
        return
    try:
        said = page(response, Capture(fetched_at=NOW, account=known)).read()
    except PageProblem as problem:
        assert str(problem)
        return
    for post in said.posts:
        assert post.native_id
        metrics = post.metrics
        for column in ("like_count", "comment_count", "share_count", "view_count") if metrics else ():
            assert getattr(metrics, column) is None or getattr(metrics, column) >= 0


def _places(value: object) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        for key, inner in one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ():
            found.append((one, key))
            waiting.append(inner)
    return found


@given(st.sampled_from(CASES), st.data())
@settings(max_examples=300, deadline=None)
def test_any_value_in_the_place_of_any_other_is_read_or_a_named_problem(folder: Path, data: st.DataObject) -> None:
    body = (folder / "inputs/HttpResponse-body.html").read_text()
    at = body.find("{", body.find("ytInitial") if "ytInitial" in body else 0)
    try:
        tree, end = json.JSONDecoder().raw_decode(body, at if "ytInitial" in body else 0)
    except ValueError:
        tree, end, at = None, 0, 0
    if tree is not None:
        holder, key = data.draw(st.sampled_from(_places(tree) or [([None], 0)]))
        holder[key] = data.draw(_JSON)
        start = body[:at] if "ytInitial" in body else ""
        attempt(folder, f"{start}{json.dumps(tree)}{body[end:]}".encode("utf-8", "surrogatepass"))
        return
    cut = data.draw(st.integers(0, max(len(body) - 1, 0)))
    length = data.draw(st.integers(0, 200))
    attempt(folder, f"{body[:cut]}{data.draw(st.text(max_size=10))}{body[cut + length :]}".encode("utf-8", "replace"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_repeated_input_costs_no_more_than_its_length(folder: Path) -> None:
    body = (folder / "inputs/HttpResponse-body.html").read_bytes()
    assert growth(lambda repeated: attempt(folder, repeated), lambda times: body * times) <= MOST_GROWTH


@pytest.mark.parametrize(
    "made",
    [
        lambda times: b"<html>ytcfg" + b"ytInitialData = {" * 310 * times,
        lambda times: b"<html>ytcfg var ytInitialData = " + b'{"a":' * 1_600 * times + b"1",
        lambda times: b"<html>ytcfg var ytInitialData = '" + b"\\x7b" * 7_800 * times + b"';",
        lambda times: b"<html>ytcfg<form action='https://consent.youtube.com/" + b"x" * 16_000 * times,
    ],
    ids=["marks", "nested", "escaped", "form"],
)
def test_a_hostile_watch_page_is_given_up_for_no_more_than_its_length(made: Callable[[int], bytes]) -> None:
    def is_given_up(body: bytes) -> None:
        with pytest.raises(PageProblem) as caught:
            read(WatchPage, f"https://www.youtube.com/watch?v={VIDEO}", body)
        assert caught.value.outcome in (Outcome.LAYOUT_CHANGED, Outcome.LOGIN_WALL)

    assert growth(is_given_up, made) <= MOST_GROWTH


def test_a_hostile_preview_is_given_up_for_no_more_than_its_length() -> None:
    def messages(times: int) -> list[str]:
        hostile = "<div>" * 50 + reactions(*["<b>a</b>1"] * 20)
        return [message(hostile, number) for number in range(1, 8 * times)]

    def is_cut(found: list[str]) -> None:
        assert 0 < len(preview(*found).posts) <= 500

    assert growth(is_cut, messages) <= MOST_GROWTH
    assert len(preview(*messages(64)).posts) <= 500
