"""X's pages: signed-out ones with microdata, and those that a browser rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lxml import etree

from crawler.items import (
    Absence,
    Format,
    Media,
    Metrics,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    Reason,
    Role,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.x.tweets import SITE, TweetReader, format_of, named, post_url
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.counted import counted
from crawler.reading.counts import Count, read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import link, positive
from crawler.reading.meta import Page, parse_page
from crawler.reading.microdata import microdata_items
from crawler.reading.snowflakes import x_time
from crawler.reading.text import clean

_HOST = re.compile(r"(?:[a-z0-9-]+\.)*(?:x|twitter)\.com")
_POST_PATH = re.compile(r"/(?:i(?:/web)?|([A-Za-z0-9_]{1,20}))/status(?:es)?/(\d{1,20})(?:/.*)?")
_PROFILE_PATH = re.compile(r"/([A-Za-z0-9_]{1,20})(?:/(?:with_replies|media|highlights|articles))?/?")
_NO_PROFILE = frozenset(
    ("i", "home", "explore", "search", "login", "signup", "intent", "share", "hashtag", "settings", "tos", "privacy",
     "messages", "notifications", "jobs", "about", "download", "account", "x", "compose", "logout", "oauth", "oembed")
)  # fmt: skip
_LOGIN_PATH = re.compile(r"/(?:i/flow/login|login|account/access|x/migrate)\b.*")
_OWN_WORDS = re.compile(rb"X \(formerly Twitter\)|abs\.twimg\.com|pbs\.twimg\.com|data-tweet-id")
_STATUS = re.compile(r"/(?:@?([A-Za-z0-9_]{1,20})|i(?:/web)?)/status(?:es)?/(\d{1,20})")
_RENDERED_COUNTS = {
    name: re.compile("|".join(words.split()), re.IGNORECASE)
    for name, words in {
        "like_count": r"like me\sgusta j.aime gefällt curtid mi\spiace vind-ik いいね нрав beğen 喜欢 喜歡 마음에",
        "comment_count": r"repl respuest réponse antwort respost rispost antwoord 返信 ответ yanıt 回复 回覆 답글",
        "share_count": r"repost retweet republica herpost リポスト репост 转帖 轉發 재게시 ripubblic",
        "save_count": r"bookmark guardado signet lesezeichen salvos? segnalibr bladwijzer ブックマーク заклад"
        r" yer\siş 书签 書籤 북마크",
        "view_count": r"view reproduc visualiz vues? mal\sangezeigt ansicht weergav 表示 просмотр görüntül 查看 觀看"
        r" 조회",
    }.items()
}
_PINNED = re.compile(r"pin|fijad|épingl|angeheft|fissat|固定|закреп", re.IGNORECASE)


class _XPage(PlatformPage):
    platform = Platform.X

    @property
    def path(self) -> str:
        return _path(str(self.response.url))

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The X account {ref.handle}" if ref else "This page of X"

    def parsed(self) -> Page:
        status, body = self.response.status or 200, bytes(self.response.body)
        if status >= 400:
            raise problem_of(status, body, self.asked_for)
        html = decode(body, self.response.headers.get("Content-Type", "")).text
        page = parse_page(html, str(self.response.url))
        if page is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page is empty.")
        return page

    def wall(self, page: Page) -> PageProblem:
        """Why there is nothing to read here, judged by what is missing."""
        refresh = page.first("http-equiv:refresh") or ""
        if "/x/migrate" in refresh:
            return PageProblem(
                Outcome.BLOCKED,
                f"{self.asked_for}: X sent its check for browsers in place of the page; it does not want to be read"
                " this way.",
            )
        if _LOGIN_PATH.fullmatch(self.path) or page.root.find('.//*[@data-testid="loginButton"]') is not None:
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is shown to signed-in people only; sign in, save the page, and import it.",
            )
        if page.root.find('.//*[@data-testid="emptyState"]') is not None:
            return PageProblem(Outcome.PARTIAL, f"{self.asked_for} shows no posts here.", Reason.NO_PUBLIC_PREVIEW)
        if not page.first("og:title", "og:description"):
            return PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for}: X sent an empty page, as it does to readers who are not signed in.",
                Reason.NO_PUBLIC_PREVIEW,
            )
        return PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the page has no data where X keeps it.")


class PostPage(_XPage):
    """``/<user>/status/<id>``: one post; what it answers and its replies stand on the same page."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://x.com/acme/status/2081860978694594863",
        "https://x.com/i/status/2081860978694594863",
        "https://twitter.com/acme/status/2081860978694594863?s=20",
        "https://mobile.twitter.com/acme/statuses/2081860978694594863",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _POST_PATH.fullmatch(_path(url)) is not None and _is_ours(url, head)

    def read(self) -> PostList:
        found = _POST_PATH.fullmatch(self.path)
        native_id = found.group(2) if found else ""
        if self.response.status in (404, 410):
            return PostList(
                absences=(Absence(platform=Platform.X, native_id=native_id, kind="gone", status=self.response.status),)
            )
        page = self.parsed()
        reader = TweetReader(self.capture, owner=None)
        for post in _all_posts(page, self):
            if post.native_id == native_id:
                reader.put(post)
            else:
                reader.skip("conversation")
        if reader.count:
            return reader.result()
        stated = _from_meta(page, native_id)
        if stated is None:
            raise self.wall(page)
        return PostList(posts=(stated,))


