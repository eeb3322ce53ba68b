"""Forms of the accounts room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm

from bangfu.foundation.rooms.forms import Keyed, said


class NewPasswordForm(SetPasswordForm, Keyed):
    """A password twice, by whoever holds a one-time link."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].label = said("密码", "Password")
        self.fields["new_password1"].help_text = said(
            "至少十个字符，不能全是数字，不能太常见。",
            "Ten characters at least, not digits only, and none of the common ones.",
        )
        self.fields["new_password2"].label = said("再输入一次", "The password again")
        self.fields["new_password2"].help_text = ""
        self.error_messages = {
            **self.error_messages,
            "password_mismatch": said("两次输入的密码不一致。", "The two passwords differ."),
        }

    def save(self, commit: bool = True) -> Any:
        """Refuse: passwords are set by the operation."""
        raise forms.ValidationError("a password is set by accounts.use_link")


class CodeForm(Keyed):
    """A code of an authenticator app."""

    code = forms.CharField(
        label=said("验证码", "Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = hint
