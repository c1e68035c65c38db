"""What each trait says of a post, and what stays unsaid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Lab

pytestmark = pytest.mark.method
TARGETS = ("staging.stg_posts", "intermediate.post_traits", "marts.claims")
PUBLISHED = datetime(2026, 11, 12, 6, tzinfo=UTC)
HD = {"kind": "image", "url": "https://acme.example/a.jpg", "width": 1080, "height": 1350}
SMALL = {"kind": "image", "url": "https://acme.example/b.jpg", "width": 640, "height": 640}
CASES: dict[str, tuple[dict[str, Any], dict[str, str | None]]] = {
    "question": ({"text": "Which roast do you like?"}, {"question": "yes", "call_to_action": "no", "emoji": "no"}),
    "question-mark-in-address": ({"text": "See https://acme.example/?page=2"}, {"question": "no"}),
    "arabic-question": ({"text": "ما رأيك؟"}, {"question": "yes"}),
    "call": ({"text": "New beans. Order now!"}, {"call_to_action": "yes", "question": "no"}),
    "german-call": ({"text": "Jetzt bestellen!", "language": "de"}, {"call_to_action": "yes", "language": "de"}),
    "foreign-phrase": ({"text": "Order now", "language": "de"}, {"call_to_action": "no"}),
    "call-at-the-end": ({"text": "word " * 300 + "order now"}, {"call_to_action": "yes", "length": "501_to_2000"}),
    "euro": ({"text": "Nur 12,90 €"}, {"price": "yes"}),
    "dollar": ({"text": "$5 a bag"}, {"price": "yes"}),
    "percent-off": ({"text": "20% off today"}, {"price": "yes"}),
    "code-word": ({"text": "12 EUR"}, {"price": "yes"}),
    "plain-percent": ({"text": "80 % of our beans are washed"}, {"price": "no"}),
    "europe": ({"text": "We visited 12 European farms"}, {"price": "no"}),
    "emoji": ({"text": "Fresh ☕"}, {"emoji": "yes"}),
    "trademark": ({"text": "Acme® beans"}, {"emoji": "no"}),
    "mention": ({"text": "With @beta", "mentions": ["beta"]}, {"mention": "yes"}),
    "no-text-known": ({"text": None}, {"mention": None, "question": None, "emoji": None, "price": None}),
    "text-post": ({"format": "text"}, {"media_count": None, "image_size": None, "alt_text": None}),
    "unread-picture": ({"format": "image"}, {"media_count": None}),
    "pictures": (
        {"format": "carousel", "media": [HD, SMALL]},
        {"media_count": "2_to_4", "image_size": "large", "image_shape": "upright", "alt_text": "no"},
    ),
    "described": (
        {"format": "image", "media": [SMALL | {"alt_text": "A cup"}]},
        {"media_count": None, "image_size": "small", "image_shape": "square", "alt_text": "yes"},
    ),
    "unsized": ({"format": "image", "media": [{"kind": "image"}]}, {"image_size": None, "image_shape": None}),
    "clip": ({"format": "video", "media": [{"kind": "video", "duration_seconds": 42.5}]}, {"video_length": "16_to_60"}),
    "unmeasured-clip": ({"format": "video", "media": [{"kind": "video"}]}, {"video_length": None}),
    "own-link": ({"links": ["https://www.acme.example/beans"]}, {"link_target": "own_site", "has_link": "yes"}),
    "foreign-link": ({"links": ["https://other.example/"]}, {"link_target": "elsewhere"}),
    "own-shop": ({"links": ["https://acme.example/shop/kettle?id=7"]}, {"link_target": "own_shop"}),
    "shop-and-more": ({"links": ["https://b.example/", "https://acme.example/products"]}, {"link_target": "own_shop"}),
    "foreign-shop": ({"links": ["https://www.etsy.com/de/listing/9"]}, {"link_target": "other_shop"}),
    "shop-front": ({"links": ["https://shop.other.example/"]}, {"link_target": "other_shop"}),
    "workshop": ({"links": ["https://other.example/workshop/a"]}, {"link_target": "elsewhere"}),
    "profile-link": ({"text": "Link in our bio!"}, {"link_target": "profile", "has_link": "no"}),
    "profile-link-in-spanish": ({"text": "El enlace está en la bio"}, {"link_target": "profile"}),
    "profile-link-in-hindi": ({"text": "लिंक बायो में है"}, {"link_target": "profile"}),
    "missing-link": ({"text": "The missing link between biology and beer"}, {"link_target": None}),
    "no-link": ({"text": "Beans"}, {"link_target": None, "has_link": "no"}),
    "regional-language": ({"language": "pt-BR"}, {"language": "pt"}),
    "language-by-its-words": ({"text": "Das ist der neue Kessel"}, {"language": "de"}),
    "unknown-language": ({"language": "und"}, {"language": None}),
}  # fmt: skip


REPLIES = {
    "answered": {"comment_count": 3, "answered_count": 1, "is_complete": False, "source": "crawl"},
    "unanswered": {"comment_count": 3, "answered_count": 0, "is_complete": True, "source": "crawl"},
    "half-seen": {"comment_count": 90, "answered_count": 0, "is_complete": False, "source": "crawl"},
    "without-comments": {"comment_count": 0, "answered_count": 0, "is_complete": True, "source": "crawl"},
}


@pytest.fixture(scope="module")
def traits(lab: Lab) -> dict[str, dict[str, str]]:
    world = lab.world()
    world.companies["acme"] = "Acme"
    world.profiles.append(
        {
            "account_id": world.account_id("mastodon", "acme"),
            "handle": "acme",
            "links": ["https://acme.example/"],
            "content_hash": "",
            "observed_at": PUBLISHED,
        }
    )
    for name, (said, _) in CASES.items():
        world.posts.append(
            lab.post(account="acme", native_id=name, published_at=PUBLISHED, seen=[lab.seen(80, like=1)], **said)
        )
    for name, replies in REPLIES.items():
        post = lab.post("acme", name, PUBLISHED, seen=[lab.seen(80, 1)])
        world.posts.append(post)
        world.replies.append(
            {"post_id": post.post_id, "account_id": world.account_id("mastodon", "acme"), "observed_at": PUBLISHED}
            | replies
        )
    # the same photograph without a description on a network that never tells one
    world.posts.append(
        lab.post(account="mute", native_id="mute", platform="x", published_at=PUBLISHED, format="image", media=[HD])
    )
    found: dict[str, dict[str, str]] = {}
    for row in lab.build(world).rows(
        "select native_id, dimension, level from intermediate.post_traits inner join staging.stg_posts using (post_id)"
    ):
        found.setdefault(row["native_id"], {})[row["dimension"]] = row["level"]
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_post_has_the_traits_that_its_content_tells(traits: dict[str, dict[str, str]], name: str) -> None:
    expected = CASES[name][1]
    assert {dimension: traits[name].get(dimension) for dimension in expected} == expected


def test_whether_comments_were_answered_is_known_of_threads_that_were_seen(traits: dict[str, dict[str, str]]) -> None:
    said = {name: traits[name].get("answered") for name in (*REPLIES, "question")}
    assert said == {
        "answered": "yes",
        "unanswered": "no",
        "half-seen": None,
        "without-comments": None,
        "question": None,
    }


def test_primary_traits_are_the_traits_of_the_primary_dimensions(lab: Lab) -> None:
    """The view names the columns, which no other query has to read; seeds.dimensions says which are primary."""
    posts = [
        lab.post("acme", f"{index}", PUBLISHED, format=("text", "image")[index % 2], seen=[lab.seen(80, index)])
        for index in range(4)
    ]
    built = lab.build(lab.world(posts))
    primary = built.rows("select * from intermediate.primary_traits order by all")
    assert len(primary) > len(posts)
    assert primary == built.rows(
        "select post_traits.* from intermediate.post_traits inner join seeds.dimensions using (dimension) "
        "where family = 'primary' order by all"
    )


def test_weekdays_and_hours_are_those_of_the_readers_clocks(lab: Lab) -> None:
    late = datetime(2026, 11, 12, 3, 30, tzinfo=UTC)  # still Wednesday evening in New York
    posts = [
        lab.post("acme", "timed", late, seen=[lab.seen(80, 1)]),
        lab.post("acme", "day-only", late.replace(hour=0, minute=0), precision="day", seen=[lab.seen(80, 1)]),
    ]
    query = (
        "select native_id, dimension, level from intermediate.post_traits inner join staging.stg_posts using (post_id) "
        "where dimension in ('weekday', 'hour_block') order by all"
    )
    built = lab.build(lab.world(posts), timezone="Europe/Berlin", audience_timezone="America/New_York")
    assert [tuple(row.values()) for row in built.rows(query)] == [
        ("day-only", "weekday", "thursday"),
        ("timed", "hour_block", "20-24"),
        ("timed", "weekday", "wednesday"),
    ]
    built = lab.build(lab.world(posts), timezone="Europe/Berlin")
    assert [tuple(row.values()) for row in built.rows(query)][1:] == [
        ("timed", "hour_block", "04-08"),
        ("timed", "weekday", "thursday"),
    ]


def test_a_network_that_never_tells_descriptions_says_nothing_of_them(traits: dict[str, dict[str, str]]) -> None:
    assert "alt_text" not in traits["mute"]
    assert traits["mute"]["image_size"] == "large"


def test_a_hashtag_is_compared_with_every_other_post(lab: Lab) -> None:
    """Two tags on one post are two traits, and each is set against all posts without it."""
    world = lab.world()
    for number in range(120):
        account = f"shop{number % 4}"
        tags = [*(["Autumn"] if number % 3 == 0 else []), *(["coffee"] if number // 4 % 2 == 0 else [])]
        likes = 300 if number % 3 == 0 else 100
        world.posts.append(
            lab.post(
                account=account,
                native_id=str(number),
                published_at=lab.now - timedelta(days=5 + number % 30, hours=number),
                seen=[lab.seen(80, likes + number % 7, 0, 0)],
                hashtags=tags,
            )
        )
    snapshot = lab.build(world)
    claims = {
        row["level"]: row
        for row in snapshot.rows("select * from marts.claims where dimension = 'hashtag' and scope = 'general'")
    }
    assert set(claims) == {"autumn", "coffee"}
    assert claims["autumn"]["lift"] == pytest.approx(3, rel=0.05)
    assert claims["coffee"]["lift"] == pytest.approx(1, abs=0.1)
    assert claims["autumn"]["share_of_posts"] == pytest.approx(1 / 3)
    assert claims["coffee"]["share_of_posts"] == pytest.approx(1 / 2)
    assert claims["autumn"]["post_count"] == 40
    assert claims["autumn"]["sentence"].startswith("Posts with #autumn on Mastodon")


def test_a_hashtag_of_one_account_is_nobodys_trait(lab: Lab) -> None:
    world = lab.world()
    for number in range(60):
        world.posts.append(
            lab.post(
                account=f"shop{number % 4}",
                native_id=str(number),
                published_at=lab.now - timedelta(days=5, hours=number),
                seen=[lab.seen(80, 10, 0, 0)],
                hashtags=["ours"] if number % 4 == 0 else [],
            )
        )
    assert not lab.build(world).rows("select * from marts.claims where dimension = 'hashtag'")
