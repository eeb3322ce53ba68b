"""Drawing as plain computation: ticks that read well, labels that never meet, shares and sums that agree, inks that differ."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from itertools import combinations, pairwise
from statistics import quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.reporting.charts.engines import bars, flows, spread, stacks, svg, trend
from bangfu.reporting.charts.engines.flows import Flow, Node, Ribbon, balances_of
from bangfu.reporting.charts.engines.marks import NARROW, WIDE, Box, Drawing, Frame, Label, Mark, Path
from bangfu.reporting.charts.engines.palette import PARTS
from bangfu.reporting.charts.engines.plates import plate
from bangfu.reporting.charts.engines.scales import axis, nice_step, scale_of
from bangfu.reporting.charts.engines.shifting import shifted
from bangfu.reporting.charts.engines.texts import extent_of, fitted, lines_of, overlap, width_of

FRAMES = pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
LONG = "黔西南布依族苗族自治州册亨县双江镇"


class TestAxis:
    @pytest.mark.parametrize(
        ("high", "language", "labels", "unit"),
        [
            (3_260_000, "zh", ["0", "100", "200", "300", "400"], "万元"),
            (3_260_000, "en", ["0", "1", "2", "3", "4"], "million yuan"),
            (245_000_000, "zh", ["0", "0.5", "1", "1.5", "2", "2.5"], "亿元"),
            (245_000_000, "en", ["0", "50", "100", "150", "200", "250"], "million yuan"),
            (32_604, "zh", ["0", "1", "2", "3", "4"], "万元"),
            (32_604, "en", ["0", "10", "20", "30", "40"], "thousand yuan"),
            (4, "zh", ["0", "1", "2", "3", "4"], "元"),
        ],
    )
    def test_counts_in_the_language(self, high: int, language: str, labels: list[str], unit: str) -> None:
        found = axis(Decimal(0), Decimal(high), 5, language)
        assert [found.label(tick) for tick in found.ticks] == labels
        assert found.unit({"zh": "元", "en": "yuan"}[language], language) == unit

    def test_writes_percentages_as_such(self) -> None:
        found = axis(Decimal(0), Decimal("0.433"), 5, "zh", percent=-2)
        assert [found.label(tick) for tick in found.ticks] == ["0", "10", "20", "30", "40", "50"]
        assert found.unit("", "zh") == "%"
        hundreds = axis(Decimal("-12.5"), Decimal(30), 5, "en", percent=0)
        assert [hundreds.label(tick) for tick in hundreds.ticks] == ["−20", "−10", "0", "10", "20", "30"]

    def test_has_no_tick_between_whole_numbers(self) -> None:
        assert axis(Decimal(0), Decimal(2), 6, "zh", decimals=0).ticks == (0, 1, 2)

    def test_of_nothing_reaches_one(self) -> None:
        assert axis(Decimal(0), Decimal(0), 5, "zh").ticks[-1] == 1

    @given(
        st.decimals(-(10**12), 10**12, places=4), st.decimals(-(10**12), 10**12, places=4), st.integers(2, 14)
    )
    @settings(max_examples=200)
    def test_holds_both_values_and_zero_in_few_even_steps(
        self, one: Decimal, other: Decimal, most: int
    ) -> None:
        found = axis(min(one, other), max(one, other), most, "zh")
        assert found.low <= min(one, other, Decimal(0)) <= max(one, other, Decimal(0)) <= found.high
        assert Decimal(0) in found.ticks
        assert len({b - a for a, b in zip(found.ticks, found.ticks[1:], strict=False)}) == 1
        assert len(found.ticks) <= most + 2
        assert str(found.step.normalize().as_tuple().digits) in {"(1,)", "(2,)", "(5,)", "(2, 5)"}

    def test_scales_begin_where_texts_do(self) -> None:
        assert (scale_of(Decimal(9_999), "zh"), scale_of(Decimal(10_000), "zh")) == ((0, ""), (4, "万"))
        assert nice_step(Decimal("0.3"), least=Decimal(1)) == 1


class TestTexts:
    def test_are_cut_and_broken(self) -> None:
        assert fitted(LONG, 10, 60) == "黔西南布依…"
        assert fitted("abc", 10, 1) == ""
        assert lines_of("口径：按验收日期，已冲正的不计。", 10, 60) == [
            "口径：按验收",
            "日期，已冲正",
            "的不计。",
        ]
        assert lines_of("Scope: by the day", 10, 70) == ["Scope: by", "the day"]
        assert lines_of("x" * 30, 10, 70) == ["x" * 11, "x" * 11, "x" * 8]

    @given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), max_size=60))
    @settings(max_examples=100)
    def test_never_exceed_their_room(self, text: str) -> None:
        assert width_of(fitted(text, 12, 90), 12) <= 90
        assert all(width_of(line, 12) <= 90 for line in lines_of(text, 12, 90))
        assert "".join(lines_of(text, 12, 90)).replace(" ", "") == text.replace(" ", "")


def checked(drawing: Drawing) -> Drawing:
    """Return a drawing in which no label meets another or leaves the frame, and whose file is well-formed without styles."""
    assert overlap(drawing.labels) == []
    for label in drawing.labels:
        begins, ends = extent_of(label)
        assert begins >= -0.5, label
        assert ends <= drawing.width + 0.5, label
        assert 0 < label.y <= drawing.height, label
    written = svg.document(drawing, "图 & <表>", "zh")
    ET.fromstring(written)
    assert not re.search(r"style=|<script|\son\w+=", written)
    return drawing


def boxes(drawing: Drawing) -> list[Box]:
    return [shape for mark in drawing.marks for shape in mark.shapes if isinstance(shape, Box)]


def points(values: list[int | None], *, at: bool = False) -> tuple[trend.Point, ...]:
    return tuple(
        trend.Point(
            slot,
            None if value is None else Decimal(value),
            f"{value}万元",
            f"第{slot}期：{value}",
            f"/f/{slot}",
            (slot + 1) / 12 if at else 0,
        )
        for slot, value in enumerate(values)
    )


@FRAMES
class TestTrend:
    def test_columns_stand_on_zero_and_gaps_are_no_zero(self, frame: Frame) -> None:
        drawn = checked(
            trend.drawing_of(
                trend.Trend(
                    tuple("甲乙丙丁"),
                    points([3, None, 0, -2]),
                    points([6, 2, 1, 1]),
                    "本期",
                    "上年",
                    "元",
                    "zh",
                ),
                frame,
            )
        )
        assert [one.text for one in drawn.marks] == [
            "第0期：6",
            "第0期：3",
            "第1期：2",
            "第2期：1",
            "第2期：0",
            "第3期：1",
            "第3期：-2",
        ]
        six, three, *_, minus = boxes(drawn)
        assert (round(six.height / three.height, 2), round(three.y + three.height, 2)) == (
            2,
            round(minus.y, 2),
        )
        assert round(minus.height / three.height, 2) == round(2 / 3, 2)

    def test_a_line_breaks_and_meets_its_target(self, frame: Frame) -> None:
        target = trend.Point(0, Decimal(1200), "1200万元", "目标 1200", "/targets/1/", 1.0)
        ahead = trend.Ahead(
            target,
            Decimal(0),
            trend.Point(0, Decimal(1100), "1100", "预计 1100", "", 1.0),
            "目标",
            "匀速",
            "预计",
        )
        drawn = checked(
            trend.drawing_of(
                trend.Trend(
                    tuple(f"{month}月" for month in range(1, 13)),
                    points([100, 200, None, 400, 500], at=True),
                    points([90 * month for month in range(1, 13)], at=True),
                    "2020年累计",
                    "2019年累计",
                    "元",
                    "zh",
                    runs=True,
                    ahead=ahead,
                ),
                frame,
            )
        )
        assert [one.text for one in drawn.marks][:2] == ["目标 1200", "预计 1100"]
        assert [one.address for one in drawn.marks][-4:] == ["/f/0", "/f/1", "/f/3", "/f/4"]
        lines = [
            one for one in drawn.items if isinstance(one, Path) and one.stroke == "#0e6f66" and "L" in one.way
        ]
        assert [line.way.count("L") for line in lines] == [1, 1]

    def test_120_months_have_labels_that_do_not_meet(self, frame: Frame) -> None:
        slots = tuple(f"{10 + at // 12}-{at % 12 + 1:02}" for at in range(120))
        checked(
            trend.drawing_of(trend.Trend(slots, points(list(range(120))), (), "本期", "", "元", "en"), frame)
        )


def rows(*values: int | None, name: str = LONG) -> tuple[bars.Row, ...]:
    return tuple(
        bars.Row(
            f"{name}{at}",
            None if value is None else Decimal(value),
            f"{value:,}万元" if value is not None else "—",
            f"第{at}",
            f"/f/{at}",
            before=Decimal(50),
            before_said="上年",
            target=Decimal(120),
            target_said="目标",
        )
        for at, value in enumerate(values)
    )


@FRAMES
class TestRanking:
    def test_bars_are_as_long_as_their_values(self, frame: Frame) -> None:
        drawn = checked(
            bars.drawing_of(bars.Ranking(rows(100, 50, 0, -25), "2019年", "上年", "目标", "元", "zh"), frame)
        )
        full, half, zero, minus = [mark.shapes[1] for mark in drawn.marks if mark.address]
        assert isinstance(full, Box)
        assert isinstance(half, Box)
        assert isinstance(zero, Box)
        assert isinstance(minus, Box)
        assert (round(full.width / half.width, 2), zero.width) == (2, 0.8)
        assert round(minus.width / half.width, 2) == 0.5
        assert (round(minus.x + minus.width, 2), round(full.x, 2)) == (round(half.x, 2), round(half.x, 2))

    @given(st.lists(st.integers(-(10**9), 10**10), min_size=1, max_size=12))
    @settings(max_examples=40)
    def test_labels_never_meet(self, frame: Frame, values: list[int]) -> None:
        checked(
            bars.drawing_of(bars.Ranking(rows(*values), "2019年", "上年同期", "当年目标", "元", "zh"), frame)
        )


@FRAMES
class TestComposition:
    def parts(self, *values: list[int | None]) -> tuple[stacks.Part, ...]:
        return tuple(
            stacks.Part(
                f"{LONG}{at}",
                tuple(None if value is None else Decimal(value) for value in several),
                tuple(f"{value}元" for value in several),
                tuple(f"部分{at}第{slot}期" for slot in range(len(several))),
                tuple(f"/f/{at}?{slot}" for slot in range(len(several))),
                is_rest=at == len(values) - 1,
            )
            for at, several in enumerate(values)
        )

    def test_the_strip_is_the_whole(self, frame: Frame) -> None:
        drawn = checked(
            stacks.drawing_of(
                stacks.Composition(self.parts([60], [30], [10]), (), ("100元",), "元", "zh"), frame
            )
        )
        strip = boxes(drawn)[:3]
        assert [round(box.width / frame.width, 4) for box in strip] == [0.6, 0.3, 0.1]
        assert [mark.is_figure for mark in drawn.marks[:3]] == [True, True, False]

    def test_stacks_end_where_the_next_begins(self, frame: Frame) -> None:
        drawn = checked(
            stacks.drawing_of(
                stacks.Composition(
                    self.parts([60, 5, None], [30, None, -4], [10, 5, 8]),
                    ("2018", "2019", "2020"),
                    ("100", "10", "4"),
                    "元",
                    "zh",
                ),
                frame,
            )
        )
        first = [
            box for mark, box in zip(drawn.marks, boxes(drawn), strict=True) if mark.text.endswith("第0期")
        ]
        assert [round(box.height / first[2].height, 2) for box in first] == [6, 3, 1]
        for below, above in pairwise(first):
            assert round(above.y + above.height, 2) == round(below.y, 2)
        assert len(drawn.marks) == 7

    def test_a_part_below_zero_has_no_strip(self, frame: Frame) -> None:
        drawn = checked(
            stacks.drawing_of(stacks.Composition(self.parts([60], [-30]), (), ("30",), "元", "zh"), frame)
        )
        assert len(drawn.marks) == 2


class TestQuartiles:
    """Checked by hand and against Python's inclusive quantiles, which are the same definition."""

    def test_are_those_of_definition_seven(self) -> None:
        five = spread.five_of([Decimal(one) for one in (7, 1, 3, 9, 5, 100)])
        assert (five.least, five.lower, five.median, five.upper, five.largest) == (
            1,
            Decimal("3.5"),
            6,
            Decimal("8.5"),
            100,
        )
        assert five.fences == (-4, 16)
        assert [one for one in (1, 16, 17, 100) if five.is_outlier(Decimal(one))] == [17, 100]

    def test_of_one_value_are_that_value(self) -> None:
        five = spread.five_of([Decimal(4)])
        assert {five.least, five.lower, five.median, five.upper, five.largest} == {4}
        assert not five.is_outlier(Decimal(4))

    @given(st.lists(st.integers(-1000, 10**6), min_size=2, max_size=60))
    @settings(max_examples=60)
    def test_agree_with_pythons_and_bins_hold_everything_once(self, values: list[int]) -> None:
        ordered = [Decimal(one) for one in values]
        five = spread.five_of(ordered)
        assert [five.lower, five.median, five.upper] == quantiles(ordered, n=4, method="inclusive")
        scale = spread.scale_of(ordered, "zh", decimals=0)
        bins = spread.bins_of(scale, ordered)
        assert sum(one.count for one in bins) == len(values)
        for value in ordered:
            one = bins[spread.bin_at(scale, value)]
            assert one.first <= value
            assert value < one.last or (one.is_last and value == one.last)


