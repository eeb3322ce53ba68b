"""The spreadsheets of a class 班级助学金申请表 and of quotas 助学金名额表."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.people.identity_numbers import masked
from bangfu.foundation.people.persons.queries import masked_name, masked_phone
from bangfu.foundation.rooms import both
from bangfu.giving.grants import quota_rules, rules
from bangfu.giving.grants.models import HOUSEHOLD_WORDS, OWNER_WORDS, RELATION_WORDS
from bangfu.giving.grants.operations.entering import import_class
from bangfu.giving.grants.operations.quotas import import_quotas

if TYPE_CHECKING:
    from bangfu.foundation.intake.layouts import RowFault
    from bangfu.foundation.intake.models import Upload

PROGRAMME = Column(
    "programme_code",
    both("项目编号", "Programme code"),
    ColumnKind.CODE,
    note=both("正在受理的助学项目。", "A programme that takes applications."),
    example="ZX-2020-QIU",
    longest=40,
    aliases=("项目",),
)
SCHOOL = Column(
    "school_code",
    both("学校标识码", "School code"),
    ColumnKind.CODE,
    note=both("教育部的十位标识码。", "The ten digits of the ministry of education."),
    example="2152002345",
    longest=10,
    aliases=("学校代码",),
)
COLUMNS = (
    PROGRAMME,
    SCHOOL,
    Column("class_name", both("班级", "Class"), example="八年级（2）班", longest=40),
    Column("name", both("学生姓名", "Pupil"), example="杨某某", longest=80, masked=masked_name, aliases=("姓名",)),
    Column(
        "identity_number",
        both("学生身份证号码", "Pupil's identity number"),
        note=both(
            "十八位，单元格设为文本。用来认出同一名学生；加密保存，页面只显示末四位。",
            "Eighteen characters, the cell as text. It tells one pupil from another, is kept encrypted, and only its last four"
            " are shown.",
        ),
        example="11010519491231002X",
        longest=40,
        aliases=("身份证", "身份证号", "身份证号码"),
        masked=masked,
    ),
    Column(
        "register_number", both("学籍号", "School register number"), required=False, longest=40, masked=masked_phone,
        example="G110105194912310021", aliases=("学籍辅号",),
    ),
    Column(
        "guardian", both("监护人姓名", "Guardian"), required=False, longest=80, masked=masked_name, example="杨某",
        note=both("未满 18 周岁的必填。", "Needed of everybody under 18."),
    ),
    Column(
        "guardian_born_on", both("监护人出生日期", "Guardian's birth date"), ColumnKind.DATE, required=False, past=True,
        masked=lambda day: "****", example="1980-05-06", aliases=("监护人生日", "监护人出生年月日"),
        note=both("只用来核对签字时已满 18 周岁，不保存。本人申请的、由村（居）委会或民政部门监护的不填。",
                  "It shows that the guardian was 18 when signing, and is not kept. Empty where the pupil applies alone, or a"
                  " village committee or civil affairs is the guardian."),
    ),
    Column(
        "relation", both("申请人与学生关系", "Who applies"), ColumnKind.CHOICE, choices=tuple(RELATION_WORDS.items()),
        example="父亲", aliases=("关系",),
    ),
    Column(
        "phone", both("监护人电话", "Guardian's telephone"), required=False, longest=30, masked=masked_phone,
        example="13900000000",
    ),
    Column(
        "household", both("家庭情况", "Household"), ColumnKind.CHOICE, choices=tuple(HOUSEHOLD_WORDS.items()),
        example="低保户",
    ),
    Column(
        "claims", both("符合的条件", "Criteria met"), required=False, longest=200, example="",
        note=both("项目的评分条件，写编码或名称，用顿号隔开；家庭情况不必再写。",
                  "Criteria of the programme by code or title, with commas; the household's need not be repeated."),
    ),
    Column("bank", both("开户银行", "Bank"), required=False, longest=80, example="册亨县农村信用社"),
    Column(
        "account", both("银行账号", "Bank account"), longest=40, masked=masked_phone, example="6217000000000000004",
        note=both("学生或监护人本人的账号，单元格设为文本。", "The pupil's or the guardian's own, the cell as text."),
    ),
    Column(
        "account_owner", both("账号户名", "Account of"), ColumnKind.CHOICE, choices=tuple(OWNER_WORDS.items()),
        example="监护人",
    ),
    Column(
        "other_aid", both("本学期其他资助", "Other aid this term"), required=False, longest=120, example="国家助学金",
        note=both("如实写，不影响申请。", "As it is; it forbids nothing."),
    ),
    Column(
        "consented_on", both("同意书签字日期", "Consent signed on"), ColumnKind.DATE, required=False, past=True,
        example="2020-09-10",
    ),
    Column(
        "consent", both("同意书照片", "Photograph of the consent"), ColumnKind.EVIDENCE, required=False,
        note=both("压缩包中的文件名；全班一张的各行写同一个。可以以后再补，未补的不能审核通过。",
                  "File name in the zip; rows of one class may share one. It may come later; without it nobody is passed."),
        example="八2同意书.jpg",
    ),
)  # fmt: skip


def _checked(rows: polars.DataFrame, faults: list[RowFault]) -> CheckedRows:
    refusals = [fault.of_row for fault in faults]
    kept = rows.filter(~polars.col("row").is_in([refusal.row for refusal in refusals]))
    standing = kept["standing"]
    return CheckedRows(
        frame=kept,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def _beyond(rows: polars.DataFrame, upload: Upload, permission: str, fault: type[RowFault]) -> list[RowFault]:
    """Return a fault for each row of a programme and county that whoever uploaded the sheet may not write."""
    may = granted_rows(
        upload.uploaded_by, permission, rows.select("unit", "place"), localdate(upload.uploaded_at)
    )
    return [
        fault(row, "programme_code", "not_permitted", {"code": code})
        for row, code in rows.filter(~may).select("row", "programme_code").iter_rows()
    ]


def check_class(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their programmes, by the registers and by what is applied for already."""
    found = rules.judged(frame, today=localdate(upload.uploaded_at))
    beyond = _beyond(found.rows, upload, "grants.import_class", rules.Fault)
    return _checked(found.rows, [*found.faults, *beyond])


