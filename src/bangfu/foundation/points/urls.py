"""Addresses of points."""

from django.urls import path

from bangfu.foundation.points import acting, views, views_lists

app_name = "points"

urlpatterns = [
    path("", views.holders, name="holders"),
    path("holders.xlsx", views.export, {"form": "xlsx"}, name="holders_xlsx"),
    path("holders.csv", views.export, {"form": "csv"}, name="holders_csv"),
    path("holders/<int:key>/", views.holder, name="holder"),
    path("rates/", views_lists.rates, name="rates"),
    *(
        path(f"rates.{form}", views_lists.rates_file, {"form": form}, name=f"rates_{form}")
        for form in ("xlsx", "csv")
    ),
    *(
        path(
            f"confirmations.{form}",
            views_lists.confirmations_file,
            {"form": form},
            name=f"confirmations_{form}",
        )
        for form in ("xlsx", "csv")
    ),
    path("rates/new", acting.enter_rate, name="enter_rate"),
    path("confirmations/", views_lists.confirmations, name="confirmations"),
    path("confirmations/new", acting.make_confirmation, name="make_confirmation"),
    path("confirmations/<int:key>/", views.confirmation, name="confirmation"),
    path("confirmations/<int:key>/file", views.confirmation_text, name="confirmation_text"),
    path("confirmations/<int:key>/answer", acting.acknowledge, name="acknowledge"),
]
