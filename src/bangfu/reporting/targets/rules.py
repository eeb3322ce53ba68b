"""What targets must be, whoever sets them: by hand, by a split or by a sheet; and the sentences of what they are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.models import Area, Place
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.display import exact_text
from bangfu.reporting.indicators import versions_of
from bangfu.reporting.targets.counting import carries_on
from bangfu.reporting.targets.engines.cascade import Promise, Split, splits_of
from bangfu.reporting.targets.models import Direction, Target

LARGEST = Decimal(10) ** 15
SOME_QUARTERS = both(
    "只填了几个季度。请四个季度都填，没有的填 0，或都不填。",
    "Only some quarters are filled. Fill all four, with 0 where there is nothing, or none.",
)


class UnableToPledge(Refusal):
    """Codes: ``title_missing``, ``document_missing``, ``year``, ``known_already``, ``dates``, ``backdated``,
    ``signed_in_future``, ``reason_missing``, ``not_approved``, ``open_already``, ``not_a_draft``, ``not_a_county``."""

    sentences = {
        "title_missing": both("请写责任书的名称。", "Give the pledge a title."),
        "document_missing": both("请写文号。", "Give the number of the document."),
        "not_a_county": both(
            "{place}不是县级地区。责任书写给一个县，请选县；写给许多县的不选。",
            "{place} is not a county. Choose the county it is pledged to, or none when there are many.",
        ),
        "year": both("年度须在 {first} 到 {last} 之间。", "The year lies between {first} and {last}."),
        "known_already": both(
            "{unit} {year} 年已有责任书「{title}」。请打开它，或改用别的名称。",
            "{unit} has a pledge “{title}” for {year} already. Open it, or choose another title.",
        ),
        "dates": both(
            "修订须从 {day} 之后的日子起生效。",
            "A revision takes effect after {day}, the day of what it revises.",
        ),
        "backdated": both(
            "修订不能在签订之日 {day} 之前生效。",
            "A revision does not take effect before {day}, the day it was signed.",
        ),
        "signed_in_future": both(
            "签订日期 {day} 还没有到。", "{day}, the day of signing, has not come yet."
        ),
        "reason_missing": both(
            "请写明为什么修订。修订前后的目标值会并列显示。",
            "Say why it is revised. The targets before and after are shown side by side.",
        ),
        "not_approved": both(
            "还没有批准，不用修订：请直接修改草案。", "It was never approved: change the draft instead."
        ),
        "open_already": both(
            "已有一份修订在办。请先办完它。", "A revision is open already. Finish that one first."
        ),
        "not_a_draft": both(
            "已提交或已批准，不能再改。批准后的改动须另行修订，旧值保留。",
            "It was submitted or approved and does not change any more. After approval a revision is drafted, and the old"
            " targets stay visible.",
        ),
    }  # fmt: skip


class UnableToSetTarget(Refusal):
    """Codes: ``unknown_indicator``, ``no_number``, ``not_below``, ``due_elsewhere``, ``decimals``, ``too_large``,
    ``negative``, ``reserve``, ``same_twice``, ``quarters_sum``, ``quarters_year``, ``quarters_ratio``."""

    sentences = {
        "unknown_indicator": both(
            "没有「{indicator}」这个指标。请从「数字」页查代码。",
            "There is no indicator {indicator}. Look its code up on the Figures page.",
        ),
        "no_number": both(
            "「{title}」是达标与否，不是数量，不能再定目标值。",
            "“{title}” says met or not met; it is no quantity to set a target for.",
        ),
        "not_below": both(
            "{unit}不是签订单位，也不在其下。请选签订单位或其下属单位。",
            "{unit} is neither the signatory nor below it. Choose the signatory or a unit below.",
        ),
        "due_elsewhere": both(
            "期限 {due_on} 不在 {year} 年内。", "The deadline {due_on} does not lie in {year}."
        ),
        "decimals": both(
            "「{title}」最多 {decimals} 位小数。", "“{title}” takes {decimals} decimals at most."
        ),
        "too_large": both("目标值太大。请核对单位。", "The target is too large. Check its unit."),
        "negative": both("目标值不能小于零。", "A target is not below zero."),
        "reserve": both(
            "「{title}」的各单位不相加，不需要预留。",
            "Parts of “{title}” are not added, so there is nothing to reserve.",
        ),
        "quarters_sum": both(
            "四个季度合计 {total}，应等于全年的 {quantity}，相差 {difference}。请改正。",
            "The four quarters come to {total}; they should make the year's {quantity}, a difference of {difference}. Correct"
            " them.",
        ),
        "quarters_year": both(
            "期限不在年末，不能再分季度。请把期限改为年末，或不分季度。",
            "Its deadline is not the year's end, so it has no quarters. Set the year's end, or leave the quarters out.",
        ),
        "quarters_ratio": both(
            "「{title}」不能逐季累加，不能分季度。请只填全年。",
            "“{title}” does not add up over quarters. Enter the year alone.",
        ),
        "same_twice": both(
            "「{title}」「{unit}」在同一地区、专业线已有目标。",
            "“{title}” of {unit} has a target for the same place and line already.",
        ),
    }  # fmt: skip


class UnableToSplit(Refusal):
    """Codes: ``no_units``, ``no_last_year``."""

    sentences = {
        "no_units": both(
            "{unit}之下没有这一级的单位。", "There are no units of this level below {unit}."
        ),
        "no_last_year": both(
            "{year} 年没有这项指标的数据，不能按上年比例分解。请平均分解，或导入表格。",
            "Nothing of it was counted in {year}, so last year's shares say nothing. Split evenly, or import a sheet.",
        ),
    }  # fmt: skip


class UnableToDecide(Refusal):
    """Codes: ``no_targets``, ``evidence_missing``, ``does_not_agree``, ``quarters_do_not_agree``, ``part_is_later``,
    ``submitted_already``, ``not_submitted``, ``same_person``, ``remark_missing``, ``county_has_not_agreed``."""

    sentences = {
        "no_targets": both("还没有目标。请先录入。", "There are no targets yet. Enter them first."),
        "evidence_missing": both(
            "还没有附上签订的文件。请先上传责任书或修订文件。",
            "The signed document is missing. Attach the pledge, or the document of the revision.",
        ),
        "does_not_agree": both(
            "有 {count} 处上下级合计不符，例如「{title}」{unit}：应为 {wanted}，各单位合计 {total}，相差 {difference}。"
            "请改正，或声明预留。",
            "Sums do not agree in {count} places, for example “{title}” of {unit}: it should be {wanted}, the units come to"
            " {total}, a difference of {difference}. Correct them, or declare a reserve.",
        ),
        "quarters_do_not_agree": both(
            "「{title}」{unit}第 {quarter} 季度应为 {wanted}，各单位合计 {total}，相差 {difference}。请改正各季度。",
            "“{title}” of {unit} should be {wanted} in quarter {quarter}, the units come to {total}, off by {difference}."
            " Correct the quarters.",
        ),
        "county_has_not_agreed": both(
            "这份责任书写给{county}，县方还没有会签。请先登记县方会签的文件。",
            "It is pledged to {county}, which has not signed it yet. Record the county's agreement first.",
        ),
        "part_is_later": both(
            "「{title}」{unit}的期限 {due_on} 晚于上级的 {whole}。请改正。",
            "The deadline {due_on} of “{title}” of {unit} is later than the {whole} of the unit above. Correct it.",
        ),
        "submitted_already": both(
            "已经提交。请等另一个人批准或退回。", "It was submitted already and waits for another person."
        ),
        "not_submitted": both(
            "没有等待批准的版本。请刷新页面。", "No version waits for approval. Load the page again."
        ),
        "same_person": both(
            "拟定、录入或提交的人不能自己批准或退回。请由另一个人决定。",
            "Whoever drafted, entered or submitted any of it does not decide on it. Have another person do so.",
        ),
        "remark_missing": both("退回须写明原因。", "Say why it is returned."),
    }  # fmt: skip


class UnableToAgree(Refusal):
    """Codes: ``no_county``, ``not_submitted``, ``agreed_already``, ``signed_by_missing``, ``document_missing``, ``in_future``,
    ``evidence_missing``."""

    sentences = {
        "no_county": both(
            "这份责任书不是写给一个县的，不需要县方会签。", "It is pledged to no county, so none has to agree."
        ),
        "not_submitted": both(
            "还没有提交，或已决定。县方会签的是提交后的目标；请提交后再登记。",
            "It is not submitted, or was decided on. A county signs the targets as submitted: submit first.",
        ),
        "agreed_already": both(
            "这次提交的县方会签已登记。", "The county's agreement to this submission is recorded already."
        ),
        "signed_by_missing": both(
            "请写县方由哪个机构会签，如“册亨县人民政府”。", "Say which body of the county signed it, such as its government."
        ),
        "document_missing": both("请写会签文件的文号或名称。", "Give the number or name of the signed document."),
        "in_future": both("会签日期 {day} 还没有到。", "{day}, the day it was signed, has not come yet."),
        "evidence_missing": both(
            "请附上县方会签的扫描件或照片。", "Attach a scan or photograph of what the county signed."
        ),
    }  # fmt: skip


class UnableToGrade(Refusal):
    """Codes: ``year``, ``mark``, ``given_by_missing``, ``document_missing``, ``statement_missing``, ``in_future``,
    ``too_early``, ``reason_missing``, ``evidence_missing``."""

    sentences = {
        "year": UnableToPledge.sentences["year"],
        "mark": both("请选等次：好、较好、一般或较差。", "Choose a grade: good, fairly good, average or poor."),
        "given_by_missing": both("请写由哪个机构评定。", "Say which body gave the grade."),
        "document_missing": both("请写文件的文号或名称。", "Give the number or name of the document."),
        "statement_missing": both(
            "请写自评的依据，以及与上年相比有什么不同。",
            "Say what the self-assessment rests on, and what was done otherwise than the year before.",
        ),
        "in_future": both("日期 {day} 还没有到。", "{day} has not come yet."),
        "too_early": both(
            "{day} 早于被评的 {year} 年。请核对年度和日期。", "{day} is before {year}, the year that is graded. Check both."
        ),
        "reason_missing": both(
            "{year} 年已有等次「{mark}」。要更正，请写明为什么；原来的等次保留。",
            "There is a grade for {year} already: {mark}. To correct it, say why; the old one stays.",
        ),
        "evidence_missing": both(
            "请附上评定结果的文件。", "Attach the document in which the grade was returned."
        ),
    }  # fmt: skip


class UnableToAnswer(Refusal):
    """Codes: ``reason_missing``, ``declared_already``, ``has_facts``, ``dates``, ``shares``, ``days``, ``source_missing``,
    ``unknown_indicator``."""

    sentences = {
        "reason_missing": both("请写明为什么没有。", "Say why there is nothing."),
        "declared_already": both("已经零报告过。", "It was declared as nil already."),
        "has_facts": both(
            "{year} 年已有 {count} 条事实，不能零报告。",
            "There are {count} facts of {year}: it cannot be declared as nil.",
        ),
        "unknown_indicator": UnableToSetTarget.sentences["unknown_indicator"],
        "dates": both(
            "新规则须从最近一次的 {day} 之后开始。", "A new rule starts after {day}, the day of the last one."
        ),
        "shares": both(
            "绿灯须高于黄灯，黄灯须高于零，绿灯不超过 200%，开始判定须在期限之前。",
            "Green lies above amber, amber above nought, green at 200 % at most, and judging begins before the deadline.",
        ),
        "days": both("天数至少为 1。", "Days are one at least."),
        "source_missing": both("请写明依据：谁在何处规定的。", "Say who laid it down, and where."),
    }  # fmt: skip


@dataclass(frozen=True)
class TargetDetails:
    """What is said of one target."""

    indicator: str
    unit: Unit
    quantity: Decimal
    """In the indicator's unit."""
    direction: str = Direction.AT_LEAST
    due_on: date | None = None
    """Null: the year's last day."""
    place: Place | None = None
    area: Area | None = None
    line: Line | None = None
    reserve: Decimal = Decimal(0)
    quarters: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    """What each quarter adds; null: the year alone is promised."""


