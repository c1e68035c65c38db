"""Recorded pages: a response as a fixture in web-poet's layout, ``fixtures/<class>/<case>/{inputs/…, output.json}``.

``output.json`` is what the page object gives now, without fields that have their default: whoever records a page
corrects it by hand to what a person reads on the page, and then the code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from attrs import frozen
from web_poet import HttpResponse
from web_poet.serialization import SerializedDataFileStorage, serialize_leaf

from crawler.items import Platform
from crawler.pages import page_classes, page_for
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.plan import ListedAccount, make_plan
from crawler.reading.captured import Captured, CaptureError
from crawler.reading.charset import decode
from crawler.reading.har import read_har
from crawler.reading.saved_page import read_saved_page
from crawler.reading.urls import site_host
from crawler.reading.warc import read_warc
from crawler.rewording import reworded
from crawler.run import run_crawl

MAX_BYTES = 200_000
"""A fixture's body; a larger page is cut by hand to what its page object reads."""
_HEAD_BYTES = 4_096
_KEPT_HEADERS = re.compile(
    r"(?i)content-type|content-language|link|location|retry-after|x-wp-.*|x-rate-?limit-.*|x-app-usage"
)
_CASE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CHARSET = re.compile(
    r"(?i)(<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"'])[\w-]+"
)


class RecordingError(ValueError):
    """A page cannot be recorded; one sentence that says how to mend it."""


@frozen(kw_only=True)
class Recording:
    """A fixture that was written."""

    folder: Path
    page_class: str
    kind: str
    """``output`` or ``exception``."""
    remarks: tuple[str, ...]
    """What its author should look at; one sentence each."""


def captured_from(path: Path, url: str) -> Captured:
    """The response of ``url`` in a saved page, HAR or WARC.

    Raises :class:`RecordingError` when the file does not hold it, CaptureError when it cannot be read, and OSError.
    """
    head = path.read_bytes()[:64].lstrip()
    if head.startswith((b"WARC/", b"\x1f\x8b", b"PK")):
        responses: Iterable[Captured | CaptureError] = read_warc(path)
    elif head.startswith(b"{"):
        responses = read_har(path)
    else:
        page = read_saved_page(path, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        return attrs.evolve(page, url=url)
    found = [each for each in responses if isinstance(each, Captured)]
    chosen = next((each for each in found if each.url.partition("#")[0] == url.partition("#")[0]), None)
    if chosen is None:
        raise RecordingError(f"{path} holds {len(found)} responses, none of {url}.")
    return chosen


def fetched(url: str, *, contact: str, own_hosts: Sequence[str], now: datetime) -> Captured:
    """The response of ``url`` by one request with the manners of a crawl: robots.txt, fence, contact.

    Raises :class:`RecordingError` with the reason when nothing came.
    """
    entry = ListedAccount(account_key=url, platform=Platform.WEB, host=site_host(url), handle=url, url=url, company="")
    plan = make_plan([entry], now=now, contact=contact, own_hosts=own_hosts, page_budget=1)
    with TemporaryDirectory(prefix="rivalscope-") as folder:
        path = Path(folder) / f"{plan.crawl_id}.json"
        path.write_text(plan.to_json(), encoding="utf-8")
        summary = run_crawl(path, Path(folder) / "landing", Path(folder) / "archive")
        for archive in sorted((Path(folder) / "archive").glob("*.warc.gz")):
            for each in read_warc(archive):
                if isinstance(each, Captured):
                    return each
    said = [visit["message"] for visit in summary.visits.values()]
    raise RecordingError(summary.failure or " ".join(said) or f"{url} gave no answer.")


def compact(value: object) -> Any:
    """An item as JSON values, without what has its default (unknown, empty, no)."""
    kind: type[Any] = type(value)
    if attrs.has(kind):
        said = {one.name: (one.default, compact(getattr(value, one.name))) for one in attrs.fields(kind)}
        return {
            name: one
            for name, (default, one) in said.items()
            if not (one is None or one in ({}, []) or (isinstance(default, int) and one == default == 0))
        }
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(compact(name)): compact(said) for name, said in value.items()}
    if isinstance(value, tuple | list):
        return [compact(one) for one in value]
    if isinstance(value, bytes):
        return value.decode() or None
    return value


def outcome_of(page: PlatformPage) -> tuple[str, Any]:
    """What a page gives: ``("output", its PostList)`` or ``("exception", its PageProblem)``, both as JSON values."""
    try:
        return "output", compact(page.read())
    except PageProblem as problem:
        said = {"outcome": problem.outcome, "reason": problem.reason, "message": problem.message}
        return "exception", {name: compact(one) for name, one in said.items() if one is not None}


