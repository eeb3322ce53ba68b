"""Forms that lead to the room's operations."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act, NotPermitted, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries import forms, operations, sharing_forms
from bangfu.livelihoods.industries.models import WEIGHED
from bangfu.livelihoods.industries.telling import address
from bangfu.livelihoods.industries.views.gate import FOUND, industry_of, readable, readable_operator
from bangfu.livelihoods.projects.neighbours import Project

carried_out = partial(carried_out_on, template="industries/form.html")
READ_AND_WRITE = ["GET", "HEAD", "POST"]
SUBMITTED = both("已登记并提交核验。", "Entered, and submitted for review.")


def _offers() -> str:
    return reverse("industries:places")


def _units(request: HttpRequest, permission: str) -> Any:
    allowed = granted_units(reader_of(request), permission, timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=permission)
    return Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")


def _of(industry: Any, title: Words, back: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "industry": industry, "back": back, **more}


def _posted(request: HttpRequest) -> tuple[Any, Any]:
    return request.POST or None, request.FILES or None


@require_http_methods(READ_AND_WRITE)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter an industry."""
    units = _units(request, "industries.enter_industry")
    form = forms.IndustryForm(*_posted(request), units=units, offers=_offers())

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_industry(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )
        return address("industry")(found.pk)

    context = _of(None, both("登记产业", "Enter an industry"), reverse("industries:industries"))
    return carried_out(request, form, carry_out, SUBMITTED, context)


@require_http_methods(READ_AND_WRITE)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Note that support of an industry ended."""
    _, industry = readable(request, "industry", key)
    form = forms.EndForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.end_industry(
            industry=industry, on=said["on"], document=said["document"], reason=said["reason"], act=act
        )
        return address("industry")(key)

    warning = both(
        "停止以后不再计数，以前的数字仍然算数。",
        "It counts no more from that day; what it counted before stays.",
    )
    title = both("停止扶持", "End the support")
    context = _of(industry, title, address("industry")(key), warning=warning, is_reversal=True)
    return carried_out(request, form, carry_out, both("已登记。", "Recorded."), context)


@require_http_methods(READ_AND_WRITE)
def enter_season(request: HttpRequest, key: int) -> HttpResponse:
    """Enter what an industry came to in a season."""
    _, industry = readable(request, "industry", key)
    form = forms.SeasonForm(*_posted(request))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_season(
            industry=industry, details=form.details(), files=said["evidence"], act=act
        )
        return address("season")(found.pk)

    context = _of(industry, both("登记一季", "Enter a season"), address("industry")(key))
    return carried_out(request, form, carry_out, SUBMITTED, context)


@require_http_methods(READ_AND_WRITE)
def cite(request: HttpRequest, key: int) -> HttpResponse:
    """Let a project cite an industry."""
    account, industry = readable(request, "industry", key)
    allowed = granted_units(account, "industries.cite_project", timezone.localdate())
    county = industry.place_id
    projects = Project.objects.filter(unit__in=allowed, place_id__gte=county, place_id__lt=county + 10**6)
    cited = industry.citations.model.objects.values("project")
    form = forms.CitationForm(request.POST or None, projects=projects.exclude(pk__in=cited).order_by("code"))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.cite_project(industry=industry, project=said["project"], act=act)
        return address("industry")(key)

    context = _of(industry, both("归入项目", "Let a project cite it"), address("industry")(key))
    return carried_out(request, form, carry_out, both("已归入。", "It cites the industry."), context)


@require_http_methods(READ_AND_WRITE)
def register_operator(request: HttpRequest) -> HttpResponse:
    """Register an operator."""
    units = _units(request, "industries.register_operator")
    form = forms.OperatorForm(*_posted(request), units=units, offers=_offers())

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.register_operator(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )
        return address("operator")(found.pk)

    context = _of(None, both("登记经营主体", "Register an operator"), reverse("industries:operators"))
    return carried_out(request, form, carry_out, both("已登记。", "Registered."), context)


@require_http_methods(READ_AND_WRITE)
def revise_operator(request: HttpRequest, key: int) -> HttpResponse:
    """Change what is kept of an operator."""
    _, operator = readable_operator(request, key)
    first = forms.operator_said(operator)
    form = forms.OperatorRevisionForm(*_posted(request), offers=_offers(), initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_operator(
            operator=operator, details=form.details(operator.code), files=said["evidence"], act=act
        )
        return address("operator")(key)

    context = _of(None, both("修改经营主体", "Change the operator"), address("operator")(key))
    return carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(READ_AND_WRITE)
def add_certificate(request: HttpRequest, key: int) -> HttpResponse:
    """Keep a certificate of an operator's product."""
    _, operator = readable_operator(request, key)
    form = forms.CertificateForm(*_posted(request))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.add_certificate(operator=operator, details=form.details(), files=said["evidence"], act=act)
        return address("operator")(key)

    context = _of(None, both("登记证书", "Keep a certificate"), address("operator")(key))
    return carried_out(request, form, carry_out, both("已登记。", "Kept."), context)


