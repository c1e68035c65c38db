"""Rivalscope's command line: reads the configuration and composes collecting, understanding and telling.

Only this module knows all three packages. Heavy imports stand inside the commands, so that help, and a second run that
is turned away, answer at once.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sys
import tempfile
import time
import traceback
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from crawler import account_list
from crawler.config import Account, Config, ConfigError, load_config, nearest
from crawler.items import Outcome, Platform, Reason
from crawler.network.fence import contact_problem
from crawler.platforms import FACTS, foretold, has_spider, is_collected, platform_named, sight
from crawler.project import Project
from crawler.reading.column_dates import DateOrder
from crawler.reading.text import clean
from crawler.run_lock import RunLock, RunLockedError, crawls_at_work

if TYPE_CHECKING:
    from analysis.ask import Answer
    from analysis.labels import LabelledPost
    from crawler.connecting import Connector
    from crawler.credentials import App, Credential, Notice
    from crawler.importing import ImportReport
    from crawler.links import Link
    from crawler.metering import Budget, Usage
    from crawler.plan import AccountEstimate, CrawlPlan
    from crawler.proposals import Proposal, SiteLook
    from crawler.reading.captured import Captured
    from crawler.reading.table_layouts import ColumnChoice, Unmapped
    from crawler.run import CrawlSummary, Event

DONE, UNEXPECTED, USAGE, CONFIGURATION, WORSE, NOTHING, LOCKED, STOPPED = 0, 1, 2, 4, 20, 30, 75, 130
"""Exit codes; docs/commands.md says to users what they mean."""

_WAIT_SECONDS = 60.0
"""How long a command waits for another program that holds the warehouse."""
_LOAD_EVERY_SECONDS = 30.0
_SHOWN_LINKS = 10
_SHOWN_PROBLEMS = 20
_ASKED_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count")
_GOOD = (Outcome.COMPLETE, Outcome.UNCHANGED)
# what a site decided about us or its account: seen once, it is expected until it changes
_LASTING = (Outcome.LOGIN_WALL, Outcome.BLOCKED, Outcome.ROBOTS_DENIED, Outcome.NOT_FOUND, Outcome.GONE)

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)


class CommandError(Exception):
    """A command cannot do what was asked: one sentence, and the exit code."""

    def __init__(self, message: str, exit_code: int = USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def fail(message: str, exit_code: int = USAGE) -> NoReturn:
    raise CommandError(message, exit_code)


# ---------------------------------------------------------------- talking


def say(text: str, console: Console | None = None) -> None:
    """One line for a person; control bytes of whatever was crawled never reach the terminal."""
    console = console or out
    if console.is_terminal:
        console.print(Text(clean(text)), soft_wrap=True)
    else:
        print(clean(text), file=console.file)


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows for a person on a terminal, tab-separated lines for a program."""
    cells = [["" if cell is None else clean(str(cell)).replace("\n", " ") for cell in row] for row in rows]
    if not out.is_terminal:
        for line in (list(columns), *cells):
            say("\t".join(cell.replace("\t", " ") for cell in line))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for line in cells:
        table.add_row(*(Text(cell) for cell in line))
    out.print(table)


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


# ---------------------------------------------------------------- what several commands share


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-15") from None


def _day_or_all(text: str) -> Any:
    return "all" if text == "all" else _day(text)


AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=_day, metavar="DATE", help="Only what was known at the end of that day."),
]


def _show_version(asked: bool) -> None:
    if asked:
        with contextlib.suppress(PackageNotFoundError):
            say(f"rivalscope {version('rivalscope')}")
        raise typer.Exit


class _Given:
    """What was given for all commands."""

    project: Path | None = None
    is_debug = False


