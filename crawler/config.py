"""The list and the settings a user writes (``rivalscope.toml``), checked, each mistake named with its line.

Shapes are pydantic models; this module adds what TOML readers do not have: the line on which a value stands.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from crawler.items import Format, Platform
from crawler.links import Link, LinkError, is_private_host, recognise
from crawler.metering import Budget
from crawler.platforms import FACTS, platform_named
from crawler.reading.amounts import currency_code
from crawler.reading.column_dates import DateOrder
from crawler.reading.outcomes import MEASURES, NAMEABLE, OutcomeMapping
from crawler.reading.table_layouts import MAPPABLE, ColumnChoice, header_names
from crawler.receivers import AlertSettings, DeliverSettings, News, ReceiverSettings
from crawler.rhythm import WEEKDAYS, Rhythm
from crawler.strict_table import StrictTable

FILE_NAME = "rivalscope.toml"
OUTCOMES = (
    "engagement",
    "engagement_per_follower",
    "engagement_per_view",
    "likes",
    "comments",
    "shares",
    "weighted",
)
"""What success may mean, as in analysis/seeds/outcomes.csv."""
SECTIONS: Final = (
    "league",
    "performs",
    "openings",
    "timing",
    "making",
    "trends",
    "top_posts",
    "fresh_posts",
    "moves",
    "audience",
    "sharing",
    "plan",
    "sales",
    "doors",
)
"""Parts of the brief that may be left out, as in reports/sections."""
HOOTSUITE_DATES: Final = ("mm/dd/yyyy", "dd/mm/yyyy", "yyyy/mm/dd", "yyyy-mm-dd")
"""As in reports/planning/scheduler_files.py."""
KEPT_SECTIONS: Final = ("first_screen", "coverage", "method")


class ConfigError(Exception):
    """The configuration cannot be used. ``problems``: one sentence each, with file and line, and how to mend it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _contact(value: str) -> str:
    text = value.strip()
    is_mail = re.fullmatch(r"(?:mailto:)?[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+", text)
    is_page = re.fullmatch(r"https?://[^\s/<>\"]+\.[^\s<>\"]+", text)
    if text and not (text.isascii() and (is_mail or is_page)):
        raise ValueError('must be a mailbox or a page, like "https://acme.example/who-asks" or "research@acme.example"')
    return text


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        near = nearest(value, available_timezones(), cutoff=0.5)
        raise ValueError(f'{value!r} is no time zone; write one like "Europe/Berlin"{near}') from None
    return value


