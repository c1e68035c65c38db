"""Edits of ``rivalscope.toml`` that keep the user's comments and order, and never leave a file that cannot be read."""

from __future__ import annotations

import csv
import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import tomlkit
from attrs import frozen
from tomlkit.items import AoT
from tomlkit.toml_document import TOMLDocument

from crawler.config import Config, ConfigError, nearest, parse_config, read_config_text
from crawler.items import Platform
from crawler.links import Link, LinkError, is_private_host, recognise
from crawler.reading.table_layouts import ColumnChoice, header_names
from crawler.reading.text_tables import read_table
from crawler.reading.urls import same_site
from crawler.whole_file import write_whole

_TEMPLATE = """\
# Who is watched, and how. `rivalscope add LINK` writes here too; comments and order stay.
# A mistake in this file is named with its line: `rivalscope check` looks for them without asking anybody.

# Shown to every site that is visited, in each request, so that its owner can reach you. A page or a mailbox; it need
# not name your shop: a neutral one does. Without it nothing beyond this machine is visited.
contact = {contact}

# Weeks and hours in the brief are counted in this zone.
timezone = {timezone}

# How far back the first visit to an account reads (later ones read only what is new, and look again at recent posts).
horizon_days = 84

# Accounts that are never collected nor imported: of people who asked, or who share a brand's name.
# excluded = ["https://mastodon.example/@somebody"]

[network]
own_hosts = []              # hosts that are yours, like "127.0.0.1:8001": may be private addresses, no delay
page_budget = 500           # requests a host and run
min_delay_seconds = 2.0     # between two requests to a host; may only be raised

# [analysis]
# outcomes = ["engagement", "likes", "weighted"]   # what claims are made about; without this line, all in seven ways
# audience_timezone = "America/New_York"           # your readers' clocks: weekdays and hours of posts; else timezone

# [brief]
# name = "Studio Ahorn"        # stands over the brief
# logo = "logo.png"            # PNG, JPEG, WebP or SVG beside this file, at most 100 kB
# accent = "#1d5fa8"           # made readable in the light and in the dark
# hide = ["doors"]             # sections to leave out
# templates = "my-templates"   # a folder whose templates go before ours of the same name
# language = "de"              # of its words: en or de, or one of your own catalogues
# locale = "de-AT"             # how numbers and dates are written; without this line, as the language has them
# catalogues = "my-words"      # a folder whose words go before ours: de/LC_MESSAGES/reports.po

[schedule]                  # what `rivalscope schedule` sets up, by the clock of the zone above
collect = ["05:00"]         # every day; what is new or due is asked for
tell = "monday 07:00"       # the week's brief
# [schedule.lists.coffee]   # accounts of this list are visited at other times
# collect = ["05:00", "17:00"]
# tell = "friday 16:00"     # and have a brief of their own, by a run of their own

# [deliver.to.office]          # who gets the brief; `rivalscope deliver --connect office` asks for the mail server
# mail = ["anna@acme.example"]
# [deliver.to.team]            # or service = "slack", "discord", … ; folder = "/srv/briefs"; bucket = "s3://acme/briefs"
# service = "slack"

# tell = ["brief", "alerts"]   # alerts come between briefs, each once:
# [alerts]
# breakout_lift = 5.0          # a post with at least so many times its account's usual engagement,
# breakout_days = 14           # published so many days ago at most
# follower_jump_share = 0.1    # a competitor that grew by so much within a week (0.1 = 10 %), unusual for it,
# follower_jump_least = 100    # and by so many followers
# gone_visits = 1              # visits in a row that found an account gone
# failed_visits = 3            # visits in a row that failed

# [plan]                       # what `rivalscope plan` keeps to
# days = ["monday", "tuesday", "wednesday", "thursday", "friday"]   # without this line, all seven
# quiet_hours = ["21:00-08:00"]
# country = "DE"               # whose public holidays are left out; subdivision = "BY" for those of a part of it
# most_a_day = 1               # posts on one network
# most_a_week = {{ video = 1 }}  # how many of a format you can make; 0: none
# hashtags = ["acme"]          # yours, which come first
# link = "https://acme.example/shop"   # where posts send their readers; without this line, your own site of the list
# platforms = ["instagram"]    # without this line, wherever your own accounts are
# buffer_rows = 100            # of one upload file for Buffer: 10 on its free plan
# hootsuite_dates = "mm/dd/yyyy"   # or dd/mm/yyyy, yyyy/mm/dd, yyyy-mm-dd, as chosen in its upload dialog
# [[plan.campaigns]]
# name = "Spring sale"
# from = 2027-03-01
# until = 2027-03-14

# [retention]                  # the warehouse keeps everything; of the rest:
# archive_days = 90            # pages as they were answered
# archive_gb = 2.0             # at most so much of them
# landing_days = 90            # landing files that were loaded

# [platforms.bluesky]
# api_url = "https://public.api.bsky.app"

# One block for each account. Yours has own = true. Delete a block, or `rivalscope remove LINK`: its history is kept.
#
# [[accounts]]
# company = "Acme"
# url = "https://acme.example/blog"
# own = false
# lists = ["coffee"]
# paused = false

"""


