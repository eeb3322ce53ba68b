"""One-time links, second factors with their recovery codes, and the log of sign-ins."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.rooms import both


class OneTimeLink(models.Model):
    """A link by which somebody sets the password of an account once; only its digest is kept."""

    class Purpose(models.TextChoices):
        INVITATION = "INVITATION", "invitation"
        RESET = "RESET", "reset"

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token, in hex."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    """When a later link took its place."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="accounts_link_lasts_a_while"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at__isnull=True, void_at__isnull=True),
                name="accounts_one_open_link_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} #{self.pk}"


class SecondFactor(models.Model):
    """An authenticator app (RFC 6238) that belongs to an account; it counts once its first code was entered."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="second_factor"
    )
    secret_sealed = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    """The half-minute whose code was used last: no code is taken twice."""

    def __str__(self) -> str:
        return str(self.account_id)


class RecoveryCode(models.Model):
    """A code on paper that stands in for the app once; only a keyed digest is kept."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "digest"], name="accounts_recovery_code_once_an_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} #{self.pk}"


class SignIn(AppendOnly):
    """One line of the log of sign-ins; only added, never shortened."""

    class Kind(models.TextChoices):
        SIGNED_IN = "SIGNED_IN", "signed in"
        WRONG_PASSWORD = "WRONG_PASSWORD", "wrong password"
        WRONG_CODE = "WRONG_CODE", "wrong code"
        LOCKED = "LOCKED", "refused while locked"
        SIGNED_OUT = "SIGNED_OUT", "signed out"

    recorded_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=14, choices=Kind.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="sign_ins",
        db_index=False,
    )
    """Null when no account has the name that was typed; the name is not kept, since it may have been a password."""
    with_second_factor = models.BooleanField(default=False)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [
            models.Index(fields=["recorded_at", "id"], name="accounts_signin_time"),
            models.Index(fields=["account", "recorded_at", "id"], name="accounts_signin_account"),
            models.Index(fields=["kind", "recorded_at", "id"], name="accounts_signin_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


KIND_WORDS = {
    SignIn.Kind.SIGNED_IN.value: both("登录", "Signed in"),
    SignIn.Kind.WRONG_PASSWORD.value: both("密码不对", "Wrong name or password"),
    SignIn.Kind.WRONG_CODE.value: both("验证码不对", "Wrong code"),
    SignIn.Kind.LOCKED.value: both("锁定中，被拒绝", "Refused while locked"),
    SignIn.Kind.SIGNED_OUT.value: both("退出", "Signed out"),
}