class ProfilePage(_XPage):
    """``/<user>``: the account and its newest posts; also where X sends readers whom it wants to sign in."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://x.com/acme",
        "https://twitter.com/acme/with_replies",
        "https://mobile.twitter.com/acme/media",
        "https://x.com/i/flow/login?redirect_after_login=%2Facme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = _path(url)
        found = _PROFILE_PATH.fullmatch(path)
        is_profile = found is not None and found.group(1).lower() not in _NO_PROFILE
        return (is_profile or _LOGIN_PATH.fullmatch(path) is not None) and _is_ours(url, head)

    def read(self) -> PostList:
        page = self.parsed()
        found = _PROFILE_PATH.fullmatch(self.path)
        handle = found.group(1) if found else ""
        reader = TweetReader(self.capture, owner=handle)
        for post in _all_posts(page, self):
            if post.account.casefold() == handle.casefold():
                reader.put(post)
            else:
                reader.skip("foreign_post")
        profile = _profile(page, handle)
        if profile is None and not reader.count:
            raise self.wall(page)
        if not reader.count:
            return reader.result(profile, problem_outcome=Outcome.PARTIAL)
        return reader.result(profile)


def _all_posts(page: Page, at: _XPage) -> Iterator[Post]:
    seen: set[str] = set()
    items = [one for one in _items(microdata_items(page.root, page.base)) if _is_posting(one)]
    posts = [post for one in items if (post := _from_microdata(one, at, page)) is not None]
    rendered = [post for one in page.root.iter("article") if (post := _from_rendered(one, at)) is not None]
    for post in (*posts, *rendered):
        if post.native_id not in seen:
            seen.add(post.native_id)
            yield post


def _items(items: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    waiting = list(reversed(items))
    left = 5_000
    while waiting and left:
        left -= 1
        one = waiting.pop()
        yield one
        for name, value in reversed(one.items()):
            if name in ("haspart", "mainentity", "comment", "itemlistelement", "item"):
                parts = value if isinstance(value, list) else [value]
                waiting.extend(part for part in reversed(parts) if isinstance(part, dict))


def _is_posting(item: Mapping[str, Any]) -> bool:
    kinds = item.get("@type") or []
    return any(
        str(kind).rpartition("/")[2].lower() in ("socialmediaposting", "discussionforumposting", "comment")
        for kind in kinds
    )


def _one(item: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = item.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _from_microdata(item: Mapping[str, Any], at: _XPage, page: Page) -> Post | None:
    address = _STATUS.search(_one(item, "url", "mainentityofpage") or "")
    native_id = _one(item, "identifier") or (address.group(2) if address else None)
    if native_id is None or not native_id.isdigit():
        return None
    author = item.get("author")
    author = author if isinstance(author, dict) else {}
    handle = _one(author, "alternatename", "additionalname") or (address.group(1) if address else None)
    handle = handle.lstrip("@") if handle else None
    raw = _one(item, "articlebody", "text", "headline") or ""
    text, media = raw, tuple(_pictures(item, page, native_id))
    published = read_date(_one(item, "datepublished", "datecreated"), latest=at.capture.fetched_at)
    moment = published.at if published else x_time(native_id)
    shared = [
        url
        for url in _addresses(item.get("sharedcontent"))
        if "//t.co/" not in url and not _STATUS.search(urlsplit(url).path)
    ]
    is_repost = raw.startswith("RT @")
    quoted = [found for url in _addresses(item.get("sharedcontent")) if (found := _STATUS.search(urlsplit(url).path))
              and found.group(2) != native_id]  # fmt: skip
    role = Role.REPOST if is_repost else Role.QUOTE if quoted else Role.ORIGINAL
    values: dict[str, Any] = {}
    counters = item.get("interactionstatistic")
    for one in counters if isinstance(counters, list) else [counters]:
        if isinstance(one, dict):
            column = _COLUMNS.get((_one(one, "interactiontype") or "").rpartition("/")[2])
            count = read_count(_one(one, "userinteractioncount"))
            if column and count is not None:
                values.setdefault(column, count.value)
    if "comment_count" not in values and (count := read_count(_one(item, "commentcount"))) is not None:
        values["comment_count"] = count.value
    return Post(
        platform=Platform.X,
        native_id=native_id,
        account=handle or "",
        author=handle,
        url=post_url(handle, native_id),
        role=role,
        format=format_of(media, has_poll=False, links=shared),
        text=text,
        published_at=moment,
        published_precision=Precision.SECOND if moment else None,
        original_native_id=quoted[0].group(2) if quoted else None,
        media=media,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        mentions=named(text),
        links=tuple(dict.fromkeys(shared)),
        metrics=_metrics(values, {}),
    )


_COLUMNS = {
    "LikeAction": "like_count", "ShareAction": "share_count", "ReplyAction": "comment_count",
    "CommentAction": "comment_count", "ViewAction": "view_count", "WatchAction": "view_count",
    "InteractAction": "quote_count", "BookmarkAction": "save_count",
}  # fmt: skip


def _metrics(values: dict[str, Any], rounded: dict[str, int]) -> Metrics:
    names = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")
    missing = {name: MissingReason.NOT_OBSERVED for name in names if name not in values}
    return Metrics(**values, missing=missing, rounded=rounded)


def _addresses(value: object) -> list[str]:
    found = []
    for one in value if isinstance(value, list) else [value]:
        url = _one(one, "url") if isinstance(one, dict) else one if isinstance(one, str) else None
        if url and (said := link(url)):
            found.append(said)
    return found


def _pictures(item: Mapping[str, Any], page: Page, native_id: str) -> Iterator[Media]:
    videos = item.get("video")
    for one in videos if isinstance(videos, list) else [videos] if videos else []:
        said = one if isinstance(one, dict) else {}
        yield Media(
            kind="video", url=link(_one(said, "contenturl", "embedurl", "thumbnailurl", "url")),
            width=_pixels(_one(said, "width")), height=_pixels(_one(said, "height")),
        )  # fmt: skip
    shared = " ".join(_addresses(item.get("sharedcontent")))
    if not videos and f"/status/{native_id}/video/" in shared:
        yield Media(kind="video", url=None)
        return
    is_page = native_id in (page.first("og:url") or "")
    found = item.get("image")
    seen: set[str] = set()
    for one in (found if isinstance(found, list) else [found]) if found and not videos else []:
        url = link(_one(one, "contenturl", "url") if isinstance(one, dict) else one)
        name = re.split(r"[:?]", (url or "").rpartition("/")[2])[0].rpartition(".")[0]
        if url is None or name in seen:
            continue
        seen.add(name)
        if "profile_images" not in url and "/card_img/" not in url and "video_thumb" not in url:
            same = is_page and page.first("og:image") == url
            yield Media(
                kind="image", url=url,
                width=_pixels(page.first("og:image:width")) if same else None,
                height=_pixels(page.first("og:image:height")) if same else None,
            )  # fmt: skip
        elif "video_thumb" in url:
            yield Media(kind="video", url=url)


def _pixels(said: str | None) -> int | None:
    return positive(int(said)) if said and said.isascii() and said.isdigit() and len(said) < 6 else None


def _from_rendered(article: etree._Element, at: _XPage) -> Post | None:
    """An ``article`` as the site's own script draws it."""
    if article.get("data-testid") != "tweet":
        return None
    moment, address = None, None
    for time in article.iter("time"):
        parent = time.getparent()
        address = _STATUS.search(parent.get("href") or "") if parent is not None else None
        if address:
            moment = read_date(time.get("datetime"), latest=at.capture.fetched_at)
            break
    if address is None:
        return None
    native_id = address.group(2)
    texts = article.findall('.//*[@data-testid="tweetText"]')
    text = _drawn(texts[0]) if texts else ""
    group = next((one for one in article.iter("div") if one.get("role") == "group" and one.get("aria-label")), None)
    values, rounded = _drawn_counts(group.get("aria-label") or "") if group is not None else ({}, {})
    context = article.find('.//*[@data-testid="socialContext"]')
    said = clean("".join(context.itertext())).strip() if context is not None else ""
    is_repost = (
        context is not None and any(link_.get("href") for link_ in context.iter("a"))
    ) or "repost" in said.lower()
    photos = article.findall('.//*[@data-testid="tweetPhoto"]')
    has_video = article.find('.//*[@data-testid="videoPlayer"]') is not None or article.find(".//video") is not None
    media: list[Media] = [Media(kind="video")] if has_video else []
    for photo in photos if not has_video else []:
        picture = photo.find(".//img")
        url = link(picture.get("src")) if picture is not None else None
        alt = picture.get("alt") if picture is not None else None
        media.append(
            Media(
                kind="image", url=url, alt_text=clean(alt) if alt and alt not in ("Image", "Imagen", "Bild") else None
            )
        )
    outward = [
        href
        for one in (texts[0].iter("a") if texts else ())
        if (href := link(one.get("href"))) and not _HOST.fullmatch(urlsplit(href).hostname or "")
    ]
    card = article.find('.//*[@data-testid="card.wrapper"]')
    handle = address.group(1)
    exact = moment.at if moment else x_time(native_id)
    owner = at.capture.account.handle if at.capture.account else None
    poster = (owner or _owner_of(at.path) or handle) if is_repost else handle
    return Post(
        platform=Platform.X,
        native_id=f"{native_id}#repost:{poster}" if is_repost else native_id,
        account=poster or "",
        author=handle,
        url=post_url(handle, native_id),
        role=Role.REPOST if is_repost else Role.QUOTE if len(texts) > 1 else Role.ORIGINAL,
        format=format_of(
            media, has_poll=article.find('.//*[@data-testid="cardPoll"]') is not None,
            links=[*outward, *(["card"] if card is not None else [])],
        ),
        text=text,
        # when an account reposted is not drawn anywhere; the time is the original's
        published_at=None if is_repost else exact,
        published_precision=None if is_repost or exact is None else Precision.SECOND,
        is_pinned=not is_repost and _PINNED.search(said) is not None,
        original_native_id=native_id if is_repost else None,
        original_url=post_url(handle, native_id) if is_repost else None,
        original_published_at=exact if is_repost else None,
        media=tuple(media),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        mentions=named(text),
        links=tuple(dict.fromkeys(outward)),
        metrics=_metrics(values, rounded),
    )  # fmt: skip


