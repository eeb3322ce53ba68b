"""Addresses of campaigns; those below ``open/`` and ``gift/`` answer without sign-in."""

from django.urls import path

from bangfu.giving.campaigns.views import acting, booking, public, reading

app_name = "campaigns"

urlpatterns = [
    path("", reading.campaigns, name="campaigns"),
    path("campaigns.xlsx", reading.campaigns_file, {"form": "xlsx"}, name="campaigns_xlsx"),
    path("campaigns.csv", reading.campaigns_file, {"form": "csv"}, name="campaigns_csv"),
    path("new", acting.draft, name="draft"),
    path("<int:key>/", reading.campaign, name="campaign"),
    path("<int:key>/revise", acting.revise, name="revise"),
    path("<int:key>/sign", acting.sign, name="sign"),
    path("<int:key>/file", acting.file, name="file"),
    path("<int:key>/begin", acting.begin, name="begin"),
    path("<int:key>/move/<slug:to>", acting.move, name="move"),
    path("<int:key>/settle", acting.settle, name="settle"),
    path("<int:key>/match", acting.match, name="match"),
    path("<int:key>/bring", acting.bring, name="bring"),
    path("duties/<int:key>/disclose", acting.disclose, name="disclose"),
    path("gifts/", reading.gifts, name="gifts"),
    path("gifts.xlsx", reading.gifts_file, {"form": "xlsx"}, name="gifts_xlsx"),
    path("gifts.csv", reading.gifts_file, {"form": "csv"}, name="gifts_csv"),
    path("gifts/<int:key>/", reading.gift, name="gift"),
    path("gifts/<int:key>/refund", booking.refund, name="refund"),
    path("gifts/<int:key>/receipt", booking.issue, name="issue"),
    path("charities/", reading.charities, name="charities"),
    path("charities/new", acting.enter_charity, name="enter_charity"),
    path("charities/<int:key>/", reading.charity, name="charity"),
    path("charities/<int:key>/series", booking.series, name="series"),
    path("charities/<int:key>/bank", booking.read_bank, name="read_bank"),
    path("bank/", reading.bank, name="bank"),
    path("bank.xlsx", reading.bank_file, {"form": "xlsx"}, name="bank_xlsx"),
    path("bank.csv", reading.bank_file, {"form": "csv"}, name="bank_csv"),
    path("bank/<int:key>/match", booking.match_line, name="match_line"),
    path("bank/<int:key>/receipt", booking.issue_sponsors, name="issue_sponsors"),
    path("receipts/<int:key>/", reading.receipt, name="receipt"),
    path("receipts/<int:key>/void", booking.void, name="void"),
    path("open/", public.listed, name="public_list"),
    path("open/<str:code>/", public.page, name="public"),
    path("open/<str:code>/cash", public.give_cash, name="public_cash"),
    path("open/<str:code>/monthly", public.make_pledge, name="public_monthly"),
    path("open/<str:code>/points", public.give_points, name="public_points"),
    path("gift/<slug:number>/", public.certificate, name="certificate"),
    path("gift/<slug:number>/back", public.take_back, name="take_back"),
    path("monthly/<slug:number>/", public.pledge, name="pledge"),
    path("monthly/<slug:number>/end", public.end_pledge, name="end_pledge"),
]
