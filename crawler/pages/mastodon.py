"""Mastodon and every server that speaks its client API: Glitch, Pleroma, Akkoma, GoToSocial, Pixelfed, Sharkey, …

Fact sheet
- Sources: docs.joinmastodon.org (entities Account, Status, MediaAttachment, Poll, PreviewCard, Quote; methods accounts,
  statuses); the servers' own documents where they differ. No key is needed for public posts, unless the server's admin
  closed that (401 or 403 with ``{"error": …}``).
- An account: ``/api/v1/accounts/lookup?acct=`` (Mastodon ≥ 3.4) → id → ``/api/v1/accounts/:id/statuses?limit=40``,
  newest first, paged by ``Link: rel="next"`` (``max_id``). Posts by ``/api/v1/statuses/:id``.
- Public counts: favourites, reblogs, replies; quotes from 4.5 on. Views and bookmarks are never public.
- ids are strings since 2.0 (numbers before), and mean something on the asked server only. ``acct`` carries ``@host``
  for an account of another server; what this server counts for it is only its own copy (flag ``remote_copy``).
- ActivityPub objects (``application/activity+json``) name no counts before Mastodon 4.4, then likes and shares.

Rules
- ``reblog`` set: a repost, keyed by the wrapper's id and dated by it, with the original's author, text and counts. A
  reblog of the account's own post is that own post.
- ``in_reply_to_id`` or ``in_reply_to_account_id`` set: a reply, also when it answers the account itself (a thread goes
  on) and when the answered post was deleted (only the latter is set then). A reply that quotes is a reply.
- A content warning is part of the text, before it.
- Hashtags are those of ``tags``, spelled as there (many servers fold them to lower case).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from crawler.items import (
    Absence,
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Profile,
    Reason,
    RequestKind,
    Role,
)
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.open_page import name_of, published_fields, query_of, server_of
from crawler.pages.walls import is_html, problem_of
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, positive, sequence, string
from crawler.reading.text import clean, html_links, html_to_text
from crawler.reading.urls import path_of, site_host

PAGE_SIZE = 40
_SMALLEST_FULL_PAGE = 20  # some servers give 20 whatever was asked for
_PUBLIC = frozenset({None, "public", "unlisted", "local"})
_QUOTE_FALLBACK = frozenset({"quote-inline", "reference-link-inline"})  # "RE: …", for clients that know no quotes
_ID = r"[0-9A-Za-z_.-]{1,64}"
_LOOKUP = re.compile(r"/api/v1/accounts/lookup/?")
_ACCOUNT = re.compile(
    rf"/api/v1/accounts/(?!lookup\b|search\b|relationships\b|verify_credentials\b|update_credentials\b|familiar_followers\b)"
    rf"({_ID})/?"
)
_STATUSES = re.compile(rf"/api/v1/accounts/({_ID})/statuses/?")
_STATUS = re.compile(rf"/api/v1/statuses/({_ID})/?")
_NOTE_PATH = re.compile(rf"/(?:users/[^/]+|ap/users/[0-9]+)/statuses/({_ID})/?")
_ACTOR_PATH = re.compile(r"/(?:users/([^/]+)|ap/users/[0-9]+)/?")
_AP_TYPE = re.compile(rb'"type"\s*:\s*"(?:(Note|Question)|(Person|Service|Group|Organization|Application)|[A-Za-z]+)"')
_OF_PEERTUBE = re.compile(
    rb'"(?:followersCount|hostRedundancyAllowed)"|docs\.joinpeertube\.org|"type"\s*:\s*"about:blank"'
)
_NEXT = re.compile(r"<([^<>]{1,4000})>\s*(?:;[^,<>]{0,200}?)?;\s*rel=\"?next\b", re.IGNORECASE)
_SIGN_IN = re.compile(r"authenticat|log ?in\b|sign ?in\b|credential|access token|authoriz", re.IGNORECASE)
_NOT_FOUND = re.compile(r"not[ _-]?found|can't find|no such", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)")
_Quoted = tuple[str | None, str | None, datetime | None]
_COUNTS = {"like_count": "favourites_count", "comment_count": "replies_count", "share_count": "reblogs_count"}


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The account by its id when it is known (a renamed account keeps it), else by its name."""
    base = server_of(ref, base_urls)
    if ref.native_account_id:
        return (
            NextRequest(
                url=f"{base}/api/v1/accounts/{quote(ref.native_account_id, safe='')}", kind=RequestKind.PROFILE
            ),
        )
    query = urlencode({"acct": name_of(ref)})
    return (NextRequest(url=f"{base}/api/v1/accounts/lookup?{query}", kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """One request a post; the API has no way to ask for several in public."""
    base = server_of(ref, base_urls)
    return tuple(
        NextRequest(url=f"{base}/api/v1/statuses/{native_id}", kind=RequestKind.POST, native_id=native_id)
        for native_id, _ in posts
        if re.fullmatch(_ID, native_id)
    )


class _ApiPage(PlatformPage):
    """What the pages of the client API share: whose server it is, and what an error answer means."""

    platform = Platform.MASTODON

    @property
    def host(self) -> str:
        """The server that was asked: ids and local names are its own."""
        ref = self.capture.account
        if ref is not None and ref.platform == Platform.MASTODON:
            return ref.host
        try:
            return site_host(str(self.response.url))
        except ValueError:
            return ""

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The account {ref.handle.partition('@')[0]}@{self.host}" if ref else f"The page on {self.host}"

    def payload(self) -> Any:
        """The JSON answer; raises :class:`PageProblem` for errors and for anything that is no JSON."""
        status = self.response.status or 200
        try:
            said = parse(bytes(self.response.body))
        except NotJsonError:
            raise problem_of(status, bytes(self.response.body), self.asked_for) from None
        error = mapping(said).get("error")
        if status >= 400 or isinstance(error, str | Mapping) or (error is not None and "id" not in said):
            raise self._problem(status, error)
        return said

    def _problem(self, status: int, error: object) -> PageProblem:
        words = clean(error if isinstance(error, str) else "")[:200].strip()
        detail = f" (“{words}”)" if words else ""
        if status in (401, 403) or (status < 400 and _SIGN_IN.search(words)):
            reason = Reason.PERMISSION_MISSING if status == 403 else Reason.TOKEN_MISSING
            sentence = f"{self.asked_for} is shown to signed-in people only{detail}."
            return PageProblem(Outcome.LOGIN_WALL, sentence, reason)
        if status == 404 or (status < 400 and _NOT_FOUND.search(words)):
            return PageProblem(
                Outcome.NOT_FOUND, f"{self.asked_for} does not exist{detail}; check the link in the list."
            )
        if status >= 400:
            return problem_of(status, b"", self.asked_for)
        return PageProblem(Outcome.ERROR, f"{self.asked_for} answered with an error{detail}.", Reason.HTTP_ERROR)

    def moved(self, what: str) -> PageProblem:
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: {what}; the server answers in a way we do not know."
        )


class AccountPage(_ApiPage):
    """An Account, looked up by name or asked for by id; leads to its statuses."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://mastodon.social/api/v1/accounts/lookup?acct=acme",
        "http://127.0.0.1:3000/api/v1/accounts/109302436954721982",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        path = path_of(url)
        return bool(_LOOKUP.fullmatch(path) or _ACCOUNT.fullmatch(path)) and not _OF_PEERTUBE.search(head)

    def read(self) -> PostList:
        account = mapping(self.payload())
        native_id = identifier(account.get("id"))
        if native_id is None or _acct(account) is None:
            raise self.moved("the answer holds no account")
        if account.get("suspended") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} is suspended by its server.")
        flags = [*_account_flags(account, self.host)]
        statuses = f"/api/v1/accounts/{quote(native_id, safe='')}/statuses?limit={PAGE_SIZE}"
        following = NextRequest(url=_on_same_server(str(self.response.url), statuses), kind=RequestKind.LISTING)
        profile = _profile(account, self.host, self.response.headers.get("Server", ""))
        return PostList(profile=profile, next_requests=(following,), flags=tuple(flags))


class StatusesPage(_ApiPage):
    """One page of an account's statuses, newest first, all roles."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://fosstodon.org/api/v1/accounts/109302436954721982/statuses?limit=40",
        "http://localhost:8080/api/v1/accounts/01F8MH1H7YV1Z7D2C8K2730QBF/statuses?limit=40&max_id=01FVW7JHQFSFK166WWKR8CBA6M",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_STATUSES.fullmatch(path_of(url)))

    def read(self) -> PostList:
        statuses = self.payload()
        if not isinstance(statuses, list):
            raise self.moved("the answer holds no list of posts")
        reader = _StatusReader(self)
        profile: Profile | None = None
        for status in statuses:
            account = mapping(mapping(status).get("account"))
            reader.add(status)
            if profile is None and self.capture.account is None and account:
                # an import may hold nothing else about the account; a crawl has asked for its profile already
                profile = _profile(account, self.host, self.response.headers.get("Server", ""))
        if statuses and not reader.understood:
            raise self.moved("the list holds no posts")
        return reader.result(profile=profile, next_requests=self._next(statuses))

    def _next(self, statuses: Sequence[Any]) -> tuple[NextRequest, ...]:
        url = str(self.response.url)
        query = query_of(url)
        stated = self.response.headers.getall("Link", [])
        if stated:
            found = _NEXT.search(", ".join(stated)[:20_000])
            # The header may name the server's public address where we asked another: only its max_id is taken.
            following = query_of(found.group(1)).get("max_id") if found else None
        else:
            limit = read_count(query.get("limit", "20"))
            full = min(limit.value if limit else 20, _SMALLEST_FULL_PAGE)
            following = identifier(mapping(statuses[-1]).get("id")) if len(statuses) >= max(full, 1) else None
        if following is None or following == query.get("max_id"):
            return ()
        parts = urlsplit(url)
        kept = {name: value for name, value in query.items() if name not in ("max_id", "min_id", "since_id")}
        target = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept | {"max_id": following}), ""))
        return (NextRequest(url=target, kind=RequestKind.LISTING),)


