"""What payments, receipts and follow-ups say no to."""

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import Words, both


class UnableToBatch(Refusal):
    """Codes: ``wrong_programme``, ``nobody``, ``reported_already``, ``wrong_state``, ``own_batch``, ``no_remark``,
    ``account_changed``, ``unknown_form``."""

    sentences = {
        "wrong_programme": both(
            "项目目前是“{state}”，还没有核定的助学金可发放。",
            "The programme is “{state}”: nothing is awarded yet.",
        ),
        "nobody": both(
            "没有待发放的助学金。退汇的请先改账号，或选“原账号重发”。",
            "Nothing waits to be paid. Of what came back, correct the account first, or choose to send it again.",
        ),
        "reported_already": both(
            "“{measure}”已由报送记录 {reference} 计入，可能是同一笔。请先撤回那条报送，再制作发放批次。",
            "{measure} is counted by the report {reference} already, which may be the same. Withdraw it before you pay.",
        ),
        "wrong_state": both(
            "批次目前是“{state}”，不能这样做。", "The batch is “{state}”; this cannot be done now."
        ),
        "own_batch": both(
            "制作批次的人不能复核。请由另一人复核。",
            "Whoever made the batch does not approve it. Another person does.",
        ),
        "no_remark": both("请写明撤销的原因。", "Say why it is dropped."),
        "account_changed": both(
            "第 {line} 行的账号在制作批次后改过。请撤销这个批次，重新制作。",
            "The account of line {line} was changed after the batch was made. Drop the batch and make another.",
        ),
        "unknown_form": both("请选 Excel 或 CSV。", "Choose Excel or CSV."),
    }


class UnableToReadResult(Refusal):
    """Codes: ``wrong_state``, ``read_already``, ``not_a_sheet``, ``no_titles``, ``empty``."""

    sentences = {
        "wrong_state": both(
            "批次目前是“{state}”，没有送银行，不能读入结果。",
            "The batch is “{state}”: it is not at the bank.",
        ),
        "read_already": both(
            "这份结果文件已于 {day} 读入批次 {batch}，没有重复入账。",
            "This file was read for the batch {batch} on {day}; nothing was booked again.",
        ),
        "not_a_sheet": both(
            "这不是 Excel（.xlsx）或 CSV 文件。请选银行导出的结果文件。",
            "This is no Excel (.xlsx) or CSV file. Choose the result file that the bank gave.",
        ),
        "no_titles": both(
            "没有找到标题行：至少要有“序号”“金额”“结果”。请用银行导出的结果文件，或在我们给银行的文件上加“结果”一列。",
            "No row of titles: 序号, 金额 and 结果 are needed. Use the bank's result file, or add 结果 to the file we gave.",
        ),
        "empty": both("文件里没有一行结果。", "The file has no line."),
    }


RESULT_REFUSALS: dict[str, Words] = {
    "unknown_line": both("批次里没有这个序号", "No such line in the batch"),
    "other_batch": both("是另一个批次的", "Of another batch"),
    "twice": both("同一序号在文件里出现两次，结果不同或重复", "The same line stands twice in the file"),
    "amount_differs": both("金额与批次不符", "The sum is not the batch's"),
    "account_differs": both("账号与批次不符", "The account is not the batch's"),
    "answered_already": both("这一行已有结果", "Answered already"),
    "bad_result": both("看不懂“结果”：请写成功、失败或退汇", "The result is not 成功, 失败 or 退汇"),
    "bad_day": both(
        "日期缺失、在将来，或早于批次复核", "The day is missing, in the future, or before the approval"
    ),
    "no_serial": both("成功的一行没有银行流水号", "A paid line has no serial number"),
    "serial_known": both("银行流水号已属于另一笔", "The serial number is of another payment"),
    "receipted": both("已有签收，不能再记退汇", "It is receipted and cannot come back"),
    "fund_closed": both("基金已关闭，退汇请由会计处理", "The fund is closed; see the accountant"),
}
"""Why a line of the bank's answer is not taken, by code."""


