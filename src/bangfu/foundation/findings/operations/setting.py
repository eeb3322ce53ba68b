"""The one write of rules: their parameters are laid down from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bangfu.foundation.findings.models import RuleSetting
from bangfu.foundation.findings.queries import setting_on
from bangfu.foundation.findings.register import rule_with_code
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.rooms import both


class UnableToSetRule(Refusal):
    """Codes: ``out_of_range``, ``source_missing``, ``dates``, ``unchanged``."""

    sentences = {
        "out_of_range": both(
            "「{title}」须在 {least} 到 {most} 之间。", "“{title}” lies between {least} and {most}."
        ),
        "source_missing": both("请写明依据：谁在何处规定的。", "Say who laid it down, and where."),
        "dates": both(
            "新参数须从最近一次规定的起始日 {starts_on} 之后开始。",
            "New parameters start after {starts_on}, the first day of the last ones.",
        ),
        "unchanged": both(
            "与现行参数相同，没有变化。", "The present parameters are the same; nothing changes."
        ),
    }


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("findings.set_rule", scope=_whole_house)
def set_rule(
    *, rule: str, parameters: dict[str, Decimal], is_on: bool = True, source: str, starts_on: date, act: Act
) -> RuleSetting:
    """Lay down a rule's parameters from a day on, and whether it runs at all; earlier ones stay readable.

    Args:
        rule: its code.
        parameters: all of the rule's, by code.

    Raises: UnableToSetRule: see its codes; nothing was written. ValueError: a parameter is missing or unknown.
    Locks: nothing; two that lay down the same day meet at a constraint.
    """
    declared = rule_with_code(rule)
    if set(parameters) != {one.code for one in declared.parameters}:
        raise ValueError(f"{rule} has other parameters")
    if not source.strip():
        raise UnableToSetRule("source_missing")
    for one in declared.parameters:
        if not one.least <= parameters[one.code] <= one.most:
            raise UnableToSetRule("out_of_range", title=one.title, least=one.least, most=one.most)
    last = RuleSetting.objects.filter(rule=rule).order_by("-starts_on").first()
    if last is not None and starts_on <= last.starts_on:
        raise UnableToSetRule("dates", starts_on=last.starts_on)
    present = setting_on(declared, starts_on)
    if present.is_on == is_on and present.values == parameters:
        raise UnableToSetRule("unchanged")
    return RuleSetting.objects.create(
        rule=rule,
        is_on=is_on,
        parameters={code: str(value) for code, value in parameters.items()},
        source=source.strip(),
        starts_on=starts_on,
        set_by=act.actor,
        set_at=act.at,
    )