class StatusPage(_ApiPage):
    """One Status."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://mastodon.social/api/v1/statuses/110446183735368325",
        "http://[::1]:4000/api/v1/statuses/AaQZzfdqFXvWlwMHQO",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_STATUS.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"A post on {self.host}"

    def read(self) -> PostList:
        try:
            status = mapping(self.payload())
        except PageProblem as problem:
            asked = _STATUS.fullmatch(path_of(str(self.response.url)))
            if problem.outcome in (Outcome.NOT_FOUND, Outcome.GONE) and asked and _is_json(bytes(self.response.body)):
                return PostList(absences=(_absence(self.host, asked.group(1), self.response.status),))
            raise
        reader = _StatusReader(self)
        reader.add(status)
        if not reader.understood:
            raise self.moved("the answer holds no post")
        account = mapping(status.get("account"))
        profile = None
        if self.capture.account is None and account and status.get("reblog") is None:
            profile = _profile(account, self.host, self.response.headers.get("Server", ""))
        return reader.result(profile=profile)


class _ActivityPage(_ApiPage):
    """An ActivityPub object, as servers give it for ``Accept: application/activity+json``."""

    @classmethod
    def _kind(cls, url: str, content_type: str, head: bytes) -> str | None:
        """``note`` or ``actor``, by what the object says of itself, else by the shape of its address."""
        if head and (is_html(content_type, head) or not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")):
            return None
        if b"www.w3.org/ns/activitystreams" in head and (found := _AP_TYPE.search(head)):
            return "note" if found.group(1) else "actor" if found.group(2) else None
        path = path_of(url)
        return "note" if _NOTE_PATH.fullmatch(path) else "actor" if _ACTOR_PATH.fullmatch(path) else None


class NotePage(_ActivityPage):
    """A Note or Question."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://mastodon.example/users/acme/statuses/107224289116410645",
        "https://mastodon.example/ap/users/115/statuses/115224289116410645",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return cls._kind(url, content_type, head) == "note"

    @property
    def asked_for(self) -> str:
        return f"A post on {self.host}"

    def read(self) -> PostList:
        note = mapping(self.payload())
        object_id, author = string(note.get("id")), _first_url(note.get("attributedTo"))
        if object_id is None or author is None or note.get("type") not in ("Note", "Question"):
            raise self.moved("the answer holds no post")
        audience = [*_list(note.get("to")), *_list(note.get("cc"))]
        if not any(isinstance(name, str) and name.endswith("Public") for name in audience):
            return PostList(skipped={"not_public": 1})
        post, flags = self._post(note, object_id, author)
        return PostList(posts=(post,), flags=flags)

    def _post(self, note: Mapping[str, Any], object_id: str, author: str) -> tuple[Post, tuple[str, ...]]:
        answered, quoted = _first_url(note.get("inReplyTo")), _quoted_url(note)
        languages = list(mapping(note.get("contentMap")))
        content = (
            string(note.get("content")) or string(next(iter(mapping(note.get("contentMap")).values()), None)) or ""
        )
        text = _join_warning(
            string(note.get("summary")), html_to_text(content, without_classes=_QUOTE_FALLBACK if quoted else ())
        )
        media = tuple(_activity_media(one) for one in map(mapping, _list(note.get("attachment"))) if one.get("url"))
        tags = [mapping(tag) for tag in _list(note.get("tag"))]
        published = read_date(note.get("published"), latest=self.capture.fetched_at)
        edited = read_date(note.get("updated"), latest=self.capture.fetched_at)
        is_poll = note.get("type") == "Question" or "oneOf" in note or "anyOf" in note
        name = _actor_name(author)
        account = f"{name}@{self._home(object_id)}" if name else author
        return (
            Post(
                platform=Platform.MASTODON,
                host=self._home(object_id),
                native_id=_object_id(object_id),
                account=account,
                author=account,
                url=_first_url(note.get("url")) or link(object_id),
                role=Role.REPLY if answered else Role.QUOTE if quoted else Role.ORIGINAL,
                format=_format(media, is_poll=is_poll, has_card=False),
                title=string(note.get("name")),
                text=text,
                language=clean(languages[0]) if len(languages) == 1 else None,
                **published_fields(published, note.get("published")),
                edited_at=edited.at if edited else None,
                is_edited=edited is not None,
                original_native_id=_same_home_id(answered or quoted, object_id),
                original_url=answered or quoted,
                media=media,
                hashtags=hashtags.unique(
                    (string(tag.get("name")) or "").lstrip("#") for tag in tags if tag.get("type") == "Hashtag"
                ),
                mentions=_unique(
                    (string(tag.get("name")) or "").lstrip("@") for tag in tags if tag.get("type") == "Mention"
                ),
                links=_links(content, (quoted,)),
                metrics=_activity_metrics(note),
            ),
            () if published or note.get("published") is None else ("implausible_date",),
        )

    def _home(self, object_id: str) -> str:
        try:
            return site_host(object_id)
        except ValueError:
            return self.host