@app.callback()
def everywhere(
    project: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The project, when it is not here or above.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the details of an unexpected error.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Watch competitors' public posts; learn what really performs, and how sure that is.

    --project and --debug may stand anywhere on the line.

    \b
    Example, a first brief:
      rivalscope init --contact https://example.org/who-asks
      rivalscope add --company Acme https://acme.example/blog
      rivalscope run
    """
    del show_version
    _Given.project = project
    _Given.is_debug = debug


def _opened() -> tuple[Project, Config]:
    project = Project.find(_Given.project)
    return project, load_config(project.config_path)


def _locked(project: Project, doing: str) -> RunLock:
    return RunLock(project.lock, doing, _now())


_STARTED = time.monotonic()


def _now() -> datetime:
    """The clock of every command: the real one, or one that starts at ``RIVALSCOPE_NOW`` when the command does.

    So a year of weeks can be tried in minutes.
    """
    given = os.environ.get("RIVALSCOPE_NOW")
    if not given:
        return datetime.now(UTC)
    try:
        start = datetime.fromisoformat(given)
    except ValueError:
        fail(f"RIVALSCOPE_NOW says {given!r}, which is no time; write it as 2026-11-22T06:30:00+00:00, or unset it.")
    start = start.astimezone(UTC) if start.tzinfo else start.replace(tzinfo=UTC)
    return start + timedelta(seconds=time.monotonic() - _STARTED)


# ---------------------------------------------------------------- the list


@app.command()
def init(
    contact: Annotated[
        str | None, typer.Option(metavar="URL|MAIL", help="Shown to every site that is visited; may be empty.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of the brief; else this machine's.")
    ] = None,
) -> None:
    """Make a project here: write a commented rivalscope.toml.

    On a terminal you are asked for the contact that visited sites will see. Elsewhere give --contact, or leave it out:
    then nothing beyond this machine is visited until you fill it in.

    \b
    Example:
      rivalscope init --contact https://example.org/who-asks
    """
    folder = (_Given.project or Path.cwd()).expanduser()
    path = folder if folder.suffix == ".toml" else folder / "rivalscope.toml"
    if path.exists():
        fail(f"{path} exists already; edit it, or add links with: rivalscope add LINK")
    if contact is None and sys.stdin.isatty() and sys.stdout.isatty():
        say("Every site that is visited sees a contact in each request, so that its owner can reach you.")
        say("It need not name your shop: a neutral mailbox, or a plain page that says who asks, does.")
        contact = typer.prompt("Contact (mail address or page; empty for later)", default="", show_default=False)
    account_list.write_new(path, contact=contact or "", timezone=timezone or _local_zone())
    say(f"Wrote {path}.")
    if not contact:
        say("It has no contact yet: nothing beyond this machine is visited until `contact` is filled in.")
    say("Next: rivalscope add --company NAME LINK…")


def _local_zone() -> str:
    from tzlocal import get_localzone_name

    with contextlib.suppress(Exception):  # whatever is odd about this machine's zone, the brief can be in UTC
        name = get_localzone_name()
        ZoneInfo(name)
        return str(name)
    return "UTC"


@app.command()
def add(
    links: Annotated[list[str] | None, typer.Argument(metavar="LINK", help="Profiles, channels, pages, blogs.")] = None,
    company: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose they are; else guessed from the link.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="They are yours, to compare with.")] = False,
    in_list: Annotated[
        list[str] | None, typer.Option("--list", metavar="NAME", help="Put them on a list; may be repeated.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="CSV with two columns: competitor,url.")
    ] = None,
    own_host: Annotated[
        bool, typer.Option("--own-host", help="The links are on my machine or network: allow that, without delay.")
    ] = False,
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help="What they are, where the link looks like something else.")
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option(metavar="all|none|NAMES", help="Which profiles of a site to add too: mastodon,x or 1,3-5."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no site which profiles it links to.")] = False,
) -> None:
    """Add links to the list, and say what will be seen at each.

    A site is asked for that one page, after its robots.txt: the profiles that it links to as its own are proposed, and
    those that networks show in public are asked whether they link back. On a terminal you are asked first, and choose;
    elsewhere nothing is added that you did not name with --accept. Sites from a file are asked only with --accept.

    \b
    Examples:
      rivalscope add https://acme.example
      rivalscope add --accept all https://acme.example
      rivalscope add --company Acme https://mastodon.social/@acme https://acme.example/blog
      rivalscope add --own https://my-shop.example/news
      rivalscope add --from list.csv
    """
    project, _ = _opened()
    _check_accept(accept, is_offline=offline)
    wanted = _wanted(links or (), company, source)
    chosen = platform_named(platform) if platform else None
    if platform and chosen is None:
        fail(f"{platform!r} is no platform{nearest(platform, Platform)}")
    marks = _Marks(is_own=own, lists=tuple(in_list or ()))
    added = account_list.add(
        project.config_path, wanted, is_own=own, lists=marks.lists, platform=chosen, own_host=own_host
    )
    _say_added(added)
    sites = [
        (each.link, each.company)
        for each in added
        if each.link is not None and each.link.platform == Platform.WEB and (accept or not each.wanted.where)
    ]
    if sites and offline:
        say("As you said --offline, no site was asked which profiles it links to.")
    elif sites:
        _propose(project, sites, accept, marks)
    if any(each.link is None for each in added):
        raise typer.Exit(USAGE)


def _wanted(links: Sequence[str], company: str | None, source: Path | None) -> list[account_list.Wanted]:
    wanted = [account_list.Wanted(pasted=link, company=company) for link in links]
    if source is not None:
        wanted += account_list.read_list(source)
    if not wanted:
        fail("There is no link to add; paste some, like: rivalscope add https://acme.example/blog")
    return wanted


def _say_added(added: Sequence[account_list.Added]) -> None:
    for each in added:
        if each.link is None:
            say(f"{each.wanted.where}: {each.problem}" if each.wanted.where else each.problem, err)
        elif each.is_known:
            say(f"{each.link.url} is in the list already ({each.company}).")
        else:
            seen = sight(each.link.platform, has_access=_has_access(each.link.platform))
            say(f"Added {each.link.url} ({FACTS[each.link.platform].label}, {each.company}). {seen}")
            if each.link.note:
                say(f"  Note: {each.link.note}.")


class _Marks(NamedTuple):
    """What an added account is marked with."""

    is_own: bool
    lists: tuple[str, ...]


def _check_accept(accept: str | None, *, is_offline: bool) -> None:
    """A mistake in the choice is told before anything is added or asked."""
    from crawler.proposals import ChoiceError, read_choice

    if accept is None:
        return
    if is_offline:
        fail("--offline asks no site for its profiles, so there is nothing to accept; leave one of the two out.")
    try:
        read_choice(accept)
    except ChoiceError as error:
        fail(f"--accept: {error}")


def _propose(project: Project, sites: Sequence[tuple[Link, str]], accept: str | None, marks: _Marks) -> None:
    """Say which profiles the sites link to as their own, and add those that the user chooses."""
    from analysis.facts import host_facts
    from crawler.network.fence import contact_problem
    from crawler.proposals import Looker

    config = load_config(project.config_path)
    asked = [(link, company) for link, company in sites if not contact_problem(config.contact, [link.url])]
    if without := [link.host for link, company in sites if (link, company) not in asked]:
        say(f"Not asked which profiles it links to, as there is no `contact` in rivalscope.toml: {', '.join(without)}")
    names = ", ".join(link.host for link, _ in asked)
    is_asking = accept is None and sys.stdin.isatty() and out.is_terminal
    question = f"Look at {clean(names)} for the profiles it links to? (one page, and robots.txt first)"
    if not asked or (is_asking and not typer.confirm(question, default=True)):
        return
    say(f"Looking at {names} for the profiles it links to…")
    hosts = host_facts(project.snapshot)
    try:
        with _locked(project, "add"):  # two programs must not ask one host side by side
            looks = Looker(config=config, now=_now(), hosts=hosts).look_at(asked)
    except RunLockedError as error:
        say(f"{error} Its profiles can be looked for afterwards: say the same again.")
        return
    proposals = _show_looks(looks)
    if proposals:
        _add_chosen(project, proposals, accept, marks, is_asking=is_asking)


def _show_looks(looks: Sequence[SiteLook]) -> list[Proposal]:
    proposals: list[Proposal] = []
    for look in looks:
        if look.problem:
            say(f"{look.site.url} was not looked at for profiles: {look.problem}")
            continue
        if not (look.proposals or look.listed):
            say(f"{look.site.url} links to no profile of its own that could be added.")
        for link, company in look.listed:
            say(f"{link.url} is in the list already ({company}).")
        for each in look.proposals:
            proposals.append(each)
            label = FACTS[each.link.platform].label
            say(f"{len(proposals):>4}  {label}  {each.link.url}  ({each.company}; {_how_sure(each)})")
        if look.others:
            more = f", and {len(look.others) - _SHOWN_LINKS} more" if len(look.others) > _SHOWN_LINKS else ""
            shown = ", ".join(look.others[:_SHOWN_LINKS])
            say(f"Also linked, on networks that are not collected: {shown}{more}")
        if look.hubs:
            hubs = ", ".join(look.hubs[:_SHOWN_LINKS])
            say(f"A list of further links, not followed: {hubs} (open it, and add what it lists).")
    return proposals


def _how_sure(proposal: Proposal) -> str:
    if proposal.links_back is None:
        return f"not checked: {proposal.note}"
    return "links back to the site" if proposal.links_back else "does not link back to the site"


def _add_chosen(
    project: Project, proposals: Sequence[Proposal], accept: str | None, marks: _Marks, *, is_asking: bool
) -> None:
    from crawler.proposals import ChoiceError, chosen

    if is_asking:
        picked = _picked_by_hand(proposals)
    elif accept is None:
        _say_how_to_accept(proposals, marks)
        return
    else:
        try:
            picked = chosen(accept, proposals)
        except ChoiceError as error:
            fail(f"--accept: {error}")
    wanted = [account_list.Wanted(pasted=each.link.url, company=each.company) for each in picked]
    if wanted:
        _say_added(account_list.add(project.config_path, wanted, is_own=marks.is_own, lists=marks.lists))
    else:
        say("None of the profiles was added.")


def _picked_by_hand(proposals: Sequence[Proposal]) -> list[Proposal]:
    from crawler.proposals import ChoiceError, chosen

    while True:
        said = typer.prompt("Which of them to add? (1,3-5, all, none)", default="all")
        try:
            return chosen(said, proposals)
        except ChoiceError as error:
            say(str(error), err)


def _say_how_to_accept(proposals: Sequence[Proposal], marks: _Marks) -> None:
    say("Nothing of these was added yet. To add them (leave out what is not theirs):")
    options = ["--own"] if marks.is_own else []
    options += [word for name in marks.lists for word in ("--list", name)]
    for company in dict.fromkeys(each.company for each in proposals):
        urls = [each.link.url for each in proposals if each.company == company]
        say(f"  {shlex.join(['rivalscope', 'add', '--company', company, *options, *urls])}")


@app.command(name="list")
def list_accounts(
    in_list: Annotated[str | None, typer.Option("--list", metavar="NAME", help="Only this list.")] = None,
) -> None:
    """Show the list: companies, accounts, and which are paused.

    \b
    Example:
      rivalscope list --list coffee
    """
    _, config = _opened()
    accounts = [account for account in config.accounts if in_list is None or in_list in account.lists]
    if not accounts and in_list is not None:
        names = {name for account in config.accounts for name in account.lists}
        fail(f"There is no list {in_list!r}{nearest(in_list, names)}")
    if not accounts:
        say("The list is empty. Add links with: rivalscope add LINK…")
        return
    show_table(
        ("company", "platform", "link", "lists", "state"),
        [
            (
                f"{account.company} (own)" if account.own else account.company,
                account.link.platform.value,
                account.link.url,
                ", ".join(account.lists),
                account.state,
            )
            for account in accounts
        ],
    )


@app.command()
def rename(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A company's name, or an account's link.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name, or the account's new link.")],
) -> None:
    """Rename a company, or follow an account to its new handle.

    \b
    Examples:
      rivalscope rename "Acme" "Acme Coffee"
      rivalscope rename https://bsky.app/profile/acme.bsky.social https://bsky.app/profile/acme.example
    """
    project, _ = _opened()
    say(account_list.rename(project.config_path, old, new))


@app.command()
def pause(
    who: Annotated[str, typer.Argument(metavar="COMPANY|LINK", help="All of a company, or one account.")],
) -> None:
    """Stop visiting an account or a company for now; it stays in the brief.

    \b
    Example:
      rivalscope pause Acme
    """
    project, _ = _opened()
    for url in account_list.set_paused(project.config_path, who, True):
        say(f"Paused {url}.")


@app.command()
def resume(
    who: Annotated[str, typer.Argument(metavar="COMPANY|LINK", help="All of a company, or one account.")],
) -> None:
    """Visit a paused account or company again.

    \b
    Example:
      rivalscope resume Acme
    """
    project, _ = _opened()
    for url in account_list.set_paused(project.config_path, who, False):
        say(f"Resumed {url}.")


@app.command()
def remove(
    who: Annotated[str, typer.Argument(metavar="COMPANY|LINK", help="All of a company, or one account.")],
) -> None:
    """Take an account or a company off the list; what was collected is kept.

    \b
    Example:
      rivalscope remove https://acme.example/blog
    """
    project, _ = _opened()
    for url in account_list.remove(project.config_path, who):
        say(f"Removed {url}; what was collected is kept, and comes back when the link is added again.")


@app.command()
def platforms() -> None:
    """Show every platform: what can be seen there, and whether it is collected.

    \b
    Example:
      rivalscope platforms
    """
    rows = []
    for platform, facts in FACTS.items():
        by_token = facts.is_connectable and has_spider(platform)
        walled = "with a token, or files" if by_token else "files only"
        unseen = walled if facts.is_walled else "when switched on" if facts.terms else "not yet, files only"
        collected = "yes" if is_collected(platform) else unseen
        rows.append((facts.label, collected, facts.shows, facts.hides))
    show_table(("platform", "collected", "shows", "hides"), rows)


# ---------------------------------------------------------------- official doors


@app.command()
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
    from crawler.credentials import Credential, account_id, credentials_path, forget, moment_of, store

    project, config = _opened()
    platform = _platform_with_door(name)
    label = FACTS[platform].label
    if is_removed:
        is_gone = forget(platform)
        say(f"Forgot the token for {label}." if is_gone else f"{credentials_path()} holds no token for {label}.")
        return
    given = Credential(
        platform=platform,
        token=_given_token(platform, is_from_stdin=token_stdin, is_from_env=from_env),
        client_id=_given_client_id(platform, client_id),
        as_account=account_id(account or os.environ.get(f"RIVALSCOPE_{platform.upper()}_ACCOUNT", ""), "--account"),
        expires_at=moment_of(expires or "", "--expires"),
        obtained_at=_now(),
        app=_given_app(app_id),
        origin="what you gave",
    )
    credential, problem = _tested(project, config, given)
    say(f"Stored in {store(credential)}, which only you can read.")
    say(_end_of(credential, is_renewed=_connector(config, platform).can_renew(credential)))
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
    return Connector(platform=platform, base_urls=config.base_urls, send=send, now=_now())


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
    fail(f"Nothing was stored: {problem}", CONFIGURATION)


@contextlib.contextmanager
def _paid_for(project: Project, config: Config, platform: Platform, units: int) -> Iterator[None]:
    """Reserve what a test costs, as a crawl does."""
    from crawler.metering import Meter, ledger_path

    budget = config.budgets.get(platform)
    if budget is None or not units:
        yield
        return
    meter = Meter(ledger_path(project.usage, platform), budget, "connect", _now, FACTS[platform].label)
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


def _end_of(credential: Credential, *, is_renewed: bool) -> str:
    from crawler.connecting import GUIDES

    left = credential.days_left(_now())
    if left is None and not GUIDES[credential.platform].is_meta:
        return "It does not end by itself."
    if left is None:
        return "When it ends is not known; the visits will say so when it has."
    ends = f"It ends on {credential.expires_at:%Y-%m-%d}, in {_many(left, 'day')}"
    if is_renewed:
        return f"{ends}; a run in the last two weeks renews it."
    return f"{ends}; you are told two weeks and three days ahead."


def _renewed(config: Config) -> list[str]:
    """Renew what ends soon and can be renewed; one sentence for each that was, or could not be."""
    from crawler.connecting import GUIDES
    from crawler.credentials import CredentialError, store
    from crawler.network.official import OfficialError
    from crawler.pages.base import PageProblem

    told = []
    for platform, credential in _credentials(config).items():
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


def _doors(config: Config, plan: CrawlPlan) -> list[str]:
    """One line for each network of the list that has, or lacks, an official door."""
    from crawler.connecting import GUIDES

    found = _credentials(config)
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
            left = credential.days_left(_now())
            ends = "" if left is None else f", {_many(left, 'day')} left" if left >= 0 else ", ended"
            lines.append(f"{facts.label}: the door is open by {credential.origin}{ends}. Needed: {guide.permission}.")
    return lines


def _notices(config: Config) -> list[Notice]:
    from crawler.credentials import notices

    return notices(_credentials(config), _now())


@app.command()
def status() -> None:
    """Say how things stand: tokens, last visits, what is walled.

    \b
    Example:
      rivalscope status
    """
    from analysis.warehouse import open_snapshot

    project, config = _opened()
    found = _credentials(config)
    show_table(
        ("token", "from", "asks as", "ends", "days left"),
        [
            (
                FACTS[platform].label,
                credential.origin,
                credential.as_account,
                f"{credential.expires_at:%Y-%m-%d}" if credential.expires_at else "not known",
                credential.days_left(_now()),
            )
            for platform, credential in found.items()
        ],
    )
    for notice in _notices(config):
        say(notice.sentence)
    if not project.snapshot.exists():
        say("Nothing was visited yet: rivalscope run")
        return
    connection = open_snapshot(project.snapshot)
    try:
        visits = _rows(connection, "select * from marts.coverage order by is_walled, company, url")
    finally:
        connection.close()
    show_table(
        ("company", "link", "last visit", "ended", "walled", "why"),
        [
            (
                row["company"],
                row["url"],
                f"{row['visited_at']:%Y-%m-%d %H:%M}" if row["visited_at"] else "never",
                row["outcome"],
                "yes" if row["is_walled"] else "no",
                row["message"],
            )
            for row in visits
        ],
    )


# ---------------------------------------------------------------- collecting


@app.command()
def check(
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Also ask each host for its robots.txt and a page, of a site by which ways its posts are found.",
        ),
    ] = False,
) -> None:
    """Say what a crawl will do, how many requests and minutes; nothing is visited.

    \b
    Examples:
      rivalscope check
      rivalscope check --online
    """
    from crawler.plan import estimate

    project, config = _opened()
    say(f"{project.config_path} is correct: {_many(len(config.accounts), 'account')}.")
    if problem := _contact_problem(config):
        say(problem)
    if not config.accounts:
        say("The list is empty. Add links with: rivalscope add LINK…")
        return
    plan = _plan(project, config)
    estimates = {each.account_key: each for each in estimate(plan)}
    show_table(
        ("company", "link", "requests", "minutes", "what will happen"),
        [_foreseen(account, plan, estimates.get(account.link.account_key)) for account in config.accounts],
    )
    visited = [each for each in plan.accounts if is_collected(each.platform, has_access=each.platform in plan.access)]
    requests = sum(estimates[each.account_key].request_count for each in visited)
    by_host: dict[str, float] = {}
    for each in visited:
        host = each.host or each.platform.value
        by_host[host] = by_host.get(host, 0.0) + estimates[each.account_key].minutes
    minutes = max(by_host.values(), default=0.0)
    takes = "less than a minute" if minutes < 1 else f"about {minutes:.0f} minutes"
    for line in (*_doors(config, plan), *(notice.sentence for notice in _notices(config))):
        say(line)
    for label, budget, used, price in _metered(project, plan):
        say(f"{label}: {_allowed(budget, used, price)}.")
    say(f"Together about {_many(requests, 'request')} to {_many(len(by_host), 'host')}, in {takes}.")
    if online:
        _check_online(config, plan)


def _foreseen(account: Account, plan: CrawlPlan, expected: AccountEstimate | None) -> tuple[object, ...]:
    """One account's row in what `check` shows."""
    link = account.link
    has_access = link.platform in plan.access
    if expected is None:
        return account.company, link.url, 0, 0, "paused: not visited"
    if told := foretold(link.platform, has_access=has_access):
        return account.company, link.url, 0, 0, told.message
    visit = "first visit, back to the horizon" if expected.is_first_visit else "what is new, and posts due again"
    planned = next(each for each in plan.accounts if each.account_key == link.account_key)
    if planned.last_outcome in _LASTING:
        visit += f"; the last visit ended as {planned.last_outcome}, and this one may too"
    elif planned.last_message and link.platform is Platform.WEB:
        visit += f". Last time: {planned.last_message.removesuffix('.')}"
    if has_access and FACTS[link.platform].has_token_way:
        visit += ", through the official interface"
    words = f"{visit}. {sight(link.platform, has_access=has_access)}"
    return account.company, link.url, expected.request_count, _minutes(expected.minutes), words


def _allowed(budget: Budget, used: Usage, price: float | None) -> str:
    """What a crawl may use of a network that counts it."""
    from crawler.metering import units_left

    if budget.per_run is None or budget.per_month is None or price is None:
        return f"at most {units_left(budget, used):,} units of the day's quota, which cost nothing"
    left = max(0, budget.per_month - used.this_month)
    most = min(budget.per_run, left)
    return f"at most {most:,} posts, {left:,} left this month, about ${most * price:,.2f}"


def _spent(budget: Budget, used: Usage, price: float | None) -> str:
    """What a crawl used of a network that counts it."""
    from crawler.metering import units_left

    if budget.per_month is None or price is None:
        return f"{used.this_run:,} units of its quota in this run; {units_left(budget, used):,} left today"
    left = max(0, budget.per_month - used.this_month)
    return f"{used.this_run:,} posts in this run, about ${used.this_run * price:,.2f}; {left:,} left this month"


def _metered(project: Project, plan: CrawlPlan) -> Iterator[tuple[str, Budget, Usage, float | None]]:
    """Networks whose posts or requests are counted and are read by the plan: name, budget, what was used, dollars a
    post."""
    from crawler.metering import ledger_path, usage

    read = {account.platform.value for account in plan.accounts}
    for name, budget in plan.budgets.items():
        facts = FACTS[Platform(name)]
        if name in plan.access and (facts.price_usd is not None or name in read):
            yield facts.label, budget, usage(ledger_path(project.usage, name), plan.crawl_id, _now()), facts.price_usd


def _check_online(config: Config, plan: CrawlPlan) -> None:
    """Crawls that are thrown away, so that the manners are those of a crawl: one page a host, of sites a few."""
    from attrs import evolve

    from crawler.one_page import ask_one_page, survey_sites

    if problem := _contact_problem(config):
        fail(problem, CONFIGURATION)
    asked = [each for each in plan.accounts if has_spider(each.platform)]
    say(f"Asked {_many(len({each.host or each.platform for each in asked}), 'host')}:")
    visits: dict[str, Mapping[str, Any]] = {}
    failures = []
    sites = tuple(each for each in asked if each.platform is Platform.WEB)
    others = tuple(each for each in asked if each.platform is not Platform.WEB)
    for accounts, ask in ((others, ask_one_page), (sites, survey_sites)):
        if accounts:
            summary = ask(evolve(plan, accounts=accounts)).summary
            visits |= summary.visits
            failures += [summary.failure] if summary.failure else []
    for account in asked:
        say(f"  {account.url}: {_answered(visits.get(account.account_key))}")
    if failures:
        fail(failures[0], UNEXPECTED)


def _answered(visit: Mapping[str, Any] | None) -> str:
    """What asking one account for a page or two came to."""
    if visit is None:
        return "could not be asked"
    if visit["page_count"] and (visit["is_cut"] or visit["outcome"] in _GOOD):
        found = visit["message"] if visit["message"].startswith("Posts are found") else ""
        return f"answers. {found}" if found else "answers"
    return "not asked: its host was asked for another account" if visit["is_cut"] else _why(visit)


def _minutes(minutes: float) -> str:
    return "<1" if 0 < minutes < 1 else f"{minutes:.0f}"


def _contact_problem(config: Config) -> str | None:
    asked = [
        config.base_urls.get(f"{account.link.platform}.site")
        or config.base_urls.get(account.link.platform, account.link.url)
        for account in config.active_accounts
        if has_spider(account.link.platform)
    ]
    return contact_problem(config.contact, asked)


def _credentials(config: Config) -> dict[Platform, Credential]:
    """Those of platforms that the list has accounts on."""
    from crawler.credentials import find_credentials

    asked = {account.link.platform for account in config.active_accounts}
    return find_credentials(platform for platform in sorted(asked) if FACTS[platform].has_token_way)


def _has_access(platform: Platform) -> bool:
    from crawler.credentials import find_credentials, usable

    return FACTS[platform].has_token_way and platform in usable(find_credentials([platform]))


def _plan(project: Project, config: Config) -> CrawlPlan:
    from analysis.facts import plan_facts
    from crawler.credentials import usable
    from crawler.pauses import noted
    from crawler.plan import ListedAccount, make_plan

    now = _now()
    facts = plan_facts(project.snapshot, now=now, horizon_days=config.horizon_days)
    return make_plan(
        [ListedAccount.of(account.link, account.company, is_own=account.own) for account in config.active_accounts],
        facts.accounts,
        facts.hosts,
        now=now,
        contact=config.contact,
        own_hosts=config.own_hosts,
        base_urls=config.base_urls,
        horizon_days=config.horizon_days,
        page_budget=config.network.page_budget,
        min_delay_seconds=config.network.min_delay_seconds,
        access=usable(_credentials(config)) | {platform.value: None for platform in sorted(config.switched_on)},
        budgets=config.budgets,
        usage_dir=str(project.usage),
        pauses=noted(project.usage, now),
    )


@app.command()
def crawl(
    no_load: Annotated[bool, typer.Option("--no-load", help="Only land; load later with: rivalscope load")] = False,
) -> None:
    """Visit every active account politely, and load what comes as it goes.

    \b
    Example:
      rivalscope crawl
    """
    project, config = _opened()
    with _locked(project, "crawl"):
        summary = _crawl(project, config, is_loaded=not no_load)
        if not no_load:
            _load(project, config)
    raise typer.Exit(_judge(project, summary, config, has_brief=False))


class _Watcher:
    """Shows a crawl's events, and loads what landed now and then."""

    def __init__(self, project: Project, config: Config, plan: CrawlPlan, *, is_loaded: bool) -> None:
        self._project, self._config, self._plan = project, config, plan
        self._is_loaded = is_loaded
        self._loaded_at = time.monotonic()
        self._companies = {each.account_key: each.company for each in plan.accounts}
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self.progress.add_task("accounts", total=len(plan.accounts))
        self._pages = 0

    def __call__(self, event: Event) -> None:
        if event["event"] == "page":
            self._pages += 1
            host = clean(urlsplit(event["url"]).netloc)
            self.progress.update(self._task, description=f"{_many(self._pages, 'page')}, {host}")
        elif event["event"] == "visit":
            self.progress.advance(self._task)
            company = self._companies.get(event["account_key"], "")
            message = event["message"] or f"Saw {_many(event['post_count'], 'post')}."
            say(f"{company}  {event['account_key']}  {event['outcome']}: {message}", self.progress.console)
        if self._is_loaded and time.monotonic() - self._loaded_at > _LOAD_EVERY_SECONDS:
            self._loaded_at = time.monotonic()
            self._load_meanwhile()

    def _load_meanwhile(self) -> None:
        from analysis.load import load_landing
        from analysis.warehouse import WarehouseError

        # What cannot be loaded now stays in landing, and is loaded at the end.
        with contextlib.suppress(WarehouseError):
            load_landing(
                self._project.warehouse,
                self._project.landing,
                accounts=_listed(self._config),
                live_crawl_ids={self._plan.crawl_id, *crawls_at_work(self._project.landing)},
                now=_now(),
            )


def _crawl(project: Project, config: Config, *, is_loaded: bool) -> CrawlSummary:
    from crawler.run import run_crawl

    if not config.active_accounts:
        fail("The list has no active account; add links with: rivalscope add LINK…", CONFIGURATION)
    if problem := _contact_problem(config):
        fail(problem, CONFIGURATION)
    for sentence in (*_renewed(config), *(notice.sentence for notice in _notices(config))):
        say(sentence, err)
    plan = _plan(project, config)
    project.plans.mkdir(parents=True, exist_ok=True)
    plan_path = project.plans / f"{plan.crawl_id}.json"
    part = plan_path.with_suffix(".part")
    part.write_text(plan.to_json(), encoding="utf-8")
    part.replace(plan_path)
    watcher = _Watcher(project, config, plan, is_loaded=is_loaded)
    with watcher.progress:
        summary = run_crawl(plan_path, project.landing, project.archive, watcher)
    for label, budget, used, price in _metered(project, plan):
        say(f"{label}: {_spent(budget, used, price)}.")
    return summary


def _judge(project: Project, summary: CrawlSummary, config: Config, *, has_brief: bool) -> int:
    """Say which accounts did worse than foretold or than last time; the exit code."""
    if summary.failure:
        say(summary.failure, err)
    from crawler.plan import CrawlPlan

    by_key = {account.link.account_key: account for account in config.active_accounts}
    plan = CrawlPlan.from_json((project.plans / f"{summary.crawl_id}.json").read_text(encoding="utf-8"))
    walled = {key for key, visit in summary.visits.items() if _is_foretold(visit, by_key[key].link.platform, plan)}
    failed = [
        visit
        for key, visit in summary.visits.items()
        if visit["outcome"] not in _GOOD and not visit["is_cut"] and key not in walled
    ]
    before = {each.account_key: each.last_outcome for each in plan.accounts}
    worse = [
        visit
        for visit in failed
        if visit["outcome"] not in _LASTING or visit["outcome"] != before.get(visit["account_key"])
    ]
    for visit in worse:
        account = by_key[visit["account_key"]]
        say(f"Worse than foretold: {account.company}, {account.link.url}: {_why(visit)}", err)
    collected = [key for key in by_key if key not in walled]
    if not collected:
        say("Every account is behind a wall or not collected yet. Bring files: rivalscope import PATH…", err)
    if summary.is_interrupted and not summary.failure:
        return STOPPED
    is_empty_handed = bool(collected) and len(failed) + len(summary.missing_account_keys) >= len(collected)
    if is_empty_handed and not has_brief:
        return NOTHING
    is_worse = worse or summary.failure or summary.missing_account_keys or is_empty_handed or not collected
    return WORSE if is_worse else DONE


def _is_foretold(visit: Event, platform: Platform, plan: CrawlPlan) -> bool:
    """Whether a visit ended at the wall that `check` told of."""
    told = foretold(platform, has_access=platform in plan.access)
    return told is not None and visit["outcome"] in (told.outcome, Outcome.LOGIN_WALL, Outcome.BLOCKED)


def _why(visit: Mapping[str, Any]) -> str:
    return visit["message"] or f"{visit['outcome']}{', ' + visit['reason'] if visit['reason'] else ''}."


@app.command(name="import")
def import_files(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Files, folders, archives, or patterns in quotes.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Write an empty CSV of posts (to PATH, else posts.csv), and stop.")
    ] = False,
    column_map: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="What a table's column is; said once, it is remembered."),
    ] = None,
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help="The network of a table's posts, where it does not say so.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose posts a table holds, where it does not say so.")
    ] = None,
    date_order: Annotated[
        DateOrder | None, typer.Option(help="Which comes first in a table's dates like 03/04/2026.")
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="From recordings, also take accounts that are not on the list.")
    ] = False,
    no_load: Annotated[bool, typer.Option("--no-load", help="Only land; load later with: rivalscope load")] = False,
) -> None:
    """Bring posts as files: saved pages, recordings, exports, any table.

    What a file is, is recognised by its content: HTML and MHTML pages, HAR, WARC and WACZ, Zeeschuimer captures,
    exports of Meta Business Suite, X, LinkedIn and TikTok, other tables (CSV, XLSX, XLS, ODS), and zip files of these.
    From recordings of a browser only accounts on the list are taken. The same file twice changes nothing.

    \b
    Examples:
      rivalscope import --template
      rivalscope import saved-pages/ session.har export.csv
      rivalscope import sheet.csv --map published_at="Posted on" --map url=Link --account acme
    """
    if template:
        _write_template(Path(paths[0]) if paths else Path("posts.csv"))
        return
    if not paths:
        fail("There is nothing to import; name files or folders, like: rivalscope import posts.csv")
    given = _column_choice(column_map or (), platform, account, date_order)
    project, config = _opened()
    with _locked(project, "import"):
        report = _import(project, config, paths, given=given, is_asked=True, is_everybody=everybody)
        if not no_load:
            _load(project, config)
    if not any(file.understood_count or file.is_repeated for file in report.files):
        raise typer.Exit(NOTHING)
    if report.problems:
        raise typer.Exit(WORSE)


