"""The measures that the suppliers room posts: how many reached each stage, and what of the price reached growers."""

from bangfu.foundation.ledger.measures import Evidence, Measure, MeasureKind
from bangfu.foundation.rooms import both
from bangfu.livelihoods.suppliers.models import Stage


def _stage(code: str, zh: str, en: str, counts_zh: str, counts_en: str) -> Measure:
    return Measure(
        code=f"suppliers.{code}",
        title=both(zh, en),
        unit=both("家", "suppliers"),
        kind=MeasureKind.STOCK,
        counts=both(
            f"{counts_zh}的供应商计一次，以达到之日计入，退回之日减去；到了更高阶段的仍计。",
            f"A supplier that {counts_en} once, from the day it reached that until it fell back; one at a later stage still.",
        ),
        evidence=Evidence.REQUIRED,
    )


OF_STAGE: dict[int, Measure] = {
    Stage.PACKAGED: _stage(
        "packaged", "有包装的供应商", "Suppliers with packaging", "产品有了自己包装", "has packaging of its own"
    ),
    Stage.LABELLED: _stage(
        "labelled", "有标签的供应商", "Suppliers with labels", "产品有了合规标签", "has labels as the law asks for"
    ),
    Stage.BRANDED: _stage(
        "branded", "有品牌的供应商", "Suppliers with a brand", "有了自己品牌", "has a brand of its own"
    ),
    Stage.LISTS: _stage(
        "listing", "自己上架的供应商", "Suppliers that list alone", "能自己上架商品", "lists its products by itself"
    ),
    Stage.INDEPENDENT: _stage(
        "independent",
        "自己卖出去的供应商",
        "Suppliers that sell without us",
        "不靠帮扶单位也能卖出去",
        "sells without the office's help",
    ),
}  # fmt: skip
"""What each stage counts, by stage; unit 1 supplier, grain one supplier's reaching or leaving it, at its county."""

PAID_TO_GROWERS = Measure(
    code="suppliers.paid_to_growers",
    title=both("结算商品付给农户的货款", "Paid to growers for settled goods"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "已付款结算单里定了保底价的商品，农户实际收到的货款，按供应商凭收购凭证填写的数，以结算单付款之日计入，按产地县。",
        "What growers were paid for goods with a promised floor in statements that were paid, as the supplier says with purchase"
        " slips; on the day the statement was paid, by county of origin.",
    ),
    evidence=Evidence.REQUIRED,
)
"""Numerator of the growers' share; unit 1 yuan, grain one statement and county of origin."""

PAID_BY_BUYERS = Measure(
    code="suppliers.paid_by_buyers",
    title=both("结算商品的买家实付", "Paid by buyers for settled goods"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "同一些商品买家的实付，扣除退款，以结算单付款之日计入，按产地县；与“退款后净额”不是一个日子，不能相加。",
        "What buyers paid for the same goods, less refunds; on the day the statement was paid, by county of origin. It is"
        " dated otherwise than what the shop kept, so the two are never added.",
    ),
    evidence=Evidence.REQUIRED,
)
"""Denominator of the growers' share; unit 1 yuan, grain one statement and county of origin."""
MEASURES = (*OF_STAGE.values(), PAID_TO_GROWERS, PAID_BY_BUYERS)
