"""Suspicions about quantities, days and parties in the ledger."""

from __future__ import annotations

from decimal import Decimal

import polars

from bangfu.foundation.findings.engines.counted_twice import by_two_units
from bangfu.foundation.findings.engines.far_from_peers import outliers
from bangfu.foundation.findings.engines.heaping import period_ends, round_numbers
from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Parameter, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import (
    About,
    Suspect,
    Tree,
    measure_title,
    measure_unit,
    told,
)
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import MeasureKind
from bangfu.foundation.organisation.queries import unit_names
from bangfu.foundation.rooms import Words, both


def _parameter(
    code: str, title: Words, default: str, least: str, most: str, unit: Words | None = None
) -> Parameter:
    return Parameter(code, title, unit, Decimal(default), Decimal(least), Decimal(most))


_FEWEST = _parameter(
    "fewest", both("一组至少多少条才检验", "Fewest facts of a group that is tested"), "30", "10", "10000"
)
_LEVEL = _parameter(
    "level",
    both("显著性水平（全部检验合计）", "Level of significance, of all tests together"),
    "0.001",
    "0.000001",
    "0.05",
)
_BINOMIAL = both(
    "精确二项检验（Clopper 和 Pearson, Biometrika 26 (1934) 404），多组按 Bonferroni 校正（Dunn, JASA 56 (1961) 52）",
    "Exact binomial test (Clopper and Pearson, Biometrika 26 (1934) 404), corrected for many groups by Bonferroni (Dunn, JASA 56 "
    "(1961) 52)",
)


def _heaped(rows: polars.DataFrame, what: str, title: Words, examined: int) -> Found:
    names = unit_names(rows["unit"].unique().to_list())
    return told(
        [
            Suspect(
                matter=f"{what} {row['measure']} {row['unit']} {row['year']}",
                substance="",
                title=title.filled(
                    measure=measure_title(row["measure"]),
                    year=row["year"],
                    pct=round(100 * row["heaped"] / row["count"]),
                ),
                detail=both(
                    "{unit}：{count} 条中有 {heaped} 条；纯属偶然的可能性为 {chance:.1e}。",
                    "{unit}: {heaped} of {count}; the chance of so many is {chance:.1e}.",
                ).filled(
                    unit=names[row["unit"]], count=row["count"], heaped=row["heaped"], chance=row["chance"]
                ),
                unit=row["unit"],
                place=None,
                about=(About("MEASURE", row["measure"]), About("UNIT", row["unit"])),
            )
            for row in rows.iter_rows(named=True)
        ],
        examined=examined,
    )


def _round(readings: Readings, values: Values) -> Found:
    whole = readings.facts.filter("is_whole")
    found = round_numbers(
        whole, fewest=int(values["fewest"]), level=float(values["level"]), share=float(values["share"])
    )
    title = both("{measure}：{year} 年有 {pct}% 是整十数", "{measure}: {pct}% round numbers in {year}")
    return _heaped(found, "round", title, whole.height)


enter_rule(
    Rule(
        code="findings.round_numbers",
        title=both("整数扎堆", "Round numbers"),
        looks_for=both(
            "一个单位一年内同一度量的数（三位数以上）以 0 结尾的过多，像是估计出来的。",
            "Of one unit, measure and year, too many quantities of three digits or more end in nought, as estimates do.",
        ),
        wrong_when=both(
            "按标准发放的补贴、整箱发放的物资、按百元计价的消费本来就是整数；不同数值少于五个的组不检验，但混合几种标准的仍会报出。",
            "Allowances at fixed rates, goods by the box and prices in hundreds are round by nature. Groups with fewer than five "
            "different quantities are not tested, but a mixture of several rates still is.",
        ),
        source=both(
            "末位数检验：B. Beber 和 A. Scacco, Political Analysis 20 (2012) 211；" + _BINOMIAL.zh,
            "Last digits: B. Beber and A. Scacco, Political Analysis 20 (2012) 211; " + _BINOMIAL.en,
        ),
        severity=Severity.LOW,
        evaluate=_round,
        parameters=(
            _FEWEST,
            _LEVEL,
            _parameter(
                "share",
                both("整数至少占（0 到 1）", "Share of round numbers, at least (0 to 1)"),
                "0.3",
                "0.1",
                "1",
            ),
        ),
    )
)