@FRAMES
class TestDistribution:
    def test_columns_and_outliers(self, frame: Frame) -> None:
        values = [1, 2, 2, 3, 3, 3, 4, 4, 5, 60, 90]
        members = tuple(
            spread.Member(f"{LONG}{at}", Decimal(one), f"某县：{one}", f"/f/{at}")
            for at, one in enumerate(values)
        )
        scale = spread.scale_of([Decimal(one) for one in values], "zh", decimals=0)
        count = len(scale.ticks) - 1
        drawn = checked(
            spread.drawing_of(
                spread.Distribution(
                    members,
                    tuple(f"第{at}段" for at in range(count)),
                    tuple(f"?bin={at}" for at in range(count)),
                    "个",
                    "个数（县）",
                    "中位数 3个",
                    "五数",
                    "{name}等{count}个",
                    "zh",
                    decimals=0,
                ),
                frame,
            )
        )
        said = [mark.text for mark in drawn.marks]
        assert said[:3] == ["五数", "某县：90", "某县：60"]
        assert [one for one in said if one.endswith("段")] == ["第0段", "第6段", "第8段"]


def flow(*, names: str = "") -> Flow:
    nodes = [
        Node(0, "s0", f"投入帮扶资金{names}", "100万元", "来源甲", "/f/a", is_figure=True),
        Node(0, "s1", f"引进帮扶资金{names}", "40万元", "来源乙", "/f/b", is_figure=True),
        Node(1, "u1", f"贵州省分公司{names}", "120万元", "经贵州"),
        Node(1, "u2", f"云南省分公司{names}", "20万元", "经云南"),
        Node(2, "p1", f"册亨县{names}", "90万元", "到册亨"),
        Node(2, "p2", f"沽源县{names}", "50万元", "到沽源"),
    ]
    ribbons = [
        Ribbon("s0", "u1", 0, Decimal(90), "一", "/f/1"),
        Ribbon("s0", "u2", 0, Decimal(10), "二", "/f/2"),
        Ribbon("s1", "u1", 1, Decimal(30), "三", "/f/3"),
        Ribbon("s1", "u2", 1, Decimal(10), "四", "/f/4"),
        Ribbon("u1", "p1", 0, Decimal(80), "五", "/f/5"),
        Ribbon("u1", "p2", 0, Decimal(10), "六", "/f/6"),
        Ribbon("u1", "p2", 1, Decimal(30), "七", "/f/7"),
        Ribbon("u2", "p1", 0, Decimal(10), "八", "/f/8"),
        Ribbon("u2", "p2", 1, Decimal(10), "九", "/f/9"),
    ]
    return Flow(("来源", "单位", "县"), ("140万元",) * 3, tuple(nodes), tuple(ribbons))