def indicator_called(code: str) -> Indicator | None:
    """Return the newest version of an indicator, or null."""
    try:
        return versions_of(code)[-1]
    except LookupError:
        return None


def title_of(code: str) -> Words:
    """Return what an indicator is called; its code when it is not declared any more."""
    found = indicator_called(code)
    return found.title if found else Words(code, code)


def decimals_of(indicator: Indicator) -> int:
    """Return how many decimals a target of an indicator may have; a quotient's may have four."""
    return indicator.term.decimals if not indicator.roles else 4


def fault_of(details: TargetDetails, *, year: int, signatory: Unit) -> tuple[str, dict[str, object]] | None:
    """Return the code of what is wrong with a target, with what its sentence needs; null when nothing is."""
    indicator = indicator_called(details.indicator)
    if indicator is None:
        return "unknown_indicator", {"indicator": details.indicator}
    if indicator.kind is IndicatorKind.TARGET:
        return "no_number", {"title": indicator.title}
    if not details.unit.path.startswith(signatory.path):
        return "not_below", {"unit": both(details.unit.name_zh, details.unit.name_en)}
    if details.due_on is not None and details.due_on.year != year:
        return "due_elsewhere", {"due_on": details.due_on.isoformat(), "year": year}
    quarters = details.quarters or ()
    if min(details.quantity, details.reserve, *quarters) < 0:
        return "negative", {}
    if max(details.quantity, details.reserve, *quarters) >= LARGEST:
        return "too_large", {}
    decimals = decimals_of(indicator)
    if any(round(one, decimals) != one for one in (details.quantity, details.reserve, *quarters)):
        return "decimals", {"title": indicator.title, "decimals": decimals}
    if details.reserve and not indicator.is_additive:
        return "reserve", {"title": indicator.title}
    return _fault_of_quarters(details, indicator) if quarters else None


