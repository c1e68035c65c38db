"""The audit, rule by rule: for each an account that keeps it and one that does not, from landing files on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.build import build, build_as_of
from analysis.warehouse import connect
from reports.audit import audit_text
from tests.analysis.conftest import NOW, Project, utc

TARGETS = ("marts.audit", "marts.build", "marts.coverage")
HOSTS = {"mastodon": "social.example", "instagram": "", "x": "", "web": "", "pinterest": ""}
ADDRESSES = {
    "mastodon": "https://social.example/@{}",
    "instagram": "https://instagram.com/{}",
    "x": "https://x.com/{}",
    "pinterest": "https://pinterest.com/{}",
    "web": "https://{}.example/",
}
LONG_BIO = "Ceramic cups, plates and bowls from our own kiln in Potsdam. " * 5 + "Order now at shop.{}.example."
PICTURE = {"kind": "image", "url": "https://media.example/1.jpg", "width": 1080, "height": 1350}


def account(name: str, platform: str, *, own: bool = False) -> dict[str, Any]:
    host = f"{name}.example" if platform == "web" else HOSTS[platform]
    return {
        "account_key": ADDRESSES[platform].format(name),
        "platform": platform,
        "host": host,
        "handle": f"{name}@{host}" if platform == "mastodon" else host if platform == "web" else name,
        "url": ADDRESSES[platform].format(name),
        "native_account_id": None,
        "company": name.title(),
        "is_own": own,
        "lists": [],
        "state": "active",
    }


class Market:
    """Landing files of some accounts, and the audit that comes of them."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.accounts: list[dict[str, Any]] = []
        self.records: list[dict[str, Any]] = []

    def add(self, name: str, platform: str, *, own: bool = False) -> dict[str, str]:
        """An account; what a record of it carries."""
        listed = account(name, platform, own=own)
        self.accounts.append(listed)
        return {key: listed[key] for key in ("account_key", "platform", "host")}

    def profile(self, whose: dict[str, str], **fields: Any) -> None:
        handle = next(each["handle"] for each in self.accounts if each["account_key"] == whose["account_key"])
        self.records.append(self.project.record("profile", **whose, **{"handle": handle, "name": "Cups", **fields}))

    def posts(self, whose: dict[str, str], *posts: dict[str, Any]) -> None:
        for number, post in enumerate(posts):
            url = f"{whose['account_key'].rstrip('/')}/p/{number}"
            self.records.append(
                self.project.post(f"{whose['account_key']}-{number}", **whose, **{"url": url, "account": "a", **post})
            )

    def site(self, whose: dict[str, str], path: str = "", **fields: Any) -> None:
        self.records.append(
            self.project.record("site", **whose, **{"url": whose["account_key"] + path, "kind": "home", **fields})
        )

    def link(self, whose: dict[str, str], path: str, **gave: Any) -> None:
        """What came of asking for a link of the site."""
        url = whose["account_key"] + path
        self.records.append(self.project.record("link", **whose, url=url, **{"final_url": url, **gave}))

    def load(self) -> None:
        self.project.land(*self.records)
        report = self.project.load(accounts=self.accounts)
        assert not report.rejections, report.rejections

    def audit(self, now: datetime = NOW + timedelta(hours=1)) -> Rows:
        """(company, platform, rule) → its row."""
        build(self.project.warehouse, self.project.snapshot, now=now, timezone="UTC", targets=TARGETS)
        return rows_of(self.project.snapshot)


def rows_of(snapshot: Path) -> Rows:
    with connect(snapshot, read_only=True) as connection:
        found = connection.execute("select * from marts.audit")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["company"], row["platform"], row["rule"]): row for row in rows}


LINKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("", {"outcome": "not_found", "status": 404, "message": "clay.example answered 404 Not Found."}),
    ("news", {"outcome": "complete", "status": 200, "hops": ["https://a.example/", "https://b.example/"]}),
    ("a.jpg", {"outcome": "error", "reason": "tls_error", "message": "The certificate of clay.example has expired."}),
    ("closed", {"outcome": "robots_denied"}),
)
PAST = ["Free tasting until 30 June.", "© 2019 Clay", "Open from 1 April until 31 October"]


