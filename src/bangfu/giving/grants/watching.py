"""The suspicion about grants that the nightly run raises: a pupil's side that was called back had less than was paid."""

from __future__ import annotations

from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, told
from bangfu.foundation.rooms import both
from bangfu.giving.grants.models import HEARD_WORDS, CallBack, Heard
from bangfu.giving.grants.paying_telling import yuan
from bangfu.giving.grants.register import CALL_BACK_TYPE, PAYMENT_TYPE, SCHOOL_TYPE

REACHED = (Heard.ARRIVED, Heard.LESS, Heard.NOTHING)
MISSED = (Heard.LESS, Heard.NOTHING)


def _less(readings: Readings, values: Values) -> Found:
    """Find calls that heard of less, for the unit that runs the programme and paid: whoever keeps in touch with the school may
    be who it is about."""
    heard = CallBack.objects.filter(heard__in=REACHED, called_on__lte=readings.on)
    missed = heard.filter(heard__in=MISSED).select_related(
        "programme", "payment__batch", "payment__award__school"
    )
    suspects = [
        Suspect(
            matter=f"call-back {one.pk}",
            substance=one.heard,
            title=both("{batch} 第 {line} 笔：{heard}", "{batch}, line {line}: {heard}").filled(
                batch=one.payment.batch.number, line=one.payment.line, heard=HEARD_WORDS[one.heard]
            ),
            detail=both(
                "{school}，{paid} 按银行回单付 {yuan} 元；{day} 回访，学生一方说：{heard}。"
                "请核对银行回单和收款账户，再向学生一方当面了解。",
                "{school}: {yuan} yuan paid by the bank's slip on {paid}; called back on {day}, the pupil's side said: {heard}."
                " Look at the slip and the account, then ask the pupil's side in person.",
            ).filled(
                school=one.payment.award.school.name, paid=one.payment.paid_on, yuan=yuan(one.payment.amount_fen),
                day=one.called_on, heard=HEARD_WORDS[one.heard],
            ),
            unit=one.programme.unit_id,
            place=one.payment.award.place_id,
            about=(
                About("RECORD", one.pk, CALL_BACK_TYPE),
                About("RECORD", one.payment_id, PAYMENT_TYPE),
                About("RECORD", one.payment.award.school_id, SCHOOL_TYPE),
                About("PLACE", one.payment.award.place_id),
            ),
        )
        for one in missed.order_by("pk")
    ]  # fmt: skip
    return told(suspects, examined=heard.count())


enter_rule(
    Rule(
        code="grants.less_arrived",
        title=both("学生一方没有足额收到助学金", "A pupil's side had less than was paid"),
        looks_for=both(
            "回访时说收到的少了、或没有收到的付款。",
            "Payments of which a call-back heard that less, or nothing, arrived.",
        ),
        wrong_when=both(
            "钱到了另一位监护人的账户；银行扣了年费或旧欠款；接电话的人不清楚；记错了学期。",
            "It came to the account of another guardian; the bank took a fee or an old debt off; whoever answered did not know;"
            " another term was meant.",
        ),
        source=both(
            "冒领、学校或老师代管银行卡：助学金发放的常见问题",
            "Ghost pupils, and cards kept by the school or a teacher: what goes wrong with grants",
        ),
        severity=Severity.HIGH,
        evaluate=_less,
    )
)
