"""The whole of a ``rivalscope.toml``: the list of accounts with the settings, and mistakes that only both show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr

from crawler.config import values
from crawler.config.lines import Lines
from crawler.config.spelling import nearest
from crawler.config.tables import (
    AnalysisSettings,
    BriefSettings,
    ExplainedOutcomes,
    ExplainedTable,
    Network,
    PlanSettings,
    PlatformSettings,
    RetentionSettings,
    ScheduleSettings,
)
from crawler.items import Platform
from crawler.links import Link, LinkError, is_private_host, recognise
from crawler.metering import Budget
from crawler.platforms import FACTS
from crawler.reading.outcomes import OutcomeMapping
from crawler.reading.table_layouts import ColumnChoice, header_names
from crawler.receivers import AlertSettings, DeliverSettings, News
from crawler.rhythm import Rhythm
from crawler.strict_table import StrictTable


class Account(StrictTable):
    """One entry of the list."""

    company: Annotated[str, AfterValidator(values.company)]
    url: str
    own: bool = False
    lists: tuple[str, ...] = Field(default=(), strict=False)
    paused: bool = False
    platform: Annotated[Platform, BeforeValidator(values.platform)] | None = None
    """Overrides what the link looks like; only needed for self-hosted software that looks like another."""
    formerly: tuple[str, ...] = Field(default=(), strict=False)
    """Links on other servers from which it moved here; what was collected there is part of its history."""

    _former_keys: tuple[str, ...] = PrivateAttr(default=())
    _link: Link | None = PrivateAttr(default=None)

    @property
    def link(self) -> Link:
        """What the entry's url is."""
        assert self._link is not None, "set by load_config"  # noqa: S101 - an invariant of this module
        return self._link

    @property
    def former_keys(self) -> tuple[str, ...]:
        """The account keys of ``formerly``."""
        return self._former_keys

    @property
    def state(self) -> str:
        """``active`` or ``paused``, as the warehouse writes it."""
        return "paused" if self.paused else "active"


class Config(StrictTable):
    """A whole ``rivalscope.toml``."""

    contact: Annotated[str, AfterValidator(values.contact)] = ""
    timezone: Annotated[str, AfterValidator(values.timezone)] = "UTC"
    horizon_days: int = Field(default=84, ge=1, le=3660)
    """How far back the first visit to an account reads."""
    excluded: tuple[str, ...] = Field(default=(), strict=False)
    """Links of accounts that are never collected and never imported: of people who asked, or who share a brand's
    name."""
    network: Network = Network()
    analysis: AnalysisSettings = AnalysisSettings()
    brief: BriefSettings = BriefSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    retention: RetentionSettings = RetentionSettings()
    deliver: DeliverSettings = DeliverSettings()
    alerts: AlertSettings = AlertSettings()
    plan: PlanSettings = PlanSettings()
    platforms: dict[str, PlatformSettings] = Field(default={})
    accounts: tuple[Account, ...] = Field(default=(), strict=False)
    imports: tuple[ExplainedTable, ...] = Field(default=(), strict=False)
    outcome_imports: dict[str, ExplainedOutcomes] = Field(default={}, alias="import")

    @property
    def explained_outcomes(self) -> tuple[OutcomeMapping, ...]:
        """Tables of visits and sales as the user explained them."""
        return tuple(
            OutcomeMapping(
                name=name,
                columns=table.columns,
                currency=table.currency,
                date_order=table.date_order,
                decimal_mark=table.decimal_mark,
                is_additional=table.adds,
            )
            for name, table in self.outcome_imports.items()
        )

    _excluded: frozenset[Link] = PrivateAttr(default=frozenset())

    @property
    def excluded_links(self) -> frozenset[Link]:
        """What :attr:`excluded` names."""
        return self._excluded

    def is_excluded(self, link: Link) -> bool:
        """Whether ``link`` is an account, or part of a site, that is never to be collected."""
        return any(each.covers(link) for each in self._excluded)

    @property
    def explained_tables(self) -> Mapping[frozenset[str], ColumnChoice]:
        """Names of a header → what its columns are; of two the later one."""
        return {header_names(table.headers): table.choice for table in self.imports}

    @property
    def base_urls(self) -> Mapping[str, str]:
        """Platform → API address, ``<platform>.site`` → address of its public pages; configured or default, without
        trailing slash."""
        found = {name.value: facts.default_api_url for name, facts in FACTS.items() if facts.default_api_url}
        found |= {f"{name}.site": facts.default_site_url for name, facts in FACTS.items() if facts.default_site_url}
        found |= {name: table.api_url for name, table in self.platforms.items() if table.api_url}
        return found | {f"{name}.site": table.site_url for name, table in self.platforms.items() if table.site_url}

    @property
    def budgets(self) -> Mapping[str, Budget]:
        """Platform → how much may be read where reading costs money."""
        tables = {name: self.platforms.get(name.value, PlatformSettings()) for name in (Platform.X, Platform.YOUTUBE)}
        paid = tables[Platform.X]
        return {
            Platform.X.value: Budget(per_run=paid.posts_per_run, per_month=paid.posts_per_month),
            Platform.YOUTUBE.value: Budget(per_day=tables[Platform.YOUTUBE].units_per_day),
        }

    @property
    def switched_on(self) -> frozenset[Platform]:
        """Platforms that are only visited because the user said so."""
        return frozenset(Platform(name) for name, table in self.platforms.items() if table.enabled)

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """Hosts named as own, and the private hosts to which an ``api_url`` or ``site_url`` was moved."""
        urls = [url for table in self.platforms.values() for url in (table.api_url, table.site_url) if url]
        moved = [urlsplit(url).netloc.lower() for url in urls]
        return tuple(dict.fromkeys((*self.network.own_hosts, *(host for host in moved if is_private_host(host)))))

    def is_own_host(self, host: str) -> bool:
        """Whether ``host`` (``name[:port]``) is one of :attr:`own_hosts`."""
        return host.lower() in self.own_hosts

    @property
    def rhythm(self) -> Rhythm:
        """When the project collects and tells."""
        weekday, at = values.moment_of_week(self.schedule.tell)
        listed = {name: each for name, each in self.schedule.lists.items() if name in self.list_names}
        return Rhythm(
            zone=self.timezone,
            collect=tuple(sorted(set(self.schedule.collect))),
            tell_weekday=weekday,
            tell=at,
            lists={name: tuple(sorted(set(each.collect))) for name, each in listed.items()},
            list_tells={name: values.moment_of_week(each.tell) for name, each in listed.items() if each.tell},
        )

    @property
    def lists_told_together(self) -> tuple[str, ...]:
        """Lists whose own briefs come with the whole project's: somebody wants them, and they have no time of their
        own."""
        wanted = {name for each in self.deliver.to.values() if News.BRIEF in each.tell for name in each.lists}
        return tuple(sorted(wanted - self.rhythm.list_tells.keys()))

    @property
    def list_names(self) -> frozenset[str]:
        """Lists that some account is in."""
        return frozenset(name for account in self.accounts for name in account.lists)

    @property
    def empty_schedules(self) -> tuple[str, ...]:
        """One sentence for each list with times and without accounts: a slip of the pen, or a list that has gone."""
        return tuple(
            f"[schedule.lists.{name}] sets times, but no account is in the list {name!r}"
            f"{nearest(name, self.list_names) or '.'}"
            for name in self.schedule.lists
            if name not in self.list_names
        )

    @property
    def active_accounts(self) -> tuple[Account, ...]:
        """Those that a crawl visits."""
        return tuple(account for account in self.accounts if not account.paused)


