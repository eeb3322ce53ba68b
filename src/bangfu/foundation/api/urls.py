"""Addresses of the API: pages for people, and ``v1`` for programs."""

from django.urls import path

from bangfu.foundation.api import views

app_name = "api"

urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new", views.new, name="new_token"),
    path("tokens/all/", views.all_tokens, name="all_tokens"),
    path("tokens/all.csv", views.all_tokens_file, {"form": "csv"}, name="all_tokens_csv"),
    path("tokens/all.xlsx", views.all_tokens_file, {"form": "xlsx"}, name="all_tokens_xlsx"),
    path("tokens/<int:key>/revoke", views.revoke, name="revoke_token"),
    path("docs/", views.docs, name="docs"),
]
