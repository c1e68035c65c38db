"""Thumbnails of the posts that a brief shows: fetched with a crawl's manners, re-encoded small, kept for good.

``python -m crawler.pictures PLAN`` is the process that does it; :func:`fetch_pictures` starts it. Scrapy's own media
pipeline downloads; what came is decoded in processes with limits, since a picture may be made to hang or to fill the
memory of whoever opens it. A picture that could not be had is noted, and not asked for again for a while.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen
from pebble import ProcessExpired

from crawler.landing import utc_text
from crawler.reading_processes import ReadingProcesses
from crawler.side_crawl import crawl_with, run_module

MAX_BYTES = 40_000
"""Of a thumbnail."""
MAX_EDGE = 216
"""Pixels."""
MAX_PIXELS = 50_000_000
MAX_PICTURES = 60
"""Asked for in one run."""
ASKED_AGAIN_AFTER = timedelta(days=28)
SUFFIX = ".webp"

_MEMORY_BYTES = 400 * 1024 * 1024
_TIMEOUT_SECONDS = 10.0
_WHAT_DECODES = "PIL.Image"
"""The module that a process loads which decodes."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_QUALITIES = (72, 55, 40, 25)
_NOTES = "left-out.json"
_LOG = logging.getLogger(__name__)


@frozen(kw_only=True)
class Picture:
    """A picture that is wanted."""

    name: str
    """Of the thumbnail: the post's id."""
    url: str


@frozen(kw_only=True)
class PicturePlan:
    """What the process needs to know; a crawl's rules, and the pictures."""

    folder: str
    """Where thumbnails are kept."""
    contact: str = ""
    own_hosts: tuple[str, ...] = ()
    min_delay_seconds: float = 2.0
    hosts: tuple[Mapping[str, Any], ...] = ()
    """As a crawl's HOST_STATES."""
    pictures: tuple[Picture, ...] = field(default=())

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> PicturePlan:
        values = json.loads(text)
        return cls(
            **{
                **values,
                "own_hosts": tuple(values["own_hosts"]),
                "hosts": tuple(values["hosts"]),
                "pictures": tuple(Picture(**each) for each in values["pictures"]),
            }
        )


def thumbnail_path(folder: Path, name: str) -> Path:
    """Where the thumbnail of that name is, if there is one."""
    return folder / f"{name}{SUFFIX}"


def missing_pictures(folder: Path, wanted: Iterable[Picture], now: datetime) -> list[Picture]:
    """Those of ``wanted`` that are not kept and were not asked for in vain lately; at most ``MAX_PICTURES``."""
    noted = _notes(folder)
    found = []
    for picture in wanted:
        said = noted.get(picture.name, {})
        is_noted = said.get("url") == picture.url and said.get("until", "") > utc_text(now)
        if not is_noted and not thumbnail_path(folder, picture.name).exists():
            found.append(picture)
    return found[:MAX_PICTURES]


def fetch_pictures(plan: PicturePlan, *, now: datetime, timeout_seconds: float = 900.0) -> int:
    """Fetch the plan's pictures and keep their thumbnails; how many are new. What fails is noted, never raised."""
    if not plan.pictures:
        return 0
    folder = Path(plan.folder)
    raw = folder / ".raw"
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True)
    path = raw / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    try:
        run_module("crawler.pictures", path, folder / "fetch.log", timeout_seconds=timeout_seconds)
    except subprocess.TimeoutExpired:
        _LOG.warning("fetching pictures took longer than %g s; what came is kept", timeout_seconds)
    kept = dict(_reencoded(raw, plan.pictures))
    notes = _notes(folder)
    for picture in plan.pictures:
        thumbnail = kept.get(picture.name)
        if thumbnail is None:
            notes[picture.name] = {"url": picture.url, "until": utc_text(now + ASKED_AGAIN_AFTER)}
        else:
            part = folder / f".{picture.name}.part"
            part.write_bytes(thumbnail)
            part.replace(thumbnail_path(folder, picture.name))
            notes.pop(picture.name, None)
    (folder / _NOTES).write_text(json.dumps(notes, indent=1), encoding="utf-8")
    shutil.rmtree(raw, ignore_errors=True)
    return len(kept)


def _notes(folder: Path) -> dict[str, dict[str, str]]:
    try:
        said = json.loads((folder / _NOTES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _reencoded(raw: Path, pictures: Sequence[Picture]) -> Iterator[tuple[str, bytes]]:
    """Name and thumbnail of each picture that came and could be decoded within the limits."""
    with closing(ReadingProcesses(2, _limit, _MEMORY_BYTES, preload=_WHAT_DECODES)) as processes:
        tasks = [
            (picture, processes.call(_TIMEOUT_SECONDS, thumbnail, path.read_bytes()))
            for picture in pictures
            if (path := raw / picture.name).is_file()
        ]
        for picture, task in tasks:
            try:
                made = task.result()
            except (TimeoutError, ProcessExpired, MemoryError) as error:
                _LOG.warning("%s could not be decoded (%s)", picture.url, type(error).__name__)
            else:
                if made is not None:
                    yield picture.name, made


def _limit(memory_bytes: int) -> None:
    """Bound this process's memory, where the system can."""
    import PIL.Image  # noqa: F401 - loaded before the limit counts

    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes * 2, memory_bytes * 2))
    except (ImportError, ValueError, OSError):
        return


def thumbnail(data: bytes) -> bytes | None:
    """A WebP of at most ``MAX_BYTES`` and ``MAX_EDGE`` pixels without any metadata; ``None`` for what is no picture."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("RGB", (MAX_EDGE * 2, MAX_EDGE * 2))
            picture.seek(0)
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail((MAX_EDGE, MAX_EDGE))
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A"))
        for quality in _QUALITIES:
            encoded = BytesIO()
            ground.save(encoded, "WEBP", quality=quality)
            if encoded.tell() <= MAX_BYTES:
                return encoded.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, EOFError):
        return None
    return None


def main(arguments: list[str] | None = None) -> int:
    """The process that fetches: one file a picture, beside the plan."""
    from crawler.picture_spider import PictureSpider

    path = Path((sys.argv[1:] if arguments is None else arguments)[0])
    plan = PicturePlan.from_json(path.read_text(encoding="utf-8"))
    pipelines = {"crawler.pipelines.pictures.PicturesPipeline": 100}
    crawl_with(PictureSpider, plan, {"ITEM_PIPELINES": pipelines, "FILES_STORE": str(path.parent)})
    return 0


if __name__ == "__main__":
    from crawler.pictures import main as known_main  # as the spider knows this module, not as __main__

    sys.exit(known_main())
