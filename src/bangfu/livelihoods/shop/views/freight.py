"""Carriage as a seller sets it: templates, versions with their provinces, and the goods they are for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.shop import freight_forms, operations, queries
from bangfu.livelihoods.shop.models import (
    FREIGHT_BASIS_WORDS,
    FreightBasis,
    FreightRate,
    FreightTemplate,
    FreightVersion,
)
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.telling_after import freight_address
from bangfu.livelihoods.shop.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    carried_out,
    form_page,
    may,
    reader,
    refuse_strangers,
    sections,
    units_for,
)

CHANGED = both("已修改。", "Changed.")
ELSEWHERE = both("其他省", "Every other province")
COLUMNS = (
    both("编码", "Code"), both("名称", "Name"), both("渠道", "Channel"), both("常用", "Usual"), both("从何时起", "From"),
    both("计费方式", "Reckoned"), both("首", "First"), both("续", "Each further"), both("满额包邮（元）", "Free from (yuan)"),
    both("省", "Province"), both("首费（元）", "First charge (yuan)"),
    both("续费（元）", "Further charge (yuan)"), both("送达", "Served"),
)  # fmt: skip


SORTS = {"name": "name_zh", "code": "code", "channel": "channel__code"}


def _found(account: Account, request: HttpRequest) -> QuerySet[FreightTemplate]:
    text = request.GET.get("q", "").strip()[:60]
    found = queries.freight_templates().filter(
        channel__unit__in=queries.units_read(account, timezone.localdate())
    )
    if text:
        found = found.filter(
            Q(code__istartswith=text) | Q(name_zh__contains=text) | Q(name_en__icontains=text)
        )
    return in_order(request, found.annotate(goods=Count("picks")), SORTS, "channel__code", "code")


def in_force(template: FreightTemplate) -> FreightVersion | None:
    """Return the version of a template that holds now."""
    return template.versions.filter(valid_from__lte=timezone.now()).order_by("-valid_from").first()


def charge_words(version: FreightVersion | None) -> Words:
    """Return how a version reckons, in words."""
    if version is None:
        return both("还没有定运费", "no charges yet")
    unit = both("克", "g") if version.basis == FreightBasis.WEIGHT else both("件", "packs")
    words = both(
        "{basis}：首 {first} {unit}，每续 {further} {unit}",
        "{basis}: first {first} {unit}, each further {further} {unit}",
    )
    return words.filled(
        basis=FREIGHT_BASIS_WORDS[version.basis], first=version.first, further=version.further, unit=unit
    )  # fmt: skip


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """List the templates of the units that the reader may see, with what holds now."""
    account = reader(request)
    page = Paginator(_found(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("freights"),
        "page": page,
        "text": request.GET.get("q", "").strip()[:60],
        "rows": [{"template": one, "charges": charge_words(in_force(one))} for one in page],
        "may_enter": may(account, "enter_freight"),
        "may_import": may(account, "import_freights"),
    }
    return render(request, "shop/freights.html", context)


@require_safe
def export_templates(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send what holds now as a file, a row a province."""
    account = reader(request)
    origin = origin_of(
        request, reverse("shop:freights"), not_figures(both("运费", "Carriage")), taken_by=account.username,
        narrowed_to=(request.GET.get("q", "").strip()[:60],),
    )  # fmt: skip
    return list_file("freight", form, list(COLUMNS), _cells(_found(account, request)), origin)


def _cells(found: QuerySet[FreightTemplate]) -> Iterator[list[str]]:
    yes, no = both("是", "yes"), both("否", "no")
    for one in found:
        version = in_force(one)
        head = [one.code, str(one.name), str(one.channel.name), str(yes if one.is_usual else no)]
        if version is None:
            yield [*head, *[""] * 9]
            continue
        free = f"{version.free_from_fen / 100:.2f}" if version.free_from_fen else ""
        start = f"{timezone.localtime(version.valid_from):%Y-%m-%d %H:%M}"
        basis = str(FREIGHT_BASIS_WORDS[version.basis])
        for rate in _rates(version):
            yield [
                *head, start, basis, str(version.first), str(version.further), free,
                rate.province.name if rate.province else str(ELSEWHERE), f"{rate.first_fen / 100:.2f}",
                f"{rate.further_fen / 100:.2f}", str(yes if rate.is_served else no),
            ]  # fmt: skip


def _rates(version: FreightVersion) -> QuerySet[FreightRate]:
    return version.rates.select_related("province").order_by("province__id")


