"""What may be done with forms, each operation by itself."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.reporting.forms.documents import UnableToReadForm
from bangfu.reporting.forms.models import Fill, Form, Revision, Version, Withdrawal
from bangfu.reporting.forms.operations import (
    UnableToKeepForm,
    fill_form,
    point_cells,
    unpoint_cells,
    upload_version,
    withdraw_version,
)
from bangfu.reporting.forms.pointing import Pointing, UnableToPoint
from bangfu.reporting.forms.queries import newest_revision, newest_version
from bangfu.reporting.forms.showing import filling_of
from bangfu.reporting.selection import UnableToOpen
from tests.cast import NOW, Cast
from tests.reporting.forms import papers
from tests.reporting.forms.conftest import STATIONS, pointed, uploaded
from tests.reporting.story import LAMPS, Story


def rebuilt(content: bytes, more: dict[str, bytes], changed: dict[str, tuple[bytes, bytes]]) -> bytes:
    """Return an office file with further parts, and with some bytes of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as copy:
        for name in archive.namelist():
            old, new = changed.get(name, (b"", b""))
            copy.writestr(name, archive.read(name).replace(old, new, 1) if old else archive.read(name))
        for name, part in more.items():
            copy.writestr(name, part)
    return made.getvalue()


ENTITY = b'<!DOCTYPE x [<!ENTITY a "a">]>'
OUTSIDE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"'
    b' Type="http://x/attachedTemplate" Target="https://example.invalid/a" TargetMode="External"/></Relationships>'
)


@pytest.mark.django_db
class TestUploadForm:
    def test_keeps_the_file_as_it_came(self, cast: Cast) -> None:
        content = papers.workbook()
        version = uploaded(cast, content)
        assert (version.number, version.name_zh, version.kind, version.file_name) == (
            1, "帮扶情况表", "XLSX", "表样.xlsx",
        )  # fmt: skip
        assert (version.file_id, version.uploaded_at) == (hashlib.sha256(content).hexdigest(), NOW)
        assert version.form.unit == cast.group
        assert AuditEntry.objects.filter(operation="forms.upload_form").count() == 1

    def test_takes_word(self, cast: Cast) -> None:
        assert uploaded(cast, papers.document(), file=("表.docx", papers.document())).kind == "DOCX"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"\xd0\xcf\x11\xe0old", "encrypted"),
            (b"a,b\n1,2\n", "not_a_form"),
            (rebuilt(papers.workbook(), {"xl/vbaProject.bin": b"x"}, {}), "macros"),
            (
                rebuilt(papers.workbook(), {"xl/externalLinks/externalLink1.xml": b"<x/>"}, {}),
                "external_links",
            ),
            (rebuilt(papers.workbook(), {"xl/embeddings/oleObject1.bin": b"x"}, {}), "embedded"),
            (
                rebuilt(papers.workbook(), {}, {"xl/workbook.xml": (b"<workbook", ENTITY + b"<workbook")}),
                "entities",
            ),
            (rebuilt(papers.document(), {"word/_rels/settings.xml.rels": OUTSIDE}, {}), "external_links"),
            (rebuilt(papers.workbook(), {}, {"xl/worksheets/sheet1.xml": (b"</sheetData>", b"")}), "damaged"),
        ],
    )
    def test_refuses_what_is_not_safe(self, cast: Cast, content: bytes, code: str) -> None:
        with pytest.raises(UnableToReadForm) as refused:
            uploaded(cast, content)
        assert refused.value.code == code
        assert not Form.objects.exists()

    def test_refuses_fields_that_fetch(self, cast: Cast) -> None:
        content = rebuilt(
            papers.document(),
            {},
            {
                "word/document.xml": (
                    b"</w:tbl>",
                    b'</w:tbl><w:p><w:r><w:instrText> DDEAUTO c "x"</w:instrText></w:r></w:p>',
                )
            },
        )
        with pytest.raises(UnableToReadForm) as refused:
            uploaded(cast, content)
        assert refused.value.code == "external_links"

    @pytest.mark.parametrize(("name", "code"), [(" ", "name_missing"), ("长" * 121, "name_too_long")])
    def test_needs_a_name(self, cast: Cast, name: str, code: str) -> None:
        with pytest.raises(UnableToKeepForm) as refused:
            uploaded(cast, name_zh=name)
        assert (refused.value.code, Form.objects.count()) == (code, 0)

    def test_is_for_officers_and_clerks_in_their_units(self, cast: Cast) -> None:
        uploaded(cast, unit=cast.guizhou, act=cast.act(cast.clerk))
        for account, unit in (
            (cast.clerk, cast.group), (cast.verifier, cast.group), (cast.auditor, cast.group), (cast.outsider, cast.group),
        ):  # fmt: skip
            with pytest.raises(NotPermitted):
                uploaded(cast, unit=unit, act=cast.act(account))
        assert Form.objects.count() == 1

    def test_once_under_one_key(self, cast: Cast) -> None:
        content = papers.workbook()
        first = uploaded(cast, content, act=cast.act(cast.officer, key="a"))
        assert uploaded(cast, content, act=cast.act(cast.officer, key="a")) == first
        assert Form.objects.count() == 1


