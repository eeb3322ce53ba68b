"""The rule of the lights: what laid it down, what it says, and what holds before anybody laid one down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.targets.engines.pace import Light, Thresholds
from bangfu.reporting.targets.models import LightRule

LIGHT_WORDS: dict[str, Words] = {
    Light.GREEN: both("绿灯", "Green"),
    Light.AMBER: both("黄灯", "Amber"),
    Light.RED: both("红灯", "Red"),
    Light.GREY: both("未判定", "Not judged"),
}
LIGHTS_IN_ORDER = (Light.RED, Light.AMBER, Light.GREEN, Light.GREY)


@dataclass(frozen=True)
class Lights:
    """The rule in force on a day."""

    thresholds: Thresholds
    submitted_within: int
    verified_within: int
    """Days."""
    source: str
    """Empty: nobody laid a rule down, and the house's own default holds."""
    starts_on: date | None

    def words_of(self, light: Light) -> Words:
        """Return when a light shows."""
        green, amber, judged = (
            _pct(one)
            for one in (
                self.thresholds.green_from, self.thresholds.amber_from, self.thresholds.judged_from,
            )
        )  # fmt: skip
        return {
            Light.GREEN: both(
                "已达到目标，或预计达到目标的 {green} 以上",
                "reached, or the forecast is {green} of the target or more",
            ),
            Light.AMBER: both(
                "预计达到目标的 {amber} 以上、不到 {green}",
                "the forecast is {amber} of the target or more, but less than {green}",
            ),
            Light.RED: both(
                "预计不到目标的 {amber}，或期限已到而没有达到",
                "the forecast is less than {amber} of the target, or its day has passed and it was not reached",
            ),
            Light.GREY: both(
                "时间过去不到 {judged}，或还没有数据，不作判断",
                "less than {judged} of the time has passed, or nothing is counted yet",
            ),
        }[light].filled(green=green, amber=amber, judged=judged)

    @property
    def said(self) -> list[tuple[Light, Words, Words]]:
        """Every light with its name and when it shows."""
        return [(light, LIGHT_WORDS[light], self.words_of(light)) for light in LIGHTS_IN_ORDER]

    @property
    def origin(self) -> Words:
        """Who laid the rule down, and from when on it holds."""
        if not self.source or self.starts_on is None:
            return both(
                "系统默认规则，尚未由办公室规定", "the product's default; the office has not laid one down"
            )
        return both("{source}，自 {day} 起", "{source}, from {day}").filled(
            source=self.source, day=self.starts_on.isoformat()
        )


def _pct(share: Decimal) -> str:
    text = f"{(share * 100).quantize(Decimal('0.01'), ROUND_DOWN):f}".rstrip("0").rstrip(".")
    return f"{text}%"


DEFAULT = Lights(
    thresholds=Thresholds(Decimal(1), Decimal("0.9"), Decimal("0.08")),
    submitted_within=30,
    verified_within=15,
    source="",
    starts_on=None,
)


@once_a_request
def lights_on(on: date) -> Lights:
    """Return the rule in force on a day."""
    found = LightRule.objects.filter(starts_on__lte=on).order_by("-starts_on").first()
    if found is None:
        return DEFAULT
    return Lights(
        thresholds=Thresholds(found.green_from, found.amber_from, found.judged_from),
        submitted_within=found.submitted_within,
        verified_within=found.verified_within,
        source=found.source,
        starts_on=found.starts_on,
    )
