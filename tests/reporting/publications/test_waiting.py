"""What publications say to Today."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangfu.foundation.people.models import Account
from bangfu.reporting.publications.operations import (
    approve_publication,
    freeze_publication,
    prepare_publication,
    return_publication,
)
from bangfu.reporting.publications.waiting import open_publications, published
from tests.cast import NOW
from tests.reporting.publications.test_publishing import prepared
from tests.reporting.story import Story

pytestmark = pytest.mark.django_db


def said(account: Account) -> list[str]:
    return [one.what.en for one in open_publications(account, NOW.date())]


def test_each_step_waits_for_who_takes_it_and_never_for_who_prepared(told: Story) -> None:
    cast = told.cast
    first = prepared(told)
    assert (said(cast.verifier), said(cast.officer), said(cast.clerk)) == (["Approve a publication"], [], [])
    (line,) = open_publications(cast.verifier, NOW.date())
    assert line.address == f"/publications/{first.pk}/"
    return_publication(publication=first, remark="再看一遍", act=cast.act(cast.verifier))
    assert said(cast.officer) == ["Prepare a returned publication anew"]
    second = prepare_publication(report="programme", act=cast.act(cast.officer))
    assert said(cast.officer) == [], "it was prepared anew"
    approve_publication(publication=second, act=cast.act(cast.verifier))
    assert said(cast.officer) == said(cast.verifier) == ["Freeze and publish"]
    freeze_publication(publication=second, act=cast.act(cast.officer))
    assert said(cast.officer) == said(cast.verifier) == []


def test_what_was_published_is_told_to_everybody(told: Story) -> None:
    cast, since = told.cast, NOW - timedelta(hours=1)
    assert published(cast.outsider, since, NOW.date()) == []
    publication = prepared(told)
    approve_publication(publication=publication, act=cast.act(cast.verifier))
    freeze_publication(publication=publication, act=cast.act(cast.officer))
    (line,) = published(cast.outsider, since, NOW.date())
    assert line.what.zh.startswith("第 1 号发布：")
    assert line.address == "/publications/published/1/"
    assert published(cast.outsider, NOW + timedelta(hours=1), NOW.date()) == []
