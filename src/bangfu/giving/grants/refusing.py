"""What grants say no to."""

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToPlanGrants(Refusal):
    """Codes: ``wrong_code``, ``code_taken``, ``not_described``, ``wrong_term``, ``wrong_dates``, ``wrong_sums``, ``few_days``,
    ``wrong_fund``, ``wrong_state``, ``no_criteria``, ``no_quota``, ``no_committee``, ``not_begun``, ``over``,
    ``criterion_taken``, ``wrong_points``, ``wrong_quota``, ``school_elsewhere``, ``wrong_school``, ``no_post``,
    ``member_already``, ``left_already``, ``untreated``, ``unended``, ``unknown_programme``, ``twice_in_sheet``,
    ``not_permitted``."""

    sentences = {
        "wrong_code": both(
            "编号用大写字母、数字和短横，2 至 40 个。", "A code has 2 to 40 capitals, digits and hyphens."
        ),
        "code_taken": both("编号「{code}」已被使用，请换一个。", "The code {code} is taken; choose another."),
        "not_described": both("请写项目名称。", "Write the programme's name."),
        "wrong_term": both(
            "学期写作 2020-autumn 或 2021-spring。", "Write the term as 2020-autumn or 2021-spring."
        ),
        "wrong_dates": both(
            "受理的最后一天不能早于第一天。", "The last day of applications is not before the first."
        ),
        "wrong_sums": both(
            "资助金额须大于零，评议至少两人。", "The sum is above zero, and two members vote at least."
        ),
        "few_days": both(
            "公示不少于 {days} 个工作日。", "Lists are displayed for {days} working days at least."
        ),
        "wrong_fund": both(
            "基金「{fund}」不是慈善组织的限定基金，或已停用。请选一个限定基金。",
            "The fund {fund} is not restricted, or has ended. Choose a restricted fund.",
        ),
        "wrong_state": both(
            "项目目前是“{state}”，不能这样做。", "The programme is “{state}”; this cannot be done now."
        ),
        "no_criteria": both(
            "还没有评分条件。先写明什么条件得几分。",
            "There are no criteria yet. Say first what gives points.",
        ),
        "no_quota": both(
            "还没有名额。先写明哪些县、哪些学校各多少名。",
            "There are no quotas yet. Say first how many pupils of which county or school.",
        ),
        "no_committee": both(
            "评议组只有 {count} 人，至少要 {quorum} 人。",
            "The committee has {count} members and needs {quorum}.",
        ),
        "not_begun": both(
            "{day} 起受理，今天还不能开放。", "Applications begin on {day}; it cannot open yet."
        ),
        "over": both("受理期已过，请先改期限。", "The days of application are over; change them first."),
        "criterion_taken": both(
            "条件「{code}」已有，或这一户类型已有条件。",
            "The criterion {code}, or one of this status, is there already.",
        ),
        "wrong_points": both("请写条件名称和 1 至 100 的分值。", "Write a title and 1 to 100 points."),
        "wrong_quota": both("名额须大于零。", "A quota is of one pupil at least."),
        "school_elsewhere": both(
            "学校 {code} 登记在{place}，不是这个县。请核对学校标识码。",
            "The school {code} is entered in {place}, not in this county. Check its code.",
        ),
        "wrong_school": both(
            "学校标识码是十位数字，并请写学校名称。", "A school's code has ten digits; give its name too."
        ),
        "no_post": both("请写姓名和职务。", "Write name and post."),
        "member_already": both("此人已在评议组。", "This person is on the committee already."),
        "left_already": both("此人已退出评议组。", "This member has left already."),
        "untreated": both(
            "还有 {count} 份申请没有办完（待审核、已审核、拟资助、公示或异议）。",
            "{count} applications are not settled yet.",
        ),
        "unknown_programme": both(
            "没有编号为「{code}」的助学项目。请核对编号。",
            "No programme has the code {code}. Check it.",
        ),
        "not_permitted": both(
            "您的权限不包括项目「{code}」在这个县的名额。",
            "Your permissions do not reach quotas of {code} in this county.",
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一名额。请只留一行。", "The same quota as in row {other}. Keep one row."
        ),
        "unended": both(
            "还有 {count} 笔已核定的没有发放完。", "{count} awards are neither paid nor lapsed yet."
        ),
    }


