"""Writing a snapshot: new blocks flow out of the database as text and into sorted Parquet, in runs of bounded size.

PostgreSQL sends a run of blocks by COPY into a file; DuckDB, which the snapshot is for anyway, reads it in parallel, sorts it
(by measure, place and day, so that a question about one measure reads a small part of each file) and writes one Parquet file
for each year in which facts happened. What one run needs of memory is bounded by ``MEMORY``; beyond it DuckDB sorts on disk.
Small files of one year are merged once there are ``MOST_ALIKE`` of about one size, so their number stays small however often
the snapshot is brought up to date, and no fact is rewritten more than ``TIERS`` times.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psycopg

from bangfu.foundation.ledger.snapshots.manifest import (
    NAME,
    DataFile,
    Manifest,
    UnableToReadSnapshot,
    read_manifest,
    sync_folder,
    write_manifest,
)
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both

ENTRIES_A_RUN = 2_000_000
"""About as many entries leave the database at a time."""
MOST_ALIKE = 8
"""So many files of a year with about as many rows (between two powers of eight) are merged into one."""
TIERS = 7
"""Files of 8 ** 7 = 2,097,152 rows and more are never merged again."""
MEMORY = "1GB"
ROW_GROUP = 122_880

FACT_COLUMNS = {
    "id": "BIGINT", "block_id": "BIGINT", "position": "BIGINT", "measure_id": "SMALLINT", "quantity": "DECIMAL(20, 4)",
    "unit_id": "BIGINT", "place_id": "BIGINT", "line_id": "SMALLINT", "party": "BLOB", "subject_type": "SMALLINT",
    "subject_id": "BIGINT", "happened_on": "DATE", "reverses_id": "BIGINT",
}  # fmt: skip
"""As DuckDB reads them; a party is its sixteen bytes, since Spark knows no UUID."""
ANCESTORS = {10**10: ("province", "SMALLINT"), 10**8: ("city", "SMALLINT"), 10**6: ("county", "INTEGER"),
             10**3: ("town", "INTEGER")}  # fmt: skip
"""By the size of a level: the column with the whole part of the place's number over it, as questions group by it."""
WORKED_OUT = {
    **{name: (kind, f"(place_id // {size})::{kind}") for size, (name, kind) in ANCESTORS.items()},
    "month": ("DATE", "date_trunc('month', happened_on)::DATE"),
}
"""Columns that follow from others, kept since working them out for millions of rows costs more than reading them."""
VERSION_COLUMNS = {
    "id": "BIGINT", "block_id": "BIGINT", "position": "BIGINT", "kind": "SMALLINT", "key": "VARCHAR", "about": "BIGINT",
    "content": "VARCHAR", "is_removed": "BOOLEAN",
}  # fmt: skip
FACT_ORDER = "measure_id, place_id, happened_on, id"
VERSION_ORDER = "kind, id"

FACTS = """
COPY (SELECT fact.id, member.block_id, member.position, fact.measure_id, fact.quantity, fact.unit_id, fact.place_id, fact.line_id,
             replace(fact.party::text, '-', ''), fact.subject_type, fact.subject_id, fact.happened_on, fact.reverses_id
        FROM ledger_member member JOIN ledger_fact fact ON fact.id = member.fact_id
       WHERE member.block_id BETWEEN {first} AND {last}) TO STDOUT (FORMAT csv)
"""
VERSIONS = """
COPY (SELECT version.id, member.block_id, member.position, version.kind, version.key, version.about, version.content,
             version.is_removed
        FROM ledger_referencemember member JOIN ledger_referenceversion version ON version.id = member.version_id
       WHERE member.block_id BETWEEN {first} AND {last}) TO STDOUT (FORMAT csv)
"""


class UnableToWriteSnapshot(Refusal):
    """Codes: ``nothing_sealed``, ``another_ledger``, ``at_work``, ``incomplete``."""

    sentences = {
        "nothing_sealed": both(
            "账册还没有封存的区块，没有可写的。请先登记并等待封存。",
            "The ledger has no sealed block yet, so there is nothing to write. Post facts and wait for the sealer.",
        ),
        "another_ledger": both(
            "{folder} 里的快照不是这本账册的（区块 {block} 的根不同）。请另指文件夹，或加 --anew 重写。",
            "The snapshot in {folder} is not of this ledger: block {block} has another root. Name another folder, or write it"
            " anew with --anew.",
        ),
        "at_work": both(
            "另一个进程正在写 {folder}。请等它写完。",
            "Another process is writing {folder}. Wait until it has finished.",
        ),
        "incomplete": both(
            "写出 {rows} 条，账册里是 {size} 条；原有快照保持不变。请运行 bangfu ledger verify 查明。",
            "{rows} entries were written and the ledger has {size}; the former snapshot stays. Find out with bangfu ledger"
            " verify.",
        ),
    }


