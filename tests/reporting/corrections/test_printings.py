"""The register of printings, by form and by sheet, and how each is told of an erratum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.reporting.corrections.models import Printing, Settlement
from bangfu.reporting.corrections.operations import (
    UnableToRegisterPrinting,
    UnableToSettle,
    correct_printing,
    import_printings,
    register_printing,
    settle_printing,
    withdraw_printing,
)
from bangfu.reporting.corrections.printings import PrintingDetails, positions_in
from bangfu.reporting.corrections.queries import duties, errata_of, open_duties
from bangfu.reporting.corrections.sheets import PRINTINGS_SHEET
from tests.cast import NOW
from tests.connectivity.network.building import sheet_of
from tests.reporting.corrections.conftest import IN_CEHENG, STATIONS, STUDENTS, Published
from tests.reporting.corrections.test_errata import refused

PAPER = PrintingDetails(
    "NEWSPAPER", "贵州日报", date(2020, 7, 30), "第 21345 期", "第 5 版", (STATIONS,), "新建基站 33 个。"
)


class TestPositionsIn:
    @pytest.mark.parametrize(
        ("text", "positions"),
        [("", ()), ("全部", ()), ("All", ()), ("1", (0,)), ("3、1", (0, 2)), ("2-4, 2", (1, 2, 3)), ("1 - 2；4", (0, 1, 3))],
    )  # fmt: skip
    def test_reads_numbers_from_one(self, text: str, positions: tuple[int, ...]) -> None:
        assert positions_in(text) == positions

    @pytest.mark.parametrize("text", ["第一", "1.5", "-", "12345", "、"])
    def test_refuses_what_is_none(self, text: str) -> None:
        refused(lambda: positions_in(text), UnableToRegisterPrinting, "not_numbers")


class TestRegisterPrinting:
    def test_keeps_where_which_and_in_which_words(self, published: Published) -> None:
        cast = published.story.cast
        one = register_printing(publication=published.publication, details=PAPER, act=cast.act(cast.officer))
        assert (one.name, one.positions, one.states_all, one.errata_known, one.wording) == (
            "贵州日报 第 21345 期", [0], False, 0, "新建基站 33 个。",
        )  # fmt: skip

    def test_of_the_whole_report_states_every_figure(self, published: Published) -> None:
        one = published.printed("公司网站", medium="WEBSITE")
        assert (one.states_all, [one.states(position) for position in range(4)]) == (True, [True] * 4)

    def test_refuses_what_cannot_be(self, published: Published) -> None:
        cast = published.story.cast
        for changes, code in (
            ({"title": " "}, "title_missing"),
            ({"printed_on": date(2020, 8, 1)}, "in_the_future"),
            ({"positions": (9,)}, "unknown_figure"),
            ({"errata_known": 1}, "unknown_erratum"),
        ):
            wrong = replace(PAPER, **changes)
            refused(
                lambda: register_printing(
                    publication=published.publication,
                    details=wrong,  # noqa: B023
                    act=cast.act(cast.officer),
                ),
                UnableToRegisterPrinting,
                code,
            )
        assert not Printing.objects.exists()

    def test_refuses_the_same_place_twice(self, published: Published) -> None:
        published.printed()
        refused(lambda: published.printed(), UnableToRegisterPrinting, "registered_already")
        assert Printing.objects.count() == 1

    def test_takes_into_account_what_was_published_by_its_day(self, published: Published) -> None:
        published.change()
        published.corrected(STATIONS)
        assert published.printed("之后").errata_known == 1
        assert published.printed("之前", printed_on=date(2020, 7, 30)).errata_known == 0
        assert published.printed("旧数", errata_known=0).errata_known == 0

    def test_is_for_the_office_of_the_group(self, published: Published) -> None:
        cast = published.story.cast
        for account in (cast.clerk, cast.verifier, cast.auditor):
            with pytest.raises(NotPermitted):
                register_printing(publication=published.publication, details=PAPER, act=cast.act(account))


class TestChange:
    def test_what_was_said_before_stays_in_its_history(self, published: Published) -> None:
        cast, one = published.story.cast, published.printed()
        details = replace(PAPER, title="贵州日报（增刊）")
        correct_printing(printing=one, details=details, act=cast.act(cast.officer))
        kept = apps.get_model("corrections", "PrintingEvent").objects.order_by("pgh_id")
        assert [event.title for event in kept] == ["贵州日报", "贵州日报（增刊）"]

    def test_a_withdrawn_one_frees_its_place_and_changes_no_more(self, published: Published) -> None:
        cast, one = published.story.cast, published.printed()
        act = cast.act(cast.officer)
        refused(
            lambda: withdraw_printing(printing=one, reason="", act=act),
            UnableToRegisterPrinting,
            "reason_missing",
        )
        withdraw_printing(printing=one, reason="登记错了", act=act)
        refused(
            lambda: correct_printing(printing=one, details=PAPER, act=act),
            UnableToRegisterPrinting,
            "withdrawn_already",
        )
        assert published.printed().pk != one.pk

    def test_no_entry_is_lost(self, published: Published) -> None:
        published.printed()
        with pytest.raises(DatabaseError), transaction.atomic(), system_writes("somebody tries to delete"):
            Printing.objects.all()._raw_delete("default")


class TestDuties:
    def test_an_erratum_names_every_printing_that_states_its_figures(self, published: Published) -> None:
        published.printed("全文")
        published.printed("基站", positions=(STATIONS, STUDENTS))
        published.printed("学生", positions=(STUDENTS,))
        gone = published.printed("撤回")
        cast = published.story.cast
        withdraw_printing(printing=gone, reason="登记错了", act=cast.act(cast.officer))
        published.change()
        step = published.corrected(STATIONS, IN_CEHENG)
        published.printed("后来补登的旧数", positions=(IN_CEHENG,), errata_known=0)
        published.printed("更正后登的", positions=(IN_CEHENG,))
        assert [(one.printing.title, one.labels) for one in duties([step])] == [
            ("全文", "1、2"), ("基站", "1"), ("后来补登的旧数", "2"),
        ]  # fmt: skip
        assert len(open_duties()) == 3


class TestSettlePrinting:
    def settle(self, published: Published, **said: object) -> Settlement:
        cast = published.story.cast
        given = {
            "kind": "NOTIFIED",
            "settled_on": NOW.date(),
            "told": "贵州日报社",
            "reference": "帮函〔2020〕3 号",
            **said,
        }
        return settle_printing(
            erratum=errata_of(published.publication)[0].erratum, printing=Printing.objects.get(), **given,
            act=cast.act(cast.officer),
        )  # fmt: skip

    def test_the_last_note_is_how_it_stands(self, published: Published) -> None:
        published.printed()
        published.change()
        published.corrected(STATIONS)
        self.settle(published)
        assert open_duties() == []
        self.settle(
            published, kind="CORRECTED", told="", reference="2020-08-10 第 2 版", settled_on=NOW.date()
        )
        (duty,) = duties(errata_of(published.publication))
        assert [one.kind for one in duty.settlements] == ["NOTIFIED", "CORRECTED"]
        assert duty.last.kind == "CORRECTED"

    def test_refuses_what_says_too_little(self, published: Published) -> None:
        published.printed()
        published.change()
        published.corrected(STATIONS)
        for said, code in (
            ({"told": ""}, "told_missing"),
            ({"reference": " "}, "reference_missing"),
            ({"kind": "CORRECTED", "reference": ""}, "reference_missing"),
            ({"kind": "CANNOT"}, "remark_missing"),
            ({"settled_on": date(2020, 8, 1)}, "in_the_future"),
        ):
            refused(lambda: self.settle(published, **said), UnableToSettle, code)  # noqa: B023
        assert not Settlement.objects.exists()

    def test_refuses_a_printing_that_is_not_concerned(self, published: Published) -> None:
        published.printed(positions=(STUDENTS,))
        published.change()
        published.corrected(STATIONS)
        refused(lambda: self.settle(published), UnableToSettle, "not_concerned")


class TestSheet:
    def rows(self, **changes: object) -> polars.DataFrame:
        row = {
            "row": 2, "publication": 1, "medium": "NEWSPAPER", "title": "贵州日报", "issue": None,
            "printed_on": date(2020, 7, 30), "place": "第 5 版", "figures": "1、3", "wording": None,
            "errata_known": None, **changes,
        }  # fmt: skip
        return polars.DataFrame([row])

    def check(self, frame: polars.DataFrame) -> tuple[int, list[str]]:
        class At:
            uploaded_at = NOW

        checked = PRINTINGS_SHEET.check(frame, At())
        return checked.new, [one.sentence.zh for one in checked.refusals]

    def test_a_row_is_judged_as_the_form_judges_it(self, published: Published) -> None:
        assert self.check(self.rows()) == (1, [])
        twice = polars.concat([self.rows(), self.rows(row=3)])
        assert self.check(twice)[1] == ["这一处已经登记过了。请打开它来改，或写明页码。"]
        for changes, begins in (
            ({"publication": 7}, "没有第 7 号发布"),
            ({"figures": "第一个"}, "看不懂"),
            ({"figures": "1-9"}, "这份发布没有第 5 个数字"),
        ):
            new, said = self.check(self.rows(**changes))
            assert (new, said[0].startswith(begins)) == (0, True)

    def test_a_sheet_is_imported_whole_or_not_at_all(
        self, published: Published, tmp_path: Path, settings: object
    ) -> None:
        settings.EVIDENCE_FOLDER = tmp_path / "evidence"
        cast = published.story.cast
        act = cast.act(cast.officer)

        def upload(*rows: dict[str, object]) -> Upload:
            given = [
                {
                    "publication": 1, "medium": "报纸", "title": "贵州日报", "printed_on": date(2020, 7, 30), "figures": "1、3",
                    "errata_known": 0, **row,
                }
                for row in rows
            ]  # fmt: skip
            return receive_upload(
                layout="corrections.printings", unit=cast.group, name="刊登.xlsx", evidence=None, act=act,
                content=sheet_of("corrections.printings", given),
            )  # fmt: skip

        with pytest.raises(UnableToImport) as refusal:
            import_printings(upload=upload({"place": "第 5 版"}, {"publication": 9}), act=act)
        assert (refusal.value.code, Printing.objects.count()) == ("rows_refused", 0)
        made = import_printings(
            upload=upload(
                {"place": "第 5 版"}, {"title": "公司网站", "medium": "网站、公众号", "figures": "全部"}
            ),
            act=act,
        )
        assert [(one.title, one.medium, one.positions, one.states_all) for one in made] == [
            ("贵州日报", "NEWSPAPER", [0, 2], False),
            ("公司网站", "WEBSITE", [], True),
        ]
        with pytest.raises(NotPermitted):
            import_printings(upload=upload({"title": "另一处"}), act=cast.act(cast.clerk))


def test_the_database_takes_one_entry_a_place(published: Published) -> None:
    one = published.printed()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        system_writes("somebody gets past the operation"),
    ):
        Printing.objects.create(
            publication=one.publication, medium=one.medium, title=one.title, printed_on=one.printed_on,
            states_all=True, registered_by=one.registered_by, registered_at=NOW,
            changed_by=one.registered_by, changed_at=NOW,
        )  # fmt: skip
