"""Systems verify by rule and say which; persons never do."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import open_system_account
from bangfu.foundation.review.models import Review
from bangfu.foundation.review.operations import UnableToReview
from bangfu.foundation.review.register import Rule, enter_rule, rules
from bangfu.foundation.rooms import both
from tests.cast import NOW, Cast
from tests.foundation.review import toys
from tests.foundation.review.looking import let_verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def pump(cast: Cast) -> Account:
    account = open_system_account(username="pump", title="水泵", act=cast.act(cast.administrator))
    return let_verify(account, cast.group)


class TestVerifyByRule:
    def test_reviews_show_the_rule(self, cast: Cast, pump: Account) -> None:
        keys = toys.wells(cast.guizhou, 3)
        assert toys.verify_pumped(unit=cast.guizhou, ids=keys, act=cast.act(pump)) == keys
        shown = Review.objects.order_by("record_id").values_list(
            "record_id", "state", "rule", "submitted_by", "decided_by", "decided_at", "batch"
        )
        assert list(shown) == [(key, "VERIFIED", "toys.pumped", pump.pk, pump.pk, NOW, None) for key in keys]
        assert rules["toys.pumped"] == toys.PUMPED

    def test_refuses_a_person(self, cast: Cast) -> None:
        with pytest.raises(UnableToReview) as answer:
            toys.verify_pumped(unit=cast.guizhou, ids=[1], act=cast.act(cast.verifier))
        assert (answer.value.code, Review.objects.count()) == ("not_a_system", 0)

    def test_refuses_what_is_reviewed_already_and_nothing(self, cast: Cast, pump: Account) -> None:
        keys = toys.wells(cast.guizhou, 3)
        toys.verify_pumped(unit=cast.guizhou, ids=keys[:1], act=cast.act(pump))
        for ids, code in ((keys, "submitted_already"), ([], "nothing_to_review")):
            with pytest.raises(UnableToReview) as answer:
                toys.verify_pumped(unit=cast.guizhou, ids=ids, act=cast.act(pump))
            assert (answer.value.code, Review.objects.count()) == (code, 1)

    def test_a_system_cannot_sign_for_a_person(self, cast: Cast, pump: Account) -> None:
        paper = toys.submit_wells(unit=cast.guizhou, ids=[1], title="x", act=cast.act(cast.clerk))
        with pytest.raises(UnableToReview) as answer:
            toys.verify_wells(batch=paper, act=cast.act(pump))
        assert answer.value.code == "system_needs_rule"

    @pytest.mark.parametrize("change", ["rule = ''", "decided_by_id = {person}"])
    def test_the_database_keeps_it(self, cast: Cast, pump: Account, change: str) -> None:
        toys.verify_pumped(unit=cast.guizhou, ids=[1], act=cast.act(pump))
        sql = f"UPDATE review_review SET {change.format(person=cast.verifier.pk)}"
        with (
            system_writes("an attack"),
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)

    def test_a_code_has_one_meaning(self) -> None:
        with pytest.raises(ValueError, match=r"toys\.pumped"):
            enter_rule(Rule("toys.pumped", both("别的", "other"), both("别的", "other")))
