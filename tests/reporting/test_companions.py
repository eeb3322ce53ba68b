"""Companions: an article, a case and a press sheet say the report's figures, written alike, and are as long as they may be."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import system_writes
from bangfu.reporting import texts
from bangfu.reporting.companions import Companion, Form, companion_of, together
from bangfu.reporting.publications.models import Publication, PublishedCompanion
from bangfu.reporting.publications.operations import UnableToPrepare, prepare_publication
from bangfu.reporting.wording import length_of, read
from tests.reporting.programme import post_programme
from tests.reporting.story import Story
from tests.reporting.test_pages import door, text

TAG = "{network.base_stations period=2019}"
CASE = {
    "zh": f"# 案例\n\n@limit 20\n\n{{period 2019}}新建{TAG}。\n",
    "en": f"# A case\n\n@limit 20\n\nIn {{period 2019}} we built {TAG}.\n",
}


@pytest.fixture
def folder(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the programme's report has one figure and a true case beside it; 46 stations were built."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    written = {
        "zh": f"# 报告\n\n{{period 2019}}新建{TAG}。\n",
        "en": f"# Report\n\nIn {{period 2019}} we built {TAG}.\n",
    }
    for language, said in written.items():
        (tmp_path / f"programme.{language}.md").write_text(said, encoding="utf-8")
    write(tmp_path, "case", CASE)
    story.stations(46)
    return tmp_path


def write(folder: Path, form: str, written: dict[str, str]) -> None:
    for language, said in written.items():
        (folder / f"programme.{form}.{language}.md").write_text(said, encoding="utf-8")


def changed(folder: Path, old: str, new: str, *, language: str = "zh") -> list[str]:
    """Return what is wrong once a word of the case is another, in Chinese."""
    write(folder, "case", CASE)
    said = CASE[language].replace(old, new)
    assert said != CASE[language]
    write(folder, "case", {language: said})
    return [one.zh for one in together("programme").problems]


def the_case() -> Companion:
    (found,) = together("programme").companions
    return found


class TestCompanionOf:
    def test_says_of_one_what_is_said_of_all(self, folder: Path) -> None:
        one, same = companion_of("programme", "case"), the_case()
        assert (one.form, one.problems, one.lengths, one.declared) == (
            same.form, same.problems, same.lengths, same.declared,
        )  # fmt: skip
        assert {key: shown.paragraphs for key, shown in one.reports.items()} == {
            key: shown.paragraphs for key, shown in same.reports.items()
        }

    @pytest.mark.parametrize("form", ["press", "zh", "poem"])
    def test_there_is_no_other(self, folder: Path, form: str) -> None:
        with pytest.raises(LookupError):
            companion_of("programme", form)


class TestTogether:
    def test_a_true_case_passes_and_says_how_long_it_is(self, folder: Path) -> None:
        found = the_case()
        assert (found.form, found.problems) == (Form.CASE, ())
        assert found.lengths == {"zh": 7, "en": 6}
        assert found.declared == {"zh": {"limit": "20"}, "en": {"limit": "20"}}

    def test_a_figure_in_another_display_than_the_reports(self, folder: Path) -> None:
        assert changed(folder, "period=2019}", "period=2019 decimals=-1 scale=1}") == [
            "{network.base_stations period=2019 decimals=-1 scale=1} 在这里写作「50个」，报告写作「46个」：同一个数只有一种写法"
        ]

    def test_a_figure_that_the_report_does_not_state(self, folder: Path) -> None:
        said = changed(folder, "period=2019}", "period=2019 place=522327}")
        assert "{network.base_stations period=2019 place=522327} 报告里没有：先写进报告" in said

    def test_one_that_is_too_long_says_by_how_much(self, folder: Path) -> None:
        assert changed(folder, "@limit 20", "@limit 5") == ["全文 7 字，超过上限 5 字，多 2 字：请删减"]
        assert changed(folder, "@limit 20", "@limit 5", language="en") == [
            "全文 6 字，超过上限 5 字，多 1 字：请删减"
        ]

    def test_exactly_the_limit_is_allowed(self, folder: Path) -> None:
        assert changed(folder, "@limit 20", "@limit 7") == []

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("@limit 20\n", "", "典型案例须写明 @limit"),
            ("@limit 20", "@limit 二十", "@limit 须是正整数"),
            ("@limit 20", "@limit 0", "@limit 须是正整数"),
            ("@limit 20", "@limit 20\n@author 林远山", "典型案例不署名，请去掉 @author"),
            ("@limit 20", "@limit 20\n@limit 30", "「@limit 30」无法识别或写了两遍"),
            ("@limit 20", "@limit 20\n@colour red", "「@colour red」无法识别或写了两遍"),
            ("新建{", "新建五千个站，有{", "「五千个」没有绑定：数字只能由标签给出"),
            ("新建{", "新建超过{", "「超过」要求实际数大于 46个，实际是 46"),
        ],
    )  # fmt: skip
    def test_what_is_missing_unbound_or_untrue(self, folder: Path, old: str, new: str, said: str) -> None:
        assert said in changed(folder, old, new)

    def test_an_article_needs_author_and_post_and_no_number_in_them(self, folder: Path) -> None:
        article = {language: said.replace("@limit 20\n\n", "") for language, said in CASE.items()}
        write(folder, "article", article)
        assert sorted(one.zh for one in together("programme").problems) == [
            "署名文章须写明 @author", "署名文章须写明 @author", "署名文章须写明 @post", "署名文章须写明 @post",
        ]  # fmt: skip
        signed = {
            language: said.replace("\n\n", "\n\n@author 林远山\n@post 帮扶5万人的主任\n\n", 1)
            for language, said in article.items()
        }
        write(folder, "article", signed)
        assert "@post 里的「5」没有绑定：数字只能由标签给出" in [
            one.zh for one in together("programme").problems
        ]

    def test_a_text_in_one_language_or_in_no_known_form(self, folder: Path) -> None:
        write(folder, "press", {"zh": CASE["zh"]})
        write(folder, "poem", CASE)
        assert [(one.file, one.zh) for one in together("programme").problems] == [
            (f"programme.{form}.*.md", "随报告的文字须有中英文两份，文体只有 article、case、press") for form in ("poem", "press")
        ]  # fmt: skip

    def test_is_no_report_of_its_own(self, folder: Path) -> None:
        assert texts.report_codes() == ["programme"]
        assert texts.companion_forms("programme") == ["case"]


class TestPreparing:
    def test_is_refused_while_a_companion_has_problems(self, story: Story, folder: Path) -> None:
        story.seal()
        changed(folder, "@limit 20", "@limit 5")
        with pytest.raises(UnableToPrepare) as refused:
            prepare_publication(report="programme", act=story.act)
        assert refused.value.code == "fails_checks"
        assert "全文 7 字，超过上限 5 字，多 2 字：请删减" in str(refused.value)
        assert not Publication.objects.exists()

    def test_a_companion_is_not_published_by_itself(self, story: Story, folder: Path) -> None:
        story.seal()
        with pytest.raises(UnableToPrepare) as refused:
            prepare_publication(report="programme.case", act=story.act)
        assert refused.value.code == "unknown_report"

    def test_keeps_what_it_said_in_rows(self, story: Story, folder: Path) -> None:
        story.seal()
        publication = prepare_publication(report="programme", act=story.act)
        (kept,) = publication.companions.all()
        assert (kept.form, kept.heading_zh, kept.heading_en) == ("case", "案例", "A case")
        assert kept.about == {"zh": {"limit": "20", "length": 7}, "en": {"limit": "20", "length": 6}}
        assert kept.text["zh"][1]["parts"] == [
            {"text": "2019年"}, {"text": "新建"}, {"figure": 0, "inner": ""}, {"text": "。"},
        ]  # fmt: skip

    def test_the_database_takes_each_known_form_once(self, story: Story, folder: Path) -> None:
        story.seal()
        publication = prepare_publication(report="programme", act=story.act)
        for form in ("poem", "case"):
            past = system_writes("somebody tries to get past the operation")
            with pytest.raises(IntegrityError), transaction.atomic(), past:
                PublishedCompanion.objects.create(
                    publication=publication, form=form, heading_zh="", heading_en="", text={}, about={}
                )


class TestProgramme:
    def test_its_own_companions_pass(self, story: Story) -> None:
        post_programme(story)
        found = together("programme")
        assert [str(one) for one in found.problems] == []
        assert [one.form for one in found.companions] == [Form.ARTICLE, Form.CASE, Form.PRESS]


class TestPages:
    def test_the_report_leads_to_its_companions(self, story: Story, folder: Path) -> None:
        page = text(door(story.cast.officer).get("/reports/programme/"))
        assert '<a href="/reports/programme/texts/case/">' in page
        shown = door(story.cast.officer).get("/reports/programme/texts/case/")
        assert shown.status_code == 200
        assert '<span class="value">46</span>个</a>' in text(shown)
        assert "7 字，上限 20 字" in text(shown)

    def test_one_with_problems_shows_them_instead(self, story: Story, folder: Path) -> None:
        changed(folder, "@limit 20", "@limit 5")
        shown = door(story.cast.officer).get("/reports/programme/texts/case/")
        assert shown.status_code == 409
        assert "多 2 字：请删减" in text(shown)
        assert '<article class="prose">' not in text(shown)

    def test_is_for_readers_of_reports(self, story: Story, folder: Path) -> None:
        assert door(story.cast.outsider).get("/reports/programme/texts/case/").status_code == 403
        assert door(story.cast.officer).get("/reports/programme/texts/press/").status_code == 404
        assert door(story.cast.officer).get("/reports/other/texts/case/").status_code == 404


class TestCommand:
    def test_check_checks_the_companions_too(
        self, story: Story, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from bangfu.site.cli import report

        monkeypatch.setattr(report, "database", nullcontext)
        assert CliRunner().invoke(report.report, ["check", "programme"]).exit_code == 0
        changed(folder, "@limit 20", "@limit 5")
        failed = CliRunner().invoke(report.report, ["check", "programme"])
        assert failed.exit_code == 1
        assert "programme.case.zh.md:1: 全文 7 字，超过上限 5 字" in failed.output


class TestLength:
    @pytest.mark.parametrize(
        ("said", "language", "length"),
        [
            ("全年新建基站3.26万个。", "zh", 10),
            ("5G网络通了", "zh", 5),
            ("“好”——他说……", "zh", 9),
            ("参与32 500人次", "zh", 6),
            ("参与32\u202f500人次", "zh", 5),
            ("互联网+教育", "zh", 6),
            ("  \n ", "zh", 0),
            ("𠀀村", "zh", 2),
            ("We built 32,600 stations — all new.", "en", 6),
            ("child’s lesson—and more", "en", 4),
            ("", "en", 0),
        ],
    )  # fmt: skip
    def test_is_counted_as_offices_count(self, said: str, language: str, length: int) -> None:
        assert length_of(said, language) == length

    def test_what_a_text_declares_is_no_paragraph(self) -> None:
        found = read("# 题\n@limit 30\n\n正文\n@author 林远山\n续", file="x", language="zh")
        assert found.declared == {"limit": "30", "author": "林远山"}
        assert [(one.kind, one.source) for one in found.paragraphs] == [
            ("title", "题"),
            ("text", "正文"),
            ("text", "续"),
        ]
