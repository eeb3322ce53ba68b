"""Secrets of channels: sealed when they are entered, opened for sending alone."""

from __future__ import annotations

import uuid

from django.conf import settings

from bangfu.foundation.notices.channels.interface import Sender
from bangfu.foundation.notices.channels.mail import PLAIN, STARTTLS, MailSender, MailServer
from bangfu.foundation.notices.channels.robots import DingTalkRobot, WeComRobot
from bangfu.foundation.notices.models import ChannelSetting, Robot, Secret
from bangfu.foundation.people import vault
from bangfu.foundation.rooms import Channel


def sealed(text: str, *, key: uuid.UUID | None = None) -> Secret:
    """Return a secret, sealed and not stored yet, under a new key or in the place of another."""
    key = key or uuid.uuid4()
    wrapped, content = vault.seal_content(text.encode(), label=f"notice-secret:{key}")
    return Secret(id=key, wrapped=wrapped, sealed=content)


def robot_sender(robot: Robot) -> Sender:
    """Return what posts into a robot's group."""
    key, _, signing = robot.secret.opened().partition("\n")
    return WeComRobot(key) if robot.channel == Channel.WECOM else DingTalkRobot(key, signing)


def mail_server() -> MailServer | None:
    """Return the mail server: as it was entered in the product, else as the settings have it; null when there is none."""
    found = ChannelSetting.objects.select_related("secret").filter(channel=Channel.EMAIL).first()
    if found is not None:
        password = found.secret.opened() if found.secret else ""
        return MailServer(password=password, **found.settings) if found.is_on else None
    if not settings.EMAIL_HOST:
        return None
    return MailServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        encryption=STARTTLS if settings.EMAIL_USE_TLS else PLAIN,
        sender=settings.DEFAULT_FROM_EMAIL,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
    )


def mail_sender() -> MailSender | None:
    """Return what sends mail; null when the house has no mail server."""
    server = mail_server()
    return MailSender(server) if server else None
