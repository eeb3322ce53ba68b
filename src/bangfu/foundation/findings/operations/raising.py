"""Raising findings: by a rule in set form, by a person, and by any room inside its own operation."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import polars
from django.db import connection

from bangfu.foundation.findings.models import (
    CLOSED,
    Finding,
    FindingObject,
    FindingState,
    Outcome,
    Run,
    Severity,
)
from bangfu.foundation.findings.register import OBJECTS, SUSPECTS, Found, rule_with_code
from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    NotPermitted,
    Refusal,
    Scope,
    audit_rows,
    inside_operation,
    operation,
    permitted_rows,
)
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both, record_type
from bangfu.foundation.webhooks.announcing import Happened, announce
from bangfu.foundation.webhooks.kinds import FINDING_RAISED

LONGEST_TITLE = 200


class UnableToRaise(Refusal):
    """Codes: ``title_missing``, ``title_too_long``, ``no_such_object``."""

    sentences = {
        "title_missing": both("请用一句话写明发现了什么。", "Say in one sentence what was noticed."),
        "title_too_long": both(
            "标题不超过 {longest} 个字，其余请写在说明里。",
            "The title has {longest} characters at most; put the rest into the details.",
        ),
        "no_such_object": both(
            "找不到所指的记录。请从记录页点“提出疑点”。",
            "There is no such record. Use “Raise a finding” on the record's page.",
        ),
    }


@dataclass(frozen=True)
class Raised:
    """What became of the matters that were noticed."""

    raised: int
    reopened: int
    known: int
    """Open already, or closed for good with the same substance."""
    out_of_scope: int = 0


def digest_of(*parts: object) -> str:
    """Return the SHA-256, in hex, of parts that together say one thing."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


@operation("findings.raise_by_rule", scope=BY_ROWS)
def raise_by_rule(*, rule: str, found: Found, act: Act) -> Raised:
    """Raise what a rule, by its code, found; re-open what recurs, and keep that it ran.

    Matters outside the actor's grants are left out and counted in the run. A matter that stands open is left as it is,
    but for its words. One that was closed is re-opened when its answer said that it was corrected, or when its substance
    is another; the same substance, once explained or dismissed, stays closed.

    Raises: NotPermitted: ``out_of_scope``: the actor may raise nothing at all of what was found.
    Locks: the findings of the same fingerprints, in their order.
    """
    allowed = permitted_rows(act, "findings.raise_by_rule", found.suspects)
    inside = found.suspects.filter(allowed)
    if found.suspects.height and not inside.height:
        raise NotPermitted("out_of_scope", permission="findings.raise_by_rule")
    raised = note_findings(inside, found.objects, rule=rule, severity=rule_with_code(rule).severity, act=act)
    outside = found.suspects.height - inside.height
    Run.objects.create(
        rule=rule,
        ran_at=act.at,
        ran_by=act.actor,
        examined=found.examined,
        found=found.suspects.height,
        raised=raised.raised,
        reopened=raised.reopened,
        out_of_scope=outside,
    )
    return Raised(raised.raised, raised.reopened, raised.known, outside)


def _place_and_unit(**arguments: object) -> Scope:
    unit, place = arguments["unit"], arguments.get("place")
    assert isinstance(unit, Unit)
    return Scope(unit=unit.pk, place=place.pk if isinstance(place, Place) else unit.place_id)


