"""Small pictures of photographs, made when first asked for and cached beside the evidence."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from bangfu.foundation.evidence.heic import as_jpeg
from bangfu.foundation.evidence.sniffing import LARGEST_PIXELS, PICTURES
from bangfu.foundation.evidence.storage import path_of

LONGEST_SIDE = 640
MEDIA_TYPE = "image/webp"


def thumbnail_of(digest: str, media_type: str) -> Path | None:
    """Return the small picture of a kept photograph; null for what is no picture or cannot be drawn."""
    form = PICTURES.get(media_type)
    if form is None:
        return None
    place = Path(settings.VAR) / "thumbnails" / digest[:2] / f"{digest}.webp"
    if not place.exists():
        picture = _small_picture(path_of(digest), form)
        if picture is None:
            return None
        _save(picture, place)
    return place


def _small_picture(path: Path, form: str) -> Image.Image | None:
    source: Path | io.BytesIO = path
    if form == "HEIF":
        source, form = io.BytesIO(as_jpeg(path.read_bytes()) or b""), "JPEG"
    try:
        with Image.open(source, formats=[form]) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                return None
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None


def _save(picture: Image.Image, place: Path) -> None:
    """Write the picture under another name and move it, so that nobody is served half of it."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        picture.save(file, "WEBP", quality=78)
    Path(draft).replace(place)
