"""Lists of people leave the house masked, or in clear for a reason that is recorded; the file says whose it is."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from bangfu.foundation.api.tokens import prefix_of
from bangfu.foundation.jobs.files import file_of
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations import Act, NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people import operations as people
from bangfu.foundation.people.exports import operations as exporting
from bangfu.foundation.people.exports import queries
from bangfu.foundation.people.exports.operations import UnableToExportList, export_list
from bangfu.foundation.people.models import Access, Account, ListExport, Person, PersonKey
from bangfu.foundation.people.operations import Member
from bangfu.foundation.rooms import lists, marks, personal_lists
from tests.cast import CEHENG, FOUNDED, Cast, enter_cast
from tests.conftest import pointing_at
from tests.foundation.api.asking import Program
from tests.foundation.people.test_persons import everything_stored, number

CODE = "people.households"
REASON = "送县农业农村局核对监测名单"
CHINESE = [("韦大山", "13800001234"), ("罗小芳", "13800005678")]


def household(cast: Cast, order: int, name: str, phone: str, unit: int | None = None) -> Person:
    with system_writes("a test's set-up"):
        person = people.enter_person(name=name, phone=phone, identity_number=number(order))
    people.register_household(
        number=f"522327000{order}", place=CEHENG, unit=unit or cast.guizhou.pk, kind="FORMER_POOR",
        members=[Member(person.pk, "HEAD")], starts_on=date(2020, 1, 1),
        act=cast.act(cast.clerk if unit is None else cast.clerk_of_yunnan),
    )  # fmt: skip
    return person


@pytest.fixture
def persons(cast: Cast) -> list[Person]:
    return [household(cast, at, *one) for at, one in enumerate(CHINESE, 1)]


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


def text_of(response: Any) -> str:
    return b"".join(response).decode("utf-8-sig")


def taken(cast: Cast, *, by: Account | None = None, key: str | None = None, **given: Any) -> ListExport:
    said = {"listing": CODE, "filters": {}, "reason": REASON} | given
    return export_list(**said, act=Act.now(by or cast.officer, key=key))


@pytest.mark.django_db
class TestExportList:
    def test_records_who_what_and_whose(self, cast: Cast, persons: list[Person]) -> None:
        export = taken(cast, filters={"kind": "FORMER_POOR", "q": " "}, by=cast.officer)
        assert (export.listing, export.filters, export.account) == (
            CODE,
            {"kind": "FORMER_POOR"},
            cast.officer,
        )
        assert (export.row_count, export.person_count, export.through) == (2, 2, None)
        assert export.columns == ["name", "identity_number", "phone"]
        assert export.number == f"P{export.pk:06d}"
        accesses = Access.objects.filter(export=export)
        assert {one.person_id for one in accesses} == {one.pk for one in persons}
        assert queries.reasons_for([export]) == {export.pk: REASON}
        entry = AuditEntry.objects.get(operation="people.export_list")
        assert entry.objects_named == [f"people.listexport:{export.pk}"]

    def test_nothing_of_it_is_kept_that_names_a_person(self, cast: Cast, persons: list[Person]) -> None:
        taken(cast, reason="韦大山要求核对 13800001234")
        stored = everything_stored()
        assert "韦大山" not in stored
        assert "13800001234" not in stored

    def test_the_digest_is_of_what_is_said_and_not_to_be_guessed(
        self, cast: Cast, persons: list[Person]
    ) -> None:
        first, again = taken(cast), taken(cast)
        assert first.digest == again.digest
        assert taken(cast, filters={"q": "5223270001"}).digest != first.digest

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"reason": "  "}, "no_reason"),
            ({"reason": "看一"}, "no_reason"),
            ({"reason": "x" * 501}, "no_reason"),
            ({"listing": "people.nothing"}, "unknown_list"),
            ({"filters": {"name": "x"}}, "unknown_filter"),
            ({"filters": {"q": number(1)}}, "looks_for_a_person"),
            ({"filters": {"place": "13800001234"}}, "looks_for_a_person"),
            ({"listing": "organisation.accounts", "filters": {"q": "周敏"}}, "looks_for_a_person"),
            ({"filters": {"q": "999"}}, "nobody"),
        ],
    )
    def test_refuses_and_writes_nothing(
        self, cast: Cast, persons: list[Person], given: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(UnableToExportList) as refused:
            taken(cast, **given)
        assert refused.value.code == code
        assert (ListExport.objects.count(), Access.objects.count()) == (0, 0)

    def test_refuses_more_rows_than_a_file_takes(
        self, cast: Cast, persons: list[Person], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporting, "MOST_ROWS", 1)
        with pytest.raises(UnableToExportList) as refused:
            taken(cast)
        assert (refused.value.code, ListExport.objects.count()) == ("too_many", 0)

    def test_who_may(self, cast: Cast, persons: list[Person]) -> None:
        assert taken(cast, by=cast.auditor).person_count == 2
        for account in (cast.clerk, cast.verifier, cast.administrator, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                taken(cast, by=account)
        assert ListExport.objects.count() == 1

    def test_an_officer_of_a_branch_takes_out_the_branchs_people_alone(
        self, cast: Cast, persons: list[Person]
    ) -> None:
        household(cast, 3, "段三", "13800009999", cast.yunnan.pk)
        with system_writes("another grant"):
            RoleGrant.objects.create(
                account=cast.outsider, role="officer", unit=cast.yunnan, starts_on=FOUNDED
            )
        export = taken(cast, by=cast.outsider)
        assert (export.row_count, export.person_count) == (1, 1)

    def test_once_a_key(self, cast: Cast, persons: list[Person]) -> None:
        assert taken(cast, key="k") == taken(cast, key="k")
        assert (ListExport.objects.count(), Access.objects.count()) == (1, 2)
        with pytest.raises(NotPermitted):
            taken(cast, key="k", filters={"q": "5223270001"})

    def test_is_never_changed(self, cast: Cast, persons: list[Person]) -> None:
        export = taken(cast)
        with pytest.raises(DatabaseError), system_writes("a test"), transaction.atomic():
            ListExport.objects.filter(pk=export.pk).update(row_count=9)

    def test_the_reason_goes_with_the_people(self, cast: Cast, persons: list[Person]) -> None:
        export = taken(cast)
        for one in persons:
            people.erase_person(person=one, act=cast.act(cast.administrator))
        assert queries.reasons_for([export]) == {}
        page = door(cast.auditor).get(f"/people/exports/{export.pk}/").content.decode()
        assert "已随清单中人员的信息删除" in page


class TestTwoAtOnce:
    def test_the_same_request_twice_at_once_is_one_export(self, own_database: str) -> None:
        cast = enter_cast()
        household(cast, 1, *CHINESE[0])
        barrier, found = threading.Barrier(2), []

        def take() -> None:
            with pointing_at(own_database):
                barrier.wait()
                found.append(taken(cast, key="one").pk)

        threads = [threading.Thread(target=take) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert found == [found[0], found[0]]
        assert ListExport.objects.count() == 1


@pytest.mark.django_db
class TestTheFiles:
    def test_are_masked_for_every_reader_without_a_reason(self, cast: Cast, persons: list[Person]) -> None:
        for account in (cast.clerk, cast.officer):
            text = text_of(door(account).get(f"/people/lists/{CODE}.csv?kind=FORMER_POOR"))
            lines = text.splitlines()
            assert lines[0].startswith("户编号,户主（遮盖）,户主身份证号码（遮盖）,户主电话（遮盖）,所在地")
            assert lines[1].startswith(f"5223270001,韦*,****{number(1)[-4:]},***1234,")
            assert "内容,农户清单（遮盖）" in text
            assert "筛选,户类型 FORMER_POOR" in text
            assert "来源,http://testserver/people/households/?kind=FORMER_POOR" in text
            assert "水印" not in text
        assert Access.objects.count() == 0
        assert door(cast.outsider).get(f"/people/lists/{CODE}.csv").status_code == 403
        assert door(cast.officer).get("/people/lists/people.nothing.csv").status_code == 404

    def test_a_masked_file_does_not_tell_whom_it_was_narrowed_to(
        self, cast: Cast, persons: list[Person]
    ) -> None:
        text = text_of(door(cast.clerk).get(f"/people/lists/{CODE}.csv?q={number(1)}"))
        assert "5223270001" in text
        assert "5223270002" not in text
        assert number(1) not in text
        assert "筛选,户编号 （查人用，不写出）" in text

    def test_in_clear_they_ask_why_and_carry_a_watermark(self, cast: Cast, persons: list[Person]) -> None:
        client = door(cast.officer)
        address = f"/people/lists/{CODE}/export?kind=FORMER_POOR"
        assert f"/people/lists/{CODE}/export?kind=FORMER_POOR" in client.get(
            "/people/households/?kind=FORMER_POOR&page=1"
        ).content.decode().replace("&amp;", "&")
        form = client.get(address).content.decode()
        assert "2 人，共 2 人" in form
        assert "韦大山" not in form
        refused = client.post(address, {"reason": ""})
        assert (refused.status_code, ListExport.objects.count()) == (409, 0)
        assert "请写明导出的用途" in refused.content.decode()
        done = client.post(address, {"reason": REASON, "key": "k"})
        export = ListExport.objects.get()
        assert done.headers["Location"] == f"/people/exports/{export.pk}/"
        page = client.get(done.headers["Location"]).content.decode()
        assert REASON in page
        assert f"/people/exports/{export.pk}/file.xlsx" in page

        answer = client.get(f"/people/exports/{export.pk}/file.csv")
        assert answer.headers["Cache-Control"] == "no-store"
        lines = text_of(answer).splitlines()
        assert lines[0].startswith("户编号,户主,户主身份证号码,户主电话,")
        assert lines[1].startswith(f"5223270001,韦大山,{number(1)},13800001234,")
        mark = next(line for line in lines if line.startswith("水印,"))
        assert f"导出编号 {export.number} · 周敏（zhoumin）" in mark

        book = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/people/exports/{export.pk}/file.xlsx"))))
        rows, source = book.worksheets
        assert rows["A1"].value == mark.removeprefix("水印,")
        assert [rows[f"{at}2"].value for at in "AB"] == ["户编号", "户主"]
        assert rows["B3"].value == "韦大山"
        for sheet in (rows, source):
            assert export.number in sheet.oddHeader.center.text
            assert export.number in sheet.oddFooter.left.text
        told = {row[0].value: row[1].value for row in source.iter_rows()}
        assert told["水印"] == rows["A1"].value
        assert told["导出人"] == "周敏"
        assert AuditEntry.objects.filter(operation="people.export_list").count() == 1

    def test_the_mark_of_the_example_travels(
        self, cast: Cast, persons: list[Person], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export = taken(cast)
        address = f"/people/exports/{export.pk}/file.csv"
        assert "示例数据" not in text_of(door(cast.officer).get(address))
        monkeypatch.setattr(marks, "_asked", [lambda: True])
        assert "示例数据" in text_of(door(cast.officer).get(address))

    def test_are_given_to_nobody_else_and_for_a_day(
        self, cast: Cast, persons: list[Person], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export = taken(cast)
        address = f"/people/exports/{export.pk}/file.csv"
        assert door(cast.auditor).get(address).status_code == 403
        assert door(cast.auditor).get(f"/people/exports/{export.pk}/").status_code == 200
        assert door(cast.clerk).get(f"/people/exports/{export.pk}/").status_code == 403
        monkeypatch.setattr(queries, "FILE_KEPT", timedelta(0))
        answer = door(cast.officer).get(address)
        assert answer.status_code == 409
        assert "已过 24 小时" in answer.content.decode()

    def test_are_what_was_recorded_or_nothing(self, cast: Cast, persons: list[Person]) -> None:
        export = taken(cast)
        household(cast, 3, "韦三", "13800009999")
        people.erase_person(person=persons[0], act=cast.act(cast.administrator))
        answer = door(cast.officer).get(f"/people/exports/{export.pk}/file.csv")
        assert answer.status_code == 409
        assert "请重新导出" in answer.content.decode()
        again = taken(cast)
        text = text_of(door(cast.officer).get(f"/people/exports/{again.pk}/file.csv"))
        assert "5223270001,已删除的人员,,," in text

    def test_whoever_came_later_is_masked(self, cast: Cast, persons: list[Person]) -> None:
        export = taken(cast)
        household(cast, 3, "韦三", "13800009999")
        text = text_of(door(cast.officer).get(f"/people/exports/{export.pk}/file.csv"))
        assert "5223270001,韦大山," in text
        assert f"5223270003,韦*,****{number(3)[-4:]},***9999," in text

    def test_a_long_one_is_written_by_a_job(
        self, cast: Cast, persons: list[Person], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lists, "LONGEST_AT_ONCE", 1)
        export = taken(cast)
        answer = door(cast.officer).get(f"/people/exports/{export.pk}/file.csv")
        job = Job.objects.get()
        assert answer.headers["Location"] == f"/jobs/{job.pk}/"
        assert str(job.arguments["path"]) == f"/people/exports/{export.pk}/file.csv"
        assert carry_out_here(job.pk) == JobState.DONE
        job.refresh_from_db()
        path = file_of(job)
        assert path is not None
        text = path.read_text("utf-8-sig")
        assert f"5223270001,韦大山,{number(1)}," in text
        assert f"水印,含个人信息 · 导出编号 {export.number} · 周敏（zhoumin）" in text


@pytest.mark.django_db
class TestTheTrail:
    def test_auditors_and_administrators_read_all_of_it(self, cast: Cast, persons: list[Person]) -> None:
        export = taken(cast, filters={"kind": "FORMER_POOR"})
        other = taken(cast, by=cast.auditor)
        for account in (cast.auditor, cast.administrator):
            page = door(account).get("/people/exports/").content.decode()
            assert REASON in page
            assert export.number in page
            assert other.number in page
            assert "韦" not in page
        own = door(cast.officer).get("/people/exports/").content.decode()
        assert export.number in own
        assert other.number not in own
        assert export.number not in door(cast.clerk).get("/people/exports/").content.decode()

    def test_is_narrowed_and_gives_a_file(self, cast: Cast, persons: list[Person]) -> None:
        export, other = taken(cast), taken(cast, by=cast.auditor)
        client, today = door(cast.auditor), date.today().isoformat()
        for query, found in (
            (f"number={export.number}", {export}),
            (f"number={other.pk}", {other}),
            ("number=x", set()),
            ("account=ZHOUMIN", {export}),
            ("listing=people.households", {export, other}),
            ("listing=training.trainers", set()),
            (f"since={today}", {export, other}),
            ("until=2020-01-01", set()),
            ("since=x", set()),
            ("until=9999-12-31", set()),
        ):
            text = text_of(client.get(f"/people/exports.csv?{query}"))
            assert {one for one in (export, other) if f"\n{one.number}," in text} == found, query
            assert REASON not in text
        book = openpyxl.load_workbook(BytesIO(b"".join(client.get("/people/exports.xlsx"))))
        assert [book.worksheets[0][f"{at}3"].value for at in "ACDF"] == [
            export.number, "zhoumin", "农户清单", "2",
        ]  # fmt: skip

    def test_speaks_english(self, cast: Cast, persons: list[Person]) -> None:
        export = taken(cast, filters={"kind": "FORMER_POOR"})
        client = door(cast.officer, "en")
        assert "My exports of lists of people" in client.get("/people/exports/").content.decode()
        page = client.get(f"/people/exports/{export.pk}/").content.decode()
        assert "identity number" in page
        text = text_of(client.get(f"/people/exports/{export.pk}/file.csv"))
        assert 'Watermark,"Personal data · export' in text


@pytest.mark.django_db
class TestEveryList:
    def test_answers_and_keeps_to_its_columns(self, cast: Cast, persons: list[Person]) -> None:
        assert set(personal_lists()) == {
            "people.households", "organisation.accounts", "leadership.leaders",
            "training.attendees", "training.follow_ups", "training.trainers",
            "grants.applications", "grants.follow_up_sheet", "grants.signing_sheet",
        }  # fmt: skip
        for code, listing in personal_lists().items():
            if code in (
                "training.attendees",
                "grants.follow_up_sheet",
                "grants.signing_sheet",
            ):  # of one course or sheet
                continue
            text = text_of(door(cast.officer).get(f"/people/lists/{code}.csv"))
            assert text.splitlines()[0].count(",") == len(listing.columns) - 1, code
            assert door(cast.outsider).get(f"/people/lists/{code}.csv").status_code == 403, code

    def test_accounts_are_masked_and_in_clear_at_the_root(self, cast: Cast) -> None:
        masked = text_of(door(cast.officer).get("/people/lists/organisation.accounts.csv?q=敏"))
        assert "zhoumin,周*,,," in masked
        assert "周敏" not in masked.replace("导出人,周敏", "")
        export = taken(cast, listing="organisation.accounts", filters={"state": "open"})
        text = text_of(door(cast.officer).get(f"/people/exports/{export.pk}/file.csv"))
        assert "zhoumin,周敏,,," in text
        assert export.person_count == PersonKey.objects.count()


@pytest.mark.django_db
class TestPrograms:
    def test_take_out_a_list_by_a_token_that_may(self, cast: Cast, persons: list[Person]) -> None:
        program = Program(cast.officer, permissions=["people.export_list", "people.view"])
        lists_told = program.get("/people/lists").json()
        assert {one["code"] for one in lists_told} == set(personal_lists())
        body = {"listing": CODE, "filters": {"kind": "FORMER_POOR"}}
        assert program.post("/operations/people.export_list", body).status_code == 422
        refused = program.post("/operations/people.export_list", {**body, "reason": " "})
        assert (refused.status_code, refused.json()["code"]) == (409, "no_reason")
        done = program.post("/operations/people.export_list", {**body, "reason": REASON}, Idempotency_Key="k")
        key = done.json()["result"]["id"]
        assert (
            program.post(
                "/operations/people.export_list", {**body, "reason": REASON}, Idempotency_Key="k"
            ).json()["result"]["id"]
            == key
        )
        told = program.get(f"/people/exports/{key}").json()
        assert (told["number"], told["people"], told["account"]) == (f"P{key:06d}", 2, "zhoumin")
        assert told["token"] == prefix_of(program.token)
        assert REASON not in str(told)
        text = text_of(program.get(f"/people/exports/{key}/file.csv"))
        assert f"5223270001,韦大山,{number(1)}," in text
        assert program.get(f"/people/exports/{key}/file.xlsx").status_code == 200
        assert [one["id"] for one in program.get("/people/exports").json()["items"]] == [key]

    def test_without_the_permission_they_get_nothing(self, cast: Cast, persons: list[Person]) -> None:
        key = taken(cast).pk
        body = {"listing": CODE, "filters": {}, "reason": REASON}
        for program in (Program(cast.officer, permissions=["people.view"]), Program(cast.clerk)):
            assert program.post("/operations/people.export_list", body).status_code == 403
        assert Program(cast.clerk).get(f"/people/exports/{key}").status_code == 404
        assert Program(cast.clerk).get(f"/people/exports/{key}/file.csv").status_code == 404
        assert Program(cast.auditor).get(f"/people/exports/{key}/file.csv").status_code == 403
        limited = Program(cast.officer, permissions=["people.view"])
        assert limited.get(f"/people/exports/{key}/file.csv").status_code == 409
