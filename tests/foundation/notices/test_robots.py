"""Robots of group chats once they are entered: changed, paused, resumed, given another secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bangfu.foundation.notices.models import Notice, Robot, Secret
from bangfu.foundation.notices.operations import (
    UnableToSettle,
    change_robot,
    enter_robot,
    pause_robot,
    renew_robot_secret,
    resume_robot,
    stop_robot,
)
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.operations.models import AuditEntry
from tests.cast import NOW, Cast
from tests.foundation.notices.toy import DUE, told

pytestmark = pytest.mark.django_db


def entered(cast: Cast, channel: str = "WECOM") -> Robot:
    """Let the administrator enter the robot of the branch's group."""
    signing = "SEC-of-before" if channel == "DINGTALK" else ""
    return enter_robot(
        unit=cast.guizhou, channel=channel, title="贵州群", kinds=[DUE.code], language="zh-hans",
        robot_key="key-of-before", signing_secret=signing, act=cast.act(cast.administrator),
    )  # fmt: skip


def said(**changes: Any) -> dict[str, Any]:
    return {"title": "贵州帮扶群", "kinds": [DUE.code], "language": "en", **changes}


def test_is_changed_and_keeps_its_secret(cast: Cast) -> None:
    robot = entered(cast)
    act = cast.act(cast.administrator, key="change")
    changed = change_robot(robot=robot, **said(), act=act)
    assert change_robot(robot=robot, **said(), act=act) == changed
    held = Robot.objects.select_related("secret").get()
    assert (held.title, held.kinds, held.language, held.unit) == (
        "贵州帮扶群",
        [DUE.code],
        "en",
        cast.guizhou,
    )
    assert held.secret.opened() == "key-of-before"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "no_title"),
        ({"kinds": []}, "no_kind"),
        ({"kinds": ["no.such"]}, "unknown_kind"),
        ({"language": "fr"}, "unknown_language"),
    ],
)
def test_change_refuses(cast: Cast, changes: dict[str, Any], code: str) -> None:
    robot = entered(cast)
    with pytest.raises(UnableToSettle) as refused:
        change_robot(robot=robot, **said(**changes), act=cast.act(cast.administrator))
    assert (refused.value.code, Robot.objects.get().title) == (code, "贵州群")


def test_paused_it_tells_nothing_and_resumed_it_tells_what_comes(cast: Cast) -> None:
    robot, act = entered(cast), cast.act(cast.administrator)
    pause_robot(robot=robot, act=act)
    assert told(cast, DUE, unit=cast.guizhou.pk, occasion="meanwhile") == 0
    with pytest.raises(UnableToSettle) as refused:
        pause_robot(robot=robot, act=act)
    assert refused.value.code == "paused_already"
    resume_robot(robot=robot, act=act)
    with pytest.raises(UnableToSettle) as refused:
        resume_robot(robot=robot, act=act)
    assert refused.value.code == "not_paused"
    assert told(cast, DUE, unit=cast.guizhou.pk, occasion="afterwards", at=NOW + timedelta(hours=1)) == 1
    assert list(Notice.objects.values_list("robot", "occasion")) == [(robot.pk, "afterwards")]


def test_another_secret_takes_the_place_of_the_one_before(cast: Cast) -> None:
    robot = entered(cast, "DINGTALK")
    before = Secret.objects.get()
    act = cast.act(cast.administrator)
    renew_robot_secret(robot=robot, robot_key="key-of-after", signing_secret="SEC-of-after", act=act)
    after = Secret.objects.get()
    assert (after.pk, after.opened()) == (before.pk, "key-of-after\nSEC-of-after")
    assert bytes(after.sealed) != bytes(before.sealed)
    entry = AuditEntry.objects.filter(operation="notices.renew_robot_secret").get()
    assert "of-after" not in str(vars(entry))
    for key, signing, code in (("x y", "SEC-of-after", "no_key"), ("key-of-after", "", "no_signing_secret")):
        with pytest.raises(UnableToSettle) as refused:
            renew_robot_secret(robot=robot, robot_key=key, signing_secret=signing, act=act)
        assert (refused.value.code, Secret.objects.get().opened()) == (code, after.opened())


def test_a_stopped_robot_is_left_alone_and_others_may_not(cast: Cast) -> None:
    robot = entered(cast)
    for actor in (cast.officer, cast.clerk):
        with pytest.raises(NotPermitted):
            pause_robot(robot=robot, act=cast.act(actor))
        with pytest.raises(NotPermitted):
            renew_robot_secret(robot=robot, robot_key="key-of-after", signing_secret="", act=cast.act(actor))
    act = cast.act(cast.administrator)
    stop_robot(robot=robot, act=act)
    calls: tuple[Any, ...] = (
        lambda: pause_robot(robot=robot, act=act),
        lambda: resume_robot(robot=robot, act=act),
        lambda: change_robot(robot=robot, **said(), act=act),
        lambda: renew_robot_secret(robot=robot, robot_key="key-of-after", signing_secret="", act=act),
    )
    for call in calls:
        with pytest.raises(UnableToSettle) as refused:
            call()
        assert refused.value.code == "stopped_already"
    assert Secret.objects.get().opened() == ""


def test_pages_change_pause_and_renew_without_showing_a_secret(cast: Cast) -> None:
    robot = entered(cast)
    client = Client()
    client.force_login(cast.administrator)
    base = f"/notices/robots/{robot.pk}/"
    shown = client.get(base).content.decode()
    assert ("贵州群" in shown, "key-of-before" in shown) == (True, False)
    changed = {"key": "c", "title": "新群", "kinds": [DUE.code], "language": "en"}
    assert client.post(base, changed).status_code == 302
    assert (Robot.objects.get().title, Robot.objects.get().language) == ("新群", "en")
    form = client.get(f"{base}secret").content.decode()
    assert ("key-of-before" in form, 'type="hidden" name="signing_secret"' in form) == (False, True)
    assert client.post(f"{base}secret", {"key": "s", "robot_key": "key-of-after"}).status_code == 302
    assert Robot.objects.get().secret.opened() == "key-of-after"
    client.post(f"{base}pause")
    assert "已暂停" in client.get("/notices/channels/").content.decode()
    client.post(f"{base}resume")
    assert Robot.objects.get().paused_at is None
    other = Client()
    other.force_login(cast.officer)
    assert [other.get(f"{base}{page}").status_code for page in ("", "secret")] == [403, 403]
