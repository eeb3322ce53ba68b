"""The rules: what each looks for, when it is wrong, its dated parameters, and what became of what it raised."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.findings import queries
from bangfu.foundation.findings.forms import RuleForm
from bangfu.foundation.findings.models import SEVERITY_WORDS, RuleSetting, Run
from bangfu.foundation.findings.operations import set_rule
from bangfu.foundation.findings.register import Rule, rule_with_code
from bangfu.foundation.findings.register import rules as entered_rules
from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of

RUNS_SHOWN = 12


def _reader(request: HttpRequest) -> Account:
    account = reader_of(request)
    if not granted_units(account, queries.VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account


def _last_runs() -> dict[str, Run]:
    return {one.rule: one for one in Run.objects.order_by("rule", "-pk").distinct("rule")}


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules with what became of what they raised."""
    _reader(request)
    on, standings, last = timezone.localdate(), queries.standings(), _last_runs()
    settings = queries.settings_on(entered_rules().values(), on)
    rows = [
        {
            "rule": one,
            "severity": SEVERITY_WORDS[one.severity],
            "is_on": settings[code].is_on,
            "standing": standings[code],
            "run": last.get(code),
        }
        for code, one in entered_rules().items()
    ]
    return render(request, "findings/rules.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show one rule, and lay its parameters down from a day on."""
    account, on = _reader(request), timezone.localdate()
    try:
        found = rule_with_code(code)
    except LookupError as unknown:
        raise Http404 from unknown
    may_set = allows(account, "findings.set_rule", Scope(), on)
    if request.method == "POST" and not may_set:
        raise NotPermitted("out_of_scope", permission="findings.set_rule")
    setting = queries.setting_on(found, on)
    form = RuleForm(
        request.POST or None,
        rule=found,
        values=setting.values,
        initial={"is_on": "1" if setting.is_on else ""},
    )
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("source", "starts_on")}
        try:
            set_rule(
                rule=found.code,
                parameters=form.parameters,
                is_on=bool(form.cleaned_data["is_on"]),
                **said,
                act=Act.now(account, key=form.cleaned_data["key"]),
            )
        except Refusal as answer:
            refusal = answer
        else:
            return redirect("findings:rule", code=code)
    context = {
        "rule": found,
        "severity": SEVERITY_WORDS[found.severity],
        "setting": setting,
        "parameters": [(one, setting.values[one.code].normalize()) for one in found.parameters],
        "standing": queries.standings()[code],
        "versions": _versions(found),
        "runs": Run.objects.filter(rule=code).order_by("-pk")[:RUNS_SHOWN],
        "form": form if may_set else None,
        "refusal": refusal,
    }
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "findings/rule.html", context, status=status)


def _versions(found: Rule) -> list[dict[str, Any]]:
    """Return every setting with its parameters in words, newest first."""
    titles = {one.code: one.title for one in found.parameters}
    kept = (
        RuleSetting.objects.filter(rule=found.code)
        .select_related("set_by__person__key")
        .order_by("-starts_on")
    )
    return [
        {
            "setting": one,
            "values": [(titles[code], value) for code, value in one.parameters.items() if code in titles],
        }
        for one in kept
    ]
