"""One's own notices are marked as read, and that is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bangfu.foundation.notices.models import Notice
from bangfu.foundation.operations import OWN, Act, Refusal, operation
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both


class UnableToMark(Refusal):
    """Codes: ``not_own``, ``nothing_chosen``."""

    sentences = {
        "not_own": both("这不是您的通知。请刷新页面。", "This notice is not yours. Load the page again."),
        "nothing_chosen": both("请先选通知。", "Choose notices first."),
    }


@operation("notices.mark_read", scope=OWN)
def mark_read(*, account: Account, notices: Sequence[int], act: Act) -> int:
    """Mark some of one's own notices as read and return how many were not yet.

    Raises: UnableToMark: ``not_own``, ``nothing_chosen``; nothing was written.
    """
    chosen = set(notices)
    if not chosen:
        raise UnableToMark("nothing_chosen")
    own = Notice.objects.filter(account=account, pk__in=chosen)
    if own.count() < len(chosen):
        raise UnableToMark("not_own")
    return own.filter(read_at=None).update(read_at=act.at)


@operation("notices.mark_all_read", scope=OWN)
def mark_all_read(*, account: Account, up_to: int, act: Act) -> int:
    """Mark one's own notices as read and return how many were not yet.

    Args:
        up_to: the key of the newest that the reader saw: what came since stays unread.
    """
    own = Notice.objects.filter(account=account, pk__lte=up_to, made_at__lte=act.at)
    return own.filter(read_at=None).update(read_at=act.at)


@operation("notices.mark_unread", scope=OWN)
def mark_unread(*, account: Account, marked_at: datetime, act: Act) -> int:
    """Take back what marked one's own notices as read at a moment, and return how many are unread again."""
    return Notice.objects.filter(account=account, read_at=marked_at).update(read_at=None)
