"""Verifying the whole ledger: every leaf from its row's fields, every root from the leaves, every checkpoint's signature.

Nothing is trusted but the rows as they are read: not that triggers were on, nor that the sealer did its work. Blocks are
read by several processes; the tree is grown over their leaves in order, so memory stays small whatever the ledger's size.
What was changed together with its leaf, its root and its signature (by somebody who also has the key) does not fit a
checkpoint that somebody outside has kept.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import psycopg

from bangfu.foundation.ledger.leaves import fact_texts, reference_texts
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.proofs.tree import HASH_BYTES, Frontier
from bangfu.foundation.ledger.proofs.verify import FACT_PREFIX, REFERENCE_PREFIX, UnableToVerify
from bangfu.foundation.rooms import Words, both

ENTRIES_AT_A_TIME = 50_000
"""About as many entries one process reads at a time."""

_FACTS = f"""
COPY (SELECT member.block_id, member.position, encode(member.secret, 'hex'), encode(member.leaf, 'hex'), member.fact_id,
             {", ".join(fact_texts("fact"))}
        FROM ledger_member member LEFT JOIN ledger_fact fact ON fact.id = member.fact_id
       WHERE member.block_id BETWEEN {{0}} AND {{1}} ORDER BY member.block_id, member.position) TO STDOUT
"""
_VERSIONS = f"""
COPY (SELECT member.block_id, member.position, encode(member.secret, 'hex'), encode(member.leaf, 'hex'), member.version_id,
             {", ".join(reference_texts("version"))}
        FROM ledger_referencemember member LEFT JOIN ledger_referenceversion version ON version.id = member.version_id
       WHERE member.block_id BETWEEN {{0}} AND {{1}} ORDER BY member.block_id, member.position) TO STDOUT
"""
_HEAD = 5
"""Columns before an entry's fields."""
_ESCAPES = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


FAULTS = {
    "changed": both("内容与封存时不同", "differs from what was sealed"),
    "dropped": both("已封存，现在没有了", "was sealed and is gone"),
    "moved": both("不在封存时的位置", "does not stand where it was sealed"),
    "inserted": both("没有经过封存", "came in past the sealer"),
    "block_missing": both("没有了", "is gone"),
    "root": both("与签名的根不符", "does not have the root that was signed"),
    "signature": both("没有本账册的有效签名", "has no valid signature of this ledger"),
    "fork": both(
        "与现在的账册不是同一本：账册被改写过", "is not of this ledger as it is now: it was rewritten"
    ),
    "truncated": both("比现在的账册还长：账册被截短过", "is longer than the ledger is now: it was cut off"),
}
"""What may be wrong with an entry, a block or a kept checkpoint, in words."""


@dataclass(frozen=True)
class Fault:
    """Something that does not fit."""

    code: str
    """A key of ``FAULTS``."""
    what: str
    """The entry or block: ``fact 12``, ``version 3``, ``block 7``."""
    block: int | None = None

    @property
    def words(self) -> Words:
        """The fault as a sentence."""
        return both("{what} {fault}", "{what} {fault}").filled(what=self.what, fault=FAULTS[self.code])


@dataclass(frozen=True)
class Verdict:
    """What verifying found."""

    faults: tuple[Fault, ...]
    blocks: int
    entries: int
    root: bytes
    """Over all entries, as it was computed here."""

    @property
    def first(self) -> Fault | None:
        """The first thing that does not fit, in the ledger's order; null if all fits."""
        return self.faults[0] if self.faults else None


@dataclass(frozen=True)
class _Sealed:
    number: int
    facts: int
    versions: int
    size: int | None
    root: bytes | None
    frontier: bytes | None
    note: str | None

    @property
    def entries(self) -> int:
        """Facts and versions."""
        return self.facts + self.versions


@dataclass(frozen=True)
class _Read:
    """What one process found in a run of blocks."""

    leaves: dict[int, bytes]
    """Leaf hashes in a row, by block, as they were sealed; what its fields do not make is among the faults."""
    faults: list[Fault]


