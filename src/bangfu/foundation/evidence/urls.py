"""Addresses of kept files: the digest is the address."""

from django.urls import path, re_path

from bangfu.foundation.evidence import views
from bangfu.foundation.evidence.likeness import views as likeness

app_name = "evidence"
urlpatterns = [
    path("likeness", likeness.rules, name="likeness"),
    re_path(r"^(?P<digest>[0-9a-f]{64})$", views.file, name="file"),
    re_path(r"^(?P<digest>[0-9a-f]{64})/about$", views.about, name="about"),
    re_path(r"^(?P<digest>[0-9a-f]{64})/thumb$", views.thumb, name="thumb"),
    re_path(r"^(?P<digest>[0-9a-f]{64})/people$", views.declare, name="declare"),
    re_path(r"^(?P<digest>[0-9a-f]{64})/consent$", views.consent, name="consent"),
    re_path(r"^(?P<digest>[0-9a-f]{64})/consent/(?P<key>[0-9]{1,18})$", views.withdraw, name="withdraw"),
]
