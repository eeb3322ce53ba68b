"""Addresses of the industries room."""

from django.urls import path

from bangfu.livelihoods.industries.views import acting, origin, reading, revising, sharing

app_name = "industries"

FORMS = ("csv", "xlsx")

urlpatterns = [
    path("", reading.industries, name="industries"),
    path("enter", acting.enter, name="enter"),
    path("<int:key>/", reading.industry, name="industry"),
    path("<int:key>/end", acting.end, name="end"),
    path("<int:key>/season", acting.enter_season, name="enter_season"),
    path("<int:key>/cite", acting.cite, name="cite"),
    path("<int:key>/contract", acting.enter_contract, name="enter_contract"),
    path("<int:key>/lot", acting.enter_lot, name="enter_lot"),
    path("seasons/<int:key>/", reading.season, name="season"),
    path("operators/", reading.operators, name="operators"),
    path("operators/register", acting.register_operator, name="register_operator"),
    path("operators/<int:key>/", reading.operator, name="operator"),
    path("operators/<int:key>/revise", acting.revise_operator, name="revise_operator"),
    path("operators/<int:key>/certificate", acting.add_certificate, name="add_certificate"),
    path("contracts/", sharing.contracts, name="contracts"),
    path("contracts/<int:key>/", sharing.contract, name="contract"),
    path("contracts/<int:key>/end", acting.end_contract, name="end_contract"),
    path("contracts/<int:key>/pay", acting.enter_payment, name="enter_payment"),
    path("payments/<int:key>/", sharing.payment, name="payment"),
    path("lots/", reading.lots, name="lots"),
    path("lots/<int:key>/", reading.lot, name="lot"),
    path("lots/<int:key>/sale", acting.record_sale, name="record_sale"),
    path("lots/<int:key>/label.pdf", origin.label, name="label"),
    path("origin/<str:code>/", origin.origin, name="origin"),
    path("origin/<str:code>/<str:digest>.webp", origin.picture, name="picture"),
    path("withdraw/<str:noun>/<int:key>", acting.withdraw, name="withdraw"),
    path("revise/<str:noun>/<int:key>", revising.revise, name="revise"),
    path("offers/places", reading.places, name="places"),
    *(
        path(f"industries.{form}", reading.export_industries, {"form": form}, name=f"industries_{form}")
        for form in FORMS
    ),
    *(
        path(f"operators.{form}", reading.export_operators, {"form": form}, name=f"operators_{form}")
        for form in FORMS
    ),
    *(
        path(f"contracts.{form}", sharing.export_contracts, {"form": form}, name=f"contracts_{form}")
        for form in FORMS
    ),
    *(
        path(f"payments.{form}", sharing.export_payments, {"form": form}, name=f"payments_{form}")
        for form in FORMS
    ),
    *(path(f"lots.{form}", reading.export_lots, {"form": form}, name=f"lots_{form}") for form in FORMS),
]
