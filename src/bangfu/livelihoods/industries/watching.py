"""Suspicions about industries that the nightly run raises: promised and not paid, more sold than harvested, moved away."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F

from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Parameter, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, told
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import MECHANISM_WORDS, Contract, Draw, Lot
from bangfu.livelihoods.industries.register import CONTRACT_TYPE, LOT_TYPE

DAYS = Parameter(
    "days",
    both("合同开始多少天没有付款就提出", "Days after a contract's start with nothing paid"),
    both("天", "days"),
    Decimal(queries.DAYS_UNPAID),
    Decimal(30),
    Decimal(1095),
)


def _unpaid(readings: Readings, values: Values) -> Found:
    examined = Contract.objects.filter(confirmed_at__isnull=False, promised_fen__isnull=False).count()
    suspects = [
        Suspect(
            matter=f"contract {one.pk}",
            substance=one.promised_fen or 0,
            title=both(
                "{number}：承诺{mechanism}，没有付款", "{number}: {mechanism} promised, nothing paid"
            ).filled(number=one.number, mechanism=MECHANISM_WORDS[one.mechanism]),
            detail=both("{day} 起，每年承诺 {yuan} 元。", "From {day} on, {yuan} yuan a year.").filled(
                day=one.starts_on.isoformat(), yuan=yuan(one.promised_fen or 0)
            ),
            unit=one.industry.unit_id,
            place=one.village_id,
            about=(About("RECORD", one.pk, CONTRACT_TYPE), About("PLACE", one.village_id)),
        )
        for one in queries.unpaid_contracts(readings.on, days=int(values["days"])).order_by("pk")
    ]
    return told(suspects, examined=examined)


enter_rule(
    Rule(
        code="industries.unpaid_promise",
        title=both("承诺分红、租金而没有付款", "Dividend or rent promised, and nothing paid"),
        looks_for=both(
            "已核验的分红、土地流转合同，开始满规定天数还没有一笔核验过的付款。",
            "Verified contracts of dividend or lease that began so many days ago and under which no payment is verified.",
        ),
        wrong_when=both(
            "已经付了还没有登记；或合同约定收成以后才付。",
            "It was paid and is not recorded; or the contract says that it is paid after a later harvest.",
        ),
        source=both(
            "国家审计署 2017、2018 年扶贫资金审计：10.9 亿元投给与贫困户没有利益联结的企业",
            "Audits of poverty-relief funds, National Audit Office 2017 and 2018: 1.09 bn yuan given to firms with no link to any"
            " poor household",
        ),
        severity=Severity.HIGH,
        evaluate=_unpaid,
        parameters=(DAYS,),
    )
)


def _oversold(readings: Readings, values: Values) -> Found:
    drawn = Draw.objects.filter(drawn_on__lte=readings.on).values("lot")
    found = list(Lot.objects.filter(pk__in=drawn).select_related("industry").order_by("pk"))
    balances = queries.balances_of([one.pk for one in found])
    suspects = [
        Suspect(
            matter=f"lot {one.pk}",
            substance=str(balances[one.pk].sold_kg),
            title=both("批次 {code}：卖出多于收获", "Lot {code}: more sold than harvested").filled(
                code=one.code
            ),
            detail=both(
                "收获 {harvest} 千克，按出品率可售 {sellable} 千克，已售 {sold} 千克。",
                "Harvested {harvest} kg, of which {sellable} kg can be sold; sold {sold} kg.",
            ).filled(
                harvest=plain(one.harvest_kg),
                sellable=plain(balances[one.pk].sellable_kg),
                sold=plain(balances[one.pk].sold_kg),
            ),
            unit=one.industry.unit_id,
            place=one.village_id,
            about=(About("RECORD", one.pk, LOT_TYPE), About("PLACE", one.village_id)),
        )
        for one in found
        if balances[one.pk].left_kg < 0
    ]
    return told(suspects, examined=len(found))


enter_rule(
    Rule(
        code="industries.lot_oversold",
        title=both("批次卖出多于收获", "More sold of a lot than was harvested"),
        looks_for=both(
            "批次的销售合计大于收获重量乘出品率。", "Lots of which more was sold than harvest times yield."
        ),
        wrong_when=both(
            "出品率登记偏低，或同一笔销售报了两次。",
            "The yield was entered too low, or one sale was told twice.",
        ),
        source=both(
            "批次质量平衡：外地产品冒充本县产品",
            "Mass balance of lots: goods from elsewhere sold as the county's",
        ),
        severity=Severity.HIGH,
        evaluate=_oversold,
    )
)


def _moved(readings: Readings, values: Values) -> Found:
    living = Contract.objects.filter(confirmed_at__isnull=False).exclude(ends_on__lte=readings.on)
    found = list(
        living.exclude(village=F("household__place")).select_related("industry", "household").order_by("pk")
    )
    labels = place_labels({key for one in found for key in (one.village_id, one.household.place_id)})
    suspects = [
        Suspect(
            matter=f"contract {one.pk}",
            substance=str(one.household.place_id),
            title=both("{number}：一户在两个村", "{number}: a household in two villages").filled(
                number=one.number
            ),
            detail=both(
                "合同签订时在{before}，登记册现在写{now}。",
                "At {before} when it was signed, at {now} in the register now.",
            ).filled(before=labels[one.village_id], now=labels[one.household.place_id]),
            unit=one.industry.unit_id,
            place=one.village_id,
            about=(About("RECORD", one.pk, CONTRACT_TYPE), About("PLACE", one.village_id)),
        )
        for one in found
    ]
    return told(suspects, examined=living.count())


enter_rule(
    Rule(
        code="industries.household_elsewhere",
        title=both("联结户换了村", "A household that shares is registered elsewhere"),
        looks_for=both(
            "仍有效的合同，签订时的村与登记册现在的村不同。",
            "Contracts still in force whose village is not where the register has the household now.",
        ),
        wrong_when=both(
            "易地搬迁。搬迁后的付款仍算在原村。",
            "It was resettled; payments still count at the old village.",
        ),
        source=both("一户不在两个村重复统计", "No household counts in two villages"),
        severity=Severity.LOW,
        evaluate=_moved,
    )
)
