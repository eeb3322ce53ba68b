"""Suspicions about how records were verified."""

from __future__ import annotations

from decimal import Decimal

from bangfu.foundation.findings.engines.fast_verifying import too_fast
from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Parameter, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, told
from bangfu.foundation.organisation.queries import home_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both


def _fast(readings: Readings, values: Values) -> Found:
    found = too_fast(
        readings.papers,
        readings.singles,
        seconds_a_look=float(values["seconds_a_look"]),
        most_a_minute=int(values["most_a_minute"]),
    )
    accounts = Account.objects.in_bulk(found["account"].unique().to_list())
    suspects = []
    for row in found.iter_rows(named=True):
        home = home_unit(accounts[row["account"]], row["day"])
        title = both("{day} 核验过快：{records} 条记录", "Verified too fast on {day}: {records} records")
        detail = both(
            "{papers} 份单据从抽样到签字，样本平均每条不到 {seconds} 秒；逐条核验中另有 {singles} 条挤在同一分钟里。",
            "On {papers} papers a sampled record had less than {seconds} s between draw and signature; besides {singles} records "
            "verified one by one crowd into one minute.",
        )
        suspects.append(
            Suspect(
                matter=f"fast {row['account']} {row['day']}",
                substance=(row["papers"], row["records"]),
                title=title.filled(day=row["day"], records=f"{row['records']:,}"),
                detail=detail.filled(
                    papers=len(row["papers"]),
                    seconds=values["seconds_a_look"].normalize(),
                    singles=len(row["singles"]),
                ),
                unit=home.pk if home else row["unit"],
                place=None,
                about=(
                    About("ACCOUNT", row["account"]),
                    *(About("RECORD", one["record"], one["record_type"]) for one in row["singles"]),
                ),
            )
        )
    return told(suspects, examined=readings.papers.height + readings.singles.height)


enter_rule(
    Rule(
        code="findings.fast_verifying",
        title=both("核验过快", "Verifying too fast"),
        looks_for=both(
            "一个人在抽样后很短时间就签字，样本不可能逐条看过；或一分钟内逐条核验了过多记录。一人一天一个疑点。",
            "Somebody signs so soon after drawing the sample that it cannot have been looked at, or verifies too many "
            "records within "
            "one minute. One finding a person and day.",
        ),
        wrong_when=both(
            "先在纸上或现场看过，再到系统里集中签字；几个人围着一块屏幕一起看；样本是同一批、内容简单的凭证。"
            "这条规则只看时间，慢也不等于看过。",
            "Papers were looked at on site or on paper and signed later in one go; several people looked at one "
            "screen; the sample is "
            "of simple vouchers of one batch. The rule sees time only: slow does not mean looked at.",
        ),
        source=both("本系统的核验历史；时限由单位规定", "The history of reviews in this house; limits are the office's"),
        severity=Severity.HIGH,
        evaluate=_fast,
        parameters=(
            Parameter(
                "seconds_a_look", both("样本每条至少", "At least, a sampled record"), both("秒", "seconds"),
                Decimal(3), Decimal(1), Decimal(600),
            ),
            Parameter(
                "most_a_minute", both("每分钟最多逐条核验", "Verified one by one a minute, at most"),
                both("条", "records"), Decimal(10), Decimal(1), Decimal(1000),
            ),
        ),
    )
)  # fmt: skip
