"""The form that asks for a token."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from bangfu.foundation.api.models import LONGEST
from bangfu.foundation.api.operations import LONGEST_NAME
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import permission_words, rooms
from bangfu.foundation.rooms.forms import DayInput, Keyed, said

USUAL = timedelta(days=90)


class TokenForm(Keyed):
    """What a token is for, until when it is in force and what it may do."""

    account = forms.ModelChoiceField(
        label=said("系统账号", "System account"), queryset=Account.objects.none(), empty_label=None
    )
    name = forms.CharField(
        label=said("用途", "What it is for"),
        max_length=LONGEST_NAME,
        help_text=said(
            "例如：县财务系统每晚报送", "For example: nightly upload of the county’s finance system"
        ),
    )
    last_day = forms.DateField(
        label=said("最后一天", "Last day"),
        widget=DayInput(),
        help_text=said("到期自动失效，最长一年。", "It ends by itself, after a year at most."),
    )
    is_read_only = forms.BooleanField(
        label=said("只读", "Read only"),
        required=False,
        initial=True,
        help_text=said(
            "只读的令牌不能办理任何操作。", "A token that may only read carries out no operation."
        ),
    )
    has_all = forms.BooleanField(
        label=said("账号当时拥有的全部权限", "All that the account holds at the time"),
        required=False,
        help_text=said("不勾选时，只有下面选中的权限。", "Without it, only the permissions chosen below."),
    )
    permissions = forms.MultipleChoiceField(
        label=said("只限这些权限", "These permissions only"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    beside = (("last_day", "is_read_only"),)

    def __init__(
        self, *args: Any, today: date, held: Iterable[str], accounts: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if accounts is None:
            del self.fields["account"]
        else:
            self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["last_day"].initial = today + USUAL
        self.fields["last_day"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + LONGEST - timedelta(days=1)).isoformat(),
        }
        self.fields["permissions"].choices = _by_room(held)  # type: ignore[attr-defined]

    @property
    def ends_at(self) -> datetime:
        """The moment at which a token of the chosen last day ends."""
        day = self.cleaned_data["last_day"] + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, time.min))

    @property
    def chosen(self) -> list[str] | None:
        """The only permissions that it carries; null = all."""
        return None if self.cleaned_data["has_all"] else list(self.cleaned_data["permissions"])


def _by_room(held: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return permissions in words, in groups under the rooms that declare them."""
    titles = {room.code: str(room.title) for room in rooms()}
    found: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(held):
        room = name.partition(".")[0]
        found.setdefault(titles.get(room, room), []).append((name, str(permission_words(name))))
    return list(found.items())
