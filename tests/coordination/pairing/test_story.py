"""A worked example that an officer could follow with paper: two cities and the province help overlapping villages.

Added up from three returns there would be three units and five villages (DOMAIN §1: the fudge of the branch returns);
counted by code there are three units and three villages, in one county, and two after the hand-overs and the end.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.coordination.pairing.models import Pairing
from bangfu.coordination.pairing.operations import (
    end_pairing,
    hand_over,
    require_owners,
    verify_pairing,
    verify_pairings,
)
from bangfu.coordination.pairing.queries import gaps, paired_places, responsible_units
from bangfu.reporting.queries import figure
from tests.cast import Cast
from tests.coordination.pairing.paired import (
    DOCUMENT,
    PINGYANG,
    YANGCHANG,
    ZHELOU,
    Required,
    Row,
    city,
    imported,
    listed,
)
from tests.foundation.review.looking import looked_at

MEASURES = ("pairing.units", "pairing.villages", "pairing.counties")


def figures(period: str) -> tuple[Decimal | None, ...]:
    """Return what stands at the end of a period, as the house publishes it."""
    return tuple(figure(measure, period=period).value for measure in MEASURES)


@pytest.mark.django_db
def test_three_returns_count_three_villages_once(cast: Cast, tmp_path: Path) -> None:
    first, second = city(cast), city(cast, "C5226", "黔东南州分公司")
    act, check = cast.act(cast.officer), cast.act(cast.verifier)
    rows = [
        Row("C5223", "册亨县者楼村"),
        Row("C5223", "522327003203"),
        Row("C5226", "册亨县 羊场村", starts_on=date(2019, 1, 1)),
        Row("C5226", "册亨坪秧村", role="参与"),
        Row("P52", "册亨县者楼街道者楼村", role="参与", level="省级"),
    ]
    paper = imported(rows, unit=cast.guizhou, act=act, folder=tmp_path)
    assert figures("2020") == (None, None, None)
    verify_pairings(batch=looked_at(paper, check), act=check)

    assert figures("2018") == (3, 2, 1)
    assert figures("2019") == (3, 3, 1)
    supporters = [(one.unit.code, one.role) for one in responsible_units(ZHELOU, date(2019, 6, 1))]
    assert supporters == [("C5223", "LEAD"), ("P52", "CO")]
    assert [one.place_id for one in paired_places(second.pk, date(2019, 6, 1))] == [PINGYANG, YANGCHANG]

    # The second city hands 羊场村 over to the first on 2020-03-01: no gap day, one village all along.
    theirs = Pairing.objects.get(unit=second, place=YANGCHANG)
    ours = hand_over(
        pairing=theirs,
        to=first,
        on=date(2020, 3, 1),
        document="册脱贫组〔2020〕3号",
        files=(DOCUMENT,),
        act=act,
    )
    verify_pairing(pairing=ours, act=check)
    verify_pairing(pairing=theirs, act=check)
    assert figures("2020-02") == figures("2020-03") == (3, 3, 1)

    # The first city's responsibility for 者楼村 ends on 2020-05-01; the province only takes part.
    led = Pairing.objects.get(unit=first, place=ZHELOU)
    verify_pairing(
        pairing=end_pairing(pairing=led, on=date(2020, 5, 1), document="会议纪要〔2020〕8号", act=act),
        act=check,
    )
    assert figures("2020-05") == (3, 3, 1)

    # And the second city leaves 坪秧村, its last village: two units stand.
    taking_part = Pairing.objects.get(unit=second, place=PINGYANG)
    verify_pairing(
        pairing=end_pairing(
            pairing=taking_part, on=date(2020, 6, 1), document="会议纪要〔2020〕9号", act=act
        ),
        act=check,
    )
    assert figures("2020-06") == (2, 3, 1)

    # The office requires an owner in all three villages from 2018-01-01 on.
    asked = [Required("522327001200"), Required("522327003203"), Required("522327003204")]
    require_owners(upload=listed(asked, unit=cast.group, act=act), act=act)
    found = gaps(date(2018, 1, 1), date(2020, 7, 1))
    assert found.rows() == [
        (ZHELOU, date(2018, 1, 1), date(2018, 3, 15), 73),
        (ZHELOU, date(2020, 5, 1), date(2020, 7, 1), 61),
        (PINGYANG, date(2018, 1, 1), date(2018, 3, 15), 73),
        (YANGCHANG, date(2018, 1, 1), date(2019, 1, 1), 365),
    ]
