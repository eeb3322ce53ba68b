"""Addresses of the map: those below ``published`` are open to everybody."""

from django.urls import path

from bangfu.reporting.maps import views

app_name = "map"

urlpatterns = [
    path("", views.drawn, name="map"),
    path("values.json", views.values, name="values"),
    path("photographs.json", views.photographs_taken, name="photographs"),
    path("places.csv", views.places_csv, name="places_csv"),
    path("published/", views.published, name="published"),
    path("published/values.json", views.published_values, name="published_values"),
    path("published/places.csv", views.published_csv, name="published_csv"),
]
