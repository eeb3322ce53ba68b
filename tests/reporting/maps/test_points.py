"""Villages and records as points on the map: where they are drawn, to whom, and with which datum."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from django.test import Client

from bangfu.foundation.places.models import PlacePosition
from bangfu.foundation.places.positions.datums import gcj_from
from bangfu.foundation.places.positions.files import FRAME
from bangfu.foundation.places.positions.operations import load_positions
from bangfu.reporting.maps.building import placed_finely
from tests.cast import Cast
from tests.connectivity.schooling.served import FIRST, ZHELOU, served
from tests.reporting.test_pages import door, text

pytestmark = pytest.mark.django_db
SCHOOLS = "schooling.schools"
PINGYANG = 522327003203
AT = {ZHELOU: (105.81, 24.98), PINGYANG: (105.9, 24.9)}


@pytest.fixture
def loaded(cast: Cast) -> Cast:
    """Two villages of 册亨县 with positions in WGS-84, a school in one of them with its own in BD-09."""
    rows = [(row, str(place), *at) for row, (place, at) in enumerate(AT.items(), start=2)]
    frame = pl.DataFrame(rows, schema=FRAME, orient="row")
    load_positions(rows=frame, datum="WGS-84", source="册亨县民政局", act=cast.act(cast.officer))
    served(cast, place=ZHELOU, longitude=Decimal("105.82"), latitude=Decimal("24.99"), datum="BD-09")
    return cast


def values(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"/map/values.json?indicator={SCHOOLS}&period=2019&{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


class TestVillages:
    @pytest.mark.parametrize("place", ["522327", "522300", "520000"])
    def test_are_points_with_their_values(self, loaded: Cast, place: str) -> None:
        sheet = values(door(loaded.officer), f"place={place}&level=5")["sheet"]
        points = sheet["points"]
        assert (points["codes"], points["datums"]) == ([str(ZHELOU), str(PINGYANG)], ["WGS-84", "WGS-84"])
        drawn = gcj_from("WGS-84", *AT[ZHELOU])
        assert (points["longitude"][0], points["latitude"][0]) == tuple(round(one, 5) for one in drawn)
        assert (points["x"][0], points["y"][0]) == placed_finely(*(round(one, 7) for one in drawn))
        stop = sheet["stops"][-1]
        assert (stop["at"], stop["text"]) == ([0], ["1"])
        assert "522327" in sheet["codes"]

    def test_are_none_at_levels_with_outlines(self, loaded: Cast) -> None:
        assert values(door(loaded.officer), "place=520000")["sheet"]["points"] is None

    def test_the_page_says_what_they_are(self, loaded: Cast) -> None:
        page = text(door(loaded.officer).get(f"/map/?indicator={SCHOOLS}&period=2019&place=522327&level=5"))
        assert "画成点：2 个有位置" in page
        assert "GCJ-02，载入时由来源的坐标系换算一次" in page
        assert 'data-datum="{at}（GCJ-02，换算自 {datum}）"' in page
        assert ("合成" in page, "只列在表里。" in page) == (False, False)

    def test_those_without_a_position_are_counted(self, cast: Cast) -> None:
        served(cast, place=ZHELOU)
        page = text(door(cast.officer).get(f"/map/?indicator={SCHOOLS}&period=2019&place=522327&level=5"))
        assert "乡镇和村没有公开的界线，只列在表里。" in page
        assert "/map/positions/load" in page
        rows = [(2, str(PINGYANG), *AT[PINGYANG])]
        frame = pl.DataFrame(rows, schema=FRAME, orient="row")
        load_positions(rows=frame, datum="GCJ-02", source="县", act=cast.act(cast.officer))
        page = text(door(cast.officer).get(f"/map/?indicator={SCHOOLS}&period=2019&place=522327&level=5"))
        assert "另有 1 个有数而没有位置" in page

    def test_the_list_is_exported_with_coordinates_and_datum(self, loaded: Cast) -> None:
        address = f"/map/places.csv?indicator={SCHOOLS}&period=2019&place=522327&level=5"
        answer = door(loaded.officer).get(address)
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        longitude, latitude = gcj_from("WGS-84", *AT[ZHELOU])
        assert rows[0][-3:] == ["经度（GCJ-02）", "纬度（GCJ-02）", "换算自坐标系"]
        assert (rows[1][0], rows[1][-3:]) == (str(ZHELOU), [f"{longitude:.7f}", f"{latitude:.7f}", "WGS-84"])

    def test_the_public_map_has_none(self, loaded: Cast) -> None:
        answer = Client().get("/map/published/values.json?level=5")
        assert b"points" not in answer.content or json.loads(answer.content)["sheet"]["points"] is None


class TestRecords:
    def test_stand_where_they_were_measured(self, loaded: Cast) -> None:
        answer = door(loaded.officer).get(f"/map/records.json?indicator={SCHOOLS}&period=2019")
        found = json.loads(answer.content)
        x, y = placed_finely(*gcj_from("BD-09", 105.82, 24.99))
        assert (found["x"], found["y"]) == ([x], [y])
        opened = door(loaded.officer).get(f"/fact/{found['facts'][0]}/")
        assert FIRST in opened.content.decode()

    def test_are_shown_to_whom_their_facts_are(self, loaded: Cast) -> None:
        for account, count in ((loaded.verifier, 1), (loaded.clerk, 1), (loaded.clerk_of_yunnan, 0)):
            answer = door(account).get(f"/map/records.json?indicator={SCHOOLS}&period=2019&unit=")
            assert (answer.status_code, len(json.loads(answer.content)["x"])) == (200, count)
        assert door(loaded.outsider).get(f"/map/records.json?indicator={SCHOOLS}").status_code == 403
        assert Client().get(f"/map/records.json?indicator={SCHOOLS}").status_code == 302

    def test_are_a_layer_of_the_page(self, loaded: Cast) -> None:
        page = text(door(loaded.officer).get(f"/map/?indicator={SCHOOLS}&period=2019&records=1"))
        assert 'data-records="/map/records.json?' in page
        assert "记录的位置按登记的坐标系换算为 GCJ-02" in page


class TestPositionsPage:
    def test_lists_counties_and_finds_points(self, loaded: Cast) -> None:
        client = door(loaded.officer)
        page = text(client.get("/map/positions/"))
        assert ("2 个位置" in page, "册亨县" in page, "/map/?place=522327&amp;level=5" in page) == (True,) * 3
        found = text(client.get("/map/positions/?q=者楼"))
        assert "105.8100000, 24.9800000 WGS-84" in found
        assert "没有符合条件的位置" in text(client.get("/map/positions/?q=没有"))

    def test_says_what_to_do_where_nothing_is(self, cast: Cast) -> None:
        assert "还没有载入位置" in text(door(cast.officer).get("/map/positions/"))

    def test_is_exported_as_given_and_as_drawn(self, loaded: Cast) -> None:
        answer = door(loaded.officer).get("/map/positions.csv?q=522327")
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert rows[1][0] == str(ZHELOU)
        assert rows[1][2:5] == ["105.8100000", "24.9800000", "WGS-84"]

    def test_loads_a_file(self, cast: Cast) -> None:
        file = io.BytesIO(f"村代码,经度,纬度\n{ZHELOU},105.81,24.98\n".encode())
        file.name = "村点.csv"
        said = {"key": "k1", "file": file, "datum": "CGCS2000", "source": "册亨县民政局"}
        answer = door(cast.officer).post("/map/positions/load", said)
        assert (answer.status_code, PlacePosition.objects.get().datum) == (302, "CGCS2000")

    def test_shows_what_is_wrong(self, cast: Cast) -> None:
        client = door(cast.officer)
        file = io.BytesIO(f"村代码,经度,纬度\n{ZHELOU},24.98,105.81\n".encode())
        file.name = "村点.csv"
        answer = client.post(
            "/map/positions/load", {"key": "k1", "file": file, "datum": "WGS-84", "source": "县"}
        )
        assert (answer.status_code, "写反了" in answer.content.decode()) == (409, True)
        assert client.post("/map/positions/load", {"key": "k2"}).status_code == 422
        assert client.get("/map/positions/load").status_code == 200
        assert door(cast.clerk).get("/map/positions/load").status_code == 403
        assert PlacePosition.objects.count() == 0