@dataclass(frozen=True)
class Written:
    """What a run did."""

    manifest: Manifest
    before: int
    """The block that the snapshot reached before; 0 for none."""
    rows: int
    """New entries."""
    merged: int
    """Files that were merged into others."""


@dataclass(frozen=True)
class _Ledger:
    origin: str
    block: int
    root: str
    size: int
    measures: dict[str, int]


@dataclass
class _Drafts:
    """The files of a run that no manifest names yet."""

    folder: Path
    engine: duckdb.DuckDBPyConnection
    written: list[DataFile] = field(default_factory=list)

    def keep(self, draft: Path, folder: str, year: int | None) -> None:
        """Take a finished Parquet file in under a name of its own."""
        digest = sha256_of(draft)
        rows, first, last = self.engine.execute(
            "SELECT count(*), min(block_id), max(block_id) FROM read_parquet(?)", [str(draft)]
        ).fetchall()[0]
        path = f"{folder}/{first:09}-{last:09}-{digest[:12]}.parquet"
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        size = draft.stat().st_size
        draft.replace(target)
        sync_folder(target.parent)
        self.written.append(DataFile(path, digest, size, rows, first, last, year))


def write_snapshot(
    address: str,
    folder: Path,
    *,
    anew: bool = False,
    entries_a_run: int = ENTRIES_A_RUN,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Written:
    """Bring the snapshot in a folder up to the newest sealed block, and return what was written.

    Args:
        address: of the database; a role that may read suffices.
        anew: write everything again, whatever stands there.
        progress: told entries done and all.

    Raises: UnableToWriteSnapshot: see its codes; the former snapshot stays. UnableToReadSnapshot: ``another_format``, ``broken``.
    Locks: the folder; one run at a time.
    """
    with psycopg.connect(address) as link:
        link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        link.read_only = True
        return write_from(link, folder, anew=anew, entries_a_run=entries_a_run, progress=progress)


def write_from(
    link: psycopg.Connection,
    folder: Path,
    *,
    anew: bool = False,
    entries_a_run: int = ENTRIES_A_RUN,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Written:
    """Do what ``write_snapshot`` does with what one connection sees; during it, nothing may change that it sees."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _alone(folder):
        ledger = _ledger(link)
        former = None if anew else _former(link, folder)
        _remove_unnamed(folder, former)
        before = former.block if former else 0
        with _scratch(folder) as scratch, _engine(scratch) as engine:
            drafts = _Drafts(folder, engine)
            done, wanted = 0, ledger.size - (former.size if former else 0)
            for first, last, entries in _runs(link, before, entries_a_run):
                _write_run(link, drafts, scratch, first, last)
                done += entries
                progress(done, wanted)
            kept = [*(former.files if former else ()), *drafts.written]
            rows = sum(one.rows for one in kept)
            if rows != ledger.size:
                raise UnableToWriteSnapshot("incomplete", rows=rows, size=ledger.size)
            files, merged = _merged(drafts, scratch, kept)
        manifest = Manifest(
            ledger.origin, ledger.block, ledger.root, ledger.size, ledger.measures, tuple(files)
        )
        write_manifest(folder, manifest)
        return Written(manifest, before, done, merged)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnableToWriteSnapshot("at_work", folder=folder) from None
        yield


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    scratch = Path(tempfile.mkdtemp(prefix="draft-", dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch)


@contextmanager
def _engine(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY}'")
        engine.execute("SET temp_directory = $folder", {"folder": str(scratch / "sorting")})
        engine.execute("SET preserve_insertion_order = false")
        yield engine


def _ledger(link: psycopg.Connection) -> _Ledger:
    found = link.execute(
        "SELECT block_id, encode(root, 'hex'), size, split_part(note, E'\\n', 1) FROM ledger_checkpoint"
        " ORDER BY block_id DESC LIMIT 1"
    ).fetchone()
    if found is None:
        raise UnableToWriteSnapshot("nothing_sealed")
    block, root, size, origin = found
    measures = link.execute("SELECT code, id FROM ledger_cataloguemeasure ORDER BY code").fetchall()
    return _Ledger(origin, block, root, size, dict(measures))


def _former(link: psycopg.Connection, folder: Path) -> Manifest | None:
    """Return the snapshot that stands in the folder; null if there is none."""
    try:
        former = read_manifest(folder)
    except UnableToReadSnapshot as refusal:
        if refusal.code != "missing":
            raise
        return None
    known = link.execute(
        "SELECT encode(root, 'hex') FROM ledger_checkpoint WHERE block_id = %s", [former.block]
    ).fetchone()
    if known is None or known[0] != former.root:
        raise UnableToWriteSnapshot("another_ledger", folder=folder, block=former.block)
    return former


def _remove_unnamed(folder: Path, former: Manifest | None) -> None:
    """Remove what neither the snapshot nor anybody who still reads the one before it can need.

    A run that writes anew leaves everything, for the snapshot that stands there counts until it is replaced.
    """
    for draft in folder.glob("draft-*"):
        shutil.rmtree(draft)
    if former is None and (folder / NAME).exists():
        return
    named = {one.path for one in former.files} if former else set()
    for path in folder.glob("*/**/*.parquet"):
        if str(path.relative_to(folder)) not in named:
            path.unlink()


def _runs(link: psycopg.Connection, before: int, entries_a_run: int) -> Iterator[tuple[int, int, int]]:
    """Give runs of new blocks, each with about so many entries: the first block, the last one and the entries."""
    blocks = link.execute(
        "SELECT number, fact_count + version_count FROM ledger_block WHERE number > %s ORDER BY number",
        [before],
    ).fetchall()
    first, entries = None, 0
    for number, count in blocks:
        first = number if first is None else first
        entries += count
        if entries >= entries_a_run:
            yield first, number, entries
            first, entries = None, 0
    if first is not None:
        yield first, blocks[-1][0], entries


def _write_run(link: psycopg.Connection, drafts: _Drafts, scratch: Path, first: int, last: int) -> None:
    engine = drafts.engine
    facts = _copied(link, FACTS.format(first=first, last=last), scratch / "facts.csv")
    more = ", ".join(f"{sql} AS {name}" for name, (_, sql) in WORKED_OUT.items())
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE run AS SELECT * REPLACE (unhex(party) AS party), {more}"
        f" FROM {_csv(facts, {**FACT_COLUMNS, 'party': 'VARCHAR'})}"
    )
    years = engine.execute("SELECT DISTINCT year(happened_on) FROM run ORDER BY 1").fetchall()
    for (year,) in years:
        rows = f"SELECT * FROM run WHERE year(happened_on) = {year} ORDER BY {FACT_ORDER}"
        drafts.keep(_parquet(engine, rows, scratch), f"facts/{year}", year)
    engine.execute("DROP TABLE run")
    versions = _copied(link, VERSIONS.format(first=first, last=last), scratch / "versions.csv")
    if versions.stat().st_size:
        rows = f"SELECT * FROM {_csv(versions, VERSION_COLUMNS)} ORDER BY {VERSION_ORDER}"
        drafts.keep(_parquet(engine, rows, scratch), "references", None)


def _copied(link: psycopg.Connection, statement: str, file: Path) -> Path:
    """Return the file to which the rows of a COPY went."""
    with link.cursor() as cursor, cursor.copy(statement) as rows, file.open("wb") as out:
        out.writelines(rows)
    return file


def _csv(file: Path, columns: dict[str, str]) -> str:
    """Return the SQL by which DuckDB reads what PostgreSQL wrote."""
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    quoted = str(file).replace("'", "''")
    return (
        f"read_csv('{quoted}', auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"',"
        f" nullstr = '', max_line_size = 16777216, columns = {{{kinds}}})"
    )


def _parquet(engine: duckdb.DuckDBPyConnection, rows: str, scratch: Path) -> Path:
    """Return the Parquet file with the rows of a query, on the disk."""
    draft = scratch / "rows.parquet"
    quoted = str(draft).replace("'", "''")
    engine.execute(
        f"COPY ({rows}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    return draft


def _merged(drafts: _Drafts, scratch: Path, kept: Sequence[DataFile]) -> tuple[list[DataFile], int]:
    """Return the files of the snapshot after merging small ones of about one size, and how many were merged."""
    files, gone = list(kept), 0
    for year in {one.year for one in kept}:
        for tier in range(TIERS):
            alike = [one for one in files if one.year == year and (one.rows.bit_length() - 1) // 3 == tier]
            if len(alike) < MOST_ALIKE:
                continue
            order = VERSION_ORDER if year is None else FACT_ORDER
            paths = ", ".join("'" + str(drafts.folder / one.path).replace("'", "''") + "'" for one in alike)
            rows = f"SELECT * FROM read_parquet([{paths}]) ORDER BY {order}"
            drafts.keep(_parquet(drafts.engine, rows, scratch), alike[0].path.rpartition("/")[0], year)
            merged = drafts.written[-1]
            assert merged.rows == sum(one.rows for one in alike), "merging loses nothing"
            files = [*(one for one in files if one not in alike), merged]
            gone += len(alike)
    return sorted(files, key=lambda one: one.path), gone


def sha256_of(path: Path) -> str:
    """Return a file's digest in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
