"""Addresses of the projects room."""

from django.urls import path

from bangfu.livelihoods.projects.views import acting, following, reading

app_name = "projects"

urlpatterns = [
    path("", reading.projects, name="projects"),
    path("projects.csv", reading.export_projects, {"form": "csv"}, name="projects_csv"),
    path("projects.xlsx", reading.export_projects, {"form": "xlsx"}, name="projects_xlsx"),
    path("enter", acting.enter, name="enter"),
    path("<int:key>/", reading.project, name="project"),
    path("<int:key>/movements.csv", reading.export_movements, {"form": "csv"}, name="movements_csv"),
    path("<int:key>/movements.xlsx", reading.export_movements, {"form": "xlsx"}, name="movements_xlsx"),
    path("<int:key>/revise", acting.revise, name="revise"),
    path("<int:key>/admit", acting.admit, name="admit"),
    path("<int:key>/approve", acting.approve, name="approve"),
    path("<int:key>/begin", acting.begin, name="begin"),
    path("<int:key>/abandon", acting.abandon, name="abandon"),
    path("<int:key>/budget", acting.change_budget, name="change_budget"),
    path("<int:key>/money", acting.move, name="move"),
    path("movements/<int:key>/", reading.movement, name="movement"),
    path("movements/<int:key>/revise", acting.revise_movement, name="revise_movement"),
    path("movements/<int:key>/withdraw", acting.withdraw_movement, name="withdraw_movement"),
    path("<int:key>/milestones/plan", following.plan_milestone, name="plan_milestone"),
    path("milestones/<int:key>/revise", following.revise_milestone, name="revise_milestone"),
    path("milestones/<int:key>/reach", following.reach_milestone, name="reach_milestone"),
    path("<int:key>/accept", following.accept, name="accept"),
    path("<int:key>/assets/register", following.register_asset, name="register_asset"),
    path("<int:key>/close", following.close, name="close"),
    path("<int:key>/check", following.record_check, name="record_check"),
    path("checks/", following.checks, name="checks"),
    path("checks.csv", following.export_checks, {"form": "csv"}, name="checks_csv"),
    path("checks.xlsx", following.export_checks, {"form": "xlsx"}, name="checks_xlsx"),
    path("offers/places", reading.places, name="places"),
]