def _column_choice(
    pairs: Sequence[str], platform: str | None, account: str | None, date_order: DateOrder | None
) -> ColumnChoice | None:
    """What the command line says about tables. Raises CommandError for what cannot be meant."""
    from crawler.reading.table_layouts import MAPPABLE, ColumnChoice

    columns: dict[str, str] = {}
    for pair in pairs:
        ours, mark, theirs = pair.partition("=")
        if not mark or not theirs.strip():
            fail(f'--map {pair!r} names no column; write it like --map published_at="Posted on"')
        if ours.strip() not in MAPPABLE:
            hint = nearest(ours, MAPPABLE) or f"; write one of {', '.join(MAPPABLE)}"
            fail(f"--map {pair!r}: {ours!r} is none of our columns{hint}")
        columns[ours.strip()] = theirs.strip()
    if platform and platform_named(platform) is None:
        fail(f"{platform!r} is no platform{nearest(platform, Platform)}")
    if not (columns or platform or account or date_order):
        return None
    return ColumnChoice(columns=columns, platform=platform, account=account, date_order=date_order)


def _write_template(path: Path) -> None:
    from crawler.importing import write_template

    try:
        write_template(path)
    except FileExistsError:
        fail(f"{path} exists already; name another file: rivalscope import --template other.csv")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    say(f"Wrote {path}. Needed in each row: platform, account, published_at, and native_id or url; empty is unknown.")


