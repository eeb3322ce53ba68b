"""Suppliers are entered, with whom to call, who acts for them, what they supply, and on which terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account, Person
from bangfu.foundation.people.persons.operations import enter_person
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.industries.neighbours import Operator, OperatorKind
from bangfu.livelihoods.shop.neighbours import Product
from bangfu.livelihoods.suppliers.codes import is_credit_code
from bangfu.livelihoods.suppliers.models import Item, ItemKind, Seat, Supplier, Supply, Terms
from bangfu.livelihoods.suppliers.queries import settled_since, shipped_or_settled_since
from bangfu.livelihoods.suppliers.reckoning import WHOLE_BP

Files = tuple[tuple[str, bytes], ...]
COUNTY_SIZE = 10**6
FIRST_DUE = timedelta(days=30)
"""By when a new product's checklist is to be complete, unless another day is said: the room's own choice."""


class UnableToSupport(Refusal):
    """Codes: ``credit_code``, ``code_taken``, ``operator_taken``, ``not_described``, ``identity_number``, ``unknown_kind``,
    ``not_a_county``, ``evidence_missing``, ``contact_half``, ``seat_taken``, ``ended_already``, ``ends_before_start``,
    ``supplied_already``, ``still_to_ship``, ``rates``, ``version_taken``, ``settled_already``, ``not_a_person``."""

    sentences = {
        "credit_code": both(
            "「{text}」不是统一社会信用代码（最后一位校验不符）。请按营业执照抄写 18 位。",
            "{text} is no unified social credit code: its last character does not check the others. Copy the 18 characters"
            " from the licence.",
        ),
        "code_taken": both("信用代码 {text} 已登记为供应商。", "The supplier {text} is entered already."),
        "operator_taken": both(
            "经营主体「{title}」已登记为供应商。", "The operator {title} is entered as a supplier already."
        ),
        "not_described": both("请填写名称。", "Enter its name."),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "unknown_kind": both(
            "请选合作社、企业或村集体。", "Choose a co-operative, a firm or a village collective."
        ),
        "not_a_county": both("供应商所在地请填到县。", "Say in which county the supplier is."),
        "evidence_missing": both("请附上营业执照或合同。", "Attach the licence or the contract."),
        "contact_half": both(
            "联系人的姓名和电话请一起填，或都不填。", "Enter both name and telephone of whom to call, or neither."
        ),
        "seat_taken": both(
            "账号 {username} 已经是「{title}」的人。请先结束那一份。",
            "The account {username} acts for {title} already. End that first.",
        ),
        "not_a_person": both("系统账号不能代表供应商。", "A system's account acts for no supplier."),
        "ended_already": both("已经结束。", "It ended already."),
        "ends_before_start": both("结束早于开始。请核对日期。", "It ends before it starts. Check the days."),
        "supplied_already": both(
            "「{product}」从 {first} 起由「{title}」供货。请先结束那一份，再登记。",
            "{product} is supplied by {title} from {first} on. End that first.",
        ),
        "still_to_ship": both(
            "{count} 个订单是 {day} 起下的，已发货或已结算。请把最后一天放到那以后。",
            "{count} order lines placed from {day} on are shipped or settled already. Choose a later last day.",
        ),
        "rates": both(
            "佣金和平台费须在 0 到 100% 之间，合计不超过 100%；运费不能为负。",
            "Commission and platform fee lie between 0 and 100 % and together do not exceed it; freight is not negative.",
        ),
        "version_taken": both(
            "{day} 起的合同条款已经登记。", "Terms from {day} on are entered already."
        ),
        "settled_already": both(
            "{day} 起下的订单已有 {count} 行结算，条款不能再变。请从以后的日子起。",
            "{count} order lines placed from {day} on are settled already. Let the new terms begin later.",
        ),
    }  # fmt: skip


@dataclass(frozen=True)
class SupplierDetails:
    """What is said of a supplier."""

    code: str
    kind: str
    name_zh: str
    county: Place
    name_en: str = ""
    operator: Operator | None = None
    contact_name: str = ""
    contact_phone: str = ""


def supplier_for_update(key: int) -> Supplier:
    """Return a supplier as it is now, locked until the operation ends."""
    inside_operation()
    return Supplier.objects.select_for_update(of=("self",)).select_related("unit").get(pk=key)


def _checked(details: SupplierDetails) -> None:
    if not is_credit_code(details.code):
        raise UnableToSupport("credit_code", text=details.code)
    if not details.name_zh.strip():
        raise UnableToSupport("not_described")
    if has_identity_number(details.name_zh) or has_identity_number(details.name_en):
        raise UnableToSupport("identity_number")
    if details.kind not in OperatorKind.values:
        raise UnableToSupport("unknown_kind")
    if details.county.pk % COUNTY_SIZE:
        raise UnableToSupport("not_a_county")
    if bool(details.contact_name.strip()) != bool(details.contact_phone.strip()):
        raise UnableToSupport("contact_half")


def _contact(details: SupplierDetails, unit: Unit) -> Person | None:
    if not details.contact_name.strip():
        return None
    return enter_person(
        name=details.contact_name, phone=details.contact_phone.strip(), unit=unit.pk, place=details.county.pk
    )


def _scope_of_details(*, details: SupplierDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.county.pk)


@operation("suppliers.enter_supplier", scope=_scope_of_details, unrecorded=("details",))
def enter_supplier(*, details: SupplierDetails, unit: Unit, files: Files, act: Act) -> Supplier:
    """Enter a supplier with its licence; name and telephone of whom to call are sealed.

    Raises: UnableToSupport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    _checked(details)
    if Supplier.objects.filter(code=details.code).exists():
        raise UnableToSupport("code_taken", text=details.code)
    if details.operator and Supplier.objects.filter(operator=details.operator).exists():
        raise UnableToSupport("operator_taken", title=details.operator.title)
    if not files:
        raise UnableToSupport("evidence_missing")
    try:
        with transaction.atomic():
            supplier = Supplier.objects.create(
                code=details.code, kind=details.kind, name_zh=details.name_zh.strip(), name_en=details.name_en.strip(),
                unit=unit, place=details.county, operator=details.operator, contact=_contact(details, unit),
                entered_at=act.at, entered_by=act.actor,
            )  # fmt: skip
    except IntegrityError as clash:
        raise UnableToSupport("code_taken", text=details.code) from clash
    hang([supplier.pk], files, record_type=record_type("suppliers.supplier"), act=act)
    return supplier


