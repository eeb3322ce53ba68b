"""Addresses of the accounts room."""

from django.urls import path

from bangfu.foundation.accounts import views

app_name = "accounts"

urlpatterns = [
    path("link/<str:token>", views.use_link, name="use_link"),
    path("second-factor", views.second_factor, name="second_factor"),
    path("second-factor/begin", views.begin_second_factor, name="begin_second_factor"),
    path("second-factor/stop", views.stop_second_factor, name="stop_second_factor"),
]
