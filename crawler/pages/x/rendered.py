"""Posts as X's own script draws them in a browser: ``article[data-testid=tweet]``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import field, frozen
from lxml import etree

from crawler.items import Media, Metrics, Platform, Post, Precision, Role
from crawler.pages.base import Capture
from crawler.pages.x.microdata import STATUS
from crawler.pages.x.page import XPage
from crawler.pages.x.tweets import format_of, named, post_url
from crawler.reading import hashtags
from crawler.reading.counted import counted
from crawler.reading.counts import Count
from crawler.reading.dates import read_date
from crawler.reading.drawn import drawn_text
from crawler.reading.jsonvalue import link
from crawler.reading.snowflakes import x_time
from crawler.reading.stated import columns
from crawler.reading.text import clean
from crawler.reading.urls import host_of

_WORDS = {
    column: re.compile("|".join(words.split()), re.IGNORECASE)
    for column, words in {
        "like_count": r"""
            like me\sgusta j.aime gefällt curtid mi\spiace vind-ik polubie gilla suka लाइक إعجاب いいね нрав beğen
            喜欢 喜歡 赞 마음에""",
        "comment_count": r"""
            repl respuest réponse antwort respost rispost antwoord odpowied svar balasan जवाब ردود? 返信 ответ
            yanıt 回复 回覆 답글""",
        "share_count": r"""
            repost retweet republica herpost ripubblic podan yeniden\sgönderi posting\sulang रीपोस्ट إعادة
            リポスト репост 转帖 轉發 재게시""",
        "save_count": r"""
            bookmark guardado elementos?\sguard signet lesezeichen salvos? segnalibr bladwijzer zakład bokmärk markah
            बुकमार्क مرجعية ブックマーク заклад yer\siş 书签 書籤 북마크""",
        "view_count": r"""
            view reproduc visualiz vues? mal\sangezeigt ansicht weergav wyświetl visning tayangan व्यू مشاهد 表示 просмотр
            görüntül 查看 觀看 조회""",
    }.items()
}
_LEFT_OUT_WHEN_ZERO = ("like_count", "comment_count", "share_count", "save_count")
_BUTTONS = {
    "reply": "comment_count", "retweet": "share_count", "unretweet": "share_count", "like": "like_count",
    "unlike": "like_count", "bookmark": "save_count", "removeBookmark": "save_count",
}  # fmt: skip
_PARTS = re.compile(r"[,،;](?=\s)|[、，]|\s[·•]\s")
_PINNED = re.compile(r"pin|fijad|épingl|angeheft|angepinnt|fissat|vastgemaakt|固定|закреп|고정", re.IGNORECASE)
_LONGEST_LABEL = 500
_GENERIC_ALT = frozenset({"Image", "Imagen", "Bild", "Immagine", "Imagem", "Afbeelding", "画像", "图像"})


def drawn_posts(root: etree._Element, page: XPage, owner: str | None) -> Iterator[Post]:
    """Every drawn post, in order. ``owner``: whose profile the page is, who then is the one that reposts."""
    for article in root.iter("article"):
        if article.get("data-testid") == "tweet" and (post := _post(article, page.capture, owner)) is not None:
            yield post


def _post(article: etree._Element, capture: Capture, owner: str | None) -> Post | None:
    quoted = _quoted(article)
    own = [one for one in article.iter() if one not in quoted]
    drawn = _address(own)
    if drawn is None:
        return None
    handle, native_id, stated = drawn
    context = next((one for one in own if one.get("data-testid") == "socialContext"), None)
    said = drawn_text(context) if context is not None else ""
    is_pinned = _PINNED.search(said) is not None
    is_repost = bool(said) and not is_pinned and (_WORDS["share_count"].search(said) is not None or _is_named(context))
    words = next((one for one in own if one.get("data-testid") == "tweetText"), None)
    text = drawn_text(words) if words is not None else ""
    outward = list(_leaving(words)) if words is not None else []
    marks = {one.get("data-testid") or "" for one in own}
    media = tuple(_media(own, marks))
    read = read_date(stated, latest=capture.fetched_at)
    exact = read.at if read else x_time(native_id, capture.fetched_at)
    poster = (owner or handle) if is_repost else handle
    return Post(
        platform=Platform.X,
        native_id=f"{native_id}#repost:{poster}" if is_repost else native_id,
        account=poster,
        author=handle,
        url=post_url(handle, native_id),
        role=Role.REPOST if is_repost else Role.QUOTE if quoted else Role.ORIGINAL,
        format=format_of(
            media, has_poll="cardPoll" in marks, links=[*outward, *(["card"] * ("card.wrapper" in marks))]
        ),
        text=text,
        # when an account reposted is not drawn anywhere; the time is the original's
        published_at=None if is_repost else exact,
        published_precision=None if is_repost or exact is None else Precision.SECOND,
        is_pinned=is_pinned,
        original_native_id=native_id if is_repost else None,
        original_url=post_url(handle, native_id) if is_repost else None,
        original_published_at=exact if is_repost else None,
        media=media,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        mentions=named(text),
        links=tuple(dict.fromkeys(outward)),
        metrics=_metrics(own),
    )


def _quoted(article: etree._Element) -> frozenset[etree._Element]:
    """The elements of a post that is quoted inside: a block that is a link as a whole and names its own author."""
    for block in article.iter("div"):
        if block.get("role") == "link" and block.find('.//*[@data-testid="User-Name"]') is not None:
            return frozenset(block.iter())
    return frozenset()


def _address(own: list[etree._Element]) -> tuple[str, str, str | None] | None:
    """Handle and number by the link around the time, and the time as stated."""
    for one in own:
        parent = one.getparent()
        if one.tag == "time" and parent is not None and (found := STATUS.search(parent.get("href") or "")):
            return found.group(1) or "", found.group(2), one.get("datetime")
    return None


def _is_named(context: etree._Element | None) -> bool:
    """Whether the line above a post names somebody, as "Acme reposted" does in any language."""
    return context is not None and (
        context.find(".//a[@href]") is not None or any(outer.tag == "a" for outer in context.iterancestors())
    )


def _leaving(words: etree._Element) -> Iterator[str]:
    for one in words.iter("a"):
        url = link(one.get("href"))
        if url and XPage.hosts.fullmatch(host_of(url)) is None:
            yield url


def _media(own: list[etree._Element], marks: set[str]) -> Iterator[Media]:
    if "videoPlayer" in marks or "videoComponent" in marks or any(one.tag == "video" for one in own):
        poster = next((url for one in own if one.tag == "video" and (url := link(one.get("poster")))), None)
        yield Media(kind="video", url=poster)
        return
    for one in own:
        if one.get("data-testid") == "tweetPhoto" and (picture := one.find(".//img")) is not None:
            alt = picture.get("alt")
            yield Media(
                kind="image",
                url=link(picture.get("src")),
                alt_text=clean(alt) if alt and alt not in _GENERIC_ALT else None,
            )


def _metrics(own: list[etree._Element]) -> Metrics:
    said = [one.get("aria-label") for one in own if one.get("role") == "group"]
    labels = [read_label(one) for one in said if one is not None]
    # a video's controls are a group too; of two that say nothing the empty one is the counts'
    label = next((one for one in labels if one.counts), next((one for one in labels if one.is_understood), _Label()))
    stated: dict[str, object] = dict.fromkeys((*_LEFT_OUT_WHEN_ZERO, "view_count", "quote_count"))
    stated |= label.counts
    for one in own:
        column = _BUTTONS.get(one.get("data-testid") or "")
        if column and stated[column] is None and (found := counted(one.get("aria-label") or "")):
            stated[column] = found[0].count
    if label.is_understood:
        stated |= {name: 0 for name in _LEFT_OUT_WHEN_ZERO if stated[name] is None}
    return Metrics(**columns(stated))


@frozen(kw_only=True)
class _Label:
    counts: dict[str, Count] = field(factory=dict)
    is_understood: bool = False
    """Every part was: then what is not named is zero."""


def read_label(label: str) -> _Label:
    """ "3 replies, 1 repost, 7 likes, 2 bookmarks, 3692 views", in the reader's language.

    X leaves parts out that are zero; a part in words that are not known, or without digits ("one reply" as some
    languages write it), is not zero.
    """
    counts: dict[str, Count] = {}
    is_understood = True
    for part in _PARTS.split(label[:_LONGEST_LABEL]):
        if not part.strip():
            continue
        column = next((name for name, words in _WORDS.items() if words.search(part)), None)
        found = counted(part)
        if column is None or not found:
            is_understood = False
        else:
            counts.setdefault(column, found[0].count)
    return _Label(counts=counts, is_understood=is_understood)
