"""Files: sheets are found in what offices send; what is dangerous is refused with a sentence."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from bangfu.foundation.intake.archives import UnableToReadArchive, opened_zip
from bangfu.foundation.intake.examining import Sheet, open_sheet
from bangfu.foundation.intake.grids import LARGEST_BYTES, UnableToReadSheet, read_grids
from bangfu.foundation.intake.layouts import Layout
from tests.foundation.evidence.files import broken
from tests.foundation.intake.toy import COLUMNS, HEADINGS, csv, row, workbook, xlsx, zipped

MEGABYTE = 1024 * 1024


def sheet_of(layout: Layout, content: bytes) -> Sheet:
    return open_sheet(layout, content)


def codes(sheet: Sheet) -> list[tuple[int, str]]:
    """Return the row numbers and codes of a sheet."""
    return sheet.texts.select("row", "code").rows()


def refusal(layout: Layout, content: bytes) -> UnableToReadSheet:
    """Return why a file is refused."""
    with pytest.raises(UnableToReadSheet) as caught:
        open_sheet(layout, content)
    return caught.value


def rezipped(
    content: bytes, change: Callable[[str, bytes], bytes] = lambda name, part: part, **added: bytes
) -> bytes:
    """Return a workbook with changed and added parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in added.items():
            new.writestr(name, part)
    return out.getvalue()


