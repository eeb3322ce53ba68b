"""A chart in a report: drawn on the page, refused with a sentence, frozen with its figures, printed, verified by strangers."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from bangfu.reporting import texts
from bangfu.reporting.charts.models import Chart
from bangfu.reporting.charts.operations import save_chart, withdraw_chart
from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.operations import UnableToPrepare
from bangfu.reporting.publications.queries import frozen_standing
from bangfu.reporting.reports import drawn, problems_of
from tests.cast import CEHENG, GUYUAN
from tests.reporting.publications.conftest import EN, ZH
from tests.reporting.publications.forging import changed, faults_of, members_of
from tests.reporting.publications.stating import words_of_pdf
from tests.reporting.publications.test_pages import door
from tests.reporting.publications.test_papers import compact, paper
from tests.reporting.publications.test_publishing import frozen, prepared
from tests.reporting.story import Story

RANKED = "{chart ranking network.base_stations period=2019 level=1 before=0}"
GUIZHOU_FIGURE, HEBEI_FIGURE = 4, 5
"""Their positions, behind the four of the text."""


def with_chart(chart: str, english: str | None = None) -> None:
    """Put a chart at the end of the report's texts."""
    for language, written in (("zh", ZH), ("en", EN)):
        said = chart if language == "zh" or english is None else english
        (texts.FOLDER / f"programme.{language}.md").write_text(f"{written}\n{said}\n", encoding="utf-8")


def why(chart: str) -> str:
    """Return what is wrong with a report that has a chart, in Chinese."""
    with_chart(chart)
    return "；".join(one.zh for one in problems_of("programme"))


class TestOnThePage:
    def test_its_marks_and_its_lines_open(self, told: Story) -> None:
        with_chart(RANKED)
        page = door(told.cast.officer).get("/reports/programme/").content.decode()
        opens = "/f/network.base_stations/?period=2019&amp;place=520000"
        mark = f'<a class="mark figure" href="{opens}" aria-label="贵州省，2019年：29 个">'
        assert page.count(mark) == 2  # as on paper and for a phone
        assert f'<li><span>贵州省</span> <a class="figure" href="{opens}"' in page
        report = drawn("programme", "en")
        [chart] = [one.parts[0].chart for one in report.paragraphs if one.kind == "chart"]
        assert chart is not None
        assert chart.title == "New base stations: provinces ranked, 2019"
        assert [(one.name, [str(shown.shown_in("en")) for shown in one.figures]) for one in chart.lines] == [
            ("贵州省", ["29 stations"]), ("河北省", ["4 stations"]),
        ]  # fmt: skip
        assert len(report.figures) == 4 + 2

    def test_one_that_draws_less_than_there_is_says_so(self, told: Story) -> None:
        with_chart(RANKED.replace("before=0", "most=1"))
        [chart] = [one.parts[0].chart for one in drawn("programme", "zh").paragraphs if one.kind == "chart"]
        assert chart is not None
        assert ([one.name for one in chart.lines], chart.notes) == (
            ["贵州省"],
            ("画出 1 个，有记录的共 2 个。",),
        )

    def test_as_of_a_block_it_says_what_the_block_knew(self, told: Story) -> None:
        with_chart(RANKED)
        told.stations(9, place=GUYUAN, on=date(2019, 7, 1))
        told.seal()
        for as_of, count in ((1, "4个"), (None, "13个")):
            report = drawn("programme", "zh", as_of=as_of)
            [chart] = [one.parts[0].chart for one in report.paragraphs if one.kind == "chart"]
            assert chart is not None
            assert str(chart.lines[1].figures[0]) == count

    def test_what_a_text_may_not_draw_is_said(self, told: Story) -> None:
        assert "须单独成段" in why(f"看图：{RANKED}")
        assert "没有写明期间" in why("{chart ranking network.base_stations level=1}")
        assert "没有写明图的种类和指标" in why("{chart ranking}")
        assert "colour=red 无法识别" in why("{chart ranking network.base_stations period=2019 colour=red}")
        assert "no.such" in why("{chart ranking no.such period=2019}")
        assert "没有「pie」这个选项" in why("{chart pie network.base_stations period=2019}")
        assert "不能放进报告" in why("{chart distribution network.base_stations period=2019}")
        assert "没有记录，画不出图" in why("{chart ranking network.base_stations period=2015 level=1}")
        assert "不足 5 人" in why("{chart ranking grants.students period=2019 level=1 before=0}")
        with_chart(RANKED, RANKED.replace("level=1", "level=3"))
        assert ["programme.en.md 中没有" in one.zh for one in problems_of("programme")] == [True, False]

    def test_a_number_that_is_no_figure_is_refused(self, told: Story) -> None:
        composed = "{chart composition network.base_stations period=2019 level=3 place=52}"
        with_chart(composed)
        assert problems_of("programme") == []
        told.stations(2, place=520000000000, on=date(2019, 7, 1))
        assert "不是一个打得开的数" in why(composed)

    def test_it_stands_in_no_companion(self, told: Story) -> None:
        for language in ("zh", "en"):
            article = texts.FOLDER / f"programme.article.{language}.md"
            article.write_text(f"{article.read_text(encoding='utf-8')}\n{RANKED}\n", encoding="utf-8")
        with pytest.raises(UnableToPrepare) as refused:
            prepared(told)
        assert refused.value.code == "fails_checks"
        assert "只能放在报告里" in str(refused.value)


