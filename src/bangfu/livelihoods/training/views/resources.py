"""Trainers and what they teach; what a course costs, budget against actual."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records import life_shown, reason_words, review_of
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.livelihoods.training import forms, history, lists, operations, queries, telling
from bangfu.livelihoods.training.models import (
    CATEGORY_WORDS,
    STATE_WORDS,
    Course,
    EnrolmentState,
    Expense,
    Module,
    Trainer,
)
from bangfu.livelihoods.training.views.carrying import carried_out, pressed
from bangfu.livelihoods.training.views.reading import (
    LOOKS,
    ROWS_A_PAGE,
    may,
    readable_course,
    reader,
    sections,
)


def _trainers(account: Account, permission: str = "training.view") -> Any:
    units = granted_units(account, permission, timezone.localdate())
    return Trainer.objects.filter(unit__in=units).select_related("unit").order_by("pk")


@require_safe
def trainers(request: HttpRequest) -> HttpResponse:
    """List the trainers that the reader may see, masked, by provider or topic."""
    account = reader(request)
    text = request.GET.get("q", "").strip()[:60]
    found = lists.trainers(account, timezone.localdate(), text)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    people = masked_persons({one.person_id for one in page})
    context = {
        "sections": sections("trainers"),
        "text": text,
        "page": page,
        "rows": [
            {
                "trainer": one,
                "person": people[one.person_id],
                "may_revise": allows(account, "training.revise_trainer", one.scope, timezone.localdate()),
            }
            for one in page
        ],
        "may_register": bool(granted_units(account, "training.register_trainer", timezone.localdate())),
    }
    return render(request, "training/trainers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def register_trainer(request: HttpRequest) -> HttpResponse:
    """Register a trainer."""
    allowed = granted_units(reader_of(request), "training.register_trainer", timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission="training.register_trainer")
    units = Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")
    form = forms.TrainerForm(request.POST or None, units=units)
    prefill(form, request, reader_of(request), timezone.localdate())
    back = reverse("training:trainers")

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.register_trainer(
            unit=said["unit"], name=said["name"], phone=said["phone"], details=form.details(), act=act
        )
        return back

    context = {"title": both("登记师资", "Register a trainer"), "back": back}
    return carried_out(request, form, carry_out, both("已登记。", "Registered."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise_trainer(request: HttpRequest, key: int) -> HttpResponse:
    """Change whom a trainer comes from and what they teach."""
    found = get_object_or_404(_trainers(reader(request)), pk=key)
    first = {"provider": found.provider, "topics": found.topics}
    form = forms.TrainerRevisionForm(request.POST or None, initial=first)
    back = reverse("training:trainers")

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_trainer(trainer=found, details=form.details(), act=act)
        return back

    context = {"title": both("修改师资", "Change the trainer"), "back": back}
    return carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


def _module(request: HttpRequest, key: int) -> tuple[Account, Module]:
    module = get_object_or_404(Module.objects.select_related("course"), pk=key)
    account, _ = readable_course(request, module.course_id)
    return account, module


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, key: int) -> HttpResponse:
    """Let a trainer teach a module."""
    account, module = _module(request, key)
    offered = list(_trainers(account))
    people = masked_persons({one.person_id for one in offered})
    choices = [(one.pk, f"{people[one.person_id].name} · {one.provider} · {one.topics}") for one in offered]
    form = forms.AssignmentForm(request.POST or None, trainers=choices)
    back = telling.course_address(module.course_id)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        trainer = next(one for one in offered if one.pk == said["trainer"])
        operations.assign_trainer(module=module, trainer=trainer, act=act)
        return back

    context = {
        "title": both("安排“{title}”的师资", "Trainer of {title}").filled(title=module.title),
        "course": module.course,
        "back": back,
    }
    return carried_out(request, form, carry_out, both("已安排。", "Assigned."), context)


@require_POST
def release(request: HttpRequest, key: int, trainer: int) -> HttpResponse:
    """Take a trainer off a module."""
    account, module = _module(request, key)
    found = get_object_or_404(Trainer, pk=trainer)

    def carry_out(act: Act) -> object:
        return operations.release_trainer(module=module, trainer=found, act=act)

    done = both("已取消安排。", "Released.")
    return pressed(request, account, carry_out, done, telling.course_address(module.course_id))


@require_safe
def cost(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a course cost: the vouchers, budget against actual, and how much a trained person."""
    account, course = readable_course(request, key)
    spent, budget = queries.spent_fen(course), course.budget_fen
    trained: int = course.counted  # type: ignore[attr-defined]
    entered: list[Any] = list(queries.expenses_of(course))
    open_states = (EnrolmentState.SUBMITTED, EnrolmentState.RETURNED)
    waiting = sum(one.amount_fen for one in entered if one.state in open_states)
    context = {
        "course": course,
        "rows": [
            {
                "expense": one,
                "category": CATEGORY_WORDS[one.category],
                "yuan": telling.yuan(one.amount_fen),
                "state": STATE_WORDS[one.state],
                "look": LOOKS[one.state],
            }
            for one in entered
        ],
        "budget": None if budget is None else telling.yuan(budget),
        "spent": telling.yuan(spent),
        "waiting": telling.yuan(waiting) if waiting else "",
        "share": spent * 100 // budget if budget else None,
        "bar": min(spent * 100 // budget, 100) if budget else 0,
        "trained": trained,
        "each": telling.yuan((spent * 2 + trained) // (trained * 2)) if trained and spent else "",
        "may_enter": may(account, "enter_expense", course),
        "here": "cost",
    }
    return render(request, "training/cost.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enter_expense(request: HttpRequest, key: int) -> HttpResponse:
    """Enter one voucher that a course cost."""
    _, course = readable_course(request, key)
    form = forms.ExpenseForm(request.POST or None, request.FILES or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.enter_expense(course=course, details=form.details(), files=said["evidence"], act=act)
        return reverse("training:cost", args=[key])

    context = {
        "title": both("登记费用", "Enter an expense"),
        "course": course,
        "back": reverse("training:cost", args=[key]),
    }
    done = both("已登记并提交核验。", "Entered, and submitted for review.")
    return carried_out(request, form, carry_out, done, context)


def _expense(request: HttpRequest, key: int) -> tuple[Account, Expense, Course]:
    found = get_object_or_404(Expense, pk=key)
    account, course = readable_course(request, found.course_id)
    return account, queries.expenses_of(course).get(pk=key), course


@require_safe
def expense(request: HttpRequest, key: int) -> HttpResponse:
    """Show one voucher of a course: its evidence, history and facts, and what may be done next."""
    account, found, course = _expense(request, key)
    state = found.state  # type: ignore[attr-defined]
    today = timezone.localdate()
    is_returned = state == EnrolmentState.RETURNED
    context = {
        "course": course,
        "expense": found,
        "category": CATEGORY_WORDS[found.category],
        "yuan": telling.yuan(found.amount_fen),
        "state": STATE_WORDS[state],
        "look": LOOKS[state],
        "is_returned": is_returned,
        "is_withdrawn": state == EnrolmentState.WITHDRAWN,
        "reason": reason_words(found.withdrawal_reason),
        "review": review_of(found),
        **life_shown(found, history.trail_of_expense(found), reader=account, on=today),
        "may_revise": is_returned and allows(account, "training.revise_expense", found.scope, today),
        "may_withdraw": state not in (EnrolmentState.SUBMITTED, EnrolmentState.WITHDRAWN)
        and allows(account, "training.withdraw_expense", found.scope, today),
        "keyed": Keyed(),
    }
    return render(request, "training/expense.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise_expense(request: HttpRequest, key: int) -> HttpResponse:
    """Change an expense that was returned, and submit it again."""
    _, found, course = _expense(request, key)
    form = forms.ExpenseForm(
        request.POST or None, request.FILES or None, initial=forms.expense_said(found), is_revision=True
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_expense(expense=found, details=form.details(), files=said["evidence"], act=act)
        return telling.expense_address(key)

    context = {
        "title": both("修改并再次提交", "Change and submit again"),
        "course": course,
        "back": telling.expense_address(key),
    }
    return carried_out(request, form, carry_out, both("已再次提交。", "Submitted again."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_expense(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw an expense."""
    _, found, course = _expense(request, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_expense(expense=found, reason=said["reason"], remark=said["remark"], act=act)
        return telling.expense_address(key)

    context = {
        "title": both("撤回费用", "Withdraw the expense"),
        "course": course,
        "back": telling.expense_address(key),
        "warning": both(
            "撤回后不再计数，已计入的事实被冲正。",
            "The record counts no more, and the facts that counted it are reversed.",
        ),
        "is_reversal": True,
    }
    return carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)
