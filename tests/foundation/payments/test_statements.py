"""Bills of both providers, read and matched."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.payments.adapters import RefundTold, Standing
from bangfu.foundation.payments.models import MerchantAccount, Payment, Statement
from bangfu.foundation.payments.operations import (
    read_statement,
    refund_payment,
    take_payment_answer,
    take_refund_answer,
)
from tests.cast import NOW, Cast
from tests.foundation.payments.paid import begin, door, merchant, paid_told

pytestmark = pytest.mark.django_db
DAY = date(2020, 7, 31)
NEXT = NOW + timedelta(days=1)


def alipay_bill(*rows: tuple[str, ...]) -> bytes:
    """Return a business detail as Alipay writes it."""
    titles = (
        "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
        "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
        "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
    )
    lines = [
        "#支付宝业务明细查询", "#账号：[20880000000000010156]", "#起始日期：[2020年07月31日 00:00:00]",
        "#-----------------------------------------业务明细列表----------------------------------------", titles,
    ]  # fmt: skip
    for trade, order, kind, amount, request, fee in rows:
        lines.append(
            f"{trade}\t,{order}\t,{kind}\t,糯米蕉\t,2020-07-31 17:00:00,2020-07-31 17:05:00,\t,\t,\t,\t,*花(159****5620)\t,"
            f"{amount},{amount},0.00,0.00,0.00,0.00,0.00,\t,0.00,0.00,{request}\t,{fee},0.00,\t"
        )
    lines += ["#-----业务明细列表结束-----", "#交易合计：2笔，商家实收共255.99元"]
    return "\r\n".join(lines).encode("gb18030")


def wechat_bill(*rows: tuple[str, ...]) -> bytes:
    """Return a trade bill as WeChat Pay writes it."""
    titles = (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
        "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
        "申请退款金额,费率备注"
    )
    lines = [titles]
    for trade, order, state, amount, refund, given_back, fee in rows:
        cells = (
            "2020-07-31 17:05:00", "wx1", "1900000001", "0", "", trade, order, "oUpF8uMuAJO", "NATIVE", state,
            "OTHERS", "CNY", amount, "0.00", f"5030{refund}", refund, given_back, "0.00", "", "", "糯米蕉", "",
            fee, "0.60%", amount, given_back, "",
        )  # fmt: skip
        lines.append(",".join(f"`{cell}" for cell in cells))
    lines += [
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
        "`2,`256.00,`0,`0,`1,`1,`0",
    ]
    return ("\ufeff" + "\r\n".join(lines)).encode()


def account(cast: Cast, provider: str = "ALIPAY") -> MerchantAccount:
    more = {"certificate_serial": "A", "platform_serial": "B"} if provider == "WECHAT" else {}
    return merchant(cast, "ali", provider, app_id="2021", merchant_number="2088", **more)


def paid_of(cast: Cast, into: MerchantAccount, number: int) -> Payment:
    """Return a payment of 128 yuan for a record of its own, paid into an account."""
    record = merchant(cast, f"record-{number}")
    said = {"amount_fen": 12_800, "subject": "册亨糯米蕉", "expires_at": NOW + timedelta(minutes=30)}
    payment = begin(account=cast.officer, said=said, of=record, merchant=into, act=cast.act(cast.officer))
    return take_payment_answer(merchant=into, told=paid_told(payment), heard="MESSAGE", act=door())


def read(cast: Cast, into: MerchantAccount, content: bytes, **changes: Any) -> Statement:
    said: dict[str, Any] = {"file_name": "业务明细.csv", "starts_on": DAY, "last_on": DAY, **changes}
    act = cast.act(said.pop("actor", cast.officer), at=said.pop("at", NEXT))
    return read_statement(merchant=into, content=content, act=act, **said)


def outcomes(statement: Statement) -> list[tuple[Any, ...]]:
    columns = ("row", "kind", "number", "amount_fen", "here_fen", "fee_fen", "outcome")
    return list(statement.lines.order_by("row", "kind", "number").values_list(*columns))


class TestReadStatement:
    def test_of_alipay_finds_each_kind_of_difference(self, cast: Cast) -> None:
        into = account(cast)
        same, less, gone = (paid_of(cast, into, number) for number in (1, 2, 3))
        refund = refund_payment(payment=same, amount_fen=800, reason="破损", act=cast.act(cast.officer))
        told = RefundTold(refund.number, Standing.DONE, same.number, 800, "2088", "R", NOW)
        take_refund_answer(merchant=into, told=told, heard="ANSWER", act=door())
        found = read(
            cast,
            into,
            alipay_bill(
                ("T1", same.number, "交易", "128.00", "", "-0.77"),
                ("T2", less.number, "交易", "127.99", "", "-0.77"),
                ("T1", same.number, "退款", "-8.00", refund.number, "0.00"),
                ("T9", "SOMEBODY-ELSES", "交易", "1.00", "", "0.00"),
            ),
        )
        assert outcomes(found) == [
            (6, "PAYMENT", same.number, 12_800, 12_800, -77, "MATCHED"),
            (7, "PAYMENT", less.number, 12_799, 12_800, -77, "AMOUNT_DIFFERS"),
            (8, "REFUND", refund.number, 800, 800, 0, "MATCHED"),
            (9, "PAYMENT", "SOMEBODY-ELSES", 100, None, 0, "MISSING_HERE"),
            (None, "PAYMENT", gone.number, 12_800, 12_800, 0, "MISSING_THERE"),
        ]
        assert sorted(one.title_zh for one in Finding.objects.all()) == [
            "账单「业务明细.csv」有 1 笔本系统没有",
            "账单「业务明细.csv」有 1 笔金额不符",
            "账单「业务明细.csv」缺少本系统的 1 笔",
        ]

    def test_of_wechat_pay(self, cast: Cast) -> None:
        into = account(cast, "WECHAT")
        same = paid_of(cast, into, 1)
        refund = refund_payment(payment=same, amount_fen=800, reason="破损", act=cast.act(cast.officer))
        told = RefundTold(refund.number, Standing.DONE, same.number, 800, "2088", "R", NOW)
        take_refund_answer(merchant=into, told=told, heard="ANSWER", act=door())
        content = wechat_bill(
            ("4200", same.number, "SUCCESS", "128.00", "", "0.00", "0.77000"),
            ("4200", same.number, "REFUND", "0.00", refund.number, "8.00", "-0.05000"),
        )
        assert outcomes(read(cast, into, content)) == [
            (2, "PAYMENT", same.number, 12_800, 12_800, 77, "MATCHED"),
            (3, "REFUND", refund.number, 800, 800, -5, "MATCHED"),
        ]
        assert Finding.objects.count() == 0

    def test_twice_is_refused(self, cast: Cast) -> None:
        into, content = account(cast), alipay_bill(("T1", "A", "交易", "1.00", "", "0.00"))
        read(cast, into, content)
        with pytest.raises(Refusal) as caught:
            read(cast, into, content)
        assert (caught.value.code, caught.value.details) == ("read_already", {"day": "2020-08-01"})

    @pytest.mark.parametrize(
        ("content", "changes", "code", "row"),
        [
            (alipay_bill(), {"last_on": date(2020, 7, 30)}, "no_days", None),
            (alipay_bill(), {"last_on": date(2020, 11, 1)}, "no_days", None),
            (alipay_bill(), {"at": NOW}, "not_over", None),
            (b"\xff\xfe\x00", {}, "not_text", 0),
            (b"a,b,c\r\n1,2,3\r\n", {}, "no_titles", 0),
            (b"", {}, "no_titles", 0),
            (wechat_bill(), {}, "not_text", 0),
            (alipay_bill(("T1", "A", "交易", "一元", "", "0.00")), {}, "bad_row", 6),
            (alipay_bill(("T1", "A", "交易", "1.001", "", "0.00")), {}, "bad_row", 6),
            (alipay_bill(("T1", "", "交易", "1.00", "", "0.00")), {}, "bad_row", 6),
            (alipay_bill(*[("T1", "A", "交易", "1.00", "", "0.00")] * 2), {}, "row_twice", 7),
            (
                alipay_bill(("T1", "A", "交易", "1.00", "", "0.00")),
                {"starts_on": date(2020, 7, 30), "last_on": date(2020, 7, 30)}, "outside_days", 6,
            ),
        ],
    )  # fmt: skip
    def test_refuses(
        self, cast: Cast, content: bytes, changes: dict[str, Any], code: str, row: int | None
    ) -> None:
        into = account(cast)
        with pytest.raises(Refusal) as caught:
            read(cast, into, content, **changes)
        assert (caught.value.code, caught.value.details.get("row")) == (code, row)
        assert Statement.objects.count() == 0

    def test_an_empty_day_shows_what_is_missing_there(self, cast: Cast) -> None:
        into = account(cast)
        payment = paid_of(cast, into, 1)
        assert outcomes(read(cast, into, alipay_bill())) == [
            (None, "PAYMENT", payment.number, 12_800, 12_800, 0, "MISSING_THERE")
        ]

    def test_test_pay_has_none(self, cast: Cast) -> None:
        with pytest.raises(Refusal) as caught:
            read(cast, merchant(cast), alipay_bill())
        assert caught.value.code == "no_bills"

    def test_only_an_accountant(self, cast: Cast) -> None:
        into = account(cast)
        for actor in (cast.clerk, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                read(cast, into, alipay_bill(), actor=actor)

    def test_ten_thousand_lines_are_one_statement_each_way(
        self, cast: Cast, django_assert_max_num_queries: Any
    ) -> None:
        into = account(cast)
        content = alipay_bill(*((f"T{n}", f"N{n}", "交易", "1.00", "", "0.00") for n in range(10_000)))
        with django_assert_max_num_queries(40):
            found = read(cast, into, content)
        assert found.lines.count() == 10_000
