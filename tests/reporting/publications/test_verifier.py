"""The verifier works out by itself what the house works out: proofs of many leaves, and how a value is printed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.proofs.tree import Tree
from bangfu.reporting.display import Display, Rounding, Scale, shown


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(count)]


@st.composite
def chosen(draw: st.DrawFn) -> tuple[int, list[int]]:
    size = draw(st.integers(1, 70))
    return size, sorted(draw(st.sets(st.integers(0, size - 1), min_size=1)))


class TestProofOfMany:
    @given(chosen())
    def test_leads_to_the_root(self, asked: tuple[int, list[int]]) -> None:
        size, indices = asked
        entries, tree = leaves(size), Tree(leaves(size))
        proof = tree.proof_of_many(indices)
        assert verify.root_from_leaves([(one, entries[one]) for one in indices], size, proof) == tree.root()

    @given(chosen(), st.data())
    def test_and_nothing_else_does(self, asked: tuple[int, list[int]], data: st.DataObject) -> None:
        size, indices = asked
        entries, tree = leaves(size), Tree(leaves(size))
        proof = tree.proof_of_many(indices)
        given_leaves = [(one, entries[one]) for one in indices]
        at = data.draw(st.integers(0, len(indices) - 1))
        given_leaves[at] = (indices[at], hashlib.sha256(b"another").digest())
        assert verify.root_from_leaves(given_leaves, size, proof) != tree.root()

    def test_refuses_a_proof_of_another_length(self) -> None:
        entries, proof = leaves(9), Tree(leaves(9)).proof_of_many([2, 5])
        given_leaves = [(2, entries[2]), (5, entries[5])]
        for wrong in (proof[:-1], [*proof, proof[0]]):
            with pytest.raises(verify.UnableToVerify):
                verify.root_from_leaves(given_leaves, 9, wrong)

    @pytest.mark.parametrize("indices", [[], [5, 2], [2, 2], [-1], [9]])
    def test_refuses_entries_out_of_order(self, indices: list[int]) -> None:
        with pytest.raises(verify.UnableToVerify):
            verify.root_from_leaves([(one, b"") for one in indices], 9, [])


DEFINITION = {
    "kind": "flow",
    "terms": [{"kind": "flow", "measure": {"decimals": 2, "kind": "flow"}}],
    "unit": {"zh": "元", "en": "yuan"},
    "unit_one": "",
}


class TestShownText:
    @given(
        value=st.decimals(Decimal("-99999999999"), Decimal("99999999999"), places=4),
        scale=st.sampled_from(Scale),
        decimals=st.integers(-3, 4),
        rounding=st.sampled_from(Rounding),
        language=st.sampled_from(["zh", "en"]),
        inner=st.sampled_from(["", "余", "多"]),
    )
    def test_prints_what_the_house_prints(
        self, value: Decimal, scale: Scale, decimals: int, rounding: Rounding, language: str, inner: str
    ) -> None:
        said = shown(
            value, Display(scale, decimals, rounding), DEFINITION["unit"][language], language, unit_decimals=2
        )  # fmt: skip
        display = {
            "scale": scale.value, "decimals": decimals, "rounding": rounding.value, "is_in_hundreds": False,
        }  # fmt: skip
        word = inner if language == "zh" else ""
        assert verify.shown_text(value, display, DEFINITION, language, word) == str(replace(said, inner=word))
