"""The measures that the grants room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure, MeasureKind, Party
from bangfu.foundation.rooms import both

STUDENTS = Measure(
    code="grants.students",
    title=both("受助学生", "Pupils granted"),
    unit=both("人", "persons"),
    counts=both(
        "实际收到助学金的学生，一笔发放一行，数量为 1；按学籍辅号去重，一人多笔只计一人；公示未发放的不计。",
        "Pupils who received a grant, one row a payment, quantity 1; by school register number, several "
        "payments to one pupil are one person; displayed but unpaid does not count.",
    ),
    reported=True,
    party=Party.PERSON,
)
"""Payments to pupils; unit 1 person, grain one payment, the pupil its party."""

PAID = Measure(
    code="grants.paid",
    title=both("发放助学金", "Grants paid"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "汇入学生或监护人账户的助学金，以银行回单的金额和日期为准；拨付到学校、尚未到学生的不计；退汇冲正。",
        "Grants that reached the pupil's or guardian's account, by sum and date of the bank's slip; money "
        "passed to a school that has not reached the pupil does not count; returned payments are reversed.",
    ),
    reported=True,
)
"""Grants paid; unit 1 yuan, grain one bank slip, at the school's place."""

PAYMENTS = Measure(
    code="grants.payments",
    title=both("助学金付款笔数", "Payments of grants"),
    unit=both("笔", "payments"),
    counts=both(
        "系统按银行回单计入的每一笔付款，数量为 1；退汇冲正。",
        "Each payment that is counted here from the bank's slip, quantity 1; returned payments are reversed.",
    ),
)
"""Payments by programmes of the house; unit 1 payment, grain one bank slip, at the school's place, on the day of the bank."""

RECEIPTED = Measure(
    code="grants.receipted",
    title=both("已签收的助学金付款", "Payments of grants with a receipt"),
    unit=both("笔", "payments"),
    counts=both(
        "学生一方已签收的付款，数量为 1，记在付出的那一天，好与付款笔数相比。",
        "Payments for which the pupil's side signed, quantity 1, on the day of payment, to be held against payments.",
    ),
)
"""Payments with a receipt; unit 1 payment, grain one payment, at the school's place, on the day of the bank."""

FUND_LEFT = Measure(
    code="grants.fund_left",
    title=both("助学基金收支", "Entries of the grant fund's account"),
    unit=both("元", "yuan"),
    kind=MeasureKind.STOCK,
    decimals=2,
    counts=both(
        "助学专项基金账户的收支：收入为正，支出为负，以开户银行对账单为准；只用来算结余，不与筹得"
        "、发放相加。",
        "Entries of the restricted fund's account by the bank's statement: received is positive, paid is "
        "negative; they make up what is left and are never added to what was raised or paid.",
    ),
    reported=True,
)
"""Entries of the fund's account; unit 1 yuan, grain one entry of the bank's statement, received positive, paid negative."""