class UnableToApply(Refusal):
    """Codes: ``unknown_programme``, ``not_open``, ``unknown_school``, ``not_for_school``, ``identity_number``, ``name_missing``,
    ``name_differs``, ``wrong_age``, ``twice_in_sheet``, ``applied_already``, ``granted_already``, ``no_guardian``,
    ``nobody_applies``, ``guardian_age_missing``, ``guardian_under_age``, ``guardian_lately_of_age``, ``guardian_too_old``,
    ``consented_long_ago``, ``not_of_age``, ``wrong_account``, ``account_of_others``, ``consent_half``,
    ``unknown_criterion``, ``applied_meanwhile``,
    ``no_paper``, ``consented_later``, ``no_consent_needed``, ``wrong_state``, ``no_reason``, ``nothing_changed``,
    ``being_paid``, ``nobody``, ``wrong_phone``, ``not_permitted``."""

    sentences = {
        "unknown_programme": both(
            "没有编号为「{code}」的助学项目。请核对编号。",
            "No programme has the code {code}. Check it.",
        ),
        "not_open": both(
            "项目「{code}」现在不受理申请（受理期 {first} 至 {last}，目前“{state}”）。",
            "The programme {code} takes no applications now ({first} to {last}; it is “{state}”).",
        ),
        "not_permitted": both(
            "您的权限不包括项目「{code}」在这个县的申请。请由有权限的人导入这一行。",
            "Your permissions do not reach applications of {code} in this county. Somebody who may imports this row.",
        ),
        "unknown_school": both(
            "学校标识码「{code}」没有登记。请核对，或先在项目的名额里登记学校。",
            "No school of the code {code} is entered. Check it, or enter the school with the programme's quotas first.",
        ),
        "not_for_school": both(
            "项目「{programme}」没有给这所学校或它所在县的名额。",
            "The programme {programme} has no quota for this school or its county.",
        ),
        "identity_number": both(
            "身份证号码有误：{problem}。", "The identity number cannot be right: {problem}."
        ),
        "name_missing": both("请写学生姓名。", "Give the pupil's name."),
        "name_differs": both(
            "系统里这个身份证号码登记的是另一个姓名。请对照户口簿核对姓名和号码。",
            "This identity number is known under another name. Compare name and number with the household book.",
        ),
        "wrong_age": both(
            "按身份证号码，这名学生 {age} 岁，不在 {youngest} 至 {oldest} 岁之间。请核对号码。",
            "By the identity number the pupil is {age}, not between {youngest} and {oldest}. Check the number.",
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一名学生。请只留一行。", "The same pupil as in row {other}. Keep one row."
        ),
        "applied_already": both(
            "这名学生在这个项目里已有申请 {number}（{state}）。要改请打开那份申请。",
            "This pupil has the application {number} ({state}) in the programme already. Open that one to change it.",
        ),
        "granted_already": both(
            "这名学生本学期已由项目「{programme}」资助，一人一学期只资助一次。",
            "This pupil is granted this term by the programme {programme}; it is one grant a pupil and term.",
        ),
        "no_guardian": both(
            "学生未满 18 周岁：请写监护人姓名和关系，由监护人签字同意。",
            "The pupil is under 18: give the guardian's name and relation; the guardian signs.",
        ),
        "nobody_applies": both(
            "请写申请人（父母等）的姓名；由学生本人申请的，关系选“本人（已成年）”。",
            "Give the name of who applies; where the pupil applies alone, choose “The pupil, of age”.",
        ),
        "guardian_age_missing": both(
            "请写监护人出生日期，用来核对签字时已满 18 周岁，核对后不保存。旧的空白表没有这一列：请重新下载，"
            "或在表中加一列“监护人出生日期”。",
            "Give the guardian's birth date: it shows that the guardian was 18 when signing, and is not kept. Older blank sheets"
            " lack the column: download a new one, or add a column “Guardian's birth date”.",
        ),
        "guardian_under_age": both(
            "监护人在 {day} 未满 18 周岁。未成年人不能作监护人，也不能签字同意：请由父母、祖父母、外祖父母、成年兄姐等"
            "另一名监护人签字；没有人能监护的，由民政部门或村（居）民委员会监护（《民法典》第二十七条、第三十二条），关系选“村（居）委会、民政部门”。",
            "On {day} the guardian was not yet 18. A minor can neither be a guardian nor consent: name another guardian (parent,"
            " grandparent, grown sibling), who signs. Where there is none, civil affairs or the village committee is the guardian"
            " (Civil Code, articles 27 and 32): choose “Village committee, civil affairs”.",
        ),
        "guardian_lately_of_age": both(
            "监护人在 {day} 还未满 18 周岁，要凭签字日期才能核对签字时是否成年。请连同签字日期和同意书照片一起录入。",
            "On {day} the guardian was not yet 18, so the day of signing decides. Enter this one together with the day and the"
            " photograph of the signed paper.",
        ),
        "guardian_too_old": both(
            "按出生日期，监护人超过 {oldest} 岁。请对照证件核对。",
            "By the birth date the guardian is over {oldest}. Compare it with the identity card.",
        ),
        "consented_long_ago": both(
            "同意书的签字日期早于 {day}，不是为这个项目签的。请重新签一份。",
            "It was signed before {day}, and not for this programme. Have the consent signed anew.",
        ),
        "not_of_age": both(
            "学生未满 18 周岁，不能由本人申请。关系请选监护人。",
            "The pupil is under 18 and cannot apply alone. Choose the guardian's relation.",
        ),
        "wrong_account": both(
            "银行账号须是 12 至 23 位数字{why}。请对照存折或银行卡。",
            "A bank account has 12 to 23 digits{why}. Compare it with the passbook or card.",
        ),
        "wrong_phone": both("电话须是 7 至 15 位数字。", "A telephone number has 7 to 15 digits."),
        "account_of_others": both(
            "银行账号与第 {other} 行相同，监护人却不同。账号须是学生或其监护人本人的。",
            "The same bank account as row {other}, of another guardian. It must be the pupil's or the guardian's own.",
        ),
        "consent_half": both(
            "同意书要有签字日期和照片，两样都写或都不写（以后再补）。",
            "Consent is the day it was signed and its photograph: give both, or neither and add it later.",
        ),
        "consented_later": both("签字日期不能在今天以后。", "The day of signing cannot lie in the future."),
        "unknown_criterion": both(
            "「{text}」不是这个项目的评分条件。可写：{known}。",
            "“{text}” is no criterion of this programme. It has: {known}.",
        ),
        "applied_meanwhile": both(
            "刚刚有人为同一名学生提交了申请。请刷新后再看。",
            "Somebody has just applied for the same pupil. Reload and look again.",
        ),
        "no_paper": both(
            "请选择签字同意书的照片或扫描件。", "Choose the photograph or scan of the signed paper."
        ),
        "no_consent_needed": both(
            "所选申请都已有同意书。", "Every application that was chosen has its consent already."
        ),
        "wrong_state": both(
            "申请目前是“{state}”，不能这样做。", "The application is “{state}”; this cannot be done now."
        ),
        "no_reason": both("请写明原因。", "Say why."),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
        "being_paid": both(
            "这笔助学金正在发放或已发放，账号不能改。退汇后再改。",
            "The grant is being paid or was; its account cannot change now. Change it when it came back.",
        ),
        "nobody": both("没有选择申请。", "No application was chosen."),
    }


