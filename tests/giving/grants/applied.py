"""A programme of grants with its fund, quotas and committee, and pupils who apply, as tests of grants need them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.identity_numbers import check_character
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.models import Application, Notice, Programme, School
from bangfu.giving.grants.sheets import COLUMNS
from tests.cast import CEHENG, Cast
from tests.giving.campaigns import given as giving

OPENS, CLOSES = date(2020, 7, 1), date(2020, 10, 1)
CODE, SCHOOL, OTHER_SCHOOL = "ZX-2020-QIU", "2152002345", "2152009999"
PAPER = ("同意书.pdf", b"%PDF-1.4 signed")
SIGNED, BORN = date(2020, 7, 30), date(1980, 5, 6)
"""When the paper was signed, and whoever signed it was born."""


def number(order: int, born: str = "20070315") -> str:
    """Return a pupil's identity number, by order."""
    first = f"522327{born}{order:03d}"
    return first + check_character(first)


def account_number(order: int) -> str:
    """Return a passbook's number, by order."""
    return f"8500{order:012d}"


@dataclass(frozen=True)
class Granting:
    """The cast with an open programme of two pupils' quota for one school."""

    cast: Cast
    programme: Programme
    school: School
    fund: Fund

    def act(self, actor: Account | None = None, *, day: date | None = None) -> Act:
        """Return an act of the officer, on the story's day or another."""
        if day is None:
            return self.cast.act(actor or self.cast.officer)
        return Act(actor=actor or self.cast.officer, at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC))

    def apply(self, order: int = 1, *, actor: Account | None = None, **changes: Any) -> Application:
        """Enter a guardian's form; ``papers=()`` without its photograph."""
        files = changes.pop("files", (PAPER,))
        programme = changes.pop("programme", self.programme)
        school = changes.pop("school", self.school)
        said = pupil(order, **changes)
        said = said if files else replace(said, consented_on=None)
        return granting.apply_for_pupil(
            programme=programme, school=school, pupil=said, files=files, act=self.act(actor)
        )

    def vetted(self, *orders: int, **changes: Any) -> list[Application]:
        """Enter forms, let the verifier pass them, and begin vetting."""
        made = [self.apply(order, **changes) for order in orders]
        granting.vet_applications(
            programme=self.programme, applications=[one.pk for one in made], act=self.act(self.cast.verifier)
        )
        granting.begin_vetting(programme=self.programme, act=self.act())
        return [Application.objects.get(pk=one.pk) for one in made]

    def decided(self, *orders: int) -> list[Application]:
        """Vet pupils and let the committee shortlist those within the quota."""
        made = self.vetted(*orders)
        meeting = self.meeting()
        granting.take_decisions(meeting=meeting, against={}, act=self.act())
        return [Application.objects.get(pk=one.pk) for one in made]

    def meeting(self) -> Any:
        """Hold a meeting of the whole committee."""
        members = list(self.programme.members.filter(left_on=None))
        return granting.hold_meeting(
            programme=self.programme, held_on=self.act().on, present=members, act=self.act()
        )

    def displayed(self, *orders: int) -> tuple[list[Application], Notice]:
        """Shortlist pupils, make the list and put it up."""
        made = self.decided(*orders)
        (notice,) = granting.display_shortlist(programme=self.programme, act=self.act())
        (notice,) = granting.post_notices(notices=[notice], posted_on=self.act().on, act=self.act())
        return [Application.objects.get(pk=one.pk) for one in made], notice


def pupil(order: int = 1, **changes: Any) -> granting.Pupil:
    """Return what a guardian's form says."""
    said: dict[str, Any] = {
        "class_name": "八年级（2）班", "name": f"学生{order}", "identity_number": number(order), "household": "MINIMUM",
        "relation": "FATHER", "account": account_number(order), "account_owner": "GUARDIAN", "bank": "信用社",
        "guardian": f"家长{order}", "guardian_born_on": BORN, "phone": f"1390000{order:04d}", "consented_on": SIGNED,
    }  # fmt: skip
    return granting.Pupil(**{**said, **changes})


