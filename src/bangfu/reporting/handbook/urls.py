"""Addresses of the handbook."""

from django.urls import path

from bangfu.reporting.handbook import views

app_name = "handbook"

urlpatterns = [
    path("", views.search, name="search"),
    path("<int:code>/", views.page, name="page"),
    path("<int:code>/handbook.<str:language>.pdf", views.pdf, name="pdf"),
]
