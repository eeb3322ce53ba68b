"""Lots: their origin is public once verified, and no more leaves them than the harvest gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.findings.watching import run_rules, watch_account
from bangfu.foundation.operations import OWN, Act, operation, system_writes
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import Draw
from bangfu.livelihoods.industries.operations import (
    UnableToTrace,
    UnableToWithdraw,
    draw_down_lot,
    record_sale,
    withdraw_record,
)
from tests.cast import GUYUAN, NOW, Cast
from tests.livelihoods.industries.farmed import (
    contract,
    counted,
    entered,
    household,
    lot,
    operator,
    place,
    refuses,
    verified,
)

ON = date(2019, 10, 1)


@operation("tests.draw_down", scope=OWN)
def draw_down(*, account: Account, lot: int, kg: Decimal, reference: str, act: Act) -> Draw:
    """Draw a lot down as the shop does, inside an operation of its own."""
    return draw_down_lot(lot=lot, kg=kg, reference=reference, on=ON, act=act)


@pytest.mark.django_db
class TestLots:
    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("code_form", {"code": "批次一"}),
            ("not_described", {"inspector": ""}),
            ("identity_number", {"inspector": "52232719900307001X"}),
            ("unknown_part", {"part": "NEVER"}),
            ("harvest", {"harvest_kg": Decimal(0)}),
            ("yield", {"yield_share": Decimal("1.1")}),
            ("too_early", {"harvested_on": date(1970, 1, 1)}),
            ("inspected_before", {"inspected_on": date(2019, 9, 19)}),
            ("in_the_future", {"inspected_on": date(2020, 8, 2)}),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, changes: dict[str, Any]) -> None:
        industry, by = counted(cast), operator(cast)
        refuses(UnableToTrace, code, lambda: lot(cast, industry, by, **changes))

    def test_refuses_goods_from_elsewhere_and_codes_that_are_taken(self, cast: Cast) -> None:
        industry, by = entered(cast), operator(cast)
        refuses(UnableToTrace, "not_in_force", lambda: lot(cast, industry, by))
        verified(cast)
        industry.refresh_from_db()
        lot(cast, industry, by)
        refuses(UnableToTrace, "code_taken", lambda: lot(cast, industry, by))
        industry.unit = cast.group
        from bangfu.livelihoods.industries.operations import enter_lot
        from tests.livelihoods.industries.farmed import FILES, lot_details

        details = lot_details(code="PC-2", village=place(GUYUAN))
        act = cast.act(cast.officer)
        refuses(
            UnableToTrace,
            "outside_county",
            lambda: enter_lot(industry=industry, operator=by, details=details, files=FILES, act=act),
        )


@pytest.mark.django_db
class TestDraws:
    def test_leave_what_the_harvest_gives_and_come_back(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = lot(cast, counted(cast), operator(cast))
        act = cast.act(cast.clerk)
        record_sale(lot=one, kg=Decimal(300), document="DJ-1", on=ON, act=act)
        assert queries.balances_of([one.pk])[one.pk].left_kg == Decimal(500)
        refuses(
            UnableToTrace,
            "drawn_already",
            lambda: record_sale(lot=one, kg=Decimal(1), document="DJ-1", on=ON, act=act),
        )
        refuses(
            UnableToTrace,
            "nothing_drawn",
            lambda: record_sale(lot=one, kg=Decimal(0), document="DJ-2", on=ON, act=act),
        )
        refuses(
            UnableToTrace,
            "not_described",
            lambda: record_sale(lot=one, kg=Decimal(1), document=" ", on=ON, act=act),
        )
        record_sale(lot=one, kg=Decimal(-100), document="DJ-3", on=ON, act=act)
        assert queries.balances_of([one.pk])[one.pk].left_kg == Decimal(600)
        said = {"reason": "withdrawn", "remark": "撤"}
        refuses(UnableToWithdraw, "rested_on", lambda: withdraw_record(record=one, act=act, **said))

    def test_the_shop_cannot_draw_more_than_is_left(self, cast: Cast) -> None:
        one = lot(cast, counted(cast), operator(cast))
        with (
            system_writes("a draw as the shop makes it"),
            pytest.raises(IntegrityError) as clash,
            transaction.atomic(),
        ):
            Draw.objects.create(
                lot=one,
                kg=Decimal("800.01"),
                drawn_on=ON,
                reference="XD-1",
                is_outside=False,
                drawn_at=NOW,
                drawn_by=cast.clerk,
            )
        assert "has not that much left" in str(clash.value)

    def test_the_shop_draws_a_line_once_and_no_more_than_is_left(self, cast: Cast) -> None:
        one = lot(cast, counted(cast), operator(cast))
        act = cast.act(cast.clerk)
        draw_down(account=cast.clerk, lot=one.pk, kg=Decimal(800), reference="XD-1", act=act)
        refuses(
            UnableToTrace,
            "lot_short",
            lambda: draw_down(account=cast.clerk, lot=one.pk, kg=Decimal(1), reference="XD-2", act=act),
        )
        refuses(
            UnableToTrace,
            "drawn_already",
            lambda: draw_down(account=cast.clerk, lot=one.pk, kg=Decimal(-1), reference="XD-1", act=act),
        )
        early = date(2019, 9, 19)
        refuses(
            UnableToTrace,
            "before_harvest",
            lambda: record_sale(lot=one, kg=Decimal(-1), document="DJ-4", on=early, act=act),
        )
        draw_down(account=cast.clerk, lot=one.pk, kg=Decimal(-800), reference="XD-1-back", act=act)
        assert queries.balances_of([one.pk])[one.pk].left_kg == Decimal(800)

    def test_nothing_leaves_what_is_not_verified(self, cast: Cast) -> None:
        one = lot(cast, counted(cast), operator(cast), is_verified=False)
        act = cast.act(cast.clerk)
        refuses(
            UnableToTrace,
            "not_verified",
            lambda: record_sale(lot=one, kg=Decimal(1), document="D", on=ON, act=act),
        )


@pytest.mark.django_db
def test_what_cannot_be_becomes_findings(cast: Cast) -> None:
    """800 of 1,000 kg can be sold and 900 were; a dividend was promised and never paid; a household moved."""
    industry, by, home = counted(cast), operator(cast), household(cast)
    one = lot(cast, industry, by)
    record_sale(lot=one, kg=Decimal(900), document="DJ-1", on=ON, act=cast.act(cast.clerk))
    promise = contract(cast, industry, home, by, ends_on=None)
    with connection.cursor() as cursor, system_writes("a household moved"):
        cursor.execute("UPDATE people_household SET place_id = %s WHERE id = %s", [GUYUAN, home.pk])
    run_rules(act=Act(watch_account(on=NOW.date()), NOW))
    found = dict(Finding.objects.filter(rule__startswith="industries.").values_list("rule", "title_zh"))
    assert found == {
        "industries.lot_oversold": f"批次 {one.code}：卖出多于收获",
        "industries.unpaid_promise": f"{promise.number}：承诺分红，没有付款",
        "industries.household_elsewhere": f"{promise.number}：一户在两个村",
    }


@pytest.mark.django_db
class TestOrigin:
    def test_is_told_to_everybody_once_verified(self, cast: Cast) -> None:
        one = lot(cast, counted(cast), operator(cast), is_verified=False)
        client = Client()
        assert client.get(f"/industries/origin/{one.code}/").status_code == 404
        verified(cast)
        page = client.get(f"/industries/origin/{one.code.lower()}/")
        text = page.content.decode()
        assert page.status_code == 200
        assert "册亨糯米蕉合作社" in text
        assert "检2019-88" in text
        client.post("/language", {"language": "en", "next": "/"})
        english = client.get(f"/industries/origin/{one.code}/").content.decode()
        assert "Ceheng banana co-operative" in english

    def test_shows_no_undeclared_picture(self, cast: Cast) -> None:
        one = lot(cast, counted(cast), operator(cast))
        assert Client().get(f"/industries/origin/{one.code}/{'0' * 64}.webp").status_code == 404

    def test_label_is_for_readers(self, cast: Cast) -> None:
        from tests.livelihoods.projects.test_pages import client_of

        one = lot(cast, counted(cast), operator(cast))
        assert Client().get(f"/industries/lots/{one.pk}/label.pdf").status_code == 302
        label = client_of("weilan").get(f"/industries/lots/{one.pk}/label.pdf")
        assert (label.status_code, label.content[:5]) == (200, b"%PDF-")
