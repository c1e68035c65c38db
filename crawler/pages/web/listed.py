"""A post that a listing gave, completed by what only its own page says."""

from __future__ import annotations

from crawler.items import Metrics, Post
from crawler.pages.web.counters import COUNTS, not_public
from crawler.reading.dates import EXACT


def completed(listed: Post, page: Post) -> Post:
    """The listed post with what only its page says. The page's date wins where it is the more exact."""
    is_dated = page.published_precision in EXACT and listed.published_precision not in EXACT
    dated = page if is_dated or listed.published_at is None else listed
    return Post(
        sources=_sources(listed, page, is_page_dated=dated is page),
        platform=listed.platform,
        host=listed.host,
        native_id=listed.native_id,
        account=listed.account,
        author=listed.author or page.author,
        url=listed.url or page.url,
        role=listed.role,
        format=listed.format or page.format,
        stated_post_type=listed.stated_post_type or page.stated_post_type,
        title=listed.title or page.title,
        text=listed.text or page.text,
        language=listed.language or page.language,
        published_at=dated.published_at,
        published_precision=dated.published_precision,
        published_text=dated.published_text,
        edited_at=listed.edited_at or page.edited_at,
        is_edited=listed.is_edited,
        is_promoted_label=listed.is_promoted_label if listed.is_promoted_label is not None else page.is_promoted_label,
        media=listed.media or page.media,
        hashtags=listed.hashtags or page.hashtags,
        mentions=listed.mentions,
        links=listed.links or page.links,
        metrics=_metrics(listed.metrics, page.metrics),
    )


def _metrics(listed: Metrics | None, page: Metrics | None) -> Metrics | None:
    if listed is None or page is None:
        return page or listed
    merged = {name: value for name in COUNTS if (value := _either(page, listed, name)) is not None}
    return Metrics(
        **merged,
        reactions=page.reactions or listed.reactions,
        missing=not_public(merged),
        rounded={**listed.rounded, **page.rounded},
    )


def _sources(listed: Post, page: Post, *, is_page_dated: bool) -> dict[str, str] | None:
    sources = {
        name: "listing"
        if _is_stated(getattr(listed, name)) and not (name == "published_at" and is_page_dated)
        else source
        for name, source in {**(listed.sources or {}), **(page.sources or {})}.items()
        if hasattr(listed, name)
    }
    sources |= {name: source for name, source in (page.sources or {}).items() if name in COUNTS}
    return sources if any(source != "listing" for source in sources.values()) else dict(listed.sources or {}) or None


def _is_stated(value: object) -> bool:
    return value not in (None, "", (), {})


def _either(first: Metrics, second: Metrics, name: str) -> int | None:
    stated: int | None = getattr(first, name)
    return stated if stated is not None else getattr(second, name)
