"""Pictures in the brief are part of the file, small, and nobody's address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
from lxml import html

from reports.brief import write_brief
from reports.filters import excerpt
from reports.pictures import MOST_BYTES, MOST_BYTES_TOGETHER, embedder, wanted_pictures

from .markets.rows import uuid

WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\r\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
NAME = "11111111-1111-1111-1111-111111111111"


def test_a_kept_picture_is_embedded_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.webp").write_bytes(WEBP)
    picture = embedder(tmp_path)
    assert picture(NAME).startswith("data:image/webp;base64,UklGR")
    assert picture("22222222-2222-2222-2222-222222222222") == ""
    assert picture("../../etc/passwd") == ""
    assert picture(None) == ""
    assert embedder(None)(NAME) == ""


def test_a_picture_that_is_too_large_or_none_is_left_out(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.webp").write_bytes(WEBP + b"\0" * MOST_BYTES)
    other = NAME.replace("1", "2")
    (tmp_path / f"{other}.webp").write_bytes(b"<svg onload=alert(1)>")
    assert embedder(tmp_path)(NAME) == ""
    assert embedder(tmp_path)(other) == ""


def test_all_pictures_together_keep_the_brief_small(tmp_path: Path) -> None:
    names = [f"{number:08d}-1111-1111-1111-111111111111" for number in range(40)]
    for name in names:
        (tmp_path / f"{name}.webp").write_bytes(WEBP + b"\0" * (MOST_BYTES - len(WEBP)))
    picture = embedder(tmp_path)
    assert sum(picture(name) != "" for name in names) == MOST_BYTES_TOGETHER // MOST_BYTES


def test_the_brief_shows_the_pictures_of_its_posts(snapshot: Callable[[str], Path], tmp_path: Path) -> None:
    path = snapshot("rich")
    with duckdb.connect(str(path), read_only=True) as connection:
        shown = connection.execute("select count(*) from marts.posts where len(media) > 0").fetchone()
    wanted = wanted_pictures(path)
    assert shown is not None
    assert wanted
    for post_id, url in wanted:
        assert url.startswith("http")
        (tmp_path / f"{post_id}.webp").write_bytes(WEBP)
    page = write_brief(path, tmp_path / "brief.html", thumbnails=tmp_path).path.read_text(encoding="utf-8")
    sources = re.findall(r'<img[^>]* src="([^"]*)"', page)
    assert len(sources) >= len(wanted)
    assert all(source.startswith("data:image/webp;base64,") for source in sources)
    bare = write_brief(path, tmp_path / "bare.html").path.read_text(encoding="utf-8")
    assert "<img" not in bare


def test_a_hostile_description_stays_a_description(snapshot: Callable[[str], Path], tmp_path: Path) -> None:
    path = snapshot("hostile")
    for post_id, _ in wanted_pictures(path):
        (tmp_path / f"{post_id}.webp").write_bytes(WEBP)
    page = write_brief(path, tmp_path / "brief.html", thumbnails=tmp_path).path.read_bytes()
    pictures = html.document_fromstring(page).findall(".//img")
    assert pictures
    for picture in pictures:
        assert set(picture.attrib) == {"class", "src", "alt", "width", "height"}
        assert picture.get("src", "").startswith("data:image/webp;base64,")


def test_a_post_that_sold_is_shown_with_its_picture_and_description(
    snapshot: Callable[[str], Path], tmp_path: Path
) -> None:
    for number in (1, 2):
        (tmp_path / f"{uuid(number)}.webp").write_bytes(WEBP)
    page = write_brief(snapshot("everything"), tmp_path / "brief.html", thumbnails=tmp_path).path.read_bytes()
    pictures = html.document_fromstring(page).get_element_by_id("sales").findall(".//img")
    with duckdb.connect(str(snapshot("everything")), read_only=True) as connection:
        described = connection.execute(
            "select coalesce(media[1].alt_text, '') from marts.posts where post_id in (?, ?) order by post_id",
            [uuid(1), uuid(2)],
        ).fetchall()
    assert [picture.get("alt") for picture in pictures] == [excerpt(text, 200) for (text,) in described]
