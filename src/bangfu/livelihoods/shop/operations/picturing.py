"""Photographs of products: brought, put first, taken off."""

from __future__ import annotations

from django.db.models import Min

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.evidence.sniffing import PICTURES
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import Product, ProductPicture

Files = tuple[tuple[str, bytes], ...]
MOST_PICTURES = 9


class UnableToPicture(Refusal):
    """Codes: ``no_picture``, ``not_a_picture``, ``too_many``, ``taken_off``, ``first_already``."""

    sentences = {
        "no_picture": both("请选一张照片。", "Choose a photograph."),
        "not_a_picture": both(
            "“{name}”不是照片。请上传 JPEG、PNG 或 HEIC。",
            "{name} is no photograph. Upload JPEG, PNG or HEIC.",
        ),
        "too_many": both(
            "一种商品最多 {most} 张照片，已有 {count} 张。请先取下几张。",
            "A product has {most} photographs at most, and this one has {count}. Take some off first.",
        ),
        "taken_off": both(
            "这张照片已取下。请刷新页面。", "This photograph was taken off. Load the page again."
        ),
        "first_already": both("这张照片已经是首图。", "This photograph is the first already."),
    }


@operation("shop.add_pictures", scope=scope_of("product"))
def add_pictures(*, product: Product, pictures: Files, act: Act) -> Product:
    """Add photographs to a product, behind those it has; one that was taken off comes back, one it has stays where it is.

    Args:
        pictures: name and content of each.

    Raises: UnableToPicture: ``no_picture``, ``not_a_picture``, ``too_many``; UnableToKeep: see its codes. Nothing was written.
    Locks: the product.
    """
    if not pictures:
        raise UnableToPicture("no_picture")
    found = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    known = {one.file_id: one for one in found.pictures.all()}
    had = sum(one.taken_off_at is None for one in known.values())
    position = max((one.position for one in known.values()), default=0)
    for name, content in pictures:
        kept = keep(content, name=name, act=act)
        if kept.media_type not in PICTURES:
            raise UnableToPicture("not_a_picture", name=name)
        one = known.get(kept.pk)
        if one is not None and one.taken_off_at is None:
            continue
        position += 1
        if one is None:
            attach(kept, to=found, kind=EvidenceKind.PHOTO, name=name, act=act)
            known[kept.pk] = ProductPicture.objects.create(
                product=found, file=kept, position=position, entered_at=act.at, entered_by=act.actor
            )
        else:
            one.position, one.taken_off_at = position, None
            one.save(update_fields=["position", "taken_off_at"])
    if sum(one.taken_off_at is None for one in known.values()) > MOST_PICTURES:
        raise UnableToPicture("too_many", most=MOST_PICTURES, count=had)
    return found


@operation("shop.put_picture_first", scope=scope_of("picture"))
def put_picture_first(*, picture: ProductPicture, act: Act) -> ProductPicture:
    """Put a photograph before the product's others: it stands in lists.

    Raises: UnableToPicture: ``taken_off``, ``first_already``; nothing was written.
    Locks: the product.
    """
    found = _locked(picture)
    first = ProductPicture.objects.filter(product=found.product_id, taken_off_at=None)
    lowest = first.aggregate(lowest=Min("position"))["lowest"]
    if found.position == lowest:
        raise UnableToPicture("first_already")
    found.position = lowest - 1
    found.save(update_fields=["position"])
    return found


@operation("shop.take_picture_off", scope=scope_of("picture"))
def take_picture_off(*, picture: ProductPicture, act: Act) -> ProductPicture:
    """Take a photograph off its product: nobody sees it there any more; the file stays kept.

    Raises: UnableToPicture: ``taken_off``; nothing was written.
    Locks: the product.
    """
    found = _locked(picture)
    found.taken_off_at = act.at
    found.save(update_fields=["taken_off_at"])
    return found


def _locked(picture: ProductPicture) -> ProductPicture:
    Product.objects.select_for_update(of=("self",)).get(pk=picture.product_id)
    found = ProductPicture.objects.get(pk=picture.pk)
    if found.taken_off_at is not None:
        raise UnableToPicture("taken_off")
    return found
