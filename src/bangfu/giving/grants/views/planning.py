"""Doors that plan a programme: drafted, revised, with what gives points, quotas and the committee."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import Act
from bangfu.foundation.payments.listing import in_yuan
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import both
from bangfu.giving.grants import forms, operations
from bangfu.giving.grants.models import Member, School
from bangfu.giving.grants.views.gate import carried_out, own, page, readable, units_for
from bangfu.giving.grants.views.programmes import FULL, PAGES, PARTS, at, programme_context


def _funds() -> QuerySet[Fund]:
    return Fund.objects.filter(is_restricted=True).order_by("code")


@require_http_methods(PAGES)
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a programme."""
    today = timezone.localdate()
    initial = {"year": today.year, "half": "autumn" if today.month >= 7 else "spring", "opens_on": today}
    units = units_for(request, "draft_programme")
    form = forms.PlanForm(request.POST or None, units=units, funds=_funds(), initial=initial)

    def carry(said: dict[str, Any], act: Act) -> str:
        plan = forms.PlanForm.plan_of(said)
        return at(operations.draft_programme(unit=said["unit"], code=said["code"], plan=plan, act=act))

    context = page(both("拟定项目", "Draft a programme"), reverse("grants:programmes"), str(PARTS))
    return carried_out(
        request,
        form,
        carry,
        both(
            "项目已拟定。接着写评分条件、名额和评议组。",
            "It is drafted. Criteria, quotas and the committee come next.",
        ),
        context,
    )


@require_http_methods(PAGES)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change what is said of a programme."""
    _, one = own(request, FULL, key, "revise_programme")
    year, _, half = one.term.partition("-")
    names = ("name_zh", "name_en", "opens_on", "last_day", "display_days", "quorum", "campaign")
    initial = {name: getattr(one, name) for name in names} | {
        "fund": one.fund_id, "amount_yuan": in_yuan(one.amount_fen), "year": year, "half": half,
        "rest_days": " ".join(day.isoformat() for day in one.rest_days),
        "made_up_days": " ".join(day.isoformat() for day in one.made_up_days),
    }  # fmt: skip
    units = units_for(request, "revise_programme")
    form = forms.PlanForm(request.POST or None, units=units, funds=_funds(), is_new=False, initial=initial)

    def carry(said: dict[str, Any], act: Act) -> str:
        return at(operations.revise_programme(programme=one, plan=forms.PlanForm.plan_of(said), act=act))

    return carried_out(
        request, form, carry, both("已修改。", "Changed."), page(both("修改", "Change"), at(one), one.name)
    )


@require_http_methods(PAGES)
def criterion(request: HttpRequest, key: int) -> HttpResponse:
    """Enter what gives points."""
    _, one = own(request, FULL, key, "enter_criterion")
    form = forms.CriterionForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.enter_criterion(programme=one, **said, act=act)
        return at(one)

    note = both("开放受理后不能再改。", "They are fixed once it is open.")
    return carried_out(
        request,
        form,
        carry,
        both("条件已写入。", "Entered."),
        page(both("评分条件", "A criterion"), at(one), one.name, note),
    )


@require_POST
def strike(request: HttpRequest, key: int) -> HttpResponse:
    """Strike a criterion."""
    account, one = readable(request, FULL, key)
    code = request.POST.get("code", "")
    return pressed(
        request, account, lambda act: operations.strike_criterion(programme=one, code=code, act=act),
        both("条件已删。", "Struck."), back=("grants:programme", key), template="grants/programme.html",
        context=lambda: programme_context(account, FULL.get(pk=key)),
    )  # fmt: skip


@require_http_methods(PAGES)
def quota(request: HttpRequest, key: int) -> HttpResponse:
    """Set a quota, and enter its school if it is not known."""
    _, one = own(request, FULL, key, "set_quota")
    form = forms.QuotaForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        code, school = said["school_code"].strip(), None
        if code:
            school = School.objects.select_related("place").filter(code=code).first()
            if school is None or said["school_name"].strip():
                school = operations.enter_school(
                    unit=one.unit, code=code, name=said["school_name"], place=said["place"], act=act
                )
        operations.set_quota(
            programme=one, place=said["place"], pupils=said["pupils"], school=school, act=act
        )
        return at(one)

    note = both(
        "有自己名额的学校用自己的，其余学校合用全县的。名额多时用名额表导入。",
        "A school with a quota of its own fills that; the others share the county's. Many quotas come by a sheet.",
    )
    return carried_out(
        request,
        form,
        carry,
        both("名额已定。", "The quota is set."),
        page(both("名额", "A quota"), at(one), one.name, note),
    )


@require_http_methods(PAGES)
def member(request: HttpRequest, key: int) -> HttpResponse:
    """Appoint a member of the committee."""
    _, one = own(request, FULL, key, "appoint_member")
    form = forms.MemberForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.appoint_member(programme=one, name=said["name"], post=said["post"], act=act)
        return at(one)

    return carried_out(
        request,
        form,
        carry,
        both("成员已登记。", "Appointed."),
        page(both("聘请成员", "Appoint a member"), at(one), one.name),
    )


@require_POST
def leave(request: HttpRequest, key: int, member_key: int) -> HttpResponse:
    """Let a member leave."""
    account, one = readable(request, FULL, key)
    who = get_object_or_404(Member, pk=member_key, programme=one)
    return pressed(
        request, account, lambda act: operations.end_membership(programme=one, member=who, act=act),
        both("已登记退出。", "They left."), back=("grants:programme", key), template="grants/programme.html",
        context=lambda: programme_context(account, FULL.get(pk=key)),
    )  # fmt: skip
