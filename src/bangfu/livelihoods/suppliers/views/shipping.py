"""A supplier's own page: orders to ship, picking lists, the courier's sheet, waybills by hand, and the parcels that went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both, counted
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Sheet, as_xlsx, list_file, not_figures, origin_of
from bangfu.livelihoods.shop.neighbours import order_number
from bangfu.livelihoods.suppliers import exports, forms, operations, papers, queries
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS, sheet_columns
from bangfu.livelihoods.suppliers.models import Side, Supplier
from bangfu.livelihoods.suppliers.recipients import handed_out, masked_recipients
from bangfu.livelihoods.suppliers.sides import suppliers_read
from bangfu.livelihoods.suppliers.toship import ToShip, by_order, by_product, lines_to_ship, order_key
from bangfu.livelihoods.suppliers.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    about,
    actable,
    carried_out,
    may,
    readable,
    reader,
    sections,
    supplier_asked,
)

NO_STORE = "no-store"


def _order_rows(lines: list[ToShip]) -> list[dict[str, Any]]:
    recipients = masked_recipients({one.buyer for one in lines})
    return [
        {
            "order": order,
            "number": order_number(order),
            "paid_at": rows[0].paid_at,
            "lines": rows,
            "packs": sum(one.left for one in rows),
            "is_part": any(one.gone for one in rows),
            "recipient": recipients.get(rows[0].buyer),
        }
        for order, rows in by_order(lines).items()
    ]


@require_safe
def ship(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a supplier has to ship: by order, the longest paid first, and by product; recipients are masked."""
    account, found, side = readable(request, queries.suppliers(), key)
    return _shown(request, account, found, side)


