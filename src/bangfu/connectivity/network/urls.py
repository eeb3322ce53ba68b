"""Addresses of the network room."""

from django.urls import path

from bangfu.connectivity.network import views

app_name = "network"

urlpatterns = [
    path("stations/", views.stations, name="stations"),
    path("stations.csv", views.export, {"form": "csv"}, name="stations_csv"),
    path("stations.xlsx", views.export, {"form": "xlsx"}, name="stations_xlsx"),
    path("stations/places", views.places, name="places"),
    path("stations/register", views.register, name="register"),
    path("stations/<int:key>/", views.station, name="station"),
    path("stations/<int:key>/revise", views.revise, name="revise"),
    path("stations/<int:key>/submit", views.submit, name="submit"),
    path("stations/<int:key>/verify", views.verify, name="verify"),
    path("stations/<int:key>/return", views.give_back, name="return"),
    path("stations/<int:key>/correct", views.correct, name="correct"),
    path("stations/<int:key>/withdraw", views.withdraw, name="withdraw"),
]
