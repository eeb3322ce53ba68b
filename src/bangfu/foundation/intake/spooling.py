"""Large uploads put aside for the time of a request; what a killed process left is swept away."""

from __future__ import annotations

import hashlib
import time
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

_KEPT_S = 3600


def sweep() -> Path:
    """Remove what was put aside more than an hour ago, and return the folder."""
    folder = Path(settings.VAR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        try:
            if old.stat().st_mtime < time.time() - _KEPT_S:
                old.unlink()
        except FileNotFoundError:
            continue  # another process was quicker
    return folder


def put_aside(file: UploadedFile) -> Path:
    """Write an uploaded file aside and return its path, which is the same for the same contents.

    So a request that is sent again is known by its arguments. What is older than an hour is removed in passing.
    """
    folder = sweep()
    draft = folder / f"{uuid.uuid4()}.part"
    digest = hashlib.sha256()
    with draft.open("wb") as out:
        for chunk in file.chunks():
            digest.update(chunk)
            out.write(chunk)
    path = folder / f"{digest.hexdigest()}.zip"
    draft.replace(path)
    return path
