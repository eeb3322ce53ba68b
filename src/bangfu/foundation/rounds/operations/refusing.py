"""What is said when a round, a schedule or a return will not do what was asked."""

from __future__ import annotations

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToSchedule(Refusal):
    """Codes: ``title_missing``, ``no_measure``, ``nobody``, ``outside``, ``unknown_every``, ``days``, ``start``, ``period``,
    ``may_not_accept``, ``stopped_already``.
    """

    sentences = {
        "title_missing": both("请写明报送的名称。", "Say what the return is called."),
        "no_measure": both("请至少选一张表。", "Choose at least one sheet."),
        "nobody": both(
            "请写明要谁报：选一个级别（下面所有这一级的单位），或逐个选单位，两者选一。",
            "Say who is asked: either a level, which means all units of it below yours, or units one by one.",
        ),
        "outside": both(
            "{unit}不在{asking}之下，不能要它报送。请从名单中去掉。",
            "{unit} does not stand below {asking} and cannot be asked. Take it off the list.",
        ),
        "days": both(
            "期限不合理：截止日为期后第 1 至 60 天，宽限和提醒为 0 至 30 天。",
            "The days do not fit: due 1 to 60 days after the period, grace and reminder 0 to 30 days.",
        ),
        "unknown_every": both(
            "报送只有每月、每季度、每半年、每年四种。", "It is asked every month, quarter, half-year or year."
        ),
        "start": both(
            "开始日期应在 {first} 至 {last} 之间。请核对年份。",
            "It starts between {first} and {last}. Check the year.",
        ),
        "period": both(
            "结束日期应在开始日期之后。请核对。", "It has to end after it starts. Check the two days."
        ),
        "may_not_accept": both(
            "{name}没有在{unit}接收报送的权限，不能负责。请另选一人，或先授权。",
            "{name} may not accept returns in {unit} and cannot be responsible. Choose somebody else, or grant it first.",
        ),
        "stopped_already": both("这项报送已经停止。", "This schedule was stopped already."),
    }


class UnableToOpenRound(Refusal):
    """Codes: ``stopped``, ``no_period``, ``outside``, ``not_begun``, ``opened_already``, ``nobody``."""

    sentences = {
        "stopped": both(
            "这项报送已经停止，不再开新的一期。", "This schedule was stopped and opens no further rounds."
        ),
        "no_period": both(
            "{day}不是一期的第一天。请选择一期。",
            "{day} is not the first day of a period. Choose one of its periods.",
        ),
        "outside": both(
            "{period}不在这项报送的起止之间。", "{period} lies outside the days of this schedule."
        ),
        "not_begun": both("{period}还没有开始。", "{period} has not begun yet."),
        "opened_already": both("{period}已经开过。", "{period} was opened already."),
        "nobody": both(
            "{period}没有可以要求报送的单位。请核对报送对象。",
            "There is no unit to be asked for {period}. Check who is asked.",
        ),
    }


class UnableToChase(Refusal):
    """Codes: ``locked``, ``nobody_owes``, ``reminded_already``, ``unknown_kind``."""

    sentences = {
        "locked": both("这一期已锁定，不再催报。", "This round is locked; nobody is chased any more."),
        "nobody_owes": both(
            "各单位都已报送，没有要催的。", "Every unit has returned; nobody is to be chased."
        ),
        "unknown_kind": both(
            "自动提醒只有到期前和到期后两种。", "The calendar reminds before or after the due day."
        ),
        "reminded_already": both("已经自动提醒过。", "They were reminded already."),
    }


