"""Moving the map with every county and 40,000 points in a browser, against the same browser with nothing to draw.

The map is the product's own page, served over a throw-away database: values of every county in a year, and 40,000 points as the
layer of where records stand, put in place of what the server would send. It is panned, zoomed and moved along its slider, one
step a frame, and the time from frame to frame is taken; the baseline is the same number of frames of an empty page. So a machine
without a graphics card, or with other work, treats both alike. Needs Chromium and playwright, as the journeys do.
Targets: 1 frame of the screen in the middle (0.5), and 50 ms in 95 of 100. On two quiet cores all three took 17 ms in 95 of
100 (1.00).
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from benchmarks._scratch import report, scratch_database
from benchmarks._sizes import sized
from benchmarks.open import house, post_facts

POINTS = sized(40_000, 4_000)
FACTS = 20_000
"""Enough that every county has some."""
FRAMES = 60
ADDRESS = "/map/?indicator=network.base_stations&period=2019-12&level=3&drawing=shade&records=1"
EMPTY = "<!doctype html><title>nothing</title><canvas></canvas>"
FRAMES_OF = """([step, frames]) => new Promise((done) => {
  const plate = window.bangfuMap ? bangfuMap.plates[0] : null, took = [];
  const steps = {
    nothing: () => {},
    pan: (at) => plate.pan(at % 2 ? 40 : -38, at % 3 ? 12 : -20),
    zoom: (at) => plate.zoom(at % 20 < 10 ? 1.25 : 0.8),
    slide: (at) => plate.show(at % plate.sheet.stops.length),
  };
  let at = 0, before = performance.now();
  const next = (now) => {
    if (at > 0) took.push(now - before);
    before = now;
    if (at === frames) { done(took); return; }
    steps[step](at);
    at += 1;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""
SEEN = "() => [bangfuMap.plates[0].sheet.codes.length, bangfuMap.plates[0].layers.reduce((sum, one) => sum + one.grid.size, 0)]"


@contextmanager
def _served(address: str) -> Iterator[str]:
    """Serve the product over the throw-away database, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "bangfu.site.cli", "serve", "--port", str(port), "--workers", "1"]
    owner = os.environ["DATABASE_OWNER_URL"].partition("?")
    database = address.partition("?")[0].rpartition("/")[2]
    environment = os.environ | {
        "DATABASE_URL": address,
        "DATABASE_OWNER_URL": f"{owner[0].rpartition('/')[0]}/{database}{owner[1]}{owner[2]}",
        "BANGFU_END_WITH_PARENT": "1",
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _points() -> dict[str, list[float]]:
    """Return points all over the sheet, as the server sends where records stand."""
    drawn = random.Random(20260)
    return {
        "x": [round(drawn.uniform(3_000, 17_000) / 10, 1) for _ in range(POINTS)],
        "y": [round(drawn.uniform(1_000, 14_000) / 10, 1) for _ in range(POINTS)],
        "facts": list(range(1, POINTS + 1)),
    }


def _open(page: Page, address: str) -> None:
    points = _points()
    page.route("**/map/records.json*", lambda route: route.fulfill(json=points))
    page.goto(f"{address}{ADDRESS}")
    page.wait_for_selector(".atlas.is-drawn", timeout=60_000)
    page.wait_for_timeout(1_000)
    counties, seen = page.evaluate(SEEN)
    assert (counties > 2_000, seen) == (True, POINTS), (counties, seen)
    print(f"{counties:,} counties, {seen:,} points")


def run() -> None:
    """Measure and print the ratio."""
    chromium = (
        os.environ.get("BANGFU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if chromium is None:
        raise SystemExit("Chromium is missing: apt-get install chromium")
    with scratch_database("smooth") as database:
        client = Client(SERVER_NAME="localhost")
        client.force_login(house(), backend="django.contrib.auth.backends.ModelBackend")
        post_facts(str(connection.settings_dict["NAME"]), FACTS)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        connection.close()
        with _served(database) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
            empty, page = context.new_page(), context.new_page()
            empty.set_content(EMPTY)
            empty.bring_to_front()
            bare = empty.evaluate(FRAMES_OF, ["nothing", FRAMES])
            page.bring_to_front()
            _open(page, address)
            ours = []
            for step in ("pan", "zoom", "slide"):
                took = sorted(page.evaluate(FRAMES_OF, [step, FRAMES]))
                middle, late = statistics.median(took), took[int(len(took) * 0.95)]
                print(f"{step}: {middle:.0f} ms a frame in the middle, {late:.0f} ms in 95 of 100")
                ours += took
            browser.close()
        report("smooth", baseline=[one / 1000 for one in bare], ours=[one / 1000 for one in ours])
