"""What intake says to Today: sheets half-way, and records entered by hand and not submitted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from bangfu.foundation.intake.operations import cancel_upload
from bangfu.foundation.intake.reported.operations import submit_reported
from bangfu.foundation.intake.waiting import to_confirm, to_submit
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
from tests.cast import NOW, Cast
from tests.foundation.intake.reported.reporting import RELIEF, Row, Sheet, received
from tests.foundation.intake.reported.test_operations import registered

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def test_a_previewed_sheet_waits_for_who_uploaded_it(cast: Cast, tmp_path: Path) -> None:
    act = cast.act(cast.clerk, at=NOW - timedelta(days=2))
    upload = received(Sheet([Row("GZ-2019-09")]), unit=cast.guizhou, act=act, folder=tmp_path)
    (line,) = to_confirm(cast.clerk, TODAY)
    assert (line.count, line.since, line.due_on) == (1, TODAY - timedelta(days=2), None)
    assert to_confirm(cast.officer, TODAY) == to_confirm(cast.clerk_of_yunnan, TODAY) == []
    client = Client()
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(line.address).context["page"].paginator.count == 1
    with system_writes("the clerk moves"):
        RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(unit=cast.yunnan)
    assert to_confirm(cast.clerk, TODAY) == [], "it may import there no more"
    with system_writes("the clerk comes back"):
        RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(unit=cast.guizhou)
    cancel_upload(upload=upload, act=act)
    assert to_confirm(cast.clerk, TODAY) == []


def test_a_record_entered_by_hand_waits_until_it_is_submitted(cast: Cast) -> None:
    record = registered(cast)
    (line,) = to_submit(cast.clerk, TODAY)
    assert (line.count, line.address) == (1, f"/intake/reported/{RELIEF}/?state=DRAFT")
    assert to_submit(cast.officer, TODAY) == []
    submit_reported(record=record, act=cast.act(cast.clerk))
    assert to_submit(cast.clerk, TODAY) == []
