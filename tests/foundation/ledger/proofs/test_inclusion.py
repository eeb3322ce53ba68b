"""A proof from the last leaves and the frontier before them is the proof from all leaves."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundation.ledger.proofs.tree import (
    Frontier,
    Tree,
    consistency_in_last,
    inclusion_in_last,
)
from bangfu.foundation.ledger.proofs.verify import check_consistency, root_from_inclusion


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([number])).digest() for number in range(count)]


@given(before=st.integers(0, 70), last=st.integers(1, 40), data=st.data())
def test_it_is_the_same_proof(before: int, last: int, data: st.DataObject) -> None:
    index = before + data.draw(st.integers(0, last - 1))
    every = leaves(before + last)
    found = inclusion_in_last(Frontier().extended(every[:before]), every[before:], index)
    assert found == Tree(every).inclusion_proof(index)
    assert root_from_inclusion(every[index], index, len(every), found) == Tree(every).root()


def test_of_leaves_from_before_there_is_none() -> None:
    with pytest.raises(IndexError):
        inclusion_in_last(Frontier().extended(leaves(3)), leaves(2), 2)


@given(old=st.integers(1, 70), more=st.integers(0, 60))
def test_what_came_after_a_frontier_proves_that_nothing_before_it_changed(old: int, more: int) -> None:
    every = leaves(old + more)
    before = Frontier().extended(every[:old])
    found = consistency_in_last(before, iter(every[old:]), len(every))
    assert found == Tree(every).consistency_proof(old)
    check_consistency(old, before.root, len(every), Tree(every).root(), found)


def test_leaves_that_are_too_many_or_too_few_prove_nothing() -> None:
    before = Frontier().extended(leaves(3))
    with pytest.raises(ValueError, match="more leaves"):
        consistency_in_last(before, leaves(9), 7)
    with pytest.raises(ValueError, match="fewer leaves"):
        consistency_in_last(before, leaves(2), 9)
    with pytest.raises(IndexError):
        consistency_in_last(Frontier(), leaves(2), 2)
