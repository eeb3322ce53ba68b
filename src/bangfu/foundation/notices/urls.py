"""Addresses of notices."""

from django.urls import path

from bangfu.foundation.notices.views import choosing, delivering, reading, settling

app_name = "notices"

urlpatterns = [
    path("", reading.inbox, name="inbox"),
    path("inbox.csv", reading.inbox_file, {"form": "csv"}, name="inbox_csv"),
    path("inbox.xlsx", reading.inbox_file, {"form": "xlsx"}, name="inbox_xlsx"),
    path("<int:key>/open", reading.open_notice, name="open"),
    path("read", reading.read, name="read"),
    path("all-read", reading.all_read, name="all_read"),
    path("unread", reading.unread, name="unread"),
    path("choices", choosing.choices, name="choices"),
    path("channels/", settling.channels, name="channels"),
    path("channels/mail", settling.mail, name="mail"),
    path("channels/text-messages", settling.text_messages, name="text_messages"),
    path("channels/text-messages/fake", settling.fake_messages, name="fake_messages"),
    path("channels/<slug:channel>/test", settling.test_channel, name="test_channel"),
    path("robots/new", settling.new_robot, name="new_robot"),
    path("robots/<int:key>/", settling.change_robot, name="change_robot"),
    path("robots/<int:key>/secret", settling.renew_robot_secret, name="renew_robot_secret"),
    path("robots/<int:key>/pause", settling.pause_robot, name="pause_robot"),
    path("robots/<int:key>/resume", settling.resume_robot, name="resume_robot"),
    path("robots/<int:key>/stop", settling.stop_robot, name="stop_robot"),
    path("robots/<int:key>/test", settling.test_robot, name="test_robot"),
    path("deliveries/", delivering.deliveries, name="deliveries"),
    path("deliveries.csv", delivering.deliveries_file, {"form": "csv"}, name="deliveries_csv"),
    path("deliveries.xlsx", delivering.deliveries_file, {"form": "xlsx"}, name="deliveries_xlsx"),
    path("deliveries/<int:key>/", delivering.delivery, name="delivery"),
    path("deliveries/<int:key>/again", delivering.send_again, name="send_again"),
]