def _import(
    project: Project,
    config: Config,
    paths: Sequence[str | Path],
    *,
    given: ColumnChoice | None = None,
    is_asked: bool = False,
    is_everybody: bool = False,
) -> ImportReport:
    """Import, and tell what came of it; ``is_asked``: a person may be asked about columns."""
    from crawler.importing import ImportOptions, TableSettings, import_paths
    from crawler.importing.summary import summary_lines, write_full_report

    tables = TableSettings(
        zone=ZoneInfo(config.timezone),
        given=given,
        remembered=config.explained_tables,
        choose=_choose_columns if is_asked else lambda _name, _table: None,
        remember=lambda header, choice: account_list.remember_table(project.config_path, header, choice),
    )
    options = ImportOptions(tables=tables, is_everybody=is_everybody, on_file=_shown_file)
    report = import_paths(paths, project.landing, accounts=config.accounts, config=config, now=_now(), options=options)
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        say(str(problem), err)
    if len(report.problems) > _SHOWN_PROBLEMS:
        path = write_full_report(report, project.data, _now())
        say(f"… and {len(report.problems) - _SHOWN_PROBLEMS:,} more in {path}", err)
    for line in summary_lines(report):
        say(line)
    return report


def _shown_file(name: str) -> None:
    if err.is_terminal:
        say(f"Reading {name}", err)


