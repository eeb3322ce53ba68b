"""The sheets that schools are given: names for signing, and names to ask after; masked, or in clear for a recorded reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from bangfu.foundation.operations import NotPermitted, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Personal, PersonalCell, PersonalList, both
from bangfu.giving.grants.models import (
    ATTENDANCE_WORDS,
    SIGNER_WORDS,
    Followed,
    FollowUp,
    PaymentState,
    Receipt,
    ReceiptSheet,
)
from bangfu.giving.grants.register import VIEW

NAME = Personal(both("学生", "Pupil"), "name")
Rows = Iterator[list[PersonalCell]]


def _asked(model: Any, account: Account, asked: Mapping[str, str], name: str, on: date) -> Any:
    key = asked.get(name, "")
    rows = model.objects.select_related("programme", "school")
    found = rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() else None
    if found is None or not allows(account, VIEW, found.scope, on):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return found


def signing_lines(sheet: ReceiptSheet) -> QuerySet[Receipt]:
    """Return the lines of a sheet whose money did not come back, in their order."""
    rows = sheet.receipts.filter(payment__state=PaymentState.PAID)
    return rows.select_related("payment__award__application__person__key").order_by("position")


def followed_lines(sheet: FollowUp) -> QuerySet[Followed]:
    """Return the pupils of a follow-up, in their order."""
    return sheet.pupils.select_related("award__application").order_by("position")


def _signing(account: Account, asked: Mapping[str, str], on: date) -> Rows:
    sheet = _asked(ReceiptSheet, account, asked, "sheet", on)
    for one in signing_lines(sheet):
        application = one.payment.award.application
        yield [
            str(one.position), one.payment.award.person_id, application.class_name,
            Decimal(one.payment.amount_fen).scaleb(-2), one.payment.paid_on.isoformat(),  # type: ignore[union-attr]
            str(SIGNER_WORDS.get(one.signer, "")), one.signed_on.isoformat() if one.signed_on else "", "", "",
        ]  # fmt: skip


def _following(account: Account, asked: Mapping[str, str], on: date) -> Rows:
    sheet = _asked(FollowUp, account, asked, "follow_up", on)
    for one in followed_lines(sheet):
        yield [
            str(one.position), one.award.person_id, one.award.application.class_name,
            str(ATTENDANCE_WORDS.get(one.answer, "")), "",
        ]  # fmt: skip


SIGNING_SHEET = PersonalList(
    code="grants.signing_sheet",
    title=both("助学金签收表", "Sheet of receipts"),
    columns=(
        both("行", "Line"), NAME, both("班级", "Class"), both("金额（元）", "Sum (yuan)"), both("到账日期", "Paid on"),
        both("已签收", "Signed by"), both("签收日期", "Signed on"), both("监护人签字", "Signature"),
        both("关系（亲属代签）", "Relation, where kin sign"),
    ),
    rows=_signing,
    page=lambda asked: reverse("grants:sheet", args=[asked["sheet"]]),
    filters={"sheet": both("签收表", "sheet")},
)  # fmt: skip
FOLLOW_UP_SHEET = PersonalList(
    code="grants.follow_up_sheet",
    title=both("学期跟踪表", "Follow-up of a term"),
    columns=(
        both("行", "Line"), NAME, both("班级", "Class"), both("去向", "Where"), both("学校填写", "To be filled in"),
    ),
    rows=_following,
    page=lambda asked: reverse("grants:follow_up", args=[asked["follow_up"]]),
    filters={"follow_up": both("跟踪表", "sheet")},
)  # fmt: skip
