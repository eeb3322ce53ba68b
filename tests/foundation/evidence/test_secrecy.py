"""Which texts and files carry a secrecy mark."""

from __future__ import annotations

import doctest

import pytest

from bangfu.foundation.evidence import secrecy, sniffing
from tests.foundation.evidence import files


def marked(content: bytes) -> bool:
    media_type = sniffing.media_type_of(content)
    assert media_type is not None
    return secrecy.is_marked(content, media_type)


class TestHasMark:
    @pytest.mark.parametrize(
        "text",
        [
            "秘密★", "机密★1年", "绝密★长期", "秘密 ★ 10年", "秘 密　★", "机密☆", "绝密＊", "机密*三年",
            "密级：秘密⭐", "機密★", "絕密★", "祕密★", "关于\n机密\n★的通知", "秘密\u200b★", "秘密✭",
        ],
    )  # fmt: skip
    def test_sees_every_form(self, text: str) -> None:
        assert secrecy.has_mark(text)

    @pytest.mark.parametrize(
        "text", ["", "秘密", "商业秘密", "保密承诺书★", "机密性", "★秘密花园", "五★酒店", "秘密（一）★"]
    )
    def test_leaves_other_words_alone(self, text: str) -> None:
        assert not secrecy.has_mark(text)

    def test_example_in_its_docstring(self) -> None:
        assert doctest.testmod(secrecy).failed == 0


class TestIsMarked:
    @pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_logs_in_every_coding(self, coding: str) -> None:
        assert marked("测试记录\n机密★1年\n下行 98 Mbps".encode(coding))
        assert not marked("测试记录\n机密性测试\n下行 98 Mbps".encode(coding))

    def test_workbook_cells_and_names(self) -> None:
        assert marked(files.workbook("站码", "秘密★10年"))
        assert not marked(files.workbook("站码", "秘密"))

    def test_document_whose_mark_is_split_between_runs(self) -> None:
        assert marked(files.document(files.text_run("机"), files.text_run("密"), files.text_run("★")))

    def test_document_whose_star_is_escaped_or_a_symbol(self) -> None:
        assert marked(files.document(files.text_run("绝密&#9733;")))
        star = '<w:sym w:font="Wingdings" w:char="F0AB"/>'
        assert marked(files.document(files.text_run("秘密"), star))

    def test_document_with_a_mark_in_its_header_or_an_embedded_workbook(self) -> None:
        plain = files.text_run("正文")
        assert marked(files.document(plain, extra={"word/header1.xml": "<w:t>机密★</w:t>".encode()}))
        inner = files.workbook("绝密★")
        assert marked(files.document(plain, extra={"word/embeddings/sheet.xlsx": inner}))
        assert not marked(files.document(plain, extra={"word/header1.xml": "<w:t>机密</w:t>".encode()}))

    def test_a_document_with_a_damaged_part_is_unreadable(self) -> None:
        with pytest.raises(sniffing.Unreadable):
            marked(files.broken(files.document(), "word/document.xml"))

    def test_documents_inside_documents_without_end_are_unreadable(self) -> None:
        content = files.document()
        for _ in range(9):
            content = files.document(extra={"word/embeddings/inner.docx": content})
        with pytest.raises(sniffing.Unreadable):
            marked(content)

    def test_pdf_title_plain_text_and_deflated_text(self) -> None:
        title = "机密★".encode("utf-16-be")
        assert marked(files.pdf(head=b"2 0 obj <</Title <FEFF" + title.hex().encode() + b">>> endobj\n"))
        assert marked(files.pdf(head=b"2 0 obj <</Title (\xfe\xff" + title + b")>> endobj\n"))
        assert marked(files.pdf("BT (秘密★) Tj ET".encode()))
        assert marked(files.pdf("BT (秘密★) Tj ET".encode("gb18030"), deflate=True))
        assert not marked(files.pdf("BT (验收) Tj ET".encode(), deflate=True))
