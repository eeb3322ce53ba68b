"""What a snapshot holds: its files, the block that they reach, and that block's root."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both

NAME = "manifest.json"
FORMAT = 2


class UnableToReadSnapshot(Refusal):
    """Codes: ``missing``, ``too_old``, ``earlier_format``, ``another_format``, ``broken``."""

    sentences = {
        "missing": both(
            "{folder} 里没有快照。请先运行 bangfu ledger snapshot。",
            "There is no snapshot in {folder}. Run bangfu ledger snapshot first.",
        ),
        "too_old": both(
            "快照只到区块 {reached}，问的是区块 {asked}。请先运行 bangfu ledger snapshot，或加 --as-of {reached}。",
            "The snapshot reaches block {reached}, and block {asked} is asked for. Run bangfu ledger snapshot, or add"
            " --as-of {reached}.",
        ),
        "earlier_format": both(
            "{folder} 里的快照由较早的版本写成。请运行 bangfu ledger snapshot，会整个重写。",
            "An earlier version wrote the snapshot in {folder}. Run bangfu ledger snapshot, which writes all of it anew.",
        ),
        "another_format": both(
            "{folder} 里的快照由另一版本写成。请运行 bangfu ledger snapshot --anew 重写。",
            "The snapshot in {folder} was written by another version. Write it anew: bangfu ledger snapshot --anew.",
        ),
        "broken": both(
            "{folder} 里的快照清单读不出来。请运行 bangfu ledger snapshot --anew 重写。",
            "The manifest of the snapshot in {folder} cannot be read. Write it anew: bangfu ledger snapshot --anew.",
        ),
    }


@dataclass(frozen=True)
class ParquetFile:
    """One Parquet file of a snapshot."""

    path: str
    """Within the snapshot's folder."""
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class DataFile(ParquetFile):
    """A file of entries of the ledger."""

    first_block: int
    last_block: int
    year: int | None
    """The year in which its facts happened; null for reference data."""

    @property
    def is_facts(self) -> bool:
        """Whether it holds facts, and not versions of reference data."""
        return self.year is not None


@dataclass(frozen=True)
class CellFile(ParquetFile):
    """A file of cells: all facts of a year, summed by measure, county and month."""

    year: int
    last_block: int
    """The last block that has facts of the year; as of an earlier one the facts themselves are asked."""


@dataclass(frozen=True)
class Manifest:
    """A whole snapshot."""

    ledger: str
    """The ledger's origin, as its checkpoints name it."""
    block: int
    """The last block that it holds."""
    root: str
    """The root of the ledger's tree after that block, in hexadecimal, as its checkpoint signs it."""
    size: int
    """Entries of the ledger up to the block, of facts and versions together."""
    measures: Mapping[str, int]  # by code: the number that facts bear
    files: tuple[DataFile, ...]
    cells: tuple[CellFile, ...]

    @property
    def rows(self) -> int:
        """Facts and versions in all files."""
        return sum(one.rows for one in self.files)

    def facts(
        self, *, block: int, starts_on: date | None = None, ends_on: date | None = None
    ) -> list[DataFile]:
        """Return the files that can hold facts sealed by a block, of days from ``starts_on`` to before ``ends_on``.

        Args: starts_on, ends_on: null is without such an end.
        """
        return [
            one
            for one in self.files
            if one.year is not None
            and one.first_block <= block
            and (starts_on is None or one.year >= starts_on.year)
            and (ends_on is None or one.year <= (ends_on - timedelta(days=1)).year)
        ]

    @property
    def parquet_files(self) -> list[ParquetFile]:
        """All files: of entries, and of cells."""
        return [*self.files, *self.cells]

    @property
    def references(self) -> list[DataFile]:
        """The files with versions of reference data."""
        return [one for one in self.files if not one.is_facts]

    def require_block(self, block: int) -> None:
        """Refuse a question as of a block that lies behind this snapshot.

        Raises: UnableToReadSnapshot: ``too_old``.
        """
        if block > self.block:
            raise UnableToReadSnapshot("too_old", reached=self.block, asked=block)


def has_manifest(folder: Path) -> bool:
    """Return whether somebody keeps a snapshot in a folder."""
    return (folder / NAME).is_file()


def read_manifest(folder: Path) -> Manifest:
    """Return what the snapshot in a folder holds.

    Raises: UnableToReadSnapshot: ``missing``, ``earlier_format``, ``another_format``, ``broken``.
    """
    try:
        said: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if (written := said.pop("format")) != FORMAT:
            raise UnableToReadSnapshot(
                "earlier_format" if written < FORMAT else "another_format", folder=folder
            )
        files = tuple(DataFile(**one) for one in said["files"])
        cells = tuple(CellFile(**one) for one in said["cells"])
        return Manifest(**{**said, "files": files, "cells": cells})
    except FileNotFoundError:
        raise UnableToReadSnapshot("missing", folder=folder) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnableToReadSnapshot("broken", folder=folder) from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Let a snapshot count from now on, whole or not at all."""
    said = {"format": FORMAT, **asdict(manifest)}
    draft = folder / f"{NAME}.draft"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / NAME)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder outlive the machine's end."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
