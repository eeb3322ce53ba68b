"""Awards commit money, batches pay it, the bank answers line by line, and what comes back goes again or is given up."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.operations import close_fund
from bangfu.foundation.money.refusals import UnableToCloseFund, UnableToPostEntry
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.people.models import Access
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import BankLine, Gift
from bangfu.giving.grants import operations
from bangfu.giving.grants.bankfile import bank_rows
from bangfu.giving.grants.books import position
from bangfu.giving.grants.guarding import UnableToReportGrants, refuse_doubled_grants
from bangfu.giving.grants.keeping import waited_for
from bangfu.giving.grants.models import Award, Batch, Payment, Programme, ResultFile, Taking
from tests.cast import CEHENG, GUIZHOU, GUYUAN, NOW, Cast, enter_cast
from tests.conftest import pointing_at
from tests.giving.campaigns.given import LATER, balances, opened
from tests.giving.grants.paid import Paying, answers, commit, enter, facts, paying, sheet

TODAY = NOW.date()


@pytest.fixture
def story(cast: Cast) -> Paying:
    """A fund with 10,000 yuan in the bank, and a programme of 1,000 yuan a pupil."""
    found = paying(opened(cast))
    found.bank(1_000_000)
    return found


def stands(story: Paying) -> tuple[int, int, int, int]:
    """Return raised, paid, committed and left, in yuan; they agree."""
    found = position(story.giving.fund)
    assert found.raised_fen == found.paid_fen + found.committed_fen + found.other_fen + found.left_fen
    books = balances(story.giving.cast.office)
    assert books.get("Expenses:Grants:Awarded", 0) == -books.get("Liabilities:Grants:Awarded", 0)
    return tuple(
        fen // 100 for fen in (found.raised_fen, found.paid_fen, found.committed_fen, found.left_fen)
    )  # type: ignore[return-value]


def states(story: Paying) -> list[str]:
    return list(Award.objects.order_by("pk").values_list("state", flat=True))


class TestCommit:
    def test_sets_money_aside_and_lets_the_fund_be_spent_on_grants_alone(self, story: Paying) -> None:
        story.award(3)
        assert stands(story) == (10_000, 0, 3_000, 7_000)
        assert Fund.objects.get(pk=story.giving.fund.pk).spent_on == "Expenses:Grants"

    def test_refuses_what_the_fund_does_not_have_left(self, story: Paying) -> None:
        story.award(9)
        with pytest.raises(UnableToPostEntry) as refused:
            story.award(2)
        assert refused.value.code == "fund_short"
        assert stands(story) == (10_000, 0, 9_000, 1_000)

    def test_keeps_a_gift_from_going_back_that_is_granted(self, story: Paying) -> None:
        story.award(10)
        with pytest.raises(UnableToPostEntry) as refused:
            giving.refund_gift(gift=Gift.objects.get(), reason="误捐", act=story.act(at=LATER))
        assert refused.value.code == "fund_short"


class TestBatch:
    def test_pays_what_the_bank_paid_and_counts_each_pupil_once(self, story: Paying) -> None:
        story.award(2)
        story.award(1, school=2)
        batch = story.sent()
        assert (batch.number, batch.payment_count, batch.amount_fen) == ("ZX-2020-B01", 3, 300_000)
        assert facts() == {}
        file = story.answer(batch)
        assert (file.paid, file.failed, file.refusals) == (3, 0, [])
        assert states(story) == ["PAID"] * 3
        assert Batch.objects.get().state == "DONE"
        assert Programme.objects.get().state == "PAYING"
        counted = facts()
        assert sorted(counted["grants.paid"]) == [(100_000, GUYUAN), (100_000, CEHENG), (100_000, CEHENG)]
        assert sorted(counted["grants.students"]) == [(100, GUYUAN), (100, CEHENG), (100, CEHENG)]
        assert stands(story) == (10_000, 3_000, 0, 7_000)
        assert balances(story.giving.cast.office)["Assets:Bank:Charity"] == 700_000

    def test_is_approved_by_another_and_not_taken_before(self, story: Paying) -> None:
        story.award()
        batch = operations.make_batch(programme=story.programme, act=story.act())
        with pytest.raises(operations.UnableToBatch) as refused:
            operations.approve_batch(batch=batch, act=story.act())
        assert refused.value.code == "own_batch"
        with pytest.raises(operations.UnableToBatch) as early:
            operations.take_bank_file(batch=batch, form="csv", act=story.other())
        assert early.value.code == "wrong_state"
        with pytest.raises(operations.UnableToReadResult) as unsent:
            story.answer(batch)
        assert unsent.value.code == "wrong_state"
        with pytest.raises(operations.UnableToBatch) as nobody:
            operations.make_batch(programme=story.programme, act=story.act())
        assert nobody.value.code == "nobody"

    def test_the_file_names_people_to_whom_took_it_for_an_hour_and_says_so(self, story: Paying) -> None:
        story.award(2)
        batch = story.sent()
        taking = Taking.objects.get()
        accountant = story.giving.cast.verifier
        rows = list(bank_rows(taking, accountant, NOW))
        assert [row[2] for row in rows] == ["6217000000000001", "6217000000000002"]
        assert [row[3] for row in rows] == ["家长1", "家长2"]
        assert [str(row[5]) for row in rows] == ["1000.00", "1000.00"]
        assert Access.objects.filter(account=accountant).count() == 2
        for account, at in ((story.giving.cast.officer, NOW), (accountant, NOW + timedelta(hours=2))):
            with pytest.raises(NotPermitted):
                list(bank_rows(taking, account, at))
        operations.take_bank_file(batch=batch, form="xlsx", act=story.other())
        assert Taking.objects.count() == 2

    def test_waits_until_the_money_is_in_the_bank(self, story: Paying) -> None:
        story.giving.cash(5_000_00)
        story.award(12)
        with pytest.raises(operations.UnableToPay) as refused:
            operations.make_batch(programme=story.programme, act=story.act())
        assert refused.value.code == "not_arrived"
        assert "10000.00 元" in refused.value.sentence.zh
        assert "5000.00 元在支付渠道待结算" in refused.value.sentence.zh
        heads = "交易日期,流水号,收入金额,支出金额,对方户名,摘要"
        giving.read_bank(
            charity=story.giving.charity, name="结算.csv",
            content=f"{heads}\n2020-07-31,S9,5000.00,,支付公司,结算\n".encode(), act=story.act(),
        )  # fmt: skip
        giving.match_line(
            line=BankLine.objects.get(serial="S9"), meaning="SETTLED", campaign=story.giving.campaign,
            act=story.act(),
        )  # fmt: skip
        assert operations.make_batch(programme=story.programme, act=story.act()).payment_count == 12
        assert stands(story) == (15_000, 0, 12_000, 3_000)

    def test_that_was_not_taken_is_dropped_and_made_again(self, story: Paying) -> None:
        story.award(2)
        batch = operations.make_batch(programme=story.programme, act=story.act())
        operations.drop_batch(batch=batch, remark="名单有误", act=story.act())
        assert states(story) == ["AWARDED"] * 2
        again = story.sent()
        assert again.number == "ZX-2020-B02"
        with pytest.raises(operations.UnableToBatch) as refused:
            operations.drop_batch(batch=again, remark="x", act=story.act())
        assert refused.value.code == "wrong_state"

    def test_is_not_taken_with_an_account_that_was_changed_meanwhile(self, story: Paying) -> None:
        (award,) = story.award()
        batch = operations.make_batch(programme=story.programme, act=story.act())
        operations.approve_batch(batch=batch, act=story.other())
        with system_writes("another account"):
            type(award.application).objects.update(account_digest="f" * 64)
        with pytest.raises(operations.UnableToBatch) as refused:
            operations.take_bank_file(batch=batch, form="csv", act=story.other())
        assert refused.value.code == "account_changed"


class TestReadResults:
    def test_refuses_a_replay_and_takes_each_line_by_itself(self, story: Paying) -> None:
        story.award(5)
        batch = story.sent()
        number = batch.number
        content = sheet(
            (1, number, "1000.00", "成功", "", "B1", "2020-07-31"),
            (2, number, "999.00", "成功", "", "B2", "2020-07-31"),
            (3, "ZX-2019-B01", "1000.00", "成功", "", "B3", "2020-07-31"),
            (4, number, "1000.00", "成功", "", "", "2020-07-31"),
            (5, number, "1000.00", "成功", "", "B1", "2020-07-31"),
            (6, number, "1000.00", "成功", "", "B6", "2020-07-31"),
        )
        file = operations.read_results(batch=batch, name="a.csv", content=content, act=story.other())
        assert file.paid == 0
        assert file.refusals == [
            "2:serial_known", "3:amount_differs", "4:other_batch", "5:no_serial", "6:serial_known", "7:unknown_line",
        ]  # fmt: skip
        with pytest.raises(operations.UnableToReadResult) as refused:
            operations.read_results(batch=batch, name="b.csv", content=content, act=story.other())
        assert refused.value.code == "read_already"
        good = answers(batch, only=[1, 2])
        operations.read_results(batch=batch, name="c.csv", content=good, act=story.other())
        assert states(story) == ["PAID", "PAID", "PAYING", "PAYING", "PAYING"]
        again = operations.read_results(
            batch=batch, name="d.csv", content=answers(batch, {3: ("处理中", "")}), act=story.other()
        )
        assert again.refusals == ["2:answered_already", "3:answered_already", "4:bad_result"]
        assert again.paid == 2
        assert Batch.objects.get().state == "SENT"
        assert stands(story) == (10_000, 4_000, 1_000, 5_000)

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (("1", "", "1000", "成功", "", "B1", "2020-08-01"), "bad_day"),
            (("1", "", "1000", "成功", "", "B1", ""), "bad_day"),
            (("1", "", "1000", "成功", "", "B1", "2020-07-30"), "bad_day"),
            (("x", "", "1000", "成功", "", "B1", "2020-07-31"), "unknown_line"),
            (("1", "", "一千", "成功", "", "B1", "2020-07-31"), "amount_differs"),
            (("1", "", "1000", "退汇", "", "", "2020-07-31"), "answered_already"),
        ],
    )
    def test_refuses_a_line_that_cannot_be_so(self, story: Paying, row: tuple[str, ...], code: str) -> None:
        story.award()
        batch = story.sent()
        file = operations.read_results(batch=batch, name="a.csv", content=sheet(row), act=story.other())
        assert file.refusals == [f"2:{code}"]
        assert states(story) == ["PAYING"]
        assert facts() == {}

    def test_refuses_an_account_that_is_not_the_lines(self, story: Paying) -> None:
        story.award()
        batch = story.sent()
        heads = "序号,收款账号,金额,结果,流水号,日期"
        for account, refusals in (("6217000000000009", ["2:account_differs"]), ("6217000000000001", [])):
            content = f"{heads}\n1,{account},1000.00,成功,B1,2020-07-31\n".encode()
            file = operations.read_results(batch=batch, name="a.csv", content=content, act=story.other())
            assert file.refusals == refusals

    def test_a_file_without_titles_is_none(self, story: Paying) -> None:
        story.award()
        batch = story.sent()
        for content, code in (
            (b"hello", "not_a_sheet"),
            (b"a,b\n1,2\n", "no_titles"),
            ("序号,金额,结果\n".encode(), "empty"),
        ):
            with pytest.raises(operations.UnableToReadResult) as refused:
                operations.read_results(batch=batch, name="a.csv", content=content, act=story.other())
            assert refused.value.code == code
        assert ResultFile.objects.count() == 0


class TestWhatComesBack:
    def test_failed_ones_wait_for_another_account_and_go_into_the_next_batch(self, story: Paying) -> None:
        awards = story.award(3)
        story.answer(story.sent(), 2, 3)
        assert list(Payment.objects.order_by("line").values_list("state", "reason")) == [
            ("PAID", ""), ("FAILED", "NAME"), ("FAILED", "NAME"),
        ]  # fmt: skip
        assert states(story) == ["PAID", "RETURNED", "RETURNED"]
        assert stands(story) == (10_000, 1_000, 2_000, 7_000)
        with pytest.raises(operations.UnableToBatch) as refused:
            operations.make_batch(programme=story.programme, act=story.act())
        assert refused.value.code == "nobody"
        second = awards[1].application
        operations.correct_account(
            application=second, account="6222020000000000017", bank="示例银行", phone="13900000001",
            account_owner="GUARDIAN", act=story.act(),
        )  # fmt: skip
        batch = story.sent()
        assert list(batch.payments.values_list("award_id", flat=True)) == [awards[1].pk]
        operations.retry_awards(programme=story.programme, awards=[awards[2].pk], act=story.act())
        story.answer(batch)
        story.answer(story.sent())
        assert states(story) == ["PAID"] * 3
        assert stands(story) == (10_000, 3_000, 0, 7_000)

    def test_a_payment_that_comes_back_later_counts_no_more_and_is_committed_again(
        self, story: Paying
    ) -> None:
        story.award(2)
        batch = story.sent()
        story.answer(batch)
        payment = Payment.objects.get(line=1)
        for on, reason, code in ((date(2020, 7, 30), "CLOSED", "wrong_day"), (TODAY, "x", "unknown_reason")):
            with pytest.raises(operations.UnableToReturn) as refused:
                operations.return_payment(payment=payment, on=on, reason=reason, act=story.other())
            assert refused.value.code == code
        operations.return_payment(payment=payment, on=TODAY, reason="CLOSED", act=story.other())
        assert stands(story) == (10_000, 1_000, 1_000, 8_000)
        assert sum(fen for fen, _ in facts()["grants.paid"]) == 100_000
        assert sum(one for one, _ in facts()["grants.students"]) == 100
        with pytest.raises(operations.UnableToReturn) as again:
            operations.return_payment(payment=payment, on=TODAY, reason="CLOSED", act=story.other())
        assert again.value.code == "wrong_state"
        back = sheet((2, batch.number, "1000.00", "退汇", "账户已销户", "", "2020-07-31"))
        file = operations.read_results(batch=batch, name="退汇.csv", content=back, act=story.other())
        assert (file.failed, file.refusals) == (1, [])
        assert Payment.objects.get(line=2).reason == "CLOSED"
        assert stands(story) == (10_000, 0, 2_000, 8_000)
        assert sum(fen for fen, _ in facts()["grants.paid"]) == 0

    def test_what_is_given_up_is_left_again(self, story: Paying) -> None:
        awards = story.award(2)
        story.answer(story.sent(), 1)
        with pytest.raises(operations.UnableToSettle) as refused:
            operations.lapse_awards(
                programme=story.programme,
                awards=[one.pk for one in awards],
                reason="LEFT_SCHOOL",
                act=story.act(),
            )
        assert refused.value.code == "wrong_state"
        operations.lapse_awards(
            programme=story.programme, awards=[awards[0].pk], reason="LEFT_SCHOOL", act=story.act()
        )
        assert states(story) == ["LAPSED", "PAID"]
        assert stands(story) == (10_000, 1_000, 0, 9_000)


class TestCloseFund:
    def test_refuses_while_grants_wait_and_while_money_is_left(self, story: Paying) -> None:
        story.award(2)
        said = {"fund": Fund.objects.get(pk=story.giving.fund.pk), "document": "理〔2020〕9号"}
        with pytest.raises(UnableToCloseFund) as needed:
            close_fund(**said, act=story.act())
        assert (needed.value.code, "没有结束" in str(needed.value)) == ("needed", True)
        giving.close_campaign(campaign=story.giving.campaign, act=story.act())
        for state in ("OPEN", "VETTING", "DISPLAYED", "AWARDED"):
            with system_writes("a programme for the test"):
                Programme.objects.update(state=state)
            assert (waited_for(said["fund"]) is None) == (state == "AWARDED")
        for code in ("owes", "money_left"):
            with pytest.raises(UnableToCloseFund) as refused:
                close_fund(**said, act=story.act())
            assert refused.value.code == code
            if code == "owes":
                story.answer(story.sent())
        story.award(8)
        story.answer(story.sent())
        close_fund(**said, act=story.act())
        with pytest.raises(operations.UnableToReturn) as closed:
            operations.return_payment(
                payment=Payment.objects.order_by("pk").first(), on=date(2020, 8, 3), reason="CLOSED",
                act=story.other(at=datetime(2020, 8, 3, 9, tzinfo=UTC)),
            )  # fmt: skip
        assert closed.value.code == "fund_closed"


class TestTwoAtOnce:
    def test_the_last_of_a_fund_is_awarded_once(self, own_database: str) -> None:
        story = paying(opened(enter_cast()))
        story.bank(150_000)
        outcomes: list[str] = []
        ready = threading.Barrier(2)
        each = [enter(paying=story, count=1, act=story.act()) for _ in range(2)]

        def award(awards: list[Award]) -> None:
            with pointing_at(own_database):
                ready.wait()
                try:
                    commit(awards=awards, act=story.act())
                    outcomes.append("committed")
                except UnableToPostEntry as refused:
                    outcomes.append(refused.code)
                connection.close()

        threads = [threading.Thread(target=award, args=(one,)) for one in each]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(outcomes) == ["committed", "fund_short"]
        assert position(story.giving.fund).committed_fen == 100_000


class TestReported:
    def reported(self, story: Paying, reference: str, on: date = TODAY) -> ReportedRecord:
        with system_writes("a report for the test"):
            return ReportedRecord.objects.create(
                measure="grants.paid", reference=reference, unit=story.giving.cast.guizhou, place_id=GUIZHOU, quantity=10,
                happened_on=on, title="助学金", registered_at=NOW, registered_by=story.giving.cast.officer,
            )  # fmt: skip

    def test_what_a_programme_pays_is_not_reported_as_well(self, story: Paying) -> None:
        kind, group = record_type(RECORD_TYPE), story.giving.cast.group.pk
        refuse_doubled_grants(kind, group, [self.reported(story, "ZX-1").pk], story.act())
        story.award(1)
        story.answer(story.sent())
        with pytest.raises(UnableToReportGrants) as refused:
            refuse_doubled_grants(kind, group, [self.reported(story, "ZX-2").pk], story.act())
        assert refused.value.code == "counted_by_the_system"
        before = self.reported(story, "ZX-3", date(2020, 6, 30))
        refuse_doubled_grants(kind, group, [before.pk], story.act())

    def test_nothing_is_paid_over_what_was_reported(self, story: Paying) -> None:
        record = self.reported(story, "ZX-1")
        with system_writes("it waits for review"):
            Review.objects.create(
                record_type=RECORD_TYPE, record_id=record.pk, state="SUBMITTED", unit=story.giving.cast.guizhou,
                submitted_at=NOW, submitted_by=story.giving.cast.officer,
            )  # fmt: skip
        story.award(1)
        with pytest.raises(operations.UnableToBatch) as refused:
            operations.make_batch(programme=story.programme, act=story.act())
        assert refused.value.code == "reported_already"
        assert "ZX-1" in refused.value.sentence.zh


class TestSettledByProviders:
    def test_no_more_than_they_hold(self, story: Paying) -> None:
        story.giving.cash(50_00)
        heads = "交易日期,流水号,收入金额,支出金额,对方户名,摘要"
        giving.read_bank(
            charity=story.giving.charity, name="b.csv", content=f"{heads}\n2020-07-31,S9,50.01,,支付公司,结算\n".encode(),
            act=story.act(),
        )  # fmt: skip
        with pytest.raises(giving.UnableToReadBank) as refused:
            giving.match_line(
                line=BankLine.objects.get(serial="S9"), meaning="SETTLED", campaign=story.giving.campaign,
                act=story.act(),
            )  # fmt: skip
        assert refused.value.code == "nothing_in_wallet"
