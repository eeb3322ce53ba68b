"""Whoever answers for a unit's targets is told once, after the deadline, how many were missed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bangfu.foundation.notices.models import Notice
from bangfu.reporting.targets.noticing import tell_overdue
from tests.cast import Cast
from tests.reporting.targets.pledged import in_force

pytestmark = pytest.mark.django_db


def test_after_the_deadline_each_unit_is_told_once_of_what_it_missed(cast: Cast) -> None:
    version = in_force(cast)
    assert tell_overdue(datetime(2020, 12, 31, 4, tzinfo=UTC)) == 0
    after = datetime(2021, 1, 4, 21, 20, tzinfo=UTC)
    assert tell_overdue(after) == 3
    told = Notice.objects.filter(kind="targets.overdue").order_by("account__username")
    assert [(one.account.username, one.body_zh) for one in told if one.account] == [
        ("duanqing", "2020 年「定点帮扶责任书」：云南省分公司有 1 项目标过了期限 2020-12-31 还没有完成。"),
        ("weilan", "2020 年「定点帮扶责任书」：贵州省分公司有 2 项目标过了期限 2020-12-31 还没有完成。"),
        ("zhoumin", "2020 年「定点帮扶责任书」：集团有 2 项目标过了期限 2020-12-31 还没有完成。"),
    ]
    assert {one.address for one in told} == {f"/targets/versions/{version.pk}/"}
    assert tell_overdue(datetime(2021, 1, 9, 21, 20, tzinfo=UTC)) == 0


def test_what_was_due_long_ago_is_not_told(cast: Cast) -> None:
    in_force(cast)
    assert tell_overdue(datetime(2021, 3, 2, 21, 20, tzinfo=UTC)) == 0