@operation("findings.raise_finding", scope=_place_and_unit)
def raise_finding(
    *,
    unit: Unit,
    title: str,
    detail: str = "",
    severity: str = Severity.MEDIUM,
    place: Place | None = None,
    records: Sequence[tuple[int, int]] = (),
    act: Act,
) -> Finding:
    """Raise what a person noticed, and return it; the same words about the same things re-open the old finding.

    Args:
        records: record type's number and key of each record it is about.

    Raises: UnableToRaise: see its codes; nothing was written.
    Locks: the finding of the same fingerprint.
    """
    title, about = " ".join(title.split()), sorted(set(records))
    if not title:
        raise UnableToRaise("title_missing")
    if len(title) > LONGEST_TITLE:
        raise UnableToRaise("title_too_long", longest=LONGEST_TITLE)
    if severity not in Severity.values:
        raise ValueError(f"no severity is called {severity}")
    for number, key in about:
        if key not in record_type(number).summaries([key]):
            raise UnableToRaise("no_such_object")
    place_id = place.pk if place else unit.place_id
    said = unicodedata.normalize("NFKC", title).casefold()
    matter = ":".join(map(str, ("person", unit.pk, place_id, said, about)))
    suspects = polars.DataFrame(
        [[matter, act.at.isoformat(), title, "", detail.strip(), "", unit.pk, place_id]],
        schema=SUSPECTS,
        orient="row",
    )
    objects = [[matter, "RECORD", number, str(key)] for number, key in about]
    note_findings(
        suspects,
        polars.DataFrame(objects, schema=OBJECTS, orient="row"),
        rule="",
        severity=severity,
        act=act,
    )
    return Finding.objects.get(fingerprint=digest_of("", matter))


_INSERT = """
INSERT INTO findings_finding (fingerprint, substance, rule, title_zh, title_en, detail_zh, detail_en, severity, unit_id,
                              place_id, state, raised_by_id, raised_at, last_seen_at, times_reopened, outcome)
SELECT one.*, 'OPEN', %s, %s, %s, 0, ''
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::bigint[], %s::bigint[])
       AS one (fingerprint, substance, rule, title_zh, title_en, detail_zh, detail_en, severity, unit, place)
 ORDER BY one.fingerprint
ON CONFLICT (fingerprint) DO NOTHING
RETURNING id, fingerprint
"""
_REOPEN = """
UPDATE findings_finding AS old
   SET state = 'OPEN', assigned_unit_id = NULL, assigned_to_id = NULL, due_on = NULL, outcome = '', answered_by_id = NULL,
       decided_by_id = NULL, decided_at = NULL, times_reopened = old.times_reopened + 1, last_seen_at = %s,
       substance = one.substance, title_zh = one.title_zh, title_en = one.title_en, detail_zh = one.detail_zh,
       detail_en = one.detail_en
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
       AS one (id, substance, title_zh, title_en, detail_zh, detail_en)
 WHERE old.id = one.id
"""
_SEEN_OPEN = """
UPDATE findings_finding AS old
   SET last_seen_at = %s, substance = one.substance, title_zh = one.title_zh, title_en = one.title_en,
       detail_zh = one.detail_zh, detail_en = one.detail_en
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
       AS one (id, substance, title_zh, title_en, detail_zh, detail_en)
 WHERE old.id = one.id
"""
_OBJECTS = """
INSERT INTO findings_findingobject (finding_id, kind, record_type, key)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::text[])
ON CONFLICT DO NOTHING
"""
_STEPS = """
INSERT INTO findings_findingstep (finding_id, done, by_id, at, remark, outcome)
SELECT key, %s, %s, %s, '', '' FROM unnest(%s::bigint[]) AS key
"""
_WORDS = ("title_zh", "title_en", "detail_zh", "detail_en")


