"""`/reports/poi/` over HTTP: the official document as JSON and as CSV."""

from reports.poi.report import POI
from reports.poi.serializers import PoiSerializer
from reports.shared.views import ReportView, documented


@documented("reports_poi", "El documento oficial", document=PoiSerializer)
class PoiView(ReportView):
    """El documento oficial: ejecución del Plan Operativo Institucional al trimestre."""

    report = POI
