"""What `/reports/completeness/` is asked."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from reports.shared.query import PagedQuery, TableQuery, month_parameter
from reports.shared.question import PagedQuestion


@dataclass(frozen=True, slots=True)
class CompletenessQuestion(PagedQuestion):
    """The months from January to `through`."""

    through: int = 12

    @property
    def known_since(self) -> datetime:
        """From one day to the next more is overdue."""
        return datetime.combine(self.day, time.min, tzinfo=timezone.get_default_timezone())

    @property
    def due_by(self) -> date:
        """The Lima day on which the answer stands: what was due before it counts as overdue."""
        return timezone.localdate(self.basis.as_of) if self.basis.as_of else self.day


class CompletenessQuery(TableQuery, PagedQuery):
    asks = CompletenessQuestion

    through = month_parameter("Hasta qué mes, desde enero.")