def says(about: str, *, price: str = "12.00 EUR", passages: Sequence[str] = (), **other: str) -> dict[str, Any]:
    """What the structured data of a page say of a shop and its one product."""
    facts = {
        "name": about.title(),
        "telephone": "+49 331 555 11 22",
        "street": "Kiln Lane 3",
        "postal_code": "14467",
        "city": "Potsdam",
        "hours:Mo": "09:00-18:00",
        **other,
    }
    statements = [{"about": about.title(), "fact": fact, "value": value} for fact, value in facts.items()]
    statements.append({"about": "Blue cup", "fact": "price", "value": price})
    return {"statements": statements, "passages": list(passages)}


Rows = dict[tuple[str, str, str], dict[str, Any]]


def add_profiles(
    market: Market, mastodon: dict[str, str], instagram: dict[str, str], name: str, *, is_good: bool
) -> None:
    """Both profiles; what is said of the shop on Instagram is seen a minute later."""
    bio = LONG_BIO.format(name) if is_good else ""
    for whose in (mastodon, instagram):
        market.profile(
            whose,
            bio=bio[:140] if whose is instagram and is_good else bio,
            links=[f"https://shop.{name}.example/"] if is_good else [],
            pinned_native_id="7" if is_good else None,
        )
    shop = "Cups from Potsdam. Tel. 0331 555 11 22, Kiln Lane 3, 14467 Potsdam. Mo 9am-6pm. Blue cup 12 €"
    stale = "Until 30 June 2026: 20 % off. Tel. 040 123 45 67, 20095 Potsdam. Mo-Di 10-18 Uhr. Blue cup: 14 €"
    market.profile(instagram, minutes=1, bio=shop if is_good else stale, name="Kiln cups" if is_good else "Mugs & more")


def add_posts(market: Market, whose: dict[str, str], *, is_good: bool) -> None:
    """Three posts, each with a picture and hashtags."""
    alt = {"alt_text": "A blue cup on a table" if is_good else ""}
    small = {} if is_good else {"width": 600, "height": 300}
    tags = ["cups", "pottery", "kiln"] if is_good else [f"tag{number}" for number in range(7)]
    market.posts(whose, *[{"media": [{**PICTURE, **alt, **small}], "hashtags": tags}] * 3)


def add_replies(market: Market, whose: dict[str, str], *, is_good: bool) -> None:
    """Answers below the first two posts."""
    for number in range(2):
        market.records.append(
            market.project.record(
                "replies",
                **whose,
                native_id=f"{whose['account_key']}-{number}",
                comment_count=4,
                answered_count=4 if is_good else 1,
                median_seconds=1800.0 if is_good else 90_000.0,
                is_complete=True,
            )
        )


def states(name: str) -> dict[str, Any]:
    """What the head of a page states that keeps every rule."""
    return {
        "title": "Cups",
        "description": "Cups and plates from Potsdam.",
        "og": {"title": "Cups", "description": "From Potsdam", "image": "https://kiln.example/a.jpg"},
        "card": {"card": "summary_large_image"},
        "canonical_url": f"https://{name}.example/",
        "image_url": f"https://{name}.example/a.jpg",
        "image_width": 1200,
        "image_height": 630,
        "share_networks": ["mastodon"],
        "feed_urls": [f"https://{name}.example/feed"],
        "profile_links": [
            f"https://www.instagram.com/{name.title()}/?hl=de",
            f"https://social.example/@{name}",
            f"https://twitter.com/{name}",
        ],
    }


def add_good_site(market: Market, whose: dict[str, str], name: str) -> None:
    """Both pages state all, and the same; the one link answers."""
    market.site(whose, **states(name), **says(f"{name} cups"))
    market.link(whose, "", outcome="complete", status=200)
    market.site(whose, "news", **{**states(name), "kind": "post", **says(f"{name} cups")})


def add_bad_site(market: Market, whose: dict[str, str], name: str) -> None:
    """A small picture and past days, broken links, and a second page that contradicts the first."""
    small: dict[str, Any] = {"image_url": f"https://{name}.example/a.jpg", "image_width": 300, "image_height": 200}
    market.site(whose, **small, **says(f"{name} cups", passages=PAST))
    for path, gave in LINKS:
        market.link(whose, path, **gave)
    other = {"telephone": "030 555 99 88", "postal_code": "10115", "hours:Mo": "10:00-12:00"}
    market.site(whose, "news", kind="post", **says(f"{name} cups", price="15.00 EUR", **other))


