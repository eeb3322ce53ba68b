"""Addresses of webhooks."""

from django.urls import path

from bangfu.foundation.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("", views.subscriptions, name="subscriptions"),
    path("new", views.new, name="new"),
    path("<uuid:key>/", views.subscription, name="subscription"),
    path("<uuid:key>/stop", views.stop, name="stop"),
    path("<uuid:key>/renew", views.renew, name="renew"),
    path("deliveries/<int:key>/", views.delivery, name="delivery"),
    path("deliveries/<int:key>/again", views.send_again, name="send_again"),
]
