"""What carriage costs is set by a channel's seller: templates, their versions, and which goods have which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.places.codes import PROVINCE
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import (
    Channel,
    FreightBasis,
    FreightPick,
    FreightRate,
    FreightTemplate,
    FreightVersion,
    Product,
    Variant,
)

MOST_FEN = 10**9


class UnableToCarry(Refusal):
    """Codes: ``words_missing``, ``code_taken``, ``unknown_basis``, ``amount_wrong``, ``not_a_province``, ``province_twice``,
    ``nowhere``, ``in_the_past``, ``known``, ``goods_elsewhere``, ``other_channel``, ``unknown_channel``, ``rows_differ``,
    ``charge_missing``, ``two_usual``."""

    sentences = {
        "words_missing": both("请填写编码和中英文名称。", "Enter a code and the names in both languages."),
        "code_taken": both("编码 {code} 已被使用。请换一个。", "The code {code} is taken. Choose another."),
        "unknown_basis": both("没有“{basis}”这种计费方式。", "Carriage is not reckoned by {basis}."),
        "amount_wrong": both(
            "首重、续重（件数）须大于零，费用不得为负。",
            "What a charge covers is above zero, and no charge is below it.",
        ),
        "not_a_province": both("“{name}”不是省级地区。请选省。", "{name} is no province. Choose one."),
        "province_twice": both("“{name}”写了两次。请留一行。", "{name} stands there twice. Leave one row."),
        "nowhere": both("没有一个省可以送达。请至少留一个。", "Goods would go nowhere. Leave a province at least."),
        "in_the_past": both("运费不能从过去开始生效。请填现在或以后。", "Charges cannot begin in the past. Enter now or later."),
        "known": both("这一时刻已有一个版本。请换一个时刻。", "There is a version from this moment. Choose another."),
        "goods_elsewhere": both("这个规格不是这个商品的。请另选。", "The pack is another product's. Choose one of it."),
        "other_channel": both("模板属于别的渠道。请另选。", "The template is another channel's. Choose one of this."),
        "unknown_channel": both(
            "本单位没有编码为 {code} 的渠道。请核对，或先开设。",
            "Your unit has no channel {code}. Check the code, or open it first.",
        ),
        "rows_differ": both(
            "同一模板的模板信息与第 {row} 行写得不一样。请改成一致。",
            "What is said of the template differs from row {row}. Let them say the same.",
        ),
        "charge_missing": both("送达的省须填首费和续费，免费填 0。", "Enter both charges where goods go; nothing is 0."),
        "two_usual": both(
            "一个渠道只有一个常用模板，表里 {other} 已是。请留一个。",
            "A channel has one usual template, and {other} is it in this sheet. Leave one.",
        ),
    }  # fmt: skip


@dataclass(frozen=True)
class ProvinceRate:
    """What goods to one province cost, in fen."""

    province: Place | None
    """Null = every province without a rate of its own."""
    first_fen: int = 0
    further_fen: int = 0
    is_served: bool = True


@operation("shop.enter_freight", scope=scope_of("channel"))
def enter_freight(
    *, channel: Channel, code: str, name_zh: str, name_en: str, is_usual: bool = False, act: Act
) -> FreightTemplate:
    """Enter a way of charging carriage in a channel; it charges nothing until its first version.

    Args:
        is_usual: whether it holds for whatever of the channel has no template of its own; the one before holds no more.

    Raises: UnableToCarry: ``words_missing``, ``code_taken``; nothing was written.
    Locks: the channel's templates.
    """
    if not all(text.strip() for text in (code, name_zh, name_en)):
        raise UnableToCarry("words_missing")
    if FreightTemplate.objects.filter(code=code.strip()).exists():
        raise UnableToCarry("code_taken", code=code.strip())
    if is_usual:
        _no_longer_usual(channel.pk)
    return FreightTemplate.objects.create(
        channel=channel,
        code=code.strip(),
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        is_usual=is_usual,
    )


@operation("shop.revise_freight", scope=scope_of("template"))
def revise_freight(
    *, template: FreightTemplate, name_zh: str, name_en: str, is_usual: bool, act: Act
) -> FreightTemplate:
    """Change what a template is called, and whether it is the channel's usual one.

    Raises: UnableToCarry: ``words_missing``; nothing was written.
    Locks: the channel's templates.
    """
    if not name_zh.strip() or not name_en.strip():
        raise UnableToCarry("words_missing")
    if is_usual and not template.is_usual:
        _no_longer_usual(template.channel_id)
    template.name_zh, template.name_en, template.is_usual = name_zh.strip(), name_en.strip(), is_usual
    template.save(update_fields=["name_zh", "name_en", "is_usual"])
    return template


def _no_longer_usual(channel: int) -> None:
    templates = FreightTemplate.objects.select_for_update().filter(channel=channel).order_by("pk")
    FreightTemplate.objects.filter(pk__in=[one.pk for one in templates if one.is_usual]).update(
        is_usual=False
    )


@operation("shop.set_freight", scope=scope_of("template"))
def set_freight(
    *,
    template: FreightTemplate,
    basis: str,
    first: int,
    further: int,
    rates: Sequence[ProvinceRate],
    valid_from: datetime,
    free_from_fen: int | None = None,
    act: Act,
) -> FreightVersion:
    """Let a template charge so from a moment on; orders keep what was agreed.

    Args:
        first: grams or packs that the first charge covers; ``further``, that each further one does.
        rates: one of them without a province holds for all others; without it they are not served.
        free_from_fen: from which sum of goods nothing is charged; null = from none.

    Raises: UnableToCarry: see its codes; nothing was written.
    """
    if basis not in FreightBasis.values:
        raise UnableToCarry("unknown_basis", basis=basis)
    amounts = [fen for one in rates for fen in (one.first_fen, one.further_fen)]
    if not 0 < first < 10**9 or not 0 < further < 10**9 or not all(0 <= fen <= MOST_FEN for fen in amounts):
        raise UnableToCarry("amount_wrong")
    if free_from_fen is not None and not 0 < free_from_fen <= MOST_FEN * 100:
        raise UnableToCarry("amount_wrong")
    _check_provinces(rates)
    if valid_from < act.at:
        raise UnableToCarry("in_the_past")
    if template.versions.filter(valid_from=valid_from).exists():
        raise UnableToCarry("known")
    version = FreightVersion.objects.create(
        template=template, valid_from=valid_from, basis=basis, first=first, further=further,
        free_from_fen=free_from_fen, entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    FreightRate.objects.bulk_create(
        [
            FreightRate(
                version=version, province=one.province, is_served=one.is_served,
                first_fen=one.first_fen if one.is_served else 0, further_fen=one.further_fen if one.is_served else 0,
            )
            for one in rates
        ]
    )  # fmt: skip
    return version


def _check_provinces(rates: Sequence[ProvinceRate]) -> None:
    seen: set[int | None] = set()
    for one in rates:
        if one.province is not None and one.province.level != PROVINCE:
            raise UnableToCarry("not_a_province", name=one.province.name)
        key = None if one.province is None else one.province.pk
        if key in seen:
            name = both("其他省", "Elsewhere") if one.province is None else one.province.name
            raise UnableToCarry("province_twice", name=name)
        seen.add(key)
    if not any(one.is_served for one in rates):
        raise UnableToCarry("nowhere")


@operation("shop.pick_freight", scope=scope_of("channel"))
def pick_freight(
    *,
    channel: Channel,
    product: Product,
    variant: Variant | None = None,
    template: FreightTemplate | None,
    act: Act,
) -> FreightPick | None:
    """Say which template of a channel holds for a product, or for one pack of it, which goes before.

    Args:
        template: null = none of its own: what holds for the product, or the channel's usual one.

    Raises: UnableToCarry: ``other_channel``, ``goods_elsewhere``; nothing was written.
    """
    if template is not None and template.channel_id != channel.pk:
        raise UnableToCarry("other_channel")
    if variant is not None and variant.product_id != product.pk:
        raise UnableToCarry("goods_elsewhere")
    of = {"product": product} if variant is None else {"variant": variant}
    if template is None:
        FreightPick.objects.filter(channel=channel, **of).delete()
        return None
    pick, _ = FreightPick.objects.update_or_create(channel=channel, **of, defaults={"template": template})
    return pick
