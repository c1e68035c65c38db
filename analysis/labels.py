"""Posts as a person names them, with what is said of their type and tags: what ``rivalscope label`` works on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from analysis.sheets import has_cells_too_many, sheet_rows
from analysis.warehouse import OnWait, explained, has_table, open_snapshot, open_warehouse

COLUMNS = ("post_id", "account", "published_at", "url", "text", "post_type", "label_type", "label_tags")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TAG = 60
_LONGEST_SHOWN = 300


class LabelError(ValueError):
    """A post or a label cannot be understood; one sentence that says how to mend it."""


_POSTS = """
    select
        posts.post_id::text, accounts.account_key, posts.platform, posts.host, posts.native_id, posts.account,
        posts.url, posts.title, posts.text, posts.published_at, posts.post_type, posts.post_type_source,
        posts.post_type_reason, labels.post_type, coalesce(labels.tags, [])
    from marts.posts as posts
    inner join staging.stg_accounts as accounts on posts.account_id = accounts.account_id
    left join staging.stg_labels as labels on posts.post_id = labels.post_id
    where """


_SAID = """
    select post_id::text, post_type, tags
    from raw.labels
    qualify row_number() over (partition by post_id order by observed_at desc, loaded_at desc) = 1
"""
Said = Mapping[str, tuple[str | None, tuple[str, ...]]]
"""``post_id`` → the type and the tags that a person said last."""
_BY_ADDRESS = """
    with names as (select unnest(?::text[]) as name)
    select unnest([url, native_id]), post_id::text
    from staging.stg_posts
    where url in (from names) or native_id in (from names)
"""
_BY_ID = """
    with names as (select unnest(?::text[]) as name, unnest(?::uuid[]) as first_id, unnest(?::uuid[]) as last_id)
    select names.name, keys.post_id::text
    from names
    inner join staging.stg_post_keys as keys on keys.post_id between names.first_id and names.last_id
"""
_SAME_ADDRESS = """
    with names as (select unnest(?::text[]) as name, unnest(?::text[]) as plain),
    posts as (
        select
            post_id,
            lower(rtrim(regexp_replace(split_part(url, '#', 1), '^https?://(www\\.)?', '', 'i'), '/')) as plain
        from staging.stg_posts
    )
    select names.name, posts.post_id::text from names inner join posts on names.plain = posts.plain
"""
# Of an article that two sites show, the one that does not count means the one that does.
_DOUBLED = """
    with names as (select unnest(?::text[]) as name)
    select names.name, doubled.counted_post_id::text
    from names
    inner join staging.stg_doubled_posts as doubled
        on names.name = doubled.native_id
        or (length(names.name) >= 8 and starts_with(doubled.post_id::text, lower(names.name)))
"""
_THESE = "posts.post_id between ?::uuid and ?::uuid and posts.post_id in (select unnest(?::uuid[]))"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIRST_ID, _LAST_ID = (f"{8 * sign}-{4 * sign}-{4 * sign}-{4 * sign}-{12 * sign}" for sign in "0f")
_NEAREST = """
    with spellings as (select url as spelling from marts.posts union all select native_id from marts.posts)
    select spelling
    from spellings
    where jaro_winkler_similarity(spelling, ?) >= 0.85
    order by jaro_winkler_similarity(spelling, ?) desc, spelling
    limit 1
