"""A toy room for tests of what lies below the rooms: wells, whose records are organisation units.

A clerk submits wells and attaches files to them; a verifier decides. Everything goes through operations of the room.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars
from django.urls import get_resolver

from bangfu.foundation.evidence import operations as evidence
from bangfu.foundation.evidence.models import EvidenceFile
from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review import operations as review
from bangfu.foundation.review.models import Batch, Review
from bangfu.foundation.review.register import Facets, Rule, deciders, demands, enter_rule, facets, rules
from bangfu.foundation.rooms import (
    RecordSummary,
    RecordType,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    both,
    register,
)

WELLS_A_UNIT = 100_000
"""A well's key is its unit's key times this, plus a number: its owner can be read off it."""


def _summaries(keys: list[int]) -> dict[int, RecordSummary]:
    return {key: RecordSummary(f"井 {key}", ((both("深度", "Depth"), f"{key % 7} m"),)) for key in keys}


WELL = RecordType(
    number=30002,
    code="toys.well",
    title=both("水井", "Well"),
    model="toys.Well",
    address=lambda key: f"/wells/{key}",
    summaries=_summaries,
    review_scope=lambda keys: {key: key // WELLS_A_UNIT for key in keys},
)
OFFICE = RecordType(
    number=30003,
    code="toys.office",
    title=both("单位", "Unit"),
    model="organisation.Unit",
    address=lambda key: f"/units/{key}",
    summaries=_summaries,
    review_scope=lambda keys: {key: key for key in keys},
)
REPORTS = frozenset(
    {
        "toys.keep",
        "toys.keep_many",
        "toys.attach",
        "toys.attach_many",
        "toys.submit_wells",
        "toys.submit_office",
    }
)
DECIDES = frozenset({"toys.verify_wells", "toys.return_wells", "toys.decide_office", "toys.verify_pumped"})
PUMPED = Rule(
    code="toys.pumped",
    title=both("水泵自动记录", "The pump's own log"),
    checks=both("签名有效，水量大于零", "the signature holds and water flowed"),
)
ROOM = RoomDeclaration(
    code="toys",
    wing=Wing.CONNECTIVITY,
    title=both("玩具", "Toys"),
    icon="antenna",
    about=both("测试用", "For tests"),
    roles=(
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES | REPORTS),
    ),
    record_types=(WELL, OFFICE),
)


def placed(places: dict[int, int], *, on: date = date(2020, 7, 8), quantity: float = 40.0) -> None:
    """Let the room say where wells lie, by the number of a well; the others lie nowhere."""

    def rows(keys: list[int]) -> polars.DataFrame:
        known = [key for key in keys if key % WELLS_A_UNIT in places]
        return polars.DataFrame(
            {
                "record": known,
                "place": [places[key % WELLS_A_UNIT] for key in known],
                "happened_on": [on] * len(known),
                "quantity": [quantity] * len(known),
            },
            schema={"record": polars.Int64, "place": polars.Int64, "happened_on": polars.Date,
                    "quantity": polars.Float64},
        )  # fmt: skip

    facets[WELL.code] = Facets(rows=rows)


def wells(unit: Unit, count: int, first: int = 1) -> list[int]:
    """Return the keys of wells that a unit owns."""
    return [unit.pk * WELLS_A_UNIT + number for number in range(first, first + count)]


def _in_unit(*, unit: Unit, **_: object) -> Scope:
    return Scope(unit=unit.pk)


@operation("toys.keep", scope=_in_unit)
def keep(*, unit: Unit, name: str, content: bytes, act: Act) -> EvidenceFile:
    """Keep one file."""
    return evidence.keep(content, name=name, act=act)


@operation("toys.keep_many", scope=_in_unit)
def keep_many(*, unit: Unit, files: list[tuple[str, bytes]], act: Act) -> list[str]:
    """Keep many files and return their digests in the order given."""
    kept = evidence.keep_many(iter(files), act=act)
    return [kept[name] for name, _ in files]


@operation("toys.attach", scope=_in_unit)
def attach(*, unit: Unit, file: EvidenceFile, kind: str, name: str, act: Act) -> Any:
    """Attach a file to a unit's record."""
    return evidence.attach(file, to=unit, kind=kind, name=name, act=act)


@operation("toys.attach_many", scope=_in_unit)
def attach_many(*, unit: Unit, frame: polars.DataFrame, act: Act) -> int:
    """Attach files to wells."""
    return evidence.attach_many(frame, record_type=WELL, act=act)


@operation("toys.submit_wells", scope=_in_unit)
def submit_wells(*, unit: Unit, ids: list[int], title: str, act: Act) -> Batch:
    """Submit wells on one paper."""
    return review.submit_many(ids, record_type=WELL, unit=unit, title=title, act=act)


@operation("toys.verify_wells", scope=scope_of("batch"))
def verify_wells(*, batch: Batch, act: Act) -> list[int]:
    """Verify a paper of wells."""
    return review.decide_batch(batch, "VERIFIED", act=act)


@operation("toys.verify_pumped", scope=_in_unit)
def verify_pumped(*, unit: Unit, ids: list[int], act: Act) -> list[int]:
    """Verify wells that a pump reports itself."""
    return review.verify_by_rule(ids, record_type=WELL, unit=unit, rule=PUMPED, act=act)


@operation("toys.return_wells", scope=scope_of("batch"))
def return_wells(*, batch: Batch, remark: str, act: Act) -> list[int]:
    """Return a paper of wells."""
    return review.decide_batch(batch, "RETURNED", remark=remark, act=act)


@operation("toys.submit_office", scope=_in_unit)
def submit_office(*, unit: Unit, on_paper: bool = False, act: Act) -> Review:
    """Submit a unit as a record, alone or on a paper of one."""
    if on_paper:
        review.submit_many([unit.pk], record_type=OFFICE, unit=unit, title="一份", act=act)
        return Review.objects.get(record_type=OFFICE.number, record_id=unit.pk)
    return review.submit(unit, unit=unit, act=act)


@operation("toys.decide_office", scope=_in_unit)
def decide_office(*, unit: Unit, state: str, remark: str = "", act: Act) -> Review:
    """Decide the review of one unit."""
    return review.decide(unit, state, remark=remark, act=act)


@contextmanager
def toys_entered() -> Iterator[None]:
    """Have the toy room in the register for a while; the house's addresses are read before, which know no toys."""
    get_resolver().url_patterns  # noqa: B018 - read for its effect
    held = register._register
    kept = (held.rooms, held.record_types, held.models, deciders, facets, demands, rules)
    before = [dict(one) for one in kept]
    register.enter(ROOM)
    deciders[WELL.code] = (verify_wells, return_wells)
    enter_rule(PUMPED)
    try:
        yield
    finally:
        for now, then in zip(kept, before, strict=True):
            now.clear()
            now.update(then)
