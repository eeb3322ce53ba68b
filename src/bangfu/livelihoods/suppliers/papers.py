"""What suppliers have on paper: the picking list and the settlement statement, as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from bangfu.foundation.rooms import both
from bangfu.livelihoods.papers import Paper, Part
from bangfu.livelihoods.shop.neighbours import order_number
from bangfu.livelihoods.suppliers.models import LINE_WORDS, STATEMENT_WORDS, Statement, Supplier
from bangfu.livelihoods.suppliers.telling import percent, yuan
from bangfu.livelihoods.suppliers.toship import ToShip, by_order, by_product

DUE = both("应付（元）", "Due (yuan)")
TERMS_SAID = both(
    "{document}：佣金 {commission}，平台费 {platform}，每单运费 {freight} 元",
    "{document}: commission {commission}, platform fee {platform}, freight {freight} yuan an order",
)


def _spoken(language: str) -> str:
    return "en" if language == "en" else "zh-hans"


def picking_pdf(supplier: Supplier, lines: Sequence[ToShip], *, language: str, at: datetime) -> bytes:
    """Return the picking list of a supplier as a PDF: what to fetch by product, then what goes together by order.

    Args:
        language: ``zh`` or ``en``.
    """
    with override(_spoken(language)):
        paper = Paper(
            title=str(both("拣货单", "Picking list")),
            about=f"{supplier.title} · {at:%Y-%m-%d %H:%M}",
            parts=[
                Part(
                    str(both("按商品", "By product")),
                    [
                        str(both("规格编码", "Pack code")), str(both("商品", "Product")), str(both("规格", "Pack")),
                        str(both("件数", "Packs")), str(both("千克", "kg")),
                    ],
                    [
                        [one.pack_code, str(one.product), str(one.spec), str(one.packs), one.kilograms]
                        for one in by_product(lines)
                    ],
                    numbers_from=3, wide=(1, 2),
                ),
                Part(
                    str(both("按订单", "By order")),
                    [
                        str(both("订单", "Order")), str(both("商品", "Product")), str(both("规格", "Pack")),
                        str(both("件数", "Packs")), str(both("支付", "Paid")),
                    ],
                    [
                        [one.number if place == 0 else "", str(one.product), str(one.spec), str(one.left),
                         f"{timezone.localtime(one.paid_at):%m-%d %H:%M}" if place == 0 else ""]
                        for rows in by_order(lines).values()
                        for place, one in enumerate(rows)
                    ],
                    numbers_from=3, wide=(1, 2),
                ),
            ],
        )  # fmt: skip
        return paper.pdf()


def statement_pdf(statement: Statement, lines: Sequence[Any], *, language: str) -> bytes:
    """Return a settlement statement as a PDF, with room for two signatures.

    Args:
        language: ``zh`` or ``en``.
        lines: the statement's, with ``line``, ``terms`` and ``adjustment``.
    """
    with override(_spoken(language)):
        supplier = statement.supplier
        said = [
            (both("退款后净额", "Kept after refunds"), yuan(statement.kept_fen)),
            (
                both("加：优惠券（销售单位承担）", "Plus coupons (borne by the seller)"),
                yuan(statement.coupon_fen),
            ),
            (both("减：佣金", "Less commission"), yuan(statement.commission_fen)),
            (both("减：平台费", "Less platform fee"), yuan(statement.platform_fen)),
            (both("减：运费", "Less freight"), yuan(statement.freight_fen)),
            (both("更正", "Corrections"), yuan(statement.adjusted_fen)),
            (DUE, yuan(statement.due_fen)),
            (both("其中保底归农户", "Promised to growers"), yuan(statement.floor_fen)),
        ]
        if statement.grower_fen is not None:
            said.append((both("农户实际收到", "Paid to growers"), yuan(statement.grower_fen)))
        versions = {one.terms_id: one.terms for one in lines}
        terms = "；".join(
            str(TERMS_SAID.filled(
                document=one.document, commission=percent(one.commission_bp), platform=percent(one.platform_bp),
                freight=yuan(one.freight_fen),
            ))
            for one in versions.values()
        )  # fmt: skip
        paper = Paper(
            title=str(both("结算单 {number}", "Statement {number}").filled(number=statement.number)),
            about=f"{supplier.title} {supplier.code} · {supplier.unit.name} · {statement.starts_on} – {statement.last_day}"
            f" · {STATEMENT_WORDS[statement.state]}",
            parts=[
                Part(
                    terms,
                    [
                        str(both("类别", "Kind")), str(both("订单", "Order")), str(both("商品", "Product")),
                        str(both("件", "Packs")), str(both("净额", "Kept")), str(both("券", "Coupon")),
                        str(both("佣金", "Commission")),
                        str(both("平台费", "Fee")), str(both("运费", "Freight")), str(both("更正", "Correction")),
                        str(both("应付", "Due")),
                    ],
                    [
                        [
                            str(LINE_WORDS[one.kind]), order_number(one.line.order_id),
                            f"{one.line.offer.stock.variant.product.name} {one.line.offer.stock.variant.spec}", str(one.quantity),
                            yuan(one.kept_fen), yuan(one.coupon_fen), yuan(one.commission_fen), yuan(one.platform_fen),
                            yuan(one.freight_fen), yuan(one.adjusted_fen), yuan(one.due_fen),
                        ]
                        for one in lines
                    ],
                    numbers_from=3, wide=(2,),
                )
            ],
            sums=[(str(title), value, title == DUE) for title, value in said],
            sign=[str(both("供应商（签章）", "Supplier")), str(both("帮扶单位（签章）", "Office"))],
        )  # fmt: skip
        return paper.pdf()
