"""Channels of the house and robots of its units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.notices import operations
from bangfu.foundation.notices.channels.texts import is_fake
from bangfu.foundation.notices.forms import MailForm, RobotForm, RobotSaidForm, RobotSecretForm
from bangfu.foundation.notices.models import (
    CHANNEL_WORDS,
    PERSONAL,
    ChannelSetting,
    FakeMessage,
    Robot,
)
from bangfu.foundation.notices.queries import open_channels
from bangfu.foundation.notices.secrets import mail_server
from bangfu.foundation.notices.views.delivering import viewer_of
from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Channel, Words, both, notice_kinds
from bangfu.foundation.rooms.forms import Keyed

SHOWN = require_http_methods(["GET", "HEAD", "POST"])
MESSAGES_SHOWN = 100
SAVED = both("已保存。", "Saved.")


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Show by what the house reaches people, and the robots of its units."""
    viewer_of(request)
    kinds, server = notice_kinds(), mail_server()
    context = {
        "channels": [(code, CHANNEL_WORDS[code], code in open_channels()) for code in PERSONAL],
        "server": server,
        "is_fake": is_fake(),
        "robots": [
            {
                "it": one,
                "channel": CHANNEL_WORDS[one.channel],
                "kinds": [kinds[code].title for code in one.kinds if code in kinds],
            }
            for one in Robot.objects.select_related("unit").order_by("stopped_at", "-entered_at")
        ],
    }
    return render(request, "notices/channels.html", context)


@sensitive_post_parameters("password")
@SHOWN
def mail(request: HttpRequest) -> HttpResponse:
    """Ask for the mail server, or keep it."""
    viewer_of(request)
    known = ChannelSetting.objects.filter(channel="EMAIL").first()
    form = MailForm(request.POST or None, initial={"is_on": known.is_on, **known.settings} if known else {})
    title = both("邮件服务器", "Mail server")
    return _carried_out(request, form, operations.settle_mail, title)


@sensitive_post_parameters("robot_key", "signing_secret")
@SHOWN
def new_robot(request: HttpRequest) -> HttpResponse:
    """Ask for a group's robot, or enter it."""
    viewer_of(request)
    title = both("登记群机器人", "Enter a group's robot")
    return _carried_out(request, RobotForm(request.POST or None), operations.enter_robot, title)


@SHOWN
def change_robot(request: HttpRequest, key: int) -> HttpResponse:
    """Ask what a robot is told of, or change it."""
    viewer_of(request)
    robot = get_object_or_404(Robot, pk=key)
    known = {"title": robot.title, "kinds": robot.kinds, "language": robot.language}
    form = RobotSaidForm(request.POST or None, initial=known)
    title = both("修改群机器人", "Change a group's robot")
    return _carried_out(request, form, partial(operations.change_robot, robot=robot), title)


@sensitive_post_parameters("robot_key", "signing_secret")
@SHOWN
def renew_robot_secret(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a robot's new secret, or keep it."""
    viewer_of(request)
    robot = get_object_or_404(Robot, pk=key)
    form = RobotSecretForm(request.POST or None, is_signed=robot.channel == Channel.DINGTALK)
    title = both("更换密钥：{title}", "Another secret: {title}").filled(title=robot.title)
    return _carried_out(request, form, partial(operations.renew_robot_secret, robot=robot), title)


def _carried_out(
    request: HttpRequest, form: Keyed, operation: Callable[..., Any], title: Words
) -> HttpResponse:
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            operation(act=Act.now(reader_of(request), key=said.pop("key")), **said)
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(SAVED))
            return redirect("notices:channels")
    status = 200
    if form.is_bound:
        status = 422 if refusal is None else 403 if isinstance(refusal, NotPermitted) else 409
    response = render(
        request, "notices/form.html", {"form": form, "refusal": refusal, "title": title}, status=status
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def text_messages(request: HttpRequest) -> HttpResponse:
    """Turn text messages on or off."""
    is_on = request.POST.get("is_on") == "1"
    operations.settle_text_messages(is_on=is_on, act=Act.now(reader_of(request)))
    messages.success(request, str(SAVED))
    return redirect("notices:channels")


@require_safe
def fake_messages(request: HttpRequest) -> HttpResponse:
    """Show the text messages that were kept in place of sending them."""
    viewer_of(request)
    rows = FakeMessage.objects.order_by("-id")[:MESSAGES_SHOWN]
    response = render(request, "notices/fake_messages.html", {"rows": rows})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def test_channel(request: HttpRequest, channel: str) -> HttpResponse:
    """Send a test by a channel to whoever asks, and show what came of it."""
    if channel not in PERSONAL:
        raise Http404(channel)
    made = operations.try_channel(channel=channel, act=Act.now(reader_of(request)))
    return redirect("notices:delivery", key=made.pk)


@require_POST
def test_robot(request: HttpRequest, key: int) -> HttpResponse:
    """Let a robot tell a test, and show what came of it."""
    robot = get_object_or_404(Robot, pk=key)
    made = operations.try_robot(robot=robot, act=Act.now(reader_of(request)))
    return redirect("notices:delivery", key=made.pk)


@require_POST
def pause_robot(request: HttpRequest, key: int) -> HttpResponse:
    """Pause a robot."""
    robot = get_object_or_404(Robot, pk=key)
    operations.pause_robot(robot=robot, act=Act.now(reader_of(request)))
    messages.success(request, str(both("机器人已暂停。", "The robot is paused.")))
    return redirect("notices:channels")


@require_POST
def resume_robot(request: HttpRequest, key: int) -> HttpResponse:
    """Resume a robot."""
    robot = get_object_or_404(Robot, pk=key)
    operations.resume_robot(robot=robot, act=Act.now(reader_of(request)))
    messages.success(request, str(both("机器人已恢复。", "The robot tells again.")))
    return redirect("notices:channels")


@require_POST
def stop_robot(request: HttpRequest, key: int) -> HttpResponse:
    """Stop a robot."""
    robot = get_object_or_404(Robot, pk=key)
    operations.stop_robot(robot=robot, act=Act.now(reader_of(request)))
    messages.success(request, str(both("机器人已停用。", "The robot is stopped.")))
    return redirect("notices:channels")
