"""The write beside a list of people that leaves the house in clear: which, why, and whose data."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from uuid import UUID

from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    NotPermitted,
    Refusal,
    granted_units,
    operation,
)
from bangfu.foundation.people.exports import rendering
from bangfu.foundation.people.models import ListExport
from bangfu.foundation.people.persons.operations import (
    LONGEST_REASON,
    SHORTEST_REASON,
    living_keys,
    reached,
    record_accesses,
)
from bangfu.foundation.rooms import PersonalCell, PersonalList, both, personal_lists

EXPORT = "people.export_list"
MOST_ROWS = 50_000


class UnableToExportList(Refusal):
    """Codes: ``unknown_list``, ``unknown_filter``, ``looks_for_a_person``, ``no_reason``, ``too_many``, ``nobody``.

    Nothing was written or shown.
    """

    sentences = {
        "unknown_list": both("没有编号为 {listing} 的人员清单。", "No list of people is called {listing}."),
        "unknown_filter": both(
            "清单不能按 {name} 筛选，请去掉后再导出。",
            "The list cannot be narrowed by {name}; leave it out and export again.",
        ),
        "looks_for_a_person": both(
            "筛选里写的可能是姓名或号码，不能留在导出记录里。请改用其他筛选。",
            "A filter may name a person or be their number, which is kept nowhere. Narrow the list in another way.",
        ),
        "no_reason": both(
            "请写明导出的用途，{shortest} 至 {longest} 个字。",
            "Say what the export is for, in {shortest} to {longest} characters.",
        ),
        "too_many": both(
            "清单超过 {most} 行。请缩小筛选，分几次导出。",
            "The list has more than {most} rows. Narrow it and export it in parts.",
        ),
        "nobody": both(
            "清单里没有您可以看原文的人。请导出遮盖后的清单。",
            "The list names nobody whom you may see in clear. Take the masked file instead.",
        ),
    }


def rows_of(listing: PersonalList, asked: Mapping[str, str], act: Act) -> list[list[PersonalCell]]:
    """Return the rows that an actor may read of a list.

    Raises: UnableToExportList: ``too_many``. NotPermitted: the list is not theirs to read.
    """
    rows = [list(row) for row in islice(listing.rows(act.actor, asked, act.on), MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        raise UnableToExportList("too_many", most=MOST_ROWS)
    return rows


def reached_in(listing: PersonalList, rows: list[list[PersonalCell]], act: Act) -> set[UUID]:
    """Return whom of a list the actor may take out in clear; nobody who has been erased."""
    found = reached(rendering.persons_in(listing, rows), EXPORT, act)
    return {key.person_id for key in living_keys(found)}


@operation(EXPORT, scope=BY_ROWS, unrecorded=("reason",))
def export_list(*, listing: str, filters: Mapping[str, str], reason: str, act: Act) -> ListExport:
    """Record that the actor takes a list of people out in clear, and why; its file is written from the record.

    Whoever of the list lies out of the actor's reach stays masked.

    Raises: UnableToExportList: see its codes. NotPermitted: the permission is held nowhere, or the list may not be read.
    """
    if not granted_units(act.actor, EXPORT, act.on):
        raise NotPermitted("out_of_scope", permission=EXPORT)
    declared = personal_lists().get(listing)
    if declared is None:
        raise UnableToExportList("unknown_list", listing=listing)
    for name in sorted(set(filters) - set(declared.filters)):
        raise UnableToExportList("unknown_filter", name=name)
    asked, why = declared.asked(filters), reason.strip()
    if rendering.looks_for_a_person(declared, asked):
        raise UnableToExportList("looks_for_a_person")
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON:
        raise UnableToExportList("no_reason", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    rows = rows_of(declared, asked, act)
    persons = reached_in(declared, rows, act)
    if not persons:
        raise UnableToExportList("nobody")
    export = ListExport(
        listing=declared.code,
        filters=asked,
        account=act.actor,
        exported_at=act.at,
        row_count=len(rows),
        person_count=len(persons),
        columns=declared.personal_columns(),
        digest=rendering.in_clear(declared, rows, persons).digest,
        through=act.through,
    )
    export.save(force_insert=True)
    record_accesses(living_keys(persons), reason=why, act=act, export=export)
    return export
