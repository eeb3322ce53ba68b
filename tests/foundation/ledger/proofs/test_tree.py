"""The tree against RFC 6962's own definition, the known roots of certificate transparency, and forgeries."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundation.ledger.proofs.tree import EMPTY_ROOT, Frontier, Tree
from bangfu.foundation.ledger.proofs.verify import UnableToVerify, check_consistency, root_from_inclusion

ENTRIES = [bytes.fromhex(entry) for entry in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots over the first so many entries, as Google's certificate-transparency publishes them for its tests."""


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf(b"%d" % number) for number in range(count)]


def by_definition(level: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word by word, over leaf hashes."""
    if not level:
        return hashlib.sha256(b"").digest()
    if len(level) == 1:
        return level[0]
    k = 1
    while 2 * k < len(level):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(level[:k]) + by_definition(level[k:])).digest()


class TestRoot:
    def test_is_what_others_compute(self) -> None:
        hashes = [leaf(entry) for entry in ENTRIES]
        tree = Tree(hashes)
        assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS
        assert tree.root(0) == EMPTY_ROOT == Frontier().root
        frontier, found = Frontier(), []
        for one in hashes:
            frontier = frontier.extended([one])
            found.append(frontier.root.hex())
        assert found == ROOTS

    @given(first=st.integers(0, 70), second=st.integers(0, 70))
    def test_grows_by_parts_as_at_once(self, first: int, second: int) -> None:
        hashes = leaves(first + second)
        stored = Frontier().extended(hashes[:first])
        taken_up = Frontier.from_bytes(stored.size, stored.as_bytes()).extended(hashes[first:])
        assert taken_up.root == Tree(hashes).root() == by_definition(hashes)

    def test_refuses_a_frontier_of_another_size(self) -> None:
        stored = Frontier().extended(leaves(5))
        with pytest.raises(ValueError, match="7 leaves"):
            Frontier.from_bytes(7, stored.as_bytes())


class TestInclusion:
    @given(size=st.integers(1, 80), data=st.data())
    def test_proves_each_leaf_and_no_other(self, size: int, data: st.DataObject) -> None:
        hashes = leaves(size + 3)
        tree = Tree(hashes)
        index = data.draw(st.integers(0, size - 1))
        proof = tree.inclusion_proof(index, size)
        assert root_from_inclusion(hashes[index], index, size, proof) == tree.root(size)
        other = (
            data.draw(st.integers(0, size - 1).filter(lambda number: number != index)) if size > 1 else None
        )
        if other is not None:
            assert root_from_inclusion(hashes[other], index, size, proof) != tree.root(size)
        for at in range(len(proof)):
            forged = [*proof[:at], bytes(32), *proof[at + 1 :]]
            assert root_from_inclusion(hashes[index], index, size, forged) != tree.root(size)

    @pytest.mark.parametrize("change", [lambda proof: proof[:-1], lambda proof: [*proof, bytes(32)]])
    def test_refuses_a_proof_of_another_length(self, change: object) -> None:
        tree = Tree(leaves(11))
        assert callable(change)
        with pytest.raises(UnableToVerify):
            root_from_inclusion(leaves(11)[3], 3, 11, change(tree.inclusion_proof(3)))

    def test_refuses_a_leaf_outside(self) -> None:
        with pytest.raises(UnableToVerify):
            root_from_inclusion(bytes(32), 4, 4, [])
        with pytest.raises(IndexError):
            Tree(leaves(4)).inclusion_proof(4)


class TestConsistency:
    @given(old=st.integers(1, 60), more=st.integers(0, 60))
    def test_proves_that_nothing_earlier_changed(self, old: int, more: int) -> None:
        hashes = leaves(old + more)
        tree = Tree(hashes)
        check_consistency(old, tree.root(old), old + more, tree.root(), tree.consistency_proof(old))

    @given(old=st.integers(1, 60), more=st.integers(1, 60), data=st.data())
    def test_betrays_a_change_of_any_earlier_leaf(self, old: int, more: int, data: st.DataObject) -> None:
        hashes = leaves(old + more)
        kept = Tree(hashes).root(old)
        hashes[data.draw(st.integers(0, old - 1))] = leaf(b"forged")
        forged = Tree(hashes)
        with pytest.raises(UnableToVerify, match="rewritten"):
            check_consistency(old, kept, old + more, forged.root(), forged.consistency_proof(old))

    def test_betrays_two_checkpoints_of_one_size(self) -> None:
        one, other = Tree(leaves(5)), Tree([*leaves(4), leaf(b"forged")])
        with pytest.raises(UnableToVerify, match="different roots"):
            check_consistency(5, one.root(), 5, other.root(), [])

    def test_betrays_a_ledger_that_lost_its_end(self) -> None:
        tree = Tree(leaves(9))
        with pytest.raises(UnableToVerify, match="smaller"):
            check_consistency(9, tree.root(), 6, tree.root(6), [])
        with pytest.raises(IndexError):
            tree.consistency_proof(9, 6)