def _choose_columns(name: str, table: Unmapped) -> ColumnChoice | None:
    """Ask which column of ``table`` is which; ``None`` when nobody is there, or they do not want to say."""
    from crawler.reading.table_layouts import MAPPABLE, ColumnChoice

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    say(f"{name}: it is not clear which column is which. Say it once, and it is remembered in rivalscope.toml.")
    if not typer.confirm("Is it a table of posts?", default=True):
        return None
    guessed = {index: ours for ours, index in table.guesses.items() if ours in MAPPABLE}
    show_table(
        ("", "column", "holds", "looks like"),
        [
            (number, column, " · ".join(row[number - 1][:30] for row in table.samples[:3] if number <= len(row)), ours)
            for number, column in enumerate(table.header, start=1)
            for ours in (guessed.get(number - 1, ""),)
        ],
    )
    chosen = {ours: index + 1 for index, ours in guessed.items()}
    is_complete = {"published_at"} <= chosen.keys() and bool({"url", "native_id"} & chosen.keys())
    if not (is_complete and typer.confirm("Is that right?", default=True)):
        for ours in ("published_at", "url", "native_id", "text", "format", "account", "platform", *_ASKED_COUNTS):
            number = typer.prompt(f"Number of the column with {ours} (0: none)", default=chosen.get(ours, 0), type=int)
            chosen.pop(ours, None)
            if 0 < number <= len(table.header):
                chosen[ours] = number
    columns = {ours: table.header[number - 1] for ours, number in chosen.items()}
    said: dict[str, str | None] = {}
    for ours, what in (("platform", "On which network are they"), ("account", "Whose posts are they (handle)")):
        if ours not in columns:
            said[ours] = typer.prompt(f"{what}? (empty: their links say it)", default="", show_default=False) or None
    if said.get("platform") and platform_named(said["platform"] or "") is None:
        say(f"{said['platform']!r} is no platform{nearest(said['platform'] or '', Platform)}", err)
        return None
    return ColumnChoice(columns=columns, platform=said.get("platform"), account=said.get("account"))


