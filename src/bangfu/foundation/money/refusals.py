"""What money says no to."""

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToOpenBook(Refusal):
    """Codes: ``code_taken``, ``code_form``, ``title_missing``, ``purpose_missing``, ``other_purpose``."""

    sentences = {
        "code_taken": both("代码「{code}」已被使用，请换一个。", "The code {code} is taken; choose another."),
        "code_form": both(
            "代码「{code}」不合格式。科目如 Assets:Bank:Charity，首段是 Assets、Liabilities、Equity、Income 或 Expenses；"
            "基金如 HOPE-2020，只用大写字母、数字和短横。",
            "The code {code} has not the right form. An account is written like Assets:Bank:Charity and begins with Assets,"
            " Liabilities, Equity, Income or Expenses; a fund like HOPE-2020, in capitals, digits and hyphens.",
        ),
        "title_missing": both("请写中文名称和英文名称。", "Give it a name in Chinese and one in English."),
        "purpose_missing": both(
            "请写明基金的用途：限定资金只能用于它。",
            "Say what the fund is for: a restricted fund is spent on that only.",
        ),
        "other_purpose": both(
            "基金「{fund}」限定用于「{account}」，不能改作他用。请另设基金。",
            "The fund {fund} is for {account} alone. Open another fund.",
        ),
    }


class UnableToPostEntry(Refusal):
    """Codes: ``incomplete``, ``nothing_moved``, ``in_future``, ``unknown_account``, ``unknown_fund``, ``unbalanced``,
    ``fund_short``, ``other_purpose``, ``closed_then``, ``posted_meanwhile``."""

    sentences = {
        "incomplete": both("分录缺少「{column}」。", "The entry lacks {column}."),
        "nothing_moved": both("分录的金额不能为零。", "An amount of an entry cannot be zero."),
        "in_future": both(
            "日期 {on} 在今天之后。请改为实际发生的日期。",
            "{on} lies in the future. Enter the day it happened.",
        ),
        "unknown_account": both(
            "本单位账上没有科目「{account}」。请先开设，或核对代码。",
            "The unit's books have no account {account}. Open it first, or check the code.",
        ),
        "unknown_fund": both(
            "本单位没有基金「{fund}」。请核对代码。", "The unit has no fund {fund}. Check the code."
        ),
        "unbalanced": both(
            "分录 {entry} 借贷不平，相差 {difference}。请核对各行金额和所属基金。",
            "Entry {entry} does not balance: {difference} too much. Check the amounts and the fund of each line.",
        ),
        "fund_short": both(
            "基金「{fund}」现有 {held}，不够支出 {wanted}。限定资金不能透支：请先到账，或减少支出。",
            "The fund {fund} holds {held}, not {wanted}. A restricted fund is never overdrawn: wait for the money, or spend"
            " less.",
        ),
        "other_purpose": both(
            "限定基金只能用于它的用途：这笔支出记在了别的科目。请改科目，或从别的资金支出。",
            "A restricted fund is spent on what it is for: this entry spends it on something else. Choose the right account, or"
            " other money.",
        ),
        "closed_then": both(
            "所选科目或基金在该日期尚未开设或已经结束。请核对日期。",
            "An account or fund was not open on that day. Check the date.",
        ),
        "posted_meanwhile": both(
            "刚刚有人登记了同一笔。请刷新后再试。",
            "Somebody has just posted the same entry. Reload and try again.",
        ),
    }