class TestSaved:
    def saved(self, told: Story, *, is_shared: bool) -> int:
        question = {"kind": ["ranking"], "indicator": ["network.base_stations"], "by": ["place"], "level": ["1"],
                    "before": ["0"], "period": ["2019"]}  # fmt: skip
        return save_chart(
            unit=told.cast.office, name_zh="各省基站", name_en="", question=question, is_shared=is_shared,
            act=told.cast.act(told.cast.officer),
        ).chart_id  # fmt: skip

    def test_a_shared_one_stands_there_until_it_is_withdrawn(self, told: Story) -> None:
        key = self.saved(told, is_shared=True)
        with_chart(f"{{chart {key}}}")
        publication = prepared(told)
        assert [one.content["value"] for one in publication.figures.filter(position__gte=GUIZHOU_FIGURE)] == [
            "29",
            "4",
        ]
        withdraw_chart(chart=Chart.objects.get(pk=key), act=told.cast.act(told.cast.officer))
        with pytest.raises(UnableToPrepare) as refused:
            prepared(told)
        assert f"没有第 {key} 号图，或者它已撤下、没有共享。" in str(refused.value)
        assert Publication.objects.count() == 1

    def test_a_private_one_and_none_are_refused(self, told: Story) -> None:
        key = self.saved(told, is_shared=False)
        for number in (key, 999_999):
            assert f"没有第 {number} 号图" in why(f"{{chart {number}}}")


class TestFrozen:
    def test_it_stays_and_each_of_its_figures_opens(self, told: Story) -> None:
        with_chart(RANKED)
        publication = prepared(told)
        draft = door(told.cast.officer).get(f"/publications/{publication.pk}/").content.decode()
        assert ('<g class="mark" role="img" aria-label="贵州省' in draft, "#figure-" in draft) == (
            True,
            False,
        )
        frozen(told)
        told.stations(9, place=GUYUAN, on=date(2019, 7, 1))
        told.seal()
        page = door().get("/publications/published/1/").content.decode()
        address = f"/publications/published/1/figures/{GUIZHOU_FIGURE}/"
        mark = f'<a class="mark figure" data-leave href="{address}" aria-label="贵州省，2019年：29 个">'
        assert page.count(mark) == 2
        assert (
            f'<li><span>河北省</span> <a class="figure" data-leave href="{address.replace("4", "5")}">4个</a></li>'
            in page
        )
        assert "29" in door().get(address).content.decode()

    def test_the_bundle_prints_its_figures_and_verifies(self, told: Story, tmp_path: Path) -> None:
        with_chart(RANKED)
        frozen(told)
        bundle = members_of(bundle_path(1))
        assert faults_of(bundle, tmp_path) == []
        page = bundle["report.html"].decode()
        assert (
            f'<a class="mark figure" href="#en-{HEBEI_FIGURE}" aria-label="河北省, 2019: 4 stations">' in page
        )
        line = (
            f'data-figure="{HEBEI_FIGURE}" data-language="zh" data-inner="" href="#zh-{HEBEI_FIGURE}">4个</a>'
        )
        forged = changed(
            bundle, "report.html", lambda one: one.replace(line.encode(), line.replace("4个", "5个").encode())
        )
        assert "report.html prints '5个' where figure 6 is '4个'" in faults_of(forged, tmp_path)

    def test_on_paper_it_is_drawn_and_says_where_its_figures_are_listed(self, told: Story) -> None:
        with_chart(RANKED)
        frozen(told)
        standing = frozen_standing(1)
        printed = paper(standing, "report.zh.pdf")
        said = compact(words_of_pdf(printed))
        assert "新建无线基站：2019年省排名全部地区图中各数：[5–6]" in said
        assert "贵州省29个" in said  # drawn as letters and not as a raster
        assert not [one for page in PdfReader(io.BytesIO(printed)).pages for one in page.images]
        document = docx.Document(io.BytesIO(paper(standing, "report.en.docx")))
        [shape] = document.inline_shapes
        assert shape._inline.docPr.get("descr") == "New base stations: provinces ranked, 2019"
        assert round(shape.width.cm, 1) == 15.6
        assert "Its figures: [5–6]" in [one.text for one in document.paragraphs]
        assert paper(standing, "report.en.docx") == paper(standing, "report.en.docx")

    def test_of_places_it_freezes_their_own_facts(self, told: Story) -> None:
        with_chart(RANKED)
        publication = prepared(told)
        facts = {one.content["place"]: [len(term.facts) for term in one.terms.all()] for one in publication.figures.filter(
            position__gte=GUIZHOU_FIGURE
        )}  # fmt: skip
        assert facts == {str(CEHENG // 10**10 * 10**10): [31], str(GUYUAN // 10**10 * 10**10): [4]}
