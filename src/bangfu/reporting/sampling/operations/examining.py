"""Verdicts on sampled facts: one by one from a form, or many from the worksheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars
from django.db.models import Max
from django.urls import reverse

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, attach_many, keep
from bangfu.foundation.evidence.sniffing import PICTURES
from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.operations import note_findings
from bangfu.foundation.findings.register import OBJECTS, SUSPECTS
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Act, Refusal, Scope, operation, require, scope_of
from bangfu.foundation.rooms import both, record_type
from bangfu.reporting.sampling.models import (
    WRONG,
    Draw,
    End,
    SampledFact,
    Verdict,
    VerdictKind,
    plain,
)
from bangfu.reporting.sampling.operations.announcing import AT_ONCE, lock
from bangfu.reporting.sampling.population import answering_for, indicator_of_audit

LONGEST_REMARK = 1_000
MOST = Decimal(10) ** 15


class UnableToJudge(Refusal):
    """Codes: ``ended``, ``own_record``, ``remark_missing``, ``remark_too_long``, ``quantity_missing``, ``quantity_differs``,
    ``quantity_agrees``, ``quantity_out_of_bounds``."""

    sentences = {
        "ended": both("这项审计已经结束，结论不再改变。", "This audit has ended; its verdicts stand."),
        "own_record": both(
            "事实 {fact} 的记录由您提交或核验，须由另一位审计人员检查。",
            "You submitted or verified the record of fact {fact}; another auditor examines it.",
        ),
        "remark_missing": both(
            "事实 {fact}：请写明差错在哪里、缺什么依据，或为什么不能下结论。",
            "Fact {fact}: say what is wrong, what is missing, or why no conclusion is possible.",
        ),
        "remark_too_long": both("说明不超过 {most} 个字。", "The remark has {most} characters at most."),
        "quantity_missing": both(
            "事实 {fact}：请写审定的数量。", "Fact {fact}: give the quantity that it should have been."
        ),
        "quantity_differs": both(
            "事实 {fact}：结论是“相符”，审定数量却与账面 {book} 不同。请改结论，或清空数量。",
            "Fact {fact} is said to agree, but the quantity is not {book}. Change the verdict, or leave the quantity empty.",
        ),
        "quantity_agrees": both(
            "事实 {fact}：结论是“有差错”，审定数量却与账面相同。请写应有的数量。",
            "Fact {fact} is said to be misstated, but the quantity agrees. Give the one it should have been.",
        ),
        "quantity_out_of_bounds": both(
            "事实 {fact}：审定数量须不小于零，小数不超过四位。",
            "Fact {fact}: a quantity is not below zero and has four decimals at most."
        ),
    }  # fmt: skip


@dataclass(frozen=True)
class Given:
    """A verdict as it was given, before it is judged itself."""

    sampled: SampledFact
    kind: str
    audited: Decimal | None
    remark: str


def judged(one: Given) -> Given:
    """Return a verdict with the audited quantity that goes with it.

    Raises: UnableToJudge: quantity and verdict contradict each other, or the remark is missing or too long.
    """
    fact, remark, audited = one.sampled.fact_id, one.remark.strip(), one.audited
    if len(remark) > LONGEST_REMARK:
        raise UnableToJudge("remark_too_long", most=LONGEST_REMARK)
    if one.kind != VerdictKind.AGREES and not remark:
        raise UnableToJudge("remark_missing", fact=fact)
    if audited is not None and not (0 <= audited < MOST and audited == round(audited, 4)):
        raise UnableToJudge("quantity_out_of_bounds", fact=fact)
    if one.kind == VerdictKind.AGREES:
        if audited is not None and audited != one.sampled.book:
            raise UnableToJudge("quantity_differs", fact=fact, book=plain(one.sampled.book))
        audited = one.sampled.book
    elif one.kind == VerdictKind.MISSTATED:
        if audited is None:
            raise UnableToJudge("quantity_missing", fact=fact)
        if audited == one.sampled.book:
            raise UnableToJudge("quantity_agrees", fact=fact)
    else:
        audited = Decimal(0) if one.kind == VerdictKind.NOT_SUPPORTED else None
    return Given(one.sampled, one.kind, audited, remark)


def _of_audit(**arguments: object) -> Scope:
    sampled = arguments["sampled"]
    assert isinstance(sampled, SampledFact)
    return sampled.draw.announcement.scope


@operation("sampling.record_verdict", scope=_of_audit)
def record_verdict(
    *,
    sampled: SampledFact,
    kind: str,
    audited: Decimal | None = None,
    remark: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    act: Act,
) -> Verdict:
    """Say what examining a sampled fact showed; a later verdict takes the place of an earlier one, which stays.

    A wrong fact becomes a finding that somebody has to answer; the figure changes only when its room corrects the record.

    Args:
        audited: what the quantity should have been; needed of a misstated one, else it may be left out.
        files: evidence that the auditor gathered, name and content; it hangs on the sampled fact.

    Raises: UnableToJudge: see its codes; UnableToKeep: see its codes. Nothing was written.
    Locks: one verdict, draw or end at a time.
    """
    if kind not in VerdictKind.values:
        raise ValueError(f"no verdict is called {kind}")
    _write([judged(Given(sampled, kind, audited, remark))], act)
    for name, content in files:
        file = keep(content, name=name, act=act)
        of_kind = EvidenceKind.PHOTO if file.media_type in PICTURES else EvidenceKind.DOCUMENT
        attach(file, to=sampled, kind=of_kind, name=name, act=act)
    return Verdict.objects.filter(sampled=sampled).order_by("-revision")[0]


@operation("sampling.import_worksheet", scope=scope_of("upload"))
def import_worksheet(*, upload: Upload, act: Act) -> int:
    """Record every verdict of a worksheet that is new or differs, and return how many; all of them or none.

    Raises: NotPermitted: without the permission to record verdicts where one of the audits lies. UnableToImport: rows are
        refused, nothing is new, or the sheet was imported before. UnableToJudge: ``own_record``, ``ended``. Nothing was written.
    Locks: one verdict, draw or end at a time, then the upload.
    """
    lock()
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    sampled = {
        (one.draw.announcement.number, one.position): one
        for one in SampledFact.objects.filter(
            draw__announcement__number__in=rows["audit"].unique().to_list()
        ).select_related("draw__announcement")
    }
    for audit in {one.draw.announcement for one in sampled.values()}:
        require(act, "sampling.record_verdict", audit.scope)
    given = [
        judged(
            Given(sampled[row["audit"], row["position"]], row["verdict"], row["audited"], row["remark"] or "")
        )
        for row in rows.iter_rows(named=True)
    ]
    _write(given, act)
    files = rows.filter(polars.col("evidence_digest").is_not_null())
    if files.height:
        keys = [sampled[pair].pk for pair in files.select("audit", "position").iter_rows()]
        attached = files.select(digest="evidence_digest", name="evidence").with_columns(
            record=polars.Series(keys, dtype=polars.Int64), kind=polars.lit(str(EvidenceKind.DOCUMENT))
        )
        attach_many(attached, record_type=record_type("sampling.item"), act=act)
    first = rows["audit"][0]
    outcome = {"verdicts": len(given), "address": reverse("sampling:audit", args=[first])}
    intake.mark_confirmed(upload, outcome, act=act)
    return len(given)


def _write(given: Sequence[Given], act: Act) -> None:
    """Write verdicts and the findings that wrong ones raise, in set form."""
    lock()
    draws = {one.sampled.draw_id for one in given}
    if End.objects.filter(announcement__draw__in=draws).exists():
        raise UnableToJudge("ended")
    answering = answering_for(one.sampled.fact_id for one in given)
    for one in given:
        if act.actor.pk in answering.get(one.sampled.fact_id, ()):
            raise UnableToJudge("own_record", fact=one.sampled.fact_id)
    before = dict(
        Verdict.objects.filter(sampled__in=[one.sampled.pk for one in given])
        .values_list("sampled")
        .annotate(last=Max("revision"))
    )
    Verdict.objects.bulk_create(
        (
            Verdict(
                sampled=one.sampled, revision=before.get(one.sampled.pk, 0) + 1, kind=one.kind,
                audited=one.audited, remark=one.remark, given_by=act.actor, given_at=act.at,
            )
            for one in given
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip
    _raise([one for one in given if one.kind in WRONG], act)


def _raise(wrong: Sequence[Given], act: Act) -> None:
    if not wrong:
        return
    facts = Fact.objects.in_bulk([one.sampled.fact_id for one in wrong])
    announcements = {
        draw.pk: draw.announcement
        for draw in Draw.objects.filter(pk__in={one.sampled.draw_id for one in wrong}).select_related(
            "announcement"
        )
    }
    titles = {key: indicator_of_audit(one).title for key, one in announcements.items()}
    suspects: list[list[object]] = []
    objects: list[list[object]] = []
    for one in wrong:
        fact, audit = facts[one.sampled.fact_id], announcements[one.sampled.draw_id]
        matter = f"sampling:{audit.number}:{fact.pk}"
        said = {
            "number": audit.number, "fact": fact.pk, "book": plain(one.sampled.book),
            "audited": plain(one.audited or Decimal(0)), "title": titles[one.sampled.draw_id],
        }  # fmt: skip
        title = both(
            "抽样审计第 {number} 号：事实 {fact} 有差错", "Audit no. {number}: fact {fact} is wrong"
        ).filled(**said)
        detail = both(
            "“{title}”下的事实 {fact}，账面 {book}，审定 {audited}。",
            "Fact {fact} under {title}: {book} in the ledger, {audited} as audited.",
        ).filled(**said)
        suspects.append(
            [
                matter, f"{one.kind}:{said['audited']}", title.zh, title.en, f"{detail.zh}{one.remark}",
                f"{detail.en} {one.remark}", fact.unit_id, fact.place_id,
            ]
        )  # fmt: skip
        objects.append([matter, "FACT", None, str(fact.pk)])
        objects.append([matter, "RECORD", fact.subject_type, str(fact.subject_id)])
    note_findings(
        polars.DataFrame(suspects, schema=SUSPECTS, orient="row"),
        polars.DataFrame(objects, schema=OBJECTS, orient="row"),
        rule="",
        severity=Severity.HIGH,
        act=act,
    )
