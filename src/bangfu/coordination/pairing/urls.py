"""Addresses of the pairing room."""

from django.urls import path

from bangfu.coordination.pairing.views import acting, reading

app_name = "pairing"

urlpatterns = [
    path("pairings/", reading.pairings, name="pairings"),
    path("pairings.csv", reading.export, {"form": "csv"}, name="pairings_csv"),
    path("pairings.xlsx", reading.export, {"form": "xlsx"}, name="pairings_xlsx"),
    path("gaps/", reading.gaps, name="gaps"),
    path("gaps.csv", reading.export_gaps, {"form": "csv"}, name="gaps_csv"),
    path("gaps.xlsx", reading.export_gaps, {"form": "xlsx"}, name="gaps_xlsx"),
    path("places/<int:key>/", reading.place, name="place"),
    path("units/<int:key>/", reading.unit, name="unit"),
    path("offers/places", acting.places, name="places"),
    path("pairings/propose", acting.propose, name="propose"),
    path("pairings/<int:key>/", reading.pairing, name="pairing"),
    path("pairings/<int:key>/revise", acting.revise, name="revise"),
    path("pairings/<int:key>/submit", acting.submit, name="submit"),
    path("pairings/<int:key>/verify", acting.verify, name="verify"),
    path("pairings/<int:key>/return", acting.give_back, name="return"),
    path("pairings/<int:key>/resume", acting.resume, name="resume"),
    path("pairings/<int:key>/end", acting.end, name="end"),
    path("pairings/<int:key>/hand-over", acting.hand_over, name="hand_over"),
    path("pairings/<int:key>/correct", acting.correct, name="correct"),
    path("pairings/<int:key>/withdraw", acting.withdraw, name="withdraw"),
]
