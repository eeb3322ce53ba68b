"""What a picture says of its taking, and a fingerprint by which the same picture is found again.

Times and positions are read from Exif 2.32 (CIPA DC-008). The fingerprint is the difference hash of N. Krawetz, "Kind of
Like That", The Hacker Factor Blog, 2013-01-21: of the picture in grey and nine by eight points, each of the 64 bits says
whether a point is brighter than the one to its right. It survives resizing and recompression.
"""

from __future__ import annotations

import io
import math
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from bangfu.foundation.evidence.heic import as_jpeg

BROAD, HIGH = 9, 8
LEAST_CONTRAST = 12
"""Levels of grey, of 256, between the darkest and the brightest point: below, a picture is plain and has no fingerprint."""
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_EXIF, _GPS = 0x8769, 0x8825
_DRAFT = 128


@dataclass(frozen=True)
class Capture:
    """What was read of one picture; null = the picture does not say."""

    taken_at: datetime | None = None
    has_offset: bool = False
    """Whether the picture says in which time zone; else the house's was taken."""
    latitude: Decimal | None = None
    """Degrees north, WGS-84, six decimals."""
    longitude: Decimal | None = None
    """Degrees east, WGS-84, six decimals."""
    fingerprint: int | None = None
    """Signed 64 bits; null for a plain picture and one that cannot be drawn."""


def captured(content: bytes, form: str, *, zone: tzinfo) -> Capture:
    """Return what a picture says of its taking, and its fingerprint.

    Args:
        form: Pillow's name of the format.
        zone: where clocks stand that name no offset.
    """
    if form == "HEIF":
        content, form = as_jpeg(content) or b"", "JPEG"
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            exif = picture.getexif()
            taken_at, has_offset = _taken(exif.get_ifd(_EXIF), zone)
            latitude, longitude = _position(exif.get_ifd(_GPS))
            return Capture(taken_at, has_offset, latitude, longitude, _fingerprint(picture))
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
        struct.error,
    ):
        return Capture()


def _fingerprint(picture: Image.Image) -> int | None:
    picture.draft("L", (_DRAFT, _DRAFT))
    try:
        upright = ImageOps.exif_transpose(picture.convert("L"))
    except OSError:
        return None
    points = upright.resize((BROAD, HIGH), Image.Resampling.BOX).tobytes()
    if max(points) - min(points) < LEAST_CONTRAST:
        return None
    bits = 0
    for row in range(HIGH):
        for column in range(BROAD - 1):
            place = row * BROAD + column
            bits = bits << 1 | (points[place] > points[place + 1])
    return bits - (1 << 64) if bits >> 63 else bits


def distance(one: int, other: int) -> int:
    """Return in how many of their 64 bits two fingerprints differ.

    >>> distance(-1, 0), distance(5, 4)
    (64, 1)
    """
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def _taken(exif: dict[int, Any], zone: tzinfo) -> tuple[datetime | None, bool]:
    said = str(exif.get(_TAKEN, "")).strip("\0 ")
    try:
        clock = datetime.strptime(said, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - a camera's clock names no zone
    except ValueError:
        return None, False
    offset = _offset(str(exif.get(_TAKEN_OFFSET, "")).strip("\0 "))
    return clock.replace(tzinfo=offset or zone), offset is not None


def _offset(said: str) -> timezone | None:
    try:
        hours, minutes = said.split(":")
        return timezone(timedelta(hours=int(hours), minutes=int(f"{said[0]}{minutes}")))
    except (ValueError, IndexError):
        return None


def _position(gps: dict[int, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Return degrees north and east; both or neither, and none for nought by nought, which phones write without a fix."""
    north, east = _degrees(gps.get(2), gps.get(1), "S", 90), _degrees(gps.get(4), gps.get(3), "W", 180)
    if north is None or east is None or north == east == 0:
        return None, None
    return north, east


def _degrees(parts: Any, side: Any, negative: str, most: int) -> Decimal | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not math.isfinite(degrees + minutes + seconds):
        return None
    found = Decimal(degrees + minutes / 60 + seconds / 3600).quantize(Decimal("0.000001"))
    if not 0 <= found <= most:
        return None
    return -found if str(side).strip("\0 ").upper() == negative else found
