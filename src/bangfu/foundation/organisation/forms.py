"""Forms of the organisation room: they read what was typed; what may be done is decided by the operations."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from bangfu.foundation.notices.queries import open_channels
from bangfu.foundation.organisation.models import KIND_WORDS, Line, Unit
from bangfu.foundation.organisation.queries import lines_in_force
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.fields import PlaceField
from bangfu.foundation.rooms import Channel, Words, both, roles
from bangfu.foundation.rooms.forms import DayInput, Keyed, offered, said


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), initial=timezone.localdate)


def _place(**more: Any) -> PlaceField:
    return PlaceField(offers=reverse_lazy("organisation:offered_places"), required=False, **more)


class UnitField(forms.CharField):
    """A unit by code or name, with the units offered while typing into ``<datalist id="units">``."""

    sentences: ClassVar[dict[str, Words]] = {
        "unknown": both(
            "没有找到单位“{text}”。请从提示的名单中选择，或填写单位代码。",
            "There is no unit {text}. Choose from the units offered, or enter its code.",
        )
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=offered(reverse_lazy("organisation:offered_units"), "units"), **kwargs)

    def clean(self, value: Any) -> Unit | None:
        """Return the unit that was meant.

        Raises: forms.ValidationError: none was, or several.
        """
        text = super().clean(value)
        code = text.split()[-1] if text else ""
        named = Unit.objects.filter(code=code) if text else Unit.objects.none()
        found = list(named or Unit.objects.filter(name_zh=text)[:2] or Unit.objects.filter(name_en=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(str(self.sentences["unknown"].filled(text=text)), code="unknown")
        return found[0]


def unit_written(unit: Unit) -> str:
    """Return a unit as the unit field shows and reads it: its name and its code."""
    return f"{unit.name} {unit.code}"


class AccountField(forms.CharField):
    """An account by its user name, with names offered while typing into ``<datalist id="accounts">``."""

    sentences: ClassVar[dict[str, Words]] = {
        "unknown": both(
            "没有登录名为“{text}”的账号。请从提示的名单中选择，或先开设账号。",
            "There is no account {text}. Choose from the names offered, or open an account first.",
        )
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=offered(reverse_lazy("organisation:offered_accounts"), "accounts"), **kwargs)

    def clean(self, value: Any) -> Account | None:
        """Return the account that was meant.

        Raises: forms.ValidationError: none was, or it is closed.
        """
        text = super().clean(value)
        found = Account.objects.filter(username__iexact=text, is_active=True).first()
        if found is None:
            raise forms.ValidationError(str(self.sentences["unknown"].filled(text=text)), code="unknown")
        return found


class UnitForm(Keyed):
    """A new unit."""

    beside = (("name_zh", "name_en"), ("code", "kind"), ("place", "starts_on"))

    parent = UnitField(label=said("上级单位", "Parent unit"))
    name_zh = forms.CharField(label=said("中文名称", "Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=said("英文名称", "Name in English"), max_length=160)
    code = forms.CharField(
        label=said("单位代码", "Code"),
        max_length=40,
        help_text=said("全公司唯一，以后不改。", "One of its kind in the house; it never changes."),
    )
    kind = forms.ChoiceField(
        label=said("类别", "Kind"),
        choices=[(kind, words) for kind, words in KIND_WORDS.items() if kind != Unit.Kind.GROUP],
    )
    starts_on = _day(said("自何日起", "Open from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = _place(
            label=said("所在地", "Place"),
            help_text=said("名称、拼音或区划代码。", "By name, pinyin or code."),
        )
        self.order_fields(["parent", "name_zh", "name_en", "code", "kind", "place", "starts_on"])


class AccountForm(Keyed):
    """A new account of a person."""

    name = forms.CharField(
        label=said("姓名", "The person's name"),
        max_length=120,
        help_text=said("逐人加密保存。", "Kept encrypted, under the person's own key."),
    )
    username = forms.CharField(
        label=said("登录名", "User name"),
        max_length=80,
        help_text=said("字母、数字和 . _ - @，以后不改。", "Letters, digits and . _ - @; it never changes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class InvitationForm(AccountForm):
    """A new account whose person sets the password; the link goes by mail where the house has a mail server."""

    email = forms.EmailField(
        label=said("电子邮件", "E-mail"),
        required=False,
        help_text=said("填了就把链接寄给本人。", "With one, the link is sent there."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Channel.EMAIL not in open_channels():
            del self.fields["email"]


class SystemAccountForm(Keyed):
    """A new account of a system: a program that asks by the API, such as a portal or another office's software."""

    username = forms.CharField(
        label=said("登录名", "User name"),
        max_length=80,
        help_text=said("字母、数字和 . _ - @。", "Letters, digits and . _ - @."),
    )
    title = forms.CharField(label=said("系统名称", "What the system is called"), max_length=80)


class RenameForm(Keyed):
    """What a unit is called from when on."""

    name_zh = forms.CharField(label=said("中文名称", "Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=said("英文名称", "Name in English"), max_length=160)
    on = _day(said("自何日起", "From"))


class MoveForm(Keyed):
    """Under which parent a unit stands from when on."""

    parent = UnitField(label=said("新的上级", "New parent"))
    on = _day(said("自何日起", "From"))


class LineForm(Keyed):
    """A professional line."""

    beside = (("name_zh", "name_en"),)

    code = forms.CharField(
        label=said("专业线代码", "Code"),
        max_length=40,
        help_text=said(
            "小写字母、数字和下划线；已有的代码只改名称。",
            "Lower-case letters, digits and underscores; a code that exists gets the new names.",
        ),
    )
    name_zh = forms.CharField(label=said("中文名称", "Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=said("英文名称", "Name in English"), max_length=80)
    starts_on = _day(said("自何日起", "From"))


class LineField(forms.ModelChoiceField):
    """A professional line in use, by its name in the reader's language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Line.objects.none(),
            label=said("专业线", "Line"),
            required=False,
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        """Return the line's name."""
        return str(obj.name)


class PostForm(Keyed):
    """Who takes which post from when on."""

    beside = (("title_zh", "title_en"), ("line", "starts_on"))

    account = AccountField(label=said("何人（登录名）", "Who (user name)"))
    title_zh = forms.CharField(label=said("岗位名称（中文）", "Title in Chinese"), max_length=80)
    title_en = forms.CharField(label=said("岗位名称（英文）", "Title in English"), max_length=120)
    line = LineField(empty_label=said("不属专业线", "No line"))
    starts_on = _day(said("自何日起", "From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines_in_force(timezone.localdate())  # type: ignore[attr-defined]


class GrantForm(Keyed):
    """Which role somebody is given where, and from when on."""

    beside = (("line", "place"),)

    account = AccountField(label=said("何人（登录名）", "Who (user name)"))
    unit = UnitField(label=said("单位", "Unit"), help_text=said("含其全部下级。", "With all units below it."))
    role = forms.ChoiceField(label=said("角色", "Role"), widget=forms.RadioSelect)
    line = LineField(empty_label=said("全部专业线", "All lines"))
    starts_on = _day(said("自何日起", "From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines_in_force(timezone.localdate())  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role.code, role.title) for role in roles().values()]  # type: ignore[attr-defined]
        self.fields["place"] = _place(
            label=said("地区", "Place"),
            help_text=said("不填为不限；填了只限该地区。", "Without one everywhere; with one only there."),
        )
        self.order_fields(["account", "unit", "role", "line", "place", "starts_on"])


class EndForm(Keyed):
    """From which day on something no longer holds."""

    ends_on = _day(said("自何日起不再有效", "Holds no longer from"))
