"""Addresses of the inbox, of each paper and its sample, and of the county's own account."""

from django.urls import path

from bangfu.foundation.review import county_views, files, views

app_name = "review"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("papers.csv", files.papers, {"form": "csv"}, name="papers_csv"),
    path("papers.xlsx", files.papers, {"form": "xlsx"}, name="papers_xlsx"),
    path("county.csv", files.lines, {"form": "csv"}, name="lines_csv"),
    path("county.xlsx", files.lines, {"form": "xlsx"}, name="lines_xlsx"),
    path("county/", county_views.lines, name="county"),
    path("county/<int:key>/", county_views.line, name="line"),
    path("<int:batch>/", views.paper, name="paper"),
    path("<int:batch>/sample", views.sample, name="sample"),
    path("<int:batch>/verify", views.verify, name="verify"),
    path("<int:batch>/return", views.give_back, name="return"),
]
