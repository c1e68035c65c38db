"""How a brief looks for whom it is written: name, logo, accent colour, hidden sections, templates of one's own."""

from __future__ import annotations

import base64
import colorsys
import io
import re
from pathlib import Path
from typing import Final

from attrs import frozen
from PIL import Image, UnidentifiedImageError

from reports.errors import LookError

LOGO_LIMIT_BYTES: Final = 100_000
KEPT: Final = ("first_screen", "coverage", "method")
"""Sections that cannot be hidden: what is said, what could not be seen, and how it was counted."""
_GROUNDS: Final = ((252, 251, 248), (21, 23, 27))
"""The page in the light and in the dark theme."""
_READABLE: Final = 4.5
_KINDS: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


@frozen(kw_only=True)
class Look:
    """What the user's configuration says of the brief's looks; everything is optional."""

    name: str = ""
    """Stands over the brief in place of ours."""
    logo: Path | None = None
    """PNG, JPEG, WebP, GIF or SVG of at most LOGO_LIMIT_BYTES; it goes into the file."""
    accent: str = ""
    """``#rrggbb``; darkened or lightened where it could not be read on the page."""
    hidden: tuple[str, ...] = ()
    """Keys of sections that are left out; those of KEPT stay."""
    templates: Path | None = None
    """A folder whose templates go before ours of the same name."""

    def css(self) -> str:
        """The rules that set the accent in both themes; empty without one."""
        if not self.accent:
            return ""
        light, dark = (readable(self.accent, ground) for ground in _GROUNDS)
        return (
            f"\n:root {{ --accent: {light}; }}\n"
            f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}\n"
            f"@media print {{ :root {{ --accent: {readable(self.accent, (255, 255, 255))}; }} }}\n"
        )

    def logo_address(self) -> str:
        """The logo as a ``data:`` address; empty without one.

        Raises LookError when it cannot be read, is too large, or is no picture.
        """
        if self.logo is None:
            return ""
        try:
            content = self.logo.read_bytes()
        except OSError as error:
            raise LookError(f"The logo {self.logo} cannot be read: {error.strerror or error}.") from error
        if len(content) > LOGO_LIMIT_BYTES:
            raise LookError(
                f"The logo {self.logo} has {len(content):,} bytes; at most {LOGO_LIMIT_BYTES:,} go into a brief."
            )
        return f"data:{_kind_of(self.logo, content)};base64,{base64.b64encode(content).decode()}"


PLAIN: Final = Look()


def readable(accent: str, ground: tuple[int, int, int]) -> str:
    """The nearest shade of ``accent`` that stands out from ``ground`` as letters must (4.5 to 1, WCAG 2.2 1.4.3).

    ``accent`` is ``#rrggbb``, the result too. Lightness is moved away from the ground; hue and saturation stay.
    """
    red, green, blue = (int(accent[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    step, end = (-0.01, 0.0) if _luminance(ground) > 0.5 else (0.01, 1.0)
    while True:
        shade = tuple(round(255 * part) for part in colorsys.hls_to_rgb(hue, lightness, saturation))
        if _contrast(shade, ground) >= _READABLE or lightness == end:
            return "#{:02x}{:02x}{:02x}".format(*shade)
        lightness = min(1.0, max(0.0, lightness + step))


def _luminance(colour: tuple[int, ...]) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (part / 255 for part in colour)
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _kind_of(path: Path, content: bytes) -> str:
    if re.match(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]", content, re.DOTALL):
        return "image/svg+xml"
    try:
        with Image.open(io.BytesIO(content)) as picture:
            kind = _KINDS.get(picture.format or "")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise LookError(f"The logo {path} is no picture that a brief can show: use PNG, JPEG, WebP or SVG.") from error
    if kind is None:
        raise LookError(f"The logo {path} is no picture that a brief can show: use PNG, JPEG, WebP or SVG.")
    return kind