class UnableToReturn(Refusal):
    """Codes: ``wrong_state``, ``wrong_day``, ``unknown_reason``, ``receipted``, ``fund_closed``."""

    sentences = {
        "wrong_state": both(
            "这笔付款目前是“{state}”，不能记退汇。", "The payment is “{state}” and cannot come back."
        ),
        "wrong_day": both(
            "退汇日期须在 {first} 与 {last} 之间。", "It came back between {first} and {last}."
        ),
        "unknown_reason": both("请选退汇的原因。", "Choose why it came back."),
        "receipted": both(
            "这笔付款已由对方签收（{day}）。请先核实签收；签收不实的提出问题处理。",
            "This payment was receipted on {day}. Look into the receipt first; raise a finding if it is untrue.",
        ),
        "fund_closed": both(
            "基金「{fund}」已关闭，退回的款不能再记入。请会计按结余去向处理。",
            "The fund {fund} is closed and takes nothing back. The accountant books it where the surplus went.",
        ),
    }


class UnableToSettle(Refusal):
    """Codes: ``nobody``, ``wrong_state``, ``unknown_reason``."""

    sentences = {
        "nobody": both("没有选择助学金。", "No grant was chosen."),
        "wrong_state": both(
            "所选的有 {count} 笔不在“待发放”或“退汇”，请刷新后再选。",
            "{count} of the chosen grants neither wait to be paid nor came back. Reload and choose again.",
        ),
        "unknown_reason": both("请选原因。", "Choose why."),
    }


class UnableToReceipt(Refusal):
    """Codes: ``nobody_paid``, ``wrong_due``, ``no_photograph``, ``wrong_day``, ``unknown_position``, ``signed_already``,
    ``no_proof``,
    ``nobody_signed``, ``came_back``."""

    sentences = {
        "nobody_paid": both(
            "没有已发放而未列入签收表的助学金。",
            "Every paid grant stands on a sheet already, or none is paid.",
        ),
        "wrong_due": both("交回日期不能早于今天。", "The sheets cannot be due before today."),
        "no_photograph": both("请附签收表的照片或扫描件。", "Attach the photograph of the signed sheet."),
        "wrong_day": both(
            "签收日期须在 {first} 与 {last} 之间：不能早于到账，不能在将来。",
            "It was signed between {first} and {last}: not before the money came, not in the future.",
        ),
        "unknown_position": both("签收表上没有第 {position} 行。", "The sheet has no line {position}."),
        "signed_already": both(
            "第 {position} 行已登记签收。", "Line {position} is entered as signed already."
        ),
        "no_proof": both(
            "亲属代签的要附户口簿和关系证明。请一并上传，或先不登记这些行。",
            "Where kin sign, attach the household book and the proof of kinship, or leave those lines out.",
        ),
        "nobody_signed": both("没有一行签收。", "Nobody signed."),
        "came_back": both(
            "第 {position} 行的款已退回，不用签收。", "What line {position} was paid came back."
        ),
    }


class UnableToCallBack(Refusal):
    """Codes: ``nobody_left``, ``called_already``, ``unknown_answer``, ``wrong_day``."""

    sentences = {
        "nobody_left": both("已发放的都抽过了，没有可再抽的。", "Everybody who was paid was drawn already."),
        "called_already": both("这一户已登记回访。", "This call-back is entered already."),
        "unknown_answer": both("请选回访结果。", "Choose what was heard."),
        "wrong_day": both(
            "回访日期不能在将来，也不能早于到账。",
            "The call was neither in the future nor before the money came.",
        ),
    }


class UnableToFollowUp(Refusal):
    """Codes: ``wrong_term``, ``nobody_paid``, ``wrong_due``, ``opened_already``, ``answered_already``, ``unknown_position``,
    ``no_sheet``, ``wrong_day``, ``unknown_answer``, ``nothing_changed``."""

    sentences = {
        "wrong_term": both(
            "学期写作 2021-spring，且不早于项目的学期 {first}。",
            "Write a term like 2021-spring, not before {first}.",
        ),
        "nobody_paid": both("没有已发放的助学金，不用跟踪。", "Nobody was paid: there is nobody to follow."),
        "wrong_due": both("交回日期不能早于今天。", "The sheets cannot be due before today."),
        "opened_already": both(
            "学期 {term} 的跟踪表都已发出。", "The sheets of {term} are out for every school already."
        ),
        "answered_already": both("这张跟踪表已于 {day} 登记。", "This sheet was entered on {day}."),
        "unknown_position": both("跟踪表上没有第 {position} 行。", "The sheet has no line {position}."),
        "no_sheet": both("请附学校盖章的跟踪表。", "Attach the sheet that the school stamped."),
        "wrong_day": both(
            "填表日期不能在将来，也不能早于发出。",
            "The sheet is neither of the future nor older than the asking.",
        ),
        "unknown_answer": both("请选学生的去向。", "Choose where the pupil is."),
    }