def _ends(readings: Readings, values: Values) -> Found:
    whole = readings.facts.filter("is_whole")
    found = period_ends(
        whole,
        fewest=int(values["fewest"]),
        level=float(values["level"]),
        share=float(values["share"]),
        last_days=int(values["last_days"]),
        statement_share=float(values["statement_share"]),
    )
    title = both("{measure}：{year} 年有 {pct}% 发生在月末", "{measure}: {pct}% at months' ends in {year}")
    return _heaped(found, "ends", title, whole.height)


enter_rule(
    Rule(
        code="findings.period_ends",
        title=both("月末扎堆", "Crowding at months' ends"),
        looks_for=both(
            "一个单位一年内同一度量过多地发生在月末几天，像是赶在截止前补报的。",
            "Of one unit, measure and year, too much happened in the last days of months, as when it is made up "
            "before a deadline.",
        ),
        wrong_when=both(
            "按月结算、按月发放的业务日期就在月末：绝大部分落在月末最后一天的组视为月报，不检验；落在倒数第二、三天发放的仍会报出。"
            "节前集中慰问正好在月底的也会。",
            "What is settled or paid monthly is dated at the month's end: groups that lie nearly all on the very last "
            "day are taken as "
            "statements and not tested; those paid a day or two before still are, and so are visits before a holiday "
            "that falls there.",
        ),
        source=_BINOMIAL,
        severity=Severity.LOW,
        evaluate=_ends,
        parameters=(
            _FEWEST,
            _LEVEL,
            _parameter("share", both("月末至少占（0 到 1）", "Share at months' ends, at least (0 to 1)"), "0.4", "0.1", "1"),
            _parameter("last_days", both("月末指最后几天", "Days that make a month's end"), "3", "1", "10", both("天", "days")),
            _parameter(
                "statement_share",
                both("最后一天占多少即视为月报（0 到 1）", "On the very last day, share that makes a statement (0 to 1)"),
                "0.9", "0.5", "1",
            ),
        ),
    )
)  # fmt: skip


def _twice(readings: Readings, values: Values) -> Found:
    flows = [code for code, one in declared_measures().items() if one.kind == MeasureKind.FLOW]
    asked = readings.facts.filter(
        polars.col("is_whole") & polars.col("party").is_not_null() & polars.col("measure").is_in(flows)
    )
    found = by_two_units(asked)
    tree = Tree()
    names = unit_names([*found["unit"].to_list(), *found["other"].to_list()])
    suspects = []
    for row in found.iter_rows(named=True):
        title = both(
            "{measure}：{year} 年有 {parties} 个对象被两个单位计入",
            "{measure}: {parties} parties counted by two units in {year}",
        )
        suspects.append(
            Suspect(
                matter=f"twice {row['measure']} {row['year']} {row['unit']} {row['other']}",
                substance=row["digest_of"],
                title=title.filled(
                    measure=measure_title(row["measure"]), year=row["year"], parties=f"{row['parties']:,}"
                ),
                detail=both(
                    "{one}和{other}。去重人数不受影响，两个单位各自的数加起来会重复。",
                    "{one} and {other}. Distinct counts are not affected; the sum of the two units' own counts is.",
                ).filled(one=names[row["unit"]], other=names[row["other"]]),
                unit=tree.common((row["unit"], row["other"])),
                place=None,
                about=(
                    About("MEASURE", row["measure"]),
                    About("UNIT", row["unit"]),
                    About("UNIT", row["other"]),
                    *(About("FACT", fact) for fact in row["facts"]),
                ),
            )
        )
    return told(suspects, examined=asked.height)


