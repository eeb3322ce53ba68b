"""Welfare schemes: staff choose within what they are given, the union pays once, and nobody learns who chose what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.consumption import supply
from bangfu.livelihoods.consumption.models import Choice, Good, Scheme
from bangfu.livelihoods.consumption.operations import (
    GoodDetails,
    SchemeDetails,
    UnableToGive,
    choose,
    note_origins,
    open_scheme,
    settle_scheme,
)
from bangfu.livelihoods.consumption.waiting import schemes_over
from tests.cast import CEHENG, NOW, Cast
from tests.livelihoods.consumption.brought import facts, refuses, verified
from tests.livelihoods.projects.test_pages import client_of

PAPER = (("决议.txt", "决议".encode()),)


def opened(cast: Cast, **changes: Any) -> Scheme:
    """Open a scheme in which each may choose for 200 yuan."""
    ceheng = Place.objects.get(pk=CEHENG)
    if not Good.objects.exists():
        said = GoodDetails("WELFARE", "册亨糯米礼盒", ceheng, "供货证明")
        note_origins(goods=[said], unit=cast.group, act=cast.act(cast.officer))
    details: dict[str, Any] = {
        "code": "FL-2020", "title": "端午福利", "opens_on": date(2020, 7, 1), "closes_on": date(2020, 8, 10),
        "allowance_fen": 20_000, "document": "工会〔2020〕3号", "is_voluntary": True,
    }  # fmt: skip
    return open_scheme(
        details=SchemeDetails(**{**details, **changes}), products=[(Good.objects.get(), 6_800)], unit=cast.group,
        files=PAPER, act=cast.act(cast.officer),
    )  # fmt: skip


def chosen(cast: Cast, account: Account, scheme: Scheme, packs: int) -> int:
    """Choose packs of the only product."""
    return choose(
        account=account, scheme=scheme, packs={scheme.offered.get().pk: packs}, act=cast.act(account)
    )


@pytest.mark.django_db
class TestChoosing:
    def test_is_within_what_each_may_and_anew_each_time(self, cast: Cast) -> None:
        scheme = opened(cast)
        assert chosen(cast, cast.clerk, scheme, 2) == 13_600
        assert chosen(cast, cast.clerk, scheme, 1) == 6_800
        assert Choice.objects.get().quantity == 1
        refuses(UnableToGive, "over_allowance", lambda: chosen(cast, cast.clerk, scheme, 3))
        refuses(UnableToGive, "quantity", lambda: chosen(cast, cast.clerk, scheme, -1))
        refuses(UnableToGive, "not_yours", lambda: chosen(cast, cast.outsider, scheme, 1))
        assert chosen(cast, cast.clerk, scheme, 0) == 0
        assert not Choice.objects.exists()

    def test_nobody_learns_who_chose_and_small_units_are_withheld(self, cast: Cast) -> None:
        scheme = opened(cast)
        for account in (cast.clerk, cast.clerk_of_yunnan):
            chosen(cast, account, scheme, 1)
        assert {(one.people, one.fen) for one in supply.chosen_by_unit(scheme)} == {(None, None)}
        assert supply.total_chosen(scheme) is None
        shown = client_of("zhoumin").get(f"/consumption/schemes/{scheme.pk}/").content.decode()
        assert "200.00" not in shown
        assert "136.00" not in shown
        assert "韦兰" not in shown

    def test_one_hidden_unit_cannot_be_worked_out_from_the_others(self, cast: Cast) -> None:
        scheme = opened(cast)
        offered = scheme.offered.get()
        with system_writes("choices of many"):
            for unit, people in ((cast.guizhou, 9), (cast.yunnan, 7), (cast.office, 2)):
                for number in range(people):
                    Choice.objects.create(
                        scheme=scheme, offered=offered, unit=unit, chooser=f"{unit.pk}-{number}", quantity=1
                    )
        shown = {one.unit.code: one.people for one in supply.chosen_by_unit(scheme)}
        assert shown == {"P52": 9, "P53": None, "OFFICE": None}


@pytest.mark.django_db
class TestSettling:
    def test_counts_once_as_bought_by_the_union_and_forgets_who_chose(self, cast: Cast) -> None:
        scheme = opened(cast)
        chosen(cast, cast.clerk, scheme, 2)
        chosen(cast, cast.clerk_of_yunnan, scheme, 1)
        later = NOW.replace(month=8, day=12)

        def pay(fen: int = 20_400, number: str = "77", files: Any = PAPER) -> Callable[[], object]:
            return lambda: settle_scheme(
                scheme=scheme, paid_on=date(2020, 8, 11), invoice_number=number, amount_fen=fen, files=files,
                act=cast.act(cast.officer, at=later),
            )  # fmt: skip

        assert schemes_over(cast.officer, date(2020, 8, 9)) == schemes_over(cast.clerk, later.date()) == []
        (line,) = schemes_over(cast.officer, later.date())
        assert (line.count, line.address) == (1, f"/consumption/schemes/{scheme.pk}/")
        refuses(UnableToGive, "amount_differs", pay(1))
        refuses(UnableToGive, "invoice_missing", pay(number=" "))
        refuses(UnableToGive, "evidence_missing", pay(files=()))
        refuses(UnableToGive, "still_open", lambda: settle_scheme(
            scheme=scheme, paid_on=date(2020, 7, 30), invoice_number="77", amount_fen=20_400, files=PAPER,
            act=cast.act(cast.officer),
        ))  # fmt: skip
        pay()()
        assert set(Choice.objects.values_list("chooser", flat=True)) == {""}
        refuses(UnableToGive, "settled_already", pay())
        paper = Batch.objects.get(title="职工福利 FL-2020")
        assert verified_at(cast, paper) == [
            ("consumption.paid", Decimal(204), CEHENG, "2020-08-11"),
            ("consumption.kept", Decimal(204), CEHENG, "2020-08-11"),
            ("shop.purchased", Decimal(204), CEHENG, "2020-08-11"),
        ]


def verified_at(cast: Cast, paper: Batch) -> list[Any]:
    """Verify a paper after the scheme closed, and return what counts."""
    verified(cast, paper, at=NOW.replace(month=8, day=12))
    return facts()


@pytest.mark.django_db
def test_schemes_that_are_refused(cast: Cast) -> None:
    opened(cast)
    refuses(UnableToGive, "code_taken", lambda: opened(cast))
    refuses(UnableToGive, "not_voluntary", lambda: opened(cast, code="X", is_voluntary=False))
    refuses(UnableToGive, "amount", lambda: opened(cast, code="X", allowance_fen=-1))
    refuses(UnableToGive, "ends_before_start", lambda: opened(cast, code="X", closes_on=date(2020, 7, 1)))