# ---------------------------------------------------------------- understanding


@app.command()
def load() -> None:
    """Load what crawls and imports landed; loading twice changes nothing.

    \b
    Example:
      rivalscope load
    """
    project, config = _opened()
    with _locked(project, "load"):
        _load(project, config)


def _listed(config: Config) -> list[dict[str, Any]]:
    return [_listed_account(account) for account in config.accounts]


def _listed_account(account: Account) -> dict[str, Any]:
    link = account.link
    return {
        "account_key": link.account_key,
        "platform": link.platform.value,
        "host": link.host,
        "handle": link.handle,
        "url": link.url,
        "native_account_id": link.native_account_id,
        "company": account.company,
        "is_own": account.own,
        "lists": list(account.lists),
        "state": account.state,
    }


def _load(project: Project, config: Config) -> None:
    from analysis.load import load_landing

    report = load_landing(
        project.warehouse,
        project.landing,
        accounts=_listed(config),
        plans_dir=project.plans,
        live_crawl_ids=crawls_at_work(project.landing),
        wait_seconds=_WAIT_SECONDS,
        on_wait=lambda sentence: say(sentence, err),
        now=_now(),
    )
    for rejection in report.rejections[:_SHOWN_PROBLEMS]:
        say(f"{rejection.file}:{rejection.line}: {rejection.why}; kept aside in {project.landing / 'rejected'}", err)
    posts = report.row_counts.get("posts", 0)
    snapshots = report.row_counts.get("post_metrics", 0)
    say(
        f"Loaded {_many(report.file_count, 'file')}: {_many(posts, 'new or changed post')}, "
        f"{_many(snapshots, 'new count snapshot')}."
    )
    if report.imported_post_counts:
        from crawler.importing.summary import changes_line

        say(changes_line(report.imported_post_counts))
    if report.failures:
        fail("\n".join(report.failures), UNEXPECTED)


@app.command()
def analyze(
    as_of: AsOf = None,
    since: Annotated[
        Any, typer.Option(parser=_day_or_all, metavar="DATE|all", help="First day of the window; else 26 weeks back.")
    ] = None,
    until: Annotated[date | None, typer.Option(parser=_day, metavar="DATE", help="Last day of the window.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --as-of: only what had been loaded by then, too.")
    ] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="POST", help="Say why a post is of its type, and stop; nothing is built.")
    ] = None,
) -> None:
    """Build the models from all that was loaded, check and publish them.

    Rules of your own for post types stand in post_types.csv beside the configuration, with the columns post_type and
    phrase (words, or /a regular expression/), and if wanted weight and language; they come before ours.

    \b
    Examples:
      rivalscope analyze
      rivalscope analyze --as-of 2026-11-15
      rivalscope analyze --explain https://acme.example/fair
    """
    project, config = _opened()
    if explain is not None:
        from analysis.labels import find_posts

        for post in find_posts(_snapshot(project, config, as_of), [explain]):
            _explain_type(post)
        return
    with _locked(project, "analyze"):
        _analyze(project, config, as_of=as_of, since=since, until=until, strict=strict)


def _analyze(project: Project, config: Config, *, as_of: date | None = None, **window: Any) -> Path:
    from analysis.build import build
    from analysis.own_rules import read_rules

    if not project.warehouse.exists():
        fail("Nothing was loaded yet: run `rivalscope crawl` or `rivalscope import` first.", NOTHING)
    snapshot = project.snapshot if as_of is None else project.asof / f"{as_of}.duckdb"
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    report = build(
        project.warehouse,
        snapshot,
        now=_now(),
        as_of=as_of,
        timezone=config.timezone,
        notices=_notices(config) if as_of is None else (),
        wait_seconds=_WAIT_SECONDS,
        on_wait=lambda sentence: say(sentence, err),
        own_rules=read_rules(project.own_rules),
        **window,
    )
    posts = report.row_counts.get("marts.posts", 0)
    say(f"Built {snapshot}: {_many(posts, 'post')}, {_many(report.check_count, 'check')} passed.")
    return snapshot


@app.command()
def label(
    posts: Annotated[
        list[str] | None, typer.Argument(metavar="POST", help="Addresses or post_ids of posts that were collected.")
    ] = None,
    post_type: Annotated[
        str | None,
        typer.Option("--type", metavar="TYPE", help="What the posts are for; a new name is a type of your own."),
    ] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Add a tag of your own; repeat.")
    ] = None,
    untags: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help="Take a tag away; repeat.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what you set before.")] = False,
    export: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the labels as CSV, and stop.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="With --export: every post, to fill in.")] = False,
    source: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="Take labels from such a CSV.")] = None,
) -> None:
    """Say what posts are: you know better than the rules.

    Your word stands before what a source states and before the rules, in every analysis from now on. Tags are traits of
    their own. Without an option it shows what is known of the posts, and why.

    \b
    Examples:
      rivalscope label https://acme.example/blog/kettle --type announcement --tag spring
      rivalscope label --export labels.csv --all
      rivalscope label --from labels.csv
    """
    from analysis import labels

    project, config = _opened()
    snapshot = _snapshot(project, config, None)
    if export is not None:
        count = labels.write_labels(labels.labelled_posts(snapshot, all_posts=everything), export)
        say(f"Wrote {_many(count, 'post')} to {export}.")
        return
    if source is None and not posts:
        fail("There is no post to label; paste its address, like: rivalscope label https://acme.example/a --type event")
    found = labels.find_posts(snapshot, posts or ())
    if source is None and not (post_type or tags or untags or clear):
        for post in found:
            _explain_type(post)
        return
    chosen = [
        labels.relabelled(post, post_type=post_type, tags=tags or (), untags=untags or (), is_cleared=clear)
        for post in found
    ]
    if source is not None:
        chosen += labels.read_labels(source, snapshot)
    with _locked(project, "label"):
        _land_labels(project, chosen)
        _load(project, config)
    known = labels.known_types(snapshot)
    for own_type in sorted({post.label_type for post in chosen if post.label_type} - set(known)):
        say(f"{own_type} is a post type of your own{nearest(own_type, known)}")
    say(f"Labelled {_many(len(chosen), 'post')}. It counts from the next analysis on: rivalscope analyze")


def _explain_type(post: LabelledPost) -> None:
    why = f" ({post.post_type_reason})" if post.post_type_reason else ""
    own = f"; your tags: {', '.join(post.label_tags)}" if post.label_tags else ""
    say(f"{post.url or post.native_id}: {post.post_type}, {_TYPE_SOURCES[post.post_type_source]}{why}{own}.")


_TYPE_SOURCES = {
    "label": "set by you",
    "stated": "stated by the source",
    "own_rules": "by your rules",
    "rules": "by the rules",
    "none": "no rule fits",
}


def _land_labels(project: Project, posts: Sequence[LabelledPost]) -> None:
    from crawler.landing import Envelope, LandingWriter, label_line
    from crawler.plan import new_crawl_id

    now = _now()
    crawl_id = f"label-{new_crawl_id(now)}"
    with LandingWriter(project.landing, crawl_id, "label") as writer:
        for post in posts:
            envelope = Envelope(
                crawl_id=crawl_id,
                observed_at=now,
                source="import",
                account_key=post.account_key,
                platform=post.platform,
                host=post.host,
            )
            writer.write(label_line(post.native_id, post.label_type, post.label_tags, envelope))


# ---------------------------------------------------------------- telling


