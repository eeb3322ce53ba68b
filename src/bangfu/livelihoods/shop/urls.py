"""Addresses of the shop."""

from django.urls import path

from bangfu.livelihoods.shop.views import (
    cataloguing,
    checking_out,
    fulfilling,
    presenting,
    public,
    reading,
    reporting,
    staging,
    stocking,
)

app_name = "shop"

FORMS = ("csv", "xlsx")

urlpatterns = [
    path("", public.catalogue, name="catalogue"),
    path("enter", public.enter, name="enter"),
    path("products/", cataloguing.products, name="products"),
    path("products/enter", cataloguing.enter, name="enter_product"),
    path("products/<int:key>/", public.product, name="product"),
    path("products/<int:key>/revise", cataloguing.revise, name="revise_product"),
    path("products/<int:key>/pack", cataloguing.enter_variant, name="enter_variant"),
    path("packs/<int:key>/revise", cataloguing.revise_variant, name="revise_variant"),
    path("packs/<int:key>/price", cataloguing.price, name="price"),
    path("packs/<int:key>/receive", cataloguing.receive, name="receive"),
    path("orders/", reading.orders, name="orders"),
    path("orders/ship", fulfilling.ship_many, name="ship_many"),
    path("orders/step", fulfilling.step_many, name="step_many"),
    path("orders/<int:key>/", reading.order, name="order"),
    path("orders/<int:key>/pay", checking_out.check_out, name="check_out"),
    path("orders/<int:key>/ship", fulfilling.ship, name="ship"),
    path("orders/<int:key>/deliver", fulfilling.deliver, name="deliver"),
    path("orders/<int:key>/close", fulfilling.close, name="close"),
    path("orders/<int:key>/cancel", fulfilling.cancel, name="cancel"),
    path("lines/<int:key>/refund", fulfilling.refund, name="refund"),
    path("stock/", reading.stocks, name="stocks"),
    path("stock/<int:key>/", stocking.stock, name="stock"),
    path("stock/<int:key>/count", stocking.count, name="count"),
    path("stock/<int:key>/offer", stocking.offer, name="offer"),
    path("stock/<int:key>/bring-back", staging.bring_back, name="bring_back"),
    path("offers/<int:key>/close", stocking.close_offer, name="close_offer"),
    path("channels/", stocking.channels, name="channels"),
    path("channels/open", stocking.open_channel, name="open_channel"),
    path("channels/<int:key>/revise", stocking.revise_channel, name="revise_channel"),
    path("channels/<int:key>/close", stocking.close_channel, name="close_channel"),
    path("warehouses/open", stocking.open_warehouse, name="open_warehouse"),
    path("warehouses/<int:key>/revise", stocking.revise_warehouse, name="revise_warehouse"),
    path("sales/", reading.sales, name="sales"),
    path("sales/plan", staging.plan, name="plan_sale"),
    path("sales/<int:key>/", public.sale, name="sale"),
    path("sales/<int:key>/staging", staging.staging, name="staging"),
    path("sales/<int:key>/revise", staging.revise, name="revise_sale"),
    path("sales/<int:key>/set-apart", staging.set_apart, name="set_apart"),
    path("sales/<int:key>/picture", staging.stream, name="stream"),
    path("sales/<int:key>/end", staging.end, name="end_sale"),
    path("sales/<int:key>/count", staging.count, name="count_sale"),
    path("sales/<int:key>/wall", reporting.wall, name="wall"),
    path("sales/<int:key>/report", reporting.report, name="report"),
    path("sales/<int:key>/session", presenting.enter_session, name="enter_session"),
    path("sales/<int:key>/ambassador", presenting.enter_ambassador, name="enter_ambassador"),
    path("sessions/<int:key>/revise", presenting.revise_session, name="revise_session"),
    path("sessions/<int:key>/run-sheet", presenting.run_sheet, name="run_sheet"),
    path("ambassadors/<int:key>/", presenting.ambassador, name="ambassador"),
    path("ambassadors/<int:key>/revise", presenting.revise_ambassador, name="revise_ambassador"),
    path("ambassadors/<int:key>/approve", presenting.approve_claims, name="approve_claims"),
    path("ambassadors/<int:key>/withdraw-consent", presenting.withdraw_consent, name="withdraw_consent"),
    *(path(f"orders.{form}", reading.export_orders, {"form": form}, name=f"orders_{form}") for form in FORMS),
    *(
        path(f"products.{form}", cataloguing.export_products, {"form": form}, name=f"products_{form}")
        for form in FORMS
    ),
    *(path(f"stock.{form}", reading.export_stocks, {"form": form}, name=f"stocks_{form}") for form in FORMS),
]
