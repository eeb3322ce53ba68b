"""Addresses of the intake room."""

from django.urls import path

from bangfu.foundation.intake import views
from bangfu.foundation.intake.reported.views import acting, reading

app_name = "intake"

urlpatterns = [
    path("", views.uploads, name="uploads"),
    path("uploads/<int:upload>/", views.upload, name="upload"),
    path("uploads/<int:upload>/confirm", views.confirm, name="confirm"),
    path("uploads/<int:upload>/cancel", views.cancel, name="cancel"),
    path("uploads/<int:upload>/refused.xlsx", views.refused, name="refused"),
    path("uploads/<int:upload>/returned.xlsx", views.returned, name="returned"),
    path("uploads/<int:upload>/redacted.xlsx", views.redacted, name="redacted"),
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
    path("<str:layout>/template.xlsx", views.template, name="template"),
    path("<str:layout>/new", views.new, name="new"),
]
"""``layout`` is a layout's code, ``measure`` a reported measure's, ``key`` a reported record's."""
