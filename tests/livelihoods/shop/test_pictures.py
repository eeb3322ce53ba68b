"""Photographs of products: public once nobody can be recognised in them, in their order, gone as they are taken off."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.foundation.evidence.operations import declare_picture
from bangfu.foundation.evidence.queries import repeated_pictures
from bangfu.foundation.findings.readings import Readings
from bangfu.livelihoods.shop.models import ProductPicture
from bangfu.livelihoods.shop.operations import (
    UnableToPicture,
    add_pictures,
    put_picture_first,
    revise_product,
    take_picture_off,
)
from bangfu.livelihoods.shop.operations.picturing import MOST_PICTURES
from bangfu.livelihoods.shop.queries import covers_of, pictures_of
from bangfu.livelihoods.shop.register import PRODUCT_TYPE
from tests.cast import NOW, Cast
from tests.foundation.evidence.files import photograph
from tests.livelihoods.industries.farmed import refuses
from tests.livelihoods.shop.sold import Shop, entered_variant, opened, product_details
from tests.livelihoods.shop.test_forms import send


def shot(number: int) -> tuple[str, bytes]:
    """Return a photograph unlike the others."""
    return (f"大米{number}.jpg", photograph(size=(80 + number, 60)))


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def pictured(shop: Shop, *numbers: int, is_declared: bool = True) -> list[ProductPicture]:
    """Return the photographs of the one product, so many more of them added."""
    product = shop.variant.product
    add_pictures(product=product, pictures=tuple(shot(one) for one in numbers), act=shop.by_clerk())
    found = list(pictures_of([product.pk]))
    for one in found if is_declared else ():
        declare_picture(file=one.file, recognisable=0, act=shop.cast.act(shop.cast.verifier))
    return found


def seen(shop: Shop) -> list[int]:
    """Return the photographs that a buyer sees on the product's page; each that is not there is not handed over either."""
    page = Client().get(f"/shop/products/{shop.variant.product_id}/").content.decode()
    found = []
    for one in ProductPicture.objects.order_by("position"):
        address = f"/shop/pictures/{one.pk}/"
        answer = Client().get(address)
        assert (answer.status_code == 200) == (f'src="{address}"' in page), one
        if answer.status_code == 200:
            assert answer.headers["Content-Type"] == "image/webp"
            found.append(one.pk)
    return found


@pytest.mark.django_db
class TestPublic:
    def test_is_seen_once_it_is_declared_and_gone_when_somebody_is_found_in_it(self, shop: Shop) -> None:
        (one,) = pictured(shop, 1, is_declared=False)
        assert seen(shop) == []
        declare_picture(file=one.file, recognisable=0, act=shop.cast.act(shop.cast.verifier))
        assert seen(shop) == [one.pk]
        declare_picture(file=one.file, recognisable=1, act=shop.cast.act(shop.cast.verifier))
        assert seen(shop) == []

    def test_a_browser_that_has_it_is_handed_nothing_twice(self, shop: Shop) -> None:
        (one,) = pictured(shop, 1)
        first = Client().get(f"/shop/pictures/{one.pk}/")
        again = Client().get(f"/shop/pictures/{one.pk}/", headers={"If-None-Match": first.headers["ETag"]})
        assert (first.headers["Cache-Control"], again.status_code) == ("no-cache", 304)

    def test_of_a_product_that_is_not_shown_is_for_whoever_sells(self, shop: Shop) -> None:
        (one,) = pictured(shop, 1)
        hidden = replace(product_details("CH-MI"), is_shown=False)
        revise_product(product=one.product, details=hidden, act=shop.by_clerk())
        staff, outsider = Client(), Client()
        staff.force_login(shop.cast.clerk)
        outsider.force_login(shop.cast.outsider)
        address = f"/shop/pictures/{one.pk}/"
        assert [who.get(address).status_code for who in (Client(), outsider, staff)] == [404, 404, 200]

    def test_the_first_stands_in_lists_and_live_sales(self, shop: Shop) -> None:
        shop.offered(10, in_sale=True)
        first, second = pictured(shop, 1, 2)
        assert covers_of([shop.variant.product_id]) == {shop.variant.product_id: first}
        put_picture_first(picture=second, act=shop.by_clerk())
        for address in ("/shop/", f"/shop/sales/{shop.sale.pk}/"):
            page = Client().get(address).content.decode()
            assert (f"/shop/pictures/{second.pk}/" in page, f"/shop/pictures/{first.pk}/" in page) == (
                True,
                False,
            ), address