@pytest.mark.django_db
class TestPointCells:
    def test_keeps_one_rule_for_a_cell(self, filled: Story) -> None:
        version = uploaded(filled.cast)
        revision = pointed(
            filled.cast, version, cells="b5", indicator="在用路灯", unit="贵州省分公司", place="册亨县"
        )
        (one,) = revision.pointings
        assert (one["cells"], one["indicator"], one["unit"], one["place"]) == (
            "B5",
            LAMPS.code,
            "P52",
            "522327",
        )
        again = pointed(filled.cast, version, cells="B5", indicator=STATIONS)
        assert ([p["indicator"] for p in again.pointings], again.number) == ([STATIONS], 2)
        assert Revision.objects.count() == 2

    def test_reads_units_and_indicators_off_the_words(self, filled: Story) -> None:
        version = uploaded(filled.cast)
        revision = pointed(filled.cast, version, sheet=1, cells="B2:C3", down="unit", across="indicator")
        (one,) = revision.pointings
        assert (one["rows"], one["columns"]) == (["P52", "P53"], [STATIONS, LAMPS.code])

    def test_leaves_rows_open_where_the_form_says_nothing(self, filled: Story) -> None:
        version = uploaded(filled.cast, papers.workbook(units=("", "", "")))
        revision = pointed(filled.cast, version, sheet=1, cells="B2:B4", down="unit", indicator=STATIONS)
        assert revision.pointings[0]["rows"] == []

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"sheet": 2, "cells": "B5"}, "unknown_sheet"),
            ({"cells": "five"}, "unknown_cells"),
            ({"cells": "B99"}, "unknown_cells"),
            ({"cells": "A5", "indicator": STATIONS}, "is_label"),
            ({"cells": "B5", "kind": "sum"}, "unknown_kind"),
            ({"cells": "B5", "indicator": "无此指标"}, "unknown_indicator"),
            ({"cells": "B5", "indicator": "toy.target"}, "unknown_indicator"),
            ({"cells": "B5", "indicator": STATIONS, "period": "去年"}, "unknown_period"),
            ({"cells": "B5", "indicator": STATIONS, "unit": "无此单位"}, "unknown_unit"),
            ({"cells": "B5", "indicator": STATIONS, "place": "无此县"}, "unknown_place"),
            ({"cells": "B5", "indicator": STATIONS, "place": "999999"}, "unknown_place"),
            ({"cells": "B5", "indicator": STATIONS, "area": "none"}, "unknown_area"),
            ({"cells": "B5", "indicator": STATIONS, "scale": 100}, "unknown_scale"),
            ({"cells": "B5", "indicator": STATIONS, "decimals": 5}, "unknown_decimals"),
            ({"cells": "B5", "indicator": STATIONS, "down": "colour"}, "unknown_axis"),
            ({"cells": "B5:C6", "indicator": STATIONS, "down": "unit", "across": "unit"}, "same_axis"),
            ({"cells": "B5:C5", "kind": "text", "text": "unit"}, "text_alone"),
            ({"cells": "B5:B6", "indicator": STATIONS, "down": "unit"}, "nothing_named"),
        ],
    )
    def test_refuses_what_means_nothing(self, filled: Story, fields: dict[str, Any], code: str) -> None:
        version = uploaded(filled.cast)
        with pytest.raises(UnableToPoint) as refused:
            pointed(filled.cast, version, **fields)
        assert (refused.value.code, Revision.objects.count()) == (code, 0)
        assert str(refused.value)

    def test_is_for_officers_and_clerks_of_the_forms_unit(self, filled: Story) -> None:
        version = uploaded(filled.cast)
        for account in (filled.cast.clerk, filled.cast.verifier, filled.cast.outsider):
            with pytest.raises(NotPermitted):
                point_cells(
                    version=version,
                    pointing=Pointing(0, "B5", indicator=STATIONS),
                    act=filled.cast.act(account),
                )
        assert not Revision.objects.exists()

    def test_the_database_keeps_revisions_in_order(self, version: Version) -> None:
        last = newest_revision(version)
        assert last is not None
        with system_writes("a test of the trigger"), pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.create(
                version=version, number=last.number + 2, pointings=[], saved_by=last.saved_by, saved_at=NOW
            )


