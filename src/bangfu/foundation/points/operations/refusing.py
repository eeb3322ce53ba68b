"""What points says no to."""

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToSpend(Refusal):
    """Codes: ``nothing``, ``short``, ``unknown_holder``, ``no_rate``, ``too_few``, ``other_spending``."""

    sentences = {
        "nothing": both("积分须是大于零的整数。", "Points are a whole number above zero."),
        "short": both(
            "可用积分 {held}，不够 {wanted}。请减少，或用现金。",
            "{held} points can be spent, not {wanted}. Choose fewer, or pay in cash.",
        ),
        "unknown_holder": both(
            "没有会员「{number}」的积分。请先导入积分批次。",
            "There are no points of member {number}. Import their lots first.",
        ),
        "no_rate": both(
            "{unit}在 {on} 没有积分折现比率。请先登记比率。",
            "{unit} has no rate of points on {on}. Enter one first.",
        ),
        "too_few": both(
            "至少 {least} 积分才能折现。请增加积分。",
            "Fewer than {least} points are not turned into cash. Choose more.",
        ),
        "other_spending": both(
            "编号「{source}」已是另一笔积分使用。请换一个编号。",
            "{source} is another spending already. Use another number.",
        ),
    }


class UnableToGiveBack(Refusal):
    """Codes: ``nothing``, ``above_spent``."""

    sentences = {
        "nothing": both("退回的积分须大于零。", "What is given back is above zero."),
        "above_spent": both(
            "这笔最多还可退回 {left} 积分。", "At most {left} points of this spending can be given back."
        ),
    }


class UnableToLoad(Refusal):
    """Codes: ``no_member``, ``mobile_number``, ``no_lot``, ``nothing``, ``wrong_period``, ``lot_twice``, ``lot_differs``,
    ``holder_elsewhere``, ``loaded_already``, ``digest_differs``, ``empty``."""

    sentences = {
        "no_member": both(
            "第 {row} 行的会员号须为 4 至 40 位大写字母、数字和短横。",
            "Row {row}: a member number has 4 to 40 capitals, digits and hyphens.",
        ),
        "mobile_number": both(
            "第 {row} 行用手机号作会员号。手机号能认出人：请用积分系统自己的会员号。",
            "Row {row} uses a mobile number, which names a person: use the points system's own member number.",
        ),
        "no_lot": both("第 {row} 行没有批次号。", "Row {row} names no lot."),
        "nothing": both("第 {row} 行的积分须大于零。", "Row {row}: points are above zero."),
        "wrong_period": both(
            "第 {row} 行的有效期早于获得日期。请核对日期。",
            "Row {row} ends before it was earned. Check the dates.",
        ),
        "lot_twice": both(
            "第 {row} 行的会员和批次在表里出现过。", "Row {row} repeats a member's lot of the same file."
        ),
        "lot_differs": both(
            "第 {row} 行的批次已导入而内容不同。批次不改写：请核对，差额用新批次。",
            "Row {row}: the lot is here with another content. Lots are not rewritten: check it, and send a difference as a lot"
            " of its own.",
        ),
        "holder_elsewhere": both(
            "第 {row} 行的会员属于另一单位。请由该单位导入。",
            "Row {row}: the member belongs to another unit, which imports it.",
        ),
        "loaded_already": both(
            "这个文件已经导入过（{count} 个批次），没有重复计入。",
            "This file was imported before ({count} lots); nothing was counted again.",
        ),
        "digest_differs": both(
            "内容与所写的摘要不符，没有导入。请重新传送。",
            "The content is not that of the digest; nothing was imported. Send it again.",
        ),
        "empty": both("没有一个批次。", "There is no lot in it."),
    }


class UnableToEnterRate(Refusal):
    """Codes: ``wrong_numbers``, ``no_document``, ``in_past``, ``wrong_period``, ``day_taken``."""

    sentences = {
        "wrong_numbers": both("比率的积分和金额须大于零。", "A rate's points and amount are above zero."),
        "no_document": both("请写比率依据的文件。", "Name the document the rate rests on."),
        "in_past": both(
            "比率不能从过去的日期起生效：已折现的不改。请选今天或以后。",
            "A rate cannot begin in the past: what was turned into cash stays. Choose today or later.",
        ),
        "wrong_period": both("终止日期须在生效日期之后。", "A rate ends after it began."),
        "day_taken": both(
            "{on} 起已有一个比率。请换一个生效日期。",
            "There is a rate from {on} already. Choose another day.",
        ),
    }


class UnableToConfirm(Refusal):
    """Codes: ``nothing_new``, ``one_open``, ``digest_differs``, ``no_reference``, ``taken_already``, ``reference_used``."""

    sentences = {
        "nothing_new": both(
            "没有新的使用或退回需要告知积分系统。", "Nothing was spent or given back since the last file."
        ),
        "one_open": both(
            "文件 {name} 还没有得到积分系统的回执。请先登记回执。",
            "The points system has not answered {name} yet. Enter its answer first.",
        ),
        "digest_differs": both(
            "摘要与 {name} 的不符：积分系统收到的不是这个文件。请重新传送。",
            "The digest is not that of {name}: the points system received another file. Send it again.",
        ),
        "no_reference": both("请写积分系统的受理号。", "Write the points system's reference."),
        "taken_already": both(
            "{name} 已有受理号「{reference}」，不能再登记另一个。",
            "{name} was taken under {reference} already; it is not taken twice.",
        ),
        "reference_used": both(
            "受理号「{reference}」已用于另一个文件。", "The reference {reference} is that of another file."
        ),
    }