def add_potter(market: Market, name: str, *, is_good: bool) -> None:
    """A company on four platforms that keeps every rule or none."""
    web, mastodon, instagram = (market.add(name, each, own=True) for each in ("web", "mastodon", "instagram"))
    add_profiles(market, mastodon, instagram, name, is_good=is_good)
    for whose in (mastodon, instagram):
        add_posts(market, whose, is_good=is_good)
    market.posts(market.add(name, "x"), {"text": "茶" * (140 if is_good else 141)})
    add_replies(market, mastodon, is_good=is_good)
    add_site = add_good_site if is_good else add_bad_site
    add_site(market, web, name)


def add_dark(market: Market) -> None:
    """A company of which next to nothing can be seen."""
    market.add("dark", "web", own=True)
    market.profile(market.add("dark", "x", own=True), bio="notdark.example, and dark.example.org", links=[])
    shown = {"media": [PICTURE], "hashtags": ["cups", "pottery", "kiln"]}
    market.posts(market.add("dark", "instagram", own=True), shown)
    market.posts(market.add("dark", "pinterest", own=True), {"hashtags": [f"tag{number}" for number in range(25)]})


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """Kiln keeps every rule, Clay none, and of Dark next to nothing can be seen."""
    market = Market(tmp_path_factory.mktemp("audit") / "project")
    add_potter(market, "kiln", is_good=True)
    add_potter(market, "clay", is_good=False)
    add_dark(market)
    market.load()
    return market


@pytest.fixture(scope="module")
def audit(market: Market) -> Rows:
    return market.audit()


@pytest.mark.parametrize(
    ("rule", "platform", "broken"),
    [
        ("bio_filled", "mastodon", "missing"),
        ("bio_length", "mastodon", "below"),
        ("bio_link", "mastodon", "missing"),
        ("bio_call_to_action", "mastodon", "missing"),
        ("pinned_post", "mastodon", "missing"),
        ("profile_links_site", "mastodon", "missing"),
        ("hashtags_cap", "instagram", "over"),
        ("hashtags_advice", "instagram", "over"),
        ("text_length", "x", "over"),
        ("image_size", "instagram", "below"),
        ("image_shape", "instagram", "over"),
        ("alt_text", "mastodon", "missing"),
        ("reply_rate", "mastodon", "below"),
        ("reply_time", "mastodon", "over"),
        ("site_title", "web", "missing"),
        ("site_description", "web", "missing"),
        ("site_open_graph", "web", "missing"),
        ("site_card", "web", "missing"),
        ("site_image", "web", "missing"),
        ("site_image_size", "web", "missing"),
        ("site_canonical", "web", "missing"),
        ("site_share_links", "web", "missing"),
        ("site_feed", "web", "missing"),
        ("site_links_profiles", "web", "missing"),
        ("links_answer", "web", "unreachable"),
        ("links_certificate", "web", "unreachable"),
        ("links_redirect", "web", "outdated"),
        ("facts_address", "web", "contradictory"),
        ("facts_hours", "web", "contradictory"),
        ("facts_phone", "web", "contradictory"),
        ("facts_price", "web", "contradictory"),
        ("facts_phone", "instagram", "contradictory"),
        ("facts_address", "instagram", "contradictory"),
        ("facts_name", "instagram", "contradictory"),
        ("facts_hours", "instagram", "contradictory"),
        ("facts_price", "instagram", "contradictory"),
        ("wording_past", "web", "outdated"),
        ("wording_past", "instagram", "outdated"),
    ],
)
def test_each_rule_tells_who_keeps_it_from_who_does_not(audit: Rows, rule: str, platform: str, broken: str) -> None:
    kept, found = audit["Kiln", platform, rule], audit["Clay", platform, rule]
    assert (kept["state"], kept["finding_count"], kept["evidence"] == [] or kept["state"] == "ok") == ("ok", 0, True)
    assert found["state"] == broken
    assert found["finding_count"] >= 1
    assert found["evidence"], "a finding says where it was seen"
    assert all(each["url"].startswith("https://") for each in found["evidence"])
    assert found["field_ok_count"] == found["field_company_count"] >= 1
    assert kept["field_ok_count"] == kept["field_company_count"] - 1


def test_every_rule_of_the_seed_was_looked_at(market: Market, audit: Rows) -> None:
    rules = {rule for (rule,) in market.project.rows("select rule from seeds.audit_rules", market.project.snapshot)}
    assert {rule for _, _, rule in audit} == rules


