"""`/reports/poi/template/` over HTTP."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from poi_api.http.formats import RENDERERS
from reports.shared.views import ReportView, documented
from reports.template.report import TEMPLATE

_DESCRIPTION = (
    "Un libro (XLSX) con una fila por actividad y mes que hoy se puede registrar, según plazos y reaperturas. Está "
    "bloqueado salvo las celdas por llenar: lo ejecutado, el motivo y el medio de verificación. Cada fila trae, en "
    "columnas ocultas, de qué registro parte (`entry_version`). Lleno se envía a `POST /progress/sheet/`."
)


_EXAMPLE = OpenApiExample(
    "El libro", value="PK\u0003\u0004…", media_type=RENDERERS["xlsx"].media_type, response_only=True
)


@documented("reports_poi_template", "La plantilla para registrar avance", description=_DESCRIPTION, examples=[_EXAMPLE])
class TemplateView(ReportView):
    """La plantilla de una unidad, con sus meses abiertos."""

    report = TEMPLATE

    def variant_of(self, question: Any, variant: str) -> str:
        return f"{super().variant_of(question, variant)} {question.day}"  # which months are open
