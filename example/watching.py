"""The rules' first run over the example, and what its people did with a few of the findings; the rest waits."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from bangfu.foundation.findings.models import Finding, FindingState, Outcome, Run
from bangfu.foundation.findings.operations import answer_finding, assign_finding, dismiss_finding
from bangfu.foundation.findings.watching import run_rules, watch_account
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from example import house
from example.oddities import ELSEWHERE, LENDS
from example.papers import VERIFIER

OFFICER = "zhoumin"
FIXED_RATE = "助学金按每人一千元发放，本来就是整数（示例）"
SAME_MAST = "两个站在同一铁塔上，只拍了一张；已补拍第二个站（示例）"


def watch() -> None:
    """Run the rules unless they ran before, and work on what nobody has touched."""
    if not Run.objects.exists():
        run_rules(act=Act.now(watch_account(on=timezone.localdate())))
    verifier, officer = (Account.objects.get(username=name) for name in (VERIFIER, OFFICER))
    for one in _untouched("findings.round_numbers"):
        dismiss_finding(finding=one, remark=FIXED_RATE, act=Act.now(verifier))
    for one in _untouched("findings.photograph_off"):
        _assign(one, ELSEWHERE, officer)
    for one in _untouched("findings.repeated_picture"):
        clerk = _assign(one, LENDS, officer)
        answer_finding(finding=one, outcome=Outcome.EXPLAINED, words=SAME_MAST, act=Act.now(clerk))


def _untouched(rule: str) -> list[Finding]:
    found = Finding.objects.filter(rule=rule, state=FindingState.OPEN, times_reopened=0)
    return list(found.order_by("pk"))


def _assign(finding: Finding, province: int, officer: Account) -> Account:
    """Assign a finding to the clerk of a branch, and return the clerk."""
    clerk = Account.objects.get(username=house.clerk_of(province))
    assign_finding(
        finding=finding,
        unit=Unit.objects.get(code=f"EX-{province}"),
        account=clerk,
        due_on=timezone.localdate() + timedelta(days=14),
        act=Act.now(officer),
    )
    return clerk
