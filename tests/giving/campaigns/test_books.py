"""The bank is read once and matched, receipts are numbered without a gap, and no yuan is reported as well."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import system_writes
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.capitals import in_capitals
from bangfu.giving.campaigns.guarding import UnableToReportGifts, refuse_doubled_gifts
from bangfu.giving.campaigns.models import BankLine, Campaign, Gift, Receipt, ReceiptSeries
from bangfu.giving.campaigns.queries import counter
from tests.cast import GUIZHOU, NOW, Cast, enter_cast
from tests.giving.campaigns.given import Giving, balances, check_all, drafted, facts, fund, opened

TODAY = NOW.date()
HEADS = "交易日期,流水号,收入金额,支出金额,对方户名,摘要"


@pytest.fixture
def story(cast: Cast) -> Giving:
    """An open campaign."""
    return opened(cast)


def statement(*rows: str, encoding: str = "gb18030") -> bytes:
    return "\n".join(["示例银行 对账单", HEADS, *rows, ""]).encode(encoding)


def read(story: Giving, content: bytes) -> None:
    giving.read_bank(charity=story.charity, name="七月.csv", content=content, act=story.act())


class TestBank:
    def test_a_purpose_that_names_the_campaign_is_a_gift_and_names_of_persons_are_not_kept(
        self, story: Giving
    ) -> None:
        read(story, statement(
            "2020-07-20,S1,\"1,000.50\",,王五,JFZX-2020 助学", "2020-07-21,S2,,300.00,某公司,货款",
            "2020-07-22,S3,20.00,,赵六,其他",
        ))  # fmt: skip
        assert list(BankLine.objects.order_by("serial").values_list("serial", "company", "meaning")) == [
            ("S1", "", "GIFT"), ("S3", "", "OPEN"),
        ]  # fmt: skip
        assert facts() == {"campaigns.participations": [100], "campaigns.raised": [100_050]}
        assert balances(story.cast.office) == {
            "Assets:Bank:Charity": 100_050,
            "Income:Gifts:Transfer": -100_050,
        }
        check_all(story)

    def test_a_replayed_file_and_a_repeated_line_are_booked_once(self, story: Giving) -> None:
        first = statement("2020-07-20,S1,1000.00,,王五,JFZX-2020")
        read(story, first)
        with pytest.raises(giving.UnableToReadBank) as refused:
            read(story, first)
        assert refused.value.code == "read_already"
        read(
            story,
            statement(
                "2020-07-20,S1,1000.00,,王五,JFZX-2020",
                "2020-07-21,S2,50.00,,王五,JFZX-2020",
                encoding="utf-8",
            ),
        )
        assert Gift.objects.count() == 2
        check_all(story)

    def test_a_code_that_only_begins_alike_is_another_campaigns(self, story: Giving) -> None:
        read(
            story,
            statement(
                "2020-07-20,S1,10.00,,王五,JFZX-2020-2 助学",
                "2020-07-20,S2,20.00,,王五,JFZX-20201",
                "2020-07-20,S3,30.00,,王五,JFZX-2020助学",
                "2020-07-20,S4,40.00,,王五,JFZX-2020-",
            ),
        )
        assert list(BankLine.objects.order_by("serial").values_list("meaning", flat=True)) == [
            "OPEN",
            "OPEN",
            "GIFT",
            "GIFT",
        ]

    def test_a_serial_of_two_sums_is_refused_and_no_line_is_lost(self, story: Giving) -> None:
        with pytest.raises(giving.UnableToReadBank) as refused:
            read(story, statement("2020-07-20,S1,10.00,,a,b", "2020-07-20,S1,20.00,,a,b"))
        assert refused.value.code == "serial_twice"
        read(story, statement("2020-07-20,S1,10.00,,a,b", "2020-07-20,S1,10.00,,a,b"))
        assert BankLine.objects.get().amount_fen == 1_000
        for row in ("2020-07-20,S1,20.00,,a,b", "2020-07-21,S1,10.00,,a,b"):
            with pytest.raises(giving.UnableToReadBank) as refused:
                read(story, statement(row))
            assert refused.value.code == "serial_differs"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"\xff\xfe\x00\x81", "not_text"), (b"a,b\n1,2\n", "no_titles"), (statement(), "empty"),
            (statement("2020-07-20,S1,x,,a,b"), "bad_row"), (statement("20.7.2020,S1,5,,a,b"), "bad_row"),
            (statement("2020-07-20,,5,,a,b"), "bad_row"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_statement(self, story: Giving, content: bytes, code: str) -> None:
        with pytest.raises(giving.UnableToReadBank) as refused:
            read(story, content)
        assert refused.value.code == code

    def test_the_sponsors_money_counts_once_as_the_cash_that_points_became(self, story: Giving) -> None:
        story.points(50_000)
        assert "campaigns.raised" not in facts()
        read(
            story,
            statement(
                "2020-07-31,S1,500.00,,示例集团有限公司,积分款", "2020-07-31,S2,0.01,,示例集团有限公司,积分款"
            ),
        )
        one, other = BankLine.objects.order_by("serial")
        giving.match_line(line=one, meaning="SPONSOR", campaign=story.campaign, act=story.act())
        assert facts() == {"campaigns.participations": [100], "campaigns.raised": [50_000]}
        assert balances(story.cast.office) == {"Assets:Bank:Charity": 50_000, "Income:Gifts:Points": -50_000}
        assert balances(story.cast.group)["Assets:Bank:Company"] == -50_000
        assert counter(story.campaign).owed_fen == 0
        said = {"line": other, "campaign": story.campaign, "act": story.act()}
        for meaning, code in (("SPONSOR", "nothing_owed"), ("OTHER", "no_remark"), ("X", "wrong_meaning")):
            with pytest.raises(giving.UnableToReadBank) as refused:
                giving.match_line(meaning=meaning, **said)
            assert refused.value.code == code
        with pytest.raises(giving.UnableToReadBank) as refused:
            giving.match_line(line=other, meaning="SPONSOR", act=story.act())
        assert refused.value.code == "no_campaign"
        giving.match_line(meaning="OTHER", remark="误汇", **said)
        with pytest.raises(giving.UnableToReadBank) as refused:
            giving.match_line(meaning="GIFT", **said)
        assert refused.value.code == "matched_already"
        receipts(story)
        found = giving.issue_sponsors_receipt(line=one, title="示例集团有限公司", code="", act=story.act())
        assert (found.number, found.capitals) == (1, "伍佰元整")

    def test_a_wrong_match_is_taken_back_and_made_again(self, story: Giving) -> None:
        story.points(50_000)
        read(
            story,
            statement("2020-07-31,S1,500.00,,示例集团有限公司,积分款", "2020-07-31,S2,70.00,,张三,好心"),
        )
        one, other = BankLine.objects.order_by("serial")
        act = story.act()
        with pytest.raises(giving.UnableToReadBank) as refused:
            giving.unmatch_line(line=one, reason="x", act=act)
        assert refused.value.code == "not_matched"
        before = balances(story.cast.office), balances(story.cast.group), facts()
        for _ in range(2):
            giving.match_line(line=one, meaning="SPONSOR", campaign=story.campaign, act=act)
            giving.match_line(line=other, meaning="GIFT", campaign=story.campaign, act=act)
            assert balances(story.cast.office)["Assets:Bank:Charity"] == 57_000
            assert sum(facts()["campaigns.raised"]) == 57_000
            with pytest.raises(giving.UnableToReadBank) as refused:
                giving.unmatch_line(line=one, reason=" ", act=act)
            assert refused.value.code == "no_reason"
            for line in (one, other):
                assert giving.unmatch_line(line=line, reason="认错了", act=act).meaning == "OPEN"
            books = {
                code: total
                for code, total in balances(story.cast.office).items()
                if code.startswith("Assets")
            }
            assert (books, balances(story.cast.group)) == ({"Assets:Receivable:Sponsor": 50_000}, before[1])
            assert sum(facts()["campaigns.raised"]) == 0
            check_all(story)
        giving.match_line(line=one, meaning="SPONSOR", campaign=story.campaign, act=act)
        receipts(story)
        receipt = giving.issue_sponsors_receipt(line=one, title="示例集团有限公司", code="", act=act)
        with pytest.raises(giving.UnableToReadBank) as refused:
            giving.unmatch_line(line=one, reason="x", act=act)
        assert refused.value.code == "has_receipt"
        giving.void_receipt(receipt=receipt, reason="抬头有误", act=act)
        assert giving.unmatch_line(line=one, reason="x", act=act).turn == 3
        giving.match_line(line=other, meaning="GIFT", campaign=story.campaign, act=act)
        giving.refund_gift(gift=Gift.objects.get(state="RECEIVED", way="BANK"), reason="误汇", act=act)
        with pytest.raises(giving.UnableToReadBank) as refused:
            giving.unmatch_line(line=other, reason="x", act=act)
        assert refused.value.code == "gift_went_back"


def receipts(story: Giving, last: int = 3) -> ReceiptSeries:
    return giving.enter_series(charity=story.charity, code="0001", first=1, last=last, act=story.act())


class TestReceipts:
    def test_are_numbered_one_after_the_other_and_voided_by_another(self, story: Giving) -> None:
        story.cash(168_032, name="赵六")
        gift = Gift.objects.get()
        with pytest.raises(giving.UnableToIssue) as refused:
            giving.issue_receipt(gift=gift, act=story.act())
        assert refused.value.code == "no_series"
        receipts(story)
        one = giving.issue_receipt(gift=gift, act=story.act())
        assert (one.number, one.capitals, one.payer.name) == (1, "壹仟陆佰捌拾元零叁角贰分", "赵六")
        with pytest.raises(giving.UnableToIssue) as refused:
            giving.issue_receipt(gift=gift, act=story.act())
        assert refused.value.code == "issued_already"
        back = giving.void_receipt(receipt=one, reason="抬头有误", act=story.act())
        assert (back.number, back.amount_fen, back.voids) == (2, -168_032, one)
        again = giving.issue_receipt(gift=gift, act=story.act())
        assert (again.number, again.replaces, again.payer.name) == (3, one, "赵六")
        with pytest.raises(giving.UnableToIssue) as refused:
            giving.issue_receipt(gift=gift, act=story.act())
        assert (refused.value.code, "0000000003" in str(refused.value)) == ("issued_already", True)
        for receipt, code in ((one, "voided_already"), (back, "is_a_reversal")):
            with pytest.raises(giving.UnableToIssue) as refused:
                giving.void_receipt(receipt=receipt, reason="x", act=story.act())
            assert refused.value.code == code

    def test_name_the_company_that_gave_by_transfer(self, story: Giving) -> None:
        receipts(story)
        read(story, statement("2020-07-20,S1,500.00,,示例科技有限公司,JFZX-2020 捐款"))
        gift = Gift.objects.get()
        line = giving.line_of_gift(gift)
        assert line == BankLine.objects.get()
        for said, code in (
            ({}, "no_payer"),
            ({"title": line.company, "code": "123"}, "wrong_code"),
            ({"title": line.company, "code": "53100000500000123x1"}, "wrong_code"),
        ):
            with pytest.raises(giving.UnableToIssue) as refused:
                giving.issue_receipt(gift=gift, act=story.act(), **said)
            assert refused.value.code == code
        one = giving.issue_receipt(gift=gift, title=line.company, code="53100000500000123x", act=story.act())
        assert (one.payer_title, one.payer_code) == ("示例科技有限公司", "53100000500000123X")

    def test_none_for_points_nor_before_the_money(self, story: Giving) -> None:
        receipts(story)
        with pytest.raises(giving.UnableToIssue) as refused:
            giving.issue_receipt(gift=story.points(500), act=story.act())
        assert refused.value.code == "of_points"
        story.cash(500, is_paid=False)
        with pytest.raises(giving.UnableToIssue) as refused:
            giving.issue_receipt(gift=Gift.objects.get(way="CASH"), act=story.act())
        assert refused.value.code == "not_received"

    def test_many_at_once_leave_no_gap(self, own_database: str) -> None:
        story = opened(enter_cast())
        receipts(story, last=100)
        for number in range(6):
            story.cash(500 + number)
        gifts = list(Gift.objects.all())

        def issue(some: list[Gift]) -> None:
            for gift in some:
                giving.issue_receipt(gift=gift, act=story.act())
            connection.close()

        threads = [threading.Thread(target=issue, args=(gifts[at::3],)) for at in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (1, "壹分"), (10, "壹角整"), (1_05, "壹元零伍分"), (10_50, "壹拾元零伍角整"), (1_409_50, "壹仟肆佰零玖元伍角整"),
        (10_000_00, "壹万元整"), (100_001_00, "壹拾万零壹元整"), (1_000_010_00, "壹佰万零壹拾元整"),
        (100_000_000_00, "壹亿元整"), (3_670_286_37, "叁佰陆拾柒万零贰佰捌拾陆元叁角柒分"), (-500, "负伍元整"),
    ],
)  # fmt: skip
def test_sums_in_capitals(fen: int, words: str) -> None:
    assert in_capitals(fen) == words


class TestReported:
    def test_what_gifts_count_is_not_reported_as_well(self, story: Giving) -> None:
        kind, group = record_type("intake.reported_record"), story.cast.group

        def reported(reference: str, on: date = TODAY, measure: str = "participations") -> ReportedRecord:
            with system_writes("a test"):
                return ReportedRecord.objects.create(
                    measure=f"campaigns.{measure}", reference=reference, unit=story.cast.guizhou, place_id=GUIZHOU,
                    quantity=10, happened_on=on, title="积分助学", registered_at=NOW, registered_by=story.cast.officer,
                )  # fmt: skip

        def ask(*records: ReportedRecord) -> None:
            refuse_doubled_gifts(kind, group.pk, [one.pk for one in records], story.act())

        with pytest.raises(UnableToReportGifts) as refused:
            ask(reported("JF-1"))
        assert refused.value.code == "counted_by_the_system"
        ask(reported("JF-2", date(2020, 6, 30)))
        drafted(story.cast, "PINGTAI", is_elsewhere=True)
        ask(reported("PINGTAI/JF-3"))
        ask(reported("HWB-1", measure="red_scarf_raised"))
        with system_writes("a drive for children"):
            Campaign.objects.filter(pk=story.campaign.pk).update(
                is_drive=True, cause="CHILDREN", sponsor=None
            )
        ask(reported("JF-4"))
        with pytest.raises(UnableToReportGifts):
            ask(reported("HWB-2", measure="red_scarf_raised"))

    def test_a_campaign_does_not_open_over_what_was_reported(self, story: Giving) -> None:
        with system_writes("a test"):
            record = ReportedRecord.objects.create(
                measure="campaigns.raised", reference="DZ-1", unit=story.cast.guizhou, place_id=GUIZHOU, quantity=10,
                happened_on=NOW.date(), title="到账", registered_at=NOW, registered_by=story.cast.officer,
            )  # fmt: skip
            Review.objects.create(
                record_type=RECORD_TYPE, record_id=record.pk, state="SUBMITTED", unit=story.cast.guizhou, submitted_at=NOW,
                submitted_by=story.cast.officer,
            )  # fmt: skip
        act = story.act()
        second = drafted(story.cast, "DIER")
        giving.sign_partner(
            campaign=second, charity=story.charity, agreement="合4", fund=fund(story.cast, "HOPE-2"), act=act
        )
        giving.file_campaign(campaign=second, filing="F2", filed_on=date(2020, 6, 1), act=act)
        with pytest.raises(giving.UnableToPlan) as refused:
            giving.open_campaign(campaign=second, merchant=story.merchant, act=act)
        assert refused.value.code == "reported_already"
        assert "DZ-1" in str(refused.value.sentence)
