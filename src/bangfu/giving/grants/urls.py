"""Addresses of grants: nothing of them answers without sign-in."""

from django.urls import path

from bangfu.giving.grants.views import applications, deciding, programmes

app_name = "grants"

urlpatterns = [
    path("", programmes.programmes, name="programmes"),
    path("programmes.xlsx", programmes.programmes_file, {"form": "xlsx"}, name="programmes_xlsx"),
    path("programmes.csv", programmes.programmes_file, {"form": "csv"}, name="programmes_csv"),
    path("new", programmes.draft, name="draft"),
    path("<int:key>/", programmes.programme, name="programme"),
    path("<int:key>/revise", programmes.revise, name="revise"),
    path("<int:key>/criterion", programmes.criterion, name="criterion"),
    path("<int:key>/strike", programmes.strike, name="strike"),
    path("<int:key>/quota", programmes.quota, name="quota"),
    path("<int:key>/member", programmes.member, name="member"),
    path("<int:key>/member/<int:member_key>/leave", programmes.leave, name="leave"),
    path("<int:key>/move/<slug:to>", programmes.move, name="move"),
    path("<int:key>/blank/<int:school>.xlsx", programmes.blank, name="blank"),
    path("<int:key>/apply", applications.apply, name="apply"),
    path("<int:key>/meet", deciding.meet, name="meet"),
    path("applications/", applications.applications, name="applications"),
    path("applications/many", applications.many, name="many"),
    path("applications/all", applications.vet_all, name="vet_all"),
    path("applications/consent", applications.consent, name="consent"),
    path("applications/<int:key>/", applications.application, name="application"),
    path("applications/<int:key>/correct", applications.correct, name="correct"),
    path("applications/<int:key>/account", applications.account, name="account"),
    path("applications/<int:key>/withdraw", applications.withdraw, name="withdraw"),
    path("applications/<int:key>/object", deciding.object_to, name="object"),
    path("meetings/<int:key>/", deciding.meeting, name="meeting"),
    path("meetings/<int:key>/recuse", deciding.recuse, name="recuse"),
    path("meetings/<int:key>/decide", deciding.decide, name="decide"),
    path("notices/", deciding.notices, name="notices"),
    path("notices.xlsx", deciding.notices_file, {"form": "xlsx"}, name="notices_xlsx"),
    path("notices.csv", deciding.notices_file, {"form": "csv"}, name="notices_csv"),
    path("notices/many", deciding.notices_many, name="notices_many"),
    path("objections/", deciding.objections, name="objections"),
    path("objections.xlsx", deciding.objections_file, {"form": "xlsx"}, name="objections_xlsx"),
    path("objections.csv", deciding.objections_file, {"form": "csv"}, name="objections_csv"),
    path("objections/<int:key>/answer", deciding.answer, name="answer"),
]