def _owner_of(path: str) -> str | None:
    found = _PROFILE_PATH.fullmatch(path)
    return found.group(1) if found else None


def _drawn(element: etree._Element) -> str:
    """Text with emoji, which the site draws as pictures, and without links' hidden halves."""
    pieces = []
    for part in element.iter():
        if part.tag == "img":
            pieces.append(part.get("alt") or "")
        elif isinstance(part.tag, str) and part.text:
            pieces.append(part.text)
        if part.tag == "br":
            pieces.append("\n")
        if part is not element and part.tail:
            pieces.append(part.tail)
    return clean("".join(pieces)).strip()


def _drawn_counts(label: str) -> tuple[dict[str, Any], dict[str, int]]:
    """ "3 replies, 1 repost, 7 likes, 2 bookmarks, 3692 views": a part that is left out is zero, except views."""
    values: dict[str, Any] = {}
    rounded: dict[str, int] = {}
    found = counted(label)
    for one in found:
        words = one.after if one.after.strip(" ,.、，") else one.before
        column = next((name for name, pattern in _RENDERED_COUNTS.items() if pattern.search(words.split(",")[0])), None)
        if column and column not in values:
            count: Count = one.count
            values[column] = count.value
            if count.rounded is not None:
                rounded[column] = count.rounded
    if values:
        for name in ("like_count", "comment_count", "share_count", "save_count"):
            values.setdefault(name, 0)
    return values, rounded


