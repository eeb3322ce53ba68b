"""The evidence folder: ``ab/<sha256>``, each file whole or absent.

A file is written under another name, forced to the disk and then renamed, before any row that names it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from django.conf import settings

INCOMING = "incoming"


def path_of(digest: str) -> Path:
    """Return where the bytes of a digest lie, whether or not they are there."""
    return Path(settings.EVIDENCE_FOLDER) / digest[:2] / digest


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a content, in hex."""
    return hashlib.sha256(content).hexdigest()


def matches(digest: str) -> bool:
    """Return whether the bytes on disk still have this digest; false when they are missing."""
    try:
        with path_of(digest).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return False


class Staging:
    """Files on their way in: written aside one by one, then all moved to their places by ``settle``.

    Leaving the ``with`` block without ``settle`` keeps nothing.
    """

    def __enter__(self) -> Staging:
        root = Path(settings.EVIDENCE_FOLDER)
        incoming = root / INCOMING
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._aside = Path(tempfile.mkdtemp(dir=incoming))
        self._sizes: dict[str, int] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._aside)

    def add(self, content: bytes) -> str:
        """Write one file aside, unless its place is filled, and return its digest."""
        digest = digest_of(content)
        if digest not in self._sizes and not _is_in_place(digest, len(content)):
            self._sizes[digest] = len(content)
            handle = os.open(self._aside / digest, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        return digest

    def settle(self) -> None:
        """Force the files to the disk, move them to their places and force the names to the disk."""
        if not self._sizes:
            return
        places = {digest: path_of(digest) for digest in self._sizes}
        if len(places) == 1:
            (digest,) = places
            _sync(self._aside / digest)
        else:
            os.sync()
        for digest, place in places.items():
            _make_folder(place.parent)
            (self._aside / digest).replace(place)
        if len(places) == 1:
            for folder in (place.parent, place.parent.parent):
                _sync(folder)
        else:
            os.sync()


def _is_in_place(digest: str, size: int) -> bool:
    try:
        return path_of(digest).stat().st_size == size
    except FileNotFoundError:
        return False


def _make_folder(folder: Path) -> None:
    """Make one of the 256 folders of the evidence tree; most are there, so that is tried first."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