class UnableToFill(Refusal):
    """Codes: ``returned_already``, ``changed_meanwhile``, ``too_many_rows``, ``no_grid``, ``not_asked``, ``file_there``."""

    sentences = {
        "returned_already": both(
            "这份报送已报出（{state}），不能再改。请先收回，或请接收人退回。",
            "This return is out of your hands ({state}). Take it back, or have it sent back, then change it.",
        ),
        "changed_meanwhile": both(
            "这张表刚刚在别处改过。请刷新页面，再填写。",
            "The sheet was changed elsewhere a moment ago. Load the page again, then go on.",
        ),
        "too_many_rows": both(
            "这里最多填 {most} 行。行数多的请用表格导入。",
            "It takes {most} rows at most. Import a sheet for more.",
        ),
        "no_grid": both(
            "这张表含有个人编号，不在页面上成批填写。请用表格导入或逐条报送。",
            "This sheet holds numbers of persons and is not filled in on a page. Import it, or report one by one.",
        ),
        "not_asked": both("这一期没有要「{measure}」。", "This round does not ask for {measure}."),
        "file_there": both(
            "已有同名佐证「{name}」。请改名后再上传。",
            "There is evidence called {name} already. Rename the file, then upload it.",
        ),
    }


class UnableToReturn(Refusal):
    """Codes: ``returned_already``, ``locked``, ``rows_refused``, ``nothing``, ``evidence_missing``, ``records_exist``,
    ``rows_typed``, ``not_confirmed``, ``not_returned``, ``not_own``, ``not_locked``, ``reason_missing``, ``period_runs``,
    ``sheet_missing``, ``sheet_there``, ``not_a_sheet``.
    """

    sentences = {
        "returned_already": both(
            "这份报送已经报出（{state}）。", "This return was handed in already ({state})."
        ),
        "locked": both(
            "这一期已汇总锁定。迟报的请写明原因，作为补报提交。",
            "This round is consolidated and locked. What comes late is submitted as an amendment with its reason.",
        ),
        "rows_refused": both(
            "「{measure}」有 {count} 处需要改正，什么都没有提交。请逐格改正后再提交。",
            "{measure} has {count} faults, and nothing was submitted. Mend them cell by cell, then submit.",
        ),
        "nothing": both(
            "这一期没有任何记录可报。如确实没有发生，请签零报告。",
            "There is no record of this period to return. If nothing happened, sign a nil return.",
        ),
        "evidence_missing": both(
            "有 {count} 条记录没有佐证，例如「{reference}」。请先附上佐证，再提交。",
            "{count} records have no evidence, {reference} for one. Attach it, then submit.",
        ),
        "records_exist": both(
            "这一期已有 {count} 条记录，不能签零报告。请提交这些记录；误登记的请先撤回。",
            "There are {count} records of this period, so there is something to return. Submit them; withdraw those that are"
            " wrong.",
        ),
        "rows_typed": both(
            "表中已填了 {count} 行。请先清空，再签零报告。",
            "{count} rows are filled in. Clear them first, then sign the nil return.",
        ),
        "sheet_missing": both(
            "「{layout}」还没有表格，系统里也没有这一期已核验的记录。请先导入表格并计入这一期；确实没有发生的，请勾选“本期没有”。",
            "There is no sheet of {layout} yet, nor a verified record of the period. Import one and count it in; if nothing"
            " happened, say so beside it.",
        ),
        "sheet_there": both(
            "「{layout}」已有表格或记录，不能说本期没有。请去掉勾选。",
            "There is a sheet or a record of {layout}, so nobody can say that there was nothing. Untick it.",
        ),
        "not_a_sheet": both(
            "这一期没有要「{layout}」的表格。请刷新页面。",
            "This round asks for no sheet called {layout}. Load the page again.",
        ),
        "not_confirmed": both(
            "请勾选确认本期确实没有发生。", "Confirm that nothing happened in this period."
        ),
        "not_returned": both(
            "这份报送目前是“{state}”，不能收回。", "This return is “{state}” and cannot be taken back."
        ),
        "not_locked": both(
            "这一期没有锁定，直接提交即可，不必补报。",
            "This round is not locked: submit the return, no amendment is needed.",
        ),
        "reason_missing": both("请写明补报的原因。", "Say why it comes so late."),
        "period_runs": both(
            "这一期要到 {day} 才结束，现在还不能报没有。",
            "This period runs until {day}; nobody can say yet that nothing happened.",
        ),
    }


