"""A run of the rules: reads what stands, lets each rule judge it, and raises what it found as the system account."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bangfu.foundation.findings.models import Run
from bangfu.foundation.findings.operations import Raised, raise_by_rule
from bangfu.foundation.findings.queries import setting_on, settings_on
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Rule, rules
from bangfu.foundation.operations import Act, progress
from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.systems import named_system
from bangfu.foundation.rooms import both

USERNAME, ROLE = "findings-watch", "watch"
TITLE = named_system(both("疑点规则", "Rules of findings"))
RUNNING = both("运行规则：{rule}", "running the rule: {rule}")
NOT_BEFORE = time(2, 0)
"""In the house's time zone: the daily run waits for the night."""


@dataclass(frozen=True)
class RuleRun:
    """What one rule did in a run."""

    rule: Rule
    examined: int
    outcome: Raised | None
    """Null for a rule that is switched off."""


def watch_account(*, on: date) -> Account:
    """Return the system account that runs the rules; the first call appoints it over the whole house from the day on.

    Whoever grants may narrow or end its grant afterwards: it is never given back here.
    """
    known = Account.objects.filter(username=USERNAME).first()
    return known or appoint_system(username=USERNAME, title=TITLE.zh, role=ROLE, on=on)


def run_rules(*, act: Act, only: Collection[str] = ()) -> list[RuleRun]:
    """Evaluate every rule that is on, or those with these codes, and raise what they find, each in its own operation.

    Raises:
        NotPermitted: ``out_of_scope``: the account may raise nothing of what a rule found.
        LookupError: no rule has one of the codes.
    """
    known = rules()
    if strange := sorted(set(only) - set(known)):
        raise LookupError(f"no rule is called {', '.join(strange)}")
    readings, done = Readings(act.on), []
    for number, rule in enumerate(known.values()):
        progress(RUNNING.filled(rule=rule.title), done=number, of=len(known))
        if only and rule.code not in only:
            continue
        setting = setting_on(rule, act.on)
        if not setting.is_on:
            done.append(RuleRun(rule, 0, None))
            continue
        found = rule.evaluate(readings, setting.values)
        done.append(RuleRun(rule, found.examined, raise_by_rule(rule=rule.code, found=found, act=act)))
    return done


def due_rules(now: datetime) -> list[str]:
    """Return the codes of the rules that are on and did not run since last night; none in a house that is not founded."""
    local = timezone.localtime(now)
    if root_unit() is None:
        return []
    night = local.replace(hour=NOT_BEFORE.hour, minute=NOT_BEFORE.minute, second=0, microsecond=0)
    if local < night:
        night -= timedelta(days=1)
    ran = set(Run.objects.filter(ran_at__gte=night).values_list("rule", flat=True))
    return [
        code
        for code, setting in settings_on(rules().values(), local.date()).items()
        if code not in ran and setting.is_on
    ]


def run_daily(now: datetime) -> list[RuleRun]:
    """Run the rules that did not run since last night; after an interruption, those that were still to come."""
    due = due_rules(now)
    if not due:
        return []
    return run_rules(act=Act(actor=watch_account(on=timezone.localdate(now)), at=now), only=due)
