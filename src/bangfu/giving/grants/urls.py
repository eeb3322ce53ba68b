"""Addresses of grants; all but following a gift by its number are behind sign-in."""

from django.urls import path

from bangfu.giving.grants.views import (
    applications,
    bank_answers,
    deciding,
    entering,
    following_gift,
    paying,
    paying_lists,
    planning,
    programmes,
    receipting,
)

app_name = "grants"

urlpatterns = [
    path("", programmes.programmes, name="programmes"),
    path("programmes.xlsx", programmes.programmes_file, {"form": "xlsx"}, name="programmes_xlsx"),
    path("programmes.csv", programmes.programmes_file, {"form": "csv"}, name="programmes_csv"),
    path("new", planning.draft, name="draft"),
    path("<int:key>/", programmes.programme, name="programme"),
    path("<int:key>/revise", planning.revise, name="revise"),
    path("<int:key>/criterion", planning.criterion, name="criterion"),
    path("<int:key>/strike", planning.strike, name="strike"),
    path("<int:key>/quota", planning.quota, name="quota"),
    path("<int:key>/member", planning.member, name="member"),
    path("<int:key>/member/<int:member_key>/leave", planning.leave, name="leave"),
    path("<int:key>/move/<slug:to>", programmes.move, name="move"),
    path("<int:key>/blank/<int:school>.xlsx", programmes.blank, name="blank"),
    path("<int:key>/apply", entering.apply, name="apply"),
    path("<int:key>/papers", entering.papers, name="papers"),
    path("<int:key>/meet", deciding.meet, name="meet"),
    path("applications/", applications.applications, name="applications"),
    path("applications/many", applications.many, name="many"),
    path("applications/all", applications.vet_all, name="vet_all"),
    path("applications/consent", entering.consent, name="consent"),
    path("applications/<int:key>/", applications.application, name="application"),
    path("applications/<int:key>/correct", entering.correct, name="correct"),
    path("applications/<int:key>/account", entering.account, name="account"),
    path("applications/<int:key>/withdraw", entering.withdraw, name="withdraw"),
    path("applications/<int:key>/lapse", paying.lapse, name="lapse"),
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

LISTS = {
    "batches": "pay/",
    "returned": "returned/",
    "sheets": "receipts/",
    "calls": "calls/",
    "follow_ups": "follow-ups/",
    "funds": "funds/",
}
urlpatterns += [
    path("pay/make", paying.make, name="make_batch"),
    path("pay/<int:key>/", paying.batch, name="batch"),
    path("pay/<int:key>/approve", paying.approve, name="approve"),
    path("pay/<int:key>/drop", paying.drop, name="drop"),
    path("pay/<int:key>/take/<slug:form>", paying.take, name="take"),
    path("pay/<int:key>/read", bank_answers.read, name="read"),
    path("pay/<int:key>/payments.<slug:form>", paying.payments_file, name="payments_file"),
    path("answers/<int:key>/", bank_answers.result, name="result"),
    path("answers/<int:key>/refused.<slug:form>", bank_answers.refused_file, name="refused_file"),
    path("payments/<int:key>/", paying.payment, name="payment"),
    path("payments/<int:key>/back", paying.come_back, name="come_back"),
    path("returned/settle", paying.settle, name="settle"),
    path("receipts/make", receipting.make_sheets, name="make_sheets"),
    path("receipts/<int:key>/", receipting.sheet, name="sheet"),
    path("receipts/<int:key>/enter", receipting.enter, name="enter_receipts"),
    path("calls/draw", receipting.draw, name="draw"),
    path("calls/<int:key>/", receipting.call, name="call"),
    path("follow-ups/open", receipting.open_follow_ups, name="open_follow_ups"),
    path("follow-ups/<int:key>/", receipting.follow_up, name="follow_up"),
    path("follow-ups/<int:key>/answer", receipting.answer, name="answer_follow_up"),
    path("funds/<int:key>/", paying.money, name="money"),
    path("funds/<int:key>/close", paying.close_fund, name="close_fund"),
    path("follow/<slug:number>/", following_gift.follow, name="follow"),
    *(path(at, paying_lists.listed, {"name": name}, name=name) for name, at in LISTS.items()),
    *(
        path(f"{at.rstrip('/')}.<slug:form>", paying_lists.listed_file, {"name": name}, name=f"{name}_file")
        for name, at in LISTS.items()
    ),
]