def packed(*names: str) -> bytes:
    """Return a zip of empty parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return out.getvalue()


class TestReadGrids:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_reads_csv_in_the_encodings_of_offices(self, toy: Layout, encoding: str, delimiter: str) -> None:
        text = csv(row("A1"), row("A2")).replace(",", delimiter)
        sheet = sheet_of(toy, text.encode(encoding))
        assert codes(sheet) == [(2, "A1"), (3, "A2")]
        assert sheet.texts["county"].to_list() == ["册亨县", "册亨县"]

    def test_reads_quoted_csv_cells_with_line_breaks_as_one_row(self, toy: Layout) -> None:
        text = csv(row("A1", remark='"一,\n二"'), row("A2"))
        assert codes(sheet_of(toy, text.encode())) == [(2, "A1"), (3, "A2")]

    def test_numbers_rows_as_the_sheet_does(self, toy: Layout) -> None:
        content = xlsx(row("A1"), [""] * 8, row("A3"), above=[["2019年岗位表"], [""]])
        assert codes(sheet_of(toy, content)) == [(4, "A1"), (6, "A3")]

    def test_reads_formulas_by_their_values_and_dates_as_days(self, toy: Layout) -> None:
        content = xlsx(row("A1", seats=("=1+2", 3), opened_on=datetime(2019, 3, 5)))
        assert sheet_of(toy, content).texts.select("seats", "opened_on").rows() == [("3", "2019-03-05")]

    def test_reads_an_error_cell_as_an_error(self, toy: Layout) -> None:
        content = xlsx(row("A1", seats=("=1/0", "#DIV/0!")))
        assert sheet_of(toy, content).texts["seats"].to_list() == ["#DIV/0!"]

    def test_reads_the_one_visible_sheet_with_rows(self, toy: Layout) -> None:
        book = openpyxl.load_workbook(
            io.BytesIO(
                workbook(
                    {
                        "空": [HEADINGS],
                        "数据": [HEADINGS, row("A1")],
                        "旧": [HEADINGS, row("B1")],
                        "杂": [["甲"]],
                    }
                )
            )
        )
        book["旧"].sheet_state = "hidden"
        out = io.BytesIO()
        book.save(out)
        sheet = sheet_of(toy, out.getvalue())
        assert codes(sheet) == [(2, "A1")]
        assert [str(note) for note in sheet.notes] == ["隐藏的工作表「旧」没有读取。"]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"x" * (LARGEST_BYTES + 1), "too_large"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_format"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
            (packed("mimetype", "content.xml"), "other_format"),
            (packed("xl/workbook.bin"), "other_format"),
            (b"\xef\xbb\xbf <html><table><tr><td>1</td></tr></table>", "web_page"),
            (b'<?xml version="1.0"?><Workbook/>', "web_page"),
            (b"a,b\n" * 200_001, "too_many_cells"),
            (b"%PDF-1.4 \x00", "not_a_sheet"),
            (b"just a line", "not_a_sheet"),
            (b"PK\x03\x04rest", "damaged"),
            (b"\xef\xbb\xbfa,b\n\xff\xff", "encoding"),
            (b'a,b\n"open,1', "damaged"),
        ],
    )
    def test_refuses_what_is_no_sheet(self, content: bytes, code: str) -> None:
        with pytest.raises(UnableToReadSheet) as caught:
            read_grids(content)
        assert caught.value.code == code

    def test_refuses_a_workbook_whose_deflated_bytes_are_broken(self) -> None:
        content = broken(rezipped(xlsx(row())), "xl/worksheets/sheet1.xml")
        with pytest.raises(UnableToReadSheet) as caught:
            read_grids(content)
        assert caught.value.code == "damaged"

    def test_refuses_a_zip_that_is_no_workbook(self, tmp_path: Path) -> None:
        with pytest.raises(UnableToReadSheet) as caught:
            read_grids(zipped(tmp_path / "a.zip", {"a.txt": b"a"}).read_bytes())
        assert caught.value.code == "not_a_sheet"

    @pytest.mark.parametrize(
        ("part", "code"),
        [
            ("xl/vbaProject.bin", "macros"),
            ("xl/activeX/activeX1.xml", "macros"),
            ("xl/macrosheets/sheet1.xml", "macros"),
            ("xl/externalLinks/externalLink1.xml", "external_links"),
            ("XL/WORKBOOK.XML", "damaged"),
        ],
    )
    def test_refuses_parts_that_do_more_than_hold_cells(self, toy: Layout, part: str, code: str) -> None:
        assert refusal(toy, rezipped(xlsx(row()), **{part: b"<a/>"})).code == code

    def test_refuses_a_macro_workbook_without_its_macros(self, toy: Layout) -> None:
        content = rezipped(
            xlsx(row()),
            lambda name, part: (
                part.replace(b"spreadsheetml.sheet.main", b"spreadsheetml.macroEnabled.main")
                if name == "[Content_Types].xml"
                else part
            ),
        )
        assert refusal(toy, content).code == "macros"

    @pytest.mark.parametrize(
        "prologue",
        [b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<! ENTITY b SYSTEM 'file:///etc/passwd'>", b"<!doctype a>"],
    )
    @pytest.mark.parametrize("where", ["xl/sharedStrings.xml", "xl/workbook.xml"])
    def test_refuses_entities(self, toy: Layout, prologue: bytes, where: str) -> None:
        content = rezipped(xlsx(row()), lambda name, part: prologue + part if name == where else part)
        assert refusal(toy, content).code == "entities"

    def test_refuses_parts_that_hide_in_another_encoding(self, toy: Layout) -> None:
        content = rezipped(
            xlsx(row()),
            lambda name, part: part.decode().encode("utf-16") if name == "xl/sharedStrings.xml" else part,
        )
        assert refusal(toy, content).code == "entities"

    def test_refuses_a_workbook_that_unpacks_without_bounds(self, toy: Layout) -> None:
        assert (
            refusal(toy, rezipped(xlsx(row()), **{"xl/media/a.bin": bytes(257 * MEGABYTE)})).code == "expands"
        )

    def test_reads_only_what_was_examined_when_the_directory_lies(self, toy: Layout) -> None:
        content = bytearray(rezipped(xlsx(row()), **{"xl/extra.xml": b"<a>" + b"a" * MEGABYTE + b"</a>"}))
        at = content.rindex(b"xl/extra.xml") - 46
        assert content[at : at + 4] == b"PK\x01\x02"
        content[at + 24 : at + 28] = (10).to_bytes(4, "little")
        assert refusal(toy, bytes(content)).code == "damaged"

    @pytest.mark.parametrize("cell", [b"XFD1", b"A1048576", b"DA7", b"A200000"])
    def test_refuses_a_cell_far_away_before_it_costs_memory(self, toy: Layout, cell: bytes) -> None:
        content = rezipped(
            xlsx(row()),
            lambda name, part: (
                part.replace(b"</sheetData>", b'<row><c r="%b"><v>1</v></c></row></sheetData>' % cell)
                if name.startswith("xl/worksheets/")
                else part
            ),
        )
        assert refusal(toy, content).code == "too_many_cells"

    def test_does_not_mind_formats_far_away(self, toy: Layout) -> None:
        content = rezipped(
            xlsx(row("A1")),
            lambda name, part: (
                part.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
                if name.startswith("xl/worksheets/")
                else part
            ),
        )
        assert codes(sheet_of(toy, content)) == [(2, "A1")]

    def test_marks_a_workbook_that_counts_from_1904(self) -> None:
        content = rezipped(
            xlsx(row()),
            lambda name, part: (
                re.sub(rb"<workbookPr ", b'<workbookPr date1904="1" ', part)
                if name == "xl/workbook.xml"
                else part
            ),
        )
        assert [grid.counts_from_1904 for grid in read_grids(content).grids] == [True]


class TestFindColumns:
    @pytest.mark.parametrize(
        "headings",
        [
            [column.title.zh for column in COLUMNS],
            [column.title.en for column in COLUMNS],
            [column.name for column in COLUMNS],
            [f" {column.title.zh}*\n{column.title.en.upper()} " for column in COLUMNS],
            ["编 码", "所在县", "设立日期", "人数", "费用(元)", "类别", "照片", "备注"],
        ],
    )
    def test_knows_headings_in_every_form(self, toy: Layout, headings: list[str]) -> None:
        assert codes(sheet_of(toy, xlsx(row("A1"), headings=headings))) == [(2, "A1")]

    def test_takes_columns_in_any_order_and_without_the_optional_ones(self, toy: Layout) -> None:
        content = xlsx(
            ["1", "4G", 3, "2019-03-05", "册亨县", "A1"],
            headings=["序号", "类别", "人数", "设立日期", "所在县", "岗位编码"],
        )
        sheet = sheet_of(toy, content)
        assert sheet.texts.row(0, named=True) == {
            "row": 2, "code": "A1", "county": "册亨县", "opened_on": "2019-03-05", "seats": "3", "cost": "",
            "kind": "4G", "photo": "", "remark": "",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("headings", "code", "named"),
        [
            (["甲", "乙"], "no_heading", "岗位编码、所在县、设立日期、人数、类别"),
            ([*HEADINGS, "手机号"], "unknown_columns", "「手机号」"),
            (["岗位编码", "人数"], "missing_columns", "所在县、设立日期、类别"),
            ([*HEADINGS, "编码"], "repeated_columns", "岗位编码"),
        ],
    )
    def test_refuses_other_headings_by_name(
        self, toy: Layout, headings: list[str], code: str, named: str
    ) -> None:
        found = refusal(toy, xlsx([*row(), ""], headings=headings))
        assert found.code == code
        assert named in str(found)

    def test_refuses_a_column_without_a_heading(self, toy: Layout) -> None:
        found = refusal(toy, xlsx([*row(), "私下说明"]))
        assert found.code == "unnamed_columns"
        assert str(found).startswith("第 I 列有内容但没有表头。")

    def test_refuses_two_sheets_with_rows(self, toy: Layout) -> None:
        found = refusal(toy, workbook({"一": [HEADINGS, row("A1")], "二": [HEADINGS, row("A2")]}))
        assert found.code == "several_sheets"
        assert found.sentence.en.startswith("Several worksheets hold rows: 一, 二.")

    @pytest.mark.parametrize(
        "rows", [[], [["示例：GZ-1", *row()[1:]]], [["合计", "", "", 3, "", "", "", ""]]]
    )
    def test_refuses_a_sheet_without_rows(self, toy: Layout, rows: list[list[object]]) -> None:
        assert refusal(toy, xlsx(*rows)).code == "no_rows"

    @pytest.mark.parametrize("word", ["合计", "总 计：", "Total", "Grand total:", "小计"])
    def test_leaves_out_examples_and_totals_at_the_end_and_says_so(self, toy: Layout, word: str) -> None:
        rows = [["示例：GZ-0", *row()[1:]], row("A1"), [""] * 8, ["", word, "", 3, "", "", "", ""], [""] * 8]
        sheet = sheet_of(toy, xlsx(*rows))
        assert codes(sheet) == [(3, "A1")]
        assert [str(note) for note in sheet.notes] == [
            "第 2 行是示例行，没有读取。",
            "第 5 行是合计行，没有读取。",
        ]

    def test_keeps_a_totals_row_among_the_rows_for_refusal(self, toy: Layout) -> None:
        assert codes(sheet_of(toy, xlsx(["小计", *[""] * 7], row("A1")))) == [(2, "小计"), (3, "A1")]


class TestOpenedZip:
    def test_finds_files_by_name_whatever_folder_and_case(self, tmp_path: Path) -> None:
        path = zipped(
            tmp_path / "e.zip",
            {"照片/A.JPG": b"a", "__MACOSX/._A.JPG": b"x", "b/c.txt": b"c", ".DS_Store": b"x"},
        )
        with opened_zip(path, largest_bytes=100) as archive:
            assert archive is not None
            assert sorted(archive.members) == ["a.jpg", "c.txt"]
            assert dict(archive.files(["a.jpg"])) == {"a.jpg": b"a"}

    def test_reads_names_that_chinese_windows_wrote(self, tmp_path: Path) -> None:
        path = tmp_path / "gbk.zip"
        stored = "验收照片一.jpg".encode("gb18030")
        zipped(path, {"x" * len(stored): b"a"})
        path.write_bytes(path.read_bytes().replace(b"x" * len(stored), stored))
        with opened_zip(path, largest_bytes=100) as archive:
            assert archive is not None
            assert list(archive.members) == ["验收照片一.jpg"]

    def test_knows_names_that_several_files_have(self, tmp_path: Path) -> None:
        with opened_zip(
            zipped(tmp_path / "e.zip", {"a/1.jpg": b"1", "b/1.JPG": b"2"}), largest_bytes=9
        ) as archive:
            assert archive is not None
            assert archive.ambiguous == {"1.jpg"}

    def test_gives_nothing_for_no_zip(self) -> None:
        with opened_zip(None, largest_bytes=1) as archive:
            assert archive is None

    def test_refuses_what_is_no_zip(self, tmp_path: Path) -> None:
        (tmp_path / "e.zip").write_bytes(b"Rar!")
        with pytest.raises(UnableToReadArchive) as caught, opened_zip(tmp_path / "e.zip", largest_bytes=1):
            pass
        assert caught.value.code == "not_a_zip"

    def test_refuses_a_file_that_is_too_large(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "e.zip", {"a.jpg": b"a" * 101})
        with pytest.raises(UnableToReadArchive) as caught, opened_zip(path, largest_bytes=100):
            pass
        assert (caught.value.code, caught.value.details) == (
            "file_too_large",
            {"name": "a.jpg", "megabytes": 0},
        )

    def test_refuses_a_name_that_is_too_long(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "e.zip", {"a" * 201: b"a"})
        with pytest.raises(UnableToReadArchive) as caught, opened_zip(path, largest_bytes=100):
            pass
        assert caught.value.code == "name_too_long"

    def test_refuses_a_file_that_is_damaged(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "e.zip", {"a.jpg": b"abcdef"})
        path.write_bytes(path.read_bytes().replace(b"abcdef", b"abcdeg"))
        with opened_zip(path, largest_bytes=100) as archive:
            assert archive is not None
            with pytest.raises(UnableToReadArchive) as caught:
                dict(archive.files(["a.jpg"]))
        assert caught.value.code == "damaged"

    def test_refuses_a_file_whose_deflated_bytes_are_broken(self, tmp_path: Path) -> None:
        path = tmp_path / "e.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.jpg", b"abcdef" * 9)
        path.write_bytes(broken(path.read_bytes(), "a.jpg"))
        with opened_zip(path, largest_bytes=100) as opened:
            assert opened is not None
            with pytest.raises(UnableToReadArchive) as caught:
                dict(opened.files(["a.jpg"]))
        assert caught.value.code == "damaged"


class TestMergedCells:
    def test_says_in_which_rows_cells_are_merged(self, toy: Layout) -> None:
        book = openpyxl.load_workbook(io.BytesIO(xlsx(row("A1"), row("A2"), row("A3"))))
        book.active.merge_cells("B2:B3")
        out = io.BytesIO()
        book.save(out)
        sheet = sheet_of(toy, out.getvalue())
        assert [note.zh[:14] for note in sheet.notes] == ["第 2、3 行有合并的单元格"]

    def test_says_nothing_of_a_merged_title_above_the_heading(self, toy: Layout) -> None:
        book = openpyxl.load_workbook(io.BytesIO(xlsx(row("A1"), above=[["岗位表"]])))
        book.active.merge_cells("A1:F1")
        out = io.BytesIO()
        book.save(out)
        assert sheet_of(toy, out.getvalue()).notes == []
