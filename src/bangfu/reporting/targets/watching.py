"""A target that its pace will miss, or that was missed, is a finding: the rule that the nightly run evaluates."""

from __future__ import annotations

from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, told
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.completion import Progress, method_words, percent, progress_of
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Pledge
from bangfu.reporting.targets.room import VERSION_TYPE
from bangfu.reporting.targets.rules import indicator_called

YEARS_BACK = 1
"""Pledges of this year and the one before are looked at: older ones were answered for."""


def _behind(readings: Readings, values: Values) -> Found:
    """Find the targets of this year and the last that show red."""
    on, lights = readings.on, lights_on(readings.on)
    pledges = Pledge.objects.filter(year__range=(on.year - YEARS_BACK, on.year)).select_related("unit")
    standings = queries.standings_of([one.pk for one in pledges])
    suspects, examined = [], 0
    for pledge in pledges:
        standing = queries.in_force(standings[pledge.pk], on)
        if standing is None:
            continue
        declared = [one for one in queries.targets_of(standing.version.pk) if indicator_called(one.indicator)]
        found = progress_of(declared, year=pledge.year, signatory=pledge.unit, on=on, lights=lights)
        examined += len(found)
        suspects += [_suspect(pledge, standing.version.pk, one) for one in found if one.light is Light.RED]
    return told(suspects, examined=examined)


def _suspect(pledge: Pledge, version: int, one: Progress) -> Suspect:
    is_over = one.span.passed(one.on) == one.span.days
    words = (
        both("{year} 年「{title}」没有完成", "“{title}” of {year} was missed")
        if is_over
        else both("{year} 年「{title}」照此进度完不成", "“{title}” of {year} will be missed at this pace")
    )
    # A share tells its whole, which not everybody may see who reads the findings of a unit.
    is_share = any(term.whole for term in one.indicator.terms)
    detail = (
        SHARE_BEHIND
        if is_share
        else both(
            "{unit}：目标 {target}，完成 {value}（{share}），预计 {ahead}。{how}。",
            "{unit}: target {target}, so far {value} ({share}), forecast {ahead}. {how}.",
        )
    )
    return Suspect(
        matter=f"{pledge.pk} {one.target.matter}",
        substance=f"{'missed' if is_over else 'behind'} {one.target.quantity}",
        title=words.filled(year=pledge.year, title=one.indicator.title),
        detail=detail.filled(
            unit=both(one.unit.name_zh, one.unit.name_en),
            target=_shown(one, one.target.quantity),
            value=_shown(one, one.figure.value),
            share=percent(one.share),
            ahead=_shown(one, one.ahead.value),
            how=method_words(one),
        ),
        unit=one.target.unit_id,
        place=one.target.place_id,
        about=(About("RECORD", version, VERSION_TYPE), About("UNIT", one.target.unit_id)),
    )


SHARE_BEHIND = both(
    "{unit}：目标 {target}。完成多少、预计多少，能看分母的人在责任书页上看。",
    "{unit}: target {target}. Whoever may see its denominator reads value and forecast on the pledge's page.",
)


def _shown(one: Progress, value: object) -> Words:
    if value is None:
        return both("—", "—")
    return Words(
        str(one.figure.shown_as(value, "zh")),  # type: ignore[arg-type]
        str(one.figure.shown_as(value, "en")),  # type: ignore[arg-type]
    )


RULE = enter_rule(
    Rule(
        code="targets.behind",
        title=both("责任书目标落后", "A target behind its pace"),
        looks_for=both(
            "今年或去年生效的责任书目标亮红灯：照现在的进度预计达不到，或期限已到而没有达到。",
            "Targets of pledges in force this year or the last that show red: at the present pace the forecast falls short, or "
            "the day has passed and they were not reached.",
        ),
        wrong_when=both(
            "集中在下半年做的工作（如秋收后的采购、第四季度的培训班），没有两年以上往年数据时按日均推算会偏低；"
            "事实补报晚的单位，数是低的，落后的是报送。",
            "Work that is done late in the year (buying after the harvest, courses in the last quarter) is forecast too low by "
            "the daily pace while there are no two past years to go by; where facts are reported late the value is low, and what "
            "lags is the reporting.",
        ),
        source=both("红黄绿灯的规则，见责任书页", "The rule of the lights, on the page of pledges"),
        severity=Severity.MEDIUM,
        evaluate=_behind,
    )
)