def _fault_of_quarters(details: TargetDetails, indicator: Indicator) -> tuple[str, dict[str, object]] | None:
    if not carries_on(indicator):
        return "quarters_ratio", {"title": indicator.title}
    if details.due_on is not None and (details.due_on.month, details.due_on.day) != (12, 31):
        return "quarters_year", {}
    total = sum(details.quarters or (), Decimal(0))
    if total != details.quantity:
        said = {"total": total, "quantity": details.quantity, "difference": total - details.quantity}
        return "quarters_sum", {name: exact_words(value) for name, value in said.items()}
    return None


def exact_words(value: Decimal) -> Words:
    """Return a quantity with all its digits, as sentences say it."""
    return Words(exact_text(value, "zh"), exact_text(value, "en"))


def promises_of(targets: Iterable[Target]) -> list[Promise]:
    """Return targets as a cascade sees them."""
    found = []
    for one in targets:
        indicator = indicator_called(one.indicator)
        found.append(
            Promise(
                key=one.pk,
                measured=one.measured,
                path=one.unit.path,
                quantity=one.quantity,
                reserve=one.reserve,
                adds_up=indicator is not None and indicator.is_additive,
                at_most=one.direction == Direction.AT_MOST,
            )
        )
    return found


def splits_in(targets: Iterable[Target]) -> dict[int, Split]:  # by the whole's key
    """Return the targets that are split to units below, each with its parts."""
    return {one.whole.key: one for one in splits_of(promises_of(targets))}


