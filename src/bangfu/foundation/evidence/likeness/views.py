"""The page on which rules of likeness are read and laid down."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.evidence.likeness.operations import set_likeness
from bangfu.foundation.evidence.models import FARTHEST_THAT_IS_FOUND, LikenessRule
from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows, granted_units
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, Keyed, said


class LikenessForm(Keyed):
    """A new rule."""

    beside = (("largest_distance", "starts_on"),)

    largest_distance = forms.IntegerField(
        label=said("最大距离（位）", "Largest distance (bits)"),
        min_value=0,
        max_value=FARTHEST_THAT_IS_FOUND,
        help_text=said(
            "指纹 64 位中允许不同的位数；0 为完全相同。",
            "In how many of 64 bits fingerprints may differ; 0 is the very same.",
        ),
    )
    starts_on = forms.DateField(label=said("自何日起", "From"), widget=DayInput(), initial=timezone.localdate)
    source = forms.CharField(
        label=said("依据", "Laid down by"),
        max_length=200,
        help_text=said("文号或会议，写明出处。", "The document or meeting it comes from."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules of likeness, and lay a new one down."""
    account, on = reader_of(request), timezone.localdate()
    may_set = allows(account, "evidence.set_likeness", Scope(), on)
    if not may_set and (request.method == "POST" or not granted_units(account, "evidence.view", on)):
        raise NotPermitted("out_of_scope", permission="evidence.set_likeness")
    form = LikenessForm(request.POST or None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        rule = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            set_likeness(**rule, act=Act.now(account, key=form.cleaned_data["key"]))
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已登记。", "Registered.")))
            return redirect("evidence:likeness")
    context = {
        "rules": [
            (rule, rule.starts_on <= on and (rule.ends_on is None or rule.ends_on > on))
            for rule in LikenessRule.objects.order_by("-starts_on")
        ],
        "form": form,
        "refusal": refusal,
        "may_set": may_set,
    }
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "evidence/likeness.html", context, status=status)
