"""Addresses of tables."""

from django.urls import path

from bangfu.reporting.tables import exporting, views

app_name = "tables"

urlpatterns = [
    path("", views.tables, name="tables"),
    path("new", views.build, name="new"),
    path("tables.csv", views.tables_file, {"form": "csv"}, name="tables_csv"),
    path("tables.xlsx", views.tables_file, {"form": "xlsx"}, name="tables_xlsx"),
    path("table.csv", exporting.file, {"form": "csv"}, name="table_csv"),
    path("table.xlsx", exporting.file, {"form": "xlsx"}, name="table_xlsx"),
    path("save", views.save, name="save"),
    path("<int:key>/", views.saved, name="saved"),
    path("<int:key>/withdraw", views.withdraw, name="withdraw"),
]
