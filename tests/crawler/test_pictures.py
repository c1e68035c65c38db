"""Thumbnails: small, without metadata, and made where a hostile picture costs nothing but itself."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crawler.pictures import (
    ASKED_AGAIN_AFTER,
    MAX_BYTES,
    MAX_EDGE,
    Picture,
    PicturePlan,
    fetch_pictures,
    missing_pictures,
    thumbnail,
    thumbnail_path,
)

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
NAMES = [f"{number:08d}-0000-0000-0000-000000000000" for number in range(9)]


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.frombytes(mode, (width, height), Random(1).randbytes(width * height * len(mode)))


def png_bomb(edge: int) -> bytes:
    """A PNG of a few kilobytes that says it is ``edge`` pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_becomes_small_and_keeps_its_shape(kind: str) -> None:
    made = thumbnail(encoded(noise(1200, 600), kind))
    assert made is not None
    assert len(made) <= MAX_BYTES
    with Image.open(BytesIO(made)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (MAX_EDGE, MAX_EDGE // 2))


def test_what_a_camera_noted_is_gone_and_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Secret Camera"
    made = thumbnail(encoded(noise(800, 400), "JPEG", exif=exif))
    assert made is not None
    assert b"Secret" not in made
    with Image.open(BytesIO(made)) as picture:
        assert picture.size == (MAX_EDGE // 2, MAX_EDGE)
        assert not picture.getexif()


def test_a_transparent_picture_stands_on_white() -> None:
    made = thumbnail(encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "PNG"))
    assert made is not None
    with Image.open(BytesIO(made)) as picture:
        assert picture.convert("RGB").getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg onload=alert(1)></svg>", b"<html>login</html>", b"GIF89a", png_bomb(60_000), b"%!PS-Adobe-3.0\n"],
    ids=["nothing", "svg", "page", "cut", "bomb", "postscript"],
)
def test_what_is_no_picture_is_left_out(data: bytes) -> None:
    assert thumbnail(data) is None


@given(st.binary(max_size=400), st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.integers(0, 300))
def test_a_damaged_picture_is_a_thumbnail_or_none(damage: bytes, kind: str, place: int) -> None:
    good = encoded(noise(20, 20), kind)
    made = thumbnail(good[:place] + damage + good[place + len(damage) :])
    assert made is None or made[:4] == b"RIFF"


class _Pictures(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - one server a test

    def do_GET(self) -> None:
        self.asked.append(self.path)
        answers = {
            "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /private/\n"),
            "/good.png": (200, "image/png", encoded(noise(500, 500), "PNG")),
            "/private/good.png": (200, "image/png", encoded(noise(50, 50), "PNG")),
            "/bomb.png": (200, "image/png", png_bomb(60_000)),
            "/page.png": (200, "text/html", b"<html>please log in</html>"),
        }
        status, content_type, body = answers.get(self.path, (404, "text/plain", b""))
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    _Pictures.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pictures) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_pictures_are_fetched_once_with_a_crawls_manners(host: str, tmp_path: Path) -> None:
    paths = ["good.png", "private/good.png", "bomb.png", "page.png", "missing.png"]
    wanted = [Picture(name=name, url=f"http://{host}/{path}") for name, path in zip(NAMES, paths, strict=False)]
    plan = PicturePlan(folder=str(tmp_path), contact="a@b.example", own_hosts=(host,), pictures=tuple(wanted))
    assert fetch_pictures(plan, now=NOW) == 1
    assert thumbnail_path(tmp_path, NAMES[0]).is_file()
    assert [path for path in _Pictures.asked if path.startswith("/private/")] == []
    assert missing_pictures(tmp_path, wanted, NOW) == []
    assert len(missing_pictures(tmp_path, wanted, NOW + ASKED_AGAIN_AFTER + timedelta(seconds=1))) == 4
    moved = Picture(name=NAMES[4], url=f"http://{host}/elsewhere.png")
    assert missing_pictures(tmp_path, [moved], NOW) == [moved]
    assert {each.name for each in tmp_path.iterdir()} == {f"{NAMES[0]}.webp", "left-out.json", "fetch.log"}


def test_a_private_address_that_nobody_named_is_not_asked(host: str, tmp_path: Path) -> None:
    wanted = (Picture(name=NAMES[0], url=f"http://{host}/good.png"),)
    assert fetch_pictures(PicturePlan(folder=str(tmp_path), contact="a@b.example", pictures=wanted), now=NOW) == 0
    assert _Pictures.asked == []
