"""Every post of a site is found once, whatever made the site, in few requests; in hardly any when nothing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from crawler.items import Outcome, Reason

NOW = datetime.fromisoformat("2026-11-22T06:00:00Z")
SOFTWARE = ["wordpress", "ghost", "hugo", "jekyll", "hexo"]
BASE = "http://village.example"
Make = Callable[..., Any]


def found_by(crawl: Any) -> dict[str, dict[str, Any]]:
    """Native id → post record; each was landed once."""
    posts = crawl.records("post")
    assert [name for name, count in Counter(post["native_id"] for post in posts).items() if count > 1] == []
    return {post["native_id"]: post for post in posts}


@pytest.mark.parametrize("software", SOFTWARE)
def test_every_post_is_found_once_with_date_tags_and_comments(
    software: str, shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    posts = written(40)
    crawl = new_crawl(shapes[software](posts))
    visit = crawl.visit(account())
    assert visit.outcome == Outcome.COMPLETE, visit.message
    found = found_by(crawl)
    assert {post["title"] for post in found.values()} == {post.title for post in posts}
    dates = {post["title"]: datetime.fromisoformat(post["published_at"]) for post in found.values()}
    assert dates == {post.title: post.at for post in posts}
    assert {post["title"]: set(post["hashtags"]) for post in found.values()} == {
        post.title: set(post.tags) for post in posts
    }
    assert {post["format"] for post in found.values()} == {"article"}
    counts = {found[each["native_id"]]["title"]: each.get("comment_count") for each in crawl.records("metrics")}
    assert counts == {post.title: post.comments for post in posts}
    # and robots.txt
    assert len(crawl.site.asked) + 1 <= 1.2 * len(posts)


@pytest.mark.parametrize("software", SOFTWARE)
def test_hardly_anything_is_asked_when_nothing_changed(
    software: str, shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    first = new_crawl(shapes[software](written(40)))
    planned = account()
    first.visit(planned)
    later = NOW + timedelta(hours=1)
    second = new_crawl(shapes[software](written(40)), now_at=later)
    visit = second.visit(first.next_plan(planned, later))
    assert visit.outcome in (Outcome.COMPLETE, Outcome.UNCHANGED), visit.message
    assert len(second.site.asked) + 1 <= 3
    assert second.records("absence") == []
    assert second.records("metrics") == []


@pytest.mark.parametrize("software", SOFTWARE)
def test_a_new_post_is_all_that_the_next_visit_asks_for(
    software: str, shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    posts = written(40)
    first = new_crawl(shapes[software](posts[1:]))
    planned = account()
    first.visit(planned)
    second = new_crawl(shapes[software](posts), now_at=NOW + timedelta(hours=1))
    visit = second.visit(first.next_plan(planned, NOW + timedelta(hours=1)))
    assert visit.outcome == Outcome.COMPLETE, visit.message
    assert posts[0].title in {post["title"] for post in second.records("post")}
    assert len(second.site.asked) + 1 <= 4


@pytest.mark.parametrize("is_plain", [False, True])
def test_a_wordpress_interface_gives_many_posts_a_request(
    is_plain: bool, shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    crawl = new_crawl(shapes["wordpress"](written(70, 1.0), is_plain=is_plain))
    assert crawl.visit(account()).outcome == Outcome.COMPLETE
    assert len(found_by(crawl)) == 70
    # home page, two pages of posts, and for each page its comments
    assert len(crawl.site.asked) <= 6


def test_a_wordpress_that_closed_its_interface_is_read_by_its_feed(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    posts = written(34)
    first = new_crawl(shapes["wordpress"](posts, has_interface=False))
    planned = account()
    assert first.visit(planned).outcome == Outcome.COMPLETE
    assert len(found_by(first)) == 34
    assert len(first.site.asked) + 1 <= 1.2 * 34
    later = NOW + timedelta(hours=1)
    second = new_crawl(shapes["wordpress"](posts, has_interface=False), now_at=later)
    assert second.visit(first.next_plan(planned, later)).outcome == Outcome.COMPLETE
    assert [target for target in second.site.asked if "wp-json" in target] == [], "what was closed is left alone"


@pytest.mark.parametrize(
    ("software", "path"),
    [
        ("ghost", "/the-loaf-of-day-40/"),
        ("hugo", "/posts/"),
        ("hugo", "/sitemap.xml"),
        ("jekyll", "/feed.xml"),
        ("ghost", "/sitemap-posts.xml"),
    ],
)
def test_any_page_of_a_site_leads_to_its_posts(
    software: str, path: str, shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    crawl = new_crawl(shapes[software](written(40)))
    visit = crawl.visit(account(path))
    assert visit.outcome == Outcome.COMPLETE, visit.message
    assert len(found_by(crawl)) == 40
    assert len(crawl.site.asked) + 1 <= 1.2 * 40


def test_a_post_that_names_no_way_leads_to_the_front_page(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    crawl = new_crawl(shapes["wordpress"](written(40), is_plain=True))
    visit = crawl.visit(account("/?p=3"))
    assert visit.outcome == Outcome.COMPLETE, visit.message
    assert len(found_by(crawl)) == 40
    assert crawl.site.asked[:2] == ["/?p=3", "/"]
    assert len(crawl.site.asked) <= 5


def test_nothing_older_than_the_horizon_is_asked_for(shapes: Any, written: Make, new_crawl: Any, account: Make) -> None:
    posts = written(60)
    crawl = new_crawl(shapes["hugo"](posts))
    crawl.visit(account(days=30))
    assert len(found_by(crawl)) == 20
    assert len([target for target in crawl.site.asked if "loaf" in target]) == 20


def test_tag_pages_and_pages_about_the_company_are_no_posts(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    crawl = new_crawl(shapes["hugo"](written(20)))
    crawl.visit(account())
    assert not {"/tags/bread/", "/about/", "/posts/", "/tags/"} & set(crawl.site.asked)


def test_one_post_under_several_addresses_is_one(written: Make, shapes: Any, new_crawl: Any, account: Make) -> None:
    posts = written(14)
    site = shapes["hugo"](posts)
    plain = site.pages["/sitemap.xml"]().body.decode()
    variants = "".join(
        f"<url><loc>{address}</loc></url>"
        for post in posts
        for address in (
            f"https://www.village.example/posts/{post.slug}",
            f"{BASE}/posts/{post.slug}/amp/",
            f"{BASE}/posts/{post.slug}/?utm_source=map",
            f"{BASE}/posts/{post.slug}/index.html",
        )
    )
    site.page("/sitemap.xml", plain.replace("</urlset>", f"{variants}</urlset>"))
    crawl = new_crawl(site)
    crawl.visit(account())
    assert len(found_by(crawl)) == 14
    assert len([target for target in crawl.site.asked if "loaf" in target]) == 14


def test_the_same_post_in_another_language_is_not_collected_again(
    written: Make, shapes: Any, new_crawl: Any, account: Make
) -> None:
    posts = written(14)
    site = shapes["hugo"](posts)
    for post in posts:
        german = site.pages[f"/posts/{post.slug}/"]().body.decode().replace("/posts/", "/de/posts/")
        english = f'<link rel="alternate" hreflang="en" href="{BASE}/posts/{post.slug}/"></head>'
        site.page(f"/de/posts/{post.slug}/", german.replace("</head>", english))
    twins = "".join(
        f"<url><loc>{BASE}/{language}posts/{post.slug}/</loc>"
        f'<xhtml:link rel="alternate" hreflang="de" href="{BASE}/de/posts/{post.slug}/"/>'
        f'<xhtml:link rel="alternate" hreflang="en" href="{BASE}/posts/{post.slug}/"/></url>'
        for post in posts
        for language in ("de/", "")
    )
    space = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    site.page("/sitemap.xml", f"<urlset {space}>{twins}</urlset>", {"Content-Type": "application/xml"})
    crawl = new_crawl(site)
    crawl.visit(account())
    assert {name.rpartition("/de/")[1] for name in found_by(crawl)} == {""}
    assert len(found_by(crawl)) == 14


def test_a_site_without_feed_sitemap_or_news_says_so(shapes: Any, new_crawl: Any, account: Make) -> None:
    site = shapes["none"]([])
    site.page("/", '<html lang="en"><head><title>Mill</title><meta property="og:title" content="Mill"></head></html>')
    crawl = new_crawl(site)
    visit = crawl.visit(account())
    assert (visit.outcome, visit.reason) == (Outcome.LAYOUT_CHANGED, Reason.NO_FEED)
    # home page, four places for a feed, one for a sitemap
    assert len(site.asked) <= 6


def test_a_section_that_the_home_page_calls_news_leads_to_its_feed(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    site = shapes["hugo"](written(8))
    front = site.pages["/"]
    site.pages["/company/news/"] = front
    site.page(
        "/", '<html lang="en"><title>Mill</title><a href="/about/">About</a><a href="/company/news/">News</a></html>'
    )
    crawl = new_crawl(site)
    assert crawl.visit(account()).outcome == Outcome.COMPLETE
    assert len(found_by(crawl)) == 8
    assert site.asked[:3] == ["/", "/company/news/", "/index.xml"]


def test_what_a_sitemap_named_in_vain_is_not_asked_for_again(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    """No feed at all, no validators, and pages between the posts: the next visit still asks for next to nothing."""

    def make() -> Any:
        site = shapes["ghost"](posts)
        site.page(
            "/", '<html lang="en"><head><title>Mill</title><meta property="og:title" content="Mill"></head></html>'
        )
        del site.pages["/rss/"]
        urls = [f"{BASE}/{post.slug}/" for post in posts] + [f"{BASE}/a-page-of-words-{number}/" for number in range(4)]
        rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
        site.page("/sitemap.xml", f"<urlset>{rows}</urlset>", {"Content-Type": "application/xml"})
        for number in range(4):
            site.page(f"/a-page-of-words-{number}/", "<html><title>Words</title><h1>Words</h1></html>")
        return evolve(site, has_validators=False)

    posts = written(12)
    first = new_crawl(make())
    planned = account()
    assert first.visit(planned).outcome == Outcome.COMPLETE
    assert len(found_by(first)) == 12
    later = NOW + timedelta(hours=1)
    second = new_crawl(make(), now_at=later)
    second.visit(first.next_plan(planned, later))
    assert second.site.asked == ["/", "/sitemap.xml"]


# --- hostile ---


def test_an_index_of_itself_and_endless_nesting_end(shapes: Any, written: Make, new_crawl: Any, account: Make) -> None:
    site = shapes["hugo"](written(10))
    number = iter(range(10_000))

    def endless() -> Any:
        here = next(number)
        places = [f"{BASE}/sitemap.xml", *(f"{BASE}/sitemap-{here}-{child}.xml" for child in range(9))]
        rows = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
        return made(f"<sitemapindex>{rows}</sitemapindex>")

    def made(text: str) -> Any:
        site.page("/made/", text, {"Content-Type": "application/xml"})
        return site.pages["/made/"]()

    class Endless(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            return endless if "sitemap" in name else super().get(name, default)

    site.pages = Endless(site.pages)
    crawl = new_crawl(site)
    visit = crawl.visit(account())
    assert visit.outcome == Outcome.PARTIAL
    assert "sitemap" in visit.message
    assert len(found_by(crawl)) == 10
    assert len([target for target in site.asked if "sitemap" in target]) <= 31


def test_a_calendar_without_end_is_left(shapes: Any, new_crawl: Any, account: Make) -> None:
    site = shapes["none"]([])
    calendar = iter(range(100_000))

    class Calendar(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            if any(part in name for part in ("feed", "rss", "atom", ".xml")):
                return default
            links = "".join(f'<a href="/calendar/day-{next(calendar)}">d</a>' for _ in range(50))
            more = f'<a rel="next" href="/calendar/page/{next(calendar) % 9999}/">next</a>'
            site.page("/made/", f'<html><meta property="og:title" content="x">{links}{more}</html>')
            return super().get("/made/", default)

    site.pages = Calendar(site.pages)
    crawl = new_crawl(site)
    visit = crawl.visit(account())
    assert visit.outcome == Outcome.LAYOUT_CHANGED
    assert len(site.asked) < 60


def test_a_sitemap_of_too_many_pages_is_cut_and_said(shapes: Any, written: Make, new_crawl: Any, account: Make) -> None:
    site = shapes["hugo"](written(10))
    rows = "".join(f"<url><loc>{BASE}/posts/{number}/</loc></url>" for number in range(60_000))
    site.page("/sitemap.xml", f"<urlset>{rows}</urlset>", {"Content-Type": "application/xml"})
    crawl = new_crawl(site)
    visit = crawl.visit(account())
    assert visit.outcome == Outcome.PARTIAL
    assert len(found_by(crawl)) == 10
    assert len(site.asked) < 40


# --- before anything is collected ---


@pytest.mark.parametrize(
    ("software", "walked", "requests"),
    [
        ("wordpress", "its interface: about 40 posts in 3 requests", 2),
        ("ghost", "The cheapest complete way is its feed and its sitemap: about 40 posts in 43 requests", 4),
        ("hugo", "The cheapest complete way is its feed and its sitemap: about 46 posts in 49 requests", 3),
        ("hexo", "No complete way is known; these give: about 59 posts", 3),
    ],
)
def test_a_survey_names_the_ways_and_what_the_cheapest_will_take(
    software: str, walked: str, requests: int, shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    crawl = new_crawl(shapes[software](written(40)))
    visit = crawl.survey(account())
    assert visit.outcome == Outcome.COMPLETE
    assert walked in visit.message
    assert len(crawl.site.asked) == requests
    assert crawl.records("post") == []


def test_a_survey_sees_the_ways_of_a_site_that_has_not_changed_since_a_visit(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    later = NOW + timedelta(hours=1)
    first = new_crawl(shapes["hugo"](written(40)))
    first.visit(account())
    second = new_crawl(shapes["hugo"](written(40)), now_at=later)
    visit = second.survey(first.next_plan(account(), later))
    assert "its feed (10 posts, the newest only) and its sitemap" in visit.message


def test_a_survey_of_a_list_of_links_counts_them(shapes: Any, written: Make, new_crawl: Any, account: Make) -> None:
    visit = new_crawl(shapes["hexo"](written(40))).survey(account("/archives/"))
    assert visit.outcome == Outcome.COMPLETE
    assert "by the links on its pages only: this one links to 10 that may be posts" in visit.message


def test_a_survey_of_a_site_without_posts_says_so(shapes: Any, new_crawl: Any, account: Make) -> None:
    crawl = new_crawl(shapes["none"]([]))
    crawl.site.page("/", '<html><head><title>Mill</title><meta property="og:title" content="Mill"></head></html>')
    visit = crawl.survey(account())
    assert (visit.outcome, visit.reason) == (Outcome.LAYOUT_CHANGED, Reason.NO_FEED)
    assert len(crawl.site.asked) <= 6


def test_comments_are_counted_again_when_a_post_of_the_interface_is_due(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    posts = written(12)
    first = new_crawl(shapes["wordpress"](posts))
    planned = account()
    first.visit(planned)
    later = NOW + timedelta(hours=1)
    known = first.next_plan(planned, later)
    due = [evolve(each, is_due=each.native_id.endswith("day-3/")) for each in known.known_posts]
    talked_about = [evolve(post, comments=post.comments + 5) for post in posts]
    second = new_crawl(shapes["wordpress"](talked_about), now_at=later)
    second.visit(evolve(known, known_posts=tuple(due)))
    counts = {record["native_id"][-6:-1]: record["comment_count"] for record in second.records("metrics")}
    assert counts["day-3"] == posts[9].comments + 5
    assert len(second.site.asked) == 3, "home page, posts, their comments; no post's own page"


def test_the_link_itself_is_tried_again_though_it_was_missing(shapes: Any, new_crawl: Any, account: Make) -> None:
    crawl = new_crawl(shapes["none"]([]))
    planned = account("/feed.xml")
    again = evolve(planned, dead_ends=(f"{BASE}/feed.xml", f"{BASE}/sitemap.xml"))
    assert crawl.visit(again).outcome == Outcome.NOT_FOUND
    assert crawl.site.asked == ["/feed.xml"]


def test_a_feed_without_dates_needs_no_other_way_once_it_is_known(
    shapes: Any, written: Make, new_crawl: Any, account: Make
) -> None:
    posts = written(6)

    def make() -> Any:
        site = shapes["hugo"](posts)
        text = site.pages["/index.xml"]().body.decode()
        undated = "".join(part.rpartition("<pubDate>")[0] or part for part in text.split("</pubDate>"))
        site.page("/index.xml", undated, {"Content-Type": "application/xml"})
        return evolve(site, has_validators=False)

    first = new_crawl(make())
    planned = account()
    first.visit(planned)
    later = NOW + timedelta(hours=1)
    second = new_crawl(make(), now_at=later)
    assert second.visit(first.next_plan(planned, later)).outcome == Outcome.COMPLETE
    assert second.site.asked == ["/", "/index.xml"]


def test_an_empty_sitemap_is_not_the_whole_site(shapes: Any, written: Make, new_crawl: Any, account: Make) -> None:
    posts = written(30)
    site = shapes["hexo"](posts)
    site.page("/sitemap.xml", "<urlset></urlset>", {"Content-Type": "application/xml"})
    crawl = new_crawl(site)
    assert crawl.visit(account()).outcome == Outcome.COMPLETE
    assert len(found_by(crawl)) == 30