enter_rule(
    Rule(
        code="findings.counted_twice",
        title=both("同一对象被两个单位计入", "One party counted by two units"),
        looks_for=both(
            "同一个人、户、学校等，在同一年、同一度量下被两个单位各计一次，又没有按份额分摊。只看流量；谁负责哪里这样的存量，上下级同时登记是正常的。",
            "The same person, household or school is counted by two units in one measure and year, and not in shares. "
            "Flows only: of "
            "stocks, such as who is responsible where, a unit and the one above it may both keep a record.",
        ),
        wrong_when=both(
            "对象年中从一个单位转到另一个单位；两个单位确实各帮了一次，而度量按次数计。共同完成的应按份额登记，登记了就不再报出。",
            "A party moved from one unit to the other within the year; or both did help, and the measure counts "
            "times. What is done "
            "together is registered in shares, and then no longer found.",
        ),
        source=both(
            "账册中的对象编号，不含个人信息", "Opaque ids of parties in the ledger; nothing personal"
        ),
        severity=Severity.MEDIUM,
        evaluate=_twice,
    )
)


def _far(readings: Readings, values: Values) -> Found:
    whole = readings.facts.filter("is_whole")
    found = outliers(
        whole, fewest=int(values["fewest"]), farthest=float(values["farthest"]), most=int(values["most"])
    )
    suspects = []
    for row in found.iter_rows(named=True):
        size = both("大", "far above") if row["z"] > 0 else both("小", "far below")
        title = both(
            "{measure}：{quantity}{unit}，比同类{size}得多", "{measure}: {quantity} {unit}, {size} its peers"
        )
        suspects.append(
            Suspect(
                matter=f"far {row['measure']} {row['record_type']}:{row['record']} {row['fact']}",
                substance=row["quantity"],
                title=title.filled(
                    measure=measure_title(row["measure"]),
                    quantity=f"{row['quantity']:,.0f}",
                    unit=measure_unit(row["measure"]),
                    size=size,
                ),
                detail=both(
                    "{peers} 条同类（同一度量、同级地点、同类单位）的中位数为 {middle:,.0f}；稳健 z 值 {z:+.1f}。",
                    "The median of {peers} peers (same measure, level of place and kind of unit) is {middle:,.0f}; robust z "
                    "{z:+.1f}.",
                ).filled(peers=row["peers"], middle=row["middle"], z=row["z"]),
                unit=row["unit"],
                place=row["place"],
                about=(
                    About("RECORD", row["record"], row["record_type"]),
                    About("FACT", row["fact"]),
                    About("PLACE", row["place"]),
                ),
            )
        )
    return told(suspects, examined=whole.height)


enter_rule(
    Rule(
        code="findings.far_from_peers",
        title=both("数量远离同类", "A quantity far from its peers"),
        looks_for=both(
            "同一度量、同级地点、同类单位的数量中，离中位数远得多的那几条：多一个零、元和万元弄混，多半在这里。",
            "Of quantities of one measure, level of place and kind of unit, the few that lie far off the median: a "
            "nought too many "
            "and yuan taken for ten thousands are mostly here.",
        ),
        wrong_when=both(
            "大项目本来就少而大；人口悬殊的县之间，总量相差十倍也正常；分布有两个峰时，小的那一峰会整批报出。取对数后再比，所以负数和零不看。",
            "Large projects are few and large by nature; between counties of unlike population ten times as much is "
            "nothing strange; "
            "where quantities have two peaks the smaller one is found as a whole. Logarithms are compared, so noughts "
            "and negatives "
            "are not judged.",
        ),
        source=both(
            "修正 z 值：B. Iglewicz 和 D. C. Hoaglin, How to Detect and Handle Outliers, ASQC 1993",
            "Modified z-score: B. Iglewicz and D. C. Hoaglin, “How to Detect and Handle Outliers”, ASQC 1993",
        ),
        severity=Severity.MEDIUM,
        evaluate=_far,
        parameters=(
            _parameter(
                "fewest", both("至少多少条同类才比较", "Fewest peers that are compared"), "30", "10", "10000"
            ),
            _parameter("farthest", both("稳健 z 值超过", "Robust z beyond"), "6", "3", "50"),
            _parameter(
                "most", both("每组最多报出", "Of each group at most"), "3", "1", "1000", both("条", "facts")
            ),
        ),
    )
)