@pytest.mark.django_db
class TestWhatTheyProve:
    def test_nothing_so_that_two_products_may_look_alike(self, shop: Shop) -> None:
        pictured(shop, 1)
        other = entered_variant(shop.cast, "CH-CHA").product
        add_pictures(product=other, pictures=(shot(1),), act=shop.by_clerk())
        assert Readings(NOW.date()).pictures.is_empty()
        assert repeated_pictures(PRODUCT_TYPE, [other.pk]) == {}


@pytest.mark.django_db
class TestOrder:
    def test_later_ones_stand_behind_and_one_taken_off_comes_back_last(self, shop: Shop) -> None:
        first, second = pictured(shop, 1, 2)
        take_picture_off(picture=first, act=shop.by_clerk())
        assert seen(shop) == [second.pk]
        pictured(shop, 3)
        pictured(shop, 1)
        assert [one.file_id for one in pictures_of([shop.variant.product_id])][::2] == [
            second.file_id,
            first.file_id,
        ]

    def test_the_same_again_changes_nothing(self, shop: Shop) -> None:
        before = [one.pk for one in pictured(shop, 1, 2)]
        assert [one.pk for one in pictured(shop, 2)] == before

    def test_refuses(self, shop: Shop) -> None:
        product, act = shop.variant.product, shop.by_clerk()
        first, second = pictured(shop, 1, 2)
        add = partial(add_pictures, product=product, act=act)
        refuses(UnableToPicture, "no_picture", partial(add, pictures=()))
        text = ("照片.txt", "不是照片".encode())
        refuses(UnableToPicture, "not_a_picture", partial(add, pictures=(shot(3), text)))
        many = tuple(shot(10 + one) for one in range(MOST_PICTURES - 1))
        refusal = refuses(UnableToPicture, "too_many", partial(add, pictures=many))
        assert "已有 2 张" in refusal.sentence.zh
        refuses(UnableToPicture, "first_already", partial(put_picture_first, picture=first, act=act))
        take_picture_off(picture=second, act=act)
        for what in (put_picture_first, take_picture_off):
            refuses(UnableToPicture, "taken_off", partial(what, picture=second, act=act))


@pytest.mark.django_db
class TestByHand:
    def test_from_the_form_to_the_public_page(self, shop: Shop) -> None:
        clerk, officer = Client(), Client()
        clerk.force_login(shop.cast.clerk)
        officer.force_login(shop.cast.officer)
        product = f"/shop/products/{shop.variant.product_id}/"
        where = send(
            clerk, f"{product}pictures", pictures=[SimpleUploadedFile(*shot(1)), SimpleUploadedFile(*shot(2))]
        )
        page = clerk.get(where).content.decode()
        assert page.count("不公开：还没有申明照片里的人") == 2
        assert "pictures/nobody" not in page
        assert "pictures/nobody" in officer.get(product).content.decode()
        send(officer, f"{product}pictures/nobody")
        first, second = pictures_of([shop.variant.product_id])
        assert seen(shop) == [first.pk, second.pk]
        send(clerk, f"/shop/pictures/{second.pk}/first")
        send(clerk, f"/shop/pictures/{first.pk}/off")
        assert seen(shop) == [second.pk]

    def test_nobody_is_not_said_of_a_photograph_with_people(self, shop: Shop) -> None:
        one, other = pictured(shop, 1, 2, is_declared=False)
        declare_picture(file=one.file, recognisable=1, act=shop.cast.act(shop.cast.verifier))
        officer = Client()
        officer.force_login(shop.cast.officer)
        send(officer, f"/shop/products/{shop.variant.product_id}/pictures/nobody")
        assert seen(shop) == [other.pk]

    def test_a_stranger_changes_nothing(self, shop: Shop) -> None:
        (one,) = pictured(shop, 1)
        outsider = Client()
        outsider.force_login(shop.cast.outsider)
        for address in (f"products/{one.product_id}/pictures", f"pictures/{one.pk}/off"):
            assert outsider.post(f"/shop/{address}", {"key": "x"}).status_code == 403
        assert seen(shop) == [one.pk]