@operation("suppliers.revise_supplier", scope=scope_of("supplier"), unrecorded=("details",))
def revise_supplier(*, supplier: Supplier, details: SupplierDetails, act: Act) -> Supplier:
    """Change what is said of a supplier: names, kind, operator, whom to call; code, unit and county stay.

    Args:
        details: without a contact, whom to call stays as it was.

    Raises: UnableToSupport: see its codes; nothing was written.
    Locks: the supplier.
    """
    now = supplier_for_update(supplier.pk)
    _checked(details)
    if details.operator and Supplier.objects.filter(operator=details.operator).exclude(pk=now.pk).exists():
        raise UnableToSupport("operator_taken", title=details.operator.title)
    now.kind, now.operator = details.kind, details.operator
    now.name_zh, now.name_en = details.name_zh.strip(), details.name_en.strip()
    now.contact = _contact(details, now.unit) or now.contact
    now.save(update_fields=["kind", "operator", "name_zh", "name_en", "contact"])
    return now


@operation("suppliers.seat_account", scope=scope_of("supplier"))
def seat_account(*, supplier: Supplier, account: Account, starts_on: date, act: Act) -> Seat:
    """Let an account act for a supplier from a day on; it also needs the role ``supplier``, which security grants.

    Raises: UnableToSupport: ``seat_taken``, ``not_a_person``; nothing was written.
    """
    if account.person_id is None:
        raise UnableToSupport("not_a_person")
    held = (
        Seat.objects.filter(account=account)
        .exclude(ends_on__lte=starts_on)
        .select_related("supplier")
        .first()
    )
    if held is not None:
        raise UnableToSupport("seat_taken", username=account.username, title=held.supplier.title)
    try:
        with transaction.atomic():
            return Seat.objects.create(
                supplier=supplier, account=account, starts_on=starts_on, given_at=act.at, given_by=act.actor
            )
    except IntegrityError as clash:
        raise UnableToSupport("seat_taken", username=account.username, title=supplier.title) from clash


