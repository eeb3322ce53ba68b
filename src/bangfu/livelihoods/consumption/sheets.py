"""The exports of platforms 平台订单: their columns as the platforms call them, and what they would count."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, WayBack
from bangfu.foundation.intake.posting import facts_to_come, none_to_come
from bangfu.foundation.places.queries import memberships
from bangfu.foundation.rooms import both
from bangfu.livelihoods.consumption.judging import judged
from bangfu.livelihoods.consumption.measures import KEPT, PAID
from bangfu.livelihoods.consumption.models import Platform
from bangfu.livelihoods.consumption.operations import undoing
from bangfu.livelihoods.consumption.operations.importing import import_jd, import_p832, import_taobao
from bangfu.livelihoods.consumption.operations.storing import lock_platform
from bangfu.livelihoods.shop.neighbours import ASSISTED, HELPED_TO_SELL, PAYER_WORDS, PURCHASED

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

Aliases = tuple[str, ...]


def _amount(
    name: str, zh: str, en: str, *, aliases: Aliases = (), required: bool = False, example: str = ""
) -> Column:
    return Column(
        name,
        both(zh, en),
        ColumnKind.DECIMAL,
        required=required,
        decimals=2,
        lowest=0,
        aliases=aliases,
        example=example,
    )


def _day(
    name: str, zh: str, en: str, *, aliases: Aliases = (), required: bool = False, example: str = ""
) -> Column:
    return Column(
        name, both(zh, en), ColumnKind.DATE, required=required, past=True, aliases=aliases, example=example
    )


def _code(
    name: str, zh: str, en: str, *, aliases: Aliases = (), required: bool = False, example: str = ""
) -> Column:
    return Column(
        name, both(zh, en), ColumnKind.CODE, required=required, longest=60, aliases=aliases, example=example
    )


def _text(
    name: str, zh: str, en: str, *, aliases: Aliases = (), required: bool = False, example: str = ""
) -> Column:
    return Column(name, both(zh, en), required=required, longest=200, aliases=aliases, example=example)


PAYER = Column(
    "payer",
    both("付款方", "Payer"),
    ColumnKind.CHOICE,
    required=False,
    choices=tuple(PAYER_WORDS.items()),
    note=both(
        "平台导出里没有这一列：只在不能由平台看出谁付款时加上。本公司及其工会、食堂、子公司、职工买的是购买，其余是帮助销售。",
        "Platforms do not export it: add it where the platform does not tell who pays. What the company, its union, canteens,"
        " subsidiaries and staff buy is bought; everything else is helped to sell.",
    ),
)
INVOICE = (
    _code("invoice_code", "发票代码", "Invoice code"),
    _code("invoice_number", "发票号码", "Invoice number", aliases=("发票号",)),
    _code("invoice_line", "发票行号", "Line of the invoice"),
)
APART = Column(
    "apart",
    both("另一笔的说明", "Why it is another"),
    required=False,
    longest=300,
    note=both(
        "只在同县、同日、同额已有报送记录、而这确是另一笔时加上。",
        "Only where the same county, day and sum was reported by hand, and this is another sale.",
    ),
)
COMMON = (PAYER, *INVOICE, APART)
PROVINCE = Column(
    "province",
    both("收货省份", "Province it goes to"),
    ColumnKind.PLACE,
    required=False,
    aliases=("收货人省份", "省份", "省"),
)

JD_COLUMNS = (
    _code("order_no", "订单号", "Order", required=True, aliases=("订单编号",), example="120345678901"),
    _code("line_no", "订单行号", "Line"),
    _code(
        "product_no",
        "商品ID",
        "Product number",
        required=True,
        aliases=("SKU", "SKUID", "商品编号"),
        example="100012043978",
    ),
    _text("title", "商品名称", "Product", required=True, example="册亨糯米蕉 5斤装"),
    _amount("quantity", "订购数量", "Quantity", required=True, aliases=("商品数量", "数量"), example="2"),
    _amount("price_yuan", "京东价", "Price (yuan)", aliases=("单价", "商品单价"), example="39.90"),
    _amount(
        "paid_yuan",
        "应付金额",
        "Sum to pay (yuan)",
        required=True,
        aliases=("实付金额", "用户应付金额"),
        example="79.80",
    ),
    _amount("balance_yuan", "余额支付", "Paid from the balance (yuan)", aliases=("余额",), example="0.00"),
    _text("status", "订单状态", "State", required=True, example="完成"),
    _day("ordered_on", "下单时间", "Ordered at", required=True, example="2020-05-17"),
    _day(
        "paid_on",
        "付款确认时间",
        "Paid at",
        aliases=("付款时间", "支付时间"),
        example="2020-05-17",
    ),
    _text("refund_yuan", "退款金额", "Refund (yuan)", aliases=("实退金额", "售后退款金额")),
    _day("refunded_on", "退款时间", "Refunded at", aliases=("退款完成时间", "退款成功时间")),
    _text("shop", "店铺名称", "Shop", aliases=("店铺",)),
    _text("buyer", "发票抬头", "Invoiced to"),
    PROVINCE,
    *COMMON,
)
TAOBAO_COLUMNS = (
    _code("order_no", "主订单编号", "Order", required=True, aliases=("订单编号", "父订单编号"), example="1034567890123456789"),
    _code("line_no", "子订单编号", "Line", required=True, aliases=("子订单号",), example="1034567890124456789"),
    _code("product_no", "商品ID", "Product number", aliases=("宝贝ID", "商品id"), example="612345678901"),
    _text("title", "商品标题", "Product", required=True, aliases=("标题", "宝贝标题", "商品名称"), example="沽源藜麦米 2.5kg"),
    _amount("quantity", "购买数量", "Quantity", required=True, aliases=("数量", "宝贝总数量"), example="1"),
    _amount("price_yuan", "商品价格", "Price (yuan)", aliases=("价格", "单价"), example="88.00"),
    _amount(
        "paid_yuan", "买家实付金额", "Paid (yuan)", example="88.00",
        aliases=("买家实际支付金额", "实付金额"),
    ),
    _amount("due_yuan", "买家应付货款", "Due for goods (yuan)", example="88.00"),
    _text("status", "订单状态", "State", required=True, example="交易成功"),
    _day("ordered_on", "订单创建时间", "Ordered at", aliases=("创建时间", "下单时间"), example="2020-05-17"),
    _day("paid_on", "订单付款时间", "Paid at", aliases=("付款时间",), example="2020-05-17"),
    _text("refund_status", "退款状态", "State of the refund"),
    _text("refund_yuan", "退款金额", "Refund (yuan)"),
    _day("refunded_on", "退款时间", "Refunded at", aliases=("退款完成时间", "退款完结时间")),
    _text("shop", "店铺名称", "Shop", aliases=("店铺",)),
    _text("buyer", "发票抬头", "Invoiced to"),
    PROVINCE,
    *COMMON,
)  # fmt: skip
P832_COLUMNS = (
    _code("order_no", "订单编号", "Order", required=True, aliases=("订单号",), example="8322020051700012"),
    _code("line_no", "子订单编号", "Line", aliases=("订单行号",)),
    _code("product_no", "商品编号", "Product number", aliases=("商品编码", "商品ID"), example="P52232700017"),
    _text("title", "商品名称", "Product", required=True, aliases=("产品名称",), example="册亨糯米蕉"),
    _amount("quantity", "采购数量", "Quantity", required=True, aliases=("数量", "商品数量"), example="200"),
    _amount("price_yuan", "单价", "Price (yuan)", aliases=("商品单价",), example="6.80"),
    _amount(
        "paid_yuan", "实付金额", "Paid (yuan)", aliases=("支付金额", "成交金额"), example="1360.00"
    ),
    _amount("due_yuan", "订单金额", "Sum of the order (yuan)"),
    _text("status", "订单状态", "State", required=True, aliases=("状态",), example="已完成"),
    _day("ordered_on", "下单时间", "Ordered at", aliases=("创建时间",), example="2020-05-12"),
    _day("paid_on", "支付时间", "Paid at", aliases=("付款时间",), example="2020-05-17"),
    _text("refund_yuan", "退款金额", "Refund (yuan)"),
    _day("refunded_on", "退款时间", "Refunded at", aliases=("退款完成时间",)),
    _text("shop", "供应商名称", "Supplier", aliases=("供应商",), example="册亨示例糯米蕉合作社"),
    _text("buyer", "采购单位", "Buyer", required=True, aliases=("采购人", "采购单位名称"), example="贵州省分公司食堂"),
    PROVINCE,
    *COMMON,
)  # fmt: skip


def posts(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """Return what each row counts once it is verified: paid, kept, and bought or helped to sell, never both."""
    col = polars.col
    known = memberships(ASSISTED).filter(place_id__in=frame["place"].unique().to_list())
    assisted = list(known.order_by().values_list("place_id", flat=True))
    paid = frame.filter(col("pay_fen").is_not_null()).with_columns(on="paid_on", yuan=col("pay_fen"))
    back = frame.filter(col("give_fen") > 0).with_columns(on="refunded_on", yuan=-col("give_fen"))
    found = [none_to_come()]
    for rows, measures in ((paid, (PAID, KEPT)), (back, (KEPT,))):
        counted = rows.with_columns(yuan=col("yuan").cast(polars.Decimal(20, 4)) / 100)
        ours = counted.filter(col("place").is_in(assisted))
        chosen = [(measure, counted) for measure in measures]
        chosen += [
            (PURCHASED, ours.filter(col("label") == "BOUGHT")),
            (HELPED_TO_SELL, ours.filter(col("label") == "HELPED")),
        ]
        found += [
            facts_to_come(some, measure, on="on", place="place", unit=upload.unit_id, quantity="yuan")
            for measure, some in chosen
        ]
    return polars.concat(found)


def _check(platform: str, frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    return judged(frame, upload, platform)


ABOUT = both(
    "平台导出的原表直接上传：一个订单行一行，认不出的列不读取。收货人、电话、地址不保留，原表导入后销毁。同一行再来不重复计；"
    "后来的表里状态变为已付款或有退款，记为支付或退款，不改动原来的。商品的产地县须先登记。",
    "Upload the platform's export as it is: a row a line of an order; columns that are not known are passed over. Names,"
    " telephones and addresses of receivers are not kept, and the file is destroyed once imported. A line that comes again counts"
    " once; where a later sheet says that it was paid or refunded, a payment or refund is entered and nothing is changed. The"
    " county of each product must be known first.",
)


def way_back_of(platform: str) -> WayBack:
    """Return how an import of a platform's sales is taken back."""
    return WayBack(
        "consumption.entry", lambda _: lock_platform(platform), undoing.withdraw_entries, undoing.withdraw_sales_of,
        undoing.in_the_way,
    )  # fmt: skip