class UnableToTakeSheet(Refusal):
    """Codes: ``locked``, ``returned_already``, ``not_asked``, ``other_unit``, ``not_imported``, ``taken_already``,
    ``not_there``.
    """

    sentences = {
        "locked": both(
            "这一期已汇总锁定，表格不能再计入或移出。请先由两人解锁。",
            "This round is consolidated and locked; no sheet goes in or out. Have two persons unlock it first.",
        ),
        "returned_already": both(
            "这份报送已报出（{state}）。请先收回，再计入或移出表格。",
            "This return is out of your hands ({state}). Take it back first.",
        ),
        "not_asked": both("这一期没有要「{layout}」。", "This round does not ask for {layout}."),
        "other_unit": both(
            "这份表格是别的单位的。请选本单位的表格。", "The sheet is another unit's. Choose one of yours."
        ),
        "not_imported": both(
            "这份表格还没有确认导入。请先确认导入，再计入这一期。",
            "The sheet was not imported yet. Confirm it, then count it in.",
        ),
        "taken_already": both(
            "这份表格已计入「{title}」{period}。一份表格只计入一期。",
            "The sheet belongs to {title} for {period} already; it belongs to one return alone.",
        ),
        "not_there": both(
            "这份表格不在这一期里。请刷新页面。", "The sheet is not in this return. Load the page again."
        ),
    }


class UnableToDecideReturn(Refusal):
    """Codes: ``none_chosen``, ``not_returned``, ``same_person``, ``remark_missing``, ``locked``, ``not_owed``, ``not_later``,
    ``too_long``, ``reason_missing``.
    """

    sentences = {
        "none_chosen": both("请先选择要接收的报送。", "Choose the returns to accept first."),
        "not_returned": both(
            "有 {count} 份不在“已报，待接收”，可能刚被别人处理。请刷新后再试。",
            "{count} of them do not wait to be accepted, perhaps somebody else decided just now. Load the page again.",
        ),
        "same_person": both(
            "有 {count} 份是您自己报出的，须由另一人接收。",
            "{count} of them you signed yourself: another person accepts them.",
        ),
        "remark_missing": both("请写明退回的原因。", "Say why it is sent back."),
        "locked": both(
            "这一期已锁定。请先由两人解锁。", "This round is locked. Have two persons unlock it first."
        ),
        "not_owed": both(
            "这份报送已经报出，不需要延期。", "This return was handed in and needs no more time."
        ),
        "too_long": both("一次最多延期一年。请核对日期。", "It gets a year more at most. Check the day."),
        "not_later": both("新的期限应晚于 {day}。", "The new day has to be later than {day}."),
        "reason_missing": both("请写明延期的原因。", "Say why it gets more time."),
    }


class UnableToLock(Refusal):
    """Codes: ``locked_already``, ``period_runs``, ``undecided``, ``missing``, ``records_waiting``, ``not_locked``,
    ``asked_already``, ``reason_missing``, ``same_person``, ``unlocked_already``.
    """

    sentences = {
        "locked_already": both("这一期已经锁定。", "This round is locked already."),
        "period_runs": both(
            "这一期要到 {day} 才结束，现在还不能锁定。",
            "This period runs until {day} and cannot be locked yet.",
        ),
        "undecided": both(
            "还有 {count} 份报送待接收。请先接收或退回。",
            "{count} returns wait to be accepted. Accept them or send them back first.",
        ),
        "missing": both(
            "还有 {count} 个单位没有报。请先催报；确定不等的，请勾选“缺报照锁”。",
            "{count} units have not returned. Chase them first; if you wait no longer, agree to lock without them.",
        ),
        "records_waiting": both(
            "这一期还有 {count} 条记录等待核验。请先核验或退回，再锁定。",
            "{count} records of this period wait for review. Have them verified or returned, then lock.",
        ),
        "not_locked": both("这一期没有锁定。", "This round is not locked."),
        "asked_already": both(
            "已有人申请解锁，等另一人同意。", "Somebody asked for it already; it waits for another person."
        ),
        "reason_missing": both("请写明为什么要解锁。", "Say why it should be unlocked."),
        "same_person": both(
            "解锁是您申请的，须由另一人同意。", "You asked for it yourself: another person unlocks it."
        ),
        "unlocked_already": both("已经解锁。", "It was unlocked already."),
    }
