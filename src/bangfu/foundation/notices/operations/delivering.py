"""A delivery is sent once more by hand."""

from __future__ import annotations

from bangfu.foundation.notices.models import Delivery
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.rooms import both


class UnableToSendAgain(Refusal):
    """Codes: ``delivered_already``, ``robot_stopped``."""

    sentences = {
        "delivered_already": both(
            "这条已经送达，不再发送。", "This was delivered already and is not sent again."
        ),
        "robot_stopped": both(
            "群机器人已停用。请登记新的机器人。", "The robot was stopped. Enter a new one."
        ),
    }


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("notices.send_again", scope=_whole_house)
def send_again(*, delivery: Delivery, act: Act) -> Delivery:
    """Send a delivery that waits or was given up at once, with all its tries anew.

    Raises: UnableToSendAgain: see its codes; nothing was written.
    Locks: the delivery.
    """
    held = (
        Delivery.objects.select_for_update(of=("self",)).select_related("notice__robot").get(pk=delivery.pk)
    )
    if held.state == Delivery.State.DELIVERED:
        raise UnableToSendAgain("delivered_already")
    robot = held.notice.robot
    if robot is not None and robot.stopped_at is not None:
        raise UnableToSendAgain("robot_stopped")
    held.state, held.tried, held.due_at = Delivery.State.WAITING, 0, act.at
    held.save(update_fields=["state", "tried", "due_at"])
    return held
