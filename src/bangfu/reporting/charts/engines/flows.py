"""Flow of funds: stages from left to right, nodes as high as what passes through them, and ribbons between.

Each ribbon keeps the ink of its source through all stages, so that every ribbon is one figure. What comes into a node and what
goes out of it must agree; where they do not, the difference is a ribbon of its own from or to a node that says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bangfu.reporting.charts.engines.marks import Box, Drawing, Frame, Label, Mark, Path, Shape
from bangfu.reporting.charts.engines.palette import BREAK, BREAK_EDGE, INK, REST, SOFT, part_ink
from bangfu.reporting.charts.engines.texts import fitted, lines_of, width_of

HEIGHT = {False: 420.0, True: 360.0}
"""Of the highest stage's ribbons together."""
NODE = 12.0
GAP = 5.0
LEAST = 0.6
"""How thin a ribbon may be drawn."""


@dataclass(frozen=True)
class Node:
    """Where money comes from, passes through or goes to."""

    stage: int
    key: str
    name: str
    text: str
    """What passes through it, as it is written."""
    said: str
    address: str = ""
    is_figure: bool = False
    is_rest: bool = False
    is_break: bool = False
    is_place: bool = False
    """Whether it is called by a place's name, whose end tells more than its beginning."""


@dataclass(frozen=True)
class Ribbon:
    """What goes from a node to one of the next stage."""

    begins: str
    """Keys of nodes, which are unique over all stages."""
    ends: str
    ink: int
    """Position of its source among the sources; -1 of a difference or of several."""
    value: Decimal
    said: str
    address: str = ""
    is_figure: bool = True


@dataclass(frozen=True)
class Flow:
    """What is drawn."""

    stages: tuple[str, ...]
    """What each stage is called."""
    totals: tuple[str, ...]
    """What passes through each, as it is written."""
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]


@dataclass(frozen=True)
class Balance:
    """What comes into a node and what goes out; null on the side that it does not have."""

    inward: Decimal | None
    outward: Decimal | None

    @property
    def difference(self) -> Decimal:
        """By how much more comes in than goes out; zero for a node with one side."""
        if self.inward is None or self.outward is None:
            return Decimal(0)
        return self.inward - self.outward

    @property
    def size(self) -> Decimal:
        """How much passes through."""
        return max(self.inward or Decimal(0), self.outward or Decimal(0))


def balances_of(ribbons: Sequence[Ribbon]) -> dict[str, Balance]:  # by key of node
    """Return what comes into each node and goes out of it."""
    inward: dict[str, Decimal] = defaultdict(Decimal)
    outward: dict[str, Decimal] = defaultdict(Decimal)
    for one in ribbons:
        outward[one.begins] += one.value
        inward[one.ends] += one.value
    return {key: Balance(inward.get(key), outward.get(key)) for key in [*outward, *inward]}


@dataclass(frozen=True)
class _Placed:
    node: Node
    x: float
    y: float
    height: float


def drawing_of(flow: Flow, frame: Frame) -> Drawing:
    """Return the flow drawn onto a frame; ribbons of zero or less are not drawn."""
    flow = replace(flow, ribbons=tuple(one for one in flow.ribbons if one.value > 0))
    balances = balances_of(flow.ribbons)
    stages = _ordered(flow, balances)
    largest = max(
        (sum((balances[one.key].size for one in stage), Decimal(0)) for stage in stages), default=Decimal(0)
    )
    if largest <= 0:
        return Drawing(frame.width, 0, ())
    scale = HEIGHT[frame.is_narrow] / float(largest)
    size = frame.size if not frame.is_narrow else frame.size - 1
    right = (
        0.0
        if frame.is_narrow
        else min(
            max((width_of(f"{one.name} {one.text}", size) for one in stages[-1]), default=0.0) + 8,
            frame.width * 0.24,
        )
    )
    pitch = (frame.width - right - NODE) / max(len(stages) - 1, 1)
    heads, top = _heads(flow, frame, pitch, right)
    placed: dict[str, _Placed] = {}
    bottom = top
    for at, stage in enumerate(stages):
        y = top
        for one in stage:
            height = max(float(balances[one.key].size) * scale, 1.0)
            placed[one.key] = _Placed(one, pitch * at, y, height)
            y += max(height, size * 1.25) + GAP
        bottom = max(bottom, y)
    items: list[Shape | Mark] = [*heads, *_ribbons(flow, placed, scale)]
    items += [_node(spot, frame, pitch, right, len(stages), size) for spot in placed.values()]
    return Drawing(frame.width, bottom, tuple(items))


def _ordered(flow: Flow, balances: dict[str, Balance]) -> list[list[Node]]:
    """Return the nodes of each stage from top to bottom: near to where what they get comes from, so that few ribbons cross.

    This is the barycentre rule (K. Sugiyama, S. Tagawa and M. Toda, Methods for Visual Understanding of Hierarchical System
    Structures, IEEE Trans. SMC 11, 1981), taken once from left to right; sums of others and differences stand last.
    """
    found: list[list[Node]] = []
    centres: dict[str, float] = {}
    for at in range(len(flow.stages)):
        stage = [one for one in flow.nodes if one.stage == at and one.key in balances]
        if at:
            stage = _near(stage, flow.ribbons, centres)
        y = 0.0
        for one in stage:
            height = float(balances[one.key].size)
            centres[one.key] = y + height / 2
            y += height
        found.append(stage)
    return found


