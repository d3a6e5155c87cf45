"""Exports over HTTP: streamed, so the body of an answer has no length said beforehand."""

from reports.exports.columns import COLUMNS
from reports.exports.report import MONTHS
from reports.exports.serializers import MonthRowSerializer
from reports.shared.views import ReportView, documented

_DESCRIPTION = (
    "Una línea por actividad y mes, con todas las filas: no se divide en páginas. Si algo falla a mitad de camino, la "
    "conexión se corta sin el fin que HTTP prevé, y lo recibido no está completo. Columnas:\n\n"
) + "\n".join(f"- `{column.name}`: {column.field.help_text}" for column in COLUMNS)


@documented(
    "exports_months", "Los meses, uno por línea", lines=MonthRowSerializer(many=False), description=_DESCRIPTION
)
class MonthsExportView(ReportView):
    """Los meses de todas las actividades, para cargarlos en otro sistema."""

    report = MONTHS
