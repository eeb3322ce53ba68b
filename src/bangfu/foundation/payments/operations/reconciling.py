"""A provider's bill is read and matched: every line, and everything that should stand in it, has an outcome."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import polars
from django.db import connection
from django.utils import timezone

from bangfu.foundation.findings.models import FindingObject, Severity
from bangfu.foundation.findings.operations import note_findings
from bangfu.foundation.findings.register import OBJECTS, SUSPECTS
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.payments.bills import Bill, Unreadable, read_alipay, read_wechat
from bangfu.foundation.payments.models import PROVIDER_WORDS, MerchantAccount, Outcome, Provider, Statement
from bangfu.foundation.payments.register import STATEMENT_TYPE
from bangfu.foundation.rooms import Words, both

MOST_DAYS = 92
READERS = {Provider.ALIPAY.value: read_alipay, Provider.WECHAT.value: read_wechat}
TITLES = {
    Outcome.MISSING_HERE.value: both(
        "账单「{file}」有 {count} 笔本系统没有", "{count} movements of the statement {file} are missing here"
    ),
    Outcome.MISSING_THERE.value: both(
        "账单「{file}」缺少本系统的 {count} 笔",
        "The statement {file} lacks {count} movements that are known here",
    ),
    Outcome.AMOUNT_DIFFERS.value: both(
        "账单「{file}」有 {count} 笔金额不符", "{count} movements of the statement {file} differ in amount"
    ),
}


class UnableToReadStatement(Refusal):
    """Codes: ``no_bills``, ``no_days``, ``not_over``, ``read_already``, ``not_text``, ``no_titles``, ``bad_row``,
    ``row_twice``, ``outside_days``."""

    sentences = {
        "no_bills": both("测试支付没有账单。", "Test pay has no statements."),
        "no_days": both(
            "请写账单的起止日期，最多 {most} 天。",
            "Say from which day to which the statement goes, {most} days at most.",
        ),
        "not_over": both(
            "账单的日子还没有过完。请等次日下载完整的账单。",
            "These days are not over. Download the whole statement the day after.",
        ),
        "read_already": both("这份账单已于 {day} 读入。", "This statement was read already, on {day}."),
        "not_text": both(
            "文件编码不对：支付宝账单是 GB18030，微信账单是 UTF-8。请原样上传下载的 CSV。",
            "The encoding is wrong: Alipay's bill is GB18030, WeChat Pay's UTF-8. Send the CSV as it was downloaded.",
        ),
        "no_titles": both(
            "找不到账单的列名。请上传{provider}的账单 CSV（支付宝业务明细或微信交易账单）。",
            "The titles of a bill are missing. Send the CSV of {provider} (Alipay's business detail, WeChat Pay's trades).",
        ),
        "bad_row": both(
            "第 {row} 行读不懂。请原样上传，不要修改。", "Row {row} cannot be read. Send the file unchanged."
        ),
        "row_twice": both("第 {row} 行与前面的重复。", "Row {row} repeats an earlier one."),
        "outside_days": both(
            "第 {row} 行不在所写的日期之内。请改日期。",
            "Row {row} lies outside these days. Correct the days.",
        ),
    }


_MATCH = """
INSERT INTO payments_statementline
       (statement_id, row, kind, number, transaction_number, happened_at, amount_fen, fee_fen, here_fen, payment_id, outcome)
SELECT %(statement)s, line.row, line.kind, line.number, line.transaction, line.at, line.amount, line.fee,
       known.amount_fen, known.payment_id,
       CASE WHEN known.amount_fen IS NULL THEN 'MISSING_HERE'
            WHEN known.amount_fen <> line.amount THEN 'AMOUNT_DIFFERS' ELSE 'MATCHED' END
  FROM unnest(%(row)s::int[], %(kind)s::text[], %(number)s::text[], %(transaction)s::text[], %(at)s::timestamptz[],
              %(amount)s::bigint[], %(fee)s::bigint[])
       AS line (row, kind, number, transaction, at, amount, fee)
  LEFT JOIN (
       SELECT 'PAYMENT' AS kind, number, amount_fen, id AS payment_id FROM payments_payment
        WHERE merchant_id = %(merchant)s AND state IN ('PAID', 'PART_REFUNDED', 'REFUNDED')
       UNION ALL
       SELECT 'REFUND', refund.number, refund.amount_fen, payment.id FROM payments_refund refund
         JOIN payments_payment payment ON payment.id = refund.payment_id
        WHERE payment.merchant_id = %(merchant)s AND refund.state = 'DONE') known
    ON known.kind = line.kind AND known.number = line.number
"""
_LACKING = """
INSERT INTO payments_statementline
       (statement_id, row, kind, number, transaction_number, happened_at, amount_fen, fee_fen, here_fen, payment_id, outcome)
