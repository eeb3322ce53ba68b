"""Why a published figure says something else now: the facts that entered or left its terms since, in set form.

A fact that was sealed after the publication's block is late, or takes another back. A fact that the block held already can
only have moved with reference data: its unit stands under another, or a list names other places. Which places lie in a place,
and the definition, cannot change: the first is the place's number, the second is that of the publication.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from bangfu.foundation.ledger.models import Fact, Member
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.rooms import Words
from bangfu.reporting.corrections.models import CAUSE_WORDS, CauseKind
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.facts import facts_in
from bangfu.reporting.publications.disclosing import FEWEST
from bangfu.reporting.publications.models import PublishedTerm
from bangfu.reporting.publications.preparing import terms_of
from bangfu.reporting.selection import Selection

OUT = frozenset({CauseKind.UNIT_OUT, CauseKind.AREA_OUT})
"""Kinds whose facts counted and count no more; all others are of facts that count now and did not."""

_GROUPED = """
WITH changed AS MATERIALIZED (
    SELECT one.term, one.kind, CASE one.kind WHEN 'BACK' THEN fact.reason ELSE '' END AS reason, fact.unit_id, fact.id,
           fact.party,           fact.quantity * CASE WHEN one.kind = ANY(%(out)s) THEN -1 ELSE 1 END AS quantity,
           member.block_id, block.sealed_at
      FROM unnest(%(terms)s::smallint[], %(kinds)s::text[], %(facts)s::bigint[]) AS one (term, kind, fact)
      JOIN ledger_fact fact ON fact.id = one.fact
      JOIN ledger_member member ON member.fact_id = fact.id
      JOIN ledger_block block ON block.number = member.block_id
), causes AS (
    SELECT term, kind, reason, unit_id, array_agg(id ORDER BY id) AS facts, sum(quantity) AS quantity,
           min(block_id) AS first_block, max(block_id) AS last_block, max(sealed_at) AS sealed_at,
           count(DISTINCT party) AS parties
      FROM changed GROUP BY term, kind, reason, unit_id
)
SELECT causes.*, coalesce(min(nullif(parties, 0)) OVER (PARTITION BY term, kind, reason), %(fewest)s) >= %(fewest)s
  FROM causes ORDER BY term, kind, reason, abs(quantity) DESC, unit_id
"""


@dataclass(frozen=True)
class Cause:
    """Facts of one unit that entered or left one term of a figure for one reason."""

    term: int
    """Its position: 0 is the numerator or the only one."""
    kind: str
    """A ``CauseKind``."""
    reason: str
    """The code of a reversal; empty otherwise."""
    unit: int
    shows_unit: bool
    """Whether everybody may know the unit: of facts about persons, no unit here has fewer than five (decision 36)."""
    facts: tuple[int, ...]
    """Their numbers, ascending."""
    quantity: Decimal
    """What they add to the term, signed."""
    first_block: int
    last_block: int
    sealed_at: datetime
    """When the last of them was sealed."""

    @property
    def words(self) -> Words:
        """The kind in words, with the reason of a reversal."""
        return cause_words(self.kind, self.reason)


def cause_words(kind: str, reason: str) -> Words:
    """Return a kind of cause in words, with the reason of a reversal."""
    words = CAUSE_WORDS[kind]
    why = REASON_WORDS.get(reason)  # type: ignore[call-overload]
    return words if why is None else Words(f"{words.zh}：{why.zh}", f"{words.en}: {why.en}")


def causes_of(
    indicator: Indicator, selection: Selection, terms: Mapping[int, PublishedTerm], *, since: int
) -> tuple[Cause, ...]:
    """Return what entered or left the terms of a figure.

    Args:
        selection: as of now.
        terms: as they were published, by position.
        since: the block of the publication.
    """
    changed: list[tuple[int, str, int]] = []
    moved = _moved_by(selection, since)
    for position, (of_term, _) in enumerate(terms_of(indicator)):
        now = facts_in(of_term, selection)
        later = now.filter(_sealed_after(since)).values_list("pk", "reverses_id")
        for fact, back in later:
            changed.append((position, CauseKind.LATE if back is None else CauseKind.BACK, fact))
        if moved is not None:
            came, gone = _moved(now.exclude(_sealed_after(since)), terms[position])
            changed += [(position, moved[0], fact) for fact in came]
            changed += [(position, moved[1], fact) for fact in gone]
    return _grouped(changed) if changed else ()


def _sealed_after(block: int) -> Exists:
    return Exists(Member.objects.filter(fact_id=OuterRef("pk"), block_id__gt=block))


def _moved_by(selection: Selection, since: int) -> tuple[str, str] | None:
    """Return by what facts can have come and gone that the published block held; null when nothing moved.

    When both a unit and a list moved, the unit is named: who moved it is told beside.
    """
    then = selection.having(as_of=since)
    if selection.units_then != then.units_then:
        return CauseKind.UNIT_IN, CauseKind.UNIT_OUT
    if selection.area is not None and selection.area_members != then.area_members:
        return CauseKind.AREA_IN, CauseKind.AREA_OUT
    return None


def _moved(now: QuerySet[Fact], term: PublishedTerm) -> tuple[list[int], list[int]]:
    """Return which facts the published block held came to a term and left it."""
    written, values = now.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH now (fact) AS MATERIALIZED ({written}), before (fact) AS MATERIALIZED ("
            "  SELECT unnest(facts) FROM publications_publishedterm WHERE id = %s"
            ") SELECT coalesce(now.fact, before.fact), before.fact IS NULL"
            "    FROM now FULL JOIN before ON before.fact = now.fact WHERE now.fact IS NULL OR before.fact IS NULL",
            [*values, term.pk],
        )
        rows = cursor.fetchall()
    return [fact for fact, is_new in rows if is_new], [fact for fact, is_new in rows if not is_new]


def _grouped(changed: Sequence[tuple[int, str, int]]) -> tuple[Cause, ...]:
    terms, kinds, facts = zip(*changed, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _GROUPED,
            {
                "terms": list(terms),
                "kinds": [str(kind) for kind in kinds],
                "facts": list(facts),
                "out": [str(kind) for kind in OUT],
                "fewest": FEWEST,
            },
        )
        return tuple(
            Cause(
                term=term,
                kind=kind,
                reason=reason,
                unit=unit,
                shows_unit=shows_unit,
                facts=tuple(under),
                quantity=quantity,
                first_block=first_block,
                last_block=last_block,
                sealed_at=sealed_at,
            )
            for term, kind, reason, unit, under, quantity, first_block, last_block, sealed_at, _, shows_unit
            in cursor.fetchall()
        )  # fmt: skip
