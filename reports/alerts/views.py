"""`/reports/alerts/` over HTTP."""

from reports.alerts.report import ALERTS
from reports.alerts.serializers import AlertsSerializer
from reports.shared.views import ReportView, documented


@documented("reports_alerts", "Lo que merece una mirada", document=AlertsSerializer)
class AlertsView(ReportView):
    """Lo que merece una mirada, cada caso con su regla y sus cifras."""

    report = ALERTS
