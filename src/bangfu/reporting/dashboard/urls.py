"""Addresses of the dashboard."""

from django.urls import path

from bangfu.reporting.dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("live", views.live, name="live"),
]
