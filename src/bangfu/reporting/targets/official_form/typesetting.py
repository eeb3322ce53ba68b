"""The form as a document, typeset by the house's own template."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from bangfu.foundation.printing import typeset
from bangfu.foundation.rooms import both
from bangfu.reporting.targets.official_form.filling import Form, printed

_TEMPLATE = Path(__file__).parent / "form.typ"


def pdf_of(form: Form) -> bytes:
    """Return the form as a PDF in its language, which must be the active one; every figure is a link and carries its code.

    Raises: typst.TypstError: the template is broken; never because of what the form says.
    """
    return typeset(_TEMPLATE, values_of(form))


def values_of(form: Form) -> dict[str, Any]:
    """Return what stands on the pages, as plain values."""
    return {
        "language": form.language,
        "title": form.title,
        "example": form.example,
        "signatory": form.signatory,
        "heading": form.heading,
        "meta": [
            str(both("签订单位：{unit}", "Signed by: {unit}").filled(unit=form.signatory)),
            str(
                both("文号：{document}（第 {version} 版）", "Document: {document} (version {version})").filled(
                    document=form.document, version=form.version
                )
            ),
            str(both("截至 {day}", "At the end of {day}").filled(day=form.on.isoformat())),
            str(both("账册区块 {block}", "Ledger block {block}").filled(block=form.block)),
        ],
        "columns": [
            str(one)
            for one in (
                both("序号", "No."), both("指标", "Indicator"), both("单位", "Unit"), both("目标", "Target"),
                both("完成", "So far"), both("完成率", "Share"), both("预计", "Forecast"), both("灯", "Light"),
            )
        ],
        "rows": [
            {
                "number": line.number, "title": line.title, "unit": line.unit, "target": line.target_text,
                "value": line.value_text, "share": line.share, "ahead": line.ahead_text, "light": line.light,
                "code": line.code, "address": line.address, "note": _narrow(line.note, form.language), "method": line.method,
            }
            for line in form.lines
        ],
        "unit_columns": [
            str(both("单位", "Unit")),
            *form.columns,
        ],
        "units": [
            {
                "name": unit.name,
                "cells": [
                    {
                        "value": _shown(cell.value, line.decimals),
                        "target": _shown(cell.target, line.decimals),
                        "address": cell.address,
                    }
                    for cell, line in zip(unit.cells, form.lines, strict=False)
                ],
            }
            for unit in form.units
        ],
        "units_title": str(both("附表　分单位完成情况（完成／目标）", "By unit (so far / target)")),
        "notes_title": str(both("口径与预测", "Scope and forecasts")),
        "lights": [f"{name}：{when}" if form.language == "zh" else f"{name}: {when}" for name, when in form.lights],
        "lights_origin": form.lights_origin,
        "signs": [
            str(one)
            for one in (
                both("单位（盖章）：", "Unit (seal):"), both("负责人（签字）：", "Signed:"),
                both("填表人：", "Filled in by:"), both("日期：", "Date:"),
            )
        ],
        "opens": str(
            both(
                "每个完成数都可以打开：电子版点数字，纸质版在“数字”页输入短码；没有短码的，见电子版地址。",
                "Every figure opens: click it, or type its code on the page “Figures”; those without a code by their address.",
            )
        ),
    }  # fmt: skip


def _shown(value: Decimal | None, decimals: int) -> str:
    return "" if value is None else printed(value, decimals)


def _narrow(text: str, language: str) -> str:
    """Return English with the apostrophes that the Chinese typeface sets narrow."""
    return text if language == "zh" else text.replace("’", "'")