def test_values_are_those_of_the_pages(audit: Rows) -> None:
    assert audit["Clay", "instagram", "hashtags_cap"]["value"] == 7
    assert audit["Clay", "instagram", "hashtags_cap"]["limit_value"] == "5"
    assert audit["Clay", "x", "text_length"]["value"] == 282
    assert audit["Clay", "mastodon", "reply_rate"]["value"] == 0.25
    assert audit["Clay", "web", "site_title"]["value"] == 0
    assert audit["Clay", "instagram", "image_size"]["evidence"][0]["said"] == "600 × 300"


def test_a_dead_link_is_shown_with_where_it_stands_and_what_it_gave(audit: Rows) -> None:
    [seen] = audit["Clay", "web", "links_answer"]["evidence"]
    assert (seen["url"], seen["said"]) == ("https://clay.example/", "404")
    [seen] = audit["Clay", "web", "links_redirect"]["evidence"]
    assert seen["said"] == "https://a.example/ → https://b.example/ → https://clay.example/news"
    assert audit["Clay", "web", "links_answer"]["seen_count"] == 3, "what was never asked for is not counted"
    assert audit["Kiln", "mastodon", "links_answer"]["state"] == "not_visible"


def test_what_is_past_or_contradicts_is_shown_with_its_words(audit: Rows) -> None:
    said = {seen["said"]: seen for seen in audit["Clay", "web", "wording_past"]["evidence"]}
    assert set(said) == {"until 30 June → 2026-06-30", "© 2019 → 2020-01-31"}, "a season comes again"
    assert said["until 30 June → 2026-06-30"]["text"] == "Free tasting until 30 June."
    phones = audit["Clay", "web", "facts_phone"]["evidence"]
    assert [(seen["url"], seen["said"]) for seen in phones] == [
        ("https://clay.example/", "telephone: +49 331 555 11 22"),
        ("https://clay.example/news", "telephone: 030 555 99 88"),
    ]
    [bio, site] = audit["Clay", "instagram", "facts_name"]["evidence"]
    assert (bio["said"], site["said"]) == ("Mugs & more", "Clay Cups")


def test_hours_and_prices_of_a_bio_are_shown_beside_those_of_the_site(audit: Rows) -> None:
    [bio, site] = audit["Clay", "instagram", "facts_hours"]["evidence"]
    assert (bio["said"], site["said"]) == ("Mo-Di 10-18 Uhr", "Mo 09:00-18:00, 10:00-12:00")
    [bio, site] = audit["Clay", "instagram", "facts_price"]["evidence"]
    assert (bio["said"], site["said"]) == ("Blue cup: 14 €", "12.00 EUR, 15.00 EUR")
    assert audit["Clay", "instagram", "facts_hours"]["seen_count"] == 1, "the site says nothing of Tuesdays"


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, Rows]:
    """Kiln and Clay have profiles alone; Fern writes the same in many ways, and Moss on many pages but one."""
    market = Market(tmp_path_factory.mktemp("shops") / "project")
    for name, bios in (
        ("kiln", ("Tel. 0331 555 11 22. Tue-Sun 10-18", "Daily 10:00-18:00, +49 331 5551122")),
        ("clay", ("Tel. 0331 555 11 22. Tue-Sun 10-18", "Daily 9:00-18:00, 030 555 99 88")),
    ):
        for platform, bio in zip(("x", "mastodon"), bios, strict=True):
            market.profile(market.add(name, platform, own=True), bio=bio)
    fern, moss = (market.add(name, "web", own=True) for name in ("fern", "moss"))
    written = [
        {"telephone": "+49 (0)331 555 11 22", "street": "Hauptstraße 3", "postal_code": "14467", "price": "12.00 EUR"},
        {"telephone": "0331/5551122", "street": "Hauptstr. 3", "postal_code": "D-14467", "price": "14.00 USD"},
        {"telephone": "0331 5551122", "street": "Hauptstr. 3", "postal_code": "14467", "price": "12.00"},
    ]
    for number, facts in enumerate(written):
        market.site(fern, str(number), **says("Fern cups", **facts))
    for number in range(30):
        phone = "030 555 99 88" if number == 7 else "0331 5551122"
        market.site(moss, str(number), **says("Moss cups", telephone=phone))
    market.load()
    return market, market.audit()


@pytest.mark.parametrize("rule", ["facts_phone", "facts_address", "facts_price"])
def test_the_same_written_otherwise_contradicts_nothing(shops: tuple[Market, Rows], rule: str) -> None:
    row = shops[1]["Fern", "web", rule]
    assert (row["state"], row["finding_count"]) == ("ok", 0)
    assert row["seen_count"] >= 3