class ActorPage(_ActivityPage):
    """An actor: the account without its counts."""

    examples: ClassVar[tuple[str, ...]] = ("https://mastodon.example/users/acme", "http://127.0.0.1:3000/ap/users/115")

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return cls._kind(url, content_type, head) == "actor"

    def read(self) -> PostList:
        actor = mapping(self.payload())
        actor_id, name = string(actor.get("id")), string(actor.get("preferredUsername"))
        if actor_id is None or not name:
            raise self.moved("the answer holds no account")
        if actor.get("suspended") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} is suspended by its server.")
        fields = [mapping(one) for one in _list(actor.get("attachment"))]
        created = read_date(actor.get("published"), latest=self.capture.fetched_at)
        summary = string(actor.get("summary")) or ""
        try:
            home = site_host(actor_id)
        except ValueError:
            home = self.host
        profile = Profile(
            platform=Platform.MASTODON,
            host=home,
            handle=f"{name}@{home}",
            url=_first_url(actor.get("url")) or link(actor_id),
            name=string(actor.get("name")),
            bio=html_to_text(summary),
            links=_links(summary + "".join(f"<p>{string(one.get('value')) or ''}</p>" for one in fields), ()),
            avatar_url=_first_url(actor.get("icon")),
            banner_url=_first_url(actor.get("image")),
            created_at=created.at if created else None,
            missing=dict.fromkeys(("follower_count", "following_count", "post_count"), MissingReason.NOT_OBSERVED),
        )
        return PostList(profile=profile, flags=("account_moved",) if actor.get("movedTo") else ())


