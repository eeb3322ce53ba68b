"""Every number in a report is bound, and every word around one is true."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bangfu.reporting import wording
from bangfu.reporting.display import Display, Rounding, Scale, shown
from bangfu.reporting.wording import Bound, Problem
from bangfu.reporting.wording.numerals import numbers_in

TAG = "{network.base_stations period=2019}"


def problems(
    sentence: str, exact: int | None = 32_604, *, language: str = "zh", unit: str = "个", previous: int | None = None,
    display: Display | None = None, kind: str = "",
) -> list[Problem]:  # fmt: skip
    """Return what is wrong with a text of one paragraph, in which every figure has one value."""
    text = f"# 标题\n\n{sentence}\n" if language == "zh" else f"# Title\n\n{sentence}\n"
    document = wording.read(text, file=f"text.{language}.md", language=language)
    value = None if exact is None else Decimal(exact)
    printed = display or Display(Scale.WAN, 2)
    said = (
        None if value is None else shown(value, printed, unit if language == "zh" else "stations", language)
    )
    before = None if previous is None else Decimal(previous)
    return wording.check(document, {tag: Bound(value, said, unit, before, kind) for tag in document.figures})


class TestNumbers:
    @pytest.mark.parametrize(
        "sentence",
        [
            "新建基站 32604 个。", "新建基站３万个。", "新建基站三万多个。", "四个定点县。", "惠及两户。",
            "占百分之九十。", "增长一倍。",
            "上万人受益。", "数千名干部。", "过半的村。", "翻了一番，翻一番。", "第①批", "建成½。", "占比 90%。", "几百个村。",
            "三分之一的县。", "十二月。", "千百万人。",
        ],
    )  # fmt: skip
    def test_fails_when_a_number_stands_outside_a_tag(self, sentence: str) -> None:
        found = problems(sentence)
        assert found
        assert all("没有绑定" in problem.zh for problem in found)
        assert (found[0].file, found[0].line, found[0].sentence[:4]) == ("text.zh.md", 3, sentence[:4])

    @pytest.mark.parametrize(
        "sentence",
        [
            "第一章，第二季度。", "十分重要，万一不通。", "统一调度，一起努力，一线人员。", "两不愁、三保障。",
            "千方百计，五湖四海。",
            "在{period 2019}建成{name 5G}网络。",
        ],
    )  # fmt: skip
    def test_passes_names_of_an_order_and_idioms(self, sentence: str) -> None:
        assert problems(sentence) == []

    @pytest.mark.parametrize(
        "sentence",
        [
            "We built 500.",
            "We built five.",
            "Thousands of homes.",
            "It doubled.",
            "Half of them.",
            "Ninety per cent.",
        ],
    )
    def test_fails_when_english_counts(self, sentence: str) -> None:
        assert problems(sentence, language="en")

    def test_passes_english_that_does_not_count(self) -> None:
        assert problems("No one knows; they help one another at once.", language="en") == []

    def test_says_the_number_and_its_place(self) -> None:
        assert numbers_in("第一章：四个县，5 户", "zh") == [(4, "四个"), (8, "5")]


class TestMarkup:
    @pytest.mark.parametrize(
        ("sentence", "part"),
        [
            ("{network.base_stations}", "没有写明期间"),
            ("{network.base_stations period=20x9}", "有误"),
            ("{network.base_stations period=2019 colour=red}", "colour=red"),
            ("{network.base_stations period=2019 word=近}", "只能是"),
            ("{name 32604}", "不在允许的名称之列"),
            ("{period soon}", "不是期间"),
            ("{whatever}", "不认识"),
            ("{period 2019", "没有成对"),
        ],
    )
    def test_refuses_what_is_no_tag(self, sentence: str, part: str) -> None:
        assert any(part in problem.zh for problem in problems(sentence))

    def test_refuses_a_text_without_title(self) -> None:
        document = wording.read("没有标题。\n", file="text.zh.md", language="zh")
        assert [problem.line for problem in document.problems] == [1]

    def test_fails_when_there_are_no_facts(self) -> None:
        assert "没有事实" in problems(f"新建{TAG}。", None)[0].zh

    def test_fails_when_the_period_named_is_another(self) -> None:
        assert "另一个期间" in problems("{period 2018}新建" + TAG + "。")[0].zh
        assert problems("{period 2019}新建" + TAG + "。") == []

    def test_both_languages_show_the_same_figures(self) -> None:
        zh = wording.read(f"# 标题\n\n新建{TAG}。\n", file="a.zh.md", language="zh")
        en = wording.read("# Title\n\nNothing yet.\n", file="a.en.md", language="en")
        assert [problem.file for problem in wording.agree(zh, en)] == ["a.zh.md"]
        assert wording.agree(zh, zh) == []


# 32 604 is printed 3.26万 (below the exact value); 32 590 is printed 3.26万 (above it); 32 600 is printed exactly.
BELOW_EXACT, ABOVE_EXACT, EQUAL = 32_604, 32_590, 32_600
CHINESE = [
    ("新建超过{}。", {BELOW_EXACT}),
    ("新建超{}。", {BELOW_EXACT}),
    ("新建逾{}。", {BELOW_EXACT}),
    ("新建突破{}。", {BELOW_EXACT}),
    ("新建近{}。", {ABOVE_EXACT}),
    ("新建将近{}。", {ABOVE_EXACT}),
    ("新建接近{}。", {ABOVE_EXACT}),
    ("新建不足{}。", {ABOVE_EXACT}),
    ("新建约{}。", {BELOW_EXACT, ABOVE_EXACT, EQUAL}),
    ("新建{}左右。", {BELOW_EXACT, ABOVE_EXACT, EQUAL}),
    ("新建{}以上。", {BELOW_EXACT, EQUAL}),
    ("新建{}以下。", {ABOVE_EXACT, EQUAL}),
    ("新建不少于{}。", {BELOW_EXACT, EQUAL}),
    ("新建不超过{}。", {ABOVE_EXACT, EQUAL}),
    ("新建{}。", {BELOW_EXACT, ABOVE_EXACT, EQUAL}),
]
ENGLISH = [
    ("We built more than {}.", {BELOW_EXACT}),
    ("We built over {}.", {BELOW_EXACT}),
    ("We built nearly {}.", {ABOVE_EXACT}),
    ("We built almost {}.", {ABOVE_EXACT}),
    ("We built fewer than {}.", {ABOVE_EXACT}),
    ("We built about {}.", {BELOW_EXACT, ABOVE_EXACT, EQUAL}),
    ("We built at least {}.", {BELOW_EXACT, EQUAL}),
    ("We built no more than {}.", {ABOVE_EXACT, EQUAL}),
    ("We built {} or more.", {BELOW_EXACT, EQUAL}),
    ("We built {}.", {BELOW_EXACT, ABOVE_EXACT, EQUAL}),
]
MATRIX = [("zh", *row) for row in CHINESE] + [("en", *row) for row in ENGLISH]


class TestQualifiers:
    @pytest.mark.parametrize("exact", [BELOW_EXACT, ABOVE_EXACT, EQUAL])
    @pytest.mark.parametrize(("language", "sentence", "true_for"), MATRIX)
    def test_a_word_holds_exactly_when_it_is_true(
        self, language: str, sentence: str, true_for: set[int], exact: int
    ) -> None:
        found = problems(sentence.format(TAG), exact, language=language)
        assert bool(found) == (exact not in true_for), found

    @pytest.mark.parametrize("word", ["余", "多"])
    @pytest.mark.parametrize(("exact", "holds"), [(BELOW_EXACT, True), (ABOVE_EXACT, False), (EQUAL, False)])
    def test_a_little_more_stands_in_the_tag(self, word: str, exact: int, holds: bool) -> None:
        sentence = "新建{network.base_stations period=2019 word=" + word + "}。"
        assert (problems(sentence, exact) == []) == holds

    @pytest.mark.parametrize("sentence", [f"新建{TAG}余座。", f"新建{TAG}多。"])
    def test_a_little_more_behind_the_unit_is_refused(self, sentence: str) -> None:
        assert "数字与单位之间" in problems(sentence)[0].zh

    def test_about_reaches_five_parts_in_a_hundred(self) -> None:
        hundreds = Display(Scale.ONE, -2)
        assert problems(f"约{TAG}。", 525, display=hundreds) == []
        assert problems(f"约{TAG}。", 526, display=hundreds)

    @pytest.mark.parametrize(
        "sentence",
        [
            f"约{TAG}左右。",
            f"超过约{TAG}。",
            f"约{TAG}以上。",
            "超{network.base_stations period=2019 word=余}。",
            f"近{TAG}左右。",
        ],
    )
    def test_never_two_words_at_once(self, sentence: str) -> None:
        assert any("不能同时修饰" in problem.zh for problem in problems(sentence))

    @pytest.mark.parametrize("sentence", [f"附近{TAG}。", f"最近{TAG}。", f"新增{TAG}。"])
    def test_words_that_only_look_alike_pass(self, sentence: str) -> None:
        assert problems(sentence) == []

    @pytest.mark.parametrize(
        ("sentence", "previous", "holds"),
        [
            (f"增长到{TAG}。", 30_000, True),
            (f"增至{TAG}。", 40_000, False),
            (f"增长到{TAG}。", None, False),
            (f"减少到{TAG}。", 40_000, True),
            (f"降至{TAG}。", 30_000, False),
            (f"增长了{TAG}。", 30_000, False),
            (f"增加{TAG}。", 30_000, False),
        ],
    )
    def test_grown_to_is_not_grown_by(self, sentence: str, previous: int | None, holds: bool) -> None:
        assert (problems(sentence, previous=previous) == []) == holds

    def test_english_grown_to_is_not_grown_by(self) -> None:
        assert problems(f"It grew to {TAG}.", language="en", previous=30_000) == []
        assert problems(f"It grew by {TAG}.", language="en", previous=30_000)


class TestDatesAndUnits:
    @pytest.mark.parametrize(
        "sentence", ["截至{as_of}，数在账册中。", "截至{date 2019-12-31}。", "截至区块{block}。"]
    )
    def test_until_takes_a_bound_date(self, sentence: str) -> None:
        assert problems(sentence) == []

    @pytest.mark.parametrize(
        "sentence", ["截至目前，已建成。", f"截至{TAG}。", "截至区块{as_of}。", "截止{as_of}，已建成。"]
    )
    def test_until_without_a_bound_date_fails(self, sentence: str) -> None:
        assert problems(sentence)

    def test_as_of_takes_a_bound_date(self) -> None:
        assert problems("As of {as_of} it stands.", language="en") == []
        assert problems("As of today it stands.", language="en")

    def test_persons_are_not_attendances(self) -> None:
        assert "人次" in problems(f"培训{TAG}次。", 379, unit="人")[0].zh
        assert "人次" in problems(f"培训人次{TAG}。", 379, unit="人")[0].zh
        assert "人数" in problems(f"培训人数{TAG}。", 379, unit="人次")[0].zh
        assert problems(f"培训{TAG}。", 379, unit="人") == []
        assert problems(f"培训{TAG}。", 379, unit="人次") == []

    def test_the_unit_stands_once(self) -> None:
        assert "两遍" in problems(f"新建{TAG}个。")[0].zh
        assert "twice" in problems(f"We built {TAG} stations.", language="en")[0].en

    def test_ten_thousands_come_from_the_tag(self) -> None:
        assert "scale" in problems(f"新建{TAG}万。")[0].zh
        assert problems(f"新建{TAG}，万里同心。") == []

    @pytest.mark.parametrize("unit", ["人", "名", "户"])
    def test_a_distinct_count_is_never_times(self, unit: str) -> None:
        assert problems(f"培训{TAG}。", 379, unit=unit, kind="distinct") == []
        assert "人次" in problems(f"培训{TAG}次。", 379, unit=unit, kind="distinct")[0].zh
        assert (
            "人次"
            in problems(f"共{unit if unit != '名' else '人'}次{TAG}。", 379, unit=unit, kind="distinct")[0].zh
        )
        assert "单位不能是人次" in problems(f"培训{TAG}。", 379, unit="人次", kind="distinct")[0].zh

    @pytest.mark.parametrize("unit", ["人", "名", "户"])
    def test_a_sum_of_times_is_never_persons(self, unit: str) -> None:
        assert "去重" in problems(f"培训{TAG}。", 379, unit=unit, kind="flow")[0].zh
        assert problems(f"在岗{TAG}。", 379, unit=unit, kind="stock") == []
        assert problems(f"培训{TAG}。", 379, unit="人次", kind="flow") == []
        assert "人数" in problems(f"不同的人{TAG}。", 379, unit="人次", kind="flow")[0].zh

    def test_english_persons_are_not_attendances(self) -> None:
        said = {"language": "en", "exact": 379}
        assert problems(f"We trained {TAG} in all.", unit="人", kind="distinct", **said) == []
        assert problems(f"We counted attendances of {TAG}.", unit="人", kind="distinct", **said)
        assert problems(f"There were {TAG}, all different people.", unit="人次", kind="flow", **said) == []
        assert problems(f"We reached {TAG} of different people.", unit="人次", kind="flow", **said)

    def test_a_percentage_has_no_points(self) -> None:
        shown_as = Display(Scale.PERCENT, 1)
        assert problems(f"覆盖率{TAG}。", 1, unit="", display=shown_as, kind="ratio") == []
        assert (
            "百分点" in problems(f"覆盖率{TAG}个百分点。", 1, unit="", display=shown_as, kind="ratio")[0].zh
        )

    @pytest.mark.parametrize("field", ["scale=%", "rounding=even", "scale=千"])
    def test_a_tag_asks_for_no_other_print(self, field: str) -> None:
        assert any(
            "有误" in one.zh for one in problems("新建{network.base_stations period=2019 " + field + "}。")
        )


class TestUntilADay:
    def test_the_figure_counts_up_to_that_day(self) -> None:
        tag = "{network.base_stations period=2019-01-01/2020-07-31}"
        assert problems("截至{date 2020-07-31}，新建" + tag + "。") == []
        assert "算到2020年7月31日" in problems("截至{date 2020-06-30}，新建" + tag + "。")[0].zh
        assert problems("截至{date 2020-06-30}，村村通网。新建" + tag + "。") == []
        assert problems("截至{as_of}，新建" + tag + "。") == []

    def test_in_english_too(self) -> None:
        tag = "{network.base_stations period=2019-01-01/2020-07-31}"
        assert problems("As of {date 2020-07-31} we built " + tag + ".", language="en") == []
        assert problems("As of {date 2020-06-30} we built " + tag + ".", language="en")


class TestRoundingOfATag:
    @pytest.mark.parametrize(
        ("sentence", "rounding", "holds"),
        [
            ("新建超过{}。", Rounding.DOWN, True),
            ("新建近{}。", Rounding.UP, True),
            ("新建近{}。", Rounding.DOWN, False),
            ("新建超过{}。", Rounding.UP, False),
        ],
    )
    def test_goes_the_way_of_the_word(self, sentence: str, rounding: Rounding, holds: bool) -> None:
        for exact in (BELOW_EXACT, ABOVE_EXACT):
            found = problems(sentence.format(TAG), exact, display=Display(Scale.WAN, 2, rounding))
            assert (found == []) == holds


class TestPraise:
    @pytest.mark.parametrize(
        "sentence",
        [
            "帮扶效果良好。", "村民收入极大提升。", "成效十分显著。", "面貌明显改善。", "取得了显著成效。", "任务圆满完成。",
            "活动深受欢迎。", "生活水平大幅提高。", "有力推动了当地发展。",
        ],
    )  # fmt: skip
    def test_needs_a_figure_or_a_judge_in_its_sentence(self, sentence: str) -> None:
        found = problems(sentence)
        assert any("说的是结果" in one.zh for one in found)
        assert problems(sentence[:-1] + f"，新建{TAG}。") == []
        assert problems("{judge 省帮扶办}认为" + sentence) == []
        assert problems(f"新建{TAG}。" + sentence)

    @pytest.mark.parametrize(
        "sentence", ["Results were remarkable.", "Life has greatly improved.", "It brought tangible results."]
    )
    def test_in_english_too(self, sentence: str) -> None:
        assert any("claims a result" in one.en for one in problems(sentence, language="en"))
        assert problems(sentence[:-1] + f" with {TAG}.", language="en") == []
        assert problems("{judge The provincial office} says: " + sentence.lower(), language="en") == []

    @pytest.mark.parametrize("sentence", ["工作稳步进行。", "提升服务。", "他们改善条件。", "效果待评估。"])
    def test_plain_words_pass(self, sentence: str) -> None:
        assert problems(sentence) == []

    def test_a_judge_has_a_name(self) -> None:
        assert any("不认识" in one.zh for one in problems("{judge}认为好。"))
