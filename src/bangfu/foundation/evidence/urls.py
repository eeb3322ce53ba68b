"""Addresses of kept files: the digest is the address."""

from django.urls import re_path

from bangfu.foundation.evidence import views

app_name = "evidence"
urlpatterns = [
    re_path(r"^(?P<digest>[0-9a-f]{64})$", views.file, name="file"),
    re_path(r"^(?P<digest>[0-9a-f]{64})/about$", views.about, name="about"),
    re_path(r"^(?P<digest>[0-9a-f]{64})/thumb$", views.thumb, name="thumb"),
]
