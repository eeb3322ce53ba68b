"""Programs upload, point, fill and read back a form, as far as their account may."""

from __future__ import annotations

import base64

import pytest

from bangfu.reporting.forms.models import Fill, Version
from tests.foundation.api.asking import Program
from tests.reporting.forms import papers
from tests.reporting.forms.conftest import STATIONS
from tests.reporting.story import Story


@pytest.mark.django_db
def test_a_program_uploads_points_fills_and_reads(filled: Story) -> None:
    program = Program(filled.cast.officer)
    file = {"name": "表样.xlsx", "content": base64.b64encode(papers.workbook()).decode()}
    answer = program.post(
        "/operations/forms.upload_form", {"unit": "GROUP", "name_zh": "情况表", "name_en": "", "file": file}
    )
    assert answer.status_code in (200, 201), answer.content
    version = Version.objects.get()
    pointing = {"sheet": 0, "cells": "B5", "indicator": STATIONS}
    answer = program.post("/operations/forms.point_cells", {"version": version.pk, "pointing": pointing})
    assert answer.status_code in (200, 201), answer.content
    answer = program.post(
        "/operations/forms.fill_form", {"version": version.pk, "period": "2019", "unit": "GROUP"}
    )
    assert answer.status_code in (200, 201), answer.content
    fill = Fill.objects.get()
    assert "values" not in program.get(f"/records/forms.fill/{fill.pk}").json()
    assert program.get(f"/forms/fills/{fill.pk}/cells").json() == [
        {
            "sheet": "表一", "cell": "B5", "state": "value", "value": "10", "text": None,
            "page": f"/f/{STATIONS}/?period=2019&as_of=1",
        }
    ]  # fmt: skip
    assert papers.values_of(program.get(f"/forms/fills/{fill.pk}/file").content, "表一")[4][1] == 10
    other = Program(filled.cast.county_official)
    assert other.get(f"/forms/fills/{fill.pk}/cells").status_code == 404