class ListError(Exception):
    """What was asked of the list cannot be done; one sentence. A command line exits 2."""


@frozen(kw_only=True)
class Wanted:
    """One link that a user wants to add."""

    pasted: str
    company: str | None = None
    where: str = ""
    """``file:line`` it came from; ``""`` for the command line."""


@frozen(kw_only=True)
class Added:
    """What became of one wanted link."""

    wanted: Wanted
    link: Link | None = None
    company: str = ""
    problem: str = ""
    """One sentence when it was not added."""
    is_known: bool = False
    """It was in the list already; nothing was changed."""
    twin: str = ""
    """Another host of the same site that is in the list (``blog.acme.example`` beside ``acme.example``)."""
    twin_company: str = ""
    """Whose that is in the list."""


def write_new(path: Path, *, contact: str, timezone: str) -> None:
    """Write a commented ``rivalscope.toml``; :class:`ConfigError` when there is one, or a value is wrong."""
    if path.exists():
        raise ConfigError(f"{path} exists already; edit it, or add links with: rivalscope add LINK")
    text = _TEMPLATE.format(contact=tomlkit.string(contact).as_string(), timezone=tomlkit.string(timezone).as_string())
    parse_config(text, path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, text)


def add(
    path: Path,
    wanted: Sequence[Wanted],
    *,
    is_own: bool = False,
    lists: Sequence[str] = (),
    platform: Platform | None = None,
    own_host: bool = False,
) -> list[Added]:
    """Add each link that can be recognised, in order; the others come back with their sentence.

    ``own_host`` also names the links' hosts in ``[network] own_hosts``.
    """
    results: list[Added] = []

    def edit(document: TOMLDocument, config: Config) -> None:
        known = {account.link.identity: account.company for account in config.accounts}
        sites = [(account.link, account.company) for account in config.accounts]
        companies = {account.company.casefold(): account.company for account in config.accounts}
        for one in wanted:
            try:
                link = recognise(one.pasted, config, platform)
            except LinkError as error:
                results.append(Added(wanted=one, problem=error.message))
                continue
            if is_private_host(link.host) and not own_host and not config.is_own_host(link.host):
                results.append(Added(wanted=one, problem=_private(link)))
                continue
            if config.is_excluded(link):
                results.append(Added(wanted=one, problem=_excluded(link)))
                continue
            named = " ".join((one.company or company_of(link)).split())
            company = companies.setdefault(named.casefold(), named)
            if link.identity in known:
                results.append(Added(wanted=one, link=link, company=known[link.identity], is_known=True))
                continue
            known[link.identity] = company
            entry = tomlkit.table()
            entry["company"] = company
            entry["url"] = link.url
            if is_own:
                entry["own"] = True
            if lists:
                entry["lists"] = list(lists)
            if platform is not None:
                entry["platform"] = platform.value
            _accounts(document).append(entry)
            if own_host:
                _name_own_host(document, link)
            twin, twin_company = _twin(link, sites)
            results.append(Added(wanted=one, link=link, company=company, twin=twin, twin_company=twin_company))
            sites.append((link, company))

    _edit(path, edit)
    return results


