"""The market's pictures: a few coloured shapes, the same for the same address."""

from __future__ import annotations

from io import BytesIO
from random import Random

_PALETTES = (
    ("#f3e9d8", "#8c5a3c", "#2f2a26"),
    ("#e4ece6", "#4f7a65", "#203529"),
    ("#eae4ef", "#76608f", "#2d2440"),
    ("#e6edf3", "#44739c", "#16324a"),
)
_SIZE = 480


def drawing(name: str) -> bytes:
    """A PNG of a cup on a table in the colours that ``name`` decides."""
    from PIL import Image, ImageDraw  # here: only a demo draws

    rng = Random(name)
    ground, cup, dark = rng.choice(_PALETTES)
    picture = Image.new("RGB", (_SIZE, _SIZE), ground)
    draw = ImageDraw.Draw(picture)
    table = rng.randint(300, 380)
    draw.rectangle((0, table, _SIZE, _SIZE), fill=dark)
    left, width, height = rng.randint(90, 180), rng.randint(130, 200), rng.randint(110, 170)
    draw.ellipse((left + width - 30, table - height + 20, left + width + 50, table - 25), outline=cup, width=16)
    draw.rounded_rectangle((left, table - height, left + width, table), radius=26, fill=cup)
    for steam in range(3):
        x = left + 25 + steam * (width - 50) // 2
        draw.arc((x - 14, table - height - 90, x + 14, table - height - 14), 80, 280, fill=dark, width=5)
    encoded = BytesIO()
    picture.save(encoded, "PNG")
    return encoded.getvalue()
