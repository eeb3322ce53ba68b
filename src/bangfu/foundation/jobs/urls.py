"""Addresses of jobs."""

from django.urls import path

from bangfu.foundation.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.all_jobs, name="jobs"),
    path("jobs.csv", views.export, {"form": "csv"}, name="jobs_csv"),
    path("jobs.xlsx", views.export, {"form": "xlsx"}, name="jobs_xlsx"),
    path("<int:key>/", views.job, name="job"),
    path("<int:key>/cancel", views.cancel, name="cancel"),
    path("<int:key>/retry", views.retry, name="retry"),
    path("<int:key>/file", views.take_file, name="file"),
]