SELECT %(statement)s, NULL, known.kind, known.number, known.transaction, known.at, known.amount_fen, 0, known.amount_fen,
       known.payment_id, 'MISSING_THERE'
  FROM (SELECT 'PAYMENT' AS kind, number, transaction_number AS transaction, ended_at AS at, amount_fen, id AS payment_id
          FROM payments_payment
         WHERE merchant_id = %(merchant)s AND state IN ('PAID', 'PART_REFUNDED', 'REFUNDED')
           AND ended_at >= %(from)s AND ended_at < %(until)s
        UNION ALL
        SELECT 'REFUND', refund.number, refund.provider_number, refund.ended_at, refund.amount_fen, payment.id
          FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
         WHERE payment.merchant_id = %(merchant)s AND refund.state = 'DONE'
           AND refund.ended_at >= %(from)s AND refund.ended_at < %(until)s) known
 WHERE NOT EXISTS (SELECT 1 FROM payments_statementline line
                    WHERE line.statement_id = %(statement)s AND line.kind = known.kind AND line.number = known.number)
"""


@operation("payments.read_statement", scope=scope_of("merchant"))
def read_statement(
    *,
    merchant: MerchantAccount,
    file_name: str,
    content: bytes,
    starts_on: date,
    last_on: date,
    act: Act,
) -> Statement:
    """Read a provider's bill of some days and match each line; what does not match becomes a finding.

    The file is not kept, and nothing of the payers in it is read.

    Args:
        last_on: the last day of the bill.

    Raises: UnableToReadStatement: see its codes; nothing was written.
    Locks: the merchant account.
    """
    if merchant.provider not in READERS:
        raise UnableToReadStatement("no_bills")
    if not timedelta(0) <= last_on - starts_on < timedelta(days=MOST_DAYS):
        raise UnableToReadStatement("no_days", most=MOST_DAYS)
    if last_on >= act.on:
        raise UnableToReadStatement("not_over")
    held = MerchantAccount.objects.select_for_update(of=("self",)).select_related("unit").get(pk=merchant.pk)
    digest = hashlib.sha256(content).hexdigest()
    before = Statement.objects.filter(merchant=held, digest=digest).first()
    if before is not None:
        raise UnableToReadStatement("read_already", day=f"{timezone.localtime(before.read_at):%Y-%m-%d}")
    rows = _read(held, content).rows
    begins, ends = _midnight(starts_on), _midnight(last_on + timedelta(days=1))
    outside = rows.filter((polars.col("happened_at") < begins) | (polars.col("happened_at") >= ends))
    if outside.height:
        raise UnableToReadStatement("outside_days", row=outside["row"].to_list()[0])
    found = Statement.objects.create(
        merchant=held,
        digest=digest,
        file_name=file_name[:200],
        starts_on=starts_on,
        ends_on=last_on + timedelta(days=1),
        line_count=rows.height,
        read_at=act.at,
        read_by=act.actor,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _MATCH,
            {
                "statement": found.pk,
                "merchant": held.pk,
                "row": rows["row"].to_list(),
                "kind": rows["kind"].to_list(),
                "number": rows["number"].to_list(),
                "transaction": rows["transaction_number"].to_list(),
                "at": rows["happened_at"].to_list(),
                "amount": rows["amount_fen"].to_list(),
                "fee": rows["fee_fen"].to_list(),
            },
        )
        cursor.execute(_LACKING, {"statement": found.pk, "merchant": held.pk, "from": begins, "until": ends})
    _raise_findings(found, act)
    return found


def _read(merchant: MerchantAccount, content: bytes) -> Bill:
    try:
        return READERS[merchant.provider](content)
    except Unreadable as reason:
        raise UnableToReadStatement(
            reason.code, row=reason.row, provider=PROVIDER_WORDS[merchant.provider]
        ) from None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)


def _raise_findings(statement: Statement, act: Act) -> None:
    """Raise one finding for each kind of what does not match."""
    scope, suspects, objects = statement.scope, [], []
    for outcome, title in TITLES.items():
        count = statement.lines.filter(outcome=outcome).count()
        if count:
            matter = f"payments:statement:{statement.pk}:{outcome}"
            words: Words = title.filled(file=statement.file_name, count=count)
            suspects.append([matter, str(count), words.zh, words.en, "", "", scope.unit, scope.place])
            objects.append([matter, FindingObject.Kind.RECORD.value, STATEMENT_TYPE, str(statement.pk)])
    if suspects:
        note_findings(
            polars.DataFrame(suspects, schema=SUSPECTS, orient="row"),
            polars.DataFrame(objects, schema=OBJECTS, orient="row"),
            rule="",
            severity=Severity.HIGH,
            act=act,
        )
