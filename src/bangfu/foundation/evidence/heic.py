"""HEIC, as phones keep photographs (ISO/IEC 23008-12): drawn by a process of its own as a JPEG that Pillow reads."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

_CHILD = Path(__file__).with_name("heic_child.py")
_PATIENCE_S = 60


@lru_cache(maxsize=2)
def as_jpeg(content: bytes) -> bytes | None:
    """Return a HEIC as a JPEG of at most 1,280 points a side, upright, with its Exif; null when it cannot be drawn."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", _CHILD],
            input=content,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None
