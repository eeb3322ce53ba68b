"""Addresses of publications: those below ``published/`` are open to everybody."""

from django.urls import path

from bangfu.reporting.publications import views

app_name = "publications"

urlpatterns = [
    path("", views.publications, name="publications"),
    path("prepare", views.prepare, name="prepare"),
    path("<int:key>/", views.publication, name="publication"),
    path("<int:key>/approve", views.approve, name="approve"),
    path("<int:key>/return", views.give_back, name="return"),
    path("<int:key>/freeze", views.freeze, name="freeze"),
    path("published/", views.all_published, name="all_published"),
    path("published/<int:number>/", views.published, name="published"),
    path("published/<int:number>/figures/<int:position>/", views.figure, name="figure"),
    path("published/<int:number>/report.html", views.page, name="page"),
    path("published/<int:number>/bundle.zip", views.bundle, name="bundle"),
]