def read_list(path: Path) -> list[Wanted]:
    """Two columns, ``competitor,url``, from a spreadsheet; header optional, separators, encodings as they come.

    Raises :class:`ListError` when the file cannot be read or has no second column.
    """
    try:
        rows = list(read_table(path))
    except (OSError, csv.Error, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ListError(f"{path.name} cannot be read as a CSV: {reason}") from None
    wanted: list[Wanted] = []
    for number, cells in rows:
        filled = [cell.strip() for cell in cells]
        if not any(filled):
            continue
        if not wanted and {"url", "link", "website"} & {cell.lower() for cell in filled[:2]}:
            continue
        where = f"{path.name}:{number}"
        if len(filled) < 2 or not filled[1]:
            one = filled[0] if "." in filled[0] or "/" in filled[0] else ""
            if not one:
                raise ListError(f"{where}: a row needs two columns, competitor and url; this one has no url.")
            wanted.append(Wanted(pasted=one, where=where))
        else:
            wanted.append(Wanted(pasted=filled[1], company=filled[0] or None, where=where))
    if not wanted:
        raise ListError(f"{path.name} has no row with a link; it needs two columns, competitor and url.")
    return wanted


def rename(path: Path, old: str, new: str) -> str:
    """Rename a company, or give an account its changed link; returns one sentence saying which. Raises ListError."""
    said = ""

    def edit(document: TOMLDocument, config: Config) -> None:
        nonlocal said
        chosen = [
            index for index, account in enumerate(config.accounts) if account.company.casefold() == old.casefold()
        ]
        tables = _accounts(document)
        if chosen:
            for index in chosen:
                tables[index]["company"] = new
            said = f"{old} is now called {new} ({len(chosen)} accounts)."
            return
        index = _index_of(config, old)
        try:
            link = recognise(new, config, config.accounts[index].platform)
        except LinkError as error:
            raise ListError(error.message) from None
        before = config.accounts[index].link
        if link.platform != before.platform:
            raise ListError(
                f"{link.url} is on {link.platform.value} and {before.url} on {before.platform.value}; "
                "a changed handle stays on its platform, so add the new link instead."
            )
        tables[index]["url"] = link.url
        if link.platform != Platform.WEB and link.host != before.host:
            formerly = [url for url in (*config.accounts[index].formerly, before.url) if url != link.url]
            tables[index]["formerly"] = formerly
        said = f"{before.url} is now {link.url}; {_what_continues(before, link)}"

    _edit(path, edit)
    return said


def _what_continues(before: Link, link: Link) -> str:
    if link.platform == Platform.WEB:
        return "a site has no id that stays, so what was collected so far is kept under the old address."
    if link.host != before.host:
        return "what was collected there is part of its history."
    return "its history continues once the network confirms that it is the same account."


def set_paused(path: Path, who: str, paused: bool) -> list[str]:
    """Pause or resume an account (by link) or all accounts of a company; returns their links."""
    urls: list[str] = []

    def edit(document: TOMLDocument, config: Config) -> None:
        for index in _chosen(config, who):
            table = _accounts(document)[index]
            if paused:
                table["paused"] = True
            else:
                table.pop("paused", None)
            urls.append(config.accounts[index].link.url)

    _edit(path, edit)
    return urls


def remove(path: Path, who: str) -> list[str]:
    """Take an account (by link) or all accounts of a company off the list; returns their links."""
    urls: list[str] = []

    def edit(document: TOMLDocument, config: Config) -> None:
        chosen = _chosen(config, who)
        urls.extend(config.accounts[index].link.url for index in chosen)
        tables = _accounts(document)
        for index in reversed(chosen):
            del tables[index]
        if not len(tables):
            del document["accounts"]

    _edit(path, edit)
    return urls


def remember_table(path: Path, headers: Sequence[str], choice: ColumnChoice) -> None:
    """Write down what the columns of such a table are; what was said of the same columns before gives way."""

    def edit(document: TOMLDocument, config: Config) -> None:
        tables = document.get("imports")
        if not isinstance(tables, AoT):
            document["imports"] = tables = tomlkit.aot()
        for index in reversed(range(len(config.imports))):
            if header_names(config.imports[index].headers) == header_names(headers):
                del tables[index]
        table = tomlkit.table()
        table["headers"] = list(headers)
        columns = tomlkit.inline_table()
        columns.update(choice.columns)
        table["columns"] = columns
        said = {"platform": choice.platform, "account": choice.account, "date_order": choice.date_order}
        table.update({name: str(value) for name, value in said.items() if value})
        tables.append(table)

    _edit(path, edit)


def _edit(path: Path, edit: Callable[[TOMLDocument, Config], None]) -> None:
    with _edited_alone(path.parent):
        text = read_config_text(path)
        config = parse_config(text, path.name)
        document = tomlkit.parse(text)
        edit(document, config)
        after = tomlkit.dumps(document)
        if after != text:
            parse_config(after, path.name)
            _write(path, re.sub(r"(?<!\r)\n", "\r\n", after) if "\r\n" in text else after)


@contextmanager
def _edited_alone(folder: Path) -> Iterator[None]:
    """One edit after another: of two at once, the later would write the list without what the other added."""
    try:
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be opened: {error.strerror}.") from None
    try:
        with suppress(OSError):  # some network disks have no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from None


def _accounts(document: TOMLDocument) -> AoT:
    if "accounts" not in document:
        document["accounts"] = tomlkit.aot()
    tables = document["accounts"]
    if not isinstance(tables, AoT):
        raise ConfigError("rivalscope.toml: write each account as a [[accounts]] block, so that it can be edited.")
    return tables


def _name_own_host(document: TOMLDocument, link: Link) -> None:
    network = document.setdefault("network", tomlkit.table())
    hosts = list(network.get("own_hosts", []))
    # an account's host is named without www., and asked by the name that it was given
    named = dict.fromkeys((*hosts, link.host, urlsplit(link.url).netloc.lower()))
    if link.host and len(named) > len(hosts):
        network["own_hosts"] = list(named)


def _twin(link: Link, listed: Sequence[tuple[Link, str]]) -> tuple[str, str]:
    """Address and company of a site on the list that is another host of the same one, else ``""``."""
    if link.platform != Platform.WEB:
        return "", ""
    for each, company in listed:
        if each.platform == Platform.WEB and each.host != link.host and same_site(each.url, link.url):
            return each.url, company
    return "", ""


def _chosen(config: Config, who: str) -> list[int]:
    chosen = [index for index, account in enumerate(config.accounts) if account.company.casefold() == who.casefold()]
    return chosen or [_index_of(config, who)]


def _index_of(config: Config, who: str) -> int:
    try:
        identity = recognise(who, config).identity
    except LinkError:
        identity = ("", "", "")
    for index, account in enumerate(config.accounts):
        if who in (account.url, account.link.url) or account.link.identity == identity:
            return index
    known = [*(account.company for account in config.accounts), *(account.link.url for account in config.accounts)]
    raise ListError(f"{who!r} is no company and no link in the list{nearest(who, known) or '; see: rivalscope list'}")


def _private(link: Link) -> str:
    return (
        f"{link.host} is on this machine or a private network, where Rivalscope goes only when told to; "
        f"if it is yours, say the same again with --own-host: rivalscope add --own-host {link.url}"
    )


def _excluded(link: Link) -> str:
    return (
        f"{link.url} is excluded: it stands under `excluded` in rivalscope.toml, so it is neither collected nor"
        " imported; take it out there if that is no longer right."
    )


def meant(config: Config, who: str) -> list[Link]:
    """The links of a company on the list, or the account that a link means, on the list or not. Raises ListError."""
    try:
        link = recognise(who, config)
    except LinkError:
        return [config.accounts[index].link for index in _chosen(config, who)]
    listed = [account.link for account in config.accounts if who in (account.url, account.link.url)]
    named = [account.link for account in config.accounts if account.company.casefold() == who.casefold()]
    return named or listed or [link]


def exclude(path: Path, links: Sequence[Link]) -> None:
    """Take accounts off the list, and see to it that nothing of them is collected or imported again."""

    def edit(document: TOMLDocument, config: Config) -> None:
        tables = document.get("accounts", [])
        for index in reversed(range(len(config.accounts))):
            if any(link.covers(config.accounts[index].link) for link in links):
                del tables[index]
        if "accounts" in document and not len(tables):
            del document["accounts"]
        new = [link.url for link in links if not config.is_excluded(link)]
        if new:
            document["excluded"] = [*config.excluded, *new]

    _edit(path, edit)


def company_of(link: Link) -> str:
    """A name for the company behind ``link``, when nobody gave one."""
    name = link.handle.rpartition("/")[2] if link.platform != Platform.WEB else link.host
    if link.platform == Platform.BLUESKY:
        name = link.handle.removesuffix(".bsky.social")
    if "." in name:
        from tldextract import TLDExtract  # here, because it loads an HTTP client that most commands never need

        parts = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)(name)
        named = parts.domain if parts.suffix else name.partition(".")[0]
        name = link.handle if is_private_host(link.host) else named or name
    plain = name.removeprefix("@").replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]
