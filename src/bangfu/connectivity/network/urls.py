"""Addresses of the network room."""

from django.urls import path, re_path

from bangfu.connectivity.network.kinds import KINDS
from bangfu.connectivity.network.views import coverage, projects, records, stations

app_name = "network"

urlpatterns = [
    path("stations/", stations.stations, name="stations"),
    path("stations.csv", stations.export, {"form": "csv"}, name="stations_csv"),
    path("stations.xlsx", stations.export, {"form": "xlsx"}, name="stations_xlsx"),
    path("stations/places", stations.places, name="places"),
    path("stations/register", stations.register, name="register"),
    path("stations/<int:key>/", stations.station, name="station"),
    path("stations/<int:key>/revise", stations.revise, name="revise"),
    path("stations/<int:key>/submit", stations.submit, name="submit"),
    path("stations/<int:key>/verify", stations.verify, name="verify"),
    path("stations/<int:key>/return", stations.give_back, name="return"),
    path("stations/<int:key>/correct", stations.correct, name="correct"),
    path("stations/<int:key>/withdraw", stations.withdraw, name="withdraw"),
    path("stations/<int:key>/assign", projects.assign, name="assign"),
    path("coverage/", coverage.counties, name="coverage"),
    re_path(r"^coverage/(?P<code>[0-9]{6})/$", coverage.county, name="coverage_county"),
    re_path(
        r"^coverage/(?P<code>[0-9]{6})\.csv$",
        coverage.county_file,
        {"form": "csv"},
        name="coverage_county_csv",
    ),
    re_path(
        r"^coverage/(?P<code>[0-9]{6})\.xlsx$",
        coverage.county_file,
        {"form": "xlsx"},
        name="coverage_county_xlsx",
    ),
    path("projects/", projects.projects, name="projects"),
    path("projects.csv", projects.export, {"form": "csv"}, name="projects_csv"),
    path("projects.xlsx", projects.export, {"form": "xlsx"}, name="projects_xlsx"),
    path("projects/open", projects.open_, name="projects_register"),
    path("projects/<int:key>/", projects.project, name="project"),
    path("projects/<int:key>/stage", projects.reach, name="project_stage"),
    path("projects/<int:key>/stations", projects.assign_many, name="project_stations"),
]

for _kind in KINDS:
    _slug = {"slug": _kind.slug}
    urlpatterns += [
        path(f"{_kind.slug}/", records.records, _slug, name=_kind.slug),
        path(f"{_kind.slug}.csv", records.export, {**_slug, "form": "csv"}, name=f"{_kind.slug}_csv"),
        path(f"{_kind.slug}.xlsx", records.export, {**_slug, "form": "xlsx"}, name=f"{_kind.slug}_xlsx"),
        path(f"{_kind.slug}/<int:key>/", records.record, _slug, name=f"{_kind.slug}_one"),
        path(f"{_kind.slug}/<int:key>/submit", records.submit, _slug, name=f"{_kind.slug}_submit"),
        path(f"{_kind.slug}/<int:key>/withdraw", records.withdraw, _slug, name=f"{_kind.slug}_withdraw"),
    ]
    if _kind.slug in records.REGISTERS:
        urlpatterns += [
            path(f"{_kind.slug}/register", records.register, _slug, name=f"{_kind.slug}_register"),
            path(f"{_kind.slug}/<int:key>/revise", records.revise, _slug, name=f"{_kind.slug}_revise"),
        ]
    if _kind.reasons:
        urlpatterns.append(
            path(f"{_kind.slug}/<int:key>/correct", records.correct, _slug, name=f"{_kind.slug}_correct")
        )
