"""`/reports/ceplan/` over HTTP."""

from reports.ceplan.report import CEPLAN
from reports.ceplan.serializers import CeplanSerializer
from reports.shared.views import ReportView, documented


@documented("reports_ceplan", "La ejecución con las columnas de CEPLAN", document=CeplanSerializer)
class CeplanView(ReportView):
    """Una fila por actividad, con los títulos de la exportación del aplicativo CEPLAN, para copiarla de vuelta."""

    report = CEPLAN
