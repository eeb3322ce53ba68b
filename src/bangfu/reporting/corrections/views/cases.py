"""Letters of strangers, for those who answer them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, Origin, in_batches, list_file, not_figures
from bangfu.reporting.corrections import forms, operations, queries
from bangfu.reporting.corrections.letterbox import letters_of
from bangfu.reporting.corrections.models import (
    CASE_STATE_WORDS,
    Answer,
    AnsweringRule,
    Case,
    CaseState,
    Erratum,
)
from bangfu.reporting.corrections.models.cases import UNANSWERED
from bangfu.reporting.corrections.views.carrying import carried_out, may, reader, require

CASES_A_PAGE = 30


def _asked(request: HttpRequest) -> dict[str, str]:
    said = {name: request.GET.get(name, "").strip() for name in ("q", "state", "number")}
    if said["state"] not in CaseState.values:
        said["state"] = ""
    if not (said["number"].isascii() and said["number"].isdecimal() and len(said["number"]) < 9):
        said["number"] = ""
    return said


def _listed(asked: dict[str, str]) -> QuerySet[Case]:
    found = queries.cases(timezone.localdate())
    for word in asked["q"].split():
        answered = Q(answers__question_zh__icontains=word) | Q(answers__question_en__icontains=word)
        found = found.filter(Q(receipt__icontains=word) | answered)
    if asked["state"]:
        found = found.filter(state=asked["state"])
    if asked["number"]:
        found = found.filter(publication__steps__number=int(asked["number"]))
    return found.distinct() if asked["q"] else found


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """List the letters of strangers, those that are late on top."""
    reader(request)
    asked, on = _asked(request), timezone.localdate()
    page = Paginator(_listed(asked), CASES_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    context = {
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "states": CASE_STATE_WORDS.items(),
        "publications": queries.published_reports(),
        "page": page,
        "rows": [(*row, row[0].due_on < on and row[0].state in UNANSWERED) for row in _told(shown)],
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "late": queries.unanswered_cases().filter(due_on__lt=on).count(),
    }
    return render(request, "corrections/cases.html", context)


def _told(found: list[Case]) -> list[tuple[Case, int, Words]]:
    """Return cases with the number of the publication and what they are about."""
    numbers = queries.numbers_of([one.publication_id for one in found])
    titles = {
        key: queries.titles_of(one)
        for key, one in {one.publication_id: one.publication for one in found}.items()
    }
    return [(one, numbers[one.publication_id], about(one, titles[one.publication_id])) for one in found]


def about(case: Case, titles: dict[int, Words]) -> Words:
    """Return what a case is about: the figure, or the report as a whole."""
    if case.position is None:
        return both("整份报告", "The report as a whole")
    return titles[case.position]


HEADINGS: tuple[Words, ...] = (
    both("回执", "Receipt"),
    both("发布号", "Publication"),
    both("数字", "Figure"),
    both("收到", "Came"),
    both("期限", "Due"),
    both("状态", "State"),
    both("结论", "Outcome"),
    both("公开的问题", "Public question"),
    both("答复", "Answer"),
)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list as a file; nothing in it that a stranger wrote."""
    account, asked = reader(request), _asked(request)
    origin = Origin(
        what=not_figures(both("公众来信", "Letters of strangers")),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" · ".join(value for value in asked.values() if value),
        address=request.build_absolute_uri(reverse("corrections:cases")),
    )
    return list_file("letters", form, HEADINGS, _cells(_listed(asked)), origin)


def _cells(found: QuerySet[Case]) -> Iterator[list[Cell]]:
    for batch in in_batches(found):
        answers = {}
        for answer in Answer.objects.filter(case__in=batch, step__kind="APPROVED").order_by("round"):
            answers[answer.case_id] = answer
        for one, number, what in _told(batch):
            said = answers.get(one.pk)
            yield [
                one.receipt,
                str(number),
                str(what),
                f"{timezone.localtime(one.opened_at):%Y-%m-%d}",
                one.due_on.isoformat(),
                str(one.state_words),
                str(said.outcome_words) if said else "",
                str(said.question) if said else "",
                str(said.words) if said else "",
            ]


@require_safe
def case(request: HttpRequest, key: int) -> HttpResponse:
    """Show one letter, how far it is, and what may be done next."""
    account = reader(request)
    return render(request, "corrections/case.html", case_context(account, _found(key)))


def _found(key: int) -> Case:
    return get_object_or_404(Case.objects.select_related("publication", "finding"), pk=key)


