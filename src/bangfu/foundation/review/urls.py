"""Addresses of the inbox and of each paper."""

from django.urls import path

from bangfu.foundation.review import views

app_name = "review"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:batch>/", views.paper, name="paper"),
    path("<int:batch>/verify", views.verify, name="verify"),
    path("<int:batch>/return", views.give_back, name="return"),
]
