"""Two things that are not in order in the example's evidence, for the rules that watch it: they change no figure.

One station's photograph was handed in again for another; one photograph says another year and another province.
"""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from example.photographs import photograph
from example.stations import MadeStation

LENDS = 53
"""The province whose last station but one lends its photograph to the last."""
ELSEWHERE = 62
"""The province whose last station has a photograph taken elsewhere."""
TAKEN, OFFSET = "2016:05:01 10:20:00", "+08:00"
LATITUDE, LONGITUDE = (39.0, 54.0, 20.0), (116.0, 23.0, 30.0)
"""Degrees, minutes and seconds of a square in Beijing."""
_EXIF, _GPS = 0x8769, 0x8825


def with_oddities(province: int, made: list[MadeStation]) -> list[MadeStation]:
    """Return a province's stations, the odd ones with the picture that they hand in."""
    last = sorted(made, key=lambda one: one.code)[-2:]
    if province == LENDS and len(last) == 2:
        lent = photograph(last[0])
        return [replace(one, has_photo=True, picture=lent) if one in last else one for one in made]
    if province == ELSEWHERE and last:
        odd = _taken_elsewhere(photograph(last[-1]))
        return [replace(one, has_photo=True, picture=odd) if one is last[-1] else one for one in made]
    return made


def _taken_elsewhere(content: bytes) -> bytes:
    exif = Image.Exif()
    exif[_EXIF] = {0x9003: TAKEN, 0x9011: OFFSET}
    exif[_GPS] = {1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE}
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.save(buffer, "JPEG", quality=66, exif=exif)
    return buffer.getvalue()
