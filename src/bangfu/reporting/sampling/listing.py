"""The list of audits: what narrows it, and what a file of it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches
from bangfu.reporting.facts import searched
from bangfu.reporting.indicators import indicators
from bangfu.reporting.sampling.models import (
    WRONG,
    Announcement,
    Draw,
    EndKind,
    SampledFact,
    Verdict,
    VerdictKind,
)
from bangfu.reporting.sampling.queries import (
    ABANDONED,
    ANNOUNCED,
    CLOSED,
    EXAMINING,
    READY,
    STATES,
    audits_in_reach,
    standings,
    value_text,
)

SORTS = {"number": "number", "-number": "-number", "block": "block", "-block": "-block"}
HEADINGS = (
    both("审计号", "Audit"), both("数字", "Figure"), both("指标", "Indicator"), both("期间", "Period"),
    both("范围", "Scope"), both("区块", "Block"), both("方法", "Method"), both("置信度（%）", "Confidence (%)"),
    both("可容忍差错", "Tolerable"), both("单位", "Unit"), both("样本", "Sample"), both("已检查", "Examined"),
    both("有差错", "Wrong"), both("估计差错", "Estimated error"), both("上限", "Upper limit"),
    both("状态", "State"), both("公告", "Announced"),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to, and how it is sorted."""

    state: str = ""
    text: str = ""
    sort: str = "-number"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was asked."""
        return bool(self.state or self.text)

    @property
    def words(self) -> str:
        """The narrowing as a file says it."""
        return " · ".join(one for one in (str(STATES[self.state]) if self.state else "", self.text) if one)


def asked_in(request: HttpRequest) -> Asked:
    """Return what the query string asks; what cannot be read is left out."""
    state, sort = request.GET.get("state", ""), request.GET.get("sort", "")
    return Asked(
        state=state if state in STATES else "",
        text=request.GET.get("q", "").strip(),
        sort=sort if sort in SORTS else "-number",
    )


def listed(account: Account, asked: Asked, on: date) -> QuerySet[Announcement]:
    """Return the audits that were asked for, in the order asked for."""
    found = audits_in_reach(account, on)
    if asked.text:
        wanted = asked.text.casefold()
        codes = [one.code for one in indicators() if wanted in f"{one.title.zh} {one.title.en}".casefold()]
        by_text = (
            Q(indicator__in=codes) | Q(indicator__icontains=asked.text) | Q(question__icontains=asked.text)
        )
        if asked.text.isascii() and asked.text.isdigit() and len(asked.text) < 9:
            by_text |= Q(number=int(asked.text))
        found = found.filter(by_text)
    if asked.state:
        found = _in_state(found, asked.state)
    return found.order_by(SORTS[asked.sort])


def _in_state(found: QuerySet[Announcement], state: str) -> QuerySet[Announcement]:
    if state == CLOSED:
        return found.filter(end__kind=EndKind.CLOSED)
    if state == ABANDONED:
        return found.filter(end__kind=EndKind.ABANDONED)
    still = found.filter(end__isnull=True)
    if state == ANNOUNCED:
        return still.filter(draw__isnull=True)
    counted = still.filter(draw__isnull=False).annotate(
        sampled=Count("draw__sample", distinct=True),
        examined=Count("draw__sample", filter=Q(draw__sample__verdicts__isnull=False), distinct=True),
    )
    assert state in (EXAMINING, READY)
    is_ready = Q(sampled__gt=0, examined=F("sampled"))
    return counted.filter(is_ready if state == READY else ~is_ready)


def cells(found: QuerySet[Announcement]) -> Iterator[list[Cell]]:
    """Return the rows of a file."""
    for batch in in_batches(found):
        for one in standings(batch):
            audit, result = one.announcement, one.result
            yield [
                str(audit.number), str(one.indicator.title), audit.indicator, str(one.selection.period_words),
                str(one.selection.scope_words), str(audit.block), str(audit.method_words), str(audit.confidence),
                value_text(audit.tolerable), str(one.tolerable_unit), str(one.sampled), str(one.examined),
                str(result.wrong) if result else "", value_text(result.estimate) if result else "",
                value_text(result.upper_limit) if result else "", str(one.state_words),
                f"{timezone.localtime(audit.announced_at):%Y-%m-%d %H:%M}",
            ]  # fmt: skip


SAMPLE_SORTS = {
    "position": "position", "-position": "-position", "book": "book", "-book": "-book",
}  # fmt: skip
OPEN, WRONG_ONES, AGREEING = "open", "wrong", "agreeing"
SHOWN: dict[str, Words] = {
    "": both("全部", "All"),
    OPEN: both("还没有结论的", "Without a verdict"),
    WRONG_ONES: both("有差错的", "Wrong"),
    AGREEING: both("相符的", "In order"),
}


@dataclass(frozen=True)
class AskedSample:
    """Which facts of a sample are asked for, and in which order."""

    show: str = ""
    text: str = ""
    sort: str = "position"


def sample_asked_in(request: HttpRequest) -> AskedSample:
    """Return what the query string of an audit's page asks; what cannot be read is left out."""
    show, sort = request.GET.get("show", ""), request.GET.get("sort", "")
    return AskedSample(
        show=show if show in SHOWN else "",
        text=request.GET.get("q", "").strip(),
        sort=sort if sort in SAMPLE_SORTS else "position",
    )


def sample_listed(draw: Draw, asked: AskedSample) -> QuerySet[SampledFact]:
    """Return the sampled facts that were asked for, in the order asked for."""
    last = Verdict.objects.filter(sampled=OuterRef("pk")).order_by("-revision").values("kind")[:1]
    found = SampledFact.objects.filter(draw=draw).annotate(verdict=Subquery(last))
    if asked.show == OPEN:
        found = found.filter(verdict__isnull=True)
    elif asked.show == WRONG_ONES:
        found = found.filter(verdict__in=WRONG)
    elif asked.show == AGREEING:
        found = found.filter(verdict=VerdictKind.AGREES)
    if asked.text:
        named = searched(Fact.objects.filter(pk__in=found.values("fact_id")), asked.text)
        by_text = Q(fact_id__in=named.values("pk"))
        if asked.text.isascii() and asked.text.isdigit() and len(asked.text) < 18:
            by_text |= Q(fact_id=int(asked.text)) | Q(position=int(asked.text) if len(asked.text) < 9 else 0)
        found = found.filter(by_text)
    return found.order_by(SAMPLE_SORTS[asked.sort], "position")
