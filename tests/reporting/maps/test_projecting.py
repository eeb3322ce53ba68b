"""Positions on the sheet against the worked example of the source, and datums against published values."""

from __future__ import annotations

import itertools

import pytest

from bangfu.foundation.places.positions.datums import gcj_from_wgs
from bangfu.reporting.maps.projecting import CHINA, Albers


class TestAlbers:
    def test_gives_the_worked_example_of_the_source(self) -> None:
        """J. P. Snyder, USGS Professional Paper 1395, p. 292: the ellipsoid of Clarke 1866."""
        conic = Albers(6_378_206.4, 0.006_768_66, 29.5, 45.5, 23.0, -96.0)
        x, y = conic.project(-75.0, 35.0)
        assert (round(x, 1), round(y, 1)) == (1_885_472.7, 1_535_925.0)

    def test_runs_north_along_its_middle_meridian(self) -> None:
        assert CHINA.project(105.0, 40.0)[0] == 0.0
        assert CHINA.project(105.0, 40.0)[1] > CHINA.project(105.0, 39.0)[1]

    def test_keeps_areas(self) -> None:
        """Two cells of one degree between the same parallels are equal wherever they lie, unlike on a plate carrée."""

        def area(west: float) -> float:
            steps = [west + number / 50 for number in range(51)]
            ring = [CHINA.project(one, 30.0) for one in steps]
            ring += [CHINA.project(one, 31.0) for one in reversed(steps)]
            ring.append(ring[0])
            return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))

        assert area(75.0) == pytest.approx(area(130.0), rel=1e-9)


class TestGcj:
    @pytest.mark.parametrize(
        ("wgs", "gcj"),
        [
            ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
            ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
            ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ],
    )
    def test_gives_the_published_values(self, wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
        assert gcj_from_wgs(*wgs) == pytest.approx(gcj, abs=1e-12)

    def test_leaves_positions_elsewhere_alone(self) -> None:
        assert gcj_from_wgs(2.2945, 48.8583) == (2.2945, 48.8583)
