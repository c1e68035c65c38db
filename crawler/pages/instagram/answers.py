"""Answers of Instagram's own interfaces, as HAR recordings and archives keep them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawler.items import Outcome, PostList, Reason
from crawler.pages.base import PageProblem
from crawler.pages.instagram.media import MediaReader, is_advertisement, makers_of, read_user
from crawler.pages.instagram.pages import POST_PATH, PROFILE_PATH, InstagramPage, is_json
from crawler.pages.instagram.state import media_in, users_in
from crawler.pages.walls import is_html, problem_of
from crawler.reading.jsonvalue import identifier, mapping, string
from crawler.reading.relay import json_documents, objects
from crawler.reading.urls import host_of, path_of

_PATH = re.compile(r"/api/v1/(?:users|media|feed|clips|tags)/.*|/graphql(?:/query)?/?|/api/graphql/?")
_FEED_PATH = re.compile(r"/api/v1/feed/user/[^/]{1,64}(?:/username)?/?")
_WORDS = (
    b'"edge_followed_by"',
    b'"edge_owner_to_timeline_media"',
    b'"shortcode_media"',
    b'"xdt_',
    b'"logging_page_id"',
)
_CHECKS = frozenset(("checkpoint_required", "challenge_required", "feedback_required", "consent_required"))


class AnswerPage(InstagramPage):
    """JSON: ``web_profile_info``, ``/api/v1/…``, GraphQL, ``?__a=1``."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/api/v1/users/web_profile_info/?username=acme",
        "https://i.instagram.com/api/v1/media/2317006284167526179/info/",
        "https://www.instagram.com/graphql/query",
        "https://www.instagram.com/api/graphql",
        "https://www.instagram.com/p/CAbCdEfGhIj/?__a=1&__d=dis",
        "https://www.instagram.com/acme/?__a=1",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path, query = path_of(url), urlsplit(url).query
        if cls.hosts.fullmatch(host_of(url)):
            if _PATH.fullmatch(path) or "__a=1" in query:
                return not is_html("", head)
            if path.rstrip("/").endswith("/oembed"):
                return False
            return is_json(head) and (POST_PATH.fullmatch(path) is not None or PROFILE_PATH.fullmatch(path) is not None)
        if not is_json(head) or b'"text_post_app_info"' in head or b'"app_scoped' in head:
            return False
        is_media_list = b'"taken_at"' in head and b'"media_type"' in head and b'"code"' in head
        return any(word in head for word in _WORDS) or is_media_list

    def read(self) -> PostList:
        documents = json_documents(self.body)
        if not documents:
            raise self.wall(None, self.html())
        answer = mapping(documents[0])
        if (problem := self._refusal(answer)) is not None:
            raise problem
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        users = list(users_in(iter(documents)))
        ref = self.capture.account
        found = list(media_in(iter(documents)))
        handle = (
            ref.handle
            if ref
            else identifier(users[0].get("username"))
            if users
            else self._timeline_of(answer, found) or self._reels_of()
        )
        theirs = [
            one for one in users if handle and (identifier(one.get("username")) or "").casefold() == handle.casefold()
        ]
        ids = [identifier(one.get(name)) for one in theirs for name in ("id", "pk")]
        if not users and handle and not ref:
            # such a list numbers its account and does not name it; several numbers are several accounts
            numbers = {identifier(mapping(media.get("user")).get("pk")) for media in found}
            ids += numbers if len(numbers) == 1 else ()
        reader = MediaReader(self.capture, handle, ids)
        for media in found:
            reader.add(media, theirs[0] if theirs else None)
        profile = next((profile for one in theirs if (profile := read_user(one))), None)
        result = reader.result(profile)
        if not reader.count and profile is None and not result.skipped:
            raise self._empty(documents)
        if not reader.count and any(one.get("is_private") is True for one in theirs):
            raise self.private()
        return result

    def _timeline_of(self, answer: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> str | None:
        """Whose timeline an answer is that names the account only as its posts do: who made all of them, alone or
        together with others."""
        is_feed = _FEED_PATH.fullmatch(path_of(str(self.response.url))) is not None
        if not is_feed and b'"xdt_api__v1__feed__user_timeline' not in self.body:
            return None
        stated = identifier(mapping(answer.get("user")).get("username")) if is_feed else None
        makers = [makers_of(media) for media in found if not is_advertisement(media)]
        always = frozenset.intersection(*makers) if makers else frozenset()
        return stated or (next(iter(always)) if len(always) == 1 else None)

    def _reels_of(self) -> str | None:
        """Whose reels a list goes on with, which does not say it: the account's whose tab was open."""
        if b'"xdt_api__v1__clips__user' not in self.body or self.capture.open_page is None:
            return None
        found = PROFILE_PATH.fullmatch(path_of(self.capture.open_page))
        is_here = self.hosts.fullmatch(host_of(self.capture.open_page)) is not None
        return found.group(1) if found and is_here and self.capture.open_page.rstrip("/").endswith("/reels") else None

    def _refusal(self, answer: Mapping[str, Any]) -> PageProblem | None:
        """What an answer means that says why it gives nothing."""
        words = string(answer.get("message")) or ""
        said = f"{self.asked_for}: Instagram wants a sign-in (“{words[:120]}”)."
        if "wait a few minutes" in words.lower():
            return PageProblem(Outcome.BLOCKED, f"{self.asked_for}: “{words[:120]}”", Reason.RATE_LIMITED)
        if words in _CHECKS:
            sentence = f"{self.asked_for}: Instagram asks for a check before it answers (“{words}”)."
            return PageProblem(Outcome.BLOCKED, sentence, Reason.CONSENT_PAGE if words == "consent_required" else None)
        if answer.get("require_login") is True or words == "login_required":
            return PageProblem(Outcome.LOGIN_WALL, said)
        return None

    def _empty(self, documents: Sequence[Any]) -> PageProblem:
        answer = mapping(documents[0])
        data = mapping(answer.get("data"))
        asked = [data[name] for name in ("user", "shortcode_media", "xdt_shortcode_media") if name in data]
        if (asked and not any(asked)) or answer.get("items") == [] or _says_missing(documents):
            return PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} does not exist; check the link in the list.")
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account and no post.")


def _says_missing(documents: Sequence[Any]) -> bool:
    """A list of one post, or of an account's, that is empty."""
    return any(
        name.startswith("xdt_api__v1__media__shortcode") and not mapping(value).get("items")
        for document in documents
        for one in objects(document)
        for name, value in one.items()
    )
