"""Writing a snapshot: new blocks flow out of the database as text and into sorted Parquet, in runs of bounded size.

PostgreSQL sends a run of blocks by COPY into a file; DuckDB, which the snapshot is for anyway, reads it in parallel, sorts it
(by measure, place and day, so that a question about one measure reads a small part of each file) and writes one Parquet file
for each year in which facts happened. What one run needs of memory is bounded by ``MEMORY``; beyond it DuckDB sorts on disk.
Small files of one year are merged once there are ``MOST_ALIKE`` of about one size, so their number stays small however often
the snapshot is brought up to date, and no fact is rewritten more than ``TIERS`` times. New facts are added to the cells of their
year, which are written again: a year has few of them, however many its facts.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psycopg

from bangfu.foundation.ledger.snapshots.cells import cells_over
from bangfu.foundation.ledger.snapshots.columns import (
    FACT_COLUMNS,
    FACT_ORDER,
    VERSION_COLUMNS,
    VERSION_ORDER,
    WORKED_OUT,
)
from bangfu.foundation.ledger.snapshots.manifest import (
    NAME,
    CellFile,
    DataFile,
    Manifest,
    ParquetFile,
    UnableToReadSnapshot,
    read_manifest,
    sync_folder,
    write_manifest,
)
from bangfu.foundation.ledger.snapshots.parquet import parquet_of, sha256_of, write_parquet
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both

ENTRIES_A_RUN = 2_000_000
"""About as many entries leave the database at a time."""
MOST_ALIKE = 8
"""So many files of a year with about as many rows (between two powers of eight) are merged into one."""
TIERS = 7
"""Files of 8 ** 7 = 2,097,152 rows and more are never merged again."""
MEMORY = "1GB"

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
    scratch: Path
    engine: duckdb.DuckDBPyConnection
    written: list[DataFile] = field(default_factory=list)

    def keep(self, rows: str, year: int | None) -> None:
        """Take the rows of a query in: facts of a year, or versions of reference data."""
        draft = self._draft(rows)
        first, last = self.engine.execute(
            f"SELECT min(block_id), max(block_id) FROM {parquet_of([draft])}"
        ).fetchall()[0]
        folder = "references" if year is None else f"facts/{year}"
        kept = self._taken_in(draft, f"{folder}/{first:09}-{last:09}")
        self.written.append(DataFile(**vars(kept), first_block=first, last_block=last, year=year))

    def sum_up(self, former: Sequence[CellFile]) -> list[CellFile]:
        """Return the cells of each year: the former ones, with the facts added that were written since."""
        cells = {one.year: one for one in former}
        for year in sorted({one.year for one in self.written if one.year is not None}):
            facts = [one for one in self.written if one.year == year]
            before = [cells[year]] if year in cells else []
            rows = cells_over(
                [self.folder / one.path for one in facts], [self.folder / one.path for one in before]
            )
            last = max([*(one.last_block for one in facts), *(one.last_block for one in before)])
            kept = self._taken_in(self._draft(rows), f"cells/{year}/{last:09}")
            cells[year] = CellFile(**vars(kept), year=year, last_block=last)
        return [cells[year] for year in sorted(cells)]

    def _draft(self, rows: str) -> Path:
        draft = self.scratch / "rows.parquet"
        write_parquet(self.engine, rows, draft)
        return draft

    def _taken_in(self, draft: Path, name: str) -> ParquetFile:
        """Give a finished file its name, which ends with its digest."""
        digest, size = sha256_of(draft), draft.stat().st_size
        ((rows,),) = self.engine.execute(f"SELECT count(*) FROM {parquet_of([draft])}").fetchall()
        path = f"{name}-{digest[:12]}.parquet"
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)
        sync_folder(target.parent)
        return ParquetFile(path, digest, size, rows)


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
            drafts = _Drafts(folder, scratch, engine)
            done, wanted = 0, ledger.size - (former.size if former else 0)
            for first, last, entries in _runs(link, before, entries_a_run):
                _write_run(link, drafts, first, last)
                done += entries
                progress(done, wanted)
            kept = [*(former.files if former else ()), *drafts.written]
            rows = sum(one.rows for one in kept)
            if rows != ledger.size:
                raise UnableToWriteSnapshot("incomplete", rows=rows, size=ledger.size)
            cells = drafts.sum_up(former.cells if former else ())
            files, merged = _merged(drafts, kept)
        manifest = Manifest(
            ledger.origin, ledger.block, ledger.root, ledger.size, ledger.measures, tuple(files), tuple(cells)
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
    """Return the snapshot that stands in the folder; null if there is none to go on with."""
    try:
        former = read_manifest(folder)
    except UnableToReadSnapshot as refusal:
        if refusal.code not in ("missing", "earlier_format"):
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
    named = {one.path for one in former.parquet_files} if former else set()
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


def _write_run(link: psycopg.Connection, drafts: _Drafts, first: int, last: int) -> None:
    engine, scratch = drafts.engine, drafts.scratch
    facts = _copied(link, FACTS.format(first=first, last=last), scratch / "facts.csv")
    more = ", ".join(f"{sql} AS {name}" for name, (_, sql) in WORKED_OUT.items())
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE run AS SELECT * REPLACE (unhex(party) AS party), {more}"
        f" FROM {_csv(facts, {**FACT_COLUMNS, 'party': 'VARCHAR'})}"
    )
    years = engine.execute("SELECT DISTINCT year(happened_on) FROM run ORDER BY 1").fetchall()
    for (year,) in years:
        rows = f"SELECT * FROM run WHERE year(happened_on) = {year} ORDER BY {FACT_ORDER}"
        drafts.keep(rows, year)
    engine.execute("DROP TABLE run")
    versions = _copied(link, VERSIONS.format(first=first, last=last), scratch / "versions.csv")
    if versions.stat().st_size:
        rows = f"SELECT * FROM {_csv(versions, VERSION_COLUMNS)} ORDER BY {VERSION_ORDER}"
        drafts.keep(rows, None)


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


def _merged(drafts: _Drafts, kept: Sequence[DataFile]) -> tuple[list[DataFile], int]:
    """Return the files of the snapshot after merging small ones of about one size, and how many were merged."""
    files, gone = list(kept), 0
    for year in {one.year for one in kept}:
        for tier in range(TIERS):
            alike = [one for one in files if one.year == year and (one.rows.bit_length() - 1) // 3 == tier]
            if len(alike) < MOST_ALIKE:
                continue
            order = VERSION_ORDER if year is None else FACT_ORDER
            together = parquet_of(drafts.folder / one.path for one in alike)
            drafts.keep(f"SELECT * FROM {together} ORDER BY {order}", year)
            merged = drafts.written[-1]
            assert merged.rows == sum(one.rows for one in alike), "merging loses nothing"
            files = [*(one for one in files if one not in alike), merged]
            gone += len(alike)
    return sorted(files, key=lambda one: one.path), gone
