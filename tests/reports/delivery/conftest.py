"""Real receivers on loopback: a mail server, and a web server that keeps what it is sent."""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from attrs import Factory, define
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reports.delivery.parcels import Parcel
from reports.delivery.receivers import Receiver

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@define
class Mailroom:
    """Takes mail as it is told to, and keeps it."""

    refused: set[str] = Factory(set)
    reply_to_data: str = ""
    received: list[tuple[str, EmailMessage]] = Factory(list)
    logins: list[tuple[bytes, bytes]] = Factory(list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.reply_to_data:
            return self.reply_to_data
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append((envelope.rcpt_tos[0], message))
        return "250 OK"


class _FreePort(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it has started
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(room: Mailroom, **settings: Any) -> Iterator[Mailroom]:
    controller = _FreePort(room, hostname="127.0.0.1", port=0, **settings)
    controller.start()
    try:
        room.port = controller.port
        yield room
    finally:
        controller.stop()


def knows(room: Mailroom, password: bytes) -> Callable[..., AuthResult]:
    """An authenticator that accepts one password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        room.logins.append((data.login, data.password))
        return AuthResult(success=data.password == password, handled=False)

    return check


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1 that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@define
class Asked:
    """One request that a web server was sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@define
class Webroom:
    """Answers as it is told to, and keeps what it was asked."""

    status: int = 200
    headers: dict[str, str] = Factory(dict)
    answer: bytes = b"{}"
    asked: list[Asked] = Factory(list)
    port: int = 0


@contextmanager
def web_server(room: Webroom) -> Iterator[Webroom]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            room.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            self.send_response(room.status)
            for name, value in room.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(room.answer)))
            self.end_headers()
            self.wfile.write(room.answer)

        do_POST = do_PUT = do_GET = _take  # noqa: N815 - http.server's names

        def log_message(self, *words: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        room.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield room
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    page = tmp_path / "2026-W47.html"
    page.write_text("<!doctype html><title>Brief</title><p>Carousels: 1.8 ×</p>", encoding="utf-8")
    (tmp_path / "2026-W47.pdf").write_bytes(b"%PDF-1.7 not printed here")
    (tmp_path / "2026-W47.json").write_text('{"title": "Brief"}', encoding="utf-8")
    return Parcel(
        keys=("brief 2026-W47",),
        issuer="/srv/market",
        subject="Kaffee & Tee: 2026-W47",
        text="Carousels: 1.8 ×\n",
        html='<!doctype html><p style="margin:0">Carousels: 1.8 ×</p>',
        files={form: tmp_path / f"2026-W47.{form}" for form in ("html", "pdf", "json")},
    )


def mail_receiver(port: int, *mailboxes: str, user: str = "", scheme: str = "mailto", more: str = "") -> Receiver:
    at = f"{user}@" if user else ""
    return Receiver(
        name="office",
        way="mail",
        mailboxes=mailboxes or ("anna@acme.example",),
        address=f"{scheme}://{at}127.0.0.1:{port}?from=briefs@kettle.example{more}",
        attach=("html", "pdf"),
        timeout_seconds=2,
    )


@pytest.fixture
def signature_of() -> Callable[[Asked, str], str]:
    """What AWS Signature Version 4 says that a request's signature is (its docs, "Create a signed request")."""

    def sign(asked: Asked, secret: str) -> str:
        headers = {name.lower(): " ".join(value.split()) for name, value in asked.headers.items()}
        words = dict(part.strip().split("=", 1) for part in headers["authorization"].partition(" ")[2].split(","))
        day, region, service, end = words["Credential"].split("/")[1:]
        signed = words["SignedHeaders"].split(";")
        request = "\n".join(
            [
                asked.method,
                asked.path,
                "",
                *(f"{name}:{headers[name]}" for name in signed),
                "",
                ";".join(signed),
                headers["x-amz-content-sha256"],
            ]
        )
        scope = f"{day}/{region}/{service}/{end}"
        hashed = hashlib.sha256(request.encode()).hexdigest()
        to_sign = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashed])
        key = f"AWS4{secret}".encode()
        for step in (day, region, service, end, to_sign):
            key = hmac.new(key, step.encode(), hashlib.sha256).digest()
        return key.hex()

    return sign
