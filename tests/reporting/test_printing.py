"""The report on paper: typeset with its own typeface, every figure with its code and its address."""

from __future__ import annotations

import hashlib
import io
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from bangfu.foundation.printing import FONTS
from bangfu.reporting.printing import report_pdf
from bangfu.reporting.reports import drawn
from tests.reporting.story import Story
from tests.reporting.test_pages import door

DIGESTS = {
    "NotoSerifSC_400Regular.ttf": "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
    "NotoSerifSC_700Bold.ttf": "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
    "LICENSE": "5e0da210fb04058a8c0087985d2d456b931c2579811a49655721d3cf0c36b6d6",
}
"""The typeface as it was released: npm package @expo-google-fonts/noto-serif-sc 0.4.3, OFL-1.1."""


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in read(content).pages).split())


def addresses(content: bytes) -> set[str]:
    return {
        note["/A"]["/URI"]
        for page in read(content).pages
        for note in (one.get_object() for one in page.get("/Annots", []))
        if "/URI" in note.get("/A", {})
    }


@pytest.mark.usefixtures("short_report")
class TestReportPdf:
    def test_prints_every_figure_with_its_code_and_its_address(self, story: Story) -> None:
        story.stations(46, on=date(2019, 6, 1))
        story.seal()
        printed = report_pdf(drawn("programme", "zh"), origin="https://bangfu.example")
        assert "全年新建无线基站46个004K05。" in words(printed)
        assert "附件数字一览" in words(printed)
        assert "账册区块1" in words(printed)
        assert addresses(printed) == {"https://bangfu.example/f/network.base_stations/?period=2019"}

    def test_prints_english(self, story: Story) -> None:
        story.stations(46, on=date(2019, 6, 1))
        printed = words(report_pdf(drawn("programme", "en"), origin="https://bangfu.example"))
        assert "acceptedthere46stations004K05" in printed
        assert "Annex:everyfigureofthisreport" in printed

    def test_holds_its_typeface_and_no_other_of_the_machine(self, story: Story) -> None:
        story.stations(1, on=date(2019, 6, 1))
        fonts = {
            str(font.get_object()["/BaseFont"]).split("+")[-1]: font.get_object()["/DescendantFonts"][0]
            for page in read(report_pdf(drawn("programme", "zh"), origin="")).pages
            for font in page["/Resources"]["/Font"].values()
        }
        assert {name.removesuffix("-Identity-H") for name in fonts} == {
            "NotoSerifSC-Regular", "NotoSerifSC-Bold", "LibertinusSerif-Regular", "LibertinusSerif-Bold", "DejaVuSansMono",
        }  # fmt: skip
        for one in fonts.values():
            descriptor = one.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)

    def test_a_sheet_is_a4_with_the_margins_of_official_documents(self, story: Story) -> None:
        story.stations(1, on=date(2019, 6, 1))
        page = read(report_pdf(drawn("programme", "zh"), origin="")).pages[0]
        assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]

    def test_refuses_a_report_that_fails_its_checks(self, story: Story) -> None:
        with pytest.raises(ValueError, match="fails its checks"):
            report_pdf(drawn("programme", "zh"), origin="")


@pytest.mark.usefixtures("short_report")
class TestPage:
    def test_hands_the_file_over_as_of_a_block(self, story: Story) -> None:
        first, *_ = story.stations(3, on=date(2019, 6, 1))
        story.seal()
        story.reverse(first)
        answer = door(story.cast.officer).get("/reports/programme.pdf?as_of=1")
        assert answer.headers["Content-Type"] == "application/pdf"
        content = b"".join(answer.streaming_content)
        assert "全年新建无线基站3个" in words(content)
        assert addresses(content) == {"http://testserver/f/network.base_stations/?period=2019&as_of=1"}

    def test_shows_the_problems_of_a_report_that_fails(self, story: Story) -> None:
        assert door(story.cast.officer).get("/reports/programme.pdf").status_code == 409

    def test_refuses_the_outsider_and_knows_no_other_report(self, story: Story) -> None:
        assert door(story.cast.outsider).get("/reports/programme.pdf").status_code == 403
        assert door(story.cast.officer).get("/reports/other.pdf").status_code == 404


@pytest.mark.usefixtures("short_report")
class TestCommand:
    def test_writes_the_file(self, story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        from bangfu.site.cli import report

        monkeypatch.setattr(report, "database", nullcontext)
        target = tmp_path / "report.pdf"
        refused = CliRunner().invoke(report.report, ["pdf", "programme", str(target)])
        assert refused.exit_code == 1
        assert not target.exists()
        story.stations(1, on=date(2019, 6, 1))
        done = CliRunner().invoke(report.report, ["pdf", "programme", str(target), "--language", "en"])
        assert done.exit_code == 0, done.output
        assert "1station" in words(target.read_bytes())


@pytest.mark.parametrize(("name", "digest"), DIGESTS.items())
def test_the_typeface_is_the_one_that_was_released(name: str, digest: str) -> None:
    assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest
