"""The reviewer's look at a paper, as every test needs it that signs one."""

from __future__ import annotations

from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from tests.cast import FOUNDED


def looked_at(paper: Batch, act: Act) -> Batch:
    """Return the paper after the actor has drawn its sample and seen all of it."""
    sample = draw_sample(batch=paper, act=act)
    look_at(batch=paper, records=list(sample.records.values_list("record_id", flat=True)), act=act)
    return paper


def let_verify(account: Account, unit: Unit, role: str = "verifier") -> Account:
    """Return the account after it was given the verifier's, or another, role on a unit."""
    with system_writes("a grant for a test"):
        RoleGrant.objects.create(account=account, role=role, unit=unit, starts_on=FOUNDED)
    return account
