"""Forms of the people room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from bangfu.foundation.rooms.forms import Keyed, said


class OwnPasswordForm(PasswordChangeForm, Keyed):
    """The old password and the new one twice; whether the old one is right, the operation says."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["old_password"].label = said("原密码", "Old password")
        self.fields["new_password1"].label = said("新密码", "New password")
        self.fields["new_password1"].help_text = said(
            "至少十个字符，不能全是数字，不能太常见。",
            "Ten characters at least, not digits only, and none of the common ones.",
        )
        self.fields["new_password2"].label = said("再输入一次新密码", "The new password again")
        self.fields["new_password2"].help_text = ""
        self.error_messages = {
            **self.error_messages,
            "password_mismatch": said("两次输入的新密码不一致。", "The two new passwords differ."),
        }

    def clean_old_password(self) -> str:
        """Return what was entered."""
        return str(self.cleaned_data["old_password"])

    def save(self, commit: bool = True) -> Any:
        """Refuse: passwords are changed by the operation."""
        raise forms.ValidationError("a password is changed by people.change_password")
