"""Addresses of the people room."""

from django.urls import path

from bangfu.foundation.people import views
from bangfu.foundation.people.exports import views as exports
from bangfu.foundation.people.households import acting
from bangfu.foundation.people.households import views as households
from bangfu.foundation.people.persons import views as persons

app_name = "people"

urlpatterns = [
    path("password", views.change_password, name="password"),
    path("person/<uuid:key>", persons.person, name="person"),
    path("accesses", persons.accesses, name="accesses"),
    path("accesses.csv", persons.accesses_file, {"form": "csv"}, name="accesses_csv"),
    path("accesses.xlsx", persons.accesses_file, {"form": "xlsx"}, name="accesses_xlsx"),
    path("lists/<str:code>.csv", exports.masked, {"form": "csv"}, name="masked_csv"),
    path("lists/<str:code>.xlsx", exports.masked, {"form": "xlsx"}, name="masked_xlsx"),
    path("lists/<str:code>/export", exports.ask, name="export_ask"),
    path("exports/", exports.exports, name="exports"),
    path("exports.csv", exports.trail_file, {"form": "csv"}, name="exports_csv"),
    path("exports.xlsx", exports.trail_file, {"form": "xlsx"}, name="exports_xlsx"),
    path("exports/<int:key>/", exports.export, name="export"),
    path("exports/<int:key>/file.csv", exports.export_file, {"form": "csv"}, name="export_csv"),
    path("exports/<int:key>/file.xlsx", exports.export_file, {"form": "xlsx"}, name="export_xlsx"),
    path("households/", households.households, name="households"),
    path("households/new", acting.register, name="register_household"),
    path("households/places", acting.places, name="places"),
    path("households/<int:key>/", households.household, name="household"),
    path("households/<int:key>/join", acting.join, name="join_household"),
    path("households/<int:key>/leave", acting.leave, name="leave_household"),
    path("households/<int:key>/standing", acting.change_standing, name="change_standing"),
]
