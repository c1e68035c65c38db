"""The brief in other forms: all its numbers as JSON, its main points as Markdown, a short version for e-mail."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import css_inline

from reports.desk import Desk, Section
from reports.filters import clean
from reports.look import PLAIN, Look
from reports.page import environment, own_source

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_json(desk: Desk, made: Sequence[Section], *, title: str, timezone: str) -> str:
    """Every number of the brief: of each section the queries as they were run, and their rows.

    Moments are ISO 8601 with their offset; what is not known, or no finite number, is null. ``platforms`` and
    ``companies`` are those that the brief is limited to; empty means all. Sections that the user's settings hide are
    here like the others, with ``is_hidden``.
    """
    content = {
        "title": title,
        "timezone": timezone,
        "platforms": desk.narrowed.platforms,
        "companies": desk.narrowed.companies,
        "build": desk.build,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "is_empty": section.is_empty,
                "is_hidden": section.is_hidden,
                "queries": [
                    {"name": answer.name, "title": answer.title, "sql": answer.sql, "rows": list(answer.rows)}
                    for answer in section.answers
                ],
            }
            for section in made
        ],
    }
    return json.dumps(_plain(content), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def as_markdown(desk: Desk, made: Sequence[Section], *, title: str, timezone: str) -> str:
    """The main points: card, sentences, verdicts, openings, top posts, coverage."""
    # what a template is compiled to escapes or does not: that of the pages is no use here
    page = environment(desk.formats).overlay(autoescape=False, bytecode_cache=None)
    page.filters["md"] = markdown_text
    text = page.get_template("brief.md").render(
        title=title, timezone=timezone, build=desk.build, narrowed=desk.narrowed, **_by_key(made)
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def as_mail(desk: Desk, made: Sequence[Section], *, title: str, timezone: str, look: Look = PLAIN) -> str:
    """The first screen for a mail program: a table of one column, every style inlined, nothing fetched."""
    page = environment(desk.formats, look=look).get_template("mail.html")
    html = page.render(
        title=title,
        timezone=timezone,
        build=desk.build,
        narrowed=desk.narrowed,
        look=look,
        style=own_source("mail.css"),
        **_by_key(made),
    )
    return css_inline.inline(html, load_remote_stylesheets=False, keep_style_tags=False)


def markdown_text(text: object) -> str:
    """A stranger's words in Markdown, where nothing in them is markup and a cell of a table stays one cell."""
    return _MARKUP.sub(r"\\\1", clean(text)).replace("\n", " ")


def _by_key(made: Sequence[Section]) -> dict[str, Any]:
    return {"sections": {section.key: section for section in made}}


def _plain(value: Any) -> Any:
    """What JSON can hold."""
    match value:
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return _plain(float(value))
        case dt.datetime() | dt.date():
            return value.isoformat()
        case UUID():
            return str(value)
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case _:
            return value
