"""Addresses of the organisation room."""

from django.urls import path

from bangfu.foundation.organisation.views import acting, admitting, changing, reading

app_name = "organisation"

urlpatterns = [
    path("", reading.units, name="units"),
    path("units.csv", reading.units_file, {"form": "csv"}, name="units_csv"),
    path("units.xlsx", reading.units_file, {"form": "xlsx"}, name="units_xlsx"),
    path("units/open", acting.open_unit, name="open_unit"),
    path("units/<int:key>/", reading.unit, name="unit"),
    path("units/<int:key>/fill", acting.fill_post, name="fill_post"),
    path("units/<int:key>/branch", reading.branch, name="branch"),
    path("units/<int:key>/rename", changing.rename_unit, name="rename_unit"),
    path("units/<int:key>/move", changing.move_unit, name="move_unit"),
    path("units/<int:key>/close", changing.close_unit, name="close_unit"),
    path("lines/", changing.lines, name="lines"),
    path("lines/enter", changing.enter_line, name="enter_line"),
    path("lines/<int:key>/end", changing.end_line, name="end_line"),
    path("holdings/<int:key>/leave", acting.leave_post, name="leave_post"),
    path("accounts/", reading.accounts, name="accounts"),
    path("accounts/invite", admitting.invite, name="invite"),
    path("accounts/system", admitting.open_system, name="open_system"),
    path("accounts/<int:key>/", reading.account, name="account"),
    path("accounts/<int:key>/password", admitting.reset_password, name="reset_password"),
    path("accounts/<int:key>/unlock", admitting.unlock, name="unlock"),
    path("accounts/<int:key>/second-factor", admitting.remove_second_factor, name="remove_second_factor"),
    path("accounts/<int:key>/close", acting.close_account, name="close_account"),
    path("grants/new", acting.grant_role, name="grant_role"),
    path("grants/<int:key>/withdraw", acting.withdraw_role, name="withdraw_role"),
    path("offers/places", reading.offered_places, name="offered_places"),
    path("offers/units", reading.offered_units, name="offered_units"),
    path("offers/picker", reading.picked_units, name="picked_units"),
    path("offers/accounts", reading.offered_accounts, name="offered_accounts"),
]
