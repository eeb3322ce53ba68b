"""Why a sale outside the shop cannot be brought, in words."""

from __future__ import annotations

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToBring(Refusal):
    """Codes: ``unknown_status``, ``quantity``, ``paid_missing``, ``day_missing``, ``too_early``, ``refund_too_much``,
    ``refund_missing``, ``refund_unread``, ``unknown_good``, ``payer_missing``, ``twice_in_sheet``, ``counted_elsewhere``,
    ``says_otherwise``, ``refund_shrank``, ``invoice_taken``, ``invoice_twice``, ``in_own_shop``, ``reported_reference``,
    ``reported_alike``, ``identity_number``, ``unknown_stall``, ``unknown_exhibit``, ``other_unit``,
    ``outside_fair``, ``amount``, ``no_lines``, ``receipt_missing``, ``evidence_missing``, ``brought_meanwhile``."""

    sentences = {
        "unknown_status": both(
            "不认识订单状态「{status}」。请改为待付款、已付款、已完成或已取消。",
            "The state {status} is not known. Write 待付款, 已付款, 已完成 or 已取消 (awaiting payment, paid, done, cancelled).",
        ),
        "quantity": both("数量须大于零。", "The quantity must be above zero."),
        "paid_missing": both(
            "订单已付款，但没有实付金额。请补上。", "The order is paid, but its sum is missing. Add it."
        ),
        "day_missing": both(
            "订单已付款，但没有付款时间。请在导出时勾选付款时间。",
            "The order is paid, but the day of payment is missing. Export it with the time of payment.",
        ),
        "too_early": both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year."),
        "refund_too_much": both(
            "退款 {refund} 元大于实付 {paid} 元。请核对。",
            "The refund of {refund} yuan exceeds the {paid} yuan that were paid. Check both.",
        ),
        "refund_missing": both(
            "订单付款后关闭，但没有退款金额。请补上退款金额；没发货、以前也没导入过的，可以不导入这一行。",
            "The order was closed after it was paid, and the refund is missing. Add it; if nothing was sent and the order was"
            " never imported, the row may be left out.",
        ),
        "refund_unread": both(
            "退款金额「{text}」不是金额。没有退款的请留空。", "The refund {text} is no sum. Leave it empty where there is none."
        ),
        "unknown_good": both(
            "还不知道商品「{title}」产自哪个县。请先在“商品产地”页登记，再回到这份上传。",
            "The county from which {title} comes is not known. Enter it on the page “Origins”, then come back to this upload.",
        ),
        "payer_missing": both(
            "无法判断「{buyer}」是谁付款。请加一列“付款方”，填本公司、工会、食堂、子公司、职工集中选购、社会公众或其他单位。",
            "Who pays as “{buyer}” cannot be told. Add a column 付款方 (payer) with one of the kinds of payer.",
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一订单、同一行。请删去一行。",
            "The same line of the same order as row {other}. Delete one.",
        ),
        "counted_elsewhere": both(
            "这一订单行已由{unit}登记，同一笔销售只计一次。如对方误报，请其先撤回。",
            "{unit} has brought this line of the order already, and a sale counts once. If it is wrong have it withdrawn.",
        ),
        "says_otherwise": both(
            "这一订单行已登记，实付 {known} 元，与此处不同。若原来有误，请先撤回那条销售，再导入。",
            "This line of the order is known with {known} yuan paid, which differs. If that was wrong withdraw the sale first.",
        ),
        "refund_shrank": both(
            "这一订单行已登记退款 {known} 元，这里更少。退款有误的，请先撤回那条销售。",
            "{known} yuan of this line are known as refunded, which is more than here. If that was wrong withdraw the sale.",
        ),
        "invoice_taken": both(
            "发票「{invoice}」的这一行已由{unit}用于{platform}「{sale}」，同一行发票只计一次。",
            "This line of the invoice {invoice} stands with {unit} for {platform} {sale}. A line of an invoice counts once.",
        ),
        "invoice_twice": both(
            "与第 {other} 行是同一张发票的同一行。请加“发票行号”，或删去一行。",
            "The same line of the same invoice as row {other}. Add the invoice's line (发票行号), or delete one.",
        ),
        "in_own_shop": both(
            "订单「{order}」已在本系统的商城里计入，不能再导入。",
            "The order {order} counts in the system's own shop and cannot be brought again.",
        ),
        "reported_reference": both(
            "「{reference}」已由{unit}在报送中登记，再计就重复了。请其先撤回那条报送记录。",
            "{reference} is reported by {unit} already and would count twice. Have that reported record withdrawn first.",
        ),
        "reported_alike": both(
            "{unit}已报送同县、同日、同额的一笔（{reference}）。若是同一笔，请其先撤回；若确是另一笔，请在“另一笔的说明”写明。",
            "{unit} reported the same county, day and sum ({reference}). If it is the same sale have that withdrawn; if it is"
            " not, say under “Why it is another” (另一笔的说明) how that is known.",
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。", "This holds an identity number and cannot be entered. Take it out."
        ),
        "unknown_stall": both(
            "没有展销会「{fair}」的展位「{stall}」。请先在展销会页登记展位。",
            "There is no stall {stall} at a fair {fair}. Enter it on the fair’s page first.",
        ),
        "unknown_exhibit": both(
            "展位「{stall}」没有登记商品「{title}」。请先在展销会页登记。",
            "The stall {stall} has no product {title}. Enter it on the fair’s page first.",
        ),
        "other_unit": both(
            "展销会「{fair}」由{unit}主办，由它登记销售。", "The fair {fair} is held by {unit}, which enters its sales."
        ),
        "outside_fair": both(
            "日期不在展期内（{first} 至 {last}）。", "The day lies outside the fair, which runs from {first} to {last}."
        ),
        "amount": both("金额须大于零。", "The amount must be above zero."),
        "no_lines": both("请至少填写一个商品。", "Enter one product at least."),
        "receipt_missing": both("请填写收据号。", "Enter the receipt's number."),
        "evidence_missing": both("请附上收据的照片。", "Attach a photograph of the receipt."),
        "brought_meanwhile": both(
            "刚刚有人登记了同一笔销售或同一张发票。请刷新后核对。",
            "Somebody has just brought the same sale or invoice. Reload and compare.",
        ),
    }  # fmt: skip


class SaleFault(RowFault):
    """Why one row's sale cannot be brought."""

    unable = UnableToBring
