"""What taking an import back would do, and what stands in its way; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection

from bangfu.foundation.intake.layouts import WayBack
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, allows
from bangfu.foundation.rooms import Words, counted, record_type

OF_OTHERS = "intake.take_back_of_others"
"""The permission to take back what others imported."""
_MOST_NAMED = 5

_CORRECTED = """
SELECT DISTINCT fact.subject_id FROM ledger_fact fact
 WHERE fact.subject_type = %s AND fact.subject_id = ANY(%s) AND fact.reverses_id IS NOT NULL ORDER BY fact.subject_id
"""
_ANSWERED = """
SELECT DISTINCT line.record_id FROM review_countyline line JOIN review_countystatement said ON said.line_id = line.id
 WHERE line.record_type = %s AND line.record_id = ANY(%s) ORDER BY line.record_id
"""
_IN_FINDINGS = """
SELECT DISTINCT about.key::bigint FROM findings_findingobject about JOIN findings_finding finding ON finding.id = about.finding_id
 WHERE about.kind = 'RECORD' AND about.record_type = %s AND about.key = ANY(%s::text[]) AND finding.state IN ('OPEN', 'ANSWERED')
 ORDER BY 1
"""


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of taking an import back."""

    words: Words
    records: tuple[tuple[str, str], ...] = ()
    """The first of the records that it is about: name and address."""


@dataclass(frozen=True)
class Lost:
    """What the figures lose of one measure in one year when an import is taken back."""

    title: Words
    year: int
    quantity: Decimal
    """In the measure's unit; what reversals take away is negative."""
    unit: Words

    @property
    def text(self) -> str:
        """The quantity as it is written, with its sign."""
        number = f"{self.quantity:+,}".replace("-", "−")
        return str(Words(number.replace(",", "\u202f"), number))


@dataclass(frozen=True)
class Standing:
    """What an import brought, as it stands now."""

    records: list[int]
    """Keys of the records that are not withdrawn, in order."""
    facts: list[int]
    """Keys of the facts that count them."""
    obstacles: list[Obstacle]


def standing_of(upload: Upload, way: WayBack) -> Standing:
    """Return what an imported sheet brought, as it stands now."""
    kind = record_type(way.record_type)
    model = apps.get_model(kind.model)
    found = dict(
        model._default_manager.filter(upload=upload).order_by("pk").values_list("pk", "withdrawn_at")
    )
    records = [key for key, withdrawn_at in found.items() if withdrawn_at is None]
    obstacles = _written_over(upload, len(found)) if way.in_the_way is None else way.in_the_way(upload)
    for sql, keys, zh, en, one in (
        (_CORRECTED, records, "{count} 条记录计入后已经更正", "{count} records were corrected after they counted",
         "one record was corrected after it counted"),
        (_ANSWERED, records, "县方已对 {count} 条记录表态", "the county has answered about {count} records",
         "the county has answered about one record"),
        (_IN_FINDINGS, [str(key) for key in records], "{count} 条记录有未了结的疑点或问题",
         "{count} records have open findings", "one record has an open finding"),
    ):  # fmt: skip
        about = _keys(sql, [kind.number, keys])
        if about:
            obstacles.append(Obstacle(counted(zh, en, one, count=len(about)), _named(kind.code, about)))
    return Standing(records, standing_facts_of(kind.number, records), obstacles)


def lost_with(facts: list[int]) -> list[Lost]:
    """Return what figures lose with facts, by key, a measure and year each, in the measures' and years' order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, extract(year FROM fact.happened_on)::int, sum(fact.quantity) FROM ledger_fact fact"
            " JOIN ledger_cataloguemeasure measure ON measure.id = fact.measure_id WHERE fact.id = ANY(%s)"
            " GROUP BY 1, 2 HAVING sum(fact.quantity) <> 0 ORDER BY 1, 2",
            [facts],
        )
        rows = cursor.fetchall()
    measures = declared_measures()
    return [
        Lost(measure.title, year, -round(total, measure.decimals), measure.unit)
        for code, year, total in rows
        for measure in [measures[code]]
    ]


def _written_over(upload: Upload, brought: int) -> list[Obstacle]:
    """Return what stands in the way of a sheet of which each row is a record: rows that wrote over others, or were since."""
    outcome = upload.outcome or {}
    obstacles: list[Obstacle] = []
    changed = int(outcome.get("changed", 0))
    if changed:
        obstacles.append(
            Obstacle(
                counted(
                    "表中 {count} 行改写了原有的记录，原来的内容不会自动恢复，请到各条记录的页面改回",
                    "{count} rows wrote over what records said before, which does not come back by itself: change them on their"
                    " pages",
                    "one row wrote over what a record said before, which does not come back by itself: change it on its page",
                    count=changed,
                )
            )
        )
    missing = int(outcome.get("new", 0)) + changed - brought
    if missing > 0:
        obstacles.append(
            Obstacle(
                counted(
                    "{count} 条记录后来被另一份表格改写，请先收回那次导入，或逐条改正",
                    "{count} records were written over by a later sheet: take that import back first, or correct them one by one",
                    "one record was written over by a later sheet: take that import back first, or correct it",
                    count=missing,
                )
            )
        )
    return obstacles


def _keys(sql: str, arguments: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return [key for (key,) in cursor.fetchall()]


def _named(code: str, keys: list[int]) -> tuple[tuple[str, str], ...]:
    kind = record_type(code)
    model = apps.get_model(kind.model)
    first = model._default_manager.filter(pk__in=keys).order_by("pk")[:_MOST_NAMED]
    return tuple((str(record), kind.address(record.pk)) for record in first)


def may_take_back(act: Act, upload: Upload) -> bool:
    """Return whether the reader is offered to take an import back; the operation decides."""
    if upload.state != Upload.State.CONFIRMED:
        return False
    own = act.actor.pk in (upload.uploaded_by_id, upload.confirmed_by_id)
    asked = ["intake.take_back_import", *([] if own else [OF_OTHERS])]
    return all(allows(act.actor, permission, upload.scope, act.on) for permission in asked)