@FRAMES
class TestFlow:
    def test_heights_are_what_passes(self, frame: Frame) -> None:
        drawn = checked(flows.drawing_of(flow(), frame))
        heights = {
            mark.text: shape.height for mark in drawn.marks for shape in mark.shapes if isinstance(shape, Box)
        }
        assert round(heights["来源甲"] / heights["来源乙"], 2) == 2.5
        for stage in (("来源甲", "来源乙"), ("经贵州", "经云南"), ("到册亨", "到沽源")):
            assert round(sum(heights[one] for one in stage), 1) == {960: 420.0, 352: 360.0}[int(frame.width)]
        assert [mark.address for mark in drawn.marks if mark.address.startswith("/f/")][:3] == [
            "/f/1",
            "/f/2",
            "/f/3",
        ]

    def test_long_names_do_not_meet(self, frame: Frame) -> None:
        checked(flows.drawing_of(flow(names=LONG), frame))

    def test_nothing_draws_nothing(self, frame: Frame) -> None:
        assert flows.drawing_of(Flow(("来源",), ("0",), (), ()), frame).items == ()


class TestBalances:
    def test_say_by_how_much_a_node_differs(self) -> None:
        found = balances_of(flow().ribbons)
        assert {key: one.difference for key, one in found.items()} == dict.fromkeys(
            ("s0", "s1", "u1", "u2", "p1", "p2"), 0
        )
        assert (found["u1"].inward, found["u1"].outward, found["s0"].inward) == (120, 120, None)
        broken = balances_of([*flow().ribbons, Ribbon("p1", "s2", 2, Decimal(70), "用")])
        assert broken["p1"].difference == 20


