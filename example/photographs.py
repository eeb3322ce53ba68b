"""Drawn pictures of a mast in the hills or a shed beside a field: of nothing and nobody, and each says 示例 on it."""

from __future__ import annotations

import io
from datetime import date
from random import Random

from PIL import Image, ImageDraw, ImageFont

from example.lettering import font_with
from example.stations import MadeStation

SIZE = (480, 340)


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
    if station.has_engineer:
        _engineer(pen, middle + (150 if middle < width / 2 else -150), height - 52)
    return _labelled(picture, f"EXAMPLE  {station.code}  {station.accepted_on.isoformat()}")


def scene(name: str, on: date) -> bytes:
    """Return a small JPEG of a drawn shed beside a field, different for every name and day."""
    draw = Random(f"scene {name} {on}")
    picture = _grain(draw)
    pen = ImageDraw.Draw(picture)
    width, height = SIZE
    ridge = [(x, height * 0.42 + draw.uniform(-22, 22)) for x in range(0, width + 40, 40)]
    pen.polygon([(0, height), *ridge, (width, height)], fill=(122, 148, 122))
    green = draw.randint(120, 170)
    for row in range(9):
        level = height * (0.56 + 0.05 * row)
        pen.rectangle([0, level, width, level + 9], fill=(150 - 8 * row, green - 6 * row, 74))
    left, foot = draw.uniform(40, width - 230), height * 0.66
    roof, wall = (draw.randint(120, 190), 74, 62), (222, 216, 200)
    pen.rectangle([left, foot - 76, left + 180, foot], fill=wall, outline=(120, 116, 108))
    pen.polygon([(left - 12, foot - 76), (left + 90, foot - 124), (left + 192, foot - 76)], fill=roof)
    pen.rectangle([left + 70, foot - 50, left + 112, foot], fill=(92, 98, 104))
    for side in (22, 134):
        pen.rectangle([left + side, foot - 54, left + side + 26, foot - 30], fill=(150, 184, 204))
    return _labelled(picture, f"EXAMPLE  {name}  {on.isoformat()}")


def _labelled(picture: Image.Image, said: str) -> bytes:
    """Return a picture as JPEG, with a foot that says what it is."""
    pen = ImageDraw.Draw(picture)
    width, height = SIZE
    pen.rectangle([0, height - 46, width, height], fill=(28, 34, 40))
    for position, sign in enumerate("示例"):
        pen.text((14 + 30 * position, height - 40), sign, font=font_with(sign, 26), fill=(240, 236, 224))
    pen.text((86, height - 33), said, font=ImageFont.load_default(16), fill=(240, 236, 224))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=66)
    return buffer.getvalue()


def _engineer(pen: ImageDraw.ImageDraw, x: float, foot: float) -> None:
    """Draw somebody with a helmet and a vest, standing at ``foot``."""
    skin, vest, cloth, helmet = (206, 164, 132), (232, 128, 44), (52, 62, 84), (240, 204, 60)
    for side in (-1, 1):
        pen.rectangle([x + side * 11 - 8, foot - 62, x + side * 11 + 8, foot], fill=cloth)
        pen.line([(x + side * 26, foot - 116), (x + side * 34, foot - 66)], fill=cloth, width=13)
    pen.rounded_rectangle([x - 27, foot - 128, x + 27, foot - 58], radius=9, fill=vest)
    pen.rectangle([x - 27, foot - 96, x + 27, foot - 89], fill=(238, 236, 210))
    pen.ellipse([x - 17, foot - 166, x + 17, foot - 126], fill=skin)
    pen.pieslice([x - 20, foot - 176, x + 20, foot - 136], 180, 360, fill=helmet)
    for side in (-1, 1):
        pen.ellipse([x + side * 7 - 2, foot - 150, x + side * 7 + 2, foot - 146], fill=(40, 36, 34))
    pen.arc([x - 8, foot - 148, x + 8, foot - 134], 20, 160, fill=(120, 60, 50), width=2)


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
