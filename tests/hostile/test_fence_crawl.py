"""One crawl that everything tries to lead astray: schemes, private addresses, redirects, proxies, bad certificates."""

from __future__ import annotations

import datetime
import os
import pickle
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.utils.request import fingerprint

from tests.hostile.conftest import Behaviour, CrawlResult, Site, answer, redirect

SECRETS = {"Authorization": "Bearer secret", "X-Token": "secret", "If-None-Match": '"x"', "Accept": "application/json"}
SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0177.0.0.1",
    "0x7f000001",
    "0",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "①②⑦.⓪.⓪.①",
)
"""Ways to write this machine's address."""


class Authority:
    """A certificate authority that the crawl is told to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign("Test authority", self._key.public_key(), [], is_authority=True)
        self.path = folder / "authority.pem"
        self.path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, name: str, *, is_signed: bool = True, days: int = 30) -> ssl.SSLContext:
        """What a server needs to show a certificate for ``name``; negative ``days``: it has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(name, key.public_key(), [name], own_key=None if is_signed else key, days=days)
        path = self._folder / f"{name}-{is_signed}-{days}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePublicKey,
        names: list[str],
        *,
        is_authority: bool = False,
        own_key: ec.EllipticCurvePrivateKey | None = None,
        days: int = 30,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if is_authority or own_key else self._certificate.subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=60))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
            )
        return builder.sign(own_key or self._key, hashes.SHA256())


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@frozen
class Visited:
    """The crawl, its sites by name, and the addresses that were never meant to be reached."""

    crawl: CrawlResult
    sites: dict[str, Site]
    hidden: Site


def leading_astray(hidden: Site, other: Site) -> dict[str, Behaviour]:
    """Paths of one site that redirect to everything a redirect can name, and a chain of nine."""
    return {f"/hop/{number}": redirect(f"/hop/{number - 1}") for number in range(1, 10)} | {
        "/to-hidden": redirect(hidden.url()),
        "/to-hidden-by-name": redirect(f"http://localhost:{hidden.port}/"),
        "/to-hidden-by-number": redirect(f"http://2130706433:{hidden.port}/"),
        "/to-file": redirect("file:///etc/passwd"),
        "/to-nowhere": redirect("http://"),
        "/to-elsewhere": redirect("https://elsewhere.example/"),
        "/to-other": redirect(other.url("/arrived")),
        "/to-self": redirect("/arrived", 307),
        "/protocol-relative": redirect(f"//{hidden.host}/"),
        "/without-location": answer(b"stay", 302),
        "/not-modified": answer(b"", 304),
    }


def open_sites(sites: Callable[..., Site], authority: Authority, hidden: Site) -> dict[str, Site]:
    """The sites that the crawl may ask, by name."""
    other = sites()
    return {
        "other": other,
        "secure": sites(tls=authority.context("127.0.0.1")),
        "self-signed": sites(tls=authority.context("127.0.0.1", is_signed=False)),
        "wrong-host": sites(tls=authority.context("shop.example")),
        "expired": sites(tls=authority.context("127.0.0.1", days=-1)),
        "silent-tls": sites(),
        "robots-to-hidden": sites({"/robots.txt": redirect(hidden.url("/robots.txt"))}),
        "redirects": sites(leading_astray(hidden, other)),
    }


def asked_for(opened: dict[str, Site], hidden: Site) -> dict[str, Any]:
    """Name → the address that is asked for, or a request with headers."""
    redirects, secure = opened["redirects"], opened["secure"]
    paths = [path for path in redirects.paths if not path.startswith("/hop/")]
    requests: dict[str, Any] = {path.strip("/"): redirects.url(path) for path in (*paths, "/hop/5", "/hop/6")}
    requests |= {name: {"url": requests[name], "headers": SECRETS} for name in ("to-other", "to-self")}
    requests |= {f"spelled {spelling}": f"http://{spelling}:{hidden.port}/" for spelling in SPELLINGS}
    requests |= {
        "file": "file:///etc/passwd",
        "ftp": "ftp://127.0.0.1/x",
        "s3": "s3://bucket/x",
        "data": "data:text/plain,hello",
        "beyond": "https://shop.example/",
        "robots-to-hidden": opened["robots-to-hidden"].url(),
        "secure": secure.url(scheme="https"),
        "secure-by-name": f"https://localhost:{secure.port}/",
    }
    ill_secured = ("self-signed", "wrong-host", "expired", "silent-tls")
    return requests | {name: opened[name].url(scheme="https") for name in ill_secured}


@pytest.fixture(scope="module")
def visited(
    sites: Callable[..., Site], crawl: Callable[..., CrawlResult], tmp_path_factory: pytest.TempPathFactory
) -> Visited:
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    hidden = sites()
    opened = open_sites(sites, authority, hidden)
    settings = {
        "OWN_HOSTS": [site.host for site in opened.values()] + [f"localhost:{opened['secure'].port}"],
        "DOWNLOAD_TIMEOUT": 2,
        "CONTACT": "",
    }
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"), hidden.url())
    environment = {"SSL_CERT_FILE": str(authority.path), **proxies}
    return Visited(crawl(asked_for(opened, hidden), settings, environment), opened, hidden)


