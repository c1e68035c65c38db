"""Getting, testing and renewing the credentials of official interfaces: what differs from one network to another.

Sources: developers.google.com/youtube/v3/getting-started, github.com/reddit-archive/reddit/wiki/OAuth2 (app-only
tokens), developers.facebook.com/docs (access tokens, business discovery, Page Public Content Access, Threads long-lived
tokens and profile discovery), docs.x.com/x-api (app-only bearer tokens, pricing).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from attrs import evolve, frozen
from web_poet import HttpResponse

from crawler.credentials import App, Credential, redacted
from crawler.items import NextRequest, Outcome, Platform
from crawler.network.official import OfficialAnswer
from crawler.pages import first_requests, page_for
from crawler.pages.base import Access, AccountRef, Capture, PageProblem
from crawler.platforms import FACTS
from crawler.reading.graph import GraphAccess, graph_problem
from crawler.reading.jsonvalue import NotJsonError, identifier, mapping, parse, sequence, string

_OLD_ENOUGH = timedelta(hours=24)
"""Younger tokens are not renewed by Meta's interfaces."""
RENEWED_BEFORE = timedelta(days=14)
"""How long before its end a token is renewed by itself."""
_USUAL_LIFE = timedelta(days=60)
_MOST_HEAD = 4_096


@frozen(kw_only=True)
class Guide:
    """How a person gets a token for one network, and whether that is within reach."""

    needs: str
    """What must be there first."""
    steps: tuple[str, ...]
    """In order, one sentence each."""
    permission: str
    """In the network's own words."""
    reach: str
    """One sentence: what a small shop can expect, and what needs the network's review."""
    is_within_reach: bool
    """Without review or a contract."""
    probe_handle: str
    """An account of the network's own, asked for when the list has none there."""
    is_meta: bool = True
    """The interface is of the Graph kind: errors, token questions and renewal are Meta's."""
    wants_own_account: bool = False
    """The interface asks on behalf of an account of one's own, by its id."""


GUIDES: Mapping[Platform, Guide] = {
    Platform.INSTAGRAM: Guide(
        needs="a business or creator account of your own on Instagram, linked to a Facebook Page of yours (both free)",
        steps=(
            "Open https://developers.facebook.com/apps and create an app with the use case for the Instagram API.",
            "Open https://developers.facebook.com/tools/explorer, choose your app, and add the permissions"
            " instagram_basic, instagram_manage_insights, pages_show_list and pages_read_engagement.",
            'Press "Generate Access Token", choose your Page and your Instagram account, and copy the token.',
            "Make it last 60 days: https://developers.facebook.com/tools/debug/accesstoken, paste it, and press"
            ' "Extend Access Token".',
        ),
        permission="instagram_basic, instagram_manage_insights, pages_show_list, pages_read_engagement",
        reach="Within reach of a small shop: free, and without review as long as you ask with your own account;"
        " competitors must have business or creator accounts",
        is_within_reach=True,
        probe_handle="instagram",
        wants_own_account=True,
    ),
    Platform.FACEBOOK: Guide(
        needs="a Facebook account; for Pages of others a business that Meta has verified",
        steps=(
            "Open https://developers.facebook.com/apps and create an app of the type Business.",
            'For Pages of others: ask for the feature "Page Public Content Access" under App Review, and let Meta'
            " verify your business. For your own Page nothing is needed.",
            "Open https://developers.facebook.com/tools/explorer, choose your app, add pages_read_engagement and"
            " pages_show_list, generate the token and copy it.",
            "Make it last 60 days: https://developers.facebook.com/tools/debug/accesstoken, paste it, and press"
            ' "Extend Access Token".',
        ),
        permission="pages_read_engagement; for Pages of others the feature Page Public Content Access",
        reach="Your own Page is within reach at once; Pages of others need Meta's App Review and business verification,"
        " which takes weeks and is often refused",
        is_within_reach=False,
        probe_handle="facebook",
    ),
    Platform.THREADS: Guide(
        needs="an account of your own on Threads",
        steps=(
            "Open https://developers.facebook.com/apps and create an app with the use case for the Threads API.",
            "Add the permissions threads_basic and threads_profile_discovery, and yourself as a Threads tester.",
            "For accounts other than Meta's own: ask for advanced access to threads_profile_discovery, under App"
            " Review.",
            'Under "User Token Generator" generate a long-lived token for your account, and copy it.',
        ),
        permission="threads_basic, threads_profile_discovery",
        reach="Needs Meta's App Review: until then only @threads, @instagram, @facebook and @meta are shown; accounts"
        " below 100 followers never are",
        is_within_reach=False,
        probe_handle="threads",
    ),
    Platform.X: Guide(
        needs="a developer account on X with prepaid credits",
        steps=(
            "Open https://developer.x.com, sign in, and create a project with an app.",
            "Buy credits, and set a spending limit there as well: a post read costs $0.005, an account looked up"
            " $0.01.",
            'Under "Keys and tokens" generate the "Bearer Token" of the app, and copy it.',
        ),
        permission="read access to posts and users (app-only bearer token)",
        reach="Within reach of a small shop that pays: no review; posts_per_run and posts_per_month in rivalscope.toml"
        " bound what is spent",
        is_within_reach=True,
        probe_handle="XDevelopers",
        is_meta=False,
    ),
    Platform.YOUTUBE: Guide(
        needs="a Google account",
        steps=(
            "Open https://console.cloud.google.com, sign in, and create a project.",
            'Under "APIs & Services", "Library" enable the "YouTube Data API v3".',
            'Under "Credentials" create an "API key", restrict it to that interface, and copy it.',
        ),
        permission="nothing more, a key reads what is public",
        reach="Within reach of anybody: free and without review, 10,000 units a day (50 videos cost two)",
        is_within_reach=True,
        probe_handle="YouTube",
        is_meta=False,
    ),
    Platform.REDDIT: Guide(
        needs="an account of your own on Reddit, and Reddit's consent to your use of its Data API",
        steps=(
            "Open https://www.reddit.com/prefs/apps, sign in, and create an app of the type script (any redirect"
            " address will do).",
            "Copy its id, which stands under its name: it goes in with --client-id.",
            "Copy its secret: it is the token that is asked for here.",
        ),
        permission="nothing more, an app-only token reads what is public",
        reach="Within reach of a small shop: free for 100 requests a minute where Reddit approves the app; commercial"
        " use may need an agreement",
        is_within_reach=True,
        probe_handle="r/announcements",
        is_meta=False,
    ),
}
"""The networks that `rivalscope connect` knows."""


