"""A worked example: three months of a monthly return of two branches, which an officer could follow with paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.operations import register_reported, submit_reported
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rounds.consolidating import Standing, sums_of
from bangfu.foundation.rounds.guarding import UnableToEnterPeriod
from bangfu.foundation.rounds.models import Amendment, ReturnState, Round
from bangfu.foundation.rounds.operations import (
    accept_returns,
    amend_return,
    ask_unlock,
    chase_round,
    lock_round,
    sign_nil,
    submit_return,
    unlock_round,
)
from bangfu.foundation.rounds.queries import Timeliness, timeliness_of
from bangfu.foundation.rounds.rows import opening_rows
from tests.cast import Cast
from tests.foundation.intake.reported.reporting import RELIEF, SLIP, details
from tests.foundation.rounds.asking import (
    IN_TIME,
    LATE,
    by_hand,
    opened,
    owed_by,
    typed,
    verified_paper,
    with_file,
)

pytestmark = pytest.mark.django_db
AFTER = datetime(2020, 7, 25, 2, 0, tzinfo=UTC)


def test_june_is_returned_verified_accepted_locked_and_amended(cast: Cast) -> None:
    asked = opened(cast)
    assert [(one.unit.code, one.state, one.due_on) for one in asked.returns.order_by("unit__code")] == [
        ("P52", "WAITING", date(2020, 7, 5)),
        ("P53", "WAITING", date(2020, 7, 5)),
    ]
    chased = chase_round(round=asked, act=cast.act(cast.officer, at=IN_TIME))
    assert (chased.count, owed_by(asked, cast.guizhou).chases) == (2, 1)

    # 贵州 has one record from its daily work and types a second one; 云南 had nothing, and says so too late.
    by_hand(cast)
    owed = owed_by(asked, cast.guizhou)
    with_file(cast, owed)
    typed(cast, owed, {"place": "册亨县", "quantity": "２,５００.５０"})
    assert owed_by(asked, cast.guizhou).state == ReturnState.DRAFTED
    submit_return(unit_return=owed, act=cast.act(cast.clerk, at=IN_TIME))
    paper = Batch.objects.get()
    assert (paper.title, paper.record_count, paper.unit) == ("扶贫套餐减免月报 2020年6月", 2, cast.guizhou)
    new = ReportedRecord.objects.get(reference="P52-202006-001")
    assert (new.quantity, new.happened_on, new.place_id, new.title) == (
        Decimal("2500.5000"), date(2020, 6, 30), 522327000000, "2020年6月扶贫套餐减免通信费",
    )  # fmt: skip
    sign_nil(
        unit_return=owed_by(asked, cast.yunnan),
        is_confirmed=True,
        act=cast.act(cast.clerk_of_yunnan, at=LATE),
    )

    verified_paper(cast, paper)
    sums = sums_of(asked, [cast.guizhou.pk, cast.yunnan.pk])
    assert sums == {(cast.guizhou.pk, RELIEF, "VERIFIED"): Standing(2, Decimal("3501.0000"))}
    owed = owed_by(asked, cast.guizhou)
    assert accept_returns(round=asked, returns=[owed.pk], act=cast.act(cast.officer, at=AFTER)) == 1
    lock_round(round=asked, act=cast.act(cast.officer, at=AFTER))
    assert timeliness_of(
        [cast.group.pk, cast.yunnan.pk], first=date(2020, 1, 1), last=date(2020, 12, 31), on=date(2020, 7, 31)
    ) == {cast.group.pk: Timeliness(2, 2, 1, 1), cast.yunnan.pk: Timeliness(1, 1, 1, 1)}

    # A slip of June turns up: it is refused at submission, and goes in as an amendment.
    late = by_hand(cast, reference="GZ-2020-06-B", at=AFTER)
    with pytest.raises(UnableToEnterPeriod) as refused:
        submit_reported(record=late, act=cast.act(cast.clerk, at=AFTER))
    assert refused.value.code == "period_locked"
    assert "2020年6月" in refused.value.sentence.zh
    amend_return(unit_return=owed, reason="6月的单据7月才寄到", act=cast.act(cast.clerk, at=AFTER))
    amendment = Amendment.objects.get()
    assert (amendment.reason, amendment.paper.record_count) == ("6月的单据7月才寄到", 1)
    verified_paper(cast, amendment.paper)
    assert sum(Fact.objects.values_list("quantity", flat=True)) == Decimal("4501.5000")

    # Unlocking takes two.
    asking = ask_unlock(round=asked, reason="云南更正零报告", act=cast.act(cast.officer, at=AFTER))
    unlock_round(unlocking=asking, act=cast.act(cast.verifier, at=AFTER))
    assert Round.objects.get(pk=asked.pk).state == Round.State.OPEN


def test_last_month_carries_forward_without_its_quantities(cast: Cast) -> None:
    asked = opened(cast, date(2020, 7, 1))
    act = cast.act(cast.clerk, at=IN_TIME)
    for number, quantity in enumerate(("10", "20"), 1):
        said = details(
            reference=f"GZ-JUN-{number}",
            title=f"2020年6月第{number}营业厅减免",
            happened_on=date(2020, 6, 20),
            quantity=Decimal(quantity),
        )
        register_reported(measure=RELIEF, details=said, unit=cast.guizhou, files=(SLIP,), act=act)
    rows = opening_rows(owed_by(asked, cast.guizhou), RELIEF, date(2020, 7, 31))
    assert [
        (row.cells.get("title"), row.cells.get("place"), row.cells.get("quantity"), row.carried)
        for row in rows
    ] == [
        ("2020年7月第1营业厅减免", "贵州省黔西南布依族苗族自治州册亨县", None, ("title", "place")),
        ("2020年7月第2营业厅减免", "贵州省黔西南布依族苗族自治州册亨县", None, ("title", "place")),
    ]
    assert [row.cells["reference"] for row in rows] == ["P52-202007-001", "P52-202007-002"]
    assert not any(row.is_filled for row in rows)
