"""Outlines of divisions as one topology: every border once, so that neighbours, prefectures and provinces agree. Pure.

The counties' outlines are one coverage: where two meet, both have the same points. Borders are cut into arcs where the pair
of counties on their sides changes; a ring of any division is a chain of arcs, and what lies inside a prefecture or a province
falls away. An arc is drawn by what it divides (``Divides``).

A county without an outline leaves a gap. Its border is no coast: in the rings of a division that surrounds it whole it is left
out. Where it is known which county a gap is, ``gaps_of`` gives its outline: what its neighbours leave.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

Point = tuple[int, int]
Ring = Sequence[Point]
"""The first point is the last one too."""
Edge = tuple[Point, Point]
NOBODY = ""
"""What lies beside the outermost borders and gaps."""


class Divides(IntEnum):
    """What an arc divides."""

    OUTSIDE = 0
    """The coast, or the border of the country."""
    PROVINCES = 1
    PREFECTURES = 2
    COUNTIES = 3
    GAP = 4
    """A county from one whose outline is not known."""


@dataclass(frozen=True)
class Arc:
    """A stretch of border with the same two counties on its sides."""

    points: tuple[Point, ...]
    divides: Divides


@dataclass(frozen=True)
class Topology:
    """Arcs, and by level and code the rings of every division; ``~n`` is arc ``n`` backwards, as in TopoJSON."""

    arcs: tuple[Arc, ...]
    rings: dict[
        int, dict[str, tuple[tuple[int, ...], ...]]
    ]  # by level (1 province, 2 prefecture, 3 county), by code

    def ring_points(self, chain: Iterable[int]) -> list[Point]:
        """Return the points of a ring, the first one also last."""
        found: list[Point] = []
        for number in chain:
            points = self.arcs[number].points if number >= 0 else self.arcs[~number].points[::-1]
            found.extend(points if not found else points[1:])
        return found

    def twice_area(self, level: int, code: str) -> int:
        """Return twice the area of a division, exactly, in the square of the points' unit."""
        return abs(sum(twice_area(self.ring_points(chain)) for chain in self.rings[level][code]))


def twice_area(ring: Ring) -> int:
    """Return twice the signed area of a ring: positive where it runs against the clock, y upwards.

    >>> twice_area([(0, 0), (2, 0), (2, 1), (0, 1), (0, 0)])
    4
    """
    return sum(x * b - a * y for (x, y), (a, b) in itertools.pairwise(ring))


def topology_of(counties: Mapping[str, Sequence[Ring]]) -> Topology:
    """Return the topology of a coverage of counties.

    Args:
        counties: closed rings by six-digit code, the outer ones clockwise or all the other way; y upwards.

    Raises: ValueError: a stretch of border belongs to more than two counties.
    """
    left = _sides(counties)
    gaps = _gaps(left)
    kinds = {edge: _kind(left, gaps, edge) for edge in left}
    nodes = _nodes(left, kinds)
    arcs: list[Arc] = []
    known: dict[Edge, int] = {}  # the arc that begins with this edge, in its own direction or against it
    levels = {1: lambda code: code[:2], 2: lambda code: code[:4], 3: lambda code: code}

    def numbered(points: list[Point]) -> int:
        number = known.get((points[0], points[1]))
        if number is None:
            number = len(arcs)
            arcs.append(Arc(tuple(points), kinds[points[0], points[1]]))
            known[points[0], points[1]] = number
            known.setdefault((points[-1], points[-2]), ~number)
        return number

    rings: dict[int, dict[str, tuple[tuple[int, ...], ...]]] = {}
    for level, of_level in sorted(levels.items(), reverse=True):
        found: dict[str, tuple[tuple[int, ...], ...]] = {}
        for code, edges in _borders(left, of_level).items():
            chains = [
                tuple(numbered(piece) for piece in _pieces(ring, nodes))
                for ring in _stitched(edges)
                if level == 3 or not _surrounds_a_gap(ring, gaps)
            ]
            found[code.ljust(6, "0")] = tuple(chains)
        rings[level] = dict(sorted(found.items()))
    return Topology(tuple(arcs), dict(sorted(rings.items())))


def gaps_of(counties: Mapping[str, Sequence[Ring]]) -> list[list[Point]]:
    """Return the rings of what no county covers, though counties lie all around; each runs as the county's own would."""
    return [loop[::-1] for loop in _loops_of_gaps(_sides(counties))]


