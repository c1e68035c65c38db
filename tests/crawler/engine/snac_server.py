"""A real snac server (Debian's package snac2) on loopback, and in front of it what lets crawlers in.

snac's own robots.txt keeps everybody out; whoever wants to be read has a server in front of it that says otherwise.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define, field

from tests.crawler.engine.fediverse_server import Said, Server, said

SNAC = shutil.which("snac")
_WAIT_SECONDS = 20
_TOKEN = re.compile(rb"\b[0-9a-f]{32}\b")


@define
class Snac(Server):
    """Serve it, then :meth:`running`; users are named by their words."""

    folder: Path = field(factory=Path)
    port: int = 0
    passwords: dict[str, str] = field(factory=dict)

    def answer(self, target: str, headers: Mapping[str, str]) -> Said:
        self.asked.append(target)
        if target == "/robots.txt":
            return said("User-agent: *\nDisallow: /admin\n", "text/plain")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", target, headers={"Accept": headers.get("Accept", "*/*")})
            found = connection.getresponse()
            kind = found.getheader("content-type") or "text/plain"
            return Said(found.status, {"Content-Type": kind}, found.read())
        finally:
            connection.close()

    @contextmanager
    def running(self, *users: str) -> Iterator[None]:
        """The server with these users; its own address is the one that it is served at."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        host = self.base.removeprefix("http://")
        self._run("init", said=f"127.0.0.1\n{self.port}\n{host}\n\n\n")
        settings = self.folder / "server.json"
        settings.write_text(json.dumps(json.loads(settings.read_bytes()) | {"protocol": "http"}))
        for user in users:
            found = re.search(r"password is (\S+)", self._run("adduser", user))
            assert found is not None
            self.passwords[user] = found.group(1)
        process = subprocess.Popen([str(SNAC), "httpd", str(self.folder)], stderr=subprocess.DEVNULL)
        try:
            self._wait()
            yield
        finally:
            process.terminate()
            process.wait()

    def _run(self, command: str, *words: str, said: str = "") -> str:
        done = subprocess.run(
            [str(SNAC), command, str(self.folder), *words], input=said, capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr

    def _wait(self) -> None:
        until = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except ConnectionRefusedError:
                continue
            return
        raise TimeoutError("snac does not answer")

    def note(self, user: str, text: str, *files: Path) -> None:
        self._run("note", user, text, *map(str, files))

    def asks(self, user: str, method: str, path: str, **form: str) -> Any:
        """A question of the client API, as this user asks it."""
        signed_in = self._sent("POST", "/oauth/x-snac-get-token", {}, login=user, passwd=self.passwords[user])
        token = _TOKEN.search(signed_in)
        assert token is not None
        return json.loads(self._sent(method, path, {"Authorization": f"Bearer {token.group().decode()}"}, **form))

    def _sent(self, method: str, path: str, headers: Mapping[str, str], **form: str) -> bytes:
        body = urllib.parse.urlencode(form).encode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=body, method=method, headers=dict(headers)
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            read: bytes = answer.read()
        return read