@operation("suppliers.end_seat", scope=scope_of("seat"))
def end_seat(*, seat: Seat, on: date, act: Act) -> Seat:
    """Let an account act for a supplier no more from a day on.

    Raises: UnableToSupport: ``ended_already``, ``ends_before_start``; nothing was written.
    Locks: the seat.
    """
    now = Seat.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=seat.pk)
    if now.ends_on is not None:
        raise UnableToSupport("ended_already")
    if on <= now.starts_on:
        raise UnableToSupport("ends_before_start")
    now.ends_on = on
    now.save(update_fields=["ends_on"])
    return now


def _scopes_of_supply(*, supplier: Supplier, product: Product, **arguments: object) -> list[Scope]:
    return [supplier.scope, product.scope]


@operation("suppliers.supply_product", scope=_scopes_of_supply)
def supply_product(
    *, supplier: Supplier, product: Product, starts_on: date, due_on: date | None = None, act: Act
) -> Supply:
    """Note that a supplier supplies a product of the shop from a day on, and open the product's checklist.

    Args:
        due_on: by when the checklist is to be complete; null: in thirty days.

    Raises: UnableToSupport: ``supplied_already``; nothing was written.
    """
    held = (
        Supply.objects.filter(product=product)
        .exclude(ends_on__lte=starts_on)
        .select_related("supplier")
        .first()
    )
    if held is not None:
        raise UnableToSupport(
            "supplied_already",
            product=product.name,
            first=held.starts_on.isoformat(),
            title=held.supplier.title,
        )
    try:
        with transaction.atomic():
            supply = Supply.objects.create(
                supplier=supplier, product=product, starts_on=starts_on, agreed_at=act.at, agreed_by=act.actor
            )
    except IntegrityError as clash:
        raise UnableToSupport(
            "supplied_already", product=product.name, first=starts_on.isoformat(), title=supplier.title
        ) from clash
    due = due_on or act.on + FIRST_DUE
    Item.objects.bulk_create(Item(supply=supply, kind=kind, due_on=due) for kind in ItemKind.values)
    return supply


@operation("suppliers.end_supply", scope=scope_of("supply"))
def end_supply(*, supply: Supply, on: date, act: Act) -> Supply:
    """End a supplier's supply of a product: orders placed from a day on are no longer its own.

    Raises: UnableToSupport: ``ended_already``, ``ends_before_start``, ``still_to_ship``; nothing was written.
    Locks: the supplier.
    """
    supplier_for_update(supply.supplier_id)
    now = Supply.objects.select_related("supplier", "product").get(pk=supply.pk)
    if now.ends_on is not None:
        raise UnableToSupport("ended_already")
    if on <= now.starts_on:
        raise UnableToSupport("ends_before_start")
    bound = shipped_or_settled_since(now, on)
    if bound:
        raise UnableToSupport("still_to_ship", count=bound, day=on.isoformat())
    now.ends_on = on
    now.save(update_fields=["ends_on"])
    return now


@operation("suppliers.set_terms", scope=scope_of("supplier"))
def set_terms(
    *, supplier: Supplier, starts_on: date, commission_bp: int, platform_bp: int, freight_fen: int, document: str,
    files: Files, act: Act,
) -> Terms:  # fmt: skip
    """Enter a version of the contract: what is taken of orders placed from a day on.

    Args:
        commission_bp, platform_bp: of what is kept, in ten-thousandths.

    Raises: UnableToSupport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the supplier.
    """
    supplier_for_update(supplier.pk)
    if min(commission_bp, platform_bp, freight_fen) < 0 or commission_bp + platform_bp > WHOLE_BP:
        raise UnableToSupport("rates")
    if not document.strip() or not files:
        raise UnableToSupport("evidence_missing")
    if Terms.objects.filter(supplier=supplier, starts_on=starts_on).exists():
        raise UnableToSupport("version_taken", day=starts_on.isoformat())
    settled = settled_since(supplier.pk, starts_on)
    if settled:
        raise UnableToSupport("settled_already", day=starts_on.isoformat(), count=settled)
    terms = Terms.objects.create(
        supplier=supplier, starts_on=starts_on, commission_bp=commission_bp, platform_bp=platform_bp,
        freight_fen=freight_fen, document=document.strip(), entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    hang([terms.pk], files, record_type=record_type("suppliers.terms"), act=act)
    return terms
