"""The report: its text is checked before anybody reads it, and its figures are those of the ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bangfu.reporting import reports, texts
from tests.cast import CEHENG
from tests.reporting.kinds import (
    ATTENDED,
    COVERAGE,
    COVERED,
    LESSONS,
    PLEDGED,
    TARGET,
    TRAINED,
    VILLAGES,
    party,
)  # fmt: skip
from tests.reporting.story import Story
from tests.reporting.test_pages import CODE, door, text

TAG = "{network.base_stations period=2019}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of reports of the test's own, in which the programme's report is short and true."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    write(tmp_path, f"{{period 2019}}新建{TAG}。", f"In {{period 2019}} we built {TAG}.")
    return tmp_path


def write(folder: Path, zh: str, en: str) -> None:
    (folder / "programme.zh.md").write_text(f"# 报告\n\n## 第一章　聚焦优势\n\n{zh}\n", encoding="utf-8")
    (folder / "programme.en.md").write_text(f"# Report\n\n## Focus\n\n{en}\n", encoding="utf-8")


@pytest.mark.usefixtures("short_report")
class TestProgramme:
    def test_says_how_many_stations_were_built(self, story: Story) -> None:
        story.stations(600, on=date(2019, 6, 1))
        story.seal()
        page = text(door(story.cast.officer).get("/reports/programme/"))
        assert '全年新建无线基站 <a class="figure" href="/f/network.base_stations/?period=2019"' in page
        assert '<span class="value">600</span>个</a>' in page
        assert "口径：以终验通过之日计入" in page
        assert "账册区块 1" in page
        assert "已核验 0.0%" in page

    def test_prints_ten_thousands(self, story: Story) -> None:
        story.stations(10_049, on=date(2019, 6, 1))
        client = door(story.cast.officer)
        assert '<span class="value">1.00</span>万个</a>' in text(client.get("/reports/programme/"))
        client.cookies["bangfu_language"] = "en"
        english = text(client.get("/reports/programme/"))
        assert '<span class="value">10,000</span> stations</a>' in english
        assert "In 2019 the provincial branches" in english

    def test_as_of_a_block_it_says_what_it_said_then(self, story: Story) -> None:
        first, *_ = story.stations(3, on=date(2019, 6, 1))
        story.seal()
        story.reverse(first)
        client = door(story.cast.officer)
        assert '<span class="value">2</span>个</a>' in text(client.get("/reports/programme/"))
        then = text(client.get("/reports/programme/?as_of=1"))
        assert '<span class="value">3</span>个</a>' in then
        assert "您看到的是截至区块 1 的报告" in then

    def test_is_not_shown_while_there_are_no_facts(self, story: Story) -> None:
        page = door(story.cast.officer).get("/reports/programme/")
        assert page.status_code == 409
        assert "没有事实：没有数据不能写成数字" in text(page)

    def test_unknown_reports_are_not_found(self, story: Story) -> None:
        assert door(story.cast.officer).get("/reports/other/").status_code == 404

    def test_the_list_names_it(self, story: Story) -> None:
        story.stations(3)
        page = text(door(story.cast.officer).get("/reports/"))
        assert 'href="/reports/programme/"' in page
        assert "2019年帮扶工作报告" in page


class TestChecks:
    def test_a_true_report_passes(self, story: Story, folder: Path) -> None:
        story.stations(46)
        assert reports.problems_of("programme", folder=folder) == []

    @pytest.mark.parametrize(
        ("zh", "said"),
        [
            (f"新建{TAG}，投资22.45亿元。", "「22」没有绑定"),
            (f"新建超过{TAG}。", "「超过」要求实际数大于 46个，实际是 46"),
            (f"截至目前新建{TAG}。", "后面须是绑定的日期"),
            (f"新建{TAG}，{{network.nothing period=2019}}。", "找不到"),
            (f"新建{TAG}。口径：{{note network.nothing}}", "找不到"),
            (f"新建{TAG}，{{network.base_stations period=2019 place=999999}}。", "找不到"),
            (f"{{period 2018}}新建{TAG}。", "另一个期间"),
            ("没有数字。", "does not stand in"),
        ],
    )
    def test_an_untrue_or_unbound_number_stops_the_page_and_names_the_sentence(
        self, story: Story, folder: Path, zh: str, said: str
    ) -> None:
        story.stations(46)
        write(folder, zh, f"In {{period 2019}} we built {TAG}.")
        found = reports.problems_of("programme", folder=folder)
        assert any(said in f"{problem.zh} {problem.en}" for problem in found), found
        assert reports.drawn("programme", "zh", folder=folder).paragraphs == ()

    def test_the_page_shows_the_sentence_instead_of_the_report(self, story: Story, folder: Path) -> None:
        story.stations(46)
        write(folder, f"新建{TAG}，投资五亿元。", f"We built {TAG}.")
        page = door(story.cast.officer).get("/reports/programme/")
        assert page.status_code == 409
        assert "投资五亿元" in text(page)
        assert '<article class="prose">' not in text(page)

    def test_the_value_behind_a_word_may_come_to_untruth(self, story: Story, folder: Path) -> None:
        write(folder, f"新建约{TAG}。", f"We built about {TAG}.")
        facts = story.stations(46)
        assert reports.problems_of("programme", folder=folder) == []
        write(folder, "新建近{network.base_stations period=2019 scale=1 decimals=-1}。", f"We built {TAG}.")
        assert reports.problems_of("programme", folder=folder) == []
        story.reverse(*facts[:3])
        assert [problem.line for problem in reports.problems_of("programme", folder=folder)] == [5]

    @pytest.mark.parametrize(("count", "holds"), [(500, False), (501, True), (599, True), (600, False)])
    def test_more_than_a_round_number_is_printed_rounded_down(
        self, story: Story, folder: Path, count: int, holds: bool
    ) -> None:
        story.stations(count)
        tag = "{network.base_stations period=2019 scale=1 decimals=-2 rounding=down"
        write(folder, f"新建{tag} word=多}}。", f"We built over {tag}}}.")
        assert (reports.problems_of("programme", folder=folder) == []) == holds


class TestKinds:
    def test_a_report_prints_every_kind_and_its_judge(self, story: Story, folder: Path) -> None:
        story.post(VILLAGES, [1000], unit=None, place=CEHENG, on=date(2019, 1, 1))
        story.post(COVERED, [999], unit=None, place=CEHENG, on=date(2019, 3, 1))
        story.post(PLEDGED, [999], unit=None, place=CEHENG, on=date(2019, 3, 1))
        story.post(LESSONS, [1, 1], unit=None, place=CEHENG, on=date(2019, 3, 1), parties=[party(1)] * 2)
        tags = [f"{{{code} period=2019}}" for code in (COVERAGE, TARGET, TRAINED, ATTENDED)]
        write(
            folder,
            f"覆盖{tags[0]}，目标{tags[1]}；培训{tags[2]}、{tags[3]}。{{judge 省办}}说效果良好。",
            f"Coverage {tags[0]}, target {tags[1]}; {tags[2]} trained, {tags[3]}. {{judge The office}} calls it excellent.",
        )
        shown = reports.drawn("programme", "zh", folder=folder)
        assert shown.problems == ()
        written = "".join(
            str(part.figure) if part.figure else part.text for part in shown.paragraphs[-1].parts
        )
        assert written == "覆盖99.9%，目标完成；培训1人、2人次。省办说效果良好。"


@pytest.mark.usefixtures("short_report")
class TestCommand:
    def test_fails_with_the_sentences(self, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        from contextlib import nullcontext

        from bangfu.site.cli import report

        monkeypatch.setattr(report, "database", nullcontext)
        failed = CliRunner().invoke(report.report, ["check", "programme"])
        assert failed.exit_code == 1
        assert "programme.zh.md:5:" in failed.output
        story.stations(1)
        passed = CliRunner().invoke(report.report, ["check", "programme"])
        assert (passed.exit_code, passed.output) == (0, "通过 · Passed.\n")
        assert CliRunner().invoke(report.report, ["check", "nothing"]).exit_code == 1

    def test_figures_and_open_say_the_same(self, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        import json
        from contextlib import nullcontext

        from bangfu.site.cli import figures, open_

        story.stations(46, on=date(2019, 9, 1))
        for module in (figures, open_):
            monkeypatch.setattr(module, "database", nullcontext)
        listed = CliRunner().invoke(figures.figures, ["--json", "--place", "522327"])
        found = {row["indicator"]: row for row in json.loads(listed.output)}
        assert (found[CODE]["value"], found[CODE]["period"], found[CODE]["facts"]) == ("46", "2019", 46)
        for step in ("how", "where", "facts"):
            shown = CliRunner().invoke(open_.open_, [CODE, "--place", "522327", "--step", step])
            assert shown.exit_code == 0, shown.output
            assert "46个  (46)" in shown.output
            months = [line.split() for line in shown.output.splitlines() if line.startswith("  2019-")]
            if step == "where":
                assert len(months) == 12
                assert ["2019-09", "█" * 24, "46"] in months
        assert "46个" in CliRunner().invoke(figures.figures, []).output


class TestUnfinished:
    """The report's own page in a house whose ledger does not hold every figure of it."""

    ADDRESS = "/reports/programme/"

    def test_says_what_is_missing_and_opens_it(self, story: Story) -> None:
        page = door(story.cast.officer).get(self.ADDRESS)
        assert page.status_code == 409
        assert "还缺" in text(page)
        assert '<a href="/f/shop.fairs/?period=2019-12-11/2019-12-20">' in text(page)
        assert '<a href="/f/network.base_stations/?period=2019">' in text(page)
        assert '<article class="prose">' not in text(page)

    def test_what_has_facts_is_not_missing(self, story: Story) -> None:
        story.stations(1)
        assert '<a href="/f/network.base_stations/?period=2019">' not in text(
            door(story.cast.officer).get(self.ADDRESS)
        )

    def test_shows_the_report_when_it_is_whole(self, story: Story, short_report: Path) -> None:
        story.stations(46)
        page = text(door(story.cast.officer).get(self.ADDRESS))
        assert '<article class="prose">' in page
        assert "还缺" not in page

    def test_says_that_sentences_fail_when_every_figure_has_facts(self, story: Story, folder: Path) -> None:
        story.stations(46)
        write(folder, f"新建超过{TAG}。", f"We built {TAG}.")
        assert "报告里有句子没有通过检查" in text(door(story.cast.officer).get(self.ADDRESS))
