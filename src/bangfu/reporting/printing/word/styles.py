"""The styles of a Word file in official layout (GB/T 9704—2012): every look has a name, and no text is formatted by hand.

Sizes are Word's half points: 2号 is 44, 3号 is 32, 4号 is 28. Faces are those that the standard names; ``fontTable.xml`` says
which other one stands in where a machine lacks them. Western letters and digits are in Times New Roman throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LATIN = "Times New Roman"
_TITLE, _BODY, _KAI, _HEI, _SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
_CODE = "Consolas"
_JADE, _QUIET = "0F6B60", "595959"
_PITCH = 579
"""22 lines on 225 mm, in twentieths of a point."""
_SIZE_3 = 32
_TIGHT = '<w:spacing w:val="-5"/>'
"""A quarter of a point less between letters: 28 characters of size 3 on 156 mm. A grid of characters would say the same, but
programs other than Word give each of them two of its columns."""


@dataclass(frozen=True)
class Look:
    """One paragraph style, in one language."""

    key: str
    name: str
    """As Word knows it: built-in ones by their English names, so that its outline and its list of styles find them."""
    face: str
    size: int
    """In half points."""
    paragraph: str = ""
    """Further properties of the paragraph, in the order of the schema."""
    run: str = ""
    """Further properties of its letters, before colour and size."""
    colour: str = ""
    following: str = ""
    """The style of the paragraph after it; empty: the same."""


_OFF_GRID = '<w:snapToGrid w:val="0"/>'
"""What is smaller than the text keeps a pitch of its own: on the grid of 22 lines a row of a table would be a line high."""


def _exact(before: int = 0, after: int = 0, line: int = _PITCH) -> str:
    grid = "" if line == _PITCH else _OFF_GRID
    return f'{grid}<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


def _auto(before: int = 0, after: int = 0, line: int = 240) -> str:
    return f'{_OFF_GRID}<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _heading(level: int, first: str = "") -> str:
    return (
        f'<w:keepNext/><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>{first}'
        f'<w:outlineLvl w:val="{level}"/>'
    )


_TWO = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_LEFT, _RIGHT, _CENTRE, _BOTH = (f'<w:jc w:val="{side}"/>' for side in ("left", "right", "center", "both"))
_RULE = '<w:pBdr><w:left w:val="single" w:sz="4" w:space="8" w:color="BFBFBF"/></w:pBdr>'
_CLOSING = '<w:ind w:left="4422" w:right="800"/>'
"""Issuer and day stand in the right half, one above the middle of the other."""
_TOP = '<w:outlineLvl w:val="0"/>'
"""Stands in the outline beside the chapters, without their number."""
_BOLD = "<w:b/>"

CHINESE = (
    Look("Title", "Title", _TITLE, 44, _exact(after=290, line=700) + _CENTRE, following="BodyText"),
    Look("Subtitle", "Subtitle", _KAI, 32, _exact(after=290) + _CENTRE, following="BodyText"),
    Look("AboutLine", "About Line", _BODY, 21, _exact(after=290, line=360) + _CENTRE, colour=_QUIET),
    Look("BodyText", "Body Text", _BODY, 32, _exact() + _TWO + _BOTH),
    Look("Heading1", "heading 1", _HEI, 32, _heading(0, _exact() + _TWO), following="BodyText"),
    Look("Heading2", "heading 2", _KAI, 32, _heading(1, _exact() + _TWO), following="BodyText"),
    Look("Heading3", "heading 3", _BODY, 32, _heading(2, _exact() + _TWO), _BOLD, following="BodyText"),
    Look("ScopeNote", "Scope Note", _KAI, 24, _RULE + _exact(after=120, line=380) + '<w:ind w:left="320"/>', colour=_QUIET),
    Look("AnnexList", "Annex List", _BODY, 32, "<w:keepNext/>" + _exact(before=_PITCH) + _TWO),
    Look("Signature", "Signature", _BODY, 32, "<w:keepNext/>" + _exact(before=_PITCH * 2) + _CLOSING + _CENTRE),
    Look("Date", "Date", _BODY, 32, _exact() + _CLOSING + _CENTRE),
    Look("AnnexMark", "Annex Mark", _HEI, 32, "<w:keepNext/><w:pageBreakBefore/>" + _exact()),
    Look("AnnexTitle", "Annex Title", _TITLE, 36, "<w:keepNext/>" + _exact(after=120) + _CENTRE + _TOP),
    Look("SmallText", "Small Text", _BODY, 21, _exact(after=80, line=340) + _LEFT),
    Look("CheckTitle", "Check Title", _HEI, 24, "<w:keepNext/>" + _exact(before=240, after=80, line=400) + _TOP),
    Look("TableHead", "Table Head", _HEI, 18, "<w:keepNext/>" + _auto(20, 20)),
    Look("TableHeadNumber", "Table Head Number", _HEI, 18, "<w:keepNext/>" + _auto(20, 20) + _RIGHT),
    Look("TableText", "Table Text", _SONG, 18, _auto(20, 20)),
    Look("TableNumber", "Table Number", _SONG, 18, _auto(20, 20) + _RIGHT),
    Look("Header", "header", _SONG, 18, _auto() + _RIGHT, colour=_QUIET),
    Look("Footer", "footer", _SONG, 28, _auto() + '<w:ind w:rightChars="100" w:right="280"/>' + _RIGHT),
    Look("FooterEven", "Footer Even", _SONG, 28, _auto() + '<w:ind w:leftChars="100" w:left="280"/>' + _LEFT),
)  # fmt: skip
ENGLISH = (
    Look("Title", "Title", _TITLE, 44, _auto(after=240) + _CENTRE, _BOLD, following="BodyText"),
    Look("Subtitle", "Subtitle", _BODY, 26, _auto(after=240) + _CENTRE, "<w:i/>", following="BodyText"),
    Look("AboutLine", "About Line", _BODY, 20, _auto(after=280) + _CENTRE, colour=_QUIET),
    Look("BodyText", "Body Text", _SONG, 24, _auto(after=140, line=300) + _LEFT),
    Look("Heading1", "heading 1", _HEI, 30, _heading(0, _auto(before=280, after=120)), _BOLD, following="BodyText"),
    Look("Heading2", "heading 2", _HEI, 26, _heading(1, _auto(before=200, after=80)), _BOLD, following="BodyText"),
    Look("Heading3", "heading 3", _HEI, 24, _heading(2, _auto(before=160, after=60)), "<w:b/><w:i/>", following="BodyText"),
    Look("ScopeNote", "Scope Note", _SONG, 19, _RULE + _auto(after=140) + '<w:ind w:left="280"/>', colour=_QUIET),
    Look("AnnexList", "Annex List", _SONG, 24, "<w:keepNext/>" + _auto(before=360)),
    Look("Signature", "Signature", _SONG, 24, "<w:keepNext/>" + _auto(before=480) + _RIGHT),
    Look("Date", "Date", _SONG, 24, _auto() + _RIGHT),
    Look("AnnexMark", "Annex Mark", _HEI, 24, "<w:keepNext/><w:pageBreakBefore/>" + _auto(after=120), _BOLD),
    Look("AnnexTitle", "Annex Title", _HEI, 34, "<w:keepNext/>" + _auto(after=160) + _CENTRE + _TOP, _BOLD),
    Look("SmallText", "Small Text", _SONG, 20, _auto(after=100) + _LEFT),
    Look("CheckTitle", "Check Title", _HEI, 24, "<w:keepNext/>" + _auto(before=280, after=80) + _TOP, _BOLD),
    Look("TableHead", "Table Head", _HEI, 18, "<w:keepNext/>" + _auto(20, 20), _BOLD),
    Look("TableHeadNumber", "Table Head Number", _HEI, 18, "<w:keepNext/>" + _auto(20, 20) + _RIGHT, _BOLD),
    Look("TableText", "Table Text", _SONG, 18, _auto(20, 20)),
    Look("TableNumber", "Table Number", _SONG, 18, _auto(20, 20) + _RIGHT),
    Look("Header", "header", _SONG, 18, _auto() + _RIGHT, colour=_QUIET),
    Look("Footer", "footer", _SONG, 24, _auto() + _RIGHT),
    Look("FooterEven", "Footer Even", _SONG, 24, _auto() + _LEFT),
)  # fmt: skip
LOOKS = {"zh": CHINESE, "en": ENGLISH}
FORM = {
    "zh": (
        Look("FormTitle", "Form Title", _TITLE, 36, "<w:keepNext/>" + _auto(after=80) + _CENTRE + _TOP),
        Look("FormLine", "Form Line", _BODY, 24, "<w:keepNext/>" + _auto(after=80) + _CENTRE),
        Look("FormHead", "Form Head", _HEI, 21, "<w:keepNext/>" + _auto(60, 60) + _CENTRE),
        Look("FormText", "Form Text", _BODY, 21, _auto(60, 60) + _LEFT),
        Look("FormMark", "Form Mark", _BODY, 21, _auto(60, 60) + _CENTRE),
        Look("FormNumber", "Form Number", _BODY, 21, _auto(60, 60) + _RIGHT),
        Look("FormSmall", "Form Small", _BODY, 18, _auto(20, 20) + _RIGHT),
        Look("FormSmallText", "Form Small Text", _BODY, 18, _auto(20, 20) + _LEFT),
    ),
    "en": (
        Look("FormTitle", "Form Title", _HEI, 34, "<w:keepNext/>" + _auto(after=80) + _CENTRE + _TOP, _BOLD),
        Look("FormLine", "Form Line", _SONG, 21, "<w:keepNext/>" + _auto(after=80) + _CENTRE),
        Look("FormHead", "Form Head", _HEI, 19, "<w:keepNext/>" + _auto(60, 60) + _CENTRE, _BOLD),
        Look("FormText", "Form Text", _SONG, 20, _auto(60, 60) + _LEFT),
        Look("FormMark", "Form Mark", _SONG, 20, _auto(60, 60) + _CENTRE),
        Look("FormNumber", "Form Number", _SONG, 20, _auto(60, 60) + _RIGHT),
        Look("FormSmall", "Form Small", _SONG, 17, _auto(20, 20) + _RIGHT),
        Look("FormSmallText", "Form Small Text", _SONG, 17, _auto(20, 20) + _LEFT),
    ),
}  # fmt: skip
"""Looks of a form that is filled in, beside those of a report."""
_ON_LETTERS = (
    '<w:style w:type="character"{custom} w:styleId="{key}"><w:name w:val="{name}"/>'
    "<w:rPr>{run}</w:rPr></w:style>\n"
)
_OF_LETTERS = "".join(
    _ON_LETTERS.format(
        key=name.replace(" ", ""), name=name, run=run, custom="" if name == "Strong" else ' w:customStyle="1"'
    )
    for name, run in (
        ("Strong", "<w:b/>"),
        ("Quiet", f'<w:color w:val="{_QUIET}"/>'),
        ("Figure", f'<w:noProof/><w:color w:val="{_JADE}"/>'),
        ("Figure Number", f'<w:noProof/><w:color w:val="{_QUIET}"/><w:vertAlign w:val="superscript"/>'),
        (
            "Code",
            f'<w:rFonts w:ascii="{_CODE}" w:hAnsi="{_CODE}" w:cs="{_CODE}"/><w:noProof/><w:sz w:val="16"/><w:szCs w:val="16"/>',
        ),
    )
)


def _line(side: str, size: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


_MARGINS = "".join(
    f'<w:{side} w:w="{width}" w:type="dxa"/>'
    for side, width in (("top", 0), ("left", 57), ("bottom", 0), ("right", 57))
)
_OF_TABLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
    f'<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{_MARGINS}</w:tblCellMar></w:tblPr></w:style>\n'
    '<w:style w:type="table" w:customStyle="1" w:styleId="FigureTable"><w:name w:val="Figure Table"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    f"{_line('top', 8, '404040')}{_line('bottom', 8, '404040')}{_line('insideH', 4, 'BFBFBF')}</w:tblBorders></w:tblPr>"
    f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{_line("bottom", 6, "404040")}</w:tcBorders></w:tcPr>'
    "</w:tblStylePr></w:style>"
)
_OF_FORMS = (
    '<w:style w:type="table" w:customStyle="1" w:styleId="FormTable"><w:name w:val="Form Table"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    + "".join(_line(side, 4, "404040") for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    + "</w:tblBorders></w:tblPr></w:style>"
)
_BUILT_IN = frozenset(
    {"Title", "Subtitle", "Body Text", "heading 1", "heading 2", "heading 3", "Signature", "Date", "header", "footer"}
)  # fmt: skip


def styles_xml(language: str, more: Sequence[Look] = ()) -> str:
    """Return ``styles.xml`` of a language.

    Args:
        language: ``zh`` or ``en``.
        more: looks beside the house's own; with them comes a table that is ruled all around, as forms are.
    """
    looks = (*LOOKS[language], *more)
    body = next(one for one in looks if one.key == "BodyText")
    said = "zh-CN" if language == "zh" else "en-GB"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<w:styles {_NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(body.face)}"
        f'<w:sz w:val="{body.size}"/><w:szCs w:val="{body.size}"/>'
        f'<w:lang w:val="{"en-US" if language == "zh" else said}" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        f"{''.join(map(_style, looks))}{_OF_LETTERS}{_OF_TABLES}{_OF_FORMS if more else ''}</w:styles>"
    )


def _fonts(face: str) -> str:
    return f'<w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{face}" w:cs="{_LATIN}"/>'


def _style(look: Look) -> str:
    custom = "" if look.name in _BUILT_IN else ' w:customStyle="1"'
    following = f'<w:next w:val="{look.following}"/>' if look.following else ""
    colour = f'<w:color w:val="{look.colour}"/>' if look.colour else ""
    colour += _TIGHT if look in CHINESE and look.size == _SIZE_3 else ""
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{look.key}"><w:name w:val="{look.name}"/><w:basedOn w:val="Normal"/>'
        f"{following}<w:qFormat/><w:pPr>{look.paragraph}</w:pPr><w:rPr>{_fonts(look.face)}{look.run}{colour}"
        f'<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/></w:rPr></w:style>\n'
    )
