"""Addresses of the shop."""

from django.urls import path

from bangfu.livelihoods.shop.views import checking_out, public, reading

app_name = "shop"

urlpatterns = [
    path("", public.catalogue, name="catalogue"),
    path("products/<int:key>/", public.product, name="product"),
    path("enter", public.enter, name="enter"),
    path("orders/", reading.orders, name="orders"),
    path("orders.csv", reading.export_orders, {"form": "csv"}, name="orders_csv"),
    path("orders.xlsx", reading.export_orders, {"form": "xlsx"}, name="orders_xlsx"),
    path("orders/<int:key>/", reading.order, name="order"),
    path("orders/<int:key>/pay", checking_out.check_out, name="check_out"),
    path("stock/", reading.stocks, name="stocks"),
    path("sales/", reading.sales, name="sales"),
    path("sales/<int:key>/", public.sale, name="sale"),
]