class UnableToVet(Refusal):
    """Codes: ``nobody``, ``none_fit``, ``no_reason``, ``wrong_state``."""

    sentences = {
        "nobody": both("请先选择申请。", "Choose applications first."),
        "none_fit": both(
            "所选的 {count} 份都不能审核通过：{why}。", "None of the {count} chosen can be passed: {why}."
        ),
        "no_reason": both("请选择不通过的原因。", "Choose why they are refused."),
        "wrong_state": both(
            "所选申请中有 {count} 份已不是待审核或已审核，请刷新后再选。",
            "{count} of the chosen applications are not to be vetted any more. Reload and choose again.",
        ),
    }


class UnableToDecide(Refusal):
    """Codes: ``wrong_state``, ``too_few``, ``not_a_member``, ``closed_already``, ``other_meeting_open``, ``held_later``,
    ``recused_already``, ``not_present``, ``not_vetted``, ``name_alike``, ``nothing_proposed``, ``wrong_votes``,
    ``unknown_number``, ``too_few_left``."""

    sentences = {
        "wrong_state": both(
            "项目目前是“{state}”，先停止受理、开始审核评议。",
            "The programme is “{state}”; stop taking applications and begin vetting first.",
        ),
        "too_few": both(
            "到会 {count} 人，不足法定的 {quorum} 人，会议不能作决定。",
            "{count} members are present; {quorum} are needed for decisions.",
        ),
        "not_a_member": both("到会人员中有人不是评议组成员。", "Somebody present is not on the committee."),
        "closed_already": both("这次会议已经作出决定。", "This meeting has taken its decisions."),
        "other_meeting_open": both(
            "第 {number} 次会议还没有作出决定。请先办完。",
            "Meeting {number} has not taken its decisions yet.",
        ),
        "held_later": both("会议日期不能在今天以后。", "A meeting cannot lie in the future."),
        "recused_already": both("已登记回避。", "This member has stepped aside already."),
        "not_present": both("此人没有到会，不必回避。", "This member is not present."),
        "not_vetted": both("这份申请不在评议之列。", "This application is not before the committee."),
        "name_alike": both(
            "申请 {number} 的监护人与评议组成员同名（另有 {others} 份）。请登记回避，或登记“同名、无关系”。",
            "The guardian of {number} has the name of a member of the committee ({others} more). Let them step aside, or note"
            " that it is another person.",
        ),
        "nothing_proposed": both("名额内没有可评议的申请。", "No vetted application lies within a quota."),
        "wrong_votes": both(
            "申请 {number} 的反对票须在 0 与 {voters} 之间。",
            "Votes against {number} are between 0 and {voters}.",
        ),
        "unknown_number": both(
            "申请 {number} 不在本次评议之列。", "The application {number} is not before this meeting."
        ),
        "too_few_left": both(
            "申请 {number} 除去回避的只剩 {count} 人表决，不足 {quorum} 人（另有 {others} 份）。请补足到会人员，或下次会议再议。",
            "Only {count} members can vote on {number}, and {quorum} are needed ({others} more). Let others join, or take it to"
            " the next meeting.",
        ),
    }


