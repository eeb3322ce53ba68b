"""Who speaks in a live sale and what happens in it: ambassadors, sessions and run-sheets, with their forms."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop import forms, operations, queries, sale_forms
from bangfu.livelihoods.shop.models import Ambassador, LiveSale, Product, Session
from bangfu.livelihoods.shop.register import AMBASSADOR_TYPE
from bangfu.livelihoods.shop.telling import ambassador_address
from bangfu.livelihoods.shop.views.cataloguing import CHANGED
from bangfu.livelihoods.shop.views.gate import (
    READ_AND_WRITE,
    carried_out,
    form_page,
    may,
    refuse_strangers,
)
from bangfu.livelihoods.shop.views.staging import sale_for, staging_address

KEPT = both("已登记。", "Entered.")


def _products(sale: LiveSale) -> QuerySet[Product]:
    return Product.objects.filter(variants__stocks__sale=sale).distinct().order_by("code")


def _ambassador(request: HttpRequest, key: int) -> tuple[Account, Ambassador]:
    account = reader_of(request)
    found = get_object_or_404(queries.ambassadors(), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


@require_safe
def ambassador(request: HttpRequest, key: int) -> HttpResponse:
    """Show an ambassador: product, period, consent, what may be said, and the script; of the person a masked name alone."""
    account, found = _ambassador(request, key)
    person = masked_persons([found.person_id]).get(found.person_id)
    is_open = found.sale.ends_at > timezone.now()
    context = {
        "one": found,
        "name": person.name if person else "",
        "province": place_label(found.unit.place_id // queries.PROVINCE * queries.PROVINCE)
        if found.unit.place_id
        else "",
        "evidence": list(attachments_of(AMBASSADOR_TYPE, [found.pk])),
        "may_revise": is_open and may(account, "revise_ambassador", found.scope),
        "may_approve": found.approved_at is None
        and found.withdrawn_on is None
        and account.pk not in queries.claims_written_by([found])[found.pk]
        and may(account, "approve_claims", found.scope),
        "portrait": portrait_said(found),
        "may_portrait": found.withdrawn_on is None and may(account, "set_portrait", found.scope),
        "may_withdraw": found.withdrawn_on is None and may(account, "withdraw_consent", found.scope),
    }
    return render(request, "shop/ambassador.html", context)


@require_http_methods(READ_AND_WRITE)
def enter_ambassador(request: HttpRequest, key: int) -> HttpResponse:
    """Enter an ambassador of a live sale."""
    _, sale = sale_for(request, key)
    units = Unit.objects.exclude(kind=Unit.Kind.SUPPORTED).filter(place__isnull=False).order_by("path")
    first = {"starts_at": sale.starts_at, "ends_at": sale.ends_at}
    form = sale_forms.AmbassadorForm(
        request.POST or None, request.FILES or None, units=units, products=_products(sale), initial=first
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_ambassador(
            sale=sale, unit=said["unit"], details=form.details(), name=said["name"], phone=said["phone"],
            consented_on=said["consented_on"], files=said["evidence"], act=act,
        )  # fmt: skip
        return ambassador_address(found.pk)

    context = form_page(both("登记代言人", "Enter an ambassador"), staging_address(key), about=sale.name)
    done = both(
        "已登记。说法和台词要由另一人核准。", "Entered. Claims and script wait for somebody else's approval."
    )
    return carried_out(request, form, carry_out, done, context)


@require_http_methods(READ_AND_WRITE)
def revise_ambassador(request: HttpRequest, key: int) -> HttpResponse:
    """Change an ambassador."""
    _, found = _ambassador(request, key)
    names = ("post_zh", "post_en", "product", "starts_at", "ends_at", "claims_zh", "claims_en", "script")
    form = sale_forms.AmbassadorRevisionForm(
        request.POST or None,
        products=_products(found.sale),
        initial={name: getattr(found, name) for name in names},
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_ambassador(ambassador=found, details=form.details(), act=act)
        return ambassador_address(key)

    warning = both("修改以后须重新核准。", "What is changed waits for approval again.")
    context = form_page(
        both("修改代言人", "Change the ambassador"),
        ambassador_address(key),
        about=found.post,
        warning=warning,
    )
    return carried_out(request, form, carry_out, CHANGED, context)


@require_http_methods(READ_AND_WRITE)
def approve_claims(request: HttpRequest, key: int) -> HttpResponse:
    """Approve what an ambassador may say."""
    _, found = _ambassador(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.approve_claims(ambassador=found, act=act)
        return ambassador_address(key)

    warning = both(
        "核准以后，说法在公开直播页显示。请对照检验报告和产地证明。",
        "Everybody reads the claims from now on. Hold them against the inspection and the certificate of origin.",
    )
    title = both("核准说法和台词", "Approve claims and script")
    context = form_page(title, ambassador_address(key), about=found.post, warning=warning)
    return carried_out(
        request, forms.ConfirmForm(request.POST or None), carry_out, both("已核准。", "Approved."), context
    )


@require_http_methods(READ_AND_WRITE)
def withdraw_consent(request: HttpRequest, key: int) -> HttpResponse:
    """Note that an ambassador withdrew the consent."""
    _, found = _ambassador(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_consent(ambassador=found, act=act)
        return ambassador_address(key)

    warning = both(
        "公开页面马上不再出现，不能恢复；已有的订单不变。",
        "No public page shows them any more, for good; orders stay.",
    )
    title = both("撤回肖像同意", "Withdraw the consent")
    context = form_page(title, ambassador_address(key), about=found.post, warning=warning, is_reversal=True)
    return carried_out(
        request, forms.ConfirmForm(request.POST or None), carry_out, both("已撤回。", "Withdrawn."), context
    )


@require_http_methods(READ_AND_WRITE)
def set_portrait(request: HttpRequest, key: int) -> HttpResponse:
    """Say which portrait of an ambassador everybody may see, and until when."""
    _, found = _ambassador(request, key)
    form = sale_forms.PortraitForm(
        request.POST or None, request.FILES or None, initial={"consent_ends_on": found.consent_ends_on}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.set_portrait(
            ambassador=found,
            picture=said["picture"][0] if said["picture"] else None,
            is_removed=said["is_removed"],
            consent_ends_on=said["consent_ends_on"],
            act=act,
        )
        return ambassador_address(key)

    warning = both(
        "保存后还要在照片页申明画面里能认出几个人、登记每个人“用于网页”的同意，公开页才显示。",
        "Then say at the picture how many people can be recognised, and record each one's consent for pages: only then it is"
        " shown.",
    )
    title = both("设置照片和同意期限", "Portrait and consent")
    context = form_page(title, ambassador_address(key), about=found.post, warning=warning)
    return carried_out(request, form, carry_out, both("已保存。", "Kept."), context)


def portrait_said(found: Ambassador) -> Words:
    """Return whether everybody sees an ambassador's portrait now, or what is lacking."""
    today = timezone.localdate()
    if found.picture_id is None:
        return both("没有照片", "none")
    if found.withdrawn_on is not None:
        return both("不公开：同意已撤回", "not shown: the consent was withdrawn")
    if found.consent_ends_on is not None and found.consent_ends_on <= today:
        return both("不公开：同意已到期", "not shown: the consent has ended")
    if found.approved_at is None:
        return both("不公开：说法还没有核准", "not shown: the claims wait for approval")
    if not queries.shown_portraits([found], today):
        return both(
            "不公开：还没有申明照片里的人，或还缺“用于网页”的同意",
            "not shown: people in it are not declared, or a consent for pages is missing",
        )
    return both("公开直播页正在显示", "shown on the public page")


