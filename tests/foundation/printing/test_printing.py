"""Squares and typesetting: what a phone reads, and a PDF that looks at no font of the machine."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import segno
import typst
from pypdf import PdfReader

from bangfu.foundation.printing import square_svg, typeset

ADDRESS = "https://bangfu.example.com/training/in/12.52260201.ABCDEFGHIJKLMNOP"


class TestSquare:
    def test_has_a_size_scales_and_keeps_the_quiet_zone(self) -> None:
        modules, _ = segno.make(ADDRESS, error="m", micro=False).symbol_size(border=0)
        side = (modules + 8) * 4
        drawn = square_svg(ADDRESS)
        assert re.match(rf'<svg width="{side}" height="{side}" viewBox="0 0 {side} {side}"', drawn)

    def test_needs_no_style_and_no_script(self) -> None:
        drawn = square_svg(ADDRESS, label="签到 <b>")
        assert "style" not in drawn
        assert "script" not in drawn
        assert "签到 &lt;b" in drawn

    def test_is_another_for_another_text(self) -> None:
        assert square_svg(ADDRESS) != square_svg(ADDRESS + "1")


class TestTypeset:
    def test_puts_values_onto_paper_as_text_never_as_markup(self, tmp_path: Path) -> None:
        template = tmp_path / "page.typ"
        template.write_text(
            '#let said = json(bytes(sys.inputs.values))\n#set text(font: "Noto Serif SC")\n#said.words'
        )
        content = typeset(template, {"words": "#panic() 签到 *x*"})
        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert "".join(text.split()) == "#panic()签到*x*"

    def test_says_when_the_template_is_broken(self, tmp_path: Path) -> None:
        template = tmp_path / "page.typ"
        template.write_text("#nothing-of-that-name")
        with pytest.raises(typst.TypstError):
            typeset(template, {})
