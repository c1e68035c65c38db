"""Discourse forums: the topics of a category, of a user, or of a whole forum.

Fact sheet
- Sources: docs.discourse.org, the software's own serializers and crawler view; answers and pages of 2013 to today. No
  key is needed for what is public. A forum that requires signing in answers 403 with ``"error_type": "not_logged_in"``.
- Listings: ``/latest.json``, ``/c/SLUG/ID.json``, ``/topics/created-by/USER.json``, thirty topics a page, ``page=N``
  while ``more_topics_url`` is stated; by last activity, but ``order=created`` puts the newest first. ``/u/…`` is closed
  to crawlers by the robots.txt that the software comes with, so users' own pages are read where somebody brings them.
- A topic: ``/t/ID.json``. Its posts come twenty at a time, the others by their ids (``stream``) at
  ``/t/ID/posts.json``. All but the first are only counted: which replies were answered, directly
  (``reply_to_post_number``, or a quote of a post of the topic), by the watched user, or, for a category and a whole
  forum, by who belongs to its staff (``staff``, ``moderator``, ``admin``, ``group_moderator``).
- Pages: a crawler view with microdata (one ``DiscussionForumPosting`` a post; today one for the topic, with its replies
  as ``Comment``), ``twitter:data2`` ("9 ❤", in ``value`` where ``content`` is usual), and in ``data-preloaded`` the
  topic as the interface gives it. Feeds: texts, and how many posts a topic has, as an English sentence.

Rules: what the counts of a topic are
- The piece is the topic, named by its number; its text, author and pictures are those of its first post. A reply is
  named ``p/ID``, as its short address is: numbers of topics and of posts overlap.
- ``view_count`` are the topic's views. ``comment_count`` is ``posts_count`` − 1; ``reply_count`` only counts answers to
  somebody in particular, and keeps those that were deleted.
- ``like_count`` are the topic's likes, on all its posts: that is the number which listings, answers and pages agree on,
  so it is the one that can be compared over time. Answers of before 2014 and pages without it only state those of
  the first post; these are taken then, with the flag ``likes_of_first_post``.
- Nobody's replies are kept but those that a watched user wrote. Private messages and deleted topics are no posts.
- Of a category or a user each new or due topic is opened, for its text. A whole forum has too many: of it a crawl
  keeps what listings say, also where it asks for one topic, so that none looks edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from crawler.items import NextRequest, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.discourse.answers import PostsPage, TopicPage, TopicsPage, UserPage
from crawler.pages.discourse.pages import FeedPage, HtmlPage
from crawler.pages.discourse.threads import TopicPostsPage
from crawler.pages.discourse.topics import NUMBER, topic_request
from crawler.pages.open_page import server_of

PAGES: tuple[type[PlatformPage], ...] = (
    TopicsPage,
    TopicPostsPage,
    TopicPage,
    PostsPage,
    UserPage,
    FeedPage,
    HtmlPage,
)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The newest topics of whatever the account is."""
    kind, _, name = ref.handle.partition("/")
    place = {"c": f"c/{quote(name)}", "u": f"topics/created-by/{quote(name, safe='')}"}.get(kind, "latest")
    url = f"{server_of(ref, base_urls)}/{place}.json?order=created"
    return (NextRequest(url=url, kind=RequestKind.LISTING),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """One request a topic."""
    base = server_of(ref, base_urls)
    return tuple(topic_request(base, native_id) for native_id, _ in posts if NUMBER.fullmatch(native_id))
