"""Exports over HTTP."""

from reports.exports.columns import COLUMNS
from reports.exports.report import MONTHS
from reports.exports.serializers import MonthRowSerializer
from reports.shared.views import ReportView, documented

_DESCRIPTION = (
    "Una línea por actividad y mes, con todas las filas: no se divide en páginas. El archivo se prepara entero, de un "
    "solo estado de los datos, antes de enviarse: dice su tamaño en Content-Length, y si algo falla la respuesta es un "
    "error, nunca medio archivo. De los grandes se preparan pocos a la vez; a los demás se les responde 503, con "
    "Retry-After. Columnas:\n\n"
) + "\n".join(f"- `{column.name}`: {column.field.help_text}" for column in COLUMNS)


@documented(
    "exports_months", "Los meses, uno por línea", lines=MonthRowSerializer(many=False), description=_DESCRIPTION
)
class MonthsExportView(ReportView):
    """Los meses de todas las actividades, para cargarlos en otro sistema."""

    report = MONTHS
