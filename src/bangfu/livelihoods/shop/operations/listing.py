"""The catalogue: products, the packs in which they are sold, and prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.shop.models import Channel, PriceVersion, Product, ProductKind, Variant
from bangfu.livelihoods.shop.operations.refusing import UnableToSell, check_words, of_unit

COUNTY_LEVEL = 3


@dataclass(frozen=True)
class ProductDetails:
    """What is said of a product."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    place: Place
    about_zh: str = ""
    about_en: str = ""
    certificate: str = ""
    certified_by: str = ""
    is_shown: bool = True


def _of_product(*, variant: Variant, **arguments: object) -> Scope:
    return variant.product.scope


def _check_product(details: ProductDetails) -> None:
    check_words(details.code, details.name_zh, details.name_en)
    if details.kind not in ProductKind.values:
        raise UnableToSell("unknown_kind", kind=details.kind)
    if not details.place.level <= COUNTY_LEVEL <= details.place.through_level:
        raise UnableToSell("no_county")
    if bool(details.certificate.strip()) != bool(details.certified_by.strip()):
        raise UnableToSell("certificate_half")


def _write_product(product: Product, said: ProductDetails) -> Product:
    product.name_zh, product.name_en = said.name_zh.strip(), said.name_en.strip()
    product.about_zh, product.about_en = said.about_zh.strip(), said.about_en.strip()
    product.kind, product.place, product.is_shown = said.kind, said.place, said.is_shown
    product.certificate, product.certified_by = said.certificate.strip(), said.certified_by.strip()
    product.save()
    return product


@operation("shop.enter_product", scope=of_unit)
def enter_product(*, details: ProductDetails, unit: Unit, act: Act) -> Product:
    """Enter a product that a unit sells, with its county of origin.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    _check_product(details)
    code = details.code.strip()
    if Product.objects.filter(code=code).exists():
        raise UnableToSell("code_taken", code=code)
    return _write_product(Product(code=code, unit=unit, entered_at=act.at, entered_by=act.actor), details)


@operation("shop.revise_product", scope=scope_of("product"))
def revise_product(*, product: Product, details: ProductDetails, act: Act) -> Product:
    """Change what is said of a product, its code and unit apart; orders keep the county of origin of their day.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    _check_product(details)
    return _write_product(product, details)


@operation("shop.enter_variant", scope=scope_of("product"))
def enter_variant(
    *, product: Product, code: str, spec_zh: str, spec_en: str, net_weight_g: int, pack: int = 1, act: Act
) -> Variant:
    """Enter in which pack a product is sold.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    check_words(code, spec_zh, spec_en)
    if net_weight_g <= 0 or pack <= 0:
        raise UnableToSell("no_weight")
    if Variant.objects.filter(code=code.strip()).exists():
        raise UnableToSell("code_taken", code=code.strip())
    return Variant.objects.create(
        product=product, code=code.strip(), spec_zh=spec_zh.strip(), spec_en=spec_en.strip(), net_weight_g=net_weight_g,
        pack=pack,
    )  # fmt: skip


@operation("shop.revise_variant", scope=_of_product)
def revise_variant(*, variant: Variant, spec_zh: str, spec_en: str, act: Act) -> Variant:
    """Change how a pack is described; its weight stays, since lots were drawn down by it.

    Raises: UnableToSell: ``words_missing``; nothing was written.
    """
    check_words(variant.code, spec_zh, spec_en)
    variant.spec_zh, variant.spec_en = spec_zh.strip(), spec_en.strip()
    variant.save(update_fields=["spec_zh", "spec_en"])
    return variant


@operation("shop.set_price", scope=_of_product)
def set_price(
    *,
    variant: Variant,
    price_fen: int,
    floor_fen: int,
    valid_from: datetime,
    channel: Channel | None = None,
    act: Act,
) -> PriceVersion:
    """Let a pack cost something from a moment on, everywhere or in one channel; earlier prices stay as they were.

    Args:
        floor_fen: what the grower is promised of it at least.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    if price_fen <= 0 or not 0 <= floor_fen <= price_fen:
        raise UnableToSell("price_wrong")
    if valid_from < act.at:
        raise UnableToSell("price_in_the_past")
    if PriceVersion.objects.filter(variant=variant, channel=channel, valid_from=valid_from).exists():
        raise UnableToSell("price_known")
    return PriceVersion.objects.create(
        variant=variant, channel=channel, price_fen=price_fen, floor_fen=floor_fen, valid_from=valid_from,
        entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