def _near(stage: Sequence[Node], ribbons: Sequence[Ribbon], centres: dict[str, float]) -> list[Node]:
    """Return nodes in the order of where what they get comes from."""
    return sorted(stage, key=lambda one: (one.is_break, one.is_rest, _pull(one.key, ribbons, centres)))


def _pull(key: str, ribbons: Sequence[Ribbon], centres: dict[str, float]) -> float:
    """Return where on average what comes to a node comes from."""
    inward = [
        (float(one.value), centres[one.begins])
        for one in ribbons
        if one.ends == key and one.begins in centres
    ]
    weight = sum(value for value, _ in inward)
    return sum(value * centre for value, centre in inward) / weight if weight else 0.0


def _heads(flow: Flow, frame: Frame, pitch: float, right: float) -> tuple[list[Shape], float]:
    """Return the names of the stages with their totals, and where the flow begins."""
    size, shapes, rows = frame.size - 1, [], 0
    last = len(flow.stages) - 1
    for at, (name, total) in enumerate(zip(flow.stages, flow.totals, strict=True)):
        is_end = at == last and not right
        room = right + NODE if right and at == last else pitch - 10
        if frame.is_narrow and at >= last - 1:
            # The last two stand in one gap.
            room = pitch / 2 - 2
        x, anchor = (frame.width, "end") if is_end else (pitch * at, "start")
        lines = [fitted(name, size, room)]
        if all(width_of(word, size) <= room for word in total.split(" ")):
            lines += lines_of(total, size, room)
        for row, line in enumerate(lines):
            shapes.append(Label(x, size * 1.1 + row * size * 1.35, line, size, SOFT if row else INK, anchor))
        rows = max(rows, len(lines))
    found: list[Shape] = list(shapes)
    return found, size * 1.35 * rows + size


def _ribbons(flow: Flow, placed: dict[str, _Placed], scale: float) -> list[Mark]:
    """Return the ribbons: those of a node in the order of what they lead to, so that few cross."""
    outs: dict[str, float] = {key: one.y for key, one in placed.items()}
    ins = dict(outs)
    order = {key: at for at, key in enumerate(placed)}
    ends_at: dict[int, float] = {}
    for one in sorted(
        range(len(flow.ribbons)),
        key=lambda at: (order[flow.ribbons[at].ends], flow.ribbons[at].ink, order[flow.ribbons[at].begins]),
    ):
        ribbon = flow.ribbons[one]
        ends_at[one] = ins[ribbon.ends]
        ins[ribbon.ends] += float(ribbon.value) * scale
    found = []
    for at in sorted(
        range(len(flow.ribbons)),
        key=lambda at: (order[flow.ribbons[at].begins], flow.ribbons[at].ink, order[flow.ribbons[at].ends]),
    ):
        ribbon = flow.ribbons[at]
        begins, ends = placed[ribbon.begins], placed[ribbon.ends]
        height = max(float(ribbon.value) * scale, LEAST)
        x, to = begins.x + NODE, ends.x
        y, down = outs[ribbon.begins], ends_at[at]
        outs[ribbon.begins] += float(ribbon.value) * scale
        middle = (x + to) / 2
        way = (
            f"M{x:.2f} {y:.2f}C{middle:.2f} {y:.2f} {middle:.2f} {down:.2f} {to:.2f} {down:.2f}V{down + height:.2f}"
            f"C{middle:.2f} {down + height:.2f} {middle:.2f} {y + height:.2f} {x:.2f} {y + height:.2f}z"
        )
        is_break = begins.node.is_break or ends.node.is_break
        ink = BREAK if is_break else REST if ribbon.ink < 0 else part_ink(ribbon.ink)
        shape = Path(
            way, fill=ink, stroke=BREAK_EDGE if is_break else "", dash="3 3" if is_break else "", opacity=0.45
        )
        found.append(Mark((shape,), ribbon.said, ribbon.address, is_figure=ribbon.is_figure))
    return found


def _node(one: _Placed, frame: Frame, pitch: float, right: float, stages: int, size: float) -> Mark:
    node, is_last = one.node, one.node.stage == stages - 1
    ink = BREAK if node.is_break else REST if node.is_rest else SOFT
    shapes: list[Shape] = [Box(one.x, one.y, NODE, one.height, ink, BREAK_EDGE if node.is_break else "")]
    y = one.y + min(one.height / 2 + size * 0.34, max(one.height, size * 1.25) - size * 0.3)
    y = max(y, one.y + size * 0.9)
    if frame.is_narrow:
        # Two labels share the last gap: one begins at its left, the other ends at its right.
        room = (pitch - NODE) / (2 if node.stage >= stages - 2 else 1) - 6
        text = fitted(node.name, size, room, keeps_end=node.is_place)
    else:
        room = right - 6 if is_last else pitch - NODE - 12
        whole = f"{node.name} {node.text}"
        name_room = room - width_of(f" {node.text}", size)
        name = fitted(node.name, size, name_room, keeps_end=node.is_place)
        text = whole if width_of(whole, size) <= room else f"{name} {node.text}"
        if name_room < size * 3:
            text = fitted(node.name, size, room, keeps_end=node.is_place)
    if text:
        is_end = is_last and not right
        x, anchor = (one.x - 4, "end") if is_end else (one.x + NODE + 5, "start")
        shapes.append(Label(x, y, text, size, INK, anchor))
    return Mark(tuple(shapes), node.said, node.address, is_figure=node.is_figure)
