"""A browser, and the product for it: served by the test itself unless a journey is about more than its pages."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.cast import enter_cast
from tests.journey.browsing import chromium
from tests.serving import served


@pytest.fixture
def address(browser: Browser, own_database: str) -> Iterator[str]:
    """The product's pages over the test's own database, with the cast in it; no worker runs beside them."""
    enter_cast()
    with served(to_browsers=True) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module; its event loop shares the thread in which the test reads the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    switches = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=switches)
        yield chrome
        chrome.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
