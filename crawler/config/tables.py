"""The tables of settings: what each key means, and what it is when nobody writes it."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from crawler.config import values
from crawler.config.spelling import nearest
from crawler.items import Format, Platform
from crawler.reading.column_dates import DateOrder
from crawler.reading.outcomes import MEASURES, NAMEABLE
from crawler.reading.table_layouts import MAPPABLE, ColumnChoice
from crawler.rhythm import WEEKDAYS
from crawler.strict_table import PathText, StrictTable


class Network(StrictTable):
    """How the crawler behaves on the network."""

    own_hosts: tuple[Annotated[str, AfterValidator(values.own_host)], ...] = Field(default=(), strict=False)
    """``name[:port]`` of hosts that are the user's own: may be private, need no delay."""
    page_budget: int = Field(default=500, ge=1, le=100_000)
    """Requests a host and run."""
    min_delay_seconds: float = Field(default=2.0, ge=2.0, le=3600)
    """Seconds between two requests to one host; may only be raised."""


class AnalysisSettings(StrictTable):
    """What is made of the posts."""

    outcomes: tuple[Annotated[str, AfterValidator(values.outcome)], ...] = Field(default=values.OUTCOMES, strict=False)
    """Claims are made about these; about engagement always."""
    audience_timezone: Annotated[str, AfterValidator(values.timezone)] | None = None
    """Where the readers live: weekdays and hours of posts are those of their clocks. Else ``timezone``."""
    currency: Annotated[str, AfterValidator(values.currency)] | None = None
    """That of exports of visits and sales that state none (ISO 4217)."""


class BriefSettings(StrictTable):
    """How the brief looks for whom it is written."""

    name: str = Field(default="", max_length=120)
    """Stands over the brief in place of ours."""
    logo: PathText | None = None
    """A picture, from the project folder."""
    accent: Annotated[str, AfterValidator(values.colour)] = ""
    """``#rrggbb``."""
    hide: tuple[Annotated[str, AfterValidator(values.hideable)], ...] = Field(default=(), strict=False)
    """Sections that are left out."""
    templates: PathText | None = None
    """A folder, from the project folder, whose templates go before ours of the same name."""
    language: Annotated[str, AfterValidator(values.locale)] = "en"
    """Of its words: one with a catalogue, ours or the user's own."""
    locale: Annotated[str, AfterValidator(values.locale)] | None = None
    """How numbers and dates are written; else as the language has them."""
    catalogues: PathText | None = None
    """A folder, from the project folder, whose messages go before ours: ``LANGUAGE/LC_MESSAGES/reports.po``."""


class ListSchedule(StrictTable):
    """Times of one list's own."""

    collect: tuple[Annotated[time, BeforeValidator(values.clock_time)], ...] = Field(strict=False, max_length=24)
    """Of every day; none: its accounts are visited with the brief only."""
    tell: Annotated[str, AfterValidator(values.weekly_moment)] | None = None
    """When a brief of this list alone is written, after a visit to its accounts."""


class ScheduleSettings(StrictTable):
    """When it runs by itself, by the clock of ``timezone``."""

    collect: tuple[Annotated[time, BeforeValidator(values.clock_time)], ...] = Field(
        default=(time(5),), strict=False, max_length=24
    )
    """Times of every day; none: only the run that writes the brief collects."""
    tell: Annotated[str, AfterValidator(values.weekly_moment)] = "monday 07:00"
    """When the week's brief is written."""
    lists: dict[str, ListSchedule] = Field(default={})
    """Lists whose accounts are collected at times of their own."""


class CampaignSettings(StrictTable):
    """Something that planned posts are about for some days."""

    name: Annotated[str, AfterValidator(values.company)]
    first_day: date = Field(alias="from")
    last_day: date = Field(alias="until")
    link: Annotated[str, AfterValidator(values.page_link)] | None = None
    """Where its posts send their readers, instead of the plan's link."""
    platforms: tuple[Annotated[Platform, BeforeValidator(values.platform)], ...] = Field(default=(), strict=False)
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
    platforms: tuple[Annotated[Platform, BeforeValidator(values.platform)], ...] = Field(default=(), strict=False)
    """Where something is posted; none: wherever own accounts are."""
    days: tuple[Annotated[str, AfterValidator(values.weekday)], ...] = Field(default=WEEKDAYS, strict=False)
    quiet_hours: tuple[Annotated[str, AfterValidator(values.hours)], ...] = Field(
        default=("21:00-08:00",), strict=False
    )
    """By the clock of ``timezone``."""
    country: Annotated[str, AfterValidator(values.country)] | None = None
    """Whose public holidays are left out."""
    subdivision: str | None = None
    most_a_day: int = Field(default=1, ge=1, le=24)
    """Posts on one network."""
    most_a_week: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(default={})
    """Format → how many of it can be made in a week."""
    hashtags: tuple[Annotated[str, AfterValidator(values.hashtag)], ...] = Field(default=(), strict=False)
    link: Annotated[str, AfterValidator(values.page_link)] | None = None
    """Where posts send their readers; else the own site of the list."""
    buffer_rows: int = Field(default=100, ge=1, le=100)
    """Rows of one of Buffer's upload files: 10 on its free plan."""
    hootsuite_dates: Annotated[str, AfterValidator(values.date_pattern)] = "mm/dd/yyyy"
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

    api_url: Annotated[str, AfterValidator(values.api_url)] | None = None
    site_url: Annotated[str, AfterValidator(values.api_url)] | None = None
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
    platform: Annotated[Platform, BeforeValidator(values.platform)] | None = None
    account: str | None = None
    date_order: Annotated[DateOrder, BeforeValidator(values.date_order)] | None = None

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
    currency: Annotated[str, AfterValidator(values.currency)] | None = None
    date_order: Annotated[DateOrder, BeforeValidator(values.date_order)] | None = None
    decimal_mark: Annotated[str, AfterValidator(values.decimal_mark)] | None = None
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
