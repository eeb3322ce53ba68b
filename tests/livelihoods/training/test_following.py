"""Three months later: who is due, what was heard, by hand and by sheet; what was said before stays."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.db.models import Q

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.operations import NotPermitted
from bangfu.livelihoods.training import following, queries
from bangfu.livelihoods.training.following import Answer, UnableToFollowUp
from bangfu.livelihoods.training.models import Enrolment, FollowUp
from bangfu.livelihoods.training.operations import import_follow_ups, record_follow_up
from bangfu.livelihoods.training.sheets import FOLLOW_UP_COLUMNS
from bangfu.livelihoods.training.waiting import to_follow_up
from tests.cast import Cast
from tests.livelihoods.training.test_pages import client_of
from tests.livelihoods.training.trained import enrolled, number, opened, submitted, verified

DUE = date(2019, 12, 12)
GOOD = Answer(DUE, "PHONE", "USES", "UNCHANGED", "HIGHER", "开了网店")


@pytest.fixture
def one(cast: Cast) -> Enrolment:
    """A verified completion of a course that ended on 12 September 2019."""
    found = enrolled(cast, opened(cast))
    verified(cast, submitted(cast, found.course))
    return Enrolment.objects.get(pk=found.pk)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2019, 9, 12), date(2019, 12, 12)),
        (date(2019, 11, 30), date(2020, 2, 29)),
        (date(2019, 12, 31), date(2020, 3, 31)),
        (date(2018, 11, 30), date(2019, 2, 28)),
    ],
)
def test_is_due_after_three_months(last: date, due: date) -> None:
    assert following.due_on(last) == due
    assert following.last_day_due(due) >= last
    assert following.last_day_due(date.fromordinal(due.toordinal() - 1)) < last


@pytest.mark.django_db
class TestRecordFollowUp:
    def test_keeps_what_was_heard_and_what_was_said_before(self, cast: Cast, one: Enrolment) -> None:
        act = cast.act(cast.clerk)
        first = record_follow_up(enrolment=one, answer=GOOD, act=act)
        assert (first.revision, first.use, first.income, first.remark) == (1, "USES", "HIGHER", "开了网店")
        second = record_follow_up(
            enrolment=one, answer=Answer(DUE, "VISIT", "PARTLY", "OWN_BUSINESS", "SAME"), act=act
        )
        assert second.revision == 2
        assert queries.follow_ups_of([one.pk]) == {one.pk: second}
        assert FollowUp.objects.count() == 2

    @pytest.mark.parametrize(
        ("code", "answer"),
        [
            ("too_early", Answer(date(2019, 12, 11), "PHONE", "USES", "UNCHANGED", "SAME")),
            ("in_the_future", Answer(date(2020, 8, 1), "PHONE", "USES", "UNCHANGED", "SAME")),
            ("unknown_answer", Answer(DUE, "LETTER", "USES", "UNCHANGED", "SAME")),
            ("unreached_says_more", Answer(DUE, "PHONE", "UNREACHED", "EMPLOYED", "UNKNOWN")),
        ],
    )
    def test_refuses_an_answer_that_cannot_be(
        self, cast: Cast, one: Enrolment, code: str, answer: Answer
    ) -> None:
        with pytest.raises(UnableToFollowUp) as refused:
            record_follow_up(enrolment=one, answer=answer, act=cast.act(cast.clerk))
        assert refused.value.code == code
        assert refused.value.sentence.en
        assert not FollowUp.objects.exists()

    def test_refuses_the_same_again_and_who_did_not_complete(self, cast: Cast, one: Enrolment) -> None:
        record_follow_up(enrolment=one, answer=GOOD, act=cast.act(cast.clerk))
        other = enrolled(cast, opened(cast, "PX-2019-04"), 2)
        for enrolment, code in ((one, "nothing_changed"), (other, "not_completed")):
            with pytest.raises(UnableToFollowUp) as refused:
                record_follow_up(enrolment=enrolment, answer=GOOD, act=cast.act(cast.clerk))
            assert refused.value.code == code

    def test_is_for_who_keeps_the_course(self, cast: Cast, one: Enrolment) -> None:
        for other in (cast.clerk_of_yunnan, cast.auditor, cast.verifier):
            with pytest.raises(NotPermitted):
                record_follow_up(enrolment=one, answer=GOOD, act=cast.act(other))


@pytest.mark.django_db
class TestDueList:
    def test_names_who_is_due_overdue_and_done(self, cast: Cast, one: Enrolment) -> None:
        mine = Q(course__unit=cast.guizhou)
        before, due = date(2019, 12, 11), date(2019, 12, 12)
        assert list(queries.asked_after(mine, before)) == []
        assert list(queries.asked_after(mine, due)) == [one]
        client = client_of("weilan")
        page = client.get("/training/follow-ups/").content.decode()
        assert "逾期" in page
        assert f"****{number(1)[-4:]}" in page
        assert client.get("/training/follow-ups/?show=overdue").context["rows"][0]["enrolment"] == one
        said = {
            "key": "f", "reached_on": "2019-12-20", "how": "PHONE", "use": "USES", "work": "UNCHANGED",
            "income": "HIGHER", "remark": "",
        }  # fmt: skip
        address = f"/training/attendees/{one.pk}/follow-up"
        assert client.get(address).status_code == 200
        assert client.post(address, said).status_code == 302
        done = client.get("/training/follow-ups/?show=done")
        assert [row["enrolment"] for row in done.context["rows"]] == [one]
        assert done.context["outcomes"][0]["answers"][0]["count"] == 1
        assert "没有要回访的学员" in client.get("/training/follow-ups/").content.decode()

    def test_is_empty_for_others(self, cast: Cast, one: Enrolment) -> None:
        assert client_of("duanqing").get("/training/follow-ups/").context["rows"] == []
        assert client_of("linyi").get("/training/follow-ups/").status_code == 403


def sheet(rows: list[dict[str, Any]], name: str = "回访.xlsx") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in FOLLOW_UP_COLUMNS])
        for line, row in enumerate(rows, 1):
            for position, column in enumerate(FOLLOW_UP_COLUMNS):
                page.write_string(line, position, row.get(column.name, ""))
    return buffer.getvalue()


def row(order: int = 1, **changes: str) -> dict[str, Any]:
    said = {
        "course_code": "PX-2019-03", "identity_number": number(order), "reached_on": "2019-12-20",
        "how": "电话", "use": "用上了", "work": "没有变化", "income": "增加",
    }  # fmt: skip
    return {**said, **changes}


@pytest.mark.django_db
class TestImportFollowUps:
    def received(self, cast: Cast, *rows: dict[str, Any], name: str = "回访.xlsx") -> Upload:
        return receive_upload(
            layout="training.follow_ups", unit=cast.guizhou, name=name, content=sheet(list(rows)),
            evidence=None, act=cast.act(cast.clerk),
        )  # fmt: skip

    def imported(self, cast: Cast, *rows: dict[str, Any], name: str = "回访.xlsx") -> Upload:
        upload = self.received(cast, *rows, name=name)
        return import_follow_ups(upload=upload, act=cast.act(cast.clerk))

    def test_records_all_and_leaves_the_same_alone(self, cast: Cast, one: Enrolment) -> None:
        other = enrolled(cast, opened(cast, "PX-2019-04"), 2)
        verified(cast, submitted(cast, other.course))
        upload = self.imported(
            cast, row(), row(2, course_code="PX-2019-04", use="未联系上", work="不详", income="不详")
        )
        assert upload.outcome == {"new": 2, "changed": 0, "same": 0, "address": "/training/follow-ups/"}
        assert {found.use for found in FollowUp.objects.all()} == {"USES", "UNREACHED"}
        upload = self.imported(cast, row(income="持平"), name="更新.xlsx")
        assert (upload.outcome["new"], upload.outcome["changed"]) == (0, 1)
        assert list(FollowUp.objects.filter(enrolment=one).values_list("revision", "income")) == [
            (1, "HIGHER"), (2, "SAME"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            (lambda: [row(course_code="PX-9")], "没有编号为「PX-9」的课程"),
            (lambda: [row(5)], "没有这个身份证号码的学员"),
            (lambda: [row(identity_number="123")], "身份证号码有误"),
            (lambda: [row(reached_on="2019-12-01")], "满三个月"),
            (lambda: [row(), row(how="走访")], "同一人、同一门课程"),
            (lambda: [row(use="未联系上", work="新就业")], "只能填“不详”"),
        ],
    )
    def test_refuses_the_whole_sheet(
        self, cast: Cast, one: Enrolment, said: Callable[[], list[dict[str, Any]]], sentence: str
    ) -> None:
        upload = self.received(cast, *said())
        with pytest.raises(UnableToImport) as refused:
            import_follow_ups(upload=upload, act=cast.act(cast.clerk))
        assert sentence in refused.value.rows[0].sentence.zh
        assert number(1) not in refused.value.rows[0].sentence.zh
        assert not FollowUp.objects.exists()


@pytest.mark.django_db
class TestToday:
    def test_who_is_due_waits_for_who_keeps_the_course(self, cast: Cast, one: Enrolment) -> None:
        due = date(2019, 12, 12)
        assert to_follow_up(cast.clerk, due - timedelta(days=1)) == []
        (line,) = to_follow_up(cast.clerk, due)
        assert (line.count, line.since, line.overdue) == (1, due, 0)
        assert line.due_on is not None
        (late,) = to_follow_up(cast.clerk, line.due_on + timedelta(days=1))
        assert late.overdue == 1
        for other in (cast.clerk_of_yunnan, cast.auditor, cast.verifier, cast.outsider):
            assert to_follow_up(other, due) == []
        record_follow_up(enrolment=one, answer=GOOD, act=cast.act(cast.clerk))
        assert to_follow_up(cast.clerk, due) == []
