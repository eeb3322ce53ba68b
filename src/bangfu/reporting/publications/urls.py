"""Addresses of publications: those below ``published/`` are open to everybody."""

from django.urls import path

from bangfu.reporting.publications import views
from bangfu.reporting.publications.papers import views as papers

app_name = "publications"

urlpatterns = [
    path("", views.publications, name="publications"),
    path("prepare", views.prepare, name="prepare"),
    path("<int:key>/", views.publication, name="publication"),
    path("<int:key>/approve", views.approve, name="approve"),
    path("<int:key>/return", views.give_back, name="return"),
    path("<int:key>/freeze", views.freeze, name="freeze"),
    path("<int:key>/texts/<slug:code>/", papers.text, name="text"),
    path("<int:key>/papers/figures.csv", papers.table, name="table"),
    path("<int:key>/papers/<slug:code>.<slug:language>.<slug:form>", papers.paper, name="paper"),
    path("published/", views.all_published, name="all_published"),
    path("published/<int:number>/", views.published, name="published"),
    path("published/<int:number>/figures/<int:position>/", views.figure, name="figure"),
    path("published/<int:number>/texts/<slug:code>/", papers.published_text, name="published_text"),
    path("published/<int:number>/papers/figures.csv", papers.published_table, name="published_table"),
    path(
        "published/<int:number>/papers/<slug:code>.<slug:language>.<slug:form>",
        papers.published_paper,
        name="published_paper",
    ),
    path("published/<int:number>/report.html", views.page, name="page"),
    path("published/<int:number>/bundle.zip", views.bundle, name="bundle"),
]