def test_of_many_pages_that_say_the_same_three_are_shown(shops: tuple[Market, Rows]) -> None:
    row = shops[1]["Moss", "web", "facts_phone"]
    assert (row["seen_count"], row["finding_count"]) == (30, 30)
    assert [seen["said"] for seen in row["evidence"]] == ["telephone: 030 555 99 88", *["telephone: 0331 5551122"] * 3]


@pytest.mark.parametrize(("rule", "count"), [("facts_phone", 1), ("facts_hours", 6)])
def test_profiles_of_a_company_without_a_site_are_compared_with_each_other(
    shops: tuple[Market, Rows], rule: str, count: int
) -> None:
    market, rows = shops
    assert {rows["Kiln", platform, rule]["state"] for platform in ("x", "mastodon")} == {"ok"}
    for platform, other in (("x", 3), ("mastodon", 2)):
        found = rows["Clay", platform, rule]
        assert (found["state"], found["finding_count"]) == ("contradictory", count)
        assert found["evidence"][1]["url"] == market.accounts[other]["url"]


def test_what_no_page_shows_is_no_finding(audit: Rows) -> None:
    unseen = {key: row for key, row in audit.items() if key[0] == "Dark" and row["state"] == "not_visible"}
    assert {("instagram", "bio_filled"), ("instagram", "reply_rate"), ("web", "site_title")} <= {
        (platform, rule) for _, platform, rule in unseen
    }
    assert all(row["finding_count"] == 0 and row["value"] is None for row in unseen.values())
    assert audit["Kiln", "instagram", "bio_filled"]["field_company_count"] == 1, "Dark is no part of the field"


def test_a_site_with_a_name_like_the_own_one_is_another(audit: Rows) -> None:
    assert audit["Dark", "x", "profile_links_site"]["state"] == "missing"


def test_a_cap_that_nobody_confirmed_makes_no_finding(audit: Rows) -> None:
    row = audit["Dark", "pinterest", "hashtags_cap"]
    assert (row["state"], row["finding_count"], row["value"]) == ("unconfirmed", 0, 25)


def test_an_audit_of_an_old_day_uses_the_caps_of_that_day(tmp_path: Path) -> None:
    seen_at = datetime(2025, 12, 9, tzinfo=UTC)
    market = Market(tmp_path / "project")
    whose = market.add("kiln", "instagram", own=True)
    seen = {"published_at": utc(seen_at), "observed_at": utc(seen_at)}
    market.posts(whose, {"hashtags": [f"tag{number}" for number in range(12)], **seen})
    market.project.land(*market.records)
    market.project.load(accounts=market.accounts, now=seen_at)
    for day, cap, state in ((10, "30", "ok"), (24, "5", "over")):
        as_of = seen_at.replace(day=day).date()
        report = build_as_of(market.project.warehouse, tmp_path / "asof", as_of=as_of, now=NOW)
        row = rows_of(report.snapshot)["Kiln", "instagram", "hashtags_cap"]
        assert (row["limit_value"], row["state"], row["value"]) == (cap, state, 12)


def test_what_was_last_checked_over_a_year_ago_is_unconfirmed(market: Market, tmp_path: Path) -> None:
    snapshot = tmp_path / "later.duckdb"
    build(market.project.warehouse, snapshot, now=datetime(2027, 12, 1, tzinfo=UTC), targets=TARGETS)
    rows = rows_of(snapshot)
    assert {row["state"] for row in rows.values()} == {"ok", "unconfirmed", "not_visible"}
    assert "Not confirmed: The profile has a bio" in audit_text(snapshot, form="text", companies=["Clay"])


def test_who_left_the_list_is_in_no_audit(tmp_path: Path) -> None:
    market = Market(tmp_path / "project")
    for name in ("kiln", "clay"):
        add_potter(market, name, is_good=True)
    market.load()
    with_both = market.audit()
    assert {company for company, _, _ in with_both} == {"Kiln", "Clay"}
    market.accounts = [each | {"state": "removed"} if each["company"] == "Clay" else each for each in market.accounts]
    market.project.load(accounts=market.accounts)
    left = market.audit()
    assert {company for company, _, _ in left} == {"Kiln"}
    assert {row["field_company_count"] for row in left.values()} == {0}
