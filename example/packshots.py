"""Drawn pictures of packs of goods: of no brand, and each says 示例 on it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from example.lettering import font_with

SIZE = (800, 600)
SHARP = 2
"""How many dots are drawn for one, so that edges come out smooth."""
WEIGHT = 600
"""Of what is written on a label."""
Colour = tuple[int, int, int]
PAPER: Colour = (250, 247, 239)
INK: Colour = (52, 48, 42)


@dataclass(frozen=True)
class Pack:
    """How a pack of something looks."""

    shape: str
    """A key of ``SHAPES``."""
    body: Colour
    mark: Colour
    """Of the lid, the tie, the fruit."""


PACKS: dict[str, Pack] = {
    "饶河大米": Pack("sack", (236, 230, 214), (178, 58, 46)),
    "饶河椴树蜜": Pack("jar", (206, 132, 34), (88, 74, 52)),
    "饶河黑木耳": Pack("pouch", (58, 54, 60), (196, 168, 112)),
    "沽源藜麦": Pack("pouch", (206, 176, 132), (134, 62, 52)),
    "沽源莜面": Pack("sack", (224, 208, 178), (74, 110, 84)),
    "康保胡麻油": Pack("bottle", (198, 140, 30), (44, 84, 58)),
    "康保燕麦片": Pack("pouch", (226, 214, 190), (56, 98, 138)),
    "册亨糯米蕉": Pack("carton", (196, 156, 108), (232, 190, 52)),
    "册亨山茶油": Pack("bottle", (168, 172, 74), (38, 74, 46)),
}
"""By the product's Chinese name."""


def packshot(name: str) -> bytes:
    """Return a JPEG of a drawn pack of a product, its name on the label."""
    pack = PACKS[name]
    width, height = (side * SHARP for side in SIZE)
    picture = Image.new("RGB", (width, height), (240, 236, 226))
    pen = ImageDraw.Draw(picture)
    pen.rectangle([0, height * 0.7, width, height], fill=(226, 218, 202))
    picture = picture.filter(ImageFilter.GaussianBlur(14 * SHARP))
    shadow = Image.new("L", (width, height), 0)
    ImageDraw.Draw(shadow).ellipse([width * 0.3, height * 0.82, width * 0.74, height * 0.93], fill=110)
    picture.paste((120, 108, 88), mask=shadow.filter(ImageFilter.GaussianBlur(12 * SHARP)))
    label = SHAPES[pack.shape](ImageDraw.Draw(picture), pack)
    _write(ImageDraw.Draw(picture), name, label)
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _shade(colour: Colour, by: float) -> Colour:
    red, green, blue = (round(min(255, part * by)) for part in colour)
    return red, green, blue


def _box(*sides: float) -> list[float]:
    """Return left, top, right and bottom in dots, from parts of a thousand of the width and of the height."""
    return [side * SIZE[place % 2] * SHARP / 1000 for place, side in enumerate(sides)]


def _sack(pen: ImageDraw.ImageDraw, pack: Pack) -> list[float]:
    pen.rounded_rectangle(_box(330, 190, 670, 890), radius=44 * SHARP, fill=pack.body)
    pen.rounded_rectangle(_box(330, 190, 380, 890), radius=30 * SHARP, fill=_shade(pack.body, 0.94))
    pen.polygon(_box(352, 200, 420, 96, 580, 96, 648, 200), fill=_shade(pack.body, 0.97))
    pen.rounded_rectangle(_box(404, 178, 596, 204), radius=6 * SHARP, fill=pack.mark)
    pen.rectangle(_box(330, 760, 670, 800), fill=pack.mark)
    return _box(392, 290, 608, 700)


def _pouch(pen: ImageDraw.ImageDraw, pack: Pack) -> list[float]:
    pen.polygon(_box(352, 130, 648, 130, 690, 890, 310, 890), fill=pack.body)
    pen.polygon(_box(352, 130, 392, 130, 372, 890, 310, 890), fill=_shade(pack.body, 1.08))
    pen.rectangle(_box(352, 118, 648, 172), fill=_shade(pack.body, 0.9))
    pen.ellipse(_box(490, 132, 510, 158), fill=(240, 236, 226))
    pen.rectangle(_box(316, 790, 684, 812), fill=pack.mark)
    return _box(396, 270, 604, 690)


