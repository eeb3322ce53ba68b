"""What campaigns say no to."""

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToKeepCharity(Refusal):
    """Codes: ``wrong_code``, ``code_taken``, ``not_described``, ``unknown_kind``, ``wrong_period``."""

    sentences = {
        "unknown_kind": both(
            "请选择组织形式：基金会、社会团体或社会服务机构。",
            "Say what it is: a foundation, an association or a social service organisation.",
        ),
        "wrong_code": both(
            "请写 18 位统一社会信用代码。", "Write the unified social credit code of 18 characters."
        ),
        "code_taken": both("这个慈善组织已经登记。", "This charity is entered already."),
        "not_described": both(
            "请写登记名称、公开募捐资格证书编号和银行账号末几位。",
            "Write its name, the number of its fundraising certificate and the last digits of its bank account.",
        ),
        "wrong_period": both("资格的终止日期须在起始日期之后。", "A qualification ends after it began."),
    }


class UnableToPlan(Refusal):
    """Codes: ``wrong_code``, ``code_taken``, ``not_described``, ``wrong_dates``, ``wrong_sums``, ``wrong_state``,
    ``not_qualified``, ``no_agreement``, ``wrong_fund``, ``no_filing``, ``too_soon``, ``filing_used``, ``no_merchant``,
    ``merchant_of_others``, ``merchant_closed``, ``not_begun``, ``over``, ``elsewhere``, ``reported_already``,
    ``not_disclosed``, ``no_surplus``, ``money_open``, ``drive_with_points``."""

    sentences = {
        "drive_with_points": both(
            "职工募集不收积分：积分是客户的。请去掉“积分折现的企业”，或不勾选职工募集。",
            "A drive among staff takes no points, which are customers'. Leave out who pays for points, or mark it no drive.",
        ),
        "wrong_code": both(
            "代码用大写字母、数字和短横，2 至 40 个。", "A code has 2 to 40 capitals, digits and hyphens."
        ),
        "code_taken": both("代码「{code}」已被使用，请换一个。", "The code {code} is taken; choose another."),
        "not_described": both(
            "请写名称、说明，以及一份捐赠能做什么。",
            "Write the title, what it is about, and what a gift does.",
        ),
        "wrong_dates": both("最后一天不能早于第一天。", "It ends after it began."),
        "wrong_sums": both(
            "目标和起捐金额须大于零，冷静期不能为负。",
            "Goal and least gift are above zero, and the time to take back is not below.",
        ),
        "wrong_state": both(
            "活动目前是“{state}”，不能这样做。", "The campaign is “{state}”, so this cannot be done."
        ),
        "not_qualified": both(
            "{charity}在活动期间没有公开募捐资格。企业不能自行公开募捐：请换一个有资格的慈善组织。",
            "{charity} is not qualified to raise from the public over these dates. A company may not raise by itself: choose a"
            " charity that is.",
        ),
        "no_agreement": both("请写合作协议编号。", "Write the number of the contract with the charity."),
        "wrong_fund": both(
            "基金「{fund}」不能用：须是慈善组织账上的限定基金，期间覆盖活动，且不属于别的活动。",
            "The fund {fund} will not do: it has to be a restricted one in the charity's books, cover the dates, and be no other"
            " campaign's.",
        ),
        "no_filing": both(
            "没有备案号，不能开始。请先登记民政部门的备案。",
            "It cannot open without its filing number. Enter the filing with the civil affairs office first.",
        ),
        "too_soon": both(
            "须在开始前至少 {days} 天备案：最早 {day} 开始。请改开始日期或备案日期。",
            "A filing comes at least {days} days before the first: it can begin on {day}. Change either date.",
        ),
        "filing_used": both(
            "备案号「{filing}」已属于另一个活动。", "The filing {filing} is another campaign's."
        ),
        "no_merchant": both(
            "没有慈善组织自己的收款账户，不能开始。请会计开设。",
            "It cannot open without the charity's own merchant account. An accountant opens one.",
        ),
        "merchant_of_others": both(
            "收款账户「{code}」不是{charity}的。善款不经过企业账户。",
            "The merchant account {code} is not of {charity}. Cash never crosses a company's account.",
        ),
        "merchant_closed": both("收款账户「{code}」已停用。", "The merchant account {code} is closed."),
        "not_begun": both("{day} 才开始。", "It begins on {day}."),
        "over": both("活动期间已过。", "Its dates are over."),
        "elsewhere": both(
            "这个活动在别的平台进行，数字另行报送。",
            "It runs on another platform, and its figures are reported.",
        ),
        "reported_already": both(
            "{measure}在活动期间已有报送「{reference}」。同一元不能计两次：若是另一个活动的，请先登记那个活动，让编号以其代码和“/”开头；否则撤回报送。",
            "{measure} was reported as “{reference}” within these dates, and no yuan counts twice. If it is another campaign's,"
            " enter that one and let the number begin with its code and a slash; otherwise withdraw the report.",
        ),
        "not_disclosed": both(
            "“{duty}”还没有公开。请先登记公开信息。",
            "“{duty}” is not disclosed yet. Enter where it was published.",
        ),
        "no_surplus": both("请写结余如何处理。", "Say what was done with what was left."),
        "money_open": both(
            "还有 {count} 笔捐赠待支付或退回中。请等它们结束。",
            "{count} gifts wait to be paid or given back. Wait until they are.",
        ),
    }