class Send(Protocol):
    """Asks an official interface; see :func:`crawler.network.official.ask`."""

    def __call__(
        self, url: str, token: str, headers: Mapping[str, str] = ..., form: bytes | None = ...
    ) -> OfficialAnswer: ...


@frozen
class OwnAccount:
    """An account of the user's own that the interface can ask for."""

    account_id: str
    name: str


@frozen(kw_only=True)
class Connector:
    """One network's interface, asked with a token that is not stored yet."""

    platform: Platform
    base_urls: Mapping[str, str]
    send: Send
    now: datetime

    @property
    def guide(self) -> Guide:
        return GUIDES[self.platform]

    @property
    def _api(self) -> str:
        return self.base_urls[self.platform]

    def own_accounts(self, token: str) -> list[OwnAccount]:
        """The professional accounts behind the token's Pages.

        Raises :class:`PageProblem` with the network's own words, and as ``send`` does.
        """
        query = urlencode({"fields": "name,instagram_business_account{id,username}", "limit": "100"})
        answer = self.send(f"{self._api}/me/accounts?{query}", token)
        found = [
            mapping(mapping(page).get("instagram_business_account"))
            for page in sequence(self._said(answer, token).get("data"))
        ]
        return [
            OwnAccount(number, identifier(account.get("username")) or number)
            for account in found
            if (number := identifier(account.get("id")))
        ]

    def first_request(self, credential: Credential, handle: str) -> tuple[AccountRef, NextRequest]:
        """What a crawl would ask for first about ``handle``."""
        ref = AccountRef(
            platform=self.platform,
            host="",
            handle=handle,
            url=handle,
            access=Access(as_account=credential.as_account, page_size=5),
        )
        return ref, first_requests(ref, self.base_urls)[0]

    def tried(self, credential: Credential, handle: str) -> PageProblem | None:
        """One request as a crawl makes it, read as a crawl reads it; ``None`` when it brought what it should.

        Raises as ``send`` does.
        """
        ref, request = self.first_request(credential, handle)
        answer = self._asked(request, credential)
        kind = answer.header("content-type")
        page = page_for(request.url, answer.status, kind, answer.body[:_MOST_HEAD])
        if page is None or page.platform != self.platform:
            return PageProblem(Outcome.LAYOUT_CHANGED, f"{self._api} did not answer as this interface does.")
        capture = Capture(fetched_at=self.now, account=ref, base_urls=self.base_urls)
        try:
            body = redacted(answer.body, [credential.token])
            page(HttpResponse(request.url, body, status=answer.status, headers=answer.headers), capture).read()
        except PageProblem as problem:
            return problem
        return None

    def _asked(self, request: NextRequest, credential: Credential) -> OfficialAnswer:
        """As the crawl asks: with a token, a key, or the token that an app is given."""
        facts = FACTS[self.platform]
        if facts.key_header is not None:
            return self.send(request.url, "", {**request.headers, facts.key_header: credential.token})
        token = credential.token
        if facts.app_sign_in_path is not None:
            pair = b64encode(f"{credential.client_id}:{credential.token}".encode()).decode()
            url = f"{self.base_urls[f'{self.platform}.site']}{facts.app_sign_in_path}"
            answer = self.send(url, "", {"Authorization": f"Basic {pair}"}, b"grant_type=client_credentials")
            token = _app_token(answer)
            if not token:
                said = f"gives no token for this client id and secret ({answer.status}); look at them again"
                raise PageProblem(Outcome.ERROR, f"{facts.label} {said}.")
        return self.send(request.url, token, request.headers)

    def ends_at(self, token: str) -> datetime | None:
        """When the token ends, as far as the interface says so. Raises as ``send`` does."""
        if not self.guide.is_meta:
            return None
        answer = self.send(f"{self._api}/debug_token?{urlencode({'input_token': token})}", token)
        try:
            told = mapping(mapping(parse(answer.body)).get("data"))
        except NotJsonError:
            return None
        ends = [
            told[name]
            for name in ("expires_at", "data_access_expires_at")
            if isinstance(told.get(name), int) and told[name]
        ]
        try:
            return min((datetime.fromtimestamp(end, UTC) for end in ends), default=None)
        except (OverflowError, OSError, ValueError):
            return None

    def is_due(self, credential: Credential) -> bool:
        """Whether it is time for a new token, and the interface would give one for this."""
        ends, since = credential.expires_at, credential.obtained_at
        if since is not None and self.now - since < _OLD_ENOUGH:
            return False
        if ends is not None:
            is_time = self.now < ends <= self.now + RENEWED_BEFORE
        else:
            is_time = since is not None and self.now - since >= _USUAL_LIFE / 2
        return is_time and self.can_renew(credential)

    def can_renew(self, credential: Credential) -> bool:
        """Whether the interface gives new tokens for such as this."""
        if not self.guide.is_meta:
            return False
        return self.platform is Platform.THREADS or _is_instagram_login(credential) or credential.app is not None

    def renewed(self, credential: Credential) -> Credential:
        """The same credential with a new token.

        Threads and Instagram Login give one for the old; the Graph API wants the app's id and secret as well. Raises
        :class:`PageProblem`, and as ``send`` does.
        """
        parts = urlsplit(self._api)
        origin = f"{parts.scheme}://{parts.netloc}"
        if self.platform is Platform.THREADS or _is_instagram_login(credential):
            grant = "th_refresh_token" if self.platform is Platform.THREADS else "ig_refresh_token"
            query = {"grant_type": grant, "access_token": credential.token}
            url = f"{origin}/refresh_access_token?{urlencode(query)}"
        elif credential.app is not None:
            query = {
                "grant_type": "fb_exchange_token",
                "client_id": credential.app.app_id,
                "client_secret": credential.app.secret,
                "fb_exchange_token": credential.token,
            }
            url = f"{self._api}/oauth/access_token?{urlencode(query)}"
        else:
            raise PageProblem(Outcome.ERROR, "This token can only be renewed by hand.")
        told = self._said(self.send(url, credential.token), credential.token, credential.app)
        token = string(told.get("access_token"))
        if not token:
            raise PageProblem(Outcome.LAYOUT_CHANGED, "The interface's answer holds no new token.")
        seconds = told.get("expires_in")
        lasts = timedelta(seconds=min(seconds, 10**9)) if isinstance(seconds, int) and seconds > 0 else _USUAL_LIFE
        return evolve(credential, token=token, expires_at=self.now + lasts, obtained_at=self.now)

    def _said(self, answer: OfficialAnswer, token: str, app: App | None = None) -> Mapping[str, Any]:
        asked_for = f"Your access to {FACTS[self.platform].label}"
        access = GraphAccess(self.platform, self.guide.permission)
        body = redacted(answer.body, [token, *([app.secret] if app is not None else [])])
        problem = graph_problem(answer.status, answer.headers, body, self.now, asked_for, access)
        if problem is not None:
            raise problem
        try:
            told = mapping(parse(answer.body))
        except NotJsonError:
            told = {}
        if answer.status >= 400 or not told:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{asked_for}: no answer of this interface ({answer.status}).")
        return told


def _is_instagram_login(credential: Credential) -> bool:
    """Tokens of "Instagram API with Instagram Login" begin so; those of Facebook Login with EA."""
    return credential.platform is Platform.INSTAGRAM and credential.token.startswith("IG")


def _app_token(answer: OfficialAnswer) -> str:
    try:
        return string(mapping(parse(answer.body)).get("access_token")) or ""
    except NotJsonError:
        return ""
