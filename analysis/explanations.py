"""All that the analysis says of one post, each with its reason: what ``rivalscope analyze --explain`` shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.labels import LabelledPost, find_posts
from analysis.warehouse import has_table, open_snapshot


@dataclass(frozen=True, kw_only=True)
class Trait:
    """A level that the post has of one dimension."""

    dimension: str
    """In plain words, as in seeds.dimensions."""
    level: str
    """In plain words, as in seeds.levels."""
    reason: str
    """What in the post says so; empty where the level says it all."""


@dataclass(frozen=True, kw_only=True)
class Double:
    """A web article once more, where it is left out."""

    account: str
    """The site that shows it."""
    post_id: str


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One post and what is said of it."""

    post: LabelledPost
    traits: tuple[Trait, ...]
    """Empty for a post that is not compared: outside the window, not the account's own, or of an account that left."""
    doubles: tuple[Double, ...]
    """The same article at other sites of the company."""


_TRAITS = """
    select traits.dimension, dimensions.label, said_subject(level_words(traits.dimension, traits.level, levels.label))
    from intermediate.post_traits as traits
    inner join seeds.dimensions as dimensions on traits.dimension = dimensions.dimension
    left join seeds.levels as levels on traits.dimension = levels.dimension and traits.level = levels.level
    where traits.post_id = ?::uuid and traits.level != '*'
    order by dimensions.rowid, traits.level
"""
_FACTS = """
    select
        strftime(counted.audience_at, '%A %Y-%m-%d %H:%M') || ' in ' || run.audience_timezone as clock,
        strftime(counted.audience_at, '%A %Y-%m-%d') as day,
        length(concat_ws(' ', content.title, content.text)) as text_length,
        content.hashtags, content.mentions, content.links,
        list_transform(content.media, lambda medium: medium.kind) as media_kinds,
        list_filter(content.media, lambda medium: medium.kind = 'image')[1] as image,
        list_max(list_transform(content.media, lambda medium: medium.duration_seconds)) as seconds,
        regexp_extract_all(concat_ws(' . ', content.title, content.text), '[^.!?？؟]{0,40}[?？؟]')[1] as question,
        regexp_extract(lower(concat_ws(' . ', content.title, content.text)), '\\S*\\s?[$€£¥₹₽₩%]\\s?\\S*') as price,
        (select list(phrase order by phrase) from intermediate.phrase_hits as hits
            where hits.post_id = counted.post_id and hits.list = 'call_to_action') as calls,
        (select is_stated from intermediate.post_languages as languages where languages.post_id = counted.post_id)
            as language_is_stated,
        (select answered_count || ' of ' || comment_count from staging.stg_replies as replies
            where replies.post_id = counted.post_id) as answers
    from intermediate.counted_posts as counted
    inner join staging.stg_posts as content on counted.post_id = content.post_id
    cross join config.run
    where counted.post_id = ?::uuid
"""


_DOUBLES = """
    select accounts.account, doubled_posts.post_id::text
    from staging.stg_doubled_posts as doubled_posts
    inner join staging.stg_accounts as accounts on doubled_posts.account_id = accounts.account_id
    where doubled_posts.counted_post_id = ?::uuid
    order by accounts.account, doubled_posts.post_id
"""


def explain(snapshot: Path, name: str) -> Explanation:
    """What is said of the post that ``name`` means, as in ``find_posts``; raises as that does."""
    (post,) = find_posts(snapshot, [name])
    connection = open_snapshot(snapshot)
    try:
        result = connection.execute(_FACTS, [post.post_id])
        names = [column[0] for column in result.description or ()]
        facts = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        rows = connection.execute(_TRAITS, [post.post_id]).fetchall() if facts else []
        knows_doubles = has_table(connection, "staging.stg_doubled_posts")
        doubles = connection.execute(_DOUBLES, [post.post_id]).fetchall() if knows_doubles else []
    finally:
        connection.close()
    reasons = dict(_reasons(post, facts[0])) if facts else {}
    return Explanation(
        post=post,
        traits=tuple(
            Trait(dimension=label, level=level, reason=reasons.get(dimension) or "") for dimension, label, level in rows
        ),
        doubles=tuple(Double(account=account, post_id=post_id) for account, post_id in doubles),
    )


def _reasons(post: LabelledPost, facts: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Dimension and what in the post decides it."""
    yield "post_type", post.post_type_reason
    yield "weekday", facts["day"]
    yield "hour_block", facts["clock"]
    yield "day_and_hour", facts["clock"]
    yield "length", f"{facts['text_length']:,} characters"
    yield "hashtag_count", _listed(facts["hashtags"], "#")
    yield "has_link", _listed(facts["links"])
    yield "link_target", _listed(facts["links"])
    yield "mention", _listed(facts["mentions"], "@")
    yield "question", " ".join((facts["question"] or "").split())
    yield "call_to_action", _listed(facts["calls"])
    yield "price", " ".join((facts["price"] or "").split())
    yield "media_count", _listed(facts["media_kinds"])
    if image := facts["image"]:
        size = f"{image['width']} × {image['height']} pixels"
        yield "image_size", size
        yield "image_shape", size
        yield "alt_text", " ".join((image["alt_text"] or "").split())[:80]
    if facts["seconds"]:
        yield "video_length", f"{facts['seconds']:g} seconds"
    if facts["language_is_stated"] is not None:
        yield "language", "stated by the source" if facts["language_is_stated"] else "told by its words"
    if facts["answers"]:
        yield "answered", f"{facts['answers']} comments"


def _listed(items: list[str] | None, sign: str = "") -> str:
    """Up to three, with the sign that says what they are."""
    shown = [item if item.startswith(sign) else sign + item for item in (items or [])[:3]]
    return ", ".join(shown) + (", …" if len(items or []) > 3 else "")