class UnableToDisclose(Refusal):
    """Codes: ``nowhere``, ``in_future``, ``no_note``, ``nothing_to_correct``, ``done_already``."""

    sentences = {
        "nowhere": both("请写公开的网址。", "Write where it was published."),
        "in_future": both("公开日期在今天之后。", "It cannot be published in the future."),
        "no_note": both(
            "更正须附更正说明。", "A correction is published with a note that says what and why."
        ),
        "nothing_to_correct": both(
            "还没有公开过，无可更正。", "Nothing is disclosed that could be corrected."
        ),
        "done_already": both(
            "已经公开过。有错请登记更正。", "It is disclosed already. Enter a correction if it was wrong."
        ),
    }


class UnableToGive(Refusal):
    """Codes: ``not_open``, ``outside_dates``, ``below_least``, ``no_points``, ``unknown_holder``, ``short``, ``too_few``,
    ``nothing``, ``other_gift``, ``wrong_sum``, ``no_rate``, ``file_taken``, ``empty``, ``unknown_campaign``, ``out_of_scope``,
    ``bad_key``, ``staff_alone``."""

    sentences = {
        "staff_alone": both(
            "「{campaign}」只在职工中募集，不面向社会。请职工登录后捐款。",
            "{campaign} is a drive among staff and takes nothing from the public. Staff sign in and give.",
        ),
        "not_open": both(
            "活动「{campaign}」没有开放募捐，没有收取。",
            "{campaign} is not open for gifts; nothing was taken.",
        ),
        "outside_dates": both("捐赠日期不在活动期间。", "The day of the gift lies outside the campaign."),
        "below_least": both("每笔至少 {least} 元。", "A gift is {least} yuan at least."),
        "no_points": both("这个活动不收积分。请用现金。", "This campaign takes no points. Give cash."),
        "unknown_holder": both(
            "没有这个会员的积分。请从积分系统进入。",
            "There are no points of this member. Enter from the points system.",
        ),
        "short": both(
            "可用积分 {held}，不够。没有扣除。",
            "{held} points can be spent, which is too few; none were taken.",
        ),
        "too_few": both("积分太少，不能折现。", "Too few points to be turned into cash."),
        "nothing": both("请写捐多少积分。", "Say how many points to give."),
        "other_gift": both("这个编号已是另一笔捐赠。", "This number is that of another gift."),
        "wrong_sum": both("请写金额，到分为止。", "Write a sum, in whole fen."),
        "no_rate": both("今天没有积分折现比率。", "There is no rate of points today."),
        "file_taken": both(
            "这个文件已于 {day} 导入，没有重复计入。",
            "This file was brought on {day}; nothing counted again.",
        ),
        "empty": both("文件里没有捐赠。", "There is no gift in the file."),
        "unknown_campaign": both(
            "没有这个活动。请从活动页面进入。", "There is no such campaign. Enter from its page."
        ),
        "out_of_scope": both("此处不能为这个活动收取捐赠。", "Gifts to this campaign are not taken here."),
        "bad_key": both("请求号须有 1 到 48 个可见字符。", "A request key has 1 to 48 visible characters."),
    }