class _StatusReader:
    """Statuses of one page into posts, each id once."""

    def __init__(self, page: _ApiPage) -> None:
        self.host = page.host
        self.fetched_at = page.capture.fetched_at
        self.understood = False
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def skip(self, why: str) -> None:
        self.understood = True
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def add(self, said: object) -> None:
        status = mapping(said)
        native_id, account = identifier(status.get("id")), mapping(status.get("account"))
        if native_id is None or _acct(account) is None or "content" not in status:
            self._skipped["unreadable"] = self._skipped.get("unreadable", 0) + 1
            return
        if string(status.get("visibility")) not in _PUBLIC:
            self.skip("not_public")
            return
        self.understood = True
        for flag in _account_flags(account, self.host):
            self._flags[flag] = None
        inner = mapping(status.get("reblog"))
        if inner and identifier(inner.get("id")) and _acct(mapping(inner.get("account"))):
            if _handle(mapping(inner.get("account")), self.host) != _handle(account, self.host):
                self._keep(self._repost(status, native_id, inner))
                return
            status, native_id = inner, identifier(inner.get("id")) or native_id
        self._keep(self._own(status, native_id))

    def result(self, *, profile: Profile | None = None, next_requests: tuple[NextRequest, ...] = ()) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()),
            profile=profile,
            next_requests=next_requests,
            skipped=self._skipped,
            flags=tuple(self._flags),
        )

    def _keep(self, post: Post) -> None:
        self._posts.setdefault(post.native_id, post)

    def _own(self, status: Mapping[str, Any], native_id: str) -> Post:
        quoted = _quoted(status)
        answered = identifier(status.get("in_reply_to_id"))
        is_reply = answered is not None or identifier(status.get("in_reply_to_account_id")) is not None
        handle = _handle(mapping(status.get("account")), self.host)
        edited = read_date(status.get("edited_at"), latest=self.fetched_at)
        return Post(
            **self._content(status, quoted),
            native_id=native_id,
            account=handle,
            author=handle,
            role=Role.REPLY if is_reply else Role.QUOTE if quoted is not None else Role.ORIGINAL,
            **self._published(status.get("created_at")),
            edited_at=edited.at if edited else None,
            is_edited=edited is not None if "edited_at" in status else None,
            is_pinned=status.get("pinned") is True,
            original_native_id=answered if is_reply else quoted[0] if quoted else None,
            original_url=quoted[1] if quoted and not is_reply else None,
            original_published_at=quoted[2] if quoted and not is_reply else None,
        )

    def _repost(self, wrapper: Mapping[str, Any], native_id: str, inner: Mapping[str, Any]) -> Post:
        original = read_date(inner.get("created_at"), latest=self.fetched_at)
        edited = read_date(inner.get("edited_at"), latest=self.fetched_at)
        content = self._content(inner, _quoted(inner))
        return Post(
            **content,
            native_id=native_id,
            account=_handle(mapping(wrapper.get("account")), self.host),
            author=_handle(mapping(inner.get("account")), self.host),
            role=Role.REPOST,
            **self._published(wrapper.get("created_at")),
            edited_at=edited.at if edited else None,
            is_edited=edited is not None if "edited_at" in inner else None,
            original_native_id=identifier(inner.get("id")),
            original_url=content["url"],
            original_published_at=original.at if original else None,
        )

    def _published(self, said: object) -> dict[str, Any]:
        moment = read_date(said, latest=self.fetched_at)
        if moment is None:
            self._flags["implausible_date"] = None
        return published_fields(moment, said)

    def _content(self, status: Mapping[str, Any], quoted: _Quoted | None) -> dict[str, Any]:
        """The fields that a status and the status inside a reblog have in common."""
        content = string(status.get("content")) or ""
        shown = html_to_text(content, without_classes=_QUOTE_FALLBACK if quoted is not None else ())
        text = _join_warning(string(status.get("spoiler_text")), shown)
        media = tuple(_media(mapping(one)) for one in sequence(status.get("media_attachments")))
        card = mapping(status.get("card"))
        card_url = link(card.get("url"))
        tags = [string(mapping(tag).get("name")) or "" for tag in sequence(status.get("tags"))]
        mentions = [mapping(one) for one in sequence(status.get("mentions"))]
        return {
            "platform": Platform.MASTODON,
            "host": self.host,
            "url": link(status.get("url")) or link(status.get("uri")),
            "format": _format(media, is_poll=bool(mapping(status.get("poll"))), has_card=card_url is not None),
            "text": text,
            "language": string(status.get("language")) or None,
            "media": media,
            "hashtags": hashtags.unique(
                tags if isinstance(status.get("tags"), list) else (tag for _, tag in hashtags.written(text))
            ),
            "mentions": _unique(_handle(one, self.host) for one in mentions if _acct(one)),
            "links": _links(
                content, [quoted[1] if quoted else None, *(link(one.get("url")) for one in mentions)], card_url
            ),
            "metrics": _metrics(status),
        }


