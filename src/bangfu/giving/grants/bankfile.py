"""The file that a batch takes to the bank: names and accounts in clear, for the one who was recorded as taking it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account, PersonKey
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import BYTE_ORDER_MARK, Cell
from bangfu.foundation.rooms.marks import marked_rows
from bangfu.giving.grants.details import opened
from bangfu.giving.grants.models import AccountOwner, Taking

TAKEN_FOR = timedelta(hours=1)
"""How long a taking gives the file; then it is taken again, and recorded again."""
HEADINGS: tuple[Words, ...] = (
    both("序号", "Line"), both("批次号", "Batch"), both("收款账号", "Account"), both("收款户名", "Account name"),
    both("开户行", "Bank"), both("金额（元）", "Sum (yuan)"), both("用途", "Purpose"),
)  # fmt: skip
PURPOSE = "助学金"


def as_plain_csv(rows: list[list[Cell]]) -> str:
    """Return the lines as CSV with headings and nothing below them: the bank's program takes every line for a payment.

    Of the example, which no bank gets, the file says that it is one.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([[heading.zh for heading in HEADINGS], *rows, *marked_rows()])
    return BYTE_ORDER_MARK + text.getvalue()


def bank_rows(taking: Taking, account: Account, at: datetime) -> Iterator[list[Cell]]:
    """Return the lines of a batch as the bank reads them.

    Raises: NotPermitted: it is another's taking, or its hour is over.
    """
    if taking.taken_by_id != account.pk or at - taking.taken_at > TAKEN_FOR:
        raise NotPermitted("out_of_scope", permission="grants.take_bank_file")
    payments = list(
        taking.batch.payments.select_related("award__application", "award__person__key").order_by("line")
    )
    details = opened([one.award.application_id for one in payments])
    wrapped = {
        key.person_id: bytes(key.wrapped)
        for key in PersonKey.objects.filter(person__in={one.award.person_id for one in payments})
    }
    number = taking.batch.number
    for one in payments:
        said = details.get(one.award.application_id)
        if said is None:
            continue
        person = one.award.person
        holder = said.guardian
        if one.award.application.account_owner == AccountOwner.PUPIL and person.name_sealed is not None:
            sealed = {"name": bytes(person.name_sealed)}
            holder = vault.open_columns(wrapped[person.pk], sealed, person=person.pk)["name"] or ""
        yield [
            str(one.line), number, said.account, holder, said.bank, Decimal(one.amount_fen).scaleb(-2),
            PURPOSE,
        ]  # fmt: skip
