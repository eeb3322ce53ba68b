"""Addresses of books, accounts, entries and funds."""

from django.urls import path

from bangfu.foundation.money import views

app_name = "money"
urlpatterns = [
    path("", views.books, name="books"),
    path("balance.csv", views.balance_csv, name="balance_csv"),
    path("accounts/<int:key>/", views.account, name="account"),
    path("entries/<int:key>/", views.entry, name="entry"),
    path("funds/", views.funds, name="funds"),
]
