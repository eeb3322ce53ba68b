"""Why something cannot be sold, and what the operations of what is sold have in common."""

from __future__ import annotations

from bangfu.foundation.operations import Refusal, Scope
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both


class UnableToSell(Refusal):
    """Codes: ``words_missing``, ``code_taken``, ``unknown_kind``, ``no_county``, ``certificate_half``, ``no_weight``,
    ``price_wrong``, ``price_in_the_past``, ``price_known``, ``period_backwards``, ``quantity_wrong``, ``not_enough``,
    ``offered_already``, ``other_sale``, ``limit_wrong``, ``closed_already``, ``unknown_payer``, ``address_missing``,
    ``lot_elsewhere``, ``sale_over``, ``sale_begun``, ``product_elsewhere``, ``product_differs``, ``pack_elsewhere``,
    ``weight_fixed``, ``unknown_warehouse``, ``unknown_pack``, ``receipt_twice``, ``receipt_differs``."""

    sentences = {
        "words_missing": both("请填写编码和中英文名称。", "Enter a code and the names in both languages."),
        "code_taken": both("编码 {code} 已被使用。请换一个。", "The code {code} is taken. Choose another."),
        "unknown_kind": both("没有“{kind}”这一类。", "There is no kind called {kind}."),
        "no_county": both("产地须是一个县。请选到县级。", "The origin is a county. Choose one."),
        "certificate_half": both(
            "产地证明的文号和出具单位要一起填。", "Enter the number of the certificate and who issued it, both."
        ),
        "no_weight": both("净重和件数须大于零。", "The net weight and the pack are above zero."),
        "price_wrong": both(
            "价格须大于零，给农户的底价不得低于零、不得高于价格。",
            "A price is above zero, and the grower's floor lies between zero and the price.",
        ),
        "price_in_the_past": both(
            "价格不能从过去开始生效。请填现在或以后。", "A price cannot begin in the past. Enter now or later."
        ),
        "price_known": both("这一时刻已有一个价格。请换一个时刻。", "There is a price from this moment. Choose another."),
        "period_backwards": both("结束须在开始之后。请核对。", "The end lies after the beginning. Check both."),
        "quantity_wrong": both("数量须是大于零的整数。", "The quantity is a whole number above zero."),
        "not_enough": both("可用库存只有 {free} 件。", "Only {free} packs are free."),
        "offered_already": both("这批库存已在该渠道上架。", "This stock is on offer in the channel already."),
        "other_sale": both(
            "库存须属于这场直播，渠道须是它的渠道。", "The stock is set apart for the live sale, whose channel it is sold in."
        ),
        "limit_wrong": both("限购数量须大于零。", "A limit is above zero."),
        "closed_already": both("已经下架。", "It is closed already."),
        "address_missing": both("请填写收件人、电话和地址。", "Enter name, phone and address."),
        "lot_elsewhere": both(
            "批次 {lot} 不是这个商品产地县的。请选产地县的批次。",
            "Lot {lot} is not from the product's county of origin. Choose one that is.",
        ),
        "product_elsewhere": both("这个商品属于别的单位。", "The product is another unit's."),
        "product_differs": both(
            "同一商品的各行写得不一样。请改成一致。", "Rows of one product differ. Let them say the same."
        ),
        "pack_elsewhere": both("这个规格编码属于别的商品。", "The pack's code is of another product."),
        "weight_fixed": both(
            "已登记的规格不能改净重和个数。请另编一个规格编码。",
            "Weight and pieces of a known pack stay. Give the pack another code.",
        ),
        "unknown_warehouse": both(
            "本单位没有这个仓库。请先登记，或核对编码。", "Your unit has no such warehouse. Enter it first, or check its code."
        ),
        "unknown_pack": both("没有这个规格。请先登记商品规格。", "There is no such pack. Enter it first."),
        "receipt_twice": both(
            "同一张单、同一仓库、同一规格写了两行。请合并。",
            "The same note, warehouse and pack stand twice. Join the rows.",
        ),
        "receipt_differs": both(
            "这张单已入库，件数不同。请核对；多了少了，用盘点更正。",
            "This note came in already with another number. Check it, and put the stock right by counting.",
        ),
        "sale_over": both("这场直播已经结束。", "This live sale is over."),
        "sale_begun": both("直播已经开始，开始时间不能再改。", "The live sale began, so its beginning stays."),
        "unknown_payer": both("没有“{payer}”这类付款人。", "There is no payer called {payer}."),
    }  # fmt: skip


def of_unit(*, unit: Unit, **arguments: object) -> Scope:
    """Return a unit's scope."""
    return Scope(unit=unit.pk)


def check_words(code: str, *names: str) -> None:
    """Refuse without a code or one of the names.

    Raises: UnableToSell: ``words_missing``.
    """
    if not code.strip() or any(not name.strip() for name in names):
        raise UnableToSell("words_missing")
