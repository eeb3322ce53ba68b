"""How one wants to be told."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.foundation.notices import operations
from bangfu.foundation.notices.forms import HabitForm
from bangfu.foundation.notices.kinds import TEST
from bangfu.foundation.notices.models import CHANNEL_WORDS, PERSONAL, Habit, Wish
from bangfu.foundation.notices.notifying import EVERYBODY
from bangfu.foundation.notices.queries import open_channels
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both, rooms


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Ask by which channels one wants which notices, when and in which language, or keep it."""
    account = reader_of(request)
    refusal: Refusal | None = None
    form = HabitForm(request.POST or None, initial=_initial(account))
    wanted = set(request.POST.getlist("wanted")) if form.is_bound else _wanted(account)
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        act = Act.now(account, key=said.pop("key"))
        try:
            operations.choose(account=account, wanted=sorted(wanted), act=act, **said)
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已保存。", "Saved.")))
            return redirect("notices:choices")
    here = open_channels()
    context = {
        "form": form,
        "refusal": refusal,
        "channels": [(code, CHANNEL_WORDS[code], code in here) for code in PERSONAL],
        "has_email": bool(account.email),
        "rooms": [
            (
                room.title,
                [
                    (
                        kind,
                        [
                            (f"{kind.code}:{code}", CHANNEL_WORDS[code], f"{kind.code}:{code}" in wanted)
                            for code in PERSONAL
                        ],
                    )
                    for kind in room.notices
                    if kind != TEST
                ],
            )
            for room in rooms()
            if room.notices
        ],
    }
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "notices/choices.html", context, status=status)


def _initial(account: Account) -> dict[str, object]:
    habit = Habit.objects.filter(account=account).first()
    manner = habit.manner if habit else EVERYBODY
    return {
        "is_digest": "digest" if manner.is_digest else "at_once",
        "digest_hour": manner.digest_hour,
        "quiet_from": manner.quiet_from,
        "quiet_until": manner.quiet_until,
        "language": account.language,
        "email": account.email,
    }


def _wanted(account: Account) -> set[str]:
    found = {
        f"{kind.code}:{channel.value}"
        for room in rooms()
        for kind in room.notices
        for channel in kind.channels
    }
    for wish in Wish.objects.filter(account=account):
        said = f"{wish.kind}:{wish.channel}"
        if wish.is_wanted:
            found.add(said)
        else:
            found.discard(said)
    return found
