"""Whether a snapshot's files are what its manifest says, and its block is the ledger's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg

from bangfu.foundation.ledger.snapshots.cells import different_cells
from bangfu.foundation.ledger.snapshots.manifest import Manifest, read_manifest
from bangfu.foundation.ledger.snapshots.parquet import sha256_of
from bangfu.foundation.rooms import Words, both

COUNTS = "SELECT block_id, count(*) FROM read_parquet($paths) GROUP BY block_id"
SEALED = "SELECT number, fact_count, version_count FROM ledger_block WHERE number <= %s"
FAULTS = {
    "gone": both("{path}：文件没有了", "{path} is gone"),
    "changed": both("{path}：内容与写下时不同", "{path} is not what was written"),
    "rows": both(
        "{path}：应有 {wanted} 行，现有 {found} 行", "{path} should have {wanted} rows and has {found}"
    ),
    "cells": both(
        "{path}：有 {different} 格与事实合计不符。请运行 bangfu ledger snapshot --anew 重写。",
        "{path}: {different} cells differ from the sum of their facts. Write it anew: bangfu ledger snapshot --anew.",
    ),
    "root": both("区块 {block} 的根不是账册里的根", "block {block} has another root than in the ledger"),
    "block": both(
        "区块 {block}：账册里是 {wanted} 条，快照里是 {found} 条",
        "block {block}: the ledger has {wanted} entries, the snapshot {found}",
    ),
}


def verify_snapshot(folder: Path, address: str) -> tuple[Manifest, list[Words]]:
    """Return the manifest of a snapshot, and what does not fit: digests, rows, cells, and entries of each block.

    Args: address: of the ledger's database.

    Raises: UnableToReadSnapshot: ``missing``, ``another_format``, ``broken``.
    """
    manifest = read_manifest(folder)
    faults = [*_files(folder, manifest)]
    if not faults:
        faults += _cells(folder, manifest)
        faults += _against(folder, manifest, address)
    return manifest, faults


def _files(folder: Path, manifest: Manifest) -> Iterator[Words]:
    with duckdb.connect() as engine:
        for one in manifest.parquet_files:
            path = folder / one.path
            if not path.is_file():
                yield FAULTS["gone"].filled(path=one.path)
            elif sha256_of(path) != one.sha256:
                yield FAULTS["changed"].filled(path=one.path)
            else:
                counted = engine.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall()
                if counted[0][0] != one.rows:
                    yield FAULTS["rows"].filled(path=one.path, wanted=one.rows, found=counted[0][0])


def _cells(folder: Path, manifest: Manifest) -> Iterator[Words]:
    with duckdb.connect() as engine:
        for one in manifest.cells:
            facts = [folder / each.path for each in manifest.files if each.year == one.year]
            if different := different_cells(engine, facts, folder / one.path):
                yield FAULTS["cells"].filled(path=one.path, different=different)


def _against(folder: Path, manifest: Manifest, address: str) -> Iterator[Words]:
    with psycopg.connect(address) as link:
        root = link.execute(
            "SELECT encode(root, 'hex') FROM ledger_checkpoint WHERE block_id = %s", [manifest.block]
        ).fetchone()
        if root is None or root[0] != manifest.root:
            yield FAULTS["root"].filled(block=manifest.block)
            return
        sealed = link.execute(SEALED, [manifest.block]).fetchall()
    facts, versions = (
        _counted([str(folder / one.path) for one in manifest.files if one.is_facts is is_facts])
        for is_facts in (True, False)
    )
    for number, fact_count, version_count in sorted(sealed):
        found = facts.get(number, 0) + versions.get(number, 0)
        if (facts.get(number, 0), versions.get(number, 0)) != (fact_count, version_count):
            yield FAULTS["block"].filled(block=number, wanted=fact_count + version_count, found=found)


def _counted(paths: list[str]) -> dict[int, int]:  # by block
    if not paths:
        return {}
    with duckdb.connect() as engine:
        return dict(engine.execute(COUNTS, {"paths": paths}).fetchall())
