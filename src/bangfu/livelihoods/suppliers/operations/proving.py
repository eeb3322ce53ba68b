"""The checklist of a product: planned, proof handed in, verified or given back by another person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.suppliers.models import Item, ItemKind, Proof, ProofState
from bangfu.livelihoods.suppliers.operations.entering import Files
from bangfu.livelihoods.suppliers.sides import require_side


class UnableToProve(Refusal):
    """Codes: ``waits_already``, ``number_missing``, ``expiry_missing``, ``lab_missing``, ``day_missing``, ``expired``,
    ``in_the_future``, ``evidence_missing``, ``identity_number``, ``decided_already``, ``own_proof``, ``remark_missing``."""

    sentences = {
        "waits_already": both(
            "上一份还在等待核验。", "What was handed in before still waits for review."
        ),
        "number_missing": both("请填写许可证或备案号。", "Enter the number of the licence."),
        "expiry_missing": both("请填写许可的有效期。", "Enter until when the licence is in force."),
        "lab_missing": both("请填写检验机构。", "Enter which laboratory tested it."),
        "day_missing": both("请填写报告日期。", "Enter the day of the report."),
        "expired": both(
            "已经过期（{day}）。请换一份有效的。", "It lapsed on {day}. Hand in one that is in force."
        ),
        "in_the_future": both("日期在今天之后。请核对。", "The day lies ahead of today. Check it."),
        "evidence_missing": both("请附上扫描件或照片。", "Attach the scan or photographs."),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "decided_already": both("这份已经核验或退回。请刷新。", "It is decided already. Reload."),
        "own_proof": both(
            "谁提交，谁就不能核验。请另一人核验。", "Who handed it in cannot verify it. Ask somebody else."
        ),
        "remark_missing": both("请写明退回的原因。", "Say why it is given back."),
    }  # fmt: skip


@dataclass(frozen=True)
class ProofDetails:
    """What is said of a proof."""

    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


@operation("suppliers.plan_item", scope=scope_of("item"))
def plan_item(*, item: Item, due_on: date, assigned_to: Account | None = None, act: Act) -> Item:
    """Say by when an item of a checklist is due, and who sees to it.

    Locks: the item.
    """
    now = Item.objects.select_for_update(of=("self",)).select_related("supply__supplier").get(pk=item.pk)
    now.due_on, now.assigned_to = due_on, assigned_to
    now.save(update_fields=["due_on", "assigned_to"])
    return now


@operation("suppliers.hand_in_proof", scope=scope_of("item"))
def hand_in_proof(*, item: Item, details: ProofDetails, files: Files, act: Act) -> Proof:
    """Hand in proof of an item: a licence with its number and expiry, a test report with laboratory and day, or files.

    Raises: UnableToProve: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the item.
    """
    now = Item.objects.select_for_update(of=("self",)).select_related("supply__supplier").get(pk=item.pk)
    require_side(now.supply.supplier, act=act)
    if Proof.objects.filter(item=now, state=ProofState.HANDED_IN).exists():
        raise UnableToProve("waits_already")
    if now.kind == ItemKind.LICENCE:
        if not details.number.strip():
            raise UnableToProve("number_missing")
        if details.expires_on is None:
            raise UnableToProve("expiry_missing")
    if now.kind == ItemKind.TEST:
        if not details.issuer.strip():
            raise UnableToProve("lab_missing")
        if details.issued_on is None:
            raise UnableToProve("day_missing")
    if details.expires_on is not None and details.expires_on < act.on:
        raise UnableToProve("expired", day=details.expires_on.isoformat())
    if details.issued_on is not None and details.issued_on > act.on:
        raise UnableToProve("in_the_future")
    if has_identity_number(details.number) or has_identity_number(details.issuer):
        raise UnableToProve("identity_number")
    if not files:
        raise UnableToProve("evidence_missing")
    proof = Proof.objects.create(
        item=now, number=details.number.strip(), issuer=details.issuer.strip(), issued_on=details.issued_on,
        expires_on=details.expires_on, handed_in_at=act.at, handed_in_by=act.actor,
    )  # fmt: skip
    hang([proof.pk], files, record_type=record_type("suppliers.proof"), act=act)
    return proof


def _decide(proof: Proof, state: str, act: Act, remark: str = "") -> Proof:
    now = (
        Proof.objects.select_for_update(of=("self",))
        .select_related("item__supply__supplier")
        .get(pk=proof.pk)
    )
    if now.state != ProofState.HANDED_IN:
        raise UnableToProve("decided_already")
    if now.handed_in_by_id == act.actor.pk:
        raise UnableToProve("own_proof")
    if state == ProofState.VERIFIED and now.expires_on is not None and now.expires_on < act.on:
        raise UnableToProve("expired", day=now.expires_on.isoformat())
    now.state, now.decided_at, now.decided_by, now.remark = state, act.at, act.actor, remark
    now.save(update_fields=["state", "decided_at", "decided_by", "remark"])
    return now


@operation("suppliers.verify_proof", scope=scope_of("proof"))
def verify_proof(*, proof: Proof, act: Act) -> Proof:
    """Verify what was handed in for an item; another person than who did.

    Raises: UnableToProve: ``decided_already``, ``own_proof``, ``expired``; nothing was written.
    Locks: the proof.
    """
    return _decide(proof, ProofState.VERIFIED, act)


@operation("suppliers.return_proof", scope=scope_of("proof"))
def return_proof(*, proof: Proof, remark: str, act: Act) -> Proof:
    """Give back what was handed in for an item, saying why; another may be handed in.

    Raises: UnableToProve: ``decided_already``, ``own_proof``, ``remark_missing``; nothing was written.
    Locks: the proof.
    """
    if not remark.strip():
        raise UnableToProve("remark_missing")
    return _decide(proof, ProofState.RETURNED, act, remark.strip())
