"""What is sold: the staff's list of products, and the forms of products, packs and prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import doors_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import both, record_type
from bangfu.foundation.rooms.lists import in_batches, list_file, not_figures, origin_of
from bangfu.livelihoods.industries.neighbours import lots
from bangfu.livelihoods.shop import forms, operations, queries
from bangfu.livelihoods.shop.models import (
    PRODUCT_KIND_WORDS,
    Channel,
    PriceVersion,
    Product,
    Variant,
    Warehouse,
)
from bangfu.livelihoods.shop.telling import product_address, yuan
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

COLUMNS = (
    both("编码", "Code"), both("商品", "Product"), both("类别", "Kind"), both("产地", "Origin"), both("单位", "Unit"),
    both("产地证明", "Certificate of origin"), both("规格数", "Packs"), both("公开展示", "Shown"),
)  # fmt: skip
SORTS = {
    "code": "code", "name": "name_zh", "kind": "kind", "place": "place_id", "unit": "unit__path", "packs": "packs",
}  # fmt: skip
PRICES_SHOWN = 20
CHANGED = both("已修改。", "Changed.")


def offers_of_places() -> str:
    """Return the address that offers places while somebody types."""
    return reverse("industries:places")


def _found(account: Account, request: HttpRequest) -> QuerySet[Product]:
    text = request.GET.get("q", "").strip()[:60]
    found = queries.products().filter(unit__in=queries.units_read(account, timezone.localdate()))
    found = found.filter(queries.product_named(text)) if text else found
    return in_order(request, found.annotate(packs=Count("variants")), SORTS, "code", "pk")


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """List the products of the units whose goods the reader may see."""
    account = reader(request)
    page = Paginator(_found(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({one.place_id for one in page}, short=True)
    context = {
        "sections": sections("products"),
        "page": page,
        "text": request.GET.get("q", "").strip()[:60],
        "rows": [
            {"product": one, "kind": PRODUCT_KIND_WORDS[one.kind], "origin": labels[one.place_id]}
            for one in page
        ],
        "may_enter": may(account, "enter_product"),
        "may_import": may(account, "import_packs"),
    }
    return render(request, "shop/products.html", context)


@require_safe
def export_products(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of products as a file."""
    account = reader(request)
    origin = origin_of(
        request, reverse("shop:products"), not_figures(both("商品", "Products")), taken_by=account.username,
        narrowed_to=(request.GET.get("q", "").strip()[:60],),
    )  # fmt: skip
    return list_file("products", form, list(COLUMNS), _cells(_found(account, request)), origin)


def _cells(found: QuerySet[Product]) -> Iterator[list[str]]:
    yes, no = both("是", "yes"), both("否", "no")
    for batch in in_batches(found):
        labels = place_labels({one.place_id for one in batch})
        for one in batch:
            yield [
                one.code, str(one.name), str(PRODUCT_KIND_WORDS[one.kind]), labels[one.place_id], str(one.unit.name),
                one.certificate, str(one.packs),  # type: ignore[attr-defined]
                str(yes if one.is_shown else no),
            ]  # fmt: skip


