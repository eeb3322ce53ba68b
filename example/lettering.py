"""The product's own typeface, for what is written on drawn pictures."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

import bangfu

FONTS = Path(bangfu.__file__).parent / "site" / "static" / "vendor" / "noto-serif-sc"


@lru_cache
def font_with(sign: str, size: int, weight: int = 200) -> ImageFont.FreeTypeFont:
    """Return the part of the product's own typeface that holds a sign, in a weight of 200 to 900."""
    sheet = (FONTS / "index.css").read_text()
    for face in re.findall(r"@font-face\s*\{(.*?)\}", sheet, re.DOTALL):
        ranges = re.search(r"unicode-range:\s*([^;}]+)", face)
        file = re.search(r"url\(([^)]+)\)", face)
        if ranges and file and _holds(ranges[1], ord(sign)):
            font = ImageFont.truetype(str(FONTS / file[1].strip("\"'")), size)
            font.set_variation_by_axes([weight])
            return font
    raise LookupError(f"no part of the typeface holds {sign}")


def _holds(ranges: str, sign: int) -> bool:
    for part in ranges.split(","):
        first, _, last = part.strip().upper().removeprefix("U+").partition("-")
        if int(first, 16) <= sign <= int(last or first, 16):
            return True
    return False
