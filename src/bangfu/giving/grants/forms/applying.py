"""Forms of applications: a guardian's paper, corrections, signed papers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.giving.grants.models import (
    HOUSEHOLD_WORDS,
    OWNER_WORDS,
    RELATION_WORDS,
    VETTING_REASONS,
    WITHDRAWAL_WORDS,
    Programme,
    School,
)


class PupilForm(Keyed):
    """A guardian's paper form, entered on a phone."""

    beside = (
        ("school", "class_name"), ("name", "identity_number"), ("relation", "guardian"), ("guardian_born_on", "phone"),
        ("account_owner", "account"), ("bank", "register_number"),
    )  # fmt: skip

    school = forms.ModelChoiceField(label=said("学校", "School"), queryset=School.objects.none())
    class_name = forms.CharField(label=said("班级", "Class"), max_length=40)
    name = forms.CharField(label=said("学生姓名", "Pupil's name"), max_length=80)
    identity_number = forms.CharField(label=said("学生身份证号码", "Pupil's identity number"), max_length=40)
    relation = forms.ChoiceField(
        label=said("申请人", "Who applies"), choices=list(RELATION_WORDS.items()), initial="FATHER"
    )
    guardian = forms.CharField(label=said("监护人姓名", "Guardian's name"), max_length=80, required=False)
    guardian_born_on = forms.DateField(
        label=said("监护人出生日期", "Guardian's birth date"),
        widget=DayInput(),
        required=False,
        help_text=said(
            "只用来核对签字时已满 18 周岁，不保存。本人申请的、由村（居）委会或民政部门监护的不填。",
            "It shows that the guardian was 18 when signing, and is not kept. Empty where the pupil applies alone, or a village"
            " committee or civil affairs is the guardian.",
        ),
    )
    phone = forms.CharField(
        label=said("监护人电话", "Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    register_number = forms.CharField(
        label=said("学籍号", "School register number"), max_length=40, required=False
    )
    household = forms.ChoiceField(label=said("家庭情况", "Household"), choices=list(HOUSEHOLD_WORDS.items()))
    claims = forms.MultipleChoiceField(
        label=said("符合的条件", "Criteria met"), required=False, widget=forms.CheckboxSelectMultiple
    )
    account_owner = forms.ChoiceField(
        label=said("账号户名", "Account of"), choices=list(OWNER_WORDS.items()), initial="GUARDIAN"
    )
    account = forms.CharField(
        label=said("银行账号", "Bank account"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    bank = forms.CharField(label=said("开户银行", "Bank"), max_length=80, required=False)
    other_aid = forms.CharField(
        label=said("本学期其他资助", "Other aid this term"),
        max_length=120,
        required=False,
        help_text=said("如实写，不影响申请。", "As it is; it forbids nothing."),
    )
    consented_on = forms.DateField(label=said("签字日期", "Signed on"), widget=DayInput(), required=False)
    papers = FilesField(
        label=said("签字申请表和同意书的照片", "Photograph of the signed form"),
        required=False,
        help_text=said(
            "监护人（已成年的由本人）签字。没有照片的可以先录入，补齐前不能审核通过。",
            "The guardian signs, or the pupil who is of age. It may come later; without it nobody is passed.",
        ),
    )

    def __init__(self, *args: Any, programme: Programme, schools: QuerySet[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        self.fields["school"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        self.fields["papers"].widget.attrs.update({"accept": "image/*,.pdf"})
        options = [
            (one.code, f"{one.title}（{one.points}）")
            for one in programme.criteria.filter(household="").order_by("pk")
        ]
        self.fields["claims"].choices = options  # type: ignore[attr-defined]
        if not options:
            del self.fields["claims"]


class CorrectionForm(Keyed):
    """What an application says, before it is vetted."""

    beside = (("class_name", "household"),)

    class_name = forms.CharField(label=said("班级", "Class"), max_length=40)
    household = forms.ChoiceField(label=said("家庭情况", "Household"), choices=list(HOUSEHOLD_WORDS.items()))
    claims = forms.MultipleChoiceField(
        label=said("符合的条件", "Criteria met"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_aid = forms.CharField(
        label=said("本学期其他资助", "Other aid this term"), max_length=120, required=False
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(one.code, one.title) for one in programme.criteria.filter(household="").order_by("pk")]
        self.fields["claims"].choices = options  # type: ignore[attr-defined]
        if not options:
            del self.fields["claims"]


class AccountForm(Keyed):
    """Where the money goes."""

    beside = (("account_owner", "account"), ("bank", "phone"))

    account_owner = forms.ChoiceField(label=said("账号户名", "Account of"), choices=list(OWNER_WORDS.items()))
    account = forms.CharField(label=said("银行账号", "Bank account"), max_length=40)
    bank = forms.CharField(label=said("开户银行", "Bank"), max_length=80, required=False)
    phone = forms.CharField(label=said("监护人电话", "Telephone"), max_length=30, required=False)


class ConsentForm(Keyed):
    """A signed paper, photographed, for the chosen applications."""

    consented_on = forms.DateField(label=said("签字日期", "Signed on"), widget=DayInput())
    papers = FilesField(
        label=said("签字同意书的照片", "Photograph of the signed paper"),
        help_text=said("一份一张，或全班签在一张上。", "One each, or the whole class on one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["papers"].widget.attrs.update({"accept": "image/*,.pdf"})


class RefusalForm(Keyed):
    """Why applications are refused."""

    reason = forms.ChoiceField(label=said("原因", "Reason"), choices=list(VETTING_REASONS.items()))
    remark = forms.CharField(
        label=said("给学校的说明", "To the school"), max_length=200, required=False,
        help_text=said("不要写个人信息。", "No personal details."),
    )  # fmt: skip


class WithdrawalForm(Keyed):
    """Why an application is withdrawn."""

    reason = forms.ChoiceField(label=said("原因", "Reason"), choices=list(WITHDRAWAL_WORDS.items()))
    remark = forms.CharField(
        label=said("说明", "Remark"), max_length=200, required=False,
        help_text=said("不要写个人信息。", "No personal details."),
    )  # fmt: skip
