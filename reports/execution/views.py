"""`/reports/execution/` over HTTP."""

from reports.execution.report import EXECUTION
from reports.execution.serializers import ExecutionSerializer
from reports.shared.views import ReportView, documented


@documented("reports_execution", "La ejecución", document=ExecutionSerializer)
class ExecutionView(ReportView):
    """Lo programado contra lo ejecutado, sumado por lo que se pida."""

    report = EXECUTION
