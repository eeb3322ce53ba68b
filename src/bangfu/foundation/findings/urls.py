"""Addresses of findings and of the rules that raise them."""

from django.urls import path

from bangfu.foundation.findings.views import acting, reading, ruling

app_name = "findings"
urlpatterns = [
    path("", reading.findings, name="findings"),
    path("findings.csv", reading.export, {"form": "csv"}, name="findings_csv"),
    path("findings.xlsx", reading.export, {"form": "xlsx"}, name="findings_xlsx"),
    path("new", acting.raise_one, name="raise"),
    path("rules/", ruling.rules, name="rules"),
    path("rules/<str:code>/", ruling.rule, name="rule"),
    path("<int:key>/", reading.finding, name="finding"),
    path("<int:key>/assign", acting.assign, name="assign"),
    path("<int:key>/answer", acting.answer, name="answer"),
    path("<int:key>/decide", acting.decide, name="decide"),
    path("<int:key>/dismiss", acting.dismiss, name="dismiss"),
    path("<int:key>/reopen", acting.reopen, name="reopen"),
]
