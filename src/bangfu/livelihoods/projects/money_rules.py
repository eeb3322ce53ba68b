"""What makes a movement of a project's money acceptable, one by one or as the rows of a sheet. Reads, never writes.

Of many movements the stages are judged together, allocations first, so that one sheet may hold a project's whole chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.projects import queries
from bangfu.livelihoods.projects.measures import BROUGHT_IN, INVESTMENT_BROUGHT_IN, PUT_IN
from bangfu.livelihoods.projects.models import (
    FIRST_PROJECT,
    KIND_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    Kind,
    Movement,
    Project,
    Source,
    State,
)
from bangfu.livelihoods.projects.rules import Wrong, party_wrong
from bangfu.livelihoods.projects.stages import Excess, Stages, excess_of
from bangfu.livelihoods.projects.telling import yuan

RUNNING_STATES = (State.APPROVED, State.BUILDING, State.ACCEPTED)
"""States in which money of a project may move."""
PLEDGED = {Source.OWN: PUT_IN, Source.GIFT: BROUGHT_IN, Source.INVESTMENT: INVESTMENT_BROUGHT_IN}
"""What an arrival counts in as well, by its source."""


class UnableToMove(Refusal):
    """Codes: ``unknown_kind``, ``unknown_source``, ``amount``, ``receipt_missing``, ``receipt_taken``, ``receipt_meanwhile``,
    ``party_code``, ``identity_number``, ``same_party``, ``in_the_future``, ``too_early``, ``not_approved``, ``over_stage``,
    ``stage_waits``, ``stage_rests_on_it``, ``reported_receipt``, ``reported_alike``, ``unknown_project``, ``twice_in_sheet``,
    ``evidence_missing``, ``not_returned``, ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "unknown_kind": both("没有「{kind}」这个环节。", "There is no stage called {kind}."),
        "unknown_source": both("没有「{source}」这种来源。", "There is no source called {source}."),
        "amount": both("金额须大于零。", "The amount must be above zero."),
        "receipt_missing": both(
            "请填写银行回单号；下达的填资金文件文号。",
            "Enter the number of the bank receipt; of an allocation that of its document.",
        ),
        "receipt_taken": both(
            "{kind}的回单「{receipt}」已记在项目 {project}。一张回单在一个环节只计一次；一笔分给几个项目的，请在回单号后加行号。",
            "The receipt {receipt} ({kind}) is on the project {project} already. A receipt counts once a stage; where one"
            " payment is split among projects add the line to its number.",
        ),
        "receipt_meanwhile": both(
            "刚刚有人登记了回单「{receipt}」。请刷新后核对。",
            "Somebody has just entered the receipt {receipt}. Reload and compare.",
        ),
        "party_code": both(
            "「{text}」不是单位代码。请填统一社会信用代码或本单位给它的编号（大写字母、数字、短横线），不写名称和个人。",
            "{text} is no organisation's code. Enter its unified social credit code or the number you gave it (capitals,"
            " digits, hyphens), neither a name nor a person.",
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。资金只记单位，请删去。",
            "This holds an identity number and cannot be entered. Money names organisations only: take it out.",
        ),
        "same_party": both(
            "付款单位和收款单位是同一个。请核对。", "Payer and payee are the same. Check the codes."
        ),
        "in_the_future": both(
            "日期在今天之后。请改为实际发生的日期。",
            "The day lies ahead of today. Enter the day it happened.",
        ),
        "too_early": both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year."),
        "not_approved": both(
            "项目目前是“{state}”；只有批复以后、办结以前才能登记资金。",
            "The project is “{state}”. Its money moves once it is approved and until it is closed.",
        ),
        "over_stage": both(
            "{source}的{kind}合计将达 {total} 元，超过{before} {limit} 元。请核对金额，或先登记{before}。",
            "{kind} of {source} would be {total} yuan, above the {limit} yuan of “{before}”. Check the amount, or enter what is"
            " missing there first.",
        ),
        "stage_waits": both(
            "核验后{source}的{kind}合计为 {total} 元，而已核验的{before}只有 {limit} 元。请先核验{before}。",
            "Verified {kind} of {source} would be {total} yuan, and verified “{before}” is {limit} yuan. Verify that first.",
        ),
        "stage_rests_on_it": both(
            "这样一来{source}的{kind} {total} 元就超过{before} {limit} 元。请先撤回{kind}。",
            "{kind} of {source} ({total} yuan) would then exceed “{before}” ({limit} yuan). Withdraw that first.",
        ),
        "reported_receipt": both(
            "回单「{receipt}」已由{unit}在报送中登记为{measure}，再计就重复了。请其先撤回那条报送记录。",
            "The receipt {receipt} is reported by {unit} as “{measure}” already and would count twice. Have that reported"
            " record withdrawn first.",
        ),
        "reported_alike": both(
            "{unit}已报送同县、同日、同额的{measure}（{reference}）。若是同一笔，请其先撤回；若确是另一笔，请在“另一笔的说明”写明。",
            "{unit} reported “{measure}” of the same county, day and sum ({reference}). If it is the same money have that"
            " withdrawn first; if it is not, say under “Why it is another” how that is known.",
        ),
        "unknown_project": both(
            "本单位及下属单位没有编号为「{code}」的项目。请核对编号，或先登记项目。",
            "Neither your unit nor one below it has a project {code}. Check the code, or enter the project first.",
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一环节、同一张回单。请删去一行，分摊的请加行号。",
            "The same stage and receipt as row {other}. Delete one, or add the line to its number.",
        ),
        "evidence_missing": both(
            "请附上银行回单（下达的附资金文件）。", "Attach the bank receipt; of an allocation its document."
        ),
        "not_returned": both(
            "只有被退回的资金才能修改；已核验的请撤回后重新登记。",
            "Only what was returned may change; withdraw what is verified and enter it anew.",
        ),
        "withdrawn_already": both("这笔资金已经撤回。", "This movement is withdrawn already."),
        "under_review": both(
            "这笔资金正在等待核验。请先请核验人退回，再撤回。",
            "This movement waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both("请写明撤回的原因和依据。", "Say why it is withdrawn."),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


class MovementFault(RowFault):
    """Why one row's movement cannot be entered."""

    unable = UnableToMove


@dataclass(frozen=True)
class MovementDetails:
    """What is said of one movement of money."""

    kind: str
    source: str
    amount_fen: int
    happened_on: date
    payer: str
    payee: str
    receipt: str
    note: str = ""
    apart: str = ""
    """Why it is another arrival than one that was reported; empty where there is none."""


def receipt_code(text: str) -> str:
    """Return a receipt's number as it is kept: upper-case, without spaces, as reported references are.

    >>> receipt_code(" icbc 0045 ")
    'ICBC0045'
    """
    return "".join(text.split()).upper()


BUDGET_WORDS = both("预算", "budget")


def stage_words(excess: Excess) -> Words:
    """Return what the stage is called that is exceeded."""
    return BUDGET_WORDS if excess.before is None else KIND_WORDS[excess.before]


def excess_details(source: str, excess: Excess) -> dict[str, Any]:
    """Return what the sentences about an exceeded stage say."""
    return {
        "source": SOURCE_WORDS[source],
        "kind": KIND_WORDS[excess.kind],
        "total": yuan(excess.total),
        "before": stage_words(excess),
        "limit": yuan(excess.limit),
    }


def movement_wrong(said: MovementDetails, *, today: date) -> Wrong | None:
    """Return what is wrong with a movement, whatever is known already; null if nothing is."""
    if said.kind not in Kind.values:
        return "kind", "unknown_kind", {"kind": said.kind}
    if said.source not in Source.values:
        return "source", "unknown_source", {"source": said.source}
    if said.amount_fen <= 0:
        return "amount", "amount", {}
    if not said.receipt.strip():
        return "receipt", "receipt_missing", {}
    for column in ("receipt", "note", "apart"):
        if has_identity_number(getattr(said, column)):
            return column, "identity_number", {}
    for column in ("payer", "payee"):
        if wrong := party_wrong(getattr(said, column), column):
            return wrong
    # An allocation assigns a unit's own money: it may stay where it is.
    if said.payer == said.payee and said.kind != Kind.ALLOCATED:
        return "payee", "same_party", {}
    if said.happened_on < FIRST_PROJECT:
        return "happened_on", "too_early", {"first": FIRST_PROJECT.isoformat()}
    return ("happened_on", "in_the_future", {}) if said.happened_on > today else None


def _taken(rows: list[tuple[Project, MovementDetails]], but: int | None) -> dict[tuple[str, str], str]:
    """Return the projects, by code, on which receipts stand already: ``dict[(kind, receipt), code]``."""
    receipts = {receipt_code(said.receipt) for _, said in rows}
    living = Movement.objects.filter(receipt__in=receipts, withdrawn_at__isnull=True).exclude(pk=but or 0)
    return {
        (kind, receipt): code
        for kind, receipt, code in living.values_list("kind", "receipt", "project__code")
    }


def _reported(rows: list[tuple[Project, MovementDetails]]) -> list[ReportedRecord]:
    """Return the reported arrivals that bear one of the receipts, or have the day and sum of one of the rows."""
    arrivals = [said for _, said in rows if said.kind == Kind.RECEIVED]
    if not arrivals:
        return []
    days = {said.happened_on for said in arrivals}
    sums = {Decimal(said.amount_fen) / 100 for said in arrivals}
    alike = Q(reference__in={receipt_code(said.receipt) for said in arrivals}) | Q(
        happened_on__in=days, quantity__in=sums
    )
    measures = [measure.code for measure in PLEDGED.values()]
    found = ReportedRecord.objects.filter(alike, measure__in=measures, withdrawn_at__isnull=True)
    return list(found.select_related("unit").order_by("pk"))


def _reported_wrong(project: Project, said: MovementDetails, known: list[ReportedRecord]) -> Wrong | None:
    if said.kind != Kind.RECEIVED:
        return None
    measure = PLEDGED[Source(said.source)]
    size = SIZE_OF_LEVEL[COUNTY]
    for one in known:
        name = both(one.unit.name_zh, one.unit.name_en)
        if one.reference == receipt_code(said.receipt):
            details = {"receipt": one.reference, "unit": name, "measure": measure.title}
            return "receipt", "reported_receipt", details
        is_alike = (
            one.measure == measure.code
            and one.happened_on == said.happened_on
            and one.quantity == Decimal(said.amount_fen) / 100
            and one.place_id // size == project.place_id // size
        )
        if is_alike and not said.apart.strip():
            return (
                "apart",
                "reported_alike",
                {"unit": name, "measure": measure.title, "reference": one.reference},
            )
    return None


def movement_faults(
    rows: list[tuple[int, Project, MovementDetails]], *, today: date, but: Movement | None = None
) -> Iterator[MovementFault]:
    """Yield the first fault of each row, earlier stages first.

    Args:
        but: a movement that the only row is said of anew.
    """
    stages = queries.stages_of(sorted({project.pk for _, project, _ in rows}))
    if but is not None:
        stages[but.project_id][but.source].living[but.kind] -= but.amount_fen
    pairs = [(project, said) for _, project, said in rows]
    taken, reported = _taken(pairs, but.pk if but else None), _reported(pairs)
    seen: dict[tuple[str, str], int] = {}
    order = {kind: place for place, kind in enumerate(Kind.values)}
    for row, project, said in sorted(rows, key=lambda one: (order.get(one[2].kind, 0), one[0])):
        wrong = movement_wrong(said, today=today)
        place = (said.kind, receipt_code(said.receipt))
        if wrong is None and project.state not in RUNNING_STATES:
            wrong = ("project_code", "not_approved", {"state": STATE_WORDS[project.state]})
        if wrong is None and place in taken:
            details = {"kind": KIND_WORDS[said.kind], "receipt": place[1], "project": taken[place]}
            wrong = ("receipt", "receipt_taken", details)
        if wrong is None and place in seen:
            wrong = ("receipt", "twice_in_sheet", {"other": seen[place]})
        seen.setdefault(place, row)
        wrong = wrong or _reported_wrong(project, said, reported)
        if wrong is None:
            one = stages.setdefault(project.pk, {}).setdefault(said.source, Stages())
            one.living[said.kind] += said.amount_fen
            excess = excess_of(one.living, one.budget)
            if excess is not None:
                one.living[said.kind] -= said.amount_fen
                code = "over_stage" if excess.kind == said.kind else "stage_rests_on_it"
                wrong = ("amount", code, excess_details(said.source, excess))
        if wrong is not None:
            yield MovementFault(row, *wrong)