def plan(fund: Fund, **changes: Any) -> granting.Plan:
    """Return what is said of the programme."""
    said: dict[str, Any] = {
        "name_zh": "2020 年秋季助学", "name_en": "Autumn 2020", "fund": fund, "term": "2020-autumn", "amount_fen": 100_000,
        "opens_on": OPENS, "closes_on": CLOSES,
    }  # fmt: skip
    return granting.Plan(**{**said, **changes})


def school(cast: Cast, code: str = SCHOOL, place: int = CEHENG) -> School:
    """Enter a school."""
    return granting.enter_school(
        unit=cast.office, code=code, name=f"学校{code[-4:]}", place=Place.objects.get(pk=place), act=cast.act(cast.officer)
    )  # fmt: skip


def drafted(cast: Cast, fund: Fund, code: str = CODE, *, pupils: int = 2, **changes: Any) -> Programme:
    """Draft a programme with two criteria, a quota of the school and a committee of four."""
    act = cast.act(cast.officer)
    made = granting.draft_programme(unit=cast.office, code=code, plan=plan(fund, **changes), act=act)
    granting.enter_criterion(
        programme=made, code="DB", title_zh="低保户", points=30, household="MINIMUM", act=act
    )
    granting.enter_criterion(programme=made, code="FAR", title_zh="住校", points=10, act=act)
    where = School.objects.filter(code=SCHOOL).first() or school(cast)
    granting.set_quota(programme=made, place=where.place, pupils=pupils, school=where, act=act)
    for order, post in enumerate(("校长", "村支书", "基金会代表", "家长代表")):
        granting.appoint_member(programme=made, name=f"委员{order}", post=post, act=act)
    return made


def opened(cast: Cast, *, yuan: int = 10_000, pupils: int = 2) -> Granting:
    """Open a campaign, let the public give to its fund, and open the programme that grants it."""
    campaign = giving.opened(cast)
    if yuan:
        campaign.cash(yuan * 100)
    made = drafted(cast, campaign.fund, pupils=pupils)
    made = granting.open_programme(programme=made, act=cast.act(cast.officer))
    return Granting(cast, made, School.objects.get(code=SCHOOL), campaign.fund)


@dataclass(frozen=True)
class Row:
    """One row of a class's sheet as a school types it."""

    programme_code: str = CODE
    school_code: str = SCHOOL
    class_name: str = "八年级（2）班"
    name: str = "学生1"
    identity_number: str = number(1)
    register_number: str = ""
    guardian: str = "家长1"
    guardian_born_on: str = "1980-05-06"
    relation: str = "父亲"
    phone: str = ""
    household: str = "低保户"
    claims: str = ""
    bank: str = "信用社"
    account: str = account_number(1)
    account_owner: str = "监护人"
    other_aid: str = ""
    consented_on: str = "2020-07-30"
    consent: str = PAPER[0]


def row(order: int, **changes: Any) -> Row:
    """Return a row of a pupil, by order."""
    said = {
        "name": f"学生{order}", "identity_number": number(order), "guardian": f"家长{order}",
        "account": account_number(order), **changes,
    }  # fmt: skip
    return replace(Row(), **said)


def received(
    rows: list[Row],
    *,
    cast: Cast,
    folder: Path,
    actor: Account | None = None,
    unit: Unit | None = None,
    name: str = "八2班.xlsx",
    without: str = "",
) -> Upload:
    """Upload a class's sheet with its signed paper; ``without`` one column."""
    path = folder / "evidence.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*PAPER)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        columns = [column for column in COLUMNS if column.name != without]
        page.write_row(0, 0, [column.title.zh for column in columns])
        for line, one in enumerate(rows, 1):
            for position, column in enumerate(columns):
                page.write_string(line, position, getattr(one, column.name))
    return receive_upload(
        layout="grants.class", unit=unit or cast.office, name=name, content=buffer.getvalue(), evidence=path,
        act=cast.act(actor or cast.officer),
    )  # fmt: skip


def sheet(layout: Layout, rows: list[tuple[str, ...]], *, cast: Cast) -> Upload:
    """Upload a sheet of any layout of the room, without evidence."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in layout.columns])
        for line, cells in enumerate(rows, 1):
            for position, cell in enumerate(cells):
                page.write_string(line, position, cell)
    return receive_upload(
        layout=layout.code,
        unit=cast.office,
        name="表.xlsx",
        content=buffer.getvalue(),
        act=cast.act(cast.officer),
    )
