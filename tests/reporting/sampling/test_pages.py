"""The pages and the worksheet: from a figure's drawer to the line that it carries afterwards."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.intake.queries import checked
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import marks
from bangfu.reporting.sampling import queries
from bangfu.reporting.sampling.models import Announcement, Draw, End, Verdict, VerdictKind
from bangfu.reporting.sampling.operations import close_audit, import_worksheet, record_verdict
from bangfu.reporting.sampling.sheets import worksheet
from tests.cast import NOW
from tests.reporting.sampling.conftest import PAID, Audited
from tests.reporting.sampling.test_operations import examined


def door(account: Account | None = None, language: str = "zh-hans") -> Client:
    client = Client()
    if account is not None:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: Path) -> None:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"


class TestFromDrawerToDrawer:
    def test_the_drawer_leads_to_the_announcement_and_carries_the_result(self, audited: Audited) -> None:
        auditor, address = door(audited.story.cast.auditor), f"/f/{PAID}/?period=2019"
        page = auditor.get(address).content.decode()
        lead = f"/sampling/announce?period=2019&amp;indicator=grants.paid&amp;as_of={audited.block}"
        assert lead in page
        assert "审计这个数字" not in door(audited.story.cast.officer).get(address).content.decode()
        form = auditor.get(lead.replace("&amp;", "&")).content.decode()
        assert 'value="2019"' in form
        said = {
            "indicator": PAID, "period": "2019", "as_of": str(audited.block), "method": "MONETARY", "confidence": "95",
            "tolerable": "12000", "expected": "0", "key": "a",
        }  # fmt: skip
        planned = auditor.post("/sampling/announce", {**said, "plan": "1"}).content.decode()
        assert "最多检查 18 条" in planned
        assert not Announcement.objects.exists()
        shown = auditor.post("/sampling/announce", {**said, "announce": "1"}, follow=True).content.decode()
        assert "公告还没有封存，种子还不存在" in shown
        audited.story.seal()
        assert "抽取样本</button>" in auditor.get("/sampling/1/").content.decode()
        drawn = auditor.post("/sampling/1/draw", {"draw-key": "b"}, follow=True).content.decode()
        assert "样本已抽出" in drawn
        assert "重抽的结果与样本逐条相同" in auditor.get("/sampling/1/?again=1").content.decode()
        draw = Draw.objects.get()
        for position in draw.sample.values_list("position", flat=True):
            verdict = {"kind": "AGREES", "key": f"v{position}"}
            answer = auditor.post(f"/sampling/1/items/{position}/verdict", verdict)
            assert answer.status_code == 302
        assert "须由另一位审计人员结束审计" in auditor.get("/sampling/1/").content.decode()
        other = door(audited.other_auditor)
        assert "已结束" in other.post("/sampling/1/close", {"close-key": "c"}, follow=True).content.decode()
        line = auditor.get(address).content.decode()
        assert (
            "估计差错 0 元，95% 置信上限 12\u202f000 元" in line
            or "估计差错 0 元，95% 置信上限 12 000 元" in line
        )
        assert f"截至区块 {audited.block}" in line
        english = door(audited.story.cast.officer, "en").get(address).content.decode()
        assert "no more than 12,000 yuan at 95% confidence" in english

    def test_a_wrong_form_says_what_is_wrong_and_writes_nothing(self, audited: Audited) -> None:
        auditor = door(audited.story.cast.auditor, "en")
        said = {
            "indicator": PAID,
            "period": "2019",
            "as_of": "1",
            "method": "MONETARY",
            "confidence": "95",
            "key": "a",
        }
        assert auditor.post("/sampling/announce", said).status_code == 422
        answer = auditor.post(
            "/sampling/announce", {**said, "tolerable": "100", "expected": "90", "announce": "1"}
        )
        assert answer.status_code == 409
        assert "lies too near to the tolerable one" in answer.content.decode()
        answer = auditor.post(
            "/sampling/announce", {**said, "period": "19", "tolerable": "1", "expected": "0", "plan": "1"}
        )
        assert "19 is not a period" in answer.content.decode()
        ratio = {**said, "indicator": "grants.amount_each", "tolerable": "1", "expected": "0", "plan": "1"}
        assert "audit each by itself" in auditor.post("/sampling/announce", ratio).content.decode()
        assert not Announcement.objects.exists()

    def test_a_verdict_that_contradicts_itself_stays_on_the_page(self, audited: Audited) -> None:
        audited.drawn()
        answer = door(audited.story.cast.auditor).post(
            "/sampling/1/items/1/verdict", {"kind": "MISSTATED", "remark": "少记", "key": "a"}
        )
        assert answer.status_code == 409
        assert "请写审定的数量" in answer.content.decode()
        assert not Verdict.objects.exists()

    def test_a_wrong_fact_with_evidence(self, audited: Audited) -> None:
        audited.drawn()
        file = io.BytesIO(b"EXAMPLE bank slip")
        file.name = "slip.txt"
        answer = door(audited.story.cast.auditor).post(
            "/sampling/1/items/1/verdict",
            {"kind": "NOT_SUPPORTED", "remark": "没有回单", "file": file, "key": "a"},
            follow=True,
        )
        page = answer.content.decode()
        assert "没有依据 0" in page
        assert "slip.txt" in page
        assert Attachment.objects.count() == 1

    def test_the_result_shows_every_step(self, audited: Audited) -> None:
        draw = examined(audited, halved=Decimal(1))
        close_audit(announcement=draw.announcement, act=audited.act(audited.other_auditor))
        page = door(audited.story.cast.officer).get("/sampling/1/").content.decode()
        for text in ("抽样不支持这个数字", "20 501.11", "0.5000", "4.7439", draw.seed):
            assert text in page.replace("\u202f", " ")
        page = door(audited.story.cast.officer).get(f"/f/{PAID}/?period=2019").content.decode()
        assert "超过可容忍的" in page

    def test_a_sample_is_searched_and_sorted(self, audited: Audited) -> None:
        draw = examined(audited, halved=Decimal(1))
        officer = door(audited.story.cast.officer)
        wrong = draw.sample.filter(verdicts__kind="MISSTATED").order_by("position")
        everything = draw.sample.count()

        def items(query: str) -> list[int]:
            page = officer.get(f"/sampling/1/?{query}").content.decode()
            return [int(one) for one in re.findall(r'data-label="序号"><a href="[^"]*">(\d+)</a>', page)]

        assert items("") == list(range(1, everything + 1))
        assert items("sort=-position") == list(range(everything, 0, -1))
        assert items("show=wrong") == [one.position for one in wrong]
        assert len(items("show=agreeing")) == everything - 2
        assert (items("show=open"), items("q=nothing")) == ([], [])
        assert items(f"q={wrong[0].fact_id}") == [wrong[0].position]
        name = Fact.objects.get(pk=wrong[1].fact_id).identity
        assert items(f"q={name}&sort=-book") == [wrong[1].position]
        assert items("sort=-book")[0] == draw.sample.filter(is_certain=True).order_by("position")[0].position

    def test_one_can_abandon_and_it_stays(self, audited: Audited) -> None:
        audited.announced()
        auditor = door(audited.story.cast.auditor)
        answer = auditor.post("/sampling/1/abandon", {"abandon-key": "a", "abandon-remark": ""})
        assert answer.status_code == 409
        auditor.post("/sampling/1/abandon", {"abandon-key": "b", "abandon-remark": "区块选错了"})
        assert End.objects.get().kind == "ABANDONED"
        assert "区块选错了" in auditor.get("/sampling/1/").content.decode()

    def test_nobody_is_asked_about_their_own_record(self, audited: Audited) -> None:
        fact = Fact.objects.get(pk=audited.drawn().sample.get(position=1).fact_id)
        with system_writes("the auditor submitted this record in an earlier post"):
            Review.objects.filter(record_type=fact.subject_type, record_id=fact.subject_id).update(
                submitted_by=audited.story.cast.auditor
            )
        page = door(audited.story.cast.auditor).get("/sampling/1/items/1/").content.decode()
        assert "须由另一位审计人员检查" in page
        assert "记下结论</button>" not in page


class TestToday:
    def test_says_which_audits_wait_for_whom(self, audited: Audited) -> None:
        def waits(who: Account) -> list[tuple[int, str]]:
            found = queries.waiting_for(who, NOW.date())
            return [(one.standing.announcement.number, one.what.en) for one in found]

        auditor, other = audited.story.cast.auditor, audited.other_auditor
        assert waits(auditor) == []
        draw = audited.drawn()
        audited.announced()
        assert waits(auditor) == [(1, "examine the sample"), (2, "draw the sample")]
        for sampled in draw.sample.all():
            audited.agree(sampled)
        assert waits(auditor) == [(2, "draw the sample")]
        assert waits(other) == [(1, "close the audit"), (2, "draw the sample")]
        assert waits(audited.story.cast.officer) == []
        assert "抽样审计：结束审计" in door(other).get("/").content.decode()
        assert "抽样审计：" not in door(audited.story.cast.clerk).get("/").content.decode()


class TestList:
    def test_narrows_sorts_and_is_exported(self, audited: Audited) -> None:
        assert "还没有抽样审计" in door(audited.story.cast.officer).get("/sampling/").content.decode()
        audited.drawn()
        audited.announced()
        officer = door(audited.story.cast.officer)
        assert "2 项" in officer.get("/sampling/").content.decode()
        assert "1 项" in officer.get("/sampling/?state=announced").content.decode()
        assert "1 项" in officer.get("/sampling/?state=examining&q=助学金&sort=number").content.decode()
        for state in ("ready", "closed", "abandoned"):
            assert "没有符合条件的审计" in officer.get(f"/sampling/?state={state}").content.decode()
        csv = b"".join(officer.get("/sampling/audits.csv?q=grants")).decode()
        rows = [line for line in csv.splitlines() if "grants.paid" in line]
        assert len(rows) == 2
        assert officer.get("/sampling/audits.xlsx").status_code == 200

    def test_is_closed_to_outsiders(self, audited: Audited) -> None:
        audited.drawn()
        outsider, clerk = door(audited.story.cast.outsider), door(audited.story.cast.county_official)
        for address in ("", "1/", "1/items/1/", "1/worksheet.xlsx", "announce", "audits.csv"):
            assert outsider.get(f"/sampling/{address}").status_code == 403
            assert clerk.get(f"/sampling/{address}").status_code == 403
            assert door().get(f"/sampling/{address}").status_code == 302
        assert door(audited.story.cast.officer).get("/sampling/7/").status_code == 404
        assert door(audited.story.cast.officer).get("/sampling/announce").status_code == 403


def filled(draw: Draw, changes: dict[int, dict[str, str]]) -> bytes:
    """Fill in the worksheet of a draw: every row agrees, but for what is said by position and column."""
    standing = queries.standing_of(draw.announcement.number)
    book = openpyxl.load_workbook(io.BytesIO(worksheet(draw.announcement.number, queries.lines_of(standing))))
    sheet = book.active
    columns = [str(cell.value).split("\n")[1] for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        said = {"Verdict": "相符", **changes.get(int(row[1].value), {})}
        for name, value in said.items():
            row[columns.index(name)].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploaded(audited: Audited, content: bytes, who: Account | None = None) -> Upload:
    return receive_upload(
        layout="sampling.worksheet",
        unit=audited.story.cast.group,
        name="底稿.xlsx",
        content=content,
        act=audited.act(who),
    )


class TestWorksheet:
    def test_goes_out_with_the_sample_and_comes_back_with_verdicts(self, audited: Audited) -> None:
        draw = audited.drawn()
        wrong = {1: {"Verdict": "有差错", "Audited quantity": "250.5", "Remark": "多记"}}
        upload = uploaded(audited, filled(draw, wrong))
        found = checked(upload)
        assert (found.refusals, found.new) == ([], draw.sample.count())
        assert not Verdict.objects.exists()
        assert import_worksheet(upload=upload, act=audited.act()) == draw.sample.count()
        first = Verdict.objects.get(sampled__position=1)
        assert (first.kind, first.audited, first.remark) == (VerdictKind.MISSTATED, Decimal("250.5"), "多记")
        assert queries.standing_of(1).state == queries.READY

    def test_a_second_time_takes_only_what_changed(self, audited: Audited) -> None:
        draw = audited.drawn()
        import_worksheet(upload=uploaded(audited, filled(draw, {})), act=audited.act())
        again = uploaded(audited, filled(draw, {2: {"Verdict": "没有依据", "Remark": "没有回单"}}))
        found = checked(again)
        assert (found.same, found.changed) == (draw.sample.count() - 1, 1)
        assert import_worksheet(upload=again, act=audited.act()) == 1
        assert list(Verdict.objects.filter(sampled__position=2).values_list("revision", flat=True).order_by("revision")) == [
            1, 2,
        ]  # fmt: skip

    def test_refuses_rows_that_are_not_of_the_sample_or_contradict_themselves(self, audited: Audited) -> None:
        draw = audited.drawn()
        changes = {
            1: {"Fact": "999999"},
            2: {"Verdict": "有差错", "Remark": "少记"},
            3: {"Verdict": "没有依据"},
            4: {"Audited quantity": "1"},
        }
        upload = uploaded(audited, filled(draw, changes))
        refused = [(one.row - 1, one.column) for one in checked(upload).refusals]
        assert refused == [(1, "position"), (2, "verdict"), (3, "verdict"), (4, "verdict")]
        with pytest.raises(UnableToImport) as error:
            import_worksheet(upload=upload, act=audited.act())
        assert error.value.code == "rows_refused"
        assert not Verdict.objects.exists()

    def test_refuses_ones_own_records_and_an_audit_that_has_ended(self, audited: Audited) -> None:
        draw = audited.drawn()
        fact = Fact.objects.get(pk=draw.sample.get(position=1).fact_id)
        with system_writes("the auditor verified this record in an earlier post"):
            Review.objects.filter(record_type=fact.subject_type, record_id=fact.subject_id).update(
                decided_by=audited.story.cast.auditor
            )
        content = filled(draw, {})
        assert "fact" in {one.column for one in checked(uploaded(audited, content)).refusals}
        for sampled in draw.sample.all():
            audited.agree(sampled, audited.other_auditor)
        third = audited.story.cast.auditor
        close_audit(announcement=draw.announcement, act=audited.act(third))
        after = checked(uploaded(audited, filled(draw, {}), audited.other_auditor))
        assert {one.column for one in after.refusals} == {"audit"}

    def test_is_for_auditors(self, audited: Audited) -> None:
        content = filled(audited.drawn(), {})
        with pytest.raises(NotPermitted):
            uploaded(audited, content, audited.story.cast.officer)

    def test_brings_the_verdicts_that_are_there(self, audited: Audited) -> None:
        draw = audited.drawn()
        record_verdict(
            sampled=draw.sample.get(position=1),
            kind=VerdictKind.NOT_APPLICABLE,
            remark="档案在搬迁",
            act=audited.act(),
        )
        answer = door(audited.story.cast.auditor).get("/sampling/1/worksheet.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert [cell.value for cell in sheet[2]][7:10] == ["不能下结论", "", "档案在搬迁"]

    @pytest.mark.parametrize("is_one", [True, False])
    def test_of_the_example_says_so_in_its_properties(
        self, audited: Audited, monkeypatch: pytest.MonkeyPatch, is_one: bool
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        audited.drawn()
        content = worksheet(1, queries.lines_of(queries.standing_of(1)))
        title = openpyxl.load_workbook(io.BytesIO(content)).properties.title or ""
        assert ("示例数据" in title) is is_one