def case_context(account: Account, found: Case) -> dict[str, Any]:
    """Return what the page of a letter shows to an account; what a stranger wrote only to those who answer or send."""
    may_answer, may_send = may(account, "answer_case"), may(account, "approve_answer")
    titles = queries.titles_of(found.publication)
    answers = list(
        found.answers.select_related("step", "erratum__step", "given_by__person__key").order_by("pk")
    )
    waiting = next((one for one in answers if not hasattr(one, "step")), None)
    is_another = waiting is not None and waiting.given_by_id != account.pk
    accounts = {one.given_by_id for one in answers} | {
        one.step.taken_by_id for one in answers if hasattr(one, "step")
    }
    names = names_of(Account.objects.filter(pk__in=accounts))
    on = timezone.localdate()
    letters = letters_of(found) if may_answer or may_send else None
    return {
        "case": found,
        "number": queries.numbers_of([found.publication_id])[found.publication_id],
        "about": about(found, titles),
        "letters": letters,
        "shows_contact": may_answer,
        "reads_letters": may_answer or may_send,
        "answers": [
            (one, names[one.given_by_id], names[one.step.taken_by_id] if hasattr(one, "step") else "")
            for one in answers
        ],
        "waiting": waiting,
        "is_late": not found.is_answered and found.due_on < on,
        "answer_form": _answer_form(found)
        if may_answer and found.state in (CaseState.OPEN, CaseState.RETURNED)
        else None,
        "may_approve": is_another and may_send,
        "may_return": is_another and may(account, "return_answer"),
        "waits_for_another": waiting is not None and not is_another,
        "return_form": forms.ReasonForm(),
        "refer_form": _refer_form(account) if found.finding is None and may(account, "refer_case") else None,
        "may_forget": found.is_answered and letters is not None and may(account, "forget_asker"),
        "keyed": Keyed(),
    }


def _answer_form(found: Case, data: Any = None) -> forms.AnswerForm:
    errata = [
        (
            step.erratum_id,
            both("更正第 {number} 号", "Erratum no. {number}").filled(number=step.number),
        )
        for step in queries.errata_of(found.publication)
    ]
    last = found.answers.filter(round=found.round).order_by("-attempt").first()
    names = ("outcome", "question_zh", "question_en", "answer_zh", "answer_en")
    initial = {name: getattr(last, name) for name in names} if last else {}
    return forms.AnswerForm(data, errata=errata, initial=initial)


def _refer_form(account: Account, data: Any = None) -> forms.ReferForm:
    units = granted_units(account, "corrections.refer_case", timezone.localdate())
    return forms.ReferForm(data, units=list(units))


def _act(request: HttpRequest, key: int, slot: str, form: Keyed, carry: Any, done: Words) -> HttpResponse:
    """Carry out what a form on the letter's page asks, or show the page again with what is wrong."""
    account, found = reader(request), _found(key)

    def carried(said: dict[str, Any], act: Act) -> str:
        carry(found, said, act)
        return reverse("corrections:case", args=[key])

    def context() -> dict[str, Any]:
        return {**case_context(account, found), slot: form}

    return carried_out(request, account, form, carried, done, "corrections/case.html", context)


@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Write an answer."""

    def carry(found: Case, said: dict[str, Any], act: Act) -> object:
        names = ("outcome", "question_zh", "question_en", "answer_zh", "answer_en")
        erratum = Erratum.objects.filter(pk=said["erratum"]).first() if said["erratum"] else None
        return operations.answer_case(
            case=found, **{name: said[name] for name in names}, erratum=erratum, act=act
        )

    form = _answer_form(_found(key), request.POST)
    done = both("已写好。请由另一个人签发。", "Written. Another person sends it now.")
    return _act(request, key, "answer_form", form, carry, done)


def _waiting(found: Case) -> Answer:
    return get_object_or_404(found.answers.order_by("-pk")[:1])


@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Send the answer that waits."""
    return _act(
        request, key, "keyed", Keyed(request.POST),
        lambda found, said, act: operations.approve_answer(answer=_waiting(found), act=act),
        both("已发出。", "Sent."),
    )  # fmt: skip


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Return the answer that waits."""
    return _act(
        request, key, "return_form", forms.ReasonForm(request.POST),
        lambda found, said, act: operations.return_answer(
            answer=_waiting(found), remark=said["remark"], act=act
        ),
        both("已退回。", "Returned."),
    )  # fmt: skip


@require_POST
def refer(request: HttpRequest, key: int) -> HttpResponse:
    """Raise a finding about the letter."""
    return _act(
        request, key, "refer_form", _refer_form(reader(request), request.POST),
        lambda found, said, act: operations.refer_case(case=found, unit=said["unit"], act=act),
        both("已提出疑点。", "A finding was raised."),
    )  # fmt: skip


@require_POST
def forget(request: HttpRequest, key: int) -> HttpResponse:
    """Destroy what the stranger wrote."""
    return _act(
        request, key, "keyed", Keyed(request.POST),
        lambda found, said, act: operations.forget_asker(case=found, act=act),
        both("来信原文和联系方式已销毁。", "The stranger's words and contact were destroyed."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """Show within how many working days a letter is answered, and lay down another rule."""
    account, on = reader(request), timezone.localdate()
    if request.method == "POST":
        require(account, "set_answering_rule")
    holds = queries.rule_on(on)
    initial = {
        "working_days": holds.working_days,
        "starts_on": on,
        "rest_days": "、".join(day.isoformat() for day in holds.rest_days),
        "made_up_days": "、".join(day.isoformat() for day in holds.made_up_days),
    }
    form = forms.RuleForm(request.POST or None, initial=initial)

    def carry(said: dict[str, Any], act: Act) -> str:
        names = ("working_days", "rest_days", "made_up_days", "source", "starts_on")
        operations.set_answering_rule(**{name: said[name] for name in names}, act=act)
        return reverse("corrections:rule")

    def context() -> dict[str, Any]:
        return {
            "form": form if may(account, "set_answering_rule") else None,
            "holds": holds,
            "kept": AnsweringRule.objects.select_related("set_by__person__key").order_by("-starts_on"),
        }

    done = both("已规定。", "Laid down.")
    return carried_out(request, account, form, carry, done, "corrections/rule.html", context)