def _bottle(pen: ImageDraw.ImageDraw, pack: Pack) -> list[float]:
    pen.rounded_rectangle(_box(462, 62, 538, 132), radius=6 * SHARP, fill=pack.mark)
    pen.rectangle(_box(470, 128, 530, 240), fill=_shade(pack.body, 0.95))
    pen.rounded_rectangle(_box(378, 226, 622, 890), radius=52 * SHARP, fill=pack.body)
    pen.rounded_rectangle(_box(394, 262, 420, 860), radius=10 * SHARP, fill=_shade(pack.body, 1.18))
    pen.rounded_rectangle(_box(596, 262, 612, 860), radius=8 * SHARP, fill=_shade(pack.body, 0.84))
    return _box(428, 380, 572, 790)


def _jar(pen: ImageDraw.ImageDraw, pack: Pack) -> list[float]:
    pen.rounded_rectangle(_box(346, 300, 654, 890), radius=48 * SHARP, fill=pack.body)
    pen.rounded_rectangle(_box(364, 340, 396, 850), radius=12 * SHARP, fill=_shade(pack.body, 1.2))
    pen.rounded_rectangle(_box(368, 214, 632, 316), radius=14 * SHARP, fill=pack.mark)
    for side in range(384, 632, 24):
        pen.rectangle(_box(side, 222, side + 5, 308), fill=_shade(pack.mark, 0.84))
    return _box(420, 410, 580, 810)


def _carton(pen: ImageDraw.ImageDraw, pack: Pack) -> list[float]:
    for turn in range(5):
        left = 336 + turn * 54
        pen.arc(
            _box(left, 250, left + 130, 710),
            196,
            344,
            fill=_shade(pack.mark, 0.86 + 0.05 * turn),
            width=46 * SHARP,
        )
    pen.polygon(_box(270, 400, 730, 400, 712, 890, 288, 890), fill=pack.body)
    pen.polygon(_box(270, 400, 730, 400, 726, 452, 274, 452), fill=_shade(pack.body, 0.88))
    for side in (318, 622):
        pen.rounded_rectangle(_box(side, 492, side + 60, 520), radius=8 * SHARP, fill=_shade(pack.body, 0.7))
    return _box(400, 500, 600, 850)


SHAPES: dict[str, Callable[[ImageDraw.ImageDraw, Pack], list[float]]] = {
    "sack": _sack, "pouch": _pouch, "bottle": _bottle, "jar": _jar, "carton": _carton,
}  # fmt: skip
"""By name, what draws a pack; each returns where its label goes."""


def _write(pen: ImageDraw.ImageDraw, name: str, label: list[float]) -> None:
    """Write the county and below it the product, top down, as labels have it, and at the foot what it is."""
    left, top, right, bottom = label
    pen.rounded_rectangle(label, radius=6 * SHARP, fill=PAPER, outline=(206, 196, 174), width=2 * SHARP)
    county, product = name[:2], name[2:]
    room = bottom - top - 40 * SHARP
    size = round(min((right - left) * 0.5, room / (len(product) + 0.4)))
    middle = (left + right) / 2 + size * 0.12
    y = top + 14 * SHARP
    for sign in product:
        pen.text((middle - size / 2, y), sign, font=font_with(sign, size, WEIGHT), fill=INK)
        y += size * 1.06
    small = round(size * 0.4)
    for number, sign in enumerate(county):
        place = (middle - size / 2 - small * 1.15, top + 20 * SHARP + number * small * 1.1)
        pen.text(place, sign, font=font_with(sign, small, WEIGHT), fill=(178, 58, 46))
    for number, sign in enumerate("示例"):
        foot = (left + 10 * SHARP + number * 15 * SHARP, bottom - 24 * SHARP)
        pen.text(foot, sign, font=font_with(sign, 14 * SHARP, WEIGHT), fill=(140, 130, 112))