def test_no_way_leads_to_a_private_address_that_is_not_named(visited: Visited) -> None:
    assert visited.hidden.most_connections == 0
    names = [name for name in visited.crawl.results if name.startswith(("spelled", "to-hidden"))]
    assert len(names) == 14
    for name in [*names, "protocol-relative"]:
        # A name shows its address only when it is looked up, and another name is another site.
        expected = "off_host" if name == "to-hidden-by-name" else "private_address"
        assert visited.crawl.reason(name) == ("error", expected), name


def test_a_robots_txt_elsewhere_on_a_private_address_is_none(visited: Visited) -> None:
    assert visited.crawl.reason("robots-to-hidden") == ("robots_denied", "robots_unreachable")


@pytest.mark.parametrize("name", ["file", "ftp", "s3", "data", "to-file"])
def test_only_http_and_https_are_asked(visited: Visited, name: str) -> None:
    assert visited.crawl.reason(name) == ("error", "forbidden_scheme")


def test_redirects_to_another_site_are_not_followed(visited: Visited) -> None:
    assert visited.crawl.reason("to-elsewhere") == ("error", "off_host")
    assert "elsewhere.example" in visited.crawl.results["to-elsewhere"]["message"]


def test_five_redirects_are_followed_and_no_sixth(visited: Visited) -> None:
    assert visited.crawl.results["hop/5"]["status"] == 200
    assert visited.crawl.results["hop/5"]["url"].endswith("/hop/0")
    assert visited.crawl.reason("hop/6") == ("error", "http_error")


def test_answers_that_lead_nowhere_are_answers(visited: Visited) -> None:
    assert visited.crawl.results["without-location"]["status"] == 302
    assert visited.crawl.results["not-modified"]["status"] == 304
    assert visited.crawl.results["to-nowhere"]["outcome"] == "error"


def test_secrets_stay_with_the_host_they_were_meant_for(visited: Visited) -> None:
    [within] = visited.sites["redirects"].asked("/arrived")
    assert within.headers["x-token"] == "secret"
    [across] = visited.sites["other"].asked("/arrived")
    assert "secret" not in str(across.headers)
    assert "if-none-match" not in across.headers
    assert across.headers["accept"] == "application/json"


@pytest.mark.parametrize("name", ["self-signed", "wrong-host", "expired", "secure-by-name"])
def test_a_certificate_that_does_not_fit_ends_the_visit(visited: Visited, name: str) -> None:
    assert visited.crawl.reason(name) == ("error", "tls_error")
    if name in visited.sites:
        assert visited.sites[name].arrivals == []


def test_a_certificate_that_fits_is_accepted(visited: Visited) -> None:
    assert visited.crawl.results["secure"]["status"] == 200


def test_a_host_that_speaks_no_tls_has_no_robots_txt(visited: Visited) -> None:
    assert visited.crawl.results["silent-tls"]["outcome"] in {"error", "robots_denied"}


def test_without_a_contact_nothing_beyond_this_machine_is_asked(visited: Visited) -> None:
    assert visited.crawl.reason("beyond") == ("error", "permission_missing")
    assert "contact" in visited.crawl.results["beyond"]["message"]
    agents = {exchange.headers["user-agent"] for exchange in visited.sites["redirects"].arrivals}
    assert len(agents) == 1
    assert agents.pop().startswith("Rivalscope/")


def test_nothing_unforeseen_was_logged(visited: Visited) -> None:
    assert "Traceback" not in visited.crawl.log


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("JOBDIR", "job", "JOBDIR is not supported"),
        ("CONTACT", "nobody", "The contact 'nobody' is neither a mail"),
    ],
)
def test_a_crawl_with_such_settings_ends_before_its_first_request(
    sites: Callable[..., Site],
    crawl: Callable[..., CrawlResult],
    tmp_path: Path,
    name: str,
    value: str,
    sentence: str,
) -> None:
    site = sites()
    settings = {"OWN_HOSTS": [site.host], name: str(tmp_path / value) if name == "JOBDIR" else value}
    crawled = crawl({"page": site.url()}, settings)
    assert site.arrivals == []
    assert sentence in crawled.log
    assert "Traceback" not in crawled.log


class _Executed:
    """Makes a folder when it is read from a pickle."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._mark),)


def test_pages_that_were_kept_as_pickles_are_not_read_even_where_the_cache_is_on(
    sites: Callable[..., Site], crawl: Callable[..., CrawlResult], tmp_path: Path
) -> None:
    site, mark, cache = sites(), tmp_path / "executed", tmp_path / "cache"
    for url in (site.url(), site.url("/robots.txt")):
        key = fingerprint(Request(url)).hex()
        kept = cache / "cases" / key[:2] / key
        kept.mkdir(parents=True)
        (kept / "pickled_meta").write_bytes(pickle.dumps(_Executed(mark)))
    before = sorted(cache.rglob("*"))
    settings = {"OWN_HOSTS": [site.host], "HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": str(cache)}
    crawled = crawl({"page": site.url()}, settings)
    assert crawled.results["page"]["status"] == 200
    assert not mark.exists()
    assert sorted(cache.rglob("*")) == before
