"""Addresses of figures, of the facts under them, and of reports."""

from django.urls import path, register_converter

from bangfu.reporting.views import drawer, facts_out, lists, matching, reports


class _Code:
    regex = r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Code, "indicator")

app_name = "reporting"
urlpatterns = [
    path("f/~<str:code>", drawer.by_code, name="by_code"),
    path("f/<indicator:code>/", drawer.how, name="figure"),
    path("f/<indicator:code>/where", drawer.where, name="where"),
    path("f/<indicator:code>/facts", drawer.facts, name="facts"),
    path("f/<indicator:code>/facts.csv", facts_out.facts_file, {"form": "csv"}, name="facts_csv"),
    path("f/<indicator:code>/facts.xlsx", facts_out.facts_file, {"form": "xlsx"}, name="facts_xlsx"),
    path("fact/<int:key>/", drawer.record, name="record"),
    path("fact/<int:key>/evidence", drawer.evidence, name="evidence"),
    path("figures/", lists.figures, name="figures"),
    path("figures.csv", lists.export, {"form": "csv"}, name="figures_csv"),
    path("figures.xlsx", lists.export, {"form": "xlsx"}, name="figures_xlsx"),
    path("reports/", reports.reports, name="reports"),
    path("reports/match/", matching.match, name="match"),
    path("reports/match.csv", matching.match_list, {"form": "csv"}, name="match_csv"),
    path("reports/match.xlsx", matching.match_list, {"form": "xlsx"}, name="match_xlsx"),
    path("reports/<slug:code>/", reports.report, name="report"),
    path("reports/<slug:code>/wall/", reports.wall, name="wall"),
    path("reports/<slug:code>/texts/<slug:form>/", reports.companion, name="companion"),
    path("reports/<slug:code>/pictures/<str:digest>", reports.picture, name="picture"),
    path("reports/<slug:code>.pdf", reports.report_as_pdf, name="report_pdf"),
]
