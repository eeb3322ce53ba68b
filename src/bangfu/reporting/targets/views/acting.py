"""Doors that write: drafting, targets, splits, decisions, nils and the rule of the lights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_label, search
from bangfu.foundation.records.carrying import carried_out as shown_or_carried_out
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.reporting.targets import forms, operations
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Target, Version
from bangfu.reporting.targets.views.reading import readable_pledge
from bangfu.reporting.targets.views.versions import readable_version, version_context

MOST_OFFERED = 12
READS_AND_WRITES = require_http_methods(["GET", "HEAD", "POST"])


def units_for(account: Account, permission: str) -> list[Unit]:
    """Return the units for which somebody may do something.

    Raises: NotPermitted: there are none.
    """
    allowed = granted_units(account, permission, timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=permission)
    return list(Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path"))


def carried_out(
    request: HttpRequest,
    form: Keyed,
    carry: Callable[[dict[str, Any], Act], str],
    done: Words,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or carry it out and go where ``carry`` says; a refusal is shown above the form."""

    def carry_out(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        return carry(said, act)

    return shown_or_carried_out(request, form, carry_out, done, context, template="targets/form.html")


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer places for what was typed, as options of a list."""
    text = request.GET.get("place", "").strip()
    found = search(text, limit=MOST_OFFERED) if text else []
    return render(request, "targets/places.html", {"found": found})


@READS_AND_WRITES
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a pledge."""
    account = reader_of(request)
    form = forms.DraftForm(
        request.POST or None,
        request.FILES or None,
        units=units_for(account, "targets.draft_pledge"),
        offers=reverse("targets:places"),
        initial={"year": timezone.localdate().year},
    )

    def carry(given: dict[str, Any], act: Act) -> str:
        version = operations.draft_pledge(files=given.pop("evidence"), **given, act=act)
        return reverse("targets:version", args=[version.pk])

    done = both("已拟定，请录入目标。", "Drafted; enter its targets now.")
    context = {"title": both("拟定责任书", "Draft a pledge"), "back": reverse("targets:pledges")}
    return carried_out(request, form, carry, done, context)


@READS_AND_WRITES
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Draft a revision of a pledge."""
    _, pledge = readable_pledge(request, key)
    form = forms.ReviseForm(request.POST or None, request.FILES or None)

    def carry(given: dict[str, Any], act: Act) -> str:
        files = given.pop("evidence")
        version = operations.revise_pledge(pledge=pledge, files=files, **given, act=act)
        return reverse("targets:version", args=[version.pk])

    context = {
        "title": both("拟定修订", "Draft a revision"),
        "back": reverse("targets:pledge", args=[key]),
        "warning": both(
            "修订经另一人批准后自生效日起执行。原目标值不会消失：各页都把它划去、留在新值旁边。",
            "Once another person approves it, the revision is in force from its day on. The old targets do not vanish: every page"
            " keeps them, struck out, beside the new ones.",
        ),
    }
    return carried_out(request, form, carry, both("已拟定修订。", "The revision is drafted."), context)


@READS_AND_WRITES
def attach(request: HttpRequest, key: int) -> HttpResponse:
    """Attach a document to a draft."""
    _, found = readable_version(request, key)
    form = forms.AttachForm(request.POST or None, request.FILES or None)

    def carry(given: dict[str, Any], act: Act) -> str:
        operations.attach_document(version=found, files=given["evidence"], act=act)
        return reverse("targets:version", args=[key])

    context = {
        "title": both("附上文件", "Attach the document"),
        "back": reverse("targets:version", args=[key]),
    }
    return carried_out(request, form, carry, both("已附上。", "Attached."), context)


@READS_AND_WRITES
def agree(request: HttpRequest, key: int) -> HttpResponse:
    """Record that the county agreed to what was submitted."""
    _, found = readable_version(request, key)
    county = found.pledge.county_id
    body = place_label(county, short=True) if county else ""
    form = forms.AgreeForm(
        request.POST or None, request.FILES or None, initial={"signed_by": f"{body}人民政府" if body else ""}
    )

    def carry(given: dict[str, Any], act: Act) -> str:
        operations.record_agreement(version=found, files=given.pop("evidence"), **given, act=act)
        return reverse("targets:version", args=[key])

    context = {
        "title": both("登记县方会签", "Record the county's agreement"),
        "back": reverse("targets:version", args=[key]),
        "warning": both(
            "会签的是这次提交的目标。退回再提交的，须重新会签。登记会签的人不能批准。",
            "The county signs the targets as submitted; after a return it signs again. Whoever records this does not approve.",
        ),
    }
    return carried_out(request, form, carry, both("已登记县方会签。", "The agreement is recorded."), context)


@READS_AND_WRITES
def target(request: HttpRequest, key: int, target: int | None = None) -> HttpResponse:
    """Enter a target, or change one."""
    _, found = readable_version(request, key)
    held = None
    if target is not None:
        held = get_object_or_404(Target.objects.select_related("unit"), pk=target, version=found)
    units = unit_subtree(found.pledge.unit_id).exclude(kind=Unit.Kind.SUPPORTED)
    form = forms.TargetForm(
        request.POST or None,
        units=units,
        offers=reverse("targets:places"),
        initial=forms.initial_of(held, found.pledge.year),
    )
    if held is None:
        form.fields["unit"].initial = found.pledge.unit_id

    def carry(given: dict[str, Any], act: Act) -> str:
        operations.set_target(version=found, details=form.details(), target=held, act=act)
        return reverse("targets:version", args=[key])

    title = both("录入目标", "Enter a target") if held is None else both("修改目标", "Change the target")
    context = {"title": title, "back": reverse("targets:version", args=[key])}
    return carried_out(request, form, carry, both("已保存。", "Saved."), context)


@READS_AND_WRITES
def split(request: HttpRequest, key: int, target: int) -> HttpResponse:
    """Divide a target among units below it."""
    _, found = readable_version(request, key)
    whole = get_object_or_404(Target, pk=target, version=found)
    form = forms.SplitForm(request.POST or None)

    def carry(given: dict[str, Any], act: Act) -> str:
        operations.split_target(version=found, target=whole, **given, act=act)
        return reverse("targets:version", args=[key])

    context = {
        "title": both("分解到下级", "Split to units below"),
        "back": reverse("targets:version", args=[key]),
        "warning": both(
            "这项目标现有的下级目标会被替换。分解只是建议，批准前可以逐条修改。",
            "The parts that this target has are replaced. The split is a proposal: each part may be changed until approval.",
        ),
    }
    return carried_out(request, form, carry, both("已分解。", "Split."), context)


@READS_AND_WRITES
def nil(request: HttpRequest) -> HttpResponse:
    """Declare that a unit has nothing of an indicator."""
    account = reader_of(request)
    form = forms.NilForm(
        request.POST or None,
        units=units_for(account, "targets.declare_nil"),
        initial={"year": timezone.localdate().year},
    )

    def carry(given: dict[str, Any], act: Act) -> str:
        declared = operations.declare_nil(**given, act=act)
        return f"{reverse('targets:quality')}?year={declared.year}"

    context = {"title": both("零报告", "Declare nil"), "back": reverse("targets:quality")}
    return carried_out(request, form, carry, both("已零报告。", "Declared."), context)


@READS_AND_WRITES
def rule(request: HttpRequest) -> HttpResponse:
    """Lay down the rule of the lights."""
    account, on = reader_of(request), timezone.localdate()
    if not allows(account, "targets.lay_down_rule", Scope(), on):
        raise NotPermitted("out_of_scope", permission="targets.lay_down_rule")
    present = lights_on(on)
    first = {
        "starts_on": on,
        "green_pct": forms.plain(present.thresholds.green_from * 100),
        "amber_pct": forms.plain(present.thresholds.amber_from * 100),
        "judged_pct": forms.plain(present.thresholds.judged_from * 100),
        "submitted_within": present.submitted_within,
        "verified_within": present.verified_within,
    }
    form = forms.RuleForm(request.POST or None, initial=first)

    def carry(given: dict[str, Any], act: Act) -> str:
        operations.lay_down_rule(**form.said_rule(), act=act)
        return reverse("targets:pledges")

    context = {
        "title": both("规定红黄绿灯", "Lay down the lights"),
        "back": reverse("targets:pledges"),
        "warning": both(
            "只对起始日及以后的查看有效；以前哪天用哪条规则，照旧可查。",
            "It holds for days from its first on; what held before stays readable and in use for earlier days.",
        ),
    }
    return carried_out(request, form, carry, both("已规定。", "Laid down."), context)


def _pressed(
    request: HttpRequest, key: int, carry: Callable[[Version, Act], object], done: Words
) -> HttpResponse:
    """Carry out what a button on a version's page stands for; a refusal is shown on that page."""
    account, found = readable_version(request, key)
    return pressed(
        request,
        account,
        lambda act: carry(found, act),
        done,
        back=("targets:version", key),
        template="targets/version.html",
        context=lambda: version_context(request, account, found),
    )


@require_POST
def drop(request: HttpRequest, key: int, target: int) -> HttpResponse:
    """Take a target out of a draft."""

    def carry(found: Version, act: Act) -> object:
        held = get_object_or_404(Target, pk=target, version=found)
        return operations.drop_target(version=found, target=held, act=act)

    return _pressed(request, key, carry, both("已删去。", "Taken out."))


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit a version."""
    return _pressed(
        request, key, lambda found, act: operations.submit_pledge(version=found, act=act),
        both("已提交，等另一个人批准。", "Submitted; another person approves it."),
    )  # fmt: skip


@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Approve a version."""
    return _pressed(
        request, key, lambda found, act: operations.approve_pledge(version=found, act=act),
        both("已批准，自生效日起执行。", "Approved; it is in force from its day on."),
    )  # fmt: skip


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Return a version with a reason."""
    remark = request.POST.get("remark", "")[:500]
    return _pressed(
        request, key, lambda found, act: operations.return_pledge(version=found, remark=remark, act=act),
        both("已退回。", "Returned."),
    )  # fmt: skip
