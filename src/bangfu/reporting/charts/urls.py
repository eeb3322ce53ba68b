"""Addresses of charts."""

from django.urls import path

from bangfu.reporting.charts import files, views

app_name = "charts"

urlpatterns = [
    path("", views.charts, name="charts"),
    path("charts.csv", views.charts_file, {"form": "csv"}, name="charts_csv"),
    path("charts.xlsx", views.charts_file, {"form": "xlsx"}, name="charts_xlsx"),
    path("new", views.build, name="new"),
    path("chart.csv", files.table, {"form": "csv"}, name="csv"),
    path("chart.xlsx", files.table, {"form": "xlsx"}, name="xlsx"),
    path("chart.png", files.picture, {"form": "png"}, name="png"),
    path("chart.svg", files.picture, {"form": "svg"}, name="svg"),
    path("save", views.save, name="save"),
    path("<int:key>/", views.saved, name="saved"),
    path("<int:key>/withdraw", views.withdraw, name="withdraw"),
]
