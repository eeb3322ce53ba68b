"""Addresses of corrections: those below ``published/``, ``errata`` and ``letters/`` are open to everybody."""

from django.urls import path

from bangfu.reporting.corrections.views import cases, errata, printings, public

app_name = "corrections"

urlpatterns = [
    path("", errata.home, name="home"),
    path("publications/<int:number>/", errata.restatement, name="restatement"),
    path(
        "publications/<int:number>/restatement.csv",
        errata.restatement_file,
        {"form": "csv"},
        name="restatement_csv",
    ),
    path(
        "publications/<int:number>/restatement.xlsx",
        errata.restatement_file,
        {"form": "xlsx"},
        name="restatement_xlsx",
    ),
    path("publications/<int:number>/figures/<int:position>/", errata.why, name="why"),
    path("proposed/<int:key>/", errata.erratum, name="erratum"),
    path("proposed/<int:key>/approve", errata.approve, name="approve_erratum"),
    path("proposed/<int:key>/return", errata.give_back, name="return_erratum"),
    path("proposed/<int:key>/printings/<int:printing>/", errata.settle, name="settle"),
    path("printings/", printings.printings, name="printings"),
    path("printings/list.csv", printings.export, {"form": "csv"}, name="printings_csv"),
    path("printings/list.xlsx", printings.export, {"form": "xlsx"}, name="printings_xlsx"),
    path("printings/new", printings.choose, name="choose"),
    path("printings/new/<int:number>", printings.register, name="register"),
    path("printings/<int:key>/", printings.printing, name="printing"),
    path("printings/<int:key>/correct", printings.correct, name="correct_printing"),
    path("printings/<int:key>/withdraw", printings.withdraw, name="withdraw_printing"),
    path("cases/", cases.cases, name="cases"),
    path("cases/list.csv", cases.export, {"form": "csv"}, name="cases_csv"),
    path("cases/list.xlsx", cases.export, {"form": "xlsx"}, name="cases_xlsx"),
    path("cases/rule", cases.rule, name="rule"),
    path("cases/<int:key>/", cases.case, name="case"),
    path("cases/<int:key>/answer", cases.answer, name="answer"),
    path("cases/<int:key>/approve", cases.approve, name="approve_answer"),
    path("cases/<int:key>/return", cases.give_back, name="return_answer"),
    path("cases/<int:key>/refer", cases.refer, name="refer"),
    path("cases/<int:key>/forget", cases.forget, name="forget"),
    path("errata/", public.errata, name="errata"),
    path("errata/feed.atom", public.errata_feed, name="errata_feed"),
    path("errata/list.csv", public.errata_csv, name="errata_csv"),
    path("published/<int:number>/errata/<int:erratum>/", public.erratum, name="public_erratum"),
    path("published/<int:number>/errata/<int:erratum>/note.txt", public.note, name="note"),
    path("published/<int:number>/errata/<int:erratum>/erratum.zip", public.proof, name="proof"),
    path("published/<int:number>/ask", public.ask, name="ask"),
    path("published/<int:number>/figures/<int:position>/ask", public.ask, name="ask_figure"),
    path("letters/<str:receipt>/<str:secret>/", public.follow, name="follow"),
    path("letters/<str:receipt>/<str:secret>/again", public.again, name="again"),
]
