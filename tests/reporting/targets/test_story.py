"""A year that an officer can follow with paper: 2.31 put in altogether, of which 1.19 to the designated county is the pledge's.

The scope is that of a central enterprise's report on 2019 (231 million put in, 119 million of it in its designated counties), in
yuan here; the other numbers are made up.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import system_writes
from bangfu.foundation.places.operations import enter_area
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.official_form import filled
from bangfu.reporting.targets.views.reading import shown_pledge
from tests.cast import CEHENG, GUYUAN, NOW
from tests.reporting.story import Story
from tests.reporting.targets.pledged import PUT_IN, approved, drafted, entered


def test_only_what_reaches_the_designated_county_is_pledge_money(story: Story) -> None:
    cast, measure = story.cast, declared_measures()[PUT_IN]
    with system_writes("the office's list"):
        area = enter_area(
            code="designated", kind="DESIGNATED", title_zh="定点县", title_en="Designated counties", source="办公室",
            members=polars.DataFrame(
                [[CEHENG, date(2015, 1, 1), None, "册亨县"]],
                schema={"place": polars.Int64, "starts_on": polars.Date, "ends_on": polars.Date, "listed_as": polars.String},
                orient="row",
            ),
            at=NOW,
        )  # fmt: skip
    story.post(measure, [Decimal("1.19")], unit=cast.guizhou.pk, place=CEHENG, on=date(2020, 5, 1))
    story.post(measure, [Decimal("1.12")], unit=cast.guizhou.pk, place=GUYUAN, on=date(2020, 6, 1))
    version = drafted(cast)
    entered(cast, version, PUT_IN, "2.31")
    entered(cast, version, PUT_IN, "1.40", area=area)
    approved(cast, version)

    year_end = date(2020, 12, 31)
    shown = shown_pledge(cast.officer, version.pledge, year_end)
    assert shown is not None
    form = filled(version, shown.progress, on=year_end, lights=lights_on(year_end), origin="", language="zh")
    line = form.lines[0]
    assert (line.title, line.exact, line.share, line.light) == (
        "投入帮扶资金（定点县）", Decimal("1.1900"), "85.0%", "红灯",
    )  # fmt: skip
    assert line.address == "/f/projects.put_in/?period=2020&area=designated"
    altogether = next(one for one in shown.progress if one.target.area is None)
    assert (altogether.figure.value, altogether.light) == (Decimal("2.3100"), "green")