def verify_ledger(
    address: str,
    *,
    processes: int = 1,
    kept: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Verdict:
    """Verify the ledger of a database, and return everything that does not fit.

    Args:
        address: of the database; a role that may read suffices.
        processes: how many read blocks at a time.
        kept: checkpoints that somebody outside has kept, as signed notes.
        progress: told entries done and all.
    """
    with psycopg.connect(address) as link:
        link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        link.read_only = True
        blocks = _blocks(link)
        keys = link.execute("SELECT name, public_key FROM ledger_signingkey ORDER BY id").fetchall()
        faults = [*_missing_blocks(blocks), *_outside(link)]
    known = [(str(name), base64.b64decode(str(key))) for name, key in keys]
    frontier, done, all_ = Frontier(), 0, sum(one.entries for one in blocks)
    roots: dict[int, bytes] = {}
    wanted = {statement.size for statement, _ in _statements(kept, known)}
    for run, read in _in_order(address, list(_runs(blocks)), processes):
        faults.extend(read.faults)
        for block in run:
            content = read.leaves.get(block.number, b"")
            hashes = [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
            for size in sorted(
                size for size in wanted if frontier.size < size <= frontier.size + len(hashes)
            ):
                roots[size] = frontier.extended(hashes[: size - frontier.size]).root
            frontier = frontier.extended(hashes)
            found = _signed(block, frontier, known)
            faults.extend(found)
            frontier = _as_signed(block, known) or frontier if found else frontier
            done += block.entries
            progress(done, all_)
    faults.extend(_kept(kept, known, roots, frontier))
    faults.sort(key=lambda fault: (fault.block is None, fault.block or 0))
    return Verdict(tuple(faults), len(blocks), frontier.size, frontier.root)


def _blocks(link: psycopg.Connection[tuple[object, ...]]) -> list[_Sealed]:
    rows = link.execute(
        "SELECT block.number, fact_count, version_count, size, root, frontier, note FROM ledger_block block"
        " LEFT JOIN ledger_checkpoint ON block_id = block.number ORDER BY block.number"
    )
    return [_Sealed(*row) for row in rows]  # type: ignore[arg-type]


def _missing_blocks(blocks: list[_Sealed]) -> list[Fault]:
    numbers = [0, *(one.number for one in blocks)]
    return [
        Fault("block_missing", f"block {before + 1}", before + 1)
        for before, number in pairwise(numbers)
        if number != before + 1
    ]


def _outside(link: psycopg.Connection[tuple[object, ...]]) -> list[Fault]:
    """Return entries that no block holds and that do not wait for one, and what stands in no block that there is."""
    faults = []
    for name, table, members, queue in (
        ("fact", "ledger_fact", "ledger_member", "ledger_unsealed"),
        ("version", "ledger_referenceversion", "ledger_referencemember", "ledger_unsealedversions"),
    ):
        for (key,) in link.execute(
            f"SELECT entry.id FROM {table} entry LEFT JOIN {members} member ON member.{name}_id = entry.id"
            f" WHERE member.{name}_id IS NULL AND NOT EXISTS (SELECT 1 FROM {queue} waiting"
            f"  WHERE entry.id BETWEEN waiting.first_{name} AND waiting.last_{name}) ORDER BY entry.id LIMIT 100"
        ).fetchall():
            faults.append(Fault("inserted", f"{name} {key}"))
        for key, number in link.execute(
            f"SELECT member.{name}_id, member.block_id FROM {members} member LEFT JOIN ledger_block block"
            f" ON block.number = member.block_id WHERE block.number IS NULL ORDER BY 2, 1 LIMIT 100"
        ).fetchall():
            faults.append(Fault("inserted", f"{name} {key}", int(str(number))))
    return faults


def _runs(blocks: list[_Sealed]) -> Iterator[list[_Sealed]]:
    run: list[_Sealed] = []
    entries = 0
    for block in blocks:
        run.append(block)
        entries += block.entries
        if entries >= ENTRIES_AT_A_TIME:
            yield run
            run, entries = [], 0
    if run:
        yield run


def _in_order(
    address: str, runs: list[list[_Sealed]], processes: int
) -> Iterator[tuple[list[_Sealed], _Read]]:
    if processes == 1 or len(runs) == 1:
        for run in runs:
            yield run, _read_run(address, run)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from zip(runs, pool.map(_read_run, [address] * len(runs), runs), strict=True)


def _read_run(address: str, run: list[_Sealed]) -> _Read:
    leaves = {block.number: bytearray() for block in run}
    faults: list[Fault] = []
    first, last = run[0].number, run[-1].number
    with psycopg.connect(address) as link:
        link.execute("SET timezone = 'UTC'")
        for name, statement, prefix, fields in (
            ("fact", _FACTS, FACT_PREFIX, len(verify.FACT_FIELDS)),
            ("version", _VERSIONS, REFERENCE_PREFIX, len(verify.REFERENCE_FIELDS)),
        ):
            with link.cursor() as cursor, cursor.copy(statement.format(first, last)) as copy:
                _read_entries(_lines(copy), name, prefix, fields, leaves, faults)
    for block in run:
        _fill(leaves[block.number], block.entries, block.number, faults)
    return _Read({number: bytes(content) for number, content in leaves.items()}, faults)


def _lines(copy: psycopg.Copy) -> Iterator[list[bytes]]:
    """Return the rows of a COPY as their escaped columns."""
    rest = b""
    for chunk in copy:
        whole = rest + bytes(chunk)
        *lines, rest = whole.split(b"\n")
        for line in lines:
            yield line.split(b"\t")


def _read_entries(
    lines: Iterator[list[bytes]],
    name: str,
    prefix: bytes,
    fields: int,
    leaves: dict[int, bytearray],
    faults: list[Fault],
) -> None:
    """Compute the leaf of each entry, and compare it with the one that was sealed.

    The loop says in place what ``proofs.verify`` says by functions: it is where verifying spends its time.
    """
    sha256, sha512 = hashlib.sha256, hashlib.sha512
    counters = [bytes([counter]) for counter in range(-(-fields // (64 // verify.SALT_BYTES)))]
    starts = [number * verify.SALT_BYTES for number in range(fields)]
    size, begin = verify.SALT_BYTES, b"\x00" + prefix
    for columns in lines:
        block, position = int(columns[0]), int(columns[1])
        if block not in leaves:  # of no block that there is: named already
            continue
        what, sealed = f"{name} {int(columns[4])}", bytes.fromhex(columns[3].decode())
        _fill(leaves[block], position, block, faults)
        if len(leaves[block]) != position * HASH_BYTES:
            faults.append(Fault("moved", what, block))
            continue
        leaves[block] += sealed
        if columns[_HEAD] == rb"\N":
            faults.append(Fault("dropped", what, block))
            continue
        secret = bytes.fromhex(columns[2].decode())
        salts = b"".join([sha512(secret + counter).digest() for counter in counters])
        digests = [begin]
        for start, column in zip(starts, columns[_HEAD:], strict=True):
            if column == rb"\N":
                content = b"\x00"
            elif b"\\" in column:
                content = b"\x01" + _unescaped(column)
            else:
                content = b"\x01" + column
            digests.append(sha256(salts[start : start + size] + content).digest())
        if sha256(b"".join(digests)).digest() != sealed:
            faults.append(Fault("changed", what, block))


def _fill(leaves: bytearray, until: int, block: int, faults: list[Fault]) -> None:
    """Note the entries that are missing before a position, and leave their places empty."""
    for position in range(len(leaves) // HASH_BYTES, until):
        faults.append(Fault("dropped", f"entry {position} of block {block}", block))
        leaves += bytes(HASH_BYTES)


def _unescaped(column: bytes) -> bytes:
    """Return what a column of COPY's text format says."""
    first, *parts = column.split(b"\\\\")
    plain = []
    for part in [first, *parts]:
        head, *escaped = part.split(b"\\")
        plain.append(head + b"".join(_ESCAPES[one[:1]] + one[1:] for one in escaped))
    return b"\\".join(plain)


def _signed(block: _Sealed, frontier: Frontier, known: list[tuple[str, bytes]]) -> list[Fault]:
    """Return what does not fit between a block's checkpoint and the tree as it was computed."""
    what = f"block {block.number}"
    if block.note is None:
        return [Fault("signature", what, block.number)]
    statement = _checked(block.note, known)
    if statement is None:
        return [Fault("signature", what, block.number)]
    said = (statement.size, statement.root)
    if said != (frontier.size, frontier.root) or said != (block.size, bytes(block.root or b"")):
        return [Fault("root", what, block.number)]
    return []


def _as_signed(block: _Sealed, known: list[tuple[str, bytes]]) -> Frontier | None:
    """Return the frontier a block was signed with, so that what follows is judged by itself; null if that is lost too."""
    statement = _checked(block.note, known) if block.note is not None else None
    if statement is None or block.size is None or block.frontier is None:
        return None
    try:
        found = Frontier.from_bytes(block.size, bytes(block.frontier))
    except ValueError:
        return None
    return found if (found.size, found.root) == (statement.size, statement.root) else None


def _checked(note: str, known: list[tuple[str, bytes]]) -> verify.Checkpoint | None:
    for name, key in known:
        try:
            return verify.check_note(note, name, key)
        except UnableToVerify:
            continue
    return None


def _statements(kept: Sequence[str], known: list[tuple[str, bytes]]) -> list[tuple[verify.Checkpoint, bool]]:
    """Return what kept checkpoints say, each with whether a key of this ledger signed it."""
    return [
        (verify.parse_checkpoint(verify.parse_note(note).text), _checked(note, known) is not None)
        for note in kept
    ]


def _kept(
    kept: Sequence[str], known: list[tuple[str, bytes]], roots: dict[int, bytes], frontier: Frontier
) -> list[Fault]:
    faults = []
    for statement, is_ours in _statements(kept, known):
        what = f"checkpoint of {statement.size} entries"
        if statement.size > frontier.size:
            faults.append(Fault("truncated", what))
        elif not is_ours:
            faults.append(Fault("signature", what))
        elif roots.get(statement.size) != statement.root:
            faults.append(Fault("fork", what))
    return faults
