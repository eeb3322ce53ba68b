"""The RFC 6962 tree over leaf hashes: kept as a frontier while it grows, and whole where proofs are wanted."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """The roots of the whole subtrees that a tree of ``size`` leaves is made of, the largest first.

    All that is needed to add leaves and to know the root: as many hashes as ``size`` has bits set.

    >>> Frontier().root.hex()[:8]
    'e3b0c442'
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Raises: ValueError: that many leaves have another number of whole subtrees."""
        if self.size.bit_count() != len(self.peaks):
            raise ValueError(f"a tree of {self.size} leaves does not have {len(self.peaks)} peaks")

    def extended(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the frontier after these leaves."""
        size, peaks, sha256 = self.size, list(self.peaks), hashlib.sha256
        for leaf in leaves:
            carry, merges = leaf, size
            while merges & 1:
                carry = sha256(b"\x01" + peaks.pop() + carry).digest()
                merges >>= 1
            peaks.append(carry)
            size += 1
        return Frontier(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root hash (RFC 6962 section 2.1)."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, found = self.peaks
        for peak in reversed(rest):
            found = _join(peak, found)
        return found

    def as_bytes(self) -> bytes:
        """Return the peaks in a row, as they are stored."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Frontier:
        """Return a stored frontier.

        Raises: ValueError: the bytes are not those of that many leaves.
        """
        return cls(size, tuple(stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)))


def inclusion_in_last(before: Frontier, leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that one of the last leaves is in the tree that they make after the leaves of a frontier.

    It needs no leaf from before: what stands to the left of the last leaves is whole subtrees, and those are the frontier's.
    Same as ``Tree.inclusion_proof`` over all leaves (RFC 6962 section 2.1.1).

    Raises: IndexError: the index is not one of the last leaves'.
    """
    size = before.size + len(leaves)
    if not before.size <= index < size:
        raise IndexError(index)
    peaks, begin = {}, 0
    for peak, width in zip(before.peaks, _widths(before.size), strict=True):
        peaks[begin, begin + width] = peak
        begin += width

    def hashed(begin: int, end: int) -> bytes:
        if (begin, end) in peaks:
            return peaks[begin, end]
        if end - begin == 1:
            return leaves[begin - before.size]
        middle = begin + _split(end - begin)
        return _join(hashed(begin, middle), hashed(middle, end))

    found, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            found.append(hashed(middle, end))
            end = middle
        else:
            found.append(hashed(begin, middle))
            begin = middle
    return found[::-1]


def consistency_in_last(before: Frontier, leaves: Iterable[bytes], size: int) -> list[bytes]:
    """Return the proof that the first ``size`` leaves begin with those of a frontier, from the leaves that came after it.

    What it needs to the left of the frontier's end are whole subtrees, and those are the frontier's; what it needs to the right
    are ranges that follow each other, so the leaves are read once and not kept. Same as ``Tree.consistency_proof`` over all
    leaves (RFC 6962 section 2.1.2).

    Raises: IndexError: the frontier has no leaves, or the later tree is the smaller. ValueError: there are other than
        ``size`` less the frontier's leaves.
    """
    old = before.size
    if not 0 < old <= size:
        raise IndexError(old)
    peaks, begin = {}, 0
    for peak, width in zip(before.peaks, _widths(old), strict=True):
        peaks[begin, begin + width] = peak
        begin += width
    wanted = _ranges_between(old, 0, size, is_whole=True)
    coming = iter(leaves)
    found = dict(peaks)
    for first, last in sorted(one for one in wanted if one[0] >= old):
        grown = Frontier().extended(islice(coming, last - first))
        if grown.size != last - first:
            raise ValueError("there are fewer leaves than the later tree has")
        found[first, last] = grown.root
    if next(coming, None) is not None:
        raise ValueError("there are more leaves than the later tree has")
    return [found[one] for one in wanted]


def _ranges_between(old: int, begin: int, end: int, *, is_whole: bool) -> list[tuple[int, int]]:
    """Return the ranges of leaves whose hashes a consistency proof is made of, in its order."""
    if old == end:
        return [] if is_whole else [(begin, end)]
    middle = begin + _split(end - begin)
    if old <= middle:
        return [*_ranges_between(old, begin, middle, is_whole=is_whole), (middle, end)]
    return [*_ranges_between(old, middle, end, is_whole=False), (begin, middle)]


def _widths(size: int) -> list[int]:
    """Return the widths of the whole subtrees that so many leaves are made of, the largest first."""
    return [1 << bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]


class Tree:
    """A tree with every inner node of a whole subtree, for proofs of any size up to its own.

    Holds 64 bytes a leaf. Level 0 is the leaves; a node of level *n* stands over ``2**n`` of them.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        """Build all levels. Args: leaves: leaf hashes in order."""
        level = bytearray()
        for leaf in leaves:
            level += leaf
        self._levels = [level]
        sha256 = hashlib.sha256
        while len(level) >= 2 * HASH_BYTES:
            above = bytearray()
            for at in range(0, len(level) - HASH_BYTES, 2 * HASH_BYTES):
                above += sha256(b"\x01" + level[at : at + 2 * HASH_BYTES]).digest()
            self._levels.append(above)
            level = above
        self.size = len(self._levels[0]) // HASH_BYTES

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first ``size`` leaves; null is all of them."""
        size = self.size if size is None else self._checked(size)
        return self._hash(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that a leaf is one of the first ``size`` (RFC 6962 section 2.1.1).

        Raises: IndexError: there is no such leaf.
        """
        size = self.size if size is None else self._checked(size)
        if not 0 <= index < size:
            raise IndexError(index)
        return self._path(index, 0, size)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof that the first ``new`` leaves begin with the first ``old`` (RFC 6962 section 2.1.2).

        Raises: IndexError: there are not that many leaves, or the later tree is the smaller.
        """
        new = self.size if new is None else self._checked(new)
        if not 0 < old <= new:
            raise IndexError(old)
        return [self._hash(*one) for one in _ranges_between(old, 0, new, is_whole=True)]

    def proof_of_many(self, indices: Sequence[int], size: int | None = None) -> list[bytes]:
        """Return the hashes between many leaves, from which ``verify.root_from_leaves`` comes to the root.

        Args: indices: ascending, at least one.

        Raises: IndexError: there is no such leaf.
        """
        size = self.size if size is None else self._checked(size)
        if not indices or not 0 <= indices[0] <= indices[-1] < size:
            raise IndexError(indices)
        return list(self._around(indices, 0, len(indices), 0, size))

    def _around(self, indices: Sequence[int], first: int, last: int, begin: int, end: int) -> Iterator[bytes]:
        if first == last:
            yield self._hash(begin, end)
        elif end - begin > 1:
            middle = begin + _split(end - begin)
            between = bisect_left(indices, middle, first, last)
            yield from self._around(indices, first, between, begin, middle)
            yield from self._around(indices, between, last, middle, end)

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise IndexError(size)
        return size

    def _hash(self, begin: int, end: int) -> bytes:
        """Return the hash over leaves ``begin`` to ``end``, a range that halving has come to."""
        width = end - begin
        if width & (width - 1) == 0:
            at = begin // width * HASH_BYTES
            return bytes(self._levels[width.bit_length() - 1][at : at + HASH_BYTES])
        middle = begin + _split(width)
        return _join(self._hash(begin, middle), self._hash(middle, end))

    def _path(self, index: int, begin: int, end: int) -> list[bytes]:
        if end - begin == 1:
            return []
        middle = begin + _split(end - begin)
        if index < middle:
            return [*self._path(index, begin, middle), self._hash(middle, end)]
        return [*self._path(index, middle, end), self._hash(begin, middle)]


def _split(width: int) -> int:
    """Return the largest power of two below a width of two or more."""
    return 1 << ((width - 1).bit_length() - 1)
