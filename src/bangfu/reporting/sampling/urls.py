"""Addresses of audits by sample."""

from django.urls import path

from bangfu.reporting.sampling.views import acting, reading

app_name = "sampling"

urlpatterns = [
    path("", reading.audits, name="audits"),
    path("audits.csv", reading.export, {"form": "csv"}, name="audits_csv"),
    path("audits.xlsx", reading.export, {"form": "xlsx"}, name="audits_xlsx"),
    path("announce", acting.announce, name="announce"),
    path("<int:number>/", reading.audit, name="audit"),
    path("<int:number>/draw", acting.draw, name="draw"),
    path("<int:number>/close", acting.close, name="close"),
    path("<int:number>/abandon", acting.abandon, name="abandon"),
    path("<int:number>/worksheet.xlsx", reading.worksheet_file, name="worksheet"),
    path("<int:number>/items/<int:position>/", reading.item, name="item"),
    path("<int:number>/items/<int:position>/verdict", acting.judge, name="judge"),
]
