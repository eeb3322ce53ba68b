"""Follow-ups: who is due to be asked, who is overdue, and what was heard."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training import following, forms, lists, operations, queries, telling
from bangfu.livelihoods.training.models import (
    INCOME_WORDS,
    USE_WORDS,
    WORK_WORDS,
    FollowUp,
)
from bangfu.livelihoods.training.views.carrying import carried_out
from bangfu.livelihoods.training.views.reading import (
    ROWS_A_PAGE,
    masked_rows,
    may,
    readable_attendee,
    reader,
    sections,
)


@require_safe
def follow_ups(request: HttpRequest) -> HttpResponse:
    """List the completions that are due to be followed up, overdue, or done, in the reader's scope."""
    account, today = reader(request), timezone.localdate()
    found = lists.follow_ups(account, today)
    shown = request.GET.get("show", "due")
    shown = shown if shown in found else "due"
    page = Paginator(found[shown], ROWS_A_PAGE).get_page(request.GET.get("page"))
    heard = queries.follow_ups_of([one.pk for one in page])
    rows = masked_rows(page)
    for row in rows:
        one = row["enrolment"]
        row["due_on"] = following.due_on(one.course.last_day)
        row["late_days"] = max((today - following.overdue_from(one.course.last_day)).days, 0)
        row["heard"] = heard.get(one.pk)
        row["words"] = telling.said_words(heard[one.pk]) if one.pk in heard else {}
        row["may_record"] = may(account, "record_follow_up", one)
    everything = queries.follow_ups_of(list(found["done"].values_list("pk", flat=True)))
    context = {
        "sections": sections("follow_ups"),
        "shown": shown,
        "tabs": [
            {"show": name, "title": lists.SHOWN[name], "count": rows_of.count()}
            for name, rows_of in found.items()
        ],
        "page": page,
        "rows": rows,
        "outcomes": _outcomes(list(everything.values())),
        "may_import": may(account, "import_follow_ups"),
    }
    return render(request, "training/follow_ups.html", context)


def _outcomes(heard: list[FollowUp]) -> list[dict[str, Any]]:
    """Return how many said what, question by question."""
    asked = (
        ("use", both("所学运用", "What was learnt"), USE_WORDS),
        ("work", both("就业变化", "Work"), WORK_WORDS),
        ("income", both("收入变化", "Income"), INCOME_WORDS),
    )
    found = []
    for name, title, words in asked:
        counted = Counter(getattr(one, name) for one in heard)
        answers = [
            {
                "title": label,
                "count": counted[value],
                "share": counted[value] * 100 // len(heard) if heard else 0,
            }
            for value, label in words.items()
        ]
        found.append({"title": title, "answers": answers})
    return found if heard else []


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, key: int) -> HttpResponse:
    """Record what was heard of an attendee."""
    _, found = readable_attendee(request, key)
    before = queries.follow_ups_of([key]).get(key)
    form = forms.FollowUpForm(request.POST or None, initial=forms.answered(before))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.record_follow_up(enrolment=found, answer=form.answer(), act=act)
        return telling.enrolment_address(key)

    context = {
        "title": both("登记回访", "Record the follow-up"),
        "course": found.course,
        "back": telling.enrolment_address(key),
    }
    return carried_out(request, form, carry_out, both("已登记回访。", "Recorded."), context)