def check_quotas(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows of quotas by their programmes and by the schools that are known."""
    found = quota_rules.judged(frame)
    beyond = _beyond(found.rows, upload, "grants.import_quotas", quota_rules.Fault)
    return _checked(found.rows, [*found.faults, *beyond])


CLASS_SHEET = Layout(
    code="grants.class",
    title=both("班级助学金申请表", "Class applying for grants"),
    about=both(
        "一名学生填一行，一个班或一所学校一份表。每个学校的空白表在项目页下载，表头的项目和学校已经填好。",
        "One pupil a row, a class or a school a sheet. A blank sheet for each school, with programme and school filled in, is on"
        " the programme's page.",
    ),
    columns=COLUMNS,
    confirm=import_class,
    permission="grants.import_class",
    check=check_class,
    instead=both(
        "请打开这次导入的申请，逐份撤回或改正。",
        "Open the applications that the sheet brought, and withdraw or correct them.",
    ),
)
QUOTA_SHEET = Layout(
    code="grants.quotas",
    title=both("助学金名额表", "Quotas of grants"),
    about=both(
        "一个县或一所学校一行。有自己名额的学校用自己的，其余学校合用全县的。没有登记的学校随表登记。",
        "One county or school a row. A school with a quota of its own fills that; the others share the county's. Schools that are"
        " not known are entered with the sheet.",
    ),
    columns=(
        PROGRAMME,
        Column("place", both("县（市、区）", "County"), ColumnKind.COUNTY, example="册亨县", aliases=("县",)),
        Column(
            "school_code", SCHOOL.title, ColumnKind.CODE, required=False, longest=10, example="2152002345",
            note=both("空：全县的名额。", "Empty: of the county as a whole."), aliases=("学校代码",),
        ),
        Column("school_name", both("学校名称", "School"), required=False, longest=80, example="册亨县民族中学"),
        Column("pupils", both("名额", "Pupils"), ColumnKind.INTEGER, lowest=1, highest=100_000, example="40"),
    ),
    confirm=import_quotas,
    permission="grants.import_quotas",
    check=check_quotas,
    instead=both("请上传写有正确名额的表，或在项目页改。", "Upload the corrected sheet, or set the quotas on the page."),
)  # fmt: skip
