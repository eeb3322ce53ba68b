"""The sheet of receipts of a fair's stalls 展销会收据: a row a product of a receipt."""

from __future__ import annotations

from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout
from bangfu.foundation.rooms import both
from bangfu.livelihoods.consumption.judging_fairs import judged_at_fairs
from bangfu.livelihoods.consumption.models import Platform
from bangfu.livelihoods.consumption.operations.importing import import_receipts
from bangfu.livelihoods.consumption.sheets import APART, INVOICE, MEASURES, posts, way_back_of
from bangfu.livelihoods.shop.neighbours import PAYER_WORDS

COLUMNS = (
    Column("fair", both("展销会编号", "Fair"), ColumnKind.CODE, longest=30, example="ZX-2020-05"),
    Column("stall", both("展位号", "Stall"), ColumnKind.CODE, longest=10, example="A01"),
    Column("receipt", both("收据号", "Receipt"), ColumnKind.CODE, longest=40, example="0001"),
    Column("title", both("商品", "Product"), example="册亨糯米蕉"),
    Column("quantity", both("数量", "Quantity"), ColumnKind.DECIMAL, decimals=3, example="5"),
    Column("paid_yuan", both("金额（元）", "Amount (yuan)"), ColumnKind.DECIMAL, decimals=2, example="34.00"),
    Column("paid_on", both("日期", "Day"), ColumnKind.DATE, past=True, example="2020-05-17"),
    Column(
        "payer",
        both("付款方", "Payer"),
        ColumnKind.CHOICE,
        choices=tuple(PAYER_WORDS.items()),
        example="社会公众",
        note=both(
            "本公司、工会、食堂、子公司、职工集中选购的计为购买，其余计为帮助销售。",
            "What the company, its union, canteens, subsidiaries and staff buy is bought; everything else is helped to sell.",
        ),
    ),
    *INVOICE,
    APART,
    Column(
        "evidence",
        both("凭证文件", "Evidence file"),
        ColumnKind.EVIDENCE,
        example="收据0001.jpg",
        note=both(
            "收据的照片或扫描件，与表格一起上传的压缩包里的文件名。",
            "The receipt as a photograph or scan, by its name in the zip.",
        ),
    ),
)
ABOUT = both(
    "一张收据的一个商品一行。展销会、展位和商品先在展销会的页面登记。收据号在同一展位内不重复；同一行再来不重复计。",
    "A row a product of a receipt. The fair, its stalls and products are entered on the fair's page first. Receipts are numbered"
    " within a stall; a row that comes again counts once.",
)
FAIR_SHEET = Layout(
    code="consumption.receipts", title=both("展销会收据", "Receipts of a fair"), about=ABOUT, columns=COLUMNS,
    confirm=import_receipts, permission="consumption.import_receipts", check=judged_at_fairs,
    way_back=way_back_of(Platform.FAIR), measures=MEASURES, posts=posts,
)  # fmt: skip
