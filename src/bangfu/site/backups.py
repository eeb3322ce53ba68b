"""Backups: the database as PostgreSQL dumps it, the evidence, and the checkpoint by which a restored ledger is judged.

The keys of persons are a file of their own, written over the one before, so that whoever was erased cannot be read in an
older backup. The secrets (house's key, signing key) are never part of a backup.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings

from bangfu.foundation.ledger.checkpoints import note_of
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both
from bangfu.site.embedded.binaries import find_binaries

KEY_TABLES = ("people_personkey", "intake_sheetkey")
DUMP, KEYS, CHECKPOINT, EVIDENCE = "bangfu.dump", "keys.dump", "checkpoint.txt", "evidence"


class UnableToBackUp(Refusal):
    """Codes: ``failed``, ``not_empty``, ``no_backup``."""

    sentences = {
        "failed": both(
            "{program} 没有完成：{why}。没有留下半份备份，请解决后重试。",
            "{program} did not finish: {why}. No half a backup was left; mend it and try again.",
        ),
        "not_empty": both(
            "这个数据库里已经有数据表。请指定一个空的数据库（BANGFU_VAR 或 DATABASE_URL）再恢复。",
            "This database has tables already. Give an empty one (BANGFU_VAR or DATABASE_URL) to restore into.",
        ),
        "no_backup": both(
            "{folder} 里没有备份（缺 {file}）。请指定 bangfu backup 写出的文件夹。",
            "{folder} holds no backup ({file} is missing). Name a folder that bangfu backup wrote.",
        ),
    }


@dataclass(frozen=True)
class Copied:
    """What a backup or a restore went through."""

    files: int
    """Evidence files that were copied now; those that were there are left."""
    block: int | None
    """The newest block."""


def back_up(folder: Path, *, owner: str, progress: Callable[[int, int], None]) -> Copied:
    """Write a backup into a folder; over one that is there, whose evidence is kept.

    Each file takes its place when it is whole: cut short, the backup before it stands.

    Args: owner: the address of the database as its owner.

    Raises: UnableToBackUp: ``failed``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    newest = latest_block()
    note = note_of(newest.number) if newest else None
    _written(folder / CHECKPOINT, lambda part: part.write_text(note or "", encoding="utf-8"))
    without = [f"--exclude-table-data={table}" for table in KEY_TABLES]
    _dump(folder / DUMP, owner, without)
    _dump(folder / KEYS, owner, ["--data-only", *(f"--table={table}" for table in KEY_TABLES)])
    files = _copy_missing(Path(settings.EVIDENCE_FOLDER), folder / EVIDENCE, progress)
    return Copied(files, newest.number if newest else None)


def require_empty(owner: str) -> None:
    """Refuse a database that has tables.

    Raises: UnableToBackUp: ``not_empty``.
    """
    with psycopg.connect(owner) as link:
        found = link.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')").fetchone()
    if found and found[0]:
        raise UnableToBackUp("not_empty")


def restore(folder: Path, *, owner: str, evidence: Path, progress: Callable[[int, int], None]) -> int:
    """Restore a backup into an empty database, and its evidence beside it; return how many files were copied.

    Raises: UnableToBackUp: ``no_backup``, ``not_empty``, ``failed``; a restore that failed leaves the database empty.
    """
    for name in (DUMP, KEYS, CHECKPOINT):
        if not (folder / name).is_file():
            raise UnableToBackUp("no_backup", folder=str(folder), file=name)
    require_empty(owner)
    _restored(folder / DUMP, owner)
    _restored(folder / KEYS, owner)
    return _copy_missing(folder / EVIDENCE, evidence, progress) if (folder / EVIDENCE).is_dir() else 0


def kept_checkpoint(folder: Path) -> str | None:
    """Return the checkpoint that a backup holds; null if nothing was sealed then."""
    return (folder / CHECKPOINT).read_text(encoding="utf-8") or None


def _dump(target: Path, owner: str, options: list[str]) -> None:
    def write(part: Path) -> None:
        _run(
            "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", *options, f"--file={part}"], owner
        )

    _written(target, write)


def _restored(dump: Path, owner: str) -> None:
    _run(
        "pg_restore",
        ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(dump)],
        owner,
    )


def _run(program: str, options: list[str], owner: str) -> None:
    path = find_binaries().folder / program
    # The address holds a password: it goes by the environment, where other users of the machine do not read it.
    where = psycopg.conninfo.conninfo_to_dict(owner)
    named = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    environment = os.environ | {named[key]: str(value) for key, value in where.items() if key in named}
    into = [f"--dbname={where['dbname']}"] if program == "pg_restore" else []
    done = subprocess.run(
        [path, *into, *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise UnableToBackUp("failed", program=program, why=" ".join(done.stderr.split())[-300:])


def _written(target: Path, write: Callable[[Path], object]) -> None:
    """Let a file be written under another name, and put it in its place when it is on the disk."""
    part = target.with_name(f"{target.name}.unfinished")
    part.unlink(missing_ok=True)
    try:
        write(part)
        part.chmod(0o600)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy_missing(origin: Path, target: Path, progress: Callable[[int, int], None]) -> int:
    """Copy the files that are not there yet: they are named by their digest, so one that is there is the same."""
    missing = [
        path
        for path in sorted(origin.glob("*/*"))
        if path.is_file() and not (target / path.relative_to(origin)).exists()
    ]
    for number, path in enumerate(missing, 1):
        place = target / path.relative_to(origin)
        place.parent.mkdir(parents=True, exist_ok=True)
        _written(place, lambda part, path=path: shutil.copyfile(path, part))  # type: ignore[misc]
        progress(number, len(missing))
    return len(missing)
