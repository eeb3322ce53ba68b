"""Addresses of targets."""

from django.urls import path

from bangfu.reporting.targets.views import (
    acting,
    differing,
    forms_out,
    grading,
    listing_out,
    quality,
    reading,
    versions,
)

app_name = "targets"

urlpatterns = [
    path("", reading.pledges, name="pledges"),
    path("pledges.csv", listing_out.pledges_file, {"form": "csv"}, name="pledges_csv"),
    path("pledges.xlsx", listing_out.pledges_file, {"form": "xlsx"}, name="pledges_xlsx"),
    path("draft", acting.draft, name="draft"),
    path("rule", acting.rule, name="rule"),
    path("quality/", quality.quality, name="quality"),
    path("quality.csv", quality.quality_file, {"form": "csv"}, name="quality_csv"),
    path("quality.xlsx", quality.quality_file, {"form": "xlsx"}, name="quality_xlsx"),
    path("grades/", grading.grades, name="grades"),
    path("grades.csv", grading.grades_file, {"form": "csv"}, name="grades_csv"),
    path("grades.xlsx", grading.grades_file, {"form": "xlsx"}, name="grades_xlsx"),
    path("grades/self", grading.assess, name="assess"),
    path("grades/returned", grading.record, name="record_grade"),
    path("nil", acting.nil, name="nil"),
    path("offers/places", acting.places, name="places"),
    path("<int:key>/", reading.pledge, name="pledge"),
    path("<int:key>/ranking/", reading.ranking, name="ranking"),
    path("<int:key>/completion.csv", reading.completion_file, {"form": "csv"}, name="completion_csv"),
    path("<int:key>/completion.xlsx", reading.completion_file, {"form": "xlsx"}, name="completion_xlsx"),
    path("<int:key>/form.xlsx", forms_out.workbook, name="form_xlsx"),
    path("<int:key>/form.<str:language>.pdf", forms_out.document, {"kind": "pdf"}, name="form_pdf"),
    path("<int:key>/form.<str:language>.docx", forms_out.document, {"kind": "docx"}, name="form_docx"),
    path("<int:key>/differences/", differing.differences, name="differences"),
    path("<int:key>/differences.csv", differing.differences_file, {"form": "csv"}, name="differences_csv"),
    path("<int:key>/differences.xlsx", differing.differences_file, {"form": "xlsx"}, name="differences_xlsx"),
    path("<int:key>/revise", acting.revise, name="revise"),
    path("versions/<int:key>/", versions.version, name="version"),
    path("versions/<int:key>/targets.xlsx", versions.sheet, name="version_xlsx"),
    path("versions/<int:key>/attach", acting.attach, name="attach"),
    path("versions/<int:key>/agree", acting.agree, name="agree"),
    path("versions/<int:key>/targets", acting.target, name="set"),
    path("versions/<int:key>/targets/<int:target>/", acting.target, name="change"),
    path("versions/<int:key>/targets/<int:target>/drop", acting.drop, name="drop"),
    path("versions/<int:key>/targets/<int:target>/split", acting.split, name="split"),
    path("versions/<int:key>/submit", acting.submit, name="submit"),
    path("versions/<int:key>/approve", acting.approve, name="approve"),
    path("versions/<int:key>/return", acting.give_back, name="return"),
]