def _from_meta(page: Page, native_id: str) -> Post | None:
    """The short answer to bots: Open Graph only, no counts."""
    address = _STATUS.search(page.first("og:url") or page.linked("canonical") or "")
    title = page.first("og:title") or ""
    said = page.first("og:description")
    if address is None or address.group(2) != native_id or said is None:
        return None
    handle = address.group(1) or next(iter(re.findall(r"\(@([A-Za-z0-9_]{1,20})\)", title)), None)
    text = said.strip()
    text = re.sub(r"^[“\"](.*)[”\"]$", r"\1", text, flags=re.DOTALL)
    image = link(page.first("og:image"))
    is_picture = image is not None and "profile_images" not in image
    kind = page.first("og:type") or ""
    moment = x_time(native_id) or (read.at if (read := read_date(page.first("article:published_time"))) else None)
    return Post(
        platform=Platform.X,
        native_id=native_id,
        account=handle or "",
        author=handle,
        url=post_url(handle, native_id),
        format=Format.VIDEO
        if kind.startswith("video") or page.first("og:video")
        else Format.IMAGE
        if is_picture
        else None,
        text=text,
        published_at=moment,
        published_precision=Precision.SECOND if moment else None,
        media=(Media(kind="image", url=image),) if is_picture else (),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        mentions=named(text),
        metrics=_metrics({}, {}),
    )


