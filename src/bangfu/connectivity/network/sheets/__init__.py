"""The room's spreadsheets, as branches fill them in."""

from bangfu.connectivity.network.sheets.building import BOOKINGS_SHEET, BOXES_SHEET
from bangfu.connectivity.network.sheets.covering import BASELINE_SHEET, VERDICTS_SHEET
from bangfu.connectivity.network.sheets.locating import SITES_SHEET
from bangfu.connectivity.network.sheets.stations import COLUMNS, STATIONS_SHEET

SHEETS = (STATIONS_SHEET, BOXES_SHEET, BOOKINGS_SHEET, BASELINE_SHEET, VERDICTS_SHEET, SITES_SHEET)

__all__ = [
    "BASELINE_SHEET",
    "BOOKINGS_SHEET",
    "BOXES_SHEET",
    "COLUMNS",
    "SHEETS",
    "SITES_SHEET",
    "STATIONS_SHEET",
    "VERDICTS_SHEET",
]
