"""Addresses of webhooks."""

from django.urls import path

from bangfu.foundation.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("", views.subscriptions, name="subscriptions"),
    path("new", views.new, name="new"),
    path("<uuid:key>/", views.subscription, name="subscription"),
    path("<uuid:key>/messages.csv", views.messages_file, {"form": "csv"}, name="messages_csv"),
    path("<uuid:key>/messages.xlsx", views.messages_file, {"form": "xlsx"}, name="messages_xlsx"),
    path("<uuid:key>/stop", views.stop, name="stop"),
    path("<uuid:key>/renew", views.renew, name="renew"),
    path("deliveries/<int:key>/", views.delivery, name="delivery"),
    path("deliveries/<int:key>/again", views.send_again, name="send_again"),
]
