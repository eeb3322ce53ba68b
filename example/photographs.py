"""Drawn pictures of a mast in the hills: not photographs of anything, and each says 示例 on it."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

import bangfu
from example.stations import MadeStation

SIZE = (480, 340)
FONTS = Path(bangfu.__file__).parent / "site" / "static" / "vendor" / "noto-serif-sc"


@lru_cache
def _font_with(sign: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the part of the product's own typeface that holds a sign."""
    sheet = (FONTS / "index.css").read_text()
    for face in re.findall(r"@font-face\s*\{(.*?)\}", sheet, re.DOTALL):
        ranges = re.search(r"unicode-range:\s*([^;}]+)", face)
        file = re.search(r"url\(([^)]+)\)", face)
        if ranges and file and _holds(ranges[1], ord(sign)):
            return ImageFont.truetype(str(FONTS / file[1].strip("\"'")), size)
    raise LookupError(f"no part of the typeface holds {sign}")


def _holds(ranges: str, sign: int) -> bool:
    for part in ranges.split(","):
        first, _, last = part.strip().upper().removeprefix("U+").partition("-")
        if int(first, 16) <= sign <= int(last or first, 16):
            return True
    return False


def photograph(station: MadeStation) -> bytes:
    """Return a small JPEG of a drawn mast, different for every station."""
    draw = Random(f"photo {station.code}")
    picture = _grain(draw)
    pen = ImageDraw.Draw(picture)
    width, height = SIZE
    for depth in range(3):
        shade = (70 + 34 * (2 - depth), 96 + 26 * (2 - depth), 78 + 22 * (2 - depth))
        level = height * (0.46 + 0.16 * depth)
        ridge = [(x, level + draw.uniform(-26, 26)) for x in range(0, width + 40, 40)]
        pen.polygon([(0, height), *ridge, (width, height)], fill=shade)
    foot, top = height * draw.uniform(0.72, 0.86), height * draw.uniform(0.12, 0.26)
    middle, spread = width * draw.uniform(0.3, 0.7), draw.uniform(12, 22)
    for side in (-1, 1):
        pen.line([(middle + side * spread, foot), (middle + side * 3, top)], fill=(58, 62, 66), width=3)
    for step in range(9):
        y0, y1 = (foot + (top - foot) * part / 9 for part in (step, step + 1))
        x0, x1 = (spread + (3 - spread) * part / 9 for part in (step, step + 1))
        pen.line([(middle - x0, y0), (middle + x1, y1)], fill=(74, 78, 82), width=2)
        pen.line([(middle + x0, y0), (middle - x1, y1)], fill=(74, 78, 82), width=2)
    for side in (-1, 0, 1):
        x = middle + side * draw.uniform(9, 13)
        pen.rectangle([x - 3, top - 4, x + 3, top + 30], fill=(226, 228, 224), outline=(120, 122, 120))
    pen.rectangle([0, height - 46, width, height], fill=(28, 34, 40))
    for position, sign in enumerate("示例"):
        pen.text((14 + 30 * position, height - 40), sign, font=_font_with(sign, 26), fill=(240, 236, 224))
    plain = ImageFont.load_default(16)
    said = f"EXAMPLE  {station.code}  {station.accepted_on.isoformat()}"
    pen.text((86, height - 33), said, font=plain, fill=(240, 236, 224))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=66)
    return buffer.getvalue()


def _grain(draw: Random) -> Image.Image:
    """Return a sky with the grain of a small camera."""
    width, height = SIZE
    tone = draw.randint(-18, 18)
    sky = Image.linear_gradient("L").resize(SIZE)
    noise = Image.frombytes(
        "L", (width // 2, height // 2), draw.randbytes(width // 2 * (height // 2))
    ).resize(SIZE)
    tinted = Image.merge(
        "RGB", [sky.point(lambda v, base=base: base + v // 5) for base in (150, 178 + tone, 200 + tone)]
    )
    return Image.blend(tinted, Image.merge("RGB", [noise] * 3), 0.07)
