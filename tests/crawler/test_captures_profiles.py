"""On real pages the site's own profiles are found, and no share button passes for one.

The accounts below were read off each page by a person: header, footer, social blocks, ``sameAs``, ``rel=me`` and what
the head states; not the authors', nor of whom a post tells.
"""

from __future__ import annotations

from pathlib import Path

from crawler.links import LinkError, recognise
from crawler.reading.charset import decode
from crawler.reading.meta import Page, parse_page
from crawler.reading.profile_links import own_profiles, profile_links
from crawler.reading.share_links import share_network

OWN = {
    "web/embedded_state/next_modepilot.html": "facebook:modepilot instagram:modepilot pinterest:modepilot x:modepilot",
    "web/embedded_state/next_theverge.html": "mastodon:verge x:verge",
    "web/embedded_state/nuxt2_object_foxbusiness.html": "facebook:foxbusiness x:foxbusiness",
    "web/jsonld/article_commentcount_californiaglobe.html": "facebook:thecaliforniaglobe x:californiaglobe",
    "web/jsonld/article_commentcount_uebermedien.html": "facebook:uebermedien instagram:uebermedien"
    " mastodon:uebermedien x:uebermedien youtube:ucenwr9mggj5xqdvddybeexg",
    "web/jsonld/forumposting_katzen-forum.html": "",
    "web/jsonld/newsarticle_graph_cleanthinking.de.html": "facebook:cleanthinking instagram:cleanthinking"
    " instagram:cleanthinking.de linkedin:cleanthinking-de x:cleanthinking",
    "web/jsonld/socialposting_9gag.html": "x:9gag",
    "web/jsonld/video_vimeo.html": "x:vimeo",
    "web/microdata/commentcount_heise.html": "x:heiseonline",
    "web/microdata/ru_forumlike_1.html": "facebook:wday.ru instagram:wday_ru ok.ru/telesemantenna vk.com/womday x:wday_"
    " youtube:uc8b2g9tdzcqo9hmozhefseg",
    "web/microdata/usercomments_lapresse.tn.html": "facebook:lapresse.tunisie x:lapressetunisie",
    "web/microformats2/hentry_comments_befifty.html": "facebook:1065928260154300 instagram:befifty pinterest:bfcmuc",
    "web/microformats2/hentry_journal3960.html": "x:fboes youtube:user/videofboes",
    "web/opengraph/og_medium.html": "x:webpack",
    "web/opengraph/og_techcrunch.html": "bluesky:techcrunch.com facebook:techcrunch instagram:techcrunch"
    " linkedin:techcrunch mastodon:techcrunch threads:techcrunch x:techcrunch youtube:user/techcrunch",
    "web/opengraph/og_yandex_ru.html": "",
    "web/rdfa/rnews_assabah.html": "facebook:229921907168666 x:assabah_tunisie",
    "web/rdfa/sioc_numreplies_crn.html": "",
    "open/discourse/html_topic_onebox.html": "",
    "open/ghost/html_publikum_ghost399.html": "facebook:publikum.net x:publikum_net",
    "open/substack/html_post_omnivore_new.html": "x:anncoulter",
    "open/tumblr/html_post_readability.html": "facebook:minecraft x:mojang x:mojangsupport",
}
LEAST_FOUND = 0.95


def page_at(path: Path) -> Page:
    text = decode(path.read_bytes(), "text/html").text
    first = parse_page(text, "https://fetched.example/a")
    assert first is not None
    stated = first.linked("canonical") or first.first("og:url") or ""
    page = parse_page(text, stated) if stated.startswith("http") else first
    assert page is not None
    return page


def named(url: str) -> str:
    """``platform:handle``, or the address of a network that is no platform of ours."""
    try:
        link = recognise(url)
    except LinkError:
        link = None
    if link is None or link.platform == "web":
        return url.split("//")[1].rstrip("/").lower()
    return f"{link.platform}:{link.handle.lower()}"


def test_own_profiles_of_real_sites_are_found_and_no_others(captures: Path) -> None:
    wanted = found = 0
    for file, said in OWN.items():
        page = page_at(captures / "real" / file)
        profiles = {named(url) for url in own_profiles(page.root, page.base)}
        expected = set(said.split())
        assert profiles <= expected, f"{file}: {sorted(profiles - expected)} are not the site's own"
        wanted += len(expected)
        found += len(expected & profiles)
    assert wanted > 50
    assert found >= LEAST_FOUND * wanted, f"{found} of {wanted}"


def test_no_share_button_of_a_real_page_is_taken_for_a_profile(captures: Path) -> None:
    buttons = 0
    for path in sorted((captures / "real").rglob("*.html")):
        page = parse_page(decode(path.read_bytes(), "text/html").text, "https://fetched.example/a")
        if page is None:
            continue
        buttons += sum(share_network(each.get("href") or "") is not None for each in page.root.iter("a"))
        for url, how in profile_links(page.root, page.base):
            assert share_network(url) is None, (path.name, url, how)
            words = {"share", "sharer", "sharer.php", "intent", "sharing", "dialog", "submit"}
            assert words.isdisjoint(url.lower().split("?")[0].split("/")) or "/intent/follow" in url, (path.name, url)
    assert buttons >= 35
