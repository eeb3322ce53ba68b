"""The map in a real browser: drawn on its canvas, moved along the slider, and opened down to a county and to a village."""

from __future__ import annotations

import polars
import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.positions.files import FRAME
from bangfu.foundation.places.positions.operations import load_positions
from bangfu.foundation.rooms import record_type
from tests.cast import CEHENG
from tests.journey.browsing import complaints, sign_in

pytestmark = pytest.mark.browser

POST = """
INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, identity, subject_type, subject_id, happened_on,
                         source_system, source_id)
SELECT %s, 1, %s, %s, 'J-' || n, %s, n, make_date(CASE WHEN n > 3 THEN 2019 ELSE 2018 END, 5, 4),
       'journey', 'J-' || n
  FROM generate_series(1, 10) n
"""
INK = """() => {
  const plate = bangfuMap.plates[0], [x, y] = plate.spots[plate.number.get("522327")];
  const at = [x * plate.view.k + plate.view.x, y * plate.view.k + plate.view.y];
  const pixel = plate.context.getImageData(at[0] * plate.ratio, at[1] * plate.ratio, 1, 1).data;
  return { at, ink: [...pixel].slice(0, 3) };
}"""


DOT = """() => {
  const { grid, view, dot } = bangfuMap.plates[0], at = dot.get("522327001200");
  return { x: grid.x[at] * view.k + view.x, y: grid.y[at] * view.k + view.y, k: view.k };
}"""
VILLAGES = {522327001200: (105.81, 24.98), 522327003203: (105.9, 24.9)}


def post_stations(place: int = CEHENG) -> None:
    """Post three stations of 册亨县, or of a place in it, in 2018 and seven in 2019."""
    with system_writes("the stations of a journey"), connection.cursor() as cursor:
        values = (
            measure_number("network.base_stations"),
            Unit.objects.get(code="P52").pk,
            place,
            record_type("network.station").number,
        )
        cursor.execute(POST, values)


def test_the_map_is_drawn_slides_and_opens(address: str, browser: Browser) -> None:
    post_stations()
    complaints.clear()
    page = sign_in(browser, address, "zhoumin")
    page.goto(
        f"{address}/map/?indicator=network.base_stations&period=2019&level=3&drawing=shade&method=quantile"
    )
    expect(page.locator(".atlas")).to_have_class("atlas is-drawn")
    page.wait_for_timeout(200)
    seen = page.evaluate(INK)

    page.locator("[data-slider] input").press("ArrowLeft")
    expect(page).to_have_url(
        f"{address}/map/?indicator=network.base_stations&period=2018&level=3&drawing=shade&method=quantile"
    )
    expect(page.locator("#map-list .total")).to_contain_text("3个")
    page.wait_for_timeout(200)
    assert seen["ink"] != page.evaluate(INK)["ink"]

    page.locator(".map-canvas canvas").first.click(position={"x": seen["at"][0], "y": seen["at"][1]})
    page.locator(".map-card a.figure").click()
    expect(page.locator("#drawer .opened .big")).to_have_text("3个")
    expect(page).to_have_url(f"{address}/f/network.base_stations/?period=2018&place=522327")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer .opened")).to_have_count(0)
    assert complaints == []
    page.context.close()


def test_a_village_is_zoomed_to_and_opened(address: str, browser: Browser) -> None:
    rows = [(row, str(place), *at) for row, (place, at) in enumerate(VILLAGES.items(), start=2)]
    officer = Account.objects.get(username="zhoumin")
    frame = polars.DataFrame(rows, schema=FRAME, orient="row")
    load_positions(rows=frame, datum="WGS-84", source="册亨县民政局", act=Act.now(officer))
    post_stations(next(iter(VILLAGES)))
    complaints.clear()
    page = sign_in(browser, address, "zhoumin")
    page.goto(f"{address}/map/?indicator=network.base_stations&period=2019&place=522327&level=5")
    expect(page.locator(".atlas")).to_have_class("atlas is-drawn")
    before = page.evaluate(DOT)
    page.locator(".map-canvas canvas").first.focus()
    page.keyboard.press("+")
    page.wait_for_timeout(200)
    dot = page.evaluate(DOT)
    assert dot["k"] == pytest.approx(before["k"] * 1.5)

    page.locator(".map-canvas canvas").first.click(position={"x": dot["x"], "y": dot["y"]})
    expect(page.locator(".map-card b")).to_contain_text("者楼村")
    expect(page.locator(".map-card")).to_contain_text("WGS-84")
    page.locator(".map-card a.figure").click()
    expect(page.locator("#drawer .opened .big")).to_have_text("7个")
    expect(page).to_have_url(f"{address}/f/network.base_stations/?period=2019&place=522327001200")
    assert complaints == []
    page.context.close()