class UnableToTakeBack(Refusal):
    """Codes: ``too_late``, ``wrong_state``, ``is_match``, ``spent``, ``no_reason``."""

    sentences = {
        "too_late": both(
            "冷静期已过（{hours} 小时）。确需退回请联系主办单位。",
            "The {hours} hours to take a gift back are over. Ask whoever runs the campaign.",
        ),
        "wrong_state": both(
            "这笔捐赠目前是“{state}”，不能退回。", "The gift is “{state}”, so it cannot be given back."
        ),
        "is_match": both(
            "配捐随原捐赠退回。", "A matching gift goes back with the gift that it was added to."
        ),
        "no_reason": both("请写退回的原因。", "Say why it is given back."),
    }


class UnableToMatch(Refusal):
    """Codes: ``wrong_sums``, ``no_document``, ``wrong_dates``, ``day_taken``, ``wrong_state``."""

    sentences = {
        "wrong_sums": both("配捐比例和上限须大于零。", "Ratio and cap are above zero."),
        "no_document": both("请写批准配捐的文件。", "Name the document that approves it."),
        "wrong_dates": both("期间须在活动之内。", "Its dates lie within the campaign."),
        "day_taken": both("同期已有配捐。", "There is matching over these days already."),
        "wrong_state": both("活动已结束。", "The campaign is over."),
    }


class UnableToPledge(Refusal):
    """Codes: ``wrong_sum``, ``wrong_day``, ``not_open``, ``ended_already``, ``nothing_to_pay``."""

    sentences = {
        "wrong_sum": both("每月至少 {least} 元。", "It is {least} yuan a month at least."),
        "wrong_day": both("每月的日子是 1 至 28。", "The day of the month is 1 to 28."),
        "not_open": both("活动没有开放募捐。", "The campaign is not open for gifts."),
        "ended_already": both("月捐已经停止。", "The pledge has ended already."),
        "nothing_to_pay": both(
            "现在没有没付成的月捐；到日子会有新的支付页面。",
            "No monthly gift is unpaid now; the next day brings another page to pay at.",
        ),
    }


class UnableToIssue(Refusal):
    """Codes: ``no_series``, ``used_up``, ``not_received``, ``of_points``, ``issued_already``, ``voided_already``,
    ``is_a_reversal``, ``no_reason``, ``no_payer``, ``wrong_code``, ``wrong_series``, ``series_taken``."""

    sentences = {
        "no_series": both(
            "{charity}没有可用的票据号段。", "{charity} has no numbers of receipts left to use."
        ),
        "used_up": both(
            "号段「{code}」已用完。请登记新的号段。", "The series {code} is used up. Enter another."
        ),
        "not_received": both("捐款还没有收到，不能开票。", "No receipt before the money is there."),
        "of_points": both(
            "积分由企业折现捐出，票据开给企业：在银行流水上开。",
            "For points the company is the donor: its receipt is issued on its line of the bank.",
        ),
        "issued_already": both(
            "已开票据 {number}。有误请先作废。", "Receipt {number} is issued. Void it first."
        ),
        "voided_already": both("这张票据已经作废。", "This receipt is void already."),
        "is_a_reversal": both("红字票据不能再作废。", "A reversal cannot be voided."),
        "no_reason": both("请写作废原因。", "Say why it is voided."),
        "no_payer": both("请写交款单位。", "Name the organisation that paid."),
        "wrong_code": both(
            "统一社会信用代码是 18 位数字和大写字母。请对照营业执照；不知道可不填。",
            "A unified social credit code has 18 digits and capitals. Compare it with the licence, or leave it empty.",
        ),
        "wrong_series": both("号段的起止不对。", "First and last number do not fit."),
        "series_taken": both("票据代码「{code}」已登记。", "The code {code} is entered already."),
    }


