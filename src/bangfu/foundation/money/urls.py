"""Addresses of books, accounts, entries and funds."""

from django.urls import path

from bangfu.foundation.money import views

app_name = "money"
urlpatterns = [
    path("", views.books, name="books"),
    path("balance.csv", views.balance_file, {"form": "csv"}, name="balance_csv"),
    path("balance.xlsx", views.balance_file, {"form": "xlsx"}, name="balance_xlsx"),
    path("accounts/<int:key>/", views.account, name="account"),
    path("accounts/<int:key>/register.csv", views.register_file, {"form": "csv"}, name="register_csv"),
    path("accounts/<int:key>/register.xlsx", views.register_file, {"form": "xlsx"}, name="register_xlsx"),
    path("entries/<int:key>/", views.entry, name="entry"),
    path("funds/", views.funds, name="funds"),
    path("funds.csv", views.funds_file, {"form": "csv"}, name="funds_csv"),
    path("funds.xlsx", views.funds_file, {"form": "xlsx"}, name="funds_xlsx"),
]