def _shown(
    request: HttpRequest, account: Account, found: Supplier, side: Side, refusal: Refusal | None = None
) -> HttpResponse:
    lines = lines_to_ship([found.pk])
    orders = by_order(lines)
    page = Paginator(list(orders), ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = [one for order in page for one in orders[order]]
    context = {
        "sections": sections("ship", account),
        "supplier": found,
        "is_house": side == Side.HOUSE,
        "page": page,
        "rows": _order_rows(shown),
        "products": by_product(lines),
        "packs": sum(one.left for one in lines),
        "couriers": COURIER_WORDS.items(),
        "keyed": Keyed(),
        "refusal": refusal,
        "may_ship": may(account, "ship_parcels", found.scope),
        "may_take": may(account, "take_recipients", found.scope),
        "may_import": may(account, "import_waybills", found.scope),
    }
    return render(request, "suppliers/ship.html", context, status=409 if refusal else 200)


@require_POST
def courier_sheet(request: HttpRequest, key: int) -> HttpResponseBase:
    """Send the orders to ship as a courier's sheet for batches: recipients in clear, which is recorded."""
    account, found, side = readable(request, queries.suppliers(), key)
    courier = request.POST.get("courier", "")
    orders = list(by_order(lines_to_ship([found.pk])))[: operations.MOST_ORDERS]
    act = Act.now(reader_of(request), key=request.POST.get("key") or None)
    try:
        if courier not in COURIER_WORDS:
            raise operations.UnableToHandOut("unknown_courier")
        handout = operations.take_recipients(supplier=found, orders=orders, courier=courier, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _shown(request, account, found, side, refusal)
    columns = sheet_columns(courier)
    consignments = handed_out(handout, account, timezone.now())
    what = both(
        "{courier}批量下单表 {number}，含个人信息，只用于发货",
        "Batch sheet for {courier} {number}: personal data, for shipping alone",
    )
    origin = origin_of(
        request, reverse("suppliers:ship", args=[key]), what.filled(courier=COURIER_WORDS[courier], number=handout.number),
        taken_by=f"{account.display_name}（{account.username}）",
    )  # fmt: skip
    headings = [Words(title, title) for title, _ in columns]
    rows = ([cell(one) for _, cell in columns] for one in consignments)
    name = f"{courier}-{handout.number}-{origin.taken_at:%Y%m%d-%H%M}.xlsx"
    response = FileResponse(as_xlsx(headings, rows, origin), as_attachment=True, filename=name)
    response.headers["Cache-Control"] = NO_STORE
    return response


@require_safe
def picking(request: HttpRequest, key: int) -> HttpResponse:
    """Send the picking list as a PDF: by product, then by order; nobody is named."""
    _, found, _ = readable(request, queries.suppliers(), key)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    content = papers.picking_pdf(found, lines_to_ship([found.pk]), language=language, at=timezone.localtime())
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="picking-{found.code}.pdf"'
    return response


@require_safe
def picking_sheet(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the picking list as a file: by order, and in a workbook by product too; nobody is named."""
    account, found, _ = readable(request, queries.suppliers(), key)
    lines = lines_to_ship([found.pk])
    origin = origin_of(
        request, reverse("suppliers:ship", args=[key]), not_figures(both("拣货单", "Picking list")),
        taken_by=account.display_name, narrowed_to=(found.title,),
    )  # fmt: skip
    headings = (
        both("规格编码", "Pack code"), both("商品", "Product"), both("规格", "Pack"), both("件数", "Packs"),
        both("订单数", "Orders"), both("净重（千克）", "Net weight (kg)"),
    )  # fmt: skip
    rows = [
        [one.pack_code, str(one.product), str(one.spec), str(one.packs), str(one.orders), one.kilograms]
        for one in by_product(lines)
    ]
    more = [Sheet(both("按商品", "By product"), headings, rows)]
    name = str(both("拣货单", "picking"))
    return list_file(name, form, exports.PICKING_HEADINGS, exports.picking_rows(lines), origin, more)


@require_http_methods(READ_AND_WRITE)
def parcel(request: HttpRequest, key: int, order: int) -> HttpResponse:
    """Enter a waybill for an order or a part of it; its recipient is shown once who ships asks for it, which is recorded."""
    account, found, _ = actable(request, queries.suppliers(), key, "ship_parcels")
    lines = lines_to_ship([found.pk], [order])
    if not lines:
        messages.info(
            request, str(both("这个订单没有待发的商品。", "Nothing of this order is left to ship."))
        )
        return redirect("suppliers:ship", key)
    asks = request.method == "POST" and "show" in request.POST
    form = forms.ParcelForm(None if asks else request.POST or None, lines=lines)
    recipient, refusal = None, None
    if asks:
        act = Act.now(reader_of(request), key=request.POST.get("key") or None)
        try:
            handout = operations.take_recipients(supplier=found, orders=[order], act=act)
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            recipient = next(iter(handed_out(handout, account, timezone.now())), None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        details = operations.ParcelDetails(order, said["waybill"], said["courier"], form.packs())
        operations.ship_parcels(supplier=found, parcels=[details], act=act)
        return reverse("suppliers:ship", args=[key])

    context = about(
        found, both("登记运单", "Enter a waybill"), reverse("suppliers:ship", args=[key]), heading=order_number(order),
        row=_order_rows(lines)[0], recipient=recipient, keyed=Keyed(), may_take=may(account, "take_recipients", found.scope),
    )  # fmt: skip
    if asks:
        shown = render(
            request,
            "suppliers/parcel.html",
            {**context, "form": form, "refusal": refusal},
            status=409 if refusal else 200,
        )
    else:
        shown = carried_out(
            request,
            form,
            carry_out,
            both("已登记运单。", "Entered."),
            context,
            template="suppliers/parcel.html",
        )
    shown.headers["Cache-Control"] = NO_STORE
    return shown


@require_http_methods(READ_AND_WRITE)
def scan(request: HttpRequest, key: int) -> HttpResponse:
    """Enter parcels one after the other: scan an order's number, then a waybill; everything left of the order goes with it."""
    _, found, _ = actable(request, queries.suppliers(), key, "ship_parcels")
    form = forms.ScanForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        number = order_key(said["order"])
        if number is None:
            raise operations.UnableToShip("unknown_order", order=said["order"])
        details = operations.ParcelDetails(number, said["waybill"], said["courier"])
        operations.ship_parcels(supplier=found, parcels=[details], act=act)
        return reverse("suppliers:scan", args=[key])

    left = len({one.order for one in lines_to_ship([found.pk])})
    heading = counted(
        "扫描发货：还有 {count} 单", "Scan: {count} orders left", "Scan: {count} order left", count=left
    )
    context = about(
        found, both("登记这一单", "Enter this one"), reverse("suppliers:ship", args=[key]), heading=heading
    )
    return carried_out(
        request, form, carry_out, both("已登记，扫下一单。", "Entered. Scan the next."), context
    )


PARCEL_SORTS = {
    "waybill": "waybill", "courier": "courier", "order": "order", "supplier": "supplier__name_zh", "entered": "shipped_at",
}  # fmt: skip


def _asked(request: HttpRequest, account: Account) -> tuple[dict[str, Any], Any]:
    asked: dict[str, Any] = {
        "q": request.GET.get("q", "").strip()[:60], "courier": request.GET.get("courier", ""),
        "supplier": supplier_asked(request, account),
    }  # fmt: skip
    found: Any = queries.parcels().filter(
        supplier__in=suppliers_read(account, timezone.localdate()).values("pk")
    )
    if asked["supplier"] is not None:
        found = found.filter(supplier=asked["supplier"])
    if asked["courier"] in COURIER_WORDS:
        found = found.filter(courier=asked["courier"])
    if asked["q"]:
        named = Q(waybill__startswith=asked["q"].upper()) | Q(supplier__name_zh__icontains=asked["q"])
        number = order_key(asked["q"])
        found = found.filter(named | Q(order=number) if number is not None else named)
    return asked, in_order(request, found, PARCEL_SORTS, "-pk")


@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    """List the parcels that the reader may see, the newest first; nobody is named."""
    account = reader(request)
    asked, found = _asked(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("parcels", account),
        "page": page,
        "rows": [
            {"parcel": one, "number": order_number(one.order_id), "courier": COURIER_WORDS[one.courier]}
            for one in page
        ],
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "couriers": COURIER_WORDS.items(),
        "may_import": may(account, "import_waybills"),
    }
    return render(request, "suppliers/parcels.html", context)


@require_safe
def export_parcels(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of parcels as a file, narrowed as the page is; nobody is named."""
    account = reader(request)
    asked, found = _asked(request, account)
    narrowed = (
        asked["q"], COURIER_WORDS.get(asked["courier"], ""), asked["supplier"].title if asked["supplier"] else "",
    )  # fmt: skip
    origin = origin_of(
        request, reverse("suppliers:parcels"), not_figures(both("供应商包裹", "Parcels of suppliers")),
        taken_by=account.display_name, narrowed_to=narrowed,
    )  # fmt: skip
    return list_file(
        str(both("包裹", "parcels")), form, exports.PARCEL_HEADINGS, exports.parcel_rows(found), origin
    )