def _is_json(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _on_same_server(url: str, path: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{path}"


def _absence(host: str, native_id: str, status: int | None) -> Absence:
    return Absence(platform=Platform.MASTODON, host=host, native_id=native_id, kind="gone", status=status)


def _acct(account: Mapping[str, Any]) -> str | None:
    said = string(account.get("acct")) or string(account.get("username"))
    return said.strip().lstrip("@") or None if said else None


def _handle(account: Mapping[str, Any], host: str) -> str:
    """``user@host``: a name without host belongs to the server that was asked."""
    acct = _acct(account) or ""
    return acct if "@" in acct else f"{acct}@{host}"


def _account_flags(account: Mapping[str, Any], host: str) -> Iterable[str]:
    if not _handle(account, host).lower().endswith(f"@{host}"):
        yield "remote_copy"
    if mapping(account.get("moved")):
        yield "account_moved"
    if account.get("limited") is True:
        yield "account_limited"


def _profile(account: Mapping[str, Any], host: str, server: str) -> Profile:
    fields = [mapping(one) for one in sequence(account.get("fields"))]
    note = string(account.get("note")) or ""
    pleroma = mapping(account.get("pleroma"))
    counts: dict[str, Any] = {}
    missing: dict[str, MissingReason] = {}
    for column, key, hidden in (
        ("follower_count", "followers_count", "hide_followers_count"),
        ("following_count", "following_count", "hide_follows_count"),
        ("post_count", "statuses_count", ""),
    ):
        said = account.get(key)
        count = None if pleroma.get(hidden) is True else read_count(said)
        counts[column] = count.value if count else None
        if count is None:
            is_hidden = pleroma.get(hidden) is True or (isinstance(said, int) and said < 0)
            missing[column] = (
                MissingReason.HIDDEN if is_hidden else
                MissingReason.NOT_OBSERVED if said is None else MissingReason.NOT_PARSED
            )  # fmt: skip
    created = read_date(account.get("created_at"))
    return Profile(
        platform=Platform.MASTODON,
        host=host,
        native_account_id=identifier(account.get("id")),
        handle=_handle(account, host),
        url=link(account.get("url")) or link(account.get("uri")),
        name=string(account.get("display_name")),
        bio=html_to_text(note),
        links=_links(note + "".join(f"<p>{string(one.get('value')) or ''}</p>" for one in fields), ()),
        avatar_url=_picture(account.get("avatar")),
        banner_url=_picture(account.get("header")),
        is_verified=any(one.get("verified_at") for one in fields) if "fields" in account else None,
        category="group" if account.get("group") is True else "bot" if account.get("bot") is True else None,
        software=_software(account, server),
        created_at=created.at if created else None,
        **counts,
        missing=missing,
    )


def _picture(said: object) -> str | None:
    url = link(said)
    return None if url is None or url.endswith("/missing.png") else url


def _software(account: Mapping[str, Any], server: str) -> str | None:
    """Only where the answer itself tells; Mastodon's own answers carry no mark but the header."""
    if "akkoma" in account:
        return "akkoma"
    if "pleroma" in account:
        return "pleroma"
    if "note_text" in account or "pronouns" in account:
        return "pixelfed"
    return "mastodon" if server.strip().lower() == "mastodon" else None


def _metrics(status: Mapping[str, Any]) -> Metrics:
    said: dict[str, object] = {column: status.get(key) for column, key in _COUNTS.items()}
    if said["comment_count"] is None:
        said["comment_count"] = status.get("reply_count")  # Pixelfed
    pleroma = mapping(status.get("pleroma"))
    said["quote_count"] = status.get("quotes_count", pleroma.get("quotes_count"))
    counts = {column: read_count(value) for column, value in said.items()}
    missing = {
        column: MissingReason.NOT_OBSERVED if said[column] is None else MissingReason.NOT_PARSED
        for column, count in counts.items()
        if count is None
    } | {"view_count": MissingReason.NOT_PUBLIC, "save_count": MissingReason.NOT_PUBLIC}
    reactions = {}
    for one in sequence(status.get("reactions")) or sequence(pleroma.get("emoji_reactions")):
        name, count = string(mapping(one).get("name")), read_count(mapping(one).get("count"))
        if name and count:
            reactions[name] = count.value
    known: dict[str, Any] = {column: count.value for column, count in counts.items() if count}
    return Metrics(**known, reactions=reactions, missing=missing)


def _activity_metrics(note: Mapping[str, Any]) -> Metrics:
    said = {
        "like_count": mapping(note.get("likes")).get("totalItems"),
        "share_count": mapping(note.get("shares")).get("totalItems"),
        "comment_count": mapping(note.get("replies")).get("totalItems"),
    }
    counts: dict[str, Any] = {column: count.value for column, value in said.items() if (count := read_count(value))}
    unstated = [column for column in (*said, "quote_count") if column not in counts]
    missing = dict.fromkeys(unstated, MissingReason.NOT_OBSERVED)
    return Metrics(
        **counts,
        missing=missing | {"view_count": MissingReason.NOT_PUBLIC, "save_count": MissingReason.NOT_PUBLIC},
    )


def _media(said: Mapping[str, Any]) -> Media:
    kind = string(said.get("type")) or "unknown"
    if kind not in ("image", "video", "gifv", "audio"):
        kind = _kind_of_type(string(said.get("mime")) or string(mapping(said.get("pleroma")).get("mime_type")))
    meta = mapping(said.get("meta"))
    original = mapping(meta.get("original"))
    return Media(
        kind=kind,
        url=link(said.get("url")) or link(said.get("remote_url")) or link(said.get("preview_url")),
        width=positive(original.get("width")) or positive(meta.get("width")),
        height=positive(original.get("height")) or positive(meta.get("height")),
        duration_seconds=_seconds(original.get("duration"))
        or _seconds(meta.get("duration"))
        or _seconds(meta.get("length")),
        alt_text=string(said.get("description")),
    )


def _activity_media(said: Mapping[str, Any]) -> Media:
    return Media(
        kind=_kind_of_type(string(said.get("mediaType"))) if said.get("type") != "Image" else "image",
        url=_first_url(said.get("url")),
        width=positive(said.get("width")),
        height=positive(said.get("height")),
        duration_seconds=_seconds(said.get("duration")),
        alt_text=string(said.get("name")),
    )


def _kind_of_type(media_type: str | None) -> str:
    kind = (media_type or "").partition("/")[0].lower()
    return kind if kind in ("image", "video", "audio") else "unknown"


def _seconds(said: object) -> float | None:
    if isinstance(said, int | float) and not isinstance(said, bool):
        return float(said) if 0 < said < 10**6 else None
    if isinstance(said, str) and (found := _CLOCK.fullmatch(said)):
        hours, minutes, seconds = found.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds) or None
    return None


def _format(media: Sequence[Media], *, is_poll: bool, has_card: bool) -> Format:
    if is_poll:
        return Format.POLL
    if len(media) > 1:
        return Format.CAROUSEL
    if media:
        kinds = {"image": Format.IMAGE, "video": Format.VIDEO, "gifv": Format.VIDEO, "audio": Format.AUDIO}
        return kinds.get(media[0].kind, Format.OTHER)
    return Format.LINK if has_card else Format.TEXT


def _quoted(status: Mapping[str, Any]) -> _Quoted | None:
    """Id, URL and date of the quoted post, as far as stated; ``None`` when nothing is quoted.

    Mastodon ≥ 4.4 wraps it (``{"state": …, "quoted_status": …}``); Akkoma, Fedibird and Pleroma hold a status.
    """
    said = mapping(status.get("quote"))
    shallow = identifier(status.get("quote_id")) or identifier(mapping(status.get("pleroma")).get("quote_id"))
    if not said:
        return (shallow, None, None) if shallow else None
    inner = mapping(said.get("quoted_status")) or (said if "content" in said else {})
    moment = read_date(inner.get("created_at"))
    native_id = identifier(inner.get("id")) or identifier(said.get("quoted_status_id")) or shallow
    return native_id, link(inner.get("url")) or link(inner.get("uri")), moment.at if moment else None


def _quoted_url(note: Mapping[str, Any]) -> str | None:
    for key in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        if url := _first_url(note.get(key)):
            return url
    return None


def _join_warning(warning: str | None, text: str) -> str:
    return "\n\n".join(part for part in ((warning or "").strip(), text) if part)


def _unique(said: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in said if one))


