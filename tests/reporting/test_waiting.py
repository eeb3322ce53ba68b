"""What figures and the organisation say to Today of what they rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from bangfu.foundation.ledger.catalogue import enter_definitions
from bangfu.foundation.ledger.models import ReferenceVersion
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.organisation.operations import grant_role, rename_unit, withdraw_role
from bangfu.foundation.organisation.waiting import granted
from bangfu.reporting.indicators import all_versions
from bangfu.reporting.versions import content_of
from bangfu.reporting.waiting import redefined
from tests.cast import FOUNDED, NOW, enter_cast
from tests.conftest import Server, pointing_at
from tests.reporting.story import Story
from tests.reporting.test_pages import door

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class TestRedefined:
    def test_counts_definitions_that_were_entered(self, story: Story) -> None:
        count = ReferenceVersion.objects.filter(kind=Kind.INDICATOR).values("key").distinct().count()
        told = {one.what.en: one.address for one in redefined(story.cast.officer, LONG_AGO, NOW.date())}
        assert told[f"{count} definitions entered or changed"] == "/figures/"
        assert redefined(story.cast.officer, timezone.now(), NOW.date()) == []

    def test_names_few_that_changed(self, server: Server, own_database: str) -> None:
        name = own_database.rsplit("/", 1)[1].split("?")[0]
        contents = {f"{one.code} v{one.version}": content_of(one) for one in all_versions()}
        since = timezone.now()
        contents["network.base_stations v1"] = {**contents["network.base_stations v1"], "factor": 2}
        contents["training.cadres v1"] = {**contents["training.cadres v1"], "factor": 2}
        with pointing_at(server.owner(name)):
            enter_definitions(contents)
        cast = enter_cast()
        told = {one.what.zh: one.address for one in redefined(cast.officer, since, NOW.date())}
        assert told["口径修改：新建无线基站"] == "/f/network.base_stations/"
        assert told["口径修改：培训基层干部"] == "/f/training.cadres/"

    def test_counts_changes_of_units(self, story: Story) -> None:
        story.seal()
        since = timezone.now()
        cast = story.cast
        rename_unit(
            unit=cast.guizhou, name_zh="贵州公司", name_en="Guizhou company", on=NOW.date(),
            act=cast.act(cast.administrator),
        )  # fmt: skip
        (line,) = redefined(cast.officer, since, NOW.date())
        assert line.what.en.endswith("changes of units and lines")
        assert line.address == "/organisation/"
        (line,) = redefined(cast.clerk, since, NOW.date())
        assert door(cast.clerk).get(line.address).status_code == 200, "wherever it leads, its reader may go"


class TestGranted:
    def test_tells_who_grants_and_nobody_else(self, story: Story) -> None:
        cast, since = story.cast, timezone.now() - timedelta(seconds=1)
        act = replace(cast.act(cast.security), at=timezone.now())
        grant = grant_role(account=cast.outsider, role="reader", unit=cast.group, starts_on=FOUNDED, act=act)
        assert [one.what.en for one in granted(cast.security, since, NOW.date())] == ["1 role granted"]
        withdraw_role(grant=grant, ends_on=NOW.date(), act=act)
        told = granted(cast.security, since, NOW.date())
        assert [(one.what.en, one.is_back) for one in told] == [
            ("1 role granted", False), ("1 role withdrawn", True),
        ]  # fmt: skip
        assert granted(cast.officer, since, NOW.date()) == []
        assert granted(cast.security, timezone.now() + timedelta(hours=1), NOW.date()) == []
