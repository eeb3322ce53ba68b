"""Addresses of the people room."""

from django.urls import path

from bangfu.foundation.people import views

app_name = "people"

urlpatterns = [path("password", views.change_password, name="password")]
