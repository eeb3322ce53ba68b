"""Addresses of rounds; ``key`` is a round's, a return's or a schedule's, ``measure`` a reported measure's code."""

from django.urls import path

from bangfu.foundation.rounds.views import acting, filling, reading, returning, scheduling, summing

app_name = "rounds"

urlpatterns = [
    path("", reading.rounds, name="rounds"),
    path("rounds.csv", reading.export_rounds, {"form": "csv"}, name="rounds_csv"),
    path("rounds.xlsx", reading.export_rounds, {"form": "xlsx"}, name="rounds_xlsx"),
    path("schedules/", scheduling.schedules, name="schedules"),
    path("schedules/new", scheduling.new, name="new"),
    path("schedules/<int:key>/", scheduling.schedule, name="schedule"),
    path("schedules/<int:key>/open", scheduling.open_one, name="open"),
    path("schedules/<int:key>/stop", scheduling.stop, name="stop"),
    path("<int:key>/", reading.round_page, name="round"),
    path("<int:key>/returns.<str:form>", reading.export_returns, name="returns_file"),
    path("<int:key>/sums", summing.sums, name="sums"),
    path("<int:key>/sums.<str:form>", summing.export_sums, name="sums_file"),
    path("<int:key>/records", summing.records, name="records"),
    path("<int:key>/sheet/<str:measure>.<str:form>", summing.export_sheet, name="sheet_file"),
    path("<int:key>/chase", acting.chase, name="chase"),
    path("<int:key>/accept", acting.accept, name="accept"),
    path("<int:key>/lock", acting.lock, name="lock"),
    path("<int:key>/ask-unlock", acting.ask_unlock, name="ask_unlock"),
    path("<int:key>/unlock", acting.unlock, name="unlock"),
    path("returns/<int:key>/", returning.return_page, name="return"),
    path("returns/<int:key>/submit", acting.submit, name="submit"),
    path("returns/<int:key>/sheets", acting.take_sheet, name="take_sheet"),
    path("returns/<int:key>/sheets/out", acting.leave_sheet_out, name="leave_sheet_out"),
    path("returns/<int:key>/nil", acting.nil, name="nil"),
    path("returns/<int:key>/take-back", acting.take_back, name="take_back"),
    path("returns/<int:key>/amend", acting.amend, name="amend"),
    path("returns/<int:key>/send-back", acting.send_back, name="send_back"),
    path("returns/<int:key>/extend", acting.extend, name="extend"),
    path("returns/<int:key>/accept", acting.accept_one, name="accept_one"),
    path("returns/<int:key>/files", filling.add_file, name="add_file"),
    path("returns/<int:key>/<str:measure>/", filling.grid, name="grid"),
]
