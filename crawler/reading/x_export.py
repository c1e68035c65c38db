"""The posts in the archive that X gives people of their own account: ``data/tweets.js``, of any size, in pieces.

``window.YTD.tweets.part0 = [{"tweet": {…}}, …]``, further parts in ``tweets-part1.js``; until 2022 ``tweet.js``. What
else the archive holds (messages, followers, what somebody liked) is nobody's business here, and is not opened.
help.x.com/en/managing-your-account/how-to-download-your-x-archive
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from crawler.reading.captured import MAX_BODY, NOWHERE, Captured, CaptureError
from crawler.reading.json_stream import JsonStreamError, array_items

X_EXPORT = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.YTD\.tweets?\.part\d{1,4}\s*=\s*")
"""How such a file begins."""
_NAME = re.compile(r"tweets?(?:-part\d{1,4})?\.js")
_AT_ONCE = 500
_HEAD_BYTES = 200


def is_x_export(path: Path) -> bool:
    """Whether the file holds posts of such an archive. Raises OSError."""
    with path.open("rb") as file:
        return X_EXPORT.match(file.read(_HEAD_BYTES)) is not None


def beside_posts(names: Iterable[PurePath]) -> set[PurePath]:
    """Of the names of files those that belong to such an archive, and are not its posts."""
    given = set(names)
    roots = {name.parent.parent for name in given if _is_of_posts(name) and name.with_name("manifest.js") in given}
    return {
        name
        for name in given
        for place in name.parents
        if place in roots and _is_part(name.relative_to(place)) and not _is_of_posts(name)
    }


def _is_part(inside: PurePath) -> bool:
    """Whether the archive has such a file; others may have been put beside its own."""
    first, *others = inside.parts
    if first == "data":
        return inside.suffix == ".js" or any(part.endswith("_media") for part in others[:-1])
    return first in ("assets", "Your archive.html")


def _is_of_posts(name: PurePath) -> bool:
    return name.parent.name == "data" and _NAME.fullmatch(name.name) is not None


def read_x_export(path: Path, saved_at: datetime) -> Iterator[Captured | CaptureError]:
    """The posts, some hundred at a time, each time as a file that holds no others; ``saved_at`` is when they were seen.

    What is broken comes as its error at the end, and what stands before is read. Raises OSError.
    """
    with path.open("rb") as file:
        found = X_EXPORT.match(file.read(_HEAD_BYTES))
        file.seek(found.end() if found else 0)
        waiting: list[Any] = []
        count = 0
        try:
            for tweet in array_items(file, (), max_item_bytes=MAX_BODY):
                waiting.append(tweet)
                count += 1
                if len(waiting) == _AT_ONCE:
                    yield _file_of(waiting, saved_at)
                    waiting = []
        except JsonStreamError as error:
            said = str(error) or "no list of posts"
            yield CaptureError(f"is {said}; the {count:,} posts before were read" if count else f"is {said}")
        if waiting:
            yield _file_of(waiting, saved_at)


def _file_of(tweets: list[Any], saved_at: datetime) -> Captured:
    # half an emoji, where a text was cut, is no character
    said = json.dumps(tweets, ensure_ascii=False).encode(errors="replace")
    return Captured(
        where="", url=NOWHERE, headers=(("content-type", "application/json"),),
        body=b"window.YTD.tweets.part0 = " + said, fetched_at=saved_at, is_dated=False,
    )  # fmt: skip
