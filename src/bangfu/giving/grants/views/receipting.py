"""Pages of receipts, call-backs and follow-ups."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import doors_of, evidence_of
from bangfu.foundation.rooms import both, record_type
from bangfu.giving.grants import operations, paying_forms
from bangfu.giving.grants.models import (
    ATTENDANCE_WORDS,
    SIGNER_WORDS,
    CallBack,
    FollowUp,
    Programme,
    ReceiptSheet,
)
from bangfu.giving.grants.paying_lists import followed_lines, signing_lines
from bangfu.giving.grants.paying_telling import yuan
from bangfu.giving.grants.terms import next_term, term_words
from bangfu.giving.grants.views.gate import carried_out, may, own, page, readable, reader, require, sections
from bangfu.giving.grants.views.paying import _act, _key
from bangfu.giving.grants.views.paying_lists import programme_choices, with_doors

PAGES = ["GET", "HEAD", "POST"]
PAID_STATES = ("AWARDED", "PAYING", "CLOSED")
DAYS_TO_SIGN = 14
SHEETS = ReceiptSheet.objects.select_related("programme", "school")
FOLLOW_UPS = FollowUp.objects.select_related("programme", "school")
CALL_ROWS = CallBack.objects.select_related("programme", "payment__award__application")


@require_http_methods(PAGES)
def make_sheets(request: HttpRequest) -> HttpResponse:
    """Make sheets of receipts."""
    account = reader(request)
    found = programme_choices(account, "make_receipt_sheets", PAID_STATES)
    due = timezone.localdate() + timedelta(days=DAYS_TO_SIGN)
    form = paying_forms.DueForm(
        request.POST or None, programmes=found, initial={"due_on": due, "programme": found.first()}
    )

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.make_receipt_sheets(programme=said["programme"], due_on=said["due_on"], act=act)
        return f"{reverse('grants:sheets')}?show=open"

    note = both(
        "已发放而没有列入签收表的，一校一张。监护人签字；亲属代签须附户口簿和关系证明。",
        "Whatever is paid and stands on no sheet yet, one a school. Guardians sign; kin need proof.",
    )
    at = reverse("grants:sheets")
    context = page(both("生成签收表", "Make sheets"), at, str(both("签收表", "Sheets")), note)
    return carried_out(request, form, carry, both("签收表已生成。", "The sheets are made."), context)


@require_safe
def sheet(request: HttpRequest, key: int) -> HttpResponse:
    """Show one sheet: its lines, who signed, its photographs."""
    account, one = readable(request, SHEETS, key)
    lines = list(signing_lines(one))
    people = masked_persons({line.payment.award.person_id for line in lines})
    signed = sum(bool(line.signer) for line in lines)
    context = {
        "sections": sections("sheets"), "sheet": one, "place": place_labels({one.place_id})[one.place_id],
        "signed": signed, "count": len(lines), "is_late": signed < len(lines) and one.due_on < timezone.localdate(),
        "rows": [
            {
                "it": line, "name": people[line.payment.award.person_id].name if line.payment.award.person_id in people else "—",
                "class_name": line.payment.award.application.class_name, "amount": yuan(line.payment.amount_fen),
                "signer": SIGNER_WORDS.get(line.signer, ""),
            }
            for line in lines
        ],
        "evidence": evidence_of(one),
        "may_enter": signed < len(lines) and may(account, "enter_receipts", one.scope),
        "doors": doors_of(record_type("grants.receipt_sheet"), one.pk, account, timezone.localdate()),
    }  # fmt: skip
    return render(request, "grants/sheet.html", context)


@require_http_methods(PAGES)
def enter(request: HttpRequest, key: int) -> HttpResponse:
    """Enter who signed on a sheet."""
    _, one = own(request, SHEETS, key, "enter_receipts")
    at = reverse("grants:sheet", args=[key])
    open_lines = ", ".join(str(line.position) for line in signing_lines(one) if not line.signer)
    form = paying_forms.SignedForm(
        request.POST or None, request.FILES or None,
        initial={"signed_on": timezone.localdate(), "signed": open_lines},
    )  # fmt: skip

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.enter_receipts(
            sheet=one, signed_on=said["signed_on"], signed=said["signed"], kin=said["kin"], files=said["papers"],
            proofs=said["proofs"], act=act,
        )  # fmt: skip
        return at

    context = page(both("登记签收", "Enter receipts"), at, one.number)
    return carried_out(request, form, carry, both("签收已登记。", "The receipts are entered."), context)


@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Draw whom to call back."""
    account, programme = own(request, Programme.objects.all(), _key(request, "programme"), "draw_call_backs")
    try:
        count = operations.draw_call_backs(programme=programme, act=_act(request, account))
    except NotPermitted:
        raise
    except Refusal as refusal:
        return with_doors(request, "calls", refusal=refusal, wanted=f"{programme.pk}")
    messages.success(request, str(both("抽取了 {count} 户。", "{count} are drawn.").filled(count=count)))
    return redirect(f"{reverse('grants:calls')}?show=open")


