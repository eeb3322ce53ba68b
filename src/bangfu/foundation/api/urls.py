"""Addresses of the API: pages for people, and ``v1`` for programs."""

from django.urls import path

from bangfu.foundation.api import views

app_name = "api"

urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new", views.new, name="new_token"),
    path("tokens/all/", views.all_tokens, name="all_tokens"),
    path("tokens/<int:key>/revoke", views.revoke, name="revoke_token"),
    path("docs/", views.docs, name="docs"),
]
