"""Addresses of books, accounts, entries and funds."""

from django.urls import path

from bangfu.foundation.money import views, views_accounts, views_funds, views_vouchers

app_name = "money"
urlpatterns = [
    path("", views.books, name="books"),
    path("balance.csv", views.balance_file, {"form": "csv"}, name="balance_csv"),
    path("balance.xlsx", views.balance_file, {"form": "xlsx"}, name="balance_xlsx"),
    path("accounts/", views_accounts.accounts, name="accounts"),
    path("accounts/new", views_accounts.new, name="open_account"),
    path("accounts.csv", views_accounts.accounts_file, {"form": "csv"}, name="accounts_csv"),
    path("accounts.xlsx", views_accounts.accounts_file, {"form": "xlsx"}, name="accounts_xlsx"),
    path("accounts/<int:key>/", views.account, name="account"),
    path("accounts/<int:key>/register.csv", views.register_file, {"form": "csv"}, name="register_csv"),
    path("accounts/<int:key>/register.xlsx", views.register_file, {"form": "xlsx"}, name="register_xlsx"),
    path("entries/<int:key>/", views.entry, name="entry"),
    path("vouchers/", views_vouchers.vouchers, name="vouchers"),
    path("vouchers/new", views_vouchers.new, name="enter_voucher"),
    path("vouchers/<int:key>/reverse", views_vouchers.take_back, name="reverse_voucher"),
    path("vouchers/<int:key>/sheet.pdf", views_vouchers.sheet, name="voucher_sheet"),
    path("vouchers.csv", views_vouchers.vouchers_file, {"form": "csv"}, name="vouchers_csv"),
    path("vouchers.xlsx", views_vouchers.vouchers_file, {"form": "xlsx"}, name="vouchers_xlsx"),
    path("funds/", views_funds.funds, name="funds"),
    path("funds/<int:key>/", views_funds.fund, name="fund"),
    path("funds/<int:key>/statement.csv", views_funds.fund_file, {"form": "csv"}, name="fund_csv"),
    path("funds/<int:key>/statement.xlsx", views_funds.fund_file, {"form": "xlsx"}, name="fund_xlsx"),
    path("funds/<int:key>/entries/", views_funds.fund_legs, name="fund_legs"),
    path("funds/<int:key>/entries.csv", views_funds.fund_legs_file, {"form": "csv"}, name="fund_legs_csv"),
    path("funds/<int:key>/entries.xlsx", views_funds.fund_legs_file, {"form": "xlsx"}, name="fund_legs_xlsx"),
    path("funds.csv", views_funds.funds_file, {"form": "csv"}, name="funds_csv"),
    path("funds.xlsx", views_funds.funds_file, {"form": "xlsx"}, name="funds_xlsx"),
]
