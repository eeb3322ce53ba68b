"""What others may read of findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse

from bangfu.foundation.findings.models import (
    CLOSED,
    TO_ANSWER,
    Finding,
    FindingObject,
    FindingState,
    RuleSetting,
    Severity,
)
from bangfu.foundation.findings.register import Rule, rules
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import allows
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.permissions import holds_from_above, units_below
from bangfu.foundation.organisation.queries import in_granted_units, unit_names, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.rooms import RecordSummary, Words, both, record_type

VIEW = "findings.view"
_DECIDING = "findings.accept_answer"
WEIGHT = Case(*(When(severity=one, then=Value(at)) for at, one in enumerate(Severity.values)))
"""Orders by severity, the highest first."""


def findings_in_reach(account: Account, on: date) -> QuerySet[Finding]:
    """Return the findings that ``may_read`` lets an account open: within its grants, and assigned to it or within them."""
    readable = within_grants(account, VIEW, on)
    if readable == Q():
        return Finding.objects.all()
    assigned = within_grants(account, VIEW, on, unit="assigned_unit_id")
    return Finding.objects.filter(readable | assigned | Q(assigned_to=account))


def may_read(account: Account, finding: Finding, on: date) -> bool:
    """Return whether an account may open a finding on a day."""
    if finding.assigned_to_id == account.pk:
        return account.is_active
    return allows(account, VIEW, finding.scope, on) or allows(account, VIEW, finding.duty, on)


def findings_about(record_type_number: int, key: int) -> QuerySet[Finding]:
    """Return the findings about one record, newest first."""
    about = FindingObject.objects.filter(kind="RECORD", record_type=record_type_number, key=str(key))
    return Finding.objects.filter(pk__in=about.values("finding")).order_by("-raised_at", "-pk")


def in_place(place: int) -> Q:
    """Return the condition that a finding concerns a place, something in it, or the assisted county's own office there."""
    first, end = subtree_range(place)
    of_office = Q(unit__kind=Unit.Kind.SUPPORTED, unit__place__gte=first, unit__place__lt=end)
    return Q(place__gte=first, place__lt=end) | of_office


TO_DO_ANSWER, TO_DO_DECIDE, TO_DO_ASSIGN = "answer", "decide", "assign"
"""What somebody can have to do with a finding."""


def waiting_for(account: Account, on: date, *, only: str = "") -> QuerySet[Finding]:
    """Return what waits for an account: to be answered, decided on or assigned; the soonest due first.

    Args:
        only: one of the three; empty is all of them.
    """
    found = Q(pk__in=[])
    if only in ("", TO_DO_ANSWER):
        answering = in_granted_units(account, "findings.answer_finding", on, "assigned_unit_id")
        found |= Q(state__in=TO_ANSWER) & (Q(assigned_to=account) | Q(assigned_to__isnull=True) & answering)
    about_me = FindingObject.objects.filter(kind=FindingObject.Kind.ACCOUNT, key=str(account.pk)).values(
        "finding"
    )
    if only in ("", TO_DO_DECIDE):
        deciding = units_below(account, _DECIDING, on)
        to_decide = Q(state=FindingState.ANSWERED, assigned_unit__in=deciding) & ~Q(answered_by=account)
        found |= to_decide & ~Q(pk__in=about_me)
    if only in ("", TO_DO_ASSIGN):
        to_assign = Q(state=FindingState.OPEN) & within_grants(account, "findings.assign_finding", on)
        found |= to_assign & ~Q(pk__in=about_me)
    return Finding.objects.filter(found).order_by("due_on", WEIGHT, "-raised_at", "pk")


@dataclass(frozen=True)
class Possible:
    """What an account may do next with a finding; every door asks its operation again."""

    assign: bool
    answer: bool
    decide: bool
    dismiss: bool
    reopen: bool


def possible_for(account: Account, finding: Finding, on: date) -> Possible:
    """Return what an account may do next with a finding."""

    def may(name: str) -> bool:
        return allows(account, f"findings.{name}", finding.duty, on)

    is_concerned = finding.objects_named.filter(kind="ACCOUNT", key=str(account.pk)).exists()
    is_another = finding.answered_by_id != account.pk and not is_concerned
    is_above = is_another and holds_from_above(account, _DECIDING, finding.duty, on)
    return Possible(
        assign=not finding.is_closed
        and not is_concerned
        and allows(account, "findings.assign_finding", finding.scope, on),
        answer=finding.state in TO_ANSWER
        and finding.assigned_to_id in (None, account.pk)
        and may("answer_finding"),
        decide=finding.state == FindingState.ANSWERED and is_above,
        dismiss=not finding.is_closed and is_above and may("dismiss_finding"),
        reopen=finding.is_closed and allows(account, "findings.reopen_finding", finding.scope, on),
    )


@dataclass(frozen=True)
class Setting:
    """A rule's parameters on a day."""

    is_on: bool
    values: dict[str, Decimal]
    """By the parameter's code."""


def setting_on(rule: Rule, on: date) -> Setting:
    """Return what is laid down for a rule on a day: the last setting that has begun, or the rule's own defaults."""
    return settings_on([rule], on)[rule.code]


def settings_on(rules: Iterable[Rule], on: date) -> dict[str, Setting]:  # by rule
    """Return what is laid down for several rules on a day, in one statement."""
    asked = {one.code: one for one in rules}
    begun = RuleSetting.objects.filter(rule__in=asked, starts_on__lte=on)
    last = {one.rule: one for one in begun.order_by("rule", "-starts_on").distinct("rule")}
    return {code: _setting(one, last.get(code)) for code, one in asked.items()}


