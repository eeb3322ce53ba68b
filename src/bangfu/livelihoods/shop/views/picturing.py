"""Photographs of products: what everybody is handed, and the forms of whoever sells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.evidence.operations import declare_picture
from bangfu.foundation.evidence.queries import recognisable_in
from bangfu.foundation.evidence.thumbnails import MEDIA_TYPE, thumbnail_of
from bangfu.foundation.operations import Act, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop import forms, operations, queries
from bangfu.livelihoods.shop.models import Product, ProductPicture
from bangfu.livelihoods.shop.telling import product_address
from bangfu.livelihoods.shop.views.cataloguing import product_for
from bangfu.livelihoods.shop.views.gate import READ_AND_WRITE, carried_out, form_page, may


@require_safe
def picture(request: HttpRequest, key: int) -> HttpResponseBase:
    """Hand over a product's photograph, small and without its position, to whoever may see it; a browser asks each time."""
    found = ProductPicture.objects.select_related("product").filter(pk=key).first()
    one = queries.pictures_of([found.product_id]).filter(pk=key).first() if found else None
    if found is None or one is None or not (_is_public(found.product, one) or _is_staff(request, found)):
        raise Http404
    etag = f'"{one.file_id}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    small = thumbnail_of(one.file_id, one.file.media_type)
    if small is None:
        raise Http404
    answer = FileResponse(small.open("rb"), content_type=MEDIA_TYPE)
    answer["Cache-Control"], answer["ETag"] = "no-cache", etag
    return answer


def _is_public(product: Product, one: ProductPicture) -> bool:
    return product.is_shown and one.is_public  # type: ignore[attr-defined]


def _is_staff(request: HttpRequest, found: ProductPicture) -> bool:
    return isinstance(request.user, Account) and may(request.user, "view", found.scope)


def staff_pictures(account: Account, product: Product) -> dict[str, Any]:
    """Return what staff see of a product's photographs, and what may be done about them."""
    found = list(queries.pictures_of([product.pk]))
    return {
        "pictures": [
            {"picture": one, "is_first": number == 0, "said": _said(one)} for number, one in enumerate(found)
        ],
        "may_add_pictures": may(account, "add_pictures", product.scope),
        "may_arrange_pictures": may(account, "put_picture_first", product.scope),
        "may_take_pictures_off": may(account, "take_picture_off", product.scope),
        "may_declare_pictures": bool(_undeclared(found)) and _may_declare(account, product),
    }


def _said(one: ProductPicture) -> Words:
    if one.is_public:  # type: ignore[attr-defined]
        return both("公开", "public")
    return both(
        "不公开：还没有申明照片里的人，或缺“用于网页”的同意",
        "not public: the people in it are not declared, or a consent for pages is missing",
    )


def _undeclared(pictures: Iterable[ProductPicture]) -> list[ProductPicture]:
    return [one for one in pictures if recognisable_in(one.file_id) is None]


def _may_declare(account: Account, product: Product) -> bool:
    return allows(account, "evidence.declare_picture", product.scope, timezone.localdate())


@require_http_methods(READ_AND_WRITE)
def add(request: HttpRequest, key: int) -> HttpResponse:
    """Add photographs to a product."""
    _, product = product_for(request, key)
    form = forms.PicturesForm(request.POST or None, request.FILES or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.add_pictures(product=product, pictures=said["pictures"], act=act)
        return product_address(key)

    context = form_page(both("添加照片", "Add photographs"), product_address(key), about=product.name)
    done = both(
        "已添加。申明照片里没有能认出的人以后，公开页才显示。",
        "Added. They are public once it is declared that nobody can be recognised in them.",
    )
    return carried_out(request, form, carry_out, done, context)


@require_http_methods(READ_AND_WRITE)
def nobody(request: HttpRequest, key: int) -> HttpResponse:
    """Declare that nobody can be recognised in any of a product's photographs of which nothing was declared yet."""
    account, product = product_for(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        for one in _undeclared(queries.pictures_of([key])):
            declare_picture(file=one.file, recognisable=0, act=Act.now(account))
        return product_address(key)

    warning = both(
        "请逐张看过：只有认不出任何人的照片才可以这样申明。有人的，请到那张照片的页面申明人数并登记同意。",
        "Look at each: only of photographs in which nobody can be recognised may this be said. Where there are people, say how"
        " many at that photograph's page and record their consents.",
    )
    title = both("照片里没有能认出的人", "Nobody can be recognised in them")
    context = form_page(title, product_address(key), about=product.name, warning=warning)
    done = both("已申明，公开页显示这些照片。", "Declared; the public pages show them.")
    return carried_out(request, forms.ConfirmForm(request.POST or None), carry_out, done, context)


def _picture_for(request: HttpRequest, key: int) -> ProductPicture:
    found = get_object_or_404(ProductPicture.objects.select_related("product__unit"), pk=key)
    product_for(request, found.product_id)
    return found


@require_http_methods(READ_AND_WRITE)
def put_first(request: HttpRequest, key: int) -> HttpResponse:
    """Put a photograph first."""
    found = _picture_for(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.put_picture_first(picture=found, act=act)
        return product_address(found.product_id)

    title = both("设为首图", "Put first")
    context = form_page(title, product_address(found.product_id), about=found.product.name)
    done = both("已设为首图。", "It is the first now.")
    return carried_out(request, forms.ConfirmForm(request.POST or None), carry_out, done, context)


@require_http_methods(READ_AND_WRITE)
def take_off(request: HttpRequest, key: int) -> HttpResponse:
    """Take a photograph off its product."""
    found = _picture_for(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.take_picture_off(picture=found, act=act)
        return product_address(found.product_id)

    warning = both(
        "公开页马上不再显示；再次上传同一张即可恢复。",
        "The public pages show it no more; uploading it again brings it back.",
    )
    title = both("取下照片", "Take the photograph off")
    back = product_address(found.product_id)
    context = form_page(title, back, about=found.product.name, warning=warning, is_reversal=True)
    done = both("已取下。", "Taken off.")
    return carried_out(request, forms.ConfirmForm(request.POST or None), carry_out, done, context)
