"""A drawing as SVG: attributes only, no style and no script, so that it stands in a page under the house's policy."""

from __future__ import annotations

from html import escape

from bangfu.reporting.charts.engines.marks import Box, Drawing, Label, Mark, Path, Shape

SERIF = (
    "Noto Serif SC, Noto Serif SC Variable, Noto Serif CJK SC, Source Han Serif SC, Songti SC, SimSun, serif"
)
WESTERN = f"Libertinus Serif, {SERIF}"
"""Of English: a Chinese face sets its quotation marks as wide as a character. It comes with Typst."""


def inner(drawing: Drawing, *, opens: bool = True) -> str:
    """Return what stands inside the ``svg`` element.

    Args:
        opens: whether marks are links; a picture that leaves the house has none.
    """
    return "".join(_mark(one, opens=opens) if isinstance(one, Mark) else _shape(one) for one in drawing.items)


def document(drawing: Drawing, title: str, language: str) -> str:
    """Return a drawing as a file of its own, on white. Args: language: of its texts."""
    return framed(inner(drawing, opens=False), drawing.width, drawing.height, title, language)


def framed(content: str, across: float, down: float, title: str, language: str) -> str:
    """Return what stands inside a drawing as a file of its own, on white. Args: language: of its texts."""
    face = WESTERN if language.startswith("en") else SERIF
    width, height = _number(across), _number(down)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{escape(face)}" role="img"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{content}</svg>'
    )


def _mark(mark: Mark, *, opens: bool) -> str:
    shapes = "".join(_shape(one) for one in mark.shapes)
    title = f"<title>{escape(mark.text)}</title>"
    if not opens:
        return f"<g>{title}{shapes}</g>"
    if not mark.address:
        return f'<g class="mark" role="img" aria-label="{escape(mark.text)}">{title}{shapes}</g>'
    kind = ' class="mark figure"' if mark.is_figure else ' class="mark"'
    return f'<a{kind} href="{escape(mark.address)}" aria-label="{escape(mark.text)}">{title}{shapes}</a>'


def _shape(shape: Shape) -> str:
    if isinstance(shape, Box):
        edge = f' stroke="{shape.stroke}"' if shape.stroke else ""
        return (
            f'<rect x="{_number(shape.x)}" y="{_number(shape.y)}" width="{_number(max(shape.width, 0))}"'
            f' height="{_number(max(shape.height, 0))}" fill="{shape.fill}"{edge}/>'
        )
    if isinstance(shape, Path):
        edge = f' stroke="{shape.stroke}" stroke-width="{_number(shape.width)}"' if shape.stroke else ""
        dash = f' stroke-dasharray="{shape.dash}"' if shape.dash else ""
        faint = f' opacity="{_number(shape.opacity)}"' if shape.opacity < 1 else ""
        return f'<path d="{shape.way}" fill="{shape.fill}"{edge}{dash}{faint}/>'
    return _label(shape)


def _label(label: Label) -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    bold = ' font-weight="700"' if label.is_bold else ""
    return (
        f'<text x="{_number(label.x)}" y="{_number(label.y)}" font-size="{_number(label.size)}"'
        f' fill="{label.fill}"{anchor}{bold}>{escape(label.text)}</text>'
    )


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
