"""Pages of payments: every list and record opens, what may be done is offered, and a gift is followed without anybody's name."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, rules
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import marks
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Gift
from bangfu.giving.grants import operations
from bangfu.giving.grants.models import (
    Batch,
    CallBack,
    Followed,
    FollowUp,
    Payment,
    Receipt,
    ReceiptSheet,
    ResultFile,
    Taking,
)
from tests.cast import NOW, Cast
from tests.giving.campaigns.given import fund as open_fund
from tests.giving.campaigns.given import opened
from tests.giving.grants.applied import opened as programme
from tests.giving.grants.paid import Paying, answers, paying

TODAY = NOW.date()
LISTS = ("pay", "returned", "receipts", "calls", "follow-ups", "funds")


@pytest.fixture
def story(cast: Cast) -> Paying:
    """A fund with 20,000 yuan in the bank, and a programme of 1,000 yuan a pupil."""
    found = paying(opened(cast))
    found.bank(2_000_000)
    return found


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def page(client: Client, account: object, address: str, **said: object) -> str:
    client.force_login(account)
    answer = client.post(address, said, follow=True) if said else client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return (
        answer.content.decode() if not answer.streaming else b"".join(answer).decode("utf-8-sig", "replace")
    )


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 180, 160)).save(made, "JPEG")
    return made.getvalue()


def signed(story: Paying, sheet: ReceiptSheet, positions: list[int], **said: object) -> None:
    operations.enter_receipts(
        sheet=sheet,
        signed_on=TODAY,
        signed=positions,
        files=[("签收表.jpg", picture())],
        act=story.act(),
        **said,
    )


class TestStaff:
    def test_a_batch_goes_through_the_pages(self, story: Paying, client: Client) -> None:
        officer, accountant = story.giving.cast.officer, story.giving.cast.verifier
        story.award(3)
        assert "制作批次" in page(client, officer, "/grants/pay/")
        said = page(client, officer, "/grants/pay/make", programme=story.programme.pk)
        batch = Batch.objects.get()
        assert batch.number in said
        assert "您制作的批次由另一人复核" not in page(client, accountant, f"/grants/pay/{batch.pk}/")
        page(client, accountant, f"/grants/pay/{batch.pk}/approve", key="a")
        taken = client.post(f"/grants/pay/{batch.pk}/take/csv")
        text = taken.content.decode("utf-8-sig")
        assert len(text.splitlines()) == 4, (
            "nothing below the lines: a bank's program would take it for a payment"
        )
        assert text.splitlines()[1].startswith("1,ZX-2020-B01,6217000000000001,家长1,示例银行,1000.00,助学金")
        assert Taking.objects.get().taken_by == accountant
        client.post(f"/grants/pay/{batch.pk}/take/xlsx")
        file = io.BytesIO(answers(batch, {2: ("失败", "账户已销户"), 3: ("处理中", "")}))
        file.name = "结果.csv"
        said = page(client, accountant, f"/grants/pay/{batch.pk}/read", key="b", file=file)
        assert "看不懂“结果”" in said
        assert ResultFile.objects.get().paid == 1
        file.seek(0)
        again = client.post(f"/grants/pay/{batch.pk}/read", {"key": "c", "file": file})
        assert again.status_code == 409
        assert "没有重复入账" in again.content.decode()
        assert "账户已销户" in page(client, officer, f"/grants/pay/{batch.pk}/?state=FAILED")
        assert "家长1" not in page(client, officer, f"/grants/pay/{batch.pk}/payments.csv")
        payment = Payment.objects.get(line=1)
        assert "grants.pay" in page(client, accountant, f"/grants/payments/{payment.pk}/")
        page(
            client,
            accountant,
            f"/grants/payments/{payment.pk}/back",
            key="d",
            on="2020-07-31",
            reason="CLOSED",
        )
        assert Payment.objects.get(line=1).state == "RETURNED"
        rows = [one.award_id for one in Payment.objects.filter(state__in=("FAILED", "RETURNED"))]
        said = page(client, officer, "/grants/returned/settle", key="e", row=rows[:1], step="retry")
        assert "1 笔已处理" in said
        page(
            client,
            officer,
            "/grants/returned/settle",
            key="f",
            row=rows[1:],
            step="lapse",
            reason="NO_ACCOUNT",
        )
        assert client.post("/grants/returned/settle", {"step": "retry"}).status_code == 409
        opened_again = client.get("/grants/returned/settle", headers={"accept": "text/html,*/*"})
        assert opened_again["Location"] == "/grants/returned/"

    def test_a_refusal_keeps_what_was_chosen(self, story: Paying, client: Client) -> None:
        officer = story.giving.cast.officer
        story.award(2)
        story.answer(story.sent(), 1, 2)
        first, other = (one.award_id for one in Payment.objects.order_by("line"))
        client.force_login(officer)
        client.post("/grants/returned/settle", {"key": "a", "row": [first], "step": "retry"})
        said = {"key": "b", "row": [first, other], "step": "retry", "reason": "LEFT_SCHOOL"}
        refused = client.post("/grants/returned/settle", said)
        text = refused.content.decode()
        assert (refused.status_code, "所选的有 1 笔不在" in text) == (409, True)
        assert (
            f'value="{other}" aria-label="{Payment.objects.get(line=2).award.application.number}" checked'
            in text
        )
        assert '<option value="LEFT_SCHOOL" selected>' in text
        client.post("/grants/pay/make", {"key": "c", "programme": story.programme.pk})
        nobody = client.post("/grants/pay/make", {"key": "d", "programme": story.programme.pk})
        assert (nobody.status_code, "没有待发放" in nobody.content.decode()) == (409, True)
        assert f'<option value="{story.programme.pk}" selected>积分助学 ZX-2020' in nobody.content.decode()

    def test_an_award_that_is_not_paid_is_stopped(self, story: Paying, client: Client) -> None:
        officer, accountant = story.giving.cast.officer, story.giving.cast.verifier
        award, _ = story.award(2)
        at = f"/grants/applications/{award.application_id}/"
        assert "停止发放" in page(client, officer, at)
        assert client.post(f"{at}lapse", {"key": "a", "remark": "来信属实"}).status_code == 422
        said = page(client, officer, f"{at}lapse", key="b", reason="MISTAKE", remark="来信属实")
        for part in ("已停止", "已失效", "核定有误", "来信属实"):
            assert part in said
        assert f"{at}lapse" not in page(client, officer, at)
        assert client.post(f"{at}lapse", {"key": "c", "reason": "MISTAKE"}).status_code == 409
        batch = story.sent()
        assert batch.payment_count == 1
        paying_now = batch.payments.get().award.application_id
        assert "停止发放" not in page(client, officer, f"/grants/applications/{paying_now}/")
        client.force_login(accountant)
        assert client.get(f"/grants/applications/{paying_now}/lapse").status_code == 403

    def test_lines_that_were_refused_leave_as_a_file(self, story: Paying, client: Client) -> None:
        story.award(2)
        batch = story.sent()
        file = operations.read_results(
            batch=batch, name="结果.csv", act=story.other(),
            content=answers(batch, {1: ("处理中", ""), 2: ("处理中", "")}),
        )  # fmt: skip
        said = page(client, story.giving.cast.verifier, f"/grants/answers/{file.pk}/")
        assert f"/grants/answers/{file.pk}/refused.csv" in said
        text = page(client, story.giving.cast.verifier, f"/grants/answers/{file.pk}/refused.csv")
        assert text.count("看不懂“结果”") == 2
        assert client.get(f"/grants/answers/{file.pk}/refused.xlsx").status_code == 200

    def test_files_of_the_example_say_that_they_are_invented(
        self, story: Paying, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        story.award(1)
        batch = story.sent()
        accountant = story.giving.cast.verifier
        plain = page(client, accountant, f"/grants/pay/{batch.pk}/payments.csv")
        monkeypatch.setattr(marks, "_asked", [lambda: True])
        mark = str(marks.marked_rows()[0][1])
        assert mark not in plain
        assert mark in page(client, accountant, f"/grants/pay/{batch.pk}/payments.csv")
        taken = client.post(f"/grants/pay/{batch.pk}/take/csv")
        assert mark in b"".join(taken).decode("utf-8-sig")
        file = story.answer(batch, 1, reason="账户已销户")
        assert mark in page(client, accountant, f"/grants/answers/{file.pk}/refused.csv")

    def test_a_batch_that_waits_is_dropped(self, story: Paying, client: Client) -> None:
        story.award(1)
        officer = story.giving.cast.officer
        page(client, officer, "/grants/pay/make", programme=story.programme.pk)
        nobody = client.post("/grants/pay/make", {"programme": story.programme.pk})
        assert (nobody.status_code, "没有待发放的助学金" in nobody.content.decode()) == (409, True)
        batch = Batch.objects.get()
        page(client, officer, f"/grants/pay/{batch.pk}/drop", key="a", remark="名单有误")
        assert Batch.objects.get().state == "DROPPED"

    def test_every_list_opens_in_both_languages_and_as_a_file(self, story: Paying, client: Client) -> None:
        officer = story.giving.cast.officer
        for name in LISTS:
            page(client, officer, f"/grants/{name}/")
        story.award(6)
        story.award(1, school=2)
        story.answer(story.sent(), 3)
        operations.make_receipt_sheets(programme=story.programme, due_on=TODAY, act=story.act())
        operations.draw_call_backs(programme=story.programme, act=story.act())
        operations.open_follow_up(
            programme=story.programme, term="2021-spring", due_on=TODAY, act=story.act()
        )
        for name in LISTS:
            for query in (
                "",
                "?show=open",
                "?show=late",
                "?show=done",
                f"?programme={story.programme.pk}&q=ZX",
            ):
                page(client, officer, f"/grants/{name}/{query}")
            assert page(client, officer, f"/grants/{name}.csv")
            assert client.get(f"/grants/{name}.xlsx").status_code == 200
        client.cookies["django_language"] = "en"
        for name in LISTS:
            client.get(f"/grants/{name}/")
        for one in ReceiptSheet.objects.all():
            page(client, officer, f"/grants/receipts/{one.pk}/")
        for sheet in FollowUp.objects.all():
            page(client, officer, f"/grants/follow-ups/{sheet.pk}/")

    def test_receipts_calls_and_follow_ups_go_through_the_pages(self, story: Paying, client: Client) -> None:
        officer = story.giving.cast.officer
        story.award(2)
        story.answer(story.sent())
        page(
            client,
            officer,
            "/grants/receipts/make",
            key="a",
            programme=story.programme.pk,
            due_on="2020-08-14",
        )
        sheet = ReceiptSheet.objects.get()
        page(client, officer, f"/grants/receipts/{sheet.pk}/enter")
        photo = io.BytesIO(picture())
        photo.name = "签收.jpg"
        page(
            client, officer, f"/grants/receipts/{sheet.pk}/enter", key="b", signed_on="2020-07-31", signed="1-2", kin="",
            papers=photo,
        )  # fmt: skip
        assert Receipt.objects.filter(signer="GUARDIAN").count() == 2
        page(client, officer, "/grants/calls/draw", programme=story.programme.pk)
        call = CallBack.objects.order_by("pk").first()
        assert call is not None
        page(client, officer, f"/grants/calls/{call.pk}/", key="c", called_on="2020-07-31", heard="ARRIVED")
        assert CallBack.objects.get(pk=call.pk).heard == "ARRIVED"
        page(
            client, officer, "/grants/follow-ups/open", key="d", programme=story.programme.pk, term="2021-spring",
            due_on="2020-08-14",
        )  # fmt: skip
        follow = FollowUp.objects.get()
        photo = io.BytesIO(picture())
        photo.name = "跟踪.jpg"
        page(
            client, officer, f"/grants/follow-ups/{follow.pk}/answer", key="e", answered_on="2020-07-31", moved="2",
            finished="", left="", papers=photo,
        )  # fmt: skip
        assert sorted(Followed.objects.values_list("answer", flat=True)) == ["MOVED", "STAYS"]

    def test_a_fund_shows_what_became_of_it_and_is_not_closed_with_money_left(
        self, story: Paying, client: Client
    ) -> None:
        accountant = story.giving.cast.verifier
        story.award(2)
        story.answer(story.sent())
        fund = Fund.objects.get(pk=story.giving.fund.pk)
        said = page(client, accountant, f"/grants/funds/{fund.pk}/")
        for sum_ in ("20,000.00", "2,000.00", "18,000.00"):
            assert sum_ in said
        cast = story.giving.cast
        for code, spent_on in (("HOPE-2021", fund.spent_on), ("SCARF", None)):
            open_fund(cast, code)
            with system_writes("for what it is"):
                Fund.objects.filter(code=code).update(spent_on=spent_on)
        giving.close_campaign(campaign=story.giving.campaign, act=story.act())
        asked = client.get(f"/grants/funds/{fund.pk}/close").content.decode()
        assert ("HOPE-2021" in asked, "SCARF" in asked) == (True, False)
        refused = client.post(f"/grants/funds/{fund.pk}/close", {"key": "a", "document": "理〔2020〕9号"})
        assert refused.status_code == 409
        assert "还结余 18,000.00" in refused.content.decode()

    def test_outsiders_see_nothing(self, story: Paying, client: Client) -> None:
        client.force_login(story.giving.cast.outsider)
        for name in LISTS:
            assert client.get(f"/grants/{name}/").status_code == 403


class TestFollow:
    def test_a_gift_is_followed_to_its_school_by_whoever_has_its_number(
        self, story: Paying, client: Client
    ) -> None:
        story.award(5)
        story.answer(story.sent())
        operations.make_receipt_sheets(programme=story.programme, due_on=TODAY, act=story.act())
        signed(story, ReceiptSheet.objects.get(), [1, 2, 3])
        gift = Gift.objects.get()
        said = client.get(f"/grants/follow/{gift.number}/").content.decode()
        for part in ("20,000.00", "5,000.00", "3,000.00", "15,000.00", "示例0小", "5 名学生", "60%"):
            assert part in said, part
        assert "学生1" not in said
        assert "家长1" not in said
        assert (
            client.get(f"/campaigns/gift/{gift.number}/")
            .content.decode()
            .count(f"/grants/follow/{gift.number}/")
            == 1
        )
        assert client.get("/grants/follow/nothing/").status_code == 404

    def test_schools_and_counties_with_fewer_than_five_are_not_named(
        self, story: Paying, client: Client
    ) -> None:
        story.award(4)
        story.award(1, school=1)
        story.award(2, school=2)
        story.answer(story.sent())
        said = client.get(f"/grants/follow/{Gift.objects.get().number}/").content.decode()
        assert "示例0小" not in said
        assert "册亨县" in said
        assert "沽源县" not in said
        assert "受助学生不足五人的县" in said

    def test_a_gift_of_points_that_waits_and_one_that_went_back_say_so(
        self, story: Paying, client: Client
    ) -> None:
        story.award(1)
        later = story.giving.points(1_000)
        said = client.get(f"/grants/follow/{later.number}/").content.decode()
        assert "还没有用到" in said
        assert "积分" in said
        giving.take_back_gift(gift=later, act=story.giving.door())
        assert "已于 2020-07-31 退回" in client.get(f"/grants/follow/{later.number}/").content.decode()
        waiting = story.giving.cash(10_000, is_paid=False)
        gift = Gift.objects.get(pk=waiting.pays_id)
        assert "还没有到账" in client.get(f"/grants/follow/{gift.number}/").content.decode()


class TestReceipts:
    def test_refuse_what_cannot_be_signed(self, story: Paying) -> None:
        story.award(3)
        batch = story.sent()
        with pytest.raises(operations.UnableToReceipt) as refused:
            operations.make_receipt_sheets(programme=story.programme, due_on=TODAY, act=story.act())
        assert refused.value.code == "nobody_paid"
        story.answer(batch)
        operations.make_receipt_sheets(programme=story.programme, due_on=TODAY, act=story.act())
        sheet = ReceiptSheet.objects.get()
        operations.return_payment(
            payment=Payment.objects.get(line=3), on=TODAY, reason="CLOSED", act=story.other()
        )
        photo = [("a.jpg", picture())]
        said = {"sheet": sheet, "signed_on": TODAY, "act": story.act()}
        for more, code in (
            ({"signed": [], "files": photo}, "nobody_signed"), ({"signed": [1], "files": []}, "no_photograph"),
            ({"signed": [], "kin": [1], "files": photo}, "no_proof"), ({"signed": [9], "files": photo}, "unknown_position"),
            ({"signed": [3], "files": photo}, "came_back"),
            ({"signed": [1], "files": photo, "signed_on": TODAY.replace(day=30)}, "wrong_day"),
        ):  # fmt: skip
            with pytest.raises(operations.UnableToReceipt) as refused:
                operations.enter_receipts(**{**said, **more})
            assert refused.value.code == code
        signed(story, sheet, [1], kin=[2], proofs=[("户口簿.jpg", picture())])
        assert list(Receipt.objects.order_by("position").values_list("signer", flat=True)) == [
            "GUARDIAN",
            "KIN",
            "",
        ]
        with pytest.raises(operations.UnableToReceipt) as again:
            signed(story, sheet, [1])
        assert again.value.code == "signed_already"
        with pytest.raises(operations.UnableToReturn) as receipted:
            operations.return_payment(
                payment=Payment.objects.get(line=1), on=TODAY, reason="CLOSED", act=story.other()
            )
        assert receipted.value.code == "receipted"


class TestFollowUp:
    def test_whoever_left_is_asked_after_no_more(self, story: Paying) -> None:
        said = {"programme": story.programme, "due_on": TODAY, "act": story.act()}
        with pytest.raises(operations.UnableToFollowUp) as refused:
            operations.open_follow_up(term="2021-spring", **said)
        assert refused.value.code == "nobody_paid"
        story.award(2)
        story.answer(story.sent())
        for term in ("2020-spring", "soon"):
            with pytest.raises(operations.UnableToFollowUp) as wrong:
                operations.open_follow_up(term=term, **said)
            assert wrong.value.code == "wrong_term"
        assert operations.open_follow_up(term="2021-spring", **said) == 2
        with pytest.raises(operations.UnableToFollowUp) as again:
            operations.open_follow_up(term="2021-spring", **said)
        assert again.value.code == "opened_already"
        sheet = FollowUp.objects.get()
        answer = {"sheet": sheet, "answered_on": TODAY, "files": [("a.jpg", picture())], "act": story.act()}
        for others, code in (({3: "LEFT"}, "unknown_position"), ({1: "GONE"}, "unknown_answer")):
            with pytest.raises(operations.UnableToFollowUp) as unknown:
                operations.answer_follow_up(others=others, **answer)
            assert unknown.value.code == code
        operations.answer_follow_up(others={1: "LEFT"}, **answer)
        with pytest.raises(operations.UnableToFollowUp) as twice:
            operations.answer_follow_up(others={}, **answer)
        assert twice.value.code == "answered_already"
        assert operations.open_follow_up(term="2021-autumn", **said) == 1


class TestCallBack:
    def test_is_drawn_once_and_noted_once(self, story: Paying) -> None:
        story.award(4)
        story.answer(story.sent())
        assert operations.draw_call_backs(programme=story.programme, act=story.act()) == 2
        call = CallBack.objects.order_by("pk").first()
        assert call is not None
        said = {"call": call, "called_on": TODAY, "act": story.act()}
        with pytest.raises(operations.UnableToCallBack) as unknown:
            operations.note_call_back(heard="x", **said)
        assert unknown.value.code == "unknown_answer"
        operations.note_call_back(heard="NOBODY", **said)
        operations.note_call_back(heard="ARRIVED", **said)
        with pytest.raises(operations.UnableToCallBack) as refused:
            operations.note_call_back(heard="LESS", **said)
        assert refused.value.code == "called_already"

    def test_that_heard_of_less_becomes_a_finding_of_the_programmes_unit(self, story: Paying) -> None:
        story.award(5)
        story.answer(story.sent())
        while operations.draw_call_backs(programme=story.programme, act=story.act()) < 2:
            story.award(5)
        calls = list(CallBack.objects.order_by("pk")[:2])
        said = {"called_on": TODAY, "act": story.act()}
        operations.note_call_back(call=calls[0], heard="ARRIVED", **said)
        assert (less(TODAY).examined, less(TODAY).suspects.height) == (1, 0)
        operations.note_call_back(call=calls[1], heard="LESS", **said)
        found = less(TODAY)
        assert less(TODAY - timedelta(days=1)).suspects.height == 0
        (row,) = found.suspects.to_dicts()
        award = calls[1].payment.award
        assert (row["unit"], row["place"], row["substance"]) == (
            story.programme.unit_id,
            award.place_id,
            "LESS",
        )
        assert row["title_zh"].endswith("收到的少了")
        assert "1,000.00" in row["detail_zh"]
        assert award.person.name not in row["title_zh"] + row["detail_zh"]
        assert set(found.objects["kind"]) == {"RECORD", "PLACE"}


def less(on: date) -> Found:
    """Return what the rule about call-backs finds on a day."""
    return rules()["grants.less_arrived"].evaluate(Readings(on), {})


class TestReceiptedShare:
    def test_is_counted_on_the_day_of_payment_and_reversed_with_it(self, story: Paying) -> None:
        story.award(3)
        story.answer(story.sent())
        assert counted() == {"grants.payments": 3}
        operations.make_receipt_sheets(programme=story.programme, due_on=TODAY, act=story.act())
        sheet = ReceiptSheet.objects.get()
        later = NOW + timedelta(days=3)
        operations.enter_receipts(
            sheet=sheet,
            signed_on=later.date(),
            signed=[1],
            files=[("a.jpg", picture())],
            act=story.act(at=later),
        )
        assert counted() == {"grants.payments": 3, "grants.receipted": 1}
        (fact,) = Fact.objects.filter(measure_id=measure_number("grants.receipted"))
        assert (fact.happened_on, fact.quantity) == (TODAY, 1)
        unsigned = Payment.objects.filter(state="PAID", receipt__signer="").order_by("pk").first()
        assert unsigned is not None
        operations.return_payment(payment=unsigned, on=TODAY, reason="CLOSED", act=story.other(at=later))
        assert counted() == {"grants.payments": 2, "grants.receipted": 1}


def counted() -> dict[str, int]:
    """Return payments and receipts as they stand in the ledger; absent = none."""
    names = {measure_number(code): code for code in ("grants.payments", "grants.receipted")}
    sums: dict[str, int] = {}
    for number, quantity in Fact.objects.filter(measure_id__in=names).values_list("measure_id", "quantity"):
        sums[names[number]] = sums.get(names[number], 0) + int(quantity)
    return sums


class TestLists:
    def test_are_sorted_by_the_columns_that_can_be(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.officer)
        for name, columns in (
            ("pay", 6),
            ("returned", 7),
            ("receipts", 8),
            ("calls", 7),
            ("follow-ups", 8),
            ("funds", 8),
        ):
            for at in range(columns):
                assert client.get(f"/grants/{name}/?sort=-{at}").status_code == 200
            assert client.get(f"/grants/{name}.csv?sort=0").status_code == 200

    def test_a_county_sees_no_funds(self, cast: Cast, client: Client) -> None:
        programme(cast)
        client.force_login(cast.county_official)
        assert "还没有助学项目的基金" in client.get("/grants/funds/").content.decode()
        client.force_login(cast.officer)
        assert "还没有助学项目的基金" not in client.get("/grants/funds/").content.decode()
