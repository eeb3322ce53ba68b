"""Forms of audits by sample."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.reporting.indicators import indicators
from bangfu.reporting.sampling.models import CONFIDENCES, METHOD_WORDS, VERDICT_WORDS, Method
from bangfu.reporting.sampling.operations.examining import LONGEST_REMARK
from bangfu.reporting.sampling.population import methods_for
from bangfu.reporting.selection import Selection, read_selection

ASKED = ("period", "place", "area", "unit", "line", "term", "as_of")
"""Fields of a figure's address."""


def _text(label: Any, *, required: bool = False, longest: int = 60, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=longest, help_text=hint)


class AnnounceForm(Keyed):
    """Which figure is audited, as of which block, and how strictly."""

    beside = (
        ("period", "as_of"), ("place", "area"), ("unit", "line"), ("method", "confidence"), ("tolerable", "expected"),
    )  # fmt: skip

    indicator = forms.ChoiceField(label=said("数字", "Figure"))
    period = _text(
        said("期间", "Period"),
        required=True,
        hint=said("如 2019、2019-Q3、2019-03。", "Such as 2019, 2019-Q3, 2019-03."),
    )
    as_of = _text(
        said("截至区块或日期", "As of block or date"), required=True,
        hint=said("抽的是当时的事实。", "Facts are drawn as they stood then."),
    )  # fmt: skip
    place = _text(said("地区代码", "Place"))
    area = _text(said("片区或名单代码", "Area"))
    unit = _text(said("单位代码", "Unit"))
    line = _text(said("专业线代码", "Line"))
    term = forms.ChoiceField(
        label=said("比率或目标的哪一项", "Which term of a ratio or target"), required=False,
        choices=[
            ("", both("数字本身", "the figure itself")), ("numerator", both("分子或实际值", "numerator, or what was reached")),
            ("denominator", both("分母", "denominator")), ("target", both("目标值", "target")),
        ],
    )  # fmt: skip
    method = forms.ChoiceField(
        label=said("方法", "Method"), choices=list(METHOD_WORDS.items()), initial=Method.MONETARY,
        help_text=said(
            "货币单元：金额（数量）越大越容易抽到，估计差错的金额；属性：每条事实机会相同，估计有差错的比例。",
            "Monetary-unit: the larger a quantity the likelier it is drawn; says how much is wrong. Attribute: every fact alike;"
            " says how many are.",
        ),
    )  # fmt: skip
    confidence = forms.TypedChoiceField(
        label=said("置信度", "Confidence"),
        choices=[(one, f"{one}%") for one in CONFIDENCES],
        initial=95,
        coerce=int,
    )
    tolerable = forms.DecimalField(
        label=said("可容忍差错", "Tolerable error"), max_digits=20, decimal_places=4,
        help_text=said("数字的计量单位；属性抽样写百分比。", "In the figure's unit; by fact, in per cent."),
    )  # fmt: skip
    expected = forms.DecimalField(
        label=said("预计差错", "Expected error"), max_digits=20, decimal_places=4, initial=Decimal(0),
        help_text=said("预计会查出多少；预计越多，样本越大。", "How much will be found; more makes the sample larger."),
    )  # fmt: skip
    publication = forms.IntegerField(
        label=said("发布号", "Publication"), required=False, min_value=1,
        help_text=said("审计已发布的数字时填写。", "When a published figure is audited."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.title} · {one.code}") for one in indicators()]
        self.fields["indicator"].choices = choices  # type: ignore[attr-defined]

    def selection(self) -> Selection:
        """Return the question that was asked.

        Raises: UnableToOpen: a field means nothing.
        """
        return read_selection({name: self.cleaned_data[name] for name in ASKED})

    @property
    def strictness(self) -> dict[str, Any]:
        """Method, confidence, tolerable and expected error as the operation takes them."""
        return {name: self.cleaned_data[name] for name in ("method", "confidence", "tolerable", "expected")}


class VerdictForm(Keyed):
    """What examining a fact showed."""

    beside = (("kind", "audited"),)

    kind = forms.ChoiceField(label=said("结论", "Verdict"), choices=list(VERDICT_WORDS.items()))
    audited = forms.DecimalField(
        label=said("审定数量", "Audited quantity"), required=False, min_value=0, max_digits=20, decimal_places=4,
        help_text=said("有差错时必填。", "Needed when misstated."),
    )  # fmt: skip
    remark = forms.CharField(
        label=said("说明", "Remark"), required=False, max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=said("不相符时必填；不要写个人信息。", "Needed unless it agrees; nothing personal."),
    )  # fmt: skip
    file = forms.FileField(label=said("佐证", "Evidence"), required=False)


class RemarkForm(Keyed):
    """A reason or a remark."""

    remark = forms.CharField(
        label=said("说明", "Remark"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def first_method(indicator: Any) -> str:
    """Return the method that fits a figure best: by quantity where there are quantities to sum."""
    fitting = methods_for(indicator)
    return str(fitting[0]) if fitting else str(Method.MONETARY)
