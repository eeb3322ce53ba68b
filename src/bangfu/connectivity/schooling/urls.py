"""Addresses of the schooling room."""

from django.urls import path

from bangfu.connectivity.schooling.views import acting, reading

app_name = "schooling"

urlpatterns = [
    path("", reading.schools, name="schools"),
    path("schools.xlsx", reading.export, {"form": "xlsx"}, name="schools_xlsx"),
    path("schools.csv", reading.export, {"form": "csv"}, name="schools_csv"),
    path("places", acting.places, name="places"),
    path("register", acting.register, name="register"),
    path("<int:key>/", reading.school, name="school"),
    path("<int:key>/revise", acting.revise, name="revise"),
    path("<int:key>/pupils", acting.count, name="count"),
    path("<int:key>/stop", acting.stop, name="stop"),
    path("<int:key>/withdraw", acting.withdraw, name="withdraw"),
    path("<int:key>/submit", acting.submit, name="submit"),
    path("<int:key>/verify", acting.verify, name="verify"),
    path("<int:key>/resume", acting.resume, name="resume"),
    path("<int:key>/return", acting.give_back, name="return"),
]
