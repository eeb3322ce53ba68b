"""The page: paste or upload, see every number marked, take the list; nothing is kept."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.foundation.rooms import marks
from bangfu.site.cli import report
from tests.cast import CEHENG, GUYUAN
from tests.reporting.matching.files import docx
from tests.reporting.story import Story
from tests.reporting.test_pages import door, text

PAGE = "/reports/match/"
SAID = "2019年，册亨县新建无线基站5个，沽源县新建无线基站2个。修水渠12公里。"


@pytest.fixture
def stations(story: Story) -> Story:
    """Four stations in 册亨 and two in 沽源."""
    story.stations(4, place=CEHENG, on=date(2019, 5, 4))
    story.stations(2, place=GUYUAN, on=date(2019, 5, 4))
    return story


class TestPage:
    def test_asks_for_a_text_first(self, stations: Story) -> None:
        answer = door(stations.cast.officer).get(PAGE)
        assert answer.status_code == 200
        assert 'name="text"' in text(answer)

    def test_marks_a_pasted_text_by_sign_and_word(self, stations: Story) -> None:
        shown = text(door(stations.cast.officer).post(PAGE, {"text": SAID}))
        assert '<a class="mark is-off" id="in-1" href="#on-1"' in shown
        assert '<a class="mark is-true" id="in-2"' in shown
        assert '<a class="mark is-unknown" id="in-3"' in shown
        assert "≠" in shown
        assert "2019年，册亨县新建无线基站4个，沽源县新建无线基站2个。修水渠12公里。" in shown
        assert 'class="opens" href="/f/network.base_stations/?period=2019&amp;place=522327"' in shown

    def test_reads_an_upload_and_keeps_nothing(self, stations: Story) -> None:
        before = _files()
        file = SimpleUploadedFile("draft.docx", docx(SAID))
        shown = text(door(stations.cast.officer).post(PAGE, {"file": file}))
        assert 'class="mark is-off"' in shown
        assert _files() == before

    def test_a_wrong_file_is_refused_with_a_sentence(self, stations: Story) -> None:
        file = SimpleUploadedFile("draft.docx", b"PK\x03\x04 nothing")
        answer = door(stations.cast.officer).post(PAGE, {"file": file})
        assert answer.status_code == 422
        assert "可能已损坏" in text(answer)

    def test_says_so_when_there_are_no_numbers(self, stations: Story) -> None:
        assert "没有数字" in text(door(stations.cast.officer).post(PAGE, {"text": "山里山外。"}))

    def test_words_of_the_draft_are_no_markup(self, stations: Story) -> None:
        shown = text(
            door(stations.cast.officer).post(PAGE, {"text": "<script>4</script>新建无线基站4个</textarea>"})
        )
        assert "<script>4" not in shown
        assert "4个</textarea></textarea>" not in shown

    def test_an_outsider_is_refused(self, stations: Story) -> None:
        assert door(stations.cast.outsider).get(PAGE).status_code == 403
        assert door(stations.cast.outsider).post("/reports/match.csv", {"text": SAID}).status_code == 403

    def test_speaks_english(self, stations: Story) -> None:
        client = door(stations.cast.officer)
        client.cookies["bangfu_language"] = "en"
        shown = text(client.post(PAGE, {"text": SAID}))
        assert "It differs from the figure, which is 4" in shown


def _files() -> set[Path]:
    return set(Path(settings.EVIDENCE_FOLDER).rglob("*"))


class TestList:
    def test_as_csv(self, stations: Story) -> None:
        answer = door(stations.cast.officer).post("/reports/match.csv", {"text": SAID})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [(row["number"], row["verdict"], row["insert"]) for row in rows] == [
            ("5个", "off", "4个"),
            ("2个", "true", ""),
            ("12公里", "unknown", ""),
        ]
        assert rows[0]["address"].endswith("/f/network.base_stations/?period=2019&place=522327")

    def test_as_a_workbook(self, stations: Story) -> None:
        answer = door(stations.cast.officer).post("/reports/match.xlsx", {"text": SAID})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["number", "5个", "2个", "12公里"]

    def test_is_only_posted(self, stations: Story) -> None:
        assert door(stations.cast.officer).get("/reports/match.csv").status_code == 405

    def test_formulas_of_a_stranger_stay_text(self, stations: Story) -> None:
        answer = door(stations.cast.officer).post(
            "/reports/match.csv", {"text": "=HYPERLINK(1) 新建无线基站4个"}
        )
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert not [cell for row in rows for cell in row if cell.startswith("=")]

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_carries_the_mark_of_the_example(
        self, stations: Story, monkeypatch: pytest.MonkeyPatch, form: str
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: True])
        content = door(stations.cast.officer).post(f"/reports/match.{form}", {"text": SAID}).content
        if form == "csv":
            assert "示例数据" in content.decode()
        else:
            assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["matched", "示例"]


def test_in_the_terminal(stations: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(report, "database", nullcontext)
    file = tmp_path / "draft.txt"
    file.write_text(SAID, encoding="utf-8")
    done = CliRunner().invoke(report.report, ["match", str(file)])
    assert done.exit_code == 1
    assert "≠ 5个  数不对  新建无线基站" in done.output
    assert "→ 4个" in done.output
    mended = CliRunner().invoke(report.report, ["match", str(file), "--corrected"])
    assert mended.output.startswith("2019年，册亨县新建无线基站4个")
