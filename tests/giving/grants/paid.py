"""A fund with gifts, and awards of a programme that are paid out of it, as tests of payments need them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import polars

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Act, Scope, operation, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import PersonKey
from bangfu.foundation.people.persons.operations import enter_persons
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.grants import books, operations
from bangfu.giving.grants.details import Details, digest, seal
from bangfu.giving.grants.measures import PAID, STUDENTS
from bangfu.giving.grants.models import (
    AccountOwner,
    Age,
    Application,
    Award,
    Batch,
    HouseholdStatus,
    Notice,
    Programme,
    ProgrammeState,
    Relation,
    School,
)
from tests.cast import CEHENG, FOUNDED, GUYUAN, NOW
from tests.giving.campaigns.given import Giving, grant

TODAY = NOW.date()
FORMS = ("序号", "批次号", "金额", "结果", "失败原因", "银行流水号", "交易日期")


@operation("tests.commit_grants", scope=lambda **_: Scope())
def commit(*, awards: Sequence[Award], act: Act) -> None:
    """Commit money to awards."""
    books.commit(awards, act)


@operation("tests.enter_awards", scope=lambda **_: Scope())
def enter(*, paying: Paying, count: int, act: Act) -> list[Award]:
    """Enter awards to which nothing is committed."""
    return paying.enter(count, paying.schools[0], paying.programme.amount_fen, act.at)


@operation("tests.award", scope=lambda **_: Scope())
def award(*, paying: Paying, count: int, school: int, fen: int | None, act: Act) -> list[Award]:
    """Enter awards and commit money to them."""
    awards = paying.enter(count, paying.schools[school], fen or paying.programme.amount_fen, act.at)
    books.commit(awards, act)
    return awards


@dataclass(frozen=True)
class Paying:
    """An open campaign, and a programme that grants its money."""

    giving: Giving
    programme: Programme
    schools: list[School]

    def act(self, *, at: datetime = NOW) -> Act:
        """Return an act of the officer, who makes batches."""
        return self.giving.act(at=at)

    def other(self, *, at: datetime = NOW) -> Act:
        """Return an act of the accountant, who approves them."""
        return Act(actor=self.giving.cast.verifier, at=at)

    def bank(self, fen: int, *, serial: str = "S1") -> None:
        """Give by transfer, so that the money is in the bank."""
        row = f"2020-07-20,{serial},{fen // 100}.{fen % 100:02d},,某公司,JFZX-2020"
        heads = "交易日期,流水号,收入金额,支出金额,对方户名,摘要"
        giving.read_bank(
            charity=self.giving.charity,
            name=f"{serial}.csv",
            content=f"{heads}\n{row}\n".encode(),
            act=self.act(),
        )

    def award(
        self, count: int = 1, *, school: int = 0, fen: int | None = None, at: datetime = NOW
    ) -> list[Award]:
        """Award to so many new pupils of a school, and commit the money."""
        return award(paying=self, count=count, school=school, fen=fen, act=self.act(at=at))

    def enter(self, count: int, school: School, fen: int, at: datetime) -> list[Award]:
        """Enter awards, inside an operation, without committing money."""
        first = Application.objects.count() + 1
        frame = polars.DataFrame(
            {
                "row": list(range(1, count + 1)), "name": [f"学生{first + at}" for at in range(count)],
                "phone": [None] * count, "identity_number": [None] * count,
            },
            schema_overrides={"phone": polars.String, "identity_number": polars.String},
        )  # fmt: skip
        persons = enter_persons(frame, unit=self.programme.unit_id, place=school.place_id)["person"].to_list()
        keys = {
            str(key.person_id): bytes(key.wrapped) for key in PersonKey.objects.filter(person__in=persons)
        }
        applications = Application.objects.bulk_create(
            self._application(first + number, person, keys[person], school, at)
            for number, person in enumerate(persons)
        )
        return Award.objects.bulk_create(
            Award(
                application=one, programme=self.programme, fund=self.giving.fund, person_id=one.person_id, school=school,
                place_id=school.place_id, term=self.programme.term, amount_fen=fen, awarded_on=at.date(), awarded_at=at,
                awarded_by=self.giving.cast.officer,
            )
            for one in applications
        )  # fmt: skip

    def _application(
        self, number: int, person: str, wrapped: bytes, school: School, at: datetime
    ) -> Application:
        details = Details("", f"家长{number}", "13900000000", f"6217{number:012d}", "示例银行")
        return Application(
            number=f"{self.programme.code}-{number:05d}", programme=self.programme, school=school, place_id=school.place_id,
            class_name="三（2）班", person_id=person, age=Age.CHILD, sealed=seal(details, wrapped=wrapped, person=UUID(person)),
            relation=Relation.MOTHER, account_owner=AccountOwner.GUARDIAN, account_digest=digest(details.account, of="account"),
            household=HouseholdStatus.REGISTERED, consented_on=date(2020, 7, 1), consent_digest="0" * 64, score=10,
            state="AWARDED", notice=Notice.objects.get(programme=self.programme), entered_at=at,
            entered_by=self.giving.cast.officer, vetted_at=at, vetted_by=self.giving.cast.verifier,
        )  # fmt: skip

    def sent(self) -> Batch:
        """Make a batch of all that waits, approve it and take it to the bank."""
        batch = operations.make_batch(programme=self.programme, act=self.act())
        operations.approve_batch(batch=batch, act=self.other())
        operations.take_bank_file(batch=batch, form="csv", act=self.other())
        return Batch.objects.select_related("programme").get(pk=batch.pk)

    def answer(
        self, batch: Batch, *failed: int, reason: str = "户名不符", at: datetime = NOW, **said: Any
    ) -> Any:
        """Let the bank answer a batch: lines that are named fail."""
        content = answers(batch, dict.fromkeys(failed, ("失败", reason)), day=at.date())
        return operations.read_results(
            batch=batch, name="结果.csv", content=content, act=self.other(at=at), **said
        )


def answers(
    batch: Batch,
    other: dict[int, tuple[str, str]] | None = None,
    *,
    day: date = TODAY,
    only: Sequence[int] = (),
) -> bytes:
    """Return what the bank answers: every line paid but for those that are named, with their result and reason."""
    other = other or {}
    rows = [
        (
            one.line, batch.number, f"{one.amount_fen / 100:.2f}", other.get(one.line, ("成功", ""))[0],
            other.get(one.line, ("", ""))[1], "" if one.line in other else f"B{batch.pk}-{one.line}", day.isoformat(),
        )
        for one in batch.payments.order_by("line")
        if not only or one.line in only
    ]  # fmt: skip
    return sheet(*rows)


def sheet(*rows: tuple[Any, ...]) -> bytes:
    """Return rows as a bank's file."""
    text = io.StringIO()
    csv.writer(text).writerows([FORMS, *rows])
    return text.getvalue().encode("gb18030")


def paying(found: Giving, *, amount_fen: int = 1_000_00) -> Paying:
    """Draft the programme and enter two schools, one in each county."""
    cast = found.cast
    grant(cast.verifier, cast.group, "accountant")
    with system_writes("a programme for the test"):
        RoleGrant.objects.get_or_create(
            account=cast.officer, role="officer", unit=cast.group, starts_on=FOUNDED
        )
        programme = Programme.objects.create(
            code="ZX-2020", name_zh="积分助学", unit=cast.group, fund=found.fund, campaign="JFZX-2020", term="2020-autumn",
            amount_fen=amount_fen, opens_on=NOW.date() - timedelta(days=30), closes_on=NOW.date() - timedelta(days=20),
            state=ProgrammeState.AWARDED, entered_at=NOW, entered_by=cast.officer,
        )  # fmt: skip
        schools = [
            School.objects.create(
                code=f"215200000{number}", name=f"示例{number}小", place_id=place, unit=cast.group, entered_at=NOW,
                entered_by=cast.officer,
            )
            for number, place in enumerate((CEHENG, CEHENG, GUYUAN))
        ]  # fmt: skip
        _notice(programme, schools[0], found)
    return Paying(found, programme, schools)


def _notice(programme: Programme, school: School, found: Giving) -> Notice:
    said: dict[str, Any] = {
        "programme": programme, "school": school, "number": "ZX-2020-N1", "made_at": NOW, "made_by": found.cast.officer,
    }  # fmt: skip
    names = {field.name for field in Notice._meta.fields}
    return Notice.objects.create(**{name: value for name, value in said.items() if name in names})


def facts() -> dict[str, list[tuple[int, int]]]:
    """Return what is counted, by measure, in the order of facts: hundredths and place."""
    names = {measure_number(one.code): one.code for one in (PAID, STUDENTS)}
    found: dict[str, list[tuple[int, int]]] = {}
    rows = Fact.objects.filter(measure_id__in=names).order_by("pk")
    for number, quantity, place in rows.values_list("measure_id", "quantity", "place_id"):
        found.setdefault(names[number], []).append((int(quantity * 100), place))
    return found
