"""Addresses of the training room."""

from django.urls import path

from bangfu.livelihoods.training.views import acting, certifying, reading

app_name = "training"

urlpatterns = [
    path("courses/", reading.courses, name="courses"),
    path("courses.csv", reading.export_courses, {"form": "csv"}, name="courses_csv"),
    path("courses.xlsx", reading.export_courses, {"form": "xlsx"}, name="courses_xlsx"),
    path("courses/open", acting.open_course, name="open"),
    path("courses/<int:key>/", reading.course, name="course"),
    path("courses/<int:key>/attendees.csv", reading.export_attendees, {"form": "csv"}, name="attendees_csv"),
    path(
        "courses/<int:key>/attendees.xlsx", reading.export_attendees, {"form": "xlsx"}, name="attendees_xlsx"
    ),
    path("courses/<int:key>/enrol", acting.enrol, name="enrol"),
    path("courses/<int:key>/attach", acting.attach, name="attach"),
    path("courses/<int:key>/submit", acting.submit, name="submit"),
    path("attendees/<int:key>/", reading.attendee, name="attendee"),
    path("attendees/<int:key>/record", acting.record, name="record"),
    path("attendees/<int:key>/verify", acting.verify, name="verify"),
    path("attendees/<int:key>/return", acting.give_back, name="return"),
    path("attendees/<int:key>/correct", acting.correct, name="correct"),
    path("attendees/<int:key>/withdraw", acting.withdraw, name="withdraw"),
    path("attendees/<int:key>/certificate", certifying.certificate, name="certificate"),
    path("certificates/", certifying.check, name="check"),
    path("offers/places", acting.places, name="places"),
]
