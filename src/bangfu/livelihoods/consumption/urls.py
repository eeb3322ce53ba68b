"""Addresses of the consumption room."""

from django.urls import path

from bangfu.livelihoods.consumption.views import fairs, giving, origins, printing, selling, supplying

app_name = "consumption"

urlpatterns = [
    path("", selling.sales, name="sales"),
    path("sales.csv", selling.export_sales, {"form": "csv"}, name="sales_csv"),
    path("sales.xlsx", selling.export_sales, {"form": "xlsx"}, name="sales_xlsx"),
    path("sales/<int:key>/", selling.sale, name="sale"),
    path("sales/<int:key>/refund", selling.refund, name="refund"),
    path("sales/<int:key>/withdraw", selling.withdraw, name="withdraw"),
    path("entries/<int:key>/", selling.entry, name="entry"),
    path("goods/", origins.goods, name="goods"),
    path("goods.csv", origins.export_goods, {"form": "csv"}, name="goods_csv"),
    path("goods.xlsx", origins.export_goods, {"form": "xlsx"}, name="goods_xlsx"),
    path("goods/note", origins.note, name="note"),
    path("goods/<int:key>/revise", origins.revise, name="revise"),
    path("goods/of/<int:key>/", origins.of_export, name="of_export"),
    path("agreements/", supplying.agreements, name="agreements"),
    path("agreements.csv", supplying.export_agreements, {"form": "csv"}, name="agreements_csv"),
    path("agreements.xlsx", supplying.export_agreements, {"form": "xlsx"}, name="agreements_xlsx"),
    path("agreements/enter", supplying.enter, name="enter_agreement"),
    path("agreements/<int:key>/", supplying.agreement, name="agreement"),
    path("agreements/<int:key>.pdf", printing.agreement, name="agreement_pdf"),
    path("agreements/<int:key>/quota", supplying.quota, name="quota"),
    path("agreements/<int:key>/order", supplying.order, name="order"),
    path("agreements/<int:key>/settle", supplying.settle, name="settle"),
    path("orders/<int:key>.pdf", printing.call_off, name="order_pdf"),
    path("orders/<int:key>/deliver", supplying.deliver, name="deliver"),
    path("deliveries/<int:key>.pdf", printing.delivery, name="delivery_pdf"),
    path("deliveries/<int:key>/return", supplying.give_back, name="give_back"),
    path("returns/<int:key>/end", supplying.end_return, name="end_return"),
    path("fairs/", fairs.fairs, name="fairs"),
    path("fairs.csv", fairs.export_fairs, {"form": "csv"}, name="fairs_csv"),
    path("fairs.xlsx", fairs.export_fairs, {"form": "xlsx"}, name="fairs_xlsx"),
    path("fairs/enter", fairs.enter, name="enter_fair"),
    path("fairs/<int:key>/", fairs.fair, name="fair"),
    path("fairs/<int:key>/stall", fairs.add_stall, name="add_stall"),
    path("fairs/<int:key>/withdraw", fairs.withdraw, name="withdraw_fair"),
    path("stalls/<int:key>/sell", fairs.sell, name="sell"),
    path("schemes/", giving.schemes, name="schemes"),
    path("schemes.csv", giving.export_schemes, {"form": "csv"}, name="schemes_csv"),
    path("schemes.xlsx", giving.export_schemes, {"form": "xlsx"}, name="schemes_xlsx"),
    path("schemes/open", giving.open_scheme, name="open_scheme"),
    path("schemes/<int:key>/", giving.scheme, name="scheme"),
    path("schemes/<int:key>/choose", giving.choose, name="choose"),
    path("schemes/<int:key>/settle", giving.settle, name="settle_scheme"),
    path("offers/places", origins.places, name="places"),
]
