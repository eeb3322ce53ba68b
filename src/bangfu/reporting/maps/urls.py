"""Addresses of the map: those below ``published`` are open to everybody."""

from django.urls import path

from bangfu.reporting.maps import positions, views

app_name = "map"

urlpatterns = [
    path("", views.drawn, name="map"),
    path("values.json", views.values, name="values"),
    path("records.json", views.records_placed, name="records"),
    path("positions/", positions.positions, name="positions"),
    path("positions.csv", positions.positions_csv, name="positions_csv"),
    path("positions/load", positions.load, name="load_positions"),
    path("photographs.json", views.photographs_taken, name="photographs"),
    path("places.csv", views.places_csv, name="places_csv"),
    path("published/", views.published, name="published"),
    path("published/values.json", views.published_values, name="published_values"),
    path("published/places.csv", views.published_csv, name="published_csv"),
]
