"""Pages as those meet them who cannot see or cannot point, by Deque's rules; and their widths, in both languages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journey.browsing import complaints, sign_in
from tests.journey.test_map import post_stations

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
WIDTHS = (390, 1280, 1920)
OF_OFFICERS = (
    "/", "/work/", "/figures/", "/f/network.base_stations/", "/f/network.base_stations/facts", "/dashboard/", "/map/",
    "/charts/new?kind=ranking&indicator=network.base_stations&level=1&period=2019", "/tables/", "/targets/", "/handbook/",
    "/network/stations/", "/intake/", "/intake/reported/", "/rounds/", "/reports/", "/findings/", "/corrections/",
    "/training/courses/", "/projects/", "/industries/", "/consumption/", "/suppliers/", "/shop/orders/", "/shop/products/",
    "/campaigns/", "/grants/", "/grants/applications/",
    "/grants/pay/", "/points/", "/money/", "/notices/", "/jobs/", "/own/", "/sampling/", "/controls/",
)  # fmt: skip
KNOWN = {("nested-interactive", "/organisation/")}
"""The tree of units: a unit's name, which leads to its page, stands in the line that opens what is below it."""
OF_ADMINISTRATORS = ("/organisation/", "/places/", "/webhooks/")


def faults_of(page: Page) -> list[str]:  # each as the rule's name, its help and the first element
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if (one["id"], urlsplit(page.url).path) not in KNOWN
    ]


@pytest.mark.parametrize(
    ("username", "addresses"),
    [("zhoumin", OF_OFFICERS), ("admin", OF_ADMINISTRATORS)],
    ids=["officer", "administrator"],
)
def test_every_page_is_named_ordered_and_within_its_width(
    address: str, browser: Browser, username: str, addresses: tuple[str, ...]
) -> None:
    post_stations()
    complaints.clear()
    page = sign_in(browser, address, username)
    faults = {}
    for language in ("zh", "en"):
        for path in addresses:
            page.set_viewport_size({"width": WIDTHS[1], "height": 900})
            answer = page.goto(address + path)
            assert answer is not None
            assert answer.status == 200, path
            expect(page.locator("html")).to_have_attribute("lang", re.compile(language))
            if language == "zh" and (found := faults_of(page)):
                faults[language, path] = found
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    faults.setdefault((language, path), []).append(f"wider than {width} pixels")
        if language == "zh":
            page.goto(address)
            page.get_by_role("button", name="EN").click()
            expect(page.locator("html")).to_have_attribute("lang", "en")
    assert not faults
    assert not complaints