def holds(ring: Ring, point: tuple[float, float]) -> bool:
    """Return whether a point lies inside a ring, by the even-odd rule."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in itertools.pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def _sides(counties: Mapping[str, Sequence[Ring]]) -> dict[Edge, str]:
    """Return whose ring runs along each edge, in its direction."""
    left: dict[Edge, str] = {}
    for code, rings in counties.items():
        for ring in rings:
            for edge in itertools.pairwise(ring):
                if edge[0] == edge[1]:
                    continue
                if edge in left:
                    raise ValueError(f"{left[edge]} and {code} both lie on one side of {edge}")
                left[edge] = code
    return left


def _opposite(left: Mapping[Edge, str], edge: Edge) -> str:
    return left.get((edge[1], edge[0]), NOBODY)


def _loops_of_gaps(left: Mapping[Edge, str]) -> list[list[Point]]:
    """Return the chains of edges with nobody beside them that run against the outermost one."""
    loops = _stitched([edge for edge in left if not _opposite(left, edge)])
    areas = [twice_area(loop) for loop in loops]
    outermost = max(areas, key=abs, default=0)
    return [loop for loop, area in zip(loops, areas, strict=True) if area * outermost < 0]


def _gaps(left: Mapping[Edge, str]) -> frozenset[Edge]:
    """Return the edges along gaps."""
    return frozenset(edge for loop in _loops_of_gaps(left) for edge in itertools.pairwise(loop))


def _kind(left: Mapping[Edge, str], gaps: frozenset[Edge], edge: Edge) -> Divides:
    one, other = left[edge], _opposite(left, edge)
    if not other:
        return Divides.GAP if edge in gaps else Divides.OUTSIDE
    if one[:2] != other[:2]:
        return Divides.PROVINCES
    return Divides.PREFECTURES if one[:4] != other[:4] else Divides.COUNTIES


def _nodes(left: Mapping[Edge, str], kinds: Mapping[Edge, Divides]) -> frozenset[Point]:
    """Return the points at which arcs end: where other counties, or more than two borders, meet."""
    met: dict[Point, set[tuple[frozenset[str], Divides]]] = defaultdict(set)
    degree: dict[Point, int] = defaultdict(int)
    for edge, one in left.items():
        other = _opposite(left, edge)
        if other and edge[0] > edge[1]:
            continue
        for point in edge:
            met[point].add((frozenset((one, other)), kinds[edge]))
            degree[point] += 1
    return frozenset(point for point in met if len(met[point]) > 1 or degree[point] != 2)


def _borders(left: Mapping[Edge, str], of_level: Callable[[str], str]) -> dict[str, list[Edge]]:
    """Return the edges that have another division of the level, or nobody, beside them."""
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge, code in left.items():
        other = _opposite(left, edge)
        if not other or of_level(other) != of_level(code):
            found[of_level(code)].append(edge)
    return found


def _stitched(edges: Sequence[Edge]) -> list[list[Point]]:
    """Return directed edges joined to closed rings; where several meet in a point, no ring passes through it twice."""
    after: dict[Point, list[Point]] = defaultdict(list)
    for start, end in edges:
        after[start].append(end)
    rings = []
    for start, _ in edges:
        while after[start]:
            path, seen = [start], {start: 0}
            while True:
                following = after[path[-1]].pop()
                if following in seen:
                    at = seen[following]
                    rings.append([*path[at:], following])
                    for point in path[at + 1 :]:
                        del seen[point]
                    del path[at + 1 :]
                    if len(path) == 1:
                        break
                else:
                    seen[following] = len(path)
                    path.append(following)
    return rings


def _surrounds_a_gap(ring: Ring, gaps: frozenset[Edge]) -> bool:
    return all(edge in gaps for edge in itertools.pairwise(ring))


def _pieces(ring: list[Point], nodes: frozenset[Point]) -> list[list[Point]]:
    """Return a closed ring cut at its nodes; one without any begins at its least point, whoever walks along it."""
    open_ring = ring[:-1]
    cuts = [at for at, point in enumerate(open_ring) if point in nodes]
    if not cuts:
        least = open_ring.index(min(open_ring))
        whole = open_ring[least:] + open_ring[:least]
        return [[*whole, whole[0]]]
    turned = open_ring[cuts[0] :] + open_ring[: cuts[0]]
    turned.append(turned[0])
    ends = [at - cuts[0] for at in cuts] + [len(open_ring)]
    return [turned[first : last + 1] for first, last in itertools.pairwise(ends)]
