"""What the tests of this room have in common: exports as platforms write them, products with their counties, facts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.intake.queries import preview
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.livelihoods.consumption.models import Good
from bangfu.livelihoods.consumption.operations import GoodDetails, note_origins, verify_entries
from tests.cast import CEHENG, GUYUAN, NOW, Cast

BANANA, QUINOA = "册亨糯米蕉 5斤装", "沽源藜麦米 2.5kg"
Row = Mapping[str, Any]

JD: dict[str, Any] = {
    "订单号": "120345678901", "商品ID": "100012043978", "商品名称": BANANA, "订购数量": "2", "支付方式": "在线支付",
    "下单时间": "2020-05-17 20:31:02", "京东价": "39.90", "订单金额": "79.80", "应付金额": "79.80", "订单状态": "完成",
    "下单帐号": "jd_5a2b", "客户姓名": "示例客户", "客户地址": "示例省示例路1号", "联系电话": "13000000000",
    "付款确认时间": "2020-05-17 20:31:44",
}  # fmt: skip
"""A row of JD's export, receivers included."""
TAOBAO: dict[str, Any] = {
    "子订单编号": "1034567890124456789", "主订单编号": "1034567890123456789", "商品标题": QUINOA, "商品价格": "88.00",
    "购买数量": "1", "商品属性": "2.5kg", "订单状态": "交易成功", "商家编码": "", "买家实付金额": "88.00",
    "退款状态": "没有申请退款", "退款金额": "无退款申请", "订单创建时间": "2020-05-17 20:15:09",
    "订单付款时间": "2020-05-17 20:16:40", "商品ID": "612345678901",
}  # fmt: skip
"""A row of Tmall's export of lines."""
P832: dict[str, Any] = {
    "订单编号": "8322020051700012", "商品编号": "P52232700017", "商品名称": "册亨糯米蕉", "采购数量": "200", "单价": "6.80",
    "实付金额": "1360.00", "订单状态": "已完成", "下单时间": "2020-05-12 10:02:33", "支付时间": "2020-05-17 09:40:00",
    "供应商名称": "册亨示例糯米蕉合作社", "采购单位": "贵州省分公司食堂", "收货人": "示例", "收货电话": "13000000001",
}  # fmt: skip
"""A row of the 832 platform's export."""


def export(rows: Sequence[Row]) -> bytes:
    """Return rows as the CSV file of a platform, in GBK as they write it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


def received(
    cast: Cast, layout: Layout, rows: Sequence[Row], *, name: str = "订单.csv", by: Account | None = None,
    unit: Unit | None = None, content: bytes | None = None,
) -> Upload:  # fmt: skip
    """Upload an export."""
    return receive_upload(
        layout=layout.code, unit=unit or cast.guizhou, name=name, content=content or export(rows),
        act=cast.act(by or cast.clerk),
    )  # fmt: skip


def known(cast: Cast) -> list[Good]:
    """Note from where the products of the examples come."""
    ceheng, guyuan = Place.objects.get(pk=CEHENG), Place.objects.get(pk=GUYUAN)
    goods = [
        GoodDetails("JD", BANANA, ceheng, "商品页产地", "100012043978"),
        GoodDetails("JD", QUINOA, guyuan, "商品页产地", "100012043979"),
        GoodDetails("TAOBAO", QUINOA, guyuan, "商品页产地", "612345678901"),
        GoodDetails("P832", "册亨糯米蕉", ceheng, "供应商登记地", "P52232700017"),
    ]
    return note_origins(goods=goods, unit=cast.group, act=cast.act(cast.officer))


def said_of(upload: Upload) -> list[tuple[int, str | None, str]]:
    """Return the rows that are refused, each with its column and the beginning of the sentence."""
    return [(one.row, one.column, one.sentence.zh[:12]) for one in preview(upload).checked.refusals]


def verified(cast: Cast, paper: Batch, *, at: datetime = NOW) -> Batch:
    """Look at a paper's sample and verify it."""
    act = cast.act(cast.verifier, at=at)
    sample = draw_sample(batch=paper, act=act)
    look_at(batch=paper, records=[one.record_id for one in sample.records.all()], act=act)
    return verify_entries(batch=paper, act=act)


def paper_of(upload: Upload) -> Batch:
    """Return the paper on which an import was submitted."""
    upload.refresh_from_db()
    assert upload.outcome is not None
    return Batch.objects.get(pk=upload.outcome["batch"])


def facts() -> list[tuple[str, Decimal, int, str]]:
    """Return what is counted: measure, quantity, place, day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, quantity, place_id, happened_on::text FROM ledger_fact"
            " JOIN ledger_cataloguemeasure measure ON measure.id = measure_id ORDER BY ledger_fact.id"
        )
        return cursor.fetchall()


TABLES = (
    "consumption_good", "consumption_sale", "consumption_entry", "consumption_agreement", "consumption_settlement",
    "consumption_delivery", "consumption_goodsreturn", "consumption_choice", "consumption_scheme", "review_batch",
    "review_reviewevent", "evidence_attachment", "ledger_fact", "operations_auditentry",
)  # fmt: skip


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> Refusal:
    """Make sure that a call is refused with a code and a whole sentence, and wrote nothing; return the refusal."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert "{" not in refused.value.sentence.zh + refused.value.sentence.en
    assert counts() == before
    return refused.value
