"""`/reports/completeness/` over HTTP."""

from reports.completeness.query import CompletenessQuestion
from reports.completeness.report import COMPLETENESS
from reports.completeness.serializers import CompletenessSerializer
from reports.shared.views import ReportView, documented


@documented("reports_completeness", "Lo que se reportó y lo que falta", document=CompletenessSerializer)
class CompletenessView(ReportView):
    """Quién reportó y cuándo, por unidad (con todas las que dependen de ella) y mes."""

    report = COMPLETENESS

    def variant_of(self, question: CompletenessQuestion, variant: str) -> str:
        return f"{super().variant_of(question, variant)} {question.due_by}"  # from one day to the next more is due
