"""Addresses of control totals."""

from django.urls import path

from bangfu.reporting.controls import views

app_name = "controls"

urlpatterns = [
    path("", views.totals, name="totals"),
    path("totals.csv", views.export, {"form": "csv"}, name="totals_csv"),
    path("totals.xlsx", views.export, {"form": "xlsx"}, name="totals_xlsx"),
    path("enter", views.enter, name="enter"),
    path("<int:number>/", views.total, name="total"),
    path("<int:number>/reconcile", views.reconcile, name="reconcile"),
    path("<int:number>/revise", views.revise, name="revise"),
    path("<int:number>/statement.xlsx", views.statement_file, {"form": "xlsx"}, name="statement_xlsx"),
    path("<int:number>/statement.csv", views.statement_file, {"form": "csv"}, name="statement_csv"),
    path("<int:number>/differences.xlsx", views.differences_file, {"form": "xlsx"}, name="differences_xlsx"),
    path("<int:number>/differences.csv", views.differences_file, {"form": "csv"}, name="differences_csv"),
    path("differences/<int:key>/", views.difference, name="difference"),
    path("differences/<int:key>/explain", views.explain, name="explain"),
    path("differences/<int:key>/decide", views.decide, name="decide"),
]
