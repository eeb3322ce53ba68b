"""Staff lead a campaign through its pages, and anybody gives on a phone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bangfu.foundation.payments.models import Payment
from bangfu.foundation.points.models import Rate
from bangfu.foundation.points.tokens import issue_token, member_of
from bangfu.foundation.rooms.templatetags.words import grouped
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import BankLine, Campaign, Charity, Duty, Gift, GiftFile, Pledge, Receipt
from tests.cast import Cast
from tests.giving.campaigns.given import Giving, charity, drafted, fund, grant, merchant, moved_to_now, opened


@pytest.fixture
def now_story(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Giving:
    """A campaign that is open today, by the wall clock: pages act now."""
    cache.clear()
    return moved_to_now(opened(cast))


def sent(client: Client, address: str, /, **said: Any) -> Any:
    return client.post(address, {"key": secrets.token_hex(8), **said})


class TestStaff:
    def test_lead_a_campaign_to_its_opening(self, cast: Cast, client: Client) -> None:
        grant(cast.officer, cast.group, "accountant")
        client.force_login(cast.officer)
        assert client.get("/campaigns/").status_code == 200
        today = timezone.localdate()
        made = sent(
            client, "/campaigns/charities/new", unit=cast.office.pk, code="53100000500000123X", name_zh="示例慈善基金会",
            kind="FOUNDATION",
            qualification="公募1号", qualified_on="2018-01-01", bank_account_ending="0417",
        )  # fmt: skip
        assert made.status_code == 302
        money, account = fund(cast), merchant(cast)
        answer = sent(
            client, "/campaigns/new", unit=cast.group.pk, code="JFZX", title_zh="积分助学", cause="SCHOOLING", cooling_hours="24",
            about_zh="资助学生", does_zh="每 1000 元一名", goal_yuan="100000", least_yuan="1", starts_on=today.isoformat(),
            last_day=today.replace(year=today.year + 1).isoformat(), sponsor=cast.group.pk, seat="贵州省 520000",
        )  # fmt: skip
        assert answer.status_code == 302, answer.content.decode()[:3000]
        at = answer["Location"]
        assert client.get(at).status_code == 200
        for page, said in (
            ("sign", {"charity": Charity.objects.get().pk, "agreement": "合1", "fund": money.pk}),
            ("file", {"filing": "F1", "filed_on": "2020-01-01"}),
            ("begin", {"merchant": account.pk}),
        ):
            assert client.get(f"{at}{page}").status_code == 200
            answer = sent(client, f"{at}{page}", **said)
            assert answer.status_code == 302, (page, answer.content.decode()[-3000:])
        assert Campaign.objects.get().state == "OPEN"
        duty = Duty.objects.first()
        assert duty is not None
        answer = sent(
            client,
            f"/campaigns/duties/{duty.pk}/disclose",
            published_on="2026-01-01",
            address="https://cszg.example/1",
        )
        assert answer.status_code == 302
        assert "cszg.example" in client.get(at).content.decode()
        answer = sent(
            client, f"{at}match", sponsor=cast.guizhou.pk, adds_yuan="1", to_yuan="1", cap_yuan="5", document="配1",
            starts_on=today.isoformat(), last_day=today.isoformat(),
        )  # fmt: skip
        assert answer.status_code == 302
        assert sent(client, f"{at}move/close").status_code == 302
        assert sent(client, f"{at}move/close").status_code == 409
        client.force_login(cast.outsider)
        assert client.get("/campaigns/").status_code == 403

    def test_gifts_bank_and_receipts(self, now_story: Giving, client: Client) -> None:
        story = now_story
        story.points(500)
        story.cash(500)
        client.force_login(story.cast.officer)
        text = client.get("/campaigns/gifts/?way=CASH&sort=-amount").content.decode()
        assert "在线支付" in text
        for path in (
            "gifts.csv",
            "gifts.xlsx",
            "campaigns.csv",
            "bank.csv",
            "charities/",
            f"charities/{story.charity.pk}/",
        ):
            assert client.get(f"/campaigns/{path}").status_code == 200, path
        gift = Gift.objects.get(way="CASH")
        sent(client, f"/campaigns/charities/{story.charity.pk}/series", code="0001", first="1", last="9")
        assert sent(client, f"/campaigns/gifts/{gift.pk}/receipt").status_code == 302
        receipt = Receipt.objects.get()
        assert "伍元整" in client.get(f"/campaigns/receipts/{receipt.pk}/").content.decode()
        assert sent(client, f"/campaigns/receipts/{receipt.pk}/void", reason="抬头有误").status_code == 302
        assert sent(client, f"/campaigns/gifts/{gift.pk}/refund", reason="误捐").status_code == 302
        assert client.get(f"/campaigns/gifts/{gift.pk}/").status_code == 200
        content = (
            "交易日期,流水号,收入金额,对方户名,摘要\n2020-07-31,S1,5.00,示例集团有限公司,积分款\n".encode()
        )
        file = SimpleUploadedFile("流水.csv", content)
        assert sent(client, f"/campaigns/charities/{story.charity.pk}/bank", file=file).status_code == 302
        line = BankLine.objects.get()
        assert "S1" in client.get("/campaigns/bank/?meaning=OPEN").content.decode()
        assert client.get(f"/campaigns/bank/{line.pk}/match").status_code == 200
        answer = sent(
            client, f"/campaigns/bank/{line.pk}/match", meaning="SPONSOR", campaign=story.campaign.pk
        )
        assert answer.status_code == 302
        assert sent(client, f"/campaigns/bank/{line.pk}/receipt", title="示例集团有限公司").status_code == 302

    def test_bring_a_file(self, now_story: Giving, client: Client) -> None:
        client.force_login(now_story.cast.officer)
        today = timezone.localdate().isoformat()
        content = f"会员号,积分,捐赠日期,流水号\nM-0009,500,{today},T1\nM-0009,99999999,{today},T2\n".encode()
        at = f"/campaigns/{now_story.campaign.pk}/bring"
        assert client.get(at).status_code == 200
        answer = sent(client, at, file=SimpleUploadedFile("捐赠.csv", content))
        assert answer.status_code == 302
        page = client.get(answer["Location"]).content.decode()
        assert "500" in page
        assert "1 行没有收取" in page
        refused = f"/campaigns/files/{GiftFile.objects.get().pk}/refused"
        assert "可用积分 89500，不够" in client.get(refused).content.decode()
        taken = client.get(f"{refused}.csv")
        assert f"M-0009,99999999,{today},T2,2," in b"".join(taken).decode()
        assert client.get(f"{refused}.xlsx").status_code == 200
        assert sent(client, at, file=SimpleUploadedFile("捐赠.csv", content)).status_code == 409
        assert sent(client, at, file=SimpleUploadedFile("x.csv", b"a,b\n1,2\n")).status_code == 409


class TestTheDrafted:
    def test_is_shown_to_nobody_outside(self, cast: Cast, client: Client) -> None:
        one = drafted(cast)
        charity(cast)
        assert client.get(f"/campaigns/open/{one.code}/").status_code == 404
        assert client.get("/campaigns/open/").status_code == 200
        assert client.get("/campaigns/").status_code in (302, 401, 403)


class TestThePublic:
    def test_gives_cash_and_takes_it_back(self, now_story: Giving, client: Client) -> None:
        page = client.get("/campaigns/open/JFZX-2020/")
        assert page.status_code == 200
        assert "每 1000 元资助一名学生一学年" in page.content.decode()
        answer = sent(client, "/campaigns/open/JFZX-2020/cash", yuan="20", name="赵六")
        payment = Payment.objects.get()
        assert answer["Location"].endswith(payment.number)
        client.post(f"/payments/pay/{payment.number}/test", {"what": "pay"})
        gift = Gift.objects.get()
        assert gift.state == "RECEIVED"
        mine = client.get(f"/campaigns/gift/{gift.number}/").content.decode()
        assert "20.00" in mine
        assert "赵六" not in mine
        assert "赵六" not in client.get("/campaigns/open/JFZX-2020/").content.decode()
        assert client.post(f"/campaigns/gift/{gift.number}/back").status_code == 302
        assert Gift.objects.get().state == "REFUNDED"
        text = client.get("/campaigns/open/JFZX-2020/").content.decode()
        assert "其中已退回" in text
        assert sent(client, "/campaigns/open/JFZX-2020/cash", yuan="0.5").status_code == 409
        assert sent(client, "/campaigns/open/JFZX-2020/cash", yuan="x").status_code == 409

    def test_keeps_what_was_written_and_reaches_the_certificate(
        self, now_story: Giving, client: Client
    ) -> None:
        refused = sent(client, "/campaigns/open/JFZX-2020/cash", yuan="0.5", name="赵六")
        assert 'value="赵六"' in refused.content.decode()
        monthly = sent(client, "/campaigns/open/JFZX-2020/monthly", yuan="0.5", day="5", name="钱七")
        assert "<details open>" in monthly.content.decode()
        paying = sent(client, "/campaigns/open/JFZX-2020/cash", yuan="20")["Location"]
        page = client.get(paying).content.decode()
        assert f"/campaigns/gift/{Gift.objects.latest('pk').number}/" in page

    def test_who_did_not_pay_is_led_back_and_every_button_has_a_page(
        self, now_story: Giving, client: Client
    ) -> None:
        paying = sent(client, "/campaigns/open/JFZX-2020/cash", yuan="20")["Location"]
        client.post(f"{paying}/test", {"what": "fail"})
        said = client.get(f"/campaigns/gift/{Gift.objects.get().number}/").content.decode()
        assert "重新捐款" in said
        for button, page in (
            ("/campaigns/open/JFZX-2020/cash", "/campaigns/open/JFZX-2020/"),
            (f"{paying}/test", paying),
        ):
            assert client.get(button).status_code == 405
            assert client.get(button, headers={"accept": "text/html"})["Location"] == page
            assert client.get(page).status_code == 200

    def test_promises_a_monthly_gift(self, now_story: Giving, client: Client) -> None:
        answer = sent(client, "/campaigns/open/JFZX-2020/monthly", yuan="20", day="5", name="赵六")
        assert answer.status_code == 302
        assert client.get(answer["Location"]).status_code == 200
        pledge = Pledge.objects.get()
        mine = f"/campaigns/monthly/{pledge.number}/"
        refused = client.post(f"{mine}again")
        assert (refused.status_code, "没有没付成的月捐" in refused.content.decode()) == (409, True)
        at = timezone.now()
        giving.ask_pledges(act=now_story.door(at=at + timedelta(days=31)))
        client.post(f"/payments/pay/{Payment.objects.get().number}/test", {"what": "fail"})
        assert "再付一次" in client.get(mine).content.decode()
        again = client.post(f"{mine}again")
        assert again["Location"].endswith(Payment.objects.latest("pk").number)
        said = client.get(mine).content.decode()
        assert ("再付一次" in said, "去支付" in said) == (False, True)
        certificate = f"/campaigns/gift/{Gift.objects.earliest('pk').number}/"
        assert certificate in said
        assert mine in client.get(certificate).content.decode()
        assert client.post(f"/campaigns/monthly/{pledge.number}/end").status_code == 302
        assert Pledge.objects.get().ended_at is not None

    def test_members_come_with_a_token_of_the_points_app(
        self, now_story: Giving, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "SECRETS_FOLDER", tmp_path)
        (tmp_path / "points").mkdir()
        (tmp_path / "points" / "door.key").write_text(secrets.token_hex(32))
        now = timezone.now().timestamp()
        token = issue_token("M-0009", until_s=int(now) + 600)
        assert member_of(token, at_s=now) == "M-0009"
        for wrong in (
            token[:-1] + "0" if token[-1] != "0" else token[:-1] + "1",
            token.replace("M-0009", "M-0001"),
            "",
            "a.b",
        ):
            assert member_of(wrong, at_s=now) is None
        assert member_of(token, at_s=now + 601) is None
        assert member_of(issue_token("M-0009", until_s=int(now) + 99_999), at_s=now) is None
        assert Rate.objects.exists()
        page = client.get(f"/campaigns/open/JFZX-2020/?member={token}").content.decode()
        assert f"可用 {grouped(90_000)} 积分" in page
        answer = sent(client, "/campaigns/open/JFZX-2020/points", points="500", token=token)
        assert answer.status_code == 302
        assert client.get(answer["Location"]).status_code == 200
        assert Gift.objects.get().amount_fen == 500
        assert (
            sent(client, "/campaigns/open/JFZX-2020/points", points="999999", token=token).status_code == 409
        )
        assert (
            sent(client, "/campaigns/open/JFZX-2020/points", points="500", token="forged.1.x").status_code
            == 409
        )
