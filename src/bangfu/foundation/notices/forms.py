"""Forms of notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model

from bangfu.foundation.notices.channels.mail import PLAIN, STARTTLS, TLS
from bangfu.foundation.notices.models import CHANNEL_WORDS, ROBOTS, Robot
from bangfu.foundation.rooms import notice_kinds
from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class HabitForm(Keyed):
    """When and in which language somebody is told."""

    is_digest = forms.TypedChoiceField(
        label=said("何时发送", "When"),
        coerce=lambda chosen: chosen == "digest",
        choices=[
            ("at_once", said("随时发送", "At once")),
            ("digest", said("每天汇总一次（紧急的除外）", "Once a day, save what is urgent")),
        ],
        widget=forms.RadioSelect,
    )
    digest_hour = forms.TypedChoiceField(
        label=said("汇总时间", "Hour of the digest"), coerce=int, choices=HOURS
    )
    quiet_from = forms.TimeField(
        label=said("免打扰开始", "Quiet from"),
        required=False,
        widget=_clock(),
        help_text=said(
            "这段时间里的通知等到结束再发；紧急的除外。",
            "What comes then is held till the end, save what is urgent.",
        ),
    )
    quiet_until = forms.TimeField(label=said("免打扰结束", "Quiet until"), required=False, widget=_clock())
    language = forms.ChoiceField(
        label=said("通知的语言", "Language of what is sent"), choices=settings.LANGUAGES
    )
    email = forms.EmailField(label=said("电子邮件", "E-mail"), required=False)
    beside = (("quiet_from", "quiet_until"),)


class MailForm(Keyed):
    """The mail server."""

    is_on = forms.BooleanField(label=said("启用邮件", "Send mail"), required=False)
    host = forms.CharField(label=said("服务器", "Server"), max_length=200)
    port = forms.IntegerField(label=said("端口", "Port"), initial=587)
    encryption = forms.ChoiceField(
        label=said("加密", "Encryption"),
        choices=[
            (STARTTLS, said("STARTTLS（常用 587）", "STARTTLS (mostly 587)")),
            (TLS, said("TLS（常用 465）", "TLS (mostly 465)")),
            (PLAIN, said("不加密（仅限内网）", "None (inside the network alone)")),
        ],
    )
    sender = forms.CharField(
        label=said("发件人", "Sender"),
        max_length=200,
        help_text=said("例如：帮扶 <bangfu@example.org>", "Such as: bangfu <bangfu@example.org>"),
    )
    user = forms.CharField(label=said("用户名", "User"), max_length=200, required=False)
    password = forms.CharField(
        label=said("密码", "Password"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=said(
            "加密保存，不再显示；空着表示不变。",
            "It is kept sealed and not shown again; empty leaves it as it is.",
        ),
    )
    beside = (("host", "port"),)


def _group_kinds() -> list[tuple[str, str]]:
    return [(one.code, str(one.title)) for one in notice_kinds().values() if one.is_for_groups]


class RobotSaidForm(Keyed):
    """What a group's robot is called, what it is told of and in which language."""

    title = forms.CharField(label=said("群名称", "Name of the group"), max_length=80)
    kinds = forms.MultipleChoiceField(
        label=said("发哪些通知", "Which notices"), widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=said("语言", "Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        kinds.choices = _group_kinds()


class RobotSecretForm(Keyed):
    """Another secret of a group's robot."""

    robot_key = forms.CharField(
        label=said("新的 key 或 access_token", "New key or access_token"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=said(
            "在群里重置机器人后得到的。加密保存，不再显示；旧的随即作废。",
            "As the chat gives it after the robot was reset. Kept sealed, not shown again; the old one ends at once.",
        ),
    )
    signing_secret = forms.CharField(
        label=said("新的加签密钥（钉钉）", "New signing secret (DingTalk)"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, is_signed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signing = self.fields["signing_secret"]
        signing.required = is_signed
        if not is_signed:
            signing.widget = forms.HiddenInput()


class RobotForm(Keyed):
    """A group's robot."""

    unit: Any = UnitChoice(label=said("单位", "Unit"), queryset=None)
    channel = forms.ChoiceField(
        label=said("渠道", "Channel"),
        choices=[(code, said(CHANNEL_WORDS[code].zh, CHANNEL_WORDS[code].en)) for code in ROBOTS],
    )
    title = forms.CharField(label=said("群名称", "Name of the group"), max_length=80)
    kinds = forms.MultipleChoiceField(
        label=said("发哪些通知", "Which notices"), widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=said("语言", "Language"), choices=settings.LANGUAGES)
    robot_key = forms.CharField(
        label=said("key 或 access_token", "key or access_token"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=said(
            "机器人地址里 key=（企业微信）或 access_token=（钉钉）后面的部分。加密保存，不再显示。",
            "What follows key= (WeCom) or access_token= (DingTalk) in the robot's address. Kept sealed, not shown again.",
        ),
    )
    signing_secret = forms.CharField(
        label=said("加签密钥（钉钉）", "Signing secret (DingTalk)"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=said(
            "钉钉机器人安全设置选“加签”，粘贴 SEC 开头的密钥。",
            "Choose “sign” in DingTalk, and paste what begins with SEC.",
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = _units()
        kinds: Any = self.fields["kinds"]
        kinds.choices = _group_kinds()


def _units() -> Any:
    """Return the units, the root first; the organisation stands above, and is reached by the robot's own key to it."""
    unit: type[Model] = Robot._meta.get_field("unit").related_model
    return unit._default_manager.order_by("path")
