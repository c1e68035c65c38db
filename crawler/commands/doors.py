"""Official doors: connecting a network with a token of one's own, renewing it, and saying which door is open."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.commands.session import current_time, held_credentials, opened
from crawler.commands.terminal import CONFIGURATION, WORSE, CommandError, err, fail, many, say
from crawler.config import Config, nearest
from crawler.items import Outcome, Platform, Reason
from crawler.platforms import FACTS, platform_named
from crawler.project import Project

if TYPE_CHECKING:
    from crawler.connecting import Connector
    from crawler.credentials import App, Credential, Notice
    from crawler.plan import CrawlPlan


def connect(
    name: Annotated[
        str, typer.Argument(metavar="PLATFORM", help="instagram, facebook, threads, x, youtube or reddit.")
    ],
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the token from standard input.")] = False,
    from_env: Annotated[
        bool, typer.Option("--from-env", help="Take it from RIVALSCOPE_<PLATFORM>_TOKEN and store it.")
    ] = False,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Instagram: id of your own account; else found.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="DATE", help="When it ends, where the network does not say.")
    ] = None,
    app_id: Annotated[
        str | None,
        typer.Option("--app-id", metavar="ID", help="Your app at Meta: with its secret, tokens are renewed."),
    ] = None,
    client_id: Annotated[
        str | None,
        typer.Option("--client-id", metavar="ID", help="Reddit: id of your app; the token is its secret."),
    ] = None,
    is_removed: Annotated[bool, typer.Option("--remove", help="Forget the stored token instead.")] = False,
) -> None:
    """Open a network's official door with a token of your own.

    The steps are printed, you are asked for the token without it being shown, and it is tested with one real request.
    It goes to credentials.toml in your configuration folder, which nobody else can read, and never to the project, a
    log or the warehouse.

    \b
    Examples:
      rivalscope connect instagram
      rivalscope connect x --token-stdin < token.txt
      rivalscope connect x --remove
      rivalscope connect reddit --client-id ID
    """
    from crawler.credentials import Credential, account_id, credentials_path, forget, moment_of

    project, config = opened()
    platform = _platform_with_door(name)
    label = FACTS[platform].label
    if is_removed:
        is_gone = forget(platform)
        say(f"Forgot the token for {label}." if is_gone else f"{credentials_path()} holds no token for {label}.")
        return
    ends = moment_of(expires or "", "--expires")
    if ends is not None and ends <= current_time():
        fail(f"--expires {expires} is over; a token that has ended opens nothing.")
    given = Credential(
        platform=platform,
        token=_given_token(platform, is_from_stdin=token_stdin, is_from_env=from_env),
        client_id=_given_client_id(platform, client_id),
        as_account=account_id(account or os.environ.get(f"RIVALSCOPE_{platform.upper()}_ACCOUNT", ""), "--account"),
        expires_at=ends,
        obtained_at=current_time(),
        app=_given_app(app_id),
        origin="what you gave",
    )
    _keep(project, config, given)


def _keep(project: Project, config: Config, given: Credential) -> None:
    """Test it, store it, and say how it stands."""
    from crawler.credentials import store

    label = FACTS[given.platform].label
    credential, problem = _tested(project, config, given)
    say(f"Stored in {store(credential)}, which only you can read.")
    say(_end_of(credential, is_renewed=_connector(config, given.platform).can_renew(credential)))
    if problem:
        say(problem, err)
        raise typer.Exit(WORSE)
    say(f"{label} accepts it: the next `rivalscope run` reads your accounts there by it.")


def _platform_with_door(name: str) -> Platform:
    from crawler.connecting import GUIDES

    platform = platform_named(name)
    if platform is None or platform not in GUIDES:
        near = nearest(name, [known.value for known in GUIDES])
        fail(f"{name!r} has no official door that is used here{near or '; there are: ' + ', '.join(GUIDES)}")
    return platform


def _given_token(platform: Platform, *, is_from_stdin: bool, is_from_env: bool) -> str:
    from crawler.connecting import GUIDES
    from crawler.credentials import checked_token

    variable = f"RIVALSCOPE_{platform.upper()}_TOKEN"
    if is_from_env:
        stated = os.environ.get(variable, "")
        if not stated.strip():
            fail(f"{variable} is not set; set it, or run without --from-env.")
        return checked_token(stated, variable)
    if is_from_stdin:
        return checked_token(sys.stdin.readline(), "standard input")
    guide = GUIDES[platform]
    say(f"What you need: {guide.needs}.")
    for number, step in enumerate(guide.steps, start=1):
        say(f"  {number}. {step}")
    say(f"Permissions: {guide.permission}.")
    say(f"{guide.reach}.")
    if not sys.stdin.isatty():
        fail("There is nobody to ask for the token here; give it with --token-stdin or --from-env.")
    return checked_token(typer.prompt("Token (it is not shown)", hide_input=True), "what you typed")


def _given_client_id(platform: Platform, stated: str | None) -> str | None:
    from crawler.credentials import client_id_of

    if FACTS[platform].app_sign_in_path is None:
        return None
    variable = f"RIVALSCOPE_{platform.upper()}_CLIENT_ID"
    found = client_id_of(stated or os.environ.get(variable), "the token")
    if found is None and sys.stdin.isatty():
        found = client_id_of(typer.prompt("Id of your app"), "the token")
    if found is None:
        fail(f"{FACTS[platform].label} wants the id of your app as well: --client-id ID, or {variable}.")
    return found


def _given_app(app_id: str | None) -> App | None:
    from crawler.credentials import App

    if app_id is None:
        return None
    secret = os.environ.get("RIVALSCOPE_APP_SECRET") or (
        typer.prompt("App secret (it is not shown)", hide_input=True) if sys.stdin.isatty() else ""
    )
    if not secret:
        fail("--app-id needs the app's secret: set RIVALSCOPE_APP_SECRET, or run it on a terminal.")
    return App(app_id=app_id, secret=secret)


def _connector(config: Config, platform: Platform) -> Connector:
    from functools import partial

    from crawler.connecting import Connector
    from crawler.middlewares.identity import user_agent
    from crawler.network.official import ask

    send = partial(ask, contact=config.contact, own_hosts=config.own_hosts, user_agent=user_agent(config.contact))
    return Connector(platform=platform, base_urls=config.base_urls, send=send, now=current_time())


def _tested(project: Project, config: Config, credential: Credential) -> tuple[Credential, str]:
    """The credential with what could be found out about it, and what keeps it from working; fails when it is no use."""
    from attrs import evolve

    from crawler.network.official import OfficialError
    from crawler.pages.base import PageProblem

    platform = credential.platform
    connector = _connector(config, platform)
    accounts = [each for each in config.accounts if each.link.platform is platform]
    listed = sorted(accounts, key=lambda each: not each.own)
    handle = listed[0].link.handle if listed else connector.guide.probe_handle
    try:
        if connector.guide.wants_own_account and credential.as_account is None:
            credential = evolve(credential, as_account=_own_account(connector, credential.token))
        _, request = connector.first_request(credential, handle)
        with _paid_for(project, config, platform, request.cost):
            problem = connector.tried(credential, handle)
        if credential.expires_at is None and problem is None:
            credential = evolve(credential, expires_at=connector.ends_at(credential.token))
    except (OfficialError, PageProblem) as error:
        fail(f"Nothing was stored: {error}", CONFIGURATION)
    if problem is None or problem.outcome in (Outcome.NOT_FOUND, Outcome.GONE):
        return credential, ""
    if problem.reason in (Reason.PERMISSION_MISSING, Reason.RATE_LIMITED, Reason.BUDGET_SPENT):
        return credential, f"{FACTS[platform].label} knows the token, but does not answer with it yet: {problem}"
    raise CommandError(f"Nothing was stored: {problem}", CONFIGURATION)


@contextlib.contextmanager
def _paid_for(project: Project, config: Config, platform: Platform, units: int) -> Iterator[None]:
    """Reserve what a test costs, as a crawl does."""
    from crawler.metering import Meter, ledger_path

    budget = config.budgets.get(platform)
    if budget is None or not units:
        yield
        return
    trial = f"connect-{current_time():%Y%m%dT%H%M%S%f}"
    meter = Meter(ledger_path(project.usage, platform), budget, trial, current_time, FACTS[platform].label)
    if meter.reserve(units) is None:
        fail(f"The token was not tested and not stored. {meter.spent}", CONFIGURATION)
    yield


def _own_account(connector: Connector, token: str) -> str:
    accounts = connector.own_accounts(token)
    if not accounts:
        fail(
            "Nothing was stored: no Instagram business or creator account is linked to a Page of this token; link"
            " yours, allow its Page in the token's dialog, or name it with --account ID.",
            CONFIGURATION,
        )
    if len(accounts) > 1:
        shown = ", ".join(f"{each.account_id} ({each.name})" for each in accounts[:20])
        fail(f"The token opens several Instagram accounts; say which is to ask: --account ID, one of {shown}.")
    say(f"Asks as {accounts[0].name} ({accounts[0].account_id}).")
    return accounts[0].account_id


def day_of_end(credential: Credential) -> str:
    """When a token ends, for a table."""
    from crawler.connecting import GUIDES

    if credential.expires_at is not None:
        return f"{credential.expires_at:%Y-%m-%d}"
    return "not known" if GUIDES[credential.platform].is_meta else "never"


def _end_of(credential: Credential, *, is_renewed: bool) -> str:
    from crawler.connecting import GUIDES

    left = credential.days_left(current_time())
    if left is None and not GUIDES[credential.platform].is_meta:
        return "It does not end by itself."
    if left is None:
        return "When it ends is not known; the visits will say so when it has."
    ends = f"It ends on {credential.expires_at:%Y-%m-%d}, in {many(left, 'day')}"
    if is_renewed:
        return f"{ends}; a run in the last two weeks renews it."
    return f"{ends}; you are told two weeks and three days ahead."


def renew_credentials(config: Config) -> list[str]:
    """Renew what ends soon and can be renewed; one sentence for each that was, or could not be."""
    from crawler.connecting import GUIDES
    from crawler.credentials import CredentialError, store
    from crawler.network.official import OfficialError
    from crawler.pages.base import PageProblem

    told = []
    for platform, credential in held_credentials(config).items():
        if platform not in GUIDES or not credential.is_stored:
            continue
        connector = _connector(config, platform)
        if not connector.is_due(credential):
            continue
        label = FACTS[platform].label
        try:
            fresh = connector.renewed(credential)
            store(fresh)
            told.append(f"Renewed the token for {label}: it ends on {fresh.expires_at:%Y-%m-%d} now.")
        except (OfficialError, PageProblem, CredentialError) as error:
            told.append(f"The token for {label} could not be renewed: {error}")
    return told


def door_lines(config: Config, plan: CrawlPlan) -> list[str]:
    """One line for each network of the list that has, or lacks, an official door."""
    from crawler.connecting import GUIDES

    found = held_credentials(config)
    lines = []
    for platform in dict.fromkeys(account.link.platform for account in config.active_accounts):
        facts, guide = FACTS[platform], GUIDES.get(platform)
        credential = found.get(platform)
        if guide is None:
            if facts.is_walled:
                lines.append(f"{facts.label}: no official door gives the posts of others.")
        elif credential is None:
            stands = "the door is shut" if facts.is_walled else "its public pages are read, the official door is shut"
            lines.append(f"{facts.label}: {stands}; rivalscope connect {platform} opens it. {guide.reach}.")
        elif facts.app_sign_in_path is not None and credential.client_id is None:
            lines.append(
                f"{facts.label}: the id of your app is missing; set RIVALSCOPE_{platform.upper()}_CLIENT_ID, or run"
                f" rivalscope connect {platform} --client-id ID."
            )
        elif platform not in plan.access:
            lines.append(
                f"{facts.label}: the token lacks the id of your own account; set RIVALSCOPE_{platform.upper()}_ACCOUNT,"
                f" or run rivalscope connect {platform} --from-env."
            )
        else:
            left = credential.days_left(current_time())
            ends = "" if left is None else f", {many(left, 'day')} left" if left >= 0 else ", ended"
            lines.append(f"{facts.label}: the door is open by {credential.origin}{ends}. Needed: {guide.permission}.")
    return lines


def credential_notices(config: Config) -> list[Notice]:
    from crawler.credentials import notices

    return notices(held_credentials(config), current_time())