class TestPlates:
    def test_title_and_foot_stand_around(self) -> None:
        drawing = Drawing(
            960, 50, (Mark((Box(0, 0, 10, 10, "#000"), Path("M0 0L5 5a1 1 0 1 0 2 0z")), "点", "/f/1"),)
        )
        made = checked(
            plate(drawing, WIDE, "标题" * 60, "全部地区", ["口径：" + "长" * 150, "查证：http://example"])
        )
        assert made.labels[0].text.startswith("标题")
        assert "<a" not in svg.document(made, "标题", "zh")

    def test_pieces_move_whole(self) -> None:
        moved = shifted(Path("M1 2L3 4H5V6C1 2 3 4 5 6a4 4 0 1 0 8 0z"), 10, 20)
        assert moved == Path(
            "M11.00 22.00L13.00 24.00H15.00V26.00C11.00 22.00 13.00 24.00 15.00 26.00a4 4 0 1 0 8 0z"
        )
        assert shifted(Label(1, 2, "x", 3, "#000"), 1, 1) == Label(2, 3, "x", 3, "#000")


DICHROMATS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
"""How colours are seen, in linear RGB: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, A Physiologically-based Model for
Simulation of Color Vision Deficiency, IEEE TVCG 15 (2009), severity 1."""


def lab(ink: str, seen: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """Return a colour in CIE L*a*b* (D65), as somebody sees it."""
    parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    linear = [min(max(sum(row[at] * linear[at] for at in range(3)), 0), 1) for row in seen]
    weights = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = [
        sum(row[at] * linear[at] for at in range(3)) / white
        for row, white in zip(weights, (0.95047, 1.0, 1.08883), strict=True)
    ]
    f = [one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


class TestInks:
    @pytest.mark.parametrize("who", DICHROMATS)
    def test_parts_differ_to_everybody(self, who: str) -> None:
        colours = [lab(ink, DICHROMATS[who]) for ink in PARTS]
        for one, other in combinations(colours, 2):
            assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 17

    def test_neighbours_differ_in_grey_print(self) -> None:
        greys = [lab(ink, DICHROMATS["everybody"])[0] for ink in PARTS]
        assert all(abs(one - other) > 26 for one, other in pairwise(greys))
