"""Large uploads put aside for the time of a request."""

from __future__ import annotations

import hashlib
import time
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

_KEPT_S = 3600


def put_aside(file: UploadedFile) -> Path:
    """Write an uploaded file aside and return its path, which is the same for the same contents.

    So a request that is sent again is known by its arguments. What is older than an hour is removed in passing.
    """
    folder = Path(settings.VAR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _KEPT_S:
            old.unlink(missing_ok=True)
    draft = folder / f"{uuid.uuid4()}.part"
    digest = hashlib.sha256()
    with draft.open("wb") as out:
        for chunk in file.chunks():
            digest.update(chunk)
            out.write(chunk)
    path = folder / f"{digest.hexdigest()}.zip"
    draft.replace(path)
    return path
