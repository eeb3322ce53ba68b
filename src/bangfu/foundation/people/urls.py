"""Addresses of the people room."""

from django.urls import path

from bangfu.foundation.people import views
from bangfu.foundation.people.households import acting
from bangfu.foundation.people.households import views as households
from bangfu.foundation.people.persons import views as persons

app_name = "people"

urlpatterns = [
    path("password", views.change_password, name="password"),
    path("person/<uuid:key>", persons.person, name="person"),
    path("accesses", persons.accesses, name="accesses"),
    path("households/", households.households, name="households"),
    path("households/new", acting.register, name="register_household"),
    path("households/places", acting.places, name="places"),
    path("households/<int:key>/", households.household, name="household"),
    path("households/<int:key>/join", acting.join, name="join_household"),
    path("households/<int:key>/leave", acting.leave, name="leave_household"),
    path("households/<int:key>/standing", acting.change_standing, name="change_standing"),
]
