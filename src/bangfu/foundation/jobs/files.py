"""Files that jobs made: kept for some days for whoever asked, under names that nobody guesses."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from bangfu.foundation.jobs.models import Job


def folder() -> Path:
    """Return the folder of the files of jobs, which only the house's own account may read."""
    found = Path(settings.JOBS_FOLDER)
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


@contextmanager
def being_written(suffix: str) -> Iterator[Path]:
    """Give the path of a new file; unless a job keeps it, it is gone afterwards."""
    number, name = tempfile.mkstemp(prefix="unfinished-", suffix=suffix, dir=folder())
    os.close(number)
    path = Path(name)
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def keep_file(job: Job, path: Path) -> str:
    """Move a finished file to where a job keeps its own, and return its name there."""
    name = f"{job.pk}-{secrets.token_hex(16)}{path.suffix}"
    shutil.move(path, folder() / name)
    return name


def file_of(job: Job) -> Path | None:
    """Return the file of a job, or null if it has none or it was forgotten."""
    path = folder() / job.file if job.file else None
    return path if path is not None and path.is_file() else None