def _session(request: HttpRequest, key: int) -> Session:
    found = get_object_or_404(Session.objects.select_related("sale__channel__unit", "host"), pk=key)
    refuse_strangers(reader_of(request), found.scope)
    return found


@require_http_methods(READ_AND_WRITE)
def enter_session(request: HttpRequest, key: int) -> HttpResponse:
    """Enter a session of a live sale."""
    _, sale = sale_for(request, key)
    first = {"starts_at": sale.starts_at, "ends_at": sale.ends_at}
    hosts = queries.ambassadors().filter(sale=sale)
    form = sale_forms.SessionForm(request.POST or None, hosts=hosts, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        names = ("title_zh", "title_en", "starts_at", "ends_at", "host")
        operations.enter_session(sale=sale, **{name: said[name] for name in names}, act=act)
        return staging_address(key)

    context = form_page(both("登记场次", "Enter a session"), staging_address(key), about=sale.name)
    return carried_out(request, form, carry_out, KEPT, context)


@require_http_methods(READ_AND_WRITE)
def revise_session(request: HttpRequest, key: int) -> HttpResponse:
    """Change a session."""
    found = _session(request, key)
    names = ("title_zh", "title_en", "starts_at", "ends_at", "host")
    hosts = queries.ambassadors().filter(sale=found.sale)
    form = sale_forms.SessionForm(
        request.POST or None, hosts=hosts, initial={name: getattr(found, name) for name in names}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_session(session=found, **{name: said[name] for name in names}, act=act)
        return staging_address(found.sale_id)

    context = form_page(
        both("修改场次", "Change the session"), staging_address(found.sale_id), about=found.title
    )
    return carried_out(request, form, carry_out, CHANGED, context)


@require_http_methods(READ_AND_WRITE)
def run_sheet(request: HttpRequest, key: int) -> HttpResponse:
    """Write a session's run-sheet."""
    found = _session(request, key)
    first = {"lines": sale_forms.run_sheet_said(found)}
    form = sale_forms.RunSheetForm(request.POST or None, session=found, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.write_run_sheet(session=found, items=said["lines"], act=act)
        return staging_address(found.sale_id)

    title = both("编写流程单", "Write the run-sheet")
    context = form_page(title, staging_address(found.sale_id), about=found.title)
    return carried_out(request, form, carry_out, both("已保存。", "Kept."), context)
