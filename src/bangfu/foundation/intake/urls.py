"""Addresses of the intake room."""

from django.urls import path

from bangfu.foundation.intake import listing
from bangfu.foundation.intake.reported.views import acting, phone, reading
from bangfu.foundation.intake.views import naming, taking_back, uploading

app_name = "intake"

urlpatterns = [
    path("", uploading.uploads, name="uploads"),
    path("uploads.csv", listing.uploads_file, {"form": "csv"}, name="uploads_csv"),
    path("uploads.xlsx", listing.uploads_file, {"form": "xlsx"}, name="uploads_xlsx"),
    path("uploads/<int:upload>/", uploading.upload, name="upload"),
    path("uploads/<int:upload>/figures", uploading.figures, name="figures"),
    path("uploads/<int:upload>/confirm", uploading.confirm, name="confirm"),
    path("uploads/<int:upload>/take-back", taking_back.take_back, name="take_back"),
    path("uploads/<int:upload>/cancel", uploading.cancel, name="cancel"),
    path("uploads/<int:upload>/refused.xlsx", uploading.refused, name="refused"),
    path("uploads/<int:upload>/rows.csv", uploading.rows, {"form": "csv"}, name="rows_csv"),
    path("uploads/<int:upload>/rows.xlsx", uploading.rows, {"form": "xlsx"}, name="rows_xlsx"),
    path("uploads/<int:upload>/returned.xlsx", uploading.returned, name="returned"),
    path("uploads/<int:upload>/redacted.xlsx", uploading.redacted, name="redacted"),
    path("phone/", phone.page, name="phone"),
    path("phone/worker.js", phone.worker, name="phone_worker"),
    path("phone/choices", phone.choices, name="phone_choices"),
    path("phone/where", phone.where, name="phone_where"),
    path("phone/send", phone.send, name="phone_send"),
    path("reported/", reading.measures, name="reported"),
    path("reported/places", reading.places, name="places"),
    path("reported/<str:measure>/", reading.records, name="records"),
    path("reported/<str:measure>/register", acting.register, name="register"),
    path("reported/<str:measure>/records.csv", reading.export, {"form": "csv"}, name="records_csv"),
    path("reported/<str:measure>/records.xlsx", reading.export, {"form": "xlsx"}, name="records_xlsx"),
    path("records/<int:key>/", reading.record, name="record"),
    path("records/<int:key>/revise", acting.revise, name="revise"),
    path("records/<int:key>/submit", acting.submit, name="submit"),
    path("records/<int:key>/verify", acting.verify, name="verify"),
    path("records/<int:key>/return", acting.give_back, name="return"),
    path("records/<int:key>/correct", acting.correct, name="correct"),
    path("records/<int:key>/withdraw", acting.withdraw, name="withdraw"),
    path("<str:layout>/template.xlsx", uploading.template, name="template"),
    path("<str:layout>/headings", naming.headings, name="headings"),
    path("<str:layout>/new", uploading.new, name="new"),
]
"""``layout`` is a layout's code, ``measure`` a reported measure's, ``key`` a reported record's."""
