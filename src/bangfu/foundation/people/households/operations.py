"""Writes of the household register: households registered, members moved in and out, standings changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars
from django.db.models import Q

from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.people import identity_numbers
from bangfu.foundation.people.households.models import (
    Household,
    Kind,
    Membership,
    Monitored,
    Relation,
    Standing,
)
from bangfu.foundation.people.models import Person
from bangfu.foundation.people.persons.operations import enter_persons, keep_about
from bangfu.foundation.people.persons.queries import persons_with
from bangfu.foundation.rooms import both

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,39}")


class UnableToRegisterHousehold(Refusal):
    """Codes: ``number_form``, ``number_taken``, ``one_head``, ``member_twice``."""

    sentences = {
        "number_form": both(
            "户编号只能用字母、数字和短横，不超过四十个字符。",
            "A household number has letters, digits and hyphens only, forty of them at most.",
        ),
        "number_taken": both(
            "户编号「{number}」已经登记，请打开该户修改。",
            "Household {number} is registered already; open it and change it there.",
        ),
        "one_head": both(
            "一户须有且只有一位户主，请检查与户主关系。",
            "A household has exactly one head; check the relations.",
        ),
        "member_twice": both(
            "同一人在名单里出现了两次，请删去一行。", "A person is listed twice; remove one row."
        ),
    }


class UnableToMoveMember(Refusal):
    """Codes: ``erased``, ``member_elsewhere``, ``head_present``, ``not_a_member``, ``dates``, ``no_name``,
    ``no_such_number``, ``identity_number``, ``name_differs``.
    """

    sentences = {
        "erased": both(
            "此人的信息已经删除，不能登记。", "This person has been erased and cannot be registered."
        ),
        "member_elsewhere": both(
            "此人在这段时间已是户「{number}」的成员，请先从那一户迁出。",
            "This person belongs to household {number} in that time; move them out there first.",
        ),
        "head_present": both(
            "这段时间已有户主，请先迁出原户主，或改选其他关系。",
            "The household has a head in that time; move the head out first, or choose another relation.",
        ),
        "not_a_member": both(
            "此人此日不是这一户的成员。", "This person is no member of the household on that day."
        ),
        "dates": both(
            "迁出日期须晚于迁入日期 {starts_on}。",
            "The day of leaving must come after {starts_on}, the day of joining.",
        ),
        "no_name": both(
            "请写姓名；身份证号码已登记过的人，写号码即可。",
            "Enter a name; of somebody whose identity number is known, the number is enough.",
        ),
        "no_such_number": both(
            "系统里没有这个身份证号码的人。请写上姓名，并核对号码。",
            "Nobody of this identity number is known. Give the name, and check the number.",
        ),
        "identity_number": both(
            "身份证号码有误：{problem}。", "The identity number cannot be right: {problem}."
        ),
        "name_differs": both(
            "这个身份证号码已登记在另一个姓名下。请核对号码和姓名；姓名登记有误的，请联系系统管理员。",
            "This identity number is registered under another name. Check number and name; if the name on record is wrong, ask"
            " the system administrator.",
        ),
    }


class UnableToChangeStanding(Refusal):
    """Codes: ``unfit``, ``dates``, ``unchanged``."""

    sentences = {
        "unfit": both(
            "脱贫不稳定户须是脱贫户，边缘易致贫户须是一般农户，请检查户类型。",
            "Only a former poor household can be unstable, and only an ordinary one marginal; check the kind.",
        ),
        "dates": both(
            "生效日期须晚于现行户类型的起始日期 {starts_on}。",
            "The new standing must start after {starts_on}, the start of the present one.",
        ),
        "unchanged": both(
            "户类型和监测类别都没有变化。", "Neither the kind nor the monitored kind has changed."
        ),
    }


@dataclass(frozen=True)
class Member:
    """Somebody who joins a household."""

    person: UUID
    relation: str


@dataclass(frozen=True)
class Newcomer:
    """Somebody who joins a household and may not be known yet: found by identity number, or entered."""

    name: str
    relation: str
    identity_number: str = ""
    phone: str = ""


def _unit_and_place(**arguments: object) -> Scope:
    return Scope(unit=int(str(arguments["unit"])), place=int(str(arguments["place"])))


@operation("people.register_household", scope=_unit_and_place, unrecorded=("members",))
def register_household(
    *,
    number: str,
    place: int,
    unit: int,
    kind: str,
    monitored: str = "",
    members: Sequence[Member | Newcomer],
    starts_on: date,
    act: Act,
) -> Household:
    """Register a household with its members and its standing from a day on.

    Raises: UnableToRegisterHousehold, UnableToMoveMember, UnableToChangeStanding: see their codes.
    Locks: the identity numbers of who is entered, the persons.
    """
    if not _NUMBER.fullmatch(number):
        raise UnableToRegisterHousehold("number_form")
    if Household.objects.filter(number=number).exists():
        raise UnableToRegisterHousehold("number_taken", number=number)
    if [member.relation for member in members].count(Relation.HEAD) != 1:
        raise UnableToRegisterHousehold("one_head")
    _check_standing(kind, monitored)
    known = [_known(member) for member in members]
    if len({member.person for member in known}) != len(members):
        raise UnableToRegisterHousehold("member_twice")
    household = Household.objects.create(
        number=number, place_id=place, unit_id=unit, registered_at=act.at, registered_by=act.actor
    )
    Standing.objects.create(household=household, kind=kind, monitored=monitored, starts_on=starts_on)
    _move_in(household, known, starts_on)
    return household


@operation("people.join_household", scope=scope_of("household"), unrecorded=("member",))
def join_household(
    *, household: Household, member: Member | Newcomer, starts_on: date, act: Act
) -> Household:
    """Let a person belong to a household from a day on.

    Raises: UnableToMoveMember: see its codes. Locks: the household, the identity number, the person.
    """
    Household.objects.select_for_update().get(pk=household.pk)
    _move_in(household, [_known(member)], starts_on)
    return household


def _known(member: Member | Newcomer) -> Member:
    """Return who joins as a person that is kept; whoever is not known yet is entered.

    Raises: UnableToMoveMember: ``no_name``, ``no_such_number``, ``identity_number``, ``name_differs``.
    Locks: the identity number.
    """
    if isinstance(member, Member):
        return member
    name, number = member.name.strip(), member.identity_number.strip()
    if not name and not number:
        raise UnableToMoveMember("no_name")
    problem = identity_numbers.problem_of(number) if number else None
    if problem is not None:
        raise UnableToMoveMember("identity_number", problem=identity_numbers.PROBLEM_WORDS[problem])
    if not name and not persons_with([number]):
        raise UnableToMoveMember("no_such_number")
    frame = polars.DataFrame(
        {
            "row": [1],
            "name": [name],
            "phone": [member.phone.strip() or None],
            "identity_number": [number or None],
        },
        schema_overrides={"phone": polars.String, "identity_number": polars.String},
    )
    entered = enter_persons(frame).row(0, named=True)
    if entered["name_differs"]:
        raise UnableToMoveMember("name_differs")
    return Member(UUID(entered["person"]), member.relation)


@operation("people.leave_household", scope=scope_of("household"))
def leave_household(*, household: Household, person: Person, ends_on: date, act: Act) -> Household:
    """Let a person belong to a household no longer from a day on; earlier days stay as they were.

    Raises: UnableToMoveMember: see its codes. Locks: the household.
    """
    Household.objects.select_for_update().get(pk=household.pk)
    membership = Membership.objects.filter(household=household, person=person, ends_on__isnull=True).first()
    if membership is None:
        raise UnableToMoveMember("not_a_member")
    if ends_on <= membership.starts_on:
        raise UnableToMoveMember("dates", starts_on=membership.starts_on)
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    return household


@operation("people.change_standing", scope=scope_of("household"))
def change_standing(
    *, household: Household, kind: str, monitored: str = "", starts_on: date, act: Act
) -> Household:
    """Register and monitor a household as something else from a day on.

    Raises: UnableToChangeStanding: see its codes. Locks: the household.
    """
    _check_standing(kind, monitored)
    Household.objects.select_for_update().get(pk=household.pk)
    present = Standing.objects.get(household=household, ends_on__isnull=True)
    if (present.kind, present.monitored) == (kind, monitored):
        raise UnableToChangeStanding("unchanged")
    if starts_on <= present.starts_on:
        raise UnableToChangeStanding("dates", starts_on=present.starts_on)
    present.ends_on = starts_on
    present.save(update_fields=["ends_on"])
    Standing.objects.create(household=household, kind=kind, monitored=monitored, starts_on=starts_on)
    return household


def _check_standing(kind: str, monitored: str) -> None:
    fits = {"": True, Monitored.SHOCK: True}
    fits[Monitored.UNSTABLE] = kind == Kind.FORMER_POOR
    fits[Monitored.MARGINAL] = kind == Kind.ORDINARY
    if kind not in Kind.values or not fits.get(monitored, False):
        raise UnableToChangeStanding("unfit")


def _move_in(household: Household, members: Sequence[Member], starts_on: date) -> None:
    inside_operation()
    keys = sorted(member.person for member in members)
    found = {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if any(key not in found or found[key].erased_at is not None for key in keys):
        raise UnableToMoveMember("erased")
    later = Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)
    elsewhere = Membership.objects.filter(later, person__in=keys).select_related("household").first()
    if elsewhere is not None:
        raise UnableToMoveMember("member_elsewhere", number=elsewhere.household.number)
    heads = Membership.objects.filter(later, household=household, relation=Relation.HEAD)
    if any(member.relation == Relation.HEAD for member in members) and heads.exists():
        raise UnableToMoveMember("head_present")
    Membership.objects.bulk_create(
        Membership(
            household=household, person_id=member.person, relation=member.relation, starts_on=starts_on
        )
        for member in members
    )
    keep_about(keys, unit=household.unit_id, place=household.place_id)
