"""Papers: PDF and Word in official layout and the table, from what a publication fixed; drafts until it is frozen."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from docx.shared import Pt, Twips
from pypdf import PdfReader

from bangfu.foundation.ledger.models import Checkpoint, SigningKey
from bangfu.foundation.rooms import marks
from bangfu.reporting.publications.models import Publication, PublishedFigure
from bangfu.reporting.publications.operations import approve_publication
from bangfu.reporting.publications.papers import files
from bangfu.reporting.publications.papers.composing import composed
from bangfu.reporting.publications.papers.tables import figures_csv
from bangfu.reporting.publications.papers.texts import text_of, texts_of
from bangfu.reporting.publications.queries import Standing, frozen_standing, standing_of
from tests.reporting.publications.stating import handed, rows_of_csv, words_of_docx, words_of_pdf
from tests.reporting.publications.test_pages import door
from tests.reporting.publications.test_publishing import frozen, prepared
from tests.reporting.story import Story

ORIGIN = "https://bangfu.example"


@pytest.fixture
def published(told: Story) -> Standing:
    frozen(told)
    return frozen_standing(1)


def paper(standing: Standing, name: str) -> bytes:
    code, language, form = name.split(".")
    return files.written(standing, files.Paper(code, language, form), origin=ORIGIN)


def compact(text: str) -> str:
    return "".join(text.split())


class TestPdf:
    def test_lists_every_figure_and_how_to_verify_it(self, published: Standing) -> None:
        said = compact(words_of_pdf(paper(published, "report.zh.pdf")))
        for words in (
            "发布第1号账册区块1",
            "一、聚焦优势",
            "2019年新建无线基站33个[1]，册亨29个[2]。",
            "附件：数字一览",
            "1004K05新建无线基站2019年·全部地区·network.base_stationsv133个33",
            "如何核对",
            f"{ORIGIN}/publications/published/1/",
            published.last.digest if published.last else "",
            SigningKey.objects.get().public_key,
        ):
            assert words in said, words
        assert "第一章" not in said
        assert "送审稿" not in said

    def test_its_figures_open_at_the_published_ones(self, published: Standing) -> None:
        pages = PdfReader(io.BytesIO(paper(published, "report.en.pdf"))).pages
        notes = [one.get_object() for page in pages for one in page.get("/Annots", [])]
        assert {one["/A"]["/URI"] for one in notes if "/URI" in one.get("/A", {})} == {
            f"{ORIGIN}/publications/published/1/figures/{position}/" for position in range(4)
        }

    def test_bears_the_day_of_its_publication_and_no_other(self, published: Standing) -> None:
        about = PdfReader(io.BytesIO(paper(published, "report.zh.pdf"))).metadata
        assert about is not None
        assert (about.title, about["/CreationDate"][:10]) == ("2019年帮扶工作报告", "D:20200731")

    def test_an_article_is_signed_and_lists_its_own_figures_alone(self, published: Standing) -> None:
        said = compact(words_of_pdf(paper(published, "article.zh.pdf")))
        assert "山里的信号帮扶办公室主任林远山" in said
        assert "附件文中数字" in said
        assert "1004K05" in said
        assert "资助" not in said


class TestWord:
    @pytest.fixture
    def document(self, published: Standing) -> Any:
        return docx.Document(io.BytesIO(paper(published, "report.zh.docx")))

    def test_is_a4_with_the_margins_and_the_grid_of_official_documents(self, document: Any) -> None:
        page = document.sections[0]
        sides = (
            page.page_width,
            page.page_height,
            page.top_margin,
            page.bottom_margin,
            page.left_margin,
            page.right_margin,
        )
        assert [round(one.mm) for one in sides] == [210, 297, 37, 35, 28, 26]
        grid = page._sectPr.find(qn("w:docGrid"))
        assert [grid.get(qn(f"w:{name}")) for name in ("type", "linePitch")] == ["lines", "579"]
        letters = document.styles["Body Text"].element.rPr
        tight = int(letters.find(qn("w:spacing")).get(qn("w:val"))) / 20
        assert 28 * (letters.sz.val.pt + tight) <= (
            page.page_width - page.left_margin - page.right_margin
        ) / Pt(1)
        # 22 lines of 579 twentieths of a point and 28 characters fit between the margins.
        assert 22 * 579 <= (page.page_height - page.top_margin - page.bottom_margin) / Twips(1) < 23 * 579

    def test_every_paragraph_has_a_style_and_headings_are_headings(self, document: Any) -> None:
        said = [(one.style.name, one.text) for one in document.paragraphs]
        assert ("Title", "2019年帮扶工作报告") in said
        assert ("Heading 1", "聚焦优势") in said
        assert "Normal" not in {name for name, _ in said}
        styles = document.styles
        faces = {
            name: (styles[name].element.rPr.rFonts.get(qn("w:eastAsia")), styles[name].font.size.pt)
            for name in ("Title", "Body Text", "Heading 1", "Heading 2")
        }
        assert faces == {
            "Title": ("方正小标宋简体", 22), "Body Text": ("仿宋_GB2312", 16),
            "Heading 1": ("黑体", 16), "Heading 2": ("楷体_GB2312", 16),
        }  # fmt: skip
        assert styles["Body Text"].font.name == "Times New Roman"

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_every_style_and_part_that_is_named_is_there(self, published: Standing, language: str) -> None:
        parts = zipfile.ZipFile(io.BytesIO(paper(published, f"article.{language}.docx")))
        written = {name: parts.read(name).decode() for name in parts.namelist()}
        defined = set(re.findall(r'w:styleId="([^"]+)"', written["word/styles.xml"]))
        for name in (
            "word/document.xml",
            "word/header.xml",
            "word/footer.xml",
            "word/footer-even.xml",
            "word/numbering.xml",
        ):
            used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"', written[name]))
            assert used <= defined, name
        assert set(re.findall(r'w:(?:basedOn|next) w:val="([^"]+)"', written["word/styles.xml"])) <= defined
        targets = re.findall(r'Target="([^"]+)"', written["word/_rels/document.xml.rels"])
        inner = {f"word/{one}" for one in targets if not one.startswith("https://")}
        assert inner <= set(written)
        kinds = set(re.findall(r'PartName="/([^"]+)"', written["[Content_Types].xml"]))
        assert {name for name in written if name.endswith(".xml")} - {"[Content_Types].xml"} == kinds

    def test_headings_are_numbered_by_word(self, published: Standing) -> None:
        for language, first, second in (("zh", "%1、", "（%2）"), ("en", "%1.", "%1.%2")):
            parts = zipfile.ZipFile(io.BytesIO(paper(published, f"report.{language}.docx")))
            levels = re.findall(r'<w:lvlText w:val="([^"]*)"', parts.read("word/numbering.xml").decode())
            assert levels[:2] == [first, second]

    def test_figures_are_locked_and_open(self, document: Any) -> None:
        controls = list(document.element.body.iter(qn("w:sdt")))
        about = controls[0].find(qn("w:sdtPr"))
        said = {name: about.find(qn(f"w:{name}")).get(qn("w:val")) for name in ("alias", "tag", "lock")}
        assert said == {"alias": "新建无线基站", "tag": "figure-1", "lock": "sdtContentLocked"}
        link = controls[0].find(f".//{qn('w:hyperlink')}").get(qn("r:id"))
        assert document.part.rels[link].target_ref == f"{ORIGIN}/publications/published/1/figures/0/"

    def test_the_head_of_the_table_is_repeated_and_its_rows_stay_whole(self, document: Any) -> None:
        rows = document.tables[0].rows
        assert [cell.text for cell in rows[0].cells] == ["序号", "短码", "数字", "印出", "准确值"]
        assert [len(list(one._tr.iter(qn("w:tblHeader")))) for one in rows] == [1, 0, 0, 0, 0]
        assert [len(list(one._tr.iter(qn("w:cantSplit")))) for one in rows] == [1] * 5

    def test_pages_are_numbered_by_fields_odd_right_and_even_left(self, document: Any) -> None:
        page = document.sections[0]
        assert document.settings.odd_and_even_pages_header_footer
        for footer, side in ((page.footer, 2), (page.even_page_footer, 0)):
            assert " PAGE " in "".join(one.text or "" for one in footer._element.iter(qn("w:instrText")))
            assert footer.paragraphs[0].text == "— 1 —"
            assert footer.paragraphs[0].style.paragraph_format.alignment == side

    def test_says_title_author_language_and_day(self, document: Any) -> None:
        about = document.core_properties
        assert (about.title, about.author, about.language) == ("2019年帮扶工作报告", "集团", "zh-CN")
        assert about.created.date() == about.modified.date() == date(2020, 7, 31)


class TestTable:
    def test_has_a_row_for_every_figure(self, published: Standing) -> None:
        content = figures_csv(published, origin=ORIGIN).encode()
        assert content.startswith("\ufeff序号 No.,".encode())
        rows = rows_of_csv(content)
        assert [one["准确值 Exact value"] for one in rows] == ["33", "29", "8", "0.6666666667"]
        assert rows[1] == {
            "序号 No.": "2", "指标 Indicator": "network.base_stations", "名称 Title (zh)": "新建无线基站",
            "英文名称 Title (en)": "New base stations", "印出 Printed (zh)": "29个", "英文印出 Printed (en)": "29 stations",
            "准确值 Exact value": "29", "单位 Unit (zh)": "个", "英文单位 Unit (en)": "stations", "起 From": "2019-01-01",
            "止 To": "2019-12-31", "期间 Period": "2019年", "范围 Place and unit": rows[1]["范围 Place and unit"],
            "口径 Scope note": rows[1]["口径 Scope note"], "定义 Definition": "network.base_stations v1",
            "短码 Code": rows[1]["短码 Code"], "地址 Address": f"{ORIGIN}/publications/published/1/figures/1/",
        }  # fmt: skip
        assert "册亨" in rows[1]["范围 Place and unit"]

    def test_holds_no_formula(self, published: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
        content = PublishedFigure.objects.get(position=0).content
        forged = {**content, "title": {"zh": "=HYPERLINK(1)", "en": "+1"}, "value": "-5", "code": "@SUM(A1)"}

        class Forged:
            def order_by(self, *_: str) -> Forged:
                return self

            def values_list(self, *_: str, **__: object) -> list[Any]:
                return [forged]

        standing = Standing(published.publication, published.steps)
        monkeypatch.setattr(type(published.publication), "figures", Forged())
        (row,) = rows_of_csv(figures_csv(standing, origin="").encode())
        assert (row["名称 Title (zh)"], row["英文名称 Title (en)"], row["准确值 Exact value"], row["短码 Code"]) == (
            "'=HYPERLINK(1)", "'+1", "-5", "'@SUM(A1)",
        )  # fmt: skip

    def test_says_below_which_publication_it_is(self, published: Standing) -> None:
        assert published.last is not None
        below = figures_csv(published, origin=ORIGIN).split("\r\n\r\n")[1]
        assert list(csv.reader(io.StringIO(below))) == [
            ["发布号 Publication", "1"],
            ["发布包 SHA-256 Bundle, SHA-256", published.last.digest],
            ["账册区块 Ledger block", "1"],
        ]


class TestSameBytes:
    def test_the_same_publication_gives_the_same_papers_whatever_is_posted_later(self, told: Story) -> None:
        frozen(told)
        names = [
            f"{code}.{language}.{form}"
            for code in ("report", "press")
            for language in ("zh", "en")
            for form in files.WRITERS
        ]
        before = {name: paper(frozen_standing(1), name) for name in names}
        table = figures_csv(frozen_standing(1), origin=ORIGIN)
        told.stations(7, on=date(2019, 7, 1))
        told.seal()
        files._kept.cache_clear()
        assert {name: paper(frozen_standing(1), name) for name in names} == before
        assert figures_csv(frozen_standing(1), origin=ORIGIN) == table

    def test_no_part_of_a_word_file_has_a_time(self, published: Standing) -> None:
        parts = zipfile.ZipFile(io.BytesIO(paper(published, "case.zh.docx"))).infolist()
        assert {one.date_time for one in parts} == {(1980, 1, 1, 0, 0, 0)}


class TestDraft:
    def test_says_so_and_opens_nowhere(self, told: Story) -> None:
        standing = standing_of(prepared(told).pk)
        for form, words in (("pdf", words_of_pdf), ("docx", words_of_docx)):
            content = paper(standing, f"report.zh.{form}")
            said = compact(words(content))
            assert "送审稿，未发布" in said
            assert "新建无线基站33个[1]" in said
            assert ORIGIN not in said
        assert "figures/" not in figures_csv(standing, origin=ORIGIN)

    def test_the_checkpoint_is_printed_all_the_same(self, told: Story) -> None:
        publication = prepared(told)
        printed = composed(standing_of(publication.pk), text_of(publication, "report"), "zh", origin=ORIGIN)
        assert printed.checking is not None
        root = dict(printed.checking.pairs)["检查点根值"]
        assert root == Checkpoint.objects.get(pk=publication.block).note.split("\n")[2]


class TestExample:
    @pytest.mark.parametrize("is_example", [True, False])
    def test_every_paper_of_the_example_says_so(
        self, told: Story, monkeypatch: pytest.MonkeyPatch, is_example: bool
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: is_example])
        frozen(told)
        standing = frozen_standing(1)
        assert ("示例数据" in words_of_pdf(paper(standing, "article.zh.pdf"))) is is_example
        assert ("示例数据" in figures_csv(standing, origin=ORIGIN)) is is_example
        header = (
            zipfile.ZipFile(io.BytesIO(paper(standing, "article.zh.docx"))).read("word/header.xml").decode()
        )
        assert ("示例数据" in header) is is_example


class TestPages:
    def test_everybody_reads_the_companions_and_takes_the_papers(self, published: Standing) -> None:
        page = handed("/publications/published/1/").decode()
        for code, title in (("article", "署名文章"), ("case", "典型案例"), ("press", "新闻通稿")):
            assert f'<a href="/publications/published/1/texts/{code}/">{title}</a>' in page
            shown = handed(f"/publications/published/1/texts/{code}/").decode()
            assert 'href="/publications/published/1/figures/0/">33个</a>' in shown
        assert "帮扶办公室主任　林远山" in handed("/publications/published/1/texts/article/").decode()
        assert "上限 60 字" in handed("/publications/published/1/texts/case/").decode()
        assert handed("/publications/published/1/papers/report.zh.pdf")[:5] == b"%PDF-"
        assert handed("/publications/published/1/papers/press.en.docx")[:2] == b"PK"

    @pytest.mark.parametrize(
        "address",
        [
            "texts/report/",
            "texts/poem/",
            "papers/poem.zh.pdf",
            "papers/report.fr.pdf",
            "papers/report.zh.odt",
        ],
    )
    def test_what_there_is_not_is_not_found(self, published: Standing, address: str) -> None:
        assert door().get(f"/publications/published/1/{address}").status_code == 404

    def test_drafts_are_for_those_who_work_on_them(self, told: Story) -> None:
        key = prepared(told).pk
        addresses = [
            f"/publications/{key}/{one}"
            for one in ("texts/case/", "papers/case.zh.pdf", "papers/figures.csv")
        ]
        for address in addresses:
            assert door(told.cast.verifier).get(address).status_code == 200
            assert door(told.cast.outsider).get(address).status_code == 403
            assert door().get(address).status_code == 302
        assert door().get("/publications/published/1/papers/case.zh.pdf").status_code == 404

    def test_the_button_says_what_the_report_is_called(self, told: Story) -> None:
        for language, words in (
            ("zh-hans", "准备发布“2019年帮扶工作报告”"),
            ("en", "Prepare “Report on assistance in 2019”"),
        ):
            assert words in door(told.cast.officer, language).get("/publications/").content.decode()


class TestCommands:
    def test_publish_writes_drafts_and_then_papers(
        self, told: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        from bangfu.site.cli import publish

        monkeypatch.setattr(publish, "database", nullcontext)
        folder = tmp_path / "papers"
        done = CliRunner().invoke(publish.publish, ["programme", "--as", "zhoumin", "--papers", str(folder)])
        assert done.exit_code == 0, done.output
        key = Publication.objects.get().pk
        assert (folder / f"bangfu-draft-{key}-report.zh.pdf").read_bytes()[:5] == b"%PDF-"
        approve_publication(publication=Publication.objects.get(), act=told.cast.act(told.cast.verifier))
        asked = [
            "programme",
            "--as",
            "zhoumin",
            "--freeze",
            "--papers",
            str(folder),
            "--origin",
            f"{ORIGIN}/",
        ]
        assert CliRunner().invoke(publish.publish, asked).exit_code == 0
        written = {one.name for one in folder.iterdir() if "draft" not in one.name}
        assert written == {
            "bangfu-publication-1-figures.csv",
            *(f"bangfu-publication-1-{code}.{language}.{form}" for code in ("report", "article", "case", "press")
              for language in ("zh", "en") for form in ("pdf", "docx")),
        }  # fmt: skip
        assert f"{ORIGIN}/publications/published/1/" in words_of_pdf(
            (folder / "bangfu-publication-1-report.zh.pdf").read_bytes()
        )

    def test_report_papers_writes_those_of_a_number(
        self, published: Standing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        from bangfu.site.cli import report

        monkeypatch.setattr(report, "database", nullcontext)
        done = CliRunner().invoke(
            report.report, ["papers", "1", str(tmp_path / "papers"), "--origin", ORIGIN]
        )
        assert done.exit_code == 0, done.output
        assert len(list((tmp_path / "papers").iterdir())) == 17
        assert CliRunner().invoke(report.report, ["papers", "2", str(tmp_path)]).exit_code == 1


def test_texts_stand_in_the_order_of_their_forms(published: Standing) -> None:
    assert [one.code for one in texts_of(published.publication)] == ["report", "article", "case", "press"]
    assert Decimal(PublishedFigure.objects.get(position=0).content["value"]) == 33
