"""Every report over HTTP: what it is called, and what the documentation says of it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from poi_api.http.formats import RENDERERS
from reports.alerts.report import ALERTS
from reports.alerts.serializers import AlertsSerializer
from reports.ceplan.report import CEPLAN
from reports.ceplan.serializers import CeplanSerializer
from reports.charts.report import CHART
from reports.completeness.query import CompletenessQuestion
from reports.completeness.report import COMPLETENESS
from reports.completeness.serializers import CompletenessSerializer
from reports.execution.report import EXECUTION
from reports.execution.serializers import ExecutionSerializer
from reports.exports.columns import COLUMNS
from reports.exports.report import MONTHS
from reports.exports.serializers import MonthRowSerializer
from reports.matrix.report import MATRIX
from reports.matrix.serializers import MatrixSerializer
from reports.poi.report import POI
from reports.poi.serializers import PoiSerializer
from reports.shared.views import ReportView, documented
from reports.template.report import TEMPLATE

_CHART = OpenApiExample("Un gráfico", value="<svg …>", media_type="image/svg+xml", response_only=True)
_WORKBOOK = OpenApiExample(
    "El libro", value="PK\u0003\u0004…", media_type=RENDERERS["xlsx"].media_type, response_only=True
)
_TEMPLATE = (
    "Un libro (XLSX) con una fila por actividad y mes que hoy se puede registrar, según plazos y reaperturas. Está "
    "bloqueado salvo las celdas por llenar: lo ejecutado, el motivo y el medio de verificación. Cada fila trae, en "
    "columnas ocultas, de qué registro parte (`entry_version`). Lleno se envía a `POST /progress/sheet/`."
)
_MONTHS = (
    "Una línea por actividad y mes, con todas las filas: no se divide en páginas. El archivo se prepara entero, de un "
    "solo estado de los datos, antes de enviarse: dice su tamaño en Content-Length, y si algo falla la respuesta es un "
    "error, nunca medio archivo. De los grandes se preparan pocos a la vez; a los demás se les responde 503, con "
    "Retry-After. Columnas:\n\n"
) + "\n".join(f"- `{column.name}`: {column.field.help_text}" for column in COLUMNS)


@documented("reports_matrix", "La matriz del plan", document=MatrixSerializer)
class MatrixView(ReportView):
    """Una fila por actividad, como en el documento de origen."""

    report = MATRIX


@documented("reports_execution", "La ejecución", document=ExecutionSerializer)
class ExecutionView(ReportView):
    """Lo programado contra lo ejecutado, sumado por lo que se pida."""

    report = EXECUTION


@documented("reports_execution_chart", "La ejecución, en un gráfico", examples=[_CHART])
class ExecutionChartView(ReportView):
    """La ejecución de un año, dibujada."""

    report = CHART


@documented("reports_poi", "El documento oficial", document=PoiSerializer)
class PoiView(ReportView):
    """El documento oficial: ejecución del Plan Operativo Institucional al trimestre."""

    report = POI


@documented("reports_poi_template", "La plantilla para registrar avance", description=_TEMPLATE, examples=[_WORKBOOK])
class TemplateView(ReportView):
    """La plantilla de una unidad, con sus meses abiertos."""

    report = TEMPLATE

    def variant_of(self, question: Any, variant: str) -> str:
        return f"{super().variant_of(question, variant)} {question.day}"  # which months are open


@documented("reports_completeness", "Lo que se reportó y lo que falta", document=CompletenessSerializer)
class CompletenessView(ReportView):
    """Quién reportó y cuándo, por unidad (con todas las que dependen de ella) y mes."""

    report = COMPLETENESS

    def variant_of(self, question: CompletenessQuestion, variant: str) -> str:
        return f"{super().variant_of(question, variant)} {question.due_by}"  # from one day to the next more is due


@documented("reports_ceplan", "La ejecución con las columnas de CEPLAN", document=CeplanSerializer)
class CeplanView(ReportView):
    """Una fila por actividad, con los títulos de la exportación del aplicativo CEPLAN, para copiarla de vuelta."""

    report = CEPLAN


@documented("reports_alerts", "Lo que merece una mirada", document=AlertsSerializer)
class AlertsView(ReportView):
    """Lo que merece una mirada, cada caso con su regla y sus cifras."""

    report = ALERTS


@documented("exports_months", "Los meses, uno por línea", lines=MonthRowSerializer(many=False), description=_MONTHS)
class MonthsExportView(ReportView):
    """Los meses de todas las actividades, para cargarlos en otro sistema."""

    report = MONTHS
