"""What a file is, judged by its content."""

from __future__ import annotations

import io
import zipfile

import pytest

from bangfu.foundation.evidence import sniffing
from tests.foundation.evidence import files


class TestMediaTypeOf:
    def test_every_accepted_type(self) -> None:
        assert sniffing.media_type_of(files.photograph("JPEG")) == "image/jpeg"
        assert sniffing.media_type_of(files.photograph("PNG")) == "image/png"
        assert sniffing.media_type_of(files.photograph("WEBP")) == "image/webp"
        assert sniffing.media_type_of(files.heic()) == "image/heic"
        assert sniffing.media_type_of(files.pdf(b"BT ET")) == "application/pdf"
        assert sniffing.media_type_of(files.workbook("a")) == sniffing.XLSX
        assert sniffing.media_type_of(files.document(files.text_run("a"))) == sniffing.DOCX
        assert sniffing.media_type_of("下行 98 Mbps\n".encode("gb18030")) == "text/plain"
        assert sniffing.media_type_of("站码,时延\nGZ-1,12\nGZ-2,15\n".encode()) == "text/csv"
        assert sniffing.media_type_of("站码\t时延\nGZ-1\t12\n".encode("utf-16")) == "text/csv"

    @pytest.mark.parametrize(
        "content",
        [
            b"\x7fELF\x02\x01\x01" + bytes(64), b"MZ\x90\0\x03" + bytes(64), b"GIF89a" + bytes(32),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), b"\x1f\x8b\x08" + bytes(32), bytes(40),
        ],
    )  # fmt: skip
    def test_other_types_are_not_accepted(self, content: bytes) -> None:
        assert sniffing.media_type_of(content) is None

    def test_a_bundle_and_a_document_with_macros_are_not_accepted(self) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as parts:
            parts.writestr("a.txt", "a")
        assert sniffing.media_type_of(buffer.getvalue()) is None
        assert sniffing.media_type_of(files.document(extra={"word/vbaProject.bin": b"x"})) is None

    @pytest.mark.parametrize(
        "content",
        [
            files.photograph()[:20], b"PK\x03\x04" + bytes(40), files.broken(files.document(), "[Content_Types].xml"),
            files.pdf(head=b"trailer <</Encrypt 9 0 R>>\n"),
        ],
    )  # fmt: skip
    def test_damaged_or_locked_files_are_unreadable(self, content: bytes) -> None:
        with pytest.raises(sniffing.Unreadable):
            sniffing.media_type_of(content)

    def test_a_picture_with_too_many_pixels_is_unreadable(self) -> None:
        content = bytearray(files.photograph("PNG", (10, 10)))
        content[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)
        with pytest.raises(sniffing.Unreadable):
            sniffing.media_type_of(bytes(content))

    def test_an_office_file_that_unpacks_without_bounds_is_unreadable(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sniffing, "LARGEST_UNPACKED_BYTES", 1000)
        with pytest.raises(sniffing.Unreadable):
            sniffing.media_type_of(files.document(extra={"word/big.xml": bytes(2000)}))
