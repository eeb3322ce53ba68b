"""What is pure about forms: formulas, labels, what moved, and what words suggest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bangfu.foundation.intake.workbooks import examined_parts
from bangfu.reporting.forms.engines import workbook
from bangfu.reporting.forms.engines.changes import Comparison, Kind
from bangfu.reporting.forms.engines.formulas import evaluated, shifted
from bangfu.reporting.forms.engines.grids import Block, Cell, Grid, read_at, read_block, written
from bangfu.reporting.forms.engines.labels import Labels, labels_in
from bangfu.reporting.forms.engines.suggesting import best, named, period_of, scale_of
from bangfu.reporting.forms.pointing import period_by
from bangfu.reporting.periods import read_period
from tests.reporting.forms import papers


def grids(content: bytes) -> list[Grid]:
    return workbook.read(examined_parts(content, main=workbook.WORKBOOK))


def value_of(formula: str, **cells: str) -> Decimal | None:
    """Return what a formula in Z1 comes to, over some cells."""
    known = {read_at(at): Cell(text) for at, text in cells.items()}
    return evaluated([("表一", {**known, (1, 26): Cell("", formula)})], {})[0, (1, 26)]


class TestFormulas:
    @pytest.mark.parametrize(
        ("formula", "value"),
        [
            ("SUM(A1:A3)", "6"),
            ("SUM(A1:A3,A2)+1", "9"),
            ("A1-$A$2*2", "-3"),
            ("-A1+(A2-A3)/A2", "-1.5"),
            ("ROUND(A1/A3,2)", "0.33"),
            ("AVERAGE(A1:A4)", "2"),
            ("MAX(A1:A3)-MIN(A1:A3)", "2"),
            ("表一!A1+'表一'!A2", "3"),
            ("50%*A2", "1"),
            ("SUM(B1:B2)", "0"),
        ],
    )
    def test_come_to_what_a_spreadsheet_says(self, formula: str, value: str) -> None:
        assert value_of(formula, A1="1", A2="2", A3="3", A4="字") == Decimal(value)

    @pytest.mark.parametrize(
        "formula",
        [
            "VLOOKUP(A1,B1:C2,2)",
            "A1/0",
            "A4+1",
            "别表!A1",
            "Z1+1",
            "A1^2",
            "IF(A1>1,2,3)",
            '"a"&A1',
            "名称+1",
        ],
    )
    def test_that_are_not_understood_have_no_result(self, formula: str) -> None:
        assert value_of(formula, A1="1", A4="字") is None

    def test_that_are_shared_shift(self) -> None:
        assert shifted("SUM(B4:B$5)+$C3+LOG10(A1)", 2, 1) == "SUM(C6:C$5)+$C5+LOG10(B3)"


class TestGrids:
    def test_are_read_with_merges_formulas_and_boxes(self) -> None:
        first, second = grids(papers.workbook())
        assert (first.title, first.rows, first.columns) == ("表一", 7, 4)
        assert first.cells[1, 1] == Cell("定点帮扶情况统计表", columns=4)
        assert (first.seen_at((1, 3)), first.cell((5, 4)).formula, first.cell((5, 2))) == (
            (1, 1),
            "B5-C5",
            Cell(),
        )
        assert (second.rows, second.columns) == (4, 3)

    def test_addresses(self) -> None:
        assert (written((34, 13)), read_at("$AA$7")) == ("M34", (7, 27))
        assert [str(read_block(text)) for text in ("b5", "B5：M34", "M34:B5")] == ["B5", "B5:M34", "B5:M34"]
        with pytest.raises(ValueError, match="no cell"):
            read_block("5B")
        assert Block((1, 1), (2, 2)).meets(Block((2, 2), (3, 3)))
        assert not Block((1, 1), (2, 2)).meets(Block((3, 1), (3, 2)))


class TestLabels:
    def test_are_the_words_beside_and_above(self) -> None:
        labels = labels_in(grids(papers.workbook())[0])
        assert labels[5, 3] == Labels((papers.STATIONS,), ("上年同期",))
        assert labels[2, 2] == Labels(("填报单位：",), ())
        assert (5, 1) not in labels

    def test_of_merged_heads_stand_over_each_other(self) -> None:
        cells = {
            (1, 1): Cell("项目", rows=2), (1, 2): Cell("资金", columns=2), (2, 2): Cell("本期"), (2, 3): Cell("累计"),
            (3, 1): Cell("甲"),
        }  # fmt: skip
        grid = Grid("表", 3, 3, cells, {(2, 1): (1, 1), (1, 3): (1, 2)})
        assert labels_in(grid)[3, 3] == Labels(("甲",), ("资金", "累计"))


class TestComparison:
    def compared(self, after: bytes) -> Comparison:
        return Comparison(grids(papers.workbook()), grids(after))

    def test_the_same_form_has_no_changes(self) -> None:
        assert self.compared(papers.workbook()).changes() == []

    def test_rows_that_moved(self) -> None:
        found = self.compared(papers.workbook(above=2))
        moved = [(one.kind, one.before, one.after) for one in found.changes()]
        assert moved[:3] == [
            (Kind.MOVED, (5, 2), (7, 2)),
            (Kind.MOVED, (5, 3), (7, 3)),
            (Kind.MOVED, (5, 4), (7, 4)),
        ]
        assert len(moved) == 9
        assert found.place_of(0, Block((5, 2), (6, 3))) == (0, Block((7, 2), (8, 3)))
        assert found.place_of(0, Block((2, 2), (2, 2))) == (0, Block((2, 2), (2, 2)))

    def test_a_row_that_is_new_one_that_is_gone_and_one_renamed(self) -> None:
        items = ("新增通信设施（处）", papers.LAMPS, "培训干部（人）")
        found = self.compared(papers.workbook(items=items, units=("贵州",)))
        kinds = {kind: [one for one in found.changes() if one.kind is kind] for kind in Kind}
        assert [written(one.after) for one in kinds[Kind.RENAMED] if one.sheet == 0] == ["B5", "C5", "D5"]
        assert found.place_of(0, Block((5, 2), (5, 2))) is None
        assert found.place_of(0, Block((6, 2), (6, 3))) == (0, Block((6, 2), (6, 3)))
        assert found.place_of(1, Block((2, 2), (3, 3))) is None

    def test_units_in_another_order_are_not_followed_as_a_block(self) -> None:
        assert (
            self.compared(papers.workbook(units=("云南", "贵州"))).place_of(1, Block((2, 2), (3, 3))) is None
        )


class TestSuggestions:
    TITLES = {
        "a": ("投入帮扶资金", "Funds"),
        "b": ("新建无线基站", "Stations"),
        "c": ("引进帮扶资金", "Raised"),
    }

    def test_the_likest_title_comes_first(self) -> None:
        assert best(["投入帮扶资金（万元）"], self.TITLES) == ["a", "c"]
        assert best(["其他说明"], self.TITLES) == []

    def test_scale_period_and_names(self) -> None:
        assert [scale_of([text]) for text in ("资金（万元）", "单位：亿元", "户数")] == [
            10_000,
            100_000_000,
            1,
        ]
        said = [period_of(Labels(("资金",), (text,))) for text in ("上年同期", "本年累计", "上年", "本期")]
        assert said == ["last_year", "cumulative", "year_before", "this"]
        names = {"P52": ("贵州省分公司", "贵州"), "P53": ("云南省分公司", "云南")}
        assert [named(text, names) for text in ("贵州", "云南省", "省", "")] == ["P52", "P53", "", ""]


class TestPeriods:
    @pytest.mark.parametrize(
        ("rule", "filled", "part", "parts", "code"),
        [
            ("this", "2019-Q3", None, 12, "2019-Q3"),
            ("last_year", "2019-Q3", None, 12, "2018-Q3"),
            ("year_before", "2019-Q3", None, 12, "2018"),
            ("cumulative", "2019-Q3", None, 12, "2019-01-01/2019-09-30"),
            ("cumulative", "2019-Q2", None, 12, "2019-H1"),
            ("cumulative", "2019-01", None, 12, "2019-01"),
            ("2017", "2019-Q3", None, 12, "2017"),
            ("this", "2019-Q2", 3, 12, "2019-03"),
            ("last_year", "2019-Q2", 2, 4, "2018-Q2"),
            ("cumulative", "2019", 6, 12, "2019-H1"),
        ],
    )
    def test_follow_the_period_that_is_filled(
        self, rule: str, filled: str, part: int | None, parts: int, code: str
    ) -> None:
        found = period_by(rule, read_period(filled), part, parts)
        assert found is not None
        assert found.code == code

    @pytest.mark.parametrize(("part", "parts"), [(7, 12), (2, 4)])
    def test_a_part_that_is_not_over_has_none(self, part: int, parts: int) -> None:
        assert period_by("this", read_period("2019-05"), part, parts) is None
