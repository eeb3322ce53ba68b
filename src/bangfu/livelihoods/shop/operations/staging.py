"""How a live sale is prepared: its picture, sessions, run-sheets, ambassadors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, hang, keep
from bangfu.foundation.evidence.sniffing import PICTURES
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.shop.models import (
    Ambassador,
    LiveSale,
    Product,
    RunItem,
    Session,
)
from bangfu.livelihoods.shop.queries import claims_written_by

Files = tuple[tuple[str, bytes], ...]
MOST_ITEMS = 300
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?")


class UnableToStage(Refusal):
    """Codes: ``sale_over``, ``bad_stream``, ``words_missing``, ``outside_sale``, ``overlap``, ``host_elsewhere``,
    ``too_many_items``, ``items_wrong``, ``consent_missing``, ``consent_in_future``, ``withdrawn_already``, ``own_claims``,
    ``approved_already``, ``consent_withdrawn``, ``not_a_picture``, ``ends_too_early``."""

    sentences = {
        "sale_over": both("这场直播已经结束，不能再改。", "This live sale is over; nothing of it is changed any more."),
        "bad_stream": both(
            "画面地址须是 http 或 https 开头的完整地址。请核对。",
            "The address of the picture is a whole one that begins with http or https.",
        ),
        "words_missing": both("请填写中文和英文。", "Enter both the Chinese and the English."),
        "outside_sale": both(
            "时间须在直播的开始和结束之间，且结束在开始之后。", "The time lies within the live sale, and ends after it begins."
        ),
        "overlap": both(
            "这段时间已有别的安排。同一商品同一时间只有一位代言，各场次也不重叠。",
            "Something else is at that time. A product has one ambassador at a time, and sessions do not overlap.",
        ),
        "host_elsewhere": both("主持人须是这场直播的代言人。", "A host is an ambassador of this live sale."),
        "too_many_items": both("一张流程单最多三百行。", "A run-sheet has three hundred lines at most."),
        "items_wrong": both(
            "流程单每行一个时间，时间在场次之内，不重复。", "A run-sheet has a time a line, within the session, each once."
        ),
        "consent_missing": both(
            "请附上本人签字的肖像使用同意书。", "Attach the consent that the person signed to be shown."
        ),
        "consent_in_future": both("同意日期不能晚于今天。", "The consent was not given later than today."),
        "withdrawn_already": both("同意已经撤回。", "The consent was withdrawn already."),
        "own_claims": both(
            "说法和台词须由另一人核准；写过其中文字的人、最后修改的人，不能自己核准。",
            "Claims and script are approved by somebody who wrote nothing of them and did not change the record last.",
        ),
        "approved_already": both("已经核准。", "They are approved already."),
        "consent_withdrawn": both(
            "本人已撤回同意，不能再核准或展示。", "The person withdrew the consent, so nothing is approved or shown."
        ),
        "not_a_picture": both("请上传一张照片（JPEG、PNG 或 HEIC）。", "Upload one photograph (JPEG, PNG or HEIC)."),
        "ends_too_early": both("同意的截止日期须在同意日期之后。", "The consent ends after the day it was given."),
    }  # fmt: skip


@dataclass(frozen=True)
class AmbassadorDetails:
    """What is kept of an ambassador, the person and the consent apart."""

    product: Product
    post_zh: str
    post_en: str
    starts_at: datetime
    ends_at: datetime
    claims_zh: str
    claims_en: str
    script: str = ""


def _locked(sale: LiveSale) -> LiveSale:
    return LiveSale.objects.select_for_update().get(pk=sale.pk)


def _open(sale: LiveSale, act: Act) -> LiveSale:
    """Return a live sale that is not over, locked."""
    found = _locked(sale)
    if found.ends_at <= act.at:
        raise UnableToStage("sale_over")
    return found


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _check_within(sale: LiveSale, starts_at: datetime, ends_at: datetime) -> None:
    if not _to_the_minute(sale.starts_at) <= starts_at < ends_at <= sale.ends_at + timedelta(minutes=1):
        raise UnableToStage("outside_sale")


@operation("shop.set_stream", scope=scope_of("sale"))
def set_stream(*, sale: LiveSale, address: str, act: Act) -> LiveSale:
    """Say where a live sale's picture comes from, an HLS playlist; empty: from nowhere.

    Raises: UnableToStage: ``bad_stream``; nothing was written.
    Locks: the sale.
    """
    address = address.strip()
    parts = urlsplit(address)
    is_whole = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) is not None
    if address and (not is_whole or any(character in address for character in " \"'<>;\\")):
        raise UnableToStage("bad_stream")
    found = _locked(sale)
    found.stream_url = address
    found.save(update_fields=["stream_url"])
    return found


@operation("shop.enter_session", scope=scope_of("sale"))
def enter_session(
    *,
    sale: LiveSale,
    title_zh: str,
    title_en: str,
    starts_at: datetime,
    ends_at: datetime,
    host: Ambassador | None = None,
    act: Act,
) -> Session:
    """Enter a part of a live sale that is not over.

    Raises: UnableToStage: see its codes; nothing was written.
    Locks: the sale.
    """
    session = Session(sale=_open(sale, act))
    return _write_session(session, title_zh, title_en, starts_at, ends_at, host)


@operation("shop.revise_session", scope=scope_of("session"))
def revise_session(
    *,
    session: Session,
    title_zh: str,
    title_en: str,
    starts_at: datetime,
    ends_at: datetime,
    host: Ambassador | None = None,
    act: Act,
) -> Session:
    """Change a session of a live sale that is not over.

    Raises: UnableToStage: see its codes; nothing was written.
    Locks: the sale.
    """
    session.sale = _open(session.sale, act)
    return _write_session(session, title_zh, title_en, starts_at, ends_at, host)


def _write_session(
    session: Session,
    title_zh: str,
    title_en: str,
    starts_at: datetime,
    ends_at: datetime,
    host: Ambassador | None,
) -> Session:
    if not title_zh.strip() or not title_en.strip():
        raise UnableToStage("words_missing")
    starts_at, ends_at = _to_the_minute(starts_at), _to_the_minute(ends_at)
    _check_within(session.sale, starts_at, ends_at)
    others = Session.objects.filter(sale=session.sale, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if others.exclude(pk=session.pk).exists():
        raise UnableToStage("overlap")
    if host is not None and host.sale_id != session.sale_id:
        raise UnableToStage("host_elsewhere")
    session.title_zh, session.title_en, session.host = title_zh.strip(), title_en.strip(), host
    session.starts_at, session.ends_at = starts_at, ends_at
    session.save()
    return session


@operation("shop.write_run_sheet", scope=scope_of("session"))
def write_run_sheet(*, session: Session, items: Sequence[tuple[datetime, str]], act: Act) -> int:
    """Write a session's run-sheet anew as a whole, and return how many lines it has.

    Args:
        items: when, and what happens from then on.

    Raises: UnableToStage: ``sale_over``, ``too_many_items``, ``items_wrong``; nothing was written.
    Locks: the sale.
    """
    _open(session.sale, act)
    if len(items) > MOST_ITEMS:
        raise UnableToStage("too_many_items")
    times = [at for at, _ in items]
    within = all(session.starts_at <= at < session.ends_at for at in times)
    if not within or len(set(times)) < len(times) or not all(what.strip() for _, what in items):
        raise UnableToStage("items_wrong")
    session.items.all().delete()
    rows = [RunItem(session=session, starts_at=at, what=what.strip()) for at, what in sorted(items)]
    return len(RunItem.objects.bulk_create(rows))


@operation("shop.enter_ambassador", scope=scope_of("sale"), unrecorded=("name", "phone"))
def enter_ambassador(
    *,
    sale: LiveSale,
    unit: Unit,
    details: AmbassadorDetails,
    name: str,
    phone: str,
    consented_on: date,
    files: Files,
    act: Act,
) -> Ambassador:
    """Enter who speaks for a product in a live sale, with the consent that the person signed; claims wait for approval.

    Args:
        unit: whose ambassador; its place is the province for which the value is shown.
        files: the signed consent.

    Raises: UnableToStage: see its codes; UnableToEnterPerson, UnableToKeep: see theirs. Nothing was written.
    Locks: the sale.
    """
    found = _open(sale, act)
    if not files:
        raise UnableToStage("consent_missing")
    if consented_on > act.on:
        raise UnableToStage("consent_in_future")
    ambassador = Ambassador(sale=found, unit=unit, consented_on=consented_on)
    _check_details(ambassador, details)
    ambassador.person = enter_person(name=name, phone=phone.strip() or None, unit=unit.pk)
    _write_details(ambassador, details, act)
    hang([ambassador.pk], files, record_type=record_type("shop.ambassador"), act=act)
    return ambassador


@operation("shop.revise_ambassador", scope=scope_of("ambassador"))
def revise_ambassador(*, ambassador: Ambassador, details: AmbassadorDetails, act: Act) -> Ambassador:
    """Change product, period, claims or script of an ambassador; what was approved waits for approval again.

    Raises: UnableToStage: see its codes; nothing was written.
    Locks: the sale.
    """
    ambassador = Ambassador.objects.select_related("sale").get(pk=ambassador.pk)
    ambassador.sale = _open(ambassador.sale, act)
    _check_details(ambassador, details)
    return _write_details(ambassador, details, act)


def _check_details(ambassador: Ambassador, said: AmbassadorDetails) -> None:
    words = (said.post_zh, said.post_en, said.claims_zh, said.claims_en)
    if not all(one.strip() for one in words):
        raise UnableToStage("words_missing")
    starts_at, ends_at = _to_the_minute(said.starts_at), _to_the_minute(said.ends_at)
    _check_within(ambassador.sale, starts_at, ends_at)
    others = Ambassador.objects.filter(
        sale=ambassador.sale, product=said.product, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if others.exclude(pk=ambassador.pk).exists():
        raise UnableToStage("overlap")


def _write_details(ambassador: Ambassador, said: AmbassadorDetails, act: Act) -> Ambassador:
    ambassador.product = said.product
    ambassador.post_zh, ambassador.post_en = said.post_zh.strip(), said.post_en.strip()
    ambassador.starts_at, ambassador.ends_at = _to_the_minute(said.starts_at), _to_the_minute(said.ends_at)
    ambassador.claims_zh, ambassador.claims_en = said.claims_zh.strip(), said.claims_en.strip()
    ambassador.script = said.script.strip()
    ambassador.approved_at, ambassador.approved_by = None, None
    ambassador.entered_at, ambassador.entered_by = act.at, act.actor
    ambassador.save()
    return ambassador


@operation("shop.approve_claims", scope=scope_of("ambassador"))
def approve_claims(*, ambassador: Ambassador, act: Act) -> Ambassador:
    """Approve what an ambassador may say, as somebody who wrote nothing of it; from then on everybody may read it.

    Raises: UnableToStage: ``own_claims``, ``approved_already``, ``consent_withdrawn``; nothing was written.
    Locks: the ambassador.
    """
    found = Ambassador.objects.select_for_update().get(pk=ambassador.pk)
    if found.approved_at is not None:
        raise UnableToStage("approved_already")
    if found.withdrawn_on is not None:
        raise UnableToStage("consent_withdrawn")
    if act.actor.pk in claims_written_by([found])[found.pk]:
        raise UnableToStage("own_claims")
    found.approved_at, found.approved_by = act.at, act.actor
    found.save(update_fields=["approved_at", "approved_by"])
    return found


@operation("shop.set_portrait", scope=scope_of("ambassador"))
def set_portrait(
    *,
    ambassador: Ambassador,
    picture: tuple[str, bytes] | None = None,
    is_removed: bool = False,
    consent_ends_on: date | None,
    act: Act,
) -> Ambassador:
    """Say which portrait of an ambassador the public page may show, and until when the consent holds.

    It is shown while the consent holds, once claims are approved, and once everybody in it agreed to pages, as evidence has it.

    Args:
        picture: name and content; null = the one that is kept stays.
        is_removed: whether none is shown any more.
        consent_ends_on: from which day on nothing is shown; null = until the consent is withdrawn.

    Raises: UnableToStage: ``consent_withdrawn``, ``ends_too_early``, ``not_a_picture``; UnableToKeep: see its codes. Nothing was
        written.
    Locks: the ambassador.
    """
    found = Ambassador.objects.select_for_update(of=("self",)).get(pk=ambassador.pk)
    if found.withdrawn_on is not None:
        raise UnableToStage("consent_withdrawn")
    if consent_ends_on is not None and consent_ends_on <= found.consented_on:
        raise UnableToStage("ends_too_early")
    if picture is not None:
        kept = keep(picture[1], name=picture[0], act=act)
        if kept.media_type not in PICTURES:
            raise UnableToStage("not_a_picture")
        attach(kept, to=found, kind=EvidenceKind.PHOTO, name=picture[0], act=act)
        found.picture = kept
    elif is_removed:
        found.picture = None
    found.consent_ends_on = consent_ends_on
    found.save(update_fields=["picture", "consent_ends_on"])
    return found


@operation("shop.withdraw_consent", scope=scope_of("ambassador"))
def withdraw_consent(*, ambassador: Ambassador, act: Act) -> Ambassador:
    """Note that an ambassador withdrew the consent to be shown: from now on no page shows them; what was ordered stays.

    Raises: UnableToStage: ``withdrawn_already``; nothing was written.
    Locks: the ambassador.
    """
    found = Ambassador.objects.select_for_update().get(pk=ambassador.pk)
    if found.withdrawn_on is not None:
        raise UnableToStage("withdrawn_already")
    found.withdrawn_on = act.on
    found.save(update_fields=["withdrawn_on"])
    return found