def _profile(page: Page, handle: str) -> Profile | None:
    person = next(
        (part for one in microdata_items(page.root, page.base) for part in [one.get("mainentity"), one]
         if isinstance(part, dict) and any("person" in str(kind).lower() or "organization" in str(kind).lower()
                                           for kind in part.get("@type") or [])
         and (_one(part, "additionalname", "alternatename") or "").lstrip("@").casefold() == handle.casefold()), None,
    )  # fmt: skip
    if person is None:
        return None
    values: dict[str, Any] = {}
    for key in ("interactionstatistic", "agentinteractionstatistic"):
        counters = person.get(key)
        for one in counters if isinstance(counters, list) else [counters]:
            if isinstance(one, dict):
                kind = (_one(one, "interactiontype") or "").rpartition("/")[2]
                column = {
                    "WriteAction": "post_count",
                    "FollowAction": "following_count" if key.startswith("agent") else "follower_count",
                }.get(kind)
                count = read_count(_one(one, "userinteractioncount"))
                if column and count is not None:
                    values.setdefault(column, count.value)
    outward = [
        url for name in ("sameas", "relatedlink") for url in _addresses(person.get(name)) if "//t.co/" not in url
    ]
    page_item = next((one for one in microdata_items(page.root, page.base) if "datecreated" in one), {})
    created = read_date(_one(page_item, "datecreated"))
    return Profile(
        platform=Platform.X,
        native_account_id=_one(person, "identifier"),
        handle=(_one(person, "additionalname", "alternatename") or handle).lstrip("@"),
        url=f"{SITE}/{handle}",
        name=_one(person, "name", "givenname"),
        bio=_one(person, "description"),
        links=tuple(dict.fromkeys(outward)),
        avatar_url=link(_one(person, "image")),
        created_at=created.at if created else None,
        **values,
    )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def _is_ours(url: str, head: bytes) -> bool:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return _HOST.fullmatch(host) is not None or _OWN_WORDS.search(head) is not None