@app.command()
def brief(
    as_of: AsOf = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write the brief: one HTML file that needs nothing but itself.

    \b
    Examples:
      rivalscope brief --open
      rivalscope brief --as-of 2026-11-15
    """
    project, config = _opened()
    snapshot = _snapshot(project, config, as_of)
    link = _brief(project, config, snapshot, as_of=as_of, output=output)
    if show:
        webbrowser.open(link)


def _snapshot(project: Project, config: Config, as_of: date | None) -> Path:
    """What to read: the published snapshot, or that of a day, built when it is missing or older than the warehouse."""
    if as_of is None:
        if not project.snapshot.exists():
            fail("Nothing was analysed yet, so there is nothing to tell: run `rivalscope run` first.", NOTHING)
        return project.snapshot
    snapshot = project.asof / f"{as_of}.duckdb"
    built_at = snapshot.stat().st_mtime if snapshot.exists() else 0.0
    if not project.warehouse.exists() or built_at < project.warehouse.stat().st_mtime:
        with _locked(project, f"analyze --as-of {as_of}"):
            _analyze(project, config, as_of=as_of)
    return snapshot


def _brief(
    project: Project, config: Config, snapshot: Path, *, as_of: date | None = None, output: Path | None = None
) -> str:
    from reports.brief import write_brief

    week = _now().astimezone(ZoneInfo(config.timezone)).strftime("%G-W%V")
    path = output or project.briefs / f"{as_of or week}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    report = write_brief(snapshot, path, timezone=config.timezone, thumbnails=project.thumbnails)
    for warning in report.warnings:
        say(warning, err)
    say(f"Wrote {report.path}")
    say(report.url)
    return report.url


@app.command()
def todo(
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a page of what to save by hand this week, for accounts behind walls.

    Ten minutes of work at most, the account with the oldest data first, with a link to open, what to press, and what
    came of the last imports.

    \b
    Examples:
      rivalscope todo --open
      rivalscope todo --output todo.html
    """
    from reports.todo import write_todo

    project, config = _opened()
    snapshot = _snapshot(project, config, None)
    path = output or project.briefs / "todo.html"
    report = write_todo(snapshot, path, inbox=str(project.inbox), timezone=config.timezone)
    if report.account_count:
        say(f"{_many(report.account_count, 'account')} to save this week, about {_many(report.minutes, 'minute')}.")
    else:
        say("Nothing to save this week.")
    say(f"Wrote {report.path}")
    say(report.url)
    if show:
        webbrowser.open(report.url)


@app.command()
def run() -> None:
    """Do all of it: import the inbox, crawl, load, analyze, write the brief.

    \b
    Example:
      rivalscope run
    """
    project, config = _opened()
    with _locked(project, "run"):
        summary = _run(project, config)
    raise typer.Exit(_judge(project, summary, config, has_brief=True))


def _run(project: Project, config: Config) -> CrawlSummary:
    if project.inbox.is_dir() and any(project.inbox.iterdir()):
        _import(project, config, [project.inbox])
    summary = _crawl(project, config, is_loaded=True)
    _load(project, config)
    snapshot = _analyze(project, config)
    _fetch_pictures(project, config, snapshot)
    _brief(project, config, snapshot)
    return summary


def _fetch_pictures(project: Project, config: Config, snapshot: Path) -> None:
    """Thumbnails of the posts that the brief shows; without them it is whole, too."""
    from analysis.facts import plan_facts
    from crawler.pictures import Picture, PicturePlan, fetch_pictures, missing_pictures
    from reports.pictures import wanted_pictures

    now = _now()
    wanted = [Picture(name=post_id, url=url) for post_id, url in wanted_pictures(snapshot)]
    pictures = missing_pictures(project.thumbnails, wanted, now)
    pictures = [each for each in pictures if contact_problem(config.contact, [each.url]) is None]
    facts = plan_facts(snapshot, now=now, horizon_days=config.horizon_days)
    plan = PicturePlan(
        folder=str(project.thumbnails),
        contact=config.contact,
        own_hosts=config.own_hosts,
        min_delay_seconds=config.network.min_delay_seconds,
        hosts=tuple(
            {
                "host": each.host,
                "retry_after_at": each.retry_after_at.isoformat() if each.retry_after_at else None,
                "error_streak": each.error_streak or 0,
            }
            for each in facts.hosts
        ),
        pictures=tuple(pictures),
    )
    if pictures:
        say(f"Fetched {fetch_pictures(plan, now=now)} of {_many(len(pictures), 'picture')} for the brief.")


# ---------------------------------------------------------------- asking


class AnswerFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


@app.command()
def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY|NAME", help="SQL in quotes, or the name of a saved question.")
    ] = None,
    tables: Annotated[bool, typer.Option("--tables", help="Say what tables and columns mean, and stop.")] = False,
    saved: Annotated[bool, typer.Option("--list", help="Name the saved questions, and stop.")] = False,
    form: Annotated[AnswerFormat, typer.Option("--format", help="How to write the rows.")] = AnswerFormat.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write them there.")] = None,
    as_of: AsOf = None,
) -> None:
    """Ask the published data anything, in SQL or by a saved question's name.

    \b
    Examples:
      rivalscope sql "select company, posts_per_week from marts.league where platform = 'all'"
      rivalscope sql --list
      rivalscope sql "select * from marts.posts" --format parquet -o posts.parquet
    """
    from analysis.ask import ask, ask_parquet, saved_question

    if tables or saved or query is None:
        _show_what_there_is(is_tables=tables)
        return
    project, config = _opened()
    snapshot = _snapshot(project, config, as_of)
    text = query if len(query.split()) > 1 else saved_question(query.replace("-", "_")).sql
    if form is AnswerFormat.PARQUET:
        if output is None:
            fail("Parquet goes to a file; say which: -o rows.parquet")
        ask_parquet(snapshot, text, output)
        say(f"Wrote {output}.", err)
        return
    answer = ask(snapshot, text)
    _write_answer(answer, form, output)
    if answer.is_cut and form is not AnswerFormat.TABLE:
        say(f"There are more rows than these {len(answer.rows):,}; --format parquet takes a million.", err)


def _write_answer(answer: Answer, form: AnswerFormat, output: Path | None) -> None:
    from analysis.ask import write_answer

    if output is None:
        write_answer(answer, form.value, sys.stdout)  # type: ignore[arg-type]  # all but parquet are its forms
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            write_answer(answer, form.value, file)  # type: ignore[arg-type]  # as above
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.")
    say(f"Wrote {output}.", err)


def _show_what_there_is(*, is_tables: bool) -> None:
    from analysis.ask import saved_questions
    from analysis.ask import tables as described

    if not is_tables:
        show_table(("name", "question"), [(question.name, question.question) for question in saved_questions()])
        return
    rows: list[tuple[str, str]] = []
    for table in described():
        rows.append((table.name, table.description))
        rows += [(f"  {name}", description) for name, description in table.columns]
    show_table(("table and columns", "meaning"), rows)


# ---------------------------------------------------------------- for contributors


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="PLATFORM", help="Lower-case letters and digits, like lemmy.")],
    label: Annotated[
        str | None, typer.Option(metavar="NAME", help="As people write it; else PLATFORM with a capital.")
    ] = None,
    checkout: Annotated[Path, typer.Option(metavar="FOLDER", help="The source.")] = Path(),
) -> None:
    """Write the skeleton of a new platform into every place of the source.

    Page objects, spider, fixtures, tests, and every list that names platforms. It passes all tests as it stands, with
    an invented interface; what is left to do is said place by place.

    \b
    Example:
      rivalscope new vimeo --label Vimeo
    """
    from crawler.scaffold import write_platform

    known = FACTS[Platform(name)].label if name in set(Platform) else name.title()
    for place in write_platform(checkout.resolve(), name, label or known):
        say(f"{place.path}: {place.task}")
    say("Then: make check, make test. CONTRIBUTING.md tells the rest.")