@pytest.mark.django_db
class TestUnpointCells:
    def test_undoes_what_meets(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        revision = unpoint_cells(version=version, sheet=0, cells="B5:C5", act=cast.act(cast.officer))
        assert [one["cells"] for one in revision.pointings] == ["B6", "B7", "B2", "D2", "B2:C3"]

    @pytest.mark.parametrize(("cells", "code"), [("x", "unknown_cells"), ("C6", "nothing_pointed")])
    def test_refuses_what_is_not_there(self, filled: Story, version: Version, cells: str, code: str) -> None:
        before = Revision.objects.count()
        with pytest.raises(UnableToPoint) as refused:
            unpoint_cells(version=version, sheet=0, cells=cells, act=filled.cast.act(filled.cast.officer))
        assert (refused.value.code, Revision.objects.count()) == (code, before)


@pytest.mark.django_db
class TestUploadVersion:
    def revised(self, cast: Cast, form: Form, content: bytes, **more: Any) -> Version:
        act = more.get("act", cast.act(cast.officer))
        return upload_version(form=form, file=("新表样.xlsx", content), act=act)

    def test_pointings_follow_their_words(self, filled: Story, version: Version) -> None:
        moved = self.revised(filled.cast, version.form, papers.workbook(above=2, units=("云南", "贵州")))
        revision = newest_revision(moved)
        assert revision is not None
        assert (moved.number, [one["cells"] for one in revision.pointings]) == (
            2,
            ["B7", "C7", "B8", "B9", "B2", "D2"],
        )
        assert [(one["sheet"], one["cells"]) for one in revision.left_over] == [(1, "B2:C3")]
        assert newest_version(version.form) == moved

    def test_a_word_that_changed_leaves_its_pointing_over(self, filled: Story, version: Version) -> None:
        items = ("新增通信设施（处）", papers.LAMPS)
        moved = self.revised(filled.cast, version.form, papers.workbook(items=items))
        revision = newest_revision(moved)
        assert revision is not None
        assert [one["cells"] for one in revision.left_over] == ["B5", "C5", "B2:C3"]

    def test_refuses_the_same_file_and_what_was_withdrawn(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        content = papers.workbook(above=1)
        self.revised(cast, version.form, content)
        with pytest.raises(UnableToKeepForm) as refused:
            self.revised(cast, version.form, content)
        assert refused.value.code == "same_file"
        for one in Version.objects.order_by("-number"):
            withdraw_version(version=one, act=cast.act(cast.officer))
        with pytest.raises(UnableToKeepForm) as refused:
            self.revised(cast, version.form, papers.workbook(above=2))
        assert (refused.value.code, Version.objects.count()) == ("withdrawn", 2)


@pytest.mark.django_db
class TestWithdrawVersion:
    def test_uses_the_one_before_again(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        later = upload_version(
            form=version.form, file=("b.xlsx", papers.workbook(above=1)), act=cast.act(cast.officer)
        )
        with pytest.raises(UnableToKeepForm) as refused:
            withdraw_version(version=version, act=cast.act(cast.officer))
        assert refused.value.code == "not_newest"
        withdraw_version(version=later, act=cast.act(cast.officer))
        assert newest_version(version.form) == version
        with pytest.raises(UnableToKeepForm) as refused:
            withdraw_version(version=later, act=cast.act(cast.officer))
        assert (refused.value.code, Withdrawal.objects.count()) == ("withdrawn", 1)
        for attempt in (
            lambda: pointed(cast, later, cells="B6", indicator=STATIONS),
            lambda: fill_form(version=later, period="2019", unit=cast.group, act=cast.act(cast.officer)),
        ):
            with pytest.raises(UnableToPoint) as gone:
                attempt()
            assert gone.value.code == "withdrawn"
        last = newest_revision(later)
        assert last is not None
        with system_writes("a test of the trigger"), pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.create(
                version=later, number=last.number + 1, pointings=[], saved_by=cast.officer, saved_at=NOW
            )


@pytest.mark.django_db
class TestFillForm:
    def fill(self, cast: Cast, version: Version, **changes: Any) -> Fill:
        given: dict[str, Any] = {
            "version": version, "period": "2019", "unit": cast.group, "act": cast.act(cast.officer),
        }  # fmt: skip
        return fill_form(**{**given, **changes})

    def test_writes_figures_texts_and_sums_into_the_superiors_file(
        self, filled: Story, version: Version
    ) -> None:
        cast = filled.cast
        fill = self.fill(cast, version)
        made = filling_of(fill, cast.officer, date(2021, 1, 1))
        assert papers.values_of(made.file, "表一")[1:] == [
            ("填报单位：", "集团", "期间：", "2019年"),
            (None, None, None, None),
            ("项目", "本期", "上年同期", "增减"),
            (papers.STATIONS, 10, 4, 6),
            (papers.LAMPS, 26, None, 26),
            ("合计", 36, 4, None),
        ]
        assert papers.values_of(made.file, "表二") == [
            ("单位", papers.STATIONS, papers.LAMPS), ("贵州", 8, 20), ("云南", 2, 6), ("合计", 10, None),
        ]  # fmt: skip
        (check,) = made.checks
        assert (check.computed, check.figure.value, check.difference) == (36, 10, 26)
        assert (fill.block, fill.digest) == (1, hashlib.sha256(made.file).hexdigest())

    def test_leaves_the_rest_of_the_file_byte_for_byte(self, filled: Story, version: Version) -> None:
        made = filling_of(self.fill(filled.cast, version), filled.cast.officer, date(2021, 1, 1)).file
        with (
            zipfile.ZipFile(io.BytesIO(papers.workbook())) as before,
            zipfile.ZipFile(io.BytesIO(made)) as after,
        ):
            assert before.namelist() == after.namelist()
            changed = [one for one in before.namelist() if before.read(one) != after.read(one)]
        assert [one for one in changed if not one.startswith("docProps/")] == [
            "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml",
        ]  # fmt: skip
        sheet = openpyxl.load_workbook(io.BytesIO(made))["表一"]
        assert (sheet["A1"].font.b, str(sheet.merged_cells), sheet.page_setup.orientation) == (
            True,
            "A1:D1",
            "landscape",
        )
        assert (sheet["D5"].value, sheet["B5"].border.left.style) == ("=B5-C5", "thin")

    def test_gives_the_same_file_after_facts_moved(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        fill = self.fill(cast, version)
        filled.stations(9)
        filled.seal()
        made = filling_of(fill, cast.officer, date(2021, 1, 1))
        assert hashlib.sha256(made.file).hexdigest() == fill.digest
        assert made.cells[0, (5, 2)].address == f"/f/{STATIONS}/?period=2019&as_of=1"
        assert self.fill(cast, version).values[2][3] == "19"

    def test_says_no_data_as_the_pointing_does_and_never_0(self, filled: Story, version: Version) -> None:
        made = filling_of(
            self.fill(filled.cast, version, period="2016"), filled.cast.officer, date(2021, 1, 1)
        )
        assert papers.values_of(made.file, "表一")[4:6] == [
            (papers.STATIONS, "—", "—", None), (papers.LAMPS, "…", None, None),
        ]  # fmt: skip

    def test_holds_nothing_that_somebody_may_not_see(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        fill = self.fill(cast, version, unit=cast.guizhou, act=cast.act(cast.clerk))
        assert fill.values[2][3] == "8"
        whole = self.fill(cast, version)
        masked = filling_of(whole, cast.county_official, date(2021, 1, 1))
        assert {one.text for one in masked.cells.values() if one.state == "not_seen"} == {"×"}
        assert not [one for one in masked.cells.values() if one.value is not None]

    def test_withholds_small_groups_of_people(self, filled: Story) -> None:
        version = uploaded(filled.cast, papers.workbook(items=("培训干部（人）",)))
        pointed(filled.cast, version, cells="B5", indicator="toy.trained")
        whole = self.fill(filled.cast, version)
        branch = self.fill(filled.cast, version, unit=filled.cast.yunnan)
        assert [one[2:5] for one in whole.values] == [["value", "4", "4"]]
        assert [one[2:6] for one in branch.values] == [["small", None, None, "×"]]

    def test_withholds_what_a_small_group_follows_from(self, filled: Story) -> None:
        version = uploaded(filled.cast, papers.workbook(items=("培训干部（人）",), units=("云南", "")))
        pointed(filled.cast, version, cells="B5", indicator="toy.trained")
        pointed(filled.cast, version, sheet=1, cells="B2:B3", indicator="toy.trained", down="unit")
        made = self.fill(filled.cast, version)
        # 云南 stands alone: nothing can be withheld beside it, so the whole goes.
        states = {(one[0], one[1]): (one[2], one[5]) for one in made.values}
        assert states == {
            (0, "B5"): ("beside", "×"), (1, "B2"): ("small", "×"),
        }  # fmt: skip

    def test_divides_and_rounds(self, filled: Story) -> None:
        version = uploaded(filled.cast)
        pointed(filled.cast, version, cells="B5", indicator=STATIONS, scale=10_000, decimals=4)
        assert self.fill(filled.cast, version).values == [[0, "B5", "value", "10", "0.0010", None]]

    def test_lists_units_in_order_and_writes_their_names(self, filled: Story) -> None:
        version = uploaded(filled.cast, papers.workbook(units=("", "", "")))
        pointed(filled.cast, version, sheet=1, cells="B2:B4", down="unit", indicator=STATIONS)
        made = filling_of(self.fill(filled.cast, version), filled.cast.officer, date(2021, 1, 1))
        assert papers.values_of(made.file, "表二")[1:4] == [
            ("贵州省分公司", 8, None), ("云南省分公司", 2, None), (None, None, None),
        ]  # fmt: skip

    def test_fills_word(self, filled: Story) -> None:
        import docx

        version = uploaded(filled.cast, file=("表.docx", papers.document()))
        pointed(filled.cast, version, cells="B2", indicator=STATIONS)
        pointed(filled.cast, version, cells="B3", kind="text", text="preparer")
        fill = self.fill(filled.cast, version)
        assert "周敏" not in str(fill.values)
        made = filling_of(fill, filled.cast.officer, date(2021, 1, 1))
        table = docx.Document(io.BytesIO(made.file)).tables[0]
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            ["项目", "本期", "备注"], [papers.STATIONS, "10", ""], ["填报人", "周敏", "周敏"],
        ]  # fmt: skip
        assert table.cell(1, 1).paragraphs[0].runs[0].bold is True
        assert hashlib.sha256(made.file).hexdigest() == fill.digest

    def test_a_month_that_is_not_over_stays_blank(self, filled: Story) -> None:
        version = uploaded(filled.cast, papers.workbook(units=("1月", "2月", "3月")))
        pointed(filled.cast, version, sheet=1, cells="B2:B4", down="month", indicator=STATIONS)
        fill = self.fill(filled.cast, version, period="2019-02")
        assert [one[2:6] for one in fill.values] == [
            ["nothing", None, None, "—"], ["value", "5", "5", None], ["not_yet", None, None, ""],
        ]  # fmt: skip

    def test_refuses_what_cannot_be_filled(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        bare = uploaded(cast)
        for attempt, code in (
            (lambda: self.fill(cast, bare), "not_pointed_yet"),
            (lambda: self.fill(cast, version, period="二月"), "unknown_period"),
        ):
            with pytest.raises((Refusal, UnableToOpen)) as refused:
                attempt()
            assert refused.value.code == code
        assert not Fill.objects.exists()

    def test_is_for_whoever_sees_the_figures_there(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        for account, unit in ((cast.auditor, cast.group), (cast.clerk, cast.guizhou)):
            self.fill(cast, version, unit=unit, act=cast.act(account))
        for account, unit in ((cast.county_official, cast.group), (cast.outsider, cast.guizhou)):
            with pytest.raises(NotPermitted):
                self.fill(cast, version, unit=unit, act=cast.act(account))
        assert Fill.objects.count() == 2

    def test_once_under_one_key(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        first = self.fill(cast, version, act=cast.act(cast.officer, key="a"))
        assert self.fill(cast, version, act=cast.act(cast.officer, key="a")) == first
        assert Fill.objects.count() == 1


def test_values_are_rounded_away_from_zero() -> None:
    from bangfu.reporting.forms.filling import in_scale

    assert in_scale(Decimal("12345.5"), Pointing(0, "A1", scale=10_000, decimals=2)) == Decimal("1.23")
    assert in_scale(Decimal("-0.5"), Pointing(0, "A1")) == -1
