"""The measures that the goods room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure, Party
from bangfu.foundation.rooms import both

CHILDREN = Measure(
    code="goods.children",
    title=both("受助儿童", "Children reached"),
    unit=both("人", "persons"),
    counts=both(
        "签收到物资的儿童，一次发放一行，数量为 1；按学籍辅号去重，多次领取只计一人；已发货未签收的不计。",
        "Children for whom goods were signed for, one row a hand-out, quantity 1; by school register number, "
        "several hand-outs are one child; shipped but not signed for does not count.",
    ),
    reported=True,
    party=Party.PERSON,
)
"""Hand-outs; unit 1 person, grain one hand-out, the child its party."""