def second_look(config: Config, lines: Lines) -> Iterator[tuple[int, str]]:
    """Line and sentence of each mistake in what was well written by itself; recognises all links on the way."""
    for name, table in config.platforms.items():
        line = lines.of(("platforms", name))
        if name not in set(Platform):
            yield line, f"{name!r} is no platform{nearest(name, [platform.value for platform in Platform])}"
        elif table.api_url and not FACTS[Platform(name)].has_one_address:
            yield line, f"{FACTS[Platform(name)].label} has no single address, so api_url says nothing; remove it."
        elif table.site_url and not FACTS[Platform(name)].default_site_url:
            yield line, f"No public pages of {FACTS[Platform(name)].label} are asked for by site_url; remove it."
        elif table.enabled and not FACTS[Platform(name)].terms:
            yield line, f"{FACTS[Platform(name)].label} needs no switch; remove enabled."
        elif name != Platform.YOUTUBE and "units_per_day" in table.model_fields_set:
            yield line, f"Only YouTube counts units of a day; remove units_per_day from {name}."
        elif name != Platform.X and table.model_fields_set & {"posts_per_run", "posts_per_month"}:
            yield line, f"Only X costs money for each post; remove posts_per_run and posts_per_month from {name}."
    yield from _excluded_links(config, lines)
    for place, sentence in config.deliver.mistakes(config.list_names):
        yield lines.of(place), sentence
    seen: dict[tuple[str, str, str], int] = {}
    for index, account in enumerate(config.accounts):
        line = lines.of(("accounts", index, "url"))
        try:
            link = recognise(account.url, config, account.platform)
        except LinkError as error:
            yield line, error.message
            continue
        account._link = link
        if config.is_excluded(link):
            at = lines.of(("excluded",))
            yield line, f"{account.url} is excluded on line {at}; remove it here, or there."
        if link.identity in seen:
            yield line, f"{account.url} is the same account as on line {seen[link.identity]}; remove one of the two."
        seen.setdefault(link.identity, line)
    yield from _former_links(config, lines)


def _former_links(config: Config, lines: Lines) -> Iterator[tuple[int, str]]:
    listed = {account._link.identity: account.url for account in config.accounts if account._link is not None}
    for index, account in enumerate(config.accounts):
        line = lines.of(("accounts", index, "formerly"))
        keys = []
        for url in account.formerly:
            try:
                former = recognise(url, config, account.platform)
            except LinkError as error:
                yield line, error.message
                continue
            if account._link is not None and former.platform != account._link.platform:
                yield line, f"{url} is on another network than {account.url}; an account moves between servers of one."
            elif former.identity in listed:
                yield line, f"{url} is in the list, too; remove it here, or there."
            keys.append(former.account_key)
        account._former_keys = tuple(keys)


def _excluded_links(config: Config, lines: Lines) -> Iterator[tuple[int, str]]:
    links = set()
    for url in config.excluded:
        try:
            links.add(recognise(url, config))
        except LinkError as error:
            yield lines.of(("excluded",)), error.message
    config._excluded = frozenset(links)
