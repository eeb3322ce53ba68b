"""What a drawing is made of: boxes, paths and texts, and marks that open a figure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = ""
    """Empty: none."""


@dataclass(frozen=True)
class Path:
    """A line or an outline, as SVG writes its way."""

    way: str
    fill: str = "none"
    stroke: str = ""
    width: float = 1.0
    """Of the stroke."""
    dash: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Label:
    """A text on one line; ``y`` is its baseline."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    anchor: str = "start"
    """``start``, ``middle`` or ``end``."""
    is_bold: bool = False


Shape = Box | Path | Label


@dataclass(frozen=True)
class Mark:
    """Shapes that belong to one value: said in words, and opening where the value opens."""

    shapes: tuple[Shape, ...]
    text: str
    """What is read out: 2019年3月：312个."""
    address: str = ""
    """Where it opens; empty where nothing narrower is behind it."""
    is_figure: bool = True
    """Whether the address is a figure's, which opens in the drawer."""


@dataclass(frozen=True)
class Drawing:
    """A finished drawing."""

    width: float
    height: float
    items: tuple[Shape | Mark, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks, in reading order."""
        return tuple(one for one in self.items if isinstance(one, Mark))

    @property
    def labels(self) -> tuple[Label, ...]:
        """Every text that is drawn, in marks too."""
        shapes = [shape for one in self.items for shape in (one.shapes if isinstance(one, Mark) else (one,))]
        return tuple(shape for shape in shapes if isinstance(shape, Label))


@dataclass(frozen=True)
class Frame:
    """Onto what is drawn: how wide it is, and how large its texts are."""

    width: float
    size: float
    """Of ordinary text."""

    @property
    def is_narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width < 600


WIDE = Frame(960, 13)
NARROW = Frame(352, 12)
PAPER = Frame(680, 14)
"""As wide as the text of a report; its letters are printed in nine points."""