"""


@dataclass(frozen=True, kw_only=True)
class LabelledPost:
    """One post, what the analysis calls it, and what a person said."""

    post_id: str
    account_key: str
    platform: str
    host: str
    native_id: str
    account: str
    url: str | None
    title: str | None
    text: str | None
    published_at: datetime | None
    post_type: str
    """By label, source or rules."""
    post_type_source: str
    post_type_reason: str | None
    label_type: str | None
    label_tags: tuple[str, ...]


def find_posts(snapshot: Path, names: Iterable[str]) -> list[LabelledPost]:
    """The posts that ``names`` mean: an address, the network's own id, or the first 8 or more signs of ``post_id``.

    Raises ``LabelError`` for a name that means no post or several, and as ``open_snapshot`` does.
    """
    connection = open_snapshot(snapshot)
    try:
        # what is pasted may bring a space or the end of its line
        plain = ["".join(filter(str.isprintable, name)).strip() for name in names]
        found = _found(connection, plain)
        return [_one_post(connection, name, found) for name in plain]
    finally:
        connection.close()


def said_last(warehouse: Path, *, wait_seconds: float = 0.0, on_wait: OnWait | None = None) -> Said | None:
    """Of every post that was ever labelled, also since the snapshot was built; ``None`` where there is no warehouse.

    Waits and raises as ``open_warehouse`` does.
    """
    if not warehouse.exists():
        return None
    with explained(warehouse), open_warehouse(warehouse, wait_seconds=wait_seconds, on_wait=on_wait) as connection:
        return {post_id: (post_type, tuple(tags)) for post_id, post_type, tags in connection.execute(_SAID).fetchall()}


def with_what_was_said(posts: Iterable[LabelledPost], said: Said | None) -> list[LabelledPost]:
    """``posts`` of a snapshot, with their labels of today; those of the snapshot where nobody knows any since."""
    if said is None:
        return list(posts)
    labels = ((post, *said.get(post.post_id, (None, ()))) for post in posts)
    return [replace(post, label_type=post_type, label_tags=tags) for post, post_type, tags in labels]


def labelled_posts(snapshot: Path, said: Said | None, *, all_posts: bool = False) -> list[LabelledPost]:
    """Every post with a label, or every own post of the window, the newest first."""
    connection = open_snapshot(snapshot)
    try:
        if all_posts:
            return with_what_was_said(_rows(connection, "posts.is_counted", []), said)
        if said is None:
            return _rows(connection, "labels.post_id is not null", [])
        labelled = [post_id for post_id, (post_type, tags) in said.items() if post_type or tags]
        return with_what_was_said(_rows(connection, "posts.post_id in (select unnest(?::uuid[]))", [labelled]), said)
    finally:
        connection.close()


def known_types(snapshot: Path) -> list[str]:
    """The post types that the rules and labels know."""
    connection = open_snapshot(snapshot)
    try:
        rows = connection.execute(
            "select post_type from seeds.post_types union select post_type from staging.stg_labels order by 1"
        ).fetchall()
        return [str(row[0]) for row in rows if row[0]]
    finally:
        connection.close()


def relabelled(
    post: LabelledPost,
    *,
    post_type: str | None = None,
    tags: Sequence[str] = (),
    untags: Sequence[str] = (),
    is_cleared: bool = False,
) -> LabelledPost:
    """``post`` with another label: ``is_cleared`` takes everything said away first. Raises ``LabelError``."""
    kept = () if is_cleared else post.label_tags
    removed = {plain_tag(tag) for tag in untags}
    merged = dict.fromkeys([*kept, *map(plain_tag, tags)])
    return replace(
        post,
        label_type=plain_type(post_type) if post_type else None if is_cleared else post.label_type,
        label_tags=tuple(tag for tag in merged if tag not in removed),
    )


def plain_type(said: str) -> str:
    """A post type as a code: ``Product launch`` → ``product_launch``. Raises ``LabelError``."""
    code = "_".join("".join(char if char.isalnum() else " " for char in said.lower()).split())
    if not code or len(code) > _LONGEST_TAG:
        raise LabelError(f"{said!r} is no name for a post type; use a few letters, like product_launch.")
    return code


def plain_tag(said: str) -> str:
    """A tag without ``#``, lower case. Raises ``LabelError``."""
    tag = " ".join(said.removeprefix("#").lower().split())
    if not tag or len(tag) > _LONGEST_TAG or "," in tag or tag == "*" or not tag.isprintable():
        raise LabelError(f"{said!r} is no tag; use a few letters without commas, like spring-campaign.")
    return tag


