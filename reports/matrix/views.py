"""`/reports/matrix/` over HTTP."""

from reports.matrix.report import MATRIX
from reports.matrix.serializers import MatrixSerializer
from reports.shared.views import ReportView, documented


@documented("reports_matrix", "La matriz del plan", document=MatrixSerializer)
class MatrixView(ReportView):
    """Una fila por actividad, como en el documento de origen."""

    report = MATRIX