def product_for(request: HttpRequest, key: int) -> tuple[Account, Product]:
    """Return who reads and a product of a unit whose goods the reader may see."""
    account = reader_of(request)
    found = get_object_or_404(queries.products(), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


def variant_for(request: HttpRequest, key: int) -> tuple[Account, Variant]:
    """Return who reads and a pack of such a product."""
    account = reader_of(request)
    found = get_object_or_404(Variant.objects.select_related("product__unit"), pk=key)
    refuse_strangers(account, found.product.scope)
    return account, found


def staff_context(account: Account, product: Product) -> dict[str, Any]:
    """Return what staff see on a product's page beside what everybody sees: its packs, prices and what may be done."""
    variants = list(product.variants.order_by("code"))
    prices: dict[int, list[dict[str, Any]]] = {one.pk: [] for one in variants}
    versions = PriceVersion.objects.filter(variant__in=variants).select_related("channel")
    for one in versions.order_by("-valid_from", "-pk"):
        if len(prices[one.variant_id]) < PRICES_SHOWN:
            prices[one.variant_id].append(
                {"version": one, "price": yuan(one.price_fen), "floor": yuan(one.floor_fen)}
            )
    return {
        "is_staff": True,
        "packs": [{"variant": one, "prices": prices[one.pk]} for one in variants],
        "may_revise": may(account, "revise_product", product.scope),
        "may_enter_variant": may(account, "enter_variant", product.scope),
        "may_price": may(account, "set_price", product.scope),
        "may_receive": may(account, "receive_stock"),
        "doors": doors_of(record_type("shop.product"), product.pk, account, timezone.localdate()),
    }


@require_http_methods(READ_AND_WRITE)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a product."""
    units = units_for(reader_of(request), "enter_product")
    form = forms.ProductForm(request.POST or None, units=units, offers=offers_of_places())

    def carry_out(said: dict[str, Any], act: Act) -> str:
        return product_address(
            operations.enter_product(details=form.details(), unit=said["unit"], act=act).pk
        )

    context = form_page(both("登记商品", "Enter a product"), reverse("shop:products"))
    return carried_out(
        request,
        form,
        carry_out,
        both(
            "已登记。接着登记规格、定价、入库。", "Entered. Now enter its packs, price them, receive stock."
        ),
        context,
    )


@require_http_methods(READ_AND_WRITE)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change what is said of a product."""
    _, product = product_for(request, key)
    first = forms.product_said(product)
    form = forms.ProductRevisionForm(request.POST or None, offers=offers_of_places(), initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_product(product=product, details=form.details(product.code), act=act)
        return product_address(key)

    context = form_page(both("修改商品", "Change the product"), product_address(key))
    return carried_out(request, form, carry_out, CHANGED, context)


@require_http_methods(READ_AND_WRITE)
def enter_variant(request: HttpRequest, key: int) -> HttpResponse:
    """Enter in which pack a product is sold."""
    _, product = product_for(request, key)
    form = forms.VariantForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        names = ("code", "spec_zh", "spec_en", "net_weight_g", "pack")
        operations.enter_variant(product=product, **{name: said[name] for name in names}, act=act)
        return product_address(key)

    context = form_page(both("登记规格", "Enter a pack"), product_address(key), about=product.name)
    return carried_out(request, form, carry_out, both("已登记。", "Entered."), context)


@require_http_methods(READ_AND_WRITE)
def revise_variant(request: HttpRequest, key: int) -> HttpResponse:
    """Change how a pack is described."""
    _, variant = variant_for(request, key)
    first = {"spec_zh": variant.spec_zh, "spec_en": variant.spec_en}
    form = forms.VariantRevisionForm(request.POST or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_variant(variant=variant, spec_zh=said["spec_zh"], spec_en=said["spec_en"], act=act)
        return product_address(variant.product_id)

    title = both("修改规格", "Change the pack")
    context = form_page(title, product_address(variant.product_id), about=variant.product.name)
    return carried_out(request, form, carry_out, CHANGED, context)


@require_http_methods(READ_AND_WRITE)
def price(request: HttpRequest, key: int) -> HttpResponse:
    """Set a price from a moment on."""
    account, variant = variant_for(request, key)
    channels = Channel.objects.filter(
        unit__in=queries.units_read(account, timezone.localdate()), closed_on=None
    ).order_by("code")
    form = forms.PriceForm(request.POST or None, channels=channels)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.set_price(
            variant=variant,
            price_fen=forms.fen(said["price_yuan"]),
            floor_fen=forms.fen(said["floor_yuan"]),
            valid_from=said["valid_from"] or act.at,
            channel=said["channel"],
            act=act,
        )
        return product_address(variant.product_id)

    about = f"{variant.product.name} {variant.spec}"
    context = form_page(both("定价", "Set a price"), product_address(variant.product_id), about=about)
    done = both(
        "已定价。以前的价格和订单不变。", "The price is set. Earlier prices and orders stay as they were."
    )
    return carried_out(request, form, carry_out, done, context)


@require_http_methods(READ_AND_WRITE)
def receive(request: HttpRequest, key: int) -> HttpResponse:
    """Note that packs came into a warehouse."""
    account, variant = variant_for(request, key)
    warehouses = Warehouse.objects.filter(unit__in=units_for(account, "receive_stock")).order_by("code")
    sound = lots().filter(industry__place=variant.product.place_id, confirmed_at__isnull=False)
    form = forms.ReceiptForm(
        request.POST or None, warehouses=warehouses, lots=sound.order_by("-harvested_on", "-pk")
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        names = ("warehouse", "quantity", "document", "lot")
        stock = operations.receive_stock(variant=variant, **{name: said[name] for name in names}, act=act)
        return reverse("shop:stock", args=[stock.pk])

    about = f"{variant.product.name} {variant.spec}"
    context = form_page(both("入库", "Receive stock"), product_address(variant.product_id), about=about)
    return carried_out(request, form, carry_out, both("已入库。", "Received."), context)
