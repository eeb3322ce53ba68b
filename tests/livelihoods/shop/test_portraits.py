"""Portraits of ambassadors on the public page: shown while claims, consent and likeness all allow it, and gone at once."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bangfu.foundation.evidence.operations import declare_picture, record_consent
from bangfu.foundation.evidence.operations import withdraw_consent as take_back
from bangfu.livelihoods.shop.models import Ambassador
from bangfu.livelihoods.shop.operations import UnableToStage, approve_claims, set_portrait, withdraw_consent
from tests.cast import NOW, Cast
from tests.foundation.evidence.files import photograph
from tests.livelihoods.industries.farmed import refuses
from tests.livelihoods.shop.sold import Shop, opened
from tests.livelihoods.shop.test_forms import send
from tests.livelihoods.shop.test_live_sale import spoken

PICTURE = ("代言.jpg", photograph())


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def portrayed(shop: Shop, *, ends_on: date | None = None) -> Ambassador:
    """Return an ambassador with a portrait, approved claims, one person declared and agreeing to pages."""
    shop.offered(10, in_sale=True)
    one = spoken(shop)
    approve_claims(ambassador=one, act=shop.cast.act(shop.cast.officer))
    one = set_portrait(ambassador=one, picture=PICTURE, consent_ends_on=ends_on, act=shop.by_clerk())
    assert one.picture is not None
    declare_picture(file=one.picture, recognisable=1, act=shop.cast.act(shop.cast.verifier))
    return one


def agreed(shop: Shop, one: Ambassador, **changes: Any) -> Any:
    said = {"for_report": False, "for_web": True} | changes
    return record_consent(
        file=one.picture, person=one.person, given_on=NOW.date(), paper=("同意.txt", "同意用于网页".encode()),
        act=shop.by_clerk(), **said,
    )  # fmt: skip


def seen(shop: Shop, one: Ambassador) -> bool:
    """Return whether somebody without an account sees the portrait; page and file say the same."""
    page = Client().get(f"/shop/sales/{shop.sale.pk}/").content.decode()
    answer = Client().get(f"/shop/ambassadors/{one.pk}/portrait")
    assert (answer.status_code == 200) == (f"/shop/ambassadors/{one.pk}/portrait" in page)
    if answer.status_code == 200:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "image/webp"
    return answer.status_code == 200


@pytest.mark.django_db
class TestPortrait:
    def test_is_seen_once_everybody_in_it_agreed_to_pages_and_gone_as_one_takes_it_back(
        self, shop: Shop
    ) -> None:
        one = portrayed(shop)
        assert not seen(shop, one)
        paper = agreed(shop, one, for_report=True, for_web=False)
        assert not seen(shop, one)
        take_back(consent=paper, on=NOW.date(), act=shop.by_clerk())
        consent = record_consent(
            file=one.picture, person=one.person, for_report=False, for_web=True, given_on=NOW.date(),
            paper=("网页.txt", "同意".encode()), act=shop.by_clerk(),
        )  # fmt: skip
        assert seen(shop, one)
        take_back(consent=consent, on=NOW.date(), act=shop.by_clerk())
        assert not seen(shop, one)

    def test_is_gone_as_the_ambassador_withdraws(self, shop: Shop) -> None:
        one = portrayed(shop)
        agreed(shop, one)
        assert seen(shop, one)
        withdraw_consent(ambassador=one, act=shop.by_clerk())
        assert not seen(shop, one)
        refuses(
            UnableToStage,
            "consent_withdrawn",
            partial(set_portrait, ambassador=one, picture=PICTURE, consent_ends_on=None, act=shop.by_clerk()),
        )

    def test_is_gone_with_the_claims_from_the_day_the_consent_ends(self, shop: Shop) -> None:
        today = timezone.localdate()
        one = portrayed(shop, ends_on=today + timedelta(days=1))
        agreed(shop, one)
        assert seen(shop, one)
        set_portrait(ambassador=one, consent_ends_on=today, act=shop.by_clerk())
        assert not seen(shop, one)
        page = Client().get(f"/shop/sales/{shop.sale.pk}/").content.decode()
        assert "贵州公司总经理" not in page

    def test_is_taken_down_by_hand(self, shop: Shop) -> None:
        one = portrayed(shop)
        agreed(shop, one)
        set_portrait(ambassador=one, is_removed=True, consent_ends_on=None, act=shop.by_clerk())
        assert not seen(shop, one)

    def test_refuses(self, shop: Shop) -> None:
        shop.offered(10, in_sale=True)
        one = spoken(shop)
        put = partial(set_portrait, ambassador=one, act=shop.by_clerk())
        refuses(UnableToStage, "ends_too_early", partial(put, consent_ends_on=NOW.date()))
        text = ("照片.txt", "不是照片".encode())
        refuses(UnableToStage, "not_a_picture", partial(put, picture=text, consent_ends_on=None))

    def test_by_the_form(self, shop: Shop) -> None:
        shop.offered(10, in_sale=True)
        one = spoken(shop)
        staff = Client()
        staff.force_login(shop.cast.clerk)
        picture = SimpleUploadedFile(*PICTURE)
        where = send(
            staff, f"/shop/ambassadors/{one.pk}/set-portrait", picture=picture, consent_ends_on="2099-01-01"
        )  # fmt: skip
        page = staff.get(where).content.decode()
        assert "说法还没有核准" in page
        assert "到 2099-01-01 为止" in page
        one.refresh_from_db()
        assert f"/evidence/{one.picture_id}/about" in page