@app.command()
def record(
    url: Annotated[str, typer.Argument(metavar="URL", help="The page or answer to record.")],
    case: Annotated[str, typer.Option("--case", metavar="NAME", help="What is on the page, like video-post.")],
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A saved page, HAR or WARC that holds it."),
    ] = None,
    class_name: Annotated[
        str | None, typer.Option("--class", metavar="CLASS", help="Who reads it, like web.html.WebArticle.")
    ] = None,
    renamed: Annotated[
        list[str] | None, typer.Option("--rename", metavar="OLD=NEW", help="A name to exchange everywhere; repeat.")
    ] = None,
    kept: Annotated[list[str] | None, typer.Option("--keep", metavar="WORD", help="A word to leave; repeat.")] = None,
    checkout: Annotated[Path, typer.Option(metavar="FOLDER", help="The source.")] = Path(),
) -> None:
    """Record a page as a fixture, with its words exchanged.

    What is read in it now is written beside it. One polite request, or none with --from. Cookies, tokens and mail
    addresses are taken out; correct output.json to what a person reads on the page, then the code until the tests pass.

    \b
    Examples:
      rivalscope record https://social.example/api/v1/statuses/7 --case video-post --rename acme=kettle
      rivalscope record https://acme.example/post --case video-post --from session.har
    """
    from crawler.recording import record_page

    names = dict(pair.split("=", 1) for pair in renamed or () if "=" in pair)
    if len(names) != len(renamed or ()):
        fail("--rename wants two names, like --rename acme=kettle")
    fixtures = checkout.resolve() / "fixtures"
    if not fixtures.is_dir():
        fail(f"{checkout.resolve()} is no checkout of Rivalscope; get its source, and run this in its folder.")
    captured = _captured(url, source)
    written = record_page(captured, case, fixtures, class_name=class_name, renamed=names, kept=kept or ())
    say(f"Wrote {written.folder} ({written.page_class}, {written.kind}.json).")
    for remark in written.remarks:
        say(f"  {remark}")
    say(
        f"Correct {written.kind}.json by hand to what the page says, then the code until "
        "python -m pytest tests/crawler/test_fixtures.py passes."
    )


def _captured(url: str, source: Path | None) -> Captured:
    """The response of ``url``, from a file, or by one request with the manners of a crawl."""
    from crawler.recording import captured_from, fetched

    if source is not None:
        return captured_from(source, url)
    _, config = _opened()
    if problem := contact_problem(config.contact, [url]):
        fail(problem, CONFIGURATION)
    return fetched(url, contact=config.contact, own_hosts=config.own_hosts, now=_now())


# ---------------------------------------------------------------- the example market


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="FOLDER", help="Where the demo's project goes; made anew each time.")
    ] = Path("demo"),
) -> None:
    """Crawl a bundled example market on this machine, and write its brief.

    Six invented companies with known truths, served on loopback: nothing leaves this machine. Ends with 0 when what was
    found is what is true.

    \b
    Example:
      rivalscope demo
    """
    from crawler.market import Market, MarketServer, misses, truth, write_project

    root = folder.expanduser().resolve()
    if root.exists() and any(root.iterdir()) and not (root / _DEMO_MARK).exists():
        fail(f"{root} is not an earlier demo; name an empty folder: rivalscope demo --folder FOLDER")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    (root / _DEMO_MARK).touch()
    with MarketServer(Market(_now())) as server:
        project = Project(write_project(server, root))
        config = load_config(project.config_path)
        say(f"The example market: {_many(len(config.accounts), 'account')} on this machine, project in {root}.")
        with _locked(project, "demo"):
            _run(project, config)
        told = truth(server)
    horizon_at = datetime.fromisoformat(told["now"]) - timedelta(days=config.horizon_days)
    wrong = misses(told, *_found(project, horizon_at))
    for sentence in wrong:
        say(f"Not as the truth says: {sentence}", err)
    if wrong:
        raise typer.Exit(UNEXPECTED)
    say("Everything came out as the market's truth says; the account behind a wall is part of it.")


_DEMO_MARK = ".rivalscope-demo"


def _found(project: Project, horizon_at: datetime) -> tuple[list[dict[str, Any]], dict[str, int], list[dict[str, Any]]]:
    """What the warehouse says about the example market: coverage, posts by account link, claims about formats."""
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(project.snapshot)
    try:
        coverage = _rows(connection, "select url, outcome from marts.coverage")
        posts = _rows(
            connection,
            """
            select
                coverage.url,
                count(*) as post_count,
            from marts.posts
            inner join marts.coverage using (account_id)
            where published_at >= ?
            group by all
            """,
            horizon_at,
        )
        claims = _rows(
            connection,
            """
            select *
            from marts.claims
            where dimension = 'format' and scope = 'general' and outcome = 'engagement'
            """,
        )
    finally:
        connection.close()
    return coverage, {row["url"]: row["post_count"] for row in posts}, claims


def _rows(connection: Any, query: str, *values: object) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


# ---------------------------------------------------------------- the way in


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Never raises for what a user can do wrong."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    given = _hoisted(list(sys.argv[1:] if arguments is None else arguments))
    try:
        code = typer.main.get_command(app).main(args=given, prog_name="rivalscope", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        say("Stopped. What was collected is kept.", err)
        return STOPPED
    except (BrokenPipeError, SystemExit):
        # whoever read our output has seen enough (Typer and rich make a SystemExit of it)
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _explain(error)
    return code if isinstance(code, int) else DONE


def _hoisted(arguments: list[str]) -> list[str]:
    """The options for all commands in front of the command, wherever they were written."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--debug" or word.startswith("--project="):
            front.append(word)
        elif word == "--project":
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        else:
            rest.append(word)
    return front + rest


def _explain(error: Exception) -> int:
    from crawler.credentials import CredentialError
    from crawler.landing import LandingError
    from crawler.metering import LedgerError
    from crawler.plan import PlanError
    from crawler.reading.captured import CaptureError
    from crawler.recording import RecordingError
    from crawler.scaffold import ScaffoldError

    match error:
        case CommandError():
            code = error.exit_code
        case account_list.ListError() | CaptureError() | RecordingError() | ScaffoldError():
            code = USAGE
        case ConfigError() | CredentialError():
            code = CONFIGURATION
        case RunLockedError():
            code = LOCKED
        case LandingError() | PlanError() | LedgerError():
            code = UNEXPECTED
        case _ if hasattr(error, "format_message"):  # Typer's own: a mistake on the command line
            return _explain_usage(error)
        case _:
            known = _of_analysis_or_reports(error)
            if known is None:
                return _explain_unexpected(error)
            code = known
    for sentence in str(error).splitlines():
        say(sentence, err)
    if _Given.is_debug:
        err.print(Text("".join(traceback.format_exception(error))))
    return code


def _explain_usage(error: Any) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        say(error.format_message())
        return USAGE
    near = f"; did you mean {' or '.join(near)}?" if (near := getattr(error, "possibilities", None)) else "."
    message = str(error.message if near != "." else error.format_message()).strip().rstrip(".")
    near = "" if message.endswith("?") else near
    path = context.command_path if context is not None else "rivalscope"
    say(f"{message}{near} See: {path} --help", err)
    return USAGE


def _of_analysis_or_reports(error: Exception) -> int | None:
    package = type(error).__module__.partition(".")[0]
    if package not in ("analysis", "reports"):
        return None
    names = {cls.__name__ for cls in type(error).__mro__}
    if "RulesError" in names:
        return CONFIGURATION
    if "WarehouseBusyError" in names:
        return LOCKED
    if "SnapshotMissingError" in names:
        return NOTHING
    if names & {"AskError", "LabelError"}:
        return USAGE
    return UNEXPECTED


def _explain_unexpected(error: Exception) -> int:
    details = "".join(traceback.format_exception(error))
    if _Given.is_debug:
        err.print(Text(details))
        return UNEXPECTED
    try:
        log = Project.find(_Given.project).log
        log.parent.mkdir(parents=True, exist_ok=True)
    except (ConfigError, OSError):
        log = Path(tempfile.gettempdir()) / "rivalscope.log"
    said = " ".join(str(error).split())[:200]
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{_now():%Y-%m-%d %H:%M:%S} {' '.join(sys.argv[1:])}\n{details}\n")
    except OSError:
        say(f"Something unexpected went wrong ({type(error).__name__}: {said}); see it with --debug.", err)
        return UNEXPECTED
    say(f"Something unexpected went wrong ({type(error).__name__}: {said}); the details are in {log}.", err)
    return UNEXPECTED


if __name__ == "__main__":
    sys.exit(main())