def write_labels(posts: Iterable[LabelledPost], file: TextIO) -> None:
    """Write a CSV that a spreadsheet opens, a row a post. Raises OSError."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for post in posts:
        cells = (
            post.post_id,
            post.account,
            post.published_at.strftime("%Y-%m-%d %H:%M") if post.published_at else "",
            post.url or "",
            " ".join((post.title or post.text or "").split())[:200],
            post.post_type,
            post.label_type or "",
            ", ".join(post.label_tags),
        )
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA_START) else cell for cell in cells])


def read_labels(path: Path, snapshot: Path, said: Said | None) -> list[LabelledPost]:
    """The posts of a CSV with a ``post_id`` or ``url`` column, with the label that it gives them, where it is another.

    What its columns do not say stays as it is: an empty ``label_tags`` takes all tags away, a file without that column
    none. Raises ``LabelError`` that names the file, and its line where one is wrong, and as ``open_snapshot`` does.
    """
    try:
        text = _decoded(path)
    except OSError as error:
        raise LabelError(f"{path} cannot be read: {error.strerror}; name a CSV file.") from error
    reader = sheet_rows(text)
    connection = open_snapshot(snapshot)
    try:
        columns = {(name or "").strip().lower() for name in reader.fieldnames or ()}
        if not {"label_type", "label_tags"} & columns or not {"post_id", "url"} & columns:
            raise LabelError(
                f"{path.name} has no columns post_id (or url) and label_type or label_tags; "
                "get one to fill in with: rivalscope label --export labels.csv --all"
            )
        rows, broken = _sheet_until_it_breaks(reader)
        found = _found(connection, [name for _, row in rows if (name := _named(_cells(row)))])
        changes: dict[str, tuple[LabelledPost, LabelledPost]] = {}
        for line, row in rows:
            where = f"{path.name}:{line}"
            if (change := _read_row(connection, row, found, said, where)) is None:
                continue
            before, after = change
            if changes.setdefault(before.post_id, change)[1] != after:
                raise LabelError(f"{where}: labels a post that another line labels otherwise; leave one of them out.")
        if broken is not None:
            raise broken
    except csv.Error as error:
        raise LabelError(
            f"{path.name}: what follows line {reader.line_num} is no row of a CSV file: {error}."
        ) from error
    finally:
        connection.close()
    return [after for before, after in changes.values() if before != after]


_Row = Mapping[str | None, Any]


def _sheet_until_it_breaks(reader: csv.DictReader[str]) -> tuple[list[tuple[int, _Row]], csv.Error | None]:
    """The number of each row's line with the row, and what is wrong behind the last one: a row before it may be, too,
    and is told first."""
    rows: list[tuple[int, _Row]] = []
    try:
        rows.extend((reader.line_num, row) for row in reader)  # keeps what came before the error
    except csv.Error as error:
        return rows, error
    return rows, None


def _cells(row: _Row) -> dict[str, str]:
    return {name.strip().lower(): _plain_cell(cell) for name, cell in row.items() if name and cell is not None}


def _named(cells: Mapping[str, str]) -> str | None:
    return cells.get("post_id") or cells.get("url")


def _read_row(
    connection: Any, row: _Row, found: _Found, said: Said | None, where: str
) -> tuple[LabelledPost, LabelledPost] | None:
    """The post of a row as it is labelled, and as the row labels it; ``None`` for a row that names none."""
    if has_cells_too_many(row):
        raise LabelError(f"{where}: has more cells than there are columns; put a cell with commas into quotes.")
    cells = _cells(row)
    name = _named(cells)
    if not name:
        return None
    try:
        [before] = with_what_was_said([_one_post(connection, name, found)], said)
        post_type, tags = before.label_type, before.label_tags
        if "label_type" in cells:
            post_type = plain_type(cells["label_type"]) if cells["label_type"] else None
        if "label_tags" in cells:
            tags = tuple(dict.fromkeys(plain_tag(tag) for tag in cells["label_tags"].split(",") if tag.strip()))
    except LabelError as error:
        raise LabelError(f"{where}: {error}") from None
    return before, replace(before, label_type=post_type, label_tags=tags)


def _plain_cell(cell: str) -> str:
    """Without the sign that keeps a spreadsheet from taking it for a formula."""
    plain = cell.strip()
    return plain[1:] if plain.startswith("'") and plain[1:].startswith(_FORMULA_START) else plain


_Found = Mapping[str, Sequence[LabelledPost]]
"""Name → the posts that it means, the newest first; a name that means none is not there."""


def _found(connection: Any, names: Iterable[str]) -> _Found:
    """All at once: to look for one post reads the addresses of all of them."""
    wanted = dict.fromkeys(names)
    if not wanted:
        return {}
    names = list(wanted)
    meant: dict[str, set[str]] = {}

    def look(query: str, *values: Sequence[str]) -> None:
        for name, post_id in connection.execute(query, values).fetchall():
            if name in wanted:
                meant.setdefault(name, set()).add(post_id)

    look(_BY_ADDRESS, names)
    if spans := [(name, *span) for name in names if (span := _id_span(name))]:
        look(_BY_ID, *zip(*spans, strict=True))
    if alike := [(name, plain) for name in names if name not in meant and (plain := _plain_address(name))]:
        look(_SAME_ADDRESS, *zip(*alike, strict=True))
    unknown = [name for name in names if name not in meant]
    if unknown and has_table(connection, "staging.stg_doubled_posts"):
        look(_DOUBLED, unknown)
    post_ids = sorted(set[str]().union(*meant.values()))
    posts = _rows(connection, _THESE, [post_ids[0], post_ids[-1], post_ids]) if post_ids else []
    places = {post.post_id: place for place, post in enumerate(posts)}
    return {name: [posts[place] for place in sorted(map(places.__getitem__, ids))] for name, ids in meant.items()}


def _id_span(name: str) -> tuple[str, str] | None:
    """The least and the greatest ``post_id`` that begin like this."""
    begun = name.lower()
    first, last = begun + _FIRST_ID[len(begun) :], begun + _LAST_ID[len(begun) :]
    return (first, last) if len(begun) >= 8 and _ID.fullmatch(first) else None


def _one_post(connection: Any, name: str, found: _Found) -> LabelledPost:
    rows = found.get(name, ())
    if not rows:
        near = connection.execute(_NEAREST, [name, name]).fetchone()
        hint = f"; the nearest is {near[0]}" if near else ""
        shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
        raise LabelError(
            f"{shown} is no post that was collected; write its address, or its post_id in marts.posts{hint}."
        )
    if len(rows) > 1:
        several = ", ".join(row.post_id for row in rows[:3])
        raise LabelError(f"{name} means {len(rows)} posts ({several}, …); name one by its post_id.")
    return rows[0]


def _plain_address(name: str) -> str:
    """An address as people write it again: without scheme, www., fragment and a slash at the end; else empty."""
    plain = re.sub(r"^https?://(www\.)?", "", name.strip(), flags=re.IGNORECASE).partition("#")[0].rstrip("/")
    return plain.lower() if "/" in plain else ""


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _rows(connection: Any, condition: str, values: Sequence[str | list[str]]) -> list[LabelledPost]:
    query = _POSTS + condition + " order by posts.published_at desc nulls last, posts.post_id"
    rows = connection.execute(query, list(values)).fetchall()
    names = list(LabelledPost.__dataclass_fields__)
    return [LabelledPost(**{**dict(zip(names, row, strict=True)), "label_tags": tuple(row[-1])}) for row in rows]
