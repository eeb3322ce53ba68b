"""Drafts are read whole or refused with a sentence; hostile files bring nothing down."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from bangfu.reporting.reading import (
    LARGEST_BYTES,
    MOST_PAGES,
    MOST_SIGNS,
    UnableToReadDraft,
    read_draft,
    read_text,
)
from bangfu.reporting.reading.lines import unwrapped
from tests.reporting.matching.files import docx, pdf, zipped

ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def refused(content: bytes) -> str:
    with pytest.raises(UnableToReadDraft) as caught:
        read_draft(content)
    assert str(caught.value)
    return caught.value.code


class TestReads:
    @pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_text_in_every_usual_coding(self, coding: str) -> None:
        assert read_draft("新建无线基站4个。\r\n第二行".encode(coding)) == "新建无线基站4个。\n第二行"

    def test_word_paragraph_by_paragraph(self) -> None:
        assert read_draft(docx("新建无线基站4个。", "受助学生3349名。")).split() == [
            "新建无线基站4个。",
            "受助学生3349名。",
        ]

    def test_word_without_what_was_deleted(self) -> None:
        deleted = "4个</w:t></w:r><w:del><w:r><w:delText>5个</w:delText></w:r></w:del><w:r><w:t>。"
        assert read_draft(docx(deleted)).strip() == "4个。"

    def test_pdf(self) -> None:
        assert read_draft(pdf("Grants went to 3,349 pupils.")).strip() == "Grants went to 3,349 pupils."

    def test_lines_that_a_page_broke_are_joined(self) -> None:
        broken = "截至二〇二〇年七月三十一日，受助学\n生三千三百四十九名。\n一、下一步"
        assert unwrapped(broken).splitlines()[0] == "截至二〇二〇年七月三十一日，受助学生三千三百四十九名。"


class TestRefuses:
    def test_nothing(self) -> None:
        assert refused(b"") == "empty"
        with pytest.raises(UnableToReadDraft, match="没有文字"):
            read_text("  \n ")

    def test_too_many_bytes(self) -> None:
        assert refused(b"a" * (LARGEST_BYTES + 1)) == "too_large"

    def test_too_many_signs(self) -> None:
        assert refused(("数" * (MOST_SIGNS + 1)).encode()) == "too_long"
        assert refused(docx("数" * (MOST_SIGNS + 1))) == "too_long"

    def test_too_many_pages(self) -> None:
        assert refused(pdf("one", pages=MOST_PAGES + 1)) == "too_many_pages"

    @pytest.mark.parametrize(
        "content",
        [
            b"\x89PNG\r\n\x1a\n\x00\x00",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
            b"MZ\x00\x01\x02",
        ],
    )
    def test_other_kinds(self, content: bytes) -> None:
        assert refused(content) == "wrong_type"

    def test_a_zip_that_is_no_word_file(self) -> None:
        assert refused(zipped({"a.txt": b"4"})) == "damaged"

    @pytest.mark.parametrize("head", [ENTITIES, OUTSIDE, "<!DOCTYPE w>"])
    def test_entities_and_document_types(self, head: str) -> None:
        assert refused(docx("&b;" if head is ENTITIES else "x", head=head)) == "damaged"

    def test_a_bomb(self) -> None:
        bomb = zipped({"[Content_Types].xml": b"", "word/document.xml": b" " * (60 * 1024 * 1024)})
        assert len(bomb) < 200_000
        assert refused(bomb) == "expands"

    def test_xml_that_is_cut_off(self) -> None:
        assert (
            refused(zipped({"[Content_Types].xml": b"", "word/document.xml": b"<w:document>"})) == "damaged"
        )

    def test_a_cut_zip_and_a_cut_pdf(self) -> None:
        assert refused(docx("4个")[:-40]) == "damaged"
        assert refused(b"%PDF-1.7\n" + b"\x00garbage" * 50) == "damaged"

    def test_a_locked_pdf(self) -> None:
        writer = PdfWriter(PdfReader(io.BytesIO(pdf("Grants"))))
        writer.encrypt("secret", algorithm="RC4-128")
        file = io.BytesIO()
        writer.write(file)
        assert refused(file.getvalue()) == "locked"

    def test_pages_without_words(self) -> None:
        assert refused(pdf("")) == "no_text"