class UnableToDisplay(Refusal):
    """Codes: ``nothing_shortlisted``, ``nobody``, ``posted_already``, ``posted_before``, ``posted_later``, ``none_chosen``."""

    sentences = {
        "nothing_shortlisted": both(
            "没有拟资助的申请可公示：评议组先作决定。", "Nobody is shortlisted: the committee decides first."
        ),
        "nobody": both("名单上已没有可打印的人。", "Nobody is left on this list."),
        "posted_already": both("名单 {number} 已登记张贴。", "The list {number} is up already."),
        "posted_before": both(
            "名单 {number} 是 {day} 做的，不能更早张贴。",
            "The list {number} was made on {day} and cannot be up before.",
        ),
        "posted_later": both("张贴日期不能在今天以后。", "The day of posting cannot lie in the future."),
        "none_chosen": both("请先选择名单。", "Choose lists first."),
    }


class UnableToObject(Refusal):
    """Codes: ``not_displayed``, ``awarded``, ``no_text``, ``received_later``, ``received_before``, ``answered_already``,
    ``own_vetting``, ``own_entry``."""

    sentences = {
        "not_displayed": both(
            "这份申请目前是“{state}”，没有在公示。", "The application is “{state}” and not on display."
        ),
        "awarded": both(
            "这份申请已核定资助。查实以后，没有付出的在申请页“停止发放”；已付出的请提出疑点处理。",
            "It is awarded already. Once it is found to be true, stop the payment at the application's page if it is not paid;"
            " if it is, raise a finding.",
        ),
        "no_text": both("请写明内容，至少四个字。", "Say what it is, in four characters at least."),
        "received_later": both("收到日期不能在今天以后。", "It cannot be received in the future."),
        "received_before": both(
            "收到日期不能早于张贴日期 {day}。", "It cannot be received before the list was up, on {day}."
        ),
        "answered_already": both("这条异议已经答复。", "This objection is answered already."),
        "own_vetting": both(
            "这份申请是您审核的，异议请由另一人答复。", "You vetted this application; somebody else answers."
        ),
        "own_entry": both(
            "这份申请是您录入的，异议请由另一人答复。", "You entered this application; somebody else answers."
        ),
    }


class UnableToAward(Refusal):
    """Codes: ``nobody_ready``, ``own_vetting``."""

    sentences = {
        "nobody_ready": both(
            "现在没有可核定的：{waiting} 份公示期未满或未登记张贴，{objected} 份有异议待答复。",
            "Nobody can be awarded now: {waiting} are not displayed long enough or not up yet, {objected} wait for an answer to"
            " an objection.",
        ),
        "own_vetting": both(
            "其中 {count} 份是您审核的，请由另一人核定。", "You vetted {count} of them; somebody else awards."
        ),
    }
