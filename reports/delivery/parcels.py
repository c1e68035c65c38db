"""What is delivered: a brief's short version with its files, or a few sentences."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from reports.errors import BriefError
from reports.filters import clean

_INLINE: Final = re.compile(r"""src="data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)\"""")
SENDER: Final = "Rivalscope"
_BLOCKS: Final = frozenset({"p", "h1", "h2", "h3", "li", "div", "tr", "table", "ol", "ul", "br"})
_UNSEEN: Final = frozenset({"head", "style", "script", "title"})


@frozen(kw_only=True)
class Picture:
    """One picture that a message shows; ``name`` is what its ``cid:`` says."""

    name: str
    kind: str
    """``png``, ``jpeg``, …"""
    content: bytes = field(repr=False)


@frozen(kw_only=True)
class Parcel:
    """One thing to deliver."""

    keys: tuple[str, ...]
    """What it tells; each is delivered to everybody once."""
    issuer: str
    """The project, by its path: what two projects send are different mails."""
    subject: str
    """One line."""
    text: str
    html: str
    """A whole page whose styles are inlined; pictures are ``cid:``."""
    pictures: tuple[Picture, ...] = ()
    files: Mapping[str, Path] = field(factory=dict)
    """Form (html, json, pdf) → file that may come along."""
    sender: str = SENDER
    """The name that it bears as from whom it is."""

    def chosen(self, forms: Sequence[str]) -> list[Path]:
        """The files of these forms, as far as they were made."""
        return [self.files[form] for form in forms if form in self.files]


def brief_parcel(page: Path, *, key: str, issuer: str, name: str, list_name: str = "") -> Parcel:
    """The parcel of a brief that was written to ``page``, its short version beside it as ``.mail.html``.

    ``name`` stands over the brief. Raises BriefError when one of the two cannot be read.
    """
    short = page.with_suffix(".mail.html")
    try:
        html = short.read_text(encoding="utf-8")
        page.stat()
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or error
        raise BriefError(f"{short} cannot be read ({said}); write it again: rivalscope brief --also mail") from error
    others = {form: page.with_suffix(f".{form}") for form in ("json", "pdf")}
    html, pictures = _with_named_pictures(html)
    week = page.stem.partition("_")[0]
    what = f"{list_name}, {week}" if list_name else week
    return Parcel(
        keys=(key,),
        issuer=issuer,
        subject=_line(f"{name or 'Rivalscope brief'}: {what}"),
        text=plain_text(html),
        html=html,
        pictures=pictures,
        files={"html": page, **{form: path for form, path in others.items() if path.is_file()}},
        sender=_line(name) or SENDER,
    )


def sentences_parcel(
    subject: str, sentences: Sequence[str], *, keys: Sequence[str], issuer: str, name: str = ""
) -> Parcel:
    """A message of some sentences, one paragraph each; addresses in them become links."""
    paragraphs = "\n".join(f"<p>{_linked(clean(each))}</p>" for each in sentences)
    html = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>'
        f"{escape(_line(subject))}</title></head>\n"
        f'<body style="font:16px/1.5 sans-serif;margin:16px;max-width:640px">\n{paragraphs}\n</body></html>\n'
    )
    text = "\n\n".join(map(clean, sentences)) + "\n"
    sender = _line(name) or SENDER
    return Parcel(keys=tuple(keys), issuer=issuer, subject=_line(subject), text=text, html=html, sender=sender)


def trial_parcel(folder: Path, *, issuer: str, name: str, now: datetime) -> Parcel:
    """A message that says that it is a test, with a file made in ``folder``."""
    page = folder / "rivalscope-test.html"
    page.write_text("<!doctype html><title>Test</title><p>This file may be deleted.</p>", encoding="utf-8")
    sentence = (
        f"This is a test of {now:%Y-%m-%d %H:%M} UTC: briefs will arrive like this, with a file where that is set."
    )
    subject = f"{name or 'Rivalscope brief'}: test"
    parcel = sentences_parcel(subject, [sentence], keys=[f"test {now}"], issuer=issuer, name=name)
    return evolve(parcel, files={"html": page})


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:200]


def _linked(text: str) -> str:
    """The text escaped, with http(s) addresses as links."""
    pieces = re.split(r"(https?://[^\s<>\"]+[^\s<>\".,;:)])", text)
    return "".join(
        f'<a href="{escape(piece)}">{escape(piece)}</a>' if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def _with_named_pictures(html: str) -> tuple[str, tuple[Picture, ...]]:
    """Pictures that stand in the page itself become parts of the message: mail programs show no ``data:`` addresses."""
    pictures: list[Picture] = []

    def named(match: re.Match[str]) -> str:
        try:
            content = base64.b64decode(match[2], validate=False)
        except (binascii.Error, ValueError):
            return match[0]
        pictures.append(Picture(name=f"picture-{len(pictures) + 1}", kind=match[1], content=content))
        return f'src="cid:{pictures[-1].name}"'

    return _INLINE.sub(named, html), tuple(pictures)


def plain_text(html: str) -> str:
    """The words of a page, a block a paragraph, items of ordered lists numbered."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return (
        re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in reader.text.split("\n"))).strip() + "\n"
    )


class _TextReader(HTMLParser):
    """Collects what is seen of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._unseen = 0
        self._number: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if tag == "ol":
            self._number = 0
        if tag in _BLOCKS:
            self.text += "\n\n" if tag != "br" else "\n"
        if tag == "li":
            self._number = None if self._number is None else self._number + 1
            self.text += f"{self._number}. " if self._number else "- "
        if tag == "img" and (words := dict(attrs).get("alt")):
            self.text += words

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag == "ol":
            self._number = None
        if tag in _BLOCKS:
            self.text += "\n\n"

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.text += data.replace("\n", " ")
