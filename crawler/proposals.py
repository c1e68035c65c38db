"""Whom a site links to as itself: accounts to propose for the list, and whether each links back.

The site's one page is asked, then each profile that networks show in public; what is behind a wall is not asked. Both
go through :mod:`crawler.one_page`, so that robots.txt and the fence decide as in any crawl.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from crawler.config import Config, nearest
from crawler.items import Platform
from crawler.links import Link, LinkError, is_private_host, recognise
from crawler.network.contact import contact_problem
from crawler.network.host_keys import host_key
from crawler.one_page import ask_one_page
from crawler.plan import CrawlPlan, HostFacts, ListedAccount, make_plan
from crawler.platforms import FACTS, is_collected, platform_named
from crawler.reading.networks import is_link_hub
from crawler.reading.urls import permalink, same_site


@frozen(kw_only=True)
class Proposal:
    """One profile that a site names as its own."""

    link: Link
    company: str
    links_back: bool | None = None
    """Whether the profile leads back to the site; ``None`` = not known."""
    note: str = ""
    """Why that is not known; the object of "not checked: …"."""


@frozen(kw_only=True)
class SiteLook:
    """What one page of a site gave."""

    site: Link
    company: str
    proposals: tuple[Proposal, ...] = ()
    listed: tuple[tuple[Link, str], ...] = ()
    """Profiles that are in the list already, and whose they are there."""
    others: tuple[str, ...] = ()
    """Its profiles on networks that are not collected in any way."""
    hubs: tuple[str, ...] = ()
    """Pages that only list further links of its owner."""
    problem: str = ""
    """Why the page could not be looked at: one sentence."""


@frozen(kw_only=True)
class Looker:
    """Asks sites and profiles on behalf of a user whose ``rivalscope.toml`` is ``config``."""

    config: Config
    now: datetime
    hosts: Sequence[HostFacts] = field(factory=tuple)
    """What earlier crawls learned of hosts."""

    def look_at(self, sites: Sequence[tuple[Link, str]]) -> list[SiteLook]:
        """Look at one page of each site (with its company) and at the public profiles that it links to.

        Raises nothing for whatever a site answers: the sentence is in :attr:`SiteLook.problem`. KeyboardInterrupt when
        the user stopped it.
        """
        pages = {link.account_key: _page_of(link) for link, _ in sites}
        records, problems = self._ask(list(pages.values()))
        looks: list[SiteLook] = []
        proposed: set[tuple[str, str, str]] = set()
        for site, company in sites:
            page = pages[site.account_key]
            record = next((each for each in records.get(page.account_key, ()) if each["record"] == "site"), None)
            if record is None:
                problem = problems.get(page.account_key) or f"{page.url} is no web page."
                looks.append(SiteLook(site=site, company=company, problem=problem))
                continue
            look = self._sorted(site, company, record.get("profile_links", ()))
            # two pages of one site name the same profiles
            new = tuple(each for each in look.proposals if each.link.identity not in proposed)
            proposed.update(each.link.identity for each in new)
            looks.append(evolve(look, proposals=new))
        return self._confirmed(looks)

    def _sorted(self, site: Link, company: str, urls: Iterable[str]) -> SiteLook:
        listed = {account.link.identity: account.company for account in self.config.accounts}
        proposals: dict[tuple[str, str, str], Proposal] = {}
        known: dict[tuple[str, str, str], tuple[Link, str]] = {}
        others: list[str] = []
        hubs: list[str] = []
        for url in urls:
            try:
                link = recognise(url, self.config)
            except LinkError:
                link = None
            if link is None or link.platform == Platform.WEB:
                (hubs if is_link_hub(url) else others).append(url)
            elif not self._may_name(site, link) or self.config.is_excluded(link):
                continue
            elif link.identity in listed:
                known[link.identity] = (link, listed[link.identity])
            else:
                proposals.setdefault(link.identity, Proposal(link=link, company=company))
        return SiteLook(
            site=site,
            company=company,
            proposals=tuple(proposals.values()),
            listed=tuple(known.values()),
            others=tuple(others),
            hubs=tuple(hubs),
        )

    def _may_name(self, site: Link, link: Link) -> bool:
        """Somebody else's page must not lead us into the user's own network."""
        is_inside = is_private_host(link.host) or self.config.is_own_host(link.host)
        return not is_inside or (self.config.is_own_host(link.host) and self.config.is_own_host(site.host))

    def _confirmed(self, looks: Sequence[SiteLook]) -> list[SiteLook]:
        asked = [each.link for look in looks for each in look.proposals if not self._why_not_asked(each.link)]
        records, problems = self._ask(asked) if asked else ({}, {})
        found = []
        for look in looks:
            proposals = tuple(
                self._weighed(each, look.site, records.get(each.link.account_key, ()), problems)
                for each in look.proposals
            )
            found.append(evolve(look, proposals=proposals))
        return found

    def _why_not_asked(self, link: Link) -> str:
        if FACTS[link.platform].is_walled:
            return f"{FACTS[link.platform].label} shows no profile without a login"
        if not is_collected(link.platform):
            return f"{FACTS[link.platform].label} is not collected yet"
        if contact_problem(self.config.contact, [self.config.base_urls.get(link.platform, link.url)]):
            return "no contact is configured"
        return ""

    def _weighed(
        self, proposal: Proposal, site: Link, records: Iterable[Mapping[str, Any]], problems: Mapping[str, str]
    ) -> Proposal:
        link = proposal.link
        if why := self._why_not_asked(link):
            return evolve(proposal, note=why)
        profile = next((each for each in records if each["record"] == "profile"), None)
        if profile is None:
            return evolve(proposal, note=(problems.get(link.account_key) or "it gave no profile").rstrip("."))
        if _leads_to(profile, site):
            return evolve(proposal, links_back=True)
        if not (profile.get("links") or profile.get("bio")):
            return evolve(proposal, note="it shows no link")
        return evolve(proposal, links_back=False)

    def _ask(self, links: Sequence[Link]) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
        """Landing records by account, and a sentence for each account that gave none."""
        # a second crawl would not know when the first one asked that host
        turn = {self._asked_host(link): link for link in reversed(links)}
        answers = ask_one_page(self._plan(list(turn.values())))
        if answers.summary.is_interrupted and not answers.summary.failure:
            raise KeyboardInterrupt
        records: dict[str, list[dict[str, Any]]] = {}
        for record in answers.records:
            records.setdefault(record["account_key"], []).append(record)
        problems = {link.account_key: "its host was just asked for another link." for link in links}
        for link in turn.values():
            visit = answers.summary.visits.get(link.account_key)
            problems[link.account_key] = (visit["message"] if visit else "") or answers.summary.failure
        return records, problems

    def _asked_host(self, link: Link) -> str:
        return link.host or host_key(self.config.base_urls.get(link.platform, link.url))

    def _plan(self, links: Sequence[Link]) -> CrawlPlan:
        config = self.config
        plan = make_plan(
            [ListedAccount.of(link, link.handle) for link in links],
            hosts=self.hosts,
            now=self.now,
            contact=config.contact,
            own_hosts=config.own_hosts,
            base_urls=config.base_urls,
            min_delay_seconds=config.network.min_delay_seconds,
        )
        # which software a server runs is not looked for here: each host is asked for one page
        return evolve(plan, accounts=tuple(evolve(each, software=each.platform.value) for each in plan.accounts))


def _page_of(site: Link) -> Link:
    """The page that is looked at: the link itself, and of a feed's link the site's home."""
    from crawler.pages.web.address import is_feed_address

    home = permalink("/", site.url)
    return evolve(site, url=home) if is_feed_address(site.url) and home is not None else site


def _leads_to(profile: Mapping[str, Any], site: Link) -> bool:
    # on Bluesky a handle is a name that only the owner of that site can give
    if profile["platform"] == Platform.BLUESKY and same_site(f"https://{profile['handle']}/", site.url):
        return True
    if any(same_site(url, site.url) for url in profile.get("links", ())):
        return True
    host = re.escape(urlsplit(site.url).netloc.lower().removeprefix("www."))
    return re.search(rf"(?<![\w.-])(?:www\.)?{host}(?![\w-])", (profile.get("bio") or "").lower()) is not None


# ---------------------------------------------------------------- choosing


class ChoiceError(ValueError):
    """What was said names no proposals; one sentence."""


def read_choice(said: str) -> tuple[str, ...]:
    """The parts of what a user chose: ``all``, ``none``, numbers (``1,3-5``), platforms, links.

    Raises :class:`ChoiceError` for a part that can be none of these, whatever is proposed.
    """
    parts = tuple(part for part in re.split(r"[,;\s]+", said.strip()) if part)
    for part in parts:
        if not (part.lower() in ("all", "none") or _span(part) or platform_named(part) or "." in part):
            hint = nearest(part, [*Platform, "all", "none"]) or "."
            raise ChoiceError(f"{part!r} is no number, platform or link; write 1,3-5 or all or none{hint}")
    if not parts:
        raise ChoiceError("nothing was chosen; write 1,3-5 or all or none.")
    if len(parts) > 1 and {"all", "none"} & {part.lower() for part in parts}:
        raise ChoiceError("all and none stand alone; write 1,3-5 to choose some.")
    return parts


def chosen(said: str, proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals that a user means, in their order; the first has number 1. Raises :class:`ChoiceError`."""
    parts = read_choice(said)
    if parts[0].lower() == "none":
        return []
    picked: set[int] = set()
    for part in parts:
        found = _meant(part, proposals)
        if not found:
            there = f"there are {len(proposals)}" if len(proposals) != 1 else "there is 1"
            raise ChoiceError(f"{part!r} is none of the profiles ({there}); nothing was added.")
        picked.update(found)
    return [proposals[index] for index in sorted(picked)]


def _meant(part: str, proposals: Sequence[Proposal]) -> set[int]:
    if part.lower() == "all":
        return set(range(len(proposals)))
    if span := _span(part):
        first, last = span
        return set(range(first - 1, last)) if 1 <= first <= last <= len(proposals) else set()
    if platform := platform_named(part):
        return {index for index, each in enumerate(proposals) if each.link.platform == platform}
    try:
        identity = recognise(part).identity
    except LinkError:
        return set()
    return {index for index, each in enumerate(proposals) if each.link.identity == identity}


def _span(part: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part, re.ASCII)
    return (int(found[1]), int(found[2] or found[1])) if found else None
