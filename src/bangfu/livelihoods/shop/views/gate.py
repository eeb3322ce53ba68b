"""Who may read and do what at the room's pages, and what every page has."""

from __future__ import annotations

from functools import partial
from typing import Any

from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.records.gate import Gate
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.register import VIEW

ROWS_A_PAGE = 50
READ_AND_WRITE = ["GET", "HEAD", "POST"]
TITLES: dict[str, Words] = {
    "orders": both("订单", "Orders"),
    "products": both("商品", "Products"),
    "stocks": both("库存", "Stock"),
    "channels": both("渠道", "Channels"),
    "warehouses": both("仓库", "Warehouses"),
    "sales": both("直播", "Live sales"),
    "freights": both("运费", "Carriage"),
    "coupon_batches": both("优惠券", "Coupons"),
    "returns": both("退货退款", "Returns"),
    "invoices": both("发票", "Invoices"),
    "reviews": both("评价", "Reviews"),
    "catalogue": both("公开商品页", "Public catalogue"),
}
carried_out = partial(carried_out_on, template="shop/form.html")
GATE = Gate("shop", VIEW)
reader, may = GATE.reader, GATE.may
refuse_strangers, units_for = GATE.refuse_strangers, GATE.units_of


def form_page(title: Words, back: str, **more: Any) -> dict[str, Any]:
    """Return what a form's page shows beside the form."""
    return {"title": title, "back": back, **more}


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return GATE.sections(TITLES, here)
