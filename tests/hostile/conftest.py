"""A server that misbehaves on purpose, and a way to send one real crawl at many of them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

ROOT = Path(__file__).parents[2]
_CHILD = Path(__file__).parent / "one_crawl.py"
_LONGEST_SECONDS = 60


@define
class Exchange:
    """One request as it arrived, and the raw connection to answer on."""

    path: str
    headers: dict[str, str]
    arrived_at: float
    _socket: socket.socket
    _closing: threading.Event
    method: str = "GET"

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Pause; ``False`` when the server is closing, so that every misbehaviour ends by itself."""
        return not self._closing.wait(seconds)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Behaviour = Callable[[Exchange], bool | None]
"""Answers an exchange; ``True`` keeps the connection open for the next request."""


def answer(body: bytes | str = b"fine", status: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    content = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": "text/html", "Content-Length": str(len(content))} | dict(headers or {})
    head = (
        f"HTTP/1.1 {status} Whatever\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    )

    def behave(exchange: Exchange) -> bool:
        exchange.send(head.encode("latin-1") + content)
        return True

    return behave


def redirect(location: str, status: int = 302) -> Behaviour:
    return answer(b"", status, {"Location": location})


def raw(data: bytes) -> Behaviour:
    """Exactly these bytes, then the end of the connection."""

    def behave(exchange: Exchange) -> None:
        exchange.send(data)

    return behave


def hang(exchange: Exchange) -> None:
    exchange.wait(_LONGEST_SECONDS)


def reset(exchange: Exchange) -> None:
    exchange.reset()


def drip(start: bytes, piece: bytes, pause: float = 0.05) -> Behaviour:
    """``start``, and then ``piece`` again and again until somebody gives up."""

    def behave(exchange: Exchange) -> None:
        exchange.send(start)
        while exchange.wait(pause):
            exchange.send(piece)

    return behave


@define
class Site:
    """A server on a loopback port of its own: what each path does, and what arrived when.

    Paths that are not listed answer ``fine``; ``/robots.txt`` is 404 unless listed.
    """

    paths: Mapping[str, Behaviour] = field(factory=dict)
    default: Behaviour = field(factory=answer)
    tls: ssl.SSLContext | None = None
    arrivals: list[Exchange] = field(factory=list)
    most_connections: int = 0
    port: int = 0
    _listener: socket.socket | None = None
    _closing: threading.Event = field(factory=threading.Event)
    _threads: list[threading.Thread] = field(factory=list)
    _open: int = 0
    _lock: threading.Lock = field(factory=threading.Lock)

    def __enter__(self) -> Site:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        assert self._listener is not None
        # A connection of our own wakes accept() on every system; closing the socket alone does not.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass
        self._listener.close()
        for thread in list(self._threads):
            thread.join(timeout=5)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://{self.host}{path}"

    def asked(self, path: str) -> list[Exchange]:
        return [exchange for exchange in self.arrivals if exchange.path == path]

    def gaps(self) -> list[float]:
        """Seconds between one arrival and the next, by this server's clock."""
        times = [exchange.arrived_at for exchange in self.arrivals]
        return [later - earlier for earlier, later in itertools.pairwise(times)]

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        assert self._listener is not None
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open += 1
            self.most_connections = max(self.most_connections, self._open)
        try:
            connection.settimeout(_LONGEST_SECONDS)
            with contextlib.suppress(OSError):
                wrapped = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
                with wrapped:
                    self._talk(wrapped)
        finally:
            connection.close()
            with self._lock:
                self._open -= 1

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while not self._closing.is_set():
                # Short waits, so that a kept connection does not keep the server.
                line = stream.readline(65_536).decode("latin-1")
                if not line:
                    return
                arrived_at = time.monotonic()
                headers = {}
                while (field_line := stream.readline(65_536).decode("latin-1").strip()) != "":
                    name, _, value = field_line.partition(":")
                    headers[name.strip().lower()] = value.strip()
                match line.split():
                    case [method, path, *_]:
                        exchange = Exchange(path, headers, arrived_at, connection, self._closing, method)
                    case _:  # no HTTP: somebody else's, who had this port before
                        return
                self.arrivals.append(exchange)
                missing = answer(b"", 404) if exchange.path == "/robots.txt" else self.default
                if not self.paths.get(exchange.path, missing)(exchange):
                    return


@define
class CrawlResult:
    """What became of one crawl."""

    results: dict[str, dict[str, Any]]
    host_records: list[dict[str, Any]]
    """As they were signalled while the crawl ran."""
    records: dict[str, dict[str, Any]]
    """Host → its last record."""
    listening: list[str]
    peak_megabytes: float
    log: str
    seconds: float

    def reason(self, name: str) -> tuple[str, str | None]:
        """Outcome and reason of a request that failed."""
        return self.results[name]["outcome"], self.results[name]["reason"]


def run_crawl(
    folder: Path,
    requests: Mapping[str, str | dict[str, Any]],
    settings: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
) -> CrawlResult:
    """One crawl of ``requests`` (name → URL) in a child process."""
    job = {
        "requests": {name: {"url": wanted} if isinstance(wanted, str) else wanted for name, wanted in requests.items()},
        "settings": dict(settings),
    }
    job_path, result_path = folder / "job.json", folder / "result.json"
    job_path.write_text(json.dumps(job), encoding="utf-8")
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-W", "error", str(_CHILD), str(job_path), str(result_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        timeout=_LONGEST_SECONDS,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    result = json.loads(result_path.read_text(encoding="utf-8"))
    return CrawlResult(
        results=result["results"],
        host_records=result["host_records"],
        records={record["host"]: record for record in result["records"]},
        listening=result["listening"],
        peak_megabytes=result["peak_megabytes"],
        log=done.stderr,
        seconds=time.monotonic() - started,
    )


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., CrawlResult]:
    """``run_crawl`` in a folder of its own."""

    def run(*args: Any, **kwargs: Any) -> CrawlResult:
        return run_crawl(tmp_path_factory.mktemp("crawl"), *args, **kwargs)

    return run


@pytest.fixture(scope="module")
def sites() -> Iterator[Callable[..., Site]]:
    """Opens sites that close when the module's tests are done."""
    with contextlib.ExitStack() as stack:

        def open_site(
            paths: Mapping[str, Behaviour] | None = None,
            default: Behaviour | None = None,
            tls: ssl.SSLContext | None = None,
        ) -> Site:
            return stack.enter_context(Site(paths or {}, default or answer(), tls))

        yield open_site
