"""A figure that was published is audited as of the publication's block, and the publication finds the audit again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.sampling import queries
from bangfu.reporting.sampling.models import Method
from bangfu.reporting.sampling.operations import (
    UnableToAnnounce,
    announce_audit,
    close_audit,
    draw_sample,
    record_verdict,
)
from bangfu.reporting.selection import read_selection
from tests.cast import FOUNDED
from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.publications.conftest import told  # noqa: F401 - a fixture
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.story import Story


def test_from_announcement_to_publication(told: Story) -> None:  # noqa: F811
    frozen(told)
    cast, block = told.cast, Publication.objects.get().block
    with system_writes("the officer's deputy closes audits"):
        RoleGrant.objects.create(account=cast.outsider, role="auditor", unit=cast.group, starts_on=FOUNDED)
    given = {
        "indicator": "network.base_stations", "method": Method.ATTRIBUTES, "confidence": 95, "tolerable": Decimal(20),
        "publication": 1, "act": cast.act(cast.auditor),
    }  # fmt: skip
    with pytest.raises(UnableToAnnounce) as refused:
        announce_audit(
            selection=read_selection({"period": "2019", "place": "130724", "as_of": str(block)}), **given
        )
    assert refused.value.code == "not_of_publication"
    announcement = announce_audit(
        selection=read_selection({"period": "2019", "place": "522327", "as_of": str(block)}), **given
    )
    told.seal()
    draw = draw_sample(announcement=announcement, act=cast.act(cast.auditor))
    assert (draw.population, announcement.value) == (29, 29)
    for sampled in draw.sample.all():
        record_verdict(sampled=sampled, kind="AGREES", act=cast.act(cast.auditor))
    assert queries.audits_of_publication(1) == []
    close_audit(announcement=announcement, act=cast.act(cast.outsider))
    (audit,) = queries.audits_of_publication(1)
    assert audit.result is not None
    assert (audit.announcement.number, audit.result.rate, audit.result.is_within) == (1, 0, True)
    whole = announce_audit(selection=read_selection({"period": "2019", "as_of": str(block)}), **given)
    assert (whole.number, whole.publication) == (2, 1)
    page = Client().get("/publications/published/1/figures/1/").content.decode()
    assert "估计差错 0 %，95% 置信上限" in page
    assert "审计第 1 号" in page
    assert "何静" not in page
    assert "抽样审计" not in Client().get("/publications/published/1/figures/0/").content.decode()