def _template(request: HttpRequest, key: int) -> tuple[Account, FreightTemplate]:
    account = reader_of(request)
    found = get_object_or_404(queries.freight_templates(), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


@require_safe
def template(request: HttpRequest, key: int) -> HttpResponse:
    """Show one template: its versions with their provinces, and the goods it is for."""
    account, found = _template(request, key)
    versions = found.versions.order_by("-valid_from")[:20]
    context = {
        "template": found,
        "now": in_force(found),
        "versions": [
            {
                "version": one,
                "charges": charge_words(one),
                "free": yuan(one.free_from_fen) if one.free_from_fen else "",
                "rates": [
                    {"rate": rate, "first": yuan(rate.first_fen), "further": yuan(rate.further_fen)}
                    for rate in _rates(one)
                ],
            }
            for one in versions
        ],
        "picks": found.picks.select_related("product", "variant__product").order_by("pk"),
        "may_revise": may(account, "revise_freight", found.scope),
        "may_set": may(account, "set_freight", found.scope),
        "may_pick": may(account, "pick_freight", found.scope),
    }
    return render(request, "shop/freight.html", context)


@require_http_methods(READ_AND_WRITE)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a template."""
    form = freight_forms.FreightForm(
        request.POST or None, units=units_for(reader_of(request), "enter_freight")
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        made = operations.enter_freight(
            channel=said["channel"], code=said["code"], name_zh=said["name_zh"], name_en=said["name_en"],
            is_usual=said["is_usual"], act=act,
        )  # fmt: skip
        return freight_address(made.pk)

    context = form_page(both("登记运费模板", "Enter a template"), reverse("shop:freights"))
    return carried_out(
        request, form, carry_out, both("已登记。请定运费。", "Entered. Now set what it charges."), context
    )


@require_http_methods(READ_AND_WRITE)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change what a template is called."""
    _, found = _template(request, key)
    start = {"name_zh": found.name_zh, "name_en": found.name_en, "is_usual": found.is_usual}
    form = freight_forms.FreightForm(request.POST or None, initial=start)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_freight(
            template=found,
            name_zh=said["name_zh"],
            name_en=said["name_en"],
            is_usual=said["is_usual"],
            act=act,
        )
        return freight_address(key)

    context = form_page(both("修改模板", "Change the template"), freight_address(key), about=str(found.name))
    return carried_out(request, form, carry_out, CHANGED, context)


def _start(found: FreightTemplate) -> dict[str, Any]:
    """Return what the form begins with: what holds now."""
    version = in_force(found)
    if version is None:
        return {}
    rates = list(_rates(version))
    usual = next((one for one in rates if one.province is None), None)
    lines = [
        f"{one.province.name} {one.first_fen / 100:.2f} {one.further_fen / 100:.2f}" if one.is_served
        else f"{one.province.name} {freight_forms.NOT_SERVED[0]}"
        for one in rates if one.province is not None
    ]  # fmt: skip
    return {
        "basis": version.basis,
        "first": version.first,
        "further": version.further,
        "first_yuan": f"{usual.first_fen / 100:.2f}" if usual else None,
        "further_yuan": f"{usual.further_fen / 100:.2f}" if usual else None,
        "free_yuan": f"{version.free_from_fen / 100:.2f}" if version.free_from_fen else None,
        "rates": "\n".join(lines),
    }


@require_http_methods(READ_AND_WRITE)
def version(request: HttpRequest, key: int) -> HttpResponse:
    """Set what a template charges from a moment on."""
    _, found = _template(request, key)
    form = freight_forms.FreightVersionForm(request.POST or None, initial=_start(found))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        free = said["free_yuan"]
        operations.set_freight(
            template=found, basis=said["basis"], first=said["first"], further=said["further"], rates=form.all_rates(),
            valid_from=max(said["valid_from"], act.at), free_from_fen=int(free * 100) if free else None, act=act,
        )  # fmt: skip
        return freight_address(key)

    context = form_page(both("定运费", "Set charges"), freight_address(key), about=str(found.name))
    return carried_out(request, form, carry_out, both("已定。", "Set."), context)


@require_http_methods(READ_AND_WRITE)
def pick(request: HttpRequest, key: int) -> HttpResponse:
    """Say which goods a template holds for."""
    _, found = _template(request, key)
    form = freight_forms.FreightPickForm(request.POST or None, template=found)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.pick_freight(
            channel=found.channel, product=said["product"], variant=said["variant"],
            template=None if said["is_off"] else found, act=act,
        )  # fmt: skip
        return freight_address(key)

    context = form_page(both("选适用商品", "Choose goods"), freight_address(key), about=str(found.name))
    return carried_out(request, form, carry_out, CHANGED, context)