class UnableToReadBank(Refusal):
    """Codes: ``read_already``, ``not_text``, ``no_titles``, ``bad_row``, ``empty``, ``matched_already``, ``wrong_meaning``,
    ``no_campaign``, ``serial_twice``, ``serial_differs``,
    ``nothing_owed``, ``nothing_in_wallet``, ``no_remark``, ``other_charity``, ``not_matched``,
    ``no_reason``, ``has_receipt``, ``gift_went_back``."""

    sentences = {
        "not_matched": both("这笔流水还没有认领。", "This line is not matched yet."),
        "no_reason": both("请写撤销认领的原因。", "Say why the match is taken back."),
        "has_receipt": both(
            "这笔已开票据。请先作废票据，再撤销认领。", "A receipt was issued for it. Void the receipt first."
        ),
        "gift_went_back": both(
            "这笔捐赠已退回捐赠人，不能撤销认领。", "This gift went back to the giver; its match stays."
        ),
        "read_already": both(
            "这份流水已于 {day} 读入，没有重复入账。",
            "This statement was read on {day}; nothing was booked again.",
        ),
        "not_text": both("文件须是 UTF-8 或 GB18030 的 CSV。", "The file has to be CSV in UTF-8 or GB18030."),
        "no_titles": both(
            "找不到列名。须有交易日期、流水号、收入金额，可有对方户名、摘要。",
            "Titles are missing: 交易日期, 流水号 and 收入金额 are needed; 对方户名 and 摘要 may be there.",
        ),
        "bad_row": both("第 {row} 行读不懂：{column}。", "Row {row} cannot be read: {column}."),
        "empty": both("没有一笔收入。", "There is no credit in it."),
        "matched_already": both("这笔流水已经认领。", "This line is matched already."),
        "wrong_meaning": both("请选认领为什么。", "Say what the line is."),
        "no_campaign": both("请选是哪个活动的钱。", "Choose the campaign whose money it is."),
        "serial_twice": both(
            "流水号 {serial} 在文件里出现两次，日期或金额不同。请向银行核对后再读入。",
            "The serial {serial} stands twice in the file, of two days or sums. Ask the bank, and read it again.",
        ),
        "serial_differs": both(
            "流水号 {serial} 以前读过：{day}，{sum} 元，和这份文件不同。请向银行核对后再读入。",
            "The serial {serial} was read before, of {day} and {sum} yuan, which is not what this file says. Ask the bank, and"
            " read it again.",
        ),
        "nothing_owed": both(
            "{campaign}的应收只有 {owed} 元，少于这笔 {paid} 元。请核对是哪个活动。",
            "{campaign} is owed {owed} yuan, less than the {paid} of this line. Check which campaign it is for.",
        ),
        "nothing_in_wallet": both(
            "{campaign}在支付渠道待结算的只有 {held} 元，少于这笔 {paid} 元。请核对是哪个活动。",
            "Providers hold {held} yuan of {campaign}, less than the {paid} of this line. Check which campaign it is for.",
        ),
        "no_remark": both("请写为什么与募捐无关。", "Say why it is no gift."),
        "other_charity": both("这个活动不是该慈善组织的。", "This campaign is not of this charity."),
    }
