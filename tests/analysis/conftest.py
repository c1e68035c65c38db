"""A project folder to land, load and build in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import analysis
from analysis.build import build
from analysis.load import LoadReport, load_landing
from analysis.warehouse import connect

PACKAGE = Path(analysis.__file__).parent
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
RAW = (
    "crawls",
    "accounts",
    "visits",
    "hosts",
    "profiles",
    "account_metrics",
    "posts",
    "post_metrics",
    "absences",
    "replies",
    "sites",
    "link_checks",
    "pages",
)


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Project:
    """Paths of a project, and short ways to write landing files and look at the warehouse."""

    now = NOW
    raw_tables = RAW

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.landing = folder / "landing"
        self.plans = folder / "plans"
        self.warehouse = folder / "warehouse.duckdb"
        self.snapshot = folder / "rivalscope.duckdb"
        self.plans.mkdir(parents=True)

    def record(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """A record with an envelope; ``minutes`` after ``NOW`` is when it was observed."""
        minutes = fields.pop("minutes", 0)
        whose = {"account_key": "https://social.example/@acorn", "platform": "mastodon", "host": "social.example"}
        return {
            "record": kind,
            "crawl_id": "20261122T060000Z-aaaaaa",
            "observed_at": utc(NOW + timedelta(minutes=minutes)),
            "source": "crawl",
            **({} if kind in ("crawl", "host") else whose),
            **fields,
        }

    def post(self, native_id: str, **fields: Any) -> dict[str, Any]:
        return self.record(
            "post",
            **{
                "native_id": native_id,
                "account": "acorn@social.example",
                "url": f"https://social.example/@acorn/{native_id}",
                "role": "original",
                "text": f"Post {native_id}",
                "published_at": utc(NOW - timedelta(days=3)),
                "published_precision": "second",
                **fields,
            },
        )

    def metrics(self, native_id: str, likes: int, **fields: Any) -> dict[str, Any]:
        return self.record("metrics", **{"native_id": native_id, "like_count": likes, "comment_count": 0, **fields})

    def land(
        self,
        *records: Mapping[str, Any] | bytes,
        name: str = "crawl-0001.jsonl",
        crawl: str = "20261122T060000Z-aaaaaa",
    ) -> Path:
        """Write a landing file; bytes are written as they are, with a line end."""
        lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in records]
        return self.land_bytes(b"".join(line + b"\n" for line in lines), name=name, crawl=crawl)

    def land_bytes(
        self, content: bytes, name: str = "crawl-0001.jsonl", crawl: str = "20261122T060000Z-aaaaaa"
    ) -> Path:
        path = self.landing / crawl / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def load(self, **options: Any) -> LoadReport:
        return load_landing(self.warehouse, self.landing, **{"plans_dir": self.plans, "now": NOW, **options})

    def rows(self, sql: str, path: Path | None = None) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse, or another file."""
        with connect(path or self.warehouse, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str, path: Path | None = None) -> Any:
        """The single value of a query."""
        [(value,)] = self.rows(sql, path)
        return value

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the raw tables but the times of loading, in a fixed order."""
        with connect(self.warehouse, read_only=True) as connection:
            return {
                table: connection.execute(f"select * exclude (loaded_at) from raw.{table} order by all").fetchall()
                for table in RAW
            }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def staging_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's folder with the staging models only."""
    root = tmp_path_factory.mktemp("staging-root")
    shutil.copytree(PACKAGE / "schema", root / "schema")
    (root / "checks").mkdir(parents=True)
    for check in (PACKAGE / "checks").glob("*.sql"):
        if "marts." not in check.read_text(encoding="utf-8"):
            shutil.copy(check, root / "checks")
    shutil.copytree(PACKAGE / "models" / "staging", root / "models" / "staging")
    return root


@pytest.fixture(scope="session")
def empty_build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """All models built over an empty warehouse, open for writing."""
    folder = tmp_path_factory.mktemp("empty")
    build(folder / "warehouse.duckdb", folder / "rivalscope.duckdb", now=NOW)
    with connect(folder / "rivalscope.duckdb") as connection:
        yield connection
