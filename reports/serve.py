"""A reading room on this machine: past briefs, and any two of them side by side. Loopback only, nothing is changed."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from attrs import frozen

from reports.comparison import compared
from reports.filters import Formats
from reports.page import composed, environment

ADDRESS: Final = "127.0.0.1"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
}
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@frozen(kw_only=True)
class Kept:
    """One brief in the folder."""

    name: str
    """File name without its ending, as in addresses."""
    others: tuple[str, ...]
    """Files with the same brief in other forms."""
    has_numbers: bool
    """It has a JSON form, so it can be compared."""

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"/{quote(self.name)}.html"


class Room:
    """The pages of one folder of briefs."""

    def __init__(self, folder: Path, *, formats: Formats) -> None:
        self._folder = folder
        self._formats = formats
        self.gettext = formats.gettext

    def kept(self) -> list[Kept]:
        """All briefs, the newest name first; the list of what to save by hand is none."""
        pages = sorted(self._folder.glob("*.html"), reverse=True)
        return [
            Kept(
                name=page.stem,
                others=tuple(
                    page.with_suffix(ending).name
                    for ending in (".md", ".json", ".pdf", ".mail.html")
                    if page.with_suffix(ending).is_file()
                ),
                has_numbers=page.with_suffix(".json").is_file(),
            )
            for page in pages
            if page.stem != "todo" and not page.name.endswith(".mail.html")
        ]

    def index(self) -> str:
        """The list of briefs."""
        return self._composed("reading_room.html", briefs=self.kept())

    def comparison(self, earlier: str, later: str) -> str:
        """Two briefs side by side. Raises KeyError when one of them is not there or cannot be compared."""
        exports = [self._export(name) for name in (earlier, later)]
        return self._composed(
            "comparison.html",
            names=(earlier, later),
            builds=[self._day_of(export) for export in exports],
            found=compared(*exports, words=self._formats.words),
        )

    def file(self, name: str) -> tuple[bytes, str]:
        """A file of the folder by its exact name, and its type. Raises KeyError when there is none."""
        offered = {path.name: path for path in self._folder.iterdir() if path.is_file() and path.suffix in _TYPES}
        path = offered[name]
        return path.read_bytes(), _TYPES[path.suffix]

    def _export(self, name: str) -> Mapping[str, Any]:
        if name not in {brief.name for brief in self.kept() if brief.has_numbers}:
            raise KeyError(name)
        try:
            content: Mapping[str, Any] = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise KeyError(name) from error
        return content

    def _day_of(self, export: Mapping[str, Any]) -> str:
        """The day of a brief in the reader's zone, as its page says it."""
        try:
            return self._formats.day(dt.datetime.fromisoformat(export["build"]["as_of"]))
        except (KeyError, TypeError, ValueError):
            return self._formats.not_known()

    def _composed(self, template: str, **values: Any) -> str:
        return composed(environment(self._formats), template, form="'self'", **values)


def server(folder: Path, *, port: int, formats: Formats) -> ThreadingHTTPServer:
    """A server of the folder's briefs on loopback; ``port`` 0 takes a free one. The caller runs and closes it.

    Raises OSError when the port is taken.
    """
    made = ThreadingHTTPServer((ADDRESS, port), partial(_Reader, room=Room(folder, formats=formats)))
    made.daemon_threads = True
    return made


class _Reader(BaseHTTPRequestHandler):
    """Answers GET and HEAD; a name that is not this machine's is turned away, whoever resolved it."""

    protocol_version = "HTTP/1.1"
    server_version = "Rivalscope"
    sys_version = ""
    timeout = 30

    def __init__(self, *arguments: Any, room: Room) -> None:
        self._room = room
        # the library answers the request while it makes the handler
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        if not re.fullmatch(r"(?:127\.0\.0\.1|localhost)(?::\d+)?", self.headers.get("Host", "")):
            self._say(
                HTTPStatus.MISDIRECTED_REQUEST, self._room.gettext("This is not the address of the reading room.")
            )
            return
        try:
            content, kind = self._found()
        except KeyError:
            self._say(HTTPStatus.NOT_FOUND, self._room.gettext("There is no such brief; the list is at /"))
            return
        self._send(HTTPStatus.OK, content, kind)

    def _found(self) -> tuple[bytes, str]:
        parts = urlsplit(self.path)
        if parts.path == "/":
            return self._room.index().encode("utf-8", "replace"), _TYPES[".html"]
        if parts.path == "/compare":
            asked = parse_qs(parts.query)
            page = self._room.comparison(asked.get("earlier", [""])[0], asked.get("later", [""])[0])
            return page.encode("utf-8", "replace"), _TYPES[".html"]
        return self._room.file(unquote(parts.path.removeprefix("/")))

    def _say(self, status: HTTPStatus, sentence: str) -> None:
        self._send(status, sentence.encode(), "text/plain; charset=utf-8")

    def _send(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Nothing is written of who read what."""
