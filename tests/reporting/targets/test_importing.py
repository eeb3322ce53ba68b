"""Targets by sheet: all provinces at once, refused whole, and never twice."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.intake.queries import checked
from bangfu.foundation.operations import NotPermitted
from bangfu.reporting.targets.models import Target
from bangfu.reporting.targets.operations import import_targets, submit_pledge
from bangfu.reporting.targets.sheets import TARGETS_COLUMNS
from tests.cast import Cast
from tests.reporting.targets.pledged import CADRES, PUT_IN, STATIONS, act, drafted, entered

ROW: dict[str, Any] = {
    "document": "帮扶办〔2020〕1号",
    "indicator": "新建无线基站",
    "unit_code": "P52",
    "quantity": 60,
}


def received(cast: Cast, *rows: dict[str, Any], name: str = "目标.xlsx") -> Upload:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.title.zh for column in TARGETS_COLUMNS])
        for at, row in enumerate(rows, start=1):
            said = {**ROW, **row}
            sheet.write_row(at, 0, [said.get(column.name, "") for column in TARGETS_COLUMNS])
    return receive_upload(
        layout="targets.targets", unit=cast.group, name=name, content=file.getvalue(), act=act(cast.officer)
    )


def quantities() -> dict[tuple[str, str], Decimal]:
    found = Target.objects.select_related("unit")
    return {(one.indicator, one.unit.code): one.quantity for one in found}


class TestImportTargets:
    def test_fills_the_draft_and_replaces_what_says_something_else(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 100)
        entered(cast, version, STATIONS, 1, cast.guizhou)
        upload = received(
            cast,
            {},
            {"unit_code": "P53", "quantity": "40"},
            {"unit_code": "GROUP", "quantity": 100},
            {
                "indicator": PUT_IN,
                "quantity": "150.5",
                "scale": "万",
                "due_on": date(2020, 11, 30).isoformat(),
            },
        )
        import_targets(upload=upload, act=act(cast.officer))
        assert quantities() == {
            (STATIONS, "GROUP"): Decimal(100),
            (STATIONS, "P52"): Decimal(60),
            (STATIONS, "P53"): Decimal(40),
            (PUT_IN, "P52"): Decimal(1_505_000),
        }
        upload.refresh_from_db()
        assert [upload.outcome[name] for name in ("new", "changed", "same")] == [2, 1, 1]
        assert submit_pledge(version=version, act=act(cast.officer)).kind == "SUBMITTED"

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            ({"document": "没有这个文号"}, "没有文号为「没有这个文号」的责任书草案"),
            ({"indicator": "没有这个指标"}, "没有「没有这个指标」这个指标"),
            ({"unit_code": "P99"}, "没有编码为「P99」的单位"),
            ({"quantity": "1.5"}, "最多 0 位小数"),
            ({"due_on": "2021-01-01"}, "不在 2020 年内"),
            ({"indicator": CADRES, "reserve": 3}, "不需要预留"),
            ({"first_quarter": 10}, "只填了几个季度"),
            (
                {"first_quarter": 10, "second_quarter": 10, "third_quarter": 10, "fourth_quarter": 10},
                "四个季度合计 40，应等于全年的 60，相差 −20",
            ),
            ({}, "与第 2 行是同一项目标"),
        ],
    )
    def test_refuses_a_row_that_cannot_be(self, cast: Cast, row: dict[str, Any], says: str) -> None:
        drafted(cast)
        upload = received(cast, {}, row)
        refusals = checked(upload).refusals
        assert [one.row for one in refusals] == [3]
        assert says in refusals[0].sentence.zh
        with pytest.raises(UnableToImport) as refused:
            import_targets(upload=upload, act=act(cast.officer))
        assert refused.value.code == "rows_refused"
        assert not Target.objects.exists()

    def test_quarters_come_in_the_scale_of_the_row_and_replace_others(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 60, cast.guizhou)
        quarters = {
            "first_quarter": "0.1",
            "second_quarter": 0,
            "third_quarter": "0.2",
            "fourth_quarter": "0.3",
        }
        upload = received(cast, {"quantity": "0.6", "scale": "万", **quarters})
        assert [checked(upload).new, checked(upload).changed] == [0, 1]
        import_targets(upload=upload, act=act(cast.officer))
        assert Target.objects.get().quarters == tuple(map(Decimal, (1000, 0, 2000, 3000)))
        import_targets(upload=received(cast, {"quantity": 60}, name="again.xlsx"), act=act(cast.officer))
        assert (Target.objects.get().quarters, Target.objects.get().quantity) == (None, Decimal(60))

    def test_what_was_taken_out_goes_in_again(self, cast: Cast) -> None:
        from django.test import Client

        version = drafted(cast)
        quarters = (Decimal(10), Decimal(20), Decimal(30), Decimal(40))
        entered(cast, version, STATIONS, 100, quarters=quarters)
        entered(cast, version, PUT_IN, "12345.67", cast.guizhou)
        client = Client()
        client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
        answer: Any = client.get(f"/targets/versions/{version.pk}/targets.xlsx")
        upload = receive_upload(
            layout="targets.targets", unit=cast.group, name="again.xlsx",
            content=b"".join(answer.streaming_content), act=act(cast.officer),
        )  # fmt: skip
        found = checked(upload)
        assert (found.refusals, found.same, found.new, found.changed) == ([], 2, 0, 0)

    def test_takes_nothing_into_what_was_submitted(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 60, cast.guizhou)
        upload = received(cast, {"quantity": 61})
        submit_pledge(version=version, act=act(cast.officer))
        with pytest.raises(UnableToImport) as refused:
            import_targets(upload=upload, act=act(cast.officer))
        assert refused.value.code == "rows_refused"
        assert quantities() == {(STATIONS, "P52"): Decimal(60)}

    def test_is_for_officers(self, cast: Cast) -> None:
        drafted(cast)
        upload = received(cast, {})
        with pytest.raises(NotPermitted):
            import_targets(upload=upload, act=act(cast.verifier))

    def test_from_template_to_preview_to_draft(self, cast: Cast) -> None:
        from django.test import Client

        version = drafted(cast)
        client = Client()
        client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/intake/targets.targets/template.xlsx").status_code == 200
        upload = received(cast, {"quantity": "0.006", "scale": "万"})
        text = client.get(f"/intake/uploads/{upload.pk}/").content.decode()
        assert "新建无线基站" in text
        client.post(f"/intake/uploads/{upload.pk}/confirm", {"key": "a"})
        assert quantities() == {(STATIONS, "P52"): Decimal(60)}
        page = client.get(f"/intake/uploads/{upload.pk}/").content.decode()
        assert f"/targets/versions/{version.pk}/" in page
