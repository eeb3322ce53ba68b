"""Channels behind one interface: each takes a message for somebody, and says what the other side answered."""

from bangfu.foundation.notices.channels.interface import Failed, Message, Sender
from bangfu.foundation.notices.channels.mail import MailSender, MailServer
from bangfu.foundation.notices.channels.robots import DingTalkRobot, WeComRobot
from bangfu.foundation.notices.channels.texts import LocalFake, TextAdapter, adapter

__all__ = [
    "DingTalkRobot",
    "Failed",
    "LocalFake",
    "MailSender",
    "MailServer",
    "Message",
    "Sender",
    "TextAdapter",
    "WeComRobot",
    "adapter",
]
