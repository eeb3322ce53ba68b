"""Notices with their deliveries and attempts, what each account wishes, channels and robots with their secrets."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.notices.due import Manner
from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.people import vault
from bangfu.foundation.rooms import Channel, Words, both

PERSONAL = [Channel.EMAIL.value, Channel.SMS.value]
ROBOTS = [Channel.WECOM.value, Channel.DINGTALK.value]
CHANNEL_WORDS: dict[str, Words] = {
    Channel.EMAIL.value: both("电子邮件", "E-mail"),
    Channel.SMS.value: both("短信", "Text message"),
    Channel.WECOM.value: both("企业微信群机器人", "WeCom group robot"),
    Channel.DINGTALK.value: both("钉钉群机器人", "DingTalk group robot"),
}


class Secret(models.Model):
    """A secret of a channel or robot, sealed under a key of its own that is wrapped under the house's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)

    def opened(self) -> str:
        """Return the secret; for sending alone, never shown."""
        label = f"notice-secret:{self.id}"
        return vault.open_content(bytes(self.wrapped), bytes(self.sealed), label=label).decode()


class ChannelSetting(models.Model):
    """How the house reaches people by one channel."""

    channel = models.CharField(max_length=10, primary_key=True)
    is_on = models.BooleanField(default=False)
    settings = models.JSONField(default=dict)
    """What is no secret: host, port, encryption, sender, user."""
    secret = models.ForeignKey(Secret, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(channel__in=PERSONAL), name="notices_channel_to_a_person"),
        ]

    def __str__(self) -> str:
        return self.channel


class Robot(models.Model):
    """A robot in a unit's group chat, told of some kinds of notice from the unit and those below it."""

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    title = models.CharField(max_length=80)
    kinds = ArrayField(models.CharField(max_length=80))
    language = models.CharField(max_length=10, default="zh-hans")
    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    """What the chat's software gave: the key of the address, and for DingTalk the secret that signs, on lines of their own."""
    entered_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    """Since when it tells nothing for a while; null when it does."""
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(channel__in=ROBOTS), name="notices_robot_of_a_chat"),
            models.CheckConstraint(condition=~Q(title=""), name="notices_robot_has_a_title"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit"], condition=Q(stopped_at__isnull=True), name="notices_robots_of_unit")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> Scope:
        """Where it is."""
        return Scope(unit=self.unit_id)


class Notice(models.Model):
    """What one account, or one robot's group, was told; the words stay as they were said."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    robot = models.ForeignKey(
        Robot, null=True, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=80)
    about = models.CharField(max_length=300)
    """The record's code and key, or the page; empty for neither."""
    occasion = models.CharField(max_length=80)
    """What tells one notice about the same from the next: the day of a reminder; empty when there is one alone."""
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    body_zh = models.TextField()
    body_en = models.TextField()
    address = models.CharField(max_length=300)
    """The page to go to; empty for none."""
    is_urgent = models.BooleanField()
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, robot__isnull=True)
                | Q(account__isnull=True, robot__isnull=False, read_at__isnull=True),
                name="notices_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["account", "robot", "kind", "about", "occasion"],
                nulls_distinct=False,
                name="notices_told_once",
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("made_at")), name="notices_read_after"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account"],
                condition=Q(read_at__isnull=True, account__isnull=False),
                name="notices_unread",
            ),
            models.Index(fields=["account", "-made_at", "-id"], name="notices_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def title(self) -> Words:
        """What is told of."""
        return Words(self.title_zh, self.title_en)

    @property
    def body(self) -> Words:
        """What is said."""
        return Words(self.body_zh, self.body_en)


class Delivery(models.Model):
    """One notice on its way by one channel."""

    class State(models.TextChoices):
        WAITING = "WAITING", "waiting"
        DELIVERED = "DELIVERED", "delivered"
        GIVEN_UP = "GIVEN_UP", "given up"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=10)
    is_digest = models.BooleanField(default=False)
    """It goes out with the others of its account that are due then."""
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tried = models.SmallIntegerField(default=0)
    """Attempts since it was last begun anew."""
    due_at = models.DateTimeField()
    """When it is tried next; while somebody tries it, until when they hold it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notices_once_by_each_channel"),
            models.CheckConstraint(condition=Q(channel__in=PERSONAL + ROBOTS), name="notices_known_channel"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(state="WAITING"), name="notices_due"),
            models.Index(fields=["state", "-id"], name="notices_by_state"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Attempt(AppendOnly):
    """One try of a delivery, and what the channel said."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    attempted_at = models.DateTimeField()
    is_taken = models.BooleanField()
    answer_zh = models.CharField(max_length=300)
    answer_en = models.CharField(max_length=300)
    """What the channel answered or why nothing came; never an address of a person, never a secret."""

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["delivery", "id"], name="notices_attempts")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    @property
    def answer(self) -> Words:
        """What came of it, in words."""
        return Words(self.answer_zh, self.answer_en)


class Wish(models.Model):
    """Whether an account wants a kind of notice by a channel, where it differs from what the kind says."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=10)
    is_wanted = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind", "channel"], name="notices_one_wish_each"),
            models.CheckConstraint(condition=Q(channel__in=PERSONAL), name="notices_wish_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} {self.channel}"


class Habit(models.Model):
    """When an account wants to be told, where it differs from what everybody has."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    is_digest = models.BooleanField()
    digest_hour = models.SmallIntegerField()
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    """Null, like the beginning: no quiet hours."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest_hour__gte=0, digest_hour__lte=23), name="notices_an_hour_of_the_day"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notices_quiet_has_two_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.account_id)

    @property
    def manner(self) -> Manner:
        """How the account wants to be told."""
        return Manner(self.is_digest, self.digest_hour, self.quiet_from, self.quiet_until)


class FakeMessage(AppendOnly):
    """A text message of the adapter that sends nothing, as the example and tests show it."""

    number = models.CharField(max_length=20)
    """With its middle masked."""
    text = models.CharField(max_length=500)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class OneTimeCode(models.Model):
    """Six digits that were sent to a telephone number, of which only keyed digests are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number_index = models.BinaryField()
    """``vault.blind_index`` of the number."""
    address_index = models.BinaryField(null=True)
    """That of the network address from which it was asked for; null when it was not told."""
    digest = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    """When a later code took its place."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="notices_code_lasts"),
            models.CheckConstraint(condition=Q(tries__gte=0, tries__lte=5), name="notices_code_five_tries"),
            models.UniqueConstraint(
                fields=["number_index"],
                condition=Q(used_at__isnull=True, void_at__isnull=True),
                name="notices_one_open_code_a_number",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number_index", "issued_at"], name="notices_codes_of_number"),
            models.Index(fields=["address_index", "issued_at"], name="notices_codes_of_address"),
        ]

    def __str__(self) -> str:
        return str(self.id)


STATE_WORDS = {
    Delivery.State.WAITING.value: both("等待发送", "Waiting"),
    Delivery.State.DELIVERED.value: both("已送达", "Delivered"),
    Delivery.State.GIVEN_UP.value: both("已放弃", "Given up"),
}
