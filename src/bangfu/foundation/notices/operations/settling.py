"""Channels of the house and robots of its units, settled by the administrator of the system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Model

from bangfu.foundation.notices.channels.mail import PLAIN, STARTTLS, TLS
from bangfu.foundation.notices.channels.texts import is_fake, is_fake_allowed
from bangfu.foundation.notices.kinds import TEST
from bangfu.foundation.notices.models import ROBOTS, ChannelSetting, Delivery, Notice, Robot, Secret
from bangfu.foundation.notices.queries import open_channels, reachable
from bangfu.foundation.notices.secrets import sealed
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Channel, both, notice_kinds

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_ROBOT_KEY = re.compile(r"[A-Za-z0-9_-]{8,200}")
LONGEST_TITLE = 80


class UnableToSettle(Refusal):
    """Codes: ``no_host``, ``no_port``, ``no_encryption``, ``no_sender``, ``half_signed_in``, ``no_adapter``, ``not_a_robot``,
    ``no_title``, ``no_kind``, ``unknown_kind``, ``no_key``, ``no_signing_secret``, ``unknown_language``, ``stopped_already``,
    ``channel_closed``, ``no_address``, ``paused_already``, ``not_paused``."""

    sentences = {
        "no_host": both("请写邮件服务器的主机名或地址。", "Write the mail server's host."),
        "no_port": both("端口须是 1 到 65535。", "A port is from 1 to 65535."),
        "no_encryption": both("请选加密方式。", "Choose how the connection is encrypted."),
        "no_sender": both(
            "发件人须是一个邮件地址，前面可加名称。",
            "The sender is an e-mail address, with a name before it if you like.",
        ),
        "half_signed_in": both(
            "用户名和密码要么都写，要么都不写；不加密时不能写密码。",
            "Write both user and password or neither, and no password without encryption.",
        ),
        "no_adapter": both(
            "没有短信服务商。请先设 BANGFU_SMS_ADAPTER；假短信只在示例和测试中可用。",
            "There is no provider of text messages. Set BANGFU_SMS_ADAPTER first; the fake works in the example and in tests"
            " alone.",
        ),
        "not_a_robot": both("请选企业微信或钉钉。", "Choose WeCom or DingTalk."),
        "no_title": both(
            "请写群的名称，不超过 80 个字。", "Write the group's name, in 80 characters at most."
        ),
        "no_kind": both("请至少选一种通知。", "Choose at least one kind of notice."),
        "unknown_kind": both(
            "「{kind}」不是可以发到群里的通知。", "{kind} is no notice that may be told to a group."
        ),
        "no_key": both(
            "请粘贴机器人的 key（企业微信）或 access_token（钉钉），只含字母、数字、- 和 _。",
            "Paste the robot's key (WeCom) or access_token (DingTalk): letters, digits, - and _ alone.",
        ),
        "no_signing_secret": both(
            "钉钉机器人须选“加签”，并粘贴 SEC 开头的密钥。",
            "Choose “sign” for a DingTalk robot and paste its secret that begins with SEC.",
        ),
        "unknown_language": both("请选中文或 English。", "Choose 中文 or English."),
        "stopped_already": both("这个机器人已经停用。", "This robot was stopped already."),
        "paused_already": both(
            "这个机器人已经暂停。要它再发，请恢复。",
            "This robot is paused already. Resume it to let it tell again.",
        ),
        "not_paused": both("这个机器人没有暂停。", "This robot is not paused."),
        "channel_closed": both(
            "这个渠道没有启用。请先启用再试发。", "This channel is off. Turn it on, then try it."
        ),
        "no_address": both(
            "您的账号在这个渠道没有地址。请先登记邮件地址或手机号码。",
            "Your account has no address by this channel. Have an e-mail address or a telephone number entered first.",
        ),
    }


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("notices.settle_mail", scope=_whole_house, unrecorded=("password",))
def settle_mail(
    *,
    is_on: bool,
    host: str,
    port: int,
    encryption: str,
    sender: str,
    user: str,
    password: str,
    act: Act,
) -> ChannelSetting:
    """Enter the mail server, and turn mail on or off.

    Args:
        password: kept sealed and never shown again; empty leaves the one that is known, when there is a user.

    Raises: UnableToSettle: see its codes; nothing was written.
    Locks: the channel's setting.
    """
    if not _HOST.fullmatch(host):
        raise UnableToSettle("no_host")
    if not 1 <= port <= 65535:
        raise UnableToSettle("no_port")
    if encryption not in (PLAIN, STARTTLS, TLS):
        raise UnableToSettle("no_encryption")
    _, address = parseaddr(sender)
    if address.count("@") != 1 or not address.isascii() or any(sign in sender for sign in "\r\n"):
        raise UnableToSettle("no_sender")
    before = ChannelSetting.objects.select_for_update().filter(channel=Channel.EMAIL).first()
    kept = before.secret if before and user and not password else None
    if bool(user) != bool(password or kept) or (password and encryption == PLAIN):
        raise UnableToSettle("half_signed_in")
    secret = _kept(password) if password else kept
    said = {"host": host, "port": port, "encryption": encryption, "sender": sender, "user": user}
    return _settled(Channel.EMAIL, is_on, said, secret, act)


@operation("notices.settle_text_messages", scope=_whole_house)
def settle_text_messages(*, is_on: bool, act: Act) -> ChannelSetting:
    """Turn text messages on or off.

    Raises: UnableToSettle: ``no_adapter``; nothing was written.
    """
    if is_on and (not settings.SMS_ADAPTER or (is_fake() and not is_fake_allowed())):
        raise UnableToSettle("no_adapter")
    return _settled(Channel.SMS, is_on, {}, None, act)


def _kept(text: str) -> Secret:
    secret = sealed(text)
    secret.save(force_insert=True)
    return secret


def _settled(
    channel: Channel, is_on: bool, said: dict[str, object], secret: Secret | None, act: Act
) -> ChannelSetting:
    before = ChannelSetting.objects.select_related("secret").filter(channel=channel).first()
    found, _ = ChannelSetting.objects.update_or_create(
        channel=channel.value,
        defaults={"is_on": is_on, "settings": said, "secret": secret, "changed_at": act.at},
    )
    if before is not None and before.secret is not None and before.secret != secret:
        before.secret.delete()
    return found


def require_said(title: str, kinds: Sequence[str], language: str) -> None:
    """Refuse what cannot be said of a robot.

    Raises: UnableToSettle: ``no_title``, ``no_kind``, ``unknown_kind``, ``unknown_language``.
    """
    if not title or len(title) > LONGEST_TITLE:
        raise UnableToSettle("no_title")
    if not kinds:
        raise UnableToSettle("no_kind")
    for code in kinds:
        known = notice_kinds().get(code)
        if known is None or not known.is_for_groups:
            raise UnableToSettle("unknown_kind", kind=code)
    if language not in {code for code, _ in settings.LANGUAGES}:
        raise UnableToSettle("unknown_language")


def robot_secret(channel: str, robot_key: str, signing_secret: str) -> str:
    """Return what a robot's secret holds, in one text.

    Raises: UnableToSettle: ``no_key``, ``no_signing_secret``.
    """
    if not _ROBOT_KEY.fullmatch(robot_key):
        raise UnableToSettle("no_key")
    if channel != Channel.DINGTALK:
        return robot_key
    if not _ROBOT_KEY.fullmatch(signing_secret):
        raise UnableToSettle("no_signing_secret")
    return f"{robot_key}\n{signing_secret}"


@operation("notices.enter_robot", scope=scope_of("unit"), unrecorded=("robot_key", "signing_secret"))
def enter_robot(
    *,
    unit: Model,
    channel: str,
    title: str,
    kinds: Sequence[str],
    language: str,
    robot_key: str,
    signing_secret: str,
    act: Act,
) -> Robot:
    """Let a robot tell the group chat of a unit some kinds of notice, from the unit and those below it.

    Args:
        robot_key: WeCom's ``key`` or DingTalk's ``access_token``; kept sealed and never shown again.
        signing_secret: DingTalk's; empty for WeCom.

    Raises: UnableToSettle: see its codes; nothing was written.
    """
    if channel not in ROBOTS:
        raise UnableToSettle("not_a_robot")
    require_said(title, kinds, language)
    secret = _kept(robot_secret(channel, robot_key, signing_secret))
    return Robot.objects.create(
        unit_id=unit.pk,
        channel=channel,
        title=title,
        kinds=sorted(set(kinds)),
        language=language,
        secret=secret,
        entered_at=act.at,
    )


def robot_for_update(robot: Robot) -> Robot:
    """Return a robot as it is now, locked until the operation ends.

    Raises: UnableToSettle: ``stopped_already``.
    """
    held = Robot.objects.select_for_update(of=("self",)).select_related("secret", "unit").get(pk=robot.pk)
    if held.stopped_at is not None:
        raise UnableToSettle("stopped_already")
    return held


@operation("notices.stop_robot", scope=scope_of("robot"))
def stop_robot(*, robot: Robot, act: Act) -> Robot:
    """Let a robot tell nothing any more; what waits for it is given up, and its secret no longer opens.

    Raises: UnableToSettle: ``stopped_already``; nothing was written.
    Locks: the robot.
    """
    held = robot_for_update(robot)
    held.stopped_at = act.at
    held.save(update_fields=["stopped_at"])
    emptied = sealed("", key=held.secret_id)
    emptied.save(force_update=True)
    waiting = Delivery.objects.filter(notice__robot=held, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.GIVEN_UP)
    return held


@operation("notices.try_channel", scope=_whole_house)
def try_channel(*, channel: str, act: Act) -> Delivery:
    """Send a test by a channel to whoever acts; what the channel answers stands on the delivery's page.

    Raises: UnableToSettle: ``channel_closed``, ``no_address``; nothing was written.
    """
    if channel not in open_channels():
        raise UnableToSettle("channel_closed")
    if act.actor.pk not in reachable([act.actor.pk], [Channel(channel)])[Channel(channel)]:
        raise UnableToSettle("no_address")
    return _test(act, channel, account=act.actor)


@operation("notices.try_robot", scope=scope_of("robot"))
def try_robot(*, robot: Robot, act: Act) -> Delivery:
    """Let a robot tell its group a test; what it answers stands on the delivery's page.

    Raises: UnableToSettle: ``stopped_already``; nothing was written.
    """
    if robot.stopped_at is not None:
        raise UnableToSettle("stopped_already")
    return _test(act, robot.channel, robot=robot)


def _test(act: Act, channel: str, *, account: Account | None = None, robot: Robot | None = None) -> Delivery:
    notice = Notice.objects.create(
        account=account,
        robot=robot,
        kind=TEST.code,
        about="/notices/channels/",
        occasion=f"{channel} {act.at.isoformat()}",
        title_zh=TEST.title.zh,
        title_en=TEST.title.en,
        body_zh=TEST.body.zh,
        body_en=TEST.body.en,
        address="/notices/",
        is_urgent=True,
        made_at=act.at,
        read_at=act.at if account else None,
    )
    return Delivery.objects.create(notice=notice, channel=channel, due_at=act.at)
