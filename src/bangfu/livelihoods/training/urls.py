"""Addresses of the training room."""

from django.urls import path

from bangfu.livelihoods.training.views import reading

app_name = "training"

urlpatterns = [
    path("courses/", reading.courses, name="courses"),
    path("courses/<int:key>/", reading.course, name="course"),
    path("attendees/<int:key>/", reading.attendee, name="attendee"),
]