def _links(content: str, mentioned: Iterable[str | None], card_url: str | None = None) -> tuple[str, ...]:
    """Addresses in ``content`` that are no mention and no hashtag, then the card's."""
    skipped = set(mentioned)
    found = [
        url
        for href, classes in html_links(content)
        if not classes & {"mention", "hashtag", "u-url"} and (url := link(href)) and url not in skipped
    ]
    return _unique([*found, card_url])


def _list(said: object) -> Sequence[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def _first_url(said: object) -> str | None:
    """An address where ActivityPub allows a string, a Link, an object, or a list of those; HTML is preferred."""
    candidates = [mapping(one) or {"href": one} for one in _list(said)]
    candidates.sort(key=lambda one: one.get("mediaType") != "text/html")
    for one in candidates:
        if url := link(one.get("href")) or link(one.get("url")) or link(one.get("id")):
            return url
    return None


def _actor_name(actor: str) -> str | None:
    last = path_of(actor).rstrip("/").rpartition("/")[2].removeprefix("@")
    return last or None


def _object_id(object_id: str) -> str:
    """The status id where the address shows it, so that a post is the same by either interface; else the address."""
    found = _NOTE_PATH.fullmatch(path_of(object_id))
    return found.group(1) if found else object_id


def _same_home_id(other: str | None, object_id: str) -> str | None:
    if other is None:
        return None
    try:
        return _object_id(other) if site_host(other) == site_host(object_id) else None
    except ValueError:
        return None


PAGES: tuple[type[PlatformPage], ...] = (AccountPage, StatusesPage, StatusPage, NotePage, ActorPage)
