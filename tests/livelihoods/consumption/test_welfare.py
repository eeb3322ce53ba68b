"""Welfare schemes: staff choose within what they are given, the union pays once, and nobody learns who chose what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
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
from bangfu.livelihoods.consumption.waiting import schemes_open, schemes_over
from tests.cast import CEHENG, FOUNDED, NOW, PASSWORD, Cast, _persons
from tests.foundation.intake.reported.reporting import Row as Reported
from tests.foundation.intake.reported.reporting import Sheet, imported
from tests.livelihoods.consumption.brought import facts, refuses, verified
from tests.livelihoods.projects.test_pages import client_of

PAPER = (("决议.txt", "决议".encode()),)
OVER = date(2020, 8, 10)
"""The first day on which the scheme of ``opened`` is over."""


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
        assert supply.chosen_by_unit(scheme, OVER) == []
        assert supply.total_chosen(scheme, OVER) is None
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
        shown = {one.unit.code: one.people for one in supply.chosen_by_unit(scheme, OVER)}
        assert shown == {"P52": 9}
        assert supply.total_chosen(scheme, OVER) == (18, 18 * 6_800)

    def test_figures_wait_until_the_scheme_has_closed_so_that_they_tell_of_nobody_by_moving(
        self, cast: Cast
    ) -> None:
        scheme = opened(cast)
        offered = scheme.offered.get()
        with system_writes("choices of many"):
            for number in range(6):
                Choice.objects.create(
                    scheme=scheme, offered=offered, unit=cast.guizhou, chooser=f"{number}", quantity=1
                )
        last = scheme.last_day
        assert (supply.chosen_by_unit(scheme, last), supply.total_chosen(scheme, last)) == ([], None)
        assert [one.people for one in supply.chosen_by_unit(scheme, OVER)] == [6]

    def test_few_people_of_several_units_cannot_be_worked_out_together(self, cast: Cast) -> None:
        scheme = opened(cast)
        offered = scheme.offered.get()
        with system_writes("choices of many"):
            for unit, people in ((cast.guizhou, 9), (cast.yunnan, 1), (cast.office, 1)):
                for number in range(people):
                    Choice.objects.create(
                        scheme=scheme, offered=offered, unit=unit, chooser=f"{unit.pk}-{number}", quantity=1
                    )
        assert supply.chosen_by_unit(scheme, OVER) == []

    def test_staff_without_any_role_in_the_room_find_it_on_today_and_choose(self, cast: Cast) -> None:
        scheme = opened(cast, closes_on=date(2099, 1, 1))
        with system_writes("somebody of the staff"):
            account = Account(username="lixiao", person=_persons("李小")[0])
            account.set_password(PASSWORD)
            account.save()
            RoleGrant.objects.create(account=account, role="reader", unit=cast.guizhou, starts_on=FOUNDED)
        (line,) = schemes_open(account, NOW.date())
        assert (line.address, line.due_on) == (
            f"/consumption/schemes/{scheme.pk}/choose",
            date(2098, 12, 31),
        )
        client = client_of("lixiao")
        page = client.get("/consumption/schemes/").content.decode()
        assert (line.address in page, "/consumption/schemes/open" in page) == (True, False)
        assert client.get("/consumption/schemes.csv").status_code == 403
        form = client.get(line.address)
        assert 'href="/consumption/"' not in form.content.decode()
        said = {f"packs_{scheme.offered.get().pk}": "1", "key": "one"}
        assert client.post(line.address, said).status_code == 302
        assert Choice.objects.get().unit == cast.guizhou
        assert schemes_open(account, NOW.date()) == []

    def test_who_comes_in_for_a_supplier_alone_is_not_of_the_staff(self, cast: Cast) -> None:
        scheme = opened(cast, closes_on=date(2099, 1, 1))
        with system_writes("a supplier's person"):
            account = Account(username="cenjiao", person=_persons("岑蕉")[0])
            account.set_password(PASSWORD)
            account.save()
            RoleGrant.objects.create(account=account, role="supplier", unit=cast.guizhou, starts_on=FOUNDED)
        assert schemes_open(account, NOW.date()) == []
        assert client_of("cenjiao").get(f"/consumption/schemes/{scheme.pk}/choose").status_code == 404
        refuses(UnableToGive, "not_yours", lambda: chosen(cast, account, scheme, 1))


@pytest.mark.django_db
class TestSettling:
    def test_counts_once_as_bought_by_the_union_and_forgets_who_chose(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        scheme = opened(cast)
        chosen(cast, cast.clerk, scheme, 2)
        chosen(cast, cast.clerk_of_yunnan, scheme, 1)
        later = NOW.replace(month=8, day=12)

        def pay(
            fen: int = 20_400, number: str = "77", files: Any = PAPER, on: date = date(2020, 8, 11)
        ) -> Callable[[], object]:
            return lambda: settle_scheme(
                scheme=scheme, paid_on=on, invoice_number=number, amount_fen=fen, files=files,
                act=cast.act(cast.officer, at=later),
            )  # fmt: skip

        assert schemes_over(cast.officer, date(2020, 8, 9)) == schemes_over(cast.clerk, later.date()) == []
        (line,) = schemes_over(cast.officer, later.date())
        assert (line.count, line.address) == (1, f"/consumption/schemes/{scheme.pk}/")
        refuses(UnableToGive, "amount_differs", pay(1))
        refuses(UnableToGive, "invoice_missing", pay(number=" "))
        refuses(UnableToGive, "evidence_missing", pay(files=()))
        refuses(UnableToGive, "before_opening", pay(on=date(2020, 6, 30)))
        refuses(UnableToGive, "before_opening", pay(on=date(1999, 1, 1)))
        sheet = Sheet([Reported("RP-77", "1")], measure="shop.purchased", name="购买.xlsx")
        imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        refuses(UnableToGive, "reported_already", pay(number="rp-77"))
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
