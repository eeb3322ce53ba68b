"""Papers of agreements: the agreement, an order and a delivery note, each by itself, to the fen, with places to stamp."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from bangfu.foundation.rooms import marks
from bangfu.livelihoods import papers as wing
from bangfu.livelihoods.consumption.operations import close_return, open_return
from tests.cast import Cast
from tests.livelihoods.consumption.test_agreements import agreed, delivered, ordered, settling
from tests.livelihoods.projects.test_pages import client_of


def words(content: bytes) -> str:
    """Return what a PDF says, without spaces."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.django_db
class TestPapers:
    def test_each_stands_by_itself(self, cast: Cast) -> None:
        """60.5 of rice at 7.20 and 10 of quinoa at 30.00, of which one goes back: 705.60 are left to pay."""
        agreement = agreed(cast)
        order = ordered(cast, agreement)
        delivery = delivered(cast, order)
        client = client_of("weilan")
        line = delivery.lines.order_by("pk").last()
        assert line is not None
        back = open_return(
            line=line, quantity=Decimal(1), reason="破袋", on=date(2020, 3, 6), act=cast.act(cast.clerk)
        )
        waiting = words(client.get(f"/consumption/deliveries/{delivery.pk}.pdf").content)
        assert "未了结的退货1笔" in waiting
        assert "735.60" in waiting
        close_return(goods_return=back, outcome="CREDITED", on=date(2020, 3, 7), act=cast.act(cast.clerk))
        settling(cast, agreement, delivery, fen=70_560)()
        for address, said in (
            (f"agreements/{agreement.pk}.pdf", ("框架协议ST-2020", "册亨示例合作社", "合同〔2020〕1号", "100,000.00", "705.60",
                                                "采购单位（签章）", "供应商（签章）", "日期")),
            (f"orders/{order.pk}.pdf", ("订单DD-1", "册亨糯米", "720.00", "300.00", "1,020.00", "供应商（签章）")),
            (f"deliveries/{delivery.pk}.pdf", ("送货单SH-1", "60.5", "435.60", "270.00", "705.60", "验收人（签字）")),
        ):  # fmt: skip
            answer = client.get(f"/consumption/{address}")
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
            text = words(answer.content)
            assert [one for one in said if one not in text] == [], address
            assert client_of("linyi").get(f"/consumption/{address}").status_code == 403
        page = client.get(f"/consumption/agreements/{agreement.pk}/").content.decode()
        assert [one for one in (agreement.pk, order.pk, delivery.pk) if f"/{one}.pdf" not in page] == []

    def test_the_mark_of_the_example_travels(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        order = ordered(cast, agreed(cast))
        delivery = delivered(cast, order)
        printed: list[dict[str, Any]] = []

        def printing(template: object, values: dict[str, Any], *, is_tagged: bool) -> bytes:
            printed.append(values)
            return b"%PDF-"

        monkeypatch.setattr(marks, "_asked", [lambda: True])
        monkeypatch.setattr(wing, "typeset", printing)
        client = client_of("weilan")
        for address in (
            f"agreements/{order.agreement_id}", f"orders/{order.pk}", f"deliveries/{delivery.pk}",
        ):  # fmt: skip
            assert client.get(f"/consumption/{address}.pdf").status_code == 200
        assert ["示例数据" in one["example"] for one in printed] == [True, True, True]


def test_a_long_paper_is_small() -> None:
    """Two thousand lines are some 160 kB: beyond a few hundred lines cells bear no tags."""
    row = [
        "货款",
        "DD0000000001",
        "沽源藜麦 1 千克装",
        "2",
        "119.60",
        "0.00",
        "5.98",
        "0.72",
        "8.00",
        "0.00",
        "104.90",
    ]
    columns = [str(number) for number in range(len(row))]

    def printed(count: int) -> bytes:
        part = wing.Part("", columns, [row] * count, numbers_from=3, wide=(2,))
        return wing.Paper(title="结算单", about="", parts=[part]).pdf()

    assert len(printed(2_000)) < 400_000
    assert b"/StructTreeRoot" in printed(20)
    assert b"/StructTreeRoot" not in printed(2_000)