def record_page(
    captured: Captured,
    case: str,
    fixtures: Path,
    *,
    class_name: str | None = None,
    account: AccountRef | None = None,
    renamed: Mapping[str, str] | None = None,
    kept: Iterable[str] = (),
) -> Recording:
    """Write ``captured`` as the fixture ``case`` of the class that reads it (``class_name`` chooses another).

    ``renamed`` and ``kept`` as in :func:`crawler.rewording.reworded`. Raises :class:`RecordingError` when no class
    reads such a page, the case exists, or its name is none, and OSError.
    """
    if not _CASE.fullmatch(case):
        raise RecordingError(f"{case!r} is no name for a case; write what is on the page, like login-wall.")
    page_class = _class_of(captured, class_name)
    folder = fixtures / f"{page_class.__module__}.{page_class.__name__}" / case
    if folder.exists():
        raise RecordingError(f"{folder} exists; choose another name for the case, or remove that folder.")
    capture = Capture(fetched_at=captured.fetched_at.replace(microsecond=0), account=account)
    text = decode(captured.body, captured.content_type).text
    rewritten = reworded(
        _as_utf8_document(text), captured.content_type or _guessed_type(text), renamed=renamed, kept=kept
    )
    address = reworded_address(captured.url, renamed)
    response = HttpResponse(
        url=address,
        body=rewritten.encode("utf-8", "replace"),
        status=captured.status,
        headers=[
            (name, _as_utf8(value) if name.lower() == "content-type" else value)
            for name, value in captured.headers
            if _KEPT_HEADERS.fullmatch(name)
        ],
    )
    kind, said = outcome_of(page_class(response, capture))
    before = outcome_of(page_class(_response(captured), capture))
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    SerializedDataFileStorage(inputs).write({"HttpResponse": serialize_leaf(response)})
    about = {"fetched_at": capture.fetched_at, **({"account": account} if account else {})}
    _write_json(inputs / "crawler.pages.base.Capture.json", compact(about))
    _write_json(folder / f"{kind}.json", said)
    return Recording(
        folder=folder,
        page_class=f"{page_class.__module__}.{page_class.__name__}",
        kind=kind,
        remarks=tuple(_remarks((kind, said), before, len(response.body))),
    )


def reworded_address(url: str, renamed: Mapping[str, str] | None) -> str:
    """``url`` with names exchanged."""
    for name, other in (renamed or {}).items():
        url = re.sub(re.escape(name), other, url, flags=re.IGNORECASE)
    return url


def _class_of(captured: Captured, class_name: str | None) -> type[PlatformPage]:
    if class_name is not None:
        names = {f"{page.__module__.removeprefix('crawler.pages.')}.{page.__name__}": page for page in page_classes()}
        found = names.get(class_name.removeprefix("crawler.pages."))
        if found is None:
            raise RecordingError(f"{class_name!r} is no page class; there are {', '.join(sorted(names))}.")
        return found
    chosen = page_for(captured.url, captured.status, captured.content_type, captured.body[:_HEAD_BYTES])
    if chosen is None:
        raise RecordingError(f"No page class reads {captured.url}; name one with --class, or write it first.")
    return chosen


def _response(captured: Captured) -> HttpResponse:
    return HttpResponse(url=captured.url, body=captured.body, status=captured.status, headers=list(captured.headers))


def _guessed_type(text: str) -> str:
    return "application/json" if text.lstrip()[:1] in ("{", "[") else "text/html"


def _as_utf8_document(text: str) -> str:
    """What a document says of its own encoding, as it is stored."""
    return _CHARSET.sub(lambda found: f"{found.group(1)}utf-8", text, count=1)


def _as_utf8(content_type: str) -> str:
    return re.sub(r"(?i);\s*charset=[^;]*", "", content_type) + "; charset=utf-8"


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _remarks(now: tuple[str, Any], before: tuple[str, Any], size: int) -> list[str]:
    remarks = []
    if size > MAX_BYTES:
        remarks.append(f"The body has {size:,} bytes; cut it to what the page object reads, at most {MAX_BYTES:,}.")
    if now[0] != before[0]:
        remarks.append("With other words the page is read differently; leave those it hangs on with --keep.")
    elif differing := sorted(_shape(before[1]) ^ _shape(now[1])):
        names = ", ".join(dict.fromkeys(path for path, _ in differing))
        remarks.append(f"With other words {names} came out otherwise; leave words with --keep if that is wrong.")
    return remarks


_WORDY = frozenset({"text", "title", "name", "bio", "alt_text", "message", "author", "published_text", "category"})


def _shape(said: object, path: str = "") -> set[tuple[str, str]]:
    """Paths and values that exchanged words must not change."""
    if isinstance(said, Mapping):
        below = [(f"{path}.{name}".strip("."), value) for name, value in said.items() if name not in _WORDY]
        return set().union(*(_shape(value, name) for name, value in below))
    if isinstance(said, list):
        return set().union(*(_shape(value, path) for value in said)) | {(path, f"{len(said)} entries")}
    is_word = isinstance(said, str) and not re.fullmatch(r"[\d.,:TZ+-]+|[a-z_]+", said)
    return {(path, "a text" if is_word else str(said))}