def _setting(rule: Rule, last: RuleSetting | None) -> Setting:
    defaults = {one.code: one.default for one in rule.parameters}
    if last is None:
        return Setting(is_on=True, values=defaults)
    said = {code: Decimal(value) for code, value in last.parameters.items() if code in defaults}
    return Setting(last.is_on, {**defaults, **said})


@dataclass(frozen=True)
class ShownObject:
    """One thing that a finding is about, as its page links it."""

    kind: Words
    title: str
    address: str
    """Empty where there is no page."""


KIND_WORDS: dict[str, Words] = {
    FindingObject.Kind.RECORD: both("记录", "Record"),
    FindingObject.Kind.FACT: both("事实", "Fact"),
    FindingObject.Kind.UNIT: both("单位", "Unit"),
    FindingObject.Kind.PLACE: both("地点", "Place"),
    FindingObject.Kind.ACCOUNT: both("人员", "Person"),
    FindingObject.Kind.FILE: both("佐证文件", "Evidence"),
    FindingObject.Kind.MEASURE: both("度量", "Measure"),
}


def objects_of(finding: Finding, limit: int) -> list[ShownObject]:
    """Return what a finding is about, in the order written, with a handful of queries however many there are."""
    named = list(finding.objects_named.order_by("pk")[:limit])
    keys: dict[str, list[int]] = defaultdict(list)
    for one in named:
        if one.kind not in (FindingObject.Kind.FILE, FindingObject.Kind.MEASURE):
            keys[one.kind].append(int(one.key))
    facts = {fact.pk: fact for fact in Fact.objects.filter(pk__in=keys["FACT"])}
    wanted: dict[int, set[int]] = defaultdict(set)
    for one in named:
        if one.record_type is not None:
            wanted[one.record_type].add(int(one.key))
    for fact in facts.values():
        wanted[fact.subject_type].add(fact.subject_id)
    told = {number: record_type(number).summaries(sorted(found)) for number, found in wanted.items()}
    units, places = unit_names(keys["UNIT"]), place_labels(set(keys["PLACE"]))
    people = names_of(Account.objects.filter(pk__in=keys["ACCOUNT"]))
    measures = declared_measures()

    def record(kind: Words, number: int, key: int) -> ShownObject:
        known = record_type(number)
        summary = told[number].get(key)
        address = known.address(key) if summary else ""
        return ShownObject(kind, summary.title if summary else f"{known.title} {key}", address)

    shown = []
    for one in named:
        words = KIND_WORDS[one.kind]
        match one.kind:
            case "RECORD":
                shown.append(
                    record(record_type(one.record_type or 0).title, one.record_type or 0, int(one.key))
                )
            case "FACT":
                fact = facts[int(one.key)]
                shown.append(record(words, fact.subject_type, fact.subject_id))
            case "UNIT":
                address = reverse("organisation:unit", args=[one.key])
                shown.append(ShownObject(words, str(units[int(one.key)]), address))
            case "PLACE":
                address = reverse("places:place", args=[one.key])
                shown.append(ShownObject(words, places[int(one.key)], address))
            case "ACCOUNT":
                address = reverse("organisation:account", args=[one.key])
                shown.append(ShownObject(words, people[int(one.key)], address))
            case "FILE":
                shown.append(ShownObject(words, one.key[:12], reverse("evidence:about", args=[one.key])))
            case _:
                measure = measures.get(one.key)
                shown.append(ShownObject(words, str(measure.title) if measure else one.key, ""))
    return shown


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of findings, by key."""
    found = Finding.objects.filter(pk__in=keys).select_related("unit")
    return {
        one.pk: RecordSummary(
            title=str(one.title),
            rows=(
                (both("状态", "State"), str(one.state_words)),
                (both("程度", "Severity"), str(one.severity_words)),
                (both("单位", "Unit"), one.unit.name),
                (both("提出", "Raised"), f"{one.raised_at:%Y-%m-%d}"),
            ),
        )
        for one in found
    }


def units_of(keys: list[int]) -> dict[int, int]:
    """Return the unit in which a finding's evidence is read, by key: whoever answers, or before that whose it is."""
    found = Finding.objects.filter(pk__in=keys).values_list("pk", "assigned_unit", "unit")
    return {key: assigned or unit for key, assigned, unit in found}


@dataclass(frozen=True)
class RuleStanding:
    """How many findings a rule raised, and what became of them."""

    open: int
    closed: int
    dismissed: int
    rule_wrong: int
    """Closed with the answer that the rule is wrong."""

    @property
    def wrong_share_pct(self) -> int | None:
        """Of every hundred decided, how many were dismissed or the rule's own fault; null before any was."""
        decided = self.closed + self.dismissed
        return round(100 * (self.dismissed + self.rule_wrong) / decided) if decided else None


def standings() -> dict[str, RuleStanding]:
    """Return how each rule's findings stand, by the rule's code."""
    counts: dict[str, dict[str, int]] = {code: defaultdict(int) for code in rules()}
    for code, state, outcome in Finding.objects.values_list("rule", "state", "outcome"):
        if code in counts:
            counts[code]["open" if state not in CLOSED else state] += 1
            counts[code]["wrong"] += state == FindingState.ACCEPTED and outcome == "RULE_WRONG"
    return {
        code: RuleStanding(one["open"], one["ACCEPTED"], one["DISMISSED"], one["wrong"])
        for code, one in counts.items()
    }