@require_http_methods(PAGES)
def call(request: HttpRequest, key: int) -> HttpResponse:
    """Note what a call-back heard; the number to call is opened on the application's page. Who only reads sees the payment."""
    account, one = readable(request, CALL_ROWS, key)
    if request.method != "POST" and not may(account, "note_call_back", one.scope):
        return redirect("grants:payment", one.payment_id)
    require(account, "note_call_back", one.scope)
    form = paying_forms.CallForm(request.POST or None, initial={"called_on": timezone.localdate()})
    number = one.payment.award.application.number

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.note_call_back(call=one, heard=said["heard"], called_on=said["called_on"], act=act)
        return f"{reverse('grants:calls')}?show=open"

    note = both(
        "申请 {number}，{day} 到账 {sum} 元。电话在申请页写明事由后查看。收到的少了或没有收到的，夜里自动成为疑点。",
        "Application {number}: {sum} yuan on {day}. The telephone number is opened at the application's page for a reason. Where"
        " less or nothing arrived, the night makes it a finding of the unit that paid.",
    ).filled(number=number, day=one.payment.paid_on, sum=yuan(one.payment.amount_fen))
    context = page(
        both("登记回访", "Note the call"), reverse("grants:calls"), str(both("回访", "Call-backs")), note
    )
    return carried_out(request, form, carry, both("回访已登记。", "The call is noted."), context)


@require_http_methods(PAGES)
def open_follow_ups(request: HttpRequest) -> HttpResponse:
    """Ask schools after pupils for a term."""
    account = reader(request)
    found = programme_choices(account, "open_follow_up", PAID_STATES)
    first = found.first()
    initial = {
        "due_on": timezone.localdate() + timedelta(days=DAYS_TO_SIGN), "programme": first,
        "term": next_term(first.term) if first else "",
    }  # fmt: skip
    form = paying_forms.TermForm(request.POST or None, programmes=found, initial=initial)

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.open_follow_up(
            programme=said["programme"], term=said["term"], due_on=said["due_on"], act=act
        )
        return f"{reverse('grants:follow_ups')}?show=open"

    note = both(
        "一校一张，问已受助的学生是否还在读；已转学、毕业、失学的以后不再问。",
        "One a school: are the pupils who were paid still there? Whoever moved, finished or left is asked after no more.",
    )
    at = reverse("grants:follow_ups")
    context = page(both("发出跟踪表", "Ask schools"), at, str(both("学期跟踪", "Follow-ups")), note)
    return carried_out(request, form, carry, both("跟踪表已发出。", "The sheets are out."), context)


@require_safe
def follow_up(request: HttpRequest, key: int) -> HttpResponse:
    """Show one school's follow-up."""
    account, one = readable(request, FOLLOW_UPS, key)
    lines = list(followed_lines(one))
    people = masked_persons({line.award.person_id for line in lines})
    context = {
        "sections": sections("follow_ups"), "sheet": one, "place": place_labels({one.place_id})[one.place_id],
        "term": term_words(one.term), "is_late": one.answered_on is None and one.due_on < timezone.localdate(),
        "rows": [
            {
                "it": line, "name": people[line.award.person_id].name if line.award.person_id in people else "—",
                "class_name": line.award.application.class_name, "answer": ATTENDANCE_WORDS.get(line.answer, ""),
                "look": {"STAYS": "verified", "LEFT": "returned"}.get(line.answer, "draft"),
            }
            for line in lines
        ],
        "evidence": evidence_of(one),
        "may_answer": one.answered_on is None and may(account, "answer_follow_up", one.scope),
        "doors": doors_of(record_type("grants.follow_up"), one.pk, account, timezone.localdate()),
    }  # fmt: skip
    return render(request, "grants/follow_up.html", context)


@require_http_methods(PAGES)
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Enter what a school answers."""
    _, one = own(request, FOLLOW_UPS, key, "answer_follow_up")
    at = reverse("grants:follow_up", args=[key])
    form = paying_forms.AnswerForm(
        request.POST or None, request.FILES or None, initial={"answered_on": timezone.localdate()}
    )

    def carry(said: dict[str, Any], act: Act) -> str:
        others = {
            position: value
            for name, value in (("moved", "MOVED"), ("finished", "FINISHED"), ("left", "LEFT"))
            for position in said[name]
        }
        operations.answer_follow_up(
            sheet=one, answered_on=said["answered_on"], others=others, files=said["papers"], act=act
        )
        return at

    note = both("没有写到的行都是在读。", "Every line that is not named is at school.")
    context = page(both("登记学校答复", "Enter the answer"), at, one.school.name, note)
    return carried_out(request, form, carry, both("已登记。", "It is entered."), context)
