"""The list: making a project, adding links and what a site proposes, and what becomes of accounts."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from crawler import account_list
from crawler.commands.named_files import to_read
from crawler.commands.session import Given, current_time, has_access, locked, opened
from crawler.commands.terminal import USAGE, err, fail, out, say, show_table
from crawler.config import load_config, nearest
from crawler.items import Platform
from crawler.machine_zone import machine_zone
from crawler.platforms import FACTS, has_spider, is_collected, platform_named, sight
from crawler.project import Project
from crawler.reading.text import clean
from crawler.run_lock import RunLockedError

if TYPE_CHECKING:
    from crawler.links import Link
    from crawler.proposals import Proposal, SiteLook

_SHOWN_LINKS = 10


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
    folder = (Given.project or Path.cwd()).expanduser()
    path = folder if folder.suffix == ".toml" else folder / "rivalscope.toml"
    if path.exists():
        fail(f"{path} exists already; edit it, or add links with: rivalscope add LINK")
    if contact is None and sys.stdin.isatty() and sys.stdout.isatty():
        say("Every site that is visited sees a contact in each request, so that its owner can reach you.")
        say("It need not name your shop: a neutral mailbox, or a plain page that says who asks, does.")
        contact = typer.prompt("Contact (mail address or page; empty for later)", default="", show_default=False)
    account_list.write_new(path, contact=contact or "", timezone=timezone or machine_zone() or "UTC")
    say(f"Wrote {path}.")
    if not contact:
        say("It has no contact yet: nothing beyond this machine is visited until `contact` is filled in.")
    say("Next: rivalscope add --company NAME LINK…")


ListFile = Annotated[
    Path | None,
    typer.Option(
        "--from", parser=to_read, metavar="FILE", help="CSV with two columns: competitor,url (-: standard input)."
    ),
]


def add(
    links: Annotated[list[str] | None, typer.Argument(metavar="LINK", help="Profiles, channels, pages, blogs.")] = None,
    company: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose they are; else guessed from the link.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="They are yours, to compare with.")] = False,
    in_list: Annotated[
        list[str] | None, typer.Option("--list", metavar="NAME", help="Put them on a list; may be repeated.")
    ] = None,
    source: ListFile = None,
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
    project, _ = opened()
    _check_accept(accept, is_offline=offline)
    wanted = _wanted(links or (), company, source)
    chosen = platform_named(platform) if platform else None
    if platform and chosen is None:
        fail(f"{platform!r} is no platform{nearest(platform, Platform) or '; see: rivalscope platforms'}")
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
            seen = sight(each.link.platform, has_access=has_access(each.link.platform))
            say(f"Added {each.link.url} ({FACTS[each.link.platform].label}, {each.company}). {seen}")
            if each.link.note:
                say(f"  Note: {each.link.note}.")
            if each.twin:
                counted = (
                    "once, at the one that its address names"
                    if each.twin_company == each.company
                    else "for both companies; if they are one: "
                    f'rivalscope rename "{each.company}" "{each.twin_company}"'
                )
                say(
                    f"  Note: {each.twin} of the same site is in the list, too."
                    f" An article that both show counts {counted}."
                )


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
    from crawler.network.contact import contact_problem
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
    hosts = Given.known_hosts(project.snapshot) if Given.known_hosts is not None else ()
    try:
        with locked(project, "add"):  # two programs must not ask one host side by side
            looks = Looker(config=config, now=current_time(), hosts=hosts).look_at(asked)
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


def list_accounts(
    in_list: Annotated[str | None, typer.Option("--list", metavar="NAME", help="Only this list.")] = None,
) -> None:
    """Show the list: companies, accounts, and which are paused.

    \b
    Example:
      rivalscope list --list coffee
    """
    _, config = opened()
    accounts = [account for account in config.accounts if in_list is None or in_list in account.lists]
    if not accounts and in_list is not None:
        fail(f"There is no list {in_list!r}{nearest(in_list, config.list_names)}")
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
    project, _ = opened()
    say(account_list.rename(project.config_path, old, new))


def pause(
    who: Annotated[str, typer.Argument(metavar="COMPANY|LINK", help="All of a company, or one account.")],
) -> None:
    """Stop visiting an account or a company; the brief keeps it.

    \b
    Example:
      rivalscope pause Acme
    """
    project, _ = opened()
    for url in account_list.set_paused(project.config_path, who, True):
        say(f"Paused {url}.")


def resume(
    who: Annotated[str, typer.Argument(metavar="COMPANY|LINK", help="All of a company, or one account.")],
) -> None:
    """Visit a paused account or company again.

    \b
    Example:
      rivalscope resume Acme
    """
    project, _ = opened()
    for url in account_list.set_paused(project.config_path, who, False):
        say(f"Resumed {url}.")


def remove(
    who: Annotated[str, typer.Argument(metavar="COMPANY|LINK", help="All of a company, or one account.")],
) -> None:
    """Take an account or company off the list; its posts are kept.

    \b
    Example:
      rivalscope remove https://acme.example/blog
    """
    project, _ = opened()
    for url in account_list.remove(project.config_path, who):
        say(f"Removed {url}; what was collected is kept, and comes back when the link is added again.")


def platforms() -> None:
    """Show all platforms: what is seen there, and what is collected.

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
        rows.append((facts.label, collected, facts.how, facts.shows, facts.hides))
    show_table(("platform", "collected", "how", "shows", "hides"), rows)
