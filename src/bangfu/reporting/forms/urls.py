"""Addresses of forms."""

from django.urls import path

from bangfu.reporting.forms.views import filling, fixed, keeping, pointing

app_name = "forms"

urlpatterns = [
    path("", keeping.forms, name="forms"),
    path("forms.csv", keeping.file, {"form": "csv"}, name="forms_csv"),
    path("forms.xlsx", keeping.file, {"form": "xlsx"}, name="forms_xlsx"),
    path("new", keeping.upload, name="new"),
    path("fixed/", fixed.tables, name="fixed_tables"),
    path("fixed/<slug:code>/", fixed.table, name="fixed"),
    path("fixed/<slug:code>/table.xlsx", fixed.file, {"kind": "xlsx"}, name="fixed_xlsx"),
    path("fixed/<slug:code>/table.pdf", fixed.file, {"kind": "pdf"}, name="fixed_pdf"),
    path("fixed/<slug:code>/table.docx", fixed.file, {"kind": "docx"}, name="fixed_docx"),
    path("filled/<int:key>/", filling.kept, name="filled"),
    path("filled/<int:key>/file", filling.file, name="filled_file"),
    path("<int:key>/", keeping.form, name="form"),
    path("<int:key>/original", keeping.original, name="original"),
    path("<int:key>/version", keeping.revise, name="revise"),
    path("<int:key>/withdraw", keeping.withdraw, name="withdraw"),
    path("<int:key>/changes", keeping.changes, name="changes"),
    path("<int:key>/point", pointing.point, name="point"),
    path("<int:key>/unpoint", pointing.unpoint, name="unpoint"),
    path("<int:key>/fill", filling.fill, name="fill"),
    path("<int:key>/keep", filling.keep, name="keep"),
]
