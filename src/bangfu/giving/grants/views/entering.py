"""Doors that enter and correct applications: a guardian's paper, signed papers, corrections, withdrawals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act, NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.giving.grants import forms, known, operations, queries
from bangfu.giving.grants.models import Programme, School
from bangfu.giving.grants.views.applications import FULL, PAGES, PARTS, at
from bangfu.giving.grants.views.gate import GATE, carried_out, may, own, page, require


@require_http_methods(PAGES)
def apply(request: HttpRequest, key: int) -> HttpResponse:
    """Enter a guardian's paper form."""
    account = reader_of(request)
    one = get_object_or_404(Programme.objects.select_related("unit", "fund"), pk=key)
    schools = _schools_for(account, one)
    form = forms.PupilForm(request.POST or None, request.FILES or None, programme=one, schools=schools)

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        school, files = said.pop("school"), said.pop("papers")
        said["claims"] = tuple(said.get("claims", ()))
        pupil = operations.Pupil(**said)
        made = operations.apply_for_pupil(programme=one, school=school, pupil=pupil, files=files, act=act)
        return at(made)

    note = both(
        "只录纸质申请表上有的。姓名、号码、账号加密保存，页面上遮盖。",
        "Enter what the paper says and no more. Names, numbers and accounts are kept encrypted and shown masked.",
    )
    context = page(
        both("录入申请", "Enter an application"), reverse("grants:programme", args=[key]), one.name, note
    )
    return carried_out(request, form, carry, both("申请已录入。", "The application is entered."), context)


def _schools_for(account: Account, one: Programme) -> QuerySet[School]:
    """Return the schools of a programme's quotas for which somebody may apply.

    Raises: NotPermitted: there are none.
    """
    quotas = known.quotas([one.pk])
    counties = {place for _, place, school in quotas if school is None}
    own_ = {school for _, _, school in quotas if school is not None}
    rows = School.objects.filter(place__in=counties) | School.objects.filter(pk__in=own_)
    allowed = [
        school.pk for school in rows
        if GATE.may(account, "apply_for_pupil", type(one.scope)(unit=one.unit_id, place=school.place_id))
    ]  # fmt: skip
    if not allowed and not may(account, "apply_for_pupil", one.scope):
        raise NotPermitted("out_of_scope", permission="grants.apply_for_pupil")
    return School.objects.filter(pk__in=allowed).order_by("place", "name")


@require_http_methods(PAGES)
def consent(request: HttpRequest) -> HttpResponse:
    """Match a signed paper to the chosen applications; their keys stand in the address."""
    account = reader_of(request)
    keys = [int(key) for key in request.GET.getlist("row") if key.isascii() and key.isdigit()]
    rows = list(
        queries.applications_seen_by(account, timezone.localdate()).filter(pk__in=keys).order_by("pk")
    )
    for one in rows:
        require(account, "give_consent", one.scope)
    form = forms.ConsentForm(
        request.POST or None, request.FILES or None, initial={"consented_on": timezone.localdate()}
    )

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.give_consent(
            applications=rows, consented_on=said["consented_on"], files=said["papers"], act=act
        )
        return at(rows[0]) if len(rows) == 1 else f"{reverse('grants:applications')}?state=ENTERED"

    numbers = "、".join(one.number for one in rows[:8]) + (" …" if len(rows) > 8 else "")
    note = both("{count} 份：{numbers}", "{count}: {numbers}").filled(count=len(rows), numbers=numbers)
    context = page(
        both("补同意书", "Match the signed paper"), reverse("grants:applications"), str(PARTS), note
    )
    return carried_out(request, form, carry, both("同意书已挂上。", "The paper is matched."), context)


@require_http_methods(PAGES)
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct an application that is not vetted."""
    _, one = own(request, FULL, key, "correct_application")
    initial = {name: getattr(one, name) for name in ("class_name", "household", "claims", "other_aid")}
    form = forms.CorrectionForm(request.POST or None, programme=one.programme, initial=initial)

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.correct_application(application=one, **{"claims": [], **said}, act=act)
        return at(one)

    return carried_out(
        request,
        form,
        carry,
        both("已改正。", "Corrected."),
        page(both("改正", "Correct"), at(one), one.number),
    )


@require_http_methods(PAGES)
def account(request: HttpRequest, key: int) -> HttpResponse:
    """Correct where the money goes."""
    _, one = own(request, FULL, key, "correct_account")
    form = forms.AccountForm(request.POST or None, initial={"account_owner": one.account_owner})

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.correct_account(application=one, **said, act=act)
        return at(one)

    note = both(
        "凭存折或银行卡照片改。原来的账号加密留存，谁改的有记录。",
        "By the photograph of the passbook or card. The former account is kept, sealed; who changed it is recorded.",
    )
    return carried_out(
        request,
        form,
        carry,
        both("账号已改。", "Corrected."),
        page(both("改银行账号", "Correct the account"), at(one), one.number, note),
    )


@require_http_methods(PAGES)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw an application."""
    _, one = own(request, FULL, key, "withdraw_application")
    form = forms.WithdrawalForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_application(
            application=one, reason=said["reason"], remark=said["remark"], act=act
        )
        return at(one)

    return carried_out(
        request,
        form,
        carry,
        both("已撤回。", "Withdrawn."),
        page(both("撤回申请", "Withdraw"), at(one), one.number),
    )


@require_http_methods(PAGES)
def papers(request: HttpRequest, key: int) -> HttpResponse:
    """Match many photographs of signed papers, each named by its application's number."""
    _, one = own(request, Programme.objects.select_related("unit", "fund"), key, "match_papers")
    form = forms.ConsentForm(
        request.POST or None, request.FILES or None, initial={"consented_on": timezone.localdate()}
    )

    def carry(said: dict[str, Any], act: Act) -> str:
        done = operations.match_papers(
            programme=one, consented_on=said["consented_on"], files=said["papers"], act=act
        )
        words = both("{count} 张已对上申请。", "{count} are matched.").filled(count=done.matched)
        messages.success(request, str(words))
        if done.unmatched:
            names = "、".join(done.unmatched[:10]) + (" …" if len(done.unmatched) > 10 else "")
            left = both(
                "{count} 张没有对上，没有保存：{names}", "{count} are not matched and not kept: {names}"
            )
            messages.warning(request, str(left.filled(count=len(done.unmatched), names=names)))
        return f"{reverse('grants:applications')}?programme={key}&state=ENTERED"

    note = both(
        "照片文件名里写申请编号，如 {number}.jpg；没有写编号的对不上，会列出来。",
        "Name each photograph by the application's number, such as {number}.jpg; those without one are listed.",
    ).filled(number=f"{one.code}-00001")
    context = page(
        both("批量补同意书", "Match signed papers"), reverse("grants:programme", args=[key]), one.name, note
    )
    return carried_out(request, form, carry, both("已处理。", "Done."), context)
