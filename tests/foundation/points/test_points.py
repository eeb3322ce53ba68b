"""Lots come in, the first to expire are spent first, points come back to where they were, and lapse."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from datetime import UTC, date, datetime
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.points import operations as points
from bangfu.foundation.points import queries
from bangfu.foundation.points.models import Confirmation, Holder, Lot, Movement, Rate, Spend
from bangfu.foundation.points.operations import spending
from tests.at_once import both, waiting
from tests.cast import NOW, Cast, enter_cast
from tests.foundation.points.purse import (
    LOTS,
    check_balances,
    filled,
    give_back,
    remaining,
    spend,
    spend_many,
    text_of,
    wanted,
)

NEXT_YEAR = datetime(2021, 1, 5, 2, tzinfo=UTC)
FULL = {"M-0001 2018": 300, "M-0001 2019": 500, "M-0002 2019": 200}


def member(number: str = "M-0001") -> Holder:
    return Holder.objects.get(number=number)


class TestLoadLots:
    def test_enters_members_and_lots_once(self, cast: Cast, rate: Rate) -> None:
        assert remaining() == FULL
        content, digest = text_of(*LOTS)
        act = cast.act(cast.officer)
        with pytest.raises(points.UnableToLoad) as refused:
            points.load_lots(unit=cast.guizhou, content=content, digest=digest, act=act)
        assert refused.value.code == "loaded_already"
        more = text_of(*LOTS, ("M-0003", "2020", 50, date(2020, 6, 30), date(2022, 12, 31)))
        loaded = points.load_lots(unit=cast.guizhou, content=more[0], digest=more[1], act=act)
        assert (loaded.count, loaded.same, loaded.points) == (1, 3, 50)
        check_balances()

    @pytest.mark.parametrize(
        ("lot", "code"),
        [
            (("13800138000", "1", 5, date(2020, 1, 1), date(2020, 12, 31)), "mobile_number"),
            (("m 1", "1", 5, date(2020, 1, 1), date(2020, 12, 31)), "no_member"),
            (("M-0009", "1", 0, date(2020, 1, 1), date(2020, 12, 31)), "nothing"),
            (("M-0009", "1", 5, date(2020, 1, 1), date(2019, 12, 30)), "wrong_period"),
            (("M-0001", "2018", 301, date(2018, 12, 31), date(2020, 12, 31)), "lot_differs"),
        ],
    )
    def test_refuses_all_for_one_row(self, cast: Cast, rate: Rate, lot: tuple, code: str) -> None:
        good = ("M-0008", "1", 5, date(2020, 1, 1), date(2020, 12, 31))
        content, digest = text_of(good, lot)
        with pytest.raises(points.UnableToLoad) as refused:
            points.load_lots(unit=cast.guizhou, content=content, digest=digest, act=cast.act(cast.officer))
        assert refused.value.code == code
        assert remaining() == FULL
        assert not Holder.objects.filter(number="M-0008").exists()

    def test_refuses_what_arrived_cut_short_and_members_of_others(self, cast: Cast, rate: Rate) -> None:
        content, digest = text_of(("M-0001", "2020", 1, date(2020, 1, 1), date(2020, 12, 31)))
        act = cast.act(cast.officer)
        with pytest.raises(points.UnableToLoad) as refused:
            points.load_lots(unit=cast.guizhou, content=content[:-3], digest=digest, act=act)
        assert refused.value.code == "digest_differs"
        with pytest.raises(points.UnableToLoad) as refused:
            points.load_lots(unit=cast.yunnan, content=content, digest=digest, act=act)
        assert refused.value.code == "holder_elsewhere"
        with pytest.raises(NotPermitted):
            points.load_lots(
                unit=cast.guizhou, content=content, digest=digest, act=cast.act(cast.clerk_of_yunnan)
            )


class TestSpendPoints:
    def test_takes_what_expires_first(self, cast: Cast, rate: Rate) -> None:
        found = spend(
            holder=member(), amount=350, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer)
        )
        assert remaining() == {**FULL, "M-0001 2018": 0, "M-0001 2019": 450}
        assert (found.points, found.value_fen, found.rate) == (350, 350, rate)
        moves = Movement.objects.filter(spend=found).order_by("pk").values_list("lot__number", "points")
        assert list(moves) == [("2018", -300), ("2019", -50)]
        assert queries.balance_of(member(), on=NOW.date()) == 450
        check_balances()

    def test_the_same_id_is_spent_once(self, cast: Cast, rate: Rate) -> None:
        first = spend(
            holder=member(), amount=50, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer)
        )
        again = spend(
            holder=member(), amount=50, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer)
        )
        assert again == first
        with pytest.raises(points.UnableToSpend) as refused:
            spend(holder=member(), amount=51, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer))
        assert refused.value.code == "other_spending"
        assert Spend.objects.count() == 1

    @pytest.mark.parametrize(
        ("amount", "code"), [(801, "short"), (9, "too_few"), (0, "nothing"), (-5, "nothing")]
    )
    def test_refuses(self, cast: Cast, rate: Rate, amount: int, code: str) -> None:
        with pytest.raises(points.UnableToSpend) as refused:
            spend(
                holder=member(), amount=amount, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer)
            )
        assert refused.value.code == code
        assert remaining() == FULL
        assert not Spend.objects.exists()

    def test_expired_points_are_not_there(self, cast: Cast, rate: Rate) -> None:
        late = cast.act(cast.officer, at=NEXT_YEAR)
        with pytest.raises(points.UnableToSpend) as refused:
            spend(holder=member(), amount=501, sponsor=cast.guizhou, source="A", act=late)
        assert refused.value.code == "short"

    def test_many_are_answered_in_their_order(self, cast: Cast, rate: Rate) -> None:
        frame = wanted(
            ("M-0001", 790, "A"), ("M-0001", 20, "B"), ("M-0001", 10, "C"), ("M-0002", 200, "D"), ("M-9999", 10, "E"),
            ("M-0002", 200, "D"),
        )  # fmt: skip
        answers = spend_many(frame=frame, sponsor=cast.guizhou, act=cast.act(cast.officer))
        assert [one.code for one in answers] == ["", "short", "", "", "unknown_holder", ""]
        assert [one.is_again for one in answers] == [False] * 5 + [True]
        assert set(remaining().values()) == {0}
        check_balances()

    def test_no_rate_no_spending(self, cast: Cast, rate: Rate) -> None:
        early = cast.act(cast.officer, at=datetime(2020, 7, 30, 2, tzinfo=UTC))
        with pytest.raises(points.UnableToSpend) as refused:
            spend(holder=member(), amount=10, sponsor=cast.guizhou, source="A", act=early)
        assert refused.value.code == "no_rate"


class TestRate:
    def test_a_version_begins_on_its_day_and_its_own_unit_comes_first(self, cast: Cast, rate: Rate) -> None:
        act = cast.act(cast.officer)
        said = {"points": 125, "fen": 100, "document": "积分〔2020〕2号", "act": act}
        own = points.enter_rate(
            unit=cast.guizhou, valid_from=date(2020, 9, 1), valid_until=date(2020, 10, 1), **said
        )
        assert queries.rate_of(cast.guizhou, date(2020, 8, 31)) == rate
        assert queries.rate_of(cast.guizhou, date(2020, 9, 1)) == own
        assert queries.rate_of(cast.yunnan, date(2020, 9, 1)) == rate
        assert queries.rate_of(cast.guizhou, date(2020, 10, 1)) == rate
        assert own.value_fen(692) == 553
        for wrong, code in (
            ({"valid_from": date(2020, 7, 30)}, "in_past"),
            ({"valid_from": date(2020, 9, 1)}, "day_taken"),
            ({"valid_from": date(2020, 9, 2), "points": 0}, "wrong_numbers"),
            ({"valid_from": date(2020, 9, 2), "document": " "}, "no_document"),
            ({"valid_from": date(2020, 9, 2), "valid_until": date(2020, 9, 2)}, "wrong_period"),
        ):
            with pytest.raises(points.UnableToEnterRate) as refused:
                points.enter_rate(unit=cast.guizhou, **{**said, **wrong})
            assert refused.value.code == code


class TestGiveBack:
    def test_to_the_same_lots_the_last_to_expire_first(self, cast: Cast, rate: Rate) -> None:
        act = cast.act(cast.officer)
        one = spend(holder=member(), amount=350, sponsor=cast.guizhou, source="A", act=act)
        assert give_back(one=one, amount=60, act=act) == points.GivenBack(60, 0)
        assert remaining() == {**FULL, "M-0001 2018": 10}
        with pytest.raises(points.UnableToGiveBack) as refused:
            give_back(one=one, amount=291, act=act)
        assert refused.value.code == "above_spent"
        give_back(one=one, act=act)
        assert remaining() == FULL
        with pytest.raises(points.UnableToGiveBack):
            give_back(one=one, act=act)
        check_balances()

    def test_expired_ones_get_days_of_grace(self, cast: Cast, rate: Rate) -> None:
        one = spend(holder=member(), amount=350, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer))
        late = cast.act(cast.officer, at=NEXT_YEAR)
        assert give_back(one=one, act=late) == points.GivenBack(350, 0)
        follower = Lot.objects.get(follows__number="2018")
        assert (follower.remaining, follower.expires_on) == (300, date(2021, 2, 4))
        assert remaining() == {**FULL, "M-0001 2018": 0, "M-0001 2018/1": 300}
        again = spend(holder=member(), amount=300, sponsor=cast.guizhou, source="B", act=late)
        give_back(one=again, act=late)
        with pytest.raises(points.UnableToGiveBack):
            give_back(one=one, act=late)
        check_balances()

    def test_without_grace_they_lapse(self, cast: Cast) -> None:
        filled(cast, grace_days=0)
        one = spend(holder=member(), amount=350, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer))
        late = cast.act(cast.officer, at=NEXT_YEAR)
        assert give_back(one=one, act=late) == points.GivenBack(50, 300)
        assert remaining() == {**FULL, "M-0001 2018": 0}
        check_balances()


class TestExpireLots:
    def test_what_remains_lapses_once(self, cast: Cast, rate: Rate) -> None:
        assert not queries.some_expire(NOW)
        assert queries.some_expire(NEXT_YEAR)
        late = cast.act(cast.officer, at=NEXT_YEAR)
        assert points.expire_lots(act=late) == 1
        assert points.expire_lots(act=late) == 0
        assert remaining() == {**FULL, "M-0001 2018": 0}
        with pytest.raises(NotPermitted):
            points.expire_lots(act=cast.act(cast.clerk, at=NEXT_YEAR))


class TestConfirmation:
    def test_a_file_is_made_and_answered_once(self, cast: Cast, rate: Rate, client: Client) -> None:
        act = cast.act(cast.officer)
        with pytest.raises(points.UnableToConfirm) as refused:
            points.make_confirmation(unit=cast.group, act=act)
        assert refused.value.code == "nothing_new"
        one = spend(holder=member(), amount=350, sponsor=cast.guizhou, source="A", act=act)
        give_back(one=one, amount=60, act=act)
        made = points.make_confirmation(unit=cast.group, act=act)
        assert (made.rows, made.points) == (4, 290)
        with pytest.raises(points.UnableToConfirm) as refused:
            points.make_confirmation(unit=cast.group, act=act)
        assert refused.value.code == "one_open"
        said = {"confirmation": made, "act": act}
        for digest, reference, code in (
            ("0" * 64, "R1", "digest_differs"),
            (made.digest, " ", "no_reference"),
        ):
            with pytest.raises(points.UnableToConfirm) as refused:
                points.acknowledge_confirmation(digest=digest, reference=reference, **said)
            assert refused.value.code == code
        points.acknowledge_confirmation(digest=made.digest, reference="R1", **said)
        points.acknowledge_confirmation(digest=made.digest, reference="R1", **said)
        with pytest.raises(points.UnableToConfirm) as refused:
            points.acknowledge_confirmation(digest=made.digest, reference="R2", **said)
        assert refused.value.code == "taken_already"
        with pytest.raises(points.UnableToConfirm) as refused:
            points.make_confirmation(unit=cast.group, act=act)
        assert refused.value.code == "nothing_new"
        client.force_login(cast.officer)
        text = client.get(f"/points/confirmations/{made.pk}/file").content.decode()
        assert hashlib.sha256(text.encode()).hexdigest() == made.digest
        assert [line.split(",")[1:5] for line in text.splitlines()[1:]] == [
            ["M-0001", "2018", "SPENT", "300"], ["M-0001", "2019", "SPENT", "50"],
            ["M-0001", "2019", "GIVEN_BACK", "-50"], ["M-0001", "2018", "GIVEN_BACK", "-10"],
        ]  # fmt: skip
        assert Confirmation.objects.get().reference == "R1"


class TestTheDatabase:
    def test_refuses_a_balance_that_is_not_the_journals(self, cast: Cast, rate: Rate) -> None:
        with (
            pytest.raises(IntegrityError, match="follows its movements"),
            transaction.atomic(),
            system_writes("a forger"),
        ):
            Lot.objects.update(remaining=1)

    def test_refuses_a_lot_below_zero(self, cast: Cast, rate: Rate) -> None:
        lot = Lot.objects.get(holder__number="M-0002")
        below = (
            "INSERT INTO points_movement (lot_id, kind, points, moved_on, moved_at)"
            " VALUES (%s, 'EXPIRED', -201, '2020-07-31', now())"
        )
        with (
            pytest.raises(IntegrityError, match="never_below_zero"),
            transaction.atomic(),
            system_writes("a forger"),
            connection.cursor() as cursor,
        ):
            cursor.execute(below, [lot.pk])


class TestTwoDevices:
    """A member spends 600 of 800 points on two devices at the same moment."""

    @pytest.mark.parametrize("locks", [True, False])
    def test_spend_what_is_there_once(self, own_database: str, locks: bool) -> None:
        cast = enter_cast()
        filled(cast)
        holder, act = member(), cast.act(cast.officer)

        def on_device(source: str) -> None:
            spend(holder=holder, amount=600, sponsor=cast.guizhou, source=source, act=act)

        unlocked = spending.LOCK_HOLDERS.replace(" FOR NO KEY UPDATE", "")
        off = nullcontext() if locks else patch.object(spending, "LOCK_HOLDERS", unlocked)
        slow = waiting(spending.write_spends, 2 if locks else 20)
        with off, patch.object(spending, "write_spends", slow):
            outcomes = both((lambda: on_device("one"), lambda: on_device("other")))
        assert outcomes == (["done", "short"] if locks else ["clash", "done"])
        assert Spend.objects.count() == 1
        assert sum(remaining().values()) == 400
        check_balances()


class TestPages:
    def test_show_balances_lots_and_rates_and_nobodys_name(
        self, cast: Cast, rate: Rate, client: Client
    ) -> None:
        spend(holder=member(), amount=350, sponsor=cast.guizhou, source="A", act=cast.act(cast.officer))
        client.force_login(cast.officer)
        listed = client.get("/points/?q=M-0001&held=1&sort=-held").content.decode()
        assert "M-0001" in listed
        assert "M-0002" not in listed
        one = client.get(f"/points/holders/{member().pk}/").content.decode()
        assert "-300" in one
        assert "2018" in one
        assert "积分〔2020〕1号" in client.get("/points/rates/").content.decode()
        assert "积分〔2020〕1号" in b"".join(client.get("/points/rates.csv")).decode()
        assert "积分〔2020〕1号" in client.get("/points/rates/?q=积分&sort=-yuan").content.decode()
        assert "没有符合条件的比率" in client.get("/points/rates/?q=别的").content.decode()
        assert "积分〔2020〕1号" not in b"".join(client.get("/points/rates.csv?q=别的")).decode()
        points.make_confirmation(unit=cast.group, act=cast.act(cast.officer))
        name = Confirmation.objects.get().name
        assert name in client.get(f"/points/confirmations/?q={name}&show=waits&sort=-rows").content.decode()
        assert "没有符合条件的文件" in client.get("/points/confirmations/?show=answered").content.decode()
        assert name in b"".join(client.get("/points/confirmations.csv?show=waits")).decode()
        assert client.get("/points/confirmations.xlsx").status_code == 200
        assert client.get("/points/confirmations/").status_code == 200
        assert client.get("/points/holders.csv").status_code == 200
        client.force_login(cast.outsider)
        assert client.get("/points/").status_code == 403

    def test_enter_a_rate(self, cast: Cast, rate: Rate, client: Client) -> None:
        client.force_login(cast.officer)
        form = client.get("/points/rates/new")
        assert form.status_code == 200
        sent = {
            "key": "k", "unit": cast.guizhou.pk, "points": "100", "yuan": "0.80", "valid_from": "2099-01-01",
            "least_points": "1", "grace_days": "0", "document": "X",
        }  # fmt: skip
        assert client.post("/points/rates/new", sent).status_code == 302
        assert Rate.objects.get(unit=cast.guizhou).fen == 80
