"""Addresses of the handbook."""

from django.urls import path

from bangfu.reporting.handbook import views

app_name = "handbook"

urlpatterns = [
    path("", views.search, name="search"),
    path("<int:code>/", views.page, name="page"),
    path("<int:code>/pictures/<str:digest>", views.picture, name="picture"),
    path("<int:code>/handbook.<str:language>.pdf", views.pdf, name="pdf"),
    path("<slug:kind>/", views.subjects, name="subjects"),
    path("<slug:kind>/<int:key>/", views.subject, name="subject"),
    path("<slug:kind>/<int:key>/pictures/<str:digest>", views.subject_picture, name="subject_picture"),
    path("<slug:kind>/<int:key>/handbook.<str:language>.pdf", views.subject_pdf, name="subject_pdf"),
]
