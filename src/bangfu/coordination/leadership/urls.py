"""Addresses of the leadership room."""

from django.urls import path

from bangfu.coordination.leadership.views import acting, reading

app_name = "leadership"

urlpatterns = [
    path("", reading.visits, name="visits"),
    path("visits.xlsx", reading.export, {"form": "xlsx"}, name="visits_xlsx"),
    path("visits.csv", reading.export, {"form": "csv"}, name="visits_csv"),
    path("places", acting.places, name="places"),
    path("register", acting.register, name="register"),
    path("leaders/", reading.leaders, name="leaders"),
    path("leaders/register", acting.register_leader, name="register_leader"),
    path("leaders/<int:key>/", reading.leader, name="leader"),
    path("leaders/<int:key>/revise", acting.revise_leader, name="revise_leader"),
    path("<int:key>/", reading.visit, name="visit"),
    path("<int:key>/revise", acting.revise, name="revise"),
    path("<int:key>/points/<int:number>", acting.settle, name="settle"),
    path("<int:key>/withdraw", acting.withdraw, name="withdraw"),
    path("<int:key>/submit", acting.submit, name="submit"),
    path("<int:key>/verify", acting.verify, name="verify"),
    path("<int:key>/return", acting.give_back, name="return"),
]
