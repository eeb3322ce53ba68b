"""Addresses of the intake room."""

from django.urls import path

from bangfu.foundation.intake import views

app_name = "intake"

urlpatterns = [
    path("", views.uploads, name="uploads"),
    path("uploads/<int:upload>/", views.upload, name="upload"),
    path("uploads/<int:upload>/confirm", views.confirm, name="confirm"),
    path("uploads/<int:upload>/cancel", views.cancel, name="cancel"),
    path("uploads/<int:upload>/refused.xlsx", views.refused, name="refused"),
    path("<str:layout>/template.xlsx", views.template, name="template"),
    path("<str:layout>/new", views.new, name="new"),
]
"""``layout`` is a layout's code."""
