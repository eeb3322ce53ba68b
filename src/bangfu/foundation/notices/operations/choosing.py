"""How an account wants to be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bangfu.foundation.notices.models import PERSONAL, Habit, Wish
from bangfu.foundation.operations import OWN, Act, Refusal, operation
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both, notice_kinds


class UnableToChoose(Refusal):
    """Codes: ``unknown_kind``, ``unknown_language``, ``no_hour``, ``one_end``, ``no_email``."""

    sentences = {
        "unknown_kind": both(
            "没有「{said}」这种通知或渠道。请刷新页面。",
            "There is no kind of notice or channel called {said}. Load the page again.",
        ),
        "unknown_language": both("请选中文或 English。", "Choose 中文 or English."),
        "no_hour": both("汇总的时间须是 0 到 23 点。", "The digest goes out at an hour from 0 to 23."),
        "one_end": both(
            "免打扰须有开始和结束两个时间，或两个都空着。",
            "Quiet hours have a beginning and an end, or neither.",
        ),
        "no_email": both("电子邮件地址写得不对。", "This is no e-mail address."),
    }


@operation("notices.choose", scope=OWN, unrecorded=("email",))
def choose(
    *,
    account: Account,
    wanted: Collection[str],
    is_digest: bool,
    digest_hour: int,
    quiet_from: time | None,
    quiet_until: time | None,
    language: str,
    email: str,
    act: Act,
) -> Account:
    """Say by which channels one wants each kind of notice, at once or once a day, when not, in which language and where.

    Args:
        wanted: ``kind:CHANNEL`` of everything that is wanted; what is not named is not.
        email: where mail goes; empty for none.

    Raises: UnableToChoose: see its codes; nothing was written.
    Locks: the account.
    """
    known = {f"{code}:{channel}" for code in notice_kinds() for channel in PERSONAL}
    for said in wanted:
        if said not in known:
            raise UnableToChoose("unknown_kind", said=said)
    if language not in {code for code, _ in settings.LANGUAGES}:
        raise UnableToChoose("unknown_language")
    if not 0 <= digest_hour <= 23:
        raise UnableToChoose("no_hour")
    if (quiet_from is None) != (quiet_until is None):
        raise UnableToChoose("one_end")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise UnableToChoose("no_email") from None
    held = Account.objects.select_for_update().get(pk=account.pk)
    Wish.objects.filter(account=held).delete()
    Wish.objects.bulk_create(
        Wish(account=held, kind=kind.code, channel=channel, is_wanted=f"{kind.code}:{channel}" in wanted)
        for kind in notice_kinds().values()
        for channel in PERSONAL
        if (f"{kind.code}:{channel}" in wanted) != (channel in kind.channels)
    )
    Habit.objects.update_or_create(
        account=held,
        defaults={
            "is_digest": is_digest,
            "digest_hour": digest_hour,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
        },
    )
    held.language, held.email = language, email
    held.save(update_fields=["language", "email"])
    return held