@require_http_methods(READ_AND_WRITE)
def enter_contract(request: HttpRequest, key: int) -> HttpResponse:
    """Enter how a household shares in an industry."""
    _, industry = readable(request, "industry", key)
    form = sharing_forms.ContractForm(*_posted(request), operators=sharing_forms.operators_of(industry))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_contract(
            industry=industry, details=form.details(), files=said["evidence"], act=act
        )
        return address("contract")(found.pk)

    context = _of(industry, both("登记联结合同", "Enter a contract"), address("industry")(key))
    return carried_out(request, form, carry_out, SUBMITTED, context)


@require_http_methods(READ_AND_WRITE)
def end_contract(request: HttpRequest, key: int) -> HttpResponse:
    """Note the last day of a contract."""
    _, contract = readable(request, "contract", key)
    form = sharing_forms.ContractEndForm(request.POST or None, initial={"last_day": contract.last_day})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.end_contract(contract=contract, last_day=said["last_day"], act=act)
        return address("contract")(key)

    context = _of(contract.industry, both("合同结束", "End the contract"), address("contract")(key))
    return carried_out(request, form, carry_out, both("已登记。", "Recorded."), context)


@require_http_methods(READ_AND_WRITE)
def enter_payment(request: HttpRequest, key: int) -> HttpResponse:
    """Enter money that a household was paid."""
    _, contract = readable(request, "contract", key)
    form = sharing_forms.PaymentForm(*_posted(request), is_weighed=contract.mechanism in WEIGHED)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_payment(
            contract=contract, details=form.details(), files=said["evidence"], act=act
        )
        return address("payment")(found.pk)

    context = _of(contract.industry, both("登记付款", "Enter a payment"), address("contract")(key))
    return carried_out(request, form, carry_out, SUBMITTED, context)


@require_http_methods(READ_AND_WRITE)
def enter_lot(request: HttpRequest, key: int) -> HttpResponse:
    """Enter a lot."""
    _, industry = readable(request, "industry", key)
    form = sharing_forms.LotForm(
        *_posted(request), operators=sharing_forms.operators_of(industry), offers=_offers()
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_lot(
            industry=industry,
            operator=said["operator"],
            details=form.details(),
            files=said["evidence"],
            act=act,
        )
        return address("lot")(found.pk)

    context = _of(industry, both("登记批次", "Enter a lot"), address("industry")(key))
    return carried_out(request, form, carry_out, SUBMITTED, context)


@require_http_methods(READ_AND_WRITE)
def record_sale(request: HttpRequest, key: int) -> HttpResponse:
    """Record what was sold of a lot elsewhere."""
    _, lot = readable(request, "lot", key)
    form = sharing_forms.SaleForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.record_sale(lot=lot, kg=said["kg"], document=said["document"], on=said["on"], act=act)
        return address("lot")(key)

    context = _of(lot.industry, both("登记别处的销售", "Record a sale elsewhere"), address("lot")(key))
    return carried_out(request, form, carry_out, both("已登记。", "Recorded."), context)


@require_http_methods(READ_AND_WRITE)
def withdraw(request: HttpRequest, noun: str, key: int) -> HttpResponse:
    """Withdraw a record."""
    if noun not in FOUND:
        raise Http404(noun)
    _, found = readable(request, noun, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_record(record=found, reason=said["reason"], remark=said["remark"], act=act)
        return address(noun)(key)

    warning = both(
        "撤回后不再计数，已计入的事实被冲正；改好的请重新登记。",
        "It counts no more, and the facts that counted it are reversed; enter it anew once it is right.",
    )
    back = address(noun)(key)
    context = _of(industry_of(found), both("撤回", "Withdraw"), back, warning=warning, is_reversal=True)
    return carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)