def _own_host(value: str) -> str:
    plain = value.strip().lower()
    if not re.fullmatch(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", plain):
        host = urlsplit(plain if "//" in plain else f"//{plain}").netloc or "127.0.0.1:8001"
        raise ValueError(f'{value!r} is no host; write name and port only, like "{host}"')
    return plain


def _api_url(value: str) -> str:
    parts = urlsplit(value.strip())
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise ValueError(f'{value!r} is no http(s) address; write it like "https://public.api.bsky.app"')
    return value.strip().rstrip("/")


def _platform(value: object) -> object:
    if not isinstance(value, str):
        return value
    named = platform_named(value)
    if named is None:
        raise ValueError(f"{value!r} is no platform{nearest(value, [name.value for name in Platform])}")
    return named


def _outcome(value: str) -> str:
    if value not in OUTCOMES:
        raise ValueError(f"{value!r} is no outcome; write some of {', '.join(OUTCOMES)}{nearest(value, OUTCOMES)}")
    return value


def _currency(value: str) -> str:
    code = currency_code(value)
    if code is None:
        raise ValueError(f'{value!r} is no currency; write its code, like "EUR"')
    return code


def _decimal_mark(value: str) -> str:
    if value not in (".", ","):
        raise ValueError(f'{value!r} stands before no decimals; write "." or ","')
    return value


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError(f'{value!r} is no colour; write it like "#1d5fa8"')
    return value.lower()


def _hideable(value: str) -> str:
    if value in KEPT_SECTIONS:
        raise ValueError(f"{value!r} always stays: it says what the rest rests on; remove it here")
    if value not in SECTIONS:
        raise ValueError(f"{value!r} is no section; write some of {', '.join(SECTIONS)}{nearest(value, SECTIONS)}")
    return value


def _locale(value: str) -> str:
    try:
        Locale.parse(value.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError(f'{value!r} is no locale; write one like "en" or "de-AT"') from None
    return value


def _date_order(value: object) -> object:
    if isinstance(value, str) and value not in set(DateOrder):
        raise ValueError(f"{value!r} is no order of dates; write {' or '.join(DateOrder)}")
    return DateOrder(value) if isinstance(value, str) else value


def _clock_time(value: object) -> object:
    """``HH:MM`` of a day, as a time."""
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    if not isinstance(value, str) or not re.fullmatch(r"(?:[01]?\d|2[0-3]):[0-5]\d", value.strip(), re.ASCII):
        raise ValueError(f'holds {value!r}, which is no time of day; write it like "05:00"')
    hours, _, minutes = value.strip().partition(":")
    return time(int(hours), int(minutes))


def _weekly_moment(value: str) -> str:
    weekday, _, at = value.strip().lower().partition(" ")
    if weekday not in WEEKDAYS or not at:
        near = nearest(weekday, WEEKDAYS) if weekday not in WEEKDAYS else ""
        raise ValueError(f'is {value!r}; write a weekday and a time, like "monday 07:00"{near}')
    return f"{weekday} {_clock_time(at):%H:%M}"


def _moment_of_week(text: str) -> tuple[int, time]:
    """Weekday (0 is Monday) and time of what :func:`_weekly_moment` lets through."""
    weekday, _, at = text.partition(" ")
    return WEEKDAYS.index(weekday), time.fromisoformat(at)


def _weekday(value: str) -> str:
    plain = value.strip().lower()
    if plain not in WEEKDAYS:
        raise ValueError(
            f"{value!r} is no weekday{nearest(plain, WEEKDAYS) or '; write some of ' + ', '.join(WEEKDAYS)}"
        )
    return plain


def _hours(value: str) -> str:
    start, mark, end = value.partition("-")
    if not mark:
        raise ValueError(f'holds {value!r}, which are no hours; write them like "21:00-08:00"')
    return f"{_clock_time(start):%H:%M}-{_clock_time(end):%H:%M}"


def _country(value: str) -> str:
    plain = value.strip().upper()
    if not re.fullmatch("[A-Z]{2}", plain):
        raise ValueError(f'{value!r} is no country; write the two letters of ISO 3166, like "DE"')
    return plain


def _date_pattern(value: str) -> str:
    if value not in HOOTSUITE_DATES:
        raise ValueError(f"{value!r} is no pattern of dates; write one of {', '.join(HOOTSUITE_DATES)}")
    return value


def _hashtag(value: str) -> str:
    plain = value.strip().removeprefix("#")
    if not re.fullmatch(r"\w{1,100}", plain):
        raise ValueError(f'{value!r} is no hashtag; write it like "speciality_coffee"')
    return plain


def _page_link(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value.strip()):
        raise ValueError(f'{value!r} is no link; write it whole, like "https://acme.example/shop"')
    return value.strip()


def _company(value: str) -> str:
    plain = " ".join(value.split())
    if not plain or not plain.isprintable():
        raise ValueError("must be a name with at least one letter")
    return plain


class Network(StrictTable):
    """How the crawler behaves on the network."""

    own_hosts: tuple[Annotated[str, AfterValidator(_own_host)], ...] = Field(default=(), strict=False)
    """``name[:port]`` of hosts that are the user's own: may be private, need no delay."""
    page_budget: int = Field(default=500, ge=1, le=100_000)
    """Requests a host and run."""
    min_delay_seconds: float = Field(default=2.0, ge=2.0, le=3600)
    """Seconds between two requests to one host; may only be raised."""


class AnalysisSettings(StrictTable):
    """What is made of the posts."""

    outcomes: tuple[Annotated[str, AfterValidator(_outcome)], ...] = Field(default=OUTCOMES, strict=False)
    """Claims are made about these; about engagement always."""
    audience_timezone: Annotated[str, AfterValidator(_timezone)] | None = None
    """Where the readers live: weekdays and hours of posts are those of their clocks. Else ``timezone``."""
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    """That of exports of visits and sales that state none (ISO 4217)."""


class BriefSettings(StrictTable):
    """How the brief looks for whom it is written."""

    name: str = Field(default="", max_length=120)
    """Stands over the brief in place of ours."""
    logo: str | None = None
    """A picture, from the project folder."""
    accent: Annotated[str, AfterValidator(_colour)] = ""
    """``#rrggbb``."""
    hide: tuple[Annotated[str, AfterValidator(_hideable)], ...] = Field(default=(), strict=False)
    """Sections that are left out."""
    templates: str | None = None
    """A folder, from the project folder, whose templates go before ours of the same name."""
    language: Annotated[str, AfterValidator(_locale)] = "en"
    """Of its words: one with a catalogue, ours or the user's own."""
    locale: Annotated[str, AfterValidator(_locale)] | None = None
    """How numbers and dates are written; else as the language has them."""
    catalogues: str | None = None
    """A folder, from the project folder, whose messages go before ours: ``LANGUAGE/LC_MESSAGES/reports.po``."""


class ListSchedule(StrictTable):
    """Times of one list's own."""

    collect: tuple[Annotated[time, BeforeValidator(_clock_time)], ...] = Field(strict=False, max_length=24)
    """Of every day; none: its accounts are visited with the brief only."""
    tell: Annotated[str, AfterValidator(_weekly_moment)] | None = None
    """When a brief of this list alone is written, after a visit to its accounts."""


class ScheduleSettings(StrictTable):
    """When it runs by itself, by the clock of ``timezone``."""

    collect: tuple[Annotated[time, BeforeValidator(_clock_time)], ...] = Field(
        default=(time(5),), strict=False, max_length=24
    )
    """Times of every day; none: only the run that writes the brief collects."""
    tell: Annotated[str, AfterValidator(_weekly_moment)] = "monday 07:00"
    """When the week's brief is written."""
    lists: dict[str, ListSchedule] = Field(default={})
    """Lists whose accounts are collected at times of their own."""


class CampaignSettings(StrictTable):
    """Something that planned posts are about for some days."""

    name: Annotated[str, AfterValidator(_company)]
    first_day: date = Field(alias="from")
    last_day: date = Field(alias="until")
    link: Annotated[str, AfterValidator(_page_link)] | None = None
    """Where its posts send their readers, instead of the plan's link."""
    platforms: tuple[Annotated[Platform, BeforeValidator(_platform)], ...] = Field(default=(), strict=False)
    """Only there; none: everywhere."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> CampaignSettings:
        if self.last_day < self.first_day:
            raise ValueError(f"{self.name} ends on {self.last_day}, before it begins; exchange from and until")
        return self


class PlanSettings(StrictTable):
    """What a month's plan of own posts keeps to."""

    name: str = Field(default="", max_length=60)
    """Names the project in calendar entries, which must never change; else the own company's, else the folder's."""
    platforms: tuple[Annotated[Platform, BeforeValidator(_platform)], ...] = Field(default=(), strict=False)
    """Where something is posted; none: wherever own accounts are."""
    days: tuple[Annotated[str, AfterValidator(_weekday)], ...] = Field(default=WEEKDAYS, strict=False)
    quiet_hours: tuple[Annotated[str, AfterValidator(_hours)], ...] = Field(default=("21:00-08:00",), strict=False)
    """By the clock of ``timezone``."""
    country: Annotated[str, AfterValidator(_country)] | None = None
    """Whose public holidays are left out."""
    subdivision: str | None = None
    most_a_day: int = Field(default=1, ge=1, le=24)
    """Posts on one network."""
    most_a_week: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(default={})
    """Format → how many of it can be made in a week."""
    hashtags: tuple[Annotated[str, AfterValidator(_hashtag)], ...] = Field(default=(), strict=False)
    link: Annotated[str, AfterValidator(_page_link)] | None = None
    """Where posts send their readers; else the own site of the list."""
    buffer_rows: int = Field(default=100, ge=1, le=100)
    """Rows of one of Buffer's upload files: 10 on its free plan."""
    hootsuite_dates: Annotated[str, AfterValidator(_date_pattern)] = "mm/dd/yyyy"
    """As chosen in Hootsuite's upload dialog."""
    pinterest_board: str = ""
    campaigns: tuple[CampaignSettings, ...] = Field(default=(), strict=False)

    @field_validator("days")
    @classmethod
    def _some_day_is_left(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("names no weekday; write some, or remove the line for all of them")
        return value

    @field_validator("most_a_week")
    @classmethod
    def _formats_are_known(cls, value: dict[str, int]) -> dict[str, int]:
        for name in value:
            if name not in set(Format):
                raise ValueError(
                    f"has no format {name!r}{nearest(name, Format) or '; write some of ' + ', '.join(Format)}"
                )
        return value

    @property
    def weekdays(self) -> frozenset[int]:
        """The days; Monday is 0."""
        return frozenset(WEEKDAYS.index(day) for day in self.days)

    @property
    def quiet(self) -> tuple[tuple[time, time], ...]:
        """The quiet hours, from and until."""
        spans = (span.split("-") for span in self.quiet_hours)
        return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans)


class RetentionSettings(StrictTable):
    """What is kept for how long; the warehouse keeps everything."""

    archive_days: int = Field(default=90, ge=1, le=36_500)
    """Pages as they were answered."""
    archive_gb: float = Field(default=2.0, ge=0.01, le=100_000)
    """At most so much of them (10^9 bytes); the oldest go first."""
    landing_days: int = Field(default=90, ge=1, le=36_500)
    """Landing files that were loaded."""


class PlatformSettings(StrictTable):
    """Settings of one platform."""

    api_url: Annotated[str, AfterValidator(_api_url)] | None = None
    site_url: Annotated[str, AfterValidator(_api_url)] | None = None
    """Where its public pages are asked for, instead of at the network itself."""
    enabled: bool = False
    """Telegram only, whose terms restrict scraping: whether its public previews are read."""
    units_per_day: int = Field(default=10_000, ge=1, le=10_000_000)
    """YouTube only: at most so many units of the Data API's quota a day (California's)."""
    posts_per_run: int = Field(default=500, ge=1, le=2_000_000)
    """X only, where each post read costs money: at most so many a run."""
    posts_per_month: int = Field(default=2_000, ge=1, le=2_000_000)
    """X only: at most so many in a calendar month (UTC)."""


class ExplainedTable(StrictTable):
    """What the columns of a kind of table are, as the user once said."""

    headers: tuple[str, ...] = Field(strict=False, min_length=1)
    """The names of its columns, in any order; such a table is known by them."""
    columns: dict[str, str]
    """Our name → the table's name of the column."""
    platform: Annotated[Platform, BeforeValidator(_platform)] | None = None
    account: str | None = None
    date_order: Annotated[DateOrder, BeforeValidator(_date_order)] | None = None

    @field_validator("columns")
    @classmethod
    def _columns_are_ours(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name not in MAPPABLE:
                raise ValueError(f"has no {name!r}{nearest(name, MAPPABLE) or '; write one of ' + ', '.join(MAPPABLE)}")
        return value

    @property
    def choice(self) -> ColumnChoice:
        """The same for who reads tables."""
        platform = self.platform.value if self.platform else None
        return ColumnChoice(columns=self.columns, platform=platform, account=self.account, date_order=self.date_order)


class ExplainedOutcomes(StrictTable):
    """What the columns of a table of one's own visits and sales are."""

    columns: dict[str, str]
    """Our name → the table's name of the column; such a table is known by having them all."""
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    date_order: Annotated[DateOrder, BeforeValidator(_date_order)] | None = None
    decimal_mark: Annotated[str, AfterValidator(_decimal_mark)] | None = None
    adds: bool = False
    """Whether its numbers come on top of those of other tools (a second shop); else they count the same again."""

    @field_validator("columns")
    @classmethod
    def _columns_say_when_and_how_much(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name not in NAMEABLE:
                raise ValueError(f"has no {name!r}{nearest(name, NAMEABLE) or '; write one of ' + ', '.join(NAMEABLE)}")
        if "date" not in value:
            raise ValueError('has no date; add the column that holds the day, like date = "Day"')
        if not value.keys() & set(MEASURES):
            raise ValueError(f"counts nothing; add one of {', '.join(MEASURES)}")
        return value


class Account(StrictTable):
    """One entry of the list."""

    company: Annotated[str, AfterValidator(_company)]
    url: str
    own: bool = False
    lists: tuple[str, ...] = Field(default=(), strict=False)
    paused: bool = False
    platform: Annotated[Platform, BeforeValidator(_platform)] | None = None
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

    contact: Annotated[str, AfterValidator(_contact)] = ""
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
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
        weekday, at = _moment_of_week(self.schedule.tell)
        listed = {name: each for name, each in self.schedule.lists.items() if name in self.list_names}
        return Rhythm(
            zone=self.timezone,
            collect=tuple(sorted(set(self.schedule.collect))),
            tell_weekday=weekday,
            tell=at,
            lists={name: tuple(sorted(set(each.collect))) for name, each in listed.items()},
            list_tells={name: _moment_of_week(each.tell) for name, each in listed.items() if each.tell},
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


def find_config(start: Path) -> Path:
    """``rivalscope.toml`` in ``start`` or the nearest folder above it; :class:`ConfigError` when there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise ConfigError(f"There is no {FILE_NAME} in {start} or above it; make one with: rivalscope init")


def load_config(path: Path) -> Config:
    """Read and check ``path``; :class:`ConfigError` names every mistake, one sentence each."""
    return parse_config(read_config_text(path), path.name)


def read_config_text(path: Path) -> str:
    """The text of ``path``, a byte order mark removed; :class:`ConfigError` when it is not there or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name} is not UTF-8 (byte {error.start + 1}); save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); make one with: rivalscope init") from None


def parse_config(text: str, name: str = FILE_NAME) -> Config:
    """As :func:`load_config`, from the file's text; ``name`` is what the sentences call the file."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_sentence(text, str(error), name)) from None
    lines = _Lines(text)
    problems: list[tuple[int, str]] = []
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            line = lines.of(detail["loc"])
            problems.append((line, f"{name} line {line}: {_sentence(detail)}"))
        raise ConfigError(*(sentence for _, sentence in sorted(set(problems)))) from None
    problems += ((line, f"{name} line {line}: {text}") for line, text in _second_look(config, lines))
    if problems:
        raise ConfigError(*(sentence for _, sentence in sorted(set(problems))))
    return config


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """``"; did you mean …?"`` with the nearest of ``known``, or ``""`` when none is near."""
    by_folded = {name.lower(): name for name in sorted(known, reverse=True)}
    matches = difflib.get_close_matches(word.lower(), by_folded, n=2, cutoff=cutoff)
    return f"; did you mean {' or '.join(by_folded[match] for match in matches)}?" if matches else ""


def _second_look(config: Config, lines: _Lines) -> Iterator[tuple[int, str]]:
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


def _former_links(config: Config, lines: _Lines) -> Iterator[tuple[int, str]]:
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


def _excluded_links(config: Config, lines: _Lines) -> Iterator[tuple[int, str]]:
    links = set()
    for url in config.excluded:
        try:
            links.add(recognise(url, config))
        except LinkError as error:
            yield lines.of(("excluded",)), error.message
    config._excluded = frozenset(links)


_TYPE_SENTENCES = {
    "bool_type": "must be true or false, without quotes",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number, without quotes",
    "float_type": "must be a number, without quotes",
    "tuple_type": 'must be a list in brackets, like ["coffee"]',
    "enum": "is no platform",
    "date_type": "must be a date without quotes, like 2026-12-01",
}
_KEYS: Mapping[str, type[BaseModel]] = {
    "network": Network,
    "analysis": AnalysisSettings,
    "brief": BriefSettings,
    "schedule": ScheduleSettings,
    "retention": RetentionSettings,
    "deliver": DeliverSettings,
    "alerts": AlertSettings,
    "plan": PlanSettings,
    "accounts": Account,
    "imports": ExplainedTable,
    "import": ExplainedOutcomes,
    "": Config,
}


def _sentence(detail: ErrorDetails) -> str:
    location = [part for part in detail["loc"] if isinstance(part, str)]
    key = location[-1] if location else ""
    table = location[0] if len(location) > 1 else ""
    kind = detail["type"]
    if kind == "extra_forbidden":
        model = PlatformSettings if table == "platforms" else _KEYS[table]
        model = ListSchedule if location[:2] == ["schedule", "lists"] else model
        if location[:2] == ["deliver", "to"]:
            if key == "address":
                return f"an address holds secrets and does not belong here: rivalscope deliver --connect {location[2]}"
            model = ReceiverSettings
        model = CampaignSettings if location[:2] == ["plan", "campaigns"] else model
        where = f" in [{'.'.join(location[:-1])}]" if table else ""
        return f"unknown key {key!r}{where}{nearest(key, model.model_fields) or '; remove it.'}"
    if kind == "missing":
        if table == "plan":
            example = {"name": '"Spring sale"'}.get(key, "2026-12-01")
            return f"this campaign has no {key}; add: {key} = {example}"
        if table == "import":
            return f'[{".".join(location[:-1])}] has no {key}; add: {key} = {{ date = "Day", revenue = "Takings" }}'
        if table == "schedule":
            return f'[{".".join(location[:-1])}] has no {key}; add: {key} = ["05:00", "17:00"]'
        if table == "imports":
            example = '["Posted on", "Link"]' if key == "headers" else '{ published_at = "Posted on", url = "Link" }'
            return f"this table has no {key}; add: {key} = {example}"
        example = '"https://…"' if key == "url" else '"Acme"'
        return f"this account has no {key}; add: {key} = {example}"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"{key} must be a table: write [{'.'.join(location)}] on a line of its own, and its keys below."
    if kind == "tuple_type" and location == ["accounts"]:
        return "accounts are a list: write [[accounts]] with two brackets, once for each account."
    context = detail.get("ctx", {})
    if kind == "greater_than_equal":
        return f"{key} = {detail['input']} is too small; the least is {context['ge']}."
    if kind == "less_than_equal":
        return f"{key} = {detail['input']} is too large; the most is {context['le']}."
    if kind == "value_error":
        return f"{key} {context['error']}"
    said = _TYPE_SENTENCES.get(kind, detail["msg"])
    if table == "deliver":  # what stands there may be a secret
        return f"{key} {said}."
    return f"{key} {said}, not {detail['input']!r}."


def _syntax_sentence(text: str, message: str, name: str) -> str:
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    line = int(found.group(1)) if found else max(1, len(text.splitlines()))
    plain = message.partition(" (at ")[0].replace("Cannot overwrite a value", "this key stands here a second time")
    shown = (text.splitlines() or [""])[min(line, len(text.splitlines()) or 1) - 1].strip()
    hint = ' (text needs quotes: key = "value")' if re.match(r"[\w.-]+\s*=\s*[^\s\"'\[{\d]", shown) else ""
    return f"{name} line {line}: this is not TOML: {plain[:1].lower()}{plain[1:]}{hint}"


class _Lines:
    """Where each table and key of a TOML text stands, found by reading its lines; the values were parsed elsewhere."""

    _HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
    _KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+(?:\s*\.\s*[A-Za-z0-9_\"'-]+)*)\s*=")

    def __init__(self, text: str) -> None:
        self._line_of: dict[tuple[str | int, ...], int] = {}
        counts: dict[str, int] = {}
        table: tuple[str | int, ...] = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := self._HEADER.fullmatch(line):
                path = self._path(header.group(2))
                if header.group(1) == "[[":
                    joined = ".".join(path)
                    table = (*path, counts.setdefault(joined, 0))
                    counts[joined] += 1
                else:
                    table = path
                self._line_of.setdefault(table, number)
            elif key := self._KEY.match(line):
                self._line_of.setdefault((*table, *self._path(key.group(1))), number)

    def of(self, location: tuple[str | int, ...]) -> int:
        """The line of the longest part of ``location`` that stands in the file."""
        for length in range(len(location), 0, -1):
            wanted = location[:length]
            for path, line in self._line_of.items():
                if path[:length] == wanted:
                    return line
        return 1

    @staticmethod
    def _path(dotted: str) -> tuple[str, ...]:
        return tuple(part.strip().strip("\"'") for part in dotted.split("."))
