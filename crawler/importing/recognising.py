"""What a file is, by its first bytes; names are only a hint where nothing else is left."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path, PurePath

from crawler.importing.outcome import Kind
from crawler.reading.captured import MAX_BODY, CaptureError
from crawler.reading.outcomes import looks_like_outcomes
from crawler.reading.saved_page import is_mhtml, is_webarchive
from crawler.reading.table_layouts import looks_like_posts
from crawler.reading.warc import BREAKS
from crawler.reading.zeeschuimer import is_zeeschuimer
from crawler.reading.zstd_frames import ZSTD_MARKS, ZstdFrames

HEAD_BYTES = 4_096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NATURES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"%PDF", "a PDF"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"DUCK", "a database"),
    (b"SQLite format 3", "a database"),
)
_ARCHIVES = (b"WARC/", b"filedesc://")
"""How web archives begin: WARC, and ARC before 2009."""
_FEEDS = ("<rss", "<feed", "<rdf:rdf")
_WAYS = (
    "bring a table of posts (rivalscope import --template writes an empty one), an export of your own account,"
    " of your web analytics or shop, a saved page, a HAR, a WARC or a Zeeschuimer capture"
)
_WRAPPED = re.compile(r"(?:var\s+)?[a-z_$][\w.$]{0,80}\s*[=(]\s*[{\[]")
"""JSON that a script is given: ``var answer = {…};``, ``callback({…})``."""


def kind_of(path: Path) -> Kind | None:
    """What ``path`` is; ``None`` for an archive of other files (zip, gzip), which has to be opened first.

    Raises OSError, and :class:`CaptureError` with one sentence for what is nothing of ours.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[:2] == b"\x1f\x8b":
        return Kind.WARC if unpacked_head(head).startswith(_ARCHIVES) else None
    if head.startswith(ZSTD_MARKS):
        return _kind_of_zstd(path)
    if zipfile.is_zipfile(path) and head[:2] == b"PK":
        return _kind_of_zip(path)
    if head[:4] == b"PK\x03\x04":
        raise CaptureError("is a broken zip file; copy or download it again")
    return kind_of_head(head, path)


def kind_of_head(head: bytes, path: Path) -> Kind:
    """As :func:`kind_of`, for what is no archive. ``path`` is read on where the head does not say it."""
    if not head.strip():
        raise CaptureError("is empty")
    if head.startswith(_ARCHIVES):
        return Kind.WARC
    if head.startswith(_OLE):
        return Kind.WORKBOOK
    refuse_nature(head)
    if is_mhtml(head) or is_webarchive(head):
        return Kind.PAGE
    text = _text(head)
    start = text.lstrip()[:200].lower()
    if start.startswith("{"):
        return _kind_of_json(text, path)
    if start.startswith("<"):
        if start.startswith("<?xml") and not any(tag in text.lower() for tag in ("<html", *_FEEDS)):
            raise CaptureError("is XML, and neither a saved page nor a feed")
        return Kind.PAGE
    if path.suffix.lower() in (".csv", ".tsv") or looks_like_posts(text) or looks_like_outcomes(text):
        return Kind.TABLE
    if start.startswith("[") or _WRAPPED.match(start):
        return Kind.ANSWER
    raise CaptureError(f"is not recognised; {_WAYS}")


def _kind_of_json(text: str, path: Path) -> Kind:
    if is_zeeschuimer(path):
        return Kind.ZEESCHUIMER
    # a recording begins with its log, and may be of any size
    return Kind.HAR if '"log"' in text or path.stat().st_size > MAX_BODY else Kind.ANSWER


def refuse_nature(head: bytes) -> None:
    """Raise :class:`CaptureError` for pictures, films and the like, which hold no posts."""
    nature = next((nature for magic, nature in _NATURES if head.startswith(magic)), None)
    if nature is None and head[4:8] == b"ftyp":
        nature = "a film"
    if nature is not None:
        raise CaptureError(f"is {nature} first" if ";" in nature else f"is {nature}, and not recognised; {_WAYS}")


def is_archive_of_warcs(names: list[str]) -> bool:
    """Whether these are the entries of a WACZ (a zip of WARC files with a description)."""
    return any(name.endswith((".warc", ".warc.gz")) for name in names) and any(
        name == "datapackage.json" or name.startswith("archive/") for name in names
    )


def _kind_of_zstd(path: Path) -> Kind:
    with path.open("rb") as file:
        try:
            start = ZstdFrames(file).read(5)
        except BREAKS:
            start = b""
    if start != b"WARC/":
        raise CaptureError("is compressed with zstd and no web archive; unpack it")
    return Kind.WARC


def unpacked_head(head: bytes) -> bytes:
    """The first bytes of what ``head`` begins to compress with gzip; ``b""`` when it is torn."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


def _kind_of_zip(path: Path) -> Kind | None:
    try:
        with zipfile.ZipFile(path) as bundle:
            names = bundle.namelist()
            first = (
                bundle.read("mimetype")[:100] if names[:1] == ["mimetype"] and _is_small(bundle, "mimetype") else b""
            )
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        raise CaptureError("is a broken zip file; copy or download it again") from None
    if is_archive_of_warcs(names):
        return Kind.WARC
    if any(name.startswith("xl/") for name in names) or b"spreadsheet" in first:
        return Kind.WORKBOOK
    if any(PurePath(name).parts[:1] in (("word",), ("ppt",)) for name in names) or first:
        raise CaptureError(f"is a document, and not recognised; {_WAYS}")
    return None


def _is_small(bundle: zipfile.ZipFile, name: str) -> bool:
    return bundle.getinfo(name).file_size < HEAD_BYTES


def _text(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:64]:
        little = head[:2] == b"\xff\xfe" or (head[:2] != b"\xfe\xff" and head[1:2] == b"\0")
        return head[: len(head) // 2 * 2].decode("utf-16-le" if little else "utf-16-be", "replace").lstrip("\ufeff")
    return head.decode("utf-8-sig", "replace")
