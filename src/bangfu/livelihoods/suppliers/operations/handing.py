"""Recipients are shown to who ships their orders, and each showing is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.people.persons.operations import living_keys, record_accesses
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.neighbours import Recipient, order_number
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS
from bangfu.livelihoods.suppliers.models import Handout, Supplier
from bangfu.livelihoods.suppliers.sides import require_side
from bangfu.livelihoods.suppliers.toship import lines_to_ship

MOST_ORDERS = 5_000
"""In one sheet: couriers' pages take fewer."""
REASON = "发货：{supplier}，{courier}"
"""What stands with each access; sealed under the person's own key."""


class UnableToHandOut(Refusal):
    """Codes: ``nothing_to_ship``, ``too_many``, ``unknown_courier``, ``no_recipient``."""

    sentences = {
        "nothing_to_ship": both(
            "订单 {order} 没有您待发的商品，收件人不再显示。",
            "Nothing of yours is to ship in order {order}, so its recipient is not shown.",
        ),
        "too_many": both(
            "一次最多 {most} 个订单。请分几次。", "{most} orders at most at once. Take them in parts."
        ),
        "unknown_courier": both("请选快递公司。", "Choose the courier."),
        "no_recipient": both(
            "这些订单没有留收件人（自提或直送）。请联系下单单位。",
            "Nobody left a recipient for these orders: they are fetched or brought. Ask the unit that ordered.",
        ),
    }


@operation("suppliers.take_recipients", scope=scope_of("supplier"))
def take_recipients(*, supplier: Supplier, orders: Sequence[int], courier: str = "", act: Act) -> Handout:
    """Record that the actor sees the recipients of orders that the supplier has to ship; ``handed_out`` opens the record.

    Args:
        courier: in whose sheet they leave; empty: on the page of one order.

    Raises: UnableToHandOut: see its codes; nothing was shown or written.
    """
    require_side(supplier, act=act)
    if len(orders) > MOST_ORDERS:
        raise UnableToHandOut("too_many", most=MOST_ORDERS)
    if courier and courier not in COURIER_WORDS:
        raise UnableToHandOut("unknown_courier")
    lines = lines_to_ship([supplier.pk], orders)
    known = {one.order for one in lines}
    for key in orders:
        if key not in known:
            raise UnableToHandOut("nothing_to_ship", order=order_number(key))
    people = set(
        Recipient.objects.filter(buyer__in={one.buyer for one in lines}).values_list("person_id", flat=True)
    )
    keys = living_keys(people)
    if not keys:
        raise UnableToHandOut("no_recipient")
    reason = REASON.format(supplier=supplier.code, courier=COURIER_WORDS[courier].zh if courier else "按订单")
    record_accesses(keys, reason=reason, act=act)
    handout = Handout(
        supplier=supplier, courier=courier, orders=sorted(known), person_count=len(keys), taken_at=act.at,
        taken_by=act.actor,
    )  # fmt: skip
    handout.save(force_insert=True)
    return handout
