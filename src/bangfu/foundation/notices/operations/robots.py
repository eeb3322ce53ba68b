"""A robot that was entered is changed, paused, and given another secret."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.foundation.notices.models import Robot
from bangfu.foundation.notices.operations.settling import (
    UnableToSettle,
    require_said,
    robot_for_update,
    robot_secret,
)
from bangfu.foundation.notices.secrets import sealed
from bangfu.foundation.operations import Act, operation, scope_of


@operation("notices.change_robot", scope=scope_of("robot"))
def change_robot(*, robot: Robot, title: str, kinds: Sequence[str], language: str, act: Act) -> Robot:
    """Change what a robot's group is called, what it is told of and in which language; its unit, chat and secret stay.

    Raises: UnableToSettle: ``stopped_already``, ``no_title``, ``no_kind``, ``unknown_kind``, ``unknown_language``; nothing
        was written.
    Locks: the robot.
    """
    held = robot_for_update(robot)
    require_said(title, kinds, language)
    held.title, held.kinds, held.language = title, sorted(set(kinds)), language
    held.save(update_fields=["title", "kinds", "language"])
    return held


@operation("notices.pause_robot", scope=scope_of("robot"))
def pause_robot(*, robot: Robot, act: Act) -> Robot:
    """Let a robot tell nothing new for a while; what was told before still goes out.

    Raises: UnableToSettle: ``stopped_already``, ``paused_already``; nothing was written.
    Locks: the robot.
    """
    held = robot_for_update(robot)
    if held.paused_at is not None:
        raise UnableToSettle("paused_already")
    held.paused_at = act.at
    held.save(update_fields=["paused_at"])
    return held


@operation("notices.resume_robot", scope=scope_of("robot"))
def resume_robot(*, robot: Robot, act: Act) -> Robot:
    """Let a paused robot tell again, from now on.

    Raises: UnableToSettle: ``stopped_already``, ``not_paused``; nothing was written.
    Locks: the robot.
    """
    held = robot_for_update(robot)
    if held.paused_at is None:
        raise UnableToSettle("not_paused")
    held.paused_at = None
    held.save(update_fields=["paused_at"])
    return held


@operation("notices.renew_robot_secret", scope=scope_of("robot"), unrecorded=("robot_key", "signing_secret"))
def renew_robot_secret(*, robot: Robot, robot_key: str, signing_secret: str, act: Act) -> Robot:
    """Put another secret in the place of a robot's; the one before is overwritten and no longer opens.

    Args:
        robot_key: WeCom's ``key`` or DingTalk's ``access_token``; kept sealed and never shown again.
        signing_secret: DingTalk's; empty for WeCom.

    Raises: UnableToSettle: ``stopped_already``, ``no_key``, ``no_signing_secret``; nothing was written.
    Locks: the robot.
    """
    held = robot_for_update(robot)
    renewed = sealed(robot_secret(held.channel, robot_key, signing_secret), key=held.secret_id)
    renewed.save(force_update=True)
    return held