@dataclass(frozen=True)
class QuarterOff:
    """A quarter in which the parts do not come to their whole."""

    quarter: int
    wanted: Decimal
    total: Decimal


def quarter_off(whole: Target, parts: Sequence[Target]) -> QuarterOff | None:
    """Return the first quarter whose parts do not come to it; null when they do, or when not all of them have quarters."""
    wanted = whole.quarters
    given = [one.quarters for one in parts if one.quarters is not None]
    if wanted is None or whole.reserve or len(given) < len(parts):
        return None
    totals = [sum(quarter, Decimal(0)) for quarter in zip(*given, strict=True)]
    wrong = (
        QuarterOff(at, *pair)
        for at, pair in enumerate(zip(wanted, totals, strict=True), start=1)
        if pair[0] != pair[1]
    )
    return next(wrong, None)


WHY_NOT_ADDED: dict[IndicatorKind, Words] = {
    IndicatorKind.DISTINCT: both(
        "按人（户）去重：同一人可能在几个单位各计一次，各单位相加会多于全部，不要求合计相符",
        "Each person or household counts once: one may be counted by several units, whose sum then exceeds the whole; sums need"
        " not agree",
    ),
    IndicatorKind.RATIO: both("比率不能相加，不要求合计相符", "Ratios are not added; sums need not agree"),
}
"""Why parts need not come to their whole."""


def why_not_added(indicator: Indicator | None) -> Words | None:
    """Return why sums of an indicator need not agree; null when they must."""
    if indicator is None or indicator.is_additive:
        return None
    return WHY_NOT_ADDED.get(indicator.kind, WHY_NOT_ADDED[IndicatorKind.RATIO])
