"""What `/reports/alerts/` is asked."""

from dataclasses import dataclass
from typing import Any

from poi_api.http.parameters import ChoicesParameter
from reports.alerts.rules import RULES
from reports.shared.query import PagedQuery, TableQuery, month_parameter
from reports.shared.question import PagedQuestion


@dataclass(frozen=True, slots=True)
class AlertsQuestion(PagedQuestion):
    """Which rules, names of RULES in their order, and through which month."""

    through: int = 12
    rule: tuple[str, ...] = tuple(RULES)

    @property
    def sorted_by(self) -> tuple[object, ...]:
        return self.rule


class RulesParameter(ChoicesParameter):
    """Rules, in their own order."""

    def run_validation(self, data: Any = ()) -> Any:
        """Return the rules. Raises ValidationError `invalid_choice` for what is none."""
        given = super().run_validation(data)
        return tuple(name for name in RULES if name in given)


class AlertsQuery(TableQuery, PagedQuery):
    asks = AlertsQuestion

    through = month_parameter("Hasta qué mes, desde enero.")
    rule = RulesParameter(
        list(RULES), default=tuple(RULES), help_text="Solo estas reglas, separadas por comas o repetidas."
    )
