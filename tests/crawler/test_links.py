"""Every kind of link a marketer may paste, clean and messy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config import parse_config
from crawler.connecting import GUIDES
from crawler.items import Outcome, Platform, Reason
from crawler.links import LinkError, account_link, is_private_host, recognise, recognise_post
from crawler.platforms import FACTS, foretold, is_collected, platform_named, sight, way_in

# pasted → platform, host, handle, canonical link
ACCOUNTS = {
    "https://www.instagram.com/AcmeCoffee/?hl=en&igsh=abc": ("instagram", "", "acmecoffee", "https://www.instagram.com/acmecoffee/"),
    "instagram.com/acme/reels/": ("instagram", "", "acme", "https://www.instagram.com/acme/"),
    "https://www.instagram.com/stories/acme/123/": ("instagram", "", "acme", "https://www.instagram.com/acme/"),
    "https://twitter.com/Acme?s=20": ("x", "", "acme", "https://x.com/acme"),
    "x.com/acme/with_replies": ("x", "", "acme", "https://x.com/acme"),
    "https://mobile.twitter.com/#!/acme": ("x", "", "acme", "https://x.com/acme"),
    "https://x.com/intent/user?screen_name=acme": ("x", "", "acme", "https://x.com/acme"),
    "http://m.facebook.com/Acme/?ref=page_internal": ("facebook", "", "acme", "https://www.facebook.com/acme"),
    "https://de-de.facebook.com/acme/about": ("facebook", "", "acme", "https://www.facebook.com/acme"),
    "https://www.facebook.com/profile.php?id=100012345&sk=about": (
        "facebook", "", "100012345", "https://www.facebook.com/profile.php?id=100012345"),
    "https://www.facebook.com/pages/Acme-Coffee/123456789": (
        "facebook", "", "123456789", "https://www.facebook.com/profile.php?id=123456789"),
    "https://www.facebook.com/p/Acme-Coffee-100063500000001/": (
        "facebook", "", "100063500000001", "https://www.facebook.com/profile.php?id=100063500000001"),
    "https://uk.linkedin.com/company/Acme/posts/?feedView=all": (
        "linkedin", "", "acme", "https://www.linkedin.com/company/acme/"),
    "https://www.linkedin.com/showcase/acme-pro/": (
        "linkedin", "", "showcase/acme-pro", "https://www.linkedin.com/showcase/acme-pro/"),
    "https://www.tiktok.com/@Acme?lang=en": ("tiktok", "", "acme", "https://www.tiktok.com/@acme"),
    "https://www.threads.net/@acme": ("threads", "", "acme", "https://www.threads.com/@acme"),
    "https://www.threads.com/@acme/replies": ("threads", "", "acme", "https://www.threads.com/@acme"),
    "https://www.pinterest.co.uk/acme/": ("pinterest", "", "acme", "https://www.pinterest.com/acme/"),
    "https://de.pinterest.com/acme/_created/": ("pinterest", "", "acme", "https://www.pinterest.com/acme/"),
    "https://www.youtube.com/@Acme/videos": ("youtube", "", "acme", "https://www.youtube.com/@acme"),
    "https://m.youtube.com/channel/UCabcdefghijklmnopqrstuv": (
        "youtube", "", "UCabcdefghijklmnopqrstuv", "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"),
    "https://www.youtube.com/c/Acme/featured": ("youtube", "", "c/acme", "https://www.youtube.com/c/acme"),
    "https://www.youtube.com/user/Acme": ("youtube", "", "user/acme", "https://www.youtube.com/user/acme"),
    "https://t.me/s/acme_news": ("telegram", "", "acme_news", "https://t.me/acme_news"),
    "t.me/acme_news": ("telegram", "", "acme_news", "https://t.me/acme_news"),
    "https://old.reddit.com/r/Coffee/top/": ("reddit", "", "r/coffee", "https://www.reddit.com/r/coffee/"),
    "https://www.reddit.com/user/acme/": ("reddit", "", "u/acme", "https://www.reddit.com/user/acme/"),
    "https://www.reddit.com/u/acme": ("reddit", "", "u/acme", "https://www.reddit.com/user/acme/"),
    "bsky.app/profile/Acme.bsky.social": ("bluesky", "", "acme.bsky.social", "https://bsky.app/profile/acme.bsky.social"),
    "https://bsky.app/profile/did:plc:abc123": ("bluesky", "", "did:plc:abc123", "https://bsky.app/profile/did:plc:abc123"),
    "acme.bsky.social": ("bluesky", "", "acme.bsky.social", "https://bsky.app/profile/acme.bsky.social"),
    "at://acme.example": ("bluesky", "", "acme.example", "https://bsky.app/profile/acme.example"),
    "https://mastodon.social/@Acme": ("mastodon", "mastodon.social", "acme", "https://mastodon.social/@acme"),
    "https://social.example:8443/@acme": ("mastodon", "social.example:8443", "acme", "https://social.example:8443/@acme"),
    "https://mastodon.social/users/acme": ("mastodon", "mastodon.social", "acme", "https://mastodon.social/@acme"),
    "https://mastodon.social/web/@acme/media": ("mastodon", "mastodon.social", "acme", "https://mastodon.social/@acme"),
    "https://mastodon.social/@acme@home.example": ("mastodon", "home.example", "acme", "https://home.example/@acme"),
    "@acme@home.example": ("mastodon", "home.example", "acme", "https://home.example/@acme"),
    "https://friendica.example/profile/acme": (
        "mastodon", "friendica.example", "acme", "https://friendica.example/profile/acme",
    ),
    "https://pixelfed.social/acme": ("mastodon", "pixelfed.social", "acme", "https://pixelfed.social/@acme"),
    "https://misskey.io/@acme": ("misskey", "misskey.io", "acme", "https://misskey.io/@acme"),
    "https://tube.example/c/acme/videos": ("peertube", "tube.example", "c/acme", "https://tube.example/c/acme"),
    "https://video.example/a/acme/video-channels": ("peertube", "video.example", "a/acme", "https://video.example/a/acme"),
    "https://tube.example/c/acme@video.example/videos": (
        "peertube", "video.example", "c/acme", "https://video.example/c/acme",
    ),
    "https://lemmy.world/c/Coffee@lemmy.ml": ("lemmy", "lemmy.ml", "c/coffee", "https://lemmy.ml/c/coffee"),
    "https://piefed.example/c/coffee": ("lemmy", "piefed.example", "c/coffee", "https://piefed.example/c/coffee"),
    "https://forum.acme.example/c/support/5": (
        "discourse", "forum.acme.example", "c/support/5", "https://forum.acme.example/c/support/5"),
    "https://medium.com/@Acme/about": ("medium", "", "@acme", "https://medium.com/@acme"),
    "https://acme.medium.com/": ("medium", "", "@acme", "https://medium.com/@acme"),
    "https://acme.substack.com/archive": ("substack", "acme.substack.com", "acme", "https://acme.substack.com/"),
    "https://open.substack.com/pub/acme?r=1x": ("substack", "acme.substack.com", "acme", "https://acme.substack.com/"),
    "https://acme.tumblr.com/": ("tumblr", "", "acme", "https://acme.tumblr.com/"),
    "https://www.tumblr.com/acme": ("tumblr", "", "acme", "https://acme.tumblr.com/"),
    "https://dev.to/Acme": ("forem", "dev.to", "acme", "https://dev.to/acme"),
    "https://www.acme.example/Blog/?utm_source=newsletter#top": (
        "web", "acme.example", "acme.example/Blog", "https://www.acme.example/Blog/"),
    "acme.example": ("web", "acme.example", "acme.example", "https://acme.example/"),
    "HTTPS://ACME.Example:443/news": ("web", "acme.example", "acme.example/news", "https://acme.example/news"),
    "http://127.0.0.1:8001/blog": ("web", "127.0.0.1:8001", "127.0.0.1:8001/blog", "http://127.0.0.1:8001/blog"),
    "localhost:8001/@acme": ("mastodon", "localhost:8001", "acme", "http://localhost:8001/@acme"),
    "https://acme.example/?feed=rss2": ("web", "acme.example", "acme.example?feed=rss2", "https://acme.example/?feed=rss2"),
}  # fmt: skip


@pytest.mark.parametrize("pasted", ACCOUNTS)
def test_a_link_names_its_account(pasted: str) -> None:
    link = recognise(pasted)
    assert (link.platform.value, link.host, link.handle, link.url) == ACCOUNTS[pasted]
    assert link.account_key == link.url


@pytest.mark.parametrize("pasted", ACCOUNTS)
def test_a_canonical_link_is_its_own_canonical_link(pasted: str) -> None:
    link = recognise(pasted)
    again = recognise(link.url, platform=link.platform)
    assert (again.url, again.identity) == (link.url, link.identity)


def test_every_platform_is_recognised_by_some_link() -> None:
    assert {platform for platform, *_ in ACCOUNTS.values()} == set(Platform)


@pytest.mark.parametrize(
    "messy",
    [
        "  acme.example/blog \n",
        "<https://acme.example/blog>",
        "“https://acme.example/blog”",
        "https:/acme.example/blog",
        "https//acme.example/blog",
        "htps://acme.example/blog",
        "//acme.example/blog",
        "\u200bhttps://acme.example/blog\u200b",
        "https://acme.example/blog.",
        "(https://acme.example/blog)",
        "[our blog](https://acme.example/blog)",
        "https://user:secret@acme.example/blog",
        "https://acme.example/blog?fbclid=x&utm_campaign=y#comments",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Facme.example%2Fblog%3Ffbclid%3D1&h=AT0",
        "https://www.google.com/url?sa=t&q=https://acme.example/blog",
        "https://www.youtube.com/redirect?q=https%3A%2F%2Facme.example%2Fblog",
    ],
)
def test_messy_pastes_lead_to_the_same_link(messy: str) -> None:
    assert recognise(messy).url == "https://acme.example/blog"


# pasted → the account that is offered (None: the link does not say) and the post's native id
POSTS = {
    "https://www.instagram.com/p/DPCXhCwkqEe/": (None, "3729646867191079198"),
    "instagram.com/acme/reel/DPCXhCwkqEe/?igsh=1": ("https://www.instagram.com/acme/", "3729646867191079198"),
    "https://x.com/acme/status/2081860978694594863?t=1": ("https://x.com/acme", "2081860978694594863"),
    "https://www.facebook.com/acme/posts/pfbid0abc": ("https://www.facebook.com/acme", "pfbid0abc"),
    "https://www.facebook.com/acme/videos/some-title/1234567": ("https://www.facebook.com/acme", "1234567"),
    "https://www.facebook.com/permalink.php?story_fbid=12&id=345": (
        "https://www.facebook.com/profile.php?id=345", "12"),
    "https://www.facebook.com/reel/98765": (None, "98765"),
    "https://www.linkedin.com/posts/acme_launch-activity-7468765250281046016-AbCd": (
        "https://www.linkedin.com/company/acme/", "7468765250281046016"),
    "https://www.linkedin.com/feed/update/urn:li:activity:7468765250281046016/": (None, "7468765250281046016"),
    "https://www.tiktok.com/@acme/video/7571863205253778710": ("https://www.tiktok.com/@acme", "7571863205253778710"),
    "https://www.threads.net/@acme/post/DPCXhCwkqEe": ("https://www.threads.com/@acme", "3729646867191079198"),
    "https://www.pinterest.com/pin/106890191127977979/": (None, "106890191127977979"),
    "https://youtu.be/zg40FHOAqC0?si=x": (None, "zg40FHOAqC0"),
    "https://www.youtube.com/watch?v=zg40FHOAqC0&t=3s": (None, "zg40FHOAqC0"),
    "https://www.youtube.com/shorts/zg40FHOAqC0": (None, "zg40FHOAqC0"),
    "https://t.me/s/acme_news/528": ("https://t.me/acme_news", "acme_news/528"),
    "https://www.reddit.com/r/coffee/comments/1skjxta/title/": ("https://www.reddit.com/r/coffee/", "t3_1skjxta"),
    "https://bsky.app/profile/did:plc:abc/post/3jk": (
        "https://bsky.app/profile/did:plc:abc", "at://did:plc:abc/app.bsky.feed.post/3jk"),
    "https://mastodon.social/@acme/114739545367952761": ("https://mastodon.social/@acme", "114739545367952761"),
    "https://mastodon.social/users/acme/statuses/12": ("https://mastodon.social/@acme", "12"),
    "https://sloth.example/@acme/statuses/01FVW7JHQFSFK166WWKR8CBA6M": (
        "https://sloth.example/@acme", "01FVW7JHQFSFK166WWKR8CBA6M"),
    "https://pics.example/p/acme/754871248521658368": ("https://pics.example/@acme", "754871248521658368"),
    "https://plume.example/notice/AbCdEfGhIjKlMnOpQr": (None, "AbCdEfGhIjKlMnOpQr"),
    "https://misskey.io/notes/9g3rcngj3e": (None, "9g3rcngj3e"),
    "https://tube.example/w/4Zk8gXW7": (None, "4Zk8gXW7"),
    "https://tube.example/w/5Q15muVLpWpKzARpJa722i?start=3": (None, "27184d46-7be0-4a5e-9f0b-1a2b3c4d5e6f"),
    "https://tube.example/videos/watch/27184d46-7be0-4a5e-9f0b-1a2b3c4d5e6f": (
        None, "27184d46-7be0-4a5e-9f0b-1a2b3c4d5e6f"),
    "https://lemmy.world/post/50908658": (None, "50908658"),
    "https://forum.acme.example/t/welcome/57/3": ("https://forum.acme.example/latest", "57"),
    "https://medium.com/@acme/some-title-3262b158cba2": ("https://medium.com/@acme", "3262b158cba2"),
    "https://acme.tumblr.com/post/96439224994/title": ("https://acme.tumblr.com/", "96439224994"),
    "https://www.acme.example/blog/2026/11/22/my-post": (
        "https://www.acme.example/blog/", "https://www.acme.example/blog/2026/11/22/my-post"),
}  # fmt: skip


@pytest.mark.parametrize("pasted", POSTS)
def test_a_single_post_is_said_to_be_one_and_its_account_offered(pasted: str) -> None:
    account, native_id = POSTS[pasted]
    with pytest.raises(LinkError, match="single post") as refused:
        recognise(pasted)
    assert refused.value.suggestion == account
    if account is not None:
        assert account in refused.value.message
        assert recognise(account).url == account
    assert recognise_post(pasted).native_id == native_id


def test_a_post_without_a_pattern_is_its_canonical_address() -> None:
    post = recognise_post("https://Acme.example/news?utm_source=x&id=3#c", platform=Platform.WEB)
    assert post.native_id == post.url == "https://acme.example/news?id=3"
    # a Bluesky handle can change hands, so only an address with the DID is an id
    named = recognise_post("https://bsky.app/profile/acme.example/post/3jk")
    assert named.native_id == "https://bsky.app/profile/acme.example/post/3jk"


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "empty"),
        ("@acme", "on which network"),
        ("#coffee", "on which network"),
        ("acme", "no link"),
        ("hello world", "one link at a time"),
        ("https://a.example https://b.example", "one link at a time"),
        ("info@acme.example", "mail address"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://acme.example/x", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("data:text/html,x", "only http and https"),
        ("mailto:info@acme.example", "only http and https"),
        ("https://www.google.com/search?q=acme", "search page"),
        ("https://bit.ly/3x", "short link"),
        ("https://vm.tiktok.com/ZMabc/", "short link"),
        ("https://www.tiktok.com/t/ZMabc/", "share link"),
        ("https://www.reddit.com/r/coffee/s/AbC", "share link"),
        ("https://www.instagram.com/", "front page"),
        ("https://x.com/home", "no account"),
        ("https://x.com/search?q=acme", "search page"),
        ("https://x.com/i/lists/1", "no account"),
        ("https://www.facebook.com/login/?next=x", "login page"),
        ("https://www.facebook.com/sharer/sharer.php?u=x", "share link"),
        ("https://www.facebook.com/groups/123/", "group"),
        ("https://www.instagram.com/accounts/login/", "no account"),
        ("https://www.instagram.com/explore/tags/coffee/", "search page"),
        ("https://www.linkedin.com/authwall?x=1", "login page"),
        ("https://www.linkedin.com/feed/", "no account"),
        ("https://www.youtube.com/results?search_query=acme", "search page"),
        ("https://www.youtube.com/playlist?list=PL1", "no account"),
        ("https://t.me/+AbCdEf", "private group"),
        ("https://t.me/joinchat/AbC", "private group"),
        ("https://bsky.app/search?q=acme", "search page"),
        ("https://mastodon.social/web/accounts/12", "web client"),
        ("https://acme.example/wp-login.php", "login page"),
        ("https://acme.example/?s=offers", "search page"),
        ("https://acme.example/search?q=offers", "search page"),
        ("https://", "no link"),
        ("https://exa mple.com", "one link"),
        ("http://[::1", "no web address"),
    ],
)
def test_what_names_no_account_is_refused_in_one_sentence(pasted: str, said: str) -> None:
    with pytest.raises(LinkError) as refused:
        recognise(pasted)
    message = refused.value.message
    assert said in message
    assert "\n" not in message


def test_a_moved_api_address_is_recognised() -> None:
    config = parse_config('[platforms.bluesky]\napi_url = "http://127.0.0.1:8001"\n')
    link = recognise("http://127.0.0.1:8001/profile/acme.test", config)
    assert (link.platform, link.host, link.url) == (Platform.BLUESKY, "", "https://bsky.app/profile/acme.test")
    assert recognise("http://127.0.0.1:8001/@acme", config).platform == Platform.MASTODON
    assert recognise("http://127.0.0.1:8001/blog", config).platform == Platform.WEB
    assert config.is_own_host("127.0.0.1:8001")


def test_own_hosts_are_asked_without_encryption_when_no_scheme_was_pasted() -> None:
    config = parse_config('[network]\nown_hosts = ["shop.test:8001"]\n')
    assert recognise("shop.test:8001/blog", config).url == "http://shop.test:8001/blog"
    assert recognise("shop.test:8001/blog").url == "https://shop.test:8001/blog"


def test_the_link_of_an_activitypub_account_leads_to_its_object() -> None:
    for url in (
        "https://blog.example/author/jane-doe",
        "https://write.example/api/collections/acme",
        "https://social.example/profile/acme",
    ):
        link = recognise(url, platform=Platform.MASTODON)
        assert (link.url, link.native_account_id) == (url, url)
        assert recognise(url).platform == Platform.WEB, "only where the user says so"


def test_the_platform_can_be_said_where_the_address_misleads() -> None:
    assert recognise("https://social.example/@acme", platform=Platform.MISSKEY).platform == Platform.MISSKEY
    link = recognise("https://social.example/acme", platform=Platform.MASTODON)
    assert (link.platform, link.handle) == (Platform.MASTODON, "acme")


@pytest.mark.parametrize(
    ("host", "is_private"),
    [
        ("127.0.0.1:8001", True),
        ("localhost", True),
        ("[::1]:80", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("2130706433", True),
        ("0x7f000001", True),
        ("nas.local", True),
        ("acme.example", False),
        ("8.8.8.8", False),
    ],
)
def test_private_hosts_are_known_without_asking(host: str, is_private: bool) -> None:
    assert is_private_host(host) is is_private


@given(st.text(max_size=80))
def test_any_text_is_a_link_or_one_sentence(pasted: str) -> None:
    try:
        link = recognise(pasted)
    except LinkError as error:
        assert error.message
        assert error.message.isprintable()
    else:
        assert link.url.startswith(("http://", "https://"))


@given(
    st.sampled_from(sorted(ACCOUNTS)), st.lists(st.sampled_from(["p", "status", "@a", "1", "c", "posts", "%41", ".."]))
)
def test_any_path_on_a_known_host_is_a_link_or_one_sentence(pasted: str, more: list[str]) -> None:
    pasted = pasted.partition("?")[0].rstrip("/") + "/" + "/".join(more)
    try:
        recognise(pasted)
    except LinkError as error:
        assert "\n" not in error.message


# --- names of accounts as files and pages write them ---


@pytest.mark.parametrize(
    ("platform", "account", "host", "url"),
    [
        (Platform.INSTAGRAM, "@Acme", "", "https://www.instagram.com/acme/"),
        (Platform.FACEBOOK, "Acme Coffee & Co", "", "https://www.facebook.com/Acme%20Coffee%20%26%20Co"),
        (Platform.YOUTUBE, "UCabcdefghijklmnopqrstuv", "", "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"),
        (Platform.MASTODON, "acme@home.example", "", "https://home.example/@acme"),
        (Platform.MASTODON, "acme", "home.example", "https://home.example/@acme"),
        (Platform.MASTODON, "acme", "127.0.0.1:8001", "http://127.0.0.1:8001/@acme"),
        (Platform.BLUESKY, "acme.bsky.social", "", "https://bsky.app/profile/acme.bsky.social"),
        (Platform.FOREM, "acme", "dev.to", "https://dev.to/acme"),
        (Platform.FOREM, "acme", "bakers.forem.com", "https://bakers.forem.com/acme"),
        (Platform.FOREM, "acme", "", "https://dev.to/acme"),
        (Platform.DISCOURSE, "u/Acme", "forum.home.example", "https://forum.home.example/u/acme"),
        (Platform.DISCOURSE, "c/bread/5", "talk.home.example", "https://talk.home.example/c/bread/5"),
        (Platform.DISCOURSE, "forum.home.example", "forum.home.example", "https://forum.home.example/latest"),
        (Platform.WEB, "acme.example/blog", "", "https://acme.example/blog"),
        (Platform.X, "https://twitter.com/acme", "", "https://x.com/acme"),
    ],
)
def test_an_account_has_a_link(platform: Platform, account: str, host: str, url: str) -> None:
    assert account_link(platform, account, host).url == url


def test_a_name_on_a_server_that_nobody_named_is_refused() -> None:
    with pytest.raises(LinkError, match="on which server"):
        account_link(Platform.MASTODON, "acme")


# --- what is told about platforms ---


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_says_what_will_be_seen(platform: Platform) -> None:
    sentence = sight(platform)
    assert sentence.endswith(".")
    if is_collected(platform):
        assert foretold(platform) is None
        assert FACTS[platform].shows in sentence
        return
    visit = foretold(platform)
    assert visit is not None
    assert "import" in visit.message
    if FACTS[platform].terms:
        assert f"enabled = true under [platforms.{platform}]" in sentence
        assert (visit.outcome, visit.reason) == (Outcome.ROBOTS_DENIED, Reason.SWITCHED_OFF)
        assert is_collected(platform, has_access=True)
    elif FACTS[platform].is_walled:
        assert "crawlers" in sentence
        assert visit.outcome == Outcome.ROBOTS_DENIED
        assert visit.reason in (Reason.TOKEN_MISSING, Reason.NO_PUBLIC_PREVIEW)
    else:
        assert "not collected yet" in sentence
        assert (visit.outcome, visit.reason) == (Outcome.ERROR, Reason.NOT_SUPPORTED)


def test_whoever_is_told_to_connect_can() -> None:
    assert {platform for platform in Platform if "rivalscope connect" in way_in(platform)} == set(GUIDES)


def test_people_call_platforms_by_many_names() -> None:
    names = {
        "Twitter": "x",
        " X (Twitter) ": "x",
        "IG": "instagram",
        "dev.to": "forem",
        "Blog": "web",
        "bsky": "bluesky",
    }
    assert {name: platform_named(name) for name in names} == names
    assert platform_named("myspace") is None
    aliases = [alias for facts in FACTS.values() for alias in (*facts.aliases, facts.label.lower())]
    assert len(aliases) == len(set(aliases))
