"""Addresses of the training room."""

from django.urls import path

from bangfu.livelihoods.training.views import (
    acting,
    attending,
    certifying,
    following,
    reading,
    resources,
    rules,
)

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
    path("courses/<int:key>/revise", rules.revise_course, name="revise"),
    path("courses/<int:key>/changes", rules.changes, name="changes"),
    path("courses/<int:key>/cost", resources.cost, name="cost"),
    path("courses/<int:key>/cost/enter", resources.enter_expense, name="enter_expense"),
    path("courses/<int:key>/feedback", attending.feedback, name="feedback"),
    path("courses/<int:key>/feedback/open", attending.open_feedback, name="open_feedback"),
    path("courses/<int:key>/codes", attending.codes, name="codes"),
    path("courses/<int:key>/certificates.pdf", certifying.print_all, name="print_all"),
    path("modules/<int:key>/assign", resources.assign, name="assign"),
    path("modules/<int:key>/release/<int:trainer>", resources.release, name="release"),
    path("sessions/<int:key>/desk", attending.desk, name="desk"),
    path("desks/<int:key>/square", attending.square, name="square"),
    path("in/<str:token>", attending.check_in, name="check_in"),
    path("say/<str:token>", attending.give_feedback, name="give_feedback"),
    path("attendees/<int:key>/", reading.attendee, name="attendee"),
    path("attendees/<int:key>/record", acting.record, name="record"),
    path("attendees/<int:key>/tick", attending.tick, name="tick"),
    path("attendees/<int:key>/verify", acting.verify, name="verify"),
    path("attendees/<int:key>/return", acting.give_back, name="return"),
    path("attendees/<int:key>/correct", acting.correct, name="correct"),
    path("attendees/<int:key>/withdraw", acting.withdraw, name="withdraw"),
    path("attendees/<int:key>/follow-up", following.follow_up, name="follow_up"),
    path("attendees/<int:key>/certificate", certifying.certificate, name="certificate"),
    path("attendees/<int:key>/certificate.pdf", certifying.print_one, name="print_one"),
    path("expenses/<int:key>/", resources.expense, name="expense"),
    path("expenses/<int:key>/revise", resources.revise_expense, name="revise_expense"),
    path("expenses/<int:key>/withdraw", resources.withdraw_expense, name="withdraw_expense"),
    path("follow-ups/", following.follow_ups, name="follow_ups"),
    path("trainers/", resources.trainers, name="trainers"),
    path("trainers/register", resources.register_trainer, name="register_trainer"),
    path("trainers/<int:key>/revise", resources.revise_trainer, name="revise_trainer"),
    path("rules/", rules.mode_rules, name="mode_rules"),
    path("rules/set", rules.set_mode_rule, name="set_mode_rule"),
    path("certificates/", certifying.check, name="check"),
    path("offers/places", acting.places, name="places"),
]
