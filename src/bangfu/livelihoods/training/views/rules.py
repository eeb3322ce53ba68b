"""What is laid down: which modes make trained, from when; and how a course was changed since it was opened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act, Scope, allows
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training import forms, operations, telling
from bangfu.livelihoods.training.models import MODE_WORDS, TRAINEE_WORDS, ModeRule
from bangfu.livelihoods.training.operations.opening import as_said
from bangfu.livelihoods.training.views.carrying import carried_out
from bangfu.livelihoods.training.views.reading import may, readable_course, reader, sections

SAID: dict[str, Words] = {
    "title": both("名称", "Title"),
    "co_organiser": both("合办单位", "Second organiser"),
    "trainees": both("对象", "Trainees"),
    "starts_on": both("第一天", "First day"),
    "last_day": both("最后一天", "Last day"),
    "required_sessions": both("结业须参加的课次", "Sessions needed to complete"),
    "budget_fen": both("预算（元）", "Budget (yuan)"),
}


@require_safe
def mode_rules(request: HttpRequest) -> HttpResponse:
    """Show which modes make trained today, and every version of each rule."""
    account, today = reader(request), timezone.localdate()
    found: dict[str, list[dict[str, Any]]] = {mode: [] for mode in MODE_WORDS}
    for rule in ModeRule.objects.order_by("mode", "-valid_from"):
        rules = found[rule.mode]
        is_over = any(one["rule"].valid_from <= today for one in rules)
        standing = "ahead" if rule.valid_from > today else "over" if is_over else "now"
        rules.append({"rule": rule, "standing": standing})
    context = {
        "sections": sections("mode_rules"),
        "modes": [
            {
                "title": words,
                "rules": found[mode],
                "now": next((one["rule"] for one in found[mode] if one["standing"] == "now"), None),
            }
            for mode, words in MODE_WORDS.items()
        ],
        "may_set": allows(account, "training.set_mode_rule", Scope(), today),
    }
    return render(request, "training/mode_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_mode_rule(request: HttpRequest) -> HttpResponse:
    """Lay down whether a mode makes trained, from a day on."""
    reader(request)
    form = forms.ModeRuleForm(request.POST or None)
    back = reverse("training:mode_rules")

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.set_mode_rule(
            mode=said["mode"],
            valid_from=said["valid_from"],
            counts=said["counts"] == "yes",
            source=said["source"],
            act=act,
        )
        return back

    context = {
        "title": both("规定形式", "Lay down a rule"),
        "back": back,
        "warning": both(
            "规则从起始日期起适用；已核验的记录不变。",
            "The rule holds from its day on; what was verified stays as it is.",
        ),
    }
    return carried_out(request, form, carry_out, both("已规定。", "Laid down."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise_course(request: HttpRequest, key: int) -> HttpResponse:
    """Change a course."""
    _, course = readable_course(request, key)
    form = forms.RevisionForm(request.POST or None, initial=forms.revision_of(course))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_course(course=course, details=form.details(course.code), act=act)
        return reverse("training:changes", args=[key])

    context = {
        "title": both("修改课程", "Change the course"),
        "course": course,
        "back": telling.course_address(key),
    }
    return carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_safe
def changes(request: HttpRequest, key: int) -> HttpResponse:
    """Show every version of a course: who changed what, when, the newest first."""
    account, course = readable_course(request, key)
    revisions = list(course.revisions.select_related("revised_by__person__key").order_by("-pk"))
    names = names_of([one.revised_by for one in revisions])
    after = as_said(course)
    rows = []
    for one in revisions:
        rows.append(
            {"revision": one, "who": names[one.revised_by_id], "changed": list(_changed(one.said, after))}
        )
        after = one.said
    context = {
        "course": course,
        "rows": rows,
        "opened_by": course.opened_by.display_name,
        "may_revise": may(account, "revise_course", course),
        "here": "changes",
    }
    return render(request, "training/changes.html", context)


def _changed(before: dict[str, Any], after: dict[str, Any]) -> Any:
    """Return what differs between two versions: title, before, after."""
    for name, title in SAID.items():
        if before[name] != after[name]:
            yield {"title": title, "before": _worded(name, before[name]), "after": _worded(name, after[name])}
    old, new = ([tuple(one) for one in said["sessions"]] for said in (before, after))
    gone, came = [one for one in old if one not in new], [one for one in new if one not in old]
    if gone or came:
        labels = place_labels({one[5] for one in (*gone, *came)}, short=True)
        yield {
            "title": both("课次", "Sessions"),
            "before": [_session(one, labels) for one in gone],
            "after": [_session(one, labels) for one in came],
            "is_list": True,
        }


def _worded(name: str, value: Any) -> str:
    if name == "trainees":
        return str(TRAINEE_WORDS[value])
    if name == "budget_fen":
        return "—" if value is None else telling.yuan(value)
    return str(value) or "—"


def _session(said: tuple[Any, ...], labels: dict[int, str]) -> str:
    day, mode, title, provider, venue, place = said
    return f"{day} {MODE_WORDS[mode]} {title} {provider} {labels[place]} {venue}"