def note_findings(
    suspects: polars.DataFrame, objects: polars.DataFrame, *, rule: str, severity: str, act: Act
) -> Raised:
    """Write what was noticed, one finding a matter, inside whatever operation noticed it.

    A handful of statements however many rows there are; two that notice the same at once write one finding.

    Args:
        suspects: columns as ``register.SUSPECTS``; of two rows of one fingerprint the first counts.
        objects: columns as ``register.OBJECTS``.
        rule: code of the rule; empty for a person.

    Locks: the findings of the same fingerprints, in their order.
    """
    inside_operation()
    rows = suspects.unique("fingerprint", keep="first", maintain_order=True).with_columns(
        matter=polars.col("fingerprint"),
        fingerprint=polars.col("fingerprint").map_elements(partial(digest_of, rule), polars.String),
        substance=polars.col("substance").map_elements(digest_of, polars.String),
    )
    rows = rows.sort("fingerprint")
    if rows.height == 0:
        return Raised(0, 0, 0)
    fresh = _inserted(rows, rule, severity, act)
    known = rows.filter(~polars.col("fingerprint").is_in(list(fresh)))
    there = {
        one.fingerprint: one
        for one in Finding.objects.select_for_update()
        .filter(fingerprint__in=known["fingerprint"].to_list())
        .order_by("fingerprint")
    }
    recurring = [
        name
        for name, seen in known.select("fingerprint", "substance").iter_rows()
        if recurs(there[name], seen)
    ]
    is_open = [name for name, one in there.items() if one.state not in CLOSED]
    keys = {name: one.pk for name, one in there.items()} | fresh
    told = rows.with_columns(id=polars.col("fingerprint").replace_strict(keys, return_dtype=polars.Int64))
    again = told.filter(polars.col("fingerprint").is_in(recurring))
    with connection.cursor() as cursor:
        for statement, chosen in (
            (_REOPEN, again),
            (_SEEN_OPEN, told.filter(polars.col("fingerprint").is_in(is_open))),
        ):
            if chosen.height:
                cursor.execute(
                    statement, [act.at, *(chosen[name].to_list() for name in ("id", "substance", *_WORDS))]
                )
    closed = [one.pk for name, one in there.items() if one.state in CLOSED and name not in recurring]
    Finding.objects.filter(pk__in=closed).update(last_seen_at=act.at)
    _write_objects(told.filter(~polars.col("id").is_in(closed)), objects)
    _write_steps("RAISED", sorted(fresh.values()), act)
    _write_steps("REOPENED", sorted(again["id"].to_list()), act)
    noticed = told.filter(polars.col("fingerprint").is_in([*fresh, *recurring]))
    _leave_trail(noticed)
    announce(FINDING_RAISED, lambda: _happened(noticed, rule), at=act.at, permission="findings.view")
    return Raised(len(fresh), again.height, known.height - again.height)


def _happened(noticed: polars.DataFrame, rule: str) -> list[Happened]:
    """Return what subscribers are told: findings of one unit and place together, by their ids."""
    return [
        Happened({"rule": rule, "ids": sorted(rows["id"].to_list())}, Scope(unit=unit, place=place))
        for (unit, place), rows in noticed.group_by("unit", "place", maintain_order=True)
    ]


def recurs(finding: Finding, substance: str) -> bool:
    """Return whether a matter that is seen again re-opens its finding.

    Corrected, it should be gone, so any sight of it does. Explained or dismissed, it does only when what is seen has
    changed: a judgement on the same thing is remembered.
    """
    if finding.state not in CLOSED:
        return False
    is_corrected = finding.state == FindingState.ACCEPTED and finding.outcome == Outcome.CORRECTED
    return is_corrected or finding.substance != substance


def _inserted(rows: polars.DataFrame, rule: str, severity: str, act: Act) -> dict[str, int]:
    """Return the keys of new findings: ``dict[fingerprint, key]``."""
    columns = [
        rows["fingerprint"].to_list(),
        rows["substance"].to_list(),
        [rule] * rows.height,
        *(rows[name].to_list() for name in _WORDS),
        [str(severity)] * rows.height,
        rows["unit"].to_list(),
        rows["place"].to_list(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [act.actor.pk, act.at, act.at, *columns])
        return {fingerprint: key for key, fingerprint in cursor.fetchall()}


def _write_objects(told: polars.DataFrame, objects: polars.DataFrame) -> None:
    named = objects.join(told.select("id", "matter"), left_on="fingerprint", right_on="matter")
    strange = set(named["kind"].unique().to_list()) - set(FindingObject.Kind.values)
    if strange:
        raise ValueError(f"no finding is about {strange}")
    if named.height:
        with connection.cursor() as cursor:
            cursor.execute(_OBJECTS, [named[name].to_list() for name in ("id", "kind", "record_type", "key")])


def _write_steps(done: str, keys: list[int], act: Act) -> None:
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_STEPS, [done, act.actor.pk, act.at, keys])


def _leave_trail(rows: polars.DataFrame) -> None:
    if rows.height:
        audit_rows(
            rows.select(
                object=polars.format("findings.finding:{}", "id"),
                digest="substance",
                unit="unit",
                place="place",
            ).to_dict(as_series=False)
        )
