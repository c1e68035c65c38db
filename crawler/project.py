"""A project: the folder with ``rivalscope.toml`` and all that belongs to it (docs/data-flow.md, "Project folder")."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from crawler.config import FILE_NAME, ConfigError, find_config


@frozen
class Project:
    """Where the parts of one project are. Nothing is made until it is needed."""

    config_path: Path

    @classmethod
    def find(cls, given: Path | None = None) -> Project:
        """The project that ``given`` names (its folder or file), else the one around the current folder.

        Raises :class:`ConfigError` when there is none.
        """
        if given is None:
            return cls(find_config(Path.cwd()))
        path = given.expanduser().resolve()
        path = path / FILE_NAME if path.is_dir() else path
        if not path.is_file():
            raise ConfigError(f"There is no {path}; make one with: rivalscope --project {given} init")
        return cls(path)

    @property
    def root(self) -> Path:
        return self.config_path.parent

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def own_rules(self) -> Path:
        """The user's own rules for post types."""
        return self.root / "post_types.csv"

    @property
    def briefs(self) -> Path:
        return self.root / "briefs"

    @property
    def content_plans(self) -> Path:
        """Months of planned posts, and the calendar of all of them."""
        return self.root / "plans"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def landing(self) -> Path:
        return self.data / "landing"

    @property
    def reparsing(self) -> Path:
        """What kept pages gave when they were last read again."""
        return self.data / "reparsing"

    @property
    def archive(self) -> Path:
        return self.data / "archive"

    @property
    def thumbnails(self) -> Path:
        """Small pictures of the posts that briefs show."""
        return self.data / "thumbnails"

    @property
    def plans(self) -> Path:
        return self.data / "plans"

    @property
    def link_checks(self) -> Path:
        """Plan and log of the last look at own links."""
        return self.data / "link-checks"

    @property
    def runs(self) -> Path:
        """Reports of crawls and runs."""
        return self.data / "runs"

    @property
    def usage(self) -> Path:
        """Ledgers of what was used of interfaces that cost money."""
        return self.data / "usage"

    @property
    def deliveries(self) -> Path:
        """Ledger of what was to be delivered, and of what arrived."""
        return self.data / "deliveries.jsonl"

    @property
    def alerts(self) -> Path:
        """Since when each alert holds."""
        return self.data / "alerts.json"

    @property
    def lists(self) -> Path:
        """Snapshots of single lists, as if there were no other accounts."""
        return self.data / "lists"

    @property
    def asof(self) -> Path:
        return self.data / "asof"

    @property
    def warehouse(self) -> Path:
        """Only the loader and the builder open it."""
        return self.data / "warehouse.duckdb"

    @property
    def snapshot(self) -> Path:
        """What everything that reads opens."""
        return self.data / "rivalscope.duckdb"

    @property
    def known(self) -> Path:
        """What a crawl is planned from, where something was loaded after the snapshot was published."""
        return self.data / "known.duckdb"

    @property
    def lock(self) -> Path:
        return self.data / "run.lock"

    @property
    def logs(self) -> Path:
        """What commands that changed something said."""
        return self.data / "logs"

    @property
    def log(self) -> Path:
        """Where an unexpected error leaves its details."""
        return self.data / "rivalscope.log"
