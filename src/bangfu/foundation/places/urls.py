"""Addresses of the places room."""

from django.urls import path

from bangfu.foundation.places import registering, views

app_name = "places"

urlpatterns = [
    path("", views.search_page, name="search_page"),
    path("search", views.search, name="search"),
    path("areas/", views.areas, name="areas"),
    path("areas/<slug:code>/", views.area, name="area"),
    path("areas/<slug:code>/members.csv", views.area_csv, name="area_csv"),
    path("denominators/", registering.denominators, name="denominators"),
    path("denominators.csv", registering.denominators_csv, name="denominators_csv"),
    path("shapes/counties.geojson", views.county_shapes, name="county_shapes"),
    path("<int:place_id>", views.place, name="place"),
]
