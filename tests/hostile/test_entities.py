"""Entities that a document defines for itself are not expanded, from wherever they would come."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from web_poet import HttpResponse

from crawler.items import PostList
from crawler.pages import page_for
from crawler.pages.base import Capture, PageProblem
from crawler.reading.text_tables import TableError
from crawler.reading.workbooks import read_sheets
from tests.growth import LONGEST, MOST_GROWTH, growth

FETCHED_AT = datetime(2026, 11, 22, tzinfo=UTC)
SECRET = "what only this machine may read"


def laughing(levels: int) -> str:
    """Each level ten times the one before."""
    defined = ['<!ENTITY l0 "hahahahaha">']
    defined += [f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, levels + 1)]
    return "".join(defined)


def declared(kind: str, secret: Path, times: int = LONGEST) -> tuple[str, str]:
    """The inside of a DOCTYPE, and how its entity is called; what would be long is ``times`` as long."""
    return {
        "none": ("", "with butter"),
        "laughs": (laughing(min(times, 9)), f"&l{min(times, 9)};"),
        "a long one again and again": (f'<!ENTITY long "{"ha" * 800 * times}">', "&long;" * 300 * times),
        "a file": (f'<!ENTITY file SYSTEM "{secret.as_uri()}">', "&file;"),
        "a file by parameter": (f'<!ENTITY % file SYSTEM "{secret.as_uri()}"> %file;', "&file;"),
        "an address": ('<!ENTITY far SYSTEM "http://127.0.0.1:9/secret">', "&far;"),
        "itself": ('<!ENTITY me "&me;">', "&me;"),
    }[kind]


KINDS = ("laughs", "a long one again and again", "a file", "a file by parameter", "an address", "itself")
DOCUMENTS = {
    "rss": (
        "https://acme.example/feed.xml",
        "application/rss+xml",
        "<!DOCTYPE rss [{inside}]><rss version='2.0'><channel><title>Acme</title><link>https://acme.example/</link>"
        "<item><title>Rolls {called}</title><link>https://acme.example/1</link><description>{called}</description>"
        "<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>",
    ),
    "atom": (
        "https://acme.example/atom.xml",
        "application/atom+xml",
        "<!DOCTYPE feed [{inside}]><feed xmlns='http://www.w3.org/2005/Atom'><title>Acme</title><entry><id>urn:1</id>"
        "<title>Rolls {called}</title><link href='https://acme.example/1'/><updated>2026-11-20T08:00:00Z</updated>"
        "<content>{called}</content></entry></feed>",
    ),
    "sitemap": (
        "https://acme.example/sitemap.xml",
        "application/xml",
        "<!DOCTYPE urlset [{inside}]><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url>"
        "<loc>https://acme.example/blog/{called}</loc><lastmod>2026-11-20</lastmod></url></urlset>",
    ),
    "html": (
        "https://acme.example/blog/rolls",
        "text/html",
        "<!DOCTYPE html [{inside}]><html><head><title>Rolls {called}</title><meta property='og:type' content='article'>"
        "<meta property='article:published_time' content='2026-11-20T08:00:00Z'></head>"
        "<body><article><h1>Rolls</h1><p>{called}</p></article></body></html>",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_entity_of_a_document_is_expanded(tmp_path: Path, document: str, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    url, content_type, text = DOCUMENTS[document]

    def made(times: int) -> bytes:
        inside, called = declared(kind, secret, times)
        return b'<?xml version="1.0"?>' + text.format(inside=inside, called=called).encode()

    def read(body: bytes) -> PostList:
        page = page_for(url, 200, content_type, body[:4096])
        assert page is not None
        response = HttpResponse(url, body, status=200, headers={"Content-Type": content_type})
        try:
            return page(response, Capture(fetched_at=FETCHED_AT)).read()
        except PageProblem:
            return PostList()

    assert growth(read, made) <= MOST_GROWTH
    said = repr(attrs.asdict(read(made(LONGEST))))
    assert SECRET not in said
    assert said.count("hahaha") < 200
    assert kind != "none" or "Rolls with butter" in said


@pytest.mark.parametrize("kind", ["none", *KINDS])
def test_no_entity_of_a_workbook_is_expanded(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    inside, called = declared(kind, secret)
    space = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "_rels/.rels": f"<Relationships xmlns='{package}'><Relationship Id='r1' Type='{office}/officeDocument'"
        " Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook {space} xmlns:r='{office}'><sheets>"
        "<sheet name='A' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}'>"
        f"<Relationship Id='r1' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"<!DOCTYPE worksheet [{inside}]><worksheet {space}><sheetData><row r='1'>"
        f"<c r='A1' t='inlineStr'><is><t>Rolls {called}</t></is></c></row></sheetData></worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as pack:
        for name, text in files.items():
            pack.writestr(name, text)
    path = tmp_path / "book.xlsx"
    path.write_bytes(made.getvalue())
    try:
        said = repr(read_sheets(path))
    except TableError as problem:
        said = str(problem)
    assert SECRET not in said
    assert said.count("hahaha") < 200
    assert kind != "none" or "Rolls with butter" in said