class UnableToEnterVoucher(Refusal):
    """Codes: ``no_number``, ``number_form``, ``number_taken``, ``no_summary``, ``summary_form``, ``one_line``,
    ``too_many_lines``, ``too_large``, ``unknown_unit``, ``too_many_vouchers``, ``no_voucher``."""

    sentences = {
        "no_number": both("请写凭证号。", "Give the voucher's number."),
        "number_form": both(
            "凭证号最多 {most} 个字，只用看得见的字符。请改短。",
            "A voucher's number has {most} signs at most, all of them visible. Shorten it.",
        ),
        "number_taken": both(
            "凭证号「{number}」已经登记过。请换一个号；要改已登记的，先冲正，再用新号登记。",
            "The number {number} is entered already. Take another; to change a voucher reverse it, and enter it anew under"
            " another number.",
        ),
        "no_summary": both("请写摘要：这笔是什么业务。", "Say what the voucher is about."),
        "summary_form": both(
            "摘要最多 {most} 个字，写在一行里。请改短。",
            "What a voucher is about takes {most} signs at most, on one line. Shorten it.",
        ),
        "one_line": both("一张凭证至少有一借一贷两行。", "A voucher has a debit and a credit at least."),
        "too_many_lines": both(
            "一张凭证最多 {most} 行。请分开登记。", "A voucher has {most} lines at most. Enter it in parts."
        ),
        "too_large": both(
            "一行最多 {most} 元（{minor} 分或积分）。请核对金额。",
            "A line is {most} yuan at most ({minor} fen or points). Check the amount.",
        ),
        "unknown_unit": both("没有单位「{unit}」。请核对代码。", "There is no unit {unit}. Check the code."),
        "too_many_vouchers": both(
            "一次最多 {most} 张凭证。请分次发送。", "At most {most} vouchers at once. Send them in parts."
        ),
        "no_voucher": both(
            "这笔分录不是会计登记的凭证，由产生它的业务更正。",
            "No accountant entered this; it is corrected where it came from.",
        ),
    }


class UnableToReverseEntry(Refusal):
    """Codes: ``reversed_already``, ``is_a_reversal``, ``unknown_reason``, ``wrong_day``."""

    sentences = {
        "reversed_already": both("这笔分录已经冲正过。", "This entry has been reversed already."),
        "is_a_reversal": both(
            "冲正分录本身不能再冲正。请重新登记。", "A reversal cannot be reversed. Post again instead."
        ),
        "unknown_reason": both("没有「{reason}」这个冲正原因。", "There is no reason called {reason}."),
        "wrong_day": both(
            "冲正日期须在 {first} 与 {last} 之间。", "A reversal's day lies between {first} and {last}."
        ),
    }


class UnableToEnterBalances(Refusal):
    """Codes: ``entered_already``, ``no_equity``."""

    sentences = {
        "entered_already": both(
            "{unit}的期初余额已经登记过。有误请冲正后重新登记。",
            "The opening balances of {unit} are entered already. Reverse them if they are wrong.",
        ),
        "no_equity": both(
            "账上没有科目「{account}」，期初差额无处记。请先开设。",
            "The books have no account {account} for the opening difference. Open it first.",
        ),
    }


class UnableToCloseFund(Refusal):
    """Codes: ``no_document``, ``closed_already``, ``needed``, ``owes``, ``money_left``, ``other_purpose``."""

    sentences = {
        "no_document": both(
            "请写明关闭的依据（文号或决议）。", "Name the document or resolution that closes it."
        ),
        "closed_already": both(
            "基金「{fund}」已在 {day} 前关闭。", "The fund {fund} was closed before {day}."
        ),
        "needed": both(
            "基金「{fund}」还在用：{needs}。请先办结，再关闭。",
            "The fund {fund} is in use: {needs}. End that first.",
        ),
        "owes": both(
            "基金「{fund}」还有 {owed} 已承诺而未付出。请先发放、退回或作废，再关闭。",
            "The fund {fund} still owes {owed}: pay it, return it or let it lapse before closing.",
        ),
        "money_left": both(
            "基金「{fund}」还结余 {left}。限定资金不能随关闭消失：请继续发放，或选一个同用途的基金接收结余。",
            "The fund {fund} has {left} left, which does not vanish with it: grant it, or choose a fund of the same purpose that"
            " takes it over.",
        ),
        "other_purpose": both(
            "基金「{fund}」不能接收这笔结余：须是同一单位、同一用途、仍开放的限定基金。",
            "The fund {fund} cannot take what is left: it has to be a restricted one of the same unit and purpose, and open.",
        ),
    }
