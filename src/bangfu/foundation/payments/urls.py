"""Addresses of payments."""

from django.urls import path

from bangfu.foundation.payments.views import acting, lists, paying, reading

app_name = "payments"

urlpatterns = [
    path("", reading.payments, name="payments"),
    path("payments.xlsx", reading.export, {"form": "xlsx"}, name="payments_xlsx"),
    path("payments.csv", reading.export, {"form": "csv"}, name="payments_csv"),
    path("<int:key>/", reading.payment, name="payment"),
    path("<int:key>/ask", acting.ask, name="ask"),
    path("<int:key>/close", acting.cut_short, name="cut_short"),
    path("<int:key>/refund", acting.refund, name="refund"),
    path("refunds/<int:key>/", reading.refund, name="refund_record"),
    path("merchants/", lists.merchants, name="merchants"),
    *(
        path(f"merchants.{form}", lists.merchants_file, {"form": form}, name=f"merchants_{form}")
        for form in ("xlsx", "csv")
    ),
    *(
        path(f"statements.{form}", lists.statements_file, {"form": form}, name=f"statements_{form}")
        for form in ("xlsx", "csv")
    ),
    path("merchants/new", acting.open_merchant, name="open_merchant"),
    path("merchants/<int:key>/", reading.merchant, name="merchant"),
    path("merchants/<int:key>/close", acting.close_merchant, name="close_merchant"),
    path("merchants/<int:key>/statement", acting.read_statement, name="read_statement"),
    path("statements/", lists.statements, name="statements"),
    path("statements/<int:key>/", reading.statement, name="statement"),
    path("statements/<int:key>/lines.xlsx", reading.lines, {"form": "xlsx"}, name="lines_xlsx"),
    path("statements/<int:key>/lines.csv", reading.lines, {"form": "csv"}, name="lines_csv"),
    path("pay/<slug:number>", paying.pay, name="pay"),
    path("pay/<slug:number>/state", paying.state, name="state"),
    path("pay/<slug:number>/test", paying.test_pay, name="test_pay"),
    path("told/<slug:code>/", paying.told, name="told"),
]
