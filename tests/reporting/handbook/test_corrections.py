"""Published figures of a place are among its open points while an erratum of them waits for its decision."""

from __future__ import annotations

from bangfu.reporting.corrections.operations import approve_erratum
from tests.reporting.corrections.conftest import (  # noqa: F401 - fixtures
    IN_CEHENG,
    STATIONS,
    Published,
    published,
    story,
    told,
)
from tests.reporting.handbook.test_page import PAGE, text_of

KIND = "正在更正的已发布数字"


def test_figures_of_the_place_alone_until_the_erratum_is_decided(published: Published) -> None:  # noqa: F811 - the fixture
    cast = published.story.cast
    assert KIND not in text_of(cast.officer)
    published.change()
    erratum = published.erratum(STATIONS, IN_CEHENG)
    page = text_of(cast.officer)
    assert f"{KIND} <small>1</small>" in page
    assert (
        f'<a href="/corrections/proposed/{erratum.pk}/">新建无线基站</a> <span class="soft">第 2 个数字</span>'
        in page
    )
    assert KIND not in text_of(cast.officer, "/handbook/130724/")
    assert KIND not in text_of(cast.county_official, PAGE)
    approve_erratum(erratum=erratum, act=cast.act(cast.verifier))
    assert KIND not in text_of(cast.officer)
