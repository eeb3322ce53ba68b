"""The example's saved charts: one of each kind, shared by the assistance office."""

from __future__ import annotations

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.charts.models import Version
from bangfu.reporting.charts.operations import save_chart

OFFICER = "zhoumin"
CHARTS: dict[tuple[str, str], dict[str, list[str]]] = {
    ("投入帮扶资金：2020年7月底的进度", "Funds put in: how far at the end of July 2020"): {
        "kind": ["trend"], "indicator": ["projects.put_in"], "way": ["to_date"], "on": ["2020-07-31"], "period": ["2020"],
    },
    ("基站按省级分公司逐季构成", "Stations by provincial branch, quarter by quarter"): {
        "kind": ["composition"], "indicator": ["network.base_stations"], "by": ["unit"], "step": ["quarter"],
        "first": ["2019-Q1"], "last": ["2019-Q4"],
    },
    ("各分公司投入帮扶资金与目标", "Funds put in by branch, beside the targets"): {
        "kind": ["ranking"], "indicator": ["projects.put_in"], "by": ["unit"], "period": ["2020"],
    },
    ("基站在各县的分布", "How stations are distributed over counties"): {
        "kind": ["distribution"], "indicator": ["network.base_stations"], "by": ["place"], "level": ["3"], "period": ["2019"],
    },
    ("2019年帮扶资金流向", "Where the funds of 2019 went"): {
        "kind": ["flow"], "indicator": ["projects.put_in", "projects.brought_in"], "by": ["unit", "place"], "level": ["3"],
        "period": ["2019"],
    },
}  # fmt: skip


def save() -> None:
    """Save the charts that are not there yet."""
    root, officer = root_unit(), Account.objects.get(username=OFFICER)
    assert root is not None
    known = set(Version.objects.values_list("name_zh", flat=True))
    for (zh, en), question in CHARTS.items():
        if zh not in known:
            save_chart(
                unit=root, name_zh=zh, name_en=en, question=question, is_shared=True, act=Act.now(officer)
            )
