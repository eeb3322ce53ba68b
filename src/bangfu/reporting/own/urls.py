"""Addresses of own indicators."""

from django.urls import path

from bangfu.reporting.own.views import acting, editing, reading

app_name = "own"

urlpatterns = [
    path("", reading.indicators, name="indicators"),
    path("list.csv", reading.export, {"form": "csv"}, name="list_csv"),
    path("list.xlsx", reading.export, {"form": "xlsx"}, name="list_xlsx"),
    path("new", editing.new, name="new"),
    path("offers/places", editing.offered_places, name="offered_places"),
    path("offers/units", editing.offered_units, name="offered_units"),
    path("<int:key>/", reading.indicator, name="indicator"),
    path("<int:key>/compare", reading.compare, name="compare"),
    path("<int:key>/revise", editing.revise, name="revise"),
    path("<int:key>/withdraw", acting.withdraw, name="withdraw"),
    path("versions/<int:key>/", reading.version, name="version"),
    path("versions/<int:key>/declaration.toml", reading.declaration, name="declaration"),
    path("versions/<int:key>/word", editing.word, name="word"),
    path("versions/<int:key>/submit", acting.submit, name="submit"),
    path("versions/<int:key>/approve", acting.approve, name="approve"),
    path("versions/<int:key>/abandon", acting.abandon, name="abandon"),
    path("versions/<int:key>/restore", acting.restore, name="restore"),
    path("withdrawals/<int:key>/approve", acting.approve_withdrawal, name="approve_withdrawal"),
    path("withdrawals/<int:key>/refuse", acting.refuse_withdrawal, name="refuse_withdrawal"),
    path("versions/<int:key>/return", acting.give_back, name="return"),
]