MEASURES = (PAID.code, KEPT.code, PURCHASED.code, HELPED_TO_SELL.code)

JD_SHEET = Layout(
    code="consumption.jd", title=both("京东订单导出", "Orders exported from JD"), about=ABOUT, columns=JD_COLUMNS,
    confirm=import_jd, permission="consumption.import_jd", check=partial(_check, Platform.JD),
    way_back=way_back_of(Platform.JD),
    measures=MEASURES, posts=posts, is_export=True,
)  # fmt: skip
TAOBAO_SHEET = Layout(
    code="consumption.taobao", title=both("淘宝/天猫订单导出", "Orders exported from Taobao and Tmall"), about=ABOUT,
    columns=TAOBAO_COLUMNS, confirm=import_taobao, permission="consumption.import_taobao",
    check=partial(_check, Platform.TAOBAO), way_back=way_back_of(Platform.TAOBAO), measures=MEASURES, posts=posts, is_export=True,
)  # fmt: skip
P832_SHEET = Layout(
    code="consumption.p832", title=both("832 平台订单导出", "Orders exported from the 832 platform"), about=ABOUT,
    columns=P832_COLUMNS, confirm=import_p832, permission="consumption.import_p832",
    check=partial(_check, Platform.P832), way_back=way_back_of(Platform.P832), measures=MEASURES, posts=posts, is_export=True,
)  # fmt: skip
