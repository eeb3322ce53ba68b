"""Suspicions about photographs."""

from __future__ import annotations

from decimal import Decimal

import polars

from bangfu.foundation.evidence.queries import largest_distance
from bangfu.foundation.findings.engines.photographs_off import off_the_claim
from bangfu.foundation.findings.engines.repeated_pictures import clusters
from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Parameter, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, Tree, told, units_of_records
from bangfu.foundation.rooms import Words, both, record_type


def _repeated(readings: Readings, values: Values) -> Found:
    found = clusters(
        readings.pictures.select("record_type", "record", "file", "fingerprint", "attachment"),
        distance=largest_distance(readings.on),
    )
    tree = Tree()
    units = units_of_records(found.select("record_type", "record").unique().iter_rows())
    suspects = []
    for (cluster,), rows in found.sort("attachment").group_by("cluster", maintain_order=True):
        records = list(rows.select("record_type", "record").unique(maintain_order=True).iter_rows())
        files = rows["file"].unique(maintain_order=True).to_list()
        is_exact = bool(rows["is_exact"][0])
        kind = (
            both("同一文件", "the very same file")
            if is_exact
            else both("画面相同或几乎相同", "nearly the same")
        )
        title = both(
            "一张照片用在 {count} 条记录上（{kind}）", "One photograph under {count} records ({kind})"
        )
        suspects.append(
            Suspect(
                matter=f"picture {cluster}",
                substance=sorted(records),
                title=title.filled(count=len(records), kind=kind),
                detail=both(
                    "每条记录都应有自己的现场照片。请逐条打开记录和照片对照。",
                    "Each record should have a photograph of its own. Open the records and compare the pictures.",
                ),
                unit=tree.common({units.get(record, tree.root) for record in records}),
                place=None,
                about=(
                    *(About("FILE", file) for file in files[:10]),
                    *(About("RECORD", key, number) for number, key in records),
                ),
            )
        )
    return told(suspects, examined=readings.pictures.height)


enter_rule(
    Rule(
        code="findings.repeated_picture",
        title=both("照片重复使用", "A photograph used again"),
        looks_for=both(
            "同一个照片文件，或画面指纹相差不超过规定位数的照片，挂在两条以上的记录下。位数由“同一画面的判定”规定。",
            "The same file, or photographs whose fingerprints differ in no more bits than the rule of likeness lays down, hang "
            "on two records or more.",
        ),
        wrong_when=both(
            "同一铁塔上的几个基站、同一次活动的几条记录，本来就可以共用一张照片；扫描件、表格和大片天空的照片彼此很像，指纹会碰巧相同。"
            "反过来，换个角度重拍、裁剪或左右翻转的旧照片，这条规则看不出来。",
            "Several stations on one mast and several records of one event may well share a photograph; scans, forms and wide "
            "skies look alike, so that fingerprints agree by chance. In turn an old picture that is cropped, mirrored or "
            "taken anew from another angle escapes this rule.",
        ),
        source=both(
            "差值哈希：N. Krawetz, Kind of Like That, 2013-01-21；四段索引按鸽巢原理",
            "Difference hash: N. Krawetz, “Kind of Like That”, 2013-01-21; four bands by the pigeonhole principle",
        ),
        severity=Severity.HIGH,
        evaluate=_repeated,
    )
)


def _off(readings: Readings, values: Values) -> Found:
    found = off_the_claim(
        readings.claims,
        days_before=int(values["days_before"]),
        days_after=int(values["days_after"]),
        margin_km=float(values["margin_km"]),
    )
    suspects = []
    for row in (
        found.unique(["file", "record_type", "record"], keep="first").sort("attachment").iter_rows(named=True)
    ):
        said = _said(row)
        title = record_type(row["record_type"]).title
        suspects.append(
            Suspect(
                matter=f"photograph {row['file']} {row['record_type']}:{row['record']}",
                substance=(row["happened_on"], row["place"]),
                title=both(
                    "照片与所报不符：{said}（{record}）", "Photograph off the claim: {said} ({record})"
                ).filled(said=said, record=title),
                detail=both(
                    "所报日期 {happened_on}。照片里的时间来自相机时钟，位置来自定位，都可能有误；请核对。",
                    "Claimed for {happened_on}. The time in the picture is the camera's clock and the position its receiver's; "
                    "either may be wrong. Compare them.",
                ).filled(happened_on=row["happened_on"]),
                unit=row["unit"],
                place=row["place"],
                about=(
                    About("FILE", row["file"]),
                    About("RECORD", row["record"], row["record_type"]),
                    About("PLACE", row["place"]),
                ),
            )
        )
    return told(suspects, examined=readings.claims.filter(_says_something()).height)


def _says_something() -> polars.Expr:
    return polars.col("taken_on").is_not_null() | polars.col("latitude").is_not_null()


def _said(row: dict[str, object]) -> Words:
    days, beyond = row["days"], row["beyond_km"]
    parts = []
    if isinstance(days, int):
        words = (
            both("早了 {days} 天", "{days} days early")
            if days < 0
            else both("晚了 {days} 天", "{days} days late")
        )
        parts.append(words.filled(days=abs(days)))
    if isinstance(beyond, float):
        parts.append(both("在县界外 {km} 公里", "{km} km outside the county").filled(km=round(beyond)))
    return Words("，".join(one.zh for one in parts), ", ".join(one.en for one in parts))


enter_rule(
    Rule(
        code="findings.photograph_off",
        title=both("照片的时间或地点不符", "A photograph off its claimed day or place"),
        looks_for=both(
            "照片自带的拍摄时间离所报日期太远，或拍摄位置在所报县之外。没有时间和位置的照片不看。",
            "The time in a photograph lies too far from the claimed day, or its position outside the claimed county. Photographs "
            "that say neither are not judged.",
        ),
        wrong_when=both(
            "相机时钟没有调对；手机转发、截图或微信传过的照片时间是转发时的；山区定位会漂移；县界按外接圆算，圆内县外的照片看不出来；"
            "地图为 GCJ-02 坐标，与 GPS 相差几百米，所以留了余量。先施工后验收的项目，照片早于验收日是正常的。",
            "Clocks of cameras are wrong; pictures that were forwarded or are screenshots bear the time of that; positions drift "
            "among mountains. A county is taken as the circle around it, so a picture in the circle and outside the county is "
            "missed; maps are in GCJ-02, some hundred metres off GPS, hence the margin. What is built before it is accepted is "
            "photographed before.",
        ),
        source=both(
            "球面距离：R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68 (1984) 2，第 159 页；Exif 2.32",
            "Distance: R. W. Sinnott, “Virtues of the Haversine”, Sky and Telescope 68 (1984) 2, p. 159; Exif 2.32",
        ),
        severity=Severity.MEDIUM,
        evaluate=_off,
        parameters=(
            Parameter(
                "days_before", both("最多早于所报日期", "Earlier than claimed, at most"), both("天", "days"),
                Decimal(180), Decimal(0), Decimal(3650),
            ),
            Parameter(
                "days_after", both("最多晚于所报日期", "Later than claimed, at most"), both("天", "days"),
                Decimal(60), Decimal(0), Decimal(3650),
            ),
            Parameter(
                "margin_km", both("县界外的余量", "Margin outside the county"), both("公里", "km"),
                Decimal(10), Decimal(1), Decimal(500),
            ),
        ),
    )
)  # fmt: skip
