"""Typesetting: a Typst template and plain values to a PDF, or a drawing to a picture, the typeface inside.

No system font is looked at: what is printed looks the same on every machine. Typst embeds the characters that are used.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"
PICTURE = Path(__file__).parent / "picture.typ"


def typeset(template: Path, values: dict[str, Any], *, is_tagged: bool = True) -> bytes:
    """Return a template as a PDF; it reads its values as ``json(bytes(sys.inputs.values))``.

    Args:
        values: plain JSON; paths in it are absolute.
        is_tagged: whether the PDF says what is a heading and what a cell, for whoever has it read aloud: some 240 bytes a cell,
            so that of a long table they would be nearly all there is.

    Raises: typst.TypstError: the template is broken; never because of what the values say.
    """
    made = typst.compile(
        str(template),
        format="pdf",
        root="/",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        pdf_tags=is_tagged,
    )
    assert isinstance(made, bytes)
    return made


def picture(svg: str, width: float, height: float, *, pixels: int) -> bytes:
    """Return an SVG as a PNG, its texts set in the house's own typeface.

    Args:
        width: of the SVG, in its own units; likewise the height.
        pixels: how many the picture has for each of these units.

    Raises: typst.TypstError: it is no SVG.
    """
    made = typst.compile(
        str(PICTURE),
        format="png",
        ppi=72 * pixels,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg, "width": f"{width:.2f}", "height": f"{height:.2f}"},
    )
    assert isinstance(made, bytes)
    return made
