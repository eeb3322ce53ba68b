"""What the room says to programs: its records, each read by whoever may read its supplier, a supplier its own alone.

Waybills are sent through the layout of intake. Recipients are shown on no address for programs.
"""

from __future__ import annotations

from functools import partial

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.rooms import both
from bangfu.livelihoods.suppliers.models import (
    Parcel,
    Proof,
    Statement,
    Step,
    Supply,
    Terms,
    Ticket,
)
from bangfu.livelihoods.suppliers.queries import of_read
from bangfu.livelihoods.suppliers.sides import suppliers_read

API = RoomApi(
    seen={
        "suppliers.supplier": suppliers_read,
        "suppliers.step": partial(of_read, Step, "supplier"),
        "suppliers.supply": partial(of_read, Supply, "supplier"),
        "suppliers.proof": partial(of_read, Proof, "item__supply__supplier"),
        "suppliers.ticket": partial(of_read, Ticket, "supplier"),
        "suppliers.parcel": partial(of_read, Parcel, "supplier"),
        "suppliers.statement": partial(of_read, Statement, "supplier"),
        "suppliers.terms": partial(of_read, Terms, "supplier"),
    },
    hidden=frozenset({"suppliers.supplier.contact"}),
    not_offered={
        "suppliers.take_recipients": both(
            "收件人只在发货页向发货的人显示。", "Recipients are shown at the page of orders to ship alone."
        ),
    },
)
