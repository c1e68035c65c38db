"""A project's landing folder, a list of accounts, and files as networks and spreadsheets write them."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest

from crawler.config import Config, parse_config
from crawler.importing import ImportOptions, ImportReport, TableSettings, import_paths

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SAVED_AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
LIST = """
[[accounts]]
company = "Mine"
url = "https://www.instagram.com/kettle.and.co"
own = true
[[accounts]]
company = "Mine"
url = "https://www.facebook.com/kettleandco"
own = true
[[accounts]]
company = "Mine"
url = "https://x.com/kettleandco"
own = true
[[accounts]]
company = "Mine"
url = "https://www.linkedin.com/company/kettle-and-co"
own = true
[[accounts]]
company = "Acme"
url = "https://www.instagram.com/acme"
[[accounts]]
company = "Acme"
url = "https://www.tiktok.com/@acme"
"""


class Inbox:
    """Writes files, imports them, and reads what landed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.remembered: list[tuple[tuple[str, ...], Any]] = []

    def file(self, name: str, content: bytes | str, saved_at: datetime = SAVED_AT) -> Path:
        path = self.folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (saved_at.timestamp(), saved_at.timestamp()))
        return path

    def bring(
        self,
        *paths: str | Path,
        config: Config | str = LIST,
        everybody: bool = False,
        now: datetime = NOW,
        url: str | None = None,
        **tables: Any,
    ) -> ImportReport:
        config = parse_config(config) if isinstance(config, str) else config
        tables = {
            "zone": ZoneInfo("Europe/Berlin"),
            "remembered": config.explained_tables,
            "remember": lambda header, choice: self.remembered.append((tuple(header), choice)),
            **tables,
        }
        return import_paths(
            [str(path) for path in paths],
            self.folder / "landing",
            accounts=config.accounts,
            config=config,
            now=now,
            options=ImportOptions(tables=TableSettings(**tables), is_everybody=everybody, url=url),
        )

    def landed(self, kind: str) -> list[dict[str, Any]]:
        paths = sorted((self.folder / "landing").rglob("*.jsonl"))
        lines = [line for path in paths for line in path.read_bytes().splitlines()]
        return [record for line in lines if (record := json.loads(line))["record"] == kind]

    def posts(self) -> list[dict[str, Any]]:
        """Posts with their counts, as one record each."""
        counts = {
            (record["account_key"], record["native_id"], record["observed_at"]): record
            for record in self.landed("metrics")
        }
        return [
            post | {"metrics": counts.get((post["account_key"], post["native_id"], post["observed_at"]), {})}
            for post in self.landed("post")
        ]


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    """An XLSX file, by hand: numbers as numbers, everything else as inline strings."""
    package, office = (f"http://schemas.openxmlformats.org/{name}" for name in ("package/2006", "officeDocument/2006"))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = f"{office}/relationships"
    relations = f'<Relationships xmlns="{package}/relationships">{{}}</Relationships>'
    to_book = f'<Relationship Id="r1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/>'
    links, listed, parts = "", "", {}
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        links += f'<Relationship Id="r{number}" Type="{kind}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        listed += f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
        cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        )
    types = f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="x/xml"/></Types>'
    parts |= {
        "[Content_Types].xml": types,
        "_rels/.rels": relations.format(to_book),
        "xl/_rels/workbook.xml.rels": relations.format(links),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets>{listed}</sheets></workbook>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return file.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'
